"""Every method of the cloud objects: what it sends, what it returns, and how it fails."""

# ruff: noqa: ANN401 - bodies are of any type

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from steps.api import operations as op
from steps.api import service
from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.errors import CloudRefusal, PreconditionError, UnreadableAnswer
from steps.api.exchange import Exchange
from steps.api.operations import Operation
from steps.api.utils import CloudContext
from tests.steps.api.scene import (
    BASE,
    FETCHED,
    JOB_ID,
    KEY_ANSWER,
    NEW_ID,
    NEW_USER,
    OK,
    REGISTERED,
    TOKEN_ANSWER,
    People,
    job,
    new_user,
    platform,
    token,
)


@dataclass(frozen=True)
class Case:
    """One call of one method, what goes out, what comes in, and what the caller gets."""

    method: Callable[..., Any]
    call: Callable[[People, Operation], Any]
    operation: Operation
    token: str | None
    path: str
    body: Any = None
    form: dict[str, list[str]] | None = None
    query: dict[str, list[str]] | None = None
    answer: Any = None
    returns: Any = None

    def __str__(self) -> str:
        return f"{self.method.__qualname__} {self.operation.rule}"


NEW_USER_BODY: dict[str, Any] = {
    **NEW_USER,
    "platform_ids": [],
    "is_admin": False,
    "company_id": None,
    "priority": 2,
}
JOB_BODY = {
    "platform_name": "sim:qa",
    "job_name": "qa_job",
    "payload": Job.DEFAULT_PAYLOAD,
    "pcvl_version": "0.12.0",
    "process_id": "pr",
}
PERMISSION = {"user_id": 7, "platform_id": "p-1"}
REGISTER_BODY = {
    "platform_name": "sim:x",
    "type": "simulator",
    "worker_id": "w",
    "specs": {"available_commands": ["probs"]},
}
PAGE = {"limit": 5, "offset": 10}
PAGE_QUERY = {"limit": ["5"], "offset": ["10"]}
FILTER_QUERY = {**PAGE_QUERY, "user_id": ["3"], "include_expired": ["false"], "include_revoked": ["true"]}
FILTER: dict[str, Any] = {**PAGE, "user_id": 3, "include_expired": False, "include_revoked": True}


def published(method: Callable[..., Any], call: Callable[[People, Operation], Any], **body: Any) -> Case:
    answer = {"message": "ok", "status": "running"}
    body = {"worker_id": "w", **body}
    return Case(method, call, op.WK_2, "AK-1", f"/admin/job/{JOB_ID}", body, answer=answer, returns=answer)


def of_job(
    method: Callable[..., Any], call: Callable[[People, Operation], Any], operation: Operation
) -> Case:
    path = operation.path.format(job_id=JOB_ID)
    return Case(method, call, operation, "JT-7", path, answer={"x": 1}, returns={"x": 1})


SERVICES: dict[Operation, Callable[[CloudContext], Exchange]] = {
    op.SV_1: service.root,
    op.SV_2: service.health,
    op.SV_3: service.openapi,
    op.SV_4: service.qt_openapi,
    op.SV_5: service.status,
}

CASES = [
    # User
    Case(
        User.create,
        lambda p, o: new_user().create(p.cloud, p.admin),
        op.US_1,
        "LT-1",
        "/api/users",
        NEW_USER_BODY,
        answer={"user_id": 8},
    ),
    Case(
        User.read,
        lambda p, o: p.user.read(p.cloud, p.admin),
        op.US_2,
        "LT-1",
        "/api/users/7",
        answer=OK,
        returns=OK,
    ),
    Case(
        User.read, lambda p, o: p.user.read(p.cloud), op.US_2, "LT-7", "/api/users/7", answer=OK, returns=OK
    ),
    Case(
        User.update,
        lambda p, o: p.user.update(p.cloud, None, {"last_name": "K"}),
        op.US_3,
        "LT-7",
        "/api/users/7",
        {"last_name": "K"},
        answer=OK,
    ),
    Case(
        User.delete, lambda p, o: p.user.delete(p.cloud, p.admin), op.US_4, "LT-1", "/api/users/7", answer=OK
    ),
    Case(
        User.log,
        lambda p, o: p.user.log(p.cloud),
        op.US_0,
        None,
        "/api/login",
        {"email": "ada@example.com", "password": "of-no-use"},
        answer={"token": "new", "duration": 1, "user_id": 99},
    ),
    Case(
        User.create_job_token,
        lambda p, o: p.user.create_job_token(p.cloud, {"label": "l", "priority": 1}, operation=op.TK_2),
        op.TK_2,
        "JT-7",
        "/api/tokens",
        {"label": "l", "duration": 99999, "priority": 1},
        answer=TOKEN_ANSWER,
    ),
    Case(
        User.create_api_key,
        lambda p, o: p.admin.create_api_key(p.cloud, {"label": "l", "duration": 5}),
        op.AK_1,
        "LT-1",
        "/admin/api-keys",
        {"label": "l", "duration": 5},
        answer=KEY_ANSWER,
    ),
    Case(
        User.list_page,
        lambda p, o: User.list_page(p.cloud, p.admin, **PAGE),
        op.US_5,
        "LT-1",
        "/api/users",
        query=PAGE_QUERY,
        answer=[{"user_id": 1}],
        returns=[{"user_id": 1}],
    ),
    # JobToken
    *(
        Case(
            JobToken.create,
            lambda p, o: JobToken("l", user_id=3, is_explorer_token=True).create(
                p.cloud, p.user, operation=o
            ),
            operation,
            shown,
            operation.path,
            {"label": "l", "duration": 99999, "is_explorer_token": True, "user_id": 3},
            answer=TOKEN_ANSWER,
        )
        for operation, shown in ((op.AT_2, "LT-7"), (op.AT_2D, "LT-7"), (op.TK_2, "JT-7"))
    ),
    *(
        Case(
            JobToken.read,
            lambda p, o: token().read(p.cloud, p.user, operation=o),
            operation,
            shown,
            operation.path.format(token_id=41),
            answer={"id": 41},
            returns={"id": 41},
        )
        for operation, shown in ((op.TK_3, "JT-7"), (op.AT_3, "LT-7"), (op.AT_3D, "LT-7"))
    ),
    *(
        Case(
            JobToken.update,
            lambda p, o: token().update(p.cloud, p.user, {"label": "m"}, operation=o),
            operation,
            shown,
            operation.path.format(token_id=41),
            {"label": "m"},
            answer=OK,
        )
        for operation, shown in ((op.AT_4, "LT-7"), (op.TK_4, "JT-7"))
    ),
    *(
        Case(
            JobToken.revoke,
            lambda p, o: token().revoke(p.cloud, p.user, operation=o),
            operation,
            shown,
            operation.path,
            form={"token": ["s+e=c%r"]},
            answer=OK,
        )
        for operation, shown in ((op.AT_5, "LT-7"), (op.AT_5D, "LT-7"), (op.TK_5, "JT-7"))
    ),
    *(
        Case(
            JobToken.reopen,
            lambda p, o: token().reopen(p.cloud, p.user, operation=o, as_json=True),
            operation,
            shown,
            operation.path,
            {"token": "s+e=c%r"},
            answer=OK,
        )
        for operation, shown in ((op.AT_6, "LT-7"), (op.TK_6, "JT-7"))
    ),
    *(
        Case(
            JobToken.delete,
            lambda p, o: token().delete(p.cloud, p.user, operation=o),
            operation,
            shown,
            operation.path,
            {"token_ids": [41]},
            answer=OK,
        )
        for operation, shown in ((op.AT_7, "LT-7"), (op.TK_7, "JT-7"))
    ),
    Case(
        JobToken.delete_many,
        lambda p, o: JobToken.delete_many(p.cloud, p.user, (1, 2)),
        op.AT_7,
        "LT-7",
        op.AT_7.path,
        {"token_ids": [1, 2]},
        answer=OK,
    ),
    *(
        Case(
            JobToken.delete_by_key,
            lambda p, o: JobToken.delete_by_key(p.cloud, p.user, ("a", "b"), operation=o),
            operation,
            "JT-7",
            operation.path,
            {"tokens": ["a", "b"]},
            answer=OK,
        )
        for operation in (op.TK_8, op.AT_8D, op.AT_9D)
    ),
    *(
        Case(
            JobToken.list_own,
            lambda p, o: JobToken.list_own(p.cloud, p.user, **FILTER, operation=o),
            operation,
            shown,
            operation.path,
            query=FILTER_QUERY,
            answer=[{"id": 1}],
            returns=[{"id": 1}],
        )
        for operation, shown in ((op.AT_1, "LT-7"), (op.TK_1, "JT-7"))
    ),
    Case(
        JobToken.list_page,
        lambda p, o: JobToken.list_page(p.cloud, p.admin, **FILTER),
        op.AD_1,
        "LT-1",
        "/admin/tokens",
        query=FILTER_QUERY,
        answer=[{"id": 1}],
        returns=[{"id": 1}],
    ),
    Case(
        JobToken.usage,
        lambda p, o: JobToken.usage(p.cloud, p.user, [1, 2], start_time="2026-01-01T00:00:00+02:00"),
        op.TK_9,
        "JT-7",
        op.TK_9.path,
        query={"token_ids": ["1", "2"], "start_time": ["2026-01-01T00:00:00+02:00"]},
        answer=[],
        returns=[],
    ),
    Case(
        JobToken.usage,
        lambda p, o: JobToken.usage(p.cloud, p.user, "[1,2]"),
        op.TK_9,
        "JT-7",
        op.TK_9.path,
        query={"token_ids": ["[1,2]"]},
        answer=[],
        returns=[],
    ),
    # ApiKey
    Case(
        ApiKey.create,
        lambda p, o: ApiKey("l", user_id=7).create(p.cloud, p.admin),
        op.AK_1,
        "LT-1",
        "/admin/api-keys",
        {"label": "l", "duration": 99999, "user_id": 7},
        answer=KEY_ANSWER,
    ),
    Case(
        ApiKey.revoke,
        lambda p, o: ApiKey(api_key_id=50).revoke(p.cloud, p.admin),
        op.AK_2_REVOKE,
        "LT-1",
        "/admin/api-keys/revoke",
        {"api_key_id": 50},
        answer=OK,
    ),
    Case(
        ApiKey.list_page,
        lambda p, o: ApiKey.list_page(p.cloud, p.admin, **PAGE),
        op.AK_2_LIST,
        "LT-1",
        "/admin/api-keys",
        query=PAGE_QUERY,
        answer=[{"api_key_id": 1}],
        returns=[{"api_key_id": 1}],
    ),
    # Platform
    Case(
        Platform.register,
        lambda p, o: platform(platform_id=None).register(p.cloud),
        op.PF_1,
        "AK-1",
        "/admin/platforms/register",
        REGISTER_BODY,
        answer=REGISTERED,
    ),
    Case(
        Platform.register,
        lambda p, o: platform(platform_id=None).register(p.cloud, {"type": "qpu", "max_shots": 3}),
        op.PF_1,
        "AK-1",
        "/admin/platforms/register",
        {**REGISTER_BODY, "type": "qpu", "max_shots": 3},
        answer=REGISTERED,
    ),
    Case(
        Platform.read,
        lambda p, o: platform().read(p.cloud),
        op.PF_2,
        "LT-1",
        "/api/platforms/p-1",
        answer=OK,
        returns=OK,
    ),
    Case(
        Platform.update,
        lambda p, o: platform().update(p.cloud, {"status": "locked"}),
        op.PF_3,
        "LT-1",
        "/api/platforms/p-1",
        {"status": "locked"},
        answer=OK,
    ),
    Case(
        Platform.delete,
        lambda p, o: platform().delete(p.cloud),
        op.PF_4,
        "LT-1",
        "/api/platforms/p-1",
        answer=OK,
    ),
    Case(
        Platform.assign_user,
        lambda p, o: platform().assign_user(p.cloud, p.user),
        op.PP_1,
        "LT-1",
        "/api/platform-permissions",
        PERMISSION,
        answer=OK,
    ),
    Case(
        Platform.remove_user,
        lambda p, o: platform().remove_user(p.cloud, p.user),
        op.PP_2,
        "LT-1",
        "/api/platform-permissions",
        PERMISSION,
        answer=OK,
    ),
    Case(
        Platform.read_processor,
        lambda p, o: platform().read_processor(p.cloud, p.user),
        op.PL_1,
        "JT-7",
        "/api/platforms/sim%3Ax/processor",
        answer=OK,
        returns=OK,
    ),
    Case(
        Platform.read_by_name,
        lambda p, o: platform().read_by_name(p.cloud, p.user),
        op.PL_2,
        "JT-7",
        "/api/platform/sim%3Ax",
        answer=OK,
        returns=OK,
    ),
    Case(
        Platform.fetch_job,
        lambda p, o: platform().fetch_job(p.cloud).job_id,
        op.WK_1,
        "AK-1",
        "/admin/job",
        {"platform_id": "p-1", "worker_id": "w"},
        answer=FETCHED,
        returns=JOB_ID,
    ),
    Case(
        Platform.fetch_job,
        lambda p, o: platform(platform_id=None).fetch_job(p.cloud).job_id,
        op.WK_1,
        "AK-1",
        "/admin/job",
        {"platform_name": "sim:x", "worker_id": "w"},
        answer=FETCHED,
        returns=JOB_ID,
    ),
    published(Platform.publish, lambda p, o: platform().publish(p.cloud, job(), shots=3), shots=3),
    published(
        Platform.publish_progress,
        lambda p, o: platform().publish_progress(p.cloud, job(), 12.5, "on", shots=1),
        progress=12.5,
        progress_message="on",
        shots=1,
    ),
    published(
        Platform.publish_results,
        lambda p, o: platform().publish_results(p.cloud, job(), {"results": "r"}, shots=4),
        status="completed",
        results='{"results": "r"}',
        shots=4,
    ),
    published(
        Platform.publish_results,
        lambda p, o: platform().publish_results(p.cloud, job(), "as it is"),
        status="completed",
        results="as it is",
    ),
    published(Platform.publish_error, lambda p, o: platform().publish_error(p.cloud, job()), status="error"),
    published(
        Platform.publish_error,
        lambda p, o: platform().publish_error(p.cloud, job(), "code", "why", results="{}"),
        status="error",
        failure_code="code",
        status_message="why",
        results="{}",
    ),
    published(
        Platform.acknowledge_cancel,
        lambda p, o: platform().acknowledge_cancel(p.cloud, job(), results="{}"),
        status="canceled",
        results="{}",
    ),
    published(Platform.suspend_job, lambda p, o: platform().suspend_job(p.cloud, job()), status="suspended"),
    published(Platform.resume_job, lambda p, o: platform().resume_job(p.cloud, job()), status="running"),
    Case(
        Platform.list_page,
        lambda p, o: Platform.list_page(p.cloud, p.user, **PAGE),
        op.PF_5,
        "LT-7",
        "/api/platforms",
        query=PAGE_QUERY,
        answer=[{"id": "p", "name": "n"}],
        returns=[{"id": "p", "name": "n"}],
    ),
    Case(
        Platform.list_public,
        lambda p, o: Platform.list_public(p.cloud),
        op.SV_6,
        None,
        "/api/platforms/public",
        answer=[],
        returns=[],
    ),
    # Job
    *(
        Case(
            Job.create,
            lambda p, o: Job(process_id="pr").create(
                p.cloud, p.user, {"platform_name": None, "max_duration": 4}, operation=o
            ),
            operation,
            "JT-7",
            operation.path,
            {**JOB_BODY, "platform_name": None, "max_duration": 4},
            answer={"job_id": JOB_ID},
        )
        for operation in (op.JB_1, op.JB_1D)
    ),
    of_job(Job.read, lambda p, o: job().read(p.cloud, p.user), op.JB_4),
    of_job(Job.cancel, lambda p, o: job().cancel(p.cloud, p.user), op.JB_5),
    of_job(Job.cancel, lambda p, o: job().cancel(p.cloud, p.user, operation=op.JB_5D), op.JB_5D),
    of_job(Job.get_status, lambda p, o: job().get_status(p.cloud, p.user), op.JB_2),
    of_job(Job.get_status, lambda p, o: job().get_status(p.cloud, p.user, operation=op.JB_2D), op.JB_2D),
    of_job(Job.get_results, lambda p, o: job().get_results(p.cloud, p.user), op.JB_3),
    of_job(Job.get_results, lambda p, o: job().get_results(p.cloud, p.user, operation=op.JB_3D), op.JB_3D),
    Case(
        Job.rerun,
        lambda p, o: job().rerun(p.cloud, p.user).job_id,
        op.JB_6,
        "JT-7",
        f"/api/jobs/{JOB_ID}/rerun",
        answer={"job_id": NEW_ID},
        returns=NEW_ID,
    ),
    Case(
        Job.rerun,
        lambda p, o: job().rerun(p.cloud, p.user, {"job_name": "again"}, operation=op.JB_6D).job_name,
        op.JB_6D,
        "JT-7",
        f"/api/job/rerun/{JOB_ID}",
        {"job_name": "again"},
        answer={"job_id": NEW_ID},
        returns="again",
    ),
    Case(
        Job.availability,
        lambda p, o: Job.availability(p.cloud, p.user),
        op.JB_7,
        "JT-7",
        "/api/jobs/availability",
        answer={"max_jobs_in_queue": 1},
        returns={"max_jobs_in_queue": 1},
    ),
    Case(
        Job.cancel_many,
        lambda p, o: Job.cancel_many(p.cloud, [job(), job(job_id=NEW_ID)], p.admin),
        op.JA_2,
        "LT-1",
        "/admin/jobs/cancel",
        {"job_ids": [JOB_ID, NEW_ID]},
        answer=OK,
        returns=OK,
    ),
    Case(
        Job.list_page,
        lambda p, o: Job.list_page(
            p.cloud, p.admin, **PAGE, status="waiting", user_id=3, platform_name="sim:x"
        ),
        op.JA_1,
        "LT-1",
        "/admin/jobs",
        query={**PAGE_QUERY, "status": ["waiting"], "user_id": ["3"], "platform_name": ["sim:x"]},
        answer=[{"job_id": "j"}],
        returns=[{"job_id": "j"}],
    ),
    # Service
    *(
        Case(
            function,
            lambda p, o: SERVICES[o](p.cloud).body,
            operation,
            None,
            operation.path,
            answer=OK,
            returns=OK,
        )
        for operation, function in SERVICES.items()
    ),
]
each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_refusable_case = pytest.mark.parametrize(
    "case", [case for case in CASES if case.operation is not op.SV_1], ids=str
)
each_guarded_case = pytest.mark.parametrize("case", [case for case in CASES if case.token], ids=str)


def answer(wire: responses.RequestsMock, case: Case, status: int = 200, body: Any = None) -> None:
    wire.add(
        case.operation.method, BASE + case.path, json=case.answer if body is None else body, status=status
    )


def sent_text(request: Any) -> str:
    return request.body.decode() if isinstance(request.body, bytes) else request.body or ""


@each_case
def test_sends_what_the_contract_asks_for(case: Case, people: People, wire: responses.RequestsMock) -> None:
    answer(wire, case)
    case.call(people, case.operation)
    (call,) = wire.calls
    request = call.request
    parts = urlsplit(str(request.url))
    assert request.method == case.operation.method
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == BASE + case.path
    assert parse_qs(parts.query) == (case.query or {})
    assert request.headers.get("Authorization") == (f"Bearer {case.token}" if case.token else None)
    if case.form is not None:
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert parse_qs(sent_text(request), strict_parsing=True) == case.form
    elif case.body is not None:
        assert request.headers["Content-Type"] == "application/json"
        assert json.loads(sent_text(request)) == case.body
    else:
        assert sent_text(request) == ""
        assert "Content-Type" not in request.headers


@each_case
def test_returns_what_the_reference_says(case: Case, people: People, wire: responses.RequestsMock) -> None:
    answer(wire, case)
    assert case.call(people, case.operation) == case.returns


@each_refusable_case
def test_a_refusal_tells_status_error_and_detail(
    case: Case, people: People, wire: responses.RequestsMock
) -> None:
    answer(wire, case, 403, {"detail": {"why": 1}, "error": "Permission denied"})
    with pytest.raises(CloudRefusal) as refused:
        case.call(people, case.operation)
    assert isinstance(refused.value, RuntimeError)
    assert (refused.value.status, refused.value.error) == (403, "Permission denied")
    assert refused.value.detail == {"why": 1}
    assert refused.value.exchange.request.operation is case.operation


@each_guarded_case
def test_without_a_credential_nothing_is_sent(
    case: Case, people: People, wire: responses.RequestsMock
) -> None:
    for person in (people.user, people.admin):
        person.login_token.token = None
        person.job_tokens = []
        person.api_key = None
    with pytest.raises(PreconditionError):
        case.call(people, case.operation)
    assert not wire.calls


def test_every_operation_method_has_a_case() -> None:
    local = {"get_api", "get_object_name", "get_endpoint", "get_token_method", "get_token", "keys"}
    local |= {"generate_data", "list_all", "from_answer", "require_created"}
    methods = {
        f"{kind.__name__}.{name}"
        for kind in (User, JobToken, ApiKey, Platform, Job)
        for name, member in inspect.getmembers(kind, callable)
        if not name.startswith("_") and name not in local
    }
    assert methods == {case.method.__qualname__ for case in CASES if "." in case.method.__qualname__}


def test_every_operation_has_a_method() -> None:
    reached = {case.operation for case in CASES}
    assert {operation.rule for operation in op.ALL if operation not in reached} == set()


UNUSABLE: tuple[Any, ...] = ("text", [1], {})


@pytest.mark.parametrize(
    ("case", "body"),
    [
        pytest.param(case, body, id=f"{case} {body!r}")
        for case in CASES
        for body in UNUSABLE
        if not (body == {} and case.answer in (OK, {"x": 1}, {"id": 41}, {"max_jobs_in_queue": 1}))
        and not (case.answer is OK and case.returns is None)
        and case.operation not in SERVICES
    ],
)
def test_an_answer_without_what_every_client_needs(
    case: Case, body: Any, people: People, wire: responses.RequestsMock
) -> None:
    answer(wire, case, body=body)
    with pytest.raises(UnreadableAnswer) as unreadable:
        case.call(people, case.operation)
    assert isinstance(unreadable.value.exchange, Exchange)
