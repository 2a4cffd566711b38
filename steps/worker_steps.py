"""Workers: fetching jobs, publishing progress, results and failures, hearing of cancellations."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.support import workers
from steps.support.cast import TYPES, the_job, the_platform, the_user
from steps.support.expectations import expect_equal, expect_refusal, expect_success
from steps.support.keys import the_key
from steps.support.members import pairs_of, value_of

register_type(**TYPES)


@when("{who:Worker} fetches a job")
def fetch(context: Context, who: str) -> None:
    """The worker asks its platform for the next job."""
    world = context.world
    world.attempt(world.make.fetched, the_platform(world, who))
    world.fetched = world.outcome.value


@when("a worker that is not registered fetches a job of the platform")
def fetch_unregistered(context: Context) -> None:
    """A worker id that the platform does not know, with a valid key."""
    context.world.attempt(workers.fetch_as_stranger, context.world)


@when("a worker asks for a job with {member:w} {value:Value}")
def fetch_with(context: Context, member: str, value: str) -> None:
    """A fetch with one member that is wrong, in place of the platform."""
    world = context.world
    world.attempt(workers.fetch_with, world, {member: value_of(world, value)})


@when("a worker asks for a job of no platform")
def fetch_nowhere(context: Context) -> None:
    """A fetch that names its platform neither by id nor by name."""
    context.world.attempt(workers.fetch_with, context.world, {})


@when("a worker asks for a job without its own id")
def fetch_without_worker(context: Context) -> None:
    """A fetch that lacks the worker's id."""
    context.world.attempt(workers.fetch_without_worker, context.world)


@when("{who:Worker} completes {which:Job}")
def complete(context: Context, who: str, which: str) -> None:
    """The worker publishes the results of the job, which differ from every other job's."""
    world = context.world
    workers.complete(world, the_platform(world, who), the_job(world, which), {})


@when("{who:Worker} completes {which:Job} with {member:w} set to {value:Value}")
def complete_with(context: Context, who: str, which: str, member: str, value: str) -> None:
    """The same, with one more member."""
    world = context.world
    members = {member: value_of(world, value)}
    workers.complete(world, the_platform(world, who), the_job(world, which), members)


@when("the worker completes {which:Job} and shows the API key")
def complete_with_key(context: Context, which: str) -> None:
    """The worker publishes the results under its id, with another key than the one that fetched."""
    world = context.world
    workers.complete_with_key(world, the_job(world, which), the_key(world))


@when("{who:Worker} completes {which:Job} with the text")
def complete_with_text(context: Context, who: str, which: str) -> None:
    """The worker publishes exactly this text as the results of the job."""
    world = context.world
    workers.complete_with_text(world, the_platform(world, who), the_job(world, which), str(context.text))


@given("{who:User} submits two jobs that two workers fetch")
def two_side_by_side(context: Context, who: str) -> None:
    """The job is in the hands of the worker, the other job in those of the other worker."""
    workers.two_side_by_side(context.world, the_user(context.world, who))


@when("{who:Worker} completes the oldest of them")
def complete_oldest(context: Context, who: str) -> None:
    """The worker publishes the results of the first of many jobs."""
    world = context.world
    workers.complete(world, the_platform(world, who), world.jobs[0], {})


@when("{who:Worker} completes {which:Job} with results of {megabytes:d} megabytes")
def complete_large(context: Context, who: str, which: str, megabytes: int) -> None:
    """The worker publishes a large text, in letters of many alphabets."""
    world = context.world
    workers.complete_large(world, the_platform(world, who), the_job(world, which), megabytes)


@when("{who:Worker} publishes progress {progress:g}")
def publish_progress(context: Context, who: str, progress: float) -> None:
    """The worker says how far the job is."""
    world = context.world
    world.attempt(the_platform(world, who).publish_progress, world.cloud, the_job(world), progress)


@when('{who:Worker} publishes progress {progress:g} with the message "{message}"')
def publish_progress_with(context: Context, who: str, progress: float, message: str) -> None:
    """The worker says how far the job is, and in words."""
    world = context.world
    world.attempt(the_platform(world, who).publish_progress, world.cloud, the_job(world), progress, message)


@given("{who:Worker} has published {member:w} {value:Value}")
def has_published(context: Context, who: str, member: str, value: str) -> None:
    """The worker has sent one member for the job, and the cloud has taken it."""
    world = context.world
    the_platform(world, who).publish(world.cloud, the_job(world), **{member: value_of(world, value)})


@when("{who:Worker} publishes {member:w} {value:Value}")
def publish_member(context: Context, who: str, member: str, value: str) -> None:
    """The worker sends one member for the job."""
    world = context.world
    members = {member: value_of(world, value)}
    world.attempt(the_platform(world, who).publish, world.cloud, the_job(world), **members)


@when("{who:Worker} publishes")
def publish(context: Context, who: str) -> None:
    """The worker sends the members of the table for the job."""
    world = context.world
    members = pairs_of(world, context.table)
    world.attempt(the_platform(world, who).publish, world.cloud, the_job(world), **members)


@when("a publication without a worker's id arrives")
def publish_without_worker(context: Context) -> None:
    """A publication that lacks the worker's id."""
    context.world.attempt(workers.publish_without_worker, context.world, the_job(context.world))


@when('a publication for the job id "{job_id}" arrives')
def publish_for(context: Context, job_id: str) -> None:
    """A publication for a job that the id does not name."""
    context.world.attempt(workers.publish_for, context.world, job_id)


@when('{who:Worker} fails {which:Job} with "{code}": "{message}"')
def fail(context: Context, who: str, which: str, code: str, message: str) -> None:
    """The worker publishes that the job failed, and why."""
    world = context.world
    worker = the_platform(world, who)
    world.attempt(worker.publish_error, world.cloud, the_job(world, which), code, message)


@when("{who:Worker} fails {which:Job} without a word")
def fail_silently(context: Context, who: str, which: str) -> None:
    """The worker publishes that the job failed, with no code and no message."""
    world = context.world
    world.attempt(the_platform(world, who).publish_error, world.cloud, the_job(world, which))


@when("{who:Worker} acknowledges the cancellation of {which:Job}")
def acknowledge(context: Context, who: str, which: str) -> None:
    """The worker has stopped the job."""
    world = context.world
    world.attempt(the_platform(world, who).acknowledge_cancel, world.cloud, the_job(world, which))


@when("{who:Worker} suspends {which:Job}")
def suspend(context: Context, who: str, which: str) -> None:
    """The worker halts the job."""
    world = context.world
    world.attempt(the_platform(world, who).suspend_job, world.cloud, the_job(world, which))


@when("{who:Worker} resumes {which:Job}")
def resume(context: Context, who: str, which: str) -> None:
    """The worker goes on with the job."""
    world = context.world
    world.attempt(the_platform(world, who).resume_job, world.cloud, the_job(world, which))


@when("{count:d} workers of the platform fetch at the same time")
def race(context: Context, count: int) -> None:
    """So many workers ask for the next job at once, again and again, until there is none."""
    world = context.world
    world.jobs_fetched = workers.fetch_together(world, the_platform(world), count)


@then("{who:Worker} gets {which:Job}")
def gets(context: Context, who: str, which: str) -> None:
    """The worker's fetch brought this job."""
    world = context.world
    fetched = expect_success(world.outcome, *world.rules)
    expect_equal("the worker should get this job", fetched.job_id, the_job(world, which).job_id, *world.rules)


@then("{who:Worker} gets no job")
def gets_nothing(context: Context, who: str) -> None:
    """The worker's fetch found nothing to do."""
    expect_refusal(context.world.outcome, 404, "No waiting job", *context.world.rules)


@then("{who:Worker} finds no job to fetch")
def finds_nothing(context: Context, who: str) -> None:
    """Asked now, the platform has nothing for the worker."""
    world = context.world
    workers.expect_nothing(world, the_platform(world, who), *world.rules)


@then("the worker then gets, in this order")
def gets_in_order(context: Context) -> None:
    """One fetch after the other, each finished before the next, brings these jobs."""
    world = context.world
    wanted = [the_job(world, workers.field_of(row["job"])) for row in context.table]
    workers.expect_order(world, the_platform(world), wanted, *world.rules)


@then("the worker is told {status:Status}")
def told(context: Context, status: str) -> None:
    """The cloud took the publication, and its answer shows the status of the job."""
    world = context.world
    answer = expect_success(world.outcome, *world.rules)
    expect_equal("the worker should be told the status", answer.get("status"), status, *world.rules)


@then("the cloud refuses it as invalid data and tells the status {status:Status}")
def refused_as_late(context: Context, status: str) -> None:
    """The job is over: the refusal says how, which is the worker's sign to stop."""
    world = context.world
    expect_refusal(world.outcome, 400, "Invalid data", *world.rules)
    detail = world.outcome.refusal.detail
    expect_equal("the refusal should tell the status", detail.get("status"), status, *world.rules)


@then("each job went to one worker, once")
def each_once(context: Context) -> None:
    """What the workers got are the waiting jobs, none of them twice."""
    world = context.world
    workers.expect_each_once(world.jobs_fetched, world.jobs, *world.rules)


@then("the worker got a limit of {seconds:d} seconds")
def got_limit(context: Context, seconds: int) -> None:
    """The fetched job says how long it may run."""
    world = context.world
    fetched = expect_success(world.outcome, *world.rules)
    expect_equal("the worker should get the limit", fetched.max_duration, seconds, *world.rules)


@then("the worker got the job as it was submitted")
def got_as_submitted(context: Context) -> None:
    """The fetch holds the job's id, name, platform, version, duration limit and process id."""
    world = context.world
    workers.expect_as_submitted(the_job(world, "fetched"), the_job(world), the_platform(world), *world.rules)
