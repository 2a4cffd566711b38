"""A failure brings what explains it, everywhere, and no secret with it."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cloudqa.run.conftest import ROOT, SmallSuite

FEATURE = """
Feature: A small suite
  @QC-1 @rule.J6
  Scenario: Broken rule
    Given a user
    Then the job should be canceled

  @QC-2 @rule.J6
  Scenario: Broken contract
    Given a user
    Then the answer is not what the contract says

  @QC-3 @rule.J6
  Scenario: Waited in vain
    Given a user
    Then something comes that does not come

  @QC-4 @rule.J6
  Scenario: Cloud refuses
    Given a user
    When they log in with another password

  @QC-5
  Scenario: Clean-up fails
    Given a user
    And an undo that fails

  @QC-6
  Scenario: Suite is wrong
    Given a user
    When one error leads to another

  @QC-7 @hook_fails
  Scenario: Hook fails
    Given a user

  @QC-8
  Scenario: Both fail
    Given a user
    And an undo that fails
    Then the job should be canceled

  @QC-9
  Scenario: Passes
    Given a user
"""
STEPS = """
import pathlib
from behave import given, then, when
from cloudqa.record.contract_check import ContractViolation
from steps.api import operations
from steps.api.exchange import Exchange, Request
from steps.api.schemas import Violation
from steps.api.waiting import wait_until
from steps.support.expectations import expect_equal

@given("a user")
def make_user(context):
    context.world.user = context.world.make.user()
    context.world.user.log(context.world.cloud)
    with pathlib.Path("known.txt").open("a") as known:
        known.write(context.world.user.password + chr(10) + context.world.user.login_token.token + chr(10))
    print("made", context.world.user.password)

@then("the job should be canceled")
def be_canceled(context):
    expect_equal("the job should be canceled", context.world.user.password, "canceled", *context.world.rules)

@then("the answer is not what the contract says")
def break_contract(context):
    request = Request(operations.US_0, context.world.cloud.url, {}, None)
    exchange = Exchange(request, 200, {}, b"{}", 0.0, 0.1)
    raise ContractViolation(exchange, [Violation("US-0", "token", "is " + context.world.user.password)])

@then("something comes that does not come")
def wait(context):
    wait_until(lambda: context.world.user.password, lambda state: False, seconds=0, what="a miracle")

@when("they log in with another password")
def log_in(context):
    context.world.user.password = "Another-pass-word-1"
    context.world.user.log(context.world.cloud)

@given("an undo that fails")
def fail_to_undo(context):
    def undo():
        raise AssertionError("still there: " + context.world.user.password)
    context.world.undo.push("the thing", undo)

class Unlucky(Exception):
    def __str__(self):
        return "unlucky " + self.password

@when("one error leads to another")
def err(context):
    unlucky = Unlucky()
    unlucky.password = context.world.user.password
    try:
        raise ValueError("first " + context.world.user.password)
    except ValueError as error:
        raise unlucky from error
"""
HOOK = """

def before_tag(context, tag):
    if tag == "hook_fails":
        raise ValueError("the hook knows " + context.run.admin.password)
"""
REFUSED = "Cloud refuses"
FAILED_STEPS = ["Broken rule", "Broken contract", "Waited in vain", REFUSED, "Suite is wrong", "Both fail"]
ALL_FAILED = [*FAILED_STEPS, "Clean-up fails", "Hook fails"]


@dataclass(frozen=True)
class Reports:
    """What a run left, and the secrets of its users."""

    status: int
    console: str
    folder: Path

    @property
    def page(self) -> str:
        """The page."""
        return (self.folder / "reports" / "run.html").read_text()

    @property
    def cases(self) -> dict[str, ElementTree.Element]:
        """JUnit's test cases by name."""
        (file,) = (self.folder / "reports" / "junit").glob("*.xml")
        return {case.get("name", ""): case for case in ElementTree.parse(file).iter("testcase")}

    @property
    def attachments(self) -> str:
        """What is attached in JSON."""
        features = json.loads((self.folder / "out.json").read_text())
        steps = [step for feature in features for element in feature["elements"] for step in element["steps"]]
        attached = [one["data"] for step in steps for one in step.get("embeddings", [])]
        return "\n".join(base64.b64decode(one).decode() for one in attached)


@pytest.fixture(scope="module", params=["1", "2"], ids=["one process", "two workers"])
def reports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """The reports of a run in which everything fails that can."""
    suite = SmallSuite(tmp_path_factory.mktemp("suite"))
    suite.write(FEATURE, STEPS)
    with (suite.folder / "environment.py").open("a") as hooks:
        hooks.write(HOOK)
    formats = ["-f", "json", "-o", "out.json", "-f", "rerun", "-o", "rerun.txt", "-f", "pretty"]
    status, console = suite.run("-D", "reports=reports", "--jobs", request.param, *formats)
    return Reports(status, console, suite.folder)


def text_of(case: ElementTree.Element) -> str:
    return "\n".join(case.itertext()) + "".join(part.get("message", "") for part in case)


def test_everything_failed_that_should(reports: Reports) -> None:
    assert reports.status == 1
    failed = [name for name, case in reports.cases.items() if case.get("status") != "passed"]
    assert sorted(failed) == sorted(ALL_FAILED)
    assert "1 scenario passed" in reports.console


def test_no_secret_is_anywhere(reports: Reports) -> None:
    secrets = (reports.folder / "known.txt").read_text().split("\n")[:-1]
    assert len(secrets) == 2 * 8
    written = [file for file in reports.folder.rglob("*") if file.is_file() and file.name != "known.txt"]
    assert {"run.html", "out.json", "rerun.txt", "sandbox.log"} <= {file.name for file in written}
    texts = {str(file): file.read_text(errors="replace") for file in written}
    texts |= {"console": reports.console, "attachments": reports.attachments}
    assert [place for place, text in texts.items() if any(secret in text for secret in secrets)] == []
    assert "in clear" not in reports.console


@pytest.mark.parametrize("name", FAILED_STEPS)
def test_junit_shows_the_exchanges_with_curl_lines(reports: Reports, name: str) -> None:
    explained = reports.cases[name].findtext("system-err", "")
    assert re.search(
        r"Run [0-9a-f]{8} on embedded sandbox http\S+, \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", explained
    )
    assert re.search(r"The last \d of \d+ exchanges:", explained)
    assert re.search(r"^\d\d:\d\d:\d\d\.\d{3}Z  POST /api/login .* 200  in \d+ ms$", explained, re.MULTILINE)
    assert re.search(r"curl .*'Authorization: Bearer <token [0-9a-f]+>'", explained)


@pytest.mark.parametrize(
    ("name", "sentences"),
    [
        ("Broken rule", ["expected: canceled", "actual:   <password", "rule J6 (docs/contract.md:"]),
        ("Broken contract", ["US-0 at token: is <password", "rule US-0 (docs/contract.md:"]),
        ("Waited in vain", ["Waited 0 s for a miracle", "Seen: <password", "rule J6 (docs/contract.md:"]),
        (REFUSED, ["The cloud refused POST /api/login (US-0) with 401", "rule J6 (docs/contract.md:"]),
        ("Clean-up fails", ["CLEAN-UP FAILED: Left behind", "the thing (still there: <password"]),
        ("Suite is wrong", ["HiddenError: Unlucky: unlucky <password", "ValueError: first <password"]),
        ("Hook fails", ["HOOK-ERROR in before_tag(tag=hook_fails): ValueError: the hook knows <password"]),
        ("Both fail", ["CLEAN-UP FAILED: Left behind", "expected: canceled"]),
    ],
)
def test_junit_says_what_is_wrong_and_which_rule_it_breaks(
    reports: Reports, name: str, sentences: list[str]
) -> None:
    text = text_of(reports.cases[name])
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_terminal_and_page_say_it_too(reports: Reports) -> None:
    page = reports.page.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    for text in (reports.console, page):
        assert "expected: canceled" in text
        assert "rule J6 (docs/contract.md:" in text
        assert "rule US-0 (docs/contract.md:" in text
        assert "CLEAN-UP FAILED: Left behind" in text
        assert "HOOK-ERROR in before_tag" in text
        assert "curl -sS" in text


def test_page_shows_exchanges_below_the_step_that_failed(reports: Reports) -> None:
    below = reports.page.split("<i>Then </i></b><span>the job should be canceled")[1].split("step-capsule")[0]
    assert "Exchanges with the cloud" in below
    assert "curl -sS" in below
    assert "ASSERT FAILED" in below


def test_page_counts_a_failed_clean_up_as_a_failure(reports: Reports) -> None:
    assert re.search(r"8 failed,", reports.page)
    assert re.search(r'class="feature-summary-row failed">Failed: 8', reports.page)


def test_page_names_the_run_and_needs_no_network(reports: Reports) -> None:
    assert re.search(r"<title>Acceptance of the quantum cloud: run [0-9a-f]{8} on embedded", reports.page)
    assert re.findall(r"""(?:src|href)=["'](?!data:|#)[^"']*|@import|url\(""", reports.page) == []


def test_attachments_of_json_hold_the_exchanges(reports: Reports) -> None:
    assert "curl -sS" in reports.attachments


def test_page_shows_a_failure_where_the_formatter_of_progress_is_used_too(small_suite: SmallSuite) -> None:
    small_suite.write(FEATURE, STEPS)
    status, output = small_suite.run("-f", "progress", "--tags", "@QC-5")
    assert status == 5
    assert "KeyError" not in output
    assert "0 scenarios passed, 0 failed, 1 cleanup_error" in output


def test_project_names_its_page(small_suite: SmallSuite) -> None:
    assert "html-pretty = cloudqa.report.page:Page" in (ROOT / "behave.ini").read_text()


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("rule", ["Broken rule", "Broken contract", "Waited in vain", REFUSED, "Both fail"]),
        ("suite", ["Suite is wrong", "Clean-up fails", "Hook fails"]),
    ],
)
def test_every_report_tells_whose_fault_it_is(reports: Reports, kind: str, names: list[str]) -> None:
    failures = {name: case.find("failure") for name, case in reports.cases.items()}
    errors = {name: case.find("error") for name, case in reports.cases.items()}
    found = {name: one for name, one in {**errors, **failures}.items() if one is not None} | {
        name: one for name, one in errors.items() if one is not None
    }
    assert sorted(name for name, one in found.items() if one.get("type") == kind) == sorted(names)
    sentence = {"rule": "the cloud broke a rule", "suite": "a fault of the suite"}[kind]
    assert f"Failed: {len(names)} scenarios, {sentence}" in reports.console
    for text in (reports.console, reports.page, reports.attachments):
        assert f"VERDICT: {sentence}." in text
