"""The sandbox cloud as a process: the server, the worker that comes along, and what it announces.

`cloudqa sandbox` is the command line in front of it; a run's embedded sandbox starts this module directly, so
that no command line has to be loaded on the way to the first scenario.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cloudqa.commands.parent import end_with_parent

if TYPE_CHECKING:
    from sandbox.server import Announcement

COMMANDS = {"none": ("probs",), "canned": ("probs",), "perceval": ("probs", "sample_count", "samples")}
SAFE_IN_ENV_FILE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@:/._+-,=")


@dataclass(frozen=True)
class Options:
    """What the sandbox is started with. `port` 0 takes a free one; `db` None keeps nothing."""

    host: str = "127.0.0.1"
    port: int = 0
    db: Path | None = None
    admin_password: str | None = None
    worker: str = "canned"


def serve_sandbox(options: Options) -> None:
    """Serve until SIGINT or SIGTERM, with the worker that comes along.

    Prints, once requests are answered, the lines for a `.env` file. Raises sandbox.errors.SandboxError.
    """
    from sandbox.server import serve
    from sandbox.settings import SandboxSettings

    settings = SandboxSettings(
        host=options.host,
        port=options.port,
        db=options.db,
        admin_password=options.admin_password,
        commands=COMMANDS[options.worker],
    ).with_environment()
    workers: list[subprocess.Popen[bytes]] = []

    def announce(announcement: Announcement) -> None:
        print(env_lines(announcement), flush=True)
        if options.worker != "none":
            workers.append(start_worker(announcement, options.worker))

    def dismiss() -> None:
        while workers:
            stop_worker(workers.pop())

    try:
        # The worker goes first: it ends its job and revokes its key while the cloud still answers.
        serve(settings, announce, dismiss)
    finally:
        dismiss()


def env_lines(announcement: Announcement) -> str:
    """The announcement as lines of a `.env` file."""
    return "\n".join(
        f"{name}={quoted(value)}"
        for name, value in (
            ("CLOUD_URL", announcement.url),
            ("CLOUD_ADMIN_EMAIL", announcement.admin_email),
            ("CLOUD_ADMIN_PASSWORD", announcement.admin_password),
            ("CLOUD_JOB_TOKEN", announcement.job_token),
        )
    )


def quoted(value: str) -> str:
    """The value as a `.env` file and a shell both read it."""
    if value and SAFE_IN_ENV_FILE.issuperset(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def start_worker(announcement: Announcement, backend: str) -> subprocess.Popen[bytes]:
    """Start the worker that comes along, as a process: its computing never keeps the cloud from answering.

    It serves this cloud whatever the surroundings say of another one, and ends with it, however that ends.
    """
    surroundings = {name: value for name, value in os.environ.items() if name != "CLOUD_PROFILE"}
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "cloudqa",
            "worker",
            "--platform",
            announcement.platform,
            "--backend",
            backend,
            "--with-parent",
        ],
        env={
            **surroundings,
            "CLOUD_TARGET": "remote",
            "CLOUD_MODE": "full",
            "CLOUD_URL": announcement.url,
            "CLOUD_ADMIN_EMAIL": announcement.admin_email,
            "CLOUD_ADMIN_PASSWORD": announcement.admin_password,
        },
        stdin=subprocess.PIPE,
        stdout=sys.stderr,
        start_new_session=True,
    )


def stop_worker(worker: subprocess.Popen[bytes], seconds: float = 5.0) -> None:
    """End the worker: ask, wait, and kill it if it does not listen."""
    worker.terminate()
    try:
        worker.wait(seconds)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def main() -> int:
    """Serve as a run's embedded sandbox; return the exit status."""
    import signal

    from sandbox.errors import SandboxError

    end_with_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    try:
        serve_sandbox(Options())
    except SandboxError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
