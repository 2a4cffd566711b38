"""The shapes of bodies and queries, and how a request is brought into one (TR-18 to TR-28)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.json_text import Json, JsonObject
from sandbox.routes.kinds import (
    JOB_STATUS,
    Anything,
    Boolean,
    Email,
    Integer,
    Kind,
    ListOf,
    Maintenance,
    Number,
    Object,
    Perfs,
    QueryBoolean,
    QueryIds,
    QueryInteger,
    QueryTime,
    Specs,
    Text,
    UnfitError,
)
from sandbox.rules.refusals import SchemaError

MISSING = "Missing data for required field."
NULL = "Field may not be null."
NOT_AN_OBJECT = "Not a valid object."

LONGEST_LABEL = 255
LONGEST_PAGE = 10_000
USUAL_PAGE = 1_000


@dataclass(frozen=True)
class Field:
    """One member of a body, or one parameter of a query.

    A null in a nullable field means that it is absent, unless `keeps_null` says that null is a value (TR-26).
    """

    name: str
    kind: Kind
    required: bool = False
    nullable: bool = False
    keeps_null: bool = False
    default: Json = None


@dataclass(frozen=True)
class Shape:
    """The fields of a body or query, under the name that the served document gives it."""

    name: str
    fields: tuple[Field, ...]

    def take(self, members: Mapping[str, Json], location: str) -> dict[str, Any]:
        """Return the members that are fields, each as its kind wants it; the others are ignored (TR-9)."""
        taken: dict[str, Any] = {}
        problems: dict[str, list[str]] = {}
        for field in self.fields:
            try:
                _take_field(field, members, taken)
            except UnfitError as unfit:
                problems[field.name] = [str(unfit)]
        if problems:
            raise SchemaError(location, problems)
        return taken

    def take_query(self, parameters: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Return the parameters that are fields; of a repeated one the last counts, unless it is a list."""
        members: dict[str, Json] = {}
        for name, value in parameters:
            if any(field.name == name and isinstance(field.kind, QueryIds) for field in self.fields):
                members.setdefault(name, []).append(value)
            else:
                members[name] = None if value == "" or value.lower() == "null" else value
        taken = self.take(members, "query")
        return {field.name: taken.get(field.name, field.default) for field in self.fields}


def _take_field(field: Field, members: Mapping[str, Json], taken: dict[str, Any]) -> None:
    if field.name not in members:
        if field.required:
            raise UnfitError(MISSING)
        return
    value = members[field.name]
    if value is not None:
        taken[field.name] = field.kind.take(value)
    elif not field.nullable:
        raise UnfitError(NULL)
    elif field.keeps_null:
        taken[field.name] = None


def not_an_object() -> SchemaError:
    """Return the refusal of a body that is JSON but no object (TR-20)."""
    return SchemaError("json", {"_schema": [NOT_AN_OBJECT]})


def member_value(value: Json, text: str) -> Json:
    """Return a member as the kinds take it: an object with its text."""
    return JsonObject(value, text) if isinstance(value, dict) else value


def _optional(name: str, kind: Kind) -> Field:
    return Field(name, kind, nullable=True)


_PAGE = (
    Field("limit", QueryInteger(1, LONGEST_PAGE), nullable=True, default=USUAL_PAGE),
    Field("offset", QueryInteger(0), nullable=True, default=0),
)
_TOKEN_FILTERS = (
    Field("user_id", QueryInteger(), nullable=True),
    Field("include_expired", QueryBoolean(), nullable=True, default=True),
    Field("include_revoked", QueryBoolean(), nullable=True, default=True),
)

PAGE = Shape("Page", _PAGE)
TOKEN_LIST = Shape("TokenList", _PAGE + _TOKEN_FILTERS)
JOB_LIST = Shape(
    "JobList",
    (
        *_PAGE,
        Field("status", JOB_STATUS, nullable=True),
        Field("user_id", QueryInteger(), nullable=True),
        Field("platform_name", Text(), nullable=True),
    ),
)
USAGE = Shape(
    "Usage",
    (
        Field("token_ids", QueryIds(), default=[]),
        Field("start_time", QueryTime(), nullable=True),
        Field("end_time", QueryTime(), nullable=True),
    ),
)

LOGIN = Shape("Login", (Field("email", Text(), required=True), Field("password", Text(), required=True)))

_ADMIN_MEMBERS = (
    Field("platform_ids", ListOf(Text())),
    Field("is_admin", Boolean()),
    Field("priority", Integer(0)),
    Field("company_id", Integer(), nullable=True),
    Field("credits", Number(0), nullable=True, keeps_null=True),
    Field("time_left", Integer(0), nullable=True, keeps_null=True),
    Field("forbidden_commands", ListOf(Text())),
)
USER_CREATE = Shape(
    "UserCreate",
    (
        Field("email", Email(), required=True),
        Field("password", Text(), required=True),
        Field("first_name", Text(), required=True),
        Field("last_name", Text(), required=True),
        *_ADMIN_MEMBERS,
    ),
)
USER_UPDATE = Shape(
    "UserUpdate",
    (
        Field("email", Email()),
        Field("password", Text()),
        Field("first_name", Text()),
        Field("last_name", Text()),
        *_ADMIN_MEMBERS,
        Field("is_active", Boolean()),
    ),
)

LABEL = Text(1, LONGEST_LABEL)
TOKEN_UPDATE = Shape("TokenUpdate", (_optional("label", LABEL), _optional("priority", Integer(0))))
REVOKE_TOKEN = Shape("RevokeToken", (Field("token", Text(), required=True),))
TOKEN_IDS = Shape("ListTokenIds", (Field("token_ids", ListOf(Integer()), required=True),))
TOKEN_KEYS = Shape("DeleteTokensByKey", (_optional("tokens", ListOf(Text())),))
API_KEY_REVOKE = Shape("ApiKeyRevoke", (Field("api_key_id", Integer(), required=True),))


def token_generate(longest_duration: int) -> Shape:
    """TK-2.6 to TK-2.8, LM-4: the shape of a token to be; the longest duration is a setting."""
    return Shape(
        "TokenGenerateRequest",
        (
            _optional("label", LABEL),
            _optional("duration", Integer(1, longest_duration)),
            _optional("priority", Integer(0)),
            _optional("user_id", Integer()),
            _optional("is_explorer_token", Boolean()),
        ),
    )


def api_key_create(longest_duration: int) -> Shape:
    """AK-1.3, AK-1.4, LM-4: the shape of an API key to be; the longest duration is a setting."""
    return Shape(
        "ApiKeyCreate",
        (
            _optional("label", LABEL),
            _optional("duration", Integer(1, longest_duration)),
            _optional("user_id", Integer()),
        ),
    )


JOB_CREATE = Shape(
    "JobCreate",
    (
        Field("job_name", Text(), required=True),
        Field("payload", Object(), required=True, nullable=True, keeps_null=True),
        _optional("platform_id", Text()),
        _optional("platform_name", Text()),
        _optional("max_duration", Integer()),
        _optional("pcvl_version", Text()),
        _optional("process_id", Text()),
        _optional("job_group_name", Text()),
    ),
)
RERUN = Shape(
    "RerunJob",
    (_optional("job_name", Text()), _optional("payload", Object()), _optional("platform_id", Text())),
)
CANCEL_MANY = Shape("JobsCancel", (Field("job_ids", ListOf(Text()), required=True),))

_PLATFORM_LIMITS = (
    Field("max_duration", Integer(1), nullable=True, keeps_null=True),
    Field("max_shots", Integer(1), nullable=True, keeps_null=True),
)
REGISTER = Shape(
    "PlatformRegister",
    (
        Field("platform_name", Text(), required=True),
        Field("type", Text(1)),
        Field("worker_id", Text(1), required=True),
        Field("specs", Specs(), required=True),
        Field("perfs", Perfs()),
        Field("description", Text()),
        Field("max_duration", Integer(1)),
        Field("max_shots", Integer(1)),
        Field("allow_explorer", Boolean()),
    ),
)
PLATFORM_UPDATE = Shape(
    "PlatformUpdate",
    (
        Field("platform_name", Text()),
        Field("type", Text(1)),
        Field("status", Text()),
        Field("specs", Specs()),
        Field("perfs", Perfs()),
        Field("description", Text()),
        *_PLATFORM_LIMITS,
        Field("allow_explorer", Boolean()),
        Field("maintenance", Maintenance(), nullable=True, keeps_null=True),
    ),
)
PERMISSION = Shape(
    "PlatformPermission",
    (Field("user_id", Integer(), required=True), Field("platform_id", Text(), required=True)),
)
FETCH = Shape(
    "JobFetch",
    (
        Field("platform_id", Text()),
        Field("platform_name", Text()),
        Field("worker_id", Text(), required=True),
    ),
)
PUBLISH = Shape(
    "JobPublication",
    (
        Field("worker_id", Text(), required=True),
        Field("status", Text()),
        Field("progress", Number(most=math.inf)),
        Field("progress_message", Text()),
        Field("intermediate_results", Object()),
        Field("results", Anything(), nullable=True, keeps_null=True),
        Field("results_type", Text()),
        Field("shots", Integer(0)),
        Field("status_message", Text()),
        Field("failure_code", Text()),
    ),
)
