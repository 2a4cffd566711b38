"""The process that serves clouds with planted defects, as this side sees it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cloudqa.errors import CannotRun
from cloudqa.run.given import PREFIX
from cloudqa.selftest.verdicts import Planted

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "defects")

_STOP_SECONDS = 10.0
_CHUNK = 65536


@dataclass(frozen=True)
class Cloud:
    """A cloud that answers, and who may use it."""

    number: int
    url: str
    admin_email: str
    admin_password: str
    platform: str


@dataclass(frozen=True)
class NoCloud:
    """A cloud that did not come up, and a sentence why."""

    number: int
    problem: str


class Clouds:
    """Starts and stops clouds; its answers come on `channel`, to be read with `answers` when it is ready."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log
        self._heard = b""
        self._started = 0

    @property
    def channel(self) -> int:
        """The file descriptor that becomes readable when there are answers."""
        return self._stream(self._process.stdout).fileno()

    def defects(self) -> list[Planted]:
        """Every defect that there is. Raises CannotRun where one cannot be loaded."""
        self._send({"list": True})
        while not (lines := self._lines()):
            pass
        return [Planted.from_message(entry) for entry in lines[0]["defects"]]

    def start(self, defect: Planted | None) -> int:
        """Ask for a cloud with this defect, a sound one without; the answer bears the number returned."""
        self._started += 1
        self._send({"start": self._started, "defect": defect.id if defect is not None else None})
        return self._started

    def stop(self, number: int) -> None:
        """End a cloud."""
        self._send({"stop": number})

    def answers(self) -> list[Cloud | NoCloud]:
        """The clouds that came up, or did not, since the last call; waits if there are none."""
        return [_cloud(line) for line in self._lines()]

    def leave_to_parent(self) -> None:
        """Let go of the process in a fork of this one: it cannot end it, and does not keep it up."""
        for stream in (self._process.stdin, self._process.stdout):
            self._stream(stream).close()

    def end(self) -> None:
        """End the process and every cloud."""
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                self._stream(stream).close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, command: Mapping[str, Any]) -> None:
        stream = self._stream(self._process.stdin)
        try:
            stream.write(json.dumps(command).encode() + b"\n")
            stream.flush()
        except OSError:
            raise self._died() from None

    def _lines(self) -> list[Any]:
        chunk = os.read(self.channel, _CHUNK)
        if not chunk:
            raise self._died()
        *lines, self._heard = (self._heard + chunk).split(b"\n")
        return [json.loads(line) for line in lines]

    def _died(self) -> CannotRun:
        self._process.wait(_STOP_SECONDS)
        words = self._log.read_text(errors="replace").strip().splitlines()
        last = words[-1] if words else "nothing"
        return CannotRun(f"The process of the planted defects ended. Its log, {self._log}, ends with: {last}")

    @staticmethod
    def _stream(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None
        return stream


@contextlib.contextmanager
def serving(log: Path, command: Sequence[str] = COMMAND) -> Iterator[Clouds]:
    """Within it there are clouds to be had; afterwards none is left. What they print goes to the log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith(PREFIX)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    clouds = Clouds(process, log)
    try:
        yield clouds
    finally:
        clouds.end()


def _cloud(answer: Mapping[str, Any]) -> Cloud | NoCloud:
    if "problem" in answer:
        return NoCloud(answer["cloud"], answer["problem"])
    return Cloud(
        answer["cloud"],
        answer["url"],
        answer["admin_email"],
        answer["admin_password"],
        answer["platform"],
    )
