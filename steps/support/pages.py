"""What every list that is read in pages has in common: `limit` and `offset`, and what they may not be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import User
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.operations import (
    AD_1,
    AK_2_LIST,
    AT_1,
    AT_2,
    JA_1,
    PF_5,
    TK_1,
    US_5,
    Operation,
)
from steps.api.utils import Api
from steps.support.attempt import attempt
from steps.support.cast import the_user
from steps.support.expectations import expect_equal, expect_invalid_field, expect_success, expect_true

if TYPE_CHECKING:
    from steps.support.world import World

# Who reads each list: the user their own tokens, the admin everything else.
PUBLISHED = (TK_1, AT_1)
OTHERS = (AD_1, US_5, PF_5, JA_1, AK_2_LIST)

IMPOSSIBLE: Mapping[str, tuple[str, ...]] = {
    "limit": ("0", "-1", "10001", "many", "1.5", "[1]"),
    "offset": ("-1", "-9223372036854775808", "many", "1.5"),
}
LARGEST = 10_000
DEFAULT = 1000
# No list is as long as this.
FAR = 2**62


def page(world: World, operation: Operation, query: Mapping[str, object]) -> list[dict[str, Any]]:
    """One page of a list, read by who may. Raises CloudRefusal."""
    reader = the_user(world) if operation in PUBLISHED else world.admin
    return Api(world.cloud).call_for_list(operation, token=token_for(reader, operation), query=query)


def expect_impossible_refused(
    world: World, operations: Iterable[Operation], names: Iterable[str], *rules: str
) -> None:
    """State that each list refuses each impossible value of these parameters because of it."""
    for operation in operations:
        for name in names:
            for value in IMPOSSIBLE[name]:
                outcome = attempt(page, world, operation, {name: value})
                expect_invalid_field(outcome, "query", name, None, *rules)


def expect_limits_kept(world: World, operations: Iterable[Operation], *rules: str) -> None:
    """State that a limit of one gives one entry, and the largest limit is taken."""
    for operation in operations:
        one = expect_success(attempt(page, world, operation, {"limit": 1}), *rules)
        expect_equal(f"{operation} should give one entry", len(one), 1, *rules)
        many = expect_success(attempt(page, world, operation, {"limit": LARGEST}), *rules)
        expect_true(f"{operation} should give more than one", len(many) > 1, len(many), *rules)


def expect_offset_from_zero(world: World, operations: Iterable[Operation], *rules: str) -> None:
    """State that an offset of 0, null and none give the same list, and an offset of 1 the rest of it."""
    for operation in operations:
        whole = [entry["id"] for entry in page(world, operation, {})]
        for offset in (0, "null", ""):
            read = expect_success(attempt(page, world, operation, {"offset": offset}), *rules)
            expect_equal(f"{operation} should begin", [entry["id"] for entry in read], whole, *rules)
        rest = expect_success(attempt(page, world, operation, {"offset": 1}), *rules)
        expect_equal(f"{operation} should leave one out", [entry["id"] for entry in rest], whole[1:], *rules)


def expect_nothing_past_the_end(world: World, operations: Iterable[Operation], *rules: str) -> None:
    """State that there is nothing at and past the end of a list."""
    for operation in operations:
        for offset in (FAR, 2**31, LARGEST * 10):
            read = expect_success(attempt(page, world, operation, {"offset": offset}), *rules)
            expect_equal(f"{operation} should have ended before {offset}", read, [], *rules)
    for operation in PUBLISHED:
        end = len(page(world, operation, {}))
        read = expect_success(attempt(page, world, operation, {"offset": end}), *rules)
        expect_equal(f"{operation} should have ended at {end}", read, [], *rules)


def expect_filtered_before_cut(world: World, user: User, limit: int, *rules: str) -> None:
    """State that the admin's list of the user's tokens that are not revoked gives full pages."""
    query = {"user_id": user.user_id, "include_revoked": False, "limit": limit}
    read = expect_success(attempt(page, world, AD_1, query), *rules)
    expect_equal("the page should be full", [entry["is_revoked"] for entry in read], [False] * limit, *rules)


def give_more_than_a_page(world: World, user: User) -> None:
    """Make one job token more than a page holds, several at a time; they go when the user goes."""
    api = Api(world.cloud)
    request = api.request(AT_2, token=token_for(user, AT_2), body={"label": None})
    with ThreadPoolExecutor(16) as hands:
        made = list(hands.map(api.send, [request] * (DEFAULT + 1)))
    assert all(exchange.status == 200 for exchange in made), "Not all of many job tokens were made."


def expect_thousand_by_default(world: World, *rules: str) -> None:
    """State that without a limit a page has a thousand entries, and that there are more."""
    for operation in PUBLISHED:
        for query in ({}, {"limit": "null"}):
            size = len(expect_success(attempt(page, world, operation, query), *rules))
            expect_equal(f"{operation} {query} should give a thousand", size, DEFAULT, *rules)
        rest = expect_success(attempt(page, world, operation, {"limit": LARGEST, "offset": DEFAULT}), *rules)
        expect_true(f"{operation} should have more", rest, "nothing more", *rules)


def make_against_the_alphabet(world: World) -> None:
    """Make users, tokens, keys, platforms and jobs, of each kind four, the later one before in the alphabet.

    Four, since things that are ordered by drawn ids are in the order of making now and then.
    """
    user = world.user = world.make.user()
    platform = world.platform = world.make.platform()
    world.make.permission(user, platform)
    made_ids: dict[str, list[object]] = {}
    for letter in "zyxa":
        name = f"{letter}{world.names.label()}"
        made = (
            (
                "user",
                world.make.user(email=world.names.email(f"{letter}@example.com"), first_name=name).user_id,
            ),
            ("token", world.make.job_token(user, label=name).token_id),
            ("key", world.make.api_key(label=name).api_key_id),
            ("platform", world.make.platform(name=f"sim:{name}").platform_id),
            ("job", world.make.job(user, platform.name, {"job_name": name}).job_id),
        )
        for kind, made_id in made:
            made_ids.setdefault(kind, []).append(made_id)
    world.noted = made_ids


def expect_order_of_making(world: World, *rules: str) -> None:
    """State that every list shows what the scenario has made in the order in which it was made."""
    for operation, kind, member in (
        (TK_1, "token", "id"),
        (AT_1, "token", "id"),
        (AD_1, "token", "id"),
        (US_5, "user", "user_id"),
        (AK_2_LIST, "key", "api_key_id"),
        (PF_5, "platform", "id"),
        (JA_1, "job", "job_id"),
    ):
        wanted = world.noted[kind]
        listed = [entry[member] for entry in page(world, operation, {"limit": LARGEST})]
        found = [each for each in listed if each in wanted]
        expect_equal(f"{operation} should go in the order of making", found, wanted, *rules)


def expect_jobs_filtered_before_cut(world: World, user: User, limit: int, *rules: str) -> None:
    """State that the admin's list of the user's jobs gives full pages, whoever has older jobs."""
    read = expect_success(attempt(page, world, JA_1, {"user_id": user.user_id, "limit": limit}), *rules)
    owners = [entry["user_id"] for entry in read]
    expect_equal("the page should be full", owners, [user.user_id] * limit, *rules)
