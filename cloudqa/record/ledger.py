"""The ledger of a run: what it is about to make in a cloud, on disk before it is asked for."""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import time
from pathlib import Path

from cloudqa.errors import CannotRun
from cloudqa.record.ledger_entries import (
    Credentials,
    Entry,
    Kind,
    endings,
    intent,
    mark_of,
    outcome,
)
from steps.api.exchange import Exchange, Request

FOLDER = Path(".cloudqa") / "ledger"
SUFFIX = ".jsonl"


class Ledger:
    """Notes what a run makes and takes away: one file a run, one line of JSON an entry.

    The line is with the operating system before the request leaves, so a killed process loses nothing of it.
    It is not forced onto the disk, which would cost more than the request: what loses power is swept by hand.

    Any number of processes and threads may write at once: each line is one write at the file's end. A ledger
    that is open is locked against being swept, until the last process that has it is gone. `scenario` is
    noted with everything that is made from then on.
    """

    def __init__(self, path: Path, run_id: str, *, new: bool = False) -> None:
        """Open the run's file to write at its end. Raises OSError."""
        self.path = path
        self.run_id = run_id
        self.scenario = ""
        self._mark = mark_of(run_id)
        self._credentials = Credentials()
        self._pending: dict[int, tuple[str, Entry]] = {}
        self._ended: set[tuple[str, str]] = set()
        self._numbers = itertools.count(1)
        flags = os.O_RDWR | os.O_APPEND | (os.O_CREAT | os.O_EXCL if new else 0)
        self._descriptor = os.open(path, flags, 0o600)

    @classmethod
    def begin(cls, run_id: str, url: str, *, folder: Path = FOLDER, embedded: bool = False) -> Ledger:
        """The ledger of a new run against the cloud at `url`.

        Where that cloud is `embedded`, it goes with the run and nobody will sweep it: its ledger has no name
        in the folder, and goes with the run too. Raises CannotRun where the ledger cannot be written.
        """
        path, part = folder / f"{run_id}{SUFFIX}", folder / f"{run_id}.part"
        header = {"run": run_id, "mark": mark_of(run_id), "url": url, "began": _now()}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            ledger = cls(part, run_id, new=True)
            fcntl.flock(ledger._descriptor, fcntl.LOCK_SH)
            ledger._write(header)
            # Whoever finds it under its name finds it locked and with its first line.
            part.unlink() if embedded else part.rename(path)
        except OSError as error:
            raise CannotRun(
                f"The ledger {path} cannot be written: {error.strerror}. Without it nobody could remove what "
                "a killed run leaves behind."
            ) from None
        ledger.path = path
        return ledger

    def before(self, request: Request) -> None:
        """Note what the request is about to make. Raises CannotRun where that fails: nothing leaves then."""
        entry = intent(request, self._credentials, self._mark)
        if entry is None:
            return
        number = f"{os.getpid()}-{next(self._numbers)}"
        self._pending[id(request)] = number, entry
        scenario = {"scenario": self.scenario} if self.scenario else {}
        self._write({"at": _now(), "intent": number, **scenario, **entry})

    def after(self, exchange: Exchange) -> None:
        """Note what came of it, and what the exchange took away."""
        number, made = self._pending.pop(id(exchange.request), ("", {}))
        if number:
            self._write({"at": _now(), "outcome": number, **outcome(exchange)})
        if exchange.status == 200 and exchange.request.operation.rule in _BRING_CREDENTIALS:
            self._credentials.learn(exchange, made.get("user_id", _logged_in(exchange)))
        for entry in endings(exchange, self._credentials):
            if self._is_news(entry):
                self._write({"at": _now(), **entry})

    def text(self) -> str:
        """Everything that was noted so far, by any process."""
        size = os.fstat(self._descriptor).st_size
        return os.pread(self._descriptor, size, 0).decode("utf-8", "replace")

    def discard(self) -> None:
        """Remove the ledger: nothing of the run is left."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file; it may be swept from then on."""
        os.close(self._descriptor)

    def _is_news(self, entry: Entry) -> bool:
        """A job that is over is read again and again: one line is enough."""
        if entry.get("gone") != Kind.JOB.value:
            return True
        key = entry["gone"], str(entry["id"])
        known = key in self._ended
        self._ended.add(key)
        return not known

    def _write(self, entry: Entry) -> None:
        # The line end in front keeps a line that was torn by a kill from spoiling the next one.
        line = b"\n" + json.dumps(entry, separators=(",", ":")).encode() + b"\n"
        try:
            written = os.write(self._descriptor, line)
        except OSError as error:
            raise CannotRun(f"The ledger {self.path} cannot be written: {error.strerror}.") from None
        if written != len(line):
            raise CannotRun(f"The ledger {self.path} cannot be written: the disk is full.")


_BRING_CREDENTIALS = frozenset({"US-0", "AT-2", "AT-2d", "TK-2", "AK-1"})


def _logged_in(exchange: Exchange) -> object:
    return exchange.body.get("user_id") if isinstance(exchange.body, dict) else None


def _now() -> float:
    return round(time.time(), 3)
