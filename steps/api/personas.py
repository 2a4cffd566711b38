"""Who may call, as the header that they show: a credential, none, or something garbled."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from steps.api.cloud_objects import JobToken, User
from steps.api.utils import CloudContext
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


def _aside(owner: User, token: JobToken) -> JobToken:
    """Take a token that is of no use out of the owner's list, whose last one is shown."""
    owner.job_tokens = [other for other in owner.job_tokens if other is not token]
    return token
