"""A scenario's own worker: at work while the scenario is, gone with it, and never silent about its end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, cast

import pytest

from steps.api.cloud_objects import Platform, User
from steps.api.utils import CloudContext
from steps.api.worker import Worker
from steps.support import serving
from steps.support.undo import UndoFailed
from steps.support.world import World


class Target:
    """A run without a cloud."""

    cloud = CloudContext("http://cloud.test", observers=(cast("Any", object()),))
    admin = User(is_admin=True)
    run_id = "test"
    embedded = True
    job_token = ""
    platform = "sim:qa"
    queue_seconds = 60.0

    def note_cell(self, row: str, operation: str, column: str) -> None:
        """Nobody counts here."""


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(Platform, "ADMIN", Target.admin)
    return World(Target(), [])


def serve(
    world: World, monkeypatch: pytest.MonkeyPatch, act: Callable[[Worker, threading.Event], None]
) -> None:
    monkeypatch.setattr(Worker, "serve", act)
    serving.serve(world, Platform("sim:test"), "canned")


def test_serves_until_the_scenario_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    began, ended = threading.Event(), threading.Event()

    def act(worker: Worker, stop: threading.Event) -> None:
        began.set()
        assert worker.context.observers == ()
        assert worker.context.url == "http://cloud.test"
        stop.wait()
        ended.set()

    serve(world, monkeypatch, act)
    assert began.wait(30)
    assert not ended.is_set()
    world.undo.unwind()
    assert ended.is_set()


def test_says_that_it_was_sent_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def act(worker: Worker, stop: threading.Event) -> None:
        worker.dismissed = "The key is revoked."

    serve(world, monkeypatch, act)
    with pytest.raises(UndoFailed, match=r"The key is revoked\."):
        world.undo.unwind()


def test_says_that_it_broke(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def act(worker: Worker, stop: threading.Event) -> None:
        raise KeyError("job_id")

    serve(world, monkeypatch, act)
    with pytest.raises(UndoFailed, match=r"worker of sim:test .*job_id"):
        world.undo.unwind()
