"""The usage report of a user's tokens."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.support import tokens, usage
from steps.support.cast import TYPES, the_job, the_token, the_user
from steps.support.wording import filled

register_type(**TYPES)


@given("the user has another job token that lives {seconds:d} s")
def short_token(context: Context, seconds: int) -> None:
    """A second job token of the user, which expires soon; where they show a job token, it is this one."""
    world = context.world
    world.other_token = tokens.give(world, the_user(world), duration=seconds)


@given("{seconds:d} s has passed")
@when("{seconds:d} s has passed")
def time_passes(context: Context, seconds: int) -> None:
    """What runs has run for so long."""
    tokens.wait_for_expiry(seconds)


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


@when("{who:User} reads the usage report since the start of the job")
def read_since_start(context: Context, who: str) -> None:
    """The report of a span that begins with the moment at which the job's data say that it started."""
    world = context.world
    started = usage.start_of(world, the_job(world), the_user(world, who))
    usage.read(world, the_user(world, who), start_time=started)


@when("{who:User} reads the usage report until the start of the job")
def read_until_start(context: Context, who: str) -> None:
    """The report of a span that ends with that moment."""
    world = context.world
    started = usage.start_of(world, the_job(world), the_user(world, who))
    usage.read(world, the_user(world, who), end_time=started)


@when("{who:User} asks for the usage of no token in particular, in an empty parameter")
def read_for_nothing(context: Context, who: str) -> None:
    """The parameter is there, and empty."""
    usage.read(context.world, the_user(context.world, who), "")


@when("{who:User} asks for the usage with a type that there is not")
def read_with_type(context: Context, who: str) -> None:
    """A parameter that the report does not have."""
    usage.read_with_type(context.world, the_user(context.world, who))


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


@then("the report has an entry of {which:Token} alone")
def one_entry(context: Context, which: str) -> None:
    """One entry and no other."""
    world = context.world
    usage.expect_entries(world, [the_token(world, which)], *world.rules)


@then("the report gives {which:Token} the time that both jobs took, which is not nothing")
def took_time(context: Context, which: str) -> None:
    """The only platform's duration is the sum of those in the status of the scenario's two jobs."""
    world = context.world
    both = [the_job(world), the_job(world, "other_job")]
    usage.expect_durations(world, the_token(world, which), both, *world.rules)


@then("the report is refused as a bad request or counts 0 jobs for the token")
def refused_or_none(context: Context) -> None:
    """The contract leaves open which of the two the cloud does."""
    world = context.world
    usage.expect_refused_or_none(world, the_token(world), *world.rules)
