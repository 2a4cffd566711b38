"""Jobs as their user sees them: their status, data and results."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.support import job_reads, job_times, jobs
from steps.support.cast import TYPES, the_job, the_platform, the_user
from steps.support.expectations import expect_equal, expect_in, expect_success
from steps.support.job_states import expect_members_of, job_in_status
from steps.support.members import cells_of, expect_members, pairs_of, value_of
from steps.support.platforms import read_by_name
from steps.support.wording import filled

register_type(**TYPES)


@given("the user has a job in status {status:Status}")
def job_in(context: Context, status: str) -> None:
    """A job of the user on the platform has come to this status."""
    world = context.world
    world.job = job_in_status(world, status, the_user(world), the_platform(world))


@given("the user has a job that was canceled while it ran")
def job_canceled_while_it_ran(context: Context) -> None:
    """The worker had fetched the job and has acknowledged the order to stop."""
    world = context.world
    world.job = job_in_status(world, "canceled while it ran", the_user(world), the_platform(world))


@given("the user has a job in status {status:Status} with")
def job_in_with(context: Context, status: str) -> None:
    """The same, with members of the request from the table."""
    world = context.world
    members = jobs.request_members(pairs_of(world, context.table))
    world.job = job_in_status(world, status, the_user(world), the_platform(world), members)


@given("{who:User} has another job in status {status:Status}")
def other_job_in(context: Context, who: str, status: str) -> None:
    """A second job, of the same or another user, on the same platform."""
    world = context.world
    world.other_job = job_in_status(world, status, the_user(world, who), the_platform(world))


@given("the user has a job in status {status:Status} on the other platform")
def job_elsewhere(context: Context, status: str) -> None:
    """A second job, on the second platform."""
    world = context.world
    world.other_job = job_in_status(world, status, the_user(world), the_platform(world, "other_platform"))


@given("the start of the job is noted")
def note_start(context: Context) -> None:
    """When the job started, to be compared with later."""
    world = context.world
    world.noted = job_reads.status_of(world, the_job(world))["start_time"]


@given("the status of the job is noted")
def note_status(context: Context) -> None:
    """The whole status answer, to be compared with later."""
    world = context.world
    world.noted = job_reads.status_of(world, the_job(world))


@then("{which:Job} comes to status {status:Status} while the run may wait")
def comes_to_in_time(context: Context, which: str, status: str) -> None:
    """A worker takes the job and ends it before the run's patience is over."""
    world = context.world
    job_reads.expect_to_come(world, the_job(world, which), status, world.run.queue_seconds, *world.rules)


@then("{which:Job} comes to an end while the run may wait")
def comes_to_an_end(context: Context, which: str) -> None:
    """The job gets a final status, whichever, before the run's patience is over."""
    world = context.world
    job_reads.expect_to_end(world, the_job(world, which), world.run.queue_seconds, *world.rules)


@then("the results of {which:Job} decode to an object with results")
def results_decode(context: Context, which: str) -> None:
    """The text of the results is what Perceval needs."""
    world = context.world
    job_reads.expect_decoded(world, the_job(world, which), *world.rules)


@then("the results of {which:Job} hold {member:w} {value:Value}")
def results_hold(context: Context, which: str, member: str, value: str) -> None:
    """A member of the object that the text of the results holds."""
    world = context.world
    results = job_reads.expect_decoded(world, the_job(world, which), *world.rules)
    expect_members("the results should hold this", results, {member: filled(world, value)}, *world.rules)


@then("the results of {which:Job} lack {member:w}")
def results_lack(context: Context, which: str, member: str) -> None:
    """A member that the object in the text of the results does not have."""
    world = context.world
    results = job_reads.expect_decoded(world, the_job(world, which), *world.rules)
    expect_equal("the results should not hold this", member in results, False, *world.rules)


@then("the results of {which:Job} list these iterations, each with its results")
def results_list(context: Context, which: str) -> None:
    """One entry for each iteration of the table, in its order."""
    world = context.world
    iterations = [value_of(world, row["iteration"]) for row in context.table]
    job_reads.expect_iterations(world, the_job(world, which), iterations, *world.rules)


@then("Perceval's user reads specs and type of the platform of the run")
def platform_of_the_run(context: Context) -> None:
    """The read by name holds what Perceval indexes without looking."""
    world = context.world
    outcome = read_by_name(world, world.run.platform, the_user(world))
    answer = expect_success(outcome, *world.rules)
    expect_members(
        "the platform should show these",
        answer,
        {"specs": "not null", "type": "a non-empty text"},
        *world.rules,
    )


@then("{which:Job} is in status {status:Status}")
def is_in_status(context: Context, which: str, status: str) -> None:
    """The job's owner reads this status."""
    world = context.world
    answer = job_reads.status_of(world, the_job(world, which))
    expect_equal("the status of the job should be this", answer.get("status"), status, *world.rules)


@then("{which:Job} is in status {status:Status} or {other:Status}")
def is_in_one_of(context: Context, which: str, status: str, other: str) -> None:
    """The job's owner reads one of two statuses."""
    world = context.world
    answer = job_reads.status_of(world, the_job(world, which))
    expect_in(
        "the status of the job should be one of these", answer.get("status"), (status, other), *world.rules
    )


@then("the status of the job is as noted")
def status_is_as_noted(context: Context) -> None:
    """No member of the status answer has changed."""
    world = context.world
    answer = job_reads.status_of(world, the_job(world))
    expect_equal("the status of the job should not have changed", answer, world.noted, *world.rules)


@then("the start of the job is the noted one")
def start_is_the_noted_one(context: Context) -> None:
    """The job started once."""
    world = context.world
    start = job_reads.status_of(world, the_job(world))["start_time"]
    expect_equal("the start of the job should not move", start, world.noted, *world.rules)


@then("within {seconds:g} seconds {which:Job} comes to status {status:Status}")
def comes_to(context: Context, seconds: float, which: str, status: str) -> None:
    """The job's owner reads this status before the time is up."""
    world = context.world
    job_reads.expect_to_come(world, the_job(world, which), status, seconds, *world.rules)


@then("the admin sees {which:Job} in status {status:Status}")
def admin_sees(context: Context, which: str, status: str) -> None:
    """The admin's list has the job with this status."""
    world = context.world
    shown = job_reads.status_in_list(world, the_job(world, which))
    expect_equal("the admin's list should show the status", shown, status, *world.rules)


@then("status and data of the job agree on when it was created and started")
def same_times(context: Context) -> None:
    """Epoch seconds in the one, UTC in words in the other, and the same instants."""
    job_times.expect_same_times(context.world, the_job(context.world), *context.world.rules)


@then("the job was created and started within the last minute")
def recent_times(context: Context) -> None:
    """Times are in seconds and of the right zone."""
    job_times.expect_recent(context.world, the_job(context.world), *context.world.rules)


@then("the status of {which:Job} shows")
def status_shows(context: Context, which: str) -> None:
    """Members of the status answer, as the job's owner reads it."""
    world = context.world
    answer = job_reads.status_of(world, the_job(world, which))
    expect_members("the status should show", answer, cells_of(world, context.table), *world.rules)


@then("the data of {which:Job} show")
def data_show(context: Context, which: str) -> None:
    """Members of the job's data, as its owner reads them."""
    world = context.world
    answer = job_reads.data_of(world, the_job(world, which))
    expect_members("the data should show", answer, cells_of(world, context.table), *world.rules)


@then("the result of {which:Job} shows")
def result_shows(context: Context, which: str) -> None:
    """Members of the result answer, as the job's owner reads it."""
    world = context.world
    answer = job_reads.result_of(world, the_job(world, which))
    expect_members("the result should show", answer, cells_of(world, context.table), *world.rules)


@then("the status of {which:Job} has all that belongs to {status:Status}")
def status_is_complete(context: Context, which: str, status: str) -> None:
    """Every member of the status answer is as the contract's table has it."""
    world = context.world
    expect_members_of(status, job_reads.status_of(world, the_job(world, which)), *world.rules)


@then("the status of the job has all that belongs to a job that was canceled while it ran")
def canceled_status_is_complete(context: Context) -> None:
    """As for any canceled job, with the times of its run."""
    world = context.world
    expect_members_of("canceled while it ran", job_reads.status_of(world, the_job(world)), *world.rules)


@then("{who:User} reads the published results of {which:Job}")
@then("{who:User} reads the published results of {which:Job} once more")
def reads_published(context: Context, who: str, which: str) -> None:
    """The user gets the text that the worker published for this job, which decodes to an object."""
    world = context.world
    job_reads.expect_published(world, the_job(world, which), the_user(world, who), *world.rules)


@then("there are no final results of {which:Job} yet")
def no_final_results(context: Context, which: str) -> None:
    """Results are null, or refused, but never a part that looks final."""
    world = context.world
    job_reads.expect_no_results(world, the_job(world, which), *world.rules)


@when("{who:User} reads the status of {which:Job} {count:d} times, {together:d} times at once")
def read_status_often(context: Context, who: str, which: str, count: int, together: int) -> None:
    """As a client that asks again as soon as it has its answer, and several of them."""
    world = context.world
    job_reads.read_often(world, the_job(world, which), the_user(world, who), count, together)
