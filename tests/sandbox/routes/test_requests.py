"""Every well-formed HTTP request gets one of the two envelopes, whatever is in it."""

import http.client
import json
import socket

import pytest

from sandbox.routes.app import LARGEST_BODY, ROUTE_MISS, WRONG_METHOD
from sandbox.routes.table import OPERATIONS
from tests.sandbox.support import Machine, Person, World, job_body

NOT_JSON = "The request body is not valid JSON"


@pytest.mark.parametrize(
    "path",
    [
        "/api/nope",
        "/api",
        "//",
        "/health/",
        "//health",
        "/api//jobs",
        "/api/jobs/",
        "/api/platform/sim%2Fqa",
        "/api%2Fplatforms",
        "/health%0A",
        "/api/tokens/abc",
        "/api/tokens/-1",
        "/api/tokens/1.0",
        "/api/tokens/+1",
        "/api/tokens/%D9%A3",
        "/api/users/%201",
        "/api/platform/",
        "/qt/anything",
        "/docs",
        "/redoc",
        "/api/tokens/1%0A",
        "/%",
        "/%zz",
        "/%FF%FE",
        "/api/jobs/x/status/y",
        "/HEALTH",
    ],
)
def test_route_miss(world: World, path: str) -> None:
    connection = http.client.HTTPConnection(world.announcement.url.removeprefix("http://"))
    for method in ("GET", "POST"):
        connection.request(method, path, body=b"x" * 100_000 if method == "POST" else None)
        response = connection.getresponse()
        body = json.loads(response.read())
        assert (response.status, body) == (404, {"detail": {}, "error": ROUTE_MISS}), path
        assert response.headers["content-type"] == "application/json"
    connection.close()


METHODS = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PURGE"}
PATHS = sorted({operation.path for operation in OPERATIONS})


@pytest.mark.parametrize("path", PATHS)
def test_wrong_method(world: World, path: str) -> None:
    known = {operation.method for operation in OPERATIONS if operation.path == path}
    target = path.replace("{job_id}", "x").replace("{name}", "x").replace("{platform_id}", "x")
    target = target.replace("{token_id}", "1").replace("{user_id}", "1")
    known |= {operation.method for operation in OPERATIONS if operation.path == target}
    for method in METHODS - known:
        response = world.call(method, target, world.admin)
        assert response.status_code == 405, (method, target, response.text)
        assert response.headers["content-type"] == "application/json"
        if method != "HEAD":
            assert response.json() == {"detail": {}, "error": WRONG_METHOD}


def test_ids_beyond_all_ids_are_unknown(world: World, person: Person) -> None:
    for number in (0, 2**63 - 1, 2**63, "9" * 5000):
        world.refused(404, "Not found", "GET", f"/api/tokens/{number}", person.token)
    world.ok("GET", f"/api/tokens/000{person.token_id}", person.token)


BAD_BODIES = [
    b"{",
    b"not json",
    b" ",
    b"{}x",
    b"{} {}",
    b"[1,]",
    b'{"a" 1}',
    b'{"a":1,}',
    b"{'a':1}",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe",
    b'{"job_name":"\xff"}',
    '{"job_name":"x"}'.encode("utf-16"),
    b'{"job_name":NaN}',
    b'{"job_name":Infinity}',
    b'{"payload":{"a":-Infinity}}',
    b'{"job_name":"\\ud800"}',
    b'{"job_name":"\\udc00\\ud800"}',
    b'{"payload":{"a":"\\ud83dx\\ude00"}}',
    b'{"\\udfff":1}',
    b'{"job_name":"a\nb"}',
    b'{"payload":' + b"[" * 100_000,
    b'{"payload":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001,
    b'{"max_duration":' + b"9" * 5_000 + b"}",
    b"{1:2}",
    b"\x00",
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: repr(body[:30]))
def test_what_is_not_json(world: World, person: Person, body: bytes) -> None:
    for content_type in ("application/json", "text/plain", None):
        headers = {"Content-Type": content_type} if content_type else {}
        world.refused(400, NOT_JSON, "POST", "/api/jobs", person.token, data=body, headers=headers)


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"true", b"[{}]"])
def test_what_is_json_but_no_object(world: World, person: Person, body: bytes) -> None:
    world.invalid("_schema", "POST", "/api/jobs", person.token, data=body)


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b" \n{}\t"])
def test_what_counts_as_empty(world: World, person: Person, body: bytes) -> None:
    world.invalid("job_name", "POST", "/api/jobs", person.token, data=body)
    world.ok("POST", "/api/tokens", person.token, data=body)


def test_last_of_repeated_members_counts(world: World, person: Person, machine: Machine) -> None:
    body = json.dumps(job_body(machine))[:-1] + ', "job_name": 5, "job_name": "last", "a\\u006eything": null}'
    job_id = world.ok("POST", "/api/jobs", person.token, data=body)["job_id"]
    assert world.ok("GET", f"/api/jobs/{job_id}/data", person.token)["job_name"] == "last"


def test_surrogate_pairs_and_escaped_backslashes_are_text(
    world: World, person: Person, machine: Machine
) -> None:
    body = json.dumps(job_body(machine))[:-1] + ', "job_name": "\\ud83d\\ude00 \\\\ud800 \\u0041"}'
    job_id = world.ok("POST", "/api/jobs", person.token, data=body)["job_id"]
    assert world.ok("GET", f"/api/jobs/{job_id}/data", person.token)["job_name"] == "😀 \\ud800 A"


def test_cancel_and_rerun_ignore_what_they_do_not_read(
    world: World, person: Person, machine: Machine
) -> None:
    job_id = world.job(person.token, machine)
    world.ok("POST", f"/api/jobs/{job_id}/cancel", person.token, data=b"{not json")
    world.ok("POST", f"/api/jobs/{job_id}/rerun", person.token)


def test_largest_body(world: World, person: Person) -> None:
    fits = b'{"label": "largest", "x": "' + b"x" * (LARGEST_BODY - 29) + b'"}'
    assert len(fits) == LARGEST_BODY
    world.ok("POST", "/api/tokens", person.token, data=fits)
    world.refused(400, "Request body too large", "POST", "/api/tokens", person.token, data=fits + b" ")
    world.refused(401, None, "POST", "/api/tokens", "unknown", data=fits + b" ")


@pytest.mark.parametrize(
    "job_id",
    [
        "x",
        "%00",
        "%F0%9F%98%80",
        "%FF",
        "0" * 36,
        "a" * 5000,
        "00000000-0000-4000-8000-00000000000g",
        "%0A",
        "..%5c",
        "null",
        "availability",
    ],
)
def test_malformed_job_ids(world: World, person: Person, job_id: str) -> None:
    from urllib.parse import unquote

    text = unquote(job_id, errors="replace")
    for path in ("/api/jobs/{}/status", "/api/job/status/{}", "/api/jobs/{}/result"):
        if not path.format(job_id).endswith("%0A"):
            world.refused(400, f"Invalid job id: {text}", "GET", path.format(job_id), person.token)
    world.refused(404, f"Not found job: {text}", "GET", f"/api/jobs/{job_id}/data", person.token)
    for name in ("cancel", "rerun"):
        world.refused(400, f"Invalid job id: {text}", "POST", f"/api/jobs/{job_id}/{name}", person.token)


def test_unknown_job_ids(world: World, person: Person) -> None:
    job_id = "ABCDEF00-0000-1000-0000-000000000000"
    for path in (f"/api/jobs/{job_id}/status", f"/api/job/result/{job_id}"):
        world.refused(404, "Not found", "GET", path, person.token)
    world.refused(404, f"Not found job: {job_id}", "GET", f"/api/jobs/{job_id}/data", person.token)
    world.refused(404, f"invalid job_id: {job_id}", "POST", f"/api/job/cancel/{job_id}", person.token)
    world.refused(
        404, f"invalid job_id: {job_id}", "PUT", f"/admin/job/{job_id}", world.key, json={"worker_id": "w"}
    )


@pytest.mark.parametrize(
    "query",
    [
        "limit=%FF",
        "limit=%00",
        "limit=1%0A",
        "&&&",
        "=",
        "limit",
        "user_id=99999999999999999999",
        "include_expired=2",
        "limit[]=1",
        "%",
        "limit=" + "9" * 60_000,
        "user_id=%2B1",
    ],
)
def test_hostile_queries(world: World, person: Person, query: str) -> None:
    response = world.call("GET", f"/api/tokens?{query}", person.token)
    assert response.status_code in (200, 422), response.text
    assert response.headers["content-type"] == "application/json"


def test_service_routes_ignore_credentials(world: World) -> None:
    answers = {
        "/": {"message": "ok"},
        "/health": {"message": "ok"},
        "/api/status": {"db": "ok", "server": "ok"},
    }
    for value in (b"Bearer x", b"", b"\xff", b"Bearer a b"):
        for path, answer in answers.items():
            assert world.ok("GET", path, headers={"Authorization": value}) == answer
        assert world.ok("GET", "/api/platforms/public", headers={"Authorization": value}) != []


def test_client_that_goes_away_leaves_no_trace(world: World, person: Person) -> None:
    host, port = world.announcement.url.removeprefix("http://").split(":")
    authorization = f"Authorization: Bearer {person.token}"
    head = f"POST /api/tokens HTTP/1.1\r\nHost: x\r\n{authorization}\r\nContent-Length: 100\r\n\r\n"
    for part in (head + '{"label": "gone"', head[:40]):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(part.encode())
    assert [token["label"] for token in world.ok("GET", "/api/tokens", person.token)] != ["gone"]
    assert len(world.ok("GET", "/api/tokens", person.token)) == 1


def test_chunked_bodies_are_read(world: World, person: Person) -> None:
    made = world.ok("POST", "/api/tokens", person.token, data=iter([b'{"lab', b'el": "chunked"', b"}"]))
    assert world.ok("GET", f"/api/tokens/{made['token_id']}", person.token)["label"] == "chunked"


def test_unhandled_failure_is_an_envelope(
    world: World, person: Person, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sandbox.rules import jobs

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(jobs, "availability", broken)
    body = world.refused(500, "Internal Server Error", "GET", "/api/jobs/availability", person.token)
    assert "secret" not in str(body)
    assert "ZeroDivisionError" in capsys.readouterr().err
