"""What workers report about their jobs: WK-2."""

import math
from collections.abc import Mapping

from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.rules import admission, clock, jobs, lifecycle
from sandbox.rules.refusals import INVALID_DATA, bad_request, forbidden
from sandbox.store import jobs_table, users_table
from sandbox.store.records import Job, Publication

DEFAULT_FAILURE_CODE = "error"
DEFAULT_ERROR_MESSAGE = "The job failed on the platform"
DEFAULT_CANCEL_MESSAGE = "Canceled by the platform"


def publish(cloud: Cloud, job_id: str, members: Mapping[str, Json]) -> str:
    """WK-2: take what the worker says about its job, and return the status that the job has then."""
    jobs.require_uuid(job_id)
    job = jobs.find(cloud, job_id)
    if job is None:
        raise jobs.unknown_id(job_id)
    if not is_fetching_worker(job, members["worker_id"]):
        raise forbidden()
    if lifecycle.is_terminal(job.status):
        raise bad_request(INVALID_DATA, {"status": job.status})
    status = lifecycle.after_publication(job.status, members.get("status"))
    if status is None or not is_acceptable(members):
        raise bad_request(INVALID_DATA)
    publication = _publication(job, status, members)
    jobs_table.publish(cloud.db, job, publication)
    if status == lifecycle.COMPLETED:
        settle(cloud, job, publication)
    return status


def is_fetching_worker(job: Job, worker_id: str) -> bool:
    """Q-6, WK-2.1: the worker that fetched the job, whatever its key."""
    return job.worker_id == worker_id


def is_acceptable(members: Mapping[str, Json]) -> bool:
    """WK-2.4, WK-2.7, WK-2.9: results are a text, and there on completion; progress is 0 to 100."""
    if "results" in members and not results_are_text(members["results"]):
        return False
    if members.get("status") == lifecycle.COMPLETED and "results" not in members:
        return False
    return progress_is_in_range(members.get("progress"))


def results_are_text(results: Json) -> bool:
    """WK-2.4, C-7: a string that is not empty; what it says is the client's business."""
    return isinstance(results, str) and results != ""


def progress_is_in_range(progress: float | None) -> bool:
    """WK-2.9, ST-10: 0 to 100."""
    return progress is None or 0 <= progress <= lifecycle.FULL_PROGRESS


def progress_after(current: float, published: float | None) -> float:
    """J3.1: progress never goes back."""
    return current if published is None else max(current, published)


def _publication(job: Job, status: str, members: Mapping[str, Json]) -> Publication:
    intermediate = members.get("intermediate_results")
    report = Publication(
        status=status,
        progress=progress_after(job.progress, members.get("progress")),
        progress_message=members.get("progress_message"),
        shots=members.get("shots"),
        intermediate=intermediate.text if intermediate is not None else None,
    )
    return _final(job, report, members) if lifecycle.is_terminal(status) else report


def _final(job: Job, report: Publication, members: Mapping[str, Json]) -> Publication:
    message, code = members.get("status_message") or None, None
    progress = report.progress
    if report.status == lifecycle.COMPLETED:
        message, progress = None, lifecycle.FULL_PROGRESS
    elif report.status == lifecycle.ERROR:
        message = message or DEFAULT_ERROR_MESSAGE
        code = members.get("failure_code") or DEFAULT_FAILURE_CODE
    else:
        message = message or job.status_message or DEFAULT_CANCEL_MESSAGE
    shots = job.shots if report.shots is None else report.shots
    return Publication(
        status=report.status,
        progress=progress,
        progress_message=report.progress_message,
        status_message=message,
        failure_code=code,
        shots=report.shots,
        results=members.get("results"),
        results_type=members.get("results_type"),
        intermediate=report.intermediate,
        duration=lifecycle.elapsed(job, clock.now()),
        charged=admission.charged_credits(job.reserved, shots)
        if report.status == lifecycle.COMPLETED
        else None,
    )


def settle(cloud: Cloud, job: Job, publication: Publication) -> None:
    """CR-5, CR-8: a completed job is paid for in credits and time, where the user has limits."""
    user = users_table.find(cloud.db, job.user_id)
    if user is None:
        return
    changes: dict[str, str | int | float | None] = {}
    if user.credits is not None:
        changes["credits"] = max(0.0, user.credits - (publication.charged or 0.0))
    if user.time_left is not None:
        changes["time_left"] = admission.time_left_after(
            user.time_left, math.floor(publication.duration or 0)
        )
    users_table.update(cloud.db, user.user_id, changes)
