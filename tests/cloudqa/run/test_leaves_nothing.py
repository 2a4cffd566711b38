"""After a whole run against a cloud that stays up, nothing of the run is left in it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.utils import CloudContext
from steps.api.waiting import wait_until
from tests.cloudqa.run.conftest import ROOT

UNFINISHED = ("waiting", "running", "cancel_requested", "suspended")


@dataclass(frozen=True)
class Contents:
    """What a run could leave behind in a cloud."""

    users: frozenset[str]
    permissions: frozenset[tuple[str, str]]
    platforms: frozenset[str]
    usable_tokens: frozenset[int]
    usable_keys: frozenset[int]
    unfinished_jobs: frozenset[str]


def contents(cloud: CloudContext, admin: User) -> Contents:
    users = User.list_page(cloud, admin)
    tokens = JobToken.list_page(cloud, admin, include_expired=False, include_revoked=False)
    keys = ApiKey.list_page(cloud, admin)
    jobs = [job for status in UNFINISHED for job in Job.list_page(cloud, admin, status=status)]
    return Contents(
        users=frozenset(user["email"] for user in users),
        permissions=frozenset((user["email"], name) for user in users for name in user["platform_ids"]),
        platforms=frozenset(platform["name"] for platform in Platform.list_page(cloud, admin)),
        usable_tokens=frozenset(token["id"] for token in tokens),
        usable_keys=frozenset(key["api_key_id"] for key in keys if usable(key)),
        unfinished_jobs=frozenset(job["job_id"] for job in jobs),
    )


def usable(key: dict[str, Any]) -> bool:
    expiration = datetime.fromisoformat(key["expiration_date"])
    return not key["is_revoked"] and expiration > datetime.now(UTC)


def test_nothing_of_a_whole_run_is_left(standing_sandbox: dict[str, str]) -> None:
    cloud = CloudContext(standing_sandbox["CLOUD_URL"])
    admin = User(
        email=standing_sandbox["CLOUD_ADMIN_EMAIL"], password=standing_sandbox["CLOUD_ADMIN_PASSWORD"]
    )
    admin.is_admin = True
    admin.log(cloud)
    # The worker that comes along with the sandbox makes a key of its own when it is up.
    wait_until(lambda: ApiKey.list_page(cloud, admin), bool, seconds=30)
    before = contents(cloud, admin)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOUD_")}
    run = subprocess.run(
        [sys.executable, "-m", "behave", "--no-color", "--format", "progress", "--tags", "not @perceval"],
        cwd=ROOT,
        env={**kept, **standing_sandbox},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert contents(cloud, admin) == before
