"""`make steadiness`: the same verdict in any order, beside another run, and on a cloud that is far away."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.latency import delayed
from benchmarks.parallel import CORES, ROOT, without_settings
from cloudqa.run.embedded import EmbeddedSandbox

RUNS = 20
SLOW_RUNS = 5
AT_ONCE = 2
SLOWNESS = 0.2
SLOW_JOBS = 8


@dataclass(frozen=True)
class Started:
    """A run of the suite that is under way."""

    what: str
    log: Path
    process: subprocess.Popen[bytes]
    began: float


def main() -> int:
    """Run the suite again and again; return how many of the runs failed."""
    # Kept: the logs of runs that failed are what is looked at.
    scratch = Path(tempfile.mkdtemp(prefix="steadiness-"))
    # Runs against a slow cloud mostly wait, and take ten minutes each: the others fill that time.
    with ThreadPoolExecutor() as chains:
        failed = sum(chains.map(failures_in, (quick_runs(scratch), slow_runs(scratch))))
    with at_once(scratch) as runs:
        failed += failures_in(runs)
    runs_in_all = RUNS + AT_ONCE
    print(f"{runs_in_all - failed} of {runs_in_all} runs passed.", flush=True)
    return failed


def failures_in(runs: Iterable[Started]) -> int:
    """How many of these runs fail, each begun when the one before it is over."""
    return sum(not ended(run) for run in runs)


def quick_runs(scratch: Path) -> Iterator[Started]:
    """One run after another, each on a sandbox of its own."""
    for number in range(RUNS - SLOW_RUNS):
        yield start(scratch / f"{number}.log", CORES, {"CLOUD_TARGET": "embedded"}, "on the sandbox")


def slow_runs(scratch: Path) -> Iterator[Started]:
    """One run after another, each against a cloud that answers late."""
    for number in range(SLOW_RUNS):
        with standing(scratch) as cloud, delayed(cloud["CLOUD_URL"], SLOWNESS) as url:
            settings = {**cloud, "CLOUD_URL": url}
            late = f"answers {SLOWNESS * 1000:.0f} ms later"
            yield start(scratch / f"slow-{number}.log", SLOW_JOBS, settings, late)


@contextlib.contextmanager
def at_once(scratch: Path) -> Iterator[list[Started]]:
    """Two runs beside each other against one cloud."""
    with standing(scratch) as cloud:
        yield [
            start(scratch / f"beside-{number}.log", 1, cloud, "beside another run")
            for number in range(AT_ONCE)
        ]


@contextlib.contextmanager
def standing(scratch: Path) -> Iterator[dict[str, str]]:
    """A sandbox that stays up, as settings."""
    sandbox = EmbeddedSandbox(scratch / "sandbox.log")
    try:
        yield {**sandbox.wait(), "CLOUD_PLATFORM": "sim:qa"}
    finally:
        sandbox.stop()


def start(log: Path, jobs: int, settings: Mapping[str, str], what: str) -> Started:
    """Start behave in random order; what it prints goes to the log."""
    seed = random.SystemRandom().randint(0, 2**32 - 1)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "behave", "--jobs", str(jobs), "-D", f"seed={seed}"),
                *("--tags", "not @perceval", "--format", "progress"),
            ],
            cwd=ROOT,
            env={**without_settings(), **settings},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Started(f"-D seed={seed} --jobs {jobs}, {what}", log, process, time.monotonic())


def ended(run: Started) -> bool:
    """Wait for the run's end and print it; whether it passed."""
    status = run.process.wait()
    seconds = time.monotonic() - run.began
    told = "passed" if status == 0 else f"FAILED, see {run.log}"
    print(f"{seconds:6.1f} s  {run.what}: {told}", flush=True)
    return status == 0


if __name__ == "__main__":
    sys.exit(min(main(), 1))
