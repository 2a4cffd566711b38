"""Faults of what an admin sees and cancels of all users: AD-1, JA-1, JA-2."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground, with_field
from sandbox.cloud import Cloud
from sandbox.json_text import Json, JsonText
from sandbox.routes import jobs as job_routes
from sandbox.routes import shapes
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import JOB_STATUS, QueryInteger, Text
from sandbox.rules import jobs
from sandbox.rules.refusals import RefusalError, bad_request, forbidden
from sandbox.store import jobs_table, users_table
from sandbox.store.records import Job


def _tokens_for(ground: Ground, changed: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
    """List tokens for a query that differs from the one that was asked."""
    ground.wrap(
        token_routes.list_all,
        lambda original, call: original(replace(call, query={**call.query, **changed(call.query)})),
    )


def _jobs_for(ground: Ground, changed: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
    """List jobs for a query that differs from the one that was asked."""
    ground.wrap(
        job_routes.list_all,
        lambda original, call: original(replace(call, query={**call.query, **changed(call.query)})),
    )


def _shape_with(ground: Ground, identifier: str, shape: shapes.Shape, name: str, **changes: Any) -> None:  # noqa: ANN401
    """Change a parameter of one route."""
    ground.operation(identifier, query=with_field(shape, name, **changes))


def _entries_with(ground: Ground, **members: Callable[[Call, dict[str, Any]], Json]) -> None:
    """Have the list of jobs show these members so."""
    ground.wrap(
        job_routes.list_all,
        lambda original, call: [
            {**entry, **{name: value(call, entry) for name, value in members.items()}}
            for entry in original(call)
        ],
    )


def _cancel_around(ground: Ground, around: Callable[[Original, Cloud, Sequence[str]], list[Job]]) -> None:
    ground.wrap(jobs.cancel_many, around)


# Tokens.


@breaks("AD-1", "The admin's list of tokens holds the admin's own")
def admin_lists_own_tokens(ground: Ground) -> None:
    ground.replace(token_routes.list_all, token_routes.list_own)


@breaks("AD-1", "The admin's list of tokens lacks their users")
def list_of_tokens_lacks_users(ground: Ground) -> None:
    ground.wrap(
        token_routes.list_all,
        lambda original, call: [
            {name: one for name, one in entry.items() if name != "user_id"} for entry in original(call)
        ],
    )


@breaks("AD-1", "The admin's list of tokens shows the admin for every user")
def list_of_tokens_shows_the_admin(ground: Ground) -> None:
    ground.wrap(
        token_routes.list_all,
        lambda original, call: [{**entry, "user_id": call.caller.user.user_id} for entry in original(call)],
    )


@breaks("AD-1", "The admin's list of tokens lacks those of deactivated users")
def list_of_tokens_lacks_deactivated_users(ground: Ground) -> None:
    ground.wrap(
        token_routes.list_all,
        lambda original, call: [
            entry
            for entry in original(call)
            if (user := users_table.find(call.cloud.db, entry["user_id"])) and user.is_active
        ],
    )


@breaks("AD-1", "The admin's list of tokens shows every priority as 0")
def list_of_tokens_shows_no_priorities(ground: Ground) -> None:
    _tokens_with(ground, priority=lambda entry: 0)


@breaks("AD-1", "The admin's list of tokens shows no uses")
def list_of_tokens_shows_no_uses(ground: Ground) -> None:
    _tokens_with(ground, count=lambda entry: 0, last_used_time=lambda entry: None)


@breaks("AD-1", "The admin's list of tokens shows revoked ones as active", also=("TS-3",))
def list_of_tokens_shows_all_as_active(ground: Ground) -> None:
    _tokens_with(ground, is_revoked=lambda entry: False)


@breaks("AD-1", "The admin's list of tokens shows one end for all")
def list_of_tokens_shows_one_end(ground: Ground) -> None:
    _tokens_with(ground, expiration_date=lambda entry: "2100-01-01T00:00:00Z")


def _tokens_with(ground: Ground, **members: Callable[[dict[str, Any]], Json]) -> None:
    """Have the admin's list of tokens show these members so."""
    ground.wrap(
        token_routes.list_all,
        lambda original, call: [
            {**entry, **{name: value(entry) for name, value in members.items()}} for entry in original(call)
        ],
    )


@breaks("AD-1.1", "The admin's list of tokens is not filtered by user", also=("A-7.3",))
def list_of_tokens_ignores_the_user(ground: Ground) -> None:
    _tokens_for(ground, lambda query: {"user_id": None})


@breaks("AD-1.1", "The admin's list of tokens holds expired ones that were to be left out")
def admin_list_ignores_include_expired(ground: Ground) -> None:
    _tokens_for(ground, lambda query: {"include_expired": True})


@breaks("AD-1.1", "The admin's list of tokens holds revoked ones that were to be left out")
def admin_list_ignores_include_revoked(ground: Ground) -> None:
    _tokens_for(ground, lambda query: {"include_revoked": True})


@breaks("AD-1.1", "The admin's list of tokens leaves out revoked ones by default")
def admin_list_leaves_out_revoked(ground: Ground) -> None:
    _shape_with(ground, "AD-1", shapes.TOKEN_LIST, "include_revoked", default=False)


@breaks("AD-1.1", "The admin's list of tokens leaves out expired ones by default")
def admin_list_leaves_out_expired(ground: Ground) -> None:
    _shape_with(ground, "AD-1", shapes.TOKEN_LIST, "include_expired", default=False)


@breaks("AD-1.1", "The admin's list of tokens has no pages", also=("PG-1", "PG-10"))
def admin_list_ignores_the_limit(ground: Ground) -> None:
    _tokens_for(ground, lambda query: {"limit": 10_000})


@breaks("AD-1.1", "The admin's list of tokens always starts with the first", also=("PG-2", "PG-8", "PG-10"))
def admin_list_ignores_the_offset(ground: Ground) -> None:
    _tokens_for(ground, lambda query: {"offset": 0})


@breaks("AD-1.2", "The admin sees the beginning of tokens only")
def admin_sees_masked_tokens(ground: Ground) -> None:
    ground.wrap(
        token_routes.list_all,
        lambda original, call: [{**entry, "key": entry["key"][:8] + "***"} for entry in original(call)],
    )


@breaks("AD-1.3", "A plain user lists the tokens of all", also=("PM-50",), known_as="D119")
def user_lists_all_tokens(ground: Ground) -> None:
    ground.operation("AD-1", right="anyone")


@breaks("AD-1.3", "A plain user finds an empty list of all tokens", also=("PM-50",))
def user_finds_no_tokens(ground: Ground) -> None:
    ground.operation("AD-1", right="anyone")
    ground.wrap(token_routes.list_all, lambda original, call: original(call) if call.caller.is_admin else [])


@breaks("AD-1.3", "The admin's list of tokens takes a limit of 0", also=("PG-4", "PG-10"))
def admin_list_takes_limit_0(ground: Ground) -> None:
    _shape_with(ground, "AD-1", shapes.TOKEN_LIST, "limit", kind=QueryInteger(0))


@breaks("AD-1.3", "The admin's list of tokens takes a negative offset", also=("PG-5", "PG-10"))
def admin_list_takes_a_negative_offset(ground: Ground) -> None:
    _shape_with(ground, "AD-1", shapes.TOKEN_LIST, "offset", kind=QueryInteger())


# Jobs.


@breaks("JA-1", "The list of jobs shows their payloads")
def list_of_jobs_shows_payloads(ground: Ground) -> None:
    _entries_with(
        ground,
        payload=lambda call, entry: JsonText(
            call.cloud.db.one(
                "SELECT payload FROM job_payloads JOIN jobs USING (sequence) WHERE job_id = ?",
                (entry["job_id"],),
            )[0]  # type: ignore[index]
        ),
    )


@breaks("JA-1", "The list of jobs lacks their users")
def list_of_jobs_lacks_users(ground: Ground) -> None:
    ground.wrap(
        job_routes.list_all,
        lambda original, call: [
            {name: one for name, one in entry.items() if name != "user_id"} for entry in original(call)
        ],
    )


@breaks("JA-1", "The list of jobs shows the admin for every user")
def list_of_jobs_shows_the_admin(ground: Ground) -> None:
    _entries_with(ground, user_id=lambda call, entry: call.caller.user.user_id)


@breaks("JA-1", "The list of jobs holds those of the admin only", also=("JA-1.1", "JA-1.3"))
def list_of_jobs_holds_own_ones(ground: Ground) -> None:
    ground.wrap(
        job_routes.list_all,
        lambda original, call: [
            entry for entry in original(call) if entry["user_id"] == call.caller.user.user_id
        ],
    )


@breaks("JA-1", "The list of jobs shows every job as waiting", also=("ST-2", "ST-3", "JA-1.1"))
def list_of_jobs_shows_them_waiting(ground: Ground) -> None:
    _entries_with(ground, status=lambda call, entry: "waiting")


@breaks("JA-1", "The list of jobs lacks the labels of their tokens")
def list_of_jobs_shows_no_labels(ground: Ground) -> None:
    _entries_with(ground, token_label=lambda call, entry: None)


@breaks("JA-1", "The list of jobs lacks their commands")
def list_of_jobs_shows_no_commands(ground: Ground) -> None:
    _entries_with(ground, command=lambda call, entry: None)


@breaks("JA-1", "The list of jobs lacks their process ids")
def list_of_jobs_shows_no_process_ids(ground: Ground) -> None:
    _entries_with(ground, process_id=lambda call, entry: None)


@breaks("JA-1", "The list of jobs lacks the versions of their programs")
def list_of_jobs_shows_no_versions(ground: Ground) -> None:
    _entries_with(ground, pcvl_version=lambda call, entry: None)


@breaks("JA-1", "The list of jobs does not tell what was rerun")
def list_of_jobs_shows_no_parents(ground: Ground) -> None:
    _entries_with(ground, rerun_from=lambda call, entry: None)


@breaks("JA-1", "The list of jobs shows the id of a token that is not theirs")
def list_of_jobs_shows_another_token(ground: Ground) -> None:
    _entries_with(ground, token_id=lambda call, entry: entry["token_id"] + 1)


@breaks("JA-1", "The list of jobs lacks their platforms' ids")
def list_of_jobs_shows_no_platform_ids(ground: Ground) -> None:
    _entries_with(ground, platform_id=lambda call, entry: None)


@breaks("JA-1", "The list of jobs does not tell why they failed")
def list_of_jobs_shows_no_failures(ground: Ground) -> None:
    _entries_with(ground, failure_code=lambda call, entry: "unknown" if entry["failure_code"] else None)


@breaks("JA-1", "The list of jobs lacks the shots that they took")
def list_of_jobs_shows_no_shots(ground: Ground) -> None:
    _entries_with(ground, shots=lambda call, entry: None)


@breaks("JA-1", "The list of jobs shows no job's start", also=("ST-6", "ST-7"))
def list_of_jobs_shows_no_starts(ground: Ground) -> None:
    _entries_with(ground, start_time=lambda call, entry: None, duration=lambda call, entry: None)


@breaks("JA-1", "The list of jobs tells their start for their creation")
def list_of_jobs_shows_starts_for_creations(ground: Ground) -> None:
    _entries_with(ground, created_date=lambda call, entry: entry["start_time"] or entry["created_date"])


@breaks("JA-1", "The list of jobs shows one name for all")
def list_of_jobs_shows_one_name(ground: Ground) -> None:
    _entries_with(ground, job_name=lambda call, entry: "job")


@breaks("JA-1", "The list of jobs has no pages", also=("PG-1", "PG-8", "PG-9", "PG-10"))
def list_of_jobs_ignores_the_limit(ground: Ground) -> None:
    _jobs_for(ground, lambda query: {"limit": 10_000})


@breaks("JA-1", "The list of jobs always starts with the first", also=("PG-2", "PG-6", "PG-8", "PG-10"))
def list_of_jobs_ignores_the_offset(ground: Ground) -> None:
    _jobs_for(ground, lambda query: {"offset": 0})


@breaks("JA-1.1", "The list of jobs is not filtered by status")
def list_of_jobs_ignores_the_status(ground: Ground) -> None:
    _jobs_for(ground, lambda query: {"status": None})


@breaks("JA-1.1", "The list of jobs is not filtered by user", also=("JA-1", "JA-1.3"))
def list_of_jobs_ignores_the_user(ground: Ground) -> None:
    _jobs_for(ground, lambda query: {"user_id": None})


@breaks("JA-1.1", "The list of jobs is not filtered by platform", also=("JA-1.2",))
def list_of_jobs_ignores_the_platform(ground: Ground) -> None:
    _jobs_for(ground, lambda query: {"platform_name": None})


@breaks("JA-1.1", "Of several filters of the list of jobs one is enough")
def one_filter_of_jobs_is_enough(ground: Ground) -> None:
    ground.text(
        jobs_table.page,
        "AND (:platform_name IS NULL OR platforms.name = :platform_name)",
        "OR (:platform_name IS NOT NULL AND platforms.name = :platform_name)",
    )


@breaks("JA-1.1", "A status that there is not finds no jobs")
def unknown_status_finds_no_jobs(ground: Ground) -> None:
    _shape_with(ground, "JA-1", shapes.JOB_LIST, "status", kind=Text())


@breaks("JA-1.1", "Jobs that are to be canceled cannot be asked for")
def cancel_requested_cannot_be_asked_for(ground: Ground) -> None:
    _without_status(ground, "cancel_requested")


@breaks("JA-1.1", "Jobs that are suspended cannot be asked for")
def suspended_cannot_be_asked_for(ground: Ground) -> None:
    _without_status(ground, "suspended")


def _without_status(ground: Ground, status: str) -> None:
    words = [word for word in JOB_STATUS.words if word != status]
    _shape_with(ground, "JA-1", shapes.JOB_LIST, "status", kind=replace(JOB_STATUS, words=words))


@breaks("JA-1.2", "A filter of jobs that matches nothing is not found")
def no_jobs_are_not_found(ground: Ground) -> None:
    def list_all(original: Original, call: Call) -> Json:
        found = original(call)
        if not found and call.query["platform_name"]:
            raise RefusalError(404, "Platform not found")
        return found

    ground.wrap(job_routes.list_all, list_all)


@breaks("JA-1.2", "A user who does not exist cannot be asked for their jobs")
def jobs_of_nobody_are_refused(ground: Ground) -> None:
    def list_all(original: Original, call: Call) -> Json:
        user_id = call.query["user_id"]
        if user_id and not call.cloud.db.one("SELECT 1 FROM users WHERE user_id = ?", (user_id,)):
            raise bad_request("Unknown user")
        return original(call)

    ground.wrap(job_routes.list_all, list_all)


@breaks("JA-1.3", "The jobs of a deleted user are not listed", also=("J13",))
def jobs_of_a_deleted_user_are_not_listed(ground: Ground) -> None:
    ground.text(
        jobs_table.page,
        "(:status IS NULL OR",
        "user_id IN (SELECT user_id FROM users WHERE deleted = 0) AND (:status IS NULL OR",
    )


@breaks("JA-1.3", "The jobs of a deleted platform are not listed", also=("J13",))
def jobs_of_a_deleted_platform_are_not_listed(ground: Ground) -> None:
    ground.text(jobs_table.page, "(:status IS NULL OR", "platforms.deleted = 0 AND (:status IS NULL OR")


@breaks("JA-1.4", "A plain user lists the jobs of all", also=("PM-50",))
def user_lists_all_jobs(ground: Ground) -> None:
    ground.operation("JA-1", right="anyone")


@breaks("JA-1.4", "A plain user lists their own jobs on the admin's route", also=("PM-50",))
def user_lists_own_jobs_as_an_admin(ground: Ground) -> None:
    ground.operation("JA-1", right="anyone")
    ground.wrap(
        job_routes.list_all,
        lambda original, call: (
            original(call)
            if call.caller.is_admin
            else original(replace(call, query={**call.query, "user_id": call.caller.user.user_id}))
        ),
    )


# Canceling.


@breaks("JA-2", "Canceling many is told without the jobs", also=("JA-2.1", "JA-2.4", "JA-2.5"))
def canceling_many_tells_no_jobs(ground: Ground) -> None:
    ground.wrap(job_routes.cancel_many, lambda original, call: (original(call), job_routes.OK)[1])


@breaks("JA-2", "Canceling many is told without a message")
def canceling_many_has_no_message(ground: Ground) -> None:
    ground.wrap(job_routes.cancel_many, lambda original, call: {"jobs": original(call)["jobs"]})


@breaks("JA-2", "Canceling many says that it was done, and does nothing", also=("JA-2.1", "JA-2.5"))
def canceling_many_does_nothing(ground: Ground) -> None:
    ground.wrap(
        jobs.cancel_many,
        lambda original, cloud, job_ids: [
            replace(job, status="canceled") for one in job_ids if (job := jobs_table.find(cloud.db, one))
        ],
    )


@breaks("JA-2.1", "Canceling many stops at the first job that cannot be", also=("JA-2.5",), known_as="D110")
def canceling_many_stops_at_the_first(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        found = [job for one in job_ids if (job := jobs.find(cloud, one))]
        bad = next((index for index, job in enumerate(found) if not jobs.is_cancellable(job)), None)
        if bad is None or len(found) < len(job_ids):
            return list(original(cloud, job_ids))
        done: list[Job] = original(cloud, job_ids[:bad]) if bad else []
        return [*done, *found[bad:]]

    _cancel_around(ground, cancel_many)


@breaks("JA-2.1", "One job that cannot be canceled keeps the others from it", known_as="D110")
def one_job_keeps_the_others_from_being_canceled(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        found = [job for one in job_ids if (job := jobs.find(cloud, one))]
        if not all(jobs.is_cancellable(job) for job in found):
            raise bad_request(jobs.CANNOT_CANCEL)
        return list(original(cloud, job_ids))

    _cancel_around(ground, cancel_many)


@breaks("JA-2.1", "Jobs that cannot be canceled are not reported", known_as="D110")
def jobs_that_cannot_be_canceled_are_not_reported(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        before = {
            job.job_id for one in job_ids if (job := jobs.find(cloud, one)) and jobs.is_cancellable(job)
        }
        return [job for job in original(cloud, job_ids) if job.job_id in before]

    _cancel_around(ground, cancel_many)


@breaks("JA-2.1", "Jobs that run are left alone when many are canceled", also=("J7",))
def running_jobs_are_left_alone(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        found = [job for one in dict.fromkeys(job_ids) if (job := jobs.find(cloud, one))]
        rest = [job.job_id for job in found if job.status != "running"]
        done = {job.job_id: job for job in original(cloud, rest)} if rest else {}
        return [done.get(job.job_id, job) for job in found] if done else list(original(cloud, job_ids))

    _cancel_around(ground, cancel_many)


@breaks("JA-2.1", "Jobs that were not named are canceled with the others of their user")
def unnamed_jobs_are_canceled(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        told: list[Job] = original(cloud, job_ids)
        for user_id in {job.user_id for job in told}:
            for job in jobs_table.unfinished(cloud.db, "user_id", user_id):
                if jobs.is_cancellable(job):
                    jobs.cancel(cloud, job, jobs.CANCELED_BY_ADMIN)
        return told

    _cancel_around(ground, cancel_many)


@breaks("JA-2.1", "Completed jobs are canceled with the others", also=("JA-2.2", "J14", "CN-3"))
def completed_jobs_are_canceled(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        known = [job for one in job_ids if (job := jobs_table.find(cloud.db, one.lower()))]
        for job in known if len(known) == len(job_ids) else []:
            cloud.db.run(
                "UPDATE jobs SET status = 'waiting' WHERE job_id = ? AND status = 'completed'", (job.job_id,)
            )
        return list(original(cloud, job_ids))

    _cancel_around(ground, cancel_many)


@breaks("JA-2.2", "Where none of the jobs can be canceled it is told as done")
def canceling_none_is_told_as_done(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        try:
            return list(original(cloud, job_ids))
        except RefusalError as refusal:
            if refusal.status != 400 or not job_ids:
                raise
            return [job for one in job_ids if (job := jobs.find(cloud, one))]

    _cancel_around(ground, cancel_many)


@breaks("JA-2.2", "Canceling an empty list is told as done")
def canceling_an_empty_list_is_told_as_done(ground: Ground) -> None:
    _cancel_around(ground, lambda original, cloud, job_ids: list(original(cloud, job_ids)) if job_ids else [])


@breaks("JA-2.2", "That no job can be canceled is told in other words")
def canceling_none_gets_another_text(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        try:
            return list(original(cloud, job_ids))
        except RefusalError as refusal:
            text = "No job was canceled" if refusal.status == 400 else refusal.error
            raise RefusalError(refusal.status, text) from refusal

    _cancel_around(ground, cancel_many)


@breaks("JA-2.3", "Ids that name no job are left out, and the others canceled")
def unknown_jobs_are_left_out(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        return list(original(cloud, [one for one in job_ids if jobs.find(cloud, one)]))

    _cancel_around(ground, cancel_many)


@breaks("JA-2.3", "Jobs in front of an id that names none are canceled")
def jobs_before_an_unknown_one_are_canceled(ground: Ground) -> None:
    async def prepare(call: Call) -> Json:
        with call.cloud.db.transaction():
            for job_id in call.body["job_ids"]:
                job = jobs.find(call.cloud, job_id)
                if job is None:
                    break
                if not all(jobs.find(call.cloud, one) for one in call.body["job_ids"]):
                    jobs.cancel(call.cloud, job, jobs.CANCELED_BY_ADMIN)
        return None

    ground.operation("JA-2", prepare=prepare)


@breaks("JA-2.3", "A malformed id among many is a bad request")
def malformed_id_among_many_is_a_bad_request(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        for job_id in job_ids:
            jobs.require_uuid(job_id)
        return list(original(cloud, job_ids))

    _cancel_around(ground, cancel_many)


@breaks("JA-2.3", "An unknown job among many is refused without its id")
def unknown_job_among_many_is_not_named(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        try:
            return list(original(cloud, job_ids))
        except RefusalError as refusal:
            text = "Not found" if refusal.status == 404 else refusal.error
            raise RefusalError(refusal.status, text) from refusal

    _cancel_around(ground, cancel_many)


@breaks("JA-2.4", "A job that is named twice is reported twice")
def job_named_twice_is_reported_twice(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        done = {job.job_id: job for job in original(cloud, job_ids)}
        return [done[one.lower()] for one in job_ids]

    _cancel_around(ground, cancel_many)


@breaks("JA-2.4", "A job that is named twice is a bad request")
def job_named_twice_is_refused(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        if len(set(job_ids)) < len(job_ids):
            raise bad_request("Invalid data")
        return list(original(cloud, job_ids))

    _cancel_around(ground, cancel_many)


@breaks("JA-2.5", "The statuses of canceled jobs are those from before", also=("JA-2.1", "JA-2.4"))
def statuses_are_from_before(ground: Ground) -> None:
    def cancel_many(original: Original, cloud: Cloud, job_ids: Sequence[str]) -> list[Job]:
        before = {job.job_id: job for one in job_ids if (job := jobs.find(cloud, one))}
        return [before[job.job_id] for job in original(cloud, job_ids)]

    _cancel_around(ground, cancel_many)


@breaks("JA-2.5", "Every job of a cancellation is reported as canceled", also=("JA-2.1",))
def all_are_reported_as_canceled(ground: Ground) -> None:
    _cancel_around(
        ground,
        lambda original, cloud, job_ids: [
            replace(job, status="canceled") for job in original(cloud, job_ids)
        ],
    )


@breaks("JA-2.6", "A plain user cancels the jobs of all", also=("PM-50",), known_as="D110")
def user_cancels_all_jobs(ground: Ground) -> None:
    ground.operation("JA-2", right="anyone")


@breaks("JA-2.6", "A plain user is refused, and the jobs are canceled", also=("PM-50",), known_as="D110")
def jobs_are_canceled_though_refused(ground: Ground) -> None:
    async def prepare(call: Call) -> Json:
        if not call.caller.is_admin:
            with call.cloud.db.transaction():
                jobs.cancel_many(call.cloud, call.body["job_ids"])
            raise forbidden()
        return None

    ground.operation("JA-2", right="anyone", prepare=prepare)


@breaks("JA-2.6", "Canceling many without naming jobs cancels none, with a bad request")
def canceling_needs_no_names(ground: Ground) -> None:
    ground.field(shapes.CANCEL_MANY, "job_ids", required=False)
    ground.wrap(
        job_routes.cancel_many,
        lambda original, call: original(replace(call, body={"job_ids": [], **call.body})),
    )
