"""Writing a request, reading an exchange, and who looks on."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import responses

from steps.api.errors import CloudRefusal, CloudUnreachable, PreconditionError
from steps.api.exchange import Exchange, Request
from steps.api.operations import ALL, JB_1, JB_2, JB_7, PL_1, TK_5, TK_9, US_0, TokenType, by_rule
from steps.api.utils import Api, CloudContext
from tests.steps.api.scene import BASE, OK


def answered(content: bytes, status: int = 200) -> Exchange:
    return Exchange(Request(JB_7, BASE), status, {}, content, 0, 0)


@pytest.mark.parametrize(
    "url", ["", "cloud.test", "ftp://cloud.test", "https://", "https:///path", "https://:80"]
)
def test_an_address_needs_scheme_and_host(url: str) -> None:
    with pytest.raises(PreconditionError, match="no cloud's address"):
        CloudContext(url)


def test_an_address_holds_no_password_and_does_not_show_it() -> None:
    with pytest.raises(PreconditionError) as refused:
        CloudContext("https://someone:something@cloud.test")
    assert "something" not in str(refused.value)


def test_a_ca_bundle_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(PreconditionError, match=r"none\.pem"):
        CloudContext(BASE, verify=str(tmp_path / "none.pem"))
    assert CloudContext(BASE, verify=str(tmp_path)).verify == str(tmp_path)


def test_slashes_at_the_end_of_an_address_do_not_count(cloud: CloudContext) -> None:
    assert CloudContext(f"{BASE}//").url == BASE
    assert Api(CloudContext(f"{BASE}/")).request(US_0).url == f"{BASE}/api/login"


def test_a_changed_context_has_sessions_of_its_own(cloud: CloudContext) -> None:
    other = dataclasses.replace(cloud, verify=False)
    assert other.session() is not cloud.session()
    assert (cloud.session().verify, other.session().verify) == (True, False)
    assert cloud.session() is cloud.session()


@pytest.mark.parametrize(
    ("value", "segment"),
    [("sim:qa", "sim%3Aqa"), ("a/b", "a%2Fb"), ("?#%", "%3F%23%25"), ("é ", "%C3%A9%20"), (7, "7")],
)
def test_values_of_a_path_are_encoded_whole(value: object, segment: str, cloud: CloudContext) -> None:
    assert Api(cloud).request(PL_1, path={"name": value}).url == f"{BASE}/api/platforms/{segment}/processor"


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ({"a": None, "b": 0, "c": ""}, [("b", "0"), ("c", "")]),
        ({"a": True, "b": False}, [("a", "true"), ("b", "false")]),
        ({"a": [1, 2]}, [("a", "1"), ("a", "2")]),
        ({"at": "2026-01-01T00:00:00+02:00"}, [("at", "2026-01-01T00:00:00+02:00")]),
    ],
)
def test_a_query_leaves_out_what_is_none(
    query: dict[str, Any], pairs: list[tuple[str, str]], cloud: CloudContext
) -> None:
    url = Api(cloud).request(TK_9, query=query).url
    assert parse_qsl(urlsplit(url).query, keep_blank_values=True) == pairs
    assert "+" not in url


@pytest.mark.parametrize(
    ("parts", "content", "content_type"),
    [
        ({}, None, None),
        ({"body": {"a": [1, None]}}, b'{"a": [1, null]}', "application/json"),
        ({"body": {}}, b"{}", "application/json"),
        ({"body": False}, b"false", "application/json"),
        ({"form": {"token": "a+b=c%"}}, b"token=a%2Bb%3Dc%25", "application/x-www-form-urlencoded"),
        ({"form": {}}, b"", "application/x-www-form-urlencoded"),
        ({"content": b"{"}, b"{", None),
        ({"body": {}, "headers": {"Content-Type": "text/plain"}}, b"{}", "text/plain"),
    ],
)
def test_a_body_is_written_with_its_type(
    parts: dict[str, Any], content: bytes | None, content_type: str | None, cloud: CloudContext
) -> None:
    request = Api(cloud).request(TK_5, **parts)
    assert request.content == content
    assert request.headers.get("Content-Type") == content_type


def test_headers_of_the_context_come_first_and_those_of_the_call_win(cloud: CloudContext) -> None:
    api = Api(dataclasses.replace(cloud, headers={"X-A": "context", "User-Agent": "someone"}))
    headers = api.request(JB_1, token="JT", headers={"X-A": "call"}).headers
    assert (headers["X-A"], headers["User-Agent"], headers["Authorization"]) == (
        "call",
        "someone",
        "Bearer JT",
    )
    assert "Authorization" not in api.request(JB_1).headers
    assert api.request(JB_1, token="").headers["Authorization"] == "Bearer "


@pytest.mark.parametrize(
    ("content", "is_json", "body"),
    [
        (b'{"a": 1}', True, {"a": 1}),
        (b"null", True, None),
        (b" null\n", True, None),
        ('"\u00e9"'.encode(), True, "\u00e9"),
        (b"", False, None),
        (b"<html>", False, None),
        (b'{"a": NaN}', False, None),
        (b'{"a": -Infinity}', False, None),
        (b"\xff", False, None),
        (b"\xef\xbb\xbf{}", False, None),
        (b"[" * 100_000, False, None),
    ],
    ids=lambda value: repr(value)[:12],
)
def test_a_body_is_json_or_nothing(content: bytes, is_json: bool, body: object) -> None:
    exchange = answered(content)
    assert (exchange.is_json, exchange.body) == (is_json, body)


@pytest.mark.parametrize(
    ("content", "error", "detail"),
    [
        (b'{"detail": {"a": 1}, "error": "E"}', "E", {"a": 1}),
        (b'{"detail": {"json": {}}, "message": "M"}', "M", {"json": {}}),
        (b'{"detail": "text", "error": null}', "", {}),
        (b"<html>", "", {}),
        (b"[]", "", {}),
    ],
)
def test_a_refusal_reads_what_it_can(content: bytes, error: str, detail: dict[str, Any]) -> None:
    refusal = CloudRefusal(answered(content, 400))
    assert (refusal.status, refusal.error, refusal.detail) == (400, error, detail)
    assert "GET /api/jobs/availability (JB-7) with 400" in str(refusal)


class Onlooker:
    """Writes down what it sees, and raises what it is told to."""

    def __init__(self, seen: list[tuple[str, str, object]], name: str) -> None:
        self.seen = seen
        self.name = name
        self.stops = False
        self.fails = False

    def before(self, request: Request) -> None:
        self.seen.append((self.name, "before", request))
        if self.stops:
            raise PreconditionError("not this one")

    def after(self, exchange: Exchange) -> None:
        self.seen.append((self.name, "after", exchange.status))
        if self.fails:
            raise AssertionError("not like this")


def test_observers_see_every_exchange_in_order(wire: responses.RequestsMock) -> None:
    seen: list[tuple[str, str, object]] = []
    api = Api(CloudContext(BASE, observers=(Onlooker(seen, "first"), Onlooker(seen, "second"))))
    wire.get(f"{BASE}/api/jobs/availability", json=OK, status=403)
    request = api.request(JB_7)
    assert api.send(request).status == 403
    assert seen == [
        ("first", "before", request),
        ("second", "before", request),
        ("first", "after", 403),
        ("second", "after", 403),
    ]


def test_observers_see_that_no_answer_came(wire: responses.RequestsMock) -> None:
    seen: list[tuple[str, str, object]] = []
    api = Api(CloudContext(BASE, observers=(Onlooker(seen, "one"),)))
    wire.get(f"{BASE}/api/jobs/availability", body=requests.ConnectionError("gone"))
    with pytest.raises(CloudUnreachable) as unreachable:
        api.call(JB_7)
    assert seen[1::2] == [("one", "after", 0)] * 4  # it is sent again three times
    assert str(unreachable.value) == (
        "No answer to GET /api/jobs/availability (JB-7) from https://cloud.test: "
        "the connection broke before the answer was complete."
    )


def test_an_observer_may_keep_a_request_from_leaving(wire: responses.RequestsMock) -> None:
    onlooker = Onlooker([], "one")
    onlooker.stops = True
    with pytest.raises(PreconditionError):
        Api(CloudContext(BASE, observers=(onlooker,))).call(JB_7)
    assert not wire.calls


def test_an_observer_may_fail_a_call(wire: responses.RequestsMock) -> None:
    onlooker = Onlooker([], "one")
    onlooker.fails = True
    wire.get(f"{BASE}/api/jobs/availability", json=OK)
    with pytest.raises(AssertionError, match="not like this"):
        Api(CloudContext(BASE, observers=(onlooker,))).call(JB_7)


def test_operations_are_found_by_their_rule() -> None:
    assert by_rule("JB-2") is JB_2
    assert (by_rule("AK-2", "GET").path, by_rule("AK-2", "POST").path) == (
        "/admin/api-keys",
        "/admin/api-keys/revoke",
    )
    with pytest.raises(KeyError):
        by_rule("JB-99")


def test_no_two_operations_are_the_same() -> None:
    assert len({(operation.method, operation.path) for operation in ALL}) == len(ALL)
    assert str(JB_2) == "GET /api/jobs/{job_id}/status (JB-2)"
    assert copy.copy(JB_2) == JB_2
    assert {operation.token_type for operation in ALL} == {None, *TokenType}
