"""Accounts and platforms."""

import pytest

from tests.sandbox.support import ACCOUNT_401, JOB_401, PASSWORD, Json, Machine, Person, World, unique

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def body(**members: Json) -> dict[str, Json]:
    return {
        "email": unique("u") + "@example.org",
        "password": PASSWORD,
        "first_name": "F",
        "last_name": "L",
        **members,
    }


def test_user_is_shown_without_secrets(world: World, machine: Machine) -> None:
    given = body(platform_ids=[machine.platform_id], priority=7, company_id=3, credits=1.5, time_left=9)
    user_id = world.ok("POST", "/api/users", world.admin, json=given)["user_id"]
    shown = world.ok("GET", f"/api/users/{user_id}", world.admin)
    created = shown.pop("created_date")
    assert created.endswith("Z")
    assert shown == {
        "user_id": user_id,
        "email": given["email"],
        "first_name": "F",
        "last_name": "L",
        "platform_ids": [machine.platform_id],
        "is_admin": False,
        "priority": 7,
        "company_id": 3,
        "is_active": True,
        "credits": 1.5,
        "time_left": 9,
        "forbidden_commands": [],
    }
    listed = world.ok("GET", "/api/users", world.admin)
    assert {**shown, "created_date": created} in listed
    assert "assword" not in str(listed)
    assert "scrypt" not in str(listed)


@pytest.mark.parametrize(
    "email", ["plain", "@x", "x@", "a@b@c", "a b@c", "a@b\n", "x" * 251 + "@y.z", 5, None, ["a@b"]]
)
def test_emails_have_a_shape(world: World, email: object) -> None:
    world.invalid("email", "POST", "/api/users", world.admin, json=body(email=email))


@pytest.mark.parametrize(
    "password",
    [
        "Short-1a",
        "no-upper-case-1",
        "NO-LOWER-CASE-1",
        "No-digits-here",
        "NoSymbolsHere1",
        "NoSymbol Here1",
        "Ünly-Non-Äscii",
        "Aa1-" + "x" * 1021,
        "",
    ],
)
def test_weak_passwords_are_refused(world: World, person: Person, password: str) -> None:
    world.refused(400, "Invalid password", "POST", "/api/users", world.admin, json=body(password=password))
    world.refused(
        400,
        "Invalid password",
        "PUT",
        f"/api/users/{person.user_id}",
        person.login,
        json={"password": password},
    )


@pytest.mark.parametrize("member", ["email", "password", "first_name", "last_name"])
def test_members_are_required(world: World, member: str) -> None:
    given = body()
    del given[member]
    messages = world.invalid(member, "POST", "/api/users", world.admin, json=given)
    assert messages == ["Missing data for required field."]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("priority", -1),
        ("priority", None),
        ("is_admin", 1),
        ("platform_ids", "x"),
        ("credits", -1),
        ("credits", "1"),
        ("time_left", 1.5),
        ("forbidden_commands", [1]),
        ("first_name", None),
    ],
)
def test_members_have_types(world: World, member: str, value: object) -> None:
    world.invalid(member, "POST", "/api/users", world.admin, json=body(**{member: value}))


def test_emails_are_unique_without_case(world: World, person: Person) -> None:
    shouted = person.email.upper()
    world.refused(
        400, f"Email already exists: {shouted}", "POST", "/api/users", world.admin, json=body(email=shouted)
    )
    other = world.person()
    path = f"/api/users/{other.user_id}"
    world.refused(
        400,
        f"Email already exists: {shouted}",
        "PUT",
        path,
        other.login,
        json={"email": shouted, "first_name": "New"},
    )
    assert world.ok("GET", path, other.login)["first_name"] == "F"
    world.ok("PUT", path, other.login, json={"email": other.email.upper()})
    world.log_in(other.email)
    world.ok("DELETE", f"/api/users/{person.user_id}", world.admin)
    world.ok("POST", "/api/users", world.admin, json=body(email=person.email))


def test_platforms_of_a_user(world: World, machine: Machine) -> None:
    for unknown in ("nonsense", UNKNOWN, machine.name):
        given = body(platform_ids=[machine.platform_id, unknown])
        world.refused(400, f"Invalid platform: {unknown}", "POST", "/api/users", world.admin, json=given)
    person, other = world.person(machine), world.machine()
    path = f"/api/users/{person.user_id}"
    world.ok("PUT", path, world.admin, json={"platform_ids": [other.platform_id, other.platform_id]})
    assert world.ok("GET", path, person.login)["platform_ids"] == [other.platform_id]
    world.ok("DELETE", f"/api/platforms/{other.platform_id}", world.admin)
    assert world.ok("GET", path, person.login)["platform_ids"] == []


def test_login_does_not_tell_what_was_wrong(world: World) -> None:
    person, gone = world.person(), world.person()
    world.ok("DELETE", f"/api/users/{gone.user_id}", world.admin)
    bad = [
        {"email": person.email, "password": "Wrong-Horse-77"},
        {"email": "nobody@example.org", "password": PASSWORD},
        {"email": gone.email, "password": PASSWORD},
        {"email": "", "password": ""},
    ]
    for given in bad:
        world.refused(401, "Invalid email or password", "POST", "/api/login", json=given)
    world.invalid("email", "POST", "/api/login", json={"email": 1, "password": "x"})
    world.invalid("password", "POST", "/api/login", json={"email": "x", "password": None})
    answer = world.ok("POST", "/api/login", json={"email": person.email.upper(), "password": PASSWORD})
    assert (answer["duration"], answer["user_id"]) == (86_400, person.user_id)
    assert set(answer) == {"token", "duration", "user_id"}
    world.ok("GET", "/api/auth/tokens", person.login)
    world.ok("PUT", f"/api/users/{person.user_id}", world.admin, json={"is_active": False})
    world.refused(401, "Invalid email or password", "POST", "/api/login", json=bad[0])
    world.refused(
        401, "Invalid user", "POST", "/api/login", json={"email": person.email, "password": PASSWORD}
    )


def test_update_changes_what_is_given(world: World, machine: Machine) -> None:
    person = world.person(machine, company_id=4, credits=2)
    path = f"/api/users/{person.user_id}"
    before = world.ok("GET", path, person.login)
    ignored = {"user_id": 1, "created_date": "x", "unknown": 1}
    assert world.ok("PUT", path, person.login, json={"first_name": "New", **ignored}) == {"message": "ok"}
    assert world.ok("GET", path, person.login) == {**before, "first_name": "New"}
    world.ok("PUT", path, world.admin, json={"priority": 8, "credits": None, "company_id": None})
    after = {**before, "first_name": "New", "priority": 8, "credits": None}
    assert world.ok("GET", path, person.login) == after
    world.ok("PUT", path, person.login, json={"password": "Another-Horse-8"})
    world.refused(401, None, "POST", "/api/login", json={"email": person.email, "password": PASSWORD})
    world.ok("POST", "/api/login", json={"email": person.email, "password": "Another-Horse-8"})
    world.ok("GET", path, person.login)
    world.refused(404, "Not found", "GET", "/api/users/999999", world.admin)
    world.refused(404, "Not found", "PUT", "/api/users/9223372036854775808", world.admin, json={})


@pytest.mark.parametrize(
    "member",
    [
        "priority",
        "is_admin",
        "platform_ids",
        "company_id",
        "is_active",
        "credits",
        "time_left",
        "forbidden_commands",
    ],
)
@pytest.mark.parametrize("value", [None, "nonsense"])
def test_plain_users_may_not_name_what_admins_set(
    world: World, person: Person, member: str, value: object
) -> None:
    path = f"/api/users/{person.user_id}"
    before = world.ok("GET", path, person.login)
    world.refused(
        403, "Permission denied", "PUT", path, person.login, json={"first_name": "New", member: value}
    )
    assert world.ok("GET", path, person.login) == before


def test_admins_keep_themselves_and_each_other(world: World) -> None:
    me = world.ok(
        "POST",
        "/api/login",
        json={"email": world.announcement.admin_email, "password": world.announcement.admin_password},
    )
    path = f"/api/users/{me['user_id']}"
    for members in ({"is_active": False}, {"is_admin": False}):
        world.refused(400, "Invalid data", "PUT", path, world.admin, json=members)
    second = world.person(is_admin=True)
    world.refused(400, "Can't delete an admin user", "DELETE", f"/api/users/{second.user_id}", second.login)
    world.refused(
        400, "Invalid data", "PUT", f"/api/users/{second.user_id}", second.login, json={"is_admin": False}
    )
    world.ok("PUT", f"/api/users/{second.user_id}", world.admin, json={"is_admin": False})
    world.refused(403, "Permission denied", "GET", "/api/users", second.login)


def test_deleted_users_are_gone(world: World, person: Person) -> None:
    key = world.ok("POST", "/admin/api-keys", world.admin, json={"user_id": person.user_id})["api_key"]
    path = f"/api/users/{person.user_id}"
    world.ok("DELETE", path, world.admin)
    world.refused(404, "Not found", "DELETE", path, world.admin)
    world.refused(404, "Not found", "GET", path, world.admin)
    world.refused(401, JOB_401, "GET", "/api/jobs/availability", person.token)
    world.refused(401, ACCOUNT_401, "GET", path, person.login)
    world.refused(401, ACCOUNT_401, "POST", "/admin/job", key, json={})
    assert person.user_id not in [user["user_id"] for user in world.ok("GET", "/api/users", world.admin)]
    listed = world.ok("GET", "/admin/tokens", world.admin)
    assert person.token_id not in [token["id"] for token in listed]


def test_deactivated_users_come_back(world: World, person: Person) -> None:
    path = f"/api/users/{person.user_id}"
    world.ok("PUT", path, world.admin, json={"is_active": False})
    for token, route in (
        (person.token, "/api/jobs/availability"),
        (person.login, path),
        (person.token, "/api/platforms"),
    ):
        world.refused(401, "Invalid user", "GET", route, token)
    world.refused(401, JOB_401, "GET", "/api/jobs/availability", person.login)
    read = world.ok("GET", f"/api/auth/tokens/{person.token_id}", world.admin)
    assert read["valid"] is False
    assert person.user_id in [user["user_id"] for user in world.ok("GET", "/api/users", world.admin)]
    world.ok("PUT", path, world.admin, json={"is_active": True})
    world.ok("GET", "/api/jobs/availability", person.token)
