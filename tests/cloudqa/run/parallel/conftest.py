"""Suites of a few lines, run by behave's own runner with workers, in a folder of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
EVERY_VERDICT = Path(__file__).parent / "every_verdict"


@dataclass(frozen=True)
class Suite:
    """A folder in which behave can be run."""

    folder: Path

    def write(self, feature: str, steps: str = "", environment: str = "") -> None:
        """Write its only feature, its only step module and its hooks."""
        for name in ("features", "steps"):
            (self.folder / name).mkdir(exist_ok=True)
        (self.folder / "features" / "only.feature").write_text(feature)
        (self.folder / "steps" / "only_steps.py").write_text("from behave import *\n" + steps)
        (self.folder / "environment.py").write_text(environment)
        shutil.copy(EVERY_VERDICT / "behave.ini", self.folder)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start behave in a session of its own, so that the whole of it can be sent a signal."""
        return subprocess.Popen(
            [sys.executable, "-m", "behave", "--no-color", *arguments],
            cwd=self.folder,
            # Output and errors share a pipe here: buffered, they would be in another order.
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run behave; return its exit status and everything that it printed."""
        behave = self.start(*arguments)
        output, _ = behave.communicate(timeout=120)
        return behave.returncode, output

    def file(self, name: str) -> str:
        """The text of a file in the folder."""
        return (self.folder / name).read_text()


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """An empty suite."""
    return Suite(tmp_path)


@pytest.fixture
def every_verdict(tmp_path: Path) -> Suite:
    """A suite with every verdict that a scenario can have."""
    shutil.copytree(EVERY_VERDICT, tmp_path, dirs_exist_ok=True)
    return Suite(tmp_path)
