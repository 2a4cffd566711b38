"""What a run does when its budget is spent: the scenarios beyond it are skipped, and the end says so."""

from __future__ import annotations

import pytest

from tests.cloudqa.run.conftest import STEPS, SmallSuite

FEATURE = """
Feature: Jobs cost something
""" + "".join(
    f"""
  @QC-{number}
  Scenario: Job {number}
    Given the cloud answers
    And a user who may submit
    When the user submits a job
    Then the job was not refused
"""
    for number in range(1, 6)
)
MORE_STEPS = """
from steps.api.cloud_objects import Job, Platform

@given("a user who may submit")
def user(context):
    world = context.world
    world.user = world.make.user()
    world.make.job_token(world.user)
    platform = world.make.platform()
    world.make.permission(world.user, platform)
    world.platform = platform

@when("the user submits a job")
def submits(context):
    world = context.world
    payload = {"command": "probs", "max_shots": 10}
    world.job = world.make.job(world.user, world.platform.name, {"payload": payload})

@then("the job was not refused")
def not_refused(context):
    print("JUDGED", file=open("judged.txt", "a"))
    assert context.world.job.job_id
"""


@pytest.mark.parametrize("jobs", ["1", "3"])
@pytest.mark.parametrize(
    ("budget", "reason"),
    [
        ("budget_jobs=2", "because the run's budget of 2 jobs is spent (CLOUD_BUDGET_JOBS)"),
        ("budget_shots=29", "because the run's budget of 29 shots has no room for its next job"),
    ],
)
def test_scenarios_beyond_the_budget_are_skipped(
    small_suite: SmallSuite, jobs: str, budget: str, reason: str
) -> None:
    small_suite.write(FEATURE, STEPS + MORE_STEPS)
    status, output = small_suite.run("-D", budget, "--jobs", jobs, "-D", "reports=reports")
    assert status == 0, output
    assert "2 scenarios passed, 0 failed, 3 skipped" in output
    assert f"Skipped: 3 scenarios, {reason}" in output
    used = "2 of 2 jobs and 20 shots" if "jobs" in budget else "2 jobs and 20 of 29 shots"
    assert f"Budget: {used} were used." in output
    assert (small_suite.folder / "judged.txt").read_text().count("JUDGED") == 2
    assert "left behind" not in output


def test_run_without_a_budget_does_not_speak_of_one(small_suite: SmallSuite) -> None:
    status, output = small_suite.run()
    assert status == 0
    assert "Budget" not in output


def test_budget_that_nothing_reaches_skips_nothing(small_suite: SmallSuite) -> None:
    status, output = small_suite.run("-D", "budget_jobs=0")
    assert status == 0
    assert "Budget: 0 of 0 jobs and 0 shots were used." in output
