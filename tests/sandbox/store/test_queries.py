"""The queries that must stay fast whatever the number of jobs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.store import jobs_table, tokens_table, users_table
from sandbox.store.database import Database, open_database


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """An empty database."""
    return open_database(tmp_path / "cloud.db")


def plan(db: Database, query: Callable[[], object]) -> str:
    """Return how SQLite goes about the first statement of a query."""
    statements: list[str] = []
    db._connection.set_trace_callback(statements.append)
    query()
    db._connection.set_trace_callback(None)
    return "\n".join(row[3] for row in db.all(f"EXPLAIN QUERY PLAN {statements[0]}"))


def test_claim_walks_the_partial_index(db: Database) -> None:
    text = plan(
        db,
        lambda: jobs_table.claim(db, platform_id="p", worker_id="w", now=0.0, default_limit=1, cap=5),
    )
    assert "SEARCH jobs USING INDEX jobs_queue (platform_id=?)" in text
    assert "USING COVERING INDEX jobs_" in text
    assert "TEMP B-TREE" not in text
    assert "SCAN jobs\n" not in text + "\n"


@pytest.mark.parametrize(
    ("index", "query"),
    [
        ("jobs_deadline (deadline<?)", lambda db: jobs_table.has_overdue(db, 1.0)),
        (
            "jobs_deadline (deadline<?)",
            lambda db: jobs_table.cancel_overdue(db, 1.0, status_message="", failure_code=""),
        ),
        ("jobs_user (user_id=? AND status=?)", lambda db: jobs_table.count(db, 1, ["waiting", "running"])),
        ("jobs_user (user_id=? AND status=?)", lambda db: jobs_table.count_on_type(db, 1, "toolbox")),
        ("jobs_user (user_id=? AND status=?)", lambda db: jobs_table.reserved_credits(db, 1)),
        ("jobs_user (user_id=? AND status=?)", lambda db: jobs_table.reprioritize(db, "user_id", 1)),
        ("jobs_token (token_id=?)", lambda db: jobs_table.reprioritize(db, "token_id", 1)),
        ("jobs_token (token_id=? AND started>?)", lambda db: jobs_table.usage(db, 1, None, None)),
        ("sqlite_autoindex_jobs_1 (job_id=?)", lambda db: jobs_table.find(db, "x")),
        ("sqlite_autoindex_tokens_1 (key=?)", lambda db: tokens_table.find_by_key(db, "x")),
        ("users_email (email_key=?)", lambda db: users_table.find_by_email(db, "x")),
    ],
)
def test_query_uses_its_index(db: Database, index: str, query: Callable[[Database], object]) -> None:
    assert index in plan(db, lambda: query(db))


def test_transaction_keeps_all_or_nothing(db: Database) -> None:
    insert = "INSERT INTO processes (process_id, user_id) VALUES (?, 1)"
    with db.transaction():
        db.run(insert, ("kept",))
    with pytest.raises(LookupError), db.transaction():
        db.run(insert, ("undone",))
        raise LookupError
    assert [row[0] for row in db.all("SELECT process_id FROM processes")] == ["kept"]
