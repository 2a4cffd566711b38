"""What comes of an attempt: sentences that every capability shares."""

from __future__ import annotations

from behave import then
from behave.runner import Context

from steps.support.expectations import (
    expect_accepted_or_refused,
    expect_confirmed,
    expect_invalid_field,
    expect_refusal,
    expect_success,
)
from steps.support.wording import filled


@then("the cloud accepts it")
def accepted(context: Context) -> None:
    """The attempt of the When succeeded."""
    expect_success(context.world.outcome, *context.world.rules)


@then("the cloud confirms it")
def confirmed(context: Context) -> None:
    """The attempt of the When succeeded, and the answer says `ok`."""
    expect_confirmed(context.world.outcome, *context.world.rules)


@then('the cloud refuses it with {status:d} "{error}"')
def refused_with_text(context: Context, status: int, error: str) -> None:
    """The attempt was refused with exactly this text; `{platform_name}` and the like are filled in."""
    world = context.world
    expect_refusal(world.outcome, status, filled(world, error), *world.rules)


@then("the cloud refuses it with {status:d}")
def refused_with_status(context: Context, status: int) -> None:
    """The attempt was refused; the contract leaves the text open."""
    expect_refusal(context.world.outcome, status, None, *context.world.rules)


@then("the cloud refuses it with {status:d} or {other_status:d}")
def refused_with_either(context: Context, status: int, other_status: int) -> None:
    """The attempt was refused with one of two statuses, between which the contract leaves the choice."""
    expect_refusal(context.world.outcome, (status, other_status), None, *context.world.rules)


@then("the cloud accepts it or refuses it with {status:d}")
def accepted_or_refused(context: Context, status: int) -> None:
    """The contract leaves open which of the two the cloud does."""
    expect_accepted_or_refused(context.world.outcome, status, *context.world.rules)


@then('the cloud refuses it because "{field}" in its {location:w} is missing')
def refused_for_missing_field(context: Context, field: str, location: str) -> None:
    """Validation failed, with the literal message for a member that is missing."""
    missing = "Missing data for required field."
    expect_invalid_field(context.world.outcome, location, field, missing, *context.world.rules)


@then('the cloud refuses it because "{field}" in its {location:w} is invalid')
def refused_for_invalid_field(context: Context, field: str, location: str) -> None:
    """Validation failed at this member, whatever the message."""
    expect_invalid_field(context.world.outcome, location, field, None, *context.world.rules)
