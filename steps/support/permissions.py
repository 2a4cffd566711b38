"""Users who may, or may not, run jobs on a platform."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, Platform, User
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.operations import PP_1, PP_2
from steps.api.utils import Api
from steps.support.attempt import attempt
from steps.support.cast import the_platform, the_user
from steps.support.expectations import (
    expect_equal,
    expect_every,
    expect_invalid_field,
    expect_refusal,
    expect_success,
)
from steps.support.members import value_of

if TYPE_CHECKING:
    from behave.model import Row, Table

    from steps.support.world import World


def user_with_token(world: World, **attributes: Any) -> User:  # noqa: ANN401 - the attributes of a User
    """A user with a job token. What the creation does not know, such as credits, the admin sets later."""
    known = set(User().keys())
    later = {name: attributes[name] for name in attributes if name not in known}
    user = world.make.user(**{name: attributes[name] for name in attributes if name in known})
    if later:
        user.update(world.cloud, world.admin, later)
    world.make.job_token(user)
    return user


def permitted_user(world: World, platform: Platform, **attributes: Any) -> User:  # noqa: ANN401 - as above
    """A user with a job token and permission on the platform."""
    user = user_with_token(world, **attributes)
    world.make.permission(user, platform)
    return user


def user_of_the_run(world: World) -> User:
    """Someone who may use the run's platform: a new user, or the holder of the settings' job token."""
    holder = world.make.token_holder()
    if not world.run.job_token:
        platform = Platform(world.run.platform)
        platform.platform_id = platform.read_by_name(world.cloud, holder)["id"]
        world.make.permission(holder, platform)
    return holder


def enter(world: World, user: User) -> None:
    """Make this the scenario's user, and the last token the scenario's token."""
    world.user, world.token = user, user.job_tokens[-1]


def enter_other(world: World, user: User) -> None:
    """Make this the scenario's other user, and the last token the other token."""
    world.other_user, world.other_token = user, user.job_tokens[-1]


def by_name_and_by_id(platform: Platform) -> tuple[Mapping[str, Any], ...]:
    """The two ways in which a job names its platform, as members of the request."""
    return ({}, {"platform_name": None, "platform_id": platform.platform_id})


def expect_open(world: World, user: User, platform: Platform, *rules: str) -> None:
    """State that the user's jobs on the platform are accepted, by name and by id."""
    for members in by_name_and_by_id(platform):
        expect_success(attempt(world.make.job, user, platform.name, members), *rules)


def expect_closed(world: World, user: User, platform: Platform, *rules: str) -> None:
    """State that the user's jobs on the platform are refused for lack of permission, by name and by id."""
    for members in by_name_and_by_id(platform):
        outcome = attempt(world.make.job, user, platform.name, members)
        expect_refusal(outcome, 403, f"No permission to use platform {platform.name}", *rules)


def expect_fetched(world: World, platform: Platform, job: Job, *rules: str) -> None:
    """State that the platform's worker gets this job when it asks for the next one."""
    fetched: Job = expect_success(attempt(world.make.fetched, platform), *rules)
    expect_equal("the worker should get this job", fetched.job_id, job.job_id, *rules)


def sent_with(world: World, verb: str, members: Mapping[str, Any]) -> None:
    """Give or take a permission, with members that are not those of the scenario's user and platform."""
    body = {"user_id": the_user(world).user_id, "platform_id": the_platform(world).platform_id}
    _send(world, verb, {**body, **members})


def sent_without(world: World, verb: str, member: str) -> None:
    """Give or take a permission with a member missing."""
    body = {"user_id": the_user(world).user_id, "platform_id": the_platform(world).platform_id}
    _send(world, verb, {name: body[name] for name in body if name != member})


def expect_members_refused(world: World, table: Table) -> None:
    """State for each row (`rule`, `verb`, `member`, `value`) that the request is refused for its member.

    `(absent)` leaves the member out.
    """
    expect_every(partial(_expect_member_refused, world, row) for row in table)


def _expect_member_refused(world: World, row: Row) -> None:
    member = row["member"]
    if row["value"] == "(absent)":
        outcome = attempt(sent_without, world, row["verb"], member)
    else:
        outcome = attempt(sent_with, world, row["verb"], {member: value_of(world, row["value"])})
    expect_invalid_field(outcome, "json", member, None, row["rule"])


def _send(world: World, verb: str, body: Mapping[str, Any]) -> None:
    operation = {"gives": PP_1, "takes": PP_2}[verb]
    Api(world.cloud).call(operation, token=token_for(world.admin, operation), body=body)
