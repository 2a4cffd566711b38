"""Every right answer passes, and every wrong one is found under the rule that it breaks."""

# ruff: noqa: ANN401 - answers are of any type

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steps.api import operations as op
from steps.api import schemas
from steps.api.exchange import Exchange, Request
from steps.api.operations import Operation
from steps.api.schemas import Violation, violations

ROOT = Path(__file__).parents[3]
JOB_ID = "0c6dbb5d-8a3c-4b9e-9a51-5d9a3c2f7e10"
PLATFORM_ID = "5a881293-f071-1570-0c37-40e7f1e61a55"
CREATED, STARTED = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01.5+00:00"

STATUS = {
    "status": "completed",
    "status_message": None,
    "progress": 100,
    "progress_message": "",
    "creation_datetime": 1767225600.0,
    "start_time": 1767225601.5,
    "duration": 3,
    "shots": 10,
    "failure_code": None,
    "last_intermediate_results": None,
    "msg": None,
}
WAITING = {
    **STATUS,
    "status": "waiting",
    "progress": 0,
    "progress_message": None,
    "start_time": None,
    "duration": None,
    "shots": None,
}
RUNNING = {**STATUS, "status": "running", "progress": 12.5, "duration": None}
CANCEL_REQUESTED = {**RUNNING, "status": "cancel_requested", "status_message": "as asked"}
SUSPENDED = {**RUNNING, "status": "suspended"}
ERROR = {**STATUS, "status": "error", "progress": 50, "status_message": "why", "failure_code": "code"}
CANCELED = {**STATUS, "status": "canceled", "progress": 50, "status_message": "why"}
CANCELED_BEFORE = {**CANCELED, "start_time": None, "duration": 0, "progress": 0}
RESULT = {
    "job_id": JOB_ID,
    "results": '{"results": "x"}',
    "results_type": None,
    "intermediate_results": [{"a": 1}],
    "duration": 3,
    "shots": 10,
}
LISTED_JOB = {
    "job_id": JOB_ID,
    "job_name": "n",
    "status": "completed",
    "command": "probs",
    "platform_id": PLATFORM_ID,
    "platform_name": "sim:gpu:medium",
    "pcvl_version": None,
    "process_id": "p",
    "rerun_from": None,
    "token_id": 4,
    "token_label": "l",
    "created_date": CREATED,
    "start_time": STARTED,
    "duration": 3,
    "shots": None,
    "failure_code": None,
}
DATA = {**LISTED_JOB, "payload": {"command": "probs"}}
AVAILABILITY = dict.fromkeys(
    (
        "max_concurrent_jobs",
        "num_concurrent_jobs",
        "max_jobs_in_queue",
        "num_jobs_in_queue",
        "max_running_qt_jobs",
        "num_running_qt_jobs",
    ),
    3,
)
LISTED_TOKEN = {
    "id": 4,
    "key": "raw",
    "label": "l",
    "priority": 0,
    "user_id": 7,
    "count": 0,
    "created_date": CREATED,
    "expiration_date": STARTED,
    "last_used_time": None,
    "is_revoked": False,
}
TOKEN = {
    "id": 4,
    "token": "raw",
    "label": "l",
    "priority": 0,
    "user_priority": 2,
    "user_id": 7,
    "email": "e",
    "company_id": None,
    "company_name": None,
    "created_date": CREATED,
    "expiration_date": STARTED,
    "valid": True,
    "is_apikey": False,
    "is_explorer_token": False,
    "count": 0,
    "last_used_time": None,
    "last_used_duration": None,
}
UNIT = {"platform_name": "sim:x", "nb_jobs": 2, "duration_seconds": 3, "credits": 1.5, "free_credits": 0}
USAGE = {"token_id": 4, "total_jobs": 2, "usage": [UNIT]}
USER = {
    "user_id": 7,
    "email": "e@example.com",
    "first_name": "",
    "last_name": "",
    "platform_ids": [PLATFORM_ID],
    "is_admin": False,
    "priority": 2,
    "company_id": None,
    "is_active": True,
    "created_date": CREATED,
    "credits": None,
    "time_left": 5,
    "forbidden_commands": [],
}
LISTED_KEY = {
    "api_key_id": 4,
    "label": "l",
    "user_id": 1,
    "created_date": CREATED,
    "expiration_date": STARTED,
    "is_revoked": False,
}
PLATFORM = {
    "id": PLATFORM_ID,
    "name": "sim:x",
    "type": "simulator",
    "status": "available",
    "specs": {"available_commands": ["probs"], "constraints": {"max_mode_count": 12}},
    "perfs": {},
    "description": None,
    "created_date": CREATED,
}
PUBLIC = {
    "id": PLATFORM_ID,
    "name": "qpu:belenos",
    "description": "Belenos QPU",
    "type": "qpu",
    "status": "unreachable",
    "maintenance": {"start_time": CREATED, "end_time": "2026-08-27T11:00:00Z"},
    "statistic": {"2026-08-10": {"availability": 84.42}},
    "created_date": CREATED,
}
FETCHED: dict[str, Any] = {
    "job_id": JOB_ID,
    "job_name": "n",
    "platform_id": PLATFORM_ID,
    "platform_name": "sim:x",
    "payload": {},
    "pcvl_version": None,
    "max_duration": None,
    "process_id": None,
}
OPENAPI = {"openapi": "3.0.3", "info": {"version": "v2.8.0"}, "paths": {"/": {"get": {}}}}
NEW_TOKEN = {"token": "raw", "token_id": 4, "duration": 5}
DEFAULT = {"message": "ok"}

# A right answer to every operation; where several of one operation follow, each is right.
RIGHT: list[tuple[Operation, Any]] = [
    (op.SV_1, {"any": "thing"}),
    (op.SV_2, DEFAULT),
    (op.SV_3, OPENAPI),
    (op.SV_4, {**OPENAPI, "paths": {}}),
    (op.SV_5, {"db": "ok", "server": "ok"}),
    (op.SV_6, [PUBLIC, {**PUBLIC, "maintenance": None, "statistic": {}}]),
    *((operation, {"job_id": JOB_ID}) for operation in (op.JB_1, op.JB_1D, op.JB_6, op.JB_6D)),
    *((operation, STATUS) for operation in (op.JB_2, op.JB_2D)),
    *((op.JB_2, status) for status in (WAITING, RUNNING, CANCEL_REQUESTED, SUSPENDED, ERROR, CANCELED)),
    (op.JB_2, CANCELED_BEFORE),
    (op.JB_2, {**WAITING, "progress": None, "duration": 0}),
    (op.JB_2, {**RUNNING, "duration": 4, "progress": 100}),
    (op.JB_2, {**STATUS, "progress": 1}),
    *((operation, RESULT) for operation in (op.JB_3, op.JB_3D)),
    (op.JB_3, {**RESULT, "results": None, "duration": None, "intermediate_results": None}),
    (op.JB_4, DATA),
    (op.JB_4, {**DATA, "status": "waiting", "start_time": None, "duration": None, "payload": None}),
    *((operation, DEFAULT) for operation in (op.JB_5, op.JB_5D)),
    (op.JB_7, AVAILABILITY),
    *((operation, [LISTED_TOKEN, {**LISTED_TOKEN, "id": 5}]) for operation in (op.TK_1, op.AT_1, op.AD_1)),
    *((operation, NEW_TOKEN) for operation in (op.TK_2, op.AT_2, op.AT_2D)),
    *((operation, TOKEN) for operation in (op.TK_3, op.AT_3, op.AT_3D)),
    *(
        (operation, DEFAULT)
        for operation in (op.TK_4, op.TK_5, op.TK_6, op.TK_7, op.TK_8, op.AT_4, op.AT_5, op.AT_5D, op.AT_6)
    ),
    *((operation, DEFAULT) for operation in (op.AT_7, op.AT_8D, op.AT_9D)),
    (op.TK_9, [USAGE, {"token_id": 5, "total_jobs": 0, "usage": []}]),
    (op.US_0, {"token": "raw", "duration": 86400, "user_id": 7}),
    (op.US_1, {"user_id": 7}),
    (op.US_2, USER),
    (op.US_5, [USER, {**USER, "user_id": 8}]),
    (op.AK_1, {"api_key": "raw", "api_key_id": 4, "duration": 5}),
    (op.AK_2_LIST, [LISTED_KEY]),
    (op.PF_1, {"platform_id": PLATFORM_ID, "platform_name": "sim:x", "worker_id": "w", "status": "locked"}),
    *((operation, PLATFORM) for operation in (op.PF_2, op.PL_1, op.PL_2)),
    (op.PL_2, {"id": PLATFORM_ID, "name": "sim:x", "type": "qpu", "specs": {}}),
    (op.PF_5, [PLATFORM]),
    *(
        (operation, DEFAULT)
        for operation in (op.US_3, op.US_4, op.AK_2_REVOKE, op.PF_3, op.PF_4, op.PP_1, op.PP_2)
    ),
    (op.WK_1, FETCHED),
    (op.WK_2, {"message": "ok", "status": "cancel_requested"}),
    (op.JA_1, [{**LISTED_JOB, "user_id": 7}]),
    (op.JA_2, {"message": "ok", "jobs": [{"job_id": JOB_ID, "status": "canceled"}]}),
]
VALUES = {"job_id": JOB_ID, "token_id": 4, "user_id": 7, "platform_id": PLATFORM_ID, "name": "sim%3Ax"}
JSON = {"Content-Type": "application/json; charset=utf-8"}


def exchange(
    operation: Operation,
    body: Any = None,
    status: int = 200,
    *,
    content: bytes | None = None,
    headers: Mapping[str, str] = JSON,
    query: str = "",
    seconds: float = 0.01,
) -> Exchange:
    url = "https://cloud.test/base" + operation.path.format(**VALUES) + query
    request = Request(operation, url, {"Authorization": "Bearer JT-of-this-call"})
    text = json.dumps(body).encode() if content is None else content
    return Exchange(request, status, headers, text, 0, seconds)


def found(*args: Any, **kwargs: Any) -> list[tuple[str, str]]:
    return [(one.rule, one.where) for one in violations(exchange(*args, **kwargs))]


@pytest.mark.parametrize(("operation", "body"), RIGHT, ids=lambda value: getattr(value, "rule", ""))
def test_a_right_answer_breaks_nothing(operation: Operation, body: Any) -> None:
    assert violations(exchange(operation, body)) == []


def test_every_operation_has_a_model() -> None:
    assert set(schemas._ANSWERS) == set(op.ALL) == {operation for operation, _ in RIGHT}


@pytest.mark.parametrize(("operation", "body"), RIGHT, ids=lambda value: getattr(value, "rule", ""))
def test_further_members_are_taken_where_no_exact_set_is_given(operation: Operation, body: Any) -> None:
    further = [{**entry, "new": 1} for entry in body] if isinstance(body, list) else {**body, "new": 1}
    exact = {op.SV_6: "SV-6.1", op.US_0: "US-0.1"}.get(operation)
    rules = {rule for rule, _ in found(operation, further)}
    assert rules == ({exact} if exact else set())


def without(body: Mapping[str, Any], member: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != member}


OPTIONAL = {(op.PL_1, "perfs"), (op.PL_1, "status"), (op.PL_2, "perfs"), (op.PL_2, "status")}
# Members of PF-2 that the client's reads do not promise.
OPTIONAL |= {(one, member) for one in (op.PL_1, op.PL_2) for member in ("description", "created_date")}
FIRST_RIGHT = dict(reversed(RIGHT))


@pytest.mark.parametrize(
    ("operation", "body", "member"),
    [
        pytest.param(operation, body, member, id=f"{operation.rule} {member}")
        for operation, body in FIRST_RIGHT.items()
        for member in (body[0] if isinstance(body, list) else body)
        if operation is not op.SV_1 and (operation, member) not in OPTIONAL
    ],
)
def test_an_absent_member_is_found(operation: Operation, body: Any, member: str) -> None:
    lacking = [without(body[0], member)] if isinstance(body, list) else without(body, member)
    where = f"[0].{member}" if isinstance(body, list) else member
    ((rule, place),) = found(operation, lacking)
    assert place == where
    assert rule == {
        op.JB_2: "JB-2.4",
        op.JB_2D: "JB-2.4",
        op.JB_7: "JB-7.1",
        op.SV_6: "SV-6.1",
        op.US_0: "US-0.1",
        op.AK_2_LIST: "AK-2.1",
        **dict.fromkeys((op.JB_1, op.JB_1D, op.JB_6, op.JB_6D), "C-1"),
        **({op.PL_1: "C-10", op.PL_2: "C-10"} if member in ("specs", "type") else {}),
    }.get(operation, operation.rule)


def wrong(operation: Operation, right: Any, rule: str, where: str, **members: Any) -> Any:
    body = [{**right[0], **members}] if isinstance(right, list) else {**right, **members}
    return pytest.param(operation, body, [(rule, where)], id=f"{operation.rule} {members}"[:60])


@pytest.mark.parametrize(
    ("operation", "body", "expected"),
    [
        # types are strict
        wrong(op.JB_7, AVAILABILITY, "JB-7.1", "max_jobs_in_queue", max_jobs_in_queue=True),
        wrong(op.JB_7, AVAILABILITY, "JB-7.1", "num_jobs_in_queue", num_jobs_in_queue=None),
        wrong(op.JB_7, AVAILABILITY, "JB-7.1", "num_jobs_in_queue", num_jobs_in_queue=-1),
        wrong(op.JB_7, AVAILABILITY, "JB-7.1", "num_jobs_in_queue", num_jobs_in_queue="3"),
        wrong(op.JB_7, AVAILABILITY, "JB-7.1", "num_jobs_in_queue", num_jobs_in_queue=3.0),
        wrong(op.JB_2, STATUS, "TM-2", "duration", duration=3.5),
        wrong(op.JB_2, STATUS, "TM-1", "creation_datetime", creation_datetime=CREATED),
        wrong(op.JB_2, STATUS, "TM-1", "creation_datetime", creation_datetime=None),
        wrong(op.JB_2, STATUS, "TM-1", "start_time", start_time=STARTED),
        wrong(op.TK_2, NEW_TOKEN, "TM-2", "duration", duration="5"),
        wrong(op.TK_2, NEW_TOKEN, "ID-5", "token_id", token_id="4"),
        wrong(op.TK_2, NEW_TOKEN, "TK-2", "token", token=""),
        wrong(op.TK_3, TOKEN, "TK-3.5", "valid", valid=1),
        wrong(op.TK_3, TOKEN, "TK-3.4", "is_apikey", is_apikey=True),
        wrong(op.SV_2, DEFAULT, "SV-2", "message", message="fine"),
        wrong(op.SV_3, OPENAPI, "SV-3", "openapi", openapi="3.1.0"),
        wrong(op.SV_5, {"db": "ok", "server": "ok"}, "SV-5", "db", db="down"),
        # ids and names
        wrong(op.JB_1, {}, "ID-1", "job_id", job_id=JOB_ID.upper()),
        wrong(op.JB_1, {}, "ID-1", "job_id", job_id=PLATFORM_ID),
        wrong(op.JB_4, DATA, "ID-2", "platform_id", platform_id="sim:x"),
        wrong(op.JB_4, DATA, "ID-3", "platform_name", platform_name="belenos"),
        wrong(op.JB_4, DATA, "JB-4.6", "rerun_from", rerun_from=4),
        wrong(op.JB_4, DATA, "JB-4", "job_id", job_id="1c6dbb5d-8a3c-4b9e-9a51-5d9a3c2f7e10"),
        wrong(op.JB_3, RESULT, "RS-2", "job_id", job_id="1c6dbb5d-8a3c-4b9e-9a51-5d9a3c2f7e10"),
        wrong(op.AT_3, TOKEN, "TK-3", "id", id=5),
        wrong(op.US_2, USER, "US-2", "user_id", user_id=8),
        wrong(op.PL_1, PLATFORM, "PL-2.4", "name", name="sim:other"),
        wrong(op.PF_2, PLATFORM, "PF-2", "id", id=JOB_ID),
        # times
        wrong(op.TK_1, [LISTED_TOKEN], "TM-6", "[0].created_date", created_date="2026-01-01T00:00:00"),
        wrong(op.TK_1, [LISTED_TOKEN], "TM-6", "[0].created_date", created_date="2026-01-01T00:00:00+02:00"),
        wrong(op.TK_1, [LISTED_TOKEN], "TM-4", "[0].created_date", created_date=1767225600),
        wrong(op.TK_1, [LISTED_TOKEN], "TM-4", "[0].expiration_date", expiration_date="tomorrow"),
        wrong(op.JB_4, DATA, "TM-3", "start_time", start_time=1767225601.5),
        wrong(op.JB_4, DATA, "TM-6", "start_time", start_time="2026-01-01T00:00:01"),
        wrong(op.US_2, USER, "TM-6", "created_date", created_date="2026-01-01T00:00:00"),
        wrong(op.JB_2, STATUS, "TM-8", "start_time", start_time=1767225599.0),
        # statuses
        wrong(op.JB_2, STATUS, "ST-1", "status", status="success"),
        wrong(op.JB_2, STATUS, "ST-1", "status", status=None),
        wrong(op.JB_4, DATA, "ST-1", "status", status="cancelled"),
        wrong(op.WK_2, {"message": "ok"}, "ST-1", "status", status="done"),
        wrong(op.JB_2, STATUS, "ST-10", "progress", progress=101),
        wrong(op.JB_2, STATUS, "ST-10", "progress", progress=-0.5),
        wrong(op.JB_2, WAITING, "ST-11", "progress", progress=1),
        wrong(op.JB_2, WAITING, "ST-2", "progress_message", progress_message=""),
        wrong(op.JB_2, WAITING, "ST-2", "duration", duration=2),
        wrong(op.JB_2, RUNNING, "ST-3", "progress_message", progress_message=None),
        wrong(op.JB_2, RUNNING, "ST-3", "status_message", status_message="why"),
        wrong(op.JB_2, RUNNING, "ST-3", "progress", progress=None),
        wrong(op.JB_2, CANCEL_REQUESTED, "ST-4", "start_time", start_time=None),
        wrong(op.JB_2, SUSPENDED, "ST-5", "failure_code", failure_code="x"),
        wrong(op.JB_2, STATUS, "ST-6", "progress", progress=99),
        wrong(op.JB_2, STATUS, "ST-6", "duration", duration=None),
        wrong(op.JB_2, STATUS, "ST-6", "status_message", status_message="fine"),
        wrong(op.JB_2, ERROR, "ST-7", "status_message", status_message=""),
        wrong(op.JB_2, ERROR, "ST-7", "status_message", status_message=None),
        wrong(op.JB_2, ERROR, "ST-7", "failure_code", failure_code=None),
        wrong(op.JB_2, ERROR, "ST-7", "duration", duration=None),
        wrong(op.JB_2, CANCELED, "ST-8", "status_message", status_message=None),
        wrong(op.JB_2, CANCELED, "ST-8", "duration", duration=None),
        wrong(op.JB_2, CANCELED_BEFORE, "ST-8", "duration", duration=1),
        wrong(op.JB_4, {**DATA, "status": "error"}, "ST-7", "failure_code"),
        wrong(op.JA_1, [{**LISTED_JOB, "user_id": 7}], "ST-6", "[0].start_time", start_time=None, duration=0),
        # results
        wrong(op.JB_3, RESULT, "C-6", "results", results=""),
        wrong(op.JB_3, RESULT, "C-6", "results", results={"results": "x"}),
        wrong(op.JB_3, RESULT, "C-6", "results", results="not JSON"),
        wrong(op.JB_3, RESULT, "C-6", "results", results='"{}"'),
        wrong(op.JB_3, RESULT, "RS-5", "intermediate_results", intermediate_results={}),
        wrong(op.JB_3, RESULT, "RS-2", "duration", duration=None),
        # usage
        wrong(op.TK_9, [USAGE], "UR-2", "[0].total_jobs", total_jobs=3),
        wrong(op.TK_9, [USAGE], "UR-1", "[0].usage[0].nb_jobs", usage=[{**UNIT, "nb_jobs": None}]),
        # users and keys
        wrong(op.US_2, USER, "US-2.1", "password_hash", password_hash="x"),
        wrong(op.US_5, [USER], "US-2.1", "[0].password", password="x"),
        wrong(op.US_2, USER, "US-2", "is_active", is_active=None),
        wrong(op.AK_2_LIST, [LISTED_KEY], "AK-2.1", "[0].api_key", api_key="raw"),
        # platforms
        wrong(op.SV_6, [PUBLIC], "SV-6.2", "[0].specs", specs={}),
        wrong(op.SV_6, [PUBLIC], "SV-6.1", "[0].owner", owner=1),
        wrong(
            op.SV_6,
            [PUBLIC],
            "SV-6.4",
            "[0].maintenance.end_time",
            maintenance={"start_time": CREATED, "end_time": "2026-08-27T11:00:00+00:00"},
        ),
        wrong(
            op.SV_6,
            [PUBLIC],
            "SV-6.6",
            "[0].statistic.2026-08-10.availability",
            statistic={"2026-08-10": {"availability": 184.42}},
        ),
        wrong(op.PF_2, PLATFORM, "PF-2.2", "perfs", perfs=None),
        wrong(op.PF_2, PLATFORM, "PF-3.1", "status", status="open"),
        wrong(op.PF_2, PLATFORM, "PL-2.3", "specs.a", specs={"a": None}),
        wrong(op.PL_1, PLATFORM, "PL-2.3", "specs.constraints.a", specs={"constraints": {"a": None}}),
        wrong(op.PL_1, PLATFORM, "PL-2.3", "perfs.a", perfs={"a": None}),
        wrong(op.PL_2, PLATFORM, "PL-2.3", "specs.available_commands", specs={"available_commands": [None]}),
        wrong(op.PL_2, PLATFORM, "C-10", "specs", specs=None),
        wrong(op.WK_1, FETCHED, "WK-1.8", "payload", payload="{}"),
        wrong(op.JA_1, [{**LISTED_JOB, "user_id": 7}], "JA-1", "[0].payload", payload={}),
    ],
)
def test_a_wrong_member_is_found(operation: Operation, body: Any, expected: list[tuple[str, str]]) -> None:
    assert found(operation, body) == expected


@pytest.mark.parametrize(
    ("operation", "body"),
    [(op.JB_2, []), (op.JB_2, "x"), (op.TK_1, {}), (op.TK_1, [1]), (op.US_3, None)],
    ids=str,
)
def test_an_answer_of_another_shape_is_found(operation: Operation, body: Any) -> None:
    ((rule, _),) = found(operation, body)
    assert rule == operation.rule


def test_pages_fit_their_limit_and_are_in_order() -> None:
    tokens = [{**LISTED_TOKEN, "id": number} for number in (1, 2, 3)]
    assert found(op.TK_1, tokens, query="?limit=3") == []
    assert found(op.TK_1, tokens, query="?limit=2") == [("PG-1", "body")]
    assert found(op.TK_9, [], query="?limit=" + "9" * 5000) == []
    assert found(op.TK_1, tokens[::-1]) == [("PG-7", "[1].id")]
    assert found(op.TK_1, [tokens[0], tokens[0]]) == [("PG-7", "[1].id")]
    many = [{**LISTED_TOKEN, "id": number} for number in range(1001)]
    assert found(op.AD_1, many) == [("PG-1", "body")]
    assert found(op.AD_1, many, query="?limit=10000") == []


def test_only_the_first_of_many_violations_are_told() -> None:
    assert len(found(op.TK_1, [{}] * 1000)) == 20


PLAIN = {"detail": {}, "error": "text"}
FIELDS = {"detail": {"json": {"email": ["Missing data for required field."]}}, "message": "Validation error"}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        *((status, PLAIN) for status in (400, 401, 403, 404, 405)),
        (400, {"detail": {"status": "completed"}, "error": "Invalid data"}),
        (400, {"detail": FIELDS["detail"], "error": "Bad Request"}),
        (400, FIELDS),
        (422, FIELDS),
        (422, {"detail": FIELDS["detail"], "error": "Unprocessable"}),
    ],
)
def test_right_errors_break_nothing(status: int, body: Any) -> None:
    assert found(op.US_1, body, status) == []


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, {"detail": None, "error": "text"}, [("EN-1", "detail")]),
        (403, {"detail": "why", "error": "text"}, [("EN-1", "detail")]),
        (403, {"detail": {}, "error": ""}, [("EN-1", "error")]),
        (403, {"detail": {}, "error": None}, [("EN-1", "error")]),
        (403, {"error": "text"}, [("EN-1", "detail")]),
        (403, {"detail": {}}, [("EN-1", "error")]),
        (403, {**PLAIN, "message": "more"}, [("EN-1", "message")]),
        (403, FIELDS, [("EN-1", "error"), ("EN-1", "message")]),
        (403, "text", [("EN-1", "body")]),
        (405, [], [("EN-2", "body")]),
        (422, PLAIN, [("EN-3", "detail")]),
        (422, {"detail": {}, "message": "text"}, [("EN-3", "detail")]),
        (422, {**FIELDS, "error": "text"}, [("EN-3", "error")]),
        (422, {**FIELDS, "message": 1}, [("EN-3", "message")]),
        (422, {**FIELDS, "detail": {"body": {"a": ["b"]}}}, [("EN-4", "detail.body")]),
        (422, {**FIELDS, "detail": {"json": {}}}, [("EN-3", "detail.json")]),
        (422, {**FIELDS, "detail": {"json": ["a"]}}, [("EN-3", "detail.json")]),
        (422, {**FIELDS, "detail": {"json": {"a": []}}}, [("EN-3", "detail.json.a")]),
        (422, {**FIELDS, "detail": {"json": {"a": "b"}}}, [("EN-3", "detail.json.a")]),
        (401, {"detail": {}, "error": "unknown: JT-of-this-call"}, [("SC-2", "body")]),
        (500, PLAIN, [("EN-10", "status")]),
        (503, PLAIN, [("EN-10", "status")]),
        (201, DEFAULT, [("TR-6", "status")]),
        (204, DEFAULT, [("TR-6", "status")]),
        (302, DEFAULT, [("TR-12", "status")]),
        (429, PLAIN, [("TR-29", "status")]),
        (418, PLAIN, [("TR-29", "status")]),
    ],
)
def test_wrong_errors_are_found(status: int, body: Any, expected: list[tuple[str, str]]) -> None:
    assert sorted(found(op.US_1, body, status)) == sorted(expected)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"headers": {}}, [("TR-5", "Content-Type")]),
        ({"headers": {"content-type": "text/html"}}, [("TR-5", "Content-Type")]),
        ({"headers": {**JSON, "Retry-After": "1"}}, [("TR-10", "Retry-After")]),
        ({"headers": {**JSON, "deprecation": "true"}}, [("TR-30", "Deprecation")]),
        ({"seconds": 10.5}, [("TR-11", "time")]),
        ({"content": b""}, [("TR-6", "body")]),
        ({"content": b"", "status": 404}, [("TR-5", "body")]),
        ({"content": b" <html>", "status": 502}, [("EN-10", "status"), ("EN-13", "body")]),
    ],
    ids=str,
)
def test_what_holds_for_every_answer(parts: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(op.JB_5, DEFAULT, **parts) == expected


def test_the_root_may_redirect_with_whatever_body() -> None:
    assert found(op.SV_1, status=302, content=b"<html>", headers={"content-type": "text/html"}) == []


def test_an_answer_to_head_has_no_body_to_judge() -> None:
    request = Request(Operation("TR-13", "HEAD", "/nowhere"), "https://cloud.test/nowhere")
    assert violations(Exchange(request, 405, JSON, b"", 0, 0)) == []
    assert [one.rule for one in violations(Exchange(request, 405, {}, b"", 0, 0))] == ["TR-5"]


def test_an_operation_that_no_one_knows_is_held_against_the_general_rules_only() -> None:
    unknown = Operation("XX-1", "GET", "/nowhere/{else}")
    request = Request(unknown, "https://cloud.test/nowhere")
    assert violations(Exchange(request, 200, JSON, b"[]", 0, 0)) == []
    assert [one.rule for one in violations(Exchange(request, 201, JSON, b"[]", 0, 0))] == ["TR-6"]


def test_without_an_answer_there_is_nothing_to_judge() -> None:
    assert violations(Exchange(Request(op.JB_1, "x"), 0, {}, b"", 0, 0, failure="reset")) == []


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
VALUES_OF_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@settings(deadline=None)
@given(st.data())
def test_no_answer_however_strange_breaks_the_check(data: st.DataObject) -> None:
    operation, right = data.draw(st.sampled_from(RIGHT))
    body = right[0] if isinstance(right, list) else right
    body = {**body, data.draw(st.sampled_from(sorted(body))): data.draw(VALUES_OF_JSON)}
    strange = data.draw(st.sampled_from([body, [body], [body, body]]) | VALUES_OF_JSON)
    status = data.draw(st.sampled_from([200, 200, 200, 204, 302, 400, 404, 405, 422, 500]))
    for one in violations(exchange(operation, strange, status)):
        assert one.rule and one.problem


@pytest.mark.parametrize(("path", "rules"), [("", []), ("/", []), ("/a", []), ("/a/b/c", ["RS-2"])])
def test_a_path_that_is_not_the_operations_is_no_trouble(path: str, rules: list[str]) -> None:
    request = Request(op.JB_3, f"https://cloud.test{path}")
    strange = Exchange(request, 200, JSON, json.dumps(RESULT).encode(), 0, 0)
    assert [one.rule for one in violations(strange)] == rules


def test_a_violation_says_what_is_wrong_and_shows_no_secret() -> None:
    (one,) = violations(exchange(op.JB_7, {**AVAILABILITY, "max_jobs_in_queue": True}))
    assert one == Violation("JB-7.1", "max_jobs_in_queue", "input should be a valid integer, but is True")
    tokens = [{**LISTED_TOKEN, "id": "x", "key": ["secret"]}]
    assert "secret" not in str(violations(exchange(op.TK_1, tokens)))


def test_every_rule_that_the_client_layer_cites_is_in_the_contract() -> None:
    page = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^- \*\*([A-Za-z0-9.-]+)\*\*", page, re.MULTILINE))
    pattern = re.compile(r"\b(?:[A-Z]{1,2}-\d+d?(?:\.\d+)?|[JT]\d+(?:\.\d+)?)\b")
    cited = {
        (path.name, rule)
        for path in (ROOT / "steps" / "api").rglob("*.py")
        for rule in pattern.findall(path.read_text(encoding="utf-8"))
    }
    assert len(cited) > 100
    assert {(name, rule) for name, rule in cited if rule not in known} == set()
