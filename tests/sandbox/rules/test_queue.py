"""Who gets which job, and when."""

import threading

import pytest

from tests.sandbox.support import Machine, Person, World, fetch_body, job_body, running_with, unique


def order(world: World, machine: Machine, count: int) -> list[str]:
    return [world.fetch(machine)["job_id"] for _ in range(count)]


def test_higher_priority_first_then_older(world: World) -> None:
    machine = world.machine()
    person = world.person(machine, priority=5)
    low, _ = world.token(person, priority=1)
    high, _ = world.token(person, priority=5)
    created = [world.job(token, machine) for token in (low, high, low, high)]
    assert order(world, machine, 4) == [created[1], created[3], created[0], created[2]]


def test_arrival_decides_between_equal_times(still_world: World) -> None:
    machine = still_world.machine()
    person = still_world.person(machine)
    created = [still_world.job(person.token, machine) for _ in range(4)]
    assert order(still_world, machine, 4) == created


def test_priority_is_that_of_the_fetch(world: World) -> None:
    machine = world.machine()
    slow, quick = world.person(machine, priority=9), world.person(machine, priority=9)
    slow_token, slow_id = world.token(slow, priority=3)
    quick_token, _ = world.token(quick, priority=4)
    first, second = world.job(slow_token, machine), world.job(quick_token, machine)
    third = world.job(slow_token, machine)
    world.ok("PUT", f"/api/tokens/{slow_id}", slow_token, json={"priority": 8})
    assert order(world, machine, 1) == [first]
    world.ok("PUT", f"/api/users/{slow.user_id}", world.admin, json={"priority": 2})
    assert order(world, machine, 2) == [second, third]
    fourth, fifth = world.job(slow_token, machine), world.job(quick_token, machine)
    world.ok("POST", "/api/auth/tokens/delete-by-ids", slow.login, json={"token_ids": [slow_id]})
    world.ok("PUT", f"/api/users/{slow.user_id}", world.admin, json={"priority": 9})
    assert order(world, machine, 2) == [fourth, fifth]


def test_workers_get_jobs_of_their_own_platform(world: World, person: Person, machine: Machine) -> None:
    other = world.machine()
    job_id = world.job(person.token, machine)
    world.no_job(other)
    body = {"platform_name": machine.name, "worker_id": other.worker_id}
    world.refused(400, f"Invalid worker: {other.worker_id}", "POST", "/admin/job", world.key, json=body)
    by_id = {"platform_id": machine.platform_id, "platform_name": other.name, "worker_id": machine.worker_id}
    fetched = world.ok("POST", "/admin/job", world.key, json=by_id)
    assert fetched == {
        "job_id": job_id,
        "job_name": "a job",
        "platform_id": machine.platform_id,
        "platform_name": machine.name,
        "payload": {"command": "probs"},
        "pcvl_version": None,
        "max_duration": None,
        "process_id": None,
    }
    world.no_job(machine)


@pytest.mark.parametrize(
    ("members", "status", "error"),
    [
        ({"platform_id": "x"}, 400, "Invalid platform: x"),
        ({"platform_id": "00000000-0000-4000-8000-000000000000"}, 404, "Platform not found"),
        ({"platform_name": "sim:none"}, 404, "Platform not found"),
        ({"worker_id": ""}, 400, "Invalid worker: "),
    ],
)
def test_fetch_is_refused(
    world: World, machine: Machine, members: dict[str, object], status: int, error: str
) -> None:
    world.refused(status, error, "POST", "/admin/job", world.key, json={**fetch_body(machine), **members})
    neither = {"worker_id": machine.worker_id}
    world.refused(400, "Require platform_id or platform_name", "POST", "/admin/job", world.key, json=neither)
    world.invalid("worker_id", "POST", "/admin/job", world.key, json={"platform_name": machine.name})
    for member in ("platform_id", "platform_name", "worker_id"):
        body = {**fetch_body(machine), member: None}
        world.invalid(member, "POST", "/admin/job", world.key, json=body)


@pytest.mark.parametrize(
    "status", ["available", "maintenance", "unreachable", "locked", "decommissioned", "retired"]
)
def test_platform_status_holds_jobs_back(world: World, person: Person, machine: Machine, status: str) -> None:
    job_id = world.job(person.token, machine)
    world.ok("PUT", f"/api/platforms/{machine.platform_id}", world.admin, json={"status": status})
    if status in ("maintenance", "unreachable"):
        world.no_job(machine)
        assert world.status(person, job_id)["status"] == "waiting"
    else:
        assert world.fetch(machine)["job_id"] == job_id


def test_user_at_the_limit_is_passed_over(world: World) -> None:
    machine, elsewhere = world.machine(), world.machine()
    busy, other = world.person(machine, elsewhere), world.person(machine)
    cap = world.ok("GET", "/api/jobs/availability", busy.token)["max_concurrent_jobs"]
    running = [world.job(busy.token, elsewhere) for _ in range(cap)]
    for _ in range(cap):
        world.fetch(elsewhere)
    held, free = world.job(busy.token, machine), world.job(other.token, machine)
    assert order(world, machine, 1) == [free]
    world.no_job(machine)
    world.ok("POST", f"/api/jobs/{running[0]}/cancel", busy.token)
    world.no_job(machine)
    world.publish(elsewhere, running[0], status="canceled")
    assert order(world, machine, 1) == [held]


def test_no_job_goes_to_two_workers() -> None:
    with running_with(max_waiting_jobs=500, max_running_jobs=500) as world:
        machine = world.machine()
        person = world.person(machine)
        created = {world.job(person.token, machine, payload={"command": "probs", "n": n}) for n in range(500)}
        fetched: list[str] = []

        def work() -> None:
            while True:
                response = world.call("POST", "/admin/job", world.key, json=fetch_body(machine))
                if response.status_code != 200:
                    assert response.json()["error"] == "No waiting job"
                    return
                fetched.append(response.json()["job_id"])

        threads = [threading.Thread(target=work) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(fetched) == 500
        assert set(fetched) == created


def test_results_do_not_mix_under_load(world: World) -> None:
    machine = world.machine()
    people = [world.person(machine) for _ in range(4)]
    jobs = {
        world.job(person.token, machine, payload={"command": "probs", "mark": unique("m")}): person
        for person in people
        for _ in range(5)
    }

    def work() -> None:
        while True:
            response = world.call("POST", "/admin/job", world.key, json=fetch_body(machine))
            if response.status_code != 200:
                return
            job = response.json()
            world.publish(machine, job["job_id"], status="completed", results=job["payload"]["mark"])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for job_id, person in jobs.items():
        data = world.ok("GET", f"/api/jobs/{job_id}/data", person.token)
        assert (
            world.ok("GET", f"/api/jobs/{job_id}/result", person.token)["results"] == data["payload"]["mark"]
        )


def test_refused_publication_leaves_the_queue_alone(world: World, person: Person, machine: Machine) -> None:
    job_id = world.job(person.token, machine)
    for token in (person.token, person.login, world.admin):
        world.refused(403, "Permission denied", "POST", "/admin/job", token, json=fetch_body(machine))
    world.refused(401, None, "POST", "/admin/job", None, json=job_body(machine))
    assert world.fetch(machine)["job_id"] == job_id
