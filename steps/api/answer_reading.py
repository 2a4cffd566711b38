"""An answer as it comes over a connection, read whole, by a parser in C."""

from __future__ import annotations

import socket
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

_CHUNK = 65536
_FRAMING = {"content-length", "transfer-encoding"}


class Answer:
    """What was read of one answer; `read` reads it all.

    The body is as it was sent, `Content-Encoding` included, and its chunks are joined. `stays_open` says
    whether the connection can be used again.
    """

    _parser: HttpResponseParser

    def __init__(self, *, to_head: bool) -> None:
        self.status = 0
        self.version = ""
        self.reason = ""
        self.headers: list[tuple[str, str]] = []
        self.stays_open = False
        self._to_head = to_head
        self._parts: list[bytes] = []
        self._has_head = False
        self._is_over = False

    @property
    def body(self) -> bytes:
        """The body, b"" where there is none."""
        return b"".join(self._parts)

    def read(self, connection: socket.socket) -> None:
        """Read from the connection until the answer is whole.

        Raises the errors of `http.client` where the connection ends before, or what comes is not HTTP; and
        those of the connection.
        """
        self._parser = HttpResponseParser(self)
        try:
            while not self._is_over:
                content = connection.recv(_CHUNK)
                if not content:
                    return self._end()
                self._parser.feed_data(content)
        except HttpParserUpgrade:
            self.stays_open = False
        except HttpParserError as error:
            # What follows a whole answer belongs to no request.
            self.stays_open = False
            if not self._is_over:
                raise BadStatusLine(f"no answer in HTTP: {error}") from error
        finally:
            # Each refers to the other: together they would wait for the collector.
            del self._parser
        return None

    def _end(self) -> None:
        """The connection has ended: so has an answer of which nothing says how long it is."""
        if not self._has_head:
            raise RemoteDisconnected("The connection ended before an answer came.")
        if any(name.lower() in _FRAMING for name, _ in self.headers):
            raise IncompleteRead(self.body)

    def on_message_begin(self) -> None:
        """Take no other answer after a whole one."""
        if self._is_over:
            raise ValueError("No request was made that this would answer.")

    def on_status(self, status: bytes) -> None:
        """Take the reason phrase."""
        self.reason = status.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self.headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """Take the head for the whole where HEAD was asked: its lengths are those of a GET."""
        self._has_head = True
        self.status, self.version = self._parser.get_status_code(), self._parser.get_http_version()
        self._is_over = self._to_head and not self._is_provisional()
        self.stays_open = self._parser.should_keep_alive()

    def on_body(self, content: bytes) -> None:
        """Take a part of the body."""
        if self._to_head:
            self.stays_open = False
        self._parts.append(content)

    def on_message_complete(self) -> None:
        """Take the answer for whole, unless it only says that another one will come (RFC 9110, 15.2)."""
        if self._is_provisional():
            self.headers, self._has_head = [], False
        else:
            self._is_over = True

    def _is_provisional(self) -> bool:
        return 100 <= self.status < 200
