"""The state machine of jobs (J1 to J14)."""

import math

from sandbox.store.records import Job

WAITING = "waiting"
RUNNING = "running"
CANCEL_REQUESTED = "cancel_requested"
SUSPENDED = "suspended"
COMPLETED = "completed"
ERROR = "error"
CANCELED = "canceled"

STATUSES = (WAITING, RUNNING, CANCEL_REQUESTED, SUSPENDED, COMPLETED, ERROR, CANCELED)
CONCURRENT = (RUNNING, CANCEL_REQUESTED, SUSPENDED)

FULL_PROGRESS = 100.0


def is_terminal(status: str) -> bool:
    """ST-9: completed, error and canceled are for ever."""
    return status in (COMPLETED, ERROR, CANCELED)


def ends_at_once(status: str) -> bool:
    """J6, J12.1: a job that no worker is busy with is canceled immediately."""
    return status in (WAITING, SUSPENDED)


def takes_cancel_order(status: str) -> bool:
    """J7: a running job is canceled through its worker."""
    return status == RUNNING


def is_rerunnable(status: str) -> bool:
    """RR-1: only a job in error or canceled is run again."""
    return status in (ERROR, CANCELED)


def after_publication(current: str, published: str | None) -> str | None:
    """WK-2.5, WK-2.6, WK-2.8, WK-2.10, WK-2.14: the status after a worker's call, None for no step."""
    if published is None:
        return current
    if current == CANCEL_REQUESTED:
        return {RUNNING: CANCEL_REQUESTED, COMPLETED: CANCELED, ERROR: CANCELED, CANCELED: CANCELED}.get(
            published
        )
    if current == SUSPENDED:
        return {RUNNING: RUNNING}.get(published)
    if current == RUNNING:
        return {RUNNING: RUNNING, SUSPENDED: SUSPENDED, COMPLETED: COMPLETED, ERROR: ERROR}.get(published)
    return None


def elapsed(job: Job, now: float) -> int:
    """ST-12: whole seconds since the job began to run, 0 for a job that never ran."""
    return 0 if job.started is None else max(0, math.floor(now - job.started))
