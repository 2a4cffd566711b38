"""A merged run as it is shown: its verdict by kind, its failures in the order in which to read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from cloudqa.merge.comparing import Comparison
from cloudqa.report.run_record import Outcome, RunRecord, ScenarioRecord
from cloudqa.report.verdicts import Kind

# What each kind of failure is called at the head of a list, the gravest first.
TITLES = {
    Kind.RULE: "The cloud broke a rule",
    Kind.SUITE: "The suite is at fault",
    Kind.UNKNOWN: "An answer was lost",
    Kind.UNREACHABLE: "The cloud was not reached",
    Kind.QUEUE: "Not taken in the queue's time",
    Kind.INTERRUPTED: "Somebody ended the run",
}


@dataclass(frozen=True)
class Verdict:
    """How many scenarios failed of one kind, and how many of them had not failed before."""

    title: str
    number: int
    new: int = 0


@dataclass(frozen=True)
class View:
    """A run, and what it is compared with."""

    run: RunRecord
    comparison: Comparison | None = None

    @cached_property
    def counts(self) -> Counter[Outcome]:
        """How many scenarios had each outcome."""
        return Counter(one.outcome for one in self.run.scenarios)

    @cached_property
    def failures(self) -> list[ScenarioRecord]:
        """What failed and was not known to, the new first, the gravest before the others."""
        kinds = list(Kind)
        failed = [one for one in self.run.scenarios if one.outcome is Outcome.FAILED]
        return sorted(failed, key=lambda one: (not self.is_new(one), kinds.index(one.kind or Kind.SUITE)))

    @property
    def known(self) -> list[ScenarioRecord]:
        """What failed and was known to."""
        return [one for one in self.run.scenarios if one.outcome is Outcome.KNOWN]

    @property
    def verdicts(self) -> Iterator[Verdict]:
        """The kinds of failure, also those of which there is none."""
        for kind, title in TITLES.items():
            mine = [one for one in self.failures if (one.kind or Kind.SUITE) is kind]
            yield Verdict(title, len(mine), sum(map(self.is_new, mine)))

    @property
    def headline(self) -> str:
        """The verdict in a few words: what failed, by kind, or that nothing did."""
        found = [
            f"{one.title.lower()}: {one.number}{_of_them(one.new)}" for one in self.verdicts if one.number
        ]
        if self.run.problems:
            found.append("the run is not whole" if self.run.state != "ended" else "the run has a problem")
        if not found:
            return "Failed" if self.run.failed else "Passed"
        sentence = ", ".join(found)
        return sentence[0].upper() + sentence[1:]

    def is_new(self, scenario: ScenarioRecord) -> bool:
        """Whether this failure was none before; never, where there is nothing to compare with."""
        return self.comparison is not None and self.comparison.is_new(scenario)

    def skips(self) -> Counter[str]:
        """How many scenarios were skipped, by the reason."""
        return Counter(one.skipped for one in self.run.scenarios if one.outcome is Outcome.SKIPPED)


def _of_them(new: int) -> str:
    return f" ({new} new)" if new else ""


def scenarios(number: int) -> str:
    """A number of scenarios in words."""
    return f"{number} {'scenario' if number == 1 else 'scenarios'}"
