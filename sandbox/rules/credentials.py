"""Who calls: the credential of a request, and whether it counts (A-1 to A-4)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from sandbox.cloud import Cloud
from sandbox.rules import clock, identifiers
from sandbox.rules.refusals import unauthorized
from sandbox.store import api_keys_table, tokens_table, users_table
from sandbox.store.records import ApiKey, Login, Token, User

INVALID_USER = "Invalid user"

_BEARER = re.compile(r"bearer +([^\s]+)", re.IGNORECASE | re.ASCII)


class Kind(Enum):
    """The three classes of credentials."""

    LOGIN = "login token"
    JOB = "job token"
    API_KEY = "API key"


class Surface(Enum):
    """The two groups of routes, with the text of each for a credential it does not take (A-1.4)."""

    JOB = "Invalid or expired job token"
    ACCOUNT = "Authentication and authorization failed: token not found"


@dataclass(frozen=True, slots=True)
class Caller:
    """The user behind a request and the class of credential shown; `token` where that is a job token."""

    kind: Kind
    user: User
    token: Token | None = None

    @property
    def is_admin(self) -> bool:
        """Admin rights come with the admin's login token only (A-7.2)."""
        return self.kind is Kind.LOGIN and self.user.is_admin


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential that the cloud knows."""

    kind: Kind
    record: Token | Login | ApiKey


def authenticate(
    cloud: Cloud, headers: Sequence[bytes], accepts: Collection[Kind], surface: Surface
) -> Caller:
    """Return the caller, or refuse with the route's own text; the order is that of OC-6."""
    value = bearer_value(headers)
    found = find(cloud, value) if value is not None else None
    if found is None or not class_is_accepted(found.kind, accepts) or not is_alive(found.record, clock.now()):
        raise unauthorized(surface.value)
    user = owner(cloud, found.record.user_id)
    if user is None:
        raise unauthorized(surface.value)
    if not user_is_active(user):
        raise unauthorized(INVALID_USER)
    token = found.record if isinstance(found.record, Token) else None
    if token is not None:
        count_use(cloud, token)
    return Caller(found.kind, user, token)


def bearer_value(headers: Sequence[bytes]) -> str | None:
    """A-1.1 to A-1.3: the one value after `Bearer` in the one Authorization header, else None."""
    if len(headers) != 1:
        return None
    match = _BEARER.fullmatch(headers[0].decode("latin-1"))
    return match[1] if match and match[1].isascii() else None


def find(cloud: Cloud, value: str) -> Credential | None:
    """Return what this value is to the cloud, whether or not it still counts."""
    token = tokens_table.find_by_key(cloud.db, value)
    if token is not None:
        return Credential(Kind.JOB, token)
    hashed = identifiers.key_hash(value)
    login = users_table.find_login(cloud.db, hashed)
    if login is not None:
        return Credential(Kind.LOGIN, login)
    key = api_keys_table.find_by_hash(cloud.db, hashed)
    return Credential(Kind.API_KEY, key) if key is not None else None


def owner(cloud: Cloud, user_id: int) -> User | None:
    """A-3.3: the user to whom a credential belongs, None where that user was deleted."""
    return users_table.find(cloud.db, user_id)


def class_is_accepted(kind: Kind, accepts: Collection[Kind]) -> bool:
    """A-4, A-4.1: a route takes only the classes of credentials that it names."""
    return kind in accepts


def is_alive(record: Token | Login | ApiKey, now: float) -> bool:
    """A-2, A-2.2: a credential that has expired or was revoked is none."""
    return not is_expired(record.expires, now) and not (not isinstance(record, Login) and record.is_revoked)


def is_expired(expires: float, now: float) -> bool:
    """T2, TS-2: a credential expires at its expiration date, that moment included."""
    return now >= expires


def user_is_active(user: User) -> bool:
    """A-3: a credential of a deactivated user opens nothing."""
    return user.is_active


def count_use(cloud: Cloud, token: Token) -> None:
    """CT-2: every request that a job token authenticates counts, whatever its outcome."""
    tokens_table.count_use(cloud.db, token.token_id, clock.now())
