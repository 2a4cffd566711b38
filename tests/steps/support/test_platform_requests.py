"""Platforms in every form: how names are spelled, and what is told of a cloud that takes what it may not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import pytest
import responses
from behave.model import Row, Table
from requests import PreparedRequest

from steps.api.cloud_objects import Platform
from steps.support import platform_requests
from steps.support.expectations import ExpectationFailed
from steps.support.world import World
from tests.steps.support.stage import Answer, a_world, answering, refusal, someone

ID = "b8e4a3a0-6a4c-4a6e-9d0f-7c0d3f5a1b2c"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = a_world()
    monkeypatch.setattr(Platform, "ADMIN", world.admin)
    world.user = someone(7)
    world.platform = Platform("sim:qa", platform_id=ID)
    return world


def a_table(*rows: Mapping[str, str]) -> Table:
    headings = list(rows[0])
    return Table(headings, rows=[Row(headings, list(row.values())) for row in rows])


def test_every_spelling_is_the_same_name_and_no_two_are_alike() -> None:
    spellings = platform_requests.spellings_of("sim:qa")
    assert set(spellings.values()) == {"sim:qa", "sim%3Aqa", "sim%3aqa", "%73%69%6D%3A%71%61"}
    assert {unquote(spelling) for spelling in spellings.values()} == {"sim:qa"}


def test_spelling_that_is_not_found_is_told_under_the_rule_of_its_operation(
    world: World, wire: responses.RequestsMock
) -> None:
    def answer(request: PreparedRequest) -> Answer:
        path = str(request.path_url)
        lost = path == "/api/platforms/sim%3aqa/processor"
        return refusal(404, "Platform not found") if lost else (200, {"id": ID})

    answering(wire, answer)
    assert world.user is not None and world.platform is not None
    with pytest.raises(ExpectationFailed) as failed:
        platform_requests.expect_every_spelling(world, world.platform, world.user, "PL-1", "PL-2", "TR-8")
    assert failed.value.rules == ("PL-1", "TR-8")


def test_unknown_name_is_asked_of_both_reads(world: World, wire: responses.RequestsMock) -> None:
    asked: list[str] = []

    def answer(request: PreparedRequest) -> Answer:
        asked.append(str(request.path_url))
        return refusal(404, "Platform not found")

    answering(wire, answer)
    assert world.user is not None
    platform_requests.expect_unknown_name(world, "sim:x", world.user, "Platform not found", "PL-2.1")
    assert asked == ["/api/platforms/sim%3Ax/processor", "/api/platform/sim%3Ax"]
    with pytest.raises(ExpectationFailed):
        platform_requests.expect_unknown_name(world, "sim:x", world.user, "Not found", "PL-2.1")


def test_registration_that_is_taken_is_told_and_undone(world: World, wire: responses.RequestsMock) -> None:
    sent: list[tuple[str, Any]] = []

    def answer(request: PreparedRequest) -> Answer:
        body = json.loads(request.body or b"{}")
        sent.append((f"{request.method} {request.path_url}", body))
        if body.get("type") == "":
            return 200, {"platform_id": ID}
        return refusal(404 if request.method == "DELETE" else 400, "No")

    answering(wire, answer)
    table = a_table(
        {"rule": "PF-1.4", "member": "type", "value": '""'},
        {"rule": "PF-1.10", "member": "specs.constraints", "value": "null"},
    )
    with pytest.raises(ExpectationFailed) as failed:
        platform_requests.expect_registrations_refused(world, table)
    assert failed.value.rules == ("PF-1.4",)
    assert sent[1][1]["specs"] == {"available_commands": ["probs"], "constraints": None}
    world.undo.unwind()
    assert sent[-1][0] == f"DELETE /api/platforms/{ID}"


@pytest.mark.parametrize(("touched", "fine"), [({}, True), ({"name": "sim:other"}, False)])
def test_change_may_touch_what_it_names_alone(
    world: World, wire: responses.RequestsMock, touched: dict[str, Any], fine: bool
) -> None:
    kept: dict[str, Any] = {"id": ID, "name": "sim:qa", "description": None}

    def answer(request: PreparedRequest) -> Answer:
        if request.method == "PUT":
            kept.update(json.loads(request.body or b"{}"), **touched)
            return 200, {"message": "ok"}
        return 200, dict(kept)

    answering(wire, answer)
    assert world.platform is not None
    table = a_table({"member": "description", "value": "Two modes"})
    if fine:
        platform_requests.expect_changes_shown(world, world.platform, table, "PF-3")
    else:
        with pytest.raises(ExpectationFailed, match="what it names alone"):
            platform_requests.expect_changes_shown(world, world.platform, table, "PF-3")


def test_refusal_that_changes_something_is_told(world: World, wire: responses.RequestsMock) -> None:
    kept: dict[str, Any] = {"id": ID, "specs": {}}

    def answer(request: PreparedRequest) -> Answer:
        if request.method == "PUT":
            kept.update(json.loads(request.body or b"{}"))
            return refusal(400, "Invalid data")
        return 200, [dict(kept)] if str(request.path_url).endswith("/public") else dict(kept)

    answering(wire, answer)
    assert world.platform is not None
    table = a_table({"rule": "PF-3.5", "member": "specs", "value": '["probs"]'})
    with pytest.raises(ExpectationFailed, match="change nothing") as failed:
        platform_requests.expect_changes_refused(world, world.platform, table)
    assert failed.value.rules == ("PF-3.5",)


def test_each_operation_by_id_is_held_to_its_own_rule(world: World, wire: responses.RequestsMock) -> None:
    def answer(request: PreparedRequest) -> Answer:
        return (200, {"message": "ok"}) if request.method == "DELETE" else refusal(404, "Platform not found")

    answering(wire, answer)
    assert world.platform is not None
    with pytest.raises(ExpectationFailed) as failed:
        platform_requests.expect_unknown_ids(world, world.platform)
    assert failed.value.rules == ("PF-4.1",)


@pytest.mark.parametrize(("taken", "status", "fine"), [("yes", 200, True), ("no", 200, False)])
def test_names_are_taken_or_not_as_the_table_says(
    world: World, wire: responses.RequestsMock, taken: str, status: int, fine: bool
) -> None:
    answering(wire, lambda request: (status, {"platform_id": ID, "status": "available"}))
    table = a_table({"name": "a name of 255 characters", "taken": taken})
    if fine:
        platform_requests.expect_names(world, table, "ID-8")
        sent = json.loads(wire.calls[0].request.body or b"{}")
        assert len(sent["platform_name"]) == 255
    else:
        with pytest.raises(ExpectationFailed):
            platform_requests.expect_names(world, table, "ID-8")
