"""Fetches and publications that are wrong in one member, each told under the rule of its row."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import responses
from behave.model import Row, Table
from requests import PreparedRequest

from steps.api.cloud_objects import Job, Platform
from steps.support import worker_requests
from steps.support.expectations import ExpectationFailed
from steps.support.world import World
from tests.steps.support.stage import Answer, a_world, answering

HEADINGS = ["rule", "member", "value"]
TABLE = Table(
    HEADINGS, rows=[Row(HEADINGS, ["WK-1.6", "worker_id", "null"]), Row(HEADINGS, ["WK-2.3", "shots", "1.5"])]
)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = a_world()
    monkeypatch.setattr(Platform, "ADMIN", world.admin)
    world.platform = Platform("sim:qa", platform_id="b8e4a3a0-6a4c-4a6e-9d0f-7c0d3f5a1b2c", worker_id="w")
    world.job = Job("sim:qa", job_id="5a881293-f071-4570-ac37-40e7f1e61a55")
    return world


@pytest.mark.parametrize(
    ("expect", "sound"),
    [
        (worker_requests.expect_fetches_refused, {"platform_id", "worker_id"}),
        (worker_requests.expect_publications_refused, {"worker_id", "status"}),
    ],
)
def test_member_that_is_taken_is_told(
    world: World, wire: responses.RequestsMock, expect: Callable[[World, Table], None], sound: set[str]
) -> None:
    bodies: list[dict[str, Any]] = []

    def answer(request: PreparedRequest) -> Answer:
        bodies.append(json.loads(request.body or b"{}"))
        if bodies[-1].get("worker_id") is None:
            return 422, {"detail": {"json": {"worker_id": ["No."]}}, "message": "Validation error"}
        return 200, {"message": "ok", "status": "running", "job_id": "another"}

    answering(wire, answer)
    with pytest.raises(ExpectationFailed) as failed:
        expect(world, TABLE)
    assert failed.value.rules == ("WK-2.3",)
    assert [set(body) for body in bodies] == [sound, {*sound, "shots"}]
