"""What a worker tells the parent: what happened in one section of its run, such as one scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Protocol

from cloudqa.run.parallel.behave_parts import Element


class Kind(Enum):
    """The sections: the hooks before a feature or rule, a scenario, the hooks after a feature or rule."""

    BEFORE = "before"
    SCENARIO = "scenario"
    AFTER = "after"


@dataclass(frozen=True)
class Section:
    """One section. `element` is its scenario, rule or feature.

    `events` are what is to be played in the parent, each packed as it happened, and `state` how it all
    ended. `reached` is False for a scenario that a failing hook of its feature or rule kept from running.
    `news` is what the carriers of the run have learned.
    """

    kind: Kind
    element: Element
    events: tuple[bytes, ...]
    state: bytes
    undefined_steps: tuple[Element, ...]
    hook_failures: int
    failed: bool
    aborted: bool
    cleanup_failed: bool
    reached: bool
    news: tuple[object, ...]


@dataclass(frozen=True)
class Death:
    """The end of a worker in the middle of a scenario. `step` is the index of its step; -1 for a hook."""

    element: Element
    step: int
    how: str


@dataclass(frozen=True)
class Call:
    """A call of a formatter, or of what one gave back. `number` names the result for later calls."""

    target: Reference
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    number: tuple[int, int]

    def reduced_by(self, reduced: Callable[[object], Any]) -> Call:
        """This call, with what cannot travel replaced."""
        return replace(self, arguments=reduced(self.arguments), named=reduced(self.named))


@dataclass(frozen=True)
class Assignment:
    """A value that was given to an attribute of a formatter, or of what one gave back."""

    target: Reference
    name: str
    value: Any

    def reduced_by(self, reduced: Callable[[object], Any]) -> Assignment:
        """This assignment, with a value that cannot travel replaced."""
        return replace(self, value=reduced(self.value))


@dataclass(frozen=True)
class Output:
    """Text that was written to `stdout` or `stderr`, past behave's capture."""

    stream: str
    text: str


@dataclass(frozen=True)
class Formatter:
    """The formatter of this index."""

    index: int


@dataclass(frozen=True)
class Result:
    """What the call of this number gave back."""

    number: tuple[int, int]


@dataclass(frozen=True)
class Attribute:
    """An attribute of another object."""

    owner: Reference
    name: str


Reference = Formatter | Result | Attribute
Event = Call | Assignment | Output


class Carrier(Protocol):
    """Something of a run that learns in workers what the parent must know at the end.

    After each section a worker packs `news`, and the parent gives them to `take_from_child` of its own
    carrier, in the order in which they arrive.
    """

    def news(self) -> object:
        """What was learned since the last call: anything that can be pickled."""

    def take_from_child(self, news: Any) -> None:  # noqa: ANN401 - whatever `news` gave
        """Learn what a worker has learned."""
