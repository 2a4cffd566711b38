"""Runs that end before they are over, and workers that do."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cloudqa.run.parallel.conftest import Suite

DYING = """
Feature: Workers that die
  Scenario: It passes
    Given it passes

  Scenario: It is killed
    Given it passes
    When it is killed
    Then it passes

  Scenario: It leaves
    When it leaves with 3

  Scenario: It leaves as if all were well
    When it leaves with 0

  Scenario: It exits
    When it exits

  @dies_in_hook
  Scenario: A hook is killed
    Given it passes

  Scenario: It passes in the end
    Given it passes
"""
DYING_STEPS = """
import os, signal, sys

@step('it passes')
def passes(context):
    pass

@when('it is killed')
def killed(context):
    os.kill(os.getpid(), signal.SIGKILL)

@when('it leaves with {status:d}')
def leaves(context, status):
    os._exit(status)

@when('it exits')
def exits(context):
    sys.exit(4)
"""
DYING_HOOKS = """
import os, signal

def before_scenario(context, scenario):
    if "dies_in_hook" in scenario.tags:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGKILL)
"""

LASTING = """
Feature: Scenarios that last
  Scenario: It has passed
    Given it passes

  Scenario: One
    Given it lasts
    Then it passes

  Scenario: Another
    Given it lasts
    Then it passes

  Scenario: It is never begun
    Given it passes

Feature: Another feature
"""
LASTING_STEPS = """
import os, pathlib, threading

@step('it passes')
def passes(context):
    pass

@given('it lasts')
def lasts(context):
    mark = pathlib.Path(f"begun-{os.getpid()}")
    context.add_cleanup(lambda: mark.rename(mark.name.replace("begun", "cleaned")))
    mark.touch()
    threading.Event().wait(60)
"""


def stop_here(behave: subprocess.Popen[str]) -> None:
    behave.send_signal(signal.SIGINT)


def stop_all(behave: subprocess.Popen[str]) -> None:
    os.killpg(behave.pid, signal.SIGINT)


def terminate(behave: subprocess.Popen[str]) -> None:
    behave.terminate()


def marks(folder: Path, word: str) -> int:
    return len(list(folder.glob(f"{word}-*")))


def nobody_is_left(behave: subprocess.Popen[str]) -> bool:
    """Whether the whole session of the run is gone."""
    try:
        os.killpg(behave.pid, 0)
    except ProcessLookupError:
        return True
    return False


def begin_lasting(suite: Suite, *arguments: str) -> subprocess.Popen[str]:
    """Start two workers, and return when each is in the middle of a scenario."""
    suite.write(LASTING.removesuffix("\nFeature: Another feature\n"), LASTING_STEPS)
    behave = suite.start("--jobs", "2", *arguments)
    while marks(suite.folder, "begun") < 2 and behave.poll() is None:
        os.sched_yield()
    return behave


def verdicts(suite: Suite, folder: str = "junit") -> dict[str, str]:
    """The verdict of each scenario, as JUnit has it."""
    root = ElementTree.parse(suite.folder / folder / "TESTS-only.xml").getroot()
    return {case.attrib["name"]: case.attrib["status"] for case in root.iter("testcase")}


def test_worker_that_dies_fails_the_scenario_it_was_in(suite: Suite) -> None:
    suite.write(DYING, DYING_STEPS, DYING_HOOKS)
    status, output = suite.run("--jobs", "2", "--junit", "--junit-directory", "junit", "-f", "plain")
    assert status == 1
    assert verdicts(suite) == {
        "It passes": "passed",
        "It is killed": "error",
        "It leaves": "error",
        "It leaves as if all were well": "error",
        "It exits": "error",
        "A hook is killed": "error",
        "It passes in the end": "passed",
    }
    assert "2 scenarios passed, 0 failed, 5 error" in output
    killed = r"When it is killed \.\.\. error.*\nERROR: The worker process .* was killed by SIGKILL\."
    assert re.search(killed, output)
    assert output.count("ended with exit status 3") >= 1
    assert output.count("ended with exit status 0") >= 1
    assert output.count("ended with exit status 4") >= 1


@pytest.mark.parametrize("name", ["json", "pretty", "progress", "progress3", "rerun", "html"])
def test_worker_that_dies_is_shown_by_each_formatter(suite: Suite, name: str) -> None:
    suite.write(DYING, DYING_STEPS, DYING_HOOKS)
    full_name = "behave_html_pretty_formatter:PrettyHTMLFormatter" if name == "html" else name
    status, _ = suite.run("--jobs", "3", "-f", full_name, "-o", "shown")
    shown = suite.file("shown")
    assert status == 1
    if name == "json":
        steps = json.loads(shown)[0]["elements"][1]["steps"]
        assert [step.get("result", {}).get("status") for step in steps] == ["passed", "error", None]
    elif name == "progress":
        assert ".EEEEE." in shown
    elif name == "rerun":
        assert len(re.findall(r"only\.feature:\d+", shown)) == 5
    else:
        assert "was killed by SIGKILL" in shown


def test_stop_ends_after_a_worker_that_died(suite: Suite) -> None:
    suite.write(DYING, DYING_STEPS, DYING_HOOKS)
    status, output = suite.run("--jobs", "4", "--stop", "-f", "plain")
    assert status == 1
    assert "1 scenario passed, 0 failed, 1 error, 0 skipped, 5 untested" in output


def test_every_worker_may_die_at_once(suite: Suite) -> None:
    many = "".join(f"  Scenario: {number}\n    When it is killed\n" for number in range(20))
    suite.write(f"Feature: Many\n{many}", DYING_STEPS)
    status, output = suite.run("--jobs", "4", "-f", "progress")
    assert status == 1
    assert "0 scenarios passed, 0 failed, 20 error" in output


@pytest.mark.parametrize("stop", [stop_here, stop_all, terminate], ids=lambda stop: stop.__name__)
def test_interrupt_cleans_up_and_reports(suite: Suite, stop: Callable[[subprocess.Popen[str]], None]) -> None:
    behave = begin_lasting(suite, "--junit", "--junit-directory", "junit", "-f", "plain")
    stop(behave)
    output, _ = behave.communicate(timeout=60)
    assert behave.returncode == 1, output
    assert marks(suite.folder, "cleaned") == 2
    assert marks(suite.folder, "begun") == 0
    assert nobody_is_left(behave)
    found = verdicts(suite)
    assert found["It has passed"] == "passed"
    assert [found["One"], found["Another"]] == ["error", "error"]
    assert output.count("ABORTED: By user.") == 1
    assert "Traceback" not in output


def test_second_interrupt_kills(suite: Suite) -> None:
    suite.write(
        "Feature: It does not listen\n  Scenario: One\n    Given it does not listen\n"
        "  Scenario: Two\n    Given it does not listen\n",
        "import pathlib, os, threading\n\n@given('it does not listen')\ndef deaf(context):\n"
        "    while True:\n        try:\n            pathlib.Path(f'begun-{os.getpid()}').touch()\n"
        "            threading.Event().wait(60)\n        except KeyboardInterrupt:\n"
        "            pathlib.Path(f'heard-{os.getpid()}').touch()\n",
    )
    behave = suite.start("--jobs", "2", "-f", "plain")
    while marks(suite.folder, "begun") < 2 and behave.poll() is None:
        os.sched_yield()
    behave.send_signal(signal.SIGINT)
    while marks(suite.folder, "heard") < 2 and behave.poll() is None:
        os.sched_yield()
    behave.send_signal(signal.SIGINT)
    output, _ = behave.communicate(timeout=60)
    assert behave.returncode == 1
    assert output.count("was killed by SIGKILL") >= 2
    assert nobody_is_left(behave)


def test_hook_that_aborts_ends_the_run(suite: Suite) -> None:
    many = "".join(f"  Scenario: {number}\n    Given it passes\n" for number in range(50))
    suite.write(
        f"Feature: Many\n{many}",
        DYING_STEPS,
        "def before_scenario(context, scenario):\n"
        "    if scenario.name == '7':\n        context.abort(reason='enough')\n",
    )
    status, output = suite.run("--jobs", "2", "-f", "plain")
    assert status == 1
    assert output.count("ABORTED: enough") == 1
    assert re.search(r"\d+ scenarios? passed, 0 failed, .*\d+ untested", output)


def test_orphan_of_a_worker_does_not_hold_the_run(suite: Suite) -> None:
    """A process that a step leaves behind keeps the worker's channel open."""
    suite.write(
        "Feature: Orphans\n  Scenario: One\n    Given an orphan\n  Scenario: Two\n    Given an orphan\n",
        "import os, pathlib, threading\n\n@given('an orphan')\ndef orphan(context):\n"
        "    pid = os.fork()\n    if pid == 0:\n        os.closerange(0, 3)\n"
        "        threading.Event().wait(60)\n        os._exit(0)\n"
        "    pathlib.Path(f'orphan-{pid}').touch()\n",
    )
    status, output = suite.run("--jobs", "2", "-f", "progress", "-o", "shown")
    for orphan in suite.folder.glob("orphan-*"):
        os.kill(int(orphan.name.partition("-")[2]), signal.SIGKILL)
    assert status == 0, output


def test_system_that_cannot_fork_runs_one_after_another(suite: Suite) -> None:
    suite.write(
        "Feature: Two\n  Scenario: One\n    Given it passes\n  Scenario: Two\n    Given it passes\n",
        DYING_STEPS + "\nimport sys\nsys.platform = 'darwin'\n",
    )
    status, output = suite.run("--jobs", "2", "-f", "plain")
    assert status == 0
    assert output.count("--jobs 2 is left aside") == 1
    assert "2 scenarios passed" in output


def test_workers_end_with_a_parent_that_is_killed(suite: Suite) -> None:
    steps = LASTING_STEPS.replace(
        "    threading.Event().wait(60)\n",
        "    parent = os.getppid()\n"
        "    while os.getppid() == parent:\n"
        "        os.sched_yield()\n"
        "    raise AssertionError('too much for a pipe that no one empties ' * 10_000)\n",
    )
    assert steps != LASTING_STEPS
    suite.write(LASTING.removesuffix("\nFeature: Another feature\n"), steps)
    behave = suite.start("--jobs", "2")
    while marks(suite.folder, "begun") < 2 and behave.poll() is None:
        os.sched_yield()
    workers = [os.pidfd_open(int(mark.name.removeprefix("begun-"))) for mark in suite.folder.glob("begun-*")]
    behave.kill()
    behave.wait(timeout=30)
    for worker in workers:
        ended, _, _ = select.select([worker], [], [], 30)
        os.close(worker)
        assert ended, "a worker goes on without its parent"
