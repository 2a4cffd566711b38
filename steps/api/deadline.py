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
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError
from urllib3.poolmanager import PoolManager


class Watched:
    """A call that is under way: when it must be over, the connection it uses, whether it was cut off."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.cut_off = False
        self._handle: socket.socket | None = None
        self._inherited: list[socket.socket] = []
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

    def inherits(self, handle: socket.socket) -> None:
        """Take over the handle of a connection that is closed: an answer may still be read from it."""
        self._inherited.append(handle)

    def finish(self) -> None:
        """Let the connection go, for the next call to use."""
        with self._lock:
            self._handle = None
        for handle in self._inherited:
            handle.close()

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
        call.finish()


class _Connection(HTTPConnection):
    _handle: socket.socket | None = None
    _held: list[Any] | None = None

    def _new_conn(self) -> socket.socket:
        call = _call_of_this_thread()
        if call is None:
            return super()._new_conn()
        connected = _connect_in_time(self, super()._new_conn, call.deadline - time.monotonic())
        # A handle of its own stays good while TLS takes the socket's file descriptor over.
        self._handle = socket.fromfd(connected.fileno(), connected.family, connected.type, connected.proto)
        call.uses(self._handle)
        return connected

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as it is
        call = _call_of_this_thread()
        if call is not None and self._handle is not None:
            call.uses(self._handle)
        self._held = []
        try:
            super().request(*args, **kwargs)
            held = b"".join(self._held)
        finally:
            self._held = None
        self.send(held)

    def send(self, data: Any) -> None:  # noqa: ANN401 - passed on as it is
        """Send; but head and body of a request in one piece, as each wakes the cloud."""
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)

    def close(self) -> None:
        """Close the connection; `http.client` does so before it reads an answer that ends with it."""
        super().close()
        handle, self._handle = self._handle, None
        if handle is None:
            return
        if (call := _call_of_this_thread()) is not None:
            call.inherits(handle)
        else:
            handle.close()


def _call_of_this_thread() -> Watched | None:
    call: Watched | None = getattr(_this_thread, "call", None)
    return call


class _TlsConnection(_Connection, HTTPSConnection):
    pass


def _connect_in_time(
    connection: HTTPConnection, connect: Callable[[], socket.socket], seconds: float
) -> socket.socket:
    """Connect in another thread: neither the lookup of a name nor a second address can be cut off."""
    connected: Future[socket.socket] = Future()

    def run() -> None:
        try:
            connected.set_result(connect())
        except BaseException as error:  # the caller raises it
            connected.set_exception(error)

    if seconds > 0:
        threading.Thread(target=run, name="connecting", daemon=True).start()
        with contextlib.suppress(TimeoutError):
            return connected.result(seconds)
        connected.add_done_callback(_close)
    raise ConnectTimeoutError(connection, "The time of the call was up before it was connected.")


def _close(connected: Future[socket.socket]) -> None:
    if connected.exception() is None:
        connected.result().close()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class DeadlineAdapter(HTTPAdapter):
    """The transport of `requests`, with connections that `within` can cut off, through a proxy too.

    It is for one cloud, reached in one way: the pool of its connections is looked up once. Its answers keep
    no cookies, as a client of this API has none.
    """

    _pool: ConnectionPool | None = None

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as it is
        """Make the pools, with watched connections."""
        super().init_poolmanager(*args, **kwargs)
        _watch_connections(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - passed on as it is
        """Make the pools behind a proxy, with watched connections."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        _watch_connections(manager)
        return manager

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> ConnectionPool:  # noqa: ANN401
        """Return the pool of connections to the cloud."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:  # noqa: ANN401 - urllib3's
        """Return the answer as `requests` has it, its body not yet read."""
        answer = Response()
        answer.status_code, answer.reason = resp.status, resp.reason
        answer.headers = CaseInsensitiveDict(resp.headers)
        answer.raw, answer.request, answer.url = resp, req, req.url or ""
        return answer

    def close(self) -> None:
        """Close all connections."""
        super().close()
        self._pool = None


def _watch_connections(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
