"""What a scenario made, and how to take it away again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from steps.api.lost import until_answered

log = logging.getLogger(__name__)


class UndoFailed(AssertionError):  # noqa: N818 - named after what happened
    """Something that a scenario made could not be removed: the sentences say what, and why."""

    def __init__(self, failures: list[str], causes: Sequence[Exception] = ()) -> None:
        self.failures = failures
        self.causes = tuple(causes)
        super().__init__("Left behind, because removing it failed: " + "; ".join(failures))


@dataclass(frozen=True)
class _Undo:
    what: str
    action: Callable[[], object]


@dataclass
class UndoStack:
    """The undo actions of one scenario, run in reverse order of making."""

    _actions: list[_Undo] = field(default_factory=list)

    def push(self, what: str, action: Callable[[], object]) -> None:
        """Remember how to undo `what` (a few words for a message).

        The action is called again where its answer is lost: it has to take for done what was done before.
        """
        self._actions.append(_Undo(what, action))

    def unwind(self) -> None:
        """Undo everything, latest first, going on after an error; raises UndoFailed if any failed."""
        failures: list[str] = []
        causes: list[Exception] = []
        while self._actions:
            undo = self._actions.pop()
            try:
                until_answered(undo.action)
            except Exception as error:  # one that fails must not keep the others from being undone
                log.warning("undoing %s failed: %s", undo.what, error)
                failures.append(f"{undo.what} ({error})")
                causes.append(error)
        if failures:
            raise UndoFailed(failures, causes)
