"""Faults at the workers' routes: fetching a job (WK-1) and publishing about it (WK-2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from defects.defect import breaks
from defects.handling import Original, minus, refuse, with_body, with_defaults, without
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json, JsonObject
from sandbox.routes import shapes, workers
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Anything, Object, Text
from sandbox.rules import identifiers, jobs, lifecycle, platforms, publication, queue
from sandbox.rules.refusals import INVALID_DATA, RefusalError, bad_request, forbidden, not_found
from sandbox.store import jobs_table, platforms_table
from sandbox.store.records import Publication


@breaks("WK-1", "A fetched job comes without its payload")
def fetched_job_has_no_payload(ground: Ground) -> None:
    ground.wrap(workers.fetch, lambda original, call: minus(original(call), "payload"))


@breaks("WK-1", "A fetched job comes under another name")
def fetched_job_has_another_name(ground: Ground) -> None:
    ground.wrap(workers.fetch, lambda original, call: {**original(call), "job_name": "job"})


@breaks("WK-1", "A fetched job does not tell its process id")
def fetched_job_has_no_process_id(ground: Ground) -> None:
    ground.wrap(workers.fetch, lambda original, call: {**original(call), "process_id": None})


@breaks("WK-1", "A fetched job does not tell its limit of the duration")
def fetched_job_has_no_limit(ground: Ground) -> None:
    ground.wrap(workers.fetch, lambda original, call: {**original(call), "max_duration": None})


@breaks("WK-1", "A fetch by the platform's name finds nothing")
def fetch_by_name_finds_nothing(ground: Ground) -> None:
    ground.wrap(
        workers.fetch,
        lambda original, call: (
            original(call)
            if "platform_id" in call.body or "platform_name" not in call.body
            else refuse(not_found(queue.NO_WAITING_JOB))
        ),
    )


def _instead_of_nothing(ground: Ground, answer: Original) -> None:
    """Have `answer()` called where a fetch finds nothing to do."""

    def fetch(original: Original, call: Call) -> Json:
        try:
            return original(call)
        except RefusalError as refusal:
            if refusal.error != queue.NO_WAITING_JOB:
                raise
        return answer()

    ground.wrap(workers.fetch, fetch)


@breaks(
    "WK-1.1", "A fetch that finds nothing is 200 with an empty object", also=("WK-1", "Q-5"), known_as="D094"
)
def empty_fetch_is_an_empty_object(ground: Ground) -> None:
    _instead_of_nothing(ground, dict)


@breaks("WK-1.1", "A fetch that finds nothing makes the cloud fail", also=("EN-10", "Q-5"), known_as="D094")
def empty_fetch_breaks_the_cloud(ground: Ground) -> None:
    _instead_of_nothing(ground, lambda: [][0])


@breaks("WK-1.1", "A fetch that finds nothing is told with the general text", also=("Q-5",))
def empty_fetch_has_the_general_text(ground: Ground) -> None:
    ground.set(queue, "NO_WAITING_JOB", "Not found")


@breaks("WK-1.2", "A fetch of no platform is 404")
def fetch_of_no_platform_is_not_found(ground: Ground) -> None:
    ground.wrap(
        queue.wanted_platform,
        lambda original, cloud, platform_id, name: (
            original(cloud, platform_id, name)
            if platform_id is not None or name is not None
            else refuse(not_found(platforms.NOT_FOUND))
        ),
    )


@breaks("WK-1.2", "Of a platform's id and name the name decides for a fetch")
def name_decides_for_a_fetch(ground: Ground) -> None:
    ground.wrap(
        queue.wanted_platform,
        lambda original, cloud, platform_id, name: original(cloud, None if name else platform_id, name),
    )


@breaks("WK-1.3", "A fetch by a malformed platform id is 404")
def malformed_id_of_a_fetch_is_not_found(ground: Ground) -> None:
    ground.wrap(
        queue.wanted_platform,
        lambda original, cloud, platform_id, name: (
            original(cloud, platform_id, name)
            if platform_id is None or identifiers.is_uuid(platform_id)
            else refuse(not_found(platforms.NOT_FOUND))
        ),
    )


@breaks("WK-1.4", "A fetch from an unknown platform is told as an empty queue", also=("PF-4.2",))
def unknown_platform_has_no_waiting_job(ground: Ground) -> None:
    ground.wrap(
        queue.wanted_platform,
        lambda original, cloud, platform_id, name: (
            original(cloud, platform_id, name)
            if platform_id is None
            or platforms.find(cloud, platform_id)
            or not identifiers.is_uuid(platform_id)
            else refuse(not_found(queue.NO_WAITING_JOB))
        ),
    )


@breaks("WK-1.4", "A fetch from an unknown platform name is 400")
def unknown_name_of_a_fetch_is_a_bad_request(ground: Ground) -> None:
    ground.wrap(
        queue.wanted_platform,
        lambda original, cloud, platform_id, name: (
            original(cloud, platform_id, name)
            if platform_id is not None or name is None or platforms_table.find_by_name(cloud.db, name)
            else refuse(bad_request(f"Invalid platform: {name}"))
        ),
    )


@breaks("WK-1.5", "Any worker fetches from any platform")
def any_worker_fetches(ground: Ground) -> None:
    ground.replace(queue.worker_is_registered, lambda *_: True)


@breaks("WK-1.5", "A worker that is not registered finds an empty queue")
def stranger_finds_an_empty_queue(ground: Ground) -> None:
    ground.wrap(
        queue.fetch,
        lambda original, cloud, platform, worker_id: (
            original(cloud, platform, worker_id)
            if queue.worker_is_registered(cloud, platform, worker_id)
            else refuse(not_found(queue.NO_WAITING_JOB))
        ),
    )


@breaks("WK-1.6", "A fetch without a worker is refused without naming the member")
def fetch_needs_no_worker(ground: Ground) -> None:
    ground.field(shapes.FETCH, "worker_id", required=False)
    ground.wrap(workers.fetch, lambda original, call: original(with_defaults(call, worker_id="")))


@breaks("WK-1.7", "A platform in maintenance hands out jobs", also=("PF-6",))
def platform_in_maintenance_hands_out(ground: Ground) -> None:
    ground.replace(platforms.hands_out_jobs, lambda platform: platform.status != platforms.UNREACHABLE)


@breaks("WK-1.7", "An unreachable platform hands out jobs", also=("PF-6",))
def unreachable_platform_hands_out(ground: Ground) -> None:
    ground.replace(platforms.hands_out_jobs, lambda platform: platform.status != platforms.MAINTENANCE)


@breaks("WK-1.7", "A decommissioned platform hands out nothing", also=("PF-6",))
def decommissioned_platform_hands_out_nothing(ground: Ground) -> None:
    ground.wrap(
        platforms.hands_out_jobs,
        lambda original, platform: original(platform) and platform.status != platforms.DECOMMISSIONED,
    )


@breaks("WK-1.7", "A fetch from a platform in maintenance is refused with 400")
def fetch_in_maintenance_is_a_bad_request(ground: Ground) -> None:
    ground.wrap(
        queue.fetch,
        lambda original, cloud, platform, worker_id: (
            original(cloud, platform, worker_id)
            if platforms.hands_out_jobs(platform)
            else refuse(bad_request(INVALID_DATA))
        ),
    )


@breaks("WK-1.8", "The worker gets whole floats as integers")
def worker_gets_whole_floats_as_integers(ground: Ground) -> None:
    _worker_gets(ground, lambda text: json.loads(text, parse_float=lambda t: _plain(float(t))))


def _ascii(text: str) -> str:
    return json.dumps(json.loads(text), ensure_ascii=False).encode("ascii", "replace").decode()


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() else number


@breaks("WK-1.8", "The worker gets letters beyond ASCII as question marks")
def worker_gets_question_marks(ground: Ground) -> None:
    _worker_gets(ground, lambda text: json.loads(_ascii(text)))


@breaks("WK-1.8", "The worker gets the payload without the version", also=("JB-1.47",))
def worker_gets_no_version(ground: Ground) -> None:
    _worker_gets(ground, lambda text: minus(json.loads(text), "pcvl_version"))


def _worker_gets(ground: Ground, change: Original) -> None:
    """Change the text of the payload that a fetch hands on."""

    def fetch(original: Original, call: Call) -> Json:
        answer = original(call)
        return {**answer, "payload": change(answer["payload"].text)}

    ground.wrap(workers.fetch, fetch)


@breaks("WK-1.9", "Every user fetches jobs", also=("PM-41",), known_as="D095")
def every_user_fetches(ground: Ground) -> None:
    ground.operation("WK-1", right="anyone")


@breaks("WK-1.9", "An admin's login token fetches jobs", also=("PM-41",), known_as="D095")
def admin_fetches(ground: Ground) -> None:
    ground.operation("WK-1", right="registrar")


@breaks("WK-1.9", "Anyone fetches jobs, without a credential", also=("PM-41",), known_as="D095")
def anyone_fetches(ground: Ground) -> None:
    ground.operation("WK-1", surface=None)


def _answered(ground: Ground, change: Original) -> None:
    """Change what a publication is answered: `change(call, answer)` gives the answer."""
    ground.wrap(workers.publish, lambda original, call: change(call, original(call)))


@breaks("WK-2", "A publication is answered without a status")
def publication_tells_no_status(ground: Ground) -> None:
    _answered(ground, lambda call, answer: minus(answer, "status"))


@breaks("WK-2", "A publication is answered with the status before the call")
def publication_tells_the_status_before(ground: Ground) -> None:
    def publish(original: Original, call: Call) -> Json:
        before = jobs.find(call.cloud, call.path["job_id"])
        answer = original(call)
        return {**answer, "status": before.status if before else answer["status"]}

    ground.wrap(workers.publish, publish)


@breaks("WK-2", "A publication is answered with the status that was sent", also=("J7.1", "WK-2.10"))
def publication_tells_the_status_sent(ground: Ground) -> None:
    _answered(ground, lambda call, answer: {**answer, "status": call.body.get("status", answer["status"])})


@breaks("WK-2.1", "Any worker of the platform publishes", also=("Q-6",), known_as="D103")
def any_worker_of_the_platform_publishes(ground: Ground) -> None:
    ground.replace(publication.is_fetching_worker, lambda job, worker_id: job.worker_id is not None)


@breaks("WK-2.1", "A worker publishes for a job that waits", known_as="D103")
def worker_publishes_for_a_waiting_job(ground: Ground) -> None:
    ground.wrap(
        publication.is_fetching_worker,
        lambda original, job, worker_id: job.worker_id is None or original(job, worker_id),
    )
    ground.wrap(
        lifecycle.after_publication,
        lambda original, current, published: original(
            lifecycle.RUNNING if current == lifecycle.WAITING else current, published
        ),
    )


@breaks("WK-2.1", "Another worker's publication is refused, but taken", also=("Q-6",))
def publication_of_another_is_taken(ground: Ground) -> None:
    def publish(original: Original, call: Call) -> Json:
        job = jobs.find(call.cloud, call.path["job_id"])
        if job is None or not job.worker_id or publication.is_fetching_worker(job, call.body["worker_id"]):
            return original(call)
        original(with_body(call, worker_id=job.worker_id))
        # What a refusal leaves must not be undone with it.
        call.cloud.db.run("COMMIT")
        call.cloud.db.run("BEGIN")
        raise forbidden()

    ground.wrap(workers.publish, publish)


@breaks("WK-2.2", "A publication for an unknown job is told with the general text")
def unknown_job_of_a_publication_has_the_general_text(ground: Ground) -> None:
    ground.wrap(
        workers.publish,
        lambda original, call: (
            original(call)
            if jobs.find(call.cloud, call.path["job_id"]) or not identifiers.is_uuid(call.path["job_id"])
            else refuse(not_found())
        ),
    )


@breaks("WK-2.2", "A publication for a malformed job id is 403")
def malformed_job_of_a_publication_is_forbidden(ground: Ground) -> None:
    ground.wrap(
        workers.publish,
        lambda original, call: (
            original(call) if identifiers.is_uuid(call.path["job_id"]) else refuse(forbidden())
        ),
    )


@breaks("WK-2.3", "A publication without a worker is that of the fetching one")
def publication_needs_no_worker(ground: Ground) -> None:
    ground.field(shapes.PUBLISH, "worker_id", required=False)
    ground.wrap(
        workers.publish, lambda original, call: original(with_defaults(call, worker_id=_fetcher(call)))
    )


def _fetcher(call: Call) -> str:
    job = jobs.find(call.cloud, call.path["job_id"])
    return (job.worker_id if job else None) or ""


def _wrong_is_dropped(ground: Ground, name: str, right: type | tuple[type, ...]) -> None:
    """A member of the wrong type counts as absent."""
    ground.field(shapes.PUBLISH, name, kind=Anything())
    ground.wrap(
        workers.publish,
        lambda original, call: original(
            call if isinstance(call.body.get(name), right) else without(call, name)
        ),
    )


@breaks("WK-2.3", "Shots of the wrong type are dropped in silence")
def wrong_shots_are_dropped(ground: Ground) -> None:
    _wrong_is_dropped(ground, "shots", int)


@breaks("WK-2.3", "A progress message of the wrong type is dropped in silence")
def wrong_progress_message_is_dropped(ground: Ground) -> None:
    _wrong_is_dropped(ground, "progress_message", str)


@breaks("WK-2.3", "Progress of the wrong type is dropped in silence")
def wrong_progress_is_dropped(ground: Ground) -> None:
    _wrong_is_dropped(ground, "progress", (int, float))


@breaks("WK-2.3", "Results of the wrong type are a 422", also=("WK-2.4",))
def wrong_results_are_a_schema_error(ground: Ground) -> None:
    ground.field(shapes.PUBLISH, "results", kind=Text())


@breaks("WK-2.4", "Results may be an object", also=("C-6",))
def results_may_be_an_object(ground: Ground) -> None:
    ground.wrap(
        workers.publish,
        lambda original, call: original(
            with_body(call, results=json.dumps(call.body["results"]))
            if isinstance(call.body.get("results"), dict)
            else call
        ),
    )


@breaks("WK-2.4", "Results may be an empty text")
def results_may_be_empty(ground: Ground) -> None:
    ground.wrap(publication.results_are_text, lambda original, results: results == "" or original(results))


@breaks("WK-2.4", "Results of null count as absent")
def null_results_count_as_absent(ground: Ground) -> None:
    ground.wrap(
        workers.publish,
        lambda original, call: original(
            without(call, "results") if call.body.get("results", "") is None else call
        ),
    )


@breaks("WK-2.4", "Results must be JSON")
def results_must_be_json(ground: Ground) -> None:
    ground.wrap(
        publication.results_are_text, lambda original, results: original(results) and _is_json(results)
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@breaks("WK-2.5", "A publication without a status resumes a suspended job")
def silent_publication_resumes(ground: Ground) -> None:
    ground.wrap(
        lifecycle.after_publication,
        lambda original, current, published: original(
            current, published or (lifecycle.RUNNING if current == lifecycle.SUSPENDED else None)
        ),
    )


@breaks("WK-2.5", "A worker that goes on takes the order to cancel back", also=("J7.1", "CN-4"))
def running_takes_the_order_back(ground: Ground) -> None:
    ground.wrap(
        lifecycle.after_publication,
        lambda original, current, published: (
            lifecycle.RUNNING
            if (current, published) == (lifecycle.CANCEL_REQUESTED, lifecycle.RUNNING)
            else original(current, published)
        ),
    )


@breaks("WK-2.5", "A publication without a status is refused")
def publication_needs_a_status(ground: Ground) -> None:
    ground.wrap(
        lifecycle.after_publication,
        lambda original, current, published: original(current, published) if published else None,
    )


@breaks("WK-2.5", "A publication without a status is refused after the order to cancel", also=("J7.1",))
def publication_after_the_order_needs_a_status(ground: Ground) -> None:
    ground.wrap(
        lifecycle.after_publication,
        lambda original, current, published: (
            original(current, published) if published or current != lifecycle.CANCEL_REQUESTED else None
        ),
    )


@breaks("WK-2.5", "What is published while a job is suspended is dropped")
def publication_in_suspension_is_dropped(ground: Ground) -> None:
    ground.wrap(
        jobs_table.publish,
        lambda original, db, job, report: original(
            db,
            job,
            Publication(report.status) if job.status == report.status == lifecycle.SUSPENDED else report,
        ),
    )


@breaks("WK-2.6", "A suspended job is not resumed", also=("J11.1", "J11"))
def suspended_job_is_not_resumed(ground: Ground) -> None:
    _no_step(ground, lifecycle.SUSPENDED, lifecycle.RUNNING)


def _no_step(ground: Ground, current: str, published: str) -> None:
    ground.wrap(
        lifecycle.after_publication,
        lambda original, now, sent: None if (now, sent) == (current, published) else original(now, sent),
    )


@breaks("WK-2.6", "A suspended job that is resumed stays suspended", also=("J11.1", "J11"))
def resumed_job_stays_suspended(ground: Ground) -> None:
    _steps(ground, lifecycle.SUSPENDED, lifecycle.RUNNING, lifecycle.SUSPENDED)


def _steps(ground: Ground, current: str, published: str, after: str) -> None:
    """Have a publication lead from one status to `after`."""
    ground.wrap(
        lifecycle.after_publication,
        lambda original, now, sent: after if (now, sent) == (current, published) else original(now, sent),
    )


@breaks("WK-2.7", "A job is completed without results", also=("RS-2",))
def job_is_completed_without_results(ground: Ground) -> None:
    ground.wrap(
        publication.is_acceptable,
        lambda original, members: original({**members, "results": members.get("results", "{}")}),
    )


@breaks("WK-2.8", "A worker cancels a running job that nobody ordered to cancel")
def worker_cancels_a_running_job(ground: Ground) -> None:
    _steps(ground, lifecycle.RUNNING, lifecycle.CANCELED, lifecycle.CANCELED)


@breaks("WK-2.8", "A worker cancels a suspended job that nobody ordered to cancel")
def worker_cancels_a_suspended_job(ground: Ground) -> None:
    _steps(ground, lifecycle.SUSPENDED, lifecycle.CANCELED, lifecycle.CANCELED)


@breaks("WK-2.9", "Progress beyond 100 is taken for 100", also=("ST-10",))
def progress_is_clipped(ground: Ground) -> None:
    ground.wrap(
        publication.progress_is_in_range, lambda original, progress: progress is None or progress >= 0
    )
    ground.wrap(
        publication.progress_after,
        lambda original, current, sent: min(original(current, sent), lifecycle.FULL_PROGRESS),
    )


@breaks("WK-2.9", "Negative progress is taken and ignored")
def negative_progress_is_ignored(ground: Ground) -> None:
    ground.wrap(publication.progress_is_in_range, lambda original, progress: original(max(progress or 0, 0)))


@breaks("WK-2.9", "Progress that goes back is refused", also=("J3.1",))
def progress_that_goes_back_is_refused(ground: Ground) -> None:
    ground.wrap(
        publication.progress_after,
        lambda original, current, sent: (
            original(current, sent) if sent is None or sent >= current else refuse(bad_request(INVALID_DATA))
        ),
    )


@breaks("WK-2.9", "Progress of exactly 100 is refused", also=("ST-11",))
def full_progress_is_refused(ground: Ground) -> None:
    ground.wrap(
        publication.progress_is_in_range, lambda original, progress: original(progress) and progress != 100
    )


@breaks("WK-2.10", "Results after the order to cancel are refused", also=("J9",))
def completion_after_the_order_is_refused(ground: Ground) -> None:
    _no_step(ground, lifecycle.CANCEL_REQUESTED, lifecycle.COMPLETED)


@breaks("WK-2.10", "A failure after the order to cancel is a failure", also=("J9",))
def failure_after_the_order_is_a_failure(ground: Ground) -> None:
    _steps(ground, lifecycle.CANCEL_REQUESTED, lifecycle.ERROR, lifecycle.ERROR)


@breaks("WK-2.11", "A job that fails without a word has no message", also=("ST-7", "C-4"))
def silent_failure_has_no_message(ground: Ground) -> None:
    ground.set(publication, "DEFAULT_ERROR_MESSAGE", "")


@breaks("WK-2.11", "A job that fails without a word has another code")
def silent_failure_has_another_code(ground: Ground) -> None:
    ground.set(publication, "DEFAULT_FAILURE_CODE", "unknown")


@breaks("WK-2.11", "A job that is canceled without a word has no message", also=("ST-8", "CN-6"))
def silent_cancellation_has_no_message(ground: Ground) -> None:
    ground.set(publication, "DEFAULT_CANCEL_MESSAGE", "")
    ground.wrap(jobs_table.request_cancel, lambda original, db, sequence, message: original(db, sequence, ""))


def _late(ground: Ground, change: Original) -> None:
    """Answer a publication for a job that is over in another way."""

    def publish(original: Original, cloud: Cloud, job_id: str, members: Mapping[str, Json]) -> Json:
        job = jobs.find(cloud, job_id)
        if job is None or not lifecycle.is_terminal(job.status):
            return original(cloud, job_id, members)
        return change(cloud, job)

    ground.wrap(publication.publish, publish)


@breaks("WK-2.12", "A late publication is refused without telling the status", also=("J14", "EN-14"))
def late_publication_tells_no_status(ground: Ground) -> None:
    _late(ground, lambda cloud, job: refuse(bad_request(INVALID_DATA)))


@breaks("WK-2.12", "A late publication is taken and dropped", also=("J14",), known_as="D103")
def late_publication_is_taken(ground: Ground) -> None:
    _late(ground, lambda cloud, job: job.status)


@breaks("WK-2.12", "A late publication is refused, but its results are kept", also=("J14", "RS-4"))
def late_results_are_kept(ground: Ground) -> None:
    def publish(original: Original, cloud: Cloud, job_id: str, members: Mapping[str, Json]) -> Json:
        job = jobs.find(cloud, job_id)
        if job is not None and lifecycle.is_terminal(job.status) and members.get("results"):
            jobs_table.publish(cloud.db, job, Publication(job.status, results=members["results"]))
            cloud.db.run("COMMIT")
            cloud.db.run("BEGIN")
        return original(cloud, job_id, members)

    ground.wrap(publication.publish, publish)


@breaks("WK-2.13", "Intermediate results replace those before", also=("RS-5",))
def intermediate_results_replace_those_before(ground: Ground) -> None:
    ground.wrap(jobs_table.intermediates, lambda original, *args: original(*args)[-1:])


@breaks("WK-2.13", "Intermediate results keep their first member only", also=("RS-5",))
def intermediate_results_lose_members(ground: Ground) -> None:
    ground.wrap(
        jobs_table.publish,
        lambda original, db, job, report: original(
            db, job, replace(report, intermediate=report.intermediate and _first_member(report.intermediate))
        ),
    )


def _first_member(text: str) -> str:
    return json.dumps(dict(list(json.loads(text).items())[:1]))


@breaks("WK-2.13", "Intermediate results may be a list", also=("WK-2.3",))
def intermediate_results_may_be_a_list(ground: Ground) -> None:
    ground.field(shapes.PUBLISH, "intermediate_results", kind=_ListToo())


@breaks("WK-2.13", "Intermediate results that come with the last word are dropped", also=("RS-5",))
def last_intermediate_results_are_dropped(ground: Ground) -> None:
    ground.wrap(
        publication._final,
        lambda original, *args: replace(original(*args), intermediate=None),
    )


@breaks("ST-13", "A progress message that comes with the last word is dropped")
def last_progress_message_is_dropped(ground: Ground) -> None:
    ground.wrap(
        publication._final,
        lambda original, *args: replace(original(*args), progress_message=None),
    )


@breaks("CR-5", "Shots that were counted while a job ran don't count at its end")
def earlier_shots_are_not_charged(ground: Ground) -> None:
    ground.wrap(
        publication._final,
        lambda original, job, *args: original(replace(job, shots=None), *args),
    )


class _ListToo(Object):
    def take(self, value: Json) -> Json:
        return JsonObject({}, "{}") if isinstance(value, list) else super().take(value)


@breaks("WK-2.14", "An unknown status of a publication counts as none")
def unknown_status_counts_as_none(ground: Ground) -> None:
    ground.wrap(
        lifecycle.after_publication,
        lambda original, current, sent: original(current, sent if sent in lifecycle.STATUSES else None),
    )


@breaks("WK-2.14", "A worker puts a job back into the queue")
def worker_puts_a_job_back(ground: Ground) -> None:
    _steps(ground, lifecycle.RUNNING, lifecycle.WAITING, lifecycle.WAITING)


@breaks("WK-2.14", "A suspended job is completed without being resumed")
def suspended_job_is_completed(ground: Ground) -> None:
    _steps(ground, lifecycle.SUSPENDED, lifecycle.COMPLETED, lifecycle.COMPLETED)


@breaks("WK-2.14", "A job that is to be canceled may be suspended")
def canceled_job_is_suspended(ground: Ground) -> None:
    _steps(ground, lifecycle.CANCEL_REQUESTED, lifecycle.SUSPENDED, lifecycle.SUSPENDED)


@breaks("WK-2.14", "A suspended job may fail without being resumed")
def suspended_job_fails(ground: Ground) -> None:
    _steps(ground, lifecycle.SUSPENDED, lifecycle.ERROR, lifecycle.ERROR)


@breaks("WK-2.15", "Every user publishes", also=("PM-42",))
def every_user_publishes(ground: Ground) -> None:
    ground.operation("WK-2", right="anyone")


@breaks("WK-2.15", "An admin's login token publishes", also=("PM-42",))
def publishing_is_open_to_admins(ground: Ground) -> None:
    ground.operation("WK-2", right="registrar")
