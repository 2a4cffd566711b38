"""What a cloud object holds after each call, and what it shares and shows."""

# ruff: noqa: ANN401 - what `responses` calls back with

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.cloud_objects.cloud_base import ACloudObject
from steps.api.errors import CloudRefusal
from steps.api.operations import TokenType
from steps.api.utils import CloudContext
from tests.steps.api.scene import (
    BASE,
    FETCHED,
    JOB_ID,
    KEY_ANSWER,
    NEW_ID,
    NEW_USER,
    OK,
    REGISTERED,
    TOKEN_ANSWER,
    People,
    a_user,
    job,
    new_user,
    platform,
    token,
)


def test_a_created_user_has_its_id(people: People, wire: responses.RequestsMock) -> None:
    wire.post(f"{BASE}/api/users", json={"user_id": 8})
    created = new_user()
    created.create(people.cloud, people.admin)
    assert created.user_id == 8


def test_an_update_changes_the_object_after_success_only(
    people: People, wire: responses.RequestsMock
) -> None:
    wire.put(f"{BASE}/api/users/7", json={"detail": {}, "error": "Permission denied"}, status=403)
    with pytest.raises(CloudRefusal):
        people.user.update(people.cloud, None, {"priority": 9})
    assert people.user.priority == 2
    wire.replace("PUT", f"{BASE}/api/users/7", json=OK)
    ids = ["p-1"]
    people.user.update(people.cloud, people.admin, {"platform_ids": ids, "user_id": 99, "is_active": False})
    assert people.user.platform_ids == ids
    assert people.user.platform_ids is not ids
    assert (people.user.user_id, people.user.is_active) == (7, False)


@pytest.mark.parametrize(("before", "after"), [(-1, 99), (1, 1)])
def test_logging_in_keeps_token_and_an_unknown_id(
    before: int, after: int, cloud: CloudContext, wire: responses.RequestsMock
) -> None:
    wire.post(f"{BASE}/api/login", json={"token": "LT", "duration": 1, "user_id": 99})
    admin = User(user_id=before, is_admin=True)
    admin.log(cloud)
    assert (admin.login_token.token, admin.user_id) == ("LT", after)


def test_a_new_token_is_the_one_that_is_shown(people: People, wire: responses.RequestsMock) -> None:
    wire.post(f"{BASE}/api/auth/tokens", json=TOKEN_ANSWER)
    people.user.create_job_token(people.cloud, {"label": "l"})
    made = people.user.job_tokens[-1]
    assert (made.token, made.token_id, made.user_id) == ("raw", 9, 7)
    assert people.user.get_token(TokenType.Job) == "raw"


def test_a_token_for_someone_else_stays_theirs(people: People, wire: responses.RequestsMock) -> None:
    wire.post(f"{BASE}/api/auth/tokens", json=TOKEN_ANSWER)
    made = JobToken("l", user_id=3)
    made.create(people.cloud, people.admin)
    assert made.user_id == 3


def test_a_deleted_token_leaves_the_list_and_keeps_its_secret(
    people: People, wire: responses.RequestsMock
) -> None:
    wire.post(f"{BASE}/api/auth/tokens/delete-by-ids", json=OK)
    last = people.user.job_tokens[-1]
    last.delete(people.cloud, people.user)
    assert [left.token_id for left in people.user.job_tokens] == [40]
    assert (last.token_id, last.token) == (41, "JT-7")


def test_a_token_update_with_null_keeps_what_was(people: People, wire: responses.RequestsMock) -> None:
    wire.put(f"{BASE}/api/auth/tokens/41", json=OK)
    changed = token(priority=1)
    changed.update(people.cloud, people.user, {"label": None, "priority": 2})
    assert (changed.label, changed.priority) == ("l", 2)


def test_a_key_is_kept_by_its_maker(people: People, wire: responses.RequestsMock) -> None:
    wire.post(f"{BASE}/admin/api-keys", json=KEY_ANSWER)
    people.admin.create_api_key(people.cloud, {"label": "l"})
    assert people.admin.get_token(TokenType.API_Key) == "raw"


def test_registering_takes_over_id_and_status(people: People, wire: responses.RequestsMock) -> None:
    wire.post(f"{BASE}/admin/platforms/register", json=REGISTERED)
    registered = platform(platform_id=None)
    registered.register(people.cloud)
    assert (registered.platform_id, registered.status) == ("p-9", "available")


def test_registering_falls_back_to_the_login_token(people: People, wire: responses.RequestsMock) -> None:
    wire.post(f"{BASE}/admin/platforms/register", json=REGISTERED)
    people.admin.api_key = None
    platform().register(people.cloud)
    assert wire.calls[0].request.headers["Authorization"] == "Bearer LT-1"


def test_a_renamed_platform_knows_its_name(people: People, wire: responses.RequestsMock) -> None:
    wire.put(f"{BASE}/api/platforms/p-1", json=OK)
    renamed = platform()
    renamed.update(people.cloud, {"platform_name": "sim:y", "max_shots": 4})
    assert (renamed.name, getattr(renamed, "max_shots", None)) == ("sim:y", 4)


def test_a_fetched_job_holds_all_that_was_answered(people: People, wire: responses.RequestsMock) -> None:
    wire.post(f"{BASE}/admin/job", json=FETCHED)
    fetched = platform().fetch_job(people.cloud)
    assert {**vars(fetched), "process_id": None} == FETCHED
    assert fetched.process_id == ""


def test_nothing_to_fetch_is_a_refusal(people: People, wire: responses.RequestsMock) -> None:
    wire.post(f"{BASE}/admin/job", json={"detail": {}, "error": "No waiting job"}, status=404)
    with pytest.raises(CloudRefusal) as refused:
        platform().fetch_job(people.cloud)
    assert refused.value.status == 404


def test_a_rerun_is_a_new_job(people: People, wire: responses.RequestsMock) -> None:
    wire.post(f"{BASE}/api/jobs/{JOB_ID}/rerun", json={"job_id": NEW_ID})
    first = job(job_name="first")
    again = first.rerun(people.cloud, people.user, {"platform_id": "p-2", "job_name": None})
    assert (again.job_id, again.job_name, again.platform_id) == (NEW_ID, "first", "p-2")
    assert (again.platform_name, first.job_id, first.platform_name) == ("", JOB_ID, "sim:qa")
    assert again.process_id == first.process_id
    assert again.payload == first.payload
    assert again.payload is not first.payload


def entries_of(
    count: int, make: Callable[[int], dict[str, Any]]
) -> Callable[[Any], tuple[int, dict[str, str], str]]:
    def page(request: Any) -> tuple[int, dict[str, str], str]:
        query = parse_qs(urlsplit(request.url).query)
        limit, offset = int(query["limit"][0]), int(query["offset"][0])
        return 200, {}, json.dumps([make(number) for number in range(offset, min(offset + limit, count))])

    return page


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
def test_list_all_reads_every_page(
    count: int, people: People, wire: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steps.api.cloud_objects.cloud_base.PAGE_LIMIT", 2)
    wire.add_callback("GET", f"{BASE}/api/users", entries_of(count, lambda number: {"user_id": number}))
    assert [one.user_id for one in User.list_all(people.cloud, people.admin)] == list(range(count))
    assert len(wire.calls) == count // 2 + 1


def test_list_all_ends_where_the_cloud_ignores_the_offset(
    people: People, wire: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steps.api.cloud_objects.cloud_base.PAGE_LIMIT", 2)
    wire.get(f"{BASE}/api/users", json=[{"user_id": 1}, {"user_id": 2}])
    assert [one.user_id for one in User.list_all(people.cloud, people.admin)] == [1, 2]


def test_lists_become_objects(people: People, wire: responses.RequestsMock) -> None:
    times = {"created_date": "2026-01-01T00:00:00Z", "expiration_date": "2026-01-01T01:00:00.4+00:00"}
    wire.get(
        f"{BASE}/admin/tokens",
        json=[
            {"id": 4, "key": "raw", "label": "l", "user_id": 7, "priority": 1, "is_revoked": True, **times},
            {"id": 5, "key": None, "label": None, "user_id": None, "created_date": None},
        ],
    )
    wire.get(f"{BASE}/admin/api-keys", json=[{"api_key_id": 6, "label": "k", "user_id": 1, **times}])
    wire.get(f"{BASE}/api/platforms", json=[{"id": "p", "name": "sim:x", "type": "qpu", "specs": {"a": 1}}])
    wire.get(f"{BASE}/admin/jobs", json=[{"job_id": "j", "job_name": "n", "status": "waiting", "user_id": 7}])
    wire.get(f"{BASE}/api/users", json=[{"user_id": 7, "email": "e", "priority": 3, "create": "no method"}])

    first, second = JobToken.list_all(people.cloud, people.admin)
    assert (first.token_id, first.token, first.duration, first.label) == (4, "raw", 3600, "l")
    assert (first.user_id, first.priority, first.is_revoked) == (7, 1, True)
    assert (second.token_id, second.token, second.duration, second.user_id) == (5, "", 99999, -1)
    (key,) = ApiKey.list_all(people.cloud, people.admin)
    assert (key.api_key_id, key.token, key.duration, key.user_id) == (6, "", 3600, 1)
    (listed,) = Platform.list_all(people.cloud)
    assert (listed.platform_id, listed.name, listed.type) == ("p", "sim:x", "qpu")
    assert (listed.worker_id, listed.specs) == ("", {"a": 1})
    (found,) = Job.list_all(people.cloud, people.admin)
    assert (found.job_id, found.payload, found.status, found.user_id) == ("j", {}, "waiting", 7)
    (person,) = User.list_all(people.cloud, people.admin)
    assert (person.user_id, person.email, person.priority, person.password) == (7, "e", 3, "")
    assert callable(person.create)


def test_objects_share_nothing(admin: User) -> None:
    payload, specs, ids = {"parameters": {"a": 1}}, {"constraints": {"a": 1}}, ["p"]
    one, two = Job(payload=payload), Job(payload=payload)
    assert one.payload["parameters"] is not two.payload["parameters"] is not payload["parameters"]
    Job().payload["parameters"]["min_detected_photons"] = 0
    assert Job().payload == Job.DEFAULT_PAYLOAD
    assert Job.DEFAULT_PAYLOAD["parameters"] == {"min_detected_photons": 2}
    Platform().specs["available_commands"].append("sample_count")
    assert Platform().specs == {"available_commands": ["probs"]}
    assert Platform(specs=specs).specs["constraints"] is not specs["constraints"]
    assert User(platform_ids=ids).platform_ids is not ids
    assert User().job_tokens is not User().job_tokens
    assert User().login_token is not User().login_token
    assert len({Job().process_id, Job().process_id, Platform().worker_id, Platform().worker_id}) == 4
    assert (Job(process_id="").process_id, Platform(worker_id="").worker_id) == ("", "")


@pytest.mark.parametrize("kind", [User, JobToken, ApiKey, Platform, Job])
def test_classes_hold_no_mutable_state(kind: type[ACloudObject]) -> None:
    mutable = {name for name, value in vars(kind).items() if isinstance(value, list | set | dict)}
    assert mutable - {"__annotations__", "DEFAULT_PAYLOAD"} == set()


def test_no_text_of_an_object_holds_a_secret(admin: User) -> None:
    secret = "do-not-show-me"
    held = a_user(password=secret)
    held.login_token.token = secret
    objects = [held, held.login_token, JobToken(token=secret), ApiKey(api_key=secret), Platform(), Job()]
    assert secret not in repr(objects) + "".join(map(str, objects))


def test_get_token_gives_each_kind(people: People) -> None:
    shown = [people.user.get_token(kind) for kind in TokenType]
    assert shown == ["LT-7", "JT-7", "AK-7"]
    with pytest.raises(NotImplementedError):
        people.user.get_token("Login")  # type: ignore[arg-type]


def test_names_of_the_reference() -> None:
    assert (User.get_object_name(), User.get_endpoint(), User.get_token_method()) == (
        "user",
        "/api/users",
        "get_token",
    )
    assert set(User().keys()) == {*NEW_USER, "platform_ids", "is_admin", "company_id", "priority"}
