"""Looking on: reading what is there already, and making and changing nothing."""

from __future__ import annotations

from behave import given, register_type, then
from behave.runner import Context

from steps.support import looking_on

register_type(**looking_on.TYPES)


@given("somebody whom the cloud does not know")
def unknown_user(context: Context) -> None:
    """A user with an e-mail and a password, of whom the cloud has never heard."""
    context.world.user = context.world.make.draft()


@then('{routes:ReadingRoutes} refuses who shows nothing with {status:d} "{error}"')
def nothing_refused(context: Context, routes: str, status: int, error: str) -> None:
    """No Authorization header at all, and nothing but GETs."""
    looking_on.expect_nothing_refused(context.world, routes, status, error, *context.world.rules)


@then('{routes:ReadingRoutes} refuses a credential that nobody has with {status:d} "{error}"')
def unknown_refused(context: Context, routes: str, status: int, error: str) -> None:
    """A token that was never made."""
    looking_on.expect_unknown_refused(context.world, routes, status, error, *context.world.rules)


@then("{routes:ReadingRoutes} refuses the admin's login token")
def admin_refused(context: Context, routes: str) -> None:
    """A credential that is valid elsewhere."""
    looking_on.expect_admin_refused(context.world, routes, *context.world.rules)


@then('nothing is read at an unknown route, with {status:d} "{error}"')
def unknown_paths(context: Context, status: int, error: str) -> None:
    """Paths that no operation has, asked for with GET."""
    looking_on.expect_unknown_paths(context.world, status, error, *context.world.rules)


@then("every list of the admin has at most {limit:d} entries where so many are asked for")
def short_lists(context: Context, limit: int) -> None:
    """Users, job tokens, jobs, API keys and platforms, whatever there is of them."""
    looking_on.expect_short_lists(context.world, limit, *context.world.rules)


@then("the list of users holds the admin once")
def admin_listed(context: Context) -> None:
    """Page after page is read."""
    looking_on.expect_listed(context.world, context.world.admin, *context.world.rules)


@then("the admin finds the platform of the run in the list, by id and by name")
def one_platform(context: Context) -> None:
    """Id, name, type and status are the same everywhere."""
    looking_on.expect_one_platform(context.world, *context.world.rules)


@then('no platform is found by the name "{name}"')
def no_platform(context: Context, name: str) -> None:
    """By neither of the two ways of the client."""
    looking_on.expect_no_platform_named(context.world, name, *context.world.rules)
