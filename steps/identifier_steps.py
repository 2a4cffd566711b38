"""Ids and names: what is one, and what is not."""

from __future__ import annotations

from behave import given, register_type, then
from behave.runner import Context

from steps.support import ids
from steps.support.cast import TYPES, the_job, the_platform, the_user
from steps.support.expectations import expect_equal, expect_success
from steps.support.wording import filled

register_type(**TYPES)


@given('a platform of its own whose worker calls itself "{worker_id}"')
def worker_calls_itself(context: Context, worker_id: str) -> None:
    """A platform whose worker has chosen its id."""
    context.world.platform = context.world.make.platform(worker_id=worker_id)


@then("the worker of {which:Platform} has a UUID")
def worker_has_uuid(context: Context, which: str) -> None:
    """Nobody chose another id."""
    ids.expect_worker_id(the_platform(context.world, which), *context.world.rules)


@then("{which:Job} is not found by its id in any other form")
def malformed_refused(context: Context, which: str) -> None:
    """Without hyphens, in braces, a digit short; it is neither read nor canceled nor rerun."""
    world = context.world
    ids.expect_malformed_refused(world, the_job(world, which), the_user(world), *world.rules)


@then("{which:Job} is found by its id in capitals")
def found_in_capitals(context: Context, which: str) -> None:
    """A UUID is the same in either case."""
    world = context.world
    ids.expect_found_in_capitals(world, the_job(world, which), the_user(world), *world.rules)


@then("an id of any version and in any case is one that no job has")
def well_formed_unknown(context: Context) -> None:
    """Well-formed, and unknown."""
    world = context.world
    ids.expect_well_formed_unknown(world, the_user(world), *world.rules)


@then("{which:Platform} is found by its name or by its id, and nowhere by both")
def id_or_name(context: Context, which: str) -> None:
    """A name where the id is due is not found, nor an id where the name is."""
    world = context.world
    ids.expect_id_or_name(world, the_platform(world, which), the_user(world), *world.rules)


@then("nobody is given {which:Platform} by its name")
def names_no_ids_of_users(context: Context, which: str) -> None:
    """Neither when a user is made, nor later."""
    world = context.world
    ids.expect_names_no_ids_of_users(world, the_platform(world, which), the_user(world), *world.rules)


@then("job tokens and API keys are counted apart")
def counted_apart(context: Context) -> None:
    """The ids of each kind are a sequence of their own."""
    ids.expect_apart(context.world, the_user(context.world), *context.world.rules)


@then('the worker got the process id "{process_id}"')
def got_process_id(context: Context, process_id: str) -> None:
    """The fetched job names the process as its user did."""
    world = context.world
    fetched = expect_success(world.outcome, *world.rules)
    wanted = filled(world, process_id)
    expect_equal("the worker should get the process id", fetched.process_id, wanted, *world.rules)
