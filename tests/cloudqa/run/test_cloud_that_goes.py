"""A cloud that is gone ends the run at once; one that comes back in time does not."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

from cloudqa.report.run_record import Outcome, read_record
from defects.network.faults import Fault, Plan
from defects.network.proxy import faulty
from tests.cloudqa.run.conftest import ROOT, SmallSuite

STEPS = """
from behave import given, then

@given("a user")
def user(context):
    context.world.make.user()

@then("the user is read")
def read(context):
    user = context.world.make.user()
    for _ in range(5):
        user.read(context.world.cloud, context.world.admin)
"""
SCENARIOS = 30
FEATURE = "Feature: Many\n" + "".join(
    f"  Scenario: {number}\n    Given a user\n    Then the user is read\n" for number in range(SCENARIOS)
)


@dataclass
class Away(Plan):
    """A cloud that is away for so many requests, after as many as it has answered before."""

    after: int = 40
    requests: int = 1_000_000

    def draw(self, method: str, path: str, body: bytes) -> Fault | None:
        """Reset whatever comes in that time."""
        self.passed += 1
        return self.fault if self.after < self.passed <= self.after + self.requests else None


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_cloud_that_is_gone_ends_the_run(
    jobs: str, small_suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    small_suite.write(FEATURE, STEPS)
    plan = Away(Fault.RESET_BEFORE)
    with faulty(standing_sandbox["CLOUD_URL"], plan) as url:
        settings = {**standing_sandbox, "CLOUD_URL": url}
        begun = time.monotonic()
        status, output = small_suite.run("--jobs", jobs, "-D", "reports=reports", **settings)
        assert time.monotonic() - begun < 60
        assert status == 3, output
        assert output.count(f"FAILED: {url} answers no more, so the run has ended early.") == 1
        record = read_record(small_suite.folder / "reports")
        sweep = f"cloudqa sweep --run {record.run_id}"
        assert f"`{sweep}` removes it." in output
        outcomes = [one.outcome for one in record.scenarios]
        assert outcomes.count(Outcome.PASSED) >= 1, output
        assert outcomes.count(Outcome.NOT_RUN) > SCENARIOS / 2, output
        assert {one.kind for one in record.scenarios} <= {None, "unreachable"}
        assert f"Not begun: {outcomes.count(Outcome.NOT_RUN)} scenarios." in output
        assert "Traceback" not in output
        plan.requests = 0
        done = subprocess.run(
            [sys.executable, "-m", *sweep.split()],
            cwd=small_suite.folder,
            env={**settings, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "nothing is left" in done.stdout


def test_cloud_that_comes_back_is_not_given_up(
    small_suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    small_suite.write(FEATURE, STEPS)
    with faulty(standing_sandbox["CLOUD_URL"], Away(Fault.RESET_BEFORE, requests=5)) as url:
        status, output = small_suite.run(**{**standing_sandbox, "CLOUD_URL": url})
    assert "answers no more" not in output
    assert "0 untested" in output or "untested" not in output
    assert status in (0, 3), output
    assert "lost" in output
