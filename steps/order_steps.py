"""Which of several rules answers: the order of the checks."""

from __future__ import annotations

from behave import then
from behave.runner import Context

from steps.support import order


@then("who shows nothing is refused before the body is looked at")
def credential_first(context: Context) -> None:
    """The body is no JSON, and what the path names does not exist."""
    order.expect_credential_first(context.world, *context.world.rules)


@then("who has not the right is refused before the body is looked at")
def right_first(context: Context) -> None:
    """The body is no JSON."""
    order.expect_right_first(context.world, *context.world.rules)


@then("a body that is not JSON is refused before anything is looked for")
def json_first(context: Context) -> None:
    """What the path names does not exist."""
    order.expect_json_first(context.world, *context.world.rules)


@then("a violated schema is told before anything is looked for")
def schema_before_objects(context: Context) -> None:
    """What path and body name does not exist."""
    order.expect_schema_before_objects(context.world, *context.world.rules)


@then("a violated schema is told before it is asked whose it is")
def schema_before_owner(context: Context) -> None:
    """What the path names is another user's."""
    order.expect_schema_before_owner(context.world, *context.world.rules)


@then("a stranger is refused as such whatever the state is")
def owner_before_state(context: Context) -> None:
    """What the stranger asks for is denied to the owner too."""
    order.expect_owner_before_state(context.world, *context.world.rules)


@then("what there is not is not found, and what is another's is denied")
def unknown_and_foreign(context: Context) -> None:
    """Jobs and job tokens."""
    order.expect_unknown_and_foreign(context.world, *context.world.rules)


@then("an admin's routes answer a plain user alike, whatever they are told")
def no_hint(context: Context) -> None:
    """What exists, what does not, and bodies that are wrong in every way."""
    order.expect_no_hint_of_existence(context.world, *context.world.rules)


@then("only credentials with which nothing else is wrong are told of the inactive user")
def order_of_401(context: Context) -> None:
    """Garbled, revoked, expired and those of another class get their own answer first."""
    order.expect_order_of_401(context.world, *context.world.rules)


@then("a new job with everything wrong is answered so, as one thing after the other is mended")
def new_job_mended(context: Context) -> None:
    """Each row mends one thing more, and tells what the cloud says then."""
    world = context.world
    order.expect_mended_in_order(order.hopeless_submission(world), context.table, *world.rules)


@then("a rerun with everything wrong is answered so, as one thing after the other is mended")
def rerun_mended(context: Context) -> None:
    """Each row mends one thing more, and tells what the cloud says then."""
    world = context.world
    order.expect_mended_in_order(order.hopeless_rerun(world), context.table, *world.rules)
