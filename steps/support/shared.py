"""What the scenarios of one feature share, because it takes long to make and none of them changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from steps.support.making import Maker
from steps.support.names import Names
from steps.support.undo import UndoStack

if TYPE_CHECKING:
    from steps.api.utils import CloudContext
    from steps.support.run import Run

T = TypeVar("T")


class Shared:
    """Things that the first scenario to need them makes, and that are undone when the feature is over.

    A scenario still stands alone: run by itself, it makes them itself.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.undo = UndoStack()
        self.names = Names(run.run_id)
        self.make = Maker(run, self.names, self.undo)
        self._things: dict[Callable[[Shared], Any], Any] = {}

    @property
    def cloud(self) -> CloudContext:
        """The cloud under test."""
        return self.run.cloud

    def the(self, kind: Callable[[Shared], T]) -> T:
        """The one thing of this kind, made by the first who asks."""
        if kind not in self._things:
            self._things[kind] = kind(self)
        return cast("T", self._things[kind])

    def forget(self, kind: Callable[[Shared], Any]) -> None:
        """Let the next who asks for this kind make another: a cloud may have spoilt this one."""
        self._things.pop(kind, None)
