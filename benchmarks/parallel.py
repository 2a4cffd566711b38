"""Runs with workers against runs of one process, and against other packages that run behave in parallel."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.latency import delayed
from cloudqa.run.embedded import EmbeddedSandbox

ROOT = Path(__file__).parents[1]
CORES = 2
FAR_AWAY = 0.05
# A part of the suite that is made of many short scenarios: one process takes minutes for it when far away, so
# that neither the start nor the longest scenario decides.
PART = ("features/job_tokens", "features/users", "features/platforms")
WAITING_SCENARIOS, WAITING_SECONDS, WAITING_WORKERS = 48, 0.25, 8
SILENT = ("--format", "progress", "--outfile", os.devnull, "--no-summary")
BEHAVE = (sys.executable, "-m", "behave")
SUITE = ("-D", "target=embedded", "--tags", "not @perceval")
# They have an environment of their own: one of them installs packages named `tests` and `docs`.
OTHERS = Path(sys.prefix) / "others" / "bin"
RUNNER = "cloudqa.run.parallel.plain_runner:PlainRunner"

Row = tuple[str, str, str, str, str]


def rows(scratch: Path) -> list[Row]:
    """What workers gain: near, far away, and with scenarios that only wait."""
    return [near(), *far_away(scratch), *waiting(scratch)]


def near() -> Row:
    """The whole suite on this machine, where client and cloud share the cores."""
    one, many = (
        seconds([*SILENT, *SUITE, "--jobs", str(jobs)], ROOT, without_settings()) for jobs in (1, CORES)
    )
    return row(f"the whole suite, --jobs {CORES}", many, "one process", one, "1.6")


def far_away(scratch: Path) -> list[Row]:
    """A part of the suite against a cloud whose every answer comes late."""
    sandbox = EmbeddedSandbox(scratch / "far-away.log")
    try:
        settings = {**sandbox.wait(), "CLOUD_PLATFORM": "sim:qa"}
        with delayed(settings["CLOUD_URL"], FAR_AWAY) as url:
            environment = {**without_settings(), **settings, "CLOUD_URL": url}
            took = {
                jobs: seconds([*SILENT, *PART, "--jobs", str(jobs)], ROOT, environment) for jobs in (1, 8, 16)
            }
    finally:
        sandbox.stop()
    names = ", ".join(Path(part).name for part in PART)
    what = f"features/ {names}, answers {FAR_AWAY * 1000:.0f} ms later, --jobs"
    return [
        row(f"{what} {jobs}", took[jobs], "one process", took[1], aim) for jobs, aim in ((8, "6"), (16, "10"))
    ]


def waiting(scratch: Path) -> list[Row]:
    """Scenarios that only wait, with what else runs behave in parallel, where it is installed."""
    folder = scratch / "waiting"
    waiting_suite(folder)
    workers = str(WAITING_WORKERS)
    ours = seconds([*SILENT, "--runner", RUNNER, "--jobs", workers], folder, without_settings())
    others = {
        "behavex": [
            "--parallel-processes",
            workers,
            "--parallel-scheme",
            "scenario",
            "-o",
            str(folder / "x"),
        ],
        "behave-pool": ["--jobs", workers],
    }
    what = f"{WAITING_SCENARIOS} scenarios of {WAITING_SECONDS} s, --jobs {workers}"
    found = [row(what, ours, "one process", WAITING_SCENARIOS * WAITING_SECONDS, "6")]
    for name, arguments in others.items():
        if (OTHERS / name).exists():
            took = seconds(["features", *arguments], folder, without_settings(), (str(OTHERS / name),))
            found.append(row(what, ours, name, took, "1"))
    return found


def row(what: str, ours: float, against: str, theirs: float, aim: str) -> Row:
    """A row of the table: how many times faster."""
    return what, f"{ours:.2f} s", f"{theirs:.2f} s, {against}", f"{theirs / ours:.2f}", f"at least {aim}"


def seconds(
    arguments: Sequence[str], folder: Path, environment: dict[str, str], program: Sequence[str] = BEHAVE
) -> float:
    """Seconds that a run takes; one that fails ends the benchmark, with its output."""
    begun = time.monotonic()
    done = subprocess.run(
        [*program, *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.monotonic() - begun
    if done.returncode != 0:
        sys.exit(f"A run of {program[0]} failed, so there is nothing to measure:\n{done.stdout}{done.stderr}")
    return took


def without_settings() -> dict[str, str]:
    """The environment without settings of a cloud, and with the cache of bytecode that most machines have."""
    left_out = ("CLOUD_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}


def waiting_suite(folder: Path) -> None:
    """Write a suite whose scenarios wait."""
    (folder / "features").mkdir(parents=True)
    (folder / "steps").mkdir()
    lines = ["Feature: Waiting"]
    for number in range(WAITING_SCENARIOS):
        lines += [f"  Scenario: {number}", "    Given it waits"]
    (folder / "features" / "waiting.feature").write_text("\n".join(lines))
    (folder / "environment.py").write_text("")
    (folder / "steps" / "waiting_steps.py").write_text(
        "import time\nfrom behave import given\n\n@given('it waits')\ndef waits(context):\n"
        f"    time.sleep({WAITING_SECONDS})\n"
    )


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        for found in rows(Path(scratch)):
            print(*found, sep=" | ")
