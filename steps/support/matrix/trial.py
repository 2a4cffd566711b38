"""What a row of the matrix tries: an operation, what it is aimed at, and how to see whether that changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.operations import Operation
from steps.api.personas import Persona
from steps.support.matrix.table import Cell, rows

if TYPE_CHECKING:
    from steps.support.matrix.scene import Scene

State = Mapping[tuple[str, Any], Any]
"""What an admin reads of what a call is aimed at and of what it might have made, under its kind and id."""


@dataclass(frozen=True)
class Caller:
    """Someone who calls, in a column of the matrix. `user` is whose credential it is; None where nobody's."""

    column: str
    persona: Persona
    user: User | None = None


@dataclass
class Aim:
    """What a call is aimed at, made for it; `owner` is whose it is. `names` are of what calls would make."""

    owner: User
    platform: Platform = field(default_factory=Platform)
    job: Job = field(default_factory=Job)
    token: JobToken = field(default_factory=JobToken)
    key: ApiKey = field(default_factory=ApiKey)
    user: User = field(default_factory=User)
    names: list[str] = field(default_factory=list)

    def path(self) -> dict[str, object]:
        """What fills any operation's path."""
        return {
            "job_id": self.job.job_id,
            "token_id": self.token.token_id,
            "platform_id": self.platform.platform_id,
            "name": self.platform.name,
            "user_id": self.user.user_id,
        }


Make = Callable[["Scene", User], Aim]
Parts = Callable[["Scene", Aim, Caller], dict[str, Any]]
Read = Callable[["Scene", Aim], State]
Check = Callable[["Scene", Caller, Any], str]


def _no_parts(_scene: Scene, _aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {}


def _nothing(_scene: Scene, _aim: Aim) -> State:
    return {}


def _right(_scene: Scene, _caller: Caller, _body: object) -> str:
    return ""


@dataclass(frozen=True)
class Trial:
    """One operation of a row, as everyone tries it.

    `made` makes what it is aimed at, for a user; `parts` are those of `Api.request` beside path and
    credential; `read` sees whether anything was changed or made. `rules` has what a deviation breaks beside
    the row, by the cell's column or else its code; `alias` is broken by all. `errors` has the exact texts of
    firm refusals by code, `tolerated` what a firm cell may get instead. `check` says what is wrong in an
    answer with 200, or "". A trial with a `situation` belongs to the cells that ask for it; `like` is the row
    whose cells it has, where not its own; `without` are the columns that it leaves out, `afresh` makes what
    may be used up by a success, and `owned` says that who owns what it is aimed at must make it, while they
    are active.
    """

    operation: Operation
    made: Make
    parts: Parts = _no_parts
    read: Read = _nothing
    rules: Mapping[str, str] = field(default_factory=dict)
    alias: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    tolerated: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    check: Check = _right
    situation: str = ""
    like: str = ""
    without: frozenset[str] = frozenset()
    afresh: Make | None = None
    owned: bool = False

    @property
    def name(self) -> str:
        """The operation's rule id, with the method where two have that id."""
        operation = self.operation
        return f"{operation.rule} {operation.method}" if operation.rule == "AK-2" else operation.rule


@dataclass(frozen=True)
class Task:
    """What everyone of a row tries to do, in a feature's words, and the operations that it takes."""

    row: str
    what: str
    trials: tuple[Trial, ...]

    def cells(self, trial: Trial) -> tuple[Cell, ...]:
        """The cells that this trial is held to, in the order of the page."""
        return tuple(
            cell
            for cell in rows()[trial.like or self.row].cells
            if cell.situation == trial.situation and cell.column not in trial.without
        )
