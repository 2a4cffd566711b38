"""Which scenarios are run in workers, and in which order they are begun."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from behave.model_type import Status

from cloudqa.run.parallel.behave_parts import Element

DURATIONS = Path("reports") / "durations.json"
ALONE = "serial"

# A scenario this long, as a part of the time that the run is expected to take, is begun before all others.
# Shorter ones stay in file order, so that their output appears while the run goes on: together they end even.
_LONG = 0.05


def scenarios_to_run(features: Sequence[Element], config: Element) -> list[Element]:
    """The scenarios that the command line selects and nothing has skipped, in file order."""
    return [
        scenario
        for feature in features
        for scenario in feature.walk_scenarios()
        if not feature.should_skip and scenario.should_run(config)
    ]


def long_ones_first(
    numbers: Sequence[int], names: Sequence[str], known: Mapping[str, float], workers: int
) -> list[int]:
    """The numbers in the order in which to begin: the long ones first, the longest before all others.

    `names` are those of all scenarios. Where nothing is known the order stays as it is.
    """
    seconds = {number: known.get(names[number], 0.0) for number in numbers}
    long = sum(seconds.values()) / workers * _LONG
    ahead = [number for number in numbers if seconds[number] > long]
    ahead.sort(key=lambda number: -seconds[number])
    return [*ahead, *(number for number in numbers if seconds[number] <= long)]


def name_of(scenario: Element) -> str:
    """What a scenario is called in the file of durations: it stays when lines move."""
    return f"{scenario.filename}: {scenario.name}"


def known_durations(file: Path = DURATIONS) -> dict[str, float]:
    """Seconds by scenario, as earlier runs took them; empty where there is no such file, or a strange one."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {name: float(seconds) for name, seconds in known.items() if isinstance(seconds, int | float)}


def remember_durations(features: Sequence[Element], file: Path = DURATIONS) -> None:
    """Write down how long the scenarios that passed have taken, next to what is known of others.

    A run does not depend on it: where it cannot be written, it is not.
    """
    took = {
        name_of(scenario): round(scenario.duration, 3)
        for feature in features
        for scenario in feature.walk_scenarios()
        if scenario.status is Status.passed
    }
    if not took:
        return
    text = json.dumps({**known_durations(file), **took}, indent=0)
    unfinished = file.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(file)
