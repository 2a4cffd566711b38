"""A proxy between a suite and a cloud: it remembers what was asked, and may change what is answered."""

from __future__ import annotations

import http.client
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_OF_THE_CONNECTION = {"connection", "transfer-encoding", "content-length", "server"}


@dataclass
class Answer:
    """An answer that may be changed before it is given; `lost` closes the connection in its place."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    content: bytes
    lost: bool = False


Alter = Callable[[Answer], None]


def as_it_is(_answer: Answer) -> None:
    """Change nothing."""


@dataclass(frozen=True)
class RecordingProxy:
    """The address to give to the suite, and each request that came to it, as method and path."""

    url: str
    seen: list[tuple[str, str]] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *whose: Any) -> None:  # noqa: ANN401 - socketserver's own
        """A client that goes, or does not trust the certificate, is nothing to print."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*whose)


@contextmanager
def recording_proxy(
    cloud: str, alter: Alter = as_it_is, tls: ssl.SSLContext | None = None
) -> Iterator[RecordingProxy]:
    """A proxy in front of the cloud at this address, for as long as the context lasts.

    With `tls` it speaks https, where the certificates of that context are shown.
    """
    seen: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            seen.append((self.command, self.path))
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            connection = http.client.HTTPConnection(urlsplit(cloud).netloc, timeout=20)
            connection.request(self.command, self.path, body or None, dict(self.headers))
            came = connection.getresponse()
            headers = {
                name: value for name, value in came.getheaders() if name.lower() not in _OF_THE_CONNECTION
            }
            answer = Answer(self.command, self.path, came.status, headers, came.read())
            connection.close()
            alter(answer)
            if answer.lost:
                self.close_connection = True
                return
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
        setattr(Handler, f"do_{method}", Handler._pass_on)
    server = _Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        # The handshake is made by the thread of the connection: one that fails holds up no other.
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        scheme = "http" if tls is None else "https"
        yield RecordingProxy(f"{scheme}://127.0.0.1:{server.server_address[1]}", seen)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
