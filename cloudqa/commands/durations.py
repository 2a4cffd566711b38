"""`cloudqa durations`: how long each scenario takes, written where shards are cut by it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloudqa.errors import CannotRun

RECORD = Path("reports") / "run.json"


def durations(
    records: Annotated[
        list[Path] | None, typer.Argument(help="Records of runs, or their folders: reports/run.json if none.")
    ] = None,
) -> None:
    """Write durations.json, by which shards are cut, from what runs took."""
    import json

    from cloudqa.report.run_record import read_record
    from cloudqa.run.durations import DURATIONS, durations_after, known_or_nothing
    from cloudqa.whole_files import write_whole

    runs = [read_record(path) for path in records or [RECORD]]
    seconds = durations_after(runs, known_or_nothing())
    if not seconds:
        raise CannotRun("No scenario of these runs has passed: there is nothing to write.")
    try:
        # By number, as far as ids have one: QC-9 before QC-10.
        ordered = dict(sorted(seconds.items(), key=lambda item: (len(item[0]), item[0])))
        write_whole(DURATIONS, json.dumps(ordered, indent=0) + "\n")
    except OSError as error:
        raise CannotRun(f"{DURATIONS} cannot be written: {error.strerror}.") from None
    print(f"{DURATIONS}: {len(seconds)} scenarios, {sum(seconds.values()):.0f} s in all")
