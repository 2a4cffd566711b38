"""A suite of a few lines, run by the real runner with the real hooks in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PASSING = """
Feature: A small suite
  @QC-1
  Scenario: The cloud is healthy
    Given the cloud answers
"""
STEPS = """
from behave import given
from steps.api import service

@given("the cloud answers")
def the_cloud_answers(context):
    service.health(context.world.cloud)
"""


@dataclass(frozen=True)
class SmallSuite:
    """A folder with features, steps, the project's environment.py and behave.ini."""

    folder: Path

    def write(self, feature: str = PASSING, steps: str = STEPS) -> None:
        """Write its only feature and its only step module."""
        (self.folder / "features").mkdir(exist_ok=True)
        (self.folder / "steps").mkdir(exist_ok=True)
        (self.folder / "features" / "small.feature").write_text(feature)
        (self.folder / "steps" / "small_steps.py").write_text(steps)
        for name in ("environment.py", "behave.ini"):
            shutil.copy(ROOT / name, self.folder / name)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start behave in the folder, without the settings of the surroundings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOUD_")}
        return subprocess.Popen(
            [sys.executable, "-m", "behave", "--no-color", *arguments],
            cwd=self.folder,
            env={**kept, **environment, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A shell makes what it runs in the background deaf to Ctrl-C, and children inherit that.
            preexec_fn=hear_interrupts,
        )

    def run(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run behave in the folder; return its exit status and everything that it printed."""
        behave = self.start(*arguments, **environment)
        output, _ = behave.communicate(timeout=120)
        return behave.returncode, output


def hear_interrupts() -> None:
    """Undo, in a new process, that SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def small_suite(tmp_path: Path) -> SmallSuite:
    """A small suite with one passing scenario."""
    suite = SmallSuite(tmp_path)
    suite.write()
    return suite


@pytest.fixture(scope="session")
def standing_sandbox() -> Iterator[dict[str, str]]:
    """A sandbox that stays up: the settings that it announces."""
    from cloudqa.run.given import parse_env_lines

    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOUD_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "cloudqa", "sandbox", "--port", "0"],
        cwd=ROOT,
        env=kept,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield parse_env_lines("".join(process.stdout.readline() for _ in range(4)))
    finally:
        process.terminate()
        process.communicate(timeout=30)
