"""Calls over a real socket: they end in time, are never repeated to harm, and say what went wrong."""

from __future__ import annotations

import multiprocessing
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme

from steps.api.errors import CloudRefusal, CloudUnreachable, PreconditionError
from steps.api.exchange import Exchange, Request
from steps.api.operations import JB_1, JB_7, PP_1
from steps.api.trail import trail
from steps.api.utils import Api, CloudContext
from tests.steps.api.loopback import WHOLE, Behaviour, Loopback, reset

# Short for the calls that are to run out of time, and long enough for one that is answered at once.
DEADLINE = 1.0
OUT_OF_TIME = "the answer was not complete after 1 s"
# A call that ends in time ends long before this, also on a busy machine.
FAR_TOO_LATE = 10.0


@pytest.fixture
def serve() -> Iterator[Callable[[Behaviour], Loopback]]:
    servers: list[Loopback] = []

    def start(behaviour: Behaviour) -> Loopback:
        server = Loopback(behaviour)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()


def answer_all(server: Loopback, connection: socket.socket, number: int) -> None:
    while server.receive(connection):
        connection.sendall(WHOLE)


def call(url: str, **settings: Any) -> Exchange:  # noqa: ANN401 - those of a CloudContext
    return Api(CloudContext(url, **settings)).call(JB_7)


def create(api: Api) -> Exchange:
    return api.call(JB_1, body={"job_name": "n"})


def failure_of(url: str, **settings: Any) -> str:  # noqa: ANN401 - those of a CloudContext
    """The reason why no answer came."""
    with pytest.raises(CloudUnreachable) as unreachable:
        call(url, **settings)
    return unreachable.value.reason


def expect_out_of_time(url: str) -> None:
    begun = time.monotonic()
    assert failure_of(url, call_seconds=DEADLINE) == OUT_OF_TIME
    assert time.monotonic() - begun < FAR_TOO_LATE


def say_nothing(server: Loopback, connection: socket.socket, number: int) -> None:
    server.receive(connection)
    server.stop.wait(30)


def drip_headers(server: Loopback, connection: socket.socket, number: int) -> None:
    server.receive(connection)
    server.drip(connection, b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 1000)


def drip_body(server: Loopback, connection: socket.socket, number: int) -> None:
    server.receive(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    server.drip(connection, b" " * 1000)


def drip_body_without_length(server: Loopback, connection: socket.socket, number: int) -> None:
    server.receive(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n[1]")
    server.drip(connection, b" " * 1000)


@pytest.mark.parametrize("slow", [say_nothing, drip_headers, drip_body, drip_body_without_length])
def test_a_slow_answer_is_cut_off(slow: Behaviour, serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(slow)
    expect_out_of_time(server.url)
    assert server.connections == 1


def test_an_accepted_connection_without_tls_is_cut_off(serve: Callable[[Behaviour], Loopback]) -> None:
    def drip_handshake(server: Loopback, connection: socket.socket, number: int) -> None:
        connection.recv(65536)
        server.drip(connection, b"\x16\x03\x03\x40\x00" + b"\x00" * 1000)

    server = serve(drip_handshake)
    secured = server.url.replace("http:", "https:")
    expect_out_of_time(secured)


def test_an_address_that_swallows_everything_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    swallowed = threading.Event()

    def never_known(*_: object, **__: object) -> list[Any]:
        swallowed.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never_known)
    try:
        expect_out_of_time("http://cloud.test")
    finally:
        swallowed.set()


def half(server: Loopback, connection: socket.socket, number: int) -> None:
    server.receive(connection)
    connection.sendall(WHOLE[:-5])


def reset_at_once(server: Loopback, connection: socket.socket, number: int) -> None:
    server.receive(connection)
    reset(connection)


def hang_up(server: Loopback, connection: socket.socket, number: int) -> None:
    server.receive(connection)


def no_http(server: Loopback, connection: socket.socket, number: int) -> None:
    server.receive(connection)
    connection.sendall(b"SSH-2.0-OpenSSH\r\n")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (half, "the connection broke before the answer was complete"),
        (reset_at_once, "connection reset by peer"),
        (hang_up, "the connection broke before the answer was complete"),
        (no_http, "the connection broke before the answer was complete"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_connection_is_no_answer(
    broken: Behaviour, reason: str, serve: Callable[[Behaviour], Loopback]
) -> None:
    assert failure_of(serve(broken).url) == reason


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        url = f"http://127.0.0.1:{once.getsockname()[1]}"
    assert failure_of(url) == "connection refused"


def test_a_name_that_no_one_knows() -> None:
    assert failure_of("http://cloud.invalid") == "its name is not known"


def test_a_certificate_that_is_not_accepted(serve: Callable[[Behaviour], Loopback]) -> None:
    def plain(server: Loopback, connection: socket.socket, number: int) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    reason = failure_of(serve(plain).url.replace("http:", "https:"))
    assert "CLOUD_CA_BUNDLE" in reason


def test_a_proxy_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        proxy = f"http://127.0.0.1:{once.getsockname()[1]}"
    assert failure_of("http://cloud.test", proxy=proxy) == "the proxy did not connect"


def test_a_proxy_is_used(serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(answer_all)
    assert call("http://cloud.test", proxy=server.url).status == 200
    assert server.requests[0].startswith(b"GET http://cloud.test/api/jobs/availability HTTP/1.1\r\n")


@pytest.fixture
def authority(tmp_path: Path) -> tuple[ssl.SSLContext, str]:
    """What a server for cloud.test secures its connections with, and the bundle of its authority."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("cloud.test", "127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    return context, str(tmp_path / "authority.pem")


def test_a_secured_connection_is_used_again(
    authority: tuple[ssl.SSLContext, str], serve: Callable[[Behaviour], Loopback]
) -> None:
    context, bundle = authority

    def answer_secured(server: Loopback, connection: socket.socket, number: int) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            answer_all(server, secured, number)

    server = serve(answer_secured)
    api = Api(CloudContext(server.url.replace("http:", "https:"), verify=bundle))
    assert [api.call(JB_7).status for _ in range(3)] == [200] * 3
    assert server.connections == 1


def test_a_secured_connection_leads_through_a_proxy(
    authority: tuple[ssl.SSLContext, str], serve: Callable[[Behaviour], Loopback]
) -> None:
    context, bundle = authority

    def lead(server: Loopback, connection: socket.socket, number: int) -> None:
        server.receive(connection)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as secured:
            answer_all(server, secured, number)

    proxy = serve(lead)
    api = Api(CloudContext("https://cloud.test", proxy=proxy.url, verify=bundle))
    assert [api.call(JB_7).status for _ in range(3)] == [200] * 3
    asked = [request.split(b"\r\n")[:2] for request in proxy.requests]
    assert asked[0][0].startswith(b"CONNECT cloud.test:443 ")
    assert asked[1:] == [[b"GET /api/jobs/availability HTTP/1.1", b"Host: cloud.test"]] * 3


def close_after_one(server: Loopback, connection: socket.socket, number: int) -> None:
    """Answer the first request, and hang up as soon as a second one comes: the client cannot know before."""
    server.receive(connection)
    connection.sendall(WHOLE)
    if number == 0:
        server.receive(connection)
    else:
        answer_all(server, connection, number)


def test_a_get_on_a_closed_connection_is_sent_once_more(serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(close_after_one)
    api = Api(CloudContext(server.url))
    assert [api.call(JB_7).status for _ in range(2)] == [200, 200]
    assert len(server.requests) == 3


class Watching:
    """An observer that keeps every exchange."""

    def __init__(self) -> None:
        self.asked = 0
        self.exchanges: list[Exchange] = []

    def before(self, request: Request) -> None:
        self.asked += 1

    def after(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)


def lose(count: int, broken: Behaviour) -> Behaviour:
    """So many connections are broken so; those after them are answered."""

    def behave(server: Loopback, connection: socket.socket, number: int) -> None:
        (broken if number < count else answer_all)(server, connection, number)

    return behave


def page_of_gateway(status: int) -> Behaviour:
    """A gateway that does not reach the cloud, and says so in HTML."""

    def behave(server: Loopback, connection: socket.socket, number: int) -> None:
        server.receive(connection)
        connection.sendall(f"HTTP/1.1 {status} Gone\r\nContent-Length: 6\r\n\r\n<html>".encode())

    return behave


LOSSES = [half, reset_at_once, hang_up, *map(page_of_gateway, (502, 503, 504))]


@pytest.mark.parametrize("lost", LOSSES)
def test_a_get_whose_answer_was_lost_is_sent_again(
    lost: Behaviour, serve: Callable[[Behaviour], Loopback]
) -> None:
    server, watching = serve(lose(3, lost)), Watching()
    with trail() as left:
        assert Api(CloudContext(server.url, (watching,))).call(JB_7).status == 200
    assert [exchange.repeated for exchange in watching.exchanges] == [True, True, True, False]
    assert [bool(exchange.failure) for exchange in watching.exchanges] == [True, True, True, False]
    assert watching.asked == 4
    assert left == watching.exchanges[-1:]


def test_a_get_is_sent_four_times_at_most(serve: Callable[[Behaviour], Loopback]) -> None:
    server, watching = serve(hang_up), Watching()
    with pytest.raises(CloudUnreachable):
        Api(CloudContext(server.url, (watching,))).call(JB_7)
    assert [exchange.repeated for exchange in watching.exchanges] == [True, True, True, False]


def test_a_get_is_sent_again_only_within_its_deadline(serve: Callable[[Behaviour], Loopback]) -> None:
    server, begun = serve(hang_up), time.monotonic()
    with pytest.raises(CloudUnreachable):
        Api(CloudContext(server.url, call_seconds=2)).call(JB_7)
    assert len(server.requests) == 3
    assert time.monotonic() - begun < 2


def test_a_permission_is_asked_for_again(serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(lose(1, reset_at_once))
    assert Api(CloudContext(server.url)).call(PP_1, body={}).status == 200
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_is_not_taken_for_the_cloud(status: int, serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(page_of_gateway(status))
    with pytest.raises(CloudUnreachable) as unreachable:
        create(Api(CloudContext(server.url)))
    assert unreachable.value.reason == f"a gateway answered {status} in the cloud's place"
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
def test_an_answer_in_the_clouds_own_form_is_the_clouds(
    status: int, serve: Callable[[Behaviour], Loopback]
) -> None:
    body = '{"detail": {}, "error": "busy"}'
    answer = f"HTTP/1.1 {status} No\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()

    def refuse(server: Loopback, connection: socket.socket, number: int) -> None:
        server.receive(connection)
        connection.sendall(answer)

    server = serve(refuse)
    with pytest.raises(CloudRefusal) as refused:
        call(server.url)
    assert (refused.value.status, refused.value.error) == (status, "busy")
    assert len(server.requests) == 1


@pytest.mark.parametrize("broken", [close_after_one, *LOSSES])
def test_a_post_is_never_sent_twice(broken: Behaviour, serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(broken)
    api = Api(CloudContext(server.url))
    sent = 0
    with pytest.raises(CloudUnreachable):
        for _ in range(2):
            sent += 1
            create(api)
    assert len(server.requests) == sent


def test_a_connection_that_the_cloud_has_closed_is_not_used_again(
    serve: Callable[[Behaviour], Loopback],
) -> None:
    closed = threading.Event()

    def once(server: Loopback, connection: socket.socket, number: int) -> None:
        server.receive(connection)
        connection.sendall(WHOLE)
        connection.close()
        closed.set()

    server = serve(once)
    api = Api(CloudContext(server.url))
    for _ in range(3):
        closed.clear()
        assert create(api).status == 200
        assert closed.wait(30)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "head",
    [
        "HTTP/1.1 500 Busy\r\nRetry-After: 1",
        "HTTP/1.1 429 Slow\r\nRetry-After: 1",
        "HTTP/1.1 302 Found\r\nLocation: /other",
        "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic",
    ],
)
def test_an_answer_is_taken_as_it_is(head: str, serve: Callable[[Behaviour], Loopback]) -> None:
    def refuse(server: Loopback, connection: socket.socket, number: int) -> None:
        while server.receive(connection):
            connection.sendall(f"{head}\r\nContent-Length: 0\r\n\r\n".encode())

    server = serve(refuse)
    with pytest.raises(CloudRefusal) as refused:
        call(server.url)
    assert refused.value.status == int(head[9:12])
    assert len(server.requests) == 1


def test_only_what_the_request_says_is_sent(
    serve: Callable[[Behaviour], Loopback], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login someone password something\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    def set_cookie(server: Loopback, connection: socket.socket, number: int) -> None:
        while server.receive(connection):
            connection.sendall(WHOLE.replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b; Path=/\r\n\r\n", 1))

    server = serve(set_cookie)
    for trust in (False, True):
        api = Api(CloudContext(server.url, trust_environment=trust))
        for token in (None, "JT", "é"):
            request = api.request(JB_7, token=token, query={"a": "%7E/.."})
            api.send(request)
            line, *lines = server.requests[-1].decode().strip().split("\r\n")
            sent = {name.lower(): value for name, value in (header.split(": ", 1) for header in lines)}
            assert line == f"GET {request.url.removeprefix(server.url)} HTTP/1.1"
            assert sent.pop("host") == server.url.removeprefix("http://")
            assert sent == {name.lower(): value for name, value in request.headers.items()}


def test_a_host_in_other_letters_is_named_as_the_network_has_it(
    serve: Callable[[Behaviour], Loopback],
) -> None:
    proxy = serve(answer_all)
    assert call("http://wölke.test:81", proxy=proxy.url).status == 200
    assert proxy.requests[0].split(b"\r\n")[:2] == [
        b"GET http://xn--wlke-5qa.test:81/api/jobs/availability HTTP/1.1",
        b"Host: xn--wlke-5qa.test:81",
    ]


def test_dots_in_a_path_are_not_resolved(serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(answer_all)
    api = Api(CloudContext(server.url))
    api.send(Request(JB_7, f"{server.url}/api/jobs/../%7Ea/./status"))
    assert server.requests[0].startswith(b"GET /api/jobs/../%7Ea/./status HTTP/1.1\r\n")


def test_a_post_without_a_body_has_length_zero(serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(answer_all)
    Api(CloudContext(server.url)).call(JB_1)
    head = server.requests[0].lower()
    assert b"\r\ncontent-length: 0\r\n" in head
    assert b"content-type" not in head


def test_proxies_of_the_environment_are_asked_only_when_trusted(
    serve: Callable[[Behaviour], Loopback], monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud, proxy = serve(answer_all), serve(answer_all)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    call("http://cloud.test", trust_environment=True)
    assert len(proxy.requests) == 1
    call(cloud.url)
    assert (len(cloud.requests), len(proxy.requests)) == (1, 1)


def test_header_names_are_in_lower_case(serve: Callable[[Behaviour], Loopback]) -> None:
    exchange = call(serve(answer_all).url)
    assert exchange.headers == {"content-type": "application/json", "content-length": "15"}
    assert exchange.body == {"job_id": "1"}


def test_threads_have_connections_of_their_own(serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(answer_all)
    cloud = CloudContext(server.url)
    ready = threading.Barrier(8)

    def session(_: int) -> requests.Session:
        ready.wait(30)
        api = Api(cloud)
        assert [api.call(JB_7).status for _ in range(20)] == [200] * 20
        return cloud.session()

    with ThreadPoolExecutor(8) as threads:
        assert len({id(one) for one in list(threads.map(session, range(8)))}) == 8
    assert server.connections == 8


def test_a_forked_child_has_a_connection_of_its_own_and_keeps_its_deadlines(
    serve: Callable[[Behaviour], Loopback],
) -> None:
    def slow_for_children(server: Loopback, connection: socket.socket, number: int) -> None:
        while server.receive(connection):
            if number > 0:
                server.drip(connection, WHOLE)
            connection.sendall(WHOLE)

    server = serve(slow_for_children)
    cloud = CloudContext(server.url, call_seconds=DEADLINE)
    parents = cloud.session()
    assert Api(cloud).call(JB_7).status == 200

    def in_child(told: Any) -> None:  # noqa: ANN401 - a queue of multiprocessing
        try:
            Api(cloud).call(JB_7)
        except CloudUnreachable as unreachable:
            told.put((os.getpid(), unreachable.reason, cloud.session() is parents))

    fork = multiprocessing.get_context("fork")
    told = fork.Queue()
    child = fork.Process(target=in_child, args=(told,))
    child.start()
    process, reason, shared = told.get(timeout=FAR_TOO_LATE)
    child.join(FAR_TOO_LATE)
    assert process != os.getpid()
    assert reason == OUT_OF_TIME
    assert not shared
    assert Api(cloud).call(JB_7).status == 200
    assert server.connections == 2


def test_a_deadline_is_of_one_call_and_leaves_the_next_alone(
    serve: Callable[[Behaviour], Loopback],
) -> None:
    server = serve(answer_all)
    api = Api(CloudContext(server.url, call_seconds=1))
    begun = time.monotonic()
    while time.monotonic() - begun < 1.5:
        assert api.call(JB_7).status == 200
    assert server.connections == 1


def handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts handles in /proc")
def test_no_call_leaves_a_handle_open(serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(answer_all)
    api = Api(CloudContext(server.url))
    api.call(JB_7)
    before = handles()
    for _ in range(50):
        api.call(JB_7)
    assert handles() == before


def test_what_cannot_be_sent_is_a_fault_of_the_suite(serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(answer_all)
    api = Api(CloudContext(server.url))
    with pytest.raises(PreconditionError):
        api.call(JB_7, headers={"X-A": "one\r\nX-B: two"})
    assert server.requests == []


def test_a_header_can_be_sent_twice(serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(answer_all)
    api = Api(CloudContext(server.url))
    request = api.request(JB_7, token="one", query={"a": 1})
    api.send(replace(request, again=(("Authorization", "Bearer two"),)))
    lines = server.requests[0].split(b"\r\n")
    assert [line for line in lines if line.lower().startswith(b"authorization")] == [
        b"Authorization: Bearer one",
        b"Authorization: Bearer two",
    ]
    assert sum(line.lower().startswith(b"accept:") for line in lines) == 1
