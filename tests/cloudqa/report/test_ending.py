"""No run is green for nothing, and every skip has a reason."""

from __future__ import annotations

import pytest

from tests.cloudqa.run.conftest import STEPS, SmallSuite

TWO = """
@things
Feature: Two
  @QC-11 @smoke
  Scenario: The cloud is healthy
    Given the cloud answers

  @QC-12
  Scenario: The cloud is healthy still
    Given the cloud answers
"""
UNEXPLAINED = (
    STEPS
    + """
from behave import when

@when("it is skipped")
def skip(context):
    context.scenario.skip()
"""
)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--tags=@typo"], "FAILED: No scenario has the tag @typo."),
        (["--tags=@smok"], "FAILED: No scenario has the tag @smok. Did you mean @smoke?"),
        (["--tags=@smoke", "--tags=@QC-21"], "FAILED: No scenario has the tag @QC-21. Did you mean @QC-"),
        (["--tags=@smok*n"], "FAILED: No scenario has the tag @smok*n."),
        (["--tags=@smoke and not @things"], "FAILED: No scenario was selected."),
        (["--name", "sick"], "FAILED: No scenario's name matches 'sick'."),
        (["features/small.feature", "--tags=@typo"], "FAILED: No scenario has the tag @typo."),
    ],
)
def test_run_of_nothing_fails(small_suite: SmallSuite, arguments: list[str], sentence: str) -> None:
    small_suite.write(TWO)
    status, output = small_suite.run(*arguments)
    assert status == 1
    assert sentence in output
    assert output.count("FAILED:") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--tags=@smoke"],
        ["--tags=@smo*"],
        ["--tags=@smoke or @QC-12"],
        ["--name", "healthy"],
        ["features"],
    ],
)
def test_run_of_something_passes(small_suite: SmallSuite, arguments: list[str]) -> None:
    small_suite.write(TWO)
    status, output = small_suite.run(*arguments)
    assert status == 0, output
    assert "FAILED" not in output
    assert "No scenario" not in output
    assert "Skipped:" not in output


def test_tag_that_nobody_has_is_noted_where_something_is_run(small_suite: SmallSuite) -> None:
    small_suite.write(TWO)
    status, output = small_suite.run("--tags=not @smok")
    assert status == 0
    assert "Note: No scenario has the tag @smok. Did you mean @smoke?" in output


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 1),
        (["features"], 1),
        (["--tags=@smoke"], 1),
        (["--tags=not @QC-11"], 1),
        (["features/small.feature"], 0),
        (["features/small.feature:9"], 0),
        (["--tags=@QC-11"], 0),
        (["--tags=@QC-11 or @QC-12"], 0),
        (["--name", "healthy"], 0),
    ],
)
def test_run_of_skips_alone_passes_only_where_they_were_named(
    small_suite: SmallSuite, standing_sandbox: dict[str, str], arguments: list[str], status: int
) -> None:
    small_suite.write(TWO)
    ended, output = small_suite.run(
        *arguments,
        CLOUD_URL=standing_sandbox["CLOUD_URL"],
        CLOUD_JOB_TOKEN=standing_sandbox["CLOUD_JOB_TOKEN"],
        CLOUD_PLATFORM="sim:qa",
    )
    assert ended == status, output
    assert ", because it needs an admin's credentials, and the settings give only a job token" in output
    assert ("FAILED: Nothing was run" in output) is bool(status)


def test_skip_without_a_reason_fails(small_suite: SmallSuite) -> None:
    skipped = TWO + "\n  Scenario: Skipped\n    When it is skipped\n"
    small_suite.write(skipped, UNEXPLAINED)
    status, output = small_suite.run()
    assert status == 1
    assert "FAILED: 1 scenario skipped without a reason, the first at features/small.feature:12" in output


def test_scenarios_without_steps_are_nothing(small_suite: SmallSuite) -> None:
    small_suite.write("Feature: Empty\n  Scenario: One\n  Scenario: Two\n")
    status, output = small_suite.run()
    assert status == 1
    assert "FAILED: Nothing was run: 2 scenarios selected, and no step executed." in output


def test_undefined_steps_fail(small_suite: SmallSuite) -> None:
    small_suite.write("Feature: Undefined\n  Scenario: One\n    When nobody knows this\n")
    status, output = small_suite.run("-D", "reports=reports")
    assert status == 5
    assert "1 undefined" in output
    (file,) = (small_suite.folder / "reports" / "junit").glob("*.xml")
    assert 'message="The step is undefined: When nobody knows this"' in file.read_text()


@pytest.mark.parametrize(("feature", "status"), [(TWO, 0), (TWO.replace("answers", "sings"), 1)])
def test_dry_run_keeps_the_exit_status_of_behave(small_suite: SmallSuite, feature: str, status: int) -> None:
    small_suite.write(feature)
    assert small_suite.run("--dry-run", "--tags=@QC-11")[0] == status
    assert small_suite.run("--dry-run", "--tags=@typo")[0] == 0


def test_skips_are_in_junit_and_on_the_page_with_their_reason(small_suite: SmallSuite) -> None:
    small_suite.write(TWO.replace("@QC-12", "@QC-12 @perceval").replace("@QC-11", "@QC-11 @first"))
    hooks = small_suite.folder / "environment.py"
    hidden = "from types import SimpleNamespace\n" + (
        "hooks.importlib = SimpleNamespace(util=SimpleNamespace(find_spec=lambda name: None))\n"
    )
    hooks.write_text(hooks.read_text() + hidden)
    status, output = small_suite.run("-D", "reports=reports", "--tags=@things")
    assert status == 0, output
    assert "Skipped: 1 scenario, because Perceval is not installed" in output
    (junit,) = (small_suite.folder / "reports" / "junit").glob("*.xml")
    assert 'skipped message="because Perceval is not installed' in junit.read_text()
    page = (small_suite.folder / "reports" / "run.html").read_text()
    assert "Skipped because Perceval is not installed" in page
    small_suite.run("-D", "reports=reports", "--tags=@first")
    assert "still" not in junit.read_text()
