"""A run as a person starts it: what it prints, how it ends, and what is left of it."""

from __future__ import annotations

import os
import re
import signal
import socket
from pathlib import Path

import pytest

from tests.cloudqa.run.conftest import STEPS, SmallSuite

WAITING = """
Feature: A small suite
  @QC-1
  Scenario: Someone pulls the plug
    Given the cloud answers
    When the plug is pulled
    Then the cloud answers

  @QC-2
  Scenario: Another
    Given the cloud answers
"""


def lines(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.strip()]


def processes_listening(url: str) -> bool:
    port = int(url.rpartition(":")[2])
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_first_and_last_line_name_the_target(small_suite: SmallSuite) -> None:
    status, output = small_suite.run()
    assert status == 0, output
    assert lines(output)[0] == "Target: embedded sandbox"
    assert re.fullmatch(r"Target: embedded sandbox http://127\.0\.0\.1:\d+", lines(output)[-1])
    assert "1 scenario passed, 0 failed" in output


def test_sandbox_is_gone_after_the_run(small_suite: SmallSuite) -> None:
    _, output = small_suite.run()
    assert not processes_listening(lines(output)[-1])


def test_remote_target_is_named_and_used(small_suite: SmallSuite, standing_sandbox: dict[str, str]) -> None:
    status, output = small_suite.run(**standing_sandbox)
    assert status == 0, output
    assert lines(output)[0] == f"Target: {standing_sandbox['CLOUD_URL']}"
    assert lines(output)[-1] == f"Target: {standing_sandbox['CLOUD_URL']}"


def test_settings_from_a_file_are_used(small_suite: SmallSuite, standing_sandbox: dict[str, str]) -> None:
    file = "".join(f"{name}='{value}'\n" for name, value in standing_sandbox.items())
    (small_suite.folder / ".env").write_text(file)
    status, output = small_suite.run()
    assert status == 0, output
    assert lines(output)[0] == f"Target: {standing_sandbox['CLOUD_URL']}"


def test_job_token_alone_skips_what_needs_an_admin(
    small_suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    small_suite.write(
        "Feature: Two\n  @job_token_suffices\n  Scenario: One\n    Given the cloud answers\n"
        "  Scenario: Two\n    Given the cloud answers\n"
    )
    status, output = small_suite.run(
        CLOUD_URL=standing_sandbox["CLOUD_URL"],
        CLOUD_JOB_TOKEN=standing_sandbox["CLOUD_JOB_TOKEN"],
        CLOUD_PLATFORM="sim:qa",
    )
    assert status == 0, output
    assert "1 scenario passed, 0 failed, 1 skipped" in output
    assert "Skipped: 1 scenario, because it needs an admin's credentials" in output


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (
            {"CLOUD_URL": "staging.example", "CLOUD_JOB_TOKEN": "token", "CLOUD_PLATFORM": "sim:qa"},
            "no scheme",
        ),
        ({"CLOUD_ADMIN_EMAIL": "qa@x.example"}, "CLOUD_ADMIN_EMAIL is set, but CLOUD_URL is not"),
        ({"CLOUD_TARGET": "remote"}, "CLOUD_TARGET=remote needs CLOUD_URL"),
        (
            {"CLOUD_URL": "http://127.0.0.1:9", "CLOUD_JOB_TOKEN": "token", "CLOUD_PLATFORM": "sim:qa"},
            r"No answer to GET /api/jobs/availability .* connection refused.*Is CLOUD_URL right",
        ),
    ],
    ids=["no-scheme", "in-part", "remote-without-url", "unreachable"],
)
def test_run_that_cannot_begin_says_why(
    small_suite: SmallSuite, environment: dict[str, str], sentence: str
) -> None:
    status, output = small_suite.run(**environment)
    assert status != 0
    assert re.search(sentence, output), output
    assert "Traceback" not in output
    assert "scenario" not in output


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("CLOUD_ADMIN_PASSWORD", "does not accept CLOUD_ADMIN_EMAIL with CLOUD_ADMIN_PASSWORD"),
        ("CLOUD_JOB_TOKEN", "does not accept CLOUD_JOB_TOKEN"),
    ],
)
def test_wrong_credential_is_told(
    small_suite: SmallSuite, standing_sandbox: dict[str, str], name: str, sentence: str
) -> None:
    given = {**standing_sandbox, "CLOUD_PLATFORM": "sim:qa", name: "Not-the-right-1"}
    if name == "CLOUD_JOB_TOKEN":
        given = {key: value for key, value in given.items() if not key.startswith("CLOUD_ADMIN")}
    status, output = small_suite.run(**given)
    assert status != 0
    assert sentence in output
    assert "Not-the-right-1" not in output
    assert "Traceback" not in output


def test_plain_user_in_the_place_of_the_admin_is_told(
    small_suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    from steps.api.cloud_objects import User
    from steps.api.utils import CloudContext

    cloud = CloudContext(standing_sandbox["CLOUD_URL"])
    admin = User(
        email=standing_sandbox["CLOUD_ADMIN_EMAIL"], password=standing_sandbox["CLOUD_ADMIN_PASSWORD"]
    )
    admin.is_admin = True
    admin.log(cloud)
    plain = User("Plain", "User")
    plain.generate_data()
    plain.create(cloud, admin)
    status, output = small_suite.run(
        CLOUD_URL=cloud.url, CLOUD_ADMIN_EMAIL=plain.email, CLOUD_ADMIN_PASSWORD=plain.password
    )
    plain.delete(cloud, admin)
    assert status != 0
    assert "It must be an admin." in output
    assert "Traceback" not in output


def test_unreadable_settings_file_is_told(small_suite: SmallSuite) -> None:
    (small_suite.folder / ".env").write_bytes(b"\xff\xfe\x00")
    status, output = small_suite.run()
    assert status != 0
    assert "The settings file .env cannot be read" in output
    assert "Traceback" not in output


def test_sandbox_that_dies_during_a_run_is_reported(small_suite: SmallSuite) -> None:
    steps = STEPS + (
        "\nimport os, signal, subprocess\nfrom behave import when, then\n"
        "then('the cloud answers')(the_cloud_answers)\n"
        "@when('the plug is pulled')\n"
        "def pull(context):\n"
        "    sandbox = context.target.sandbox._process\n"
        "    os.kill(sandbox.pid, signal.SIGKILL)\n"
        "    sandbox.wait()\n"
    )
    small_suite.write(WAITING, steps)
    status, output = small_suite.run()
    assert status != 0
    assert "No answer to GET /health" in output
    assert "The embedded sandbox was killed by signal 9 during the run" in output
    assert "1 scenario passed" not in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_cleans_up_and_stops_the_sandbox(
    small_suite: SmallSuite, tmp_path: Path, number: signal.Signals
) -> None:
    marks = tmp_path / "marks"
    steps = STEPS + (
        "\nimport os, time, pathlib\nfrom behave import when, then\n"
        "then('the cloud answers')(the_cloud_answers)\n"
        "@when('the plug is pulled')\n"
        "def pull(context):\n"
        "    user = context.world.make.user()\n"
        f"    pathlib.Path({str(marks)!r}).write_text(context.world.cloud.url)\n"
        # Not blocked: a signal that comes right before Python blocks is noticed only when it wakes.
        "    end = time.monotonic() + 60\n"
        "    while time.monotonic() < end:\n"
        "        os.sched_yield()\n"
    )
    small_suite.write(WAITING, steps)
    behave = small_suite.start()
    while not (marks.exists() and marks.read_text()) and behave.poll() is None:
        os.sched_yield()
    behave.send_signal(number)
    output, _ = behave.communicate(timeout=60)
    assert behave.returncode != 0
    assert "ABORTED" in output
    assert "Left behind" not in output
    assert not processes_listening(marks.read_text())


def test_sandbox_ends_with_a_run_that_is_killed(small_suite: SmallSuite, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    steps = STEPS + (
        "\nimport os, signal, pathlib\nfrom behave import when, then\n"
        "then('the cloud answers')(the_cloud_answers)\n"
        "@when('the plug is pulled')\n"
        "def pull(context):\n"
        f"    pathlib.Path({str(marks)!r}).write_text(str(context.target.sandbox._process.pid))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    small_suite.write(WAITING, steps)
    status, _ = small_suite.run()
    assert status == -signal.SIGKILL
    ended = os.pidfd_open(int(marks.read_text())) if Path(f"/proc/{marks.read_text()}").exists() else None
    if ended is not None:
        import select

        ready, _, _ = select.select([ended], [], [], 30)
        os.close(ended)
        assert ready, "the sandbox is still there"


def test_failure_shows_no_secret_and_brings_the_exchanges(small_suite: SmallSuite) -> None:
    steps = STEPS + (
        "\nfrom behave import when, then\n"
        "then('the cloud answers')(the_cloud_answers)\n"
        "@when('the plug is pulled')\n"
        "def pull(context):\n"
        "    user = context.world.make.user()\n"
        "    print('made', user.password)\n"
        "    raise AssertionError('the password is ' + user.password)\n"
    )
    small_suite.write(WAITING, steps)
    status, output = small_suite.run("-f", "json", "-o", "out.json", "-f", "plain")
    assert status != 0
    assert "the password is <password" in output
    assert re.search("made <password [0-9a-f]+>", output), output
    attached = (small_suite.folder / "out.json").read_text()
    assert "embeddings" in attached
