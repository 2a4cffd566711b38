"""A cloud in this process, on a loopback port, and the people who call it."""

import contextlib
import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import requests

from sandbox.cloud import Cloud
from sandbox.rules import clock
from sandbox.server import Announcement, listening, make_server, opened_cloud
from sandbox.settings import SandboxSettings

PASSWORD = "Correct-Horse-7"
JOB_401 = "Invalid or expired job token"
ACCOUNT_401 = "Authentication and authorization failed: token not found"

Json: TypeAlias = Any

_numbers = itertools.count(1)


@dataclass
class MovableClock:
    """The cloud's clock: real time and whatever a test added to it, or a moment that stands still."""

    offset: float = 0.0
    frozen_at: float | None = None

    def now(self) -> float:
        return (time.time() if self.frozen_at is None else self.frozen_at) + self.offset

    def freeze(self) -> None:
        self.frozen_at = float(int(time.time()))

    def advance(self, seconds: float) -> None:
        self.offset += seconds


@dataclass(frozen=True)
class Person:
    """A user with a login token and a job token."""

    user_id: int
    email: str
    login: str
    token: str
    token_id: int


@dataclass(frozen=True)
class Machine:
    """A platform with a worker on it."""

    platform_id: str
    name: str
    worker_id: str


@dataclass
class World:
    """One running cloud."""

    cloud: Cloud
    announcement: Announcement
    clock: MovableClock
    admin: str = ""
    key: str = ""
    _local: threading.local = field(default_factory=threading.local)

    def __post_init__(self) -> None:
        known = {"email": self.announcement.admin_email, "password": self.announcement.admin_password}
        self.admin = self.ok("POST", "/api/login", json=known)["token"]
        self.key = self.ok("POST", "/admin/api-keys", self.admin, json={"label": unique("key")})["api_key"]

    def call(self, method: str, path: str, token: str | None = None, **rest: Json) -> requests.Response:
        """Send a request, with this credential if there is one."""
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False
        headers = {
            **({"Authorization": f"Bearer {token}"} if token is not None else {}),
            **rest.pop("headers", {}),
        }
        response = self._local.session.request(
            method, self.announcement.url + path, headers=headers, timeout=30, **rest
        )
        assert isinstance(response, requests.Response)
        return response

    def ok(self, method: str, path: str, token: str | None = None, **rest: Json) -> Json:
        """Send a request that succeeds, and return its answer."""
        response = self.call(method, path, token, **rest)
        assert response.status_code == 200, (method, path, response.status_code, response.text)
        return response.json()

    def refused(
        self, status: int, error: str | None, method: str, path: str, token: str | None = None, **rest: Json
    ) -> Json:
        """Send a request that is refused in this way; a None stands for any text."""
        response = self.call(method, path, token, **rest)
        assert response.status_code == status, (method, path, response.status_code, response.text)
        body = response.json()
        assert response.headers["content-type"] == "application/json"
        assert set(body) == {"detail", "error"}
        assert isinstance(body["detail"], dict)
        assert body["error"] == error if error is not None else body["error"]
        return body

    def invalid(
        self,
        member: str,
        method: str,
        path: str,
        token: str | None = None,
        *,
        location: str = "json",
        **rest: Json,
    ) -> list[str]:
        """Send a request of the wrong shape, and return what is said about this member."""
        response = self.call(method, path, token, **rest)
        assert response.status_code == 422, (method, path, response.status_code, response.text)
        body = response.json()
        assert set(body) == {"detail", "message"}
        assert body["message"] == "Validation error"
        messages = body["detail"][location][member]
        assert messages
        assert all(isinstance(message, str) for message in messages)
        return list(messages)

    def person(self, *platforms: Machine, **members: Json) -> Person:
        """Make a user who may use these platforms."""
        email = unique("user") + "@example.org"
        known = {"email": email, "password": PASSWORD, "first_name": "F", "last_name": "L"}
        granted = [platform.platform_id for platform in platforms]
        user_id = self.ok(
            "POST", "/api/users", self.admin, json={**known, "platform_ids": granted, **members}
        )["user_id"]
        login = self.log_in(email)
        made = self.ok("POST", "/api/auth/tokens", login, json={"label": unique("first")})
        return Person(user_id, email, login, made["token"], made["token_id"])

    def log_in(self, email: str) -> str:
        """Return a new login token."""
        return str(self.ok("POST", "/api/login", json={"email": email, "password": PASSWORD})["token"])

    def token(self, person: Person, **members: Json) -> tuple[str, int]:
        """Make another job token of a user; return its value and id."""
        made = self.ok("POST", "/api/auth/tokens", person.login, json={"label": unique("token"), **members})
        return made["token"], made["token_id"]

    def machine(self, **members: Json) -> Machine:
        """Register a platform with a worker."""
        name, worker = (
            members.pop("platform_name", f"sim:{unique('p')}"),
            members.pop("worker_id", unique("worker")),
        )
        known = {
            "platform_name": name,
            "worker_id": worker,
            "specs": {"available_commands": ["probs"]},
            **members,
        }
        made = self.ok("POST", "/admin/platforms/register", self.key, json=known)
        return Machine(made["platform_id"], name, worker)

    def job(self, token: str, machine: Machine, **members: Json) -> str:
        """Create a job and return its id."""
        return str(self.ok("POST", "/api/jobs", token, json=job_body(machine, **members))["job_id"])

    def fetch(self, machine: Machine) -> Json:
        """Fetch the next job of a platform."""
        return self.ok("POST", "/admin/job", self.key, json=fetch_body(machine))

    def no_job(self, machine: Machine) -> None:
        """Fetch where there is nothing to fetch."""
        self.refused(404, "No waiting job", "POST", "/admin/job", self.key, json=fetch_body(machine))

    def publish(self, machine: Machine, job_id: str, **members: Json) -> Json:
        """Publish about a job as the worker of a platform."""
        return self.ok(
            "PUT", f"/admin/job/{job_id}", self.key, json={"worker_id": machine.worker_id, **members}
        )

    def status(self, person: Person, job_id: str) -> Json:
        """Read the status of a job."""
        return self.ok("GET", f"/api/jobs/{job_id}/status", person.token)


def job_body(machine: Machine, **members: Json) -> dict[str, Any]:
    """Return the body that creates a job."""
    return {"job_name": "a job", "platform_name": machine.name, "payload": {"command": "probs"}, **members}


def fetch_body(machine: Machine) -> dict[str, Any]:
    """Return the body that fetches a job."""
    return {"platform_name": machine.name, "worker_id": machine.worker_id}


def unique(stem: str) -> str:
    """Return a name that no one has yet."""
    return f"{stem}{next(_numbers)}"


@contextlib.contextmanager
def running(settings: SandboxSettings) -> Iterator[World]:
    """Run a cloud in a thread of this process."""
    movable = MovableClock()
    original = clock.now
    clock.now = movable.now
    try:
        with listening(settings) as listener, opened_cloud(settings) as (cloud, announce):
            server = make_server(cloud)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            try:
                host, port = listener.getsockname()[:2]
                yield World(cloud, announce(f"http://{host}:{port}"), movable)
            finally:
                server.should_exit = True
                thread.join()
    finally:
        clock.now = original


@contextlib.contextmanager
def running_with(**changes: Json) -> Iterator[World]:
    """Run a cloud with these settings."""
    with running(replace(SandboxSettings(), **changes)) as world:
        yield world
