"""A server of raw sockets on the loopback interface, which treats each connection as a test tells it to."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable

WHOLE = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"job_id": "1"}'


class Loopback:
    """Calls `behave` with itself, each connection and its number, from 0, in a thread of its own."""

    def __init__(self, behave: Behaviour) -> None:
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0
        self.requests: list[bytes] = []
        self.stop = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                arguments = (connection, self.connections - 1)
                threading.Thread(target=self._serve, args=arguments, daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), connection:
            self._behave(self, connection, number)

    def receive(self, connection: socket.socket) -> bytes:
        """Read one request whole, and remember it; b"" where the client has gone."""
        read = b""
        while b"\r\n\r\n" not in read:
            more = connection.recv(65536)
            if not more:
                return b""
            read += more
        head, _, body = read.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        while len(body) < length:
            body += connection.recv(65536)
        request = head + b"\r\n\r\n" + body
        self.requests.append(request)
        return request

    def drip(self, connection: socket.socket, octets: bytes) -> None:
        """Send one byte every 50 ms, for as long as anyone is listening."""
        for octet in octets:
            connection.sendall(bytes([octet]))
            if self.stop.wait(0.05):
                return

    def close(self) -> None:
        self.stop.set()
        self._listener.close()


def reset(connection: socket.socket) -> None:
    """End the connection without a farewell."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


Behaviour = Callable[[Loopback, socket.socket, int], None]
