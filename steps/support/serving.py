"""Platforms whose jobs are done while the scenario goes on."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from steps.api import backends
from steps.api.cloud_objects import Platform
from steps.api.worker import Pace, Worker

if TYPE_CHECKING:
    from steps.support.world import World

STOP_SECONDS = 60.0


def idle_platform(world: World, backend: str) -> Platform:
    """A new platform that offers what the backend can do, and that no worker serves yet."""
    return world.make.platform(specs={"available_commands": list(backends.load(backend).commands)})


def serve(world: World, platform: Platform, backend: str) -> None:
    """Let a worker with this backend serve the platform until the scenario ends."""
    # A worker asks all the time: observers, who follow what the scenario does, would see little else.
    unobserved = replace(world.cloud, observers=())
    service = _Service(Worker(platform, unobserved, backends.load(backend), Pace(longest_idle=0.1)))
    service.start()
    world.undo.push(f"worker of {platform.name}", service.end)


class _Service:
    """A worker in a thread of its own; what ends it early is raised when the scenario ends."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"worker {worker.platform.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._stop.set()
        self._thread.join(STOP_SECONDS)
        assert not self._thread.is_alive(), f"it did not stop within {STOP_SECONDS:g} s"
        assert not self._worker.dismissed, self._worker.dismissed
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._worker.serve(self._stop)
        except BaseException as error:
            self._error = error
