"""The state machine of jobs, over HTTP."""

import pytest

from tests.sandbox.support import Machine, Person, World, fetch_body, unique

RESULTS = '{"results": "x"}'


def make(world: World, person: Person, machine: Machine, status: str) -> str:
    """Bring a new job into a status."""
    job_id = world.job(person.token, machine)
    if status == "waiting":
        return job_id
    if status == "canceled":
        world.ok("POST", f"/api/jobs/{job_id}/cancel", person.token)
        return job_id
    assert world.fetch(machine)["job_id"] == job_id
    if status == "cancel_requested":
        world.ok("POST", f"/api/jobs/{job_id}/cancel", person.token)
    elif status != "running":
        rest = {"results": RESULTS} if status == "completed" else {}
        world.publish(machine, job_id, status=status, **rest)
    assert world.status(person, job_id)["status"] == status
    return job_id


def said(status: str | None) -> dict[str, str]:
    """Return the part of a publication that names a status, or nothing of it."""
    return {} if status is None else {"status": status}


ALL = ("waiting", "running", "cancel_requested", "suspended", "completed", "error", "canceled")


def test_waiting_job_shows_all_members(world: World, person: Person, machine: Machine) -> None:
    status = world.status(person, make(world, person, machine, "waiting"))
    created = status.pop("creation_datetime")
    assert isinstance(created, float)
    assert status == {
        "status": "waiting",
        "status_message": None,
        "progress": 0,
        "progress_message": None,
        "start_time": None,
        "duration": None,
        "shots": None,
        "failure_code": None,
        "last_intermediate_results": None,
        "msg": None,
    }


@pytest.mark.parametrize(
    ("current", "published", "then"),
    [
        ("running", None, "running"),
        ("running", "running", "running"),
        ("running", "suspended", "suspended"),
        ("running", "completed", "completed"),
        ("running", "error", "error"),
        ("running", "canceled", None),
        ("suspended", None, "suspended"),
        ("suspended", "running", "running"),
        ("suspended", "suspended", None),
        ("suspended", "completed", None),
        ("suspended", "error", None),
        ("suspended", "canceled", None),
        ("cancel_requested", None, "cancel_requested"),
        ("cancel_requested", "running", "cancel_requested"),
        ("cancel_requested", "suspended", None),
        ("cancel_requested", "completed", "canceled"),
        ("cancel_requested", "error", "canceled"),
        ("cancel_requested", "canceled", "canceled"),
        ("running", "done", None),
        ("running", "waiting", None),
    ],
)
def test_publication_moves_a_job(
    world: World, person: Person, machine: Machine, current: str, published: str | None, then: str | None
) -> None:
    job_id = make(world, person, machine, current)
    body = {"worker_id": machine.worker_id, "results": RESULTS, **said(published)}
    if then is None:
        world.refused(400, "Invalid data", "PUT", f"/admin/job/{job_id}", world.key, json=body)
        assert world.status(person, job_id)["status"] == current
        return
    assert world.ok("PUT", f"/admin/job/{job_id}", world.key, json=body) == {"message": "ok", "status": then}
    status = world.status(person, job_id)
    result = world.ok("GET", f"/api/jobs/{job_id}/result", person.token)
    assert status["status"] == then
    final = then in ("completed", "error", "canceled")
    assert result["results"] == (RESULTS if final else None)
    assert isinstance(status["duration"], int) == final
    if then in ("error", "canceled"):
        assert status["status_message"]
    assert (status["failure_code"] == "error") == (then == "error")
    if then == "completed":
        assert status["progress"] == 100
        assert status["status_message"] is None


@pytest.mark.parametrize("terminal", ["completed", "error"])
@pytest.mark.parametrize("published", [None, "running", "completed", "error", "canceled"])
def test_terminal_job_refuses_its_worker(
    world: World, person: Person, machine: Machine, terminal: str, published: str | None
) -> None:
    job_id = make(world, person, machine, terminal)
    before = world.ok("GET", f"/api/jobs/{job_id}/result", person.token)
    body = {"worker_id": machine.worker_id, "results": "other", "shots": 7, **said(published)}
    refused = world.refused(400, "Invalid data", "PUT", f"/admin/job/{job_id}", world.key, json=body)
    assert refused["detail"] == {"status": terminal}
    assert world.ok("GET", f"/api/jobs/{job_id}/result", person.token) == before


@pytest.mark.parametrize(
    ("current", "then"),
    [
        ("waiting", "canceled"),
        ("running", "cancel_requested"),
        ("suspended", "canceled"),
        ("cancel_requested", None),
        ("completed", None),
        ("error", None),
        ("canceled", None),
    ],
)
@pytest.mark.parametrize("path", ["/api/jobs/{}/cancel", "/api/job/cancel/{}"])
def test_cancel_moves_a_job(
    world: World, person: Person, machine: Machine, current: str, then: str | None, path: str
) -> None:
    job_id = make(world, person, machine, current)
    if then is None:
        world.refused(400, "Can not cancel job", "POST", path.format(job_id), person.token)
        assert world.status(person, job_id)["status"] == current
    else:
        assert world.ok("POST", path.format(job_id), person.token) == {"message": "ok"}
        status = world.status(person, job_id)
        assert status["status"] == then
        assert status["status_message"]
        assert (status["start_time"] is None) == (current == "waiting")


def test_canceled_waiting_job_is_never_fetched(world: World, person: Person, machine: Machine) -> None:
    make(world, person, machine, "canceled")
    world.no_job(machine)


@pytest.mark.parametrize("current", ALL)
@pytest.mark.parametrize("path", ["/api/jobs/{}/rerun", "/api/job/rerun/{}"])
def test_rerun_takes_error_and_canceled_only(
    world: World, person: Person, machine: Machine, current: str, path: str
) -> None:
    job_id = make(world, person, machine, current)
    before = world.ok("GET", f"/api/jobs/{job_id}/data", person.token)
    if current in ("error", "canceled"):
        new_id = world.ok("POST", path.format(job_id), person.token)["job_id"]
        new = world.ok("GET", f"/api/jobs/{new_id}/data", person.token)
        assert new_id != job_id
        assert (new["status"], new["rerun_from"], new["payload"]) == ("waiting", job_id, before["payload"])
    else:
        world.refused(400, "Invalid data", "POST", path.format(job_id), person.token)
    assert world.ok("GET", f"/api/jobs/{job_id}/data", person.token) == before


def test_rerun_names_its_immediate_parent_and_takes_changes(
    world: World, person: Person, machine: Machine
) -> None:
    first = world.job(
        person.token,
        machine,
        pcvl_version="1.0",
        process_id=unique("process"),
        max_duration=77,
        job_group_name="g",
    )
    world.ok("POST", f"/api/jobs/{first}/cancel", person.token)
    changes = {"job_name": "again", "payload": {"command": "probs", "new": 1}, "platform_id": None}
    second = world.ok("POST", f"/api/jobs/{first}/rerun", person.token, json=changes)["job_id"]
    world.ok("POST", f"/api/jobs/{second}/cancel", person.token)
    other, other_id = world.token(person)
    third = world.ok("POST", f"/api/jobs/{second}/rerun", other, json={})["job_id"]
    data = world.ok("GET", f"/api/jobs/{third}/data", person.token)
    assert data["rerun_from"] == second
    assert data["job_name"] == "again"
    assert data["payload"] == {"command": "probs", "new": 1, "pcvl_version": "1.0"}
    assert data["token_id"] == other_id
    fetched = world.fetch(machine)
    assert (fetched["job_id"], fetched["max_duration"]) == (third, 77)
    assert fetched["process_id"] == data["process_id"]


def test_rerun_is_admitted_like_a_new_job(world: World, person: Person, machine: Machine) -> None:
    job_id = make(world, person, machine, "canceled")
    path = f"/api/jobs/{job_id}/rerun"
    unknown = "00000000-0000-4000-8000-000000000000"
    world.refused(
        400, f"Invalid platform: {unknown}", "POST", path, person.token, json={"platform_id": unknown}
    )
    world.invalid("payload", "POST", path, person.token, json={"payload": 3})
    explorer, _ = world.token(person, is_explorer_token=True)
    world.refused(401, "Authentication failed: explorer tokens are not allowed", "POST", path, explorer)
    permission = {"user_id": person.user_id, "platform_id": machine.platform_id}
    world.ok("DELETE", "/api/platform-permissions", world.admin, json=permission)
    world.refused(403, f"No permission to use platform {machine.name}", "POST", path, person.token)
    world.ok("DELETE", f"/api/platforms/{machine.platform_id}", world.admin)
    world.refused(404, "Platform not found", "POST", path, person.token)


def test_progress_grows_and_intermediate_results_line_up(
    world: World, person: Person, machine: Machine
) -> None:
    job_id = make(world, person, machine, "running")
    world.publish(
        machine, job_id, progress=40, progress_message="half", intermediate_results={"n": 1}, shots=3
    )
    world.publish(machine, job_id, progress=10, intermediate_results={"n": 2.0})
    status = world.status(person, job_id)
    assert (status["progress"], status["progress_message"], status["shots"]) == (40, "half", 3)
    assert status["last_intermediate_results"] == {"n": 2.0}
    result = world.ok("GET", f"/api/job/result/{job_id}", person.token)
    assert result["intermediate_results"] == [{"n": 1}, {"n": 2.0}]
    assert result["results"] is None
    for progress in ("-1", "100.1", "101", "1e301", "1e400", "-1e400"):
        body = f'{{"worker_id": "{machine.worker_id}", "progress": {progress}}}'
        world.refused(400, "Invalid data", "PUT", f"/admin/job/{job_id}", world.key, data=body)
    assert world.status(person, job_id)["progress"] == 40


@pytest.mark.parametrize("results", [{"a": 1}, "", 3, ["x"], True, None])
@pytest.mark.parametrize("status", ["completed", "error", "running"])
def test_results_must_be_text(
    world: World, person: Person, machine: Machine, results: object, status: str
) -> None:
    job_id = make(world, person, machine, "running")
    body = {"worker_id": machine.worker_id, "status": status, "results": results}
    world.refused(400, "Invalid data", "PUT", f"/admin/job/{job_id}", world.key, json=body)
    assert world.status(person, job_id)["status"] == "running"


def test_completion_needs_results_and_errors_may_have_texts(
    world: World, person: Person, machine: Machine
) -> None:
    job_id = make(world, person, machine, "running")
    body = {"worker_id": machine.worker_id, "status": "completed"}
    world.refused(400, "Invalid data", "PUT", f"/admin/job/{job_id}", world.key, json=body)
    world.publish(machine, job_id, status="error", status_message="burnt", failure_code="heat")
    status = world.status(person, job_id)
    assert (status["status_message"], status["failure_code"]) == ("burnt", "heat")


def test_only_the_fetching_worker_publishes(world: World, person: Person, machine: Machine) -> None:
    job_id = make(world, person, machine, "running")
    world.machine(platform_name=machine.name, worker_id="second")
    body = {"worker_id": "second", "status": "completed", "results": RESULTS}
    world.refused(403, "Permission denied", "PUT", f"/admin/job/{job_id}", world.key, json=body)
    waiting = make(world, person, machine, "waiting")
    body["worker_id"] = machine.worker_id
    world.refused(403, "Permission denied", "PUT", f"/admin/job/{waiting}", world.key, json=body)
    other_key = world.ok("POST", "/admin/api-keys", world.admin, json={})["api_key"]
    world.ok("PUT", f"/admin/job/{job_id}", other_key, json=body)


@pytest.mark.parametrize("worker_id", [None, 3])
def test_publication_has_a_shape(world: World, person: Person, machine: Machine, worker_id: object) -> None:
    job_id = make(world, person, machine, "running")
    world.invalid("worker_id", "PUT", f"/admin/job/{job_id}", world.key, json={"worker_id": worker_id})
    for member, value in {"progress": "x", "shots": 1.0, "intermediate_results": [], "status": 3}.items():
        body = {"worker_id": machine.worker_id, member: value}
        world.invalid(member, "PUT", f"/admin/job/{job_id}", world.key, json=body)
        body[member] = None
        world.invalid(member, "PUT", f"/admin/job/{job_id}", world.key, json=body)


def test_time_limit_counts_from_the_start(still_world: World) -> None:
    world = still_world
    machine = world.machine()
    person = world.person(machine)
    job_id = world.job(person.token, machine, max_duration=2)
    world.clock.advance(100)
    world.fetch(machine)
    world.clock.advance(2)
    assert world.status(person, job_id)["status"] == "running"
    world.clock.advance(5)
    assert world.ok("GET", "/api/jobs/availability", person.token)["num_concurrent_jobs"] == 0
    status = world.status(person, job_id)
    assert (status["status"], status["duration"]) == ("canceled", 2)
    assert status["failure_code"] == "max_duration_exceeded"
    assert status["status_message"]
    body = {"worker_id": machine.worker_id, "status": "completed", "results": RESULTS}
    refused = world.refused(400, "Invalid data", "PUT", f"/admin/job/{job_id}", world.key, json=body)
    assert refused["detail"] == {"status": "canceled"}


def test_time_limit_is_the_platforms_or_the_longest(still_world: World) -> None:
    world = still_world
    limited, free = world.machine(max_duration=50), world.machine()
    person = world.person(limited, free)
    short, long = world.job(person.token, limited), world.job(person.token, free)
    world.fetch(limited)
    world.fetch(free)
    world.clock.advance(51)
    assert world.status(person, short)["status"] == "canceled"
    assert world.status(person, long)["status"] == "running"
    fresh, _ = world.token(person, duration=31_536_000)
    world.clock.advance(864_000)
    assert world.ok("GET", f"/api/jobs/{long}/status", fresh)["duration"] == 864_000


def test_suspended_job_waits_for_its_time_limit(still_world: World) -> None:
    world = still_world
    machine = world.machine()
    person = world.person(machine)
    job_id = world.job(person.token, machine, max_duration=10)
    world.fetch(machine)
    world.publish(machine, job_id, status="suspended")
    world.clock.advance(11)
    assert world.status(person, job_id)["status"] == "suspended"
    world.publish(machine, job_id, status="running")
    assert world.status(person, job_id)["status"] == "canceled"


def test_times_of_status_and_data_agree(still_world: World) -> None:
    from datetime import datetime

    world = still_world
    machine = world.machine()
    person = world.person(machine)
    world.clock.advance(0.25)
    job_id = world.job(person.token, machine)
    world.clock.advance(3)
    world.fetch(machine)
    world.clock.advance(7.9)
    world.publish(machine, job_id, status="completed", results=RESULTS)
    status = world.status(person, job_id)
    data = world.ok("GET", f"/api/jobs/{job_id}/data", person.token)
    assert status["start_time"] - status["creation_datetime"] == 3
    assert datetime.fromisoformat(data["created_date"]).timestamp() == status["creation_datetime"]
    assert datetime.fromisoformat(data["start_time"]).timestamp() == status["start_time"]
    assert data["created_date"].endswith("Z")
    assert (status["duration"], data["duration"]) == (7, 7)


@pytest.mark.parametrize("how", ["platform deleted", "user deleted", "user deactivated"])
def test_jobs_end_with_their_user_or_platform(world: World, how: str) -> None:
    machine = world.machine()
    person = world.person(machine)
    before = {
        status: make(world, person, machine, status) for status in ("running", "suspended", "completed")
    }
    before["waiting"] = world.job(person.token, machine)
    if how == "platform deleted":
        world.ok("DELETE", f"/api/platforms/{machine.platform_id}", world.admin)
    elif how == "user deleted":
        world.ok("DELETE", f"/api/users/{person.user_id}", world.admin)
    else:
        world.ok("PUT", f"/api/users/{person.user_id}", world.admin, json={"is_active": False})
    listed = {
        job["job_id"]: job
        for job in world.ok("GET", "/admin/jobs", world.admin, params={"user_id": person.user_id})
    }
    after = {status: listed[job_id]["status"] for status, job_id in before.items()}
    assert after == {
        "waiting": "canceled",
        "suspended": "canceled",
        "running": "cancel_requested",
        "completed": "completed",
    }
    if how == "platform deleted":
        world.refused(404, "Platform not found", "POST", "/admin/job", world.key, json=fetch_body(machine))
    answer = world.publish(machine, before["running"], status="completed", results=RESULTS)
    assert answer["status"] == "canceled"
    if how == "user deactivated":
        world.ok("PUT", f"/api/users/{person.user_id}", world.admin, json={"is_active": True})
        status = world.status(person, before["waiting"])
        assert status["status"] == "canceled"
        assert status["status_message"]


def test_many_are_canceled_by_the_admin(world: World, person: Person, machine: Machine) -> None:
    completed, running = make(world, person, machine, "completed"), make(world, person, machine, "running")
    waiting = make(world, person, machine, "waiting")
    unknown = "00000000-0000-4000-8000-000000000000"
    path = "/admin/jobs/cancel"
    for bad in (unknown, unknown.replace("8", "A"), "nonsense", "Nonsense"):
        world.refused(
            404, f"invalid job_id: {bad}", "POST", path, world.admin, json={"job_ids": [waiting, bad]}
        )
    assert world.status(person, waiting)["status"] == "waiting"
    world.refused(400, "Can not cancel job", "POST", path, world.admin, json={"job_ids": [completed]})
    world.refused(400, "Can not cancel job", "POST", path, world.admin, json={"job_ids": []})
    named = [completed, running, waiting, waiting, completed.upper()]
    answer = world.ok("POST", path, world.admin, json={"job_ids": named})
    assert answer == {
        "message": "ok",
        "jobs": [
            {"job_id": completed, "status": "completed"},
            {"job_id": running, "status": "cancel_requested"},
            {"job_id": waiting, "status": "canceled"},
        ],
    }


def test_admin_lists_jobs_with_filters(world: World, person: Person, machine: Machine) -> None:
    first, second = make(world, person, machine, "canceled"), make(world, person, machine, "waiting")
    mine = {"user_id": person.user_id}
    listed = world.ok("GET", "/admin/jobs", world.admin, params=mine)
    assert [job["job_id"] for job in listed] == [first, second]
    assert all("payload" not in job and job["user_id"] == person.user_id for job in listed)
    waiting = world.ok("GET", "/admin/jobs", world.admin, params={**mine, "status": "waiting"})
    assert [job["job_id"] for job in waiting] == [second]
    named = world.ok(
        "GET", "/admin/jobs", world.admin, params={"platform_name": machine.name, "limit": 1, "offset": 1}
    )
    assert [job["job_id"] for job in named] == [second]
    assert world.ok("GET", "/admin/jobs", world.admin, params={"platform_name": "sim:none"}) == []
    world.invalid("status", "GET", "/admin/jobs", world.admin, location="query", params={"status": "done"})
