"""`cloudqa faulty-network`: whether the suite keeps the network's faults apart from the cloud's."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from cloudqa.errors import CannotRun

FOLDER = Path("reports") / "faulty-network"


def faulty_network(
    only: Annotated[list[str] | None, typer.Option(help="A fault; may be repeated. Default: all.")] = None,
    rate: Annotated[float, typer.Option(help="At which share of the requests.", min=0, max=1)] = 0.02,
    seed: Annotated[int | None, typer.Option(help="Repeats the faults of a run, more or less.")] = None,
    jobs: Annotated[int, typer.Option(help="How many workers run the suite.", min=1)] = 4,
    tags: Annotated[str, typer.Option(help="Run only scenarios with these tags.")] = "",
) -> None:
    """Run the suite on a sound sandbox over a network with planted faults, and judge what it says."""
    from cloudqa.run.interrupts import termination_as_interrupt
    from cloudqa.selftest.network import FAULTS, Conditions, judged

    for fault in only or ():
        if fault not in FAULTS:
            raise CannotRun(f"There is no fault {fault!r}. Those that there are: {', '.join(FAULTS)}.")
    drawn = secrets.randbelow(2**32) if seed is None else seed
    arguments = ("--tags", tags) if tags else ()
    print(f"Faults at {rate:.0%} of the requests, --seed {drawn}; reports are in {FOLDER}.", flush=True)
    failed = 0
    with termination_as_interrupt():
        for fault in only or FAULTS:
            conditions = Conditions(rate, drawn, jobs, arguments=arguments)
            judgement = judged(fault, conditions, (FOLDER / fault).resolve())
            failed += bool(judgement.problems)
            print(judgement, flush=True)
    raise typer.Exit(1 if failed else 0)
