"""The faulty network: it passes on as it is what no fault is drawn for, and plants each fault as it says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
import requests

from defects.network.faults import Fault, Moment, Plan
from defects.network.proxy import LATENCY_SECONDS, faulty
from steps.api.errors import CloudUnreachable
from steps.api.operations import JB_1
from steps.api.utils import Api, CloudContext
from tests.steps.api.loopback import WHOLE, Behaviour, Loopback

BODY = b'{"job_id": "1"}'
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
FIRST = (Moment("POST", "^/one"),)


@pytest.fixture
def serve() -> Iterator[Callable[[Behaviour], Loopback]]:
    servers: list[Loopback] = []

    def start(behaviour: Behaviour) -> Loopback:
        servers.append(Loopback(behaviour))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def answering(answer: bytes) -> Behaviour:
    def behave(server: Loopback, connection: object, number: int) -> None:
        while server.receive(connection):  # type: ignore[arg-type]
            connection.sendall(answer)  # type: ignore[attr-defined]

    return behave


def ask(url: str, path: str = "/one", seconds: float = 30.0) -> requests.Response:
    return requests.post(url + path, data=b"a body", timeout=seconds)


@pytest.mark.parametrize(("answer", "body"), [(WHOLE, BODY), (CHUNKED, b"hello world")])
def test_what_no_fault_is_drawn_for_passes_as_it_is(
    answer: bytes, body: bytes, serve: Callable[[Behaviour], Loopback]
) -> None:
    server, plan = serve(answering(answer)), Plan(Fault.RESET_AFTER)
    with faulty(server.url, plan) as url, requests.Session() as session:
        for _ in range(3):
            assert session.post(f"{url}/one?a=%2F", data=b"a body", timeout=30).content == body
    assert plan.passed == 3
    assert plan.hit == []
    assert len(server.requests) == 3
    assert all(request.startswith(b"POST /one?a=%2F HTTP/1.1\r\n") for request in server.requests)
    assert all(request.endswith(b"\r\n\r\na body") for request in server.requests)


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (Fault.RESET_BEFORE, 0),
        (Fault.RESET_AFTER, 1),
        (Fault.TRUNCATION, 1),
    ],
)
def test_connection_breaks(fault: Fault, arrives: int, serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(answering(WHOLE))
    with faulty(server.url, Plan(fault, moments=FIRST)) as url:
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            ask(url)
        assert len(server.requests) == arrives
        assert ask(url).content == BODY


@pytest.mark.parametrize(("fault", "arrives"), [(Fault.BLACK_HOLE, 0), (Fault.SLOW_DRIP, 1)])
def test_answer_does_not_come_in_time(
    fault: Fault, arrives: int, serve: Callable[[Behaviour], Loopback]
) -> None:
    server = serve(answering(WHOLE))
    with faulty(server.url, Plan(fault, moments=(Moment("POST", "^/api/jobs$"),))) as url:
        api, begun = Api(CloudContext(url, call_seconds=2)), time.monotonic()
        with pytest.raises(CloudUnreachable):
            api.call(JB_1, body={})
        assert time.monotonic() - begun < 20
        assert len(server.requests) == arrives
        assert Api(CloudContext(url)).call(JB_1, body={}).content == BODY


@pytest.mark.parametrize(
    ("fault", "status", "arrives"), [(Fault.BAD_GATEWAY, 502, 1), (Fault.UNAVAILABLE, 503, 0)]
)
def test_gateway_answers_in_html(
    fault: Fault, status: int, arrives: int, serve: Callable[[Behaviour], Loopback]
) -> None:
    server = serve(answering(WHOLE))
    with faulty(server.url, Plan(fault, moments=FIRST)) as url, requests.Session() as session:
        answer = session.post(f"{url}/one", timeout=30)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html")
        assert b"<html>" in answer.content
        assert len(server.requests) == arrives
        assert session.post(f"{url}/one", timeout=30).content == BODY


def test_latency_is_waited_before_the_cloud_hears_of_it(serve: Callable[[Behaviour], Loopback]) -> None:
    server = serve(answering(WHOLE))
    with faulty(server.url, Plan(Fault.LATENCY, moments=FIRST)) as url:
        begun = time.monotonic()
        assert ask(url).content == BODY
        assert time.monotonic() - begun >= LATENCY_SECONDS


def test_fault_comes_at_the_moment_alone() -> None:
    plan = Plan(Fault.RESET_BEFORE, moments=(Moment("POST", "^/api/jobs$", 2, '"name": "a'),))
    asked = [
        ("POST", "/api/jobs", b'{"name": "a1"}'),
        ("POST", "/api/jobs", b'{"name": "b"}'),
        ("GET", "/api/jobs", b'{"name": "a2"}'),
        ("POST", "/api/jobs/1", b'{"name": "a3"}'),
        ("POST", "/api/jobs", b'{"name": "a4"}'),
        ("POST", "/api/jobs", b'{"name": "a5"}'),
    ]
    assert [plan.draw(*one) for one in asked] == [None, None, None, None, Fault.RESET_BEFORE, None]


def test_seed_repeats_what_is_drawn_at_a_rate() -> None:
    one, same, other = (Plan(Fault.LATENCY, 0.1, seed) for seed in (1, 1, 2))
    drawn = [[plan.draw("GET", "/", b"") for _ in range(2000)] for plan in (one, same, other)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert 100 < len(one.hit) < 300
