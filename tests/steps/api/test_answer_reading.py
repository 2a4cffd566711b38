"""Answers as they come over a connection: however they are framed and cut, they are read whole or not."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterable
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected

import pytest

from steps.api.answer_reading import Answer
from steps.api.errors import CloudUnreachable
from steps.api.exchange import Exchange
from steps.api.operations import JB_7, Operation
from steps.api.utils import Api, CloudContext
from tests.steps.api.loopback import Behaviour, Loopback

Serve = Callable[[Behaviour], Loopback]

HEAD = b"HTTP/1.1 200 OK\r\n"
PROVISIONAL = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
CHUNKS = b"3;why=not\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n"

# What is sent, whether the connection ends after it, and the body that is read.
WHOLE = {
    "with its length": (HEAD + b"Content-Length: 5\r\n\r\nabcde", False, b"abcde"),
    "empty": (HEAD + b"Content-Length: 0\r\n\r\n", False, b""),
    "in chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS, False, b"abcde"),
    "until the end": (HEAD + b"\r\nabcde", True, b"abcde"),
    "empty until the end": (HEAD + b"\r\n", True, b""),
    "without content": (b"HTTP/1.1 204 No Content\r\n\r\n", False, b""),
    "of HTTP/1.0": (b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nabcde", True, b"abcde"),
    "after provisional ones": (PROVISIONAL + HEAD + b"Content-Length: 5\r\n\r\nabcde", False, b"abcde"),
    "without a reason": (b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nabcde", False, b"abcde"),
}
# What is sent before the connection ends, and the error that says so.
BROKEN = {
    "nothing": (b"", RemoteDisconnected),
    "half a head": (HEAD + b"Content-Len", RemoteDisconnected),
    "only a provisional answer": (b"HTTP/1.1 100 Continue\r\n\r\n", RemoteDisconnected),
    "too short": (HEAD + b"Content-Length: 6\r\n\r\nabcde", IncompleteRead),
    "a chunk too few": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", IncompleteRead),
    "no HTTP": (b"SSH-2.0-OpenSSH\r\n", BadStatusLine),
    "no length": (HEAD + b"Content-Length: many\r\n\r\nabcde", BadStatusLine),
}


def read(parts: Iterable[bytes], *, ends: bool, to_head: bool = False) -> Answer:
    """Read what is sent in these parts, one after another, over a connection that ends then or not."""
    ours, theirs = socket.socketpair()
    ours.settimeout(10)

    def send() -> None:
        for part in parts:
            theirs.sendall(part)
        if ends:
            theirs.close()

    sending = threading.Thread(target=send)
    sending.start()
    try:
        answer = Answer(to_head=to_head)
        answer.read(ours)
        return answer
    finally:
        sending.join(10)
        ours.close()
        theirs.close()


def in_bytes(octets: bytes) -> list[bytes]:
    return [octets[place : place + 1] for place in range(len(octets))]


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_answer_is_read_however_it_is_cut(name: str) -> None:
    sent, ends, body = WHOLE[name]
    for parts in ([sent], in_bytes(sent), [sent[:20], sent[20:]]):
        answer = read(parts, ends=ends)
        assert (answer.status // 100, answer.body, answer.stays_open) == (2, body, not ends)
        assert ("X-Trailer", "t") in answer.headers or name != "in chunks"
        assert "Link" not in dict(answer.headers)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_is_none(name: str) -> None:
    sent, error = BROKEN[name]
    for parts in ([sent], in_bytes(sent)):
        with pytest.raises(error):
            read(parts, ends=True)


def test_an_answer_to_head_has_the_length_of_another() -> None:
    answer = read([HEAD + b"Content-Length: 5\r\n\r\n"], ends=False, to_head=True)
    assert (answer.status, answer.body, answer.stays_open) == (200, b"", True)


def test_a_body_that_follows_an_answer_to_head_ends_the_connection() -> None:
    answer = read([HEAD + b"Content-Length: 5\r\n\r\nabcde"], ends=False, to_head=True)
    assert not answer.stays_open


@pytest.mark.parametrize("more", [b"junk", HEAD + b"Content-Length: 0\r\n\r\n"])
def test_what_follows_an_answer_is_no_part_of_it_and_of_no_other(more: bytes) -> None:
    answer = read([HEAD + b"Content-Length: 5\r\n\r\nabcde" + more], ends=False)
    assert (answer.body, answer.stays_open) == (b"abcde", False)
    assert answer.headers == [("Content-Length", "5")]


def test_an_answer_that_says_so_ends_the_connection() -> None:
    answer = read([HEAD + b"Connection: close\r\nContent-Length: 0\r\n\r\n"], ends=False)
    assert not answer.stays_open


def test_an_answer_is_not_confused_by_an_offer_of_another_protocol() -> None:
    offer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\nConnection: upgrade\r\n\r\nhello"
    answer = read([offer], ends=False)
    assert (answer.status, answer.stays_open) == (101, False)


@pytest.fixture
def ask() -> Iterable[Callable[..., Exchange]]:
    """Ask a server that answers every request with these bytes, on a connection that ends then or not."""
    servers: list[Loopback] = []

    def asked(answer: bytes, operation: Operation = JB_7, *, times: int = 1) -> Exchange:
        def behave(server: Loopback, connection: socket.socket, number: int) -> None:
            while server.receive(connection):
                connection.sendall(answer)

        server = Loopback(behave)
        servers.append(server)
        api = Api(CloudContext(server.url))
        exchanges = [api.send(api.request(operation)) for _ in range(times)]
        assert server.connections == 1
        return exchanges[-1]

    yield asked
    for server in servers:
        server.close()


def test_an_encoded_body_is_decoded(ask: Callable[..., Exchange]) -> None:
    packed = gzip.compress(b"[1]")
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    exchange = ask(head + packed, times=3)
    assert exchange.body == [1]


def test_a_body_that_is_not_encoded_as_it_says_is_no_answer(ask: Callable[..., Exchange]) -> None:
    with pytest.raises(CloudUnreachable) as unreachable:
        ask(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n[1]")
    assert "the connection broke before the answer was complete" in str(unreachable.value)


def test_a_header_that_comes_twice_has_both_values(ask: Callable[..., Exchange]) -> None:
    exchange = ask(HEAD + b"Allow: GET\r\nALLOW: PUT\r\nContent-Length: 0\r\n\r\n")
    assert exchange.headers == {"allow": "GET, PUT", "content-length": "0"}


def test_a_connection_is_used_again_after_head(ask: Callable[..., Exchange]) -> None:
    exchange = ask(HEAD + b"Content-Length: 5\r\n\r\n", Operation("SV-2", "HEAD", "/health"), times=3)
    assert (exchange.status, exchange.content) == (200, b"")
