"""Job tokens and API keys: their life, labels, pages and usage."""

from datetime import datetime
from typing import Any

import pytest

from tests.sandbox.support import ACCOUNT_401, JOB_401, Json, Machine, Person, World, fetch_body, unique


def entry(world: World, person: Person, token_id: int) -> Json:
    listed = world.ok("GET", "/api/auth/tokens", person.login)
    (found,) = [token for token in listed if token["id"] == token_id]
    return found


def usable(world: World, key: str) -> bool:
    return world.call("GET", "/api/jobs/availability", key).status_code == 200


SURFACES = [
    ("/api/tokens", "token", "Invalid token"),
    ("/api/auth/tokens", "login", "Can't not revoke"),
]


@pytest.mark.parametrize(("base", "credential", "refusal"), SURFACES)
def test_life_of_a_token(world: World, person: Person, base: str, credential: str, refusal: str) -> None:
    caller = getattr(person, credential)
    label = unique("label")
    made = world.ok("POST", base, caller, json={"label": label, "duration": 60, "priority": 1})
    key, token_id = made["token"], made["token_id"]
    assert made == {"token": key, "token_id": token_id, "duration": 60}
    read = world.ok("GET", f"{base}/{token_id}", caller)
    assert (read["token"], read["label"], read["priority"], read["valid"]) == (key, label, 1, True)
    assert (read["user_priority"], read["email"], read["is_apikey"]) == (2, person.email, False)
    lived = datetime.fromisoformat(read["expiration_date"]) - datetime.fromisoformat(read["created_date"])
    assert lived.total_seconds() == 60
    world.refused(400, "Invalid token", "POST", f"{base}/reopen", caller, data={"token": key})
    world.ok("POST", f"{base}/revoke", caller, data={"token": key})
    assert not usable(world, key)
    assert entry(world, person, token_id)["is_revoked"] is True
    assert world.ok("GET", f"{base}/{token_id}", caller)["valid"] is False
    world.refused(400, refusal, "POST", f"{base}/revoke", caller, data={"token": key})
    world.ok("POST", f"{base}/reopen", caller, json={"token": key})
    assert usable(world, key)
    world.ok("POST", f"{base}/delete-by-ids", caller, json={"token_ids": [token_id, token_id]})
    assert not usable(world, key)
    world.refused(404, "Not found", "GET", f"{base}/{token_id}", caller)
    world.refused(404, "Not found", "PUT", f"{base}/{token_id}", caller, json={})
    world.refused(400, refusal, "POST", f"{base}/revoke", caller, data={"token": key})
    world.refused(400, "Invalid token", "POST", f"{base}/reopen", caller, data={"token": key})
    world.refused(
        400, "Tokens not found", "POST", f"{base}/delete-by-ids", caller, json={"token_ids": [token_id]}
    )
    world.ok("POST", base, caller, json={"label": label})


@pytest.mark.parametrize(("base", "credential", "refusal"), SURFACES)
def test_revoke_has_a_form(world: World, person: Person, base: str, credential: str, refusal: str) -> None:
    caller = getattr(person, credential)
    for name in ("revoke", "reopen"):
        messages = world.invalid(
            "token", "POST", f"{base}/{name}", caller, location="form", data={"other": "x"}
        )
        assert messages == ["Missing data for required field."]
        world.invalid("token", "POST", f"{base}/{name}", caller, json={"token": 4})
        text = refusal if name == "revoke" else "Invalid token"
        for unknown in ("nothing", "", "a+b=c", person.login, world.key):
            world.refused(400, text, "POST", f"{base}/{name}", caller, data={"token": unknown})


def test_defaults(world: World, person: Person) -> None:
    bodies: tuple[dict[str, Json], ...] = (
        {},
        {"label": None, "duration": None, "priority": None, "user_id": None, "is_explorer_token": None},
    )
    for body in bodies:
        made = world.ok("POST", "/api/tokens", person.token, json=body)
        read = world.ok("GET", f"/api/tokens/{made['token_id']}", person.token)
        assert made["duration"] == 86_400
        assert (read["label"], read["priority"], read["user_id"]) == ("unknown", 0, person.user_id)
        assert (read["is_explorer_token"], read["last_used_duration"]) == (False, None)
    world.ok("POST", "/api/tokens", person.token)


def test_tokens_expire(still_world: World) -> None:
    world = still_world
    person = world.person()
    key, token_id = world.token(person, duration=10)
    revoked, _ = world.token(person, duration=10)
    world.ok("POST", "/api/tokens/revoke", person.token, data={"token": revoked})
    world.clock.advance(9)
    assert usable(world, key)
    world.clock.advance(1)
    world.refused(401, JOB_401, "GET", "/api/jobs/availability", key)
    world.refused(401, ACCOUNT_401, "GET", "/api/auth/tokens", key)
    assert world.ok("GET", f"/api/auth/tokens/{token_id}", person.login)["valid"] is False
    world.refused(400, "Invalid token", "POST", "/api/tokens/revoke", person.token, data={"token": key})
    world.refused(400, "Invalid token", "POST", "/api/tokens/reopen", person.token, data={"token": key})
    world.refused(400, "Invalid token", "POST", "/api/tokens/reopen", person.token, data={"token": revoked})

    def listed(**params: str) -> int:
        return len(world.ok("GET", "/api/tokens", person.token, params=params))

    assert listed() == 3
    assert listed(include_expired="false") == 1
    assert listed(include_revoked="0") == 2
    assert listed(include_expired="TRUE", include_revoked="null") == 3
    world.clock.advance(86_400)
    world.refused(401, ACCOUNT_401, "GET", "/api/auth/tokens", person.login)


def test_labels_are_unique_for_a_user(world: World, person: Person) -> None:
    other = world.person()
    label = unique("Label")
    _, token_id = world.token(person, label=label)
    second, second_id = world.token(person)
    error = f"Label already exists: {label}"
    world.refused(400, error, "POST", "/api/tokens", person.token, json={"label": label})
    world.refused(
        400, error, "PUT", f"/api/tokens/{second_id}", person.token, json={"label": label, "priority": 1}
    )
    assert world.ok("GET", f"/api/tokens/{second_id}", second)["priority"] == 0
    world.ok("PUT", f"/api/tokens/{token_id}", person.token, json={"label": label})
    for free in (label.lower(), f" {label}", label + "é"):
        world.token(person, label=free)
    world.token(other, label=label)
    world.ok("POST", "/api/auth/tokens/delete-by-ids", person.login, json={"token_ids": [token_id]})
    world.token(person, label=label)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("label", ""),
        ("label", "x" * 256),
        ("label", 5),
        ("duration", 0),
        ("duration", -1),
        ("duration", 31_536_001),
        ("duration", 60.0),
        ("duration", "60"),
        ("duration", True),
        ("priority", -1),
        ("priority", 10**20),
        ("user_id", "x"),
        ("is_explorer_token", 1),
        ("is_explorer_token", "true"),
    ],
)
def test_members_have_ranges(world: World, person: Person, member: str, value: object) -> None:
    for path, caller in (("/api/tokens", person.token), ("/api/auth/token/generate", person.login)):
        world.invalid(member, "POST", path, caller, json={"label": unique("l"), member: value})


def test_priority_is_capped_by_the_owners(world: World) -> None:
    person = world.person(priority=3)
    error = "Can't assign priority higher than user priority"
    _, token_id = world.token(person, priority=3)
    world.refused(400, error, "POST", "/api/tokens", person.token, json={"label": unique("l"), "priority": 4})
    world.refused(400, error, "PUT", f"/api/tokens/{token_id}", person.token, json={"priority": 4})
    plain = world.person()
    body = {"label": unique("l"), "priority": 3, "user_id": plain.user_id}
    world.ok("PUT", "/api/users/1", world.admin, json={"priority": 9})
    world.refused(400, error, "POST", "/api/auth/tokens", world.admin, json=body)
    made = world.ok("POST", "/api/auth/tokens", world.admin, json={**body, "priority": 2})
    assert world.ok("GET", f"/api/auth/tokens/{made['token_id']}", plain.login)["user_id"] == plain.user_id


def test_update_keeps_what_is_not_given(world: World, person: Person) -> None:
    key, token_id = world.token(person, label=(label := unique("keep")), priority=1)
    before = world.ok("GET", f"/api/auth/tokens/{token_id}", person.login)
    for body in ({}, {"label": None}, {"priority": None}, {"duration": 5, "token": "x", "user_id": 1}):
        assert world.ok("PUT", f"/api/auth/tokens/{token_id}", person.login, json=body) == {"message": "ok"}
        assert world.ok("GET", f"/api/auth/tokens/{token_id}", person.login) == before
    world.ok("PUT", f"/api/tokens/{token_id}", key, json={"priority": 2})
    assert entry(world, person, token_id)["label"] == label


def test_tokens_for_others_are_the_admins(world: World, person: Person) -> None:
    victim = world.person()
    for caller, path in (
        (person.token, "/api/tokens"),
        (person.login, "/api/auth/tokens"),
        (person.token, "/api/auth/tokens"),
    ):
        for user_id in (victim.user_id, 10**9):
            world.refused(403, "Permission denied", "POST", path, caller, json={"user_id": user_id})
    world.refused(400, "Unknown user", "POST", "/api/auth/tokens", world.admin, json={"user_id": 10**9})
    assert len(world.ok("GET", "/api/tokens", victim.token)) == 1
    world.refused(
        403, "Permission denied", "GET", "/api/tokens", person.token, params={"user_id": victim.user_id}
    )
    listed = world.ok("GET", "/api/auth/tokens", world.admin, params={"user_id": victim.user_id})
    assert [token["key"] for token in listed] == [victim.token]
    assert world.ok("GET", "/api/auth/tokens", world.admin, params={"user_id": 10**9}) == []


def test_deletion_is_all_or_nothing(world: World, person: Person) -> None:
    other = world.person()
    key, token_id = world.token(person)
    ids, keys = "/api/tokens/delete-by-ids", "/api/tokens/delete"
    current, denied, foreign = (
        "Can't delete the current active token",
        "Permission denied",
        "You do not have permission to delete this token",
    )
    world.refused(400, "Tokens not found", "POST", ids, person.token, json={"token_ids": []})
    world.refused(
        400,
        "Tokens not found",
        "POST",
        ids,
        person.token,
        json={"token_ids": [token_id, 10**9, other.token_id]},
    )
    world.refused(
        403,
        denied,
        "POST",
        ids,
        person.token,
        json={"token_ids": [token_id, other.token_id, person.token_id]},
    )
    world.refused(400, current, "POST", ids, person.token, json={"token_ids": [token_id, person.token_id]})
    world.invalid("token_ids", "POST", ids, person.token, json={"token_ids": [True]})
    for path in (keys, "/api/auth/token/delete", "/api/auth/tokens/delete"):
        for keys_given in (None, [], [key, "nothing"], [person.login]):
            world.refused(400, "Tokens not found", "POST", path, person.token, json={"tokens": keys_given})
        world.refused(400, "Tokens not found", "POST", path, person.token, json={})
        world.refused(403, foreign, "POST", path, person.token, json={"tokens": [key, other.token]})
        world.refused(400, current, "POST", path, person.token, json={"tokens": [key, person.token]})
        world.invalid("tokens", "POST", path, person.token, json={"tokens": [1]})
    assert usable(world, key)
    world.ok("POST", keys, person.token, json={"tokens": [key]})
    assert not usable(world, key)


def test_self_revocation(world: World, person: Person) -> None:
    key, _ = world.token(person)
    world.ok("POST", "/api/tokens/revoke", key, data={"token": key})
    world.refused(401, JOB_401, "GET", "/api/jobs/availability", key)


def test_explorer_tokens_read_cancel_and_revoke_themselves(
    world: World, person: Person, machine: Machine
) -> None:
    explorer, _ = world.token(person, is_explorer_token=True)
    key, token_id = world.token(person)
    job_id = world.job(person.token, machine)
    world.ok("GET", f"/api/jobs/{job_id}/status", explorer)
    world.ok("POST", f"/api/jobs/{job_id}/cancel", explorer)
    for method, path, rest in (
        ("POST", "/api/tokens", {"json": {}}),
        ("POST", "/api/auth/tokens", {"json": {}}),
        ("PUT", f"/api/tokens/{token_id}", {"json": {}}),
        ("POST", "/api/tokens/revoke", {"data": {"token": key}}),
        ("POST", "/api/tokens/reopen", {"data": {"token": key}}),
        ("POST", "/api/tokens/delete", {"json": {"tokens": [key]}}),
        ("POST", "/api/auth/tokens/delete-by-ids", {"json": {"token_ids": [token_id]}}),
    ):
        world.refused(403, "Permission denied", method, path, explorer, **rest)
    world.ok("POST", "/api/tokens/revoke", explorer, data={"token": explorer})
    assert not usable(world, explorer)


def test_use_is_counted_whatever_comes_of_it(world: World, person: Person) -> None:
    key, token_id = world.token(person)
    path = f"/api/auth/tokens/{token_id}"
    fresh = world.ok("GET", path, person.login)
    assert (fresh["count"], fresh["last_used_time"]) == (0, None)
    assert world.ok("GET", f"/api/tokens/{token_id}", key)["count"] == 1
    world.refused(400, None, "POST", "/api/jobs", key, data="{")
    world.refused(403, None, "POST", "/admin/job", key, json={})
    world.refused(401, None, "GET", "/api/users", key)
    used = world.ok("GET", path, person.login)
    assert used["count"] == 3
    assert used["last_used_time"] is not None
    assert entry(world, person, token_id)["count"] == 3


def test_pages_join_up(world: World) -> None:
    person = world.person()
    for _ in range(6):
        world.token(person)
    whole = world.ok("GET", "/api/tokens", person.token)
    pages: list[Any] = []
    for offset in range(0, 8, 3):
        pages += world.ok("GET", "/api/tokens", person.token, params={"limit": 3, "offset": offset})
    ids = [token["id"] for token in pages]
    assert ids == sorted(token["id"] for token in whole)
    assert len(set(ids)) == 7
    assert world.ok("GET", "/api/tokens", person.token, params={"offset": 7}) == []
    assert world.ok("GET", "/api/tokens?limit=2&limit=&offset=null&unknown=1", person.token) != []


@pytest.mark.parametrize(
    "path",
    [
        "/api/tokens",
        "/api/auth/tokens",
        "/api/platforms",
        "/api/users",
        "/admin/tokens",
        "/admin/jobs",
        "/admin/api-keys",
    ],
)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "10001"),
        ("limit", "x"),
        ("limit", "1.0"),
        ("limit", "+1"),
        ("limit", "٣"),
        ("offset", "-1"),
        ("offset", "9" * 30),
        ("offset", "9" * 5000),
    ],
)
def test_pages_have_limits(world: World, person: Person, path: str, name: str, value: str) -> None:
    caller = person.token if path == "/api/tokens" else world.admin
    world.invalid(name, "GET", path, caller, location="query", params={name: value})
    world.ok("GET", path, caller, params={"limit": "10000", "offset": "0"})
    padded = {"limit": "0" * 5000 + "1", "offset": "-0"}
    assert len(world.ok("GET", path, caller, params=padded)) <= 1


def test_filters_come_before_pages(world: World) -> None:
    person = world.person()
    for _ in range(3):
        key, _ = world.token(person)
        world.ok("POST", "/api/tokens/revoke", person.token, data={"token": key})
    for _ in range(3):
        world.token(person)
    params = {"include_revoked": "false", "limit": 4}
    assert len(world.ok("GET", "/api/tokens", person.token, params=params)) == 4
    assert (
        len(world.ok("GET", "/admin/tokens", world.admin, params={**params, "user_id": person.user_id})) == 4
    )
    world.invalid(
        "include_revoked",
        "GET",
        "/api/tokens",
        person.token,
        location="query",
        params={"include_revoked": "yes"},
    )


def test_usage_report(still_world: World) -> None:
    world = still_world
    first, second = world.machine(), world.machine()
    person, other = world.person(first, second), world.person(first)
    key, token_id = world.token(person)
    unused, unused_id = world.token(person)
    start = world.clock.now()

    def work(machine: Machine, seconds: float, **members: Json) -> None:
        job_id = world.job(key, machine, payload={"command": "probs", "max_shots": 10})
        world.fetch(machine)
        world.clock.advance(seconds)
        world.publish(machine, job_id, **members)

    work(first, 5, status="completed", results="r", shots=4)
    work(first, 2.5, status="error")
    work(second, 10, status="completed", results="r")
    canceled = world.job(key, first)
    world.ok("POST", f"/api/jobs/{canceled}/cancel", key)
    world.job(key, first)
    world.fetch(first)

    def report(ids: str | None, **params: str) -> Json:
        given = {**({"token_ids": ids} if ids is not None else {}), **params}
        return world.ok("GET", "/api/tokens/usage/report", person.token, params=given)

    expected = {
        "token_id": token_id,
        "total_jobs": 4,
        "usage": [
            {
                "platform_name": first.name,
                "nb_jobs": 3,
                "duration_seconds": 7,
                "credits": 4,
                "free_credits": 0,
            },
            {
                "platform_name": second.name,
                "nb_jobs": 1,
                "duration_seconds": 10,
                "credits": 10,
                "free_credits": 0,
            },
        ],
    }
    empty = {"token_id": unused_id, "total_jobs": 0, "usage": []}
    assert report(f"{unused_id},{token_id}") == [expected, empty]
    assert report(f"[{token_id}, {unused_id}]") == [expected, empty]
    repeated = f"/api/tokens/usage/report?token_ids={token_id}&token_ids={unused_id}&token_ids={token_id}"
    assert world.ok("GET", repeated, person.token) == [expected, empty]
    for everything in (None, "", "[]", "null"):
        assert [unit["token_id"] for unit in report(everything)] == [person.token_id, token_id, unused_id]

    def at(seconds: float) -> str:
        return datetime.fromtimestamp(start + seconds).astimezone().isoformat()

    window = report(str(token_id), start_time=at(5), end_time=at(7.5))[0]
    assert (window["total_jobs"], window["usage"][0]["duration_seconds"]) == (1, 2)
    assert report(str(token_id), start_time=at(9), end_time=at(0)) == [{**empty, "token_id": token_id}]
    path = "/api/tokens/usage/report"
    for bad in ("x", "1,,2", "[1", "1;2", "1.0"):
        world.invalid("token_ids", "GET", path, person.token, location="query", params={"token_ids": bad})
    for bad in ("2026-01-01T00:00:00", "yesterday", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00 01:00"):
        world.invalid("end_time", "GET", path, person.token, location="query", params={"end_time": bad})
    world.refused(
        400,
        "Token not found or invalid",
        "GET",
        path,
        person.token,
        params={"token_ids": f"{token_id},999999"},
    )
    world.refused(
        403,
        "Permission denied",
        "GET",
        path,
        person.token,
        params={"token_ids": f"{token_id},{other.token_id}"},
    )
    world.ok("POST", "/api/tokens/revoke", person.token, data={"token": key})
    assert report(str(token_id)) == [expected]
    world.ok("POST", "/api/tokens/delete-by-ids", person.token, json={"token_ids": [token_id]})
    world.refused(
        400, "Token not found or invalid", "GET", path, person.token, params={"token_ids": str(token_id)}
    )
    assert unused


def test_api_keys(still_world: World) -> None:
    world = still_world
    machine = world.machine()
    owner = world.person()
    label = unique("key")
    made = world.ok(
        "POST",
        "/admin/api-keys",
        world.admin,
        json={"label": label, "duration": 10, "user_id": owner.user_id},
    )
    key, key_id = made["api_key"], made["api_key_id"]
    world.refused(
        400,
        f"Label already exists: {label}",
        "POST",
        "/admin/api-keys",
        world.admin,
        json={"label": label, "user_id": owner.user_id},
    )
    world.ok("POST", "/admin/api-keys", world.admin, json={"label": label})
    world.refused(400, "Unknown user", "POST", "/admin/api-keys", world.admin, json={"user_id": 10**9})
    world.invalid("duration", "POST", "/admin/api-keys", world.admin, json={"duration": 0})
    listed = world.ok("GET", "/admin/api-keys", world.admin)
    assert key not in str(listed)
    (shown,) = [one for one in listed if one["api_key_id"] == key_id]
    assert set(shown) == {"api_key_id", "label", "user_id", "created_date", "expiration_date", "is_revoked"}
    assert (shown["user_id"], shown["is_revoked"]) == (owner.user_id, False)
    fetch = {"json": fetch_body(machine)}
    world.refused(404, "No waiting job", "POST", "/admin/job", key, **fetch)
    world.ok("PUT", f"/api/users/{owner.user_id}", world.admin, json={"is_active": False})
    world.refused(401, "Invalid user", "POST", "/admin/job", key, **fetch)
    world.ok("PUT", f"/api/users/{owner.user_id}", world.admin, json={"is_active": True})
    world.clock.advance(10)
    world.refused(401, ACCOUNT_401, "POST", "/admin/job", key, **fetch)
    revoke = "/admin/api-keys/revoke"
    for unknown in (key_id, 10**9, -1):
        world.refused(400, "Invalid token", "POST", revoke, world.admin, json={"api_key_id": unknown})
    world.invalid("api_key_id", "POST", revoke, world.admin, json={"api_key_id": "1"})
    fresh = world.ok("POST", "/admin/api-keys", world.admin, json={})
    assert fresh["duration"] == 86_400
    world.ok("POST", revoke, world.admin, json={"api_key_id": fresh["api_key_id"]})
    world.refused(401, ACCOUNT_401, "POST", "/admin/job", fresh["api_key"], **fetch)
    world.refused(400, "Invalid token", "POST", revoke, world.admin, json={"api_key_id": fresh["api_key_id"]})
