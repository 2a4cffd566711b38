"""Jobs on their way in: submitted in every form, and what of them is stored."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.api.operations import JB_1D
from steps.support import job_families, job_reads, jobs, permissions
from steps.support.cast import TYPES, the_job, the_platform, the_user
from steps.support.expectations import expect_equal
from steps.support.members import pairs_of, value_of

register_type(**TYPES)


@when("{who:User} submits a job")
def submit(context: Context, who: str) -> None:
    """A job with the default payload, on the platform."""
    jobs.submit(context.world, the_user(context.world, who), {})


@when("{who:User} submits another job")
def submit_another(context: Context, who: str) -> None:
    """A second job with the default payload, on the platform."""
    jobs.submit(context.world, the_user(context.world, who), {}, which="other_job")


@when("{who:User} submits a job on {which:Platform}")
def submit_on(context: Context, who: str, which: str) -> None:
    """A job on one of two platforms."""
    world = context.world
    jobs.submit(world, the_user(world, who), {}, platform=the_platform(world, which))


@when("{who:User} submits a job with {member:Member} set to {value:Value}")
def submit_with(context: Context, who: str, member: str, value: str) -> None:
    """A job that differs from the default in one member of the request."""
    world = context.world
    jobs.submit(world, the_user(world, who), {member: value_of(world, value)})


@when("{who:User} submits another job with {member:Member} set to {value:Value}")
def submit_another_with(context: Context, who: str, member: str, value: str) -> None:
    """A second job that differs from the default in one member of the request."""
    world = context.world
    jobs.submit(world, the_user(world, who), {member: value_of(world, value)}, which="other_job")


@when("{who:User} submits a job with")
def submit_with_table(context: Context, who: str) -> None:
    """A job with the members of the table."""
    world = context.world
    jobs.submit(world, the_user(world, who), pairs_of(world, context.table))


@when("{who:User} submits a job with the payload")
def submit_payload(context: Context, who: str) -> None:
    """A job with exactly the payload of the text."""
    world = context.world
    jobs.submit(world, the_user(world, who), {"payload": value_of(world, context.text)})


@when("{who:User} submits a job without {member:Member}")
def submit_without(context: Context, who: str, member: str) -> None:
    """A job whose request lacks a member, which may be dotted."""
    jobs.submit_without(context.world, the_user(context.world, who), [member])


@given("someone with permission on the platform of the run")
def someone_on_run_platform(context: Context) -> None:
    """Whoever has the job token of the settings; where an admin can make one, a user with permission."""
    permissions.enter(context.world, permissions.user_of_the_run(context.world))


@when("{who:User} submits a job to the platform of the run")
def submit_to_run(context: Context, who: str) -> None:
    """A job with the default payload, where a worker is at work."""
    world = context.world
    jobs.submit_to(world, the_user(world, who), world.run.platform, {})


@when("{who:User} submits a job to the platform of the run with {member:Member} set to {value:Value}")
def submit_to_run_with(context: Context, who: str, member: str, value: str) -> None:
    """A job that differs from the default in one member of the request."""
    world = context.world
    members = {member: value_of(world, value)}
    jobs.submit_to(world, the_user(world, who), world.run.platform, members)


@when("{who:User} submits a job on the deprecated route")
def submit_deprecated(context: Context, who: str) -> None:
    """The route on which Perceval submits."""
    world = context.world
    jobs.submit_to(world, the_user(world, who), the_platform(world).name, {}, operation=JB_1D)


@when("{who:User} submits a job on the deprecated route with {member:Member} set to {value:Value}")
def submit_deprecated_with(context: Context, who: str, member: str, value: str) -> None:
    """The same, with one member of the request changed."""
    world = context.world
    members = {member: value_of(world, value)}
    jobs.submit_to(world, the_user(world, who), the_platform(world).name, members, operation=JB_1D)


@then("the payload of the job is the one that was sent")
def payload_unchanged(context: Context) -> None:
    """The data hold the payload as it was sent, to the order of its keys; but for the version's copy."""
    world = context.world
    job_reads.expect_payload(
        world, the_job(world), job_reads.data_of(world, the_job(world))["payload"], *world.rules
    )


@then("the payload of {which:Job} holds {member:Member} {value:Value}")
def payload_holds(context: Context, which: str, member: str, value: str) -> None:
    """One member of the payload, as the data show it."""
    world = context.world
    payload = job_reads.data_of(world, the_job(world, which))["payload"]
    expect_equal("the payload should hold this", payload.get(member), value_of(world, value), *world.rules)


@then("the worker gets the payload that was sent")
def worker_gets_payload(context: Context) -> None:
    """The worker's fetch holds the payload as it was sent."""
    world = context.world
    job_reads.expect_payload(world, the_job(world), the_job(world, "fetched").payload, *world.rules)


@then("the worker gets a payload with {member:Member} {value:Value}")
def worker_gets_member(context: Context, member: str, value: str) -> None:
    """One member of the payload, as the worker's fetch has it."""
    world = context.world
    payload = the_job(world, "fetched").payload
    expect_equal("the worker should get this", payload.get(member), value_of(world, value), *world.rules)


@then("no job of {who:User} has been made")
def no_job_made(context: Context, who: str) -> None:
    """Neither the counters nor the admin's list know a job of the user."""
    world = context.world
    jobs.expect_job_count(world, the_user(world, who), 0, *world.rules)


@then("{who:User} has {count:d} job in all")
@then("{who:User} has {count:d} jobs in all")
def jobs_in_all(context: Context, who: str, count: int) -> None:
    """So many jobs of the user are in the admin's list, whatever their status."""
    world = context.world
    jobs.expect_job_count(world, the_user(world, who), count, *world.rules)


@when("{who:User} submits a job and names no platform at all")
def submit_nowhere(context: Context, who: str) -> None:
    """The request holds neither an id nor a name of a platform."""
    jobs.submit_without(context.world, the_user(context.world, who), ["platform_name"])


@then("each of these jobs of {who:User} is refused on the deprecated route")
def each_refused_deprecated(context: Context, who: str) -> None:
    """Each row of the table is a job with one member changed, sent as Perceval does, and its refusal."""
    world = context.world
    job_families.expect_each_refused(world, the_user(world, who), context.table, JB_1D)


@then("each of these jobs of {who:User} is refused because of the member")
def each_invalid(context: Context, who: str) -> None:
    """Each row of the table is a job with a member of the wrong type."""
    world = context.world
    job_families.expect_each_invalid(world, the_user(world, who), context.table)


@then("each of these jobs of {who:User} is refused on the deprecated route because of the member")
def each_invalid_deprecated(context: Context, who: str) -> None:
    """The same on the route that Perceval still uses."""
    world = context.world
    job_families.expect_each_invalid(world, the_user(world, who), context.table, JB_1D)


@then("a job of {who:User} that lacks one of these is refused on the deprecated route")
def each_missing_deprecated(context: Context, who: str) -> None:
    """Each row of the table is a job without that member."""
    world = context.world
    job_families.expect_each_missing(world, the_user(world, who), context.table, JB_1D)


@then("none of these jobs of {who:User} is accepted")
def none_accepted(context: Context, who: str) -> None:
    """Each row of the table is a job with one member changed."""
    world = context.world
    job_families.expect_none_accepted(world, the_user(world, who), context.table)


@then("each of these jobs of {who:User} is accepted, and reaches the worker as it was sent")
def each_run(context: Context, who: str) -> None:
    """Each row of the table is a job with one member of its payload changed."""
    world = context.world
    job_families.expect_each_run(world, the_user(world, who), context.table)
