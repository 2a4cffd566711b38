"""A proxy on loopback that passes requests on to a cloud, and plants faults of the network on the way."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from defects.network.faults import Fault, Plan

LATENCY_SECONDS = 1.0
DRIP_SECONDS = 0.2
# Whoever waits so long for an answer that does not come is not going to give up by itself.
BLACK_HOLE_SECONDS = 120.0
_LONGEST_HEAD = 1 << 20
_PAGE = b"<html><head><title>%s</title></head><body><h1>%s</h1><hr>gateway</body></html>\n"


@dataclass(frozen=True)
class _Message:
    """A request or an answer, as its bytes."""

    head: bytes
    body: bytes

    @property
    def whole(self) -> bytes:
        """All of it."""
        return self.head + self.body

    @property
    def first_words(self) -> list[str]:
        """The words of its first line."""
        return self.head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")

    @property
    def closes(self) -> bool:
        """Whether its sender closes the connection after it."""
        headers = _headers(self.head)
        framed = "content-length" in headers or "transfer-encoding" in headers
        return headers.get("connection", "").lower() == "close" or not framed


class Proxy:
    """Stands before the cloud at `url`, and treats each request as `plan` draws it.

    Connections are kept open towards the client, as a cloud does; towards the cloud each request has its own,
    so that nothing goes wrong which the plan has not drawn.
    """

    def __init__(self, url: str, plan: Plan) -> None:
        self.plan = plan
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listen on a free port, and return the address."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_LONGEST_HEAD)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Listen no more, and let go of every connection."""
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while await self._serve_one(reader, writer):
                pass
        writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Pass one request on; whether the connection goes on."""
        request = await _read_request(reader)
        words = request.first_words
        method, path = words[0], words[1] if len(words) > 1 else ""
        fault = self.plan.draw(method, path, request.body)
        if fault is None:
            return await self._pass_on(request, method, writer)
        return await _TREATMENTS[fault](self, request, method, _Client(reader, writer))

    async def _pass_on(self, request: _Message, method: str, writer: asyncio.StreamWriter) -> bool:
        answer = await self._ask(request, method)
        writer.write(answer.whole)
        await writer.drain()
        return not (answer.closes or request.head.lower().find(b"\r\nconnection: close") >= 0)

    async def _ask(self, request: _Message, method: str) -> _Message:
        """What the cloud answers."""
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=_LONGEST_HEAD)
        try:
            writer.write(request.whole)
            await writer.drain()
            return await _read_answer(reader, method)
        finally:
            writer.close()


@dataclass(frozen=True)
class _Client:
    """The connection with the client."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def reset(self) -> None:
        """End the connection without a farewell."""
        connection: socket.socket = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def show_page(self, status: int, reason: str) -> None:
        """Answer as a gateway does that does not reach the cloud."""
        title = f"{status} {reason}".encode()
        page = _PAGE % (title, title)
        head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/html\r\nRetry-After: 1\r\n"
        self.writer.write(f"{head}Content-Length: {len(page)}\r\n\r\n".encode() + page)
        await self.writer.drain()


async def _be_late(proxy: Proxy, request: _Message, method: str, client: _Client) -> bool:
    await asyncio.sleep(LATENCY_SECONDS)
    return await proxy._pass_on(request, method, client.writer)


async def _bad_gateway(proxy: Proxy, request: _Message, method: str, client: _Client) -> bool:
    await proxy._ask(request, method)
    await client.show_page(502, "Bad Gateway")
    return True


async def _unavailable(proxy: Proxy, request: _Message, method: str, client: _Client) -> bool:
    await client.show_page(503, "Service Unavailable")
    return True


async def _reset_before(proxy: Proxy, request: _Message, method: str, client: _Client) -> bool:
    client.reset()
    return False


async def _reset_after(proxy: Proxy, request: _Message, method: str, client: _Client) -> bool:
    await proxy._ask(request, method)
    client.reset()
    return False


async def _truncate(proxy: Proxy, request: _Message, method: str, client: _Client) -> bool:
    answer = await proxy._ask(request, method)
    half = len(answer.head) + len(answer.body) // 2 if answer.body else len(answer.head) // 2
    client.writer.write(answer.whole[:half])
    await client.writer.drain()
    return False


async def _swallow(proxy: Proxy, request: _Message, method: str, client: _Client) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(client.reader.read(), BLACK_HOLE_SECONDS)
    return False


async def _drip(proxy: Proxy, request: _Message, method: str, client: _Client) -> bool:
    answer = await proxy._ask(request, method)
    for octet in answer.whole:
        client.writer.write(bytes([octet]))
        await client.writer.drain()
        await asyncio.sleep(DRIP_SECONDS)
    return True


_TREATMENTS: Mapping[Fault, Callable[[Proxy, _Message, str, _Client], Awaitable[bool]]] = {
    Fault.LATENCY: _be_late,
    Fault.BAD_GATEWAY: _bad_gateway,
    Fault.UNAVAILABLE: _unavailable,
    Fault.RESET_BEFORE: _reset_before,
    Fault.RESET_AFTER: _reset_after,
    Fault.TRUNCATION: _truncate,
    Fault.BLACK_HOLE: _swallow,
    Fault.SLOW_DRIP: _drip,
}


@contextlib.contextmanager
def faulty(url: str, plan: Plan) -> Iterator[str]:
    """The address at which the cloud of `url` is reached over a network with the faults of `plan`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="faulty-network", daemon=True)
    thread.start()
    proxy = Proxy(url, plan)

    def run(work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - what the work returns
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    try:
        yield run(proxy.start())
    finally:
        run(proxy.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _read_request(reader: asyncio.StreamReader) -> _Message:
    head = await reader.readuntil(b"\r\n\r\n")
    return _Message(head, await _read_framed(reader, _headers(head)))


async def _read_answer(reader: asyncio.StreamReader, method: str) -> _Message:
    head = await reader.readuntil(b"\r\n\r\n")
    headers, status = _headers(head), head.split(b" ", 2)[1]
    if method == "HEAD" or status in (b"204", b"304"):
        return _Message(head, b"")
    if "content-length" in headers or "transfer-encoding" in headers:
        return _Message(head, await _read_framed(reader, headers))
    return _Message(head, await reader.read())


async def _read_framed(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    """A body of the length, or in the chunks, that the headers tell; none where they tell of none."""
    if "chunked" not in headers.get("transfer-encoding", "").lower():
        length = headers.get("content-length", "0")
        return await reader.readexactly(int(length) if length.isdigit() else 0)
    body = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        body += line + await reader.readexactly(size + 2)
        if size == 0:
            return body


def _headers(head: bytes) -> dict[str, str]:
    """The headers, by their names in lower case; of a repeated one the last."""
    lines = head.decode("latin-1").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines if line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
