"""How features name job tokens and ways, and what is expected of them."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
import responses
from requests import PreparedRequest

from steps.api.cloud_objects import JobToken
from steps.api.operations import AT_7, TK_7
from steps.support import tokens
from steps.support.cast import the_token
from steps.support.expectations import ExpectationFailed
from steps.support.world import World
from tests.steps.support.stage import a_world, answering, refusal, someone


@pytest.fixture
def world() -> World:
    world = a_world()
    world.user, world.other_user = someone(7), someone(8)
    world.token, world.other_token = world.user.job_tokens[0], world.other_user.job_tokens[0]
    return world


def test_way_says_who_shows_what() -> None:
    user = someone(7)
    assert tokens.acting(user, "delete by id", tokens.LOGIN) == (user, AT_7)
    assert tokens.acting(user, "delete by id", tokens.JOB) == (user, TK_7)
    by, operation = tokens.acting(user, "delete by id", tokens.ACCOUNT)
    assert (by.login_token.token, operation) == ("JT-7", AT_7)


def test_longer_ways_are_matched_before_shorter_ones() -> None:
    pattern = tokens.TYPES["Way"].pattern  # type: ignore[attr-defined]
    found = re.match(pattern, tokens.ACCOUNT)
    assert found is not None and found[0] == tokens.ACCOUNT


@pytest.mark.parametrize(
    ("things", "ids"),
    [
        ("the token", [70]),
        ("the token and the other token", [70, 80]),
        ("the token and the token", [70, 70]),
        ("the other token and an unknown one", [80, tokens.unknown_token().token_id]),
        ("nothing", []),
    ],
)
def test_things_name_tokens(world: World, things: str, ids: list[int]) -> None:
    assert re.fullmatch(tokens.TYPES["Tokens"].pattern, things)  # type: ignore[attr-defined]
    assert [token.token_id for token in tokens.named(world, things)] == ids


def test_owner_is_whose_token_it_is(world: World) -> None:
    assert tokens.owner_of(world, the_token(world, "other_token")) is world.other_user
    with pytest.raises(AssertionError, match="belongs to no user"):
        tokens.owner_of(world, JobToken(user_id=99))


def test_wait_for_expiry_takes_a_little_longer_than_the_duration() -> None:
    begun = time.monotonic()
    tokens.wait_for_expiry(0)
    assert 0.1 <= time.monotonic() - begun < 5


def _times(created: datetime, seconds: float) -> dict[str, str]:
    expires = created + timedelta(seconds=seconds)
    return {"created_date": created.isoformat(), "expiration_date": expires.isoformat()}


def test_times_of_now_pass(world: World) -> None:
    tokens.expect_times(world, _times(datetime.now(UTC), 60), 60, "TM-7")


@pytest.mark.parametrize(("hours", "seconds"), [(1, 60), (-1, 60), (0, 3600), (0, 57)])
def test_times_of_another_zone_or_length_fail(world: World, hours: int, seconds: float) -> None:
    answer = _times(datetime.now(UTC) + timedelta(hours=hours), seconds)
    with pytest.raises(ExpectationFailed):
        tokens.expect_times(world, answer, 60, "TM-7")


def test_gone_token_that_is_still_listed_is_found(world: World, wire: responses.RequestsMock) -> None:
    def answer(request: PreparedRequest) -> tuple[int, object]:
        path = str(request.url).partition("?")[0]
        if path.endswith("/availability"):
            return refusal(401, "Invalid or expired job token")
        return (200, [{"id": 70, "label": "first"}]) if path.endswith("tokens") else refusal(404, "Not found")

    answering(wire, answer)
    with pytest.raises(ExpectationFailed, match="it should be in no list"):
        tokens.expect_gone(world, the_token(world), "TS-5")


@pytest.mark.parametrize("location", ["form", "json"])
def test_missing_token_may_be_named_in_either_place(
    world: World, wire: responses.RequestsMock, location: str
) -> None:
    detail = {location: {"token": ["Missing data for required field."]}}
    answering(wire, lambda request: (422, {"detail": detail, "message": "Validation error"}))
    world.attempt(tokens.send_without_token, world, world.user, "revokes", tokens.LOGIN)
    tokens.expect_no_token_named(world.outcome, "TK-5.3")


def test_missing_token_must_be_named(world: World, wire: responses.RequestsMock) -> None:
    detail = {"form": {"other": ["What is this?"]}}
    answering(wire, lambda request: (422, {"detail": detail, "message": "Validation error"}))
    world.attempt(tokens.send_without_token, world, world.user, "reopens", tokens.JOB)
    with pytest.raises(ExpectationFailed):
        tokens.expect_no_token_named(world.outcome, "TK-6.3")


def test_changes_are_judged_without_the_counters(world: World, wire: responses.RequestsMock) -> None:
    answer = {"id": 70, "label": "first", "priority": 0, "count": 1, "last_used_time": None}
    answering(wire, lambda request: (200, answer))
    token = the_token(world)
    world.noted = tokens.lasting_members(answer)
    answer["count"] = 5
    tokens.expect_changed_only(world, token, (), "T12")
    answer["priority"] = 2
    with pytest.raises(ExpectationFailed):
        tokens.expect_changed_only(world, token, (), "T12")


def test_query_is_sent_as_it_is_written(world: World, wire: responses.RequestsMock) -> None:
    seen: list[str] = []

    def answer(request: PreparedRequest) -> tuple[int, object]:
        seen.append(str(request.url).partition("?")[2])
        return 200, []

    answering(wire, answer)
    tokens.list_with_query(world, someone(7), "limit=1&limit=4&colour=")
    assert seen == ["limit=1&limit=4&colour="]
