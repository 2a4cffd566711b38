"""The embedded sandbox: a process of its own that lives exactly as long as the run."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from cloudqa.errors import CannotRun
from cloudqa.run.given import PREFIX, parse_env_lines

# A cold start takes well under a second; a machine that is busy with other things is given its time.
START_SECONDS = 60.0
STOP_SECONDS = 10.0
EMBEDDED = "embedded sandbox"
LAST_LINE = "CLOUD_JOB_TOKEN"
ROOT = Path(__file__).parents[2]


class EmbeddedSandbox:
    """Starts at once, is waited for when it is needed, and is stopped whatever happens.

    It is not in the terminal's process group, so that Ctrl-C leaves it up for the clean-up; and it watches
    its standard input, so that it ends with the run even if the run is killed.
    """

    def __init__(self, log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        self._is_ours = True
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cloudqa.commands.sandbox_process"],
                cwd=ROOT,
                env=_environment(os.environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )

    def wait(self, seconds: float = START_SECONDS) -> dict[str, str]:
        """Wait until it answers requests, and return the settings that it announces (CLOUD_URL, ...).

        Raises CannotRun, with the end of its log, where it dies first or takes longer than `seconds`.
        """
        assert self._process.stdout is not None
        channel, text, deadline = self._process.stdout.fileno(), b"", time.monotonic() + seconds
        while LAST_LINE.encode() not in text or not text.endswith(b"\n"):
            ready, _, _ = select.select([channel], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(channel, 65536) if ready else b""
            if not chunk:
                how = "stopped" if ready else f"did not answer within {seconds:g} s"
                raise CannotRun(f"The embedded sandbox {how} while starting. {self.last_words()}")
            text += chunk
        return parse_env_lines(text.decode())

    def death(self) -> str:
        """A sentence on how it died, or "" while it lives."""
        if not self._is_ours:
            return "" if self._holds_its_output() else f"The embedded sandbox has died. {self.last_words()}"
        status = self._process.poll()
        if status is None:
            return ""
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        return f"The embedded sandbox {how} during the run. {self.last_words()}"

    def leave_to_parent(self) -> None:
        """Be the view of a forked process on the sandbox: it cannot end it, and does not keep it up."""
        self._is_ours = False
        assert self._process.stdin is not None
        self._process.stdin.close()

    def _holds_its_output(self) -> bool:
        """Whether it lives, as a process can tell that is not its parent."""
        assert self._process.stdout is not None
        poll = select.poll()
        poll.register(self._process.stdout, 0)
        return not poll.poll(0)

    def last_words(self) -> str:
        """Where its log is, and the log's last line."""
        with contextlib.suppress(OSError):
            if lines := self.log.read_text(errors="replace").strip().splitlines():
                return f"Its log, {self.log}, ends with: {lines[-1]}"
        return f"Its log, {self.log}, is empty."

    def stop(self) -> None:
        """End it: ask, wait, and kill it if it does not listen. Harmless when it is gone already."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _environment(surroundings: Mapping[str, str]) -> dict[str, str]:
    """The environment without the settings of another cloud."""
    return {name: value for name, value in surroundings.items() if not name.startswith(PREFIX)}
