"""The table of routes: every operation of the cloud, its callers, shapes and handler."""

from dataclasses import replace

from sandbox.cloud import Cloud
from sandbox.routes import jobs, platforms, service, shapes, tokens, users, workers
from sandbox.routes.calls import Operation
from sandbox.routes.shapes import Shape
from sandbox.rules.credentials import Kind, Surface

JT = frozenset({Kind.JOB})
LT = frozenset({Kind.LOGIN})
LT_JT = LT | JT
ALL = frozenset(Kind)


def _token_generate(cloud: Cloud) -> Shape:
    return shapes.token_generate(cloud.settings.max_token_duration)


def _api_key_create(cloud: Cloud) -> Shape:
    return shapes.api_key_create(cloud.settings.max_token_duration)


_CREATE = Operation(
    "JB-1", "POST", "/api/jobs", "Create a job", jobs.create, Surface.JOB, JT,
    body=shapes.JOB_CREATE, answers="JobId", refusals=(403, 404),
)  # fmt: skip
_STATUS = Operation(
    "JB-2", "GET", "/api/jobs/{job_id}/status", "Get the status of a job", jobs.status, Surface.JOB, JT,
    answers="JobStatusResponse", refusals=(400, 403, 404),
)  # fmt: skip
_RESULT = Operation(
    "JB-3", "GET", "/api/jobs/{job_id}/result", "Get the result of a job", jobs.result, Surface.JOB, JT,
    answers="JobResult", refusals=(400, 403, 404),
)  # fmt: skip
_CANCEL = Operation(
    "JB-5", "POST", "/api/jobs/{job_id}/cancel", "Cancel a job", jobs.cancel, Surface.JOB, JT,
    refusals=(400, 403, 404),
)  # fmt: skip
_RERUN = Operation(
    "JB-6", "POST", "/api/jobs/{job_id}/rerun", "Rerun a job", jobs.rerun, Surface.JOB, JT,
    body=shapes.RERUN, answers="RerunJobResponse", refusals=(403, 404),
)  # fmt: skip
_LIST_TOKENS = Operation(
    "TK-1", "GET", "/api/tokens", "List tokens", tokens.list_own, Surface.JOB, JT,
    query=shapes.TOKEN_LIST, answers="TokensListUnitResponse[]", refusals=(403,),
)  # fmt: skip
_GENERATE = Operation(
    "TK-2", "POST", "/api/tokens", "Generate a token", tokens.generate, Surface.JOB, JT, "full_token",
    body=_token_generate, answers="TokenGenerateResponse",
)  # fmt: skip
_READ_TOKEN = Operation(
    "TK-3", "GET", "/api/tokens/{token_id}", "Get a token", tokens.read, Surface.JOB, JT,
    answers="Token", refusals=(403, 404),
)  # fmt: skip
_UPDATE_TOKEN = Operation(
    "TK-4", "PUT", "/api/tokens/{token_id}", "Update a token", tokens.update, Surface.JOB, JT, "full_token",
    body=shapes.TOKEN_UPDATE, refusals=(404,),
)  # fmt: skip
_REVOKE = Operation(
    "TK-5", "POST", "/api/tokens/revoke", "Revoke a token", tokens.revoke, Surface.JOB, JT,
    body=shapes.REVOKE_TOKEN, form=True, refusals=(403,),
)  # fmt: skip
_REOPEN = Operation(
    "TK-6", "POST", "/api/tokens/reopen", "Reopen a token", tokens.reopen, Surface.JOB, JT, "full_token",
    body=shapes.REVOKE_TOKEN, form=True,
)  # fmt: skip
_DELETE_BY_IDS = Operation(
    "TK-7", "POST", "/api/tokens/delete-by-ids", "Delete tokens by ids", tokens.delete_by_ids, Surface.JOB, JT,
    "full_token", body=shapes.TOKEN_IDS,
)  # fmt: skip
_DELETE_BY_KEYS = Operation(
    "TK-8", "POST", "/api/tokens/delete", "Delete tokens by keys", tokens.delete_by_keys, Surface.JOB, JT,
    "full_token", body=shapes.TOKEN_KEYS,
)  # fmt: skip
_BY_NAME = Operation(
    "PL-2", "GET", "/api/platform/{name}", "Get a platform by name", platforms.read_by_name, Surface.JOB, ALL,
    answers="PlatformDetails", refusals=(404,),
)  # fmt: skip


def _account(operation: Operation, identifier: str, path: str, accepts: frozenset[Kind]) -> Operation:
    """Return the account flavour of a token operation (§2.5)."""
    return replace(operation, id=identifier, path=path, surface=Surface.ACCOUNT, accepts=accepts)


def _twin(operation: Operation, path: str, suffix: str = "d") -> Operation:
    """Return the deprecated twin of an operation (§1.8)."""
    return replace(operation, id=operation.id + suffix, path=path)


_GENERATE_BY_ACCOUNT = _account(_GENERATE, "AT-2", "/api/auth/tokens", LT_JT)
_READ_BY_ACCOUNT = _account(_READ_TOKEN, "AT-3", "/api/auth/tokens/{token_id}", LT)
_REVOKE_BY_ACCOUNT = replace(
    _account(_REVOKE, "AT-5", "/api/auth/tokens/revoke", LT), handler=tokens.revoke_by_account
)


def _admin(identifier: str, method: str, path: str, **rest: object) -> Operation:
    """Return an operation for admins by login token."""
    return Operation(  # type: ignore[misc]
        identifier, method, path, surface=Surface.ACCOUNT, accepts=LT, right="admin", **rest  # type: ignore[arg-type]
    )


OPERATIONS: tuple[Operation, ...] = (
    # The routes that are asked most come first, as they are tried in this order.
    _STATUS,
    _twin(_STATUS, "/api/job/status/{job_id}"),
    _RESULT,
    _twin(_RESULT, "/api/job/result/{job_id}"),
    _CREATE,
    _twin(_CREATE, "/api/job"),
    Operation(
        "WK-1", "POST", "/admin/job", "Fetch a job", workers.fetch, Surface.ACCOUNT, ALL, "worker",
        body=shapes.FETCH, answers="FetchedJob", refusals=(404,),
    ),
    Operation(
        "WK-2", "PUT", "/admin/job/{job_id}", "Publish about a job", workers.publish, Surface.ACCOUNT, ALL, "worker",
        body=shapes.PUBLISH, answers="Published", refusals=(404,),
    ),
    Operation(
        "JB-4", "GET", "/api/jobs/{job_id}/data", "Get the data of a job", jobs.data, Surface.JOB, JT,
        answers="GetJobDataResonse", refusals=(403, 404),
    ),
    _CANCEL,
    _twin(_CANCEL, "/api/job/cancel/{job_id}"),
    _RERUN,
    _twin(_RERUN, "/api/job/rerun/{job_id}"),
    Operation(
        "JB-7", "GET", "/api/jobs/availability", "Get the room for jobs", jobs.availability, Surface.JOB, JT,
        answers="JobAvailabilityResponse",
    ),
    Operation("SV-1", "GET", "/", "Home", service.home, answers="Anything"),
    Operation("SV-2", "GET", "/health", "Health", service.health, answers="Anything"),
    Operation("SV-3", "GET", "/openapi.json", "This document", service.openapi, answers="Anything"),
    Operation("SV-4", "GET", "/qt-openapi.json", "Toolbox", service.toolbox_openapi, answers="Anything"),
    Operation("SV-5", "GET", "/api/status", "State of the parts", service.status, answers="ServiceStatus"),
    Operation(
        "SV-6", "GET", "/api/platforms/public", "Platforms for everyone", service.public_platforms,
        answers="PublicPlatform[]",
    ),
    _LIST_TOKENS,
    _GENERATE,
    _READ_TOKEN,
    _UPDATE_TOKEN,
    _REVOKE,
    _REOPEN,
    _DELETE_BY_IDS,
    _DELETE_BY_KEYS,
    Operation(
        "TK-9", "GET", "/api/tokens/usage/report", "Report the usage of tokens", tokens.usage_report, Surface.JOB, JT,
        query=shapes.USAGE, answers="TokenUsageResponse[]", refusals=(400, 403),
    ),
    _account(_LIST_TOKENS, "AT-1", "/api/auth/tokens", LT_JT),
    _GENERATE_BY_ACCOUNT,
    _twin(_GENERATE_BY_ACCOUNT, "/api/auth/token/generate"),
    _READ_BY_ACCOUNT,
    _twin(_READ_BY_ACCOUNT, "/api/auth/token/{token_id}"),
    _account(_UPDATE_TOKEN, "AT-4", "/api/auth/tokens/{token_id}", LT),
    _REVOKE_BY_ACCOUNT,
    _twin(_REVOKE_BY_ACCOUNT, "/api/auth/token/revoke"),
    _account(_REOPEN, "AT-6", "/api/auth/tokens/reopen", LT),
    _account(_DELETE_BY_IDS, "AT-7", "/api/auth/tokens/delete-by-ids", LT_JT),
    replace(_DELETE_BY_KEYS, id="AT-8d", path="/api/auth/token/delete"),
    replace(_DELETE_BY_KEYS, id="AT-9d", path="/api/auth/tokens/delete"),
    _BY_NAME,
    replace(_BY_NAME, id="PL-1", path="/api/platforms/{name}/processor"),
    Operation(
        "PF-5", "GET", "/api/platforms", "List platforms", platforms.list_all, Surface.ACCOUNT, ALL,
        query=shapes.PAGE, answers="Platform[]",
    ),
    Operation(
        "PF-2", "GET", "/api/platforms/{platform_id}", "Get a platform", platforms.read, Surface.ACCOUNT, ALL,
        answers="Platform", refusals=(404,),
    ),
    Operation(
        "PF-3", "PUT", "/api/platforms/{platform_id}", "Update a platform", platforms.update, Surface.ACCOUNT, ALL,
        "admin", body=shapes.PLATFORM_UPDATE, refusals=(404,),
    ),
    Operation(
        "PF-4", "DELETE", "/api/platforms/{platform_id}", "Delete a platform", platforms.delete, Surface.ACCOUNT, ALL,
        "admin", refusals=(404,),
    ),
    Operation(
        "PF-1", "POST", "/admin/platforms/register", "Register a platform", platforms.register, Surface.ACCOUNT, ALL,
        "registrar", body=shapes.REGISTER, answers="Registered",
    ),
    Operation(
        "PP-1", "POST", "/api/platform-permissions", "Give a permission", platforms.grant, Surface.ACCOUNT, ALL,
        "admin", body=shapes.PERMISSION, refusals=(404,),
    ),
    Operation(
        "PP-2", "DELETE", "/api/platform-permissions", "Take a permission", platforms.withdraw, Surface.ACCOUNT, ALL,
        "admin", body=shapes.PERMISSION, refusals=(404,),
    ),
    Operation(
        "US-0", "POST", "/api/login", "Log in", users.log_in, body=shapes.LOGIN, prepare=users.check_password,
        answers="LoggedIn", refusals=(401,),
    ),
    _admin(
        "US-1", "POST", "/api/users", summary="Create a user", handler=users.create, body=shapes.USER_CREATE,
        prepare=users.hash_password, answers="UserCreated",
    ),
    Operation(
        "US-2", "GET", "/api/users/{user_id}", "Get a user", users.read, Surface.ACCOUNT, LT, "self_or_admin",
        answers="User", refusals=(404,),
    ),
    Operation(
        "US-3", "PUT", "/api/users/{user_id}", "Update a user", users.update, Surface.ACCOUNT, LT, "self_or_admin",
        body=shapes.USER_UPDATE, restricts_members=True, prepare=users.hash_password, refusals=(404,),
    ),
    _admin(
        "US-4", "DELETE", "/api/users/{user_id}", summary="Delete a user", handler=users.delete, refusals=(400, 404)
    ),
    _admin("US-5", "GET", "/api/users", summary="List users", handler=users.list_all, query=shapes.PAGE,
           answers="User[]"),
    _admin("AK-1", "POST", "/admin/api-keys", summary="Create an API key", handler=tokens.create_api_key,
           body=_api_key_create, answers="ApiKeyCreated"),
    _admin("AK-2", "GET", "/admin/api-keys", summary="List API keys", handler=tokens.list_api_keys,
           query=shapes.PAGE, answers="ApiKey[]"),
    _admin("AK-2", "POST", "/admin/api-keys/revoke", summary="Revoke an API key", handler=tokens.revoke_api_key,
           body=shapes.API_KEY_REVOKE),
    _admin("AD-1", "GET", "/admin/tokens", summary="List all tokens", handler=tokens.list_all,
           query=shapes.TOKEN_LIST, answers="TokensListUnitResponse[]"),
    _admin("JA-1", "GET", "/admin/jobs", summary="List all jobs", handler=jobs.list_all,
           query=shapes.JOB_LIST, answers="ListedJob[]"),
    _admin("JA-2", "POST", "/admin/jobs/cancel", summary="Cancel jobs", handler=jobs.cancel_many,
           body=shapes.CANCEL_MANY, answers="JobsCanceled", refusals=(404,)),
)  # fmt: skip
