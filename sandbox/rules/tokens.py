"""Job tokens: TK-1 to TK-8, AT-1 to AT-9d, T1 to T12."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.rules import clock, credentials, identifiers
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import PERMISSION_DENIED, UNKNOWN_USER, bad_request, forbidden, not_found
from sandbox.store import jobs_table, tokens_table, users_table
from sandbox.store.records import Token, User

DEFAULT_LABEL = "unknown"
DEFAULT_DURATION = 86_400
DEFAULT_PRIORITY = 0

NOT_FOUND = "Tokens not found"
FOREIGN_KEY = "You do not have permission to delete this token"


@dataclass(frozen=True)
class Generated:
    """A new token."""

    token: str
    token_id: int
    duration: int


def owner_of_new(cloud: Cloud, caller: Caller, user_id: int | None) -> User:
    """TK-2.1, TK-2.5, AT-2.1: the caller, or for an admin any user."""
    if user_id is None or user_id == caller.user.user_id:
        return caller.user
    if not caller.is_admin:
        raise forbidden()
    owner = users_table.find(cloud.db, user_id)
    if owner is None:
        raise bad_request(UNKNOWN_USER)
    return owner


def generate(cloud: Cloud, caller: Caller, members: Mapping[str, Json]) -> Generated:
    """TK-2, AT-2: make a token for its owner."""
    owner = owner_of_new(cloud, caller, members.get("user_id"))
    return generate_for(cloud, owner, members)


def generate_for(cloud: Cloud, owner: User, members: Mapping[str, Json]) -> Generated:
    """T1, TK-2.4: make a token for a user, as far as priority and label allow."""
    priority = members.get("priority", DEFAULT_PRIORITY)
    label = members.get("label", DEFAULT_LABEL)
    require_acceptable(cloud, owner, priority, label, token_id=None)
    duration = members.get("duration", DEFAULT_DURATION)
    value = identifiers.new_token_value()
    now = clock.now()
    token_id = tokens_table.insert(
        cloud.db,
        key=value,
        user_id=owner.user_id,
        label=label,
        priority=priority,
        created=now,
        expires=now + duration,
        is_explorer=members.get("is_explorer_token", False),
    )
    return Generated(value, token_id, duration)


def require_acceptable(
    cloud: Cloud, owner: User, priority: int | None, label: str | None, token_id: int | None
) -> None:
    """TK-2.2, TK-2.3, TK-4.1: refuse a priority above the owner's and a label that is taken."""
    if priority is not None and not priority_is_allowed(priority, owner):
        raise bad_request("Can't assign priority higher than user priority")
    if label is not None and not label_is_free(cloud, owner.user_id, label, token_id):
        raise bad_request(f"Label already exists: {label}")


def priority_is_allowed(priority: int, owner: User) -> bool:
    """PR-1 to PR-4: a token's priority is at most its owner's."""
    return priority <= owner.priority


def label_is_free(cloud: Cloud, user_id: int, label: str, token_id: int | None) -> bool:
    """LB-2 to LB-6: labels are unique among a user's tokens that are not deleted, the default apart."""
    return label == DEFAULT_LABEL or not tokens_table.label_is_taken(cloud.db, user_id, label, token_id)


def may_touch(caller: Caller, token: Token) -> bool:
    """A-7.1, TK-3.3, T10: one's own tokens; an admin all of them."""
    return caller.is_admin or token.user_id == caller.user.user_id


def may_list_for(caller: Caller, user_id: int | None) -> bool:
    """TK-1.3, AT-1.1: a list of another user's tokens is for an admin."""
    return user_id is None or user_id == caller.user.user_id or caller.is_admin


def page(
    cloud: Cloud,
    *,
    user_id: int | None,
    include_expired: bool,
    include_revoked: bool,
    limit: int,
    offset: int,
) -> list[Token]:
    """TK-1.4 to TK-1.6, AD-1.1, PG-7, PG-9: tokens by id, filtered before they are paged."""
    return tokens_table.page(
        cloud.db,
        user_id=user_id,
        alive_at=None if include_expired else clock.now(),
        include_revoked=include_revoked,
        limit=limit,
        offset=offset,
    )


def require(cloud: Cloud, caller: Caller, token_id: int) -> Token:
    """TK-3.1, TK-3.3, TK-4.3, TK-4.4: return the token of the path, if it exists and is the caller's."""
    token = tokens_table.find(cloud.db, token_id)
    if token is None:
        raise not_found()
    if not may_touch(caller, token):
        raise forbidden()
    return token


def update(cloud: Cloud, token: Token, members: Mapping[str, Json]) -> None:
    """T12, T12.1: change label and priority; what is not given keeps its value."""
    owner = users_table.find(cloud.db, token.user_id)
    if owner is None:
        raise not_found()
    require_acceptable(cloud, owner, members.get("priority"), members.get("label"), token.token_id)
    changes = {name: members[name] for name in ("label", "priority") if name in members}
    tokens_table.update(cloud.db, token.token_id, changes)
    if "priority" in changes:
        jobs_table.reprioritize(cloud.db, "token_id", token.token_id)


def is_valid(token: Token, owner: User) -> bool:
    """TK-3.5, TS-6: a token is valid while it is neither expired nor revoked and its user is active."""
    return credentials.is_alive(token, clock.now()) and credentials.user_is_active(owner)


def revoke(cloud: Cloud, caller: Caller, key: str, refusal_text: str) -> None:
    """T3, T4, T11: end an active token; the text of the refusal is the route's own."""
    token = _require_by_key(cloud, caller, key, refusal_text)
    if not may_revoke(caller, token):
        raise forbidden()
    if not is_revocable(token):
        raise bad_request(refusal_text)
    tokens_table.update(cloud.db, token.token_id, {"is_revoked": 1})


def may_revoke(caller: Caller, token: Token) -> bool:
    """EX-7, EX-8: an explorer token revokes itself only."""
    return caller.token is None or not caller.token.is_explorer or caller.token.token_id == token.token_id


def is_revocable(token: Token) -> bool:
    """T4.1: only an active token is revoked."""
    return credentials.is_alive(token, clock.now())


def reopen(cloud: Cloud, caller: Caller, key: str, refusal_text: str) -> None:
    """T5, T6: make a revoked token usable again."""
    token = _require_by_key(cloud, caller, key, refusal_text)
    if not is_reopenable(token):
        raise bad_request(refusal_text)
    tokens_table.update(cloud.db, token.token_id, {"is_revoked": 0})


def is_reopenable(token: Token) -> bool:
    """T6.1, T6.2: only a revoked token that has not expired is reopened."""
    return token.is_revoked and not credentials.is_expired(token.expires, clock.now())


def delete_by_ids(cloud: Cloud, caller: Caller, token_ids: Collection[int]) -> None:
    """TK-7, T7, T9.3: delete all of these tokens, or none."""
    found = [tokens_table.find(cloud.db, token_id) for token_id in sorted(set(token_ids))]
    _delete(cloud, caller, found, PERMISSION_DENIED)


def delete_by_keys(cloud: Cloud, caller: Caller, keys: Collection[str]) -> None:
    """TK-8, T7, T9.3: delete all of the tokens with these values, or none."""
    found = [tokens_table.find_by_key(cloud.db, key) for key in sorted(set(keys))]
    _delete(cloud, caller, found, FOREIGN_KEY)


def are_known(found: Sequence[Token | None]) -> bool:
    """T9, T9.1, T9.2: there is something to delete, and all of it exists."""
    return bool(found) and None not in found


def is_current(caller: Caller, token: Token) -> bool:
    """T8, AT-7.1: the token that makes the request."""
    return caller.token is not None and caller.token.token_id == token.token_id


def _delete(cloud: Cloud, caller: Caller, found: Sequence[Token | None], foreign_text: str) -> None:
    """T9.4: of several faults unknown comes before foreign, foreign before current."""
    if not are_known(found):
        raise bad_request(NOT_FOUND)
    tokens = [token for token in found if token is not None]
    if not all(may_touch(caller, token) for token in tokens):
        raise forbidden(foreign_text)
    if any(is_current(caller, token) for token in tokens):
        raise bad_request("Can't delete the current active token")
    tokens_table.mark_deleted(cloud.db, [token.token_id for token in tokens])


def _require_by_key(cloud: Cloud, caller: Caller, key: str, refusal_text: str) -> Token:
    token = tokens_table.find_by_key(cloud.db, key)
    if token is None:
        raise bad_request(refusal_text)
    if not may_touch(caller, token):
        raise forbidden()
    return token
