"""Platforms: registration, reading, changing."""

import pytest

from tests.sandbox.support import Json, Machine, Person, World, job_body, unique

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def registration(**members: Json) -> dict[str, Json]:
    return {"platform_name": f"sim:{unique('r')}", "worker_id": "w", "specs": {}, **members}


@pytest.mark.parametrize(
    "name",
    [
        "plain",
        "",
        ":x",
        "Sim:qa",
        "sim:",
        "sim:a:",
        "1sim:a",
        "sim:a b",
        "sim:é",
        "sim:a\n",
        "sim:" + "x" * 252,
        "sim:a/b",
    ],
)
def test_names_have_a_shape(world: World, machine: Machine, name: str) -> None:
    world.refused(
        400,
        f"Invalid platform: {name}",
        "POST",
        "/admin/platforms/register",
        world.key,
        json=registration(platform_name=name),
    )
    world.refused(
        400,
        "Invalid data",
        "PUT",
        f"/api/platforms/{machine.platform_id}",
        world.admin,
        json={"platform_name": name},
    )


@pytest.mark.parametrize("name", ["sim:gpu:medium{}", "qpu:Belenos.1-x_{}", "a-1_b:{}", "sim:public{}"])
def test_wellformed_names_are_read_encoded(world: World, person: Person, name: str) -> None:
    name = name.format(unique(""))
    world.machine(platform_name=name)
    for encoded in (name, name.replace(":", "%3A"), name.replace(":", "%3a")):
        one = world.ok("GET", f"/api/platforms/{encoded}/processor", person.token)
        assert world.ok("GET", f"/api/platform/{encoded}", person.token) == one
        assert (one["name"], one["perfs"]) == (name, {})


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("platform_name", None),
        ("platform_name", 3),
        ("type", ""),
        ("type", 1),
        ("worker_id", ""),
        ("worker_id", None),
        ("specs", None),
        ("specs", []),
        ("specs", {"x": None}),
        ("specs", {"constraints": {"x": None}}),
        ("specs", {"available_commands": "probs"}),
        ("specs", {"available_commands": [1]}),
        ("specs", {"available_commands": None}),
        ("perfs", []),
        ("perfs", {"x": None}),
        ("max_duration", 0),
        ("max_shots", "5"),
        ("allow_explorer", "yes"),
        ("description", 5),
    ],
)
def test_members_have_types(world: World, machine: Machine, member: str, value: object) -> None:
    world.invalid(
        member, "POST", "/admin/platforms/register", world.key, json=registration(**{member: value})
    )
    if member != "worker_id":
        world.invalid(
            member, "PUT", f"/api/platforms/{machine.platform_id}", world.admin, json={member: value}
        )


@pytest.mark.parametrize(
    "member", ["type", "perfs", "description", "max_duration", "max_shots", "allow_explorer"]
)
def test_nothing_of_a_registration_is_null(world: World, member: str) -> None:
    known = registration(**{member: None})
    world.invalid(member, "POST", "/admin/platforms/register", world.key, json=known)


def test_registration_again_brings_up_to_date(world: World, person: Person, machine: Machine) -> None:
    path = f"/api/platforms/{machine.platform_id}"
    world.ok("PUT", path, world.admin, json={"status": "maintenance", "description": "kept", "type": "qpu"})
    job_id = world.job(person.token, machine)
    specs = '{"available_commands": ["probs", "samples"], "deep": {"n": null, "one": 1.0}}'
    raw = f'{{"platform_name": "{machine.name}", "worker_id": "new", "specs": {specs}}}'
    answer = world.ok("POST", "/admin/platforms/register", world.admin, data=raw)
    assert answer == {
        "platform_id": machine.platform_id,
        "platform_name": machine.name,
        "worker_id": "new",
        "status": "maintenance",
    }
    read = world.call("GET", path, person.token)
    assert specs in read.text
    assert (read.json()["description"], read.json()["type"]) == ("kept", "qpu")
    world.ok("PUT", path, world.admin, json={"status": "available"})
    assert world.fetch(machine)["job_id"] == job_id


def test_deleted_name_starts_anew(world: World, person: Person, machine: Machine) -> None:
    path = f"/api/platforms/{machine.platform_id}"
    world.ok("DELETE", path, world.admin)
    for method in ("GET", "DELETE", "PUT"):
        world.refused(404, "Platform not found", method, path, world.admin, json={})
    again = world.machine(platform_name=machine.name)
    assert again.platform_id != machine.platform_id
    error = f"No permission to use platform {machine.name}"
    world.refused(403, error, "POST", "/api/jobs", person.token, json=job_body(again))
    ids = [platform["id"] for platform in world.ok("GET", "/api/platforms", person.token)]
    assert again.platform_id in ids
    assert machine.platform_id not in ids


def test_update_changes_what_is_given(world: World, person: Person, machine: Machine) -> None:
    path = f"/api/platforms/{machine.platform_id}"
    before = world.ok("GET", path, person.token)
    world.refused(
        400, "Invalid data", "PUT", path, world.admin, json={"status": "broken", "description": "x"}
    )
    world.refused(400, "Invalid data", "PUT", path, world.admin, json={"platform_name": "sim:qa"})
    assert world.ok("GET", path, person.token) == before
    changes = {
        "platform_name": f"qpu:{unique('n')}",
        "type": "qpu",
        "perfs": {"HOM (%)": 92},
        "description": "d",
    }
    window = {"start_time": "2026-08-27T09:30:00+02:00", "end_time": "2026-08-27T11:00:00Z"}
    world.ok("PUT", path, world.admin, json={**changes, "maintenance": window})
    after = {**before, "name": changes.pop("platform_name"), **changes}
    assert world.ok("GET", path, person.token) == after
    (public,) = [one for one in world.ok("GET", "/api/platforms/public") if one["id"] == machine.platform_id]
    assert set(public) == {
        "id",
        "name",
        "description",
        "type",
        "status",
        "maintenance",
        "statistic",
        "created_date",
    }
    assert public["maintenance"] == {
        "start_time": "2026-08-27T07:30:00.000000Z",
        "end_time": "2026-08-27T11:00:00.000000Z",
    }
    world.ok("PUT", path, world.admin, json={"maintenance": None})
    for bad in ({"start_time": "x", "end_time": "x"}, {"start_time": window["start_time"]}, "x"):
        world.invalid("maintenance", "PUT", path, world.admin, json={"maintenance": bad})


@pytest.mark.parametrize("bad", ["nonsense", UNKNOWN, "sim:qa"])
def test_platforms_are_addressed_by_id(world: World, person: Person, bad: str) -> None:
    permission = {"user_id": person.user_id, "platform_id": bad}
    for method in ("POST", "DELETE"):
        world.refused(
            404, "Platform not found", method, "/api/platform-permissions", world.admin, json=permission
        )
    for method in ("GET", "PUT", "DELETE"):
        world.refused(404, "Platform not found", method, f"/api/platforms/{bad}", world.admin, json={})
    world.refused(404, "Platform not found", "GET", f"/api/platform/{UNKNOWN}", world.admin)


def test_permissions_name_users(world: World, machine: Machine) -> None:
    permission = {"user_id": 10**9, "platform_id": machine.platform_id}
    for method in ("POST", "DELETE"):
        world.refused(400, "Unknown user", method, "/api/platform-permissions", world.admin, json=permission)
        world.invalid("user_id", method, "/api/platform-permissions", world.admin, json={"platform_id": "x"})
