"""How many jobs a run may submit, and how many shots it may ask for: counted before a request leaves."""

from __future__ import annotations

import fcntl
import json
import math
import os
import struct
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from steps.api.exchange import Exchange, Request

SUBMISSIONS = frozenset({"JB-1", "JB-1d"})
RERUNS = frozenset({"JB-6", "JB-6d"})
_NUMBERS = struct.Struct("<qq")
# More than any cloud gives, and few enough to be added up.
_MOST = 2**53


class BudgetSpent(Exception):  # noqa: N818 - named after what happened
    """The next job would be beyond the budget, and was not submitted. Its text is the reason for a skip."""


@dataclass(frozen=True)
class Use:
    """Jobs, and the shots that were asked for with them."""

    jobs: int = 0
    shots: int = 0


class Budget:
    """Keeps a run, in however many processes, from submitting more jobs or asking for more shots than it may.

    None is no limit. A job counts from before it is submitted until the cloud has refused it: one of which
    the answer was lost goes on counting. Make it before the first fork.
    """

    def __init__(self, jobs: int | None, shots: int | None) -> None:
        self._jobs = jobs
        self._shots = shots
        self._used = _SharedUse()
        self._pending: dict[int, Use] = {}
        self._shots_of_jobs: dict[str, int] = {}

    def before(self, request: Request) -> None:
        """Count the job that is about to be submitted. Raises BudgetSpent where there is no room for it."""
        wanted = self._wanted(request)
        if wanted is None:
            return
        with self._used.locked() as used:
            self._require_room(used, wanted)
            self._used.write(Use(used.jobs + wanted.jobs, used.shots + wanted.shots))
        self._pending[id(request)] = wanted

    def after(self, exchange: Exchange) -> None:
        """Give back what the cloud has refused."""
        counted = self._pending.pop(id(exchange.request), None)
        if counted is None:
            return
        if 400 <= exchange.status < 500:
            with self._used.locked() as used:
                self._used.write(Use(used.jobs - counted.jobs, used.shots - counted.shots))
        elif isinstance(exchange.body, dict) and isinstance(exchange.body.get("job_id"), str):
            self._shots_of_jobs[exchange.body["job_id"]] = counted.shots

    def __str__(self) -> str:
        """What was used of it."""
        used = self._used.read()
        counts = ((used.jobs, self._jobs, "jobs"), (used.shots, self._shots, "shots"))
        return " and ".join(_told(*count) for count in counts)

    def _require_room(self, used: Use, wanted: Use) -> None:
        if self._jobs is not None and used.jobs + wanted.jobs > self._jobs:
            raise BudgetSpent(f"because the run's budget of {self._jobs} jobs is spent (CLOUD_BUDGET_JOBS)")
        if self._shots is not None and used.shots + wanted.shots > self._shots:
            raise BudgetSpent(
                f"because the run's budget of {self._shots} shots has no room for its next job "
                "(CLOUD_BUDGET_SHOTS)"
            )

    def _wanted(self, request: Request) -> Use | None:
        rule = request.operation.rule
        if rule not in SUBMISSIONS | RERUNS:
            return None
        payload = _body(request).get("payload")
        if isinstance(payload, dict) or rule in SUBMISSIONS:
            return Use(1, shots_in(payload))
        return Use(1, self._shots_of_jobs.get(_job_in(request.url), 0))


def shots_in(payload: object) -> int:
    """The shots that a job of this payload asks for; 0 where it says nothing of them.

    With an iterator they are those of all iterations, each its own or those of the whole.
    """
    if not isinstance(payload, dict):
        return 0
    shots = _number(payload.get("max_shots"))
    iterator = payload.get("iterator")
    if not isinstance(iterator, list) or not iterator:
        return shots
    own = [_number(one["max_shots"]) if _names_shots(one) else shots for one in iterator]
    return max(shots, sum(own))


class _SharedUse:
    """Two numbers in a file without a name, that all forked processes share.

    A lock of a process ends with the process, so one that dies while it counts holds up no other; threads of
    one process, for which such a lock does nothing, have a lock of their own.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - open as long as the run is
        self._threads = threading.Lock()
        self.write(Use())

    @contextmanager
    def locked(self) -> Iterator[Use]:
        """Let nobody else count meanwhile, and give what was counted so far."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield self.read()
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def read(self) -> Use:
        """What was counted so far."""
        return Use(*_NUMBERS.unpack(os.pread(self._file.fileno(), _NUMBERS.size, 0)))

    def write(self, use: Use) -> None:
        """Let this be what was counted."""
        os.pwrite(self._file.fileno(), _NUMBERS.pack(use.jobs, use.shots), 0)


def _body(request: Request) -> Mapping[str, Any]:
    try:
        body = json.loads(request.content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _job_in(url: str) -> str:
    """The job that a rerun is of, in either form of its path."""
    return url.partition("?")[0].removesuffix("/rerun").rpartition("/")[2]


def _names_shots(iteration: object) -> bool:
    return isinstance(iteration, dict) and iteration.get("max_shots") is not None


def _number(value: object) -> int:
    """The value as a number of shots; 0 for what is none, and is refused."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return 0
    return math.ceil(min(value, _MOST))


def _told(used: int, limit: int | None, what: str) -> str:
    return f"{used} {what}" if limit is None else f"{used} of {limit} {what}"
