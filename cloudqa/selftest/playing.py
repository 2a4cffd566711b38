"""Scenarios on one cloud, in a process of their own that is forked from the one with the suite in it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import random
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from behave.model_type import Status
from pydantic import SecretStr

from cloudqa.record.contract_check import ContractCheck, ContractViolation
from cloudqa.run.settings import Settings
from cloudqa.run.target import cloud_of, log_admin_in
from cloudqa.selftest.clouds import Cloud
from cloudqa.selftest.suite import Element, Scenario, Suite
from cloudqa.selftest.verdicts import Kind, Result
from steps.api import backends
from steps.api.cloud_objects import User
from steps.api.utils import CloudContext
from steps.api.worker import Worker, register_worker
from steps.support.expectations import ExpectationFailed
from steps.support.shared import Shared
from steps.support.world import World

Tell = Callable[[Mapping[str, Any]], None]

RUN_ID = "selftest"
_LONGEST_TEXT = 300


@dataclass(frozen=True)
class SelftestRun:
    """The run as scenarios know it: the embedded sandbox with an admin."""

    cloud: CloudContext
    admin: User
    platform: str
    queue_seconds: float
    run_id: str
    embedded: bool = True
    job_token: str = ""

    def note_cell(self, row: str, operation: str, column: str) -> None:
        """Nothing is counted here."""


@dataclass(frozen=True)
class Patience:
    """How long is waited, in seconds."""

    call: float = 10.0
    """For an answer of the cloud."""
    queue: float = 10.0
    """For a worker to take a job of the run's platform."""
    scenario: float = 40.0
    """For the end of a scenario, before its process is ended."""
    defect: float = 60.0
    """For all scenarios that are tried on a defect in one go."""


def play(
    suite: Suite,
    cloud: Cloud,
    scenarios: Sequence[Scenario],
    wanted: Collection[str],
    patience: Patience,
    channel: int,
    log: int,
) -> NoReturn:
    """Run scenarios until one fails that names a rule of `wanted`, tell of each on `channel`, and exit.

    For a process that was just forked: its output goes to `log`, and it heeds no Ctrl-C, as its parent
    ends it.
    """
    status = 1
    try:
        _settle(log)
        with contextlib.suppress(BrokenPipeError):  # the parent is gone
            _play(suite, cloud, scenarios, wanted, patience, _teller(channel))
        status = 0
    except BaseException:
        logging.getLogger(__name__).exception("The process of a trial broke.")
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(status)


def _settle(log: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.dup2(log, 1)
    os.dup2(log, 2)
    random.seed()
    if faker := sys.modules.get("faker"):
        faker.Faker.seed()


def _play(
    suite: Suite,
    cloud: Cloud,
    scenarios: Sequence[Scenario],
    wanted: Collection[str],
    patience: Patience,
    tell: Tell,
) -> None:
    try:
        run = _run_on(cloud, patience)
    except Exception as error:
        tell({"problem": f"its admin cannot work with it: {_first_line(error)}"})
        return
    player = _Player(suite, run)
    for scenario in scenarios:
        tell({"begin": scenario.number})
        result = player.play(scenario)
        tell({"result": result.as_message()})
        if result.names(wanted):
            return
        player.clean_up()


def _run_on(cloud: Cloud, patience: Patience) -> SelftestRun:
    settings = Settings(
        target="remote",
        url=cloud.url,
        admin_email=cloud.admin_email,
        admin_password=SecretStr(cloud.admin_password),
        call_seconds=patience.call,
    )
    admin = log_admin_in(cloud_of(settings), settings, f"worker-qa-{RUN_ID}")
    checked = cloud_of(settings, (ContractCheck(),))
    return SelftestRun(checked, admin, cloud.platform, patience.queue, f"{RUN_ID}{secrets.token_hex(2)}")


class _Player:
    """Runs scenarios one after another as behave does, without its output."""

    def __init__(self, suite: Suite, run: SelftestRun) -> None:
        self._runner: Element = suite.runner
        self._run = run
        self._rules: Sequence[str] = ()
        self._world: World | None = None
        self._feature: Element = None
        self._shared = Shared(run)
        self._runner.hooks = {"before_scenario": self._enter}

    def play(self, scenario: Scenario) -> Result:
        """Run it, and say how it ended. What it made stays until `clean_up`."""
        begun, self._rules = time.monotonic(), scenario.rules
        with self._worker() if scenario.needs_worker else contextlib.nullcontext():
            scenario.element.run(self._runner)
        return _judged(scenario, time.monotonic() - begun)

    def clean_up(self) -> None:
        """Take away what the last scenario made; what fails at that says nothing of the rule."""
        if self._world is not None:
            with contextlib.suppress(Exception):
                self._world.undo.unwind()
            self._world = None

    def _enter(self, context: Element, scenario: Element) -> None:
        if scenario.feature is not self._feature:
            self._feature, self._shared = scenario.feature, Shared(self._run)
        context.shared = self._shared
        context.world = self._world = World(self._run, self._rules)

    @contextlib.contextmanager
    def _worker(self) -> Iterator[None]:
        """The worker of the run's platform, in a thread, as the embedded sandbox brings one along."""
        unobserved = CloudContext(self._run.cloud.url)
        backend, stop = backends.load("canned"), threading.Event()
        try:
            platform = register_worker(unobserved, self._run.admin, self._run.platform, backend)
        except Exception:
            logging.getLogger(__name__).exception("The worker of the run's platform cannot be registered.")
            yield
            return
        worker = Worker(platform, unobserved, backend)
        threading.Thread(target=worker.serve, args=(stop,), name="worker", daemon=True).start()
        try:
            yield
        finally:
            stop.set()


def _judged(scenario: Scenario, seconds: float) -> Result:
    element = scenario.element
    failed = next((step for step in element.all_steps if step.status.has_failed()), None)
    if failed is None:
        if element.status is Status.passed:
            return Result(scenario.id, Kind.PASSED, seconds=seconds)
        if element.status is Status.skipped:
            return Result(scenario.id, Kind.SKIPPED, seconds=seconds)
        text = _first_line(element.exception) if element.exception else f"it ended as {element.status.name}"
        return Result(scenario.id, Kind.BROKE, (), text, seconds)
    error = failed.exception
    if isinstance(error, ExpectationFailed | ContractViolation):
        return Result(scenario.id, Kind.FAILED, tuple(error.rules), _first_line(error), seconds)
    text = _first_line(error) if error is not None else f"the step is {failed.status.name}"
    return Result(scenario.id, Kind.BROKE, (), f"{failed.keyword} {failed.name}: {text}", seconds)


def _first_line(error: BaseException) -> str:
    line = next(iter(str(error).splitlines()), "")
    text = line if isinstance(error, ExpectationFailed) else f"{type(error).__name__}: {line}"
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


def _teller(channel: int) -> Tell:
    def tell(message: Mapping[str, Any]) -> None:
        rest = json.dumps(message).encode() + b"\n"
        while rest:
            rest = rest[os.write(channel, rest) :]

    return tell
