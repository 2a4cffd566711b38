"""Starting and stopping the sandbox."""

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.errors import SandboxError
from sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    import uvicorn

    from sandbox.cloud import Cloud

# Well above the longest pause of a client: a kept connection that dies under a POST loses the job.
KEEP_ALIVE_SECONDS = 300
# How long a request that is under way may take to end when the sandbox stops.
GRACE_SECONDS = 5

# A request line or header above this is no longer answered in JSON, as the HTTP parser gives up on it.
LARGEST_HEAD = 1 << 20

_BACKLOG = 2048


@dataclass(frozen=True)
class Announcement:
    """What a user of a fresh sandbox needs; `job_token` is the demo user's, with permission on `platform`."""

    url: str
    admin_email: str
    admin_password: str
    job_token: str
    platform: str


def serve(
    settings: SandboxSettings,
    on_ready: Callable[[Announcement], None],
    on_stop: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGINT or SIGTERM, then stop cleanly; `on_ready` is called once requests are answered.

    `on_stop` is called when a signal came, while requests are still answered; a second signal does not wait
    for it. A temporary database is removed at the stop. Raises `SandboxError` where the address or the
    database can't be used. Off the main thread no signal is handled, and only an exception from `on_ready`
    stops the sandbox.
    """
    with listening(settings) as listener, opened_cloud(settings) as (cloud, announce):
        server = make_server(cloud)
        asyncio.run(_serve(server, listener, lambda: on_ready(announce(_url(listener))), on_stop))


@contextlib.contextmanager
def opened_cloud(
    settings: SandboxSettings,
) -> "Iterator[tuple[Cloud, Callable[[str], Announcement]]]":
    """Open the database with everything a fresh cloud holds; also return what announces it under a URL."""
    from sandbox.bootstrap import bootstrap
    from sandbox.cloud import Cloud
    from sandbox.store.database import open_database

    db = open_database(settings.db)
    try:
        cloud = Cloud(db, settings)
        known = bootstrap(cloud)
        yield (
            cloud,
            lambda url: Announcement(
                url, known.admin_email, known.admin_password, known.job_token, known.platform
            ),
        )
    finally:
        db.close()


def make_server(cloud: "Cloud") -> "uvicorn.Server":
    """Return the server of a cloud, not started yet."""
    import uvicorn

    from sandbox.routes.app import create_app

    class Server(uvicorn.Server):
        """A server that leaves signals to `serve`."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    return Server(
        uvicorn.Config(
            create_app(cloud),
            access_log=False,
            log_config=None,
            lifespan="off",
            ws="none",
            loop="asyncio",
            server_header=False,
            h11_max_incomplete_event_size=LARGEST_HEAD,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )


async def _serve(
    server: "uvicorn.Server",
    listener: socket.socket,
    on_ready: Callable[[], None],
    on_stop: Callable[[], None],
) -> None:
    _stop_on_signals(server, on_stop)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started and not serving.done():
            await asyncio.sleep(0.001)
        if server.started:
            await asyncio.to_thread(on_ready)
    except BaseException:
        server.should_exit = True
        await serving
        raise
    await serving


def _stop_on_signals(server: "uvicorn.Server", on_stop: Callable[[], None]) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    under_way: list[asyncio.Task[None]] = []

    async def leave() -> None:
        try:
            await asyncio.to_thread(on_stop)
        finally:
            server.should_exit = True

    def begin() -> None:
        if under_way:
            server.should_exit = True
        else:
            under_way.append(loop.create_task(leave()))

    def stop(*_: object) -> None:
        loop.call_soon_threadsafe(begin)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


@contextlib.contextmanager
def listening(settings: SandboxSettings) -> Iterator[socket.socket]:
    """Take the address of the settings.

    The protocol is named, as asyncio turns Nagle's algorithm off only for sockets that say they are TCP:
    with it every answer on a kept connection would come 40 ms late.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise SandboxError(
            f"The host {settings.host!r} is not known ({error}): give another host."
        ) from error
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(_BACKLOG)
        except OSError as error:
            raise SandboxError(
                f"The sandbox cannot listen on {settings.host}:{settings.port} ({error.strerror}): "
                "stop what uses that port, or give another one."
            ) from error
        yield listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if listener.family is socket.AF_INET6 else f"http://{host}:{port}"
