"""Each fault of the network at its worst moments: nothing is accused, made twice, left behind, or hangs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from cloudqa.record.ledger_entries import Kind as Made
from cloudqa.report.run_record import Outcome, RunRecord, read_record
from cloudqa.run.settings import Settings
from cloudqa.run.target import cloud_of, logged_in_admin
from cloudqa.sweep.found import read_lists
from defects.network.faults import Fault, Moment, Plan
from defects.network.proxy import faulty
from steps.api.cloud_objects import Job
from tests.cloudqa.run.conftest import ROOT, SmallSuite

FEATURE = """
Feature: Worst moments
  Scenario: Clean-up
    Given a user and a platform

  Scenario: User
    Given a user and a platform
    And another user, asked for in vain

  Scenario: Job token of the admin
    Given a job token of the admin

  Scenario: Key
    Given an API key

  Scenario: Permission
    Given a user and a platform
    And a permission

  Scenario: Platform
    Given another platform, asked for in vain

  Scenario: Job
    Given a job
    Then it waits

  Scenario: Fetch
    Given a job
    When the worker fetches it

  Scenario: Results
    Given a job
    When the worker fetches it
    And the worker publishes its results
    Then it is completed

  Scenario: Read
    Given a job
    Then it can be read
"""
STEPS = """
from behave import given, step, then, when
from steps.support.expectations import expect_equal
from steps.support.job_reads import data_of, status_of

@given("a user and a platform")
def user_and_platform(context):
    world = context.world
    world.user, world.platform = world.make.user(), world.make.platform()
    world.user.log(world.cloud)

@given("another user, asked for in vain")
def another_user(context):
    context.world.make.user(priority=7)

@given("another platform, asked for in vain")
def another_platform(context):
    context.world.make.platform(type="moment")

@given("a job token of the admin")
def token(context):
    context.world.make.job_token(context.world.admin)

@given("an API key")
def key(context):
    context.world.make.api_key()

@given("a permission")
def permission(context):
    context.world.make.permission(context.world.user, context.world.platform)

@given("a job")
def job(context):
    world = context.world
    user_and_platform(context)
    world.make.permission(world.user, world.platform)
    world.make.job_token(world.user)
    world.job = world.make.job(world.user, world.platform.name)

@when("the worker fetches it")
def fetch(context):
    context.world.fetched = context.world.make.fetched(context.world.platform)

@when("the worker publishes its results")
def publish(context):
    world = context.world
    world.platform.publish_results(world.cloud, world.fetched, {"results": {}, "physical_perf": 1.0})

@then("it waits")
def waits(context):
    expect_equal("it should wait", status_of(context.world, context.world.job)["status"], "waiting", "J1")

@then("it is completed")
def completed(context):
    status = status_of(context.world, context.world.job)["status"]
    expect_equal("it should be completed", status, "completed", "J1")

@then("it can be read")
def read(context):
    data_of(context.world, context.world.job)
"""
MOMENTS = (
    Moment("POST", "^/api/login$"),  # the run's beginning
    Moment("POST", "^/admin/api-keys$"),
    Moment("DELETE", "^/api/platforms/"),  # clean-up
    Moment("DELETE", "^/api/users/"),
    Moment("POST", "^/api/users$", body='"priority": 7'),
    Moment("POST", "^/api/auth/tokens$"),
    Moment("POST", "^/admin/api-keys$", body='"label": "key-'),
    Moment("POST", "^/api/platform-permissions$"),
    Moment("POST", "^/admin/platforms/register$", body='"type": "moment"'),
    Moment("POST", "^/api/jobs$"),
    Moment("POST", "^/admin/job$"),
    Moment("PUT", "^/admin/job/", body='"completed"'),
    Moment("GET", "^/api/jobs/[^/]*/data$"),
    Moment("GET", "^/admin/jobs"),  # the look for a lost job, and for what the run has left
)
# Creations are asked for once: their scenarios go without an answer. A job is found all the same where it was
# made, and what is harmless is asked for again.
LOST = ["Fetch", "Job token of the admin", "Key", "Platform", "Results", "User"]
ACTS = (Fault.BAD_GATEWAY, Fault.RESET_AFTER, Fault.TRUNCATION)


@dataclass(frozen=True)
class Moments:
    """A run over a network with a fault at all of the moments."""

    fault: Fault
    plan: Plan
    status: int
    output: str
    record: RunRecord
    sweep: str

    @property
    def unreached(self) -> list[str]:
        """The names of the scenarios that failed."""
        return sorted(one.name for one in self.record.scenarios if one.outcome is Outcome.FAILED)


def run_over(folder: Path, fault: Fault, cloud: dict[str, str]) -> Moments:
    suite, plan = SmallSuite(folder), Plan(fault, moments=MOMENTS)
    suite.write(FEATURE, STEPS)
    with faulty(cloud["CLOUD_URL"], plan) as url:
        # What is late still comes in time; what never comes is waited for in vain, and shortly.
        seconds = "10" if fault is Fault.LATENCY else "2"
        settings = {**cloud, "CLOUD_URL": url, "CLOUD_CALL_SECONDS": seconds, "CLOUD_MODE": "full"}
        status, output = suite.run("-D", "reports=reports", **settings)
        swept = subprocess.run(
            [sys.executable, "-m", "cloudqa", "sweep"],
            cwd=folder,
            env={**settings, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    return Moments(fault, plan, status, output, read_record(folder / "reports"), swept.stdout + swept.stderr)


@pytest.fixture(scope="module", params=list(Fault), ids=str)
def moments(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    standing_sandbox: dict[str, str],
) -> Moments:
    """A run with each of the faults."""
    return run_over(tmp_path_factory.mktemp("moments"), request.param, standing_sandbox)


def test_every_fault_at_its_worst_moments(moments: Moments, standing_sandbox: dict[str, str]) -> None:
    fault = moments.fault
    assert len(moments.plan.hit) == len(MOMENTS), moments.output
    if fault is Fault.LATENCY:
        assert (moments.status, moments.unreached) == (0, []), moments.output
    else:
        lost = LOST if fault in ACTS or fault is Fault.SLOW_DRIP else sorted([*LOST, "Job"])
        # Where the time of a call is over, there is none left to ask again.
        timed_out = ["Permission", "Read"] if fault in (Fault.BLACK_HOLE, Fault.SLOW_DRIP) else []
        assert set(moments.unreached) <= {*lost, *timed_out, "Job", "Clean-up"}, moments.output
        assert {*LOST} <= set(moments.unreached), moments.output
        assert moments.status == 3, moments.output
        if fault in ACTS:
            assert "Job" not in moments.unreached
    assert {str(one.kind) for one in moments.record.scenarios if one.kind} <= {"unreachable", "unknown"}
    settings = Settings(
        url=standing_sandbox["CLOUD_URL"],
        admin_email=standing_sandbox["CLOUD_ADMIN_EMAIL"],
        admin_password=SecretStr(standing_sandbox["CLOUD_ADMIN_PASSWORD"]),
    )
    cloud = cloud_of(settings)
    admin = logged_in_admin(cloud, settings)
    mark = f"qa-{moments.record.run_id}"
    left = read_lists(cloud, admin, list(Made))
    assert mark not in repr(left), f"{moments.output}\n{moments.sweep}"
    jobs = [one for one in Job.list_page(cloud, admin, limit=10000) if mark in str(one.get("job_name"))]
    assert max(Counter(one["process_id"] for one in jobs).values()) == 1
    assert len(jobs) >= 3


def test_run_tells_what_was_lost(moments: Moments) -> None:
    lost = re.search(r"Note: (\d+) answers? (?:was|were) lost, and could not", moments.output)
    assert (lost is None) is (moments.fault is Fault.LATENCY)


def test_nobody_can_look_for_a_lost_job_with_a_job_token_alone(
    small_suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    scenario = "  Scenario: Job\n    Given a job of whoever holds the token\n    Then it waits\n"
    steps = STEPS + (
        "\n@given('a job of whoever holds the token')\n"
        "def job_of_holder(context):\n"
        "    world = context.world\n"
        "    world.job = world.make.job(world.make.token_holder(), 'sim:qa')\n"
    )
    small_suite.write(f"@job_token_suffices\nFeature: A job token alone\n{scenario}", steps)
    plan = Plan(Fault.RESET_AFTER, moments=(Moment("POST", "^/api/jobs$"),))
    with faulty(standing_sandbox["CLOUD_URL"], plan) as url:
        status, output = small_suite.run(
            "-D",
            "reports=reports",
            CLOUD_URL=url,
            CLOUD_JOB_TOKEN=standing_sandbox["CLOUD_JOB_TOKEN"],
            CLOUD_PLATFORM="sim:qa",
        )
    (scenario_record,) = read_record(small_suite.folder / "reports").scenarios
    assert len(plan.hit) == 1
    assert status == 3, output
    assert str(scenario_record.kind) == "unknown", output
    assert "Note: 1 answer was lost" in output
