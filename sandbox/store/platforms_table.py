"""Platforms and the workers registered on them."""

from collections.abc import Mapping

from sandbox.store.database import Database, Row, Value
from sandbox.store.records import Platform

_COLUMNS = (
    "platform_id, name, type, status, specs, perfs, description, max_duration, max_shots, allow_explorer, "
    "maintenance, created"
)


def _platform(row: Row) -> Platform:
    values = list(row)
    values[9] = bool(values[9])
    return Platform(*values)


def insert(db: Database, platform: Platform) -> None:
    """Add a platform."""
    db.run(
        f"INSERT INTO platforms ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            platform.platform_id,
            platform.name,
            platform.type,
            platform.status,
            platform.specs,
            platform.perfs,
            platform.description,
            platform.max_duration,
            platform.max_shots,
            platform.allow_explorer,
            platform.maintenance,
            platform.created,
        ),
    )


def find(db: Database, platform_id: str) -> Platform | None:
    """Return the live platform of this id."""
    row = db.one(
        f"SELECT {_COLUMNS} FROM platforms WHERE platform_id = ? AND deleted = 0", (platform_id.lower(),)
    )
    return _platform(row) if row else None


def find_by_name(db: Database, name: str) -> Platform | None:
    """Return the live platform of this name."""
    row = db.one(f"SELECT {_COLUMNS} FROM platforms WHERE name = ? AND deleted = 0", (name,))
    return _platform(row) if row else None


def page(db: Database, limit: int, offset: int) -> list[Platform]:
    """Return live platforms, oldest first."""
    rows = db.all(
        f"SELECT {_COLUMNS} FROM platforms WHERE deleted = 0 ORDER BY sequence LIMIT ? OFFSET ?",
        (limit, offset),
    )
    return [_platform(row) for row in rows]


def every(db: Database) -> list[Platform]:
    """Return all live platforms, oldest first."""
    return [
        _platform(row)
        for row in db.all(f"SELECT {_COLUMNS} FROM platforms WHERE deleted = 0 ORDER BY sequence")
    ]


def update(db: Database, platform_id: str, changes: Mapping[str, Value]) -> None:
    """Set these columns of a platform."""
    if not changes:
        return
    assignments = ", ".join(f"{name} = :{name}" for name in changes)
    db.run(
        f"UPDATE platforms SET {assignments} WHERE platform_id = :platform_id",
        {**changes, "platform_id": platform_id},
    )


def mark_deleted(db: Database, platform_id: str) -> None:
    """Take a platform out of every later look-up, its permissions and workers with it."""
    db.run("UPDATE platforms SET deleted = 1 WHERE platform_id = ?", (platform_id,))
    db.run("DELETE FROM permissions WHERE platform_id = ?", (platform_id,))
    db.run("DELETE FROM platform_workers WHERE platform_id = ?", (platform_id,))


def add_worker(db: Database, platform_id: str, worker_id: str) -> None:
    """Register a worker on a platform; a second time changes nothing."""
    db.run(
        "INSERT OR IGNORE INTO platform_workers (platform_id, worker_id) VALUES (?, ?)",
        (platform_id, worker_id),
    )


def has_worker(db: Database, platform_id: str, worker_id: str) -> bool:
    """Tell whether a worker is registered on a platform."""
    return bool(
        db.one(
            "SELECT 1 FROM platform_workers WHERE platform_id = ? AND worker_id = ?", (platform_id, worker_id)
        )
    )
