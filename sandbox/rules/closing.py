"""What happens to jobs whose user or platform goes away (J13)."""

from dataclasses import dataclass

from sandbox.cloud import Cloud
from sandbox.rules import clock, expiry, lifecycle
from sandbox.store import jobs_table


@dataclass(frozen=True)
class Reason:
    """Why the system ends jobs."""

    failure_code: str
    status_message: str


PLATFORM_DELETED = Reason("platform_deleted", "Canceled by the system: the platform was deleted")
USER_DELETED = Reason("user_deleted", "Canceled by the system: the user was deleted")
USER_DEACTIVATED = Reason("user_deactivated", "Canceled by the system: the user was deactivated")


def close_jobs(cloud: Cloud, column: str, value: int | str, reason: Reason) -> None:
    """J13: waiting and suspended jobs end at once, running ones get the order to cancel."""
    expiry.enforce_time_limits(cloud)
    for job in jobs_table.unfinished(cloud.db, column, value):
        if lifecycle.ends_at_once(job.status):
            jobs_table.cancel(
                cloud.db,
                job.sequence,
                duration=lifecycle.elapsed(job, clock.now()),
                status_message=reason.status_message,
                failure_code=reason.failure_code,
            )
        elif lifecycle.takes_cancel_order(job.status):
            jobs_table.request_cancel(cloud.db, job.sequence, reason.status_message)
