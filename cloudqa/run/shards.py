"""A part of the scenarios for each of several machines: `-D shard=2/5`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from behave.model import Feature, Rule, Scenario

from cloudqa.errors import CannotRun
from cloudqa.report.names import id_tag_of
from cloudqa.run.durations import DURATIONS, read_durations

SHARD = "shard"
# Where no duration is known at all, each scenario counts alike.
_ANY_SECONDS = 1.0
_WRITTEN = re.compile(r"([0-9]+)/([0-9]+)", re.ASCII)


@dataclass(frozen=True)
class Shard:
    """One of `of` parts, counted from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def holds(self, names: Iterable[str], known: Mapping[str, float]) -> frozenset[str]:
        """Those of the names that are in this shard; each of them is in exactly one of the `of` shards.

        They are shared out so that the shards take alike long, by the seconds that are known; a name that
        is not known counts as the median. It depends on nothing else, so every machine comes to the same.
        """
        wanted = sorted(set(names))
        seconds = _seconds_of(wanted, known)
        loads, mine = [0.0] * self.of, set()
        for name in sorted(wanted, key=lambda one: (-seconds[one], one)):
            least = min(range(self.of), key=lambda index: (loads[index], index))
            loads[least] += seconds[name]
            if least == self.number - 1:
                mine.add(name)
        return frozenset(mine)


def asked_shard(command_line: Mapping[str, str]) -> Shard | None:
    """The shard that `-D shard=2/5` asks for; None for the whole. Raises CannotRun for what is none."""
    text = command_line.get(SHARD)
    if text is None:
        return None
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise CannotRun(f"There is no shard {text!r}: write -D {SHARD}=2/5 for the second of five.")
    number, of = map(int, written.groups())
    if not 1 <= number <= of:
        parts = f"of {of} they are 1/{of} to {of}/{of}" if of else "there is at least one, 1/1"
        raise CannotRun(f"There is no shard {text}: {parts}.")
    return Shard(number, of)


def unit_of(scenario: Scenario) -> str:
    """What a scenario is shared out by: its id, which stays when lines move; without one its file and name.

    Scenarios that share an id, such as the rows of an outline with one tag for all, stay together.
    """
    return id_tag_of(scenario) or f"{scenario.filename}: {scenario.name}"


def leave_out_others(
    shard: Shard, selected: Sequence[Scenario], features: Sequence[Feature], file: Path = DURATIONS
) -> None:
    """Leave out what of the selected is in another shard, as behave leaves out what no place names.

    Raises CannotRun where the file of durations is strange: going on without it would cut shards that overlap
    with those of other machines.
    """
    mine = shard.holds(map(unit_of, selected), read_durations(file))
    kept = {id(one) for one in selected if unit_of(one) in mine}
    for feature in features:
        _leave_out(feature, kept)


def _seconds_of(names: Sequence[str], known: Mapping[str, float]) -> dict[str, float]:
    from statistics import median  # it takes longer to import than all the rest of this

    usual = median(known.values()) if known else _ANY_SECONDS
    return {name: known.get(name, usual) for name in names}


def _leave_out(container: Feature | Rule, kept: set[int]) -> None:
    """Leave out what is not kept, and a feature or rule of which nothing is: its hooks have nothing to do."""
    for scenario in container.walk_scenarios():
        if id(scenario) not in kept:
            scenario.should_skip = True
    for item in container:
        if isinstance(item, Rule):
            _leave_out(item, kept)
    if all(scenario.should_skip for scenario in container.walk_scenarios()):
        container.should_skip = True
