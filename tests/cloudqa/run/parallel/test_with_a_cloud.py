"""The suite's own runner with workers: one target, started once, left once, told of by each worker."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from tests.cloudqa.run.conftest import SmallSuite
from tests.cloudqa.run.test_run import lines, processes_listening

STEPS = """
from behave import given, when, step
from steps.api import service
from steps.api.cloud_objects import User

@step("the cloud answers")
def the_cloud_answers(context):
    service.health(context.world.cloud)

@given("a user")
def user(context):
    context.world.user = context.world.make.user()
"""
SCENARIOS = "".join(
    f"  Scenario: {number}\n    Given a user\n    Then the cloud answers\n" for number in range(12)
)
MANY = f"Feature: Many\n{SCENARIOS}"


def test_target_is_named_once_and_serves_all(small_suite: SmallSuite) -> None:
    small_suite.write(MANY, STEPS)
    status, output = small_suite.run("--jobs", "3", "-f", "progress")
    assert status == 0, output
    assert lines(output)[0] == "Target: embedded sandbox"
    assert re.fullmatch(r"Target: embedded sandbox http://127\.0\.0\.1:\d+", lines(output)[-1])
    assert output.count("Target:") == 2
    assert "12 scenarios passed, 0 failed" in output
    assert not processes_listening(lines(output)[-1])


def test_skips_are_counted_once(small_suite: SmallSuite, standing_sandbox: dict[str, str]) -> None:
    small_suite.write(MANY + "  @job_token_suffices\n  Scenario: Last\n    Then the cloud answers\n", STEPS)
    status, output = small_suite.run(
        "--jobs",
        "3",
        CLOUD_URL=standing_sandbox["CLOUD_URL"],
        CLOUD_JOB_TOKEN=standing_sandbox["CLOUD_JOB_TOKEN"],
        CLOUD_PLATFORM="sim:qa",
    )
    assert status == 0, output
    assert output.count("Skipped: 12 scenarios, because it needs an admin's credentials") == 1
    assert "1 scenario passed, 0 failed, 12 skipped" in output


def test_secrets_of_workers_stay_secret(small_suite: SmallSuite, tmp_path: Path) -> None:
    steps = STEPS + (
        "\n@when('it tells its password')\n"
        "def tell(context):\n"
        f"    with open({str(tmp_path / 'passwords')!r}, 'a') as file:\n"
        "        print(context.world.user.password, file=file)\n"
        "    print('It is', context.world.user.password)\n"
        "    assert False, context.world.user.password\n"
    )
    telling = "".join(
        f"  Scenario: {number}\n    Given a user\n    When it tells its password\n" for number in range(4)
    )
    small_suite.write(f"Feature: Telling\n{telling}", steps)
    status, output = small_suite.run("--jobs", "2", "-f", "plain", "-f", "json", "-o", "shown.json")
    passwords = (tmp_path / "passwords").read_text().split()
    assert status == 5
    assert len(passwords) == 4
    assert output.count("ASSERT FAILED: <password") == 4
    for password in passwords:
        assert password not in output
        assert password not in (small_suite.folder / "shown.json").read_text()


def test_sandbox_that_dies_is_told_to_every_worker(small_suite: SmallSuite, tmp_path: Path) -> None:
    steps = STEPS + (
        "\nimport os, pathlib, signal\n"
        f"mark = pathlib.Path({str(tmp_path)!r}) / 'begun'\n"
        "@given('somebody depends on it')\n"
        "def depends(context):\n"
        "    while not mark.exists():\n"
        "        os.sched_yield()\n"
        "    with mark.open('a') as file:\n"
        "        print(context.scenario.name, file=file)\n"
        "@when('the plug is pulled')\n"
        "def pull(context):\n"
        "    os.kill(context.target.sandbox._process.pid, signal.SIGKILL)\n"
        "    mark.write_text('Someone pulls the plug\\n')\n"
    )
    pulling = "  Scenario: Someone pulls the plug\n    Given the cloud answers\n    When the plug is pulled\n"
    depending = "".join(
        f"  Scenario: {number}\n    Given somebody depends on it\n    Then the cloud answers\n"
        for number in range(12)
    )
    small_suite.write("Feature: A plug\n" + pulling + depending, steps)
    status, output = small_suite.run("--jobs", "2", "-f", "plain")
    # How many have begun before its end is seen is chance: the number told is that of the others.
    begun = len((tmp_path / "begun").read_text().splitlines())
    assert status == 3
    assert "FAILED: The embedded sandbox was killed by signal 9 during the run" in output
    assert output.count("ABORTED: The embedded sandbox has died.") == 1
    assert begun < 13
    assert f"Not begun: {13 - begun} scenario" in output
    assert "12 scenarios passed" not in output


def test_interrupt_undoes_what_workers_made(small_suite: SmallSuite, tmp_path: Path) -> None:
    steps = STEPS + (
        "\nimport os, pathlib, threading\n"
        "@when('it lasts')\n"
        "def lasts(context):\n"
        "    user, unwind = context.world.user, context.world.undo.unwind\n"
        f"    mark = pathlib.Path({str(tmp_path)!r}) / f'begun-{{os.getpid()}}'\n"
        "    def told():\n"
        "        mark.with_name(mark.name.replace('begun', 'undone')).write_text(str(user.user_id))\n"
        "    context.world.undo._actions.insert(0, type(context.world.undo._actions[0])('mark', told))\n"
        "    mark.write_text(context.world.cloud.url)\n"
        "    threading.Event().wait(60)\n"
    )
    lasting = "".join(f"  Scenario: {number}\n    Given a user\n    When it lasts\n" for number in range(4))
    small_suite.write(f"Feature: Lasting\n{lasting}", steps)
    behave = small_suite.start("--jobs", "2", "-f", "plain")
    while len(list(tmp_path.glob("begun-*"))) < 2 and behave.poll() is None:
        os.sched_yield()
    behave.send_signal(signal.SIGINT)
    output, _ = behave.communicate(timeout=60)
    assert behave.returncode == 130, output
    assert len(list(tmp_path.glob("undone-*"))) == 2, output
    assert "Left behind" not in output
    assert lines(output)[-1].startswith("Target: embedded sandbox http")
    assert not processes_listening(lines(output)[-1])
