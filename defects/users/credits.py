"""Faults of a user's credits and time left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.rules import (
    admission,
    jobs,
    publication,
    users,
)
from sandbox.store import jobs_table, users_table


def _take_off_credits(cloud: Cloud, job_id: str) -> None:
    """Charge a job's reserve to its user."""
    job = jobs.find(cloud, job_id)
    user = users_table.find(cloud.db, job.user_id) if job else None
    if job and user and user.credits is not None:
        users_table.update(cloud.db, user.user_id, {"credits": max(0.0, user.credits - job.reserved)})


@breaks("CR-1", "A job without shots costs a credit")
def job_without_shots_costs_a_credit(ground: Ground) -> None:
    ground.replace(admission.needed_credits, lambda payload: float(payload.get("max_shots") or 1))


@breaks("CR-1", "Every job costs one credit, whatever its shots", also=("CR-2", "CR-3", "CR-5"))
def every_job_costs_one_credit(ground: Ground) -> None:
    ground.wrap(admission.needed_credits, lambda original, payload: min(1.0, original(payload)))


@breaks("CR-1", "A shot costs two credits", also=("CR-3", "CR-5", "CR-6"))
def shot_costs_two_credits(ground: Ground) -> None:
    ground.wrap(admission.needed_credits, lambda original, payload: 2 * original(payload))


@breaks("CR-2", "Credits are not looked at", also=("JB-1.18", "JB-1.19", "CR-3"))
def credits_are_not_looked_at(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, replace(user, credits=None), platform, need
        ),
    )


@breaks("CR-2", "A user needs one credit more than a job costs", also=("CR-3", "CR-6"))
def job_needs_a_credit_too_much(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(cloud, user, platform, need and need + 1),
    )


@breaks("CR-2", "A job may cost one credit more than the user has", also=("JB-1.18",))
def job_may_cost_a_credit_too_much(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(cloud, user, platform, max(0, need - 1)),
    )


@breaks("CR-2", "A lack of credits is told in other words", also=("JB-1.18", "CR-3"))
def lack_of_credits_gets_another_text(ground: Ground) -> None:
    ground.text(admission.require_means, "Not enough credits", "Insufficient credits")


@breaks("CR-3", "Credits that jobs hold can be spent once more", also=("JB-1.19", "CR-4"))
def reserved_credits_can_be_spent(ground: Ground) -> None:
    ground.replace(jobs_table.reserved_credits, lambda *_: 0.0)


@breaks("CR-3", "Running jobs hold no credits", also=("JB-1.19",))
def running_jobs_hold_no_credits(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "'running', ", "")


@breaks("CR-3", "Suspended jobs hold no credits", also=("JB-1.19",))
def suspended_jobs_hold_no_credits(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, ", 'suspended'", "")


@breaks("CR-3", "Jobs that are to be canceled hold no credits", also=("JB-1.19",))
def jobs_to_cancel_hold_no_credits(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "'cancel_requested', ", "")


@breaks("CR-3", "The jobs of all users hold one user's credits")
def credits_are_held_by_others(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "user_id = ?", "user_id = user_id OR user_id = ?")


@breaks("CR-3", "Credits that are reserved are told as if there were none", also=("JB-1.19",))
def reserved_credits_get_another_text(ground: Ground) -> None:
    ground.text(
        admission.require_means,
        "Not enough credits: all remaining credits are reserved by waiting or running jobs",
        "Not enough credits",
    )


@breaks("CR-4", "Credits are reserved when a job starts to run", also=("JB-1.19", "CR-3"))
def credits_are_reserved_at_the_fetch(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "'waiting', ", "")


@breaks("CR-4", "Credits are taken when a job is made", also=("CR-5", "CR-6"))
def credits_are_taken_at_once(ground: Ground) -> None:
    def enqueue(original: Original, *args: Any) -> str:  # noqa: ANN401 - those of the function
        job_id: str = original(*args)
        _take_off_credits(args[0], job_id)
        return job_id

    ground.wrap(admission.enqueue, enqueue)


@breaks("CR-5", "A completed job costs what it reserved, whatever its worker counted", also=("UR-6",))
def reserve_is_charged(ground: Ground) -> None:
    ground.replace(admission.charged_credits, lambda reserved, shots: reserved)


@breaks("CR-5", "A completed job costs what its worker counted, however much")
def more_than_the_reserve_is_charged(ground: Ground) -> None:
    ground.replace(
        admission.charged_credits, lambda reserved, shots: reserved if shots is None else float(shots)
    )


@breaks("CR-5", "A completed job that took no shots costs its whole reserve")
def no_shots_cost_the_reserve(ground: Ground) -> None:
    ground.replace(
        admission.charged_credits,
        lambda reserved, shots: min(float(shots), reserved) if shots else reserved,
    )


@breaks("CR-5", "A completed job costs nothing where its worker counted no shots", also=("UR-6",))
def uncounted_shots_are_free(ground: Ground) -> None:
    ground.replace(admission.charged_credits, lambda reserved, shots: min(float(shots or 0), reserved))


@breaks("CR-5", "Completed jobs cost nothing")
def completed_jobs_are_free(ground: Ground) -> None:
    ground.wrap(
        publication.settle,
        lambda original, cloud, job, report: original(cloud, job, replace(report, charged=0.0)),
    )


@breaks("CR-5", "A completed job is charged twice")
def completed_job_is_charged_twice(ground: Ground) -> None:
    ground.wrap(
        publication.settle,
        lambda original, *args: (original(*args), original(*args)),
    )


@breaks("CR-6", "A job that failed is charged")
def failed_job_is_charged(ground: Ground) -> None:
    _charge_when(ground, "error")


@breaks("CR-6", "A job whose cancellation its worker confirmed is charged")
def canceled_job_is_charged(ground: Ground) -> None:
    _charge_when(ground, "canceled")


def _charge_when(ground: Ground, wanted: str) -> None:
    def publish(original: Original, cloud: Cloud, job_id: str, members: Mapping[str, Json]) -> str:
        status: str = original(cloud, job_id, members)
        if status == wanted:
            _take_off_credits(cloud, job_id)
        return status

    ground.wrap(publication.publish, publish)


@breaks("CR-6", "A job that was canceled while it waited is charged")
def job_canceled_in_the_queue_is_charged(ground: Ground) -> None:
    def cancel(original: Original, cloud: Cloud, job: Any, message: str) -> None:  # noqa: ANN401
        original(cloud, job, message)
        if job.status == "waiting":
            _take_off_credits(cloud, job.job_id)

    ground.wrap(jobs.cancel, cancel)


@breaks("CR-6", "A job that failed goes on holding credits")
def failed_job_holds_credits(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "'waiting'", "'error', 'waiting'")


@breaks("CR-6", "A job that was canceled goes on holding credits")
def canceled_job_holds_credits(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "'waiting'", "'canceled', 'waiting'")


@breaks("CR-5", "A completed job goes on holding credits beside those that it cost")
def completed_job_holds_credits(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "'waiting'", "'completed', 'waiting'")


@breaks("CR-7", "A user without time left makes jobs", also=("JB-1.20",))
def jobs_are_made_without_time(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, replace(user, time_left=None), platform, need
        ),
    )


@breaks("CR-7", "A user with a second left makes no job")
def last_second_is_lost(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, replace(user, time_left=user.time_left and user.time_left - 1), platform, need
        ),
    )


@breaks("CR-7", "A lack of time is told with the name of the platform", also=("JB-1.20",))
def lack_of_time_names_the_platform(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, user, replace(platform, type=platform.name), need
        ),
    )


@breaks("CR-7", "A lack of time is told in other words", also=("JB-1.20",))
def lack_of_time_gets_another_text(ground: Ground) -> None:
    ground.text(admission.require_means, " time left", " seconds left")


@breaks("CR-8", "Jobs take no time from their user")
def jobs_take_no_time(ground: Ground) -> None:
    ground.replace(admission.time_left_after, lambda time_left, duration: time_left)


@breaks("CR-8", "A job takes all of the time that its user has left")
def job_takes_all_time(ground: Ground) -> None:
    ground.replace(admission.time_left_after, lambda time_left, duration: 0)


@breaks("CR-8", "The time left of a user falls below zero", also=("US-1.12", "US-2"))
def time_left_falls_below_zero(ground: Ground) -> None:
    ground.replace(admission.time_left_after, lambda time_left, duration: time_left - duration)


@breaks("CR-8", "Jobs that failed take time from their user")
def failed_jobs_take_time(ground: Ground) -> None:
    def publish(original: Original, cloud: Cloud, job_id: str, members: Mapping[str, Json]) -> str:
        status: str = original(cloud, job_id, members)
        job = jobs.find(cloud, job_id)
        user = users_table.find(cloud.db, job.user_id) if job else None
        if job and user and status == "error" and user.time_left is not None:
            left = admission.time_left_after(user.time_left, job.duration or 0)
            users_table.update(cloud.db, user.user_id, {"time_left": left})
        return status

    ground.wrap(publication.publish, publish)


@breaks("CR-9", "New users have no credits by default", also=("US-1.11",))
def credits_are_0_by_default(ground: Ground) -> None:
    ground.wrap(
        users.create,
        lambda original, cloud, members, password_hash: original(
            cloud, {"credits": 0.0, **members}, password_hash
        ),
    )


@breaks("CR-9", "New users have an hour of time by default", also=("US-1.12",))
def time_is_limited_by_default(ground: Ground) -> None:
    ground.wrap(
        users.create,
        lambda original, cloud, members, password_hash: original(
            cloud, {"time_left": 3600, **members}, password_hash
        ),
    )


@breaks("CR-9", "Credits of null are taken for none", also=("JB-1.18",))
def unlimited_credits_are_none(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, replace(user, credits=user.credits or 0.0), platform, need
        ),
    )


@breaks("CR-9", "A time left of null is taken for none", also=("JB-1.20",))
def unlimited_time_is_none(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, replace(user, time_left=user.time_left or 0), platform, need
        ),
    )
