"""Tables of requests about job tokens, each row under its own rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from behave.model import Row, Table
from requests import PreparedRequest

from steps.support import token_requests, tokens
from steps.support.expectations import ExpectationFailed
from steps.support.world import World
from tests.steps.support.stage import Answer, a_world, answering, someone


@pytest.fixture
def world() -> World:
    world = a_world()
    world.user = someone(7)
    world.token = world.user.job_tokens[0]
    return world


def a_table(*rows: Mapping[str, str]) -> Table:
    headings = list(rows[0])
    return Table(headings, rows=[Row(headings, list(row.values())) for row in rows])


def invalid(location: str, field: str) -> Answer:
    return 422, {"detail": {location: {field: ["No."]}}, "message": "Validation error"}


def test_member_that_is_taken_is_told_under_the_rule_of_its_row(
    world: World, wire: responses.RequestsMock
) -> None:
    def answer(request: PreparedRequest) -> Answer:
        body = json.loads(request.body or b"{}")
        return invalid("json", "label") if body["label"] == 7 else (200, {"token": "new", "token_id": 9})

    answering(wire, answer)
    table = a_table(
        {"rule": "TK-2.9", "member": "label", "value": "7"},
        {"rule": "TK-2.7", "member": "priority", "value": "-1"},
    )
    assert world.user is not None
    with pytest.raises(ExpectationFailed) as failed:
        token_requests.expect_members_refused(world, world.user, tokens.JOB, table)
    assert failed.value.rules == ("TK-2.7",)


def test_query_that_is_taken_is_told_under_the_rule_of_its_row(
    world: World, wire: responses.RequestsMock
) -> None:
    def answer(request: PreparedRequest) -> Answer:
        query = parse_qs(urlsplit(str(request.url)).query)
        return invalid("query", "limit") if "limit" in query else (200, [])

    answering(wire, answer)
    table = a_table(
        {"rule": "TK-1.1", "parameter": "limit", "value": "many"},
        {"rule": "TK-1.4", "parameter": "include_revoked", "value": "2"},
    )
    assert world.user is not None
    with pytest.raises(ExpectationFailed) as failed:
        token_requests.expect_queries_refused(world, world.user, tokens.JOB, table)
    assert failed.value.rules == ("TK-1.4",)


def test_form_without_a_token_and_json_with_something_else_are_sent(
    world: World, wire: responses.RequestsMock
) -> None:
    sent: list[Any] = []

    def answer(request: PreparedRequest) -> Answer:
        sent.append(request.body)
        return invalid("form", "token")

    answering(wire, answer)
    table = a_table(
        {"rule": "TK-5.3", "verb": "revoke", "way": tokens.JOB, "token": "(empty form)"},
        {"rule": "TK-5", "verb": "revoke", "way": tokens.LOGIN, "token": "null"},
    )
    assert world.user is not None
    token_requests.expect_unnamed_refused(world, world.user, table)
    assert sent == [b"", b'{"token": null}']


def an_entry(world: World, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    token = world.token
    assert token is not None
    now = datetime.now(UTC)
    return {
        "id": token.token_id,
        "key": token.token,
        "label": token.label,
        "priority": 0,
        "user_id": token.user_id,
        "is_revoked": False,
        "created_date": now.isoformat(),
        "expiration_date": (now + timedelta(seconds=token.duration)).isoformat(),
        **members,
    }


def test_entry_of_a_token_as_it_was_made_passes(world: World) -> None:
    assert world.token is not None
    token_requests.expect_listed_as_made(world, [an_entry(world)], world.token, "TK-1")


@pytest.mark.parametrize(
    "members",
    [
        {"key": "another"},
        {"key": None},
        {"label": "another"},
        {"user_id": 8},
        {"is_revoked": True},
        {"priority": 1},
        {"expiration_date": "2099-01-01T00:00:00Z"},
        {"id": 71},
    ],
)
def test_entry_with_another_member_is_told(world: World, members: dict[str, Any]) -> None:
    assert world.token is not None
    with pytest.raises(ExpectationFailed) as failed:
        token_requests.expect_listed_as_made(world, [an_entry(world, **members)], world.token, "TK-1")
    assert world.token.token not in str(failed.value)


def test_each_list_is_held_to_each_row_of_filters(world: World) -> None:
    world.tokens = {"active": tokens.unknown_token(), "revoked": tokens.unknown_token()}
    world.tokens["active"].token_id, world.tokens["revoked"].token_id = 1, 2

    def ignoring(**filters: bool) -> list[dict[str, Any]]:
        return [{"id": 1}, {"id": 2}]

    table = a_table({"include_expired": "", "include_revoked": "", "listed": "active, revoked"})
    token_requests.expect_filtered(world, {"somehow": ignoring}, table, "AD-1.1")
    table = a_table({"include_expired": "", "include_revoked": "false", "listed": "active"})
    with pytest.raises(ExpectationFailed, match="somehow"):
        token_requests.expect_filtered(world, {"somehow": ignoring}, table, "AD-1.1")
