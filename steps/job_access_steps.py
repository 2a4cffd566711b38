"""Who may do what with a job, on which of its routes."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.api.cloud_objects import Job
from steps.support import job_reads, jobs
from steps.support.cast import TYPES, the_job, the_user

register_type(**TYPES)


@given("{who:User} shows an explorer token")
def shows_explorer(context: Context, who: str) -> None:
    """From now on the user shows a token for looking on."""
    context.world.make.job_token(the_user(context.world, who), is_explorer_token=True)


@when("{who:User} tries to {action:JobAction} {which:Job}")
def try_on(context: Context, who: str, action: str, which: str) -> None:
    """One operation on a job, by someone who may not."""
    world = context.world
    world.outcome = jobs.tried(world, the_user(world, who), action, the_job(world, which))


@when("{who:User} tries to {action:JobAction} {which:Job} on the deprecated route")
def try_deprecated(context: Context, who: str, action: str, which: str) -> None:
    """The same on the route that Perceval still uses."""
    world = context.world
    world.outcome = jobs.tried(world, the_user(world, who), action, the_job(world, which), deprecated=True)


@when('{who:User} tries to {action:JobAction} a job with the id "{job_id}"')
def try_on_id(context: Context, who: str, action: str, job_id: str) -> None:
    """One operation on whatever stands for a job's id."""
    world = context.world
    world.outcome = jobs.tried(world, the_user(world, who), action, Job(job_id=job_id))


@when('{who:User} tries to {action:JobAction} a job with the id "{job_id}" on the deprecated route')
def try_on_id_deprecated(context: Context, who: str, action: str, job_id: str) -> None:
    """The same on the route that Perceval still uses."""
    world = context.world
    world.outcome = jobs.tried(world, the_user(world, who), action, Job(job_id=job_id), deprecated=True)


@when("every operation on jobs is tried with a deleted token")
def try_every_operation(context: Context) -> None:
    """All operations of a job token, twins included, with one of the user's that was deleted."""
    context.world.outcomes = jobs.tried_with_deleted_token(context.world, the_user(context.world))


@then("both routes show {who:User} the same status of {which:Job}")
def same_status(context: Context, who: str, which: str) -> None:
    """The status on the deprecated route equals the one on its successor."""
    world = context.world
    job_reads.expect_same_on_both_routes(
        world, the_job(world, which), the_user(world, who), "status", *world.rules
    )


@then("both routes show {who:User} the same result of {which:Job}")
def same_result(context: Context, who: str, which: str) -> None:
    """The result on the deprecated route equals the one on its successor."""
    world = context.world
    job_reads.expect_same_on_both_routes(
        world, the_job(world, which), the_user(world, who), "result", *world.rules
    )


@then("neither the job's answers nor the usage report hold a secret of the user")
def no_secrets(context: Context) -> None:
    """The tokens of the user are in none of the answers."""
    world = context.world
    job_reads.expect_no_secret(world, the_job(world), the_user(world), *world.rules)


@then('both routes refuse {who:User} the same for the job id "{job_id}"')
def same_refusals(context: Context, who: str, job_id: str) -> None:
    """Status, result, cancel and rerun of no job are refused alike, on each route and on its successor."""
    world = context.world
    jobs.expect_same_refusals(world, the_user(world, who), job_id, *world.rules)
