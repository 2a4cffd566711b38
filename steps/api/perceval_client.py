"""Perceval, the program of the cloud's users, unmodified and in a process of its own.

Perceval puts one `process_id`, drawn when it is imported, into every job of a process, and a cloud gives a
`process_id` to the first user who sent it (JB-1.41). It also keeps tokens in a folder that it chooses when it
is imported. So each client is a fresh process with a folder of its own: what a user's computer is. Nothing in
Perceval has to be changed for that, and a call in which it would wait for ever can be ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

from steps.api.utils import CloudContext

PROGRAM = Path(__file__).with_name("perceval_program.py")

# Importing takes seconds, more where fonts are listed first; Perceval looks at a job each second or third.
CALL_SECONDS = 90.0
STOP_SECONDS = 5.0


class PercevalFailed(AssertionError):  # noqa: N818 - named after what happened
    """Perceval could not do what its user asked. `words` are its own."""

    def __init__(self, action: str, words: str) -> None:
        self.words = words
        super().__init__(f"Perceval failed at {action!r}: {words}")


class PercevalClient:
    """One user's Perceval, connected to one platform.

    `call(action, ...)` does what the method of that name of `perceval_program.Session` does. Of the context's
    ways to reach the cloud it knows the proxy and the CA bundle, as Perceval does; not its headers.
    """

    def __init__(
        self, context: CloudContext, token: str, platform_name: str, seconds: float = CALL_SECONDS
    ) -> None:
        self._seconds = seconds
        self._home = tempfile.TemporaryDirectory(prefix="perceval-client-", ignore_cleanup_errors=True)
        self._log = Path(self._home.name) / "program.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                # -P: the modules beside the program must not come before those that Perceval imports.
                [sys.executable, "-P", str(PROGRAM)],
                env=_environment(context, self._home.name),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()
        # The token goes through the pipe: arguments and environment can be read by others.
        self._connection = {
            "url": context.url,
            "token": token,
            "platform": platform_name,
            "proxy": context.proxy,
        }

    def open(self) -> None:
        """Connect to the platform. Raises PercevalFailed."""
        self.call("open", **self._connection)

    def call(self, action: str, **arguments: Any) -> Any:  # noqa: ANN401 - JSON
        """Do something with Perceval and return what it gives, as JSON. Raises PercevalFailed."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # a program that is gone is noticed when it does not answer
            print(json.dumps({"action": action, **arguments}), file=self._process.stdin, flush=True)
        try:
            line = self._answers.get(timeout=self._seconds)
        except queue.Empty:
            self._process.kill()
            raise PercevalFailed(action, f"it was still waiting after {self._seconds:g} s") from None
        if not line:
            self._answers.put("")  # nor will any later call be answered
            raise PercevalFailed(action, f"its process ended. {self._last_words()}")
        answer = json.loads(line)
        if "failed" in answer:
            raise PercevalFailed(action, answer["failed"])
        return answer["value"]

    def stop(self) -> None:
        """End the process, and remove what it wrote."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._home.cleanup()

    def _listen(self, answers: IO[str]) -> None:
        with answers:
            for line in answers:
                self._answers.put(line)
        self._answers.put("")

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else ""


def _environment(context: CloudContext, home: str) -> dict[str, str]:
    """The environment without the settings of the run, with Perceval's folder and the way to the cloud.

    HOME stays: Perceval keeps nothing there but in its folder, and matplotlib its list of fonts, which takes
    seconds to make.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOUD_")}
    kept["PCVL_PERSISTENT_PATH"] = home
    if isinstance(context.verify, str):
        kept["REQUESTS_CA_BUNDLE"] = context.verify
    if not context.trust_environment:
        kept["NO_PROXY"] = "*"
    return kept
