"""What only an admin sees and does: the jobs and tokens of all users."""

from __future__ import annotations

from behave import register_type, then, when
from behave.runner import Context

from steps.api.cloud_objects import Job
from steps.support import listing
from steps.support.cast import JOBS, TYPES, the_job
from steps.support.expectations import expect_equal, expect_success
from steps.support.members import cells_of

register_type(**TYPES)


@when("the admin lists the jobs with")
def list_jobs(context: Context) -> None:
    """The list of all users' jobs, with the parameters of the table."""
    world = context.world
    world.attempt(listing.list_jobs, world, listing.parameters_of(world, context.table))


@when("the admin lists the tokens with")
def list_tokens(context: Context) -> None:
    """The list of all users' job tokens, with the parameters of the table."""
    world = context.world
    world.attempt(listing.list_tokens, world, listing.parameters_of(world, context.table))


@when("the admin cancels")
def cancel_many(context: Context) -> None:
    """The jobs of the table are canceled at once, as far as they can be."""
    world = context.world
    jobs = listing.jobs_named(world, context.table)
    world.attempt(Job.cancel_many, world.cloud, jobs, world.admin)


@when("the admin cancels no jobs")
def cancel_none(context: Context) -> None:
    """The list of jobs is empty."""
    world = context.world
    world.attempt(Job.cancel_many, world.cloud, [], world.admin)


@when('the admin cancels the job and the id "{job_id}"')
def cancel_with_stranger(context: Context, job_id: str) -> None:
    """One id of the list names no job."""
    world = context.world
    world.attempt(listing.cancel_ids, world, {"job_ids": [the_job(world).job_id, job_id]})


@when("the admin cancels without naming jobs")
def cancel_unnamed(context: Context) -> None:
    """The request lacks its only member."""
    context.world.attempt(listing.cancel_ids, context.world, {})


@then("the cancellation of many jobs is refused for each of these")
def cancel_refused(context: Context) -> None:
    """Each row is one request, with something in the place of the list of ids."""
    listing.expect_job_ids_refused(context.world, context.table, *context.world.rules)


@then("the list holds, in this order")
def holds_in_order(context: Context) -> None:
    """The list that was read holds the jobs of the table and no other."""
    world = context.world
    listing.expect_jobs(world, listing.jobs_named(world, context.table), *world.rules)


@then("the list is empty")
def is_empty(context: Context) -> None:
    """The list that was read holds nothing."""
    world = context.world
    expect_equal("the list should be empty", expect_success(world.outcome, *world.rules), [], *world.rules)


@then("the entry of {which:Job} shows")
def entry_shows(context: Context, which: str) -> None:
    """Members of the job's entry in the list that was read."""
    world = context.world
    listing.expect_entry(world, the_job(world, which), cells_of(world, context.table), *world.rules)


@then("the admin is told")
def told(context: Context) -> None:
    """The answer to the cancellation has these statuses, one for each job."""
    world = context.world
    statuses = [(the_job(world, JOBS[row["job"]]), row["status"]) for row in context.table]
    listing.expect_told(world, statuses, *world.rules)


@then("the user's jobs, listed in pages of {limit:d}, are these jobs in their order")
def pages_of_jobs(context: Context, limit: int) -> None:
    """The pages put together are the jobs that the scenario made."""
    listing.expect_pages_of_jobs(context.world, limit, *context.world.rules)


@then("a page past the end is empty")
def page_past_end(context: Context) -> None:
    """An offset beyond the list is no fault."""
    listing.expect_empty_page(context.world, *context.world.rules)


@then("the list holds one token, which shows")
def one_token(context: Context) -> None:
    """The list that was read holds one token, with the members of the table."""
    world = context.world
    listing.expect_one_token(world, cells_of(world, context.table), *world.rules)


@then("the list is the one that the user reads")
def same_list(context: Context) -> None:
    """Entry by entry, member by member."""
    listing.expect_users_own_list(context.world, *context.world.rules)


@then("each entry holds what the user reads of the job, and whose it is")
def same_as_data(context: Context) -> None:
    """The entries of the user's jobs, against the data of each."""
    listing.expect_data_of_jobs(context.world, *context.world.rules)


@then("the entry shows the whole secret of the token")
def whole_secret(context: Context) -> None:
    """The key of the only entry is the token itself."""
    listing.expect_whole_secret(context.world, *context.world.rules)
