"""Each defect under the suite, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cloudqa.selftest.choosing import Chooser, usable
from cloudqa.selftest.suite import Scenario
from cloudqa.selftest.trials import Outcome, Trial, Trials
from cloudqa.selftest.verdicts import Kind, Planted, Result, Verdict

_AT_ONCE = 12
"""How many scenarios are played on one sound cloud."""

Choice = Callable[[Planted], list[Scenario]]


@dataclass
class Selftest:
    """Tries defects. `red` are the scenarios that do not pass on a sound cloud, and so find nothing."""

    trials: Trials
    chooser: Chooser
    red: dict[str, Result] = field(default_factory=dict)
    _seconds: dict[str, float] = field(default_factory=dict)
    _found_by: dict[str, set[str]] = field(default_factory=dict)

    def verdicts(self, defects: Sequence[Planted]) -> Iterator[Verdict]:
        """Try each defect, on the scenarios of its rule first and then on those around it."""
        left = list(defects)
        tried: dict[str, list[Verdict]] = {defect.id: [] for defect in defects}
        choices: tuple[Choice, ...] = (self.chooser.first_choice, self.chooser.second_choice)
        for last, choice in ((choice is choices[-1], choice) for choice in choices):
            missed = []
            for verdict in self._round(left, choice):
                tried[verdict.defect.id].append(verdict)
                if verdict.found or verdict.problem or last:
                    yield _together(tried[verdict.defect.id])
                else:
                    missed.append(verdict.defect)
            left = missed

    def matrix(self, defects: Sequence[Planted]) -> Iterator[Verdict]:
        """Try each defect on every scenario that could know of it, whether or not one has found it.

        Gives a verdict for each that finds it.
        """
        raise NotImplementedError

    def _round(self, defects: Sequence[Planted], choice: Choice) -> Iterator[Verdict]:
        chosen = {defect.id: choice(defect) for defect in defects}
        self._know(scenario for scenarios in chosen.values() for scenario in scenarios)
        trials = []
        for defect in defects:
            scenarios = usable(chosen[defect.id], self._seconds, self.red)
            if scenarios:
                trials.append(Trial(defect, scenarios))
            else:
                yield Verdict(defect, None)
        for outcome in self.trials.run(trials):
            yield _judged(outcome)

    def _know(self, scenarios: Iterable[Scenario]) -> None:
        """Play those that were not played yet on sound clouds."""
        fresh = list({one.id: one for one in scenarios if one.id not in self._seconds}.values())
        batches = [fresh[start : start + _AT_ONCE] for start in range(0, len(fresh), _AT_ONCE)]
        for outcome in self.trials.run(Trial(None, batch) for batch in batches):
            for result in outcome.results:
                self._seconds[result.scenario] = result.seconds
                if result.kind is not Kind.PASSED:
                    self.red[result.scenario] = result
            played = {result.scenario for result in outcome.results}
            for scenario in outcome.trial.scenarios:
                if scenario.id not in played:
                    self.red[scenario.id] = Result(scenario.id, Kind.BROKE, (), outcome.problem)


def _judged(outcome: Outcome) -> Verdict:
    defect = outcome.trial.defect
    assert defect is not None
    by = next((result for result in outcome.results if result.names(defect.rules)), None)
    others = [result for result in outcome.results if result is not by]
    return Verdict(defect, by, others, "" if by else outcome.problem, outcome.seconds)


def _together(verdicts: Sequence[Verdict]) -> Verdict:
    """One verdict of all rounds."""
    last = verdicts[-1]
    others = [result for verdict in verdicts for result in verdict.others]
    seconds = sum(verdict.seconds for verdict in verdicts)
    return Verdict(last.defect, last.by, others, last.problem, seconds)
