"""Accounts: US-0 to US-5."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.rules import clock, closing, identifiers, passwords, platforms
from sandbox.rules.credentials import INVALID_USER, Caller
from sandbox.rules.refusals import INVALID_DATA, bad_request, not_found, unauthorized
from sandbox.store import api_keys_table, jobs_table, tokens_table, users_table
from sandbox.store.records import User

INVALID_LOGIN = "Invalid email or password"
DEFAULT_PRIORITY = 2
LONGEST_EMAIL = 254

ADMIN_ONLY = frozenset(
    {
        "priority",
        "is_admin",
        "platform_ids",
        "company_id",
        "is_active",
        "credits",
        "time_left",
        "forbidden_commands",
    }
)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class LoggedIn:
    """A fresh login token."""

    token: str
    duration: int
    user_id: int


def email_is_wellformed(email: str) -> bool:
    """US-1.5: one `@` with text on both sides, no white space, not too long."""
    return len(email) <= LONGEST_EMAIL and _EMAIL.fullmatch(email) is not None


def email_is_free(cloud: Cloud, email: str, except_id: int | None = None) -> bool:
    """US-1.1, US-1.10, US-3.6: no other live user has this e-mail, compared without case."""
    owner = users_table.find_by_email(cloud.db, email)
    return owner is None or owner.user_id == except_id


def log_in(cloud: Cloud, user: User | None, password_matches: bool) -> LoggedIn:
    """US-0.1 to US-0.4: give a new login token; an unknown e-mail and a wrong password look the same."""
    if user is None or not password_matches:
        raise unauthorized(INVALID_LOGIN)
    if not user.is_active:
        raise unauthorized(INVALID_USER)
    value = identifiers.new_token_value()
    duration = cloud.settings.login_duration
    users_table.insert_login(
        cloud.db,
        key_hash=identifiers.key_hash(value),
        user_id=user.user_id,
        expires=clock.now() + duration,
    )
    return LoggedIn(value, duration, user.user_id)


def create(cloud: Cloud, members: Mapping[str, Json], password_hash: str | None) -> int:
    """US-1, US-1.9: add a user; `password_hash` is None for a password that is too weak."""
    _require_acceptable(cloud, members, except_id=None)
    if password_hash is None:
        raise bad_request("Invalid password")
    user_id = users_table.insert(
        cloud.db,
        email=members["email"],
        password_hash=password_hash,
        first_name=members["first_name"],
        last_name=members["last_name"],
        is_admin=members.get("is_admin", False),
        priority=members.get("priority", DEFAULT_PRIORITY),
        company_id=members.get("company_id"),
        created=clock.now(),
        credits=members.get("credits"),
        time_left=members.get("time_left"),
        forbidden_commands=members.get("forbidden_commands", []),
    )
    for platform_id in members.get("platform_ids", []):
        users_table.grant(cloud.db, user_id, platform_id.lower())
    return user_id


def require(cloud: Cloud, user_id: int) -> User:
    """US-2.3, US-3.11, US-4.2: return the user that the path names."""
    user = users_table.find(cloud.db, user_id)
    if user is None:
        raise not_found()
    return user


def may_set(caller: Caller, names: Collection[str]) -> bool:
    """US-3.2: who is not admin may not even name what only an admin sets."""
    return caller.is_admin or not ADMIN_ONLY.intersection(names)


def update(
    cloud: Cloud, caller: Caller, user: User, members: Mapping[str, Json], password_hash: str | None
) -> None:
    """US-3, US-3.3, US-3.4: change what is given and nothing else."""
    _require_acceptable(cloud, members, except_id=user.user_id)
    if "password" in members and password_hash is None:
        raise bad_request("Invalid password")
    if user.user_id == caller.user.user_id and not keeps_own_rights(caller, members):
        raise bad_request(INVALID_DATA)
    changes = {name: members[name] for name in _PLAIN_COLUMNS if name in members}
    if password_hash is not None:
        changes["password_hash"] = password_hash
    if "forbidden_commands" in members:
        changes["forbidden_commands"] = json.dumps(members["forbidden_commands"])
    users_table.update(cloud.db, user.user_id, changes)
    if "platform_ids" in members:
        users_table.withdraw_all(cloud.db, user.user_id)
        for platform_id in members["platform_ids"]:
            users_table.grant(cloud.db, user.user_id, platform_id.lower())
    if "priority" in members:
        jobs_table.reprioritize(cloud.db, "user_id", user.user_id)
    if members.get("is_active") is False and user.is_active:
        closing.close_jobs(cloud, "user_id", user.user_id, closing.USER_DEACTIVATED)


_PLAIN_COLUMNS = (
    "email",
    "first_name",
    "last_name",
    "is_admin",
    "priority",
    "company_id",
    "is_active",
    "credits",
    "time_left",
)


def keeps_own_rights(caller: Caller, members: Mapping[str, Json]) -> bool:
    """US-3.10: an admin neither deactivates nor demotes itself."""
    return not caller.is_admin or (
        members.get("is_active") is not False and members.get("is_admin") is not False
    )


def delete(cloud: Cloud, user: User) -> None:
    """US-4.1, US-4.3: take a user away with all credentials; its jobs end (J13)."""
    if user.is_admin:
        raise bad_request("Can't delete an admin user")
    closing.close_jobs(cloud, "user_id", user.user_id, closing.USER_DELETED)
    tokens_table.mark_all_deleted(cloud.db, user.user_id)
    api_keys_table.mark_all_deleted(cloud.db, user.user_id)
    users_table.mark_deleted(cloud.db, user.user_id)


def _require_acceptable(cloud: Cloud, members: Mapping[str, Json], except_id: int | None) -> None:
    if "email" in members and not email_is_free(cloud, members["email"], except_id):
        raise bad_request(f"Email already exists: {members['email']}")
    for platform_id in members.get("platform_ids", []):
        if platforms.find(cloud, platform_id) is None:
            raise bad_request(f"Invalid platform: {platform_id}")


def hash_of_strong(password: str, cost: int) -> str | None:
    """Return the hash of a password, None where it is too weak (US-1.3)."""
    return passwords.hashed(password, cost) if passwords.is_strong(password) else None
