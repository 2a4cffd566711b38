"""A deadline for a call as a whole: names looked up, connected, sent, and the last byte read.

A socket's time-out only limits each single read, so an answer that drips in byte by byte never ends.
One watching thread for the process closes the socket of a call whose time is up; its reader fails at once.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager


class Watched:
    """A call that is under way: when it must be over, the socket it uses, whether it was cut off."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.cut_off = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def uses(self, connected: socket.socket) -> None:
        """Say which socket the call reads from now; it is closed at once where the time is already up."""
        with self._lock:
            self._socket = connected
            if self.cut_off:
                _shut(connected)

    def cut(self) -> None:
        """End the call: whatever reads from its socket fails."""
        with self._lock:
            self.cut_off = True
            if self._socket is not None:
                _shut(self._socket)


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
    """Watch over the calls that this thread makes in the block; after `seconds` their socket is closed.

    Only connections of a `DeadlineAdapter` are watched. Afterwards `cut_off` says whether time ran out.
    """
    call = Watched(time.monotonic() + seconds)
    _this_thread.call = call
    _watch.add(call)
    try:
        yield call
    finally:
        _watch.remove(call)
        _this_thread.call = None


def _note(connected: Any) -> None:  # noqa: ANN401 - a socket, plain or under TLS
    call: Watched | None = getattr(_this_thread, "call", None)
    if call is not None and connected is not None:
        call.uses(connected)


def _shut(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        _note(connected)
        return connected

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as it is
        _note(self.sock)
        super().request(*args, **kwargs)


class _TlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        _note(connected)
        return connected

    def connect(self) -> None:
        super().connect()
        _note(self.sock)

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as it is
        _note(self.sock)
        super().request(*args, **kwargs)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class DeadlineAdapter(HTTPAdapter):
    """The transport of `requests`, with connections that `within` can cut off, through a proxy too."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as it is
        """Make the pools, with watched connections."""
        super().init_poolmanager(*args, **kwargs)
        _watch_connections(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - passed on as it is
        """Make the pools behind a proxy, with watched connections."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        _watch_connections(manager)
        return manager


def _watch_connections(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
