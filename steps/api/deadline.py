"""A deadline for a call as a whole: name looked up, connected, secured, sent, and the last byte read.

A socket's time-out only limits each single read, so an answer that drips in byte by byte never ends.
One watching thread for the process shuts the connection of a call whose time is up; its reader fails at once.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator


class Watched:
    """A call that is under way: when it must be over, the connection it uses, whether it was cut off."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.cut_off = False
        self._handle: socket.socket | None = None
        self._lock = threading.Lock()

    def uses(self, handle: socket.socket) -> None:
        """Say which connection the call reads from now; it is shut at once where the time is already up."""
        with self._lock:
            self._handle = handle
            if self.cut_off:
                self._shut()

    def cut(self) -> None:
        """End the call: whatever reads from its connection fails."""
        with self._lock:
            self.cut_off = True
            self._shut()

    def finish(self) -> None:
        """Let the connection go, for the next call to use."""
        with self._lock:
            self._handle = None

    def _shut(self) -> None:
        if self._handle is not None:
            with contextlib.suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)


class _Watch:
    """The watching thread with the calls that it looks after."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._calls: set[Watched] = set()
        self._next = 0.0
        self._thread: threading.Thread | None = None

    def add(self, call: Watched) -> None:
        with self._wake:
            self._calls.add(call)
            if self._thread is None:
                self._next = call.deadline
                self._thread = threading.Thread(target=self._run, name="call-deadlines", daemon=True)
                self._thread.start()
            elif call.deadline < self._next:
                self._wake.notify()

    def remove(self, call: Watched) -> None:
        with self._wake:
            self._calls.discard(call)

    def _run(self) -> None:
        with self._wake:
            while self._calls:
                now = time.monotonic()
                for call in [call for call in self._calls if call.deadline <= now]:
                    self._calls.discard(call)
                    call.cut()
                # A call that ended in time leaves its deadline as the next look: no call wakes this thread.
                self._next = min((call.deadline for call in self._calls), default=now + 1.0)
                self._wake.wait(self._next - now)
            self._thread = None


_watch = _Watch()
_this_thread = threading.local()


def _forget_parent() -> None:
    global _watch  # a forked child has the parent's data, but not its thread
    _watch = _Watch()
    _this_thread.__dict__.clear()


os.register_at_fork(after_in_child=_forget_parent)


@contextlib.contextmanager
def within(seconds: float) -> Iterator[Watched]:
    """Watch over the calls that this thread makes in the block; after `seconds` their connection is shut.

    Only connections of a `CloudTransport` are watched. Afterwards `cut_off` says whether time ran out.
    """
    call = Watched(time.monotonic() + seconds)
    _this_thread.call = call
    _watch.add(call)
    try:
        yield call
    finally:
        _watch.remove(call)
        _this_thread.call = None
        call.finish()


def call_of_this_thread() -> Watched | None:
    """The call that this thread is making; None outside of `within`."""
    call: Watched | None = getattr(_this_thread, "call", None)
    return call
