"""Why scenarios failed: the cloud, the network, its queue, or the suite itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from behave.model import Scenario

from steps.api.errors import (
    AnswerLost,
    CloudRefusal,
    CloudUnreachable,
    NotTaken,
    RuleBroken,
    UnreadableAnswer,
)
from steps.api.waiting import WaitedInVain


class Kind(StrEnum):
    """Why a scenario failed, the gravest first."""

    RULE = "rule"
    SUITE = "suite"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"
    QUEUE = "queue"
    INTERRUPTED = "interrupted"

    @property
    def sentence(self) -> str:
        """The kind in words, to stand in a sentence."""
        return _SENTENCES[self]


_SENTENCES = {
    Kind.RULE: "the cloud broke a rule",
    Kind.SUITE: "a fault of the suite",
    Kind.UNKNOWN: "an answer was lost, so whether the cloud did as it should cannot be told",
    Kind.UNREACHABLE: "the cloud could not be reached",
    Kind.QUEUE: "no worker took the job in the queue's time",
    Kind.INTERRUPTED: "somebody ended the run",
}

# What is neither of these is a fault of the suite. The first that fits counts.
_KINDS: tuple[tuple[type[BaseException], Kind], ...] = (
    (AnswerLost, Kind.UNKNOWN),
    (CloudUnreachable, Kind.UNREACHABLE),
    (NotTaken, Kind.QUEUE),
    (RuleBroken, Kind.RULE),
    (CloudRefusal, Kind.RULE),
    (UnreadableAnswer, Kind.RULE),
    (WaitedInVain, Kind.RULE),
    (KeyboardInterrupt, Kind.INTERRUPTED),
)


def kind_of(error: BaseException | None) -> Kind:
    """Why a step or a hook failed that raised this; of an error made of several, the gravest.

    An error that stands for another one has its `kind`, one made of several has them as `causes`.
    """
    told = getattr(error, "kind", None)
    if isinstance(told, Kind):
        return told
    causes = getattr(error, "causes", ())
    if causes:
        return gravest(map(kind_of, causes))
    return next((kind for kinds, kind in _KINDS if isinstance(error, kinds)), Kind.SUITE)


def gravest(kinds: Iterable[Kind]) -> Kind:
    """The gravest of these, of which there must be one."""
    return min(kinds, key=list(Kind).index)


class Verdicts:
    """Why each scenario of a run failed.

    What it failed of first counts: the rest may follow from that.
    """

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._news: list[tuple[str, Kind]] = []

    def add(self, scenario: Scenario, kind: Kind) -> None:
        """Say why the scenario has failed."""
        self._add(str(scenario.location), kind)
        self._news.append((str(scenario.location), kind))

    def of(self, scenario: Scenario) -> Kind | None:
        """Why the scenario has failed; None as long as it has not.

        It is the suite's fault where nobody has said so: an undefined step, a hook that broke, a worker
        process that died.
        """
        told = self._kinds.get(str(scenario.location))
        return told or (Kind.SUITE if scenario.status.has_failed() else None)

    def count(self, scenarios: Iterable[Scenario]) -> Counter[Kind]:
        """How many of these scenarios failed, by why, the gravest first."""
        found = Counter(kind for kind in map(self.of, scenarios) if kind is not None)
        return Counter({kind: found[kind] for kind in Kind if found[kind]})

    def news(self) -> list[tuple[str, Kind]]:
        """What was added since the last call, for those of another process."""
        news, self._news = self._news, []
        return news

    def take_from_child(self, news: list[tuple[str, Kind]]) -> None:
        """Add what was added in a forked process."""
        for scenario, kind in news:
            self._add(scenario, kind)

    def _add(self, scenario: str, kind: Kind) -> None:
        self._kinds.setdefault(scenario, kind)
