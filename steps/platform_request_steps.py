"""Platforms in every form: registered by hand, named in every spelling, changed member by member."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.api.cloud_objects import TokenType
from steps.support import permissions, platform_requests, tokens
from steps.support.cast import TYPES, the_platform, the_token, the_user
from steps.support.members import pairs_of

register_type(**TYPES)


@given('a platform of its own with the kind "{kind}" in its name and of the type "{type_}"')
def platform_of_kind(context: Context, kind: str, type_: str) -> None:
    """A platform whose name begins with one word, while its type is another."""
    world = context.world
    world.platform = world.make.platform(name=world.names.platform(kind), type=type_)


@when("the admin registers a platform with their login token")
def register_with_login(context: Context) -> None:
    """The least that registers a platform, with the admin's login token."""
    platform_requests.register_as(context.world, TokenType.Login)


@when("the admin registers a platform with an API key")
def register_with_key(context: Context) -> None:
    """The least that registers a platform, with the admin's API key."""
    platform_requests.register_as(context.world, TokenType.API_Key)


@when("another worker registers the same platform saying only")
def register_again_with(context: Context) -> None:
    """The name is registered again by a new worker, with the members of the table and no type."""
    world = context.world
    platform_requests.register_again(world, the_platform(world), pairs_of(world, context.table))


@given("the worker is registered on another platform too")
def worker_elsewhere(context: Context) -> None:
    """The other platform has the same worker."""
    world = context.world
    world.other_platform = platform_requests.register_for_worker(world, the_platform(world))


@then("a registration is refused for each of these members")
def registrations_refused(context: Context) -> None:
    """Each row is one registration, wrong in one member; its rule is in the table."""
    platform_requests.expect_registrations_refused(context.world, context.table)


@then("a platform may be called so, or may not")
def names(context: Context) -> None:
    """Each row is one registration, and says whether its name is taken."""
    platform_requests.expect_names(context.world, context.table, *context.world.rules)


@then("the admin's job token may not run jobs on {which:Platform}")
def admins_token_may_not(context: Context, which: str) -> None:
    """With a job token, the scenario's other one, an admin needs the permission as everyone does."""
    world = context.world
    by = tokens.showing(the_token(world, "other_token"))
    permissions.expect_closed(world, by, the_platform(world, which), *world.rules)


@then("{who:User} finds the platform by its name in every spelling")
def every_spelling(context: Context, who: str) -> None:
    """Both reads by name take it plain and percent-encoded."""
    world = context.world
    platform_requests.expect_every_spelling(world, the_platform(world), the_user(world, who), *world.rules)


@then('{who:User} is told "{error}" of a platform named {name:S}')
def unknown_name(context: Context, who: str, name: str, error: str) -> None:
    """Both reads by name are refused in these words."""
    world = context.world
    platform_requests.expect_unknown_name(world, name, the_user(world, who), error, *world.rules)


@then("both reads by name show {who:User}")
def shown_by_name(context: Context, who: str) -> None:
    """Members of the platform, as the reads of a client have them."""
    world = context.world
    wanted = pairs_of(world, context.table)
    platform_requests.expect_shown_by_name(
        world, the_platform(world), the_user(world, who), wanted, *world.rules
    )


@then("the admin may put the platform into every status, and {who:User} reads it everywhere")
def every_status(context: Context, who: str) -> None:
    """One status after the other is set, and shown by every read."""
    world = context.world
    platform_requests.expect_every_status(world, the_platform(world), the_user(world, who), *world.rules)


@then("each of these changes of the platform is confirmed and changes nothing else")
def changes_shown(context: Context) -> None:
    """Each row is one change."""
    world = context.world
    platform_requests.expect_changes_shown(world, the_platform(world), context.table, *world.rules)


@then("each of these changes of the platform is refused and changes nothing")
def changes_refused(context: Context) -> None:
    """Each row is one change; its rule is in the table."""
    world = context.world
    platform_requests.expect_changes_refused(world, the_platform(world), context.table)


@then("anyone sees that the platform is in no maintenance")
def no_maintenance(context: Context) -> None:
    """The public list shows none."""
    world = context.world
    platform_requests.expect_no_maintenance(world, the_platform(world), *world.rules)


@then("the admin reads, changes and deletes no platform under an unknown id or a name")
def unknown_ids(context: Context) -> None:
    """Each operation is stated under its own rule."""
    world = context.world
    platform_requests.expect_unknown_ids(world, the_platform(world))
