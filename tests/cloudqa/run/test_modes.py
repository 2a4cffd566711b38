"""What a run may do to a cloud: nothing but reading, all but what is destructive, everything."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from cloudqa.run.hooks import why_not
from cloudqa.run.settings import Mode
from cloudqa.run.target import Run
from tests.cloudqa.run.conftest import ROOT, STEPS, SmallSuite
from tests.cloudqa.run.recording_proxy import recording_proxy

READONLY = """
Feature: What is read
  @QC-1 @readonly
  Scenario: The cloud is healthy
    Given the cloud answers

  @QC-2
  Scenario: Not said to be harmless
    Given a user is made

  @QC-3 @readonly
  Scenario: Wrongly said to be harmless
    Given a user is made
"""
MORE_STEPS = """
@given("a user is made")
def a_user_is_made(context):
    context.world.make.user()
"""


def run_of(mode: Mode, *, embedded: bool = False) -> Run:
    run = object.__new__(Run)
    for name, value in {"mode": mode, "embedded": embedded, "admin": object(), "job_token": ""}.items():
        object.__setattr__(run, name, value)
    return run


@pytest.mark.parametrize(
    ("tags", "mode", "embedded", "reason"),
    [
        ([], Mode.SAFE, False, ""),
        (["destructive"], Mode.SAFE, False, "CLOUD_MODE=full"),
        (["destructive"], Mode.FULL, False, ""),
        (["destructive"], Mode.SAFE, True, "CLOUD_MODE=full"),
        (["destructive", "embedded_only"], Mode.FULL, False, "the embedded sandbox only"),
        (["destructive", "embedded_only"], Mode.FULL, True, ""),
        ([], Mode.READONLY, True, "not @readonly"),
        (["destructive", "readonly"], Mode.READONLY, True, "CLOUD_MODE=full"),
        (["readonly"], Mode.READONLY, False, ""),
        (["readonly", "with_job_token"], Mode.READONLY, False, "needs CLOUD_JOB_TOKEN"),
        (["readonly", "with_job_token"], Mode.SAFE, False, ""),
        (["readonly"], Mode.FULL, False, ""),
    ],
)
def test_mode_decides_what_is_run(tags: list[str], mode: Mode, embedded: bool, reason: str) -> None:
    told = why_not(tags, run_of(mode, embedded=embedded))
    assert reason in told
    assert bool(told) is bool(reason)


@pytest.mark.parametrize(("jobs", "left_out"), [("1", ""), ("3", "CLOUD_JOB_TOKEN")])
def test_cloud_sees_nothing_but_gets_and_the_login(
    standing_sandbox: dict[str, str], jobs: str, left_out: str
) -> None:
    settings = {name: text for name, text in standing_sandbox.items() if name != left_out}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOUD_")}
    with recording_proxy(standing_sandbox["CLOUD_URL"]) as proxy:
        run = subprocess.run(
            [sys.executable, "-m", "behave", "--no-color", "--format", "progress", "--jobs", jobs],
            cwd=ROOT,
            env={**kept, **settings, "CLOUD_URL": proxy.url, "CLOUD_MODE": "readonly"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stdout + run.stderr
    assert {request for request in proxy.seen if request[0] != "GET"} == {("POST", "/api/login")}
    assert ("4 scenarios, because it needs CLOUD_JOB_TOKEN" in run.stdout) is bool(left_out)
    # Enough of it to be worth a run, and no run of nothing.
    assert len({path.partition("?")[0] for method, path in proxy.seen if method == "GET"}) > 30
    passed = re.search(r"(\d+) scenarios passed, 0 failed", run.stdout)
    assert passed is not None and int(passed[1]) >= 50, run.stdout


def test_scenario_that_is_wrongly_tagged_fails_and_sends_nothing(
    small_suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    small_suite.write(READONLY, STEPS + MORE_STEPS)
    with recording_proxy(standing_sandbox["CLOUD_URL"]) as proxy:
        status, output = small_suite.run(
            "-D", "mode=readonly", **{**standing_sandbox, "CLOUD_URL": proxy.url}
        )
    assert status == 5
    assert "1 scenario passed, 0 failed, 1 error, 1 skipped" in output, output
    assert "POST /api/users (US-1) was kept from leaving: this run may only read" in output
    assert "SuiteFault" in output
    assert proxy.seen == [("POST", "/api/login"), ("GET", "/api/jobs/availability"), ("GET", "/health")]
    assert not list((small_suite.folder / ".cloudqa" / "ledger").glob("*"))


def test_mode_of_a_job_token_alone_reads_too(
    small_suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    small_suite.write(READONLY.replace("@QC-1 ", "@QC-1 @job_token_suffices "), STEPS + MORE_STEPS)
    settings = {name: standing_sandbox[name] for name in ("CLOUD_URL", "CLOUD_JOB_TOKEN")}
    status, output = small_suite.run(
        "-D", "mode=readonly", "-D", "platform=sim:qa", "--tags", "@QC-1", **settings
    )
    assert status == 0, output
