"""What all routes have in common: each expectation finds the one route that differs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import responses
from requests import PreparedRequest

from steps.api.operations import ALL
from steps.support import published, service
from steps.support.expectations import ExpectationFailed
from steps.support.world import World
from tests.steps.support.stage import BASE, a_world, answering, refusal, someone

Expectation = Callable[[World], None]
SWEEPS: dict[str, Expectation] = {
    "unknown routes": lambda world: service.expect_unknown_routes(world, 404, "No", "EN-8"),
    "wrong methods": lambda world: service.expect_wrong_methods(world, 404, "No", "EN-9"),
    "slashes": lambda world: service.expect_no_slash_too_many(world, 404, "No", "TR-12"),
    "no integers": lambda world: service.expect_only_integers(world, 404, "TR-14"),
    "huge ids": lambda world: service.expect_huge_ids_unknown(world, someone(7), "TR-15"),
    "nothing shown": lambda world: service.expect_nothing_refused(
        world, "every route for job tokens", 404, "No", "A-1"
    ),
    "garbled headers": lambda world: service.expect_garbled_refused(
        world, "every route of the account", someone(7), 404, "No", "A-1.1"
    ),
    "one token": lambda world: service.expect_token_refused(
        world, "every route for admins", "LT-7", 404, "No", "A-5"
    ),
    "no JSON": lambda world: service.expect_not_json_refused(world, someone(7), 404, "TR-17"),
}


@pytest.mark.parametrize("name", SWEEPS)
def test_sweep_passes_where_all_is_refused(wire: responses.RequestsMock, name: str) -> None:
    answering(wire, lambda request: refusal(404, "No"))
    SWEEPS[name](a_world())


@pytest.mark.parametrize("name", SWEEPS)
def test_sweep_finds_the_last_one_that_differs(wire: responses.RequestsMock, name: str) -> None:
    answering(wire, lambda request: refusal(404, "No"))
    SWEEPS[name](a_world())
    number = len(wire.calls)
    wire.reset()
    asked: list[PreparedRequest] = []

    def answer(request: PreparedRequest) -> tuple[int, object]:
        asked.append(request)
        return (200, {}) if len(asked) == number else refusal(404, "No")

    answering(wire, answer)
    with pytest.raises(ExpectationFailed):
        SWEEPS[name](a_world())


def test_no_listed_method_is_tried_as_a_wrong_one(wire: responses.RequestsMock) -> None:
    answering(wire, lambda request: refusal(405, "No"))
    service.expect_wrong_methods(a_world(), 405, "No", "EN-9")
    tried = {(str(call.request.method), str(call.request.url).removeprefix(BASE)) for call in wire.calls}
    assert ("DELETE", "/api/jobs") in tried and ("GET", "/api/login") in tried
    patterns = [(op.method, re.sub(r"\{[^}]*\}", "[0-9a-f-]{8,}", op.path)) for op in ALL]
    assert not [
        (method, path)
        for method, path in tried
        for known, pattern in patterns
        if method == known and re.fullmatch(pattern, path)
    ]


def _document(*paths: str) -> dict[str, object]:
    return {"paths": {path: {"get": {}, "post": {}, "put": {}, "delete": {}} for path in paths}}


def test_published_routes_are_known_whatever_their_parameters_are_called() -> None:
    paths = [op.path.replace("{token_id}", "{id}").replace("{job_id}", "{job}") for op in ALL]
    published.expect_routes(_document(*paths), published.PUBLISHED, "SV-3")
    with pytest.raises(ExpectationFailed, match="JB-7"):
        without = [path for path in paths if path != "/api/jobs/availability"]
        published.expect_routes(_document(*without), published.PUBLISHED, "SV-3")


DAY_BEFORE = str(datetime.now(UTC).date() - timedelta(days=1))
ENTRY = {
    "maintenance": {"start_time": "2026-08-27T07:30:00Z", "end_time": "2026-08-27T11:00:00Z"},
    "statistic": {},
}


@pytest.mark.parametrize(
    ("change", "right"),
    [
        ({}, True),
        ({"maintenance": None}, True),
        ({"statistic": {DAY_BEFORE: {"availability": 84.42}}}, True),
        ({"statistic": {DAY_BEFORE: {"availability": 101}}}, False),
        ({"statistic": {"2020-08-10": {"availability": 84.42}}}, False),
        ({"statistic": {"yesterday": {"availability": 5}}}, False),
        ({"statistic": None}, False),
        ({"maintenance": {"start_time": "2026-08-27T07:30:00", "end_time": "2026-08-27T11:00:00Z"}}, False),
    ],
)
def test_public_entries_are_held_to_what_was_observed(
    wire: responses.RequestsMock, change: dict[str, object], right: bool
) -> None:
    world = a_world()
    answering(wire, lambda request: (200, [{**ENTRY, **change}]))
    service.ask(world, "for the platforms")
    if right:
        service.expect_observed_form(world.outcome, "SV-6.4")
    else:
        with pytest.raises(ExpectationFailed):
            service.expect_observed_form(world.outcome, "SV-6.4")


def test_entry_with_a_ninth_member_is_found(wire: responses.RequestsMock) -> None:
    world = a_world()
    answering(wire, lambda request: (200, [{"name": "sim:x", "id": 1, "specs": {}}]))
    service.ask(world, "for the platforms")
    with pytest.raises(ExpectationFailed, match="specs"):
        service.expect_platform_members(world.outcome, ["name", "id"], "SV-6.1")


@pytest.mark.parametrize(
    ("status", "location", "right"),
    [(200, "", True), (302, "/api/docs/", True), (302, "/elsewhere/", False), (404, "", False)],
)
def test_root_answers_or_leads_to_the_documentation(
    wire: responses.RequestsMock, status: int, location: str, right: bool
) -> None:
    world = a_world()
    wire.add(responses.GET, f"{BASE}/", json={}, status=status, headers={"Location": location})
    service.ask(world, "for the root")
    if right:
        service.expect_json_or_way_to(world.outcome, "/api/docs/", "SV-1")
    else:
        with pytest.raises(ExpectationFailed):
            service.expect_json_or_way_to(world.outcome, "/api/docs/", "SV-1")
