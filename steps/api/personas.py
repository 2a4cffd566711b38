"""Who may call: the thirteen callers of the permission matrix, each as the header that they show."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from steps.api.cloud_objects import JobToken, User
from steps.api.exchange import Request
from steps.api.operations import Operation, TokenType
from steps.api.utils import Api, CloudContext
from steps.api.waiting import wait_until

# The columns of the matrix in docs/contract.md, in its order and words.
COLUMNS = (
    "none",
    "garbled",
    "expired",
    "revoked",
    "own JT",
    "other JT",
    "own LT",
    "other LT",
    "admin LT",
    "key",
    "inactive",
    "no grant",
    "explorer",
)

TokenMaker = Callable[..., JobToken]
"""Makes a job token of a user: called with the user, and the attributes of the JobToken as keywords."""


@dataclass(frozen=True)
class Persona:
    """Someone who calls. `name` is a column of the matrix, with a remark where the column has several."""

    name: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Callers:
    """The people and tokens that the personas are made of, ready to be used.

    `owner` and `other` are plain users, logged in and with a job token; `inactive` is another such user, and
    deactivated; `no_grant` another, without any platform permission; `admin` is logged in and has an API key.
    The tokens are the owner's, made by the functions below.
    """

    owner: User
    other: User
    admin: User
    inactive: User
    no_grant: User
    expired: JobToken
    revoked: JobToken
    explorer: JobToken


ANONYMOUS = Persona("none")


def bearer(name: str, token: str) -> Persona:
    """Someone who shows a token, a login token or a key in the way that the contract asks for."""
    return Persona(name, {"Authorization": f"Bearer {token}"})


def garbled(token: str) -> tuple[Persona, ...]:
    """Those who show a header that no cloud may take (A-1.1, A-1.3), most of it made from a valid token."""
    values = {
        "empty": "",
        "no scheme": token,
        "no value": "Bearer",
        "no space": f"Bearer{token}",
        "other scheme": f"Token {token}",
        "basic": "Basic dXNlcjpwYXNzd29yZA==",
        "two values": f"Bearer {token} {token}",
        "twice the scheme": f"Bearer Bearer {token}",
        "cut short": f"Bearer {token[:-1]}",
        "not ASCII": f"Bearer {token}é",
        "unknown": "Bearer this-token-was-never-made",
        "very long": f"Bearer {'x' * 4000}",
    }
    return tuple(Persona(f"garbled: {name}", {"Authorization": value}) for name, value in values.items())


def expired_token(make_token: TokenMaker, owner: User) -> JobToken:
    """Make a job token of the owner that lives a second, and wait until it is over."""
    token = _aside(owner, make_token(owner, duration=1))
    made = time.monotonic()
    # Asking the cloud would only show what the persona is there to find out.
    wait_until(
        lambda: time.monotonic() - made,
        lambda passed: passed > 1.1,
        seconds=2,
        what="a token of one second to expire",
    )
    return token


def revoked_token(context: CloudContext, make_token: TokenMaker, owner: User) -> JobToken:
    """Make a job token of the owner, and revoke it with their login token."""
    token = _aside(owner, make_token(owner))
    token.revoke(context, owner)
    return token


def explorer_token(make_token: TokenMaker, owner: User) -> JobToken:
    """Make an explorer token of the owner."""
    return _aside(owner, make_token(owner, is_explorer_token=True))


def personas(callers: Callers, operation: Operation) -> dict[str, tuple[Persona, ...]]:
    """The personas of each column of the matrix, as they call `operation`.

    Those who are inactive show a credential of the class that the operation takes, those without a grant
    that class or, where it is a key, their login token. Raises PreconditionError where someone lacks a
    credential.
    """
    right = operation.token_type or TokenType.Login
    plain = TokenType.Login if right is TokenType.API_Key else right
    users = {
        "own JT": (callers.owner, TokenType.Job),
        "other JT": (callers.other, TokenType.Job),
        "own LT": (callers.owner, TokenType.Login),
        "other LT": (callers.other, TokenType.Login),
        "admin LT": (callers.admin, TokenType.Login),
        "key": (callers.admin, TokenType.API_Key),
        "inactive": (callers.inactive, right),
        "no grant": (callers.no_grant, plain),
    }
    found = {
        "none": (ANONYMOUS,),
        "garbled": garbled(callers.owner.get_token(plain)),
        "expired": (bearer("expired", callers.expired.token),),
        "revoked": (bearer("revoked", callers.revoked.token),),
        "explorer": (bearer("explorer", callers.explorer.token),),
        **{name: (bearer(name, user.get_token(kind)),) for name, (user, kind) in users.items()},
    }
    return {column: found[column] for column in COLUMNS}


def persona_request(api: Api, operation: Operation, persona: Persona, **parts: Any) -> Request:  # noqa: ANN401
    """Write the request for an operation as the persona sends it; `parts` are those of `Api.request`."""
    headers = {**parts.pop("headers", {}), **persona.headers}
    return api.request(operation, **parts, headers=headers)


def _aside(owner: User, token: JobToken) -> JobToken:
    """Take a token that is of no use out of the owner's list, whose last one is shown."""
    owner.job_tokens = [other for other in owner.job_tokens if other is not token]
    return token
