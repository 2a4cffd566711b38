"""Platforms: registered, read, changed and deleted."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.api.cloud_objects import Platform
from steps.support import platform_requests, platforms
from steps.support.cast import TYPES, the_platform, the_user
from steps.support.expectations import expect_equal
from steps.support.members import cells_of, expect_members, overlaid, pairs_of, value_of
from steps.support.wording import filled

register_type(**TYPES)


@given("a platform of its own")
def platform_of_its_own(context: Context) -> None:
    """A platform that no other scenario knows, with a worker."""
    context.world.platform = context.world.make.platform()


@given("another platform of its own")
def other_platform_of_its_own(context: Context) -> None:
    """A second platform, with a worker of its own."""
    context.world.other_platform = context.world.make.platform()


@given("a platform of its own with")
def platform_with(context: Context) -> None:
    """A platform registered with the members of the table."""
    world = context.world
    world.platform = platforms.registered_with(world, pairs_of(world, context.table))


@given("another worker of the platform")
def another_worker(context: Context) -> None:
    """A second worker that is registered on the same platform."""
    world = context.world
    world.other_worker = platforms.with_another_worker(world, the_platform(world))


@given("the platform is in status {status:w}")
@when("the admin puts the platform into status {status:w}")
def put_into_status(context: Context, status: str) -> None:
    """The admin sets the platform's status."""
    the_platform(context.world).update(context.world.cloud, {"status": status})


@when("the admin registers a platform")
def register(context: Context) -> None:
    """A platform with a new name comes."""
    world = context.world
    world.attempt(world.make.platform)
    world.platform = world.outcome.value


@when('the admin registers a platform named "{name}"')
def register_named(context: Context, name: str) -> None:
    """A platform with this very name comes, unless the name is refused."""
    context.world.attempt(context.world.make.platform, name=name)


@when("the admin registers a platform with {member:Member} set to {value:Value}")
def register_with(context: Context, member: str, value: str) -> None:
    """A platform is registered with one member as given."""
    world = context.world
    world.attempt(platforms.registered_with, world, {member: value_of(world, value)})


@when("the admin registers a platform without {member:Member}")
def register_without(context: Context, member: str) -> None:
    """A registration that lacks a member."""
    context.world.attempt(platforms.registered_without, context.world, member)


@when("another worker registers the same platform with specs {specs:Value}")
def register_again(context: Context, specs: str) -> None:
    """The name of the platform is registered again, by a worker that is new to it."""
    world = context.world
    world.other_worker = Platform(the_platform(world).name, specs=value_of(world, specs))
    world.attempt(world.make.registered, world.other_worker)


@when("the admin registers the name of the deleted platform again")
def register_deleted_name(context: Context) -> None:
    """The name of a platform that is gone is registered."""
    world = context.world
    world.other_platform = Platform(the_platform(world).name)
    world.attempt(world.make.registered, world.other_platform)


@when("the admin changes {member:Member} of the platform to {value:Value}")
def change(context: Context, member: str, value: str) -> None:
    """One member of the platform is set."""
    world = context.world
    world.attempt(the_platform(world).update, world.cloud, overlaid({}, {member: value_of(world, value)}))


@given("the admin has deleted {which:Platform}")
def has_deleted(context: Context, which: str) -> None:
    """The platform is gone."""
    the_platform(context.world, which).delete(context.world.cloud)


@when("the admin deletes {which:Platform}")
def delete(context: Context, which: str) -> None:
    """The platform goes."""
    world = context.world
    world.attempt(the_platform(world, which).delete, world.cloud)


@when('the admin reads the platform "{platform_id}"')
def read_id(context: Context, platform_id: str) -> None:
    """Whatever stands for an id is looked up as one."""
    world = context.world
    world.attempt(platforms.read_by_id, world, filled(world, platform_id))


@when("the admin lists the platforms with {parameter:w} {value:Value}")
def list_with(context: Context, parameter: str, value: str) -> None:
    """The list of platforms is asked for with a paging parameter, good or bad."""
    world = context.world
    world.attempt(Platform.list_page, world.cloud, world.admin, **{parameter: value})


@when("the admin renames the platform")
def rename(context: Context) -> None:
    """The platform gets a new name of the run; the old one is noted."""
    world = context.world
    world.noted = the_platform(world).name
    the_platform(world).update(world.cloud, {"platform_name": world.names.platform()})


@when("someone without a credential lists the platforms")
def list_anonymously(context: Context) -> None:
    """The list is asked for with no Authorization header."""
    context.world.attempt(platforms.list_anonymously, context.world)


@then("the registration shows the status {status:w}")
def registration_shows(context: Context, status: str) -> None:
    """The answer to the last registration holds the platform's current status."""
    world = context.world
    shown = the_platform(world, "other_worker").status
    expect_equal("the registration should show the status", shown, status, *world.rules)


@then("{who:User} finds no platform of the old name")
def finds_no_old_name(context: Context, who: str) -> None:
    """The name that the platform had is unknown."""
    world = context.world
    text = "Platform not found"
    platform_requests.expect_unknown_name(world, world.noted, the_user(world, who), text, *world.rules)


@then("the platform shows")
def platform_shows(context: Context) -> None:
    """Members of the platform, as it is read by its id."""
    world = context.world
    answer = the_platform(world).read(world.cloud)
    expect_members("the platform should show", answer, cells_of(world, context.table), *world.rules)


@then("the platform reads the same by its id and, for {who:User}, by its name")
def reads_the_same(context: Context, who: str) -> None:
    """All three reads agree on what they have in common; the two by name send it percent-encoded."""
    world = context.world
    platforms.expect_same_reads(world, the_platform(world), the_user(world, who), *world.rules)


@then("it is the same platform")
def same_platform(context: Context) -> None:
    """The second registration gave the first one's id."""
    world = context.world
    expect_equal(
        "the platform should keep its id",
        the_platform(world, "other_worker").platform_id,
        the_platform(world).platform_id,
        *world.rules,
    )


@then("it is a new platform")
def new_platform(context: Context) -> None:
    """The registration of the freed name made another id."""
    world = context.world
    platforms.expect_new_id(the_platform(world), the_platform(world, "other_platform"), *world.rules)


@then("the platform is in no list and no read finds it")
def gone(context: Context) -> None:
    """Neither lists nor reads by id and name know the platform any more."""
    world = context.world
    platforms.expect_gone(world, the_platform(world), the_user(world), *world.rules)


@then("{who:User} finds no platform named {name:Value}")
def finds_no_platform(context: Context, who: str, name: str) -> None:
    """Both reads by this name are refused as unknown, in whatever words."""
    world = context.world
    platform_requests.expect_unknown_name(world, name, the_user(world, who), None, *world.rules)


@then("the list of platforms is whole, page by page")
def pages_are_whole(context: Context) -> None:
    """The pages of the list, put together, are the list; the scenario's platforms are in it, in order."""
    world = context.world
    platforms.expect_whole_pages(
        world, [the_platform(world), the_platform(world, "other_platform")], *world.rules
    )


@then("anyone sees the platform among the public ones, without its workers")
def is_public(context: Context) -> None:
    """The public list holds the platform, with the eight members that anyone may see and no other."""
    world = context.world
    platforms.expect_public(world, the_platform(world), *world.rules)


@then("anyone sees that the platform is in maintenance from {start:S} to {end:S}")
def sees_maintenance(context: Context, start: str, end: str) -> None:
    """The public list shows the window of the maintenance."""
    world = context.world
    platforms.expect_maintenance(world, the_platform(world), (start, end), *world.rules)


@then("every kind of user finds the platform by id and in the list")
def every_user_reads(context: Context) -> None:
    """Login token, job token and key all read platforms, with or without a permission on them."""
    world = context.world
    platforms.expect_read_by_all(world, the_platform(world), the_user(world), *world.rules)
