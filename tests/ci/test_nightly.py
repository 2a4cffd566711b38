"""A night's run sweeps whatever happened and keeps the run's exit status; the CI files call what there is."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
GITHUB = yaml.safe_load((ROOT / ".github" / "workflows" / "nightly.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
SETTINGS = ("ARGS", "JOBS", "REPORTS", "SHARD")

BEHAVE = f"""#!{sys.executable}
import os, signal, sys
log = open("calls", "a")
print("behave", *sys.argv[1:], file=log, flush=True)
if "lasting" in sys.argv:
    def end(*_):
        print("behave has cleaned up", file=log, flush=True)
        sys.exit(130)
    signal.signal(signal.SIGTERM, end)
    open("begun", "w").close()
    while True:
        signal.pause()
sys.exit(int(os.environ.get("BEHAVE_STATUS", "0")))
"""
CLOUDQA = f"""#!{sys.executable}
import os, sys
print("cloudqa", *sys.argv[1:], file=open("calls", "a"))
sys.exit(int(os.environ.get("SWEEP_STATUS", "0")))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the script of the night, and stand-ins for the commands that it calls."""
    for name, text in (("behave", BEHAVE), ("cloudqa", CLOUDQA), ("nightly", "")):
        (tmp_path / ".ci").mkdir(exist_ok=True)
        file = tmp_path / ".ci" / name
        file.write_text(text or (ROOT / ".ci" / "nightly").read_text(encoding="utf-8"))
        file.chmod(0o755)
    return tmp_path


def start(project: Path, **environment: str) -> subprocess.Popen[bytes]:
    # The settings of a make that runs these tests are not the night's.
    inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    surroundings = {**inherited, "BIN": str(project / ".ci"), **environment}
    return subprocess.Popen([project / ".ci" / "nightly"], env=surroundings, start_new_session=True)


def calls(project: Path) -> list[str]:
    return (project / "calls").read_text().splitlines()


@pytest.mark.parametrize(
    ("run", "sweep", "status"), [("0", "0", 0), ("1", "0", 1), ("5", "1", 5), ("0", "1", 1), ("3", "0", 3)]
)
def test_exit_status_is_the_runs_and_the_sweep_follows(
    project: Path, run: str, sweep: str, status: int
) -> None:
    night = start(project, BEHAVE_STATUS=run, SWEEP_STATUS=sweep)
    assert night.wait(30) == status
    assert calls(project) == ["behave -D reports=reports --jobs 1", "cloudqa sweep --if-any"]


def test_shard_reports_jobs_and_more(project: Path) -> None:
    start(project, SHARD="2/5", REPORTS="there", JOBS="4", ARGS="--tags @smoke").wait(30)
    assert calls(project)[0] == "behave -D reports=there -D shard=2/5 --jobs 4 --tags @smoke"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("to_all", [False, True])
def test_run_that_is_ended_is_swept_after_it_has_cleaned_up(
    project: Path, number: signal.Signals, to_all: bool
) -> None:
    night = start(project, ARGS="lasting")
    while not (project / "begun").exists() and night.poll() is None:
        os.sched_yield()
    (os.killpg if to_all else os.kill)(night.pid, number)
    assert night.wait(30) == 130
    assert calls(project)[1:] == ["behave has cleaned up", "cloudqa sweep --if-any"]


def scripts() -> Iterator[str]:
    """Every command of both CI files."""
    for job in GITHUB["jobs"].values():
        yield from (step["run"] for step in job["steps"] if "run" in step)
    for job in (GITLAB["shard"], GITLAB["merge"]):
        yield from [*job["script"], *job.get("after_script", ())]


def test_ci_files_call_targets_that_exist() -> None:
    called = {target for script in scripts() for target in re.findall(r"\bmake ([a-z-]+)", script)}
    assert called == {"nightly", "merge"}
    assert all(re.search(rf"^{target}:", MAKEFILE, re.MULTILINE) for target in called)
    programs = {part.split()[0] for script in scripts() for part in script.split("&&")}
    assert programs == {"make", "mkdir", "cp"}


def test_ci_files_run_five_shards_and_then_merge() -> None:
    jobs: dict[str, Any] = GITHUB["jobs"]
    assert jobs["shard"]["strategy"]["matrix"]["shard"] == [1, 2, 3, 4, 5]
    assert "make nightly SHARD=${{ matrix.shard }}/5" in list(scripts())
    assert (jobs["merge"]["needs"], jobs["merge"]["if"]) == ("shard", "always()")
    # YAML takes a bare `on` for true.
    assert GITHUB[True]["schedule"]
    assert GITLAB["shard"]["parallel"] == 5
    assert GITLAB["stages"] == [GITLAB["shard"]["stage"], GITLAB["merge"]["stage"]]
    assert GITLAB["shard"]["artifacts"]["when"] == GITLAB["merge"]["rules"][0]["when"] == "always"


def test_ci_files_keep_the_record_for_the_next_night() -> None:
    kept = [script for script in scripts() if "reports/merged/run.json" in script]
    assert len(kept) == 2
    assert all(script.endswith("reports/before/") for script in kept)
    assert "BEFORE ?= reports/before/run.json" in MAKEFILE
    assert GITLAB["merge"]["cache"]["paths"] == ["reports/before"]
