"""What a run leaves of its coverage, and the verdict on a whole run that lost a cell."""

from __future__ import annotations

import json
from typing import Any

import pytest
from behave.configuration import Configuration
from behave.parser import parse_feature

from cloudqa.report.coverage_ending import what_narrows
from cloudqa.report.selection import Selection
from tests.cloudqa.run.conftest import SmallSuite

FEATURE = """
@things
Feature: Two
  @QC-11 @smoke @rule.TK-1
  Scenario: A list
    Given a user
    When the user lists the tokens
    Then the list is shown

  @QC-12 @rule.A-1 @rule.JB-2
  Scenario: A refusal
    When anyone reads a job
    Then it is refused

  @QC-13 @rule.PM-4
  Scenario: Nobody judges this
    Given a user
    Then the cell is right
"""
STEPS = """
from pathlib import Path
from behave import given, then, when
from steps.api import operations, service
from steps.api.cloud_objects import JobToken
from steps.api.utils import Api
from steps.support.expectations import expect_refusal, expect_success

@given("a user")
def a_user(context):
    world = context.world
    world.user = world.make.user()
    world.make.job_token(world.user)
    user = world.user
    secrets = user.password, user.login_token.token, user.job_tokens[-1].token, world.admin.api_key.token
    Path("secrets.txt").write_text("\\n".join(secrets))

@when("the user lists the tokens")
def lists(context):
    world = context.world
    world.attempt(Api(world.cloud).call, operations.TK_1, token=world.user.job_tokens[-1].token)

@then("the list is shown")
def shown(context):
    expect_success(context.world.outcome, *context.world.rules)

@when("anyone reads a job")
def reads(context):
    context.world.attempt(Api(context.world.cloud).call, operations.JB_2, path={"job_id": "1"})

@then("it is refused")
def refused(context):
    expect_refusal(context.world.outcome, 401, None, *context.world.rules)

@then("the cell is right")
def right(context):
    context.world.run.note_cell("PM-4", "JB-1", "own JT")
    service.health(context.world.cloud)
"""
REQUIRED = """
[answers]
TK-1 = [200]
JB-2 = [401]
SV-2 = [200]

[matrix]
PM-4 = { operations = ["JB-1"], only = ["own JT"] }
"""


@pytest.fixture
def suite(small_suite: SmallSuite) -> SmallSuite:
    """A suite that asserts all that it requires."""
    small_suite.write(FEATURE, STEPS)
    require(small_suite, REQUIRED)
    return small_suite


def require(suite: SmallSuite, text: str) -> None:
    (suite.folder / "coverage.toml").write_text(text)


def record(suite: SmallSuite, name: str = "coverage.json") -> Any:  # noqa: ANN401 - JSON
    return json.loads((suite.folder / ".cloudqa" / name).read_text())


def asserted(suite: SmallSuite) -> dict[tuple[str, int, str], list[str]]:
    return {
        (cell["operation"], cell["status"], cell["caller"]): cell["scenarios"]
        for cell in record(suite)["cells"]
        if cell["scenarios"]
    }


def comparable(suite: SmallSuite) -> Any:  # noqa: ANN401 - JSON
    """The record without what differs from run to run."""
    found = record(suite)
    del found["run"]
    return found


def has_record(suite: SmallSuite) -> bool:
    return (suite.folder / ".cloudqa" / "coverage.json").exists()


def test_whole_run_leaves_what_it_asserted(suite: SmallSuite) -> None:
    status, output = suite.run()
    assert status == 0, output
    assert asserted(suite) == {
        ("TK-1", 200, "JT"): ["@QC-11"],
        ("JB-2", 401, "none"): ["@QC-12"],
        ("SV-2", 200, "none"): ["@QC-13"],
    }
    found = record(suite)
    assert found["run"]["verdict"] == "passed"
    assert found["run"]["target"].startswith("embedded sandbox http://127.0.0.1:")
    assert found["run"]["scenarios"] == 3
    assert found["matrix"] == [
        {"row": "PM-4", "operation": "JB-1", "column": "own JT", "scenarios": ["@QC-13"]}
    ]
    assert found["rules"]["A-1"] == ["@QC-12"]
    assert found["rules"]["A-2"] == []
    assert "JT" in found["sentences"]["A-2"]
    assert "A-1" not in found["sentences"]
    met = {(cell["operation"], cell["caller"]) for cell in found["cells"]}
    assert {("US-1", "admin LT"), ("AT-2", "LT")} <= met, "what set-up has met is there too"


def test_any_number_of_processes_leaves_the_same(suite: SmallSuite) -> None:
    assert suite.run()[0] == 0
    alone = comparable(suite)
    assert suite.run("--jobs", "3")[0] == 0
    assert comparable(suite) == alone


def test_record_holds_no_secret(suite: SmallSuite) -> None:
    suite.run()
    text = (suite.folder / ".cloudqa" / "coverage.json").read_text()
    secrets = (suite.folder / "secrets.txt").read_text().splitlines()
    assert len(secrets) == 4
    assert [secret for secret in secrets if secret in text] == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--tags=@smoke"], "it chose by tags, with --tags @smoke"),
        (["--tags=not @smoke"], "it chose by tags, with --tags not @smoke"),
        (["-n", "A list"], "it chose by name, with --name A list"),
        (["features/small.feature"], "it ran features/small.feature alone"),
        (["features/small.feature:4"], "it ran features/small.feature:4 alone"),
        (["features", "more"], "it ran features more alone"),
        (["--include", "small"], "it chose among the files, with --include or --exclude"),
        ([], ""),
        (["features"], ""),
        (["./features/"], ""),
        (["--tags=@things"], ""),
        (["--jobs", "2", "--stop"], ""),
    ],
)
def test_run_of_a_part_is_known_from_the_command_line(arguments: list[str], why: str) -> None:
    config = Configuration(arguments, load_config=False)
    config.paths = config.paths or ["features"]  # as behave.ini has it
    assert what_narrows(config, Selection(config, [parse_feature(FEATURE)])) == why


def test_run_of_a_part_leaves_the_last_whole_one(suite: SmallSuite) -> None:
    suite.run()
    whole = record(suite)
    status, output = suite.run("--tags=@smoke")
    assert status == 0, "nothing is asked of a part\n" + output
    assert record(suite) == whole
    assert record(suite, "coverage-partial.json")["partial"] == "it chose by tags, with --tags @smoke"
    suite.run()
    assert record(suite) != whole
    assert not (suite.folder / ".cloudqa" / "coverage-partial.json").exists()


def test_run_that_stops_early_is_no_whole_one(suite: SmallSuite) -> None:
    suite.write(FEATURE.replace("the list is shown", "it is refused"), STEPS)
    status, _ = suite.run("--stop")
    assert status == 1
    assert not has_record(suite)
    assert record(suite, "coverage-partial.json")["partial"] == "it ended after 1 of 3 scenarios"


def test_dry_run_leaves_nothing(suite: SmallSuite) -> None:
    suite.run("--dry-run")
    assert not (suite.folder / ".cloudqa").exists()


def test_whole_run_that_loses_a_cell_fails(suite: SmallSuite) -> None:
    assert suite.run()[0] == 0
    before = record(suite)["run"]
    suite.write(FEATURE.replace("Then it is refused", "Then the cell is right"), STEPS)
    status, output = suite.run()
    assert status == 1
    assert (
        "FAILED: JB-2 401 is no longer asserted: no expectation of this run has judged such an answer. "
        f"In run {before['run_id']} of {before['began'][:10]} @QC-12 did. "
        "Write the scenario, or give the reason in coverage.toml.\n"
    ) in output
    assert output.count("FAILED:") == 1
    assert record(suite)["run"]["verdict"] == "failed"


def test_lost_cell_of_the_matrix_fails(suite: SmallSuite) -> None:
    suite.write(FEATURE, STEPS.replace('"own JT"', '"other JT"'))
    status, output = suite.run()
    assert status == 1
    assert "FAILED: PM-4 JB-1 own JT is no longer asserted" in output


def test_many_lost_cells_are_not_all_told(suite: SmallSuite) -> None:
    require(suite, f"[answers]\nUS-5 = {list(range(600, 650))}")
    status, output = suite.run()
    assert status == 1
    assert output.count("is no longer asserted") == 20
    assert "30 more cells of coverage.toml are not asserted: `cloudqa coverage` shows them." in output


def test_reason_excuses_a_cell(suite: SmallSuite) -> None:
    require(suite, REQUIRED.replace("SV-2", "US-5") + '[no-answer]\n"US-5 200" = "Nobody asks."\n')
    assert suite.run()[0] == 0


def test_reason_that_is_out_of_date_is_noted(suite: SmallSuite) -> None:
    require(suite, REQUIRED + '[no-answer]\n"SV-2 200" = "Nobody asks."\n')
    status, output = suite.run()
    assert status == 0
    assert "Note: SV-2 200 is asserted: take its reason out of coverage.toml." in output


def test_failed_run_is_not_told_what_its_failure_cost(suite: SmallSuite) -> None:
    suite.write(FEATURE.replace("the list is shown", "it is refused"), STEPS)
    status, output = suite.run()
    assert status == 1
    assert "is no longer asserted" not in output
    assert record(suite)["run"]["verdict"] == "failed"


def test_without_the_file_nothing_is_required_and_that_is_said(suite: SmallSuite) -> None:
    (suite.folder / "coverage.toml").unlink()
    status, output = suite.run()
    assert status == 0
    assert "Note: There is no coverage.toml here: no answer has to be asserted." in output


def test_wrong_file_fails_the_run(suite: SmallSuite) -> None:
    require(suite, "[answers")
    status, output = suite.run()
    assert status == 1
    assert "FAILED: coverage.toml is wrong: " in output


def test_another_cloud_is_not_asked_for_everything(
    suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    require(suite, REQUIRED.replace("SV-2", "US-5"))
    status, output = suite.run(**standing_sandbox)
    assert status == 0, output
    assert "Note: 1 of the cells of coverage.toml were not asserted: `cloudqa coverage` shows them." in output
    assert record(suite)["run"]["embedded"] is False


def test_what_a_known_failure_would_have_asserted_is_not_called_lost(suite: SmallSuite) -> None:
    # The refusal is another than the rule asks for.
    suite.write(FEATURE, STEPS.replace("outcome, 401", "outcome, 403"))
    known = '[QC-12]\nlink = "https://tracker.example/7"\nuntil = 2999-12-24\n'
    (suite.folder / "known_failures.toml").write_text(known)
    status, output = suite.run()
    assert status == 0, output
    assert "1 known failure:" in output
    assert "no longer asserted" not in output
    record = json.loads((suite.folder / ".cloudqa" / "coverage.json").read_text())
    assert (record["run"]["verdict"], record["run"]["partial"]) == ("passed", "")
