"""The time limit of running jobs, applied at the next read instead of by a timer (SB-5)."""

from sandbox.cloud import Cloud
from sandbox.rules import clock
from sandbox.store import jobs_table

FAILURE_CODE = "max_duration_exceeded"
STATUS_MESSAGE = "Canceled by the system: the job ran longer than its maximum duration"

LONGEST_DURATION = 864_000


def enforce_time_limits(cloud: Cloud) -> None:
    """J10, J10.1: cancel what has run longer than it may, before anything is read or decided."""
    now = clock.now()
    if jobs_table.has_overdue(cloud.db, now):
        jobs_table.cancel_overdue(cloud.db, now, status_message=STATUS_MESSAGE, failure_code=FAILURE_CODE)


def default_time_limit(platform_limit: int | None) -> int:
    """J10.5: without a limit of its own a job has its platform's, else the longest."""
    return LONGEST_DURATION if platform_limit is None else platform_limit
