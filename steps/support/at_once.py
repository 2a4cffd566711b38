"""Several requests at the same time, each from a thread of its own and over a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from steps.support.attempt import Outcome, attempt


def at_once(actions: Sequence[Callable[[], Any]]) -> list[Outcome]:
    """Attempt all actions at the same time; the outcomes in the order of the actions.

    What is no refusal, such as a breach of the contract, is raised when all have ended.
    """
    start = Barrier(len(actions))

    def act(action: Callable[[], Any]) -> Outcome:
        start.wait()
        return attempt(action)

    with ThreadPoolExecutor(len(actions)) as pool:
        return [done.result() for done in [pool.submit(act, action) for action in actions]]
