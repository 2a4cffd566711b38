"""How requests travel: the transport of `requests`, over connections that are watched and quick.

A run sends some twenty thousand requests, each small. So a request leaves in one packet, and an answer is
read whole and parsed in C; pools, proxies, certificates and errors remain those of urllib3.
"""

from __future__ import annotations

import contextlib
import io
import socket
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError
from urllib3.poolmanager import PoolManager

from steps.api.answer_reading import Answer
from steps.api.deadline import call_of_this_thread


class _Connection(HTTPConnection):
    _handle: socket.socket | None = None
    _asked = "", ""

    def _new_conn(self) -> socket.socket:
        call = call_of_this_thread()
        if call is None:
            return super()._new_conn()
        connected = _connect_in_time(self, super()._new_conn, call.deadline - time.monotonic())
        # A handle of its own stays good while TLS takes the socket's file descriptor over.
        self._handle = socket.fromfd(connected.fileno(), connected.family, connected.type, connected.proto)
        call.uses(self._handle)
        return connected

    def request(  # type: ignore[override]  # a body is in bytes, and how to read the answer is no choice
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str | bytes] | None = None,
        **_choices: object,
    ) -> None:
        """Send a request in one piece, with these headers alone, as each piece wakes the cloud."""
        call = call_of_this_thread()
        if call is not None and self._handle is not None:
            call.uses(self._handle)
        if self.sock is not None:
            self._limit_waiting()
        self._asked = method, url
        lines = [f"{method} {url} HTTP/1.1"]
        for name, value in (headers or {}).items():
            lines.append(f"{name}: {value.decode('latin-1') if isinstance(value, bytes) else value}")
        self.send("\r\n".join([*lines, "\r\n"]).encode("latin-1") + (body or b""))

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        """Read the answer whole."""
        method, url = self._asked
        self._limit_waiting()
        answer = Answer(to_head=method == "HEAD")
        answer.read(self.sock)
        if not answer.stays_open:
            self.close()
        headers = HTTPHeaderDict(answer.headers)
        is_encoded = "content-encoding" in headers
        return HTTPResponse(
            io.BytesIO(answer.body) if is_encoded else answer.body,
            headers,
            answer.status,
            version_string=f"HTTP/{answer.version}",
            reason=answer.reason,
            preload_content=is_encoded,
            request_method=method,
            request_url=url,
        )

    def _limit_waiting(self) -> None:
        # Setting it is a system call, and nearly all calls wait equally long.
        if self.sock.gettimeout() != self.timeout:
            self.sock.settimeout(self.timeout)

    def close(self) -> None:
        """Close the connection, and the handle by which it is watched."""
        super().close()
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()


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
    ConnectionCls = _Connection  # type: ignore[assignment]


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection  # type: ignore[assignment]


class CloudTransport(HTTPAdapter):
    """The transport of `requests`, with connections that `within` can cut off, through a proxy too.

    It is for one cloud, reached in one way: the pool of its connections is looked up once. A request is sent
    as it is, with its own headers alone; its body is in bytes. Its answers keep no cookies, as a client of
    this API has none, and their body, decoded, is `answer.raw.data`.
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

    def request_url(self, request: PreparedRequest, proxies: Any) -> str:  # noqa: ANN401 - passed on as it is
        """Return what the first line of the request names: the path as it is, unless a proxy needs more."""
        return super().request_url(request, proxies) if proxies else request.path_url

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:  # noqa: ANN401 - urllib3's
        """Return the answer as `requests` has it."""
        answer = Response()
        answer.status_code, answer.reason = resp.status, resp.reason
        answer.headers = resp.headers  # as insensitive to case as those of `requests`
        answer.raw, answer.request, answer.url = resp, req, req.url or ""
        resp.release_conn()
        return answer

    def close(self) -> None:
        """Close all connections."""
        super().close()
        self._pool = None


def _watch_connections(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
