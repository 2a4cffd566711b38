"""What a scenario said of a cloud with a known fault."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self


class Kind(StrEnum):
    """How a scenario ended."""

    PASSED = "passed"
    FAILED = "failed"
    """An expectation or the contract check failed, and named rules."""
    BROKE = "broke"
    """It failed otherwise, and named no rule: a fault of the suite, or a cloud that answers no more."""
    HUNG = "hung"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Planted:
    """A planted defect, as far as the suite's own test must know it; see defects.defect.Defect."""

    id: str
    rule: str
    summary: str
    also: tuple[str, ...] = ()
    known_as: str = ""
    unseen: str = ""

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """The defect of an entry of the list of defects."""
        return cls(**{**message, "also": tuple(message["also"])})

    @property
    def rules(self) -> frozenset[str]:
        """The rules that a failure may name to count as having found it."""
        return frozenset((self.rule, *self.also))


@dataclass(frozen=True)
class Result:
    """How one scenario ended on one cloud. `text` is what failed, shortly; `rules` are those it named."""

    scenario: str
    kind: Kind
    rules: tuple[str, ...] = ()
    text: str = ""
    seconds: float = 0.0

    def names(self, rules: Collection[str]) -> bool:
        """Whether it is a failure that names one of these rules."""
        return self.kind is Kind.FAILED and not set(rules).isdisjoint(self.rules)

    def as_message(self) -> dict[str, Any]:
        """What `from_message` takes."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """The result that another process told of."""
        return cls(**{**message, "kind": Kind(message["kind"]), "rules": tuple(message["rules"])})


@dataclass(frozen=True)
class Verdict:
    """What came of one defect. `by` is the result that found it, None where none did."""

    defect: Planted
    by: Result | None
    others: Sequence[Result] = ()
    problem: str = ""
    """A sentence on why the cloud could not be tried at all."""
    seconds: float = 0.0

    @property
    def found(self) -> bool:
        """Whether a scenario named the defect's rule."""
        return self.by is not None

    @property
    def missed(self) -> bool:
        """Whether it had to be found, and was not."""
        return not self.found and not self.defect.unseen
