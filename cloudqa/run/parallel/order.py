"""Which scenarios are run in workers, and in which order they are begun."""

from __future__ import annotations

import contextlib
import json
import os
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path

from behave.model_type import Status

from cloudqa.run.parallel.behave_parts import Element
from cloudqa.run.shards import unit_of

DURATIONS = Path("reports") / "durations.json"
ALONE = "serial"

# A scenario this long, as a part of the time that the run is expected to take, is begun before all others.
_LONG = 0.05
# The longest of the rest, which together take this part of the time, are those that mostly wait.
_WAITING = 0.5


def scenarios_to_run(features: Sequence[Element], config: Element) -> list[Element]:
    """The scenarios that the command line selects and nothing has skipped, in file order."""
    return [
        scenario
        for feature in features
        for scenario in feature.walk_scenarios()
        if not feature.should_skip and scenario.should_run(config)
    ]


def long_ones_early(
    numbers: Sequence[int], names: Sequence[str], known: Mapping[str, float], workers: int
) -> list[int]:
    """The numbers in the order in which to begin.

    The very long ones come first, the longest before all others. What else is long mostly waits, and often
    stands together in the files: it is spread among the short ones, so that others work meanwhile. None is
    begun later than the files have it, so output appears while the run goes on. `names` are those of all
    scenarios. Where nothing is known the order stays as it is.
    """
    seconds = {number: known.get(names[number], 0.0) for number in numbers}
    all_seconds = sum(seconds.values())
    longest_first = sorted(numbers, key=lambda number: -seconds[number])
    first = [number for number in longest_first if seconds[number] > all_seconds / workers * _LONG]
    begun = sum(seconds[number] for number in first)
    sums = accumulate((seconds[number] for number in longest_first[len(first) :]), initial=begun)
    ends = zip(longest_first[len(first) :], list(sums)[1:], strict=True)
    waiting = {number for number, end in ends if end <= all_seconds * _WAITING}
    others = [number for number in numbers if number not in {*first, *waiting}]
    return [*first, *_spread_among(sorted(waiting), others, seconds)]


def _spread_among(some: Sequence[int], others: Sequence[int], seconds: Mapping[int, float]) -> Iterator[int]:
    """Both in one, each in its order, at an even rate of seconds; `some` at the latest where they stood."""
    rate = sum(seconds[number] for number in some) / (sum(seconds[number] for number in others) or 1.0)
    ahead = deque(some)
    due = 0.0
    for number in others:
        while ahead and (due > 0 or ahead[0] < number):
            due -= seconds[ahead[0]]
            yield ahead.popleft()
        due += seconds[number] * rate
        yield number
    yield from ahead


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


def usual_durations(scenarios: Sequence[Element], committed: Mapping[str, float]) -> dict[str, float]:
    """Seconds by scenario, from the committed file, which has them by id; rows that share one share them."""
    rows = Counter(unit_of(scenario) for scenario in scenarios)
    return {
        name_of(scenario): committed[unit] / rows[unit]
        for scenario in scenarios
        if (unit := unit_of(scenario)) in committed
    }


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
