"""A proxy on loopback that holds every answer back for a while, as a cloud that is far away does."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from typing import Any
from urllib.parse import urlsplit


@contextlib.contextmanager
def delayed(url: str, seconds: float) -> Iterator[str]:
    """The address at which the service of `url` answers that much later."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    proxy = _Proxy(urlsplit(url).hostname or "", urlsplit(url).port or 80, seconds)
    try:
        port = asyncio.run_coroutine_threadsafe(proxy.start(), loop).result()
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


class _Proxy:
    def __init__(self, host: str, port: int, seconds: float) -> None:
        self._host, self._port, self._seconds = host, port, seconds
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_cloud, to_cloud = await asyncio.open_connection(self._host, self._port)
        arrivals: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        for work in (
            _pass_on(reader, to_cloud),
            _note(from_cloud, arrivals),
            self._hand_out(arrivals, writer),
        ):
            self._keep(work)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hand_out(
        self, arrivals: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
    ) -> None:
        """Write each piece when its time has come, in the order of arrival."""
        clock = asyncio.get_running_loop().time
        content = b"the first piece"
        with contextlib.suppress(OSError):
            while content:
                arrived, content = await arrivals.get()
                await asyncio.sleep(max(0.0, arrived + self._seconds - clock()))
                writer.write(content)
                await writer.drain()
            writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while content := await reader.read(65536):
            writer.write(content)
            await writer.drain()
        writer.close()


async def _note(reader: asyncio.StreamReader, arrivals: asyncio.Queue[tuple[float, bytes]]) -> None:
    content = b"the first piece"
    while content:
        try:
            content = await reader.read(65536)
        except OSError:
            content = b""
        arrivals.put_nowait((asyncio.get_running_loop().time(), content))
