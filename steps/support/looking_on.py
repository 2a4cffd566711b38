"""Reading what is there already, by someone who makes and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, TokenType, User
from steps.api.cloud_objects.cloud_base import all_pages
from steps.api.operations import PL_1, PL_2, Operation
from steps.api.personas import ANONYMOUS, bearer
from steps.api.utils import Api
from steps.support.attempt import Outcome, attempt
from steps.support.credentials import ACCOUNT_SURFACE, JOB_TOKEN_ROUTES, expect_all_refused
from steps.support.expectations import (
    ExpectationFailed,
    expect_equal,
    expect_refusal,
    expect_success,
    expect_true,
)
from steps.support.platforms import read_by_id
from steps.support.tokens import words

if TYPE_CHECKING:
    from steps.support.world import World

# What each set of routes is called in a feature.
ROUTES: Mapping[str, tuple[Operation, ...]] = {
    "every route that reads with a job token": tuple(op for op in JOB_TOKEN_ROUTES if op.method == "GET"),
    "every route that reads with a login": tuple(op for op in ACCOUNT_SURFACE if op.method == "GET"),
}

# The type of behave's step patterns.
TYPES = {"ReadingRoutes": words(ROUTES)}

UNKNOWN_PATHS = ("/api/nope", "/nope", "/api/nope/nope", "/admin/nope", "/api/tokens/1/usage", "/api/auth")
_LISTS: Mapping[str, Callable[..., list[dict[str, Any]]]] = {
    "users": User.list_page,
    "job tokens": JobToken.list_page,
    "jobs": Job.list_page,
    "API keys": ApiKey.list_page,
    "platforms": Platform.list_page,
}
_COMMON = ("id", "name", "type", "status")


def expect_nothing_refused(world: World, routes: str, status: int, error: str, *rules: str) -> None:
    """State that these routes refuse who shows nothing, with this text."""
    expect_all_refused(world.cloud, ROUTES[routes], [ANONYMOUS], (status,), error, *rules)


def expect_unknown_refused(world: World, routes: str, status: int, error: str, *rules: str) -> None:
    """State that these routes refuse a credential that nobody has, with this text."""
    nobody = bearer("nobody", "this-token-was-never-made")
    expect_all_refused(world.cloud, ROUTES[routes], [nobody], (status,), error, *rules)


def expect_admin_refused(world: World, routes: str, *rules: str) -> None:
    """State that these routes refuse the admin's login token; 401 and 403 are both right."""
    admin = bearer("the admin", world.admin.get_token(TokenType.Login))
    expect_all_refused(world.cloud, ROUTES[routes], [admin], (401, 403), None, *rules)


def expect_unknown_paths(world: World, status: int, error: str, *rules: str) -> None:
    """State that nothing is read at paths that no operation has."""
    routes = [Operation("EN-8", "GET", path) for path in UNKNOWN_PATHS]
    expect_all_refused(world.cloud, routes, [ANONYMOUS], (status,), error, *rules)


def expect_short_lists(world: World, limit: int, *rules: str) -> None:
    """State that each list of an admin is one of `limit` entries at the most."""
    for name, read in _LISTS.items():
        entries = expect_success(attempt(read, world.cloud, world.admin, limit=limit), *rules)
        expect_true(f"the list of {name} should keep to its limit", len(entries) <= limit, entries, *rules)


def expect_one_platform(world: World, *rules: str) -> None:
    """State that the platform of the run is the same in the list, by its id, and by its name in both ways."""
    listed = _listed_platform(world, *rules)
    answers = {
        "by id": attempt(read_by_id, world, listed["id"]),
        "by name": read_named(world, PL_2, listed["name"]),
        "as a processor": read_named(world, PL_1, listed["name"]),
    }
    for how, outcome in answers.items():
        answer = expect_success(outcome, *rules)
        for member in _COMMON:
            expect_equal(f"{member}, read {how}", answer.get(member), listed.get(member), *rules)


def expect_no_platform_named(world: World, name: str, *rules: str) -> None:
    """State that no platform is found by this name, in both ways."""
    for operation in (PL_1, PL_2):
        expect_refusal(read_named(world, operation, name), 404, None, *rules)


def expect_listed(world: World, user: User, *rules: str) -> None:
    """State that the list of users holds this one, once."""
    ids = [entry["user_id"] for entry in _whole(world, User.list_page, *rules)]
    expect_equal("how often the list should hold the user", ids.count(user.user_id), 1, *rules)


def read_named(world: World, operation: Operation, name: str) -> Outcome:
    """Read a platform by its name, in either way, with the admin's login token."""
    token = world.admin.get_token(TokenType.Login)
    return attempt(Api(world.cloud).call_for_object, operation, token=token, path={"name": name})


def _listed_platform(world: World, *rules: str) -> dict[str, Any]:
    name = world.run.platform
    for entry in _whole(world, Platform.list_page, *rules):
        if entry["name"] == name:
            return entry
    raise ExpectationFailed("the list should hold the platform of the run", name, "it does not", rules)


def _whole(world: World, read: Callable[..., Any], *rules: str) -> list[dict[str, Any]]:
    pages = all_pages(
        lambda limit, offset: expect_success(
            attempt(read, world.cloud, world.admin, limit=limit, offset=offset), *rules
        )
    )
    return list(pages)
