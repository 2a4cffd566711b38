"""`make bench`: what the suite costs, against the least that the same work can cost, in one run."""

from __future__ import annotations

import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import parallel
from benchmarks.recording import Recording
from benchmarks.replay import Replay, replay
from cloudqa.run.embedded import EmbeddedSandbox
from steps.api.exchange import Exchange
from steps.api.schemas import violations

ROOT = Path(__file__).parents[1]
COLD_STARTS = 5


def main() -> None:
    """Measure, and print the tables as they are done."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        start, recording = cold_start(scratch), record(scratch)
        show(
            "The suite against the least that the same work costs",
            [start, whole_run(recording, scratch), contract_check(recording)],
        )
        show("Several processes against one", parallel.rows(scratch))


def show(title: str, rows: Iterable[Sequence[str]]) -> None:
    """Print a table of measurements."""
    table = Table(title=title, title_justify="left")
    for heading in ("what", "suite", "against", "ratio", "aim"):
        table.add_column(heading)
    for row in rows:
        table.add_row(*row)
    Console(width=130).print(table)


def cold_start(scratch: Path) -> tuple[str, ...]:
    """From `behave` to its first scenario, sandbox included, against behave alone with an empty scenario.

    Cold means that every process is new; bytecode, and files that the system keeps in memory, are there.
    """
    empty_suite(scratch / "empty", scenarios=1, steps=1)
    to_first_scenario(ROOT, scratch, "-D", "target=embedded", "--tags=@smoke")
    suite = statistics.median(
        to_first_scenario(ROOT, scratch, "-D", "target=embedded", "--tags=@smoke") for _ in range(COLD_STARTS)
    )
    bare = statistics.median(to_first_scenario(scratch / "empty", scratch) for _ in range(COLD_STARTS))
    return (
        "cold start to the first scenario",
        f"{suite:.2f} s",
        f"{bare:.2f} s, behave with an empty suite",
        f"{suite / bare:.2f}",
        "under 1 s",
    )


def to_first_scenario(folder: Path, scratch: Path, *arguments: str) -> float:
    """Seconds from the start of behave in `folder` to its first scenario."""
    stamp = scratch / "stamp"
    begun = time.time()
    behave(
        folder,
        "--stop",
        "--format",
        "benchmarks.first_scenario:FirstScenario",
        "--outfile",
        str(stamp),
        *arguments,
    )
    return float(stamp.read_text()) - begun


def record(scratch: Path) -> Recording:
    """Run the whole suite once, without the real client, and return what it did."""
    file = scratch / "recording"
    behave(
        ROOT,
        *(
            "--runner",
            "benchmarks.recording:RecordingRunner",
            "-D",
            f"recording={file}",
            "-D",
            "target=embedded",
        ),
        *("--tags", "not @perceval", "--format", "progress", "--outfile", os.devnull),
    )
    recording = pickle.loads(file.read_bytes())
    assert isinstance(recording, Recording)
    return recording


def whole_run(recording: Recording, scratch: Path) -> tuple[str, ...]:
    """The scenarios without their deliberate waiting, against bare requests and empty steps."""
    replayed = replay_on_fresh_sandbox(recording, scratch)
    per_scenario = max(1, round(recording.steps / recording.scenarios))
    empty_suite(scratch / "empty", scenarios=recording.scenarios, steps=per_scenario)
    begun = time.monotonic()
    behave(scratch / "empty", "--format", "progress", "--outfile", os.devnull)
    whole = time.monotonic() - begun
    empty_suite(scratch / "empty", scenarios=1, steps=1)
    begun = time.monotonic()
    behave(scratch / "empty", "--format", "progress", "--outfile", os.devnull)
    empty = max(0.0, whole - (time.monotonic() - begun))
    suite = recording.seconds - recording.waited
    bare = replayed.seconds + empty
    return (
        f"{recording.scenarios} scenarios, {recording.steps} steps, {replayed.requests} requests"
        f" (without {recording.waited:.1f} s of waiting)",
        f"{suite:.2f} s",
        f"{bare:.2f} s: {replayed.seconds:.2f} s bare requests ({replayed.alike} with the same status)"
        f" + {empty:.2f} s empty steps",
        f"{suite / bare:.2f}",
        "under 1.5",
    )


def replay_on_fresh_sandbox(recording: Recording, scratch: Path) -> Replay:
    """Replay the recording on a sandbox of its own."""
    sandbox = EmbeddedSandbox(scratch / "sandbox.log")
    try:
        lines = sandbox.wait()
        return replay(recording, lines["CLOUD_URL"], lines["CLOUD_ADMIN_PASSWORD"])
    finally:
        sandbox.stop()


def contract_check(recording: Recording) -> tuple[str, ...]:
    """The check of each answer against its strict model, a call."""
    fresh = [
        Exchange(one.request, one.status, one.headers, one.content, one.started, one.seconds)
        for one in recording.exchanges
    ]
    violations(fresh[0])
    checked = timed(lambda: [violations(one) for one in fresh]) / len(fresh)
    call = statistics.median(one.seconds for one in recording.exchanges)
    return (
        "contract check of one answer",
        f"{checked * 1e6:.0f} µs",
        f"{call * 1e6:.0f} µs, the call",
        f"{checked / call:.2f}",
        "under 200 µs",
    )


def timed(action: Callable[[], object]) -> float:
    """Seconds that the action takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def empty_suite(folder: Path, *, scenarios: int, steps: int) -> None:
    """Write a suite whose steps do nothing."""
    (folder / "features").mkdir(parents=True, exist_ok=True)
    (folder / "steps").mkdir(exist_ok=True)
    lines = ["Feature: Nothing"]
    for number in range(scenarios):
        lines += [f"  Scenario: {number}", *["    Given nothing"] * steps]
    (folder / "features" / "nothing.feature").write_text("\n".join(lines))
    (folder / "steps" / "nothing_steps.py").write_text(
        "from behave import given\n\n@given('nothing')\ndef nothing(context):\n    pass\n"
    )


def behave(folder: Path, *arguments: str) -> None:
    """Run behave in a folder to its end; a run that fails ends the benchmark, with its output."""
    done = subprocess.run(
        [sys.executable, "-m", "behave", "--no-summary", *arguments],
        cwd=folder,
        env={**parallel.without_settings(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"A run of the suite failed, so there is nothing to measure:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    main()
