"""The sandbox as a process: what it announces, keeps, and says when it cannot start."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.errors import SandboxError
from sandbox.server import serve
from sandbox.settings import SandboxSettings

ROOT = Path(__file__).parents[2]
PROGRAM = """
import dataclasses, json, pathlib, sys
from sandbox.errors import SandboxError
from sandbox.server import serve
from sandbox.settings import SandboxSettings
given = json.loads(sys.argv[1])
if "db" in given:
    given["db"] = pathlib.Path(given["db"])
if "commands" in given:
    given["commands"] = tuple(given["commands"])
try:
    serve(SandboxSettings(**given), lambda known: print(json.dumps(dataclasses.asdict(known)), flush=True))
except SandboxError as error:
    sys.exit(str(error))
"""


@contextmanager
def process(folder: Path, **settings: object) -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    """Run a sandbox as a process whose temporary files are in this folder."""
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, json.dumps(settings, default=str)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    try:
        line = program.stdout.readline()
        assert line, program.communicate()[1]
        yield program, json.loads(line)
    finally:
        if program.poll() is None:
            program.kill()
        program.communicate()


def ok(known: dict[str, Any], method: str, path: str, token: str | None = None, **body: object) -> Any:  # noqa: ANN401
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = requests.request(method, known["url"] + path, json=body, headers=headers, timeout=30)
    assert response.status_code == 200, response.text
    return response.json()


def log_in(known: dict[str, Any]) -> str:
    return str(
        ok(known, "POST", "/api/login", email=known["admin_email"], password=known["admin_password"])["token"]
    )


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are listed on Linux only")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_temporary_database_leaves_nothing_however_it_ends(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    with process(tmp_path) as (program, known):
        assert set(known) == {"url", "admin_email", "admin_password", "job_token", "platform"}
        session = requests.Session()
        assert session.get(known["url"] + "/health", timeout=30).json() == {"message": "ok"}
        opened = [str(file.readlink()) for file in Path(f"/proc/{program.pid}/fd").iterdir()]
        assert any(name.startswith(f"{tmp_path}/") for name in opened)
        program.send_signal(number)
        assert program.wait(timeout=20) == status
        _, errors = program.communicate()
        assert errors == ""
        session.close()
    assert list(tmp_path.iterdir()) == []


def test_announced_user_can_work(tmp_path: Path) -> None:
    with process(tmp_path, commands=["probs", "samples"]) as (_, known):
        platform = ok(known, "GET", f"/api/platform/{known['platform']}", known["job_token"])
        assert platform["specs"]["available_commands"] == ["probs", "samples"]
        assert "commands" not in platform["specs"]
        job = {"job_name": "x", "platform_name": "sim:qa", "payload": {"command": "samples"}}
        job_id = ok(known, "POST", "/api/job", known["job_token"], **job)["job_id"]
        assert ok(known, "GET", f"/api/job/status/{job_id}", known["job_token"])["status"] == "waiting"
        assert ok(known, "GET", "/api/users", log_in(known))[0]["is_admin"] is True


def test_kept_database_survives_a_kill(tmp_path: Path) -> None:
    db = tmp_path / "kept.db"
    with process(tmp_path, db=db) as (program, first):
        job = {"job_name": "kept", "platform_name": "sim:qa", "payload": {"command": "probs"}}
        job_id = ok(first, "POST", "/api/jobs", first["job_token"], **job)["job_id"]
        admin = log_in(first)
        users = ok(first, "GET", "/api/users", admin)
        program.kill()
        program.wait()
    with process(tmp_path, db=db, commands=["probs", "samples"]) as (program, second):
        assert second["job_token"] != first["job_token"]
        assert second["admin_password"] != first["admin_password"]
        for token in (first["job_token"], second["job_token"]):
            assert ok(second, "GET", f"/api/jobs/{job_id}/data", token)["job_name"] == "kept"
        assert ok(second, "GET", "/api/users", admin) == users
        assert ok(second, "GET", "/api/users", log_in(second)) == users
        labels = [token["label"] for token in ok(second, "GET", "/api/tokens", second["job_token"])]
        assert labels == ["demo-1", "demo-2"]
        count = [token["count"] for token in ok(second, "GET", "/api/tokens", first["job_token"])]
        assert count[0] == 3
        specs = ok(second, "GET", "/api/platform/sim:qa", second["job_token"])["specs"]
        assert specs["available_commands"] == ["probs", "samples"]
        with pytest.raises(SandboxError, match="in use by another process"):
            serve(SandboxSettings(db=db), lambda _: None)
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=20) == 0
    with process(tmp_path, db=db, admin_password="Chosen-Horse-7") as (_, third):
        assert third["admin_password"] == "Chosen-Horse-7"
        log_in(third)


def test_no_secret_is_logged(tmp_path: Path) -> None:
    with process(tmp_path) as (program, known):
        login = log_in(known)
        ok(known, "POST", "/api/auth/tokens", login, label="x")
        requests.get(known["url"] + "/api/nope?token=" + login, timeout=30)
        program.send_signal(signal.SIGTERM)
        output, errors = program.communicate(timeout=20)
    assert output + errors == ""


def refusal(**settings: object) -> str:
    with pytest.raises(SandboxError) as caught:
        serve(SandboxSettings(**settings), lambda _: pytest.fail("it started"))  # type: ignore[arg-type]
    return str(caught.value)


def test_port_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port}" in refusal(port=port)


def test_hosts_that_are_none() -> None:
    assert "not known" in refusal(host="no such host")
    assert "cannot listen" in refusal(host="192.0.2.1")


def test_databases_that_are_none(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("not a database, but long enough to look like one" * 50)
    assert "not a database" in refusal(db=text)
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    assert "not a sandbox's" in refusal(db=foreign)
    assert foreign.read_bytes()[:6] == b"SQLite"
    assert "does not exist" in refusal(db=tmp_path / "missing" / "x.db")
    assert "is a folder" in refusal(db=tmp_path)
    old = tmp_path / "old.db"
    with process(tmp_path, db=old):
        pass
    with sqlite3.connect(old) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert "layout 99" in refusal(db=old)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_databases_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    assert "check the rights" in refusal(db=tmp_path / "closed" / "x.db")


def test_admins_that_cannot_be() -> None:
    assert "too weak" in refusal(admin_password="weak")
    assert "not an e-mail address" in refusal(admin_email="admin")
    assert "the demo user's" in refusal(admin_email="Demo@sandbox.local")


def test_failure_of_the_announcement_stops_the_sandbox(tmp_path: Path) -> None:
    def fail(_: object) -> None:
        raise LookupError("no one listens")

    with pytest.raises(LookupError, match="no one listens"):
        serve(SandboxSettings(db=tmp_path / "x.db"), fail)
    serve_again: list[object] = []

    def stop(known: object) -> None:
        serve_again.append(known)
        raise LookupError

    with pytest.raises(LookupError):
        serve(SandboxSettings(db=tmp_path / "x.db"), stop)
    assert serve_again
