"""Faults at the routes of a job (JB-2 to JB-7), in its statuses on the wire (ST) and for its client (C)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original, addressed_job, as_owner, minus, refuse
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json, JsonText
from sandbox.routes import app, shapes, workers
from sandbox.routes import jobs as job_routes
from sandbox.routes import platforms as platform_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Anything, Object
from sandbox.rules import admission, identifiers, jobs, lifecycle, publication
from sandbox.rules.admission import Wish
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import RefusalError, bad_request, forbidden, not_found
from sandbox.store import jobs_table, tokens_table
from sandbox.store.records import Job, Token

Change = Callable[[Mapping[str, Json]], Mapping[str, Json]]


def _job(ground: Ground, **members: Callable[[Job], object]) -> None:
    """Change what JB-2 shows of a job: the members named, each computed from the job."""

    def status(original: Original, call: Call) -> Json:
        answer = original(call)
        job = addressed_job(call)
        return {**answer, **{name: value(job) for name, value in members.items()}} if job else answer

    ground.wrap(job_routes.status, status)


def _in(status: str, value: object, otherwise: Callable[[Job], object]) -> Callable[[Job], object]:
    """In this status that value, in any other what is right."""
    return lambda job: value if job.status == status else otherwise(job)


def _malformed(ground: Ground, handler: Callable[[Call], Json], refusal: Callable[[], RefusalError]) -> None:
    """Have a handler refuse a malformed job id in another way."""
    ground.wrap(
        handler,
        lambda original, call: (
            original(call) if identifiers.is_uuid(call.path["job_id"]) else refuse(refusal())
        ),
    )


def _unknown(ground: Ground, handler: Callable[[Call], Json], refusal: Callable[[], RefusalError]) -> None:
    """Have a handler refuse an unknown job id in another way."""
    ground.wrap(
        handler,
        lambda original, call: (
            original(call)
            if addressed_job(call) or not identifiers.is_uuid(call.path["job_id"])
            else refuse(refusal())
        ),
    )


def _open_to_all(ground: Ground, handler: Callable[[Call], Json]) -> None:
    ground.wrap(handler, lambda original, call: original(as_owner(call)))


def _hidden_from_others(ground: Ground, handler: Callable[[Call], Json]) -> None:
    ground.wrap(
        handler,
        lambda original, call: (
            refuse(not_found())
            if (job := addressed_job(call)) and job.user_id != call.caller.user.user_id
            else original(call)
        ),
    )


@breaks("JB-2", "The status that is read is that of the user's newest job")
def status_is_that_of_the_newest_job(ground: Ground) -> None:
    newest: dict[int, str] = {}

    def admit(original: Original, cloud: Cloud, caller: Caller, token: Token, wish: Wish) -> str:
        job_id: str = original(cloud, caller, token, wish)
        newest[caller.user.user_id] = job_id
        return job_id

    ground.wrap(admission.admit, admit)
    ground.wrap(
        job_routes.status,
        lambda original, call: original(
            replace(call, path={"job_id": newest.get(call.caller.user.user_id, call.path["job_id"])})
        ),
    )


@breaks("JB-2.1", "The status of a malformed job id is 403")
def status_of_a_malformed_id_is_forbidden(ground: Ground) -> None:
    _malformed(ground, job_routes.status, forbidden)


@breaks("JB-2.2", "The status of an unknown job is that of a job that waits")
def status_of_an_unknown_job_is_waiting(ground: Ground) -> None:
    members = (
        "status_message progress progress_message creation_datetime start_time duration shots failure_code "
        "last_intermediate_results msg"
    )
    waiting = {**dict.fromkeys(members.split()), "status": "waiting", "creation_datetime": time.time()}

    def status(original: Original, call: Call) -> Json:
        known = addressed_job(call) or not identifiers.is_uuid(call.path["job_id"])
        return original(call) if known else waiting

    ground.wrap(job_routes.status, status)


@breaks("JB-2.2", "The status of an unknown job is 403")
def status_of_an_unknown_job_is_forbidden(ground: Ground) -> None:
    _unknown(ground, job_routes.status, forbidden)


@breaks("JB-2.3", "Every user reads the status of every job", also=("CN-1",))
def status_is_open_to_all(ground: Ground) -> None:
    _open_to_all(ground, job_routes.status)


@breaks("JB-2.3", "The status of another user's job is 404")
def status_is_hidden_from_others(ground: Ground) -> None:
    _hidden_from_others(ground, job_routes.status)


@breaks("JB-2.4", "Members of a status that are null are left out")
def status_leaves_out_what_is_null(ground: Ground) -> None:
    ground.wrap(
        job_routes.status,
        lambda original, call: {name: value for name, value in original(call).items() if value is not None},
    )


@breaks("JB-2.4", "A status has no `msg`")
def status_has_no_msg(ground: Ground) -> None:
    ground.wrap(job_routes.status, lambda original, call: minus(original(call), "msg"))


@breaks("JB-2d", "The deprecated route shows every user every job's status", also=("AL-5",))
def old_status_is_open_to_all(ground: Ground) -> None:
    ground.operation("JB-2d", handler=lambda call: job_routes.status(as_owner(call)))


@breaks("JB-2d", "The deprecated route shows the progress as it was at the start", also=("AL-5",))
def old_status_shows_no_progress(ground: Ground) -> None:
    ground.operation("JB-2d", handler=lambda call: _without_its_progress(job_routes.status(call)))


def _without_its_progress(answer: Mapping[str, Json]) -> Mapping[str, Json]:
    return answer if answer["status"] == lifecycle.WAITING else {**answer, "progress_message": "running"}


@breaks("JB-2d", "The deprecated route to a status is gone", also=("AL-5", "AL-12"))
def old_route_to_the_status_is_gone(ground: Ground) -> None:
    ground.operation("JB-2d", path="/api/job/{job_id}/status")


@breaks("JB-3", "A result does not tell its type")
def result_has_no_type(ground: Ground) -> None:
    ground.wrap(job_routes.result, lambda original, call: minus(original(call), "results_type"))


@breaks("JB-3", "A result does not tell the shots")
def result_has_no_shots(ground: Ground) -> None:
    ground.wrap(job_routes.result, lambda original, call: minus(original(call), "shots"))


@breaks("JB-3.1", "The result of a malformed job id is 403")
def result_of_a_malformed_id_is_forbidden(ground: Ground) -> None:
    _malformed(ground, job_routes.result, forbidden)


@breaks("JB-3.2", "The result of an unknown job is 403")
def result_of_an_unknown_job_is_forbidden(ground: Ground) -> None:
    _unknown(ground, job_routes.result, forbidden)


@breaks("JB-3.3", "Every user reads the result of every job")
def result_is_open_to_all(ground: Ground) -> None:
    _open_to_all(ground, job_routes.result)


@breaks("JB-3.3", "The result of another user's job is 404")
def result_is_hidden_from_others(ground: Ground) -> None:
    _hidden_from_others(ground, job_routes.result)


@breaks("JB-3d", "The deprecated route shows every user every job's result", also=("AL-4",))
def old_result_is_open_to_all(ground: Ground) -> None:
    ground.operation("JB-3d", handler=lambda call: job_routes.result(as_owner(call)))


@breaks("JB-3d", "The deprecated route shows a result without its type", also=("AL-4",))
def old_result_shows_no_type(ground: Ground) -> None:
    ground.operation("JB-3d", handler=lambda call: {**job_routes.result(call), "results_type": "json"})


@breaks("JB-3d", "The deprecated route to a result is gone", also=("AL-4", "AL-12"))
def old_route_to_the_result_is_gone(ground: Ground) -> None:
    ground.operation("JB-3d", path="/api/job/{job_id}/result")


@breaks("JB-4", "The data of a job do not tell its platform's name")
def data_have_no_platform_name(ground: Ground) -> None:
    ground.wrap(job_routes.described, lambda original, job: minus(original(job), "platform_name"))


@breaks("JB-4", "The data of a job do not tell its command")
def data_show_no_command(ground: Ground) -> None:
    ground.wrap(job_routes.data, lambda original, call: {**original(call), "command": None})


@breaks("JB-4", "The data of a job do not tell its process")
def data_show_no_process(ground: Ground) -> None:
    ground.wrap(job_routes.data, lambda original, call: {**original(call), "process_id": None})


@breaks("JB-4.1", "The data of an unknown job are told with the text of other routes")
def unknown_data_have_another_text(ground: Ground) -> None:
    ground.text(jobs.unknown_data_id, "Not found job: ", "invalid job_id: ")


@breaks("JB-4.2", "The data of a malformed job id are 400")
def data_of_a_malformed_id_are_a_bad_request(ground: Ground) -> None:
    _malformed(ground, job_routes.data, lambda: bad_request("Invalid job id"))


@breaks("JB-4.3", "Every user reads the data of every job")
def data_are_open_to_all(ground: Ground) -> None:
    _open_to_all(ground, job_routes.data)


@breaks("JB-4.3", "The data of another user's job are 404")
def data_are_hidden_from_others(ground: Ground) -> None:
    _hidden_from_others(ground, job_routes.data)


def _kept(ground: Ground, change: Callable[[str], str]) -> None:
    """Change the text of every payload before it is stored."""
    ground.wrap(
        jobs_table.insert,
        lambda original, db, job: original(db, replace(job, payload=change(job.payload))),
    )


@breaks("JB-4.4", "Large integers in a payload become floats", also=("TR-23", "WK-1.8"), known_as="D083")
def large_integers_become_floats(ground: Ground) -> None:
    _kept(ground, lambda text: _dumped(text, parse_int=lambda digits: _short(digits)))


def _short(digits: str) -> int | float:
    return int(digits) if len(digits) < 16 else float(digits)


def _dumped(text: str, **reading: Any) -> str:  # noqa: ANN401 - options of json.loads
    return json.dumps(json.loads(text, **reading))


@breaks("JB-4.4", "Whole floats in a payload become integers", also=("TR-23", "WK-1.8"), known_as="D083")
def whole_floats_become_integers(ground: Ground) -> None:
    _kept(
        ground,
        lambda text: _dumped(
            text, parse_float=lambda t: int(float(t)) if float(t).is_integer() else float(t)
        ),
    )


@breaks(
    "JB-4.4",
    "Letters of a payload beyond the first plane are lost",
    also=("TR-23", "WK-1.8"),
    known_as="D083",
)
def letters_of_a_payload_are_lost(ground: Ground) -> None:
    _kept(ground, lambda text: _dumped(text.replace("\\ud834\\udd1e", "?").replace("𝄞", "?")))


@breaks("JB-4.4", "The data show a payload without what is null in it", also=("TR-23",), known_as="D083")
def nulls_of_a_payload_are_lost(ground: Ground) -> None:
    _kept(ground, lambda text: text.replace('"b": null, ', ""))


@breaks("JB-4.5", "The data tell the token's label of now, and none of a deleted token")
def label_is_the_one_of_now(ground: Ground) -> None:
    ground.wrap(
        job_routes.data,
        lambda original, call: _with_label_of_now(call, original(call)),
    )


def _with_label_of_now(call: Call, answer: Mapping[str, Json]) -> Json:
    token = tokens_table.find(call.cloud.db, answer["token_id"])
    return {**answer, "token_label": token.label if token else None}


@breaks("JB-4.5", "The data tell the token that reads them")
def data_tell_the_reading_token(ground: Ground) -> None:
    ground.wrap(job_routes.data, lambda original, call: {**original(call), "token_id": call.token.token_id})


@breaks("JB-4.5", "The data of a revoked token's job tell no token")
def revoked_token_is_not_told(ground: Ground) -> None:
    def data(original: Original, call: Call) -> Json:
        answer = original(call)
        token = tokens_table.find(call.cloud.db, answer["token_id"])
        return answer if token and not token.is_revoked else {**answer, "token_id": None, "token_label": None}

    ground.wrap(job_routes.data, data)


@breaks("JB-4.6", "A job that was created directly names itself as its origin", known_as="D107")
def new_job_comes_from_itself(ground: Ground) -> None:
    ground.wrap(
        job_routes.data,
        lambda original, call: {
            **(answer := original(call)),
            "rerun_from": answer["rerun_from"] or answer["job_id"],
        },
    )


@breaks("JB-5", "A cancellation says nothing")
def cancellation_says_nothing(ground: Ground) -> None:
    ground.wrap(job_routes.cancel, lambda original, call: (original(call), {})[1])


@breaks("JB-5", "A cancellation tells the status instead of a message")
def cancellation_tells_the_status(ground: Ground) -> None:
    ground.wrap(job_routes.cancel, lambda original, call: (original(call), {"status": "ok"})[1])


@breaks("JB-5.1", "The refusal to cancel is worded otherwise", also=("CN-3", "CN-4"))
def refusal_to_cancel_is_worded_otherwise(ground: Ground) -> None:
    ground.set(jobs, "CANNOT_CANCEL", "The job can not be canceled")


@breaks("JB-5.2", "Every user cancels every job", also=("CN-1",), known_as="D085")
def every_user_cancels(ground: Ground) -> None:
    _open_to_all(ground, job_routes.cancel)


@breaks("JB-5.2", "Another user's attempt to cancel is refused, but done", also=("CN-1",), known_as="D085")
def refused_cancellation_is_done(ground: Ground) -> None:
    def cancel(original: Original, call: Call) -> Json:
        job = addressed_job(call)
        if job is None or jobs.is_creator(call.caller, job) or not jobs.is_cancellable(job):
            return original(call)
        jobs.cancel(call.cloud, job, jobs.CANCELED_BY_USER)
        # What a refusal leaves must not be undone with it.
        call.cloud.db.run("COMMIT")
        call.cloud.db.run("BEGIN")
        raise forbidden()

    ground.wrap(job_routes.cancel, cancel)


@breaks("JB-5.3", "The cancellation of an unknown job is told with the text of the data")
def unknown_cancellation_has_another_text(ground: Ground) -> None:
    _unknown(ground, job_routes.cancel, lambda: not_found("Not found job"))


@breaks("JB-5.3", "The cancellation of an unknown job is 200")
def unknown_job_is_canceled(ground: Ground) -> None:
    ground.wrap(
        job_routes.cancel,
        lambda original, call: (
            original(call)
            if addressed_job(call) or not identifiers.is_uuid(call.path["job_id"])
            else job_routes.OK
        ),
    )


@breaks("JB-5.4", "The cancellation of a malformed job id is 200")
def malformed_job_is_canceled(ground: Ground) -> None:
    ground.wrap(
        job_routes.cancel,
        lambda original, call: original(call) if identifiers.is_uuid(call.path["job_id"]) else job_routes.OK,
    )


@breaks("JB-5d", "The deprecated route lets every user cancel every job", also=("AL-2",), known_as="D085")
def old_cancellation_is_open_to_all(ground: Ground) -> None:
    ground.operation("JB-5d", handler=lambda call: job_routes.cancel(as_owner(call)))


@breaks("JB-5d", "The deprecated route takes a cancellation and forgets it", also=("AL-2",))
def old_cancellation_is_forgotten(ground: Ground) -> None:
    def cancel(call: Call) -> Json:
        jobs.require_for_action(call.cloud, call.caller, call.path["job_id"])
        return job_routes.OK

    ground.operation("JB-5d", handler=cancel)


@breaks("JB-5d", "The deprecated route to cancel is gone", also=("AL-2", "AL-12"))
def old_route_to_cancel_is_gone(ground: Ground) -> None:
    ground.operation("JB-5d", path="/api/job/{job_id}/cancel")


@breaks("JB-6", "A rerun tells the id of the original", also=("RR-2",), known_as="D106")
def rerun_tells_the_original(ground: Ground) -> None:
    ground.wrap(job_routes.rerun, lambda original, call: (original(call), {"job_id": call.path["job_id"]})[1])


@breaks("JB-6.1", "A job that can't be rerun is 403", also=("RR-1", "C-8"))
def rerun_of_the_wrong_status_is_forbidden(ground: Ground) -> None:
    ground.wrap(
        jobs.rerun,
        lambda original, cloud, caller, token, job, changes: (
            original(cloud, caller, token, job, changes)
            if lifecycle.is_rerunnable(job.status)
            else refuse(forbidden())
        ),
    )


@breaks("JB-6.2", "The rerun of an unknown job is told with another text")
def unknown_rerun_has_another_text(ground: Ground) -> None:
    _unknown(ground, job_routes.rerun, not_found)


@breaks("JB-6.3", "Every user reruns every job", known_as="D085")
def every_user_reruns(ground: Ground) -> None:
    _open_to_all(ground, job_routes.rerun)


@breaks("JB-6.3", "Every user reruns every job as their own", known_as="D085")
def every_user_reruns_as_their_own(ground: Ground) -> None:
    def rerun(original: Original, call: Call) -> Json:
        job = addressed_job(call)
        if job is None or jobs.is_creator(call.caller, job):
            return original(call)
        return {"job_id": jobs.rerun(call.cloud, call.caller, call.token, job, {"process_id": None})}

    ground.wrap(job_routes.rerun, rerun)
    ground.replace(admission.require_process, lambda *_: None)


@breaks("JB-6.4", "An override of the wrong type is ignored")
def wrong_override_is_ignored(ground: Ground) -> None:
    for name in ("job_name", "platform_id"):
        ground.field(shapes.RERUN, name, kind=_TextOrNothing(), nullable=True)
    ground.wrap(
        job_routes.rerun,
        lambda original, call: original(
            replace(call, body={name: value for name, value in call.body.items() if value is not None})
        ),
    )


class _TextOrNothing(Anything):
    def take(self, value: Json) -> Json:
        return value if isinstance(value, str) else None


@breaks("JB-6.4", "A payload of a rerun that is no object is ignored")
def wrong_payload_of_a_rerun_is_ignored(ground: Ground) -> None:
    ground.field(shapes.RERUN, "payload", kind=_ObjectOrNothing())


class _ObjectOrNothing(Object):
    def take(self, value: Json) -> Json:
        try:
            return super().take(value)
        except Exception:
            return None


@breaks("JB-6.5", "The rerun of a malformed job id is 403")
def rerun_of_a_malformed_id_is_forbidden(ground: Ground) -> None:
    _malformed(ground, job_routes.rerun, forbidden)


@breaks("JB-6d", "The deprecated route reruns every job", also=("AL-3", "RR-1"), known_as="D106")
def old_rerun_takes_any_status(ground: Ground) -> None:
    def rerun(call: Call) -> Json:
        job = jobs.require_for_action(call.cloud, call.caller, call.path["job_id"])
        wish = admission.rerun_wish(call.cloud, job, dict(call.body))
        return {"job_id": admission.admit(call.cloud, call.caller, call.token, wish)}

    ground.operation("JB-6d", handler=rerun)


@breaks("JB-6d", "The deprecated route reruns without an origin", also=("AL-3", "RR-3"))
def old_rerun_has_no_origin(ground: Ground) -> None:
    def rerun(call: Call) -> Json:
        job_id = job_routes.rerun(call)["job_id"]
        call.cloud.db.run("UPDATE jobs SET rerun_from = NULL WHERE job_id = ?", (job_id,))
        return {"job_id": job_id}

    ground.operation("JB-6d", handler=rerun)


@breaks("JB-6d", "The deprecated route to rerun is gone", also=("AL-3", "AL-12"))
def old_route_to_rerun_is_gone(ground: Ground) -> None:
    ground.operation("JB-6d", path="/api/job/{job_id}/rerun")


def _numbers(ground: Ground, change: Callable[[Call, dict[str, Json]], Mapping[str, Json]]) -> None:
    ground.wrap(
        job_routes.availability,
        lambda original, call: {**(answer := original(call)), **change(call, answer)},
    )


@breaks("JB-7", "A job that is over goes on counting as running", also=("Q-7",), known_as="D089")
def ended_jobs_count_as_running(ground: Ground) -> None:
    statuses = [*lifecycle.CONCURRENT, lifecycle.COMPLETED, lifecycle.ERROR]
    _numbers(
        ground,
        lambda call, _: {
            "num_concurrent_jobs": jobs_table.count(call.cloud.db, call.caller.user.user_id, statuses)
        },
    )


@breaks("JB-7", "A job that was canceled goes on counting as waiting", also=("Q-7", "CN-5"), known_as="D089")
def canceled_jobs_count_as_waiting(ground: Ground) -> None:
    statuses = [lifecycle.WAITING, lifecycle.CANCELED]
    _numbers(
        ground,
        lambda call, _: {
            "num_jobs_in_queue": jobs_table.count(call.cloud.db, call.caller.user.user_id, statuses)
        },
    )


@breaks("JB-7.1", "Numbers of the availability that are 0 are null", also=("C-9",), known_as="D089")
def numbers_of_zero_are_null(ground: Ground) -> None:
    _numbers(ground, lambda _, answer: {name: number or None for name, number in answer.items()})


@breaks("JB-7.1", "The availability does not tell of toolbox jobs", known_as="D089")
def availability_tells_nothing_of_the_toolbox(ground: Ground) -> None:
    ground.wrap(
        job_routes.availability,
        lambda original, call: minus(original(call), "num_running_qt_jobs"),
    )


@breaks("JB-7.2", "`availability` is taken for a job's id", known_as="D088")
def availability_is_taken_for_an_id(ground: Ground) -> None:
    ground.wrap(
        job_routes.availability,
        lambda original, call: refuse(jobs.malformed_id("availability")),
    )


@breaks("JB-7.2", "The availability is found on another route only", known_as="D088")
def availability_has_another_route(ground: Ground) -> None:
    ground.operation("JB-7", path="/api/job/availability")


@breaks("JB-7.3", "The availability counts the jobs of the token that asks", also=("Q-7",))
def availability_counts_by_token(ground: Ground) -> None:
    def count(call: Call, status: str) -> int:
        return call.cloud.db.number(
            "SELECT count(*) FROM jobs WHERE token_id = ? AND status = ?", (call.token.token_id, status)
        )

    _numbers(ground, lambda call, _: {"num_jobs_in_queue": count(call, lifecycle.WAITING)})


@breaks("JB-7.3", "The availability counts the jobs of all users", also=("Q-7",))
def availability_counts_all_users(ground: Ground) -> None:
    def count(call: Call) -> int:
        return call.cloud.db.number(
            "SELECT count(*) FROM jobs WHERE status IN ('running', 'cancel_requested', 'suspended')"
        )

    _numbers(ground, lambda call, _: {"num_concurrent_jobs": count(call)})


@breaks("JB-7.4", "Suspended toolbox jobs don't count as running")
def suspended_toolbox_jobs_do_not_count(ground: Ground) -> None:
    ground.set(jobs_table, "RUNNING", "('running', 'cancel_requested')")


@breaks("JB-7.4", "Toolbox jobs that are to be canceled don't count as running")
def canceled_toolbox_jobs_do_not_count(ground: Ground) -> None:
    ground.set(jobs_table, "RUNNING", "('running', 'suspended')")


@breaks("JB-7.4", "Jobs on every platform count as toolbox jobs")
def all_jobs_count_as_toolbox_jobs(ground: Ground) -> None:
    ground.text(jobs_table.count_on_type, " AND platforms.type = ?", " AND ? != ''")


def _named(status: str, name: str) -> Original:
    return lambda original, call: (
        {**answer, "status": name} if (answer := original(call))["status"] == status else answer
    )


@breaks("ST-1", "A canceled job is called `cancelled`", also=("ST-8",), known_as="D098")
def canceled_has_two_ls(ground: Ground) -> None:
    ground.wrap(job_routes.status, _named(lifecycle.CANCELED, "cancelled"))


@breaks("ST-1", "A completed job is called `success`", also=("ST-6",), known_as="D098")
def completed_is_called_success(ground: Ground) -> None:
    ground.wrap(job_routes.status, _named(lifecycle.COMPLETED, "success"))


@breaks("ST-1", "A waiting job is called `queued` in its data", also=("ST-2",), known_as="D098")
def waiting_is_called_queued(ground: Ground) -> None:
    ground.wrap(job_routes.data, _named(lifecycle.WAITING, "queued"))


@breaks("ST-1", "A worker is told `done` of a job that it completed", known_as="D098")
def worker_is_told_done(ground: Ground) -> None:
    ground.wrap(workers.publish, _named(lifecycle.COMPLETED, "done"))


@breaks("ST-2", "A waiting job tells its creation as its start", also=("J1",))
def waiting_job_has_a_start(ground: Ground) -> None:
    _job(ground, start_time=lambda job: job.started or job.created)


@breaks("ST-2", "A waiting job has a status message")
def waiting_job_has_a_message(ground: Ground) -> None:
    _job(
        ground, status_message=_in(lifecycle.WAITING, "Waiting for a worker", lambda job: job.status_message)
    )


@breaks("ST-3", "A running job does not tell its start", also=("C-3", "TM-1"))
def running_job_has_no_start(ground: Ground) -> None:
    _job(ground, start_time=_in(lifecycle.RUNNING, None, lambda job: job.started))


@breaks("ST-3", "A running job has a status message")
def running_job_has_a_message(ground: Ground) -> None:
    _job(ground, status_message=_in(lifecycle.RUNNING, "Running", lambda job: job.status_message))


@breaks("ST-3", "A running job has a failure code")
def running_job_has_a_failure_code(ground: Ground) -> None:
    _job(ground, failure_code=_in(lifecycle.RUNNING, "none", lambda job: job.failure_code))


@breaks("ST-4", "A job that is to be canceled loses its start", also=("C-3",))
def job_to_be_canceled_has_no_start(ground: Ground) -> None:
    _job(ground, start_time=_in(lifecycle.CANCEL_REQUESTED, None, lambda job: job.started))


@breaks("ST-4", "A job that is to be canceled has a progress message of null", also=("ST-13",))
def job_to_be_canceled_has_no_progress_message(ground: Ground) -> None:
    _job(ground, progress_message=_in(lifecycle.CANCEL_REQUESTED, None, jobs.shown_progress_message))


@breaks("ST-5", "A suspended job loses its start", also=("C-3", "J11.2"))
def suspended_job_has_no_start(ground: Ground) -> None:
    _job(ground, start_time=_in(lifecycle.SUSPENDED, None, lambda job: job.started))


@breaks("ST-5", "A suspended job has a progress message of null", also=("ST-13",))
def suspended_job_has_no_progress_message(ground: Ground) -> None:
    _job(ground, progress_message=_in(lifecycle.SUSPENDED, None, jobs.shown_progress_message))


@breaks("ST-6", "A completed job stays at the progress that it had", also=("J4",))
def completed_job_keeps_its_progress(ground: Ground) -> None:
    ground.wrap(
        publication._final,
        lambda original, job, report, members: replace(
            original(job, report, members), progress=report.progress
        ),
    )


@breaks("ST-6", "A completed job has a status message")
def completed_job_has_a_message(ground: Ground) -> None:
    _job(ground, status_message=_in(lifecycle.COMPLETED, "Done", lambda job: job.status_message))


@breaks("ST-6", "A completed job tells no duration", also=("C-3", "J4", "RS-2"))
def completed_job_has_no_duration(ground: Ground) -> None:
    _job(ground, duration=_in(lifecycle.COMPLETED, None, lambda job: job.duration))


@breaks("ST-7", "A failed job has no failure code", also=("J5",))
def failed_job_has_no_code(ground: Ground) -> None:
    _job(ground, failure_code=_in(lifecycle.ERROR, None, lambda job: job.failure_code))


@breaks("ST-7", "A failed job has no status message", also=("C-4", "J5"))
def failed_job_has_no_message(ground: Ground) -> None:
    _job(ground, status_message=_in(lifecycle.ERROR, None, lambda job: job.status_message))


@breaks("ST-7", "A failed job tells no duration", also=("C-3",))
def failed_job_has_no_duration(ground: Ground) -> None:
    _job(ground, duration=_in(lifecycle.ERROR, None, lambda job: job.duration))


@breaks("ST-8", "A canceled job has no status message", also=("CN-6",))
def canceled_job_has_no_message(ground: Ground) -> None:
    _job(ground, status_message=_in(lifecycle.CANCELED, None, lambda job: job.status_message))


@breaks("ST-8", "A job that was canceled while it ran tells no start", also=("C-3",))
def canceled_job_has_no_start(ground: Ground) -> None:
    _job(ground, start_time=_in(lifecycle.CANCELED, None, lambda job: job.started))


@breaks("ST-9", "A failed job may still be completed", also=("J14", "WK-2.12"))
def error_is_not_final(ground: Ground) -> None:
    def publish(original: Original, call: Call) -> Json:
        job = addressed_job(call)
        if job and job.status == lifecycle.ERROR and call.body.get("status") == lifecycle.COMPLETED:
            call.cloud.db.run(
                "UPDATE jobs SET status = 'completed', status_message = NULL, failure_code = NULL, "
                "progress = 100 WHERE sequence = ?",
                (job.sequence,),
            )
            return {"message": "ok", "status": lifecycle.COMPLETED}
        return original(call)

    ground.wrap(workers.publish, publish)


@breaks("ST-9", "A suspended job is final", also=("J11", "J11.1", "WK-2.6", "J12"))
def suspended_is_final(ground: Ground) -> None:
    def publish(original: Original, call: Call) -> Json:
        job = addressed_job(call)
        if job is not None and job.status == lifecycle.SUSPENDED:
            raise bad_request("Invalid data", {"status": job.status})
        return original(call)

    ground.wrap(workers.publish, publish)


@breaks("ST-10", "Progress runs from 0 to 1, and to 100 at the end", also=("J3",))
def progress_has_two_scales(ground: Ground) -> None:
    _job(
        ground,
        progress=lambda job: job.progress if job.status == lifecycle.COMPLETED else job.progress / 100,
    )


@breaks("ST-10", "Progress is shown in thousandths", also=("J3",))
def progress_runs_to_a_thousand(ground: Ground) -> None:
    _job(ground, progress=lambda job: job.progress * 10)


@breaks("ST-11", "A waiting job has made some progress", also=("ST-2", "J1"))
def waiting_job_has_progress(ground: Ground) -> None:
    _job(ground, progress=_in(lifecycle.WAITING, 1.0, lambda job: job.progress))


@breaks("ST-11", "A job at 100 is completed", also=("ST-6",))
def job_at_full_progress_is_completed(ground: Ground) -> None:
    def publish(original: Original, call: Call) -> Json:
        answer = original(call)
        if call.body.get("progress") == lifecycle.FULL_PROGRESS and answer["status"] == lifecycle.RUNNING:
            call.cloud.db.run(
                "UPDATE jobs SET status = 'completed', duration = 0 WHERE job_id = ?", (call.path["job_id"],)
            )
            return {**answer, "status": lifecycle.COMPLETED}
        return answer

    ground.wrap(workers.publish, publish)


@breaks("ST-12", "A running job tells the seconds that have passed")
def running_job_has_a_duration(ground: Ground) -> None:
    _job(
        ground,
        duration=_in(lifecycle.RUNNING, 0, lambda job: job.duration),
    )


@breaks("ST-12", "A duration has a fraction", also=("TM-2",))
def duration_has_a_fraction(ground: Ground) -> None:
    ground.replace(
        lifecycle.elapsed, lambda job, now: 0 if job.started is None else max(0.001, now - job.started)
    )


@breaks("ST-12", "A duration is rounded up")
def duration_is_rounded_up(ground: Ground) -> None:
    ground.wrap(
        lifecycle.elapsed,
        lambda original, job, now: original(job, now) + (0 if job.started is None else 1),
    )


@breaks("ST-12", "A job that never ran tells the seconds that it waited", also=("ST-8", "J6.1"))
def waiting_counts_as_running(ground: Ground) -> None:
    ground.wrap(
        lifecycle.elapsed,
        lambda original, job, now: 1 if job.started is None else original(job, now),
    )


@breaks("ST-13", "A waiting job has an empty progress message", also=("ST-2",))
def waiting_job_has_an_empty_progress_message(ground: Ground) -> None:
    ground.replace(jobs.shown_progress_message, lambda job: job.progress_message or "")


@breaks(
    "ST-13", "A running job of which nothing was said has a progress message of null", also=("ST-3", "C-4")
)
def unsaid_progress_message_is_null(ground: Ground) -> None:
    ground.replace(jobs.shown_progress_message, lambda job: job.progress_message or None)


@breaks("ST-13", "A job that is over loses its progress message")
def progress_message_is_lost_at_the_end(ground: Ground) -> None:
    ground.wrap(
        jobs.shown_progress_message,
        lambda original, job: None if lifecycle.is_terminal(job.status) else original(job),
    )


@breaks("ST-14", "A status has a message in `msg`")
def status_has_a_message_in_msg(ground: Ground) -> None:
    _job(ground, msg=lambda job: "ok")


@breaks("ST-15", "A job that its user canceled has a failure code")
def canceled_job_has_a_failure_code(ground: Ground) -> None:
    _job(
        ground,
        failure_code=lambda job: "canceled" if job.status == lifecycle.CANCELED else job.failure_code,
    )


@breaks("ST-15", "A job that is canceled by its worker gets the code of a failure")
def canceled_job_gets_the_code_of_a_failure(ground: Ground) -> None:
    ground.wrap(
        publication._final,
        lambda original, job, report, members: replace(
            result := original(job, report, members),
            failure_code=result.failure_code or publication.DEFAULT_FAILURE_CODE
            if report.status == lifecycle.CANCELED
            else result.failure_code,
        ),
    )


@breaks("C-1", "A new job's id is told under another name", also=("JB-1",))
def new_job_has_an_id_of_another_name(ground: Ground) -> None:
    ground.wrap(job_routes.create, lambda original, call: {"id": original(call)["job_id"]})


@breaks("C-1", "A rerun tells no id", also=("JB-6",))
def rerun_tells_no_id(ground: Ground) -> None:
    ground.wrap(job_routes.rerun, lambda original, call: (original(call), {"message": "ok"})[1])


@breaks("C-1", "A creation is answered with 201", also=("TR-6",))
def creation_is_answered_with_created(ground: Ground) -> None:
    _answered_with(ground, job_routes.create, 201)


@breaks("C-1", "A cancellation is answered with 202", also=("TR-6",))
def cancellation_is_answered_with_accepted(ground: Ground) -> None:
    _answered_with(ground, job_routes.cancel, 202)


class _Answer(dict[str, Any]):
    """An answer that is sent with another status than 200."""

    status = 200


def _answered_with(ground: Ground, handler: Callable[[Call], Json], status: int) -> None:
    def marked(original: Original, call: Call) -> Json:
        answer = _Answer(original(call))
        answer.status = status
        return answer

    ground.wrap(handler, marked)
    ground.wrap(
        app.answered,
        lambda original, answer: (
            app._json(answer, answer.status) if isinstance(answer, _Answer) else original(answer)
        ),
    )


@breaks("C-2", "A status is read once a second, and else refused", also=("TR-10", "TR-29"))
def status_is_read_once_a_second(ground: Ground) -> None:
    read: dict[str, float] = {}

    def status(original: Original, call: Call) -> Json:
        last, read[call.path["job_id"]] = read.get(call.path["job_id"], 0.0), time.monotonic()
        if time.monotonic() - last < 1:
            raise RefusalError(429, "Too many requests")
        return original(call)

    ground.wrap(job_routes.status, status)


@breaks("C-3", "The time of a job's creation is null once it runs", also=("TM-1",))
def creation_is_null_once_it_runs(ground: Ground) -> None:
    _job(ground, creation_datetime=_in(lifecycle.RUNNING, None, lambda job: job.created))


@breaks("C-3", "A canceled job that ran tells no duration", also=("ST-8", "ST-12"))
def canceled_job_has_no_duration(ground: Ground) -> None:
    _job(
        ground,
        duration=lambda job: None if job.status == lifecycle.CANCELED and job.started else job.duration,
    )


@breaks("C-4", "The progress message of a running job is null", also=("ST-3", "ST-13"))
def progress_message_is_null_while_it_runs(ground: Ground) -> None:
    ground.replace(jobs.shown_progress_message, lambda job: None)


@breaks("C-5", "A status that has not changed is 204", also=("TR-6", "TR-5"))
def unchanged_status_is_no_content(ground: Ground) -> None:
    _answered_with(ground, job_routes.status, 204)


@breaks("C-5", "Every third read of a status fails with 503", also=("EN-10", "EN-13", "TR-29"))
def third_read_of_a_status_fails(ground: Ground) -> None:
    reads: dict[str, int] = {}

    def status(original: Original, call: Call) -> Json:
        job_id = call.path["job_id"]
        reads[job_id] = reads.get(job_id, 0) + 1
        if reads[job_id] % 3 == 0:
            raise RefusalError(503, "The service is busy")
        return original(call)

    ground.wrap(job_routes.status, status)


@breaks("C-6", "Results are shown as an object and not as its text", also=("RS-2",))
def results_are_an_object(ground: Ground) -> None:
    ground.wrap(
        job_routes.result,
        lambda original, call: {
            **(answer := original(call)),
            "results": JsonText(answer["results"]) if answer["results"] else None,
        },
    )


@breaks("C-6", "Results are an empty text before there are any", also=("RS-1", "RS-3"), known_as="D112")
def missing_results_are_an_empty_text(ground: Ground) -> None:
    ground.wrap(
        job_routes.result,
        lambda original, call: {**(answer := original(call)), "results": answer["results"] or ""},
    )


@breaks("C-7", "Results are wrapped in an object of the cloud's own", also=("RS-2",))
def results_are_wrapped(ground: Ground) -> None:
    ground.wrap(
        job_routes.result,
        lambda original, call: {
            **(answer := original(call)),
            "results": json.dumps({"data": json.loads(answer["results"])}) if answer["results"] else None,
        },
    )


@breaks("C-7.1", "The context of a job does not reach the worker", also=("JB-4.4", "WK-1.8"))
def job_context_is_lost(ground: Ground) -> None:
    ground.wrap(
        workers.fetch,
        lambda original, call: {
            **(answer := original(call)),
            "payload": minus(json.loads(answer["payload"].text), "job_context"),
        },
    )


@breaks("C-8", "A running job can't be canceled", also=("J7", "CN-2"))
def running_job_is_not_cancelable(ground: Ground) -> None:
    ground.replace(lifecycle.takes_cancel_order, lambda status: False)


@breaks("C-8", "A waiting job can be rerun", also=("RR-1", "JB-6.1"))
def waiting_job_is_rerun(ground: Ground) -> None:
    ground.wrap(
        lifecycle.is_rerunnable,
        lambda original, status: status == lifecycle.WAITING or original(status),
    )


@breaks("C-9", "The room in the queue is told as a text", also=("JB-7.1",))
def room_in_the_queue_is_a_text(ground: Ground) -> None:
    _numbers(ground, lambda _, answer: {"max_jobs_in_queue": str(answer["max_jobs_in_queue"])})


@breaks("C-10", "A platform that has no specs is shown without them", also=("PL-2.7",))
def empty_specs_are_left_out(ground: Ground) -> None:
    ground.wrap(
        platform_routes.details,
        lambda original, platform: (
            original(platform) if platform.specs != "{}" else minus(original(platform), "specs")
        ),
    )


@breaks("C-10", "A platform's type is null", also=("PL-2.7",))
def type_of_a_platform_is_null(ground: Ground) -> None:
    ground.wrap(platform_routes.read_by_name, lambda original, call: {**original(call), "type": None})


@breaks("A-8.1", "Only the token that created a job reads it", known_as="D086")
def only_the_creating_token_reads(ground: Ground) -> None:
    ground.wrap(
        jobs.is_creator,
        lambda original, caller, job: (
            original(caller, job) and caller.token is not None and caller.token.token_id == job.token_id
        ),
    )


@breaks("TM-1", "The times of a status are in milliseconds", also=("J1", "TM-9"), known_as="D097")
def times_are_in_milliseconds(ground: Ground) -> None:
    _job(
        ground,
        creation_datetime=lambda job: job.created * 1000,
        start_time=lambda job: job.started and job.started * 1000,
    )


@breaks("TM-1", "The times of a status are those of another zone", also=("TM-9",), known_as="D097")
def times_are_of_another_zone(ground: Ground) -> None:
    _job(
        ground,
        creation_datetime=lambda job: job.created + 3600,
        start_time=lambda job: job.started and job.started + 3600,
    )
