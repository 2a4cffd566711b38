"""The errors of JB-1 one by one, and what a refusal leaves behind."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.support import Json, Machine, Person, World, job_body, running_with, unique

UNKNOWN = "00000000-0000-4000-8000-000000000000"
PAYLOAD = {"command": "probs"}


def update(world: World, machine: Machine, **members: Json) -> None:
    world.ok("PUT", f"/api/platforms/{machine.platform_id}", world.admin, json=members)


SHOTS: tuple[object, ...] = (0, -1, -0.5, True, "10", [1], {})
ITERATORS: tuple[object, ...] = ([], {}, "x", 1, None)

CASES: list[tuple[dict[str, Any], int, str]] = [
    ({"payload": None}, 400, "Invalid payload, expected a json object"),
    ({"platform_name": None}, 400, "Require platform_id or platform_name"),
    ({"platform_id": "nonsense"}, 400, "Invalid platform: nonsense"),
    ({"platform_id": ""}, 400, "Invalid platform: "),
    ({"platform_id": UNKNOWN}, 400, f"Invalid platform: {UNKNOWN}"),
    ({"platform_name": "sim:nowhere"}, 404, "Platform not found"),
    ({"platform_name": ""}, 404, "Platform not found"),
    ({"max_duration": 0}, 400, "Max duration must not be zero"),
    ({"max_duration": -5}, 400, "Max duration must not be zero"),
    ({"max_duration": 864_001}, 400, "Max duration too large, exceeding 864000"),
    (
        {"payload": {**PAYLOAD, "command": "paint"}},
        400,
        "Command 'paint' is not available on platform '{name}'",
    ),
    ({"payload": {}}, 400, "Command 'None' is not available on platform '{name}'"),
    ({"payload": {"command": 5}}, 400, "Command '5' is not available on platform '{name}'"),
    *[
        ({"payload": {**PAYLOAD, "max_shots": shots}}, 400, "Invalid max_shots, should be a positive number")
        for shots in SHOTS
    ],
    *[
        ({"payload": {**PAYLOAD, "iterator": iterator}}, 400, "Invalid iterator: must be a non-empty list")
        for iterator in ITERATORS
    ],
]


@pytest.mark.parametrize(("members", "status", "error"), CASES)
@pytest.mark.parametrize("path", ["/api/jobs", "/api/job"])
def test_creation_is_refused(
    world: World,
    person: Person,
    machine: Machine,
    members: dict[str, Any],
    status: int,
    error: str,
    path: str,
) -> None:
    before = world.ok("GET", "/api/jobs/availability", person.token)
    body = job_body(machine, **members)
    world.refused(status, error.replace("{name}", machine.name), "POST", path, person.token, json=body)
    assert world.ok("GET", "/api/jobs/availability", person.token) == before
    assert world.ok("GET", "/admin/jobs", world.admin, params={"user_id": person.user_id}) == []


@pytest.mark.parametrize(
    "members",
    [
        {"max_duration": 864_000},
        {"payload": {**PAYLOAD, "max_shots": 1}},
        {"payload": {**PAYLOAD, "max_shots": None}},
        {"payload": {**PAYLOAD, "max_shots": 10**400}},
        {"payload": {**PAYLOAD, "max_samples": 0}},
        {"payload": {**PAYLOAD, "iterator": [{}]}},
        {"process_id": ""},
        {
            "process_id": None,
            "max_duration": None,
            "pcvl_version": None,
            "job_group_name": None,
            "platform_id": None,
        },
        {"unknown": {"member": 1}, "max_shots": -1},
    ],
)
def test_creation_is_accepted(
    world: World, person: Person, machine: Machine, members: dict[str, Any]
) -> None:
    job_id = world.job(person.token, machine, **members)
    assert world.status(person, job_id)["status"] == "waiting"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("job_name", None),
        ("job_name", 3),
        ("payload", "x"),
        ("payload", []),
        ("payload", 1),
        ("max_duration", 60.0),
        ("max_duration", "60"),
        ("max_duration", True),
        ("max_duration", 2**63),
        ("platform_id", 4),
        ("platform_name", ["x"]),
        ("pcvl_version", 1),
        ("process_id", {}),
        ("job_group_name", 0),
    ],
)
def test_members_have_types(
    world: World, person: Person, machine: Machine, member: str, value: object
) -> None:
    world.invalid(member, "POST", "/api/jobs", person.token, json=job_body(machine, **{member: value}))


@pytest.mark.parametrize("member", ["job_name", "payload"])
def test_required_members_are_missed_by_name(
    world: World, person: Person, machine: Machine, member: str
) -> None:
    body = job_body(machine)
    del body[member]
    messages = world.invalid(member, "POST", "/api/jobs", person.token, json=body)
    assert messages == ["Missing data for required field."]


def test_platform_limits_are_inclusive(world: World, person: Person, machine: Machine) -> None:
    update(world, machine, max_duration=100, max_shots=1000)
    world.job(person.token, machine, max_duration=100, payload={**PAYLOAD, "max_shots": 1000})
    error = "Max_duration 101(s) exceeds the platform limit of 100(s)"
    world.refused(400, error, "POST", "/api/jobs", person.token, json=job_body(machine, max_duration=101))
    body = job_body(machine, payload={**PAYLOAD, "max_shots": 1001})
    world.refused(
        400, "Max shots must less than or equal to 1000", "POST", "/api/jobs", person.token, json=body
    )
    update(world, machine, max_duration=None, max_shots=None)
    world.job(person.token, machine, max_duration=101, payload={**PAYLOAD, "max_shots": 1001})


@pytest.mark.parametrize(
    "status", ["available", "maintenance", "unreachable", "locked", "decommissioned", "retired"]
)
def test_platform_status_opens_and_closes(
    world: World, person: Person, machine: Machine, status: str
) -> None:
    update(world, machine, status=status)
    refusals = {
        "locked": (403, f"Platform {machine.name} is locked, please upgrade your offer to use it"),
        "decommissioned": (400, "Create job disabled, Platform in decommissioned status"),
        "retired": (400, "Create job disabled, Platform in retired status"),
    }
    if status in refusals:
        world.refused(*refusals[status], "POST", "/api/jobs", person.token, json=job_body(machine))
    else:
        world.job(person.token, machine)


def test_deleted_platform_takes_no_jobs(world: World, person: Person, machine: Machine) -> None:
    world.ok("DELETE", f"/api/platforms/{machine.platform_id}", world.admin)
    world.refused(404, "Platform not found", "POST", "/api/jobs", person.token, json=job_body(machine))
    by_id = {"job_name": "x", "payload": PAYLOAD, "platform_id": machine.platform_id}
    world.refused(
        400, f"Invalid platform: {machine.platform_id}", "POST", "/api/jobs", person.token, json=by_id
    )


def test_id_wins_over_name(world: World, person: Person, machine: Machine) -> None:
    job_id = world.job(
        person.token, machine, platform_id=machine.platform_id.upper(), platform_name="sim:nowhere"
    )
    assert world.ok("GET", f"/api/jobs/{job_id}/data", person.token)["platform_name"] == machine.name


@pytest.mark.parametrize("key", ["platform_id", "platform_name"])
def test_permission_is_needed_by_id_and_by_name(world: World, machine: Machine, key: str) -> None:
    other = world.machine()
    stranger = world.person(other)
    body = {
        "job_name": "x",
        "payload": PAYLOAD,
        key: machine.platform_id if key == "platform_id" else machine.name,
    }
    error = f"No permission to use platform {machine.name}"
    world.refused(403, error, "POST", "/api/jobs", stranger.token, json=body)
    permission = {"user_id": stranger.user_id, "platform_id": machine.platform_id}
    for _ in range(2):
        world.ok("POST", "/api/platform-permissions", world.admin, json=permission)
    world.ok("POST", "/api/jobs", stranger.token, json=body)
    for _ in range(2):
        world.ok("DELETE", "/api/platform-permissions", world.admin, json=permission)
    world.refused(403, error, "POST", "/api/jobs", stranger.token, json=body)
    world.job(stranger.token, other)


def test_admins_need_permissions_too(world: World, machine: Machine) -> None:
    token = world.ok("POST", "/api/auth/tokens", world.admin, json={"label": unique("admin")})["token"]
    error = f"No permission to use platform {machine.name}"
    world.refused(403, error, "POST", "/api/jobs", token, json=job_body(machine))


def test_explorer_tokens_create_where_the_platform_allows(
    world: World, person: Person, machine: Machine
) -> None:
    explorer, _ = world.token(person, is_explorer_token=True)
    error = "Authentication failed: explorer tokens are not allowed"
    world.refused(401, error, "POST", "/api/jobs", explorer, json=job_body(machine))
    update(world, machine, allow_explorer=True)
    world.job(explorer, machine)


def test_process_ids_belong_to_one_user(world: World, person: Person, machine: Machine) -> None:
    other = world.person(machine)
    process_id = unique("process")
    refused = job_body(machine, process_id=process_id, max_duration=0)
    world.refused(400, None, "POST", "/api/jobs", other.token, json=refused)
    first = world.job(person.token, machine, process_id=process_id)
    world.job(person.token, machine, process_id=process_id)
    world.ok("POST", f"/api/jobs/{first}/cancel", person.token)
    error = "process_id is existed and assigned to another user job"
    world.refused(400, error, "POST", "/api/jobs", other.token, json=job_body(machine, process_id=process_id))


def test_commands_are_free_where_none_are_listed(world: World) -> None:
    machine = world.machine(specs={})
    person = world.person(machine)
    assert world.job(person.token, machine, payload={"command": "anything"})
    assert world.job(person.token, machine, payload={})


def test_forbidden_commands_are_a_users(world: World, machine: Machine) -> None:
    person = world.person(machine, forbidden_commands=["probs"])
    world.refused(
        403, "No permission to use algorithm probs", "POST", "/api/jobs", person.token, json=job_body(machine)
    )
    world.ok("PUT", f"/api/users/{person.user_id}", world.admin, json={"forbidden_commands": []})
    world.job(person.token, machine)


def test_waiting_jobs_have_a_limit_that_canceling_lifts(
    world: World, person: Person, machine: Machine
) -> None:
    second, _ = world.token(person)
    limit = world.ok("GET", "/api/jobs/availability", person.token)["max_jobs_in_queue"]
    job_ids = [world.job(second if number % 2 else person.token, machine) for number in range(limit)]
    error = f"Cannot create more than {limit} jobs"
    for token in (person.token, second):
        world.refused(400, error, "POST", "/api/jobs", token, json=job_body(machine))
    assert world.ok("GET", "/api/jobs/availability", second)["num_jobs_in_queue"] == limit
    world.ok("POST", f"/api/jobs/{job_ids[0]}/cancel", person.token)
    world.ok("POST", f"/api/jobs/{job_ids[0]}/rerun", person.token)
    world.ok("POST", f"/api/jobs/{job_ids[1]}/cancel", person.token)
    world.job(second, machine)
    world.refused(400, error, "POST", f"/api/jobs/{job_ids[1]}/rerun", person.token)


def test_toolbox_platforms_have_texts_and_a_limit(world: World) -> None:
    machine = world.machine(type="toolbox")
    person = world.person(machine)
    body = job_body(machine, payload={"command": "paint"})
    world.refused(
        400, "Quantum Toolbox command 'paint' is not defined", "POST", "/api/jobs", person.token, json=body
    )
    for number in range(5):
        world.job(person.token, machine)
        world.fetch(machine)
        availability = world.ok("GET", "/api/jobs/availability", person.token)
        assert availability["num_running_qt_jobs"] == number + 1
    error = "Cannot have more than 5 running Quantum Toolbox jobs"
    world.refused(403, error, "POST", "/api/jobs", person.token, json=job_body(machine))


def test_limits_are_settings() -> None:
    with running_with(
        max_waiting_jobs=1, max_running_jobs=2, max_qt_jobs=3, login_duration=60, max_token_duration=90_000
    ) as world:
        machine = world.machine()
        person = world.person(machine)
        assert world.ok("GET", "/api/jobs/availability", person.token) == {
            "max_concurrent_jobs": 2,
            "num_concurrent_jobs": 0,
            "max_jobs_in_queue": 1,
            "num_jobs_in_queue": 0,
            "max_running_qt_jobs": 3,
            "num_running_qt_jobs": 0,
        }
        world.job(person.token, machine)
        world.refused(
            400, "Cannot create more than 1 jobs", "POST", "/api/jobs", person.token, json=job_body(machine)
        )
        world.invalid("duration", "POST", "/api/auth/tokens", person.login, json={"duration": 90_001})
        world.ok("POST", "/api/auth/tokens", person.login, json={"duration": 90_000})
        world.clock.advance(60)
        assert world.call("GET", "/api/auth/tokens", person.login).status_code == 401


def shots(number: int | None) -> dict[str, Any]:
    return {"payload": PAYLOAD if number is None else {**PAYLOAD, "max_shots": number}}


def credits_of(world: World, person: Person) -> Json:
    return world.ok("GET", f"/api/users/{person.user_id}", person.login)["credits"]


def test_credits_are_reserved_charged_and_released(world: World, machine: Machine) -> None:
    person = world.person(machine, credits=100)

    def refused(number: int, error: str) -> None:
        world.refused(401, error, "POST", "/api/jobs", person.token, json=job_body(machine, **shots(number)))

    reserved = "Not enough credits: all remaining credits are reserved by waiting or running jobs"
    refused(101, "Not enough credits")
    first = world.job(person.token, machine, **shots(80))
    refused(21, reserved)
    world.ok("POST", f"/api/jobs/{first}/cancel", person.token)
    second = world.job(person.token, machine, **shots(80))
    world.fetch(machine)
    refused(21, reserved)
    world.job(person.token, machine, **shots(None))
    world.publish(machine, second, status="completed", results="r", shots=30)
    assert credits_of(world, person) == 70
    world.fetch(machine)
    third = world.job(person.token, machine, **shots(70))
    world.fetch(machine)
    world.publish(machine, third, status="error")
    assert credits_of(world, person) == 70
    fourth = world.job(person.token, machine, **shots(60))
    world.fetch(machine)
    world.publish(machine, fourth, status="completed", results="r", shots=1000)
    assert credits_of(world, person) == 10
    fifth = world.job(person.token, machine, **shots(10))
    world.fetch(machine)
    world.publish(machine, fifth, status="completed", results="r")
    assert credits_of(world, person) == 0
    refused(1, "Not enough credits")
    world.ok("PUT", f"/api/users/{person.user_id}", world.admin, json={"credits": None})
    world.job(person.token, machine, **shots(1))


def test_time_left_runs_out(still_world: World) -> None:
    world = still_world
    machine = world.machine(type="qpu")
    person = world.person(machine, time_left=10)

    def work(seconds: float) -> None:
        job_id = world.job(person.token, machine)
        world.fetch(machine)
        world.clock.advance(seconds)
        world.publish(machine, job_id, status="completed", results="r")

    work(7)
    assert world.ok("GET", f"/api/users/{person.user_id}", person.login)["time_left"] == 3
    work(20)
    assert world.ok("GET", f"/api/users/{person.user_id}", person.login)["time_left"] == 0
    world.refused(401, "Not enough qpu time left", "POST", "/api/jobs", person.token, json=job_body(machine))


def test_payload_comes_back_as_it_was_sent(world: World, person: Person, machine: Machine) -> None:
    payload = (
        '{"command":"probs","z":1,"a":1.0,"big":'
        + "9" * 400
        + ',"tiny":1e400,"text":"\\u00e9é\\ud83d\\ude00",'
        '"nested":{"b":[1.50,null,true],"a":{}},"pcvl_version":"old"}'
    )
    head = f'{{"job_name":"x","platform_name":"{machine.name}","payload":'
    for tail in ("}", ',"pcvl_version":"1.3.1"}'):
        body = (head + payload + tail).encode()
        job_id = world.ok("POST", "/api/jobs", person.token, data=body)["job_id"]
        for text in (
            world.call("GET", f"/api/jobs/{job_id}/data", person.token).text,
            world.call(
                "POST",
                "/admin/job",
                world.key,
                json={"platform_name": machine.name, "worker_id": machine.worker_id},
            ).text,
        ):
            assert '"z":1,"a":1.0' in text.replace('": ', '":').replace(', "', ',"')
            assert "9" * 400 in text
            assert "1e400" in text
            assert "1.50" in text
            assert ('"pcvl_version": "1.3.1"' in text) == (tail != "}")
    data = world.ok("GET", f"/api/jobs/{job_id}/data", person.token)
    assert list(data["payload"]) == ["command", "z", "a", "big", "tiny", "text", "nested", "pcvl_version"]
    assert data["payload"]["text"] == "éé😀"
    assert isinstance(data["payload"]["a"], float)


def test_version_is_null_unless_given(world: World, person: Person, machine: Machine) -> None:
    job_id = world.job(person.token, machine, payload={"command": "probs", "pcvl_version": "7"})
    data = world.ok("GET", f"/api/jobs/{job_id}/data", person.token)
    assert data["pcvl_version"] is None
    assert data["payload"] == {"command": "probs", "pcvl_version": "7"}
    assert data["command"] == "probs"


def test_five_megabytes_come_back(world: World, person: Person, machine: Machine) -> None:
    large = "é\u0000\u2028😀x" * 600_000
    job_id = world.job(person.token, machine, payload={"command": "probs", "large": large})
    fetched = world.fetch(machine)
    assert fetched["payload"]["large"] == large
    world.publish(machine, job_id, status="completed", results=large)
    assert world.ok("GET", f"/api/jobs/{job_id}/result", person.token)["results"] == large


def test_first_fault_in_order_is_named(world: World, machine: Machine) -> None:
    """Each fault hides those behind it; they are taken away one by one."""
    person = world.person(credits=0)
    explorer, _ = world.token(person, is_explorer_token=True)
    machine_path = f"/api/platforms/{machine.platform_id}"
    world.ok("PUT", machine_path, world.admin, json={"status": "retired", "max_shots": 5})
    body: dict[str, Any] = {"payload": None}

    def expect(status: int, error: str | None) -> None:
        world.refused(status, error, "POST", "/api/jobs", explorer, json=body)

    steps: list[tuple[int, str, Callable[[], object]]] = [
        (400, "Require platform_id or platform_name", lambda: body.update(platform_name="sim:nowhere")),
        (404, "Platform not found", lambda: body.update(platform_name=machine.name)),
        (
            403,
            f"No permission to use platform {machine.name}",
            lambda: world.ok(
                "PUT",
                f"/api/users/{person.user_id}",
                world.admin,
                json={"platform_ids": [machine.platform_id]},
            ),
        ),
        (
            400,
            "Create job disabled, Platform in retired status",
            lambda: world.ok("PUT", machine_path, world.admin, json={"status": "available"}),
        ),
        (
            401,
            "Authentication failed: explorer tokens are not allowed",
            lambda: world.ok("PUT", machine_path, world.admin, json={"allow_explorer": True}),
        ),
        (
            400,
            "Invalid payload, expected a json object",
            lambda: body.update(payload={"command": "no", "max_shots": 9, "iterator": 0}),
        ),
        (
            400,
            f"Command 'no' is not available on platform '{machine.name}'",
            lambda: body["payload"].update(command="probs"),
        ),
        (400, "Max duration must not be zero", lambda: body.update(max_duration=1)),
        (400, "Max shots must less than or equal to 5", lambda: body["payload"].update(max_shots=5)),
        (400, "Invalid iterator: must be a non-empty list", lambda: body["payload"].update(iterator=[1])),
        (
            401,
            "Not enough credits",
            lambda: world.ok("PUT", f"/api/users/{person.user_id}", world.admin, json={"credits": 5}),
        ),
    ]
    world.invalid("job_name", "POST", "/api/jobs", explorer, json=body)
    body.update(job_name="x", max_duration=0)
    for status, error, mend in steps:
        expect(status, error)
        mend()
    world.ok("POST", "/api/jobs", explorer, json=body)
