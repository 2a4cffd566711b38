"""Many clouds under the suite, some at once: each with a process of its own that plays scenarios on it."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import selectors
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cloudqa.errors import CannotRun
from cloudqa.selftest.clouds import Cloud, Clouds, NoCloud
from cloudqa.selftest.playing import Patience, play
from cloudqa.selftest.suite import Scenario, Suite
from cloudqa.selftest.verdicts import Kind, Planted, Result

_CHUNK = 65536
# How long a cloud may take to come up on a machine that is busy.
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Trial:
    """Scenarios to be tried on a cloud with a defect (None: a sound one), up to the first that finds it."""

    defect: Planted | None
    scenarios: Sequence[Scenario]
    seconds: float
    """How long it may take; a scenario that is under way then is ended."""
    stops: bool = True
    """Whether the rest is left when a scenario has found the defect."""

    @property
    def wanted(self) -> frozenset[str]:
        """The rules whose naming ends the trial."""
        return self.defect.rules if self.defect is not None and self.stops else frozenset()


@dataclass(frozen=True)
class Outcome:
    """What came of a trial; `problem` is a sentence on why not everything was tried."""

    trial: Trial
    results: Sequence[Result]
    problem: str
    seconds: float


@dataclass
class _Running:
    """A trial under way: its cloud, and the process that plays on it once the cloud answers."""

    trial: Trial
    rest: list[Scenario]
    cloud: int
    begun: float
    results: list[Result] = field(default_factory=list)
    problem: str = ""
    pid: int = 0
    channel: int = -1
    heard: bytes = b""
    playing: Scenario | None = None
    since: float = field(default_factory=time.monotonic)


class Trials:
    """Runs trials, `jobs` at once. Whatever happens, `end` leaves no process of a trial behind."""

    def __init__(self, suite: Suite, clouds: Clouds, jobs: int, patience: Patience, log: Path) -> None:
        self._suite = suite
        self._clouds = clouds
        self._jobs = jobs
        self._patience = patience
        self._log = log.open("ab")
        self._running: dict[int, _Running] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(clouds.channel, selectors.EVENT_READ)

    def run(self, trials: Iterable[Trial]) -> Iterator[Outcome]:
        """Run them all, and give each outcome when it is there. A trial is asked for when it can begin."""
        waiting = iter(trials)
        while True:
            for trial in itertools.islice(waiting, self._jobs - len(self._running)):
                self._begin(_Running(trial, [], 0, time.monotonic()))
            if not self._running:
                return
            yield from self._wait()

    def end(self) -> None:
        """End what is under way."""
        for running in list(self._running.values()):
            with contextlib.suppress(CannotRun):  # with their process the clouds are gone too
                self._leave(running)
        self._selector.close()
        self._log.close()

    def _begin(self, running: _Running, rest: Sequence[Scenario] | None = None) -> None:
        running.rest = list(running.trial.scenarios if rest is None else rest)
        running.cloud = self._clouds.start(running.trial.defect)
        running.since = time.monotonic()
        self._running[running.cloud] = running

    def _wait(self) -> Iterator[Outcome]:
        """Take what happens next, and give the outcomes of trials that ended by it."""
        for key, _ in self._selector.select(self._until_next_deadline()):
            if key.data is None:
                for answer in self._clouds.answers():
                    yield from self._take_cloud(answer)
            else:
                yield from self._hear(key.data)
        for running in list(self._running.values()):
            if time.monotonic() >= self._deadline(running):
                yield from self._give_up(running)

    def _take_cloud(self, answer: Cloud | NoCloud) -> Iterator[Outcome]:
        running = self._running.get(answer.number)
        if running is None:
            return
        if isinstance(answer, NoCloud):
            running.problem = answer.problem
            yield self._ended(running)
            return
        running.since = time.monotonic()
        channel, its_channel = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._play(running, answer, its_channel)
        os.close(its_channel)
        running.pid, running.channel = pid, channel
        self._selector.register(channel, selectors.EVENT_READ, running)

    def _play(self, running: _Running, cloud: Cloud, channel: int) -> None:
        self._clouds.leave_to_parent()
        for other in self._running.values():
            if other.channel >= 0:
                os.close(other.channel)
        play(
            self._suite,
            cloud,
            running.rest,
            running.trial.wanted,
            self._patience,
            channel,
            self._log.fileno(),
        )

    def _hear(self, running: _Running) -> Iterator[Outcome]:
        chunk = os.read(running.channel, _CHUNK)
        *lines, running.heard = (running.heard + chunk).split(b"\n")
        for line in lines:
            self._take_message(running, json.loads(line))
        if not chunk:
            if running.playing is not None:
                self._note(running, Kind.BROKE, "its process died")
                running.problem = running.problem or "the process of a scenario died"
            yield self._ended(running)

    def _take_message(self, running: _Running, message: dict[str, Any]) -> None:
        running.since = time.monotonic()
        if "begin" in message:
            running.playing = self._suite.scenarios[message["begin"]]
        elif "result" in message:
            running.results.append(Result.from_message(message["result"]))
            running.playing = None
        else:
            running.problem = message["problem"]

    def _give_up(self, running: _Running) -> Iterator[Outcome]:
        """End a process that has taken too long, and go on with what it had not begun on another cloud."""
        spent = time.monotonic() - running.begun
        if running.playing is not None:
            self._note(running, Kind.HUNG, f"it did not end within {time.monotonic() - running.since:.0f} s")
        done = {result.scenario for result in running.results}
        rest = [scenario for scenario in running.rest if scenario.id not in done]
        self._leave(running)
        if running.pid and rest and spent < running.trial.seconds:
            running.pid, running.channel, running.playing = 0, -1, None
            running.heard = b""
            self._begin(running, rest)
            return
        if not running.pid:
            running.problem = f"the cloud did not answer within {_START_SECONDS:.0f} s"
        elif rest:
            running.problem = f"{len(rest)} scenarios were not tried, as {spent:.0f} s were over"
        yield Outcome(running.trial, running.results, running.problem, spent)

    def _note(self, running: _Running, kind: Kind, text: str) -> None:
        assert running.playing is not None
        seconds = time.monotonic() - running.since
        running.results.append(Result(running.playing.id, kind, (), text, seconds))

    def _ended(self, running: _Running) -> Outcome:
        self._leave(running)
        return Outcome(running.trial, running.results, running.problem, time.monotonic() - running.begun)

    def _leave(self, running: _Running) -> None:
        """End the process of a trial and its cloud."""
        self._running.pop(running.cloud, None)
        if running.pid:
            self._selector.unregister(running.channel)
            os.close(running.channel)
            os.kill(running.pid, signal.SIGKILL)
            os.waitpid(running.pid, 0)
        self._clouds.stop(running.cloud)

    def _deadline(self, running: _Running) -> float:
        if not running.pid:
            return running.since + _START_SECONDS
        of_trial = running.begun + running.trial.seconds
        return min(running.since + self._patience.scenario, of_trial)

    def _until_next_deadline(self) -> float | None:
        nearest = min((self._deadline(one) for one in self._running.values()), default=None)
        return None if nearest is None else max(0.0, nearest - time.monotonic())
