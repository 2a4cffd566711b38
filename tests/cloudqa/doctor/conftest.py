"""A standing sandbox, an admin of it, and `cloudqa doctor` as a person calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cloudqa.__main__ import app
from steps.api.cloud_objects import ApiKey, User
from steps.api.utils import CloudContext
from steps.api.waiting import wait_until
from tests.cloudqa.run.conftest import ROOT, standing_sandbox

__all__ = ["admin", "doctor", "standing_sandbox"]


@dataclass(frozen=True)
class Doctor:
    """`cloudqa doctor`, called in a folder of its own."""

    folder: Path

    def start(self, settings: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
        """Start it with these settings, and no others of the surroundings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOUD_")}
        return subprocess.Popen(
            [sys.executable, "-m", "cloudqa", "doctor", *arguments],
            cwd=self.folder,
            env={**kept, "PYTHONPATH": str(ROOT), **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def report(self, settings: Mapping[str, str], *arguments: str) -> tuple[int, str]:
        """Its exit status, and what it printed for a person; called in this process."""
        with pytest.MonkeyPatch.context() as patched:
            for name in [name for name in os.environ if name.startswith("CLOUD_")]:
                patched.delenv(name)
            patched.chdir(self.folder)
            result = CliRunner().invoke(app, ["doctor", *arguments], env={**settings, "COLUMNS": "80"})
        assert isinstance(result.exception, SystemExit | None), result.exception
        assert result.stderr == ""
        return result.exit_code, result.stdout

    def findings(self, settings: Mapping[str, str], *arguments: str) -> tuple[int, list[dict[str, Any]]]:
        """Its exit status, and its findings as it prints them for a program, which is all that it prints."""
        status, output = self.report(settings, "--json", *arguments)
        told = json.loads(output)
        assert told["healthy"] is (status == 0)
        for name in ("CLOUD_ADMIN_PASSWORD", "CLOUD_JOB_TOKEN"):
            assert not settings.get(name) or settings[name] not in output
        findings: list[dict[str, Any]] = told["findings"]
        return status, findings


@pytest.fixture
def doctor(tmp_path: Path) -> Doctor:
    """The command, in a folder of its own."""
    return Doctor(tmp_path)


@pytest.fixture(scope="session")
def admin(standing_sandbox: dict[str, str]) -> User:
    """The sandbox's admin, logged in; the worker that comes along has made its API key by then."""
    found = User(
        email=standing_sandbox["CLOUD_ADMIN_EMAIL"],
        password=standing_sandbox["CLOUD_ADMIN_PASSWORD"],
        is_admin=True,
    )
    cloud = CloudContext(standing_sandbox["CLOUD_URL"])
    found.log(cloud)
    wait_until(lambda: ApiKey.list_page(cloud, found), bool, seconds=30)
    return found
