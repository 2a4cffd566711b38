"""Every step is used, and stands on the page of steps as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cloudqa.report.catalogue import NOWHERE

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "steps.md"


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page as it is written today."""
    page = tmp_path_factory.mktemp("catalogue") / "steps.md"
    done = subprocess.run(
        [sys.executable, "-m", "behave", "--dry-run", "--no-summary", "-f", "catalogue", "-o", str(page)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"A step is undefined:\n{done.stdout}{done.stderr}"
    return page.read_text(encoding="utf-8")


def test_every_step_is_used(catalogue: str) -> None:
    unused = [line for line in catalogue.splitlines() if NOWHERE in line]
    assert unused == [], "remove them, or write the scenario that they are for"


def test_page_of_steps_is_that_of_today(catalogue: str) -> None:
    how = "run behave --dry-run --no-summary -f catalogue -o docs/steps.md"
    assert PAGE.read_text(encoding="utf-8") == catalogue, how


def test_gaps_are_shown_filled(catalogue: str) -> None:
    rows = [line.split(" | ") for line in catalogue.splitlines() if line.startswith("| **")]
    assert len(rows) > 100
    without = [row[0] for row in rows if "{" in row[0] and not row[2].strip(" |") and "\\{" not in row[0]]
    assert without == []
