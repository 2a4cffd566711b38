"""A cloud that stays up and a small suite, as for the tests of a run; and runs that are killed."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from steps.api.cloud_objects import ApiKey, User
from steps.api.utils import CloudContext
from steps.api.waiting import wait_until
from tests.cloudqa.run.conftest import ROOT, SmallSuite, standing_sandbox

__all__ = ["standing_sandbox"]

FEATURE = """
Feature: A small suite that makes one of everything
  Scenario: Everything is made and taken away again
    Given one of everything
"""
FOUR_SCENARIOS = (
    FEATURE
    + """
  Scenario: Once more
    Given one of everything

  Scenario: And again
    Given one of everything

  Scenario: For the last time
    Given one of everything
"""
)

# The process that behave was started as ends with SIGKILL at a request, of its own or of one of its workers,
# which are counted together: either before it leaves, or when its answer is there and nobody has seen it yet.
STEPS = """
import contextlib, multiprocessing, os, pathlib, signal
from behave import given
from steps.api.utils import Api

exchange, count, run = Api._exchange, multiprocessing.Value("i"), os.getpid()

def die():
    with contextlib.suppress(ProcessLookupError):
        os.kill(run, signal.SIGKILL)

def counted(self, request, deadline):
    with count:
        count.value += 1
        number = str(count.value)
    at, moment = os.environ.get("KILL_AT", "0"), os.environ.get("KILL_WHEN")
    if number == at and moment == "before it leaves":
        die()
    answer = exchange(self, request, deadline)
    if number == at and moment == "after its answer":
        die()
    pathlib.Path("count").write_text(str(count.value))
    return answer

Api._exchange = counted

@given("one of everything")
def one_of_everything(context):
    world = context.world
    cloud, make = world.cloud, world.make
    user, platform = make.user(), make.platform()
    make.job_token(user)
    make.permission(user, platform)
    running, asked, halted, waiting = (make.job(user, platform.name) for _ in range(4))
    fetched = [make.fetched(platform) for _ in range(3)]
    asked.cancel(cloud, user)
    platform.suspend_job(cloud, fetched[2])
    make.api_key()
    make.job_token(world.admin)
"""


@dataclass(frozen=True)
class StandingCloud:
    """A cloud that stays up: its settings, and its admin, logged in."""

    settings: dict[str, str]
    cloud: CloudContext
    admin: User


@pytest.fixture
def standing(standing_sandbox: dict[str, str]) -> StandingCloud:
    """The standing sandbox with its admin, when the worker that comes along has made its key."""
    cloud = CloudContext(standing_sandbox["CLOUD_URL"])
    admin = User(
        email=standing_sandbox["CLOUD_ADMIN_EMAIL"],
        password=standing_sandbox["CLOUD_ADMIN_PASSWORD"],
        is_admin=True,
    )
    admin.log(cloud)
    wait_until(lambda: ApiKey.list_page(cloud, admin), bool, seconds=30)
    return StandingCloud(standing_sandbox, cloud, admin)


@dataclass(frozen=True)
class Project(SmallSuite):
    """A small suite that makes one of everything, and the sweep of its folder."""

    def killed(self, at: int, moment: str, settings: dict[str, str], *arguments: str) -> None:
        """Run the suite, which is killed at this request; return when the last of its processes is gone."""
        status, output = self.run(*arguments, **settings, KILL_AT=str(at), KILL_WHEN=moment)
        assert status == -signal.SIGKILL, output
        wait_until(lambda: list(map(is_held, self.ledgers)), lambda held: not any(held), seconds=30)

    def sweep(self, *arguments: str, settings: dict[str, str]) -> tuple[int, str]:
        """Sweep; return the exit status and everything that was printed."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOUD_")}
        done = subprocess.run(
            [sys.executable, "-m", "cloudqa", "sweep", *arguments],
            cwd=self.folder,
            env={**kept, **settings, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    @property
    def ledgers(self) -> list[Path]:
        """The ledgers in the folder."""
        return sorted((self.folder / ".cloudqa" / "ledger").glob("*"))


def is_held(ledger: Path) -> bool:
    """Whether a process has the ledger open to write."""
    with ledger.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project folder with a suite that makes one of everything."""
    made = Project(tmp_path)
    made.write(FEATURE, STEPS)
    return made
