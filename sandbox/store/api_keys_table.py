"""API keys of workers."""

from sandbox.store.database import Database, Row
from sandbox.store.records import ApiKey

_COLUMNS = "api_key_id, user_id, label, created, expires, is_revoked"


def _api_key(row: Row) -> ApiKey:
    values = list(row)
    values[5] = bool(values[5])
    return ApiKey(*values)


def insert(db: Database, *, key_hash: str, user_id: int, label: str, created: float, expires: float) -> int:
    """Add a key and return its id."""
    cursor = db.run(
        "INSERT INTO api_keys (key_hash, user_id, label, created, expires) VALUES (?, ?, ?, ?, ?)",
        (key_hash, user_id, label, created, expires),
    )
    return int(cursor.lastrowid or 0)


def find(db: Database, api_key_id: int) -> ApiKey | None:
    """Return the key of this id."""
    row = db.one(f"SELECT {_COLUMNS} FROM api_keys WHERE api_key_id = ? AND deleted = 0", (api_key_id,))
    return _api_key(row) if row else None


def find_by_hash(db: Database, key_hash: str) -> ApiKey | None:
    """Return the key whose value has this hash."""
    row = db.one(f"SELECT {_COLUMNS} FROM api_keys WHERE key_hash = ? AND deleted = 0", (key_hash,))
    return _api_key(row) if row else None


def label_is_taken(db: Database, user_id: int, label: str) -> bool:
    """Tell whether a key of the user has this label, revoked or not."""
    return bool(
        db.one("SELECT 1 FROM api_keys WHERE user_id = ? AND label = ? AND deleted = 0", (user_id, label))
    )


def page(db: Database, limit: int, offset: int) -> list[ApiKey]:
    """Return keys by id."""
    rows = db.all(
        f"SELECT {_COLUMNS} FROM api_keys WHERE deleted = 0 ORDER BY api_key_id LIMIT ? OFFSET ?",
        (limit, offset),
    )
    return [_api_key(row) for row in rows]


def revoke(db: Database, api_key_id: int) -> None:
    """Mark a key as revoked."""
    db.run("UPDATE api_keys SET is_revoked = 1 WHERE api_key_id = ?", (api_key_id,))


def mark_all_deleted(db: Database, user_id: int) -> None:
    """Take every key of a user out of every later look-up."""
    db.run("UPDATE api_keys SET deleted = 1 WHERE user_id = ?", (user_id,))
