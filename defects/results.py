"""Faults of results (RS) and of jobs with many iterations (IT)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from defects.defect import breaks
from defects.handling import Original, refuse
from defects.planting import Ground
from sandbox.json_text import Json, JsonText
from sandbox.routes import app, workers
from sandbox.routes import jobs as job_routes
from sandbox.routes.calls import Call
from sandbox.rules import admission, jobs, lifecycle
from sandbox.rules.refusals import bad_request, forbidden, not_found
from sandbox.store import jobs_table
from sandbox.store.records import Job

HALF = '{"results": {}}'


def _result(ground: Ground, change: Callable[[Job, dict[str, Json]], dict[str, Json]]) -> None:
    """Change what JB-3 shows of a job: the members that `change` gives for the job and the right answer."""

    def result(original: Original, call: Call) -> Json:
        answer = original(call)
        job = jobs.find(call.cloud, answer["job_id"])
        return {**answer, **change(job, answer)} if job else answer

    ground.wrap(job_routes.result, result)


def _text(ground: Ground, change: Callable[[str], str]) -> None:
    """Change the text of results wherever it is shown."""
    _result(ground, lambda job, answer: {"results": change(answer["results"])} if answer["results"] else {})


@breaks("RS-1", "A job that waits has empty results", also=("RS-2",))
def waiting_job_has_empty_results(ground: Ground) -> None:
    _result(ground, lambda job, _: {"results": HALF} if job.status == lifecycle.WAITING else {})


@breaks("RS-1", "A job that runs has empty results", also=("RS-2",))
def running_job_has_empty_results(ground: Ground) -> None:
    running = (lifecycle.RUNNING, lifecycle.CANCEL_REQUESTED)
    _result(ground, lambda job, _: {"results": HALF} if job.status in running else {})


@breaks("RS-1", "A suspended job has empty results", also=("RS-2",))
def suspended_job_has_empty_results(ground: Ground) -> None:
    _result(ground, lambda job, _: {"results": HALF} if job.status == lifecycle.SUSPENDED else {})


@breaks("RS-1", "The last part of the results is shown as final while the job runs", also=("RS-2", "RS-5"))
def part_is_shown_as_final(ground: Ground) -> None:
    _result(
        ground,
        lambda job, answer: (
            {}
            if lifecycle.is_terminal(job.status) or not job.last_intermediate
            else {"results": job.last_intermediate}
        ),
    )


@breaks("RS-1", "A job that is not over has a result that is forbidden")
def early_result_is_forbidden(ground: Ground) -> None:
    ground.wrap(
        job_routes.result,
        lambda original, call: (
            original(call)
            if lifecycle.is_terminal(
                jobs.require_for_reading(call.cloud, call.caller, call.path["job_id"]).status
            )
            else refuse(forbidden())
        ),
    )


@breaks("RS-2", "Results are written anew, in an order of their own", also=("TR-23", "RS-7"), known_as="D115")
def results_are_written_anew(ground: Ground) -> None:
    _text(ground, lambda text: json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")))


@breaks("RS-2", "A result does not name its job", also=("JB-3",))
def result_names_another_job(ground: Ground) -> None:
    _result(ground, lambda job, _: {"job_id": "00000000-0000-4000-8000-000000000000"})


@breaks("RS-2", "A result has no duration", also=("TM-2",))
def result_has_no_duration(ground: Ground) -> None:
    _result(ground, lambda job, _: {"duration": None})


@breaks("RS-2", "Letters of the results beyond ASCII are lost", also=("TR-23",), known_as="D115")
def letters_of_the_results_are_lost(ground: Ground) -> None:
    _text(ground, lambda text: text.encode("ascii", "replace").decode())


@breaks("RS-2", "Large results are cut", also=("TR-23", "C-6"), known_as="D115")
def large_results_are_cut(ground: Ground) -> None:
    _text(ground, lambda text: text[:1_000_000])


@breaks("TR-23", "Large results are refused", also=("TR-22", "RS-2"), known_as="D115")
def large_results_are_refused(ground: Ground) -> None:
    ground.set(app, "LARGEST_BODY", 1024 * 1024)


@breaks("RS-3", "The results of a failed job are 404")
def results_of_a_failed_job_are_not_found(ground: Ground) -> None:
    ground.wrap(
        job_routes.result,
        lambda original, call: (
            original(call)
            if jobs.require_for_reading(call.cloud, call.caller, call.path["job_id"]).status
            != lifecycle.ERROR
            else refuse(not_found())
        ),
    )


@breaks("RS-3", "The partial results of a failed job are not kept")
def partial_results_of_a_failed_job_are_lost(ground: Ground) -> None:
    _result(ground, lambda job, _: {"results": None} if job.status == lifecycle.ERROR else {})


@breaks("RS-3", "A failed job without results has empty ones")
def failed_job_has_empty_results(ground: Ground) -> None:
    _result(
        ground,
        lambda job, answer: {"results": answer["results"] or HALF} if job.status == lifecycle.ERROR else {},
    )


@breaks("RS-3", "The results of a canceled job are 400", also=("J8.1", "J9"))
def results_of_a_canceled_job_are_a_bad_request(ground: Ground) -> None:
    ground.wrap(
        job_routes.result,
        lambda original, call: (
            original(call)
            if jobs.require_for_reading(call.cloud, call.caller, call.path["job_id"]).status
            != lifecycle.CANCELED
            else refuse(bad_request("Job canceled"))
        ),
    )


@breaks("RS-4", "Results are gone once they were read", also=("RS-2",))
def results_are_gone_once_read(ground: Ground) -> None:
    def result(original: Original, call: Call) -> Json:
        answer = original(call)
        if answer["results"]:
            call.cloud.db.run(
                "DELETE FROM job_results WHERE sequence = (SELECT sequence FROM jobs WHERE job_id = ?)",
                (answer["job_id"],),
            )
        return answer

    ground.wrap(job_routes.result, result)


@breaks("RS-4", "Results say how often they were read", also=("RS-2",))
def results_count_their_reads(ground: Ground) -> None:
    reads: dict[str, int] = {}

    def counted(job: Job, answer: dict[str, Json]) -> dict[str, Json]:
        reads[job.job_id] = reads.get(job.job_id, 0) + 1
        if not answer["results"] or reads[job.job_id] == 1:
            return {}
        return {"results": json.dumps({**json.loads(answer["results"]), "reads": reads[job.job_id]})}

    _result(ground, counted)


@breaks("RS-5", "Intermediate results come in the wrong order", also=("WK-2.13",))
def intermediate_results_are_turned_round(ground: Ground) -> None:
    ground.wrap(jobs_table.intermediates, lambda original, *args: original(*args)[::-1])


@breaks("RS-5", "Intermediate results are null where there are none")
def no_intermediate_results_are_null(ground: Ground) -> None:
    _result(ground, lambda job, answer: {"intermediate_results": answer["intermediate_results"] or None})


@breaks("RS-5", "Intermediate results are shown when the job is over", also=("WK-2.13",))
def intermediate_results_come_at_the_end(ground: Ground) -> None:
    _result(ground, lambda job, _: {} if lifecycle.is_terminal(job.status) else {"intermediate_results": []})


@breaks("RS-5", "Intermediate results are gone when the job is over")
def intermediate_results_go_at_the_end(ground: Ground) -> None:
    _result(ground, lambda job, _: {"intermediate_results": []} if lifecycle.is_terminal(job.status) else {})


@breaks("RS-6", "The status shows the first of the intermediate results", also=("J3",))
def status_shows_the_first_part(ground: Ground) -> None:
    def status(original: Original, call: Call) -> Json:
        answer = original(call)
        job = jobs.find(call.cloud, call.path["job_id"])
        parts = jobs_table.intermediates(call.cloud.db, job.sequence) if job else []
        return {**answer, "last_intermediate_results": JsonText(parts[0])} if parts else answer

    ground.wrap(job_routes.status, status)


@breaks("RS-6", "The status shows no intermediate results when the job is over")
def status_loses_the_last_part(ground: Ground) -> None:
    ground.wrap(
        job_routes.status,
        lambda original, call: (
            {**answer, "last_intermediate_results": None}
            if lifecycle.is_terminal((answer := original(call))["status"])
            else answer
        ),
    )


@breaks("RS-7", "A result is the last that the platform published", also=("RS-2", "RS-4"), known_as="D113")
def result_is_the_last_of_the_platform(ground: Ground) -> None:
    last: dict[str, str] = {}

    def publish(original: Original, call: Call) -> Json:
        answer = original(call)
        job = jobs.find(call.cloud, call.path["job_id"])
        if job is not None and call.body.get("results"):
            last[job.platform_id] = call.body["results"]
        return answer

    ground.wrap(workers.publish, publish)
    _result(
        ground,
        lambda job, answer: {"results": last.get(job.platform_id)} if answer["results"] else {},
    )


@breaks("RS-7", "A result is that of the job that the user submitted before", also=("RS-2",), known_as="D113")
def result_is_that_of_the_job_before(ground: Ground) -> None:
    def result(original: Original, call: Call) -> Json:
        answer = original(call)
        row = call.cloud.db.one(
            "SELECT results FROM job_results JOIN jobs USING (sequence) WHERE user_id = ? AND sequence < "
            "(SELECT sequence FROM jobs WHERE job_id = ?) ORDER BY sequence DESC LIMIT 1",
            (call.caller.user.user_id, answer["job_id"]),
        )
        return {**answer, "results": row[0]} if row and answer["results"] else answer

    ground.wrap(job_routes.result, result)


@breaks("IT-1", "A job with an iterator is refused", also=("JB-1.13",))
def iterator_is_refused(ground: Ground) -> None:
    ground.wrap(
        admission.require_iterator,
        lambda original, payload: original({"iterator": []} if "iterator" in payload else payload),
    )


@breaks("IT-1", "A job without an iterator is refused", also=("JB-1", "J1"))
def iterator_is_demanded(ground: Ground) -> None:
    ground.wrap(admission.require_iterator, lambda original, payload: original({"iterator": None, **payload}))


@breaks("IT-1", "An iterator does not reach the worker", also=("WK-1.8", "JB-4.4"))
def iterator_is_lost(ground: Ground) -> None:
    ground.wrap(
        jobs_table.insert,
        lambda original, db, job: original(db, replace(job, payload=_without_iterator(job.payload))),
    )


def _without_iterator(text: str) -> str:
    payload = json.loads(text)
    return text if payload.pop("iterator", None) is None else json.dumps(payload)


@breaks("IT-2", "The shots of an iteration are checked", also=("IT-1",))
def shots_of_an_iteration_are_checked(ground: Ground) -> None:
    ground.wrap(admission.require_iterator, _each_checked("max_shots"))


@breaks("IT-2", "The samples of an iteration are checked", also=("IT-1",))
def samples_of_an_iteration_are_checked(ground: Ground) -> None:
    ground.wrap(admission.require_iterator, _each_checked("max_samples"))


def _each_checked(name: str) -> Original:
    def require(original: Original, payload: dict[str, Json]) -> None:
        original(payload)
        for element in payload.get("iterator", []):
            wanted = element.get(name, 1) if isinstance(element, dict) else 1
            if isinstance(wanted, int) and wanted <= 0:
                raise bad_request(f"Invalid {name} in the iterator")

    return require


@breaks("IT-2", "An iteration must be an object", also=("IT-1",))
def iteration_must_have_circuit_params(ground: Ground) -> None:
    def require(original: Original, payload: dict[str, Json]) -> None:
        original(payload)
        if any("circuit_params" not in element for element in payload.get("iterator", [])):
            raise bad_request("Invalid iterator: circuit_params missing")

    ground.wrap(admission.require_iterator, require)


@breaks("IT-3", "The list of results of an iterator is sorted anew", also=("RS-2", "C-7"))
def results_list_is_sorted(ground: Ground) -> None:
    _text(
        ground, lambda text: _with_list(text, lambda entries: sorted(entries, key=json.dumps, reverse=True))
    )


@breaks("IT-3", "The list of results of an iterator keeps one entry", also=("RS-2", "C-7"))
def results_list_keeps_one_entry(ground: Ground) -> None:
    _text(ground, lambda text: _with_list(text, lambda entries: entries[:1]))


def _with_list(text: str, change: Callable[[list[Json]], list[Json]]) -> str:
    results = json.loads(text)
    if "results_list" not in results:
        return text
    return json.dumps({**results, "results_list": change(results["results_list"])})
