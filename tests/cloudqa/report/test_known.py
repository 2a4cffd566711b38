"""A known failure turns no run red, is counted apart, and is held to its date and to its scenario."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cloudqa.errors import CannotRun
from cloudqa.report.known import KnownFailure, read_known
from cloudqa.report.run_record import Outcome, read_record
from cloudqa.report.verdicts import Kind
from tests.cloudqa.run.conftest import ROOT, STEPS, SmallSuite

FEATURE = """
Feature: A small suite
  @QC-1
  Scenario: It passes
    Given the cloud answers

  @QC-2 @rule.J6
  Scenario: The cloud breaks a rule
    Given the cloud answers
    Then the cloud answers otherwise
    And the cloud answers otherwise

  @QC-3
  Scenario: The suite is at fault
    When the suite divides by zero

  @QC-4
  Scenario: The cloud breaks a rule, and a clean-up fails
    Given a clean-up that fails
    Then the cloud answers otherwise

  @QC-5 @rule.J6
  Scenario Outline: Rows of one id: <answer>
    Then the cloud answers <answer>

    Examples:
      | answer    |
      | as ever   |
      | otherwise |

  @QC-6
  Scenario: It passes in the end
    Given the cloud answers

  @QC-7
  Scenario: A step is undefined
    When nobody knows this
"""
MORE_STEPS = (
    STEPS
    + """
from behave import step
from steps.support.expectations import expect_equal

@step("the cloud answers otherwise")
def answers_otherwise(context):
    expect_equal("the answer is another", "that", "this", "J6")

@step("the cloud answers as ever")
def answers_as_ever(context):
    pass

@step("the suite divides by zero")
def divides(context):
    1 / 0

@step("a clean-up that fails")
def fails_to_clean_up(context):
    context.add_cleanup(lambda: 1 / 0)
"""
)
LINK = "https://tracker.example/issues/7"
TODAY = datetime.now(UTC).date()
SUITE = ("--tags=not @QC-7",)
GREEN = "--tags=@QC-1 or @QC-2 or @QC-5 or @QC-6"


def entry(scenario: str, until: date = TODAY, **more: str) -> str:
    lines = [f"[{scenario}]", f'link = "{LINK}"', f"until = {until}"]
    return "\n".join([*lines, *(f'{name} = "{text}"' for name, text in more.items())]) + "\n"


def write(suite: SmallSuite, *entries: str) -> None:
    suite.write(FEATURE, MORE_STEPS)
    (suite.folder / "known_failures.toml").write_text("# Known.\n" + "\n".join(entries))


@pytest.mark.parametrize("more", [("--jobs", "1"), ("--jobs", "3"), ("--stop",), ("--stop", "--jobs", "2")])
def test_known_failures_turn_no_run_red(small_suite: SmallSuite, more: tuple[str, ...]) -> None:
    write(small_suite, entry("QC-2", why="It forgets."), entry("QC-5"))
    status, output = small_suite.run(GREEN, "-D", "reports=reports", *more)
    assert status == 0, output
    assert "\nFAILED: " not in output
    assert "1 feature passed, 0 failed" in output
    assert "3 scenarios passed, 0 failed, 2 xfailed, " in output
    assert "2 known failures:\n  @QC-2 The cloud breaks a rule: known failure until " in output
    assert f"known failure until {TODAY}: {LINK} (It forgets.)" in output
    assert "Failing scenarios" not in output

    record = read_record(small_suite.folder / "reports")
    outcomes = [(one.id, one.outcome) for one in record.scenarios]
    known = next(one for one in record.scenarios if one.id == "@QC-2")
    assert outcomes.count(("@QC-5", Outcome.KNOWN)) == outcomes.count(("@QC-5", Outcome.PASSED)) == 1
    assert (known.outcome, known.kind, known.failure) == (
        Outcome.KNOWN, Kind.RULE, "J6: the answer is another",
    )  # fmt: skip
    assert known.known is not None
    assert (known.known.link, known.known.until, known.known.why) == (LINK, TODAY, "It forgets.")
    assert not record.failed

    suite = ElementTree.parse(small_suite.folder / "reports" / "junit" / "TESTS-small.xml").getroot()
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("0", "0", "2")
    marks = [case.find("skipped") for case in suite.iter("testcase") if case.get("status") == "xfailed"]
    assert [mark.get("type") for mark in marks if mark is not None] == ["known", "known"]
    assert all(LINK in (mark.get("message") or "") for mark in marks if mark is not None)

    page = (small_suite.folder / "reports" / "run.html").read_text()
    assert "2 xfailed, " in page
    assert "1 passed, " in page  # the feature
    assert f"The cloud breaks a rule (known failure until {TODAY}: {LINK} (It forgets.))" in page


@pytest.mark.parametrize("jobs", ["1", "3"])
@pytest.mark.parametrize("scenario", ["QC-3", "QC-4"])
def test_only_a_broken_rule_is_excused(small_suite: SmallSuite, scenario: str, jobs: str) -> None:
    write(small_suite, entry(scenario))
    status, output = small_suite.run(f"--tags=@{scenario}", "--jobs", jobs)
    assert status == {"QC-3": 5, "QC-4": 1}[scenario]
    assert "1 known failure" not in output
    assert "0 scenarios passed, " in output
    assert "0 xfailed" in output


def test_undefined_step_is_not_excused(small_suite: SmallSuite) -> None:
    write(small_suite, entry("QC-7"))
    assert small_suite.run("--tags=@QC-7")[0] == 5


def test_other_failures_still_turn_the_run_red(small_suite: SmallSuite) -> None:
    write(small_suite, entry("QC-2"))
    status, output = small_suite.run("--tags=@QC-2 or @QC-3")
    assert status == 5
    assert "1 known failure:" in output


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_scenario_that_passes_again_turns_the_run_red(small_suite: SmallSuite, jobs: str) -> None:
    write(small_suite, entry("QC-1"))
    status, output = small_suite.run("--tags=@QC-1 or @QC-6", "--jobs", jobs, "-D", "reports=reports")
    sentence = f"@QC-1 passes, but is known to fail: take it out of known_failures.toml, and close {LINK}."
    assert status == 1
    assert f"FAILED: {sentence}" in output
    assert read_record(small_suite.folder / "reports").problems == (sentence,)


def test_date_that_has_passed_turns_the_run_red(small_suite: SmallSuite) -> None:
    write(small_suite, entry("QC-2", TODAY - timedelta(days=1)))
    status, output = small_suite.run("--tags=@QC-1 or @QC-2")
    assert status == 1
    assert "1 scenario passed, 1 failed" in output
    assert f"FAILED: @QC-2 was known to fail until {TODAY - timedelta(days=1)}, which has passed: " in output
    assert "then give it a later date in known_failures.toml or take it out." in output


def test_entry_of_a_scenario_that_is_not_selected_says_nothing(small_suite: SmallSuite) -> None:
    write(small_suite, entry("QC-1"), entry("QC-2", TODAY - timedelta(days=1)))
    status, output = small_suite.run("--tags=@QC-6")
    assert status == 0, output
    assert "known" not in output


def test_entry_for_another_host_does_not_hold(small_suite: SmallSuite) -> None:
    write(small_suite, entry("QC-2", target="api.staging.example"), entry("QC-1", target="other.example"))
    status, output = small_suite.run("--tags=@QC-1 or @QC-2")
    assert status == 1
    assert "known" not in output


def test_entry_for_the_embedded_sandbox_holds(small_suite: SmallSuite) -> None:
    write(small_suite, entry("QC-2", target="embedded"))
    assert small_suite.run("--tags=@QC-1 or @QC-2")[0] == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            entry("QC-8"),
            "known_failures.toml names QC-8, but no scenario has that id: take it out. Did you mean",
        ),
        (f"[QC-2]\nuntil = {TODAY}\n", "The entry QC-2 of known_failures.toml has no link: say where"),
        (f'[QC-2]\nlink = " "\nuntil = {TODAY}\n', "The entry QC-2 of known_failures.toml has no link: say"),
        (
            '[QC-2]\nlink = "x"\n',
            "The entry QC-2 of known_failures.toml has no date: write until = 2026-12-24.",
        ),
        (
            '[QC-2]\nlink = "x"\nuntil = "soon"\n',
            "The date soon of QC-2 in known_failures.toml is none: write",
        ),
        ('[QC-2]\nlink = "x"\nuntil = 2026-02-30\n', "known_failures.toml is no TOML: "),
        (
            '[QC-2]\nlink = "x"\nuntil = 2026-02-03T10:00:00\n',
            "The date 2026-02-03 10:00:00 of QC-2 in known",
        ),
        ("[QC-2]\nlink = 7\n", "The link of QC-2 in known_failures.toml is no text: put it in quotes."),
        (
            '[QC-2]\nlnk = "x"\n',
            "The entry QC-2 of known_failures.toml sets lnk; it may set link, target, until",
        ),
        (entry("QC-2") + entry("QC-2"), "known_failures.toml names QC-2 twice, in lines 2 and 5: keep one."),
        ('link = "x"\n', "known_failures.toml sets link outside of an entry: begin each with [QC-...]."),
        ("[QC-2\n", "known_failures.toml is no TOML: "),
    ],
)
def test_wrong_entry_ends_the_run_before_its_first_scenario(
    small_suite: SmallSuite, text: str, sentence: str
) -> None:
    write(small_suite, text)
    status, output = small_suite.run("-f", "plain")
    assert status == 2
    assert sentence in output
    assert "Traceback" not in output
    assert "Scenario:" not in output


def test_date_may_be_a_text(tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    file.write_text('["@QC-2"]\nlink = "x"\nuntil = "2026-12-24"\n')
    assert read_known(file) == (KnownFailure("QC-2", "x", date(2026, 12, 24)),)


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(CannotRun, match=r"known\.toml cannot be read: .+"):
        read_known(file)


def test_file_of_the_project_shows_an_entry_that_holds(tmp_path: Path) -> None:
    text = (ROOT / "known_failures.toml").read_text()
    assert read_known(ROOT / "known_failures.toml") == () or "[QC-" in text
    example = "\n".join(line.removeprefix("# ") for line in text[text.index("# [QC-") :].splitlines())
    (tmp_path / "known.toml").write_text(example)
    (known,) = read_known(tmp_path / "known.toml")
    assert (known.id, known.target) == ("QC-123", "api.staging.example")
