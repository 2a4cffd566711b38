"""`cloudqa coverage` as a person calls it: what it shows, what it refuses, and its exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from cloudqa.record.coverage_record import PARTIAL, WHOLE, write
from tests.cloudqa.report.test_coverage_shown import RECORD, RUN

ROOT = Path(__file__).parents[3]
REQUIRED = "[answers]\nJB-1 = [200]\n"


def called(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "cloudqa", "coverage", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stdout
    return done.returncode, done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a project with the record of a whole run."""
    (tmp_path / "coverage.toml").write_text(REQUIRED)
    write(RECORD, tmp_path / WHOLE)
    return tmp_path


def test_command_shows_the_last_whole_run(folder: Path) -> None:
    status, output = called(folder)
    assert status == 0
    assert output.startswith("Run 3f9c21ab on https://cloud.example/<script>, 2026-01-02 03:04Z, passed\n")
    assert "Answers asserted: 1 of 1\n" in output
    assert output.endswith("Page: reports/coverage.html\n")
    assert "<title>Coverage of the contract: run 3f9c21ab" in (folder / "reports/coverage.html").read_text()


def test_page_goes_where_it_is_asked_to(folder: Path) -> None:
    status, output = called(folder, "--page", "here.html")
    assert (status, (folder / "here.html").exists()) == (0, True)
    assert "Page: here.html" in output


def test_run_of_a_part_is_refused(folder: Path) -> None:
    (folder / WHOLE).unlink()
    partial = RUN.model_copy(update={"run_id": "aaaaaaa1", "partial": "it chose by tags, with --tags @smoke"})
    write(partial, folder / PARTIAL)
    status, output = called(folder)
    assert status == 1
    assert output == (
        "Run aaaaaaa1 of 2026-01-02 03:05Z was no whole one: it chose by tags, with --tags @smoke. What it "
        "left out would show as lost. Run `make acceptance`, which is a whole run.\n"
    )
    assert not (folder / "reports").exists()


def test_run_of_a_part_after_a_whole_one_is_not_shown(folder: Path) -> None:
    later = {"run_id": "aaaaaaa1", "ended": RUN.ended + timedelta(days=1), "partial": "it ran x alone"}
    write(RUN.model_copy(update=later), folder / PARTIAL)
    status, output = called(folder)
    assert status == 0
    assert output.startswith("Run 3f9c21ab")
    assert "Run aaaaaaa1 of 2026-01-03 03:05Z was no whole one: it ran x alone. It is not shown." in output


def test_no_run_at_all_is_told(folder: Path) -> None:
    (folder / WHOLE).unlink()
    status, output = called(folder)
    assert status == 1
    assert output == "No run has left its coverage here. Run `make acceptance`, which is a whole run.\n"


def test_folder_that_is_no_project_is_told(folder: Path) -> None:
    (folder / "coverage.toml").unlink()
    status, output = called(folder)
    assert status == 1
    assert output.startswith("There is no coverage.toml here, which says what must be asserted")


def test_record_that_is_none_is_told(folder: Path) -> None:
    (folder / WHOLE).write_text("nonsense")
    status, output = called(folder)
    assert status == 1
    assert output.startswith(".cloudqa/coverage.json is no record of a run")
