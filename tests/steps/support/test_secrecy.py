"""Secrets of others are found in answers, and named without being told."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses
from requests import PreparedRequest

from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform
from steps.support import secrecy
from steps.support.expectations import ExpectationFailed
from steps.support.world import World
from tests.steps.support.stage import Answer, a_world, answering, refusal, someone

PASSWORD = 'Of-"quotes"-12'


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = a_world()
    monkeypatch.setattr(Platform, "ADMIN", world.admin)
    world.user, world.other_user = someone(7), someone(8)
    world.user.api_key = None
    world.user.password = PASSWORD
    world.token = world.user.job_tokens[0]
    world.key = ApiKey("key", api_key="AK-of-a-worker", api_key_id=5)
    world.platform = Platform("sim:qa", platform_id="b8e4a3a0-6a4c-4a6e-9d0f-7c0d3f5a1b2c")
    world.job = Job("sim:qa", job_id="5a881293-f071-4570-ac37-40e7f1e61a55")
    return world


def looked(world: World, wire: responses.RequestsMock, tell: dict[str, Any]) -> None:
    """The other user looks, at a cloud that says something at one path and refuses everything else."""

    def answer(request: PreparedRequest) -> Answer:
        path = str(request.path_url).partition("?")[0]
        told = request.method == "GET" and path in tell
        return (200, tell[path]) if told else refusal(403, "Permission denied")

    answering(wire, answer)
    secrecy.expect_nothing_of_others(world, secrecy.look_as_another(world), "SC-2")


def test_what_is_ones_own_is_no_secret_of_others(world: World, wire: responses.RequestsMock) -> None:
    assert world.other_user is not None
    looked(world, wire, {"/api/tokens": [{"id": 80, "key": world.other_user.job_tokens[0].token}]})


@pytest.mark.parametrize("secret", ["JT-7", "LT-7", PASSWORD, "LT-1", "AK-1", "AK-of-a-worker", "JT-8"])
def test_each_secret_that_stands_elsewhere_is_found_and_not_told(
    world: World, wire: responses.RequestsMock, secret: str
) -> None:
    with pytest.raises(ExpectationFailed, match=r"GET /api/platforms \(PF-5\), 200") as failed:
        looked(world, wire, {"/api/platforms": [{"id": 1, "remark": f"<{secret}>"}]})
    assert secret not in str(failed.value)
    assert json.dumps(secret) not in str(failed.value)


def test_refusal_that_says_a_token_again_is_found(world: World, wire: responses.RequestsMock) -> None:
    def answer(request: PreparedRequest) -> Answer:
        named = b"JT-7" in (request.body or b"")
        return refusal(403, "JT-7 is not yours" if named else "Permission denied")

    answering(wire, answer)
    with pytest.raises(ExpectationFailed, match="TK-5"):
        secrecy.expect_nothing_of_others(world, secrecy.look_as_another(world), "SC-2")


@pytest.mark.parametrize(
    ("path", "secret", "fine"),
    [
        ("/admin/tokens", "JT-7", True),
        ("/admin/tokens", "LT-7", False),
        ("/admin/jobs", "JT-7", False),
        ("/admin/api-keys", "AK-of-a-worker", False),
        ("/api/users", "LT-7", False),
    ],
)
def test_admin_sees_job_tokens_where_tokens_are_shown(
    world: World, wire: responses.RequestsMock, path: str, secret: str, fine: bool
) -> None:
    def answer(request: PreparedRequest) -> Answer:
        if request.path_url == "/admin/job":
            job = {"job_id": "5a881293-f071-4570-ac37-40e7f1e61a55", "job_name": "a", "payload": {}}
            return 200, {**job, "platform_id": None, "platform_name": "sim:qa"}
        if request.method == "POST" and request.path_url in ("/api/users", "/admin/api-keys"):
            return refusal(400, "It is taken.")
        said = secret if str(request.path_url).partition("?")[0] == path else ""
        return 200, {"status": "running", "said": said}

    answering(wire, answer)
    exchanges = secrecy.look_as_admin_and_worker(world)
    if fine:
        secrecy.expect_only_job_tokens(world, exchanges, "SC-2")
    else:
        with pytest.raises(ExpectationFailed, match=path):
            secrecy.expect_only_job_tokens(world, exchanges, "SC-2")


def test_token_of_the_story_is_among_those_of_its_user(world: World) -> None:
    assert world.user is not None
    world.user.job_tokens.append(JobToken("second", token_id=71, token="JT-71"))
    assert secrecy._job_tokens_of(world.user, "the user's") == {
        "the user's job token 70": "JT-7",
        "the user's job token 71": "JT-71",
    }
