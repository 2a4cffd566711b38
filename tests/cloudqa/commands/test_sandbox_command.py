"""`cloudqa sandbox` as a person starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cloudqa.commands.sandbox_process import quoted
from cloudqa.run.given import parse_env_lines
from steps.api import service
from steps.api.cloud_objects import Job, JobToken, User
from steps.api.errors import CloudRefusal
from steps.api.utils import CloudContext
from steps.api.waiting import wait_until

ROOT = Path(__file__).parents[3]
NAMES = ["CLOUD_URL", "CLOUD_ADMIN_EMAIL", "CLOUD_ADMIN_PASSWORD", "CLOUD_JOB_TOKEN"]


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOUD_")}
    return subprocess.Popen(
        [sys.executable, "-m", "cloudqa", "sandbox", *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A sandbox with the lines that it printed; ended afterwards."""
    process = start("--port", "0", *arguments, **environment)
    try:
        assert process.stdout is not None
        text = "".join(process.stdout.readline() for _ in NAMES)
        assert text, process.communicate(timeout=10)[1]
        yield process, parse_env_lines(text)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def owner_of(token: str) -> User:
    user = User()
    user.job_tokens.append(JobToken(token=token))
    return user


def refused(*arguments: str, **environment: str) -> str:
    """What a sandbox that cannot start says; it must be one sentence."""
    process = start(*arguments, **environment)
    output, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert output == ""
    assert "Traceback" not in errors
    return errors.strip()


def test_it_prints_the_lines_of_a_settings_file_once_it_answers() -> None:
    with running("--worker", "none") as (_, lines):
        assert list(lines) == NAMES
        assert not lines["CLOUD_URL"].endswith("/")
        assert service.health(CloudContext(lines["CLOUD_URL"])).body == {"message": "ok"}


def test_job_of_the_demo_user_is_answered_by_the_worker_that_comes_along() -> None:
    with running() as (_, lines):
        cloud, user = CloudContext(lines["CLOUD_URL"]), owner_of(lines["CLOUD_JOB_TOKEN"])
        job = Job()
        job.create(cloud, user)
        status = wait_until(
            lambda: job.get_status(cloud, user)["status"], lambda seen: seen == "completed", seconds=30
        )
        assert status == "completed"
        assert '"results"' in job.get_results(cloud, user)["results"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(number: signal.Signals) -> None:
    with running() as (process, lines):
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "Traceback" not in errors
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(lines["CLOUD_URL"].rpartition(":")[2]))) != 0


def test_its_worker_ends_with_it_even_if_it_is_killed() -> None:
    process = start("--port", "0")
    assert process.stdout is not None
    announced = [process.stdout.readline() for _ in NAMES]
    assert all(announced)
    process.kill()
    # The worker has the other end of the sandbox's error output: that ends when both are gone.
    assert process.communicate(timeout=30)[0] == ""


def test_admin_password_of_the_environment_is_used() -> None:
    with running("--worker", "none", CLOUD_ADMIN_PASSWORD="Of-the-environment-1") as (_, lines):
        assert lines["CLOUD_ADMIN_PASSWORD"] == "Of-the-environment-1"
        admin = User(email=lines["CLOUD_ADMIN_EMAIL"], password="Of-the-environment-1", is_admin=True)
        admin.log(CloudContext(lines["CLOUD_URL"]))


def test_database_is_kept_with_a_new_password_and_token(tmp_path: Path) -> None:
    file = str(tmp_path / "cloud.db")
    with running("--worker", "none", "--db", file) as (_, first):
        cloud, user = CloudContext(first["CLOUD_URL"]), owner_of(first["CLOUD_JOB_TOKEN"])
        job = Job()
        job.create(cloud, user)
    with running("--worker", "none", "--db", file) as (_, second):
        cloud, user = CloudContext(second["CLOUD_URL"]), owner_of(second["CLOUD_JOB_TOKEN"])
        assert job.get_status(cloud, user)["status"] == "waiting"
        assert second["CLOUD_ADMIN_EMAIL"] == first["CLOUD_ADMIN_EMAIL"]
        assert second["CLOUD_ADMIN_PASSWORD"] != first["CLOUD_ADMIN_PASSWORD"]
        old = User(email=first["CLOUD_ADMIN_EMAIL"], password=first["CLOUD_ADMIN_PASSWORD"], is_admin=True)
        with pytest.raises(CloudRefusal):
            old.log(cloud)


def test_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        sentence = refused("--port", port)
    assert port in sentence
    assert "\n" not in sentence


def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("these are notes, not a database, and they must stay\n" * 100)
    sentence = refused("--port", "0", "--db", str(file))
    assert "notes.txt" in sentence
    assert "\n" not in sentence
    assert file.read_text().startswith("these are notes")


def test_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "nowhere" in refused("--port", "0", "--db", str(tmp_path / "nowhere" / "cloud.db"))


def test_wrong_limit_is_told() -> None:
    assert "SANDBOX_MAX_WAITING_JOBS" in refused("--port", "0", SANDBOX_MAX_WAITING_JOBS="many")


@pytest.mark.parametrize("value", ["plain", "with space", "a'b", 'a"b', "a$b", "a#b", "back\\slash", "ünï"])
def test_printed_value_is_read_back(value: str) -> None:
    assert parse_env_lines(f"NAME={quoted(value)}\n") == {"NAME": value}


def test_worker_serves_the_sandbox_whatever_the_settings_say_of_another_cloud() -> None:
    settings = {"CLOUD_MODE": "readonly", "CLOUD_PROFILE": "nowhere"}
    with running(**settings) as (_, lines):
        cloud, owner = CloudContext(lines["CLOUD_URL"]), owner_of(lines["CLOUD_JOB_TOKEN"])
        job = Job("sim:qa")
        job.create(cloud, owner)
        wait_until(
            lambda: job.get_status(cloud, owner)["status"], lambda status: status == "completed", seconds=30
        )
