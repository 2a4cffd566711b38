"""The records of several shards, joined into that of one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cloudqa.errors import CannotRun
from cloudqa.report.exit_status import ExitStatus, gravest_status
from cloudqa.report.files import RECORD
from cloudqa.report.run_record import Outcome, Place, RunRecord, ScenarioRecord, read_record

# More names than this tell no more.
TOLD = 10


@dataclass(frozen=True)
class Shards:
    """The records of the shards that were found, and the folders that hold none."""

    records: tuple[RunRecord, ...]
    empty: tuple[Path, ...] = ()


def read_shards(folders: Iterable[Path]) -> Shards:
    """The records in these folders. Raises CannotRun where one is strange, or there is none at all."""
    every = list(dict.fromkeys(folder.resolve() for folder in folders))
    empty = [folder for folder in every if not (folder / RECORD).exists()]
    records = tuple(read_record(folder) for folder in every if folder not in empty)
    if not records:
        raise CannotRun(
            f"No record of a run is in {_listed(map(str, empty))}: name the folders that runs with "
            "-D reports=FOLDER have written."
        )
    return Shards(records, tuple(empty))


def joined(shards: Shards) -> RunRecord:
    """One run of these shards; its `problems` say what keeps them from being a whole.

    Raises CannotRun where they are no shards of one run.
    """
    records = sorted(shards.records, key=lambda one: _number(one))
    _refuse_strangers(records)
    selection = next((one.selection for one in records if one.selection), ())
    places = {place: index for index, place in enumerate(selection)}
    every = [one for record in records for one in record.scenarios]
    found = {one.where: one for one in reversed(every)}
    scenarios = sorted(found.values(), key=lambda one: places.get(one.where, len(places)))
    own = [
        *(f"There is no record of a run in {folder}: its run did not begin." for folder in shards.empty),
        *_broken(records),
        *_incomplete(selection, every),
    ]
    if not any(one.outcome in _RUN for one in scenarios):
        own.append("Nothing was run: no shard has executed a scenario.")
    problems = [*own, *(f"{_name(one)}: {problem}" for one in records for problem in one.problems)]
    statuses = [one.exit_status for one in records] + [ExitStatus.RULE] * bool(own)
    ended = [one.ended for one in records if one.ended is not None]
    return RunRecord(
        run_id=", ".join(one.run_id for one in records if one.run_id),
        target=_one(records, lambda one: one.target),
        embedded=records[0].embedded,
        commit=_one(records, lambda one: one.commit),
        began=min(one.began for one in records),
        ended=max(ended, default=None),
        state="ended" if all(one.state == "ended" for one in records) else "aborted",
        exit_status=gravest_status(statuses),
        chosen=records[0].chosen,
        problems=tuple(problems),
        selection=selection,
        scenarios=tuple(scenarios),
    )


_RUN = (Outcome.PASSED, Outcome.FAILED, Outcome.KNOWN)


def _refuse_strangers(records: Sequence[RunRecord]) -> None:
    """Raise CannotRun where the records are of different runs: what they show together would be of none."""
    # Nothing is no difference: a run that was killed did not get so far.
    facts: dict[str, Callable[[RunRecord], object]] = {
        "commit": lambda one: one.commit,
        # The embedded sandbox has another address in each run.
        "target": lambda one: "the embedded sandbox" if one.embedded else one.target,
        "command line": lambda one: one.chosen,
        "number of shards": lambda one: _of(one),
        "selection": lambda one: one.selection,
    }
    for fact, told in facts.items():
        found = {told(one): one for one in records if told(one)}
        if len(found) > 1:
            first, second = list(found.items())[:2]
            what = "" if fact == "selection" else f": {first[0]} and {second[0]}"
            raise CannotRun(
                f"{_name(first[1])} and {_name(second[1])} differ in their {fact}{what}. Merge shards of one "
                "run only."
            )


def _broken(records: Sequence[RunRecord]) -> Iterator[str]:
    """Sentences on shards that are missing, or did not end."""
    of = _of(records[0])
    there = {_number(one) for one in records}
    for number in range(1, of + 1):
        if number not in there:
            yield f"Shard {number}/{of} is missing: give its folder, or run it with -D shard={number}/{of}."
    for record in records:
        if record.state == "begun":
            yield f"{_name(record)} did not end: it was killed, or its machine was. Run it again."
        elif record.state == "aborted":
            yield f"{_name(record)} was ended before it was over. Run it again."


def _incomplete(selection: Sequence[Place], scenarios: Sequence[ScenarioRecord]) -> Iterator[str]:
    """Sentences on scenarios that are not in exactly one shard."""
    counts = Counter(one.where for one in scenarios)
    lacking = [place for place in selection if place not in counts]
    doubled = [place for place, number in counts.items() if number > 1]
    strange = [place for place in counts if place not in set(selection)]
    for places, what in (
        (lacking, "in none of the shards"),
        (doubled, "in more than one shard"),
        (strange, "in a shard, and were not selected"),
    ):
        if places:
            names = _listed(f"{place.id} ({place.place})" for place in places)
            yield f"{len(places)} of {len(selection)} scenarios are {what}: {names}."


def _one(records: Sequence[RunRecord], told: Callable[[RunRecord], str]) -> str:
    """What the records that tell it have in common, or that of the first."""
    return next((told(one) for one in records if told(one)), "")


def _number(record: RunRecord) -> int:
    return int(record.shard.partition("/")[0] or 1)


def _of(record: RunRecord) -> int:
    return int(record.shard.partition("/")[2] or 1)


def _name(record: RunRecord) -> str:
    run = f"run {record.run_id or 'without an id'}"
    return f"Shard {record.shard} ({run})" if record.shard else run.capitalize()


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    shown = ", ".join(every[:TOLD])
    return shown if len(every) <= TOLD else f"{shown} and {len(every) - TOLD} more"
