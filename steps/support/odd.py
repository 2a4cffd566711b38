"""Requests that no client would send by design: whatever the cloud answers, it must not fail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from steps.api.cloud_objects import Job
from steps.api.exchange import Exchange, Request
from steps.api.operations import (
    AT_1,
    AT_2,
    AT_4,
    AT_5,
    AT_6,
    JB_1,
    JB_2,
    JB_3,
    JB_4,
    JB_5,
    JB_5D,
    JB_6,
    JB_6D,
    PL_1,
    PL_2,
    TK_2,
    TK_9,
    US_2,
    US_3,
    WK_1,
    WK_2,
    Operation,
    TokenType,
)
from steps.api.utils import Api
from steps.support.attempt import attempt
from steps.support.cast import the_job, the_platform, the_token, the_user
from steps.support.credentials import Trial, deviations, expect_no_deviation
from steps.support.expectations import expect_refusal, expect_true
from steps.support.refusals import Requests

if TYPE_CHECKING:
    from steps.api.cloud_objects import User
    from steps.support.world import World

_UNKNOWN = Operation("EN-10", "GET", "/")
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_DIGITS = "9" * 5000

PATHS = (
    "/api/%ff%fe",
    "/api/jobs/%00/status",
    "/api/jobs/%0d%0aX-A:%20b/status",
    "/api/jobs/%f0%9f%98%80/data",
    "/api/platform/%c3%28",
    "/api/platform/%",
    "/api/platform/%zz",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/api/../admin/tokens",
    "/api/platform/" + "x" * 6000,
    "/api/tokens/%2D1",
    "/api/tokens/" + _DIGITS,
    "/?" + "a=b&" * 500,
    "/api/jobs/availability;jsessionid=1",
)
QUERIES = (
    "limit=%ff",
    "limit=" + _DIGITS,
    "limit=-" + _DIGITS,
    "limit[]=1",
    "limit=1e400",
    "offset=9223372036854775808",
    "offset=9223372036854775807&limit=10000",
    "user_id=" + _DIGITS,
    "include_expired=%00",
    "=&&&==&%=%",
    "limit=%EF%BC%91",
)
FORMS = (
    b"",
    b"token",
    b"token=",
    b"=",
    b"&&&",
    b"token=%ff%fe",
    b"token=%00",
    b"token=%zz",
    b"token=a&token=b",
    b"\xff\xfe\x00",
    b"token=" + b"x" * 100_000,
)
# A member of a user's own record, of a new token, of a job, and of a publication.
VALUES: Mapping[str, tuple[str, ...]] = {
    "label": ('"\\u0000"', '"\\ud83d\\ude00"', '"' + "\\\\" * 100 + '"', '"\'; DROP TABLE tokens; --"', "{}"),
    "priority": ("1e400", "-0.0", "1E2", "1.0", _DIGITS, "-9223372036854775809"),
    "duration": ("1e400", "-1e400", "1e-400", "0.1", _DIGITS),
    "is_explorer_token": ('"true"', "0", "[]", "1e400"),
}


def requests(world: World) -> list[Request]:
    """Odd requests in path, query, form, JSON and headers, with credentials that are right."""
    ask, user = Requests(world), the_user(world)
    return [
        *_odd_paths(world, user),
        *(_with_query(ask.by(user, op), query) for op in (AT_1, TK_9) for query in QUERIES),
        *(ask.by(user, op, content=form, headers=_FORM) for op in (AT_5, AT_6) for form in FORMS),
        *_odd_bodies(world, user),
        *_odd_media_types(world, user),
    ]


def _odd_paths(world: World, user: User) -> list[Request]:
    plain = Api(world.cloud).request(_UNKNOWN, token=user.get_token(TokenType.Job))
    return [replace(plain, url=world.cloud.url + path) for path in PATHS]


def _with_query(request: Request, query: str) -> Request:
    return replace(request, url=f"{request.url}?{query}")


def _odd_bodies(world: World, user: User) -> list[Request]:
    ask, token = Requests(world), {"token_id": the_token(world).token_id}
    bodies = [f'{{"{name}": {value}}}'.encode() for name in VALUES for value in VALUES[name]]
    somebody = {"user_id": user.user_id}
    return [
        # A duration of 0 keeps a faulty cloud from making what has no name of this run.
        *(ask.by(user, TK_2, content=b'{"duration": 0, ' + body[1:]) for body in bodies),
        *(ask.by(user, AT_4, path=token, content=body) for body in bodies),
        ask.by(world.admin, US_3, path=somebody, content=b'{"credits": 1e400}'),
        ask.by(world.admin, US_2, path=somebody),
        ask.by(
            world.admin, US_3, path=somebody, content=b'{"first_name": "\\u0000", "last_name": "\\uffff"}'
        ),
        ask.by(world.admin, US_2, path=somebody),
        *_odd_jobs(world, user),
    ]


def _odd_jobs(world: World, user: User) -> list[Request]:
    """Jobs for no platform, and publications for a job that nobody fetched."""
    ask, admin, job_id = Requests(world), world.admin, the_job(world).job_id
    worker = the_platform(world).worker_id
    name, odd_name = the_platform(world).name, f"{world.names.label()} Ω𝄞\u2028\x07\u202e ' \" \\ ;"
    right = {"job_name": odd_name, "payload": {"command": "probs"}, "platform_name": name}
    deep = b"[" * 500 + b"]" * 500
    published: list[dict[str, Any]] = [
        {"progress": value, "worker_id": worker} for value in (-1e308, 1e308, 2**70, -(2**70))
    ]
    return [
        ask.by(user, JB_1, body={**right, "process_id": odd_name, "job_group_name": odd_name}),
        ask.by(user, JB_1, body={**right, "pcvl_version": odd_name}),
        ask.by(user, JB_1, content=b'{"job_name": "odd", "payload": {"deep": ' + deep + b"}}"),
        ask.by(user, JB_1, content=b'{"job_name": "odd", "payload": {"": {"\\u0000": 1e400}}}'),
        ask.by(user, JB_1, body={"job_name": "odd", "payload": {}, "platform_name": "sim:\x00"}),
        ask.by(user, JB_1, body={"job_name": "odd", "payload": {}, "platform_id": "x" * 100_000}),
        *(ask.by(admin, WK_2, path={"job_id": job_id}, body=body) for body in published),
        ask.by(admin, WK_1, body={"platform_name": "sim:\x00", "worker_id": "\x00"}),
        ask.by(user, JB_2, path={"job_id": "\x00"}),
        *(ask.by(user, op, path={"name": "\x00"}) for op in (PL_1, PL_2)),
    ]


def _odd_media_types(world: World, user: User) -> list[Request]:
    ask = Requests(world)
    odd = ("", "nonsense", "multipart/form-data", "application/json; charset=none-such", "text/html")
    headers = [{"Content-Type": each} for each in odd]
    return [
        *(ask.by(user, AT_5, content=b'{"token": "x"}', headers=each) for each in headers),
        *(ask.by(user, AT_2, content=b'{"duration": 0}', headers=each) for each in headers),
        ask.by(user, AT_1, headers={"Accept": "text/html", "Accept-Encoding": "none", "X-Odd": "é"}),
        ask.by(user, AT_1, headers={"Accept-Language": "fr", "Cookie": "session=1", "Range": "bytes=0-1"}),
    ]


def sent(world: World) -> list[Exchange]:
    """Send all odd requests, and return the exchanges. A job that comes of one is ended with the scenario."""
    api = Api(world.cloud)
    exchanges = [api.send(request) for request in requests(world)]
    for exchange in exchanges:
        if exchange.request.operation == JB_1 and exchange.status == 200:
            world.make.take_over(Job(job_name="an odd job", job_id=exchange.body["job_id"]), the_user(world))
    return exchanges


def expect_ids_as_written(world: World, *rules: str) -> None:
    """State that refusals name the unknown job as its id stands in the path, decoded and no more."""
    ask, user = Requests(world), the_user(world)
    plain = str(uuid4())
    written = {plain.upper(): plain.upper(), "".join(f"%{ord(letter):02X}" for letter in plain): plain}
    texts = {
        **dict.fromkeys((JB_5, JB_5D, JB_6, JB_6D), "invalid job_id: {}"),
        JB_4: "Not found job: {}",
        WK_2: "invalid job_id: {}",
    }
    tried = [
        Trial(
            f"{operation} with {in_path}",
            _at_raw_path(
                ask.by(
                    world.admin if operation == WK_2 else user,
                    operation,
                    path={"job_id": plain},
                    **({"body": {"worker_id": "w"}} if operation == WK_2 else {}),
                ),
                plain,
                in_path,
            ),
            (404,),
            text.format(decoded),
        )
        for operation, text in texts.items()
        for in_path, decoded in written.items()
    ]
    expect_no_deviation("the id should be told as written", deviations(world.cloud, tried, *rules), *rules)
    _expect_never_encoded(world, *rules)


def _expect_never_encoded(world: World, *rules: str) -> None:
    """State that no refusal writes what is no id in the way that it had to be encoded in the path."""
    user, no_id = the_user(world), "number 5, ü"
    for operation in (JB_2, JB_3, JB_4, JB_5, JB_6):
        outcome = attempt(
            Api(world.cloud).call, operation, token=user.get_token(TokenType.Job), path={"job_id": no_id}
        )
        expect_refusal(outcome, (400, 404), None, *rules)
        told = outcome.refusal.error if outcome.refusal else ""
        decoded = not re.search("%[0-9A-Fa-f]{2}", told)
        expect_true(f"{operation} should write no id encoded", decoded, told, *rules)


def _at_raw_path(request: Request, plain: str, written: str) -> Request:
    return replace(request, url=request.url.replace(plain, written))
