"""Lists, page by page."""

from __future__ import annotations

from behave import given, then
from behave.runner import Context

from steps.support import pages
from steps.support.cast import the_user


@given("a user with more job tokens than a page holds")
def more_than_a_page(context: Context) -> None:
    """A thousand and one, and the one that the user shows."""
    world = context.world
    world.user = world.make.user()
    world.make.job_token(world.user)
    pages.give_more_than_a_page(world, world.user)


@then("the lists of job tokens keep to their limit")
def limits_kept(context: Context) -> None:
    """From 1 to 10000."""
    pages.expect_limits_kept(context.world, pages.PUBLISHED, "PG-1")


@then("every other list keeps to its limit")
def other_limits_kept(context: Context) -> None:
    """From 1 to 10000."""
    pages.expect_limits_kept(context.world, pages.OTHERS, *context.world.rules)


@then("a page of them has a thousand entries unless it is said")
def thousand_by_default(context: Context) -> None:
    """Where the limit is null too."""
    pages.expect_thousand_by_default(context.world, "PG-1")


@then("the lists of job tokens begin at the offset, and at the first entry unless it is said")
def offsets_kept(context: Context) -> None:
    """Where the offset is null too."""
    pages.expect_offset_from_zero(context.world, pages.PUBLISHED, "PG-2")


@then("the lists of job tokens refuse every limit that cannot be")
def limits_refused(context: Context) -> None:
    """0, 10001, and what is no integer."""
    pages.expect_impossible_refused(context.world, pages.PUBLISHED, ["limit"], "PG-4")


@then("every list refuses every offset that cannot be")
def offsets_refused(context: Context) -> None:
    """Below zero, and what is no integer."""
    everywhere = (*pages.PUBLISHED, *pages.OTHERS)
    pages.expect_impossible_refused(context.world, everywhere, ["offset"], "PG-5")


@then("every other list refuses every limit that cannot be")
def other_limits_refused(context: Context) -> None:
    """0, 10001, and what is no integer."""
    pages.expect_impossible_refused(context.world, pages.OTHERS, ["limit"], *context.world.rules)


@then("at and past the end of every list there is nothing")
def nothing_past_the_end(context: Context) -> None:
    """An empty array."""
    pages.expect_nothing_past_the_end(context.world, (*pages.PUBLISHED, *pages.OTHERS), "PG-6")


@then("the admin's page of {limit:d} of the user's job tokens that are not revoked is full")
def filtered_before_cut(context: Context, limit: int) -> None:
    """Filters come before paging."""
    world = context.world
    pages.expect_filtered_before_cut(world, the_user(world), limit, "PG-9")


@given("users, job tokens, keys, platforms and jobs that were made against the alphabet")
def against_the_alphabet(context: Context) -> None:
    """The later one of each kind comes before in the alphabet; `noted` are their ids."""
    pages.make_against_the_alphabet(context.world)


@then("every list shows them in the order of their making")
def order_of_making(context: Context) -> None:
    """Whatever they are called, and whatever ids were drawn for them."""
    pages.expect_order_of_making(context.world, *context.world.rules)


@then("the admin's page of {limit:d} of the user's jobs is full")
def jobs_filtered_before_cut(context: Context, limit: int) -> None:
    """Filters come before paging."""
    world = context.world
    pages.expect_jobs_filtered_before_cut(world, the_user(world), limit, *world.rules)
