"""What is made is named after the run, and taken away again."""

from __future__ import annotations

import json

import pytest
import responses
from requests import PreparedRequest

from steps.api.cloud_objects import User
from steps.api.errors import CloudRefusal
from steps.api.operations import TK_2
from tests.steps.support.stage import BASE, a_world, answering, refusal, someone

Seen = list[tuple[str, str, object]]


@pytest.fixture
def seen(wire: responses.RequestsMock) -> Seen:
    """Every request as method, path and body, to a cloud that makes everything."""
    requests: Seen = []

    def answer(request: PreparedRequest) -> tuple[int, object]:
        path = str(request.url).removeprefix(BASE).partition("?")[0]
        body = json.loads(request.body) if request.body else None
        requests.append((str(request.method), path, body))
        made = {
            "/api/users": {"user_id": 9},
            "/api/login": {"token": "LT-9"},
            "/api/auth/tokens": {"token": "JT-9", "token_id": 90, "duration": 5},
            "/api/tokens": {"token": "JT-9", "token_id": 90, "duration": 5},
            "/admin/api-keys": {"api_key": "AK-9", "api_key_id": 5, "duration": 5},
        }
        return 200, made.get(path, {"message": "ok"})

    answering(wire, answer)
    return requests


def test_user_is_named_after_the_run_and_deleted(seen: Seen) -> None:
    world = a_world()
    user = world.make.user(priority=5)
    assert world.names.mark in user.email and user.user_id == 9 and user.priority == 5
    world.undo.unwind()
    assert [(method, path) for method, path, _ in seen] == [
        ("POST", "/api/users"),
        ("DELETE", "/api/users/9"),
    ]


def test_attributes_win_over_what_is_generated(seen: Seen) -> None:
    user = a_world().make.user(email="ada@example.com", password="weak")
    assert (user.email, user.password) == ("ada@example.com", "weak")


def test_refused_user_leaves_nothing_to_undo(wire: responses.RequestsMock) -> None:
    answering(wire, lambda request: refusal(403, "Permission denied"))
    world = a_world()
    with pytest.raises(CloudRefusal):
        world.make.user(by=someone(7))
    world.undo.unwind()
    assert len(wire.calls) == 1


def test_body_is_sent_as_it_is(seen: Seen) -> None:
    world = a_world()
    world.make.user_of_body({"email": 5})
    assert seen[-1] == ("POST", "/api/users", {"email": 5})
    world.undo.unwind()
    assert seen[-1][:2] == ("DELETE", "/api/users/9")


def test_second_admin_is_demoted_before_the_deletion(seen: Seen) -> None:
    world = a_world()
    world.make.second_admin()
    world.undo.unwind()
    assert seen[-2:] == [("PUT", "/api/users/9", {"is_admin": False}), ("DELETE", "/api/users/9", None)]


def test_job_token_logs_the_user_in_once_and_goes_with_the_user(seen: Seen) -> None:
    world = a_world()
    user = world.make.user()
    one, other = world.make.job_token(user), world.make.job_token(user)
    assert user.job_tokens == [one, other] and one.label != other.label
    assert [path for _, path, _ in seen].count("/api/login") == 1
    world.undo.unwind()
    assert seen[-1][:2] == ("DELETE", "/api/users/9")
    assert not any("delete" in path for _, path, _ in seen)


def test_job_token_of_someone_who_stays_is_deleted(seen: Seen) -> None:
    world = a_world(admin=None, job_token="JT-given")
    holder = world.make.token_holder()
    assert holder.job_tokens[0].token == "JT-given"
    world.make.job_token_of_body(holder, {"label": "x"}, operation=TK_2)
    world.undo.unwind()
    assert seen[-1] == ("POST", "/api/tokens/delete-by-ids", {"token_ids": [90]})


def test_job_token_of_the_admin_is_deleted(seen: Seen) -> None:
    world = a_world()
    world.make.job_token_of_body(world.admin, {"label": "x"})
    world.undo.unwind()
    assert seen[-1] == ("POST", "/api/auth/tokens/delete-by-ids", {"token_ids": [90]})
    assert len(world.admin.job_tokens) == 1


def test_someone_has_a_job_token_where_an_admin_can_make_users(seen: Seen) -> None:
    holder = a_world().make.token_holder()
    assert isinstance(holder, User) and holder.user_id == 9 and len(holder.job_tokens) == 1


def test_api_key_is_revoked(seen: Seen) -> None:
    world = a_world()
    key = world.make.api_key(user_id=7)
    assert key.api_key_id == 5 and seen[-1][2] == {"label": key.label, "duration": 99999, "user_id": 7}
    world.undo.unwind()
    assert seen[-1] == ("POST", "/admin/api-keys/revoke", {"api_key_id": 5})


def test_plain_user_asks_the_cloud_for_a_key(seen: Seen) -> None:
    a_world().make.api_key(someone(7), label="mine")
    assert seen[-1][1:] == ("/admin/api-keys", {"label": "mine", "duration": 99999})
