"""What is new in a run against the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from cloudqa.report.run_record import Outcome, RunRecord, ScenarioRecord

# What takes less than this is slower by half for any reason, or none.
WORTH_TELLING_SECONDS = 0.5
_SLOWER = 1.5
_BAD = (Outcome.FAILED, Outcome.KNOWN)

Scenarios = tuple[ScenarioRecord, ...]


@dataclass(frozen=True)
class Comparison:
    """A run against the one `before`.

    `newly_failing` failed now and not before, `still_failing` both times; a failure that is known is in
    neither. `fixed` passed now, and failed before or was known to. `new` were not selected before, `gone` are
    not selected any more. `pace` is how many times as long most scenarios took as before; `slower` took half
    as long again as that, or more.
    """

    before: RunRecord
    newly_failing: Scenarios
    still_failing: Scenarios
    fixed: Scenarios
    slower: Scenarios
    new: Scenarios
    gone: Scenarios
    pace: float
    seconds_before: Mapping[str, float]

    def is_new(self, scenario: ScenarioRecord) -> bool:
        """Whether this failure was none before."""
        return scenario in self.newly_failing


def compared(now: RunRecord, before: RunRecord) -> Comparison:
    """The run against the one before, scenario by scenario of the same id."""
    old = {one.id: one for one in before.scenarios}
    pace = _pace(now, old)
    failed_before = {one.id for one in before.scenarios if one.outcome is Outcome.FAILED}
    bad_before = {one.id for one in before.scenarios if one.outcome in _BAD}
    failing = [one for one in now.scenarios if one.outcome is Outcome.FAILED]
    ids = {one.id for one in now.scenarios}
    return Comparison(
        before,
        newly_failing=tuple(one for one in failing if one.id not in failed_before),
        still_failing=tuple(one for one in failing if one.id in failed_before),
        fixed=tuple(one for one in now.scenarios if one.outcome is Outcome.PASSED and one.id in bad_before),
        slower=tuple(one for one in now.scenarios if _is_slower(one, old.get(one.id), pace)),
        new=tuple(one for one in now.scenarios if one.id not in old),
        gone=tuple(one for one in before.scenarios if one.id not in ids),
        pace=pace,
        seconds_before={one.id: one.seconds for one in before.scenarios if one.outcome is Outcome.PASSED},
    )


def _pace(now: RunRecord, old: Mapping[str, ScenarioRecord]) -> float:
    """How many times as long scenarios took: a busy machine makes all of them slower, and none by itself."""
    pairs = ((one, old[one.id]) for one in now.scenarios if one.id in old)
    ratios = [one.seconds / was.seconds for one, was in pairs if _both_passed(one, was) and was.seconds > 0]
    return max(median(ratios), 1.0) if ratios else 1.0


def _is_slower(now: ScenarioRecord, before: ScenarioRecord | None, pace: float) -> bool:
    return (
        before is not None
        and _both_passed(now, before)
        and now.seconds >= WORTH_TELLING_SECONDS
        and now.seconds >= _SLOWER * pace * before.seconds
    )


def _both_passed(now: ScenarioRecord, before: ScenarioRecord) -> bool:
    return now.outcome is before.outcome is Outcome.PASSED
