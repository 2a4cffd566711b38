"""The thirteen callers of the permission matrix, each with the credential that their column shows."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from steps.api.cloud_objects import ApiKey, JobToken, TokenType, User
from steps.api.operations import AT_2, Operation
from steps.api.personas import ANONYMOUS, Persona, bearer, garbled
from steps.api.waiting import wait_until
from steps.support.making import Maker
from steps.support.matrix.legend import classes_taken
from steps.support.matrix.table import ITSELF, Cell
from steps.support.matrix.trial import Aim, Caller, Task, Trial
from steps.support.shared import Shared

# An expired token lives a second, and is shown a moment later.
_LIFE, _MARGIN = 1, 0.1

_USERS = ("owner", "other", "without_grant", "inactive")
_KINDS: Mapping[TokenType, str] = {
    TokenType.Login: "login token",
    TokenType.Job: "job token",
    TokenType.API_Key: "API key",
}
# Where no column opens a row, what is garbled is the credential that the suite shows at the operation.
_OPENERS = ("own JT", "own LT", "admin LT", "key")
_BY_CLASS: Mapping[TokenType | None, str] = {
    None: "own LT",
    TokenType.Login: "own LT",
    TokenType.Job: "own JT",
    TokenType.API_Key: "key",
}


class People:
    """Plain users with a login token and a job token, and further tokens of the `owner`.

    They are made when they are first asked for, and shared by all scenarios of the matrix: waiting for a
    token to expire takes longer than trying a row. What calls are aimed at is made anew for each.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._expiring = self._token(duration=_LIFE)
        self._made = time.monotonic()

    @property
    def admin(self) -> User:
        """The admin of the run, with an API key."""
        assert self._shared.run.admin is not None, "Only with an admin can everyone be made."
        return self._shared.run.admin

    @cached_property
    def owner(self) -> User:
        """Who owns what most calls are aimed at."""
        return self.someone(self._shared.make)

    @cached_property
    def other(self) -> User:
        """Another plain user."""
        return self.someone(self._shared.make)

    @cached_property
    def without_grant(self) -> User:
        """A plain user without any platform permission."""
        return self.someone(self._shared.make)

    @cached_property
    def inactive(self) -> User:
        """A deactivated user with every credential, who owns nothing else."""
        user = self.someone(self._shared.make)
        user.api_key = self._key(user)
        self.deactivate(user)
        return user

    @cached_property
    def owner_key(self) -> ApiKey:
        """A worker's key that belongs to the owner."""
        return self._key(self.owner)

    @cached_property
    def revoked(self) -> JobToken:
        """A revoked token of the owner."""
        token = self._token()
        token.revoke(self._shared.cloud, self.owner)
        return token

    @cached_property
    def explorer(self) -> JobToken:
        """An explorer token of the owner."""
        return self._token(is_explorer_token=True)

    @property
    def expired(self) -> JobToken:
        """An expired token of the owner. Whether the cloud knows that it has is what callers find out."""
        wait_until(
            lambda: time.monotonic() - self._made,
            lambda passed: passed > _LIFE + _MARGIN,
            seconds=_LIFE + 1,
            what="a token of one second to expire",
            longest_interval=0.05,
        )
        return self._expiring

    def made(self) -> list[User]:
        """The plain users that there are so far."""
        return [self.__dict__[name] for name in _USERS if name in self.__dict__]

    def callers(self, cell: Cell, task: Task, trial: Trial, aim: Aim) -> tuple[Caller, ...]:
        """Those of the cell's column, as they call the trial's operation; several where a column has them."""
        column = cell.column
        if trial.situation == ITSELF:
            return (Caller(column, bearer(column, aim.token.token), aim.owner),)
        if column == "none":
            return (Caller(column, ANONYMOUS),)
        if column == "garbled":
            valid = self._one(_opener(task, trial)).persona.headers["Authorization"].removeprefix("Bearer ")
            return tuple(Caller(column, persona) for persona in garbled(valid))
        if column == "key":
            # Where a key is taken for more than it is, it opens what is its owner's.
            own = Caller(column, bearer("key of the owner", self.owner_key.api_key), self.owner)
            return (self._one(column), own)
        if column in ("inactive", "no grant"):
            user = aim.owner if column == "inactive" else self.without_grant
            return tuple(
                Caller(column, persona, user) for persona in _with_each(column, user, trial.operation)
            )
        return (self._one(column),)

    def _one(self, column: str) -> Caller:
        """The caller of a column that has one, the same for every operation."""
        if column in ("expired", "revoked", "explorer"):
            token: JobToken = getattr(self, column)
            return Caller(column, bearer(column, token.token), self.owner)
        who, _, kind = column.rpartition(" ")
        user: User = getattr(self, {"own": "owner", "other": "other"}.get(who, "admin"))
        shown = {"JT": TokenType.Job, "LT": TokenType.Login, "key": TokenType.API_Key}[kind]
        return Caller(column, bearer(column, user.get_token(shown)), user)

    def someone(self, make: Maker) -> User:
        """A plain user with a login token and a job token."""
        user = make.user()
        make.job_token(user)
        return user

    def deactivate(self, user: User) -> None:
        """Deactivate the user, as the admin."""
        user.update(self._shared.cloud, self.admin, {"is_active": False})

    def _key(self, user: User) -> ApiKey:
        body = {"label": self._shared.names.label("key"), "user_id": user.user_id}
        return self._shared.make.api_key_of_body(body)

    def _token(self, **members: Any) -> JobToken:  # noqa: ANN401 - members of the request
        body = {"label": self._shared.names.label("token"), **members}
        return self._shared.make.job_token_of_body(self.owner, body, operation=AT_2)


def _with_each(column: str, user: User, operation: Operation) -> list[Persona]:
    """The user with each class of credential that the operation takes; who has no grant has no key."""
    taken = classes_taken(operation)
    if column == "no grant":
        taken = tuple(kind for kind in taken if kind is not TokenType.API_Key)
    shown = taken or (TokenType.Login,)
    return [
        bearer(column if len(shown) == 1 else f"{column}, with a {_KINDS[kind]}", user.get_token(kind))
        for kind in shown
    ]


def _opener(task: Task, trial: Trial) -> str:
    """The column whose credential opens the operation in this row."""
    opening = {cell.column for cell in task.cells(trial) if cell.code == "200"}
    first = next((column for column in _OPENERS if column in opening), None)
    return first or _BY_CLASS[trial.operation.token_type]
