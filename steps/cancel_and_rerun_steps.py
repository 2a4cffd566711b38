"""A user changes their mind about a job: cancels it, or runs it again."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.api.operations import JB_6D
from steps.support import job_reads, jobs
from steps.support.cast import TYPES, the_job, the_user
from steps.support.expectations import expect_equal, expect_true
from steps.support.members import pairs_of, value_of

register_type(**TYPES)


@given("{who:User} has asked to cancel {which:Job}")
def has_canceled(context: Context, who: str, which: str) -> None:
    """The user has asked for the job to be stopped, and the cloud has taken it."""
    world = context.world
    the_job(world, which).cancel(world.cloud, the_user(world, who))


@when("{who:User} cancels {which:Job}")
def cancel(context: Context, who: str, which: str) -> None:
    """The user asks for the job to be stopped."""
    world = context.world
    world.attempt(the_job(world, which).cancel, world.cloud, the_user(world, who))


@when("{who:User} cancels the oldest of them")
def cancel_oldest(context: Context, who: str) -> None:
    """The user asks for the first of many jobs to be stopped."""
    world = context.world
    world.attempt(world.jobs[0].cancel, world.cloud, the_user(world, who))


@given("{who:User} has rerun {which:Job}")
def has_rerun(context: Context, who: str, which: str) -> None:
    """The new job is there."""
    world = context.world
    world.new_job = world.make.rerun(the_job(world, which), the_user(world, who))


@when("{who:User} reruns {which:Job}")
def rerun(context: Context, who: str, which: str) -> None:
    """The user asks for the job to be run again; what comes of it is the new job."""
    jobs.rerun(context.world, the_job(context.world, which), the_user(context.world, who), None)


@when("{who:User} reruns the new job as a third one")
def rerun_new(context: Context, who: str) -> None:
    """The user runs a rerun again; what comes of it is the other job."""
    world = context.world
    world.other_job = world.make.rerun(the_job(world, "new_job"), the_user(world, who))


@when("{who:User} reruns {which:Job} with {member:Member} set to {value:Value}")
def rerun_with(context: Context, who: str, which: str, member: str, value: str) -> None:
    """The same, with one member of the original overridden."""
    world = context.world
    jobs.rerun(world, the_job(world, which), the_user(world, who), {member: value_of(world, value)})


@when("{who:User} reruns {which:Job} on the deprecated route")
def rerun_deprecated(context: Context, who: str, which: str) -> None:
    """The route on which Perceval reruns; what comes of it is the new job."""
    world = context.world
    jobs.rerun(world, the_job(world, which), the_user(world, who), None, operation=JB_6D)


@then("the new job is another job than the job")
def another_job(context: Context) -> None:
    """The rerun made a job with an id of its own."""
    world = context.world
    ids = (the_job(world, "new_job").job_id, the_job(world).job_id)
    expect_true("the new job should have an id of its own", ids[0] != ids[1], ids, *world.rules)


@then("the third job was made from the new job")
def third_from_new(context: Context) -> None:
    """The job of the second rerun names its parent, not the root."""
    world = context.world
    origin = job_reads.data_of(world, the_job(world, "other_job")).get("rerun_from")
    expect_equal(
        "the job should name the one that was rerun",
        origin,
        the_job(world, "new_job").job_id,
        *world.rules,
    )


@then("the new job was made from the job")
def new_from_job(context: Context) -> None:
    """The job of the first rerun names the original."""
    world = context.world
    origin = job_reads.data_of(world, the_job(world, "new_job")).get("rerun_from")
    expect_equal("the job should name the one that was rerun", origin, the_job(world).job_id, *world.rules)


@when("{who:User} reruns {which:Job} on the deprecated route with {member:Member} set to {value:Value}")
def rerun_deprecated_with(context: Context, who: str, which: str, member: str, value: str) -> None:
    """The same, with one member of the original overridden."""
    world = context.world
    members = {member: value_of(world, value)}
    jobs.rerun(world, the_job(world, which), the_user(world, who), members, operation=JB_6D)


@when("{who:User} reruns {which:Job} with")
def rerun_with_table(context: Context, who: str, which: str) -> None:
    """The same, with the members of the table."""
    world = context.world
    jobs.rerun(world, the_job(world, which), the_user(world, who), pairs_of(world, context.table))


@when("{who:User} reruns {which:Job} saying nothing")
def rerun_saying_nothing(context: Context, who: str, which: str) -> None:
    """The request has a body, which is an empty object."""
    world = context.world
    jobs.rerun(world, the_job(world, which), the_user(world, who), {})
