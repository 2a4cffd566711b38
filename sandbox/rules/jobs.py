"""Jobs of users: JB-2 to JB-7, JA-1, JA-2."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.rules import admission, clock, expiry, identifiers, lifecycle, platforms
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import INVALID_DATA, NOT_FOUND, RefusalError, bad_request, forbidden, not_found
from sandbox.store import jobs_table
from sandbox.store.records import Job, Token, User

CANNOT_CANCEL = "Can not cancel job"
CANCELED_BY_USER = "Canceled by the user"
CANCELED_BY_ADMIN = "Canceled by an administrator"


def malformed_id(job_id: str) -> RefusalError:
    """JB-2.1, JB-3.1, JB-5.4, JB-6.5, WK-2.2: what a path without a UUID in it gets."""
    return bad_request(f"Invalid job id: {job_id}")


def unknown_id(job_id: str) -> RefusalError:
    """JB-5.3, JB-6.2, WK-2.2, JA-2.3: what an id without a job gets."""
    return not_found(f"invalid job_id: {job_id}")


def unknown_data_id(job_id: str) -> RefusalError:
    """JB-4.1, JB-4.2: what an id without a job gets."""
    return not_found(f"Not found job: {job_id}")


def unknown_read_id(job_id: str) -> RefusalError:
    """JB-2.2, JB-3.2: what an id without a job gets."""
    return not_found(NOT_FOUND)


def require_uuid(job_id: str) -> None:
    """ID-7: refuse an id that no job can have."""
    if not identifiers.is_uuid(job_id):
        raise malformed_id(job_id)


def find(cloud: Cloud, job_id: str) -> Job | None:
    """Return a job as it is now, its time limit applied (J10.1)."""
    expiry.enforce_time_limits(cloud)
    return jobs_table.find(cloud.db, job_id) if identifiers.is_uuid(job_id) else None


def is_creator(caller: Caller, job: Job) -> bool:
    """A-8.1: the user who created the job, whatever the token."""
    return job.user_id == caller.user.user_id


def require_for_reading(cloud: Cloud, caller: Caller, job_id: str) -> Job:
    """JB-2.3, JB-3.3: the caller's job of this id."""
    require_uuid(job_id)
    return _own(caller, find(cloud, job_id), unknown_read_id(job_id))


def require_for_data(cloud: Cloud, caller: Caller, job_id: str) -> Job:
    """JB-4.3: the caller's job of this id."""
    return _own(caller, find(cloud, job_id), unknown_data_id(job_id))


def require_for_action(cloud: Cloud, caller: Caller, job_id: str) -> Job:
    """JB-5.2, JB-6.3: the caller's job of this id."""
    require_uuid(job_id)
    return _own(caller, find(cloud, job_id), unknown_id(job_id))


def _own(caller: Caller, job: Job | None, refusal: RefusalError) -> Job:
    if job is None:
        raise refusal
    if not is_creator(caller, job):
        raise forbidden()
    return job


def is_cancellable(job: Job) -> bool:
    """CN-2 to CN-4: waiting, suspended and running jobs are."""
    return lifecycle.ends_at_once(job.status) or lifecycle.takes_cancel_order(job.status)


def cancel(cloud: Cloud, job: Job, message: str) -> None:
    """J6, J7, J12.1: end a job, at once or through its worker."""
    if not is_cancellable(job):
        raise bad_request(CANNOT_CANCEL)
    if lifecycle.ends_at_once(job.status):
        jobs_table.cancel(
            cloud.db,
            job.sequence,
            duration=lifecycle.elapsed(job, clock.now()),
            status_message=message,
            failure_code=None,
        )
    else:
        jobs_table.request_cancel(cloud.db, job.sequence, message)


def cancel_many(cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
    """JA-2.1 to JA-2.5: cancel what can be, and return all as they are then; an unknown id stops it all."""
    found: list[Job] = []
    spelled: dict[str, str] = {}
    for job_id in job_ids:
        spelled.setdefault(job_id.lower(), job_id)
    for job_id in spelled.values():
        job = find(cloud, job_id)
        if job is None:
            raise unknown_id(job_id)
        found.append(job)
    cancellable = [job for job in found if is_cancellable(job)]
    if not cancellable:
        raise bad_request(CANNOT_CANCEL)
    for job in cancellable:
        cancel(cloud, job, CANCELED_BY_ADMIN)
    return [jobs_table.find(cloud.db, job.job_id) or job for job in found]


def rerun(cloud: Cloud, caller: Caller, token: Token, job: Job, changes: dict[str, Json]) -> str:
    """JB-6.1, RR-2, RR-11: make a new job of one that failed, admitted as any other, and return its id."""
    if not lifecycle.is_rerunnable(job.status):
        raise bad_request(INVALID_DATA)
    wish = admission.rerun_wish(cloud, job, changes)
    if wish.platform_id is None and wish.platform_name is None:
        raise not_found(platforms.NOT_FOUND)
    return admission.admit(cloud, caller, token, wish)


def page(
    cloud: Cloud,
    *,
    status: str | None,
    user_id: int | None,
    platform_name: str | None,
    limit: int,
    offset: int,
) -> list[Job]:
    """JA-1.1 to JA-1.3: jobs of all users, oldest first."""
    expiry.enforce_time_limits(cloud)
    return jobs_table.page(
        cloud.db, status=status, user_id=user_id, platform_name=platform_name, limit=limit, offset=offset
    )


@dataclass(frozen=True)
class Availability:
    """JB-7.1: what a user has running and waiting, and may have."""

    max_concurrent_jobs: int
    num_concurrent_jobs: int
    max_jobs_in_queue: int
    num_jobs_in_queue: int
    max_running_qt_jobs: int
    num_running_qt_jobs: int


def availability(cloud: Cloud, user: User) -> Availability:
    """JB-7.3, Q-7: counted over all tokens of the user."""
    expiry.enforce_time_limits(cloud)
    return Availability(
        max_concurrent_jobs=cloud.settings.max_running_jobs,
        num_concurrent_jobs=jobs_table.count(cloud.db, user.user_id, lifecycle.CONCURRENT),
        max_jobs_in_queue=cloud.settings.max_waiting_jobs,
        num_jobs_in_queue=jobs_table.count(cloud.db, user.user_id, [lifecycle.WAITING]),
        max_running_qt_jobs=cloud.settings.max_qt_jobs,
        num_running_qt_jobs=admission.running_toolbox_jobs(cloud, user),
    )


def shown_progress_message(job: Job) -> str | None:
    """ST-13, C-4: a text in every status but waiting."""
    return None if job.status == lifecycle.WAITING else job.progress_message or ""
