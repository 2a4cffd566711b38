"""One request on its way through the cloud."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes.shapes import Shape
from sandbox.rules.credentials import Caller, Kind, Surface
from sandbox.store.records import Token


@dataclass(frozen=True)
class Call:
    """A request that passed authentication, rights and shape; what a handler works on."""

    cloud: Cloud
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    known_caller: Caller | None = None
    prepared: Any = None
    operations: tuple["Operation", ...] = ()
    """The table of routes, for the operation that describes it."""

    @property
    def caller(self) -> Caller:
        """The caller; only routes that ask for a credential have one."""
        if self.known_caller is None:
            raise LookupError("this route is anonymous")
        return self.known_caller

    @property
    def token(self) -> Token:
        """The caller's job token; only routes for job tokens have one."""
        if self.caller.token is None:
            raise LookupError("this route is not for job tokens")
        return self.caller.token


Handler = Callable[[Call], Json]
"""Answers a call; runs inside one transaction, which a refusal undoes."""

Preparation = Callable[[Call], Awaitable[Json]]
"""Does slow work for a call before its transaction."""


@dataclass(frozen=True)
class Operation:
    """One row of the table of routes: who may call, with what, and what answers."""

    id: str
    """The contract's id, such as `JB-1`."""
    method: str
    path: str
    summary: str
    handler: Handler
    surface: Surface | None = None
    """None for an anonymous route."""
    accepts: frozenset[Kind] = frozenset()
    right: str = "anyone"
    """The function of `rules.rights` that decides."""
    body: Shape | Callable[[Cloud], Shape] | None = None
    form: bool = False
    query: Shape | None = None
    restricts_members: bool = False
    """US-3.2: who is not admin may not even name some members."""
    prepare: Preparation | None = None
    answers: str = "DefaultResponse"
    """The schema of the answer in the served document; `[]` at its end for a list of it."""
    refusals: tuple[int, ...] = ()
    """Statuses that the rules behind the handler add to those that every such route has."""

    def body_shape(self, cloud: Cloud) -> Shape | None:
        """Return the shape of the body under this cloud's settings."""
        return self.body(cloud) if callable(self.body) else self.body

    @property
    def statuses(self) -> tuple[int, ...]:
        """Every status that this operation answers with."""
        statuses = {200, *self.refusals}
        if self.surface is not None:
            statuses |= {401, 403} if self.right != "anyone" else {401}
        if self.body is not None:
            statuses |= {400, 422}
        if self.query is not None:
            statuses |= {422}
        return tuple(sorted(statuses))
