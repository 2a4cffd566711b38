"""The suite over a network with planted faults: what it makes of them, and what it leaves in the cloud."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from cloudqa.errors import CannotRun
from cloudqa.record.ledger_entries import Kind as Made
from cloudqa.report.run_record import RunRecord, read_record
from cloudqa.report.verdicts import Kind
from cloudqa.run.embedded import ROOT, EmbeddedSandbox
from cloudqa.run.given import PREFIX
from cloudqa.run.settings import Settings
from cloudqa.run.target import DEFAULT_PLATFORM, cloud_of, logged_in_admin
from cloudqa.sweep.found import read_lists
from steps.api.cloud_objects import Job, User
from steps.api.cloud_objects.cloud_base import all_pages
from steps.api.utils import CloudContext

FAULTS = (
    "latency",
    "bad-gateway",
    "unavailable",
    "reset-before",
    "reset-after",
    "truncation",
    "black-hole",
    "slow-drip",
)
# Short, or black holes would make hours of a run.
CALL_SECONDS = 2.0
# How long a run that hangs may take to clean up.
END_SECONDS = 120.0
# A sweep goes over the same network, and may be lost as well.
SWEEPS = 5


@dataclass(frozen=True)
class Conditions:
    """How the suite is run: the rate of faults and their seed, how many workers, how long at most."""

    rate: float = 0.02
    seed: int = 0
    jobs: int = 4
    seconds: float = 900.0
    arguments: Sequence[str] = ()


@dataclass
class Judgement:
    """What came of a run with one fault. It has passed where `problems` is empty."""

    fault: str
    passed: int = 0
    planted: int = 0
    verdicts: Mapping[str, int] = field(default_factory=dict)
    status: int | None = None
    seconds: float = 0.0
    sweeps: int = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = ", ".join(f"{number} {name}" for name, number in sorted(self.verdicts.items()))
        swept = f", swept in {self.sweeps}" if self.sweeps else ""
        head = "passed" if not self.problems else "FAILED"
        line = (
            f"{head}  {self.fault}: {self.planted} faults at {self.passed} requests; {told}; "
            f"exit status {self.status}; {self.seconds:.0f} s{swept}"
        )
        return "\n".join([line, *(f"        {problem}" for problem in self.problems)])


@dataclass
class Network:
    """The process of a faulty network before a cloud."""

    url: str
    _process: subprocess.Popen[str]

    def end(self) -> tuple[int, int]:
        """End it; how many requests passed by, and at how many a fault was planted."""
        told, _ = self._process.communicate(timeout=30)
        counts = json.loads(told.splitlines()[-1])
        return counts["passed"], len(counts["hit"])


@contextlib.contextmanager
def faulty_network(url: str, fault: str, conditions: Conditions) -> Iterator[Network]:
    """Within it the cloud at `url` is reached over a network with this fault."""
    process = subprocess.Popen(
        [sys.executable, "-m", "defects.network", url, fault, str(conditions.rate), str(conditions.seed)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        if not address:
            raise CannotRun("The faulty network did not start: see what it printed above.")
        yield Network(address, process)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def judged(fault: str, conditions: Conditions, folder: Path) -> Judgement:
    """Run the suite over a network with this fault, clean up after it, and judge. Reports are in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    judgement, begun = Judgement(fault), time.monotonic()
    sandbox = EmbeddedSandbox(folder / "sandbox.log")
    try:
        lines = sandbox.wait()
        with faulty_network(lines["CLOUD_URL"], fault, conditions) as network:
            settings = {
                **lines,
                "CLOUD_URL": network.url,
                "CLOUD_PLATFORM": DEFAULT_PLATFORM,
                "CLOUD_MODE": "full",
                "CLOUD_CALL_SECONDS": str(CALL_SECONDS),
            }
            _run(judgement, conditions, folder, settings)
            judgement.seconds = time.monotonic() - begun
            _sweep(judgement, folder, settings)
            judgement.passed, judgement.planted = network.end()
        look_into(judgement, lines)
    finally:
        sandbox.stop()
    if judgement.planted == 0 and conditions.rate > 0:
        judgement.problems.append("No fault was planted: there were too few requests.")
    return judgement


def _run(judgement: Judgement, conditions: Conditions, folder: Path, settings: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "behave", "--jobs", str(conditions.jobs), "-f", "progress"]
    with (folder / "run.log").open("wb") as log:
        run = subprocess.Popen(
            [*command, "-D", f"reports={folder}", "--tags", "not @perceval", *conditions.arguments],
            cwd=ROOT,
            env=_environment(settings),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            judgement.status = run.wait(conditions.seconds)
        except subprocess.TimeoutExpired:
            judgement.problems.append(f"The run was not over after {conditions.seconds:g} s.")
        finally:
            _end(run)
    try:
        record = read_record(folder)
    except CannotRun as error:
        judgement.problems.append(str(error))
        return
    judgement.verdicts = Counter(str(one.kind or one.outcome) for one in record.scenarios)
    judgement.problems += wrongly_accused(record)


def _end(run: subprocess.Popen[bytes]) -> None:
    """End the run, if it is not over: ask, give it the time to clean up, and kill it."""
    if run.poll() is None:
        run.terminate()
        try:
            run.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()


def wrongly_accused(record: RunRecord) -> list[str]:
    """The cloud is sound: whatever a scenario accuses it of is wrong."""
    return [
        f"{one.id} {one.place} reports a broken rule: {one.failure}"
        for one in record.scenarios
        if one.kind is Kind.RULE
    ]


def _sweep(judgement: Judgement, folder: Path, settings: Mapping[str, str]) -> None:
    """Sweep as the run itself says, until the network lets it."""
    if judgement.status == 0:
        return
    with (folder / "sweep.log").open("wb") as log:
        while judgement.sweeps < SWEEPS:
            judgement.sweeps += 1
            done = subprocess.run(
                [sys.executable, "-m", "cloudqa", "sweep"],
                cwd=ROOT,
                env=_environment(settings),
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=300,
            )
            if done.returncode == 0:
                return


def look_into(judgement: Judgement, lines: Mapping[str, str]) -> None:
    """Ask the cloud itself, not over the network, for what was left and what was made twice."""
    settings = Settings(
        url=lines["CLOUD_URL"],
        admin_email=lines["CLOUD_ADMIN_EMAIL"],
        admin_password=SecretStr(lines["CLOUD_ADMIN_PASSWORD"]),
    )
    cloud = cloud_of(settings)
    admin = logged_in_admin(cloud, settings)
    judgement.problems += [f"Left behind: {thing}" for thing in _left(cloud, admin)]
    doubles = _doubles(cloud, admin)
    judgement.problems += [f"Made {number} times: {job}" for job, number in doubles.items()]


def _left(cloud: CloudContext, admin: User) -> list[str]:
    lists = read_lists(cloud, admin, list(Made))
    found = [("user", one.get("email")) for one in lists.users]
    found += [("platform", one.get("name")) for one in lists.platforms]
    found += [("API key", one.get("label")) for one in lists.keys]
    found += [("job token", one.get("label")) for one in lists.tokens]
    found += [("job", f"{one.get('job_name')} ({one.get('status')})") for one in lists.jobs]
    return [f"{kind} {name}" for kind, name in found if kind == "job" or "qa-" in str(name)]


def _doubles(cloud: CloudContext, admin: User) -> Mapping[str, int]:
    """Jobs that one request has made twice, by their process and name; a rerun has those of its first run."""
    jobs = all_pages(lambda limit, offset: Job.list_page(cloud, admin, limit=limit, offset=offset))
    made = Counter(
        f"job {one.get('job_name')} of process {one['process_id']}"
        for one in jobs
        if one.get("process_id") and one.get("rerun_from") is None
    )
    return {job: number for job, number in made.items() if number > 1}


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**kept, **settings}
