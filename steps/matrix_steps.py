"""Who may do what: each row of the permission matrix, tried by all of its callers."""

from __future__ import annotations

from behave import given, then, when
from behave.runner import Context

from steps.support.matrix import sweep
from steps.support.matrix.people import People


@given("the callers of the permission matrix")
def callers(context: Context) -> None:
    """Plain users with their tokens, one of which is about to expire; shared by the whole feature."""
    context.shared.the(People)


@when("everyone with a firm cell in row {row} tries to {what}")
def try_firm_cells(context: Context, row: str, what: str) -> None:
    """The cells that rest on a source."""
    world = context.world
    world.noted = sweep.try_row(world, context.shared, row, what, assumed=False)


@when("everyone with an assumed cell in row {row} tries to {what}")
def try_assumed_cells(context: Context, row: str, what: str) -> None:
    """The cells that the contract settles by itself."""
    world = context.world
    world.noted = sweep.try_row(world, context.shared, row, what, assumed=True)


@then("each is answered as the cell says, and no refusal has changed anything")
def row_holds(context: Context) -> None:
    """Every answer, and what an admin read before and after those who were refused."""
    sweep.expect_row_holds(context.world, context.world.noted)
