"""What may wait and run: caps, priorities and credits, and the numbers that a user sees."""

from __future__ import annotations

from functools import partial

from behave import given, register_type, then, when
from behave.runner import Context

from steps.support import job_reads, job_times, jobs
from steps.support.cast import TYPES, the_job, the_platform, the_user
from steps.support.expectations import expect_equal, expect_every, expect_success
from steps.support.members import expect_members

register_type(**TYPES)


@given("{who:User} has {count:d} waiting jobs")
def waiting_jobs(context: Context, who: str, count: int) -> None:
    """So many jobs of the user wait on the platform."""
    world = context.world
    world.jobs += jobs.submitted(world, the_user(world, who), count)


@given("{who:User} has as many waiting jobs as allowed")
def queue_full(context: Context, who: str) -> None:
    """The user's waiting jobs are at the cap that the availability shows."""
    jobs.fill_queue(context.world, the_user(context.world, who))


@given("{who:User} has as many waiting jobs as may run at once")
def queue_to_run(context: Context, who: str) -> None:
    """As many jobs of the user wait as the cap on running jobs allows to run."""
    jobs.fill_to_run(context.world, the_user(context.world, who))


@given("{who:User} has one more job in status waiting")
def one_more_waiting(context: Context, who: str) -> None:
    """A third job, called the new one."""
    world = context.world
    world.new_job = world.make.job(the_user(world, who), the_platform(world).name)


@given("{who:User} shows another token of priority {priority:d}")
def shows_priority(context: Context, who: str, priority: int) -> None:
    """From now on the user shows a token of this priority."""
    context.world.make.job_token(the_user(context.world, who), priority=priority)


@given("{who:User} shows a token that lives {seconds:d} s")
def shows_short_lived(context: Context, who: str, seconds: int) -> None:
    """From now on the user shows a token that expires so soon."""
    world = context.world
    world.token = world.make.job_token(the_user(world, who), duration=seconds)


@given("{who:User} shows a token of priority {priority:d} that lives {seconds:d} s")
def shows_short_lived_priority(context: Context, who: str, priority: int, seconds: int) -> None:
    """From now on the user shows a token of this priority that expires so soon."""
    context.world.make.job_token(the_user(context.world, who), priority=priority, duration=seconds)


@given("the token that {who:User} shows is deleted")
def shown_token_deleted(context: Context, who: str) -> None:
    """The user shows another token from now on; the one before is gone."""
    world = context.world
    user = the_user(world, who)
    user.job_tokens[-1].delete(world.cloud, user)
    world.make.job_token(user)


@given("the token that {who:User} shows is revoked")
def shown_token_revoked(context: Context, who: str) -> None:
    """The user shows another token from now on; the one before no longer works."""
    world = context.world
    user = the_user(world, who)
    user.job_tokens[-1].revoke(world.cloud, user)
    world.make.job_token(user)


@given("the admin lowers the priority of {who:User} to {priority:d}")
@when("the admin lowers the priority of {who:User} to {priority:d}")
def lower_priority(context: Context, who: str, priority: int) -> None:
    """The user's priority is less than that of the user's tokens."""
    world = context.world
    the_user(world, who).update(world.cloud, world.admin, {"priority": priority})


@when("the admin gives {who:User} {credits:d} credits")
def give_credits(context: Context, who: str, credits: int) -> None:
    """The user, whose credits were without limit, has so many from now on."""
    world = context.world
    the_user(world, who).update(world.cloud, world.admin, {"credits": credits})


@when("{who:User} raises the priority of the token to {priority:d}")
def raise_priority(context: Context, who: str, priority: int) -> None:
    """The token that the user shows gets another priority."""
    world = context.world
    user = the_user(world, who)
    user.job_tokens[-1].update(world.cloud, user, {"priority": priority})


@given("{who:User} runs as many toolbox jobs as allowed")
def runs_all_toolbox(context: Context, who: str) -> None:
    """The user's running toolbox jobs are at the cap that the availability shows."""
    jobs.fill_toolbox(context.world, the_user(context.world, who))


@given("{who:User} runs as many jobs as allowed")
def runs_all(context: Context, who: str) -> None:
    """The user's running jobs are at the cap that the availability shows."""
    jobs.fill_workers(context.world, the_user(context.world, who))


@then("{who:User} has {waiting:d} waiting and {running:d} running jobs")
def counts(context: Context, who: str, waiting: int, running: int) -> None:
    """The availability counts the user's jobs so, through each of the user's tokens."""
    world = context.world
    jobs.expect_counts(world, the_user(world, who), waiting, running, *world.rules)


@then("{who:User} has {running:d} running toolbox jobs")
def counts_toolbox(context: Context, who: str, running: int) -> None:
    """The availability counts the user's toolbox jobs so."""
    world = context.world
    answer = job_reads.availability_of(world, the_user(world, who))
    expect_equal("so many should run", answer.get("num_running_qt_jobs"), running, *world.rules)


@then("{who:User} has {credits:g} credits left")
def credits_left(context: Context, who: str, credits: float) -> None:
    """The admin reads so many credits in the user's record."""
    world = context.world
    record = the_user(world, who).read(world.cloud, world.admin)
    expect_members("the user should have so many credits", record, {"credits": f"{credits:g}"}, *world.rules)


@then("the availability of {who:User} has six whole numbers")
def availability_is_whole(context: Context, who: str) -> None:
    """All six members are integers."""
    world = context.world
    jobs.expect_availability(job_reads.availability_of(world, the_user(world, who)), *world.rules)


@then("the cloud refuses it for the cap on waiting jobs")
def refused_for_cap(context: Context) -> None:
    """The refusal names the cap that the availability shows."""
    jobs.expect_cap_refusal(context.world, the_user(context.world), *context.world.rules)


@then("the cloud refuses it for the cap on toolbox jobs")
def refused_for_toolbox_cap(context: Context) -> None:
    """The refusal names the cap that the availability shows."""
    jobs.expect_toolbox_refusal(context.world, the_user(context.world), *context.world.rules)


@given("{who:User} runs as many jobs as allowed, each for {seconds:d} s at most")
def runs_all_shortly(context: Context, who: str, seconds: int) -> None:
    """The same, with jobs that the system cancels after so long."""
    jobs.fill_workers(context.world, the_user(context.world, who), {"max_duration": seconds})


@given("{who:User} has as many waiting jobs as toolbox jobs may run")
def waiting_like_toolbox(context: Context, who: str) -> None:
    """So many jobs of the user wait on the platform; one more may."""
    jobs.fill_with_waiting(context.world, the_user(context.world, who))


@when("{who:User} submits as many jobs as there is room for")
def fill_room(context: Context, who: str) -> None:
    """As many as the availability leaves between the waiting jobs and their cap."""
    jobs.try_to_fill_room(context.world, the_user(context.world, who))


@then("the cloud accepts all of them")
def all_accepted(context: Context) -> None:
    """None of many attempts was refused."""
    world = context.world
    expect_every(partial(expect_success, outcome, *world.rules) for outcome in world.outcomes.values())


@then("there is no room for another job of {who:User}")
def no_room(context: Context, who: str) -> None:
    """As many jobs wait as may."""
    world = context.world
    expect_equal("there should be no room", jobs.room(world, the_user(world, who)), 0, *world.rules)


@then("{who:User} has {seconds:d} seconds left")
def seconds_left(context: Context, who: str, seconds: int) -> None:
    """The admin reads so much time in the user's record."""
    world = context.world
    record = the_user(world, who).read(world.cloud, world.admin)
    expect_members("the user should have so much time", record, {"time_left": str(seconds)}, *world.rules)


@then("{who:User} has as much less than {seconds:d} seconds left as {which:Job} took")
def seconds_less(context: Context, who: str, seconds: int, which: str) -> None:
    """The job's duration, which is not 0, was taken off the user's time, and nothing else."""
    world = context.world
    job_times.expect_time_taken(world, the_user(world, who), the_job(world, which), seconds, *world.rules)


@then("{who:User} has credits and time without limit")
def without_limit(context: Context, who: str) -> None:
    """The admin reads neither credits nor time in the user's record."""
    world = context.world
    record = the_user(world, who).read(world.cloud, world.admin)
    unlimited = {"credits": "null", "time_left": "null"}
    expect_members("the user should have no limits", record, unlimited, *world.rules)
