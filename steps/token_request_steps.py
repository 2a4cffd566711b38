"""Job tokens in every way there is: tables of what is refused, and what each way confirms and shows."""

from __future__ import annotations

from behave import given, register_type, then
from behave.runner import Context

from steps.support import token_requests, tokens
from steps.support.cast import TYPES, the_token, the_user
from steps.support.expectations import expect_success

register_type(**TYPES)
register_type(**tokens.TYPES)


@given("the user has an API key")
def users_key(context: Context) -> None:
    """The admin has made an API key for the user."""
    world = context.world
    world.key = world.make.api_key(user_id=the_user(world).user_id)


@then("a new job token made {way:Way} is refused for each of these members")
def members_refused(context: Context, way: str) -> None:
    """Each row is one request, wrong in one member; its rule is in the table."""
    world = context.world
    token_requests.expect_members_refused(world, the_user(world), way, context.table)


@then("the token is refused each of these changes")
def changes_refused(context: Context) -> None:
    """Each row is one request, wrong in one member; its rule is in the table."""
    world = context.world
    token_requests.expect_changes_refused(world, the_user(world), the_token(world), context.table)


@then("the user's list {way:Way} is refused for each of these parameters")
def queries_refused(context: Context, way: str) -> None:
    """Each row is one request, wrong in one parameter; its rule is in the table."""
    world = context.world
    token_requests.expect_queries_refused(world, the_user(world), way, context.table)


@then("each of these is refused because it names no token")
def unnamed_refused(context: Context) -> None:
    """Each row is one request without a token, or with something else in its place."""
    world = context.world
    token_requests.expect_unnamed_refused(world, the_user(world), context.table)


@then("each way to change, revoke, reopen and delete a job token of the user is confirmed")
def all_confirmed(context: Context) -> None:
    """Each operation answers `ok`, which is stated under the operation's own rule."""
    token_requests.expect_all_confirmed(context.world, the_user(context.world))


@then("the list describes {which:Token} as it was made")
def listed_as_made(context: Context, which: str) -> None:
    """The entry has key, label, owner, priority and times of the token."""
    world = context.world
    entries = expect_success(world.outcome, *world.rules)
    token_requests.expect_listed_as_made(world, entries, the_token(world, which), *world.rules)


@then("the admin's list of all job tokens holds the token and the other token, each with its user")
def all_tokens(context: Context) -> None:
    """No filter is given."""
    world = context.world
    both = (the_token(world), the_token(world, "other_token"))
    token_requests.expect_all_tokens(world, both, *world.rules)


@then("the admin's list of the user's job tokens holds, by its filters")
def admin_filtered(context: Context) -> None:
    """Each row's filters leave the named tokens."""
    world = context.world
    admins = token_requests.admins_list(world, the_user(world))
    token_requests.expect_filtered(world, admins, context.table, *world.rules)


@then("the admin's pages of {limit:d} of the user's job tokens make up the whole list")
def admin_pages(context: Context, limit: int) -> None:
    """Page after page gives every token once, and each page is full but the last."""
    world = context.world
    token_requests.expect_admin_pages(world, the_user(world), limit, *world.rules)
