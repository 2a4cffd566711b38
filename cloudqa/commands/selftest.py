"""`cloudqa selftest`: whether the suite finds the faults that are planted into a cloud."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from cloudqa.errors import CannotRun

LOG = Path("reports") / "selftest.log"


def selftest(
    only: Annotated[
        list[str] | None,
        typer.Option(help="Id of a defect, rule or number of a known fault; may be repeated."),
    ] = None,
    jobs: Annotated[int, typer.Option(help="How many clouds at once; 0: as suits the cores.", min=0)] = 0,
    matrix: Annotated[
        bool,
        typer.Option("--matrix", help="Try every scenario, and name those that find nothing; takes long."),
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the defects, and try none.")] = False,
) -> None:
    """Put clouds with one planted fault each under the suite, and tell which of them it finds."""
    from cloudqa.run.forking import can_fork
    from cloudqa.run.interrupts import termination_as_interrupt
    from cloudqa.selftest.choosing import Chooser, chosen
    from cloudqa.selftest.clouds import ROOT, serving
    from cloudqa.selftest.playing import Patience
    from cloudqa.selftest.selftest import Selftest
    from cloudqa.selftest.suite import loaded, perceval_is_installed
    from cloudqa.selftest.telling import line_of, summary_of
    from cloudqa.selftest.trials import Trials

    if not can_fork():
        raise CannotRun("The selftest forks processes, which this system cannot do safely.")
    begun = time.monotonic()
    with termination_as_interrupt(), serving(LOG) as clouds:
        defects = chosen(clouds.defects(), only or [])
        if listed:
            for defect in defects:
                print(f"{defect.id}  {defect.rule}  {defect.summary}")
            return
        with loaded(ROOT) as suite:
            chooser = Chooser(suite.scenarios, with_perceval=perceval_is_installed())
            patience = Patience()
            trials = Trials(suite, clouds, jobs or 2 * (os.cpu_count() or 1), patience, LOG)
            try:
                test, verdicts = Selftest(trials, chooser, patience), []
                for verdict in test.verdicts(defects, stops=not matrix):
                    verdicts.append(verdict)
                    print(line_of(verdict), flush=True)
                fruitless = test.fruitless(defects) if matrix else []
            finally:
                trials.end()
    for scenario in fruitless:
        print(f"@{scenario.id} finds nothing: {scenario.element.name} ({', '.join(scenario.rules)})")
    print(summary_of(verdicts, test.red, time.monotonic() - begun))
    raise typer.Exit(1 if any(verdict.missed for verdict in verdicts) else 0)
