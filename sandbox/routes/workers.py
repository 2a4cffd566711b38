"""WK-1, WK-2."""

from sandbox.json_text import Json, JsonText
from sandbox.routes.calls import Call
from sandbox.rules import publication, queue
from sandbox.store import jobs_table


def fetch(call: Call) -> Json:
    """WK-1."""
    platform = queue.wanted_platform(call.cloud, call.body.get("platform_id"), call.body.get("platform_name"))
    job = queue.fetch(call.cloud, platform, call.body["worker_id"])
    return {
        "job_id": job.job_id,
        "job_name": job.job_name,
        "platform_id": job.platform_id,
        "platform_name": job.platform_name,
        "payload": JsonText(jobs_table.payload(call.cloud.db, job.sequence)),
        "pcvl_version": job.pcvl_version,
        "max_duration": job.max_duration,
        "process_id": job.process_id,
    }


def publish(call: Call) -> Json:
    """WK-2."""
    return {"message": "ok", "status": publication.publish(call.cloud, call.path["job_id"], call.body)}
