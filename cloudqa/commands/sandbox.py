"""`cloudqa sandbox`: a quantum cloud of one's own, on this machine."""

from __future__ import annotations

import enum
import os
from pathlib import Path
from typing import Annotated

import typer

from cloudqa.commands.sandbox_process import Options, serve_sandbox
from cloudqa.errors import CannotRun


class WorkerKind(enum.StrEnum):
    """The worker that serves `sim:qa`."""

    NONE = "none"
    CANNED = "canned"
    PERCEVAL = "perceval"


def sandbox(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = 8000,
    db: Annotated[Path | None, typer.Option(help="Database file, kept across restarts.")] = None,
    admin_password: Annotated[
        str | None,
        typer.Option(help="The admin's password; better in CLOUD_ADMIN_PASSWORD. Default: a new one."),
    ] = None,
    worker: Annotated[WorkerKind, typer.Option(help="Who answers the jobs of sim:qa.")] = WorkerKind.CANNED,
) -> None:
    """Serve a cloud of one's own until Ctrl-C, and print the settings that reach it."""
    from cloudqa.commands.worker import require_backend
    from sandbox.errors import SandboxError

    if worker is not WorkerKind.NONE:
        require_backend(worker.value)
    password = admin_password or os.environ.get("CLOUD_ADMIN_PASSWORD")
    try:
        serve_sandbox(Options(host, port, db, password, worker.value))
    except SandboxError as error:
        raise CannotRun(str(error)) from None
