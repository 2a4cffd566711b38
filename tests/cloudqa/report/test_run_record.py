"""The record of a run tells what was selected and what became of it, also of a run that was ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cloudqa.errors import CannotRun
from cloudqa.report.run_record import Outcome, RunRecord, read_record
from cloudqa.report.verdicts import Kind
from tests.cloudqa.run.conftest import STEPS, SmallSuite

FEATURE = """
Feature: A small suite
  @QC-1 @rule.HS-1
  Scenario: It passes
    Given the cloud answers

  @QC-2 @rule.J1
  Scenario: The cloud breaks a rule
    Given the cloud answers
    Then the cloud answers otherwise

  @QC-3
  Scenario: The suite is at fault
    When the suite divides by zero

  @QC-4
  Scenario: It is skipped
    When it is skipped

  @QC-5
  Scenario: A step is undefined
    When nobody knows this
"""
MORE_STEPS = (
    STEPS
    + """
import os, pathlib, threading
from behave import then, when
from steps.support.expectations import expect_equal

@then("the cloud answers otherwise")
def answers_otherwise(context):
    expect_equal("the answer is another", "that", "this", "J6", "JB-1.12")

@when("the suite divides by zero")
def divides(context):
    1 / 0

@when("it is skipped")
def skip(context):
    context.scenario.skip("because of the weather")

@when("it lasts")
def lasts(context):
    pathlib.Path("begun").write_text(str(os.getppid()))
    threading.Event().wait(60)
"""
)
LASTING = """
Feature: Lasting
  @QC-1
  Scenario: It passes
    Given the cloud answers

  @QC-2
  Scenario: It lasts
    When it lasts

  @QC-3
  Scenario: It is never begun
    Given the cloud answers
"""


def record_of(suite: SmallSuite) -> RunRecord:
    return read_record(suite.folder / "reports")


def outcomes(record: RunRecord) -> dict[str, str]:
    return {one.id: str(one.outcome) for one in record.scenarios}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_record_tells_what_became_of_each_scenario(small_suite: SmallSuite, jobs: str) -> None:
    small_suite.write(FEATURE, MORE_STEPS)
    status, output = small_suite.run("-D", "reports=reports", "--jobs", jobs)
    record = record_of(small_suite)
    assert status == 1
    assert (record.state, record.failed, record.problems) == ("ended", True, ()), output
    assert record.embedded
    assert len(record.run_id) == 8
    assert record.ended is not None
    assert record.ended > record.began
    passed, rule, suite, skipped, undefined = record.scenarios
    assert outcomes(record) == {
        "@QC-1": "passed", "@QC-2": "failed", "@QC-3": "failed", "@QC-4": "skipped", "@QC-5": "failed",
    }  # fmt: skip
    assert record.selection == tuple(one.where for one in record.scenarios)
    assert passed.place == "features/small.feature:4"
    assert passed.seconds > 0
    assert passed.kind is None
    assert (rule.kind, rule.rules) == (Kind.RULE, ("J6", "JB-1.12"))
    assert rule.failure == "J6, JB-1.12: the answer is another"
    assert "  expected: this\n  actual:   that\n  rule J6 (docs/contract.md:" in rule.explanation
    assert "curl" in rule.explanation
    assert (suite.kind, suite.failure) == (Kind.SUITE, "ZeroDivisionError: division by zero")
    assert skipped.skipped == "because of the weather"
    assert undefined.kind is Kind.SUITE
    assert "undefined" in undefined.failure


def test_record_of_a_shard_has_the_whole_selection(small_suite: SmallSuite) -> None:
    small_suite.write(FEATURE, MORE_STEPS)
    small_suite.run("-D", "reports=reports", "-D", "shard=1/2", "-D", "seed=7", "--tags=not @QC-5")
    record = record_of(small_suite)
    assert (record.shard, record.seed, record.chosen) == ("1/2", 7, "features --tags not ( QC-5 )")
    assert [one.id for one in record.selection] == ["@QC-1", "@QC-2", "@QC-3", "@QC-4"]
    assert len(record.scenarios) == 2


def begun(suite: SmallSuite, jobs: str) -> subprocess.Popen[str]:
    suite.write(LASTING, MORE_STEPS)
    behave = suite.start("-D", "reports=reports", "--jobs", jobs)
    while not (suite.folder / "begun").exists() and behave.poll() is None:
        os.sched_yield()
    return behave


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_record_of_a_run_that_was_interrupted(small_suite: SmallSuite, jobs: str) -> None:
    behave = begun(small_suite, jobs)
    behave.send_signal(signal.SIGINT)
    behave.communicate(timeout=60)
    record = record_of(small_suite)
    assert (record.state, record.failed) == ("aborted", True)
    assert [one.id for one in record.scenarios] == ["@QC-1", "@QC-2", "@QC-3"]
    assert outcomes(record)["@QC-2"] == "not run"
    # The second worker may have had time for the third scenario.
    assert outcomes(record)["@QC-3"] == "not run" or jobs == "2"


def test_record_of_a_run_that_was_killed_says_that_it_did_not_end(small_suite: SmallSuite) -> None:
    behave = begun(small_suite, "1")
    behave.kill()
    behave.communicate(timeout=60)
    record = record_of(small_suite)
    assert (record.state, record.failed, record.ended) == ("begun", True, None)
    assert len(record.run_id) == 8


def test_run_that_cannot_begin_leaves_no_record_of_an_earlier_one(small_suite: SmallSuite) -> None:
    small_suite.run("-D", "reports=reports")
    assert record_of(small_suite).scenarios
    small_suite.run("-D", "reports=reports", CLOUD_URL="https://cloud.example")
    with pytest.raises(CannotRun, match=r"run\.json cannot be read: No such file or directory\. A run"):
        record_of(small_suite)


def test_cloud_that_is_gone_stands_in_the_record(small_suite: SmallSuite) -> None:
    status, _ = small_suite.run(
        "-D", "reports=reports", CLOUD_URL="http://127.0.0.1:9", CLOUD_JOB_TOKEN="x" * 20, CLOUD_PLATFORM="p"
    )
    record = record_of(small_suite)
    assert status == 3
    assert (record.state, record.scenarios[0].outcome) == ("aborted", Outcome.NOT_RUN)
    assert "is the cloud up?" in record.problems[-1]


def test_run_without_reports_leaves_no_record(small_suite: SmallSuite) -> None:
    small_suite.run()
    assert not list(small_suite.folder.rglob("run.json"))


@pytest.mark.parametrize("content", ["", "[]", '{"run_id": 3}'])
def test_strange_record_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(CannotRun, match=r"is no record of a run: .+\."):
        read_record(tmp_path)


def test_record_holds_no_secret(small_suite: SmallSuite) -> None:
    small_suite.write(FEATURE, MORE_STEPS.replace("1 / 0", "raise KeyError(context.run.admin.api_key.token)"))
    status, output = small_suite.run("-D", "reports=reports")
    failure: dict[str, Any] = json.loads((small_suite.folder / "reports" / "run.json").read_text())
    assert status == 1
    assert "in clear" not in output
    assert "<key " in failure["scenarios"][2]["failure"]
