"""Job tokens."""

from collections.abc import Iterable, Mapping

from sandbox.store.database import Database, Row, Value
from sandbox.store.records import Token

_COLUMNS = (
    "token_id, key, user_id, label, priority, created, expires, is_explorer, is_revoked, use_count, last_used"
)


def _token(row: Row) -> Token:
    values = list(row)
    values[7], values[8] = bool(values[7]), bool(values[8])
    return Token(*values)


def insert(
    db: Database,
    *,
    key: str,
    user_id: int,
    label: str,
    priority: int,
    created: float,
    expires: float,
    is_explorer: bool,
) -> int:
    """Add a token and return its id."""
    cursor = db.run(
        "INSERT INTO tokens (key, user_id, label, priority, created, expires, is_explorer) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (key, user_id, label, priority, created, expires, is_explorer),
    )
    return int(cursor.lastrowid or 0)


def find(db: Database, token_id: int) -> Token | None:
    """Return the token of this id, unless it was deleted."""
    row = db.one(f"SELECT {_COLUMNS} FROM tokens WHERE token_id = ? AND deleted = 0", (token_id,))
    return _token(row) if row else None


def find_by_key(db: Database, key: str) -> Token | None:
    """Return the token of this value, unless it was deleted."""
    row = db.one(f"SELECT {_COLUMNS} FROM tokens WHERE key = ? AND deleted = 0", (key,))
    return _token(row) if row else None


def count_use(db: Database, token_id: int, now: float) -> None:
    """Note that a token was used (CT-2)."""
    db.run("UPDATE tokens SET use_count = use_count + 1, last_used = ? WHERE token_id = ?", (now, token_id))


def label_is_taken(db: Database, user_id: int, label: str, except_id: int | None) -> bool:
    """Tell whether another token of the user that is not deleted has this label."""
    return bool(
        db.one(
            "SELECT 1 FROM tokens WHERE user_id = ? AND label = ? AND deleted = 0 AND token_id IS NOT ?",
            (user_id, label, except_id),
        )
    )


def page(
    db: Database,
    *,
    user_id: int | None,
    alive_at: float | None,
    include_revoked: bool,
    limit: int,
    offset: int,
) -> list[Token]:
    """Return tokens by id: of one user or of all, only those alive at a time or also the expired ones."""
    rows = db.all(
        f"SELECT {_COLUMNS} FROM tokens WHERE deleted = 0 "
        "AND (:user_id IS NULL OR user_id = :user_id) "
        "AND (:alive_at IS NULL OR expires > :alive_at) "
        "AND (:include_revoked OR is_revoked = 0) "
        "ORDER BY token_id LIMIT :limit OFFSET :offset",
        {
            "user_id": user_id,
            "alive_at": alive_at,
            "include_revoked": include_revoked,
            "limit": limit,
            "offset": offset,
        },
    )
    return [_token(row) for row in rows]


def of_user(db: Database, user_id: int) -> list[Token]:
    """Return every token of a user that was not deleted, by id."""
    rows = db.all(
        f"SELECT {_COLUMNS} FROM tokens WHERE user_id = ? AND deleted = 0 ORDER BY token_id", (user_id,)
    )
    return [_token(row) for row in rows]


def update(db: Database, token_id: int, changes: Mapping[str, Value]) -> None:
    """Set these columns of a token."""
    if not changes:
        return
    assignments = ", ".join(f"{name} = :{name}" for name in changes)
    db.run(f"UPDATE tokens SET {assignments} WHERE token_id = :token_id", {**changes, "token_id": token_id})


def mark_deleted(db: Database, token_ids: Iterable[int]) -> None:
    """Take tokens out of every later look-up; their rows stay, as their jobs name them."""
    for token_id in token_ids:
        db.run("UPDATE tokens SET deleted = 1 WHERE token_id = ?", (token_id,))


def mark_all_deleted(db: Database, user_id: int) -> None:
    """Take every token of a user out of every later look-up."""
    db.run("UPDATE tokens SET deleted = 1 WHERE user_id = ?", (user_id,))
