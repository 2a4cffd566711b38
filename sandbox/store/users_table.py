"""Accounts, their login tokens and their platform permissions."""

import json
from collections.abc import Iterable, Mapping

from sandbox.store.database import Database, Row, Value
from sandbox.store.records import Login, User

_COLUMNS = (
    "user_id, email, password_hash, first_name, last_name, is_admin, priority, company_id, is_active, "
    "created, credits, time_left, forbidden_commands"
)


def _user(row: Row) -> User:
    values = list(row)
    values[5], values[8], values[12] = bool(values[5]), bool(values[8]), tuple(json.loads(values[12]))
    return User(*values)


def email_key(email: str) -> str:
    """Return the form in which e-mail addresses are compared: without case (US-0.6, US-1.1)."""
    return email.lower()


def insert(
    db: Database,
    *,
    email: str,
    password_hash: str,
    first_name: str,
    last_name: str,
    is_admin: bool,
    priority: int,
    company_id: int | None,
    created: float,
    credits: float | None,
    time_left: int | None,
    forbidden_commands: Iterable[str],
) -> int:
    """Add a user and return its id."""
    cursor = db.run(
        "INSERT INTO users (email, email_key, password_hash, first_name, last_name, is_admin, priority, "
        "company_id, created, credits, time_left, forbidden_commands) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            email,
            email_key(email),
            password_hash,
            first_name,
            last_name,
            is_admin,
            priority,
            company_id,
            created,
            credits,
            time_left,
            json.dumps(list(forbidden_commands)),
        ),
    )
    return int(cursor.lastrowid or 0)


def find(db: Database, user_id: int) -> User | None:
    """Return the live user of this id."""
    row = db.one(f"SELECT {_COLUMNS} FROM users WHERE user_id = ? AND deleted = 0", (user_id,))
    return _user(row) if row else None


def find_by_email(db: Database, email: str) -> User | None:
    """Return the live user of this e-mail."""
    row = db.one(f"SELECT {_COLUMNS} FROM users WHERE email_key = ? AND deleted = 0", (email_key(email),))
    return _user(row) if row else None


def page(db: Database, limit: int, offset: int) -> list[User]:
    """Return live users by id."""
    rows = db.all(
        f"SELECT {_COLUMNS} FROM users WHERE deleted = 0 ORDER BY user_id LIMIT ? OFFSET ?", (limit, offset)
    )
    return [_user(row) for row in rows]


def update(db: Database, user_id: int, changes: Mapping[str, Value]) -> None:
    """Set these columns of a user."""
    if not changes:
        return
    columns = dict(changes)
    if "email" in columns:
        columns["email_key"] = email_key(str(columns["email"]))
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    db.run(f"UPDATE users SET {assignments} WHERE user_id = :user_id", {**columns, "user_id": user_id})


def mark_deleted(db: Database, user_id: int) -> None:
    """Take a user out of every later look-up, its login tokens and permissions with it."""
    db.run("UPDATE users SET deleted = 1 WHERE user_id = ?", (user_id,))
    db.run("DELETE FROM logins WHERE user_id = ?", (user_id,))
    db.run("DELETE FROM permissions WHERE user_id = ?", (user_id,))


def insert_login(db: Database, *, key_hash: str, user_id: int, expires: float) -> None:
    """Add a login token."""
    db.run("INSERT INTO logins (key_hash, user_id, expires) VALUES (?, ?, ?)", (key_hash, user_id, expires))


def find_login(db: Database, key_hash: str) -> Login | None:
    """Return the login token of this hash, expired or not."""
    row = db.one("SELECT user_id, expires FROM logins WHERE key_hash = ?", (key_hash,))
    return Login(*row) if row else None


def grant(db: Database, user_id: int, platform_id: str) -> None:
    """Let a user use a platform; a second time changes nothing."""
    db.run("INSERT OR IGNORE INTO permissions (user_id, platform_id) VALUES (?, ?)", (user_id, platform_id))


def withdraw(db: Database, user_id: int, platform_id: str) -> None:
    """Take one permission back; one that was never given is no fault."""
    db.run("DELETE FROM permissions WHERE user_id = ? AND platform_id = ?", (user_id, platform_id))


def withdraw_all(db: Database, user_id: int) -> None:
    """Take every permission of a user back."""
    db.run("DELETE FROM permissions WHERE user_id = ?", (user_id,))


def is_granted(db: Database, user_id: int, platform_id: str) -> bool:
    """Tell whether a user may use a platform."""
    return bool(
        db.one("SELECT 1 FROM permissions WHERE user_id = ? AND platform_id = ?", (user_id, platform_id))
    )


def granted_platforms(db: Database, user_id: int) -> list[str]:
    """Return the ids of the live platforms that a user may use, oldest platform first."""
    rows = db.all(
        "SELECT platform_id FROM permissions JOIN platforms USING (platform_id) "
        "WHERE user_id = ? AND deleted = 0 ORDER BY platforms.sequence",
        (user_id,),
    )
    return [row[0] for row in rows]
