"""The usage report of a user's tokens."""

from __future__ import annotations

from behave import register_type, then, when
from behave.runner import Context

from steps.support import usage
from steps.support.cast import TYPES, the_token, the_user
from steps.support.wording import filled

register_type(**TYPES)


@when("{who:User} reads the usage report")
def read_all(context: Context, who: str) -> None:
    """The report of all tokens of the user."""
    usage.read(context.world, the_user(context.world, who))


@when("{who:User} reads the usage report for {ids:Value}")
def read_for(context: Context, who: str, ids: str) -> None:
    """The report of the tokens that the text names, in one parameter."""
    world = context.world
    usage.read(world, the_user(world, who), filled(world, ids))


@when("{who:User} asks for the usage of the token and the other token, each in a parameter of its own")
def read_repeated(context: Context, who: str) -> None:
    """The same parameter is sent twice."""
    world = context.world
    ids = [the_token(world).token_id, the_token(world, "other_token").token_id]
    usage.read(world, the_user(world, who), ids)


@when("{who:User} reads the usage report from {start} to {end}")
def read_span(context: Context, who: str, start: str, end: str) -> None:
    """The report of a span of time, told from now on in hours."""
    world = context.world
    usage.read(world, the_user(world, who), start_time=usage.moment(start), end_time=usage.moment(end))


@when("{who:User} reads the usage report with {parameter:w} {value:Value}")
def read_with(context: Context, who: str, parameter: str, value: str) -> None:
    """The report with one parameter as given."""
    world = context.world
    usage.read(world, the_user(world, who), **{parameter: value})


@then("the report says of {which:Token} that it was not used")
def not_used(context: Context, which: str) -> None:
    """No jobs and no platforms."""
    world = context.world
    usage.expect_no_use(world, the_token(world, which), *world.rules)


@then("the report says of {which:Token} that it ran {total:d} jobs in all")
def ran_in_all(context: Context, which: str, total: int) -> None:
    """The total, which the platforms add up to."""
    world = context.world
    usage.expect_total(world, the_token(world, which), total, *world.rules)


@then("the report says of {which:Token} that it ran {total:d} jobs")
def ran(context: Context, which: str, total: int) -> None:
    """The total, and what the table has for each platform."""
    world = context.world
    usage.expect_units(world, the_token(world, which), total, context.table, *world.rules)


@then("the report has entries of the token and the other token, in the order of their ids")
def both_entries(context: Context) -> None:
    """Two entries and no other."""
    world = context.world
    tokens = [the_token(world), the_token(world, "other_token")]
    usage.expect_entries(world, tokens, *world.rules)


@then("the report has an entry of the token alone")
def one_entry(context: Context) -> None:
    """One entry and no other."""
    world = context.world
    usage.expect_entries(world, [the_token(world)], *world.rules)


@then("the report is refused as a bad request or counts 0 jobs for the token")
def refused_or_none(context: Context) -> None:
    """The contract leaves open which of the two the cloud does."""
    world = context.world
    usage.expect_refused_or_none(world, the_token(world), *world.rules)
