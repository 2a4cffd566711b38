"""Each defect under the suite, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cloudqa.selftest.choosing import Choice, Chooser, usable
from cloudqa.selftest.playing import Patience
from cloudqa.selftest.suite import Scenario
from cloudqa.selftest.trials import Outcome, Trial, Trials
from cloudqa.selftest.verdicts import Kind, Planted, Result, Verdict

_AT_ONCE = 12
"""How many scenarios are played on one sound cloud."""


@dataclass
class Selftest:
    """Tries defects. `red` are the scenarios that do not pass on a sound cloud, and so find nothing.

    `fruitful` are those that have found a defect.
    """

    trials: Trials
    chooser: Chooser
    patience: Patience
    red: dict[str, Result] = field(default_factory=dict)
    fruitful: set[str] = field(default_factory=set)
    _seconds: dict[str, float] = field(default_factory=dict)

    def verdicts(self, defects: Sequence[Planted], *, stops: bool = True) -> Iterator[Verdict]:
        """Try each defect, on the scenarios of its rule first and, if need be, on those further away.

        `stops` says that the first scenario which finds a defect is enough. One that cannot be seen is tried
        on the scenarios of its rule only.
        """
        chooser, before = self.chooser, dict[str, Verdict]()
        left = list(defects)
        for choice in chooser.choices:
            missed = []
            for verdict in self._round(left, choice, stops=stops):
                name = verdict.defect.id
                before[name] = verdict = _together(before[name], verdict) if name in before else verdict
                is_last = choice is chooser.choices[-1]
                if is_last or not verdict.missed or verdict.problem:
                    yield verdict
                else:
                    missed.append(verdict.defect)
            left = missed

    def fruitless(self, defects: Sequence[Planted]) -> list[Scenario]:
        """The scenarios that find none of these defects, though they carry a rule of the operation of one.

        Each was tried on the defects of its rules, and is tried here on those of its operations.
        """
        related = {
            one.id: one for defect in defects for choice in self.chooser.choices for one in choice(defect)
        }
        self._know(related.values())

        def trials() -> Iterator[Trial]:
            for defect in defects:
                near = [*self.chooser.of_allowed_rules(defect), *self.chooser.of_operation(defect)]
                if left := [one for one in self._usable(near) if one.id not in self.fruitful]:
                    yield Trial(defect, left, self.patience.defect, stops=False)

        for outcome in self.trials.run(trials()):
            self._judge(outcome)
        left = (one for one in related.values() if one.id not in self.red and one.id not in self.fruitful)
        return sorted(left, key=lambda one: one.number)

    def _round(self, defects: Sequence[Planted], choice: Choice, *, stops: bool) -> Iterator[Verdict]:
        chosen = {defect.id: choice(defect) for defect in defects}
        self._know(scenario for scenarios in chosen.values() for scenario in scenarios)
        trials = []
        for defect in defects:
            if scenarios := self._usable(chosen[defect.id]):
                trials.append(Trial(defect, scenarios, self.patience.defect, stops))
            else:
                yield Verdict(defect, None)
        for outcome in self.trials.run(trials):
            yield self._judge(outcome)

    def _usable(self, scenarios: Sequence[Scenario]) -> list[Scenario]:
        return usable(scenarios, self._seconds, self.red)

    def _know(self, scenarios: Iterable[Scenario]) -> None:
        """Play those that were not played yet on sound clouds."""
        fresh = list({one.id: one for one in scenarios if one.id not in self._seconds}.values())
        batches = [fresh[start : start + _AT_ONCE] for start in range(0, len(fresh), _AT_ONCE)]
        seconds = _AT_ONCE * self.patience.scenario
        for outcome in self.trials.run(Trial(None, batch, seconds) for batch in batches):
            results = {result.scenario: result for result in outcome.results}
            for scenario in outcome.trial.scenarios:
                result = results.get(scenario.id, Result(scenario.id, Kind.BROKE, (), outcome.problem))
                self._seconds[result.scenario] = result.seconds
                if result.kind is not Kind.PASSED:
                    self.red[result.scenario] = result

    def _judge(self, outcome: Outcome) -> Verdict:
        defect = outcome.trial.defect
        assert defect is not None
        finders = [result for result in outcome.results if result.names(defect.rules)]
        self.fruitful.update(result.scenario for result in finders)
        by = finders[0] if finders else None
        others = [result for result in outcome.results if result is not by]
        return Verdict(defect, by, others, "" if by else outcome.problem, outcome.seconds)


def _together(first: Verdict, second: Verdict) -> Verdict:
    """One verdict of two rounds."""
    others = [*first.others, *second.others]
    return Verdict(second.defect, second.by, others, second.problem, first.seconds + second.seconds)
