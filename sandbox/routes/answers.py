"""The schemas of answers that the published document does not have: SV-5, SV-6, US-0 to WK-2."""

from collections.abc import Mapping

from sandbox.json_text import Json
from sandbox.rules import lifecycle, platforms

Schema = dict[str, Json]

_TEXT: Schema = {"type": "string"}
_INTEGER: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}
_BOOLEAN: Schema = {"type": "boolean"}
_TIME: Schema = {"type": "string", "format": "date-time"}
_OBJECT: Schema = {"type": "object", "additionalProperties": {}}
_JOB_STATUS: Schema = {"type": "string", "enum": list(lifecycle.STATUSES)}
_PLATFORM_STATUS: Schema = {"type": "string", "enum": list(platforms.STATUSES)}


def _object(members: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "required": list(members), "properties": dict(members)}


def _nullable(schema: Schema) -> Schema:
    return {**schema, "nullable": True}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


_PLATFORM_DETAILS = {
    "id": _TEXT,
    "name": _TEXT,
    "type": _TEXT,
    "status": _PLATFORM_STATUS,
    "specs": _OBJECT,
    "perfs": _OBJECT,
}
_MAINTENANCE = _object({"start_time": _TIME, "end_time": _TIME})

SCHEMAS: dict[str, Schema] = {
    "ServiceStatus": _object({"db": _TEXT, "server": _TEXT}),
    "PlatformDetails": _object(_PLATFORM_DETAILS),
    "Platform": _object({**_PLATFORM_DETAILS, "description": _TEXT, "created_date": _TIME}),
    "PublicPlatform": _object(
        {
            "id": _TEXT,
            "name": _TEXT,
            "description": _TEXT,
            "type": _TEXT,
            "status": _PLATFORM_STATUS,
            "maintenance": _nullable(_MAINTENANCE),
            "statistic": _OBJECT,
            "created_date": _TIME,
        }
    ),
    "Registered": _object(
        {"platform_id": _TEXT, "platform_name": _TEXT, "worker_id": _TEXT, "status": _PLATFORM_STATUS}
    ),
    "LoggedIn": _object({"token": _TEXT, "duration": _INTEGER, "user_id": _INTEGER}),
    "UserCreated": _object({"user_id": _INTEGER}),
    "User": _object(
        {
            "user_id": _INTEGER,
            "email": _TEXT,
            "first_name": _TEXT,
            "last_name": _TEXT,
            "platform_ids": _list(_TEXT),
            "is_admin": _BOOLEAN,
            "priority": _INTEGER,
            "company_id": _nullable(_INTEGER),
            "is_active": _BOOLEAN,
            "created_date": _TIME,
            "credits": _nullable(_NUMBER),
            "time_left": _nullable(_INTEGER),
            "forbidden_commands": _list(_TEXT),
        }
    ),
    "ApiKeyCreated": _object({"api_key": _TEXT, "api_key_id": _INTEGER, "duration": _INTEGER}),
    "ApiKey": _object(
        {
            "api_key_id": _INTEGER,
            "label": _TEXT,
            "user_id": _INTEGER,
            "created_date": _TIME,
            "expiration_date": _TIME,
            "is_revoked": _BOOLEAN,
        }
    ),
    "FetchedJob": _object(
        {
            "job_id": _TEXT,
            "job_name": _TEXT,
            "platform_id": _TEXT,
            "platform_name": _TEXT,
            "payload": _OBJECT,
            "pcvl_version": _nullable(_TEXT),
            "max_duration": _nullable(_INTEGER),
            "process_id": _nullable(_TEXT),
        }
    ),
    "Published": _object({"message": _TEXT, "status": _JOB_STATUS}),
    "ListedJob": _object(
        {
            "job_id": _TEXT,
            "job_name": _TEXT,
            "status": _JOB_STATUS,
            "command": _nullable(_TEXT),
            "platform_id": _TEXT,
            "platform_name": _TEXT,
            "pcvl_version": _nullable(_TEXT),
            "process_id": _nullable(_TEXT),
            "rerun_from": _nullable(_TEXT),
            "token_id": _INTEGER,
            "token_label": _TEXT,
            "created_date": _TIME,
            "start_time": _nullable(_TIME),
            "duration": _nullable(_INTEGER),
            "shots": _nullable(_INTEGER),
            "failure_code": _nullable(_TEXT),
            "user_id": _INTEGER,
        }
    ),
    "JobsCanceled": _object(
        {"message": _TEXT, "jobs": _list(_object({"job_id": _TEXT, "status": _JOB_STATUS}))}
    ),
}
