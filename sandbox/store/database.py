"""One connection to one SQLite file, held by this process alone."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sandbox.errors import SandboxError
from sandbox.store import layout

Value: TypeAlias = str | int | float | None
Row: TypeAlias = tuple[Any, ...]
Parameters: TypeAlias = Mapping[str, Value] | Sequence[Value]


class Database:
    """The data of a cloud; every method of the store's modules works on one of these.

    It is used from one thread at a time. Statements outside `transaction()` stand for themselves.
    """

    def __init__(
        self, connection: sqlite3.Connection, temporary: "tempfile.TemporaryDirectory[str] | None"
    ) -> None:
        self._connection = connection
        self._temporary = temporary

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything that is written inside, or nothing of it when an exception leaves."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def run(self, statement: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Execute one statement and return its cursor."""
        return self._connection.execute(statement, parameters)

    def one(self, statement: str, parameters: Parameters = ()) -> Row | None:
        """Return the first row, or None where there is none."""
        row: Row | None = self._connection.execute(statement, parameters).fetchone()
        return row

    def all(self, statement: str, parameters: Parameters = ()) -> list[Row]:
        """Return every row."""
        return self._connection.execute(statement, parameters).fetchall()

    def number(self, statement: str, parameters: Parameters = ()) -> int:
        """Return the single number that the statement selects."""
        (value,) = self._connection.execute(statement, parameters).fetchone()
        return int(value)

    def close(self) -> None:
        """Close the file, and remove it where it was temporary."""
        self._connection.close()
        if self._temporary is not None:
            self._temporary.cleanup()


def open_database(path: Path | None) -> Database:
    """Open the database at this path, or make it; None makes a temporary one that `close()` removes."""
    if path is None:
        folder = tempfile.TemporaryDirectory(prefix="sandbox-")
        connection = _prepared(Path(folder.name) / "cloud.db")
        if os.name != "posix":
            return Database(connection, folder)
        # An open file lives on without its name: even a sandbox that is killed leaves nothing behind.
        folder.cleanup()
        return Database(connection, None)
    if not path.parent.is_dir():
        raise SandboxError(
            f"The folder {path.parent} of the database does not exist: make it, or give another path."
        )
    if path.is_dir():
        raise SandboxError(f"{path} is a folder: give the path of a database file.")
    return Database(_prepared(path), None)


def _prepared(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.5)
    except sqlite3.OperationalError as error:
        raise SandboxError(
            f"The database {path} cannot be opened ({error}): check the rights on the file and on its folder."
        ) from error
    try:
        _take(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _take(connection: sqlite3.Connection, path: Path) -> None:
    """Make the file this process's own, with tables of the current layout in it."""
    try:
        _require_own_layout(connection, path)
        # Exclusive locking before the first access in WAL mode: no second sandbox may work on the same file.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        if _is_empty(connection):
            for statement in layout.TABLES.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {layout.APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {layout.LAYOUT_VERSION}")
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise SandboxError(
                f"The database {path} is in use by another process: stop it, or give another path."
            ) from error
        raise SandboxError(
            f"The database {path} cannot be written ({error}): check the rights on it and its folder."
        ) from error
    except sqlite3.DatabaseError as error:
        raise SandboxError(
            f"The file {path} is not a database: give the path of a sandbox's database, or of a new file."
        ) from error


def _require_own_layout(connection: sqlite3.Connection, path: Path) -> None:
    if _is_empty(connection):
        return
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != layout.APPLICATION_ID:
        raise SandboxError(f"The database {path} is not a sandbox's: give another path.")
    if version != layout.LAYOUT_VERSION:
        raise SandboxError(
            f"The database {path} has layout {version}, and this sandbox works with layout "
            f"{layout.LAYOUT_VERSION}: give another path."
        )


def _is_empty(connection: sqlite3.Connection) -> bool:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return not tables
