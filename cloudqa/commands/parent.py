"""A process that does not outlive the one that started it, even if that is killed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable


def end_with_parent(end: Callable[[], None]) -> None:
    """Call `end` when standard input is closed: the process that started this one is gone then."""

    def watch() -> None:
        # The descriptor itself: a thread inside sys.stdin would hold its lock when the interpreter ends.
        while os.read(0, 1024):
            pass
        end()

    threading.Thread(target=watch, name="parent", daemon=True).start()
