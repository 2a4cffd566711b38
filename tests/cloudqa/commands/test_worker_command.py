"""`cloudqa worker` as a person starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from steps.api.cloud_objects import ApiKey, Job, Platform, User
from steps.api.utils import CloudContext
from steps.api.waiting import wait_until
from tests.cloudqa.commands.test_sandbox_command import owner_of, running

ROOT = Path(__file__).parents[3]


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOUD_")}
    return subprocess.Popen(
        [sys.executable, "-m", "cloudqa", "worker", *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_serves_a_platform_until_it_is_told_to_stop() -> None:
    with running("--worker", "none") as (_, lines):
        cloud, user = CloudContext(lines["CLOUD_URL"]), owner_of(lines["CLOUD_JOB_TOKEN"])
        worker = start("--platform", "sim:qa", **lines)
        job = Job()
        job.create(cloud, user)
        wait_until(
            lambda: job.get_status(cloud, user)["status"], lambda seen: seen == "completed", seconds=30
        )
        worker.send_signal(signal.SIGTERM)
        _, errors = worker.communicate(timeout=30)
        assert worker.returncode == 0, errors
        admin = User(email=lines["CLOUD_ADMIN_EMAIL"], password=lines["CLOUD_ADMIN_PASSWORD"], is_admin=True)
        admin.log(cloud)
        assert [key["is_revoked"] for key in ApiKey.list_page(cloud, admin)] == [True]


def test_worker_whose_platform_goes_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with running("--worker", "none") as (_, lines):
        cloud = CloudContext(lines["CLOUD_URL"])
        admin = User(email=lines["CLOUD_ADMIN_EMAIL"], password=lines["CLOUD_ADMIN_PASSWORD"], is_admin=True)
        admin.log(cloud)
        monkeypatch.setattr(Platform, "ADMIN", admin)
        worker = start("--platform", "sim:mine", **lines)
        platform = wait_until(
            lambda: [one for one in Platform.list_all(cloud) if one.name == "sim:mine"], bool, seconds=30
        )[0]
        platform.delete(cloud)
        _, errors = worker.communicate(timeout=60)
        assert worker.returncode == 1
        assert "because it is refused" in errors
        assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "A worker needs CLOUD_URL"),
        (
            {
                "CLOUD_URL": "http://127.0.0.1:9",
                "CLOUD_ADMIN_EMAIL": "qa@x.example",
                "CLOUD_ADMIN_PASSWORD": "Not-the-right-1",
            },
            "Is CLOUD_URL right, and is the cloud up?",
        ),
    ],
    ids=["no-settings", "unreachable"],
)
def test_worker_that_cannot_begin_says_why(environment: dict[str, str], sentence: str) -> None:
    worker = start("--platform", "sim:qa", **environment)
    output, errors = worker.communicate(timeout=60)
    assert worker.returncode == 1
    assert output == ""
    assert sentence in errors
    assert "Traceback" not in errors
