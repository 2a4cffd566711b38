"""How workers get jobs: WK-1, Q-1 to Q-5."""

from sandbox.cloud import Cloud
from sandbox.rules import clock, expiry, identifiers, platforms
from sandbox.rules.refusals import bad_request, not_found
from sandbox.store import jobs_table, platforms_table
from sandbox.store.records import Job, Platform

NO_WAITING_JOB = "No waiting job"


def wanted_platform(cloud: Cloud, platform_id: str | None, platform_name: str | None) -> Platform:
    """WK-1.2 to WK-1.4: the platform by id, which wins, or by name."""
    if platform_id is not None:
        if not identifiers.is_uuid(platform_id):
            raise bad_request(f"Invalid platform: {platform_id}")
        return platforms.require(cloud, platform_id)
    if platform_name is None:
        raise bad_request("Require platform_id or platform_name")
    return platforms.require_by_name(cloud, platform_name)


def worker_is_registered(cloud: Cloud, platform: Platform, worker_id: str) -> bool:
    """WK-1.5: only workers of the platform get its jobs."""
    return platforms_table.has_worker(cloud.db, platform.platform_id, worker_id)


def fetch(cloud: Cloud, platform: Platform, worker_id: str) -> Job:
    """J2, Q-1 to Q-5: give the next job of the platform to this worker and to no other."""
    if not worker_is_registered(cloud, platform, worker_id):
        raise bad_request(f"Invalid worker: {worker_id}")
    expiry.enforce_time_limits(cloud)
    job = next_job(cloud, platform, worker_id) if platforms.hands_out_jobs(platform) else None
    if job is None:
        raise not_found(NO_WAITING_JOB)
    return job


def next_job(cloud: Cloud, platform: Platform, worker_id: str) -> Job | None:
    """Q-2 to Q-4: the first job by priority and age of a user below the limit of running jobs."""
    return jobs_table.claim(
        cloud.db,
        platform_id=platform.platform_id,
        worker_id=worker_id,
        now=clock.now(),
        default_limit=expiry.default_time_limit(platform.max_duration),
        cap=cloud.settings.max_running_jobs,
    )
