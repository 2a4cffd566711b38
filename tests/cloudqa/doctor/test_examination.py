"""What an examination leaves behind, which is nothing; what it shows; and what it keeps from running."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from cloudqa.doctor.clock import ClockWatch
from cloudqa.doctor.examination import examine, settings_problem
from cloudqa.doctor.findings import Finding, Level
from cloudqa.errors import CannotRun
from cloudqa.record.secrets import SecretRegistry
from cloudqa.run.settings import Mode, Settings
from steps.api.cloud_objects import User
from steps.api.exchange import Exchange, Request
from steps.api.operations import SV_2
from steps.api.utils import CloudContext
from tests.cloudqa.doctor.conftest import Doctor
from tests.cloudqa.run.conftest import ROOT, SmallSuite, small_suite
from tests.cloudqa.run.recording_proxy import Answer, recording_proxy
from tests.cloudqa.run.test_leaves_nothing import contents

__all__ = ["small_suite"]


def test_sound_cloud_has_nothing_wrong(doctor: Doctor, standing_sandbox: dict[str, str], admin: User) -> None:
    cloud = CloudContext(standing_sandbox["CLOUD_URL"])
    before = contents(cloud, admin)
    status, findings = doctor.findings(standing_sandbox)
    assert (status, {one["level"] for one in findings}) == (0, {"ok"}), findings
    assert contents(cloud, admin) == before
    assert not list(doctor.folder.glob(".cloudqa/ledger/*"))


def test_without_settings_the_embedded_sandbox_is_examined(doctor: Doctor) -> None:
    status, report = doctor.report({})
    assert status == 0
    assert report.startswith("Target: embedded sandbox http://127.0.0.1:")
    assert report.rstrip().endswith("Nothing speaks against a run.")


def test_report_shows_the_problem_its_remedy_and_what_was_not_tried(
    doctor: Doctor, standing_sandbox: dict[str, str]
) -> None:
    status, report = doctor.report({**standing_sandbox, "CLOUD_ADMIN_PASSWORD": "Not-the-right-1"})
    assert status == 1
    lines = report.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  ✗ Login"))
    assert any(line.strip().startswith("→ Correct one of the two") for line in lines[at : at + 4])
    assert "  · Platform     Not tried, as it needs Admin." in lines
    assert lines[-1] == "  1 problem."
    assert max(map(len, lines)) <= 80
    assert not any(secret in report for secret in ("Not-the-right-1", standing_sandbox["CLOUD_JOB_TOKEN"]))


def test_command_that_a_shell_calls_tells_the_same(doctor: Doctor, standing_sandbox: dict[str, str]) -> None:
    for changed, status in (({}, 0), ({"CLOUD_PLATFORM": "sim:nowhere"}, 1)):
        process = doctor.start({**standing_sandbox, **changed}, "--json")
        output, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (status, "")
        assert json.loads(output)["healthy"] is (status == 0)


def test_examination_with_a_job_token_makes_nothing(
    doctor: Doctor, standing_sandbox: dict[str, str], admin: User
) -> None:
    cloud = CloudContext(standing_sandbox["CLOUD_URL"])
    before = contents(cloud, admin)
    settings = {name: standing_sandbox[name] for name in ("CLOUD_URL", "CLOUD_JOB_TOKEN")}
    with recording_proxy(settings["CLOUD_URL"]) as proxy:
        status, findings = doctor.findings({**settings, "CLOUD_URL": proxy.url, "CLOUD_PLATFORM": "sim:qa"})
    assert status == 0, findings
    assert contents(cloud, admin) == before
    assert {request for request in proxy.seen if request[0] != "GET"} == {("POST", "/api/jobs")}


@pytest.mark.parametrize("with_admin", [True, False])
def test_examination_that_may_read_only_sends_gets_and_the_login(
    doctor: Doctor, standing_sandbox: dict[str, str], with_admin: bool
) -> None:
    settings = dict(standing_sandbox)
    if with_admin:
        del settings["CLOUD_JOB_TOKEN"]
    else:
        settings = {"CLOUD_JOB_TOKEN": settings["CLOUD_JOB_TOKEN"], "CLOUD_PLATFORM": "sim:qa"}
    with recording_proxy(standing_sandbox["CLOUD_URL"]) as proxy:
        status, findings = doctor.findings({**settings, "CLOUD_URL": proxy.url, "CLOUD_MODE": "readonly"})
    assert status == 0, findings
    login = {("POST", "/api/login")} if with_admin else set()
    assert {request for request in proxy.seen if request[0] != "GET"} == login
    assert [one["check"] for one in findings if one["level"] == "untried"] == (
        ["API key", "Limits"] if with_admin else []
    )


def lost_after(path: str) -> Callable[[Answer], None]:
    """The cloud does what is asked, and the answer never comes."""

    def alter(answer: Answer) -> None:
        answer.lost = (answer.method, answer.path) == ("POST", path)

    return alter


@pytest.mark.parametrize(("path", "check"), [("/admin/api-keys", "API key"), ("/api/auth/tokens", "Limits")])
def test_what_was_made_is_removed_where_its_answer_was_lost(
    doctor: Doctor, standing_sandbox: dict[str, str], admin: User, path: str, check: str
) -> None:
    cloud = CloudContext(standing_sandbox["CLOUD_URL"])
    before = contents(cloud, admin)
    settings = {name: text for name, text in standing_sandbox.items() if name != "CLOUD_JOB_TOKEN"}
    with recording_proxy(standing_sandbox["CLOUD_URL"], lost_after(path)) as proxy:
        status, findings = doctor.findings({**settings, "CLOUD_URL": proxy.url})
    assert status == 1
    assert [one["check"] for one in findings if one["level"] == "problem"] == [check], findings
    assert contents(cloud, admin) == before
    assert not list(doctor.folder.glob(".cloudqa/ledger/*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_was_made_is_removed_where_the_examination_is_ended(
    doctor: Doctor, standing_sandbox: dict[str, str], admin: User, number: signal.Signals
) -> None:
    cloud = CloudContext(standing_sandbox["CLOUD_URL"])
    before = contents(cloud, admin)
    ended: list[subprocess.Popen[str]] = []

    def end(answer: Answer) -> None:
        if (answer.method, answer.path) == ("POST", "/admin/api-keys") and ended:
            ended.pop().send_signal(number)

    with recording_proxy(standing_sandbox["CLOUD_URL"], end) as proxy:
        settings = {**standing_sandbox, "CLOUD_URL": proxy.url}
        process = doctor.start(settings)
        ended.append(process)
        output, errors = process.communicate(timeout=60)
        assert process.returncode != 0, output
        assert "Traceback" not in errors
        if number is signal.SIGKILL:
            assert list(doctor.folder.glob(".cloudqa/ledger/*"))
            sweep = [sys.executable, "-m", "cloudqa", "sweep"]
            environment = {**settings, "PYTHONPATH": str(ROOT), "PATH": ""}
            swept = subprocess.run(
                sweep, cwd=doctor.folder, env=environment, check=False, capture_output=True
            )
            assert swept.returncode == 0, swept.stdout
    assert contents(cloud, admin) == before
    assert not list(doctor.folder.glob(".cloudqa/ledger/*"))


def test_run_does_not_begin_where_the_examination_before_it_finds_a_problem(
    small_suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    wrong = {**standing_sandbox, "CLOUD_PLATFORM": "sim:nowhere"}
    status, output = small_suite.run("-D", "doctor=true", **wrong)
    assert status == 2
    assert "✗ Platform     The cloud has no platform sim:nowhere." in output
    assert "Nothing was run, as the examination before it found a problem" in output
    assert "The cloud is healthy" not in output
    assert "Traceback" not in output
    status, _ = small_suite.run("-D", "doctor=true", **{**wrong, "CLOUD_URL": "http://127.0.0.1:1"})
    assert status == 3
    for secret in ("CLOUD_ADMIN_PASSWORD", "CLOUD_JOB_TOKEN"):
        assert standing_sandbox[secret] not in output


@pytest.mark.parametrize("settings", [{}, {"CLOUD_DOCTOR": "true"}])
def test_run_begins_after_an_examination_without_problems(
    small_suite: SmallSuite, settings: dict[str, str]
) -> None:
    status, output = small_suite.run(*([] if settings else ["-D", "doctor=true"]), **settings)
    assert status == 0, output
    assert output.index("✓ Limits") < output.index("The cloud is healthy")
    assert "1 scenario passed" in output


def told_at(date: str, started: float, seconds: float = 0.0) -> Exchange:
    return Exchange(Request(SV_2, "https://x.example"), 200, {"date": date}, b"", started, seconds)


def test_clocks_are_compared_the_better_the_more_answers_there_are() -> None:
    watch = ClockWatch()
    assert watch.surely_apart == 0
    # Told in the second of :10 when it was :05.2 here, and still in that second when it was :05.9.
    watch.after(told_at("Thu, 01 Jan 2026 00:00:10 GMT", 1767225605.2))
    watch.after(told_at("Thu, 01 Jan 2026 00:00:10 GMT", 1767225605.9))
    least, most = watch.ahead
    assert (round(least, 1), round(most, 1)) == (4.8, 5.1)
    assert round(watch.surely_apart, 1) == 4.8
    watch.after(told_at("no date", 0))
    watch.after(told_at("", 0))
    assert watch.dates == 2


def test_clock_behind_is_seen_too() -> None:
    watch = ClockWatch()
    watch.after(told_at("Thu, 01 Jan 2026 00:00:00 GMT", 1767225610.0, 0.5))
    assert watch.ahead == (-10.5, -9.0)
    assert watch.surely_apart == 9.0


def test_mistake_in_the_settings_is_parted_into_what_and_remedy() -> None:
    found = settings_problem(CannotRun("CLOUD_URL is 'http://': write it whole, such as https://x.example."))
    assert found == Finding(
        Level.PROBLEM, "CLOUD_URL is 'http://'.", "Write it whole, such as https://x.example.", "Settings"
    )


def test_findings_come_one_by_one_and_those_that_need_a_failed_one_are_not_tried() -> None:
    settings = Settings(
        url="https://nowhere.invalid", job_token=SecretStr("t" * 12), platform="sim:qa", mode=Mode.READONLY
    )
    coming = examine(settings, SecretRegistry())
    assert next(coming).level is Level.PROBLEM
    rest = list(coming)
    assert {one.level for one in rest} == {Level.UNTRIED}
    assert rest[0].what == "Not tried, as it needs Name."
