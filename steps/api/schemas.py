"""What every answer must look like: a strict model of each success, and both forms of error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from steps.api import operations as op
from steps.api.answer_rules import (
    DEFAULT_LIMIT,
    Asked,
    Check,
    Violation,
    answers_for,
    ascending,
    each,
    is_no_api_key,
    job_follows_status,
    page_fits,
    results_are_readable,
    shown,
    specs_hold_no_null,
    start_follows_creation,
    total_is_sum,
    without,
    without_password,
    without_zeros,
)
from steps.api.exchange import Exchange
from steps.api.operations import Operation
from steps.api.utils import CALL_SECONDS

__all__ = ["Violation", "violations"]

# A list of a thousand wrong entries is explained by the first few.
_MOST_SHOWN = 20

_LONGEST_LIMIT = 18

_TIME = r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?"

Text = Annotated[str, Field(min_length=1)]
JobId = Annotated[
    str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
]
Uuid = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
PlatformName = Annotated[str, Field(pattern=r"^[^:\s]+(:[^:\s]+)+$")]
UtcTime = Annotated[str, Field(pattern=_TIME + r"(Z|[+-]00:00)$")]
UtcTimeWithZ = Annotated[str, Field(pattern=_TIME + "Z$")]
Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[int, Field(ge=0)]
Percentage = Annotated[float, Field(ge=0, le=100)]
Epoch = Annotated[float, Field(gt=0)]
Amount = Annotated[float, Field(ge=0)]
JobStatus = Literal["waiting", "running", "cancel_requested", "suspended", "completed", "error", "canceled"]
PlatformStatus = Literal["available", "maintenance", "unreachable", "locked", "decommissioned", "retired"]


class _Model(BaseModel):
    """Members without a default must be there, `| None` may be null, and others may come."""

    model_config = ConfigDict(strict=True, defer_build=True)


class _ExactModel(_Model):
    """Nothing but the listed members may be there."""

    model_config = ConfigDict(extra="forbid")


class DefaultResponse(_Model):
    message: str | None


class Health(_Model):
    message: Literal["ok"]


class ServerStatus(_Model):
    db: Literal["ok"]
    server: Literal["ok"]


class OpenApi(_Model):
    openapi: Annotated[str, Field(pattern=r"^3\.0\.\d+$")]
    info: dict[str, Any]
    paths: dict[str, dict[str, Any]]


class ToolboxOpenApi(OpenApi):
    openapi: Annotated[str, Field(pattern=r"^3\.")]


class Maintenance(_Model):
    start_time: UtcTimeWithZ
    end_time: UtcTimeWithZ


class DayStatistic(_Model):
    availability: Percentage


class PublicPlatform(_ExactModel):
    id: Uuid
    name: PlatformName
    description: str | None
    type: Text
    status: Text
    maintenance: Maintenance | None
    statistic: dict[Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")], DayStatistic]
    created_date: UtcTime


class NewJob(_Model):
    job_id: JobId


class StatusOfJob(_Model):
    status: JobStatus
    status_message: str | None
    progress: Percentage | None
    progress_message: str | None
    creation_datetime: Epoch
    start_time: Epoch | None
    duration: Seconds | None
    shots: Count | None
    failure_code: str | None
    last_intermediate_results: dict[str, Any] | None
    msg: str | None


class JobResult(_Model):
    job_id: JobId
    results: Text | None
    results_type: str | None
    intermediate_results: list[dict[str, Any]] | None
    duration: Seconds | None
    shots: Count | None


class ListedJob(_Model):
    job_id: JobId
    job_name: str
    status: JobStatus
    command: str | None
    platform_id: Uuid | None
    platform_name: PlatformName | None
    pcvl_version: str | None
    process_id: str | None
    rerun_from: JobId | None
    token_id: int | None
    token_label: str | None
    created_date: UtcTime
    start_time: UtcTime | None
    duration: Seconds | None
    shots: Count | None
    failure_code: str | None


class JobData(ListedJob):
    payload: Any


class AdminListedJob(ListedJob):
    user_id: int


class JobAvailability(_Model):
    max_concurrent_jobs: Count
    num_concurrent_jobs: Count
    max_jobs_in_queue: Count
    num_jobs_in_queue: Count
    max_running_qt_jobs: Count
    num_running_qt_jobs: Count


class NewToken(_Model):
    token: Text
    token_id: int
    duration: Seconds


class Token(_Model):
    id: int
    token: Text | None
    label: str | None
    priority: int | None
    user_priority: int | None
    user_id: int | None
    email: str | None
    company_id: int | None
    company_name: str | None
    created_date: UtcTime
    expiration_date: UtcTime
    valid: bool
    is_apikey: bool | None
    is_explorer_token: bool | None
    count: Count | None
    last_used_time: UtcTime | None
    last_used_duration: Seconds | None


class ListedToken(_Model):
    id: int
    key: Text | None
    label: str | None
    priority: int | None
    user_id: int | None
    count: Count | None
    created_date: UtcTime
    expiration_date: UtcTime
    last_used_time: UtcTime | None
    is_revoked: bool


class UsageUnit(_Model):
    platform_name: str | None
    nb_jobs: Count
    duration_seconds: Seconds | None
    credits: Amount | None
    free_credits: Amount | None


class TokenUsage(_Model):
    token_id: int
    total_jobs: Count
    usage: list[UsageUnit] | None


class Login(_ExactModel):
    token: Text
    duration: Seconds
    user_id: int


class NewUser(_Model):
    user_id: int


class ListedUser(_Model):
    user_id: int
    email: Text
    first_name: str
    last_name: str
    platform_ids: list[Uuid]
    is_admin: bool
    priority: Count
    company_id: int | None
    is_active: bool
    created_date: UtcTime
    credits: Amount | None
    time_left: Seconds | None
    forbidden_commands: list[str]


class NewApiKey(_Model):
    api_key: Text
    api_key_id: int
    duration: Seconds


class ListedApiKey(_Model):
    api_key_id: int
    label: str
    user_id: int
    created_date: UtcTime
    expiration_date: UtcTime
    is_revoked: bool


class RegisteredPlatform(_Model):
    platform_id: Uuid
    platform_name: PlatformName
    worker_id: Text
    status: PlatformStatus


class ListedPlatform(_Model):
    id: Uuid
    name: PlatformName
    type: Text
    status: PlatformStatus
    specs: dict[str, Any]
    perfs: dict[str, Any]
    description: str | None
    created_date: UtcTime


class ClientPlatform(_Model):
    id: Uuid
    name: PlatformName
    type: Text
    specs: dict[str, Any]
    status: Text | None = None
    perfs: dict[str, Any] | None = None


class FetchedJob(_Model):
    job_id: JobId
    job_name: str
    platform_id: Uuid
    platform_name: PlatformName
    payload: dict[str, Any]
    pcvl_version: str | None
    max_duration: Annotated[int, Field(ge=1)] | None
    process_id: str | None


class PublishedJob(_Model):
    message: str | None
    status: JobStatus


class JobStatusOnly(_Model):
    job_id: JobId
    status: JobStatus


class CanceledJobs(_Model):
    message: str | None
    jobs: list[JobStatusOnly]


@dataclass(frozen=True)
class _Answer:
    """What a success of an operation is held against.

    `rules` name the rule that a wrong member breaks, `missing` the one that an absent member breaks, under
    the member's name or `*`; where neither names one it is the operation's own.
    """

    model: Any
    rules: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()


_IDS = {
    "job_id": "ID-1",
    "platform_id": "ID-2",
    "process_id": "ID-4",
    **dict.fromkeys(("token_id", "user_id", "company_id", "api_key_id"), "ID-5"),
    "duration": "TM-2",
}
_JOB = {
    **_IDS,
    "status": "ST-1",
    "rerun_from": "JB-4.6",
    "platform_name": "ID-3",
    "created_date": "TM-3",
    "start_time": "TM-3",
}
_TOKEN = {
    **_IDS,
    "id": "ID-5",
    **dict.fromkeys(("created_date", "expiration_date", "last_used_time"), "TM-4"),
    "count": "CT-1",
    "key": "SC-1",
    "token": "SC-1",
    "valid": "TK-3.5",
}
_PLATFORM = {
    **_IDS,
    "id": "ID-2",
    **dict.fromkeys(("name", "platform_name"), "ID-3"),
    "status": "PF-3.1",
    "type": "PF-1.4",
    **dict.fromkeys(("specs", "perfs"), "PF-2.2"),
    "created_date": "TM-6",
}

_DEFAULT = _Answer(DefaultResponse)
_NEW_JOB = _Answer(NewJob, _IDS, missing={"*": "C-1"})
_STATUS = _Answer(
    StatusOfJob,
    {
        "status": "ST-1",
        "progress": "ST-10",
        **dict.fromkeys(("creation_datetime", "start_time"), "TM-1"),
        "duration": "TM-2",
    },
    missing={"*": "JB-2.4"},
    checks=(job_follows_status, start_follows_creation),
)
_RESULT = _Answer(
    JobResult,
    {**_IDS, "results": "C-6", "intermediate_results": "RS-5"},
    checks=(answers_for("job_id", "RS-2", str.lower), results_are_readable),
)
_TOKENS = _Answer(list[ListedToken], _TOKEN, checks=(page_fits, ascending("id", "PG-7")))
_NEW_TOKEN = _Answer(NewToken, _IDS)
_ONE_TOKEN = _Answer(Token, _TOKEN, checks=(answers_for("id", "TK-3", without_zeros), is_no_api_key))
_USER = {**_IDS, "created_date": "TM-6", "priority": "US-1.7", "credits": "US-1.11", "time_left": "US-1.12"}
_CLIENT_PLATFORM = _Answer(
    ClientPlatform,
    {**_PLATFORM, "type": "C-10", "specs": "C-10", "perfs": "PL-2.7", "status": "PL-2.7"},
    missing={"type": "C-10", "specs": "C-10"},
    checks=(answers_for("name", "PL-2.4"), specs_hold_no_null),
)

_ANSWERS: dict[Operation, _Answer] = {
    op.SV_1: _Answer(Any),
    op.SV_2: _Answer(Health),
    op.SV_3: _Answer(OpenApi),
    op.SV_4: _Answer(ToolboxOpenApi),
    op.SV_5: _Answer(ServerStatus),
    op.SV_6: _Answer(
        list[PublicPlatform],
        {
            "id": "ID-2",
            "name": "ID-3",
            "created_date": "TM-6",
            **dict.fromkeys(("maintenance", "start_time", "end_time"), "SV-6.4"),
            **dict.fromkeys(("statistic", "availability"), "SV-6.6"),
            **dict.fromkeys(
                ("specs", "worker_id", "workers", "user_id", "users", "token", "tokens"), "SV-6.2"
            ),
        },
        missing={**dict.fromkeys(("start_time", "end_time"), "SV-6.4"), "*": "SV-6.1"},
    ),
    **dict.fromkeys((op.JB_1, op.JB_1D, op.JB_6, op.JB_6D), _NEW_JOB),
    **dict.fromkeys((op.JB_2, op.JB_2D), _STATUS),
    **dict.fromkeys((op.JB_3, op.JB_3D), _RESULT),
    op.JB_4: _Answer(JobData, _JOB, checks=(answers_for("job_id", "JB-4", str.lower), job_follows_status)),
    **dict.fromkeys((op.JB_5, op.JB_5D), _DEFAULT),
    op.JB_7: _Answer(
        JobAvailability, dict.fromkeys(JobAvailability.model_fields, "JB-7.1"), missing={"*": "JB-7.1"}
    ),
    **dict.fromkeys((op.TK_1, op.AT_1, op.AD_1), _TOKENS),
    **dict.fromkeys((op.TK_2, op.AT_2, op.AT_2D), _NEW_TOKEN),
    **dict.fromkeys((op.TK_3, op.AT_3, op.AT_3D), _ONE_TOKEN),
    **dict.fromkeys((op.TK_4, op.AT_4), _DEFAULT),
    **dict.fromkeys((op.TK_5, op.AT_5, op.AT_5D, op.TK_6, op.AT_6), _DEFAULT),
    **dict.fromkeys((op.TK_7, op.AT_7, op.TK_8, op.AT_8D, op.AT_9D), _DEFAULT),
    op.TK_9: _Answer(
        list[TokenUsage],
        {**_IDS, "total_jobs": "UR-2", "usage": "UR-1", "duration_seconds": "TM-2"},
        checks=(each(total_is_sum), ascending("token_id", "UR-14")),
    ),
    op.US_0: _Answer(
        Login, {"token": "US-0.1", "duration": "US-0.1", "user_id": "ID-5"}, missing={"*": "US-0.1"}
    ),
    op.US_1: _Answer(NewUser, _IDS, checks=(without_password,)),
    op.US_2: _Answer(
        ListedUser, _USER, checks=(answers_for("user_id", "US-2", without_zeros), without_password)
    ),
    op.US_3: _DEFAULT,
    op.US_4: _DEFAULT,
    op.US_5: _Answer(
        list[ListedUser],
        _USER,
        checks=(page_fits, ascending("user_id", "PG-7"), each(without_password)),
    ),
    op.AK_1: _Answer(NewApiKey, _IDS),
    op.AK_2_LIST: _Answer(
        list[ListedApiKey],
        {**_IDS, "created_date": "TM-6", "expiration_date": "TM-6"},
        missing={"*": "AK-2.1"},
        checks=(
            page_fits,
            ascending("api_key_id", "PG-7"),
            each(without("AK-2.1", "api_key", "key", "token")),
        ),
    ),
    op.AK_2_REVOKE: _DEFAULT,
    op.PL_1: _CLIENT_PLATFORM,
    op.PL_2: _CLIENT_PLATFORM,
    op.PF_1: _Answer(RegisteredPlatform, {**_PLATFORM, "worker_id": "PF-1.5"}),
    op.PF_2: _Answer(
        ListedPlatform, _PLATFORM, checks=(answers_for("id", "PF-2", str.lower), specs_hold_no_null)
    ),
    op.PF_3: _DEFAULT,
    op.PF_4: _DEFAULT,
    op.PF_5: _Answer(list[ListedPlatform], _PLATFORM, checks=(page_fits, each(specs_hold_no_null))),
    op.PP_1: _DEFAULT,
    op.PP_2: _DEFAULT,
    op.WK_1: _Answer(FetchedJob, {**_JOB, "payload": "WK-1.8"}),
    op.WK_2: _Answer(PublishedJob, {"status": "ST-1"}),
    op.JA_1: _Answer(
        list[AdminListedJob],
        _JOB,
        checks=(page_fits, each(without("JA-1", "payload")), each(job_follows_status)),
    ),
    op.JA_2: _Answer(CanceledJobs, {**_IDS, "status": "ST-1"}),
}


def violations(exchange: Exchange) -> list[Violation]:
    """Every breach of the contract that the answer alone shows; [] for an answer that is right.

    Looks at status, headers and body. An operation without a model is held against the general rules only,
    and an exchange that ended without an answer against none.
    """
    if exchange.failure:
        return []
    if exchange.request.operation == op.SV_1 and exchange.status == 302:
        return []
    # Whatever answers HEAD has no body.
    body = () if exchange.request.operation.method == "HEAD" else _of_body(exchange)
    return [*_of_transport(exchange), *body]


def _of_transport(exchange: Exchange) -> Iterator[Violation]:
    headers = {name.lower(): value for name, value in exchange.headers.items()}
    status = exchange.status
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        yield Violation("TR-5", "Content-Type", f"must be application/json, but is {media_type or 'absent'}")
    if status >= 500:
        yield Violation("EN-10", "status", f"is {status}: a cloud never fails like this")
    elif 200 < status < 300:
        yield Violation("TR-6", "status", f"is {status}, but success is always 200")
    elif 300 <= status < 400:
        yield Violation("TR-12", "status", f"is {status}, but nothing redirects")
    elif status not in (200, 400, 401, 403, 404, 405, 422):
        yield Violation("TR-29", "status", f"is {status}, which no operation declares")
    for header, rule in (("retry-after", "TR-10"), ("deprecation", "TR-30"), ("sunset", "TR-30")):
        if header in headers:
            yield Violation(rule, header.title(), "must not be there")
    if exchange.seconds >= CALL_SECONDS:
        yield Violation("TR-11", "time", f"was {exchange.seconds:.1f} s; the client gives up after 10 s")


def _of_body(exchange: Exchange) -> Iterator[Violation]:
    if not exchange.is_json:
        html = exchange.content.lstrip()[:1] == b"<"
        rule = "EN-13" if html else "TR-6" if exchange.status == 200 else "TR-5"
        problem = "is HTML" if html else f"is no JSON: {shown(exchange.content[:80])}"
        yield Violation(rule, "body", problem)
    elif exchange.status == 200:
        yield from _of_success(exchange)
    elif exchange.status >= 400:
        yield from _of_error(exchange)


def _of_success(exchange: Exchange) -> Iterator[Violation]:
    operation = exchange.request.operation
    answer = _ANSWERS.get(operation)
    if answer is None:
        return
    try:
        _adapter(operation).validate_python(exchange.body)
    except ValidationError as error:
        for details in error.errors(include_url=False)[:_MOST_SHOWN]:
            yield _violation(details, answer, operation)
        return
    if answer.checks:
        asked = _asked(exchange)
        for check in answer.checks:
            yield from check(exchange.body, asked)


def build_models() -> None:
    """Build every model now, instead of at its first answer: for a process that is to be forked often."""
    for operation in _ANSWERS:
        _adapter(operation).rebuild()


@cache
def _adapter(operation: Operation) -> TypeAdapter[Any]:
    return TypeAdapter(_ANSWERS[operation].model)


def _violation(details: ErrorDetails, answer: _Answer, operation: Operation) -> Violation:
    """A breach in words, under the most special rule that is known for its member."""
    where = _where(details["loc"])
    names = [part for part in details["loc"] if isinstance(part, str) and part != "[key]"]
    member = names[-1] if names else ""
    missing = answer.missing.get(member) or answer.missing.get("*") or operation.rule
    if details["type"] == "missing":
        return Violation(missing, where, "is missing")
    if details["type"] == "extra_forbidden":
        return Violation(answer.rules.get(member, missing), where, "must not be there")
    rule = next((answer.rules[name] for name in reversed(names) if name in answer.rules), operation.rule)
    if rule in ("TM-3", "TM-4") and _is_time_elsewhere(details["input"]):
        rule = "TM-6"
    value = "" if member in ("token", "key", "api_key") else f", but is {shown(details['input'])}"
    return Violation(rule, where, f"{_lower(details['msg'])}{value}")


def _is_time_elsewhere(value: object) -> bool:
    """Whether a value is a right time, so that only its zone can be wrong."""
    return isinstance(value, str) and re.match(_TIME, value) is not None


def _where(location: tuple[int | str, ...]) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return path.removeprefix(".") or "body"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _asked(exchange: Exchange) -> Asked:
    parts = urlsplit(exchange.request.url)
    template = exchange.request.operation.path.split("/")
    values = zip(reversed(template), reversed(parts.path.split("/")), strict=False)
    in_path = next((unquote(value) for name, value in values if name.startswith("{")), "")
    limit = parse_qs(parts.query).get("limit", [""])[-1] if parts.query else ""
    # Longer ones are refused, or looked at by no one.
    is_limit = limit.isascii() and limit.isdigit() and len(limit) <= _LONGEST_LIMIT
    return Asked(in_path, int(limit) if is_limit else DEFAULT_LIMIT)


def _of_error(exchange: Exchange) -> Iterator[Violation]:
    body, status = exchange.body, exchange.status
    rule = "EN-3" if status == 422 else "EN-2" if status in (405, 500) else "EN-1"
    if not isinstance(body, dict):
        yield Violation(rule, "body", f"must be an object, but is {shown(body)}")
        return
    # A violated schema is 422 with `message`, or 400 with `error`; either text is taken for either (EN-7).
    fields = status == 422 or (status == 400 and "message" in body)
    text = "message" if "message" in body and fields else "error"
    for member in ("detail", text):
        if member not in body:
            yield Violation(rule, member, "is missing")
    for member in body.keys() - {"detail", text}:
        yield Violation(rule, member, "must not be there")
    if text in body and not (isinstance(body[text], str) and body[text]):
        yield Violation(rule, text, f"must be a non-empty string, but is {shown(body[text])}")
    if "detail" in body:
        yield from _of_detail(body["detail"], fields, rule)
    if _shows_credential(exchange):
        yield Violation("SC-2", "body", "shows the credential of the request")


def _of_detail(detail: object, fields: bool, rule: str) -> Iterator[Violation]:
    if not isinstance(detail, dict):
        yield Violation(rule, "detail", f"must be an object, but is {shown(detail)}")
        return
    if not fields:
        return
    if not detail:
        yield Violation(rule, "detail", "names no field")
    for location, named in detail.items():
        where = f"detail.{location}"
        if location not in ("json", "query", "form"):
            yield Violation("EN-4", where, "is none of json, query and form")
        if not isinstance(named, dict) or not named:
            yield Violation(rule, where, f"must name fields, but is {shown(named)}")
            continue
        for name, messages in named.items():
            if (
                not isinstance(messages, list)
                or not messages
                or not all(isinstance(m, str) for m in messages)
            ):
                problem = f"must be a non-empty list of strings, but is {shown(messages)}"
                yield Violation(rule, f"{where}.{name}", problem)


def _shows_credential(exchange: Exchange) -> bool:
    credential = exchange.request.headers.get("Authorization", "").partition(" ")[2]
    return len(credential) > 8 and credential.encode() in exchange.content
