"""What an examination finds: a level, what is so in a sentence, and what to do about it in another."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Level(enum.StrEnum):
    """How a check ended. Only a `PROBLEM` is a reason not to run."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"
    UNTRIED = "untried"


@dataclass(frozen=True)
class Finding:
    """What one check found. `check` is its name, "" as long as nobody has said whose finding it is."""

    level: Level
    what: str
    remedy: str = ""
    check: str = ""

    @property
    def lets_go_on(self) -> bool:
        """Whether what builds on the check may be tried."""
        return self.level in (Level.OK, Level.NOTE)


def ok(what: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, what)


def note(what: str, remedy: str) -> Finding:
    """Worth knowing; a run makes sense all the same."""
    return Finding(Level.NOTE, what, remedy)


def problem(what: str, remedy: str) -> Finding:
    """A run would be pointless, or fail because of it."""
    return Finding(Level.PROBLEM, what, remedy)


def untried(why: str) -> Finding:
    """The check was not made."""
    return Finding(Level.UNTRIED, why)


def is_healthy(findings: Iterable[Finding]) -> bool:
    """Whether there is no problem among the findings."""
    return all(finding.level is not Level.PROBLEM for finding in findings)


def told(error: Exception) -> str:
    """What an error says, to stand at the end of a sentence."""
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
