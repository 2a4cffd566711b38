"""Faults in a job's life: its transitions (J), its cancellation (CN) and its rerun (RR)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from defects.defect import breaks
from defects.handling import Original, addressed_job, as_owner, now_in, refuse
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json, JsonObject
from sandbox.routes import jobs as job_routes
from sandbox.routes import shapes, workers
from sandbox.routes.calls import Call
from sandbox.rules import admission, closing, expiry, jobs, lifecycle, platforms, publication, queue, users
from sandbox.rules.admission import Wish
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import INVALID_DATA, bad_request, forbidden, not_found
from sandbox.store import jobs_table, platforms_table
from sandbox.store.database import Database
from sandbox.store.records import Job, Publication, Token

ALIVE = "('waiting', 'running', 'cancel_requested', 'suspended')"


def _status_after(ground: Ground, current: str, published: str, after: str | None) -> None:
    """Have a publication lead from one status to `after`, or to none."""
    ground.wrap(
        lifecycle.after_publication,
        lambda original, now, sent: after if (now, sent) == (current, published) else original(now, sent),
    )


def _publishing(ground: Ground, change: Callable[[Job, Publication], Publication]) -> None:
    """Change what a publication writes."""
    ground.wrap(jobs_table.publish, lambda original, db, job, report: original(db, job, change(job, report)))


@breaks("J1", "A new job was created when the cloud was", also=("TM-1", "TM-9"))
def new_job_is_old(ground: Ground) -> None:
    ground.wrap(
        jobs_table.insert, lambda original, db, job: original(db, replace(job, created=job.created - 86_400))
    )


@breaks("J1", "A rerun is canceled as soon as it was made", also=("RR-2", "JB-6"))
def rerun_is_canceled_at_once(ground: Ground) -> None:
    def rerun(original: Original, cloud: Cloud, *args: object) -> str:
        job_id: str = original(cloud, *args)
        jobs.cancel(cloud, now_in(cloud, job_id), "No worker is free")
        return job_id

    ground.wrap(jobs.rerun, rerun)


@breaks("J2", "A job that was fetched is suspended, not running", also=("WK-1",))
def fetched_job_is_suspended(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", "SET status = 'running'", "SET status = 'suspended'")


@breaks("J2", "A job that was fetched goes on waiting", also=("J2.2", "WK-1", "Q-3"))
def fetched_job_goes_on_waiting(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", "SET status = 'running', started = :now", "SET status = 'waiting'")


@breaks("J2.1", "The start of a job is the time of its last publication", also=("J11.2",))
def start_moves_with_each_publication(ground: Ground) -> None:
    _after_publication(ground, "UPDATE jobs SET started = (julianday('now') - 2440587.5) * 86400")


def _after_publication(
    ground: Ground, statement: str, only: Callable[[Job, Publication], bool] | None = None
) -> None:
    """Run a statement on the job of each publication, or of some."""

    def publish(original: Original, db: Database, job: Job, report: Publication) -> None:
        original(db, job, report)
        if only is None or only(job, report):
            db.run(f"{statement} WHERE sequence = ?", (job.sequence,))

    ground.wrap(jobs_table.publish, publish)


def _resumes(job: Job, report: Publication) -> bool:
    return (job.status, report.status) == (lifecycle.SUSPENDED, lifecycle.RUNNING)


def _suspends(job: Job, report: Publication) -> bool:
    return (job.status, report.status) == (lifecycle.RUNNING, lifecycle.SUSPENDED)


@breaks("J2.1", "The start of a job is the time of its creation", also=("TM-9",))
def start_is_the_creation(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", "started = :now", "started = created")


@breaks("J2.2", "A running job is handed out a second time", also=("Q-3",), known_as="D091")
def running_job_is_handed_out_again(ground: Ground) -> None:
    ground.sql(
        jobs_table, "CLAIM", "WHERE status = 'waiting' AND", "WHERE status IN ('waiting', 'running') AND"
    )


@breaks("J2.2", "A job may be fetched by each worker of its platform once", also=("Q-3",), known_as="D091")
def each_worker_gets_the_job(ground: Ground) -> None:
    ground.sql(
        jobs_table,
        "CLAIM",
        "WHERE status = 'waiting' AND",
        "WHERE (status = 'waiting' OR (status = 'running' AND worker_id != :worker_id)) AND",
    )


@breaks("J3", "Progress is not shown")
def progress_is_not_shown(ground: Ground) -> None:
    _publishing(
        ground,
        lambda job, report: replace(report, progress=None) if report.status == lifecycle.RUNNING else report,
    )


@breaks("J3", "A progress message is not shown")
def progress_message_is_not_shown(ground: Ground) -> None:
    _publishing(ground, lambda job, report: replace(report, progress_message=None))


@breaks("J3", "The shots of a running job are not shown")
def shots_are_not_shown(ground: Ground) -> None:
    _publishing(ground, lambda job, report: replace(report, shots=None))


@breaks("J3", "The last intermediate results are not shown in the status", also=("RS-6",))
def last_intermediate_results_are_not_shown(ground: Ground) -> None:
    ground.wrap(
        job_routes.status, lambda original, call: {**original(call), "last_intermediate_results": None}
    )


@breaks("J3.1", "Progress goes back", also=("WK-2.9",))
def progress_goes_back(ground: Ground) -> None:
    ground.replace(
        publication.progress_after, lambda current, published: current if published is None else published
    )


@breaks("J3.1", "A publication without progress takes it to 0", also=("WK-2.5",))
def progress_falls_to_zero(ground: Ground) -> None:
    ground.replace(publication.progress_after, lambda current, published: published or 0.0)


@breaks("J4", "The results of a completed job are not kept", also=("RS-2", "C-6"))
def results_are_not_kept(ground: Ground) -> None:
    _publishing(ground, lambda job, report: replace(report, results=None))


@breaks("J4", "A completed job goes on running", also=("ST-6", "WK-2"))
def completed_job_goes_on_running(ground: Ground) -> None:
    _status_after(ground, lifecycle.RUNNING, lifecycle.COMPLETED, lifecycle.RUNNING)


@breaks("J4", "The duration of a completed job is always 0", also=("UR-5", "CR-8"))
def duration_is_always_zero(ground: Ground) -> None:
    ground.replace(lifecycle.elapsed, lambda job, now: 0)


@breaks("J4", "The duration of a job counts from its creation", also=("UR-5", "CR-8"))
def duration_counts_from_the_creation(ground: Ground) -> None:
    ground.wrap(
        lifecycle.elapsed,
        lambda original, job, now: original(replace(job, started=job.started and job.created), now),
    )


@breaks("J5", "The code of a failure is lost", also=("WK-2.11",))
def code_of_a_failure_is_lost(ground: Ground) -> None:
    ground.wrap(
        publication._final,
        lambda original, job, report, members: original(job, report, {**members, "failure_code": ""}),
    )


@breaks("J5", "The message of a failure is lost")
def message_of_a_failure_is_lost(ground: Ground) -> None:
    ground.wrap(
        publication._final,
        lambda original, job, report, members: original(job, report, {**members, "status_message": ""}),
    )


@breaks("J5", "A failed job is canceled", also=("ST-7", "WK-2.11"))
def failed_job_is_canceled(ground: Ground) -> None:
    _status_after(ground, lifecycle.RUNNING, lifecycle.ERROR, lifecycle.CANCELED)


def _cancel_does_nothing(ground: Ground, status: str) -> None:
    ground.wrap(
        jobs.cancel,
        lambda original, cloud, job, message: None if job.status == status else original(cloud, job, message),
    )


@breaks("J6", "The cancellation of a waiting job is taken and forgotten", also=("CN-2", "CN-5", "J6.1"))
def cancellation_of_a_waiting_job_is_forgotten(ground: Ground) -> None:
    _cancel_does_nothing(ground, lifecycle.WAITING)


@breaks("J6", "A waiting job waits for a worker to be canceled", also=("CN-2", "ST-4", "J6.1"))
def waiting_job_is_canceled_by_a_worker(ground: Ground) -> None:
    ground.replace(lifecycle.ends_at_once, lambda status: status == lifecycle.SUSPENDED)
    ground.replace(
        lifecycle.takes_cancel_order, lambda status: status in (lifecycle.WAITING, lifecycle.RUNNING)
    )


@breaks("J6.1", "A job that was canceled while it waited is handed out", also=("CN-5",))
def canceled_job_is_handed_out(ground: Ground) -> None:
    ground.sql(
        jobs_table,
        "CLAIM",
        "WHERE status = 'waiting' AND",
        "WHERE (status = 'waiting' OR (status = 'canceled' AND started IS NULL)) AND",
    )


@breaks("J6.1", "A job that is canceled while it waits gets a start", also=("ST-8",))
def canceled_job_gets_a_start(ground: Ground) -> None:
    ground.text(jobs_table.cancel, "SET status", "SET started = coalesce(started, created), status")


@breaks("J7", "A running job is canceled at once", also=("CN-2", "J7.1", "J8"), known_as="D100")
def running_job_is_canceled_at_once(ground: Ground) -> None:
    ground.wrap(
        lifecycle.ends_at_once, lambda original, status: original(status) or status == lifecycle.RUNNING
    )


@breaks("J7", "The cancellation of a running job is taken and forgotten", also=("CN-2",))
def cancellation_of_a_running_job_is_forgotten(ground: Ground) -> None:
    _cancel_does_nothing(ground, lifecycle.RUNNING)


@breaks("J7.1", "The worker is told `running` after the order to cancel", also=("WK-2",), known_as="D100")
def worker_is_not_told_of_the_order(ground: Ground) -> None:
    ground.wrap(
        workers.publish,
        lambda original, call: (
            {**answer, "status": lifecycle.RUNNING}
            if (answer := original(call))["status"] == lifecycle.CANCEL_REQUESTED
            else answer
        ),
    )


@breaks("J8", "A worker that acknowledges the order to cancel is refused", also=("WK-2.10",))
def acknowledgement_is_refused(ground: Ground) -> None:
    _status_after(ground, lifecycle.CANCEL_REQUESTED, lifecycle.CANCELED, None)


@breaks("J8", "A job whose cancellation was acknowledged stays as it is", also=("WK-2.10", "CN-2"))
def acknowledgement_is_forgotten(ground: Ground) -> None:
    _status_after(ground, lifecycle.CANCEL_REQUESTED, lifecycle.CANCELED, lifecycle.CANCEL_REQUESTED)


@breaks("J8.1", "Results that come with the acknowledgement are dropped", also=("RS-3",))
def results_of_an_acknowledgement_are_dropped(ground: Ground) -> None:
    _publishing(
        ground,
        lambda job, report: replace(report, results=None) if report.status == lifecycle.CANCELED else report,
    )


@breaks(
    "J9", "Results that come after the order to cancel complete the job", also=("WK-2.10",), known_as="D101"
)
def results_after_the_order_complete(ground: Ground) -> None:
    _status_after(ground, lifecycle.CANCEL_REQUESTED, lifecycle.COMPLETED, lifecycle.COMPLETED)


@breaks("J9", "A failure after the order to cancel loses its partial results", also=("RS-3",))
def partial_results_of_a_failure_are_lost(ground: Ground) -> None:
    _publishing(
        ground,
        lambda job, report: (
            replace(report, results=None) if job.status == lifecycle.CANCEL_REQUESTED else report
        ),
    )


@breaks("J10", "Jobs run as long as they like", also=("J10.1", "J10.5"), known_as="D104")
def jobs_run_as_long_as_they_like(ground: Ground) -> None:
    ground.replace(expiry.enforce_time_limits, lambda cloud: None)


@breaks("J10", "A job that ran too long has another failure code")
def failure_code_of_the_limit_is_another(ground: Ground) -> None:
    ground.set(expiry, "FAILURE_CODE", "timeout")


@breaks("J10", "A job that ran too long does not say so", also=("ST-8", "CN-6"))
def job_that_ran_too_long_has_no_message(ground: Ground) -> None:
    ground.set(expiry, "STATUS_MESSAGE", "")


@breaks("J10", "A job that ran too long is in error")
def job_that_ran_too_long_is_in_error(ground: Ground) -> None:
    ground.text(jobs_table.cancel_overdue, "SET status = 'canceled'", "SET status = 'error'")


def _not_at(ground: Ground, look: Callable[..., object]) -> None:
    """Have one look at jobs apply no time limits."""
    looking: list[bool] = []

    def around(original: Original, *args: object, **kwargs: object) -> object:
        looking.append(True)
        try:
            return original(*args, **kwargs)
        finally:
            looking.pop()

    ground.wrap(look, around)
    ground.wrap(expiry.enforce_time_limits, lambda original, cloud: None if looking else original(cloud))


@breaks("J10.1", "A job that ran too long is shown as running in its status", also=("J10",))
def limit_is_not_applied_to_the_status(ground: Ground) -> None:
    _not_at(ground, job_routes.status)


@breaks("J10.1", "A job that ran too long is shown as running in its data", also=("J10",))
def limit_is_not_applied_to_the_data(ground: Ground) -> None:
    _not_at(ground, job_routes.data)


@breaks("J10.1", "A job that ran too long is shown as running in its result", also=("J10",))
def limit_is_not_applied_to_the_result(ground: Ground) -> None:
    _not_at(ground, job_routes.result)


@breaks("J10.1", "A job that ran too long may be canceled by its user", also=("J10",))
def limit_is_not_applied_to_a_cancellation(ground: Ground) -> None:
    _not_at(ground, job_routes.cancel)


@breaks("J10.1", "A job that ran too long is not rerun until someone looks", also=("J10",))
def limit_is_not_applied_to_a_rerun(ground: Ground) -> None:
    _not_at(ground, job_routes.rerun)


@breaks("J10.1", "A job that ran too long counts as running in the availability", also=("J10", "JB-7"))
def limit_is_not_applied_to_the_availability(ground: Ground) -> None:
    _not_at(ground, jobs.availability)


@breaks("J10.1", "A job that ran too long is listed as running", also=("J10",))
def limit_is_not_applied_to_the_list(ground: Ground) -> None:
    _not_at(ground, jobs.page)


@breaks("J10.1", "A job that ran too long may be canceled by an admin", also=("J10",))
def limit_is_not_applied_to_many_cancellations(ground: Ground) -> None:
    _not_at(ground, jobs.cancel_many)


@breaks("J10.1", "A worker publishes for a job that ran too long", also=("J10", "WK-2.12"))
def limit_is_not_applied_to_a_publication(ground: Ground) -> None:
    _not_at(ground, publication.publish)


@breaks("J10.1", "A job that ran too long holds its place when a worker fetches", also=("J10", "Q-4"))
def limit_is_not_applied_to_a_fetch(ground: Ground) -> None:
    _not_at(ground, queue.fetch)


@breaks(
    "J10.2", "The duration of a job that ran too long goes up to the look at it, rounded up", also=("J10",)
)
def duration_goes_up_to_the_look(ground: Ground) -> None:
    ground.text(
        jobs_table.cancel_overdue, "duration = time_limit", "duration = CAST(:now - started AS INTEGER) + 1"
    )


@breaks("J10.2", "The duration of a job that ran too long is 0", also=("J10",))
def duration_of_a_job_that_ran_too_long_is_zero(ground: Ground) -> None:
    ground.text(jobs_table.cancel_overdue, "duration = time_limit", "duration = 0")


@breaks("J10.3", "The time of a job counts from its creation", also=("J10",), known_as="D104")
def time_counts_from_the_creation(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", "deadline = :now +", "deadline = created +")


@breaks("J10.3", "A waiting job runs out of time", also=("J10",), known_as="D104")
def waiting_job_runs_out(ground: Ground) -> None:
    def enforce(original: Original, cloud: Cloud) -> None:
        original(cloud)
        cloud.db.run(
            "UPDATE jobs SET status = 'canceled', duration = 0, status_message = 'Too late' "
            "WHERE status = 'waiting' AND created + coalesce(max_duration, (SELECT p.max_duration FROM "
            "platforms p WHERE p.platform_id = jobs.platform_id)) < (julianday('now') - 2440587.5) * 86400"
        )

    ground.wrap(expiry.enforce_time_limits, enforce)


@breaks("J10.4", "The clock stands still while a job is suspended", also=("J10",))
def clock_stands_still_in_suspension(ground: Ground) -> None:
    _after_publication(
        ground, "UPDATE jobs SET deadline = deadline + 3600", lambda job, report: _resumes(job, report)
    )


@breaks("J10.4", "A suspended job runs out of time", also=("J10", "J11"))
def suspended_job_runs_out(ground: Ground) -> None:
    ground.set(jobs_table, "TIMED", "('running', 'cancel_requested', 'suspended')")


@breaks("J10.5", "The platform's limit holds for no job that has none of its own", also=("J10.3", "J10"))
def platform_limit_is_no_default(ground: Ground) -> None:
    ground.replace(expiry.default_time_limit, lambda limit: expiry.LONGEST_DURATION)


@breaks(
    "J10.5",
    "A job that has no limit, on a platform that has none, runs for ever",
    unseen="It shows ten days after the job was fetched.",
)
def job_without_limit_runs_for_ever(ground: Ground) -> None:
    ground.replace(expiry.default_time_limit, lambda limit: 10**12 if limit is None else limit)


@breaks("J10.5", "The platform's limit holds in the place of the job's own", also=("J10",))
def platform_limit_wins(ground: Ground) -> None:
    ground.sql(
        jobs_table,
        "CLAIM",
        "coalesce(max_duration, :default_limit)",
        "coalesce(:default_limit, max_duration)",
    )


@breaks("J11", "A worker can't suspend a job", also=("J11.1", "WK-2.14"))
def job_can_not_be_suspended(ground: Ground) -> None:
    _status_after(ground, lifecycle.RUNNING, lifecycle.SUSPENDED, None)


@breaks("J11", "A job that is suspended goes on running", also=("J11.1", "ST-5"))
def suspended_job_goes_on_running(ground: Ground) -> None:
    _status_after(ground, lifecycle.RUNNING, lifecycle.SUSPENDED, lifecycle.RUNNING)


@breaks("J11.1", "A job that is suspended goes back into the queue", also=("ST-5", "ST-2"))
def suspended_job_waits(ground: Ground) -> None:
    _after_publication(
        ground,
        "UPDATE jobs SET status = 'waiting', started = NULL, progress = 0, progress_message = NULL",
        _suspends,
    )


@breaks("J11.2", "The start of a job is the time when it was resumed", also=("J2.1",))
def start_moves_when_it_is_resumed(ground: Ground) -> None:
    _after_publication(ground, "UPDATE jobs SET started = started + 1", _resumes)


@breaks("J12", "A suspended job can't be canceled", also=("C-8", "CN-2", "J12.1"))
def suspended_job_can_not_be_canceled(ground: Ground) -> None:
    ground.replace(lifecycle.ends_at_once, lambda status: status == lifecycle.WAITING)


@breaks("J12", "The cancellation of a suspended job is taken and forgotten", also=("CN-2", "J12.1"))
def cancellation_of_a_suspended_job_is_forgotten(ground: Ground) -> None:
    _cancel_does_nothing(ground, lifecycle.SUSPENDED)


@breaks("J12.1", "A suspended job waits for its worker to be canceled", also=("CN-2",))
def suspended_job_is_canceled_by_its_worker(ground: Ground) -> None:
    ground.replace(lifecycle.ends_at_once, lambda status: status == lifecycle.WAITING)
    ground.replace(
        lifecycle.takes_cancel_order, lambda status: status in (lifecycle.SUSPENDED, lifecycle.RUNNING)
    )


@breaks("J12.1", "A worker resumes a job that was canceled while it was suspended", also=("J14",))
def canceled_job_is_resumed(ground: Ground) -> None:
    def publish(original: Original, call: Call) -> Json:
        job = addressed_job(call)
        if job and job.status == lifecycle.CANCELED and call.body.get("status") == lifecycle.RUNNING:
            return {"message": "ok", "status": lifecycle.RUNNING}
        return original(call)

    ground.wrap(workers.publish, publish)


def _only_closed_in(ground: Ground, statuses: tuple[str, ...]) -> None:
    """Have the jobs of who or what goes away end in these statuses only."""
    ground.wrap(
        jobs_table.unfinished,
        lambda original, *args: [job for job in original(*args) if job.status in statuses],
    )


@breaks("J13", "Jobs go on waiting when their user or platform goes away", also=("PF-4.3", "US-4.3"))
def waiting_jobs_are_left(ground: Ground) -> None:
    _only_closed_in(ground, (lifecycle.RUNNING, lifecycle.SUSPENDED))


@breaks("J13", "Jobs go on running when their user or platform goes away", also=("PF-4.3", "US-4.3"))
def running_jobs_are_left(ground: Ground) -> None:
    _only_closed_in(ground, (lifecycle.WAITING, lifecycle.SUSPENDED))


@breaks("J13", "Suspended jobs stay so when their user or platform goes away", also=("PF-4.3", "US-4.3"))
def suspended_jobs_are_left(ground: Ground) -> None:
    _only_closed_in(ground, (lifecycle.WAITING, lifecycle.RUNNING))


@breaks("J13", "A deactivated user's jobs go on", also=("J13.2",))
def jobs_outlive_a_deactivation(ground: Ground) -> None:
    _not_closed_for(ground, closing.USER_DEACTIVATED)


@breaks("J13", "A deleted user's jobs go on", also=("US-4.3",))
def jobs_of_a_deleted_user_go_on(ground: Ground) -> None:
    _not_closed_for(ground, closing.USER_DELETED)


def _not_closed_for(ground: Ground, reason: closing.Reason) -> None:
    ground.wrap(
        closing.close_jobs,
        lambda original, cloud, column, value, why: (
            None if why is reason else original(cloud, column, value, why)
        ),
    )


@breaks(
    "J13", "Running jobs jump to canceled when their user or platform goes away", also=("PF-4.3", "J13.1")
)
def running_jobs_are_closed_at_once(ground: Ground) -> None:
    ground.replace(closing.close_jobs, _closed_at_once)


def _closed_at_once(cloud: Cloud, column: str, value: int | str, reason: closing.Reason) -> None:
    for job in jobs_table.unfinished(cloud.db, column, value):
        jobs_table.cancel(
            cloud.db, job.sequence, duration=0, status_message=reason.status_message, failure_code=None
        )


@breaks("J13.1", "Nothing is published for a job whose platform was deleted", also=("PF-4.3",))
def jobs_of_a_deleted_platform_take_no_publication(ground: Ground) -> None:
    def publish(original: Original, call: Call) -> Json:
        job = addressed_job(call)
        if job is not None and platforms.find(call.cloud, job.platform_id) is None:
            raise not_found(platforms.NOT_FOUND)
        return original(call)

    ground.wrap(workers.publish, publish)


@breaks("J13.2", "Jobs that a deactivation canceled wait again when the user comes back")
def jobs_come_back_with_their_user(ground: Ground) -> None:
    def update(
        original: Original,
        cloud: Cloud,
        caller: Caller,
        user: object,
        members: Mapping[str, Json],
        *rest: object,
    ) -> None:
        original(cloud, caller, user, members, *rest)
        if members.get("is_active") is True:
            cloud.db.run(
                "UPDATE jobs SET status = 'waiting', duration = NULL, status_message = NULL, "
                "failure_code = NULL WHERE failure_code = 'user_deactivated' AND started IS NULL"
            )

    ground.wrap(users.update, update)


@breaks(
    "J13.3", "The failure code of a job canceled by the system is a number", also=("JB-2", "ST-8", "JB-4")
)
def failure_code_is_a_number(ground: Ground) -> None:
    ground.wrap(
        job_routes.status,
        lambda original, call: (
            {**answer, "failure_code": 13}
            if (answer := original(call))["failure_code"] in ("platform_deleted", "user_deactivated")
            else answer
        ),
    )


@breaks("J14", "A late update changes a job that is over", also=("WK-2.12", "RS-4"), known_as="D103")
def late_update_changes_the_job(ground: Ground) -> None:
    ground.wrap(
        lifecycle.is_terminal, lambda original, status: original(status) and status != lifecycle.COMPLETED
    )
    ground.wrap(
        lifecycle.after_publication,
        lambda original, current, sent: (
            current if current == lifecycle.COMPLETED else original(current, sent)
        ),
    )


@breaks("J14", "A late failure turns a completed job into a failed one", also=("WK-2.12",), known_as="D103")
def late_failure_fails_a_completed_job(ground: Ground) -> None:
    def publish(original: Original, call: Call) -> Json:
        job = addressed_job(call)
        if job and job.status == lifecycle.COMPLETED and call.body.get("status") == lifecycle.ERROR:
            call.cloud.db.run(
                "UPDATE jobs SET status = 'error', status_message = 'failed', failure_code = 'late' "
                "WHERE sequence = ?",
                (job.sequence,),
            )
            return {"message": "ok", "status": lifecycle.ERROR}
        return original(call)

    ground.wrap(workers.publish, publish)


@breaks(
    "J14", "A canceled job is completed by its worker after all", also=("WK-2.12", "J12.1"), known_as="D103"
)
def canceled_job_is_completed(ground: Ground) -> None:
    def publish(original: Original, call: Call) -> Json:
        job = addressed_job(call)
        if job and job.status == lifecycle.CANCELED and call.body.get("status") == lifecycle.COMPLETED:
            call.cloud.db.run(
                "UPDATE jobs SET status = 'completed', status_message = NULL, failure_code = NULL, "
                "progress = 100 WHERE sequence = ?",
                (job.sequence,),
            )
            return {"message": "ok", "status": lifecycle.COMPLETED}
        return original(call)

    ground.wrap(workers.publish, publish)


@breaks("CN-1", "Any user cancels a job, whoever made it", also=("JB-5.2",))
def any_user_cancels(ground: Ground) -> None:
    ground.wrap(job_routes.cancel, lambda original, call: original(as_owner(call)))


@breaks("CN-2", "A running job that is canceled is suspended", also=("J7", "J8", "J7.1"))
def canceled_running_job_is_suspended(ground: Ground) -> None:
    ground.text(
        jobs_table.request_cancel,
        "SET status = 'cancel_requested', status_message = ?",
        "SET status = 'suspended', failure_code = substr(?, 0, 0)",
    )


@breaks("CN-3", "Canceling a job that is over is 200", also=("JB-5.1",))
def canceling_a_job_that_is_over_is_taken(ground: Ground) -> None:
    ground.wrap(
        jobs.cancel,
        lambda original, cloud, job, message: (
            None if lifecycle.is_terminal(job.status) else original(cloud, job, message)
        ),
    )


@breaks("CN-3", "Canceling a failed job makes it a canceled one", also=("JB-5.1",))
def failed_job_may_be_canceled(ground: Ground) -> None:
    ground.wrap(
        lifecycle.ends_at_once, lambda original, status: original(status) or status == lifecycle.ERROR
    )


@breaks("CN-4", "A second order to cancel takes the first one back")
def second_order_takes_the_first_back(ground: Ground) -> None:
    def cancel(original: Original, cloud: Cloud, job: Job, message: str) -> None:
        if job.status != lifecycle.CANCEL_REQUESTED:
            original(cloud, job, message)
            return
        cloud.db.run(
            "UPDATE jobs SET status = 'running', status_message = NULL WHERE sequence = ?", (job.sequence,)
        )

    ground.wrap(jobs.cancel, cancel)


@breaks("CN-4", "A second order to cancel is 403")
def second_order_is_forbidden(ground: Ground) -> None:
    ground.wrap(
        jobs.cancel,
        lambda original, cloud, job, message: (
            refuse(forbidden()) if job.status == lifecycle.CANCEL_REQUESTED else original(cloud, job, message)
        ),
    )


@breaks("CN-5", "A job that was canceled keeps its place in the queue", also=("JB-7", "Q-7", "JB-1.4"))
def canceled_job_keeps_its_place(ground: Ground) -> None:
    ground.wrap(
        jobs_table.count,
        lambda original, db, user_id, statuses: original(
            db, user_id, [*statuses, lifecycle.CANCELED] if lifecycle.WAITING in statuses else statuses
        ),
    )


@breaks("CN-5", "The cap on waiting jobs counts those that were canceled", also=("JB-1.4",))
def cap_counts_canceled_jobs(ground: Ground) -> None:
    ground.wrap(
        admission.require_room,
        lambda original, cloud, user, platform: (
            refuse(bad_request(f"Cannot create more than {cloud.settings.max_waiting_jobs} jobs"))
            if jobs_table.count(cloud.db, user.user_id, [lifecycle.WAITING, lifecycle.CANCELED])
            >= cloud.settings.max_waiting_jobs
            else original(cloud, user, platform)
        ),
    )


@breaks("CN-6", "A job that its user canceled says nothing", also=("ST-8",))
def canceled_job_says_nothing(ground: Ground) -> None:
    ground.set(jobs, "CANCELED_BY_USER", "")
    ground.set(publication, "DEFAULT_CANCEL_MESSAGE", "")


@breaks("RR-1", "A completed job is rerun", also=("JB-6.1", "C-8"), known_as="D106")
def completed_job_is_rerun(ground: Ground) -> None:
    _rerunnable(ground, lifecycle.COMPLETED)


@breaks("RR-1", "A running job is rerun", also=("JB-6.1", "C-8"), known_as="D106")
def running_job_is_rerun(ground: Ground) -> None:
    _rerunnable(ground, lifecycle.RUNNING)


@breaks("RR-1", "A suspended job is rerun", also=("JB-6.1", "C-8"), known_as="D106")
def suspended_job_is_rerun(ground: Ground) -> None:
    _rerunnable(ground, lifecycle.SUSPENDED)


@breaks("RR-1", "A job that is to be canceled is rerun", also=("JB-6.1", "C-8"), known_as="D106")
def job_to_be_canceled_is_rerun(ground: Ground) -> None:
    _rerunnable(ground, lifecycle.CANCEL_REQUESTED)


def _rerunnable(ground: Ground, too: str) -> None:
    ground.wrap(lifecycle.is_rerunnable, lambda original, status: original(status) or status == too)


@breaks("RR-1", "A canceled job can't be rerun", also=("RR-2", "JB-6", "C-8"))
def canceled_job_is_not_rerun(ground: Ground) -> None:
    ground.replace(lifecycle.is_rerunnable, lambda status: status == lifecycle.ERROR)


@breaks("RR-1", "A failed job can't be rerun", also=("RR-2", "JB-6", "C-8"))
def failed_job_is_not_rerun(ground: Ground) -> None:
    ground.replace(lifecycle.is_rerunnable, lambda status: status == lifecycle.CANCELED)


@breaks("RR-2", "A rerun puts the original back into the queue", also=("JB-6",), known_as="D106")
def rerun_reuses_the_original(ground: Ground) -> None:
    def rerun(cloud: Cloud, caller: Caller, token: Token, job: Job, changes: Mapping[str, Json]) -> str:
        if not lifecycle.is_rerunnable(job.status):
            raise bad_request(INVALID_DATA)
        cloud.db.run(
            "UPDATE jobs SET status = 'waiting', started = NULL, duration = NULL, progress = 0, "
            "progress_message = NULL, status_message = NULL, failure_code = NULL WHERE sequence = ?",
            (job.sequence,),
        )
        return job.job_id

    ground.replace(jobs.rerun, rerun)


@breaks("RR-2", "A rerun changes the message of the original", known_as="D106")
def rerun_changes_the_original(ground: Ground) -> None:
    def rerun(original: Original, cloud: Cloud, caller: Caller, token: Token, job: Job, *rest: object) -> str:
        job_id: str = original(cloud, caller, token, job, *rest)
        cloud.db.run("UPDATE jobs SET status_message = 'rerun' WHERE sequence = ?", (job.sequence,))
        return job_id

    ground.wrap(jobs.rerun, rerun)


@breaks("RR-2", "A rerun makes a job that is over like the original", also=("J1", "JB-6"))
def rerun_copies_the_end(ground: Ground) -> None:
    def rerun(original: Original, cloud: Cloud, *args: object) -> str:
        job_id: str = original(cloud, *args)
        cloud.db.run(
            "UPDATE jobs SET status = 'canceled', duration = 0, status_message = 'as before' "
            "WHERE job_id = ?",
            (job_id,),
        )
        return job_id

    ground.wrap(jobs.rerun, rerun)


def _rerun_as(ground: Ground, change: Callable[[Wish, Job, Mapping[str, Json]], Wish]) -> None:
    """Change the job that a rerun asks for."""
    ground.wrap(
        admission.rerun_wish,
        lambda original, cloud, job, changes: change(original(cloud, job, changes), job, changes),
    )


@breaks("RR-3", "A rerun names the first job of its chain", also=("JB-4.6",), known_as="D107")
def rerun_names_the_root(ground: Ground) -> None:
    _rerun_as(ground, lambda wish, job, _: replace(wish, rerun_from=job.rerun_from or job.job_id))


@breaks("RR-3", "A rerun names no origin", also=("JB-4.6",), known_as="D107")
def rerun_names_no_origin(ground: Ground) -> None:
    _rerun_as(ground, lambda wish, job, _: replace(wish, rerun_from=None))


@breaks("RR-3", "A rerun names itself as its origin", also=("JB-4.6",), known_as="D107")
def rerun_names_itself(ground: Ground) -> None:
    ground.wrap(
        jobs_table.insert,
        lambda original, db, job: original(db, replace(job, rerun_from=job.rerun_from and job.job_id)),
    )


def _override_is_ignored(ground: Ground, name: str) -> None:
    ground.wrap(
        admission.rerun_wish,
        lambda original, cloud, job, changes: original(
            cloud, job, {member: changes[member] for member in changes if member != name}
        ),
    )


@breaks("RR-4", "The name of a rerun can't be another")
def name_of_a_rerun_is_ignored(ground: Ground) -> None:
    _override_is_ignored(ground, "job_name")


@breaks("RR-4", "The payload of a rerun can't be another", also=("RR-8",))
def payload_of_a_rerun_is_ignored(ground: Ground) -> None:
    _override_is_ignored(ground, "payload")


@breaks("RR-4", "The platform of a rerun can't be another", also=("RR-8", "RR-10"))
def platform_of_a_rerun_is_ignored(ground: Ground) -> None:
    _override_is_ignored(ground, "platform_id")


@breaks("RR-4", "Another payload of a rerun is laid over the original one")
def payload_of_a_rerun_is_laid_over(ground: Ground) -> None:
    ground.wrap(job_routes.rerun, _with_merged_payload)


def _with_merged_payload(original: Original, call: Call) -> Json:
    job, given = addressed_job(call), call.body.get("payload")
    if job is None or given is None:
        return original(call)
    merged = {**json.loads(jobs_table.payload(call.cloud.db, job.sequence)), **given.value}
    return original(replace(call, body={**call.body, "payload": JsonObject(merged, json.dumps(merged))}))


def _not_copied(ground: Ground, **members: None) -> None:
    _rerun_as(ground, lambda wish, job, _: replace(wish, **members))  # type: ignore[arg-type]


@breaks("RR-5", "A rerun loses its limit of the duration")
def rerun_loses_its_limit(ground: Ground) -> None:
    _not_copied(ground, max_duration=None)


@breaks("RR-5", "A rerun loses its process id")
def rerun_loses_its_process(ground: Ground) -> None:
    _not_copied(ground, process_id=None)


@breaks("RR-5", "A rerun loses its version of the client")
def rerun_loses_its_version(ground: Ground) -> None:
    _not_copied(ground, pcvl_version=None)


@breaks(
    "RR-5",
    "A rerun loses the name of its group",
    unseen="No answer of the cloud tells a job's group.",
)
def rerun_loses_its_group(ground: Ground) -> None:
    _not_copied(ground, job_group_name=None)


@breaks("RR-6", "A name of null gives a rerun a name of its own")
def null_name_names_the_rerun(ground: Ground) -> None:
    _null_is_kept(ground, "job_name")
    _rerun_as(ground, lambda wish, job, _: replace(wish, job_name=wish.job_name or "rerun"))


def _null_is_kept(ground: Ground, name: str) -> None:
    ground.field(shapes.RERUN, name, keeps_null=True)


@breaks("RR-6", "A payload of null is refused", also=("JB-6.4",))
def null_payload_of_a_rerun_is_refused(ground: Ground) -> None:
    ground.field(shapes.RERUN, "payload", nullable=False)


@breaks("RR-6", "A rerun without a name has none of the original's")
def absent_name_is_not_copied(ground: Ground) -> None:
    _rerun_as(
        ground,
        lambda wish, job, changes: replace(wish, job_name=changes.get("job_name", f"{job.job_name} (2)")),
    )


@breaks("RR-7", "A rerun is kept under the token of the original", also=("UR-17",))
def rerun_is_kept_under_the_first_token(ground: Ground) -> None:
    def rerun(original: Original, cloud: Cloud, caller: Caller, token: Token, job: Job, *rest: object) -> str:
        first = replace(token, token_id=job.token_id, label=job.token_label)
        job_id: str = original(cloud, caller, first, job, *rest)
        return job_id

    ground.wrap(jobs.rerun, rerun)


def _admitted_without(ground: Ground, check: Callable[..., object]) -> None:
    """Have reruns pass a check of JB-1."""
    rerunning: list[bool] = []

    def admit(original: Original, cloud: Cloud, caller: Caller, token: Token, wish: Wish) -> str:
        rerunning[:] = [True] if wish.rerun_from else []
        job_id: str = original(cloud, caller, token, wish)
        return job_id

    ground.wrap(admission.admit, admit)
    ground.wrap(check, lambda original, *args: None if rerunning else original(*args))


@breaks("RR-8", "A rerun needs no permission", also=("PP-1.5",), known_as="D109")
def rerun_needs_no_permission(ground: Ground) -> None:
    _admitted_without(ground, admission.require_access)


@breaks("RR-8", "A rerun passes the cap on waiting jobs", known_as="D109")
def rerun_passes_the_cap(ground: Ground) -> None:
    _admitted_without(ground, admission.require_room)


@breaks("RR-8", "The command of a rerun is not checked", known_as="D109")
def command_of_a_rerun_is_not_checked(ground: Ground) -> None:
    _admitted_without(ground, admission.require_command)


@breaks("RR-8", "The credits of a rerun are not checked", known_as="D109")
def credits_of_a_rerun_are_not_checked(ground: Ground) -> None:
    _admitted_without(ground, admission.require_means)


@breaks("RR-8", "The shots of a rerun are not checked", known_as="D109")
def shots_of_a_rerun_are_not_checked(ground: Ground) -> None:
    _admitted_without(ground, admission.require_shots)


@breaks("RR-9", "A job is rerun once", also=("JB-6",))
def job_is_rerun_once(ground: Ground) -> None:
    ground.wrap(
        jobs.rerun,
        lambda original, cloud, caller, token, job, changes: (
            refuse(bad_request(INVALID_DATA))
            if cloud.db.one("SELECT 1 FROM jobs WHERE rerun_from = ?", (job.job_id,))
            else original(cloud, caller, token, job, changes)
        ),
    )


@breaks("RR-10", "An unknown platform of a rerun is 404")
def unknown_platform_of_a_rerun_is_not_found(ground: Ground) -> None:
    ground.wrap(
        jobs.rerun,
        lambda original, cloud, caller, token, job, changes: (
            refuse(not_found(platforms.NOT_FOUND))
            if "platform_id" in changes and not platforms.find(cloud, changes["platform_id"])
            else original(cloud, caller, token, job, changes)
        ),
    )


@breaks("RR-10", "An unknown platform of a rerun is ignored")
def unknown_platform_of_a_rerun_is_ignored(ground: Ground) -> None:
    ground.wrap(
        admission.rerun_wish,
        lambda original, cloud, job, changes: replace(
            wish := original(cloud, job, changes),
            platform_id=wish.platform_id if platforms.find(cloud, wish.platform_id or "") else None,
        ),
    )


@breaks("RR-11", "A rerun where the platform is gone is 400", also=("RR-10",))
def rerun_without_its_platform_is_a_bad_request(ground: Ground) -> None:
    _rerun_as(
        ground,
        lambda wish, job, _: (
            replace(wish, platform_id=job.platform_id)
            if wish.platform_id is None and wish.platform_name is None
            else wish
        ),
    )


@breaks("RR-11", "A rerun where the platform is gone goes to the oldest one", also=("RR-8",))
def rerun_goes_to_another_platform(ground: Ground) -> None:
    ground.wrap(
        admission.rerun_wish,
        lambda original, cloud, job, changes: (
            wish
            if (wish := original(cloud, job, changes)).platform_id or wish.platform_name
            else replace(wish, platform_id=platforms_table.every(cloud.db)[0].platform_id)
        ),
    )


@breaks("J10.1", "The order to cancel stops the clock of a job", also=("J10",))
def cancel_order_stops_the_clock(ground: Ground) -> None:
    ground.set(jobs_table, "TIMED", "('running')")
