"""Jobs: the queue, their states, payloads and results."""

from collections.abc import Sequence
from dataclasses import asdict

from sandbox.store.database import Database, Row, Value
from sandbox.store.layout import RUNNING, TIMED
from sandbox.store.records import Job, NewJob, Publication, UsageUnit

_COLUMNS = (
    "jobs.sequence, job_id, user_id, token_id, token_label, jobs.platform_id, job_name, job_group_name, "
    "command, pcvl_version, process_id, rerun_from, jobs.max_duration, jobs.status, jobs.created, started, "
    "duration, progress, progress_message, status_message, failure_code, shots, reserved, results_type, "
    "worker_id, last_intermediate, platforms.name"
)
_SOURCE = "jobs JOIN platforms ON platforms.platform_id = jobs.platform_id"

CLAIM_CANDIDATE = f"""
SELECT sequence FROM jobs
WHERE status = 'waiting' AND platform_id = :platform_id
AND user_id NOT IN (
    SELECT user_id FROM jobs WHERE status IN {RUNNING} GROUP BY user_id HAVING count(*) >= :cap
)
ORDER BY priority DESC, created, sequence LIMIT 1
"""
CLAIM = f"""
UPDATE jobs SET status = 'running', started = :now, worker_id = :worker_id, progress_message = '',
    time_limit = coalesce(max_duration, :default_limit),
    deadline = :now + coalesce(max_duration, :default_limit)
WHERE sequence = ({CLAIM_CANDIDATE}) RETURNING sequence
"""


def _job(row: Row) -> Job:
    return Job(*row)


def insert(db: Database, job: NewJob) -> None:
    """Put a job into the queue."""
    values = asdict(job)
    payload = values.pop("payload")
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    cursor = db.run(f"INSERT INTO jobs ({names}, status) VALUES ({places}, 'waiting')", values)
    db.run("INSERT INTO job_payloads (sequence, payload) VALUES (?, ?)", (cursor.lastrowid, payload))


def find(db: Database, job_id: str) -> Job | None:
    """Return the job of this id."""
    row = db.one(f"SELECT {_COLUMNS} FROM {_SOURCE} WHERE job_id = ?", (job_id.lower(),))
    return _job(row) if row else None


def payload(db: Database, sequence: int) -> str:
    """Return a job's payload as JSON text."""
    (text,) = db.run("SELECT payload FROM job_payloads WHERE sequence = ?", (sequence,)).fetchone()
    return str(text)


def results(db: Database, sequence: int) -> str | None:
    """Return a job's results, None where there are none."""
    row = db.one("SELECT results FROM job_results WHERE sequence = ?", (sequence,))
    return str(row[0]) if row else None


def intermediates(db: Database, sequence: int) -> list[str]:
    """Return a job's intermediate results as JSON texts, in their order."""
    rows = db.all("SELECT value FROM job_intermediates WHERE sequence = ? ORDER BY position", (sequence,))
    return [row[0] for row in rows]


def page(
    db: Database,
    *,
    status: str | None,
    user_id: int | None,
    platform_name: str | None,
    limit: int,
    offset: int,
) -> list[Job]:
    """Return jobs of all users, oldest first."""
    rows = db.all(
        f"SELECT {_COLUMNS} FROM {_SOURCE} "
        "WHERE (:status IS NULL OR jobs.status = :status) AND (:user_id IS NULL OR user_id = :user_id) "
        "AND (:platform_name IS NULL OR platforms.name = :platform_name) "
        "ORDER BY jobs.sequence LIMIT :limit OFFSET :offset",
        {
            "status": status,
            "user_id": user_id,
            "platform_name": platform_name,
            "limit": limit,
            "offset": offset,
        },
    )
    return [_job(row) for row in rows]


def claim(
    db: Database, *, platform_id: str, worker_id: str, now: float, default_limit: int, cap: int
) -> Job | None:
    """Give the first waiting job of a platform to a worker, in one statement; None where there is none.

    Users who have `cap` jobs running are passed over.
    """
    row = db.one(
        CLAIM,
        {
            "platform_id": platform_id,
            "worker_id": worker_id,
            "now": now,
            "default_limit": default_limit,
            "cap": cap,
        },
    )
    if row is None:
        return None
    return _job(db.run(f"SELECT {_COLUMNS} FROM {_SOURCE} WHERE jobs.sequence = ?", (row[0],)).fetchone())


def publish(db: Database, job: Job, publication: Publication) -> None:
    """Write what a worker published."""
    values = asdict(publication)
    results_text, intermediate = values.pop("results"), values.pop("intermediate")
    changes = {name: value for name, value in values.items() if value is not None}
    if intermediate is not None:
        changes["last_intermediate"] = intermediate
        db.run(
            "INSERT INTO job_intermediates (sequence, position, value) "
            "SELECT :sequence, count(*), :value FROM job_intermediates WHERE sequence = :sequence",
            {"sequence": job.sequence, "value": intermediate},
        )
    if results_text is not None:
        db.run(
            "INSERT OR REPLACE INTO job_results (sequence, results) VALUES (?, ?)",
            (job.sequence, results_text),
        )
    assignments = ", ".join(f"{name} = :{name}" for name in changes)
    db.run(f"UPDATE jobs SET {assignments} WHERE sequence = :sequence", {**changes, "sequence": job.sequence})


def cancel(
    db: Database, sequence: int, *, duration: int, status_message: str, failure_code: str | None
) -> None:
    """End a job that no worker has to be told about."""
    db.run(
        "UPDATE jobs SET status = 'canceled', duration = ?, status_message = ?, failure_code = ? "
        "WHERE sequence = ?",
        (duration, status_message, failure_code, sequence),
    )


def request_cancel(db: Database, sequence: int, status_message: str) -> None:
    """Leave the order to cancel for the worker of a job."""
    db.run(
        "UPDATE jobs SET status = 'cancel_requested', status_message = ? WHERE sequence = ?",
        (status_message, sequence),
    )


def cancel_overdue(db: Database, now: float, *, status_message: str, failure_code: str) -> None:
    """End every job that has run longer than it may; its duration is the time that it was allowed."""
    db.run(
        "UPDATE jobs SET status = 'canceled', duration = time_limit, status_message = :status_message, "
        f"failure_code = :failure_code WHERE status IN {TIMED} AND deadline < :now",
        {"now": now, "status_message": status_message, "failure_code": failure_code},
    )


def has_overdue(db: Database, now: float) -> bool:
    """Tell whether some job has run longer than it may."""
    return bool(db.one(f"SELECT 1 FROM jobs WHERE status IN {TIMED} AND deadline < ? LIMIT 1", (now,)))


def unfinished(db: Database, column: str, value: Value) -> list[Job]:
    """Return the jobs that are not over, of a user (`user_id`) or of a platform (`platform_id`)."""
    rows = db.all(
        f"SELECT {_COLUMNS} FROM {_SOURCE} WHERE jobs.{column} = ? "
        "AND jobs.status IN ('waiting', 'running', 'cancel_requested', 'suspended') ORDER BY jobs.sequence",
        (value,),
    )
    return [_job(row) for row in rows]


def count(db: Database, user_id: int, statuses: Sequence[str]) -> int:
    """Return how many jobs a user has in these statuses."""
    places = ", ".join("?" * len(statuses))
    return db.number(
        f"SELECT count(*) FROM jobs WHERE user_id = ? AND status IN ({places})", (user_id, *statuses)
    )


def count_on_type(db: Database, user_id: int, platform_type: str) -> int:
    """Return how many jobs a user has running on platforms of a type."""
    return db.number(
        f"SELECT count(*) FROM {_SOURCE} "
        f"WHERE user_id = ? AND jobs.status IN {RUNNING} AND platforms.type = ?",
        (user_id, platform_type),
    )


def reserved_credits(db: Database, user_id: int) -> float:
    """Return the credits that a user's unfinished jobs hold."""
    (total,) = db.run(
        "SELECT total(reserved) FROM jobs WHERE user_id = ? "
        "AND status IN ('waiting', 'running', 'cancel_requested', 'suspended')",
        (user_id,),
    ).fetchone()
    return float(total)


def reprioritize(db: Database, column: str, value: int) -> None:
    """Give the waiting jobs of a token (`token_id`) or user (`user_id`) the smaller of both priorities."""
    db.run(
        "UPDATE jobs SET priority = (SELECT min(tokens.priority, users.priority) FROM tokens, users "
        "WHERE tokens.token_id = jobs.token_id AND users.user_id = jobs.user_id) "
        f"WHERE {column} = ? AND status = 'waiting'",
        (value,),
    )


def process_owner(db: Database, process_id: str) -> int | None:
    """Return the user who used this process id first."""
    row = db.one("SELECT user_id FROM processes WHERE process_id = ?", (process_id,))
    return int(row[0]) if row else None


def claim_process(db: Database, process_id: str, user_id: int) -> None:
    """Give a process id to its first user."""
    db.run("INSERT OR IGNORE INTO processes (process_id, user_id) VALUES (?, ?)", (process_id, user_id))


def usage(db: Database, token_id: int, start: float | None, end: float | None) -> list[UsageUnit]:
    """Return what a token's jobs used on each platform, of the jobs that began to run in [start, end)."""
    rows = db.all(
        "SELECT platforms.name, count(*), coalesce(sum(duration), 0), total(charged) "
        f"FROM {_SOURCE} WHERE token_id = :token_id AND started IS NOT NULL "
        "AND (:start IS NULL OR started >= :start) AND (:end IS NULL OR started < :end) "
        "GROUP BY jobs.platform_id ORDER BY min(jobs.sequence)",
        {"token_id": token_id, "start": start, "end": end},
    )
    return [UsageUnit(*row) for row in rows]
