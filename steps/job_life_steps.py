"""The life cycle of a job: what leads from one status to another, what does not, and how long it takes."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.api import waiting
from steps.support import job_times, transitions
from steps.support.cast import TYPES, the_job, the_platform, the_user

register_type(**TYPES)


@given("{seconds:g} seconds have passed")
@when("{seconds:g} seconds pass")
def let_pass(context: Context, seconds: float) -> None:
    """Nothing is asked of the cloud for so long."""
    waiting.let_pass(seconds)


@when("the worker runs a job of {who:User} for {seconds:g} seconds")
def run_for(context: Context, who: str, seconds: float) -> None:
    """The worker fetches a new job and completes it so much later."""
    world = context.world
    job_times.run_for(world, the_user(world, who), the_platform(world), seconds)


@when("{who:Worker} runs {which:Job} for {seconds:g} seconds")
def run_waiting(context: Context, who: str, which: str, seconds: float) -> None:
    """The worker fetches the job, which waits, and completes it so much later."""
    world = context.world
    job_times.run_waiting(world, the_platform(world, who), the_job(world, which), seconds)


@then("{which:Job} started {seconds:d} second or more after it was created")
def started_later(context: Context, which: str, seconds: int) -> None:
    """The start is the time of the fetch, and not of the creation."""
    world = context.world
    job_times.expect_waited(world, the_job(world, which), seconds, *world.rules)


@then("the duration of the job is the time that it ran, in whole seconds")
def whole_seconds(context: Context) -> None:
    """The fraction of a second is dropped."""
    world = context.world
    job_times.expect_whole_seconds(world, the_job(world), *world.rules)


@then("a worker's word for a job in status {status:Status} has this effect")
def words_heard(context: Context, status: str) -> None:
    """Each row of the table is a job of its own, and what comes of the word that is published for it."""
    world = context.world
    transitions.expect_words_heard(world, the_user(world), status, context.table)


@then("a worker's word for a job that was canceled while it ran has this effect")
def words_after_cancel(context: Context) -> None:
    """The same for a job whose worker has acknowledged the order to stop."""
    world = context.world
    transitions.expect_words_heard(world, the_user(world), "canceled while it ran", context.table)


@then("this comes of it when {who:User} has a job and {deed:Deed}")
def deeds_done(context: Context, who: str, deed: str) -> None:
    """Each row of the table is a job of its own in a status, and what comes of the deed then."""
    world = context.world
    transitions.expect_deeds_done(world, the_user(world, who), deed, context.table)


@then("the status answers of jobs that come to each of these show")
def statuses_show(context: Context) -> None:
    """For each status of the table a job comes to it, and its status answer shows what the rows say."""
    world = context.world
    transitions.expect_statuses_show(world, the_user(world), context.table)
