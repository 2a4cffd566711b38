"""Permissions: who may run jobs on which platform."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.support import permissions
from steps.support.cast import TYPES, the_job, the_platform, the_user
from steps.support.members import pairs_of, value_of
from steps.support.platforms import registered_with

register_type(**TYPES)


@given("a user with permission on a platform of its own")
def user_on_platform(context: Context) -> None:
    """A platform that no other scenario knows, and a user with a job token who may run jobs on it."""
    world = context.world
    world.platform = world.make.platform()
    permissions.enter(world, permissions.permitted_user(world, world.platform))


@given("a user with permission on a platform of its own with")
def user_on_platform_with(context: Context) -> None:
    """The same, on a platform that is registered with the members of the table."""
    world = context.world
    world.platform = registered_with(world, pairs_of(world, context.table))
    permissions.enter(world, permissions.permitted_user(world, world.platform))


@given("a user with {member:Member} {value:Value} and permission on a platform of its own")
def user_with(context: Context, member: str, value: str) -> None:
    """A user with one attribute that only an admin sets, such as credits, and a platform for them."""
    world = context.world
    world.platform = world.make.platform()
    attributes = {member: value_of(world, value)}
    permissions.enter(world, permissions.permitted_user(world, world.platform, **attributes))


@given("another user with permission on the platform")
def other_user_on_platform(context: Context) -> None:
    """A second user who may run jobs on the same platform."""
    world = context.world
    permissions.enter_other(world, permissions.permitted_user(world, the_platform(world)))


@given("a user without permission on a platform of its own")
def user_without_permission(context: Context) -> None:
    """A user with a job token, and a platform on which they may not run jobs."""
    world = context.world
    world.platform = world.make.platform()
    permissions.enter(world, permissions.user_with_token(world))


@given("a user who was made with permission on a platform of its own")
def user_made_with_permission(context: Context) -> None:
    """The platform is among the user's `platform_ids` from the beginning."""
    world = context.world
    world.platform = world.make.platform()
    platform_ids = [world.platform.platform_id]
    permissions.enter(world, permissions.user_with_token(world, platform_ids=platform_ids))


@given("{who:User} may use {which:Platform}")
def may_use(context: Context, who: str, which: str) -> None:
    """The admin has permitted it."""
    world = context.world
    world.make.permission(the_user(world, who), the_platform(world, which))


@when("the admin permits {who:User} to use {which:Platform}")
def permit(context: Context, who: str, which: str) -> None:
    """The admin gives the permission."""
    world = context.world
    world.attempt(world.make.permission, the_user(world, who), the_platform(world, which))


@when("the admin permits {who:User} to use {which:Platform} again")
def permit_again(context: Context, who: str, which: str) -> None:
    """The admin gives a permission that was given before."""
    world = context.world
    world.attempt(the_platform(world, which).assign_user, world.cloud, the_user(world, who))


@given("the admin has taken the permission of {who:User} on {which:Platform}")
def has_taken(context: Context, who: str, which: str) -> None:
    """The permission is taken."""
    world = context.world
    the_platform(world, which).remove_user(world.cloud, the_user(world, who))


@when("the admin takes the permission of {who:User} on {which:Platform}")
def take(context: Context, who: str, which: str) -> None:
    """The admin takes the permission, whether or not it was given."""
    world = context.world
    world.attempt(the_platform(world, which).remove_user, world.cloud, the_user(world, who))


@when("the admin {verb:GivesOrTakes} a permission with {member:w} {value:Value}")
def permission_with(context: Context, verb: str, member: str, value: str) -> None:
    """A permission is asked for with one member that is wrong."""
    world = context.world
    world.attempt(permissions.sent_with, world, verb, {member: value_of(world, value)})


@when("the admin {verb:GivesOrTakes} a permission without {member:w}")
def permission_without(context: Context, verb: str, member: str) -> None:
    """A permission is asked for with one member missing."""
    context.world.attempt(permissions.sent_without, context.world, verb, member)


@then("a permission is neither given nor taken with these members")
def members_refused(context: Context) -> None:
    """Each row is one request, wrong in one member; its rule is in the table."""
    permissions.expect_members_refused(context.world, context.table)


@then("{who:User} may run jobs on {which:Platform}")
def may_run(context: Context, who: str, which: str) -> None:
    """A job of the user on the platform is accepted, whether it is named or given by its id."""
    world = context.world
    permissions.expect_open(world, the_user(world, who), the_platform(world, which), *world.rules)


@then("{who:User} may not run jobs on {which:Platform}")
def may_not_run(context: Context, who: str, which: str) -> None:
    """A job of the user on the platform is refused for the permission, by name and by id."""
    world = context.world
    permissions.expect_closed(world, the_user(world, who), the_platform(world, which), *world.rules)


@then("the worker can fetch {which:Job}")
def worker_can_fetch(context: Context, which: str) -> None:
    """The job is the next that the worker of the platform gets."""
    world = context.world
    permissions.expect_fetched(world, the_platform(world), the_job(world, which), *world.rules)
