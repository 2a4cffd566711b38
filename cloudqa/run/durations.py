"""How long scenarios take, by id: a file that is committed, so that all machines cut the same shards."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cloudqa.errors import CannotRun

if TYPE_CHECKING:
    from cloudqa.report.run_record import RunRecord, ScenarioRecord

DURATIONS = Path("durations.json")
_EVERYTHING = "features"


def read_durations(file: Path = DURATIONS) -> dict[str, float]:
    """Seconds by id; empty where there is no such file. Raises CannotRun for one that cannot be read."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CannotRun(f"{file} cannot be read: {error}. `cloudqa durations` writes it anew.") from None
    if not isinstance(known, dict) or not all(_is_seconds(one) for one in known.values()):
        raise CannotRun(f"{file} does not hold seconds by id. `cloudqa durations` writes it anew.")
    return {name: float(seconds) for name, seconds in known.items()}


def known_or_nothing(file: Path = DURATIONS) -> dict[str, float]:
    """Seconds by id; empty also where the file is strange, for who can do without it, or writes it anew."""
    try:
        return read_durations(file)
    except CannotRun:
        return {}


def durations_after(runs: Iterable[RunRecord], known: Mapping[str, float]) -> dict[str, float]:
    """What is known after these runs: what passed as it took then, and else as before.

    What is gone is forgotten, which only a run of everything can tell.
    """
    seconds = dict(known)
    for run in runs:
        took: dict[str, float] = defaultdict(float)
        for one in run.scenarios:
            if one.outcome == "passed":
                took[_unit(one)] += one.seconds
        seconds.update((name, round(total, 2)) for name, total in took.items())
        if run.chosen == _EVERYTHING and not run.shard:
            there = {_unit(one) for one in run.scenarios}
            seconds = {name: total for name, total in seconds.items() if name in there}
    return seconds


def _unit(scenario: ScenarioRecord) -> str:
    """What shards are cut by: the id, or the file and the name."""
    if scenario.id.startswith("@"):
        return scenario.id.removeprefix("@")
    return f"{scenario.place.rpartition(':')[0]}: {scenario.name}"


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")
