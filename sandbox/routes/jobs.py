"""JB-1 to JB-7, JA-1, JA-2."""

from dataclasses import asdict
from typing import Any

from sandbox.json_text import Json, JsonText
from sandbox.routes.calls import Call
from sandbox.rules import admission, clock, jobs
from sandbox.store import jobs_table
from sandbox.store.records import Job

OK = {"message": "ok"}


def create(call: Call) -> Json:
    """JB-1."""
    wish = admission.Wish(**call.body)
    return {"job_id": admission.admit(call.cloud, call.caller, call.token, wish)}


def status(call: Call) -> Json:
    """JB-2."""
    job = jobs.require_for_reading(call.cloud, call.caller, call.path["job_id"])
    return {
        "status": job.status,
        "status_message": job.status_message,
        "progress": job.progress,
        "progress_message": jobs.shown_progress_message(job),
        "creation_datetime": job.created,
        "start_time": job.started,
        "duration": job.duration,
        "shots": job.shots,
        "failure_code": job.failure_code,
        "last_intermediate_results": JsonText(job.last_intermediate) if job.last_intermediate else None,
        "msg": None,
    }


def result(call: Call) -> Json:
    """JB-3."""
    job = jobs.require_for_reading(call.cloud, call.caller, call.path["job_id"])
    return {
        "job_id": job.job_id,
        "results": jobs_table.results(call.cloud.db, job.sequence),
        "results_type": job.results_type,
        "intermediate_results": [
            JsonText(text) for text in jobs_table.intermediates(call.cloud.db, job.sequence)
        ],
        "duration": job.duration,
        "shots": job.shots,
    }


def data(call: Call) -> Json:
    """JB-4."""
    job = jobs.require_for_data(call.cloud, call.caller, call.path["job_id"])
    return {**described(job), "payload": JsonText(jobs_table.payload(call.cloud.db, job.sequence))}


def described(job: Job) -> dict[str, Any]:
    """JB-4, JA-1: a job without its payload."""
    return {
        "job_id": job.job_id,
        "job_name": job.job_name,
        "status": job.status,
        "command": job.command,
        "platform_id": job.platform_id,
        "platform_name": job.platform_name,
        "pcvl_version": job.pcvl_version,
        "process_id": job.process_id,
        "rerun_from": job.rerun_from,
        "token_id": job.token_id,
        "token_label": job.token_label,
        "created_date": clock.iso(job.created),
        "start_time": clock.iso_or_none(job.started),
        "duration": job.duration,
        "shots": job.shots,
        "failure_code": job.failure_code,
    }


def cancel(call: Call) -> Json:
    """JB-5."""
    job = jobs.require_for_action(call.cloud, call.caller, call.path["job_id"])
    jobs.cancel(call.cloud, job, jobs.CANCELED_BY_USER)
    return OK


def rerun(call: Call) -> Json:
    """JB-6."""
    job = jobs.require_for_action(call.cloud, call.caller, call.path["job_id"])
    return {"job_id": jobs.rerun(call.cloud, call.caller, call.token, job, dict(call.body))}


def availability(call: Call) -> Json:
    """JB-7."""
    return asdict(jobs.availability(call.cloud, call.caller.user))


def list_all(call: Call) -> Json:
    """JA-1."""
    return [{**described(job), "user_id": job.user_id} for job in jobs.page(call.cloud, **call.query)]


def cancel_many(call: Call) -> Json:
    """JA-2."""
    canceled = jobs.cancel_many(call.cloud, call.body["job_ids"])
    return {**OK, "jobs": [{"job_id": job.job_id, "status": job.status} for job in canceled]}
