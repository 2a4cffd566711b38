"""Faults of the envelopes of refusals, EN-1 to EN-14, and of the order of checks, OC-1 to OC-6."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import app, shapes
from sandbox.routes import jobs as job_routes
from sandbox.routes.calls import Call, Operation
from sandbox.routes.table import OPERATIONS
from sandbox.rules import admission, credentials, jobs, lifecycle, platforms, refusals, rights, tokens
from sandbox.rules.credentials import Caller, Surface
from sandbox.rules.refusals import RefusalError, SchemaError, forbidden, not_found
from sandbox.store import platforms_table, users_table
from sandbox.store.records import Job, Token


def _refuse(ground: Ground, body: Callable[[int, str, dict[str, Json]], Json]) -> None:
    """Write the body of every refusal in another way."""
    ground.replace(app.refused, lambda status, error, detail: app._json(body(status, error, detail), status))


def _misshapen(
    ground: Ground, body: Callable[[str, dict[str, list[str]], str], Json], status: int = 422
) -> None:
    """Answer a violated schema in another way, from its location, problems and message."""
    ground.replace(
        app.misshapen,
        lambda refusal: app._json(body(refusal.location, refusal.problems, str(refusal)), status),
    )


def _check_first(ground: Ground, check: Callable[[Cloud, Operation, Request], None]) -> None:
    """Check something before everything else."""

    async def answer(original: Original, cloud: Cloud, operation: Operation, request: Request) -> Json:
        check(cloud, operation, request)
        return await original(cloud, operation, request)

    ground.wrap(app._answer, answer)


@breaks("EN-1", "The details of a refusal are null", also=("EN-14", "EN-2"), known_as="D013")
def detail_is_null(ground: Ground) -> None:
    _refuse(ground, lambda status, error, detail: {"detail": None, "error": error})


@breaks("EN-1", "The details of a refusal are missing", also=("EN-14", "EN-2"), known_as="D013")
def detail_is_missing(ground: Ground) -> None:
    _refuse(ground, lambda status, error, detail: {"error": error})


@breaks("EN-1", "The details of a refusal are a text", also=("EN-14", "EN-2"), known_as="D013")
def detail_is_a_text(ground: Ground) -> None:
    _refuse(ground, lambda status, error, detail: {"detail": error, "error": error})


@breaks("EN-1", "The text of a refusal is in its details, as FastAPI has it", also=("EN-14", "EN-2"))
def refusal_is_a_detail_alone(ground: Ground) -> None:
    _refuse(ground, lambda status, error, detail: {"detail": error})


@breaks("EN-1", "The text of a refusal has another name", also=("EN-2",))
def error_is_called_message(ground: Ground) -> None:
    _refuse(ground, lambda status, error, detail: {"detail": detail, "message": error})


@breaks("EN-1", "A refusal repeats its status", also=("EN-2",))
def refusal_has_a_third_member(ground: Ground) -> None:
    _refuse(ground, lambda status, error, detail: {"detail": detail, "error": error, "status": status})


@breaks("EN-1", "What is not there is refused without a text", also=("EN-8", "EN-11"))
def not_found_has_no_text(ground: Ground) -> None:
    _refuse(
        ground,
        lambda status, error, detail: {"detail": detail, "error": "" if status == 404 else error},
    )


@breaks("EN-1", "Who has no right is told so with null in the details", also=("EN-14",), known_as="D013")
def detail_of_a_missing_right_is_null(ground: Ground) -> None:
    _refuse(
        ground, lambda status, error, detail: {"detail": None if status == 403 else detail, "error": error}
    )


@breaks("EN-2", "A wrong method is refused with a message", also=("EN-9", "EN-1"), known_as="D014")
def wrong_method_has_another_form(ground: Ground) -> None:
    _refuse(
        ground,
        lambda status, error, detail: (
            {"message": error} if status == 405 else {"detail": detail, "error": error}
        ),
    )


@breaks("EN-3", "A violated schema is told as one text for each member", also=("EN-7", "EN-5"))
def messages_are_no_list(ground: Ground) -> None:
    _misshapen(
        ground,
        lambda location, problems, message: {
            "detail": {location: {name: texts[0] for name, texts in problems.items()}},
            "message": message,
        },
    )


@breaks("EN-3", "A violated schema is told without its place", also=("EN-7", "EN-4", "EN-5"))
def place_is_missing(ground: Ground) -> None:
    _misshapen(ground, lambda location, problems, message: {"detail": problems, "message": message})


@breaks("EN-3", "A violated schema is told as a list, as FastAPI has it", also=("EN-7", "EN-4", "EN-5"))
def violations_are_a_list(ground: Ground) -> None:
    _misshapen(
        ground,
        lambda location, problems, message: {
            "detail": [
                {"loc": [location, name], "msg": text} for name, texts in problems.items() for text in texts
            ],
            "message": message,
        },
    )


@breaks("EN-3", "A violated schema is told without a message", also=("EN-6", "EN-7"))
def message_is_missing(ground: Ground) -> None:
    _misshapen(ground, lambda location, problems, message: {"detail": {location: problems}})


@breaks("EN-4", "Whatever is wrong is told under json", also=("EN-7", "EN-3"))
def everything_is_in_json(ground: Ground) -> None:
    _misshapen(ground, lambda location, problems, message: {"detail": {"json": problems}, "message": message})


@breaks("EN-4", "What is wrong in a body is told under body", also=("EN-7", "EN-3"))
def json_is_called_body(ground: Ground) -> None:
    _misshapen(
        ground,
        lambda location, problems, message: {
            "detail": {"body" if location == "json" else location: problems},
            "message": message,
        },
    )


@breaks("EN-4", "What is wrong in a form is told under json", also=("EN-7", "EN-3", "TK-5.3", "TK-6.3"))
def form_is_called_json(ground: Ground) -> None:
    _misshapen(
        ground,
        lambda location, problems, message: {
            "detail": {"json" if location == "form" else location: problems},
            "message": message,
        },
    )


@breaks(
    "EN-5",
    "A missing member is asked for in other words",
    also=("JB-1.26", "US-0.5", "TK-7.4"),
    known_as="D016",
)
def missing_member_gets_other_words(ground: Ground) -> None:
    ground.set(shapes, "MISSING", "Field required")


@breaks("EN-5", "Of several missing members none is named", also=("EN-7", "EN-3"), known_as="D016")
def missing_member_is_not_named(ground: Ground) -> None:
    _misshapen(
        ground,
        lambda location, problems, message: {
            "detail": {
                location: {
                    "_schema" if texts == [shapes.MISSING] else name: texts
                    for name, texts in problems.items()
                }
            },
            "message": message,
        },
    )


@breaks("EN-6", "A violated schema has another message", also=("EN-7",))
def schema_has_another_message(ground: Ground) -> None:
    ground.text(SchemaError.__init__, "Validation error", "Unprocessable Entity")


@breaks("EN-7", "A violated schema is told without any details", also=("EN-3", "EN-5"), known_as="D016")
def violation_has_no_details(ground: Ground) -> None:
    _misshapen(ground, lambda location, problems, message: {"detail": {}, "message": message})


@breaks("EN-7", "A violated schema is refused with 400 and no member named", also=("EN-5",), known_as="D016")
def violation_is_a_bad_request(ground: Ground) -> None:
    _misshapen(ground, lambda location, problems, message: {"detail": {}, "error": message}, status=400)


@breaks("EN-7", "The member that is wrong has an empty list", also=("EN-3", "EN-5"))
def member_has_no_message(ground: Ground) -> None:
    _misshapen(
        ground,
        lambda location, problems, message: {
            "detail": {location: {name: [] for name in problems}},
            "message": message,
        },
    )


@breaks("EN-7", "A violated schema is told with status 409", also=("TR-29",))
def violation_is_a_conflict(ground: Ground) -> None:
    _misshapen(
        ground,
        lambda location, problems, message: {"detail": {location: problems}, "message": message},
        status=409,
    )


@breaks("EN-8", "An unknown route is answered in other words", also=("SV-4.1", "TR-12", "TR-14"))
def unknown_route_gets_other_words(ground: Ground) -> None:
    ground.set(app, "ROUTE_MISS", "Not found")


@breaks("EN-8", "An unknown route answers an anonymous caller with 401", also=("TR-12", "TR-14", "SV-4.1"))
def unknown_route_wants_a_credential(ground: Ground) -> None:
    async def route_error(original: Original, request: Request, error: Exception) -> Response:
        response: Response = await original(request, error)
        if response.status_code == 404 and "authorization" not in request.headers:
            return app.refused(401, Surface.ACCOUNT.value, {})
        return response

    ground.wrap(app._route_error, route_error)


@breaks("EN-9", "A wrong method is refused in other words", also=("TR-13",))
def wrong_method_gets_other_words(ground: Ground) -> None:
    ground.set(app, "WRONG_METHOD", "Method Not Allowed")


@breaks("EN-9", "A wrong method is answered as an unknown route", also=("TR-13",))
def wrong_method_is_an_unknown_route(ground: Ground) -> None:
    ground.wrap(
        app.refused,
        lambda original, status, error, detail: (
            original(404, app.ROUTE_MISS, detail) if status == 405 else original(status, error, detail)
        ),
    )


@breaks(
    "EN-10",
    "A platform that names no specifications for a command makes the cloud fail, with its stack trace",
    also=("EN-13", "TR-29", "JB-1.35", "C-5"),
)
def failure_shows_a_stack_trace(ground: Ground) -> None:
    def offered(original: Original, platform: Any, command: Json) -> bool:  # noqa: ANN401 - a record
        return command in json.loads(platform.specs)["available_commands"]

    ground.wrap(admission.command_is_offered, offered)
    _refuse(
        ground,
        lambda status, error, detail: {
            "detail": {"trace": "Traceback (most recent call last)"} if status == 500 else detail,
            "error": error,
        },
    )


@breaks("EN-11", "A missing right is told in other words", also=("A-5", "OC-2"))
def denial_gets_other_words(ground: Ground) -> None:
    ground.replace(
        refusals.forbidden,
        lambda error="Forbidden": RefusalError(
            403, "Forbidden" if error == refusals.PERMISSION_DENIED else error
        ),
    )


@breaks("EN-11", "What is not there is told in other words", also=("US-2.3", "US-4.2"))
def absence_gets_other_words(ground: Ground) -> None:
    ground.replace(refusals.not_found, lambda error="Object not found": RefusalError(404, error))


@breaks("EN-12", "A refusal writes a job id in lower case", also=("JB-5.3", "JB-4.1", "JB-6.2", "WK-2.2"))
def job_id_is_written_in_lower_case(ground: Ground) -> None:
    for name in ("malformed_id", "unknown_id", "unknown_data_id"):
        ground.wrap(getattr(jobs, name), lambda original, job_id: original(job_id.lower()))


@breaks("EN-12", "A refusal writes a job id as it was encoded", also=("JB-5.3", "JB-4.1", "JB-4.2", "JB-2.1"))
def job_id_is_written_encoded(ground: Ground) -> None:
    for name in ("malformed_id", "unknown_id", "unknown_data_id"):
        ground.wrap(getattr(jobs, name), lambda original, job_id: original(quote(job_id, safe="")))


def _html(status: int, text: str) -> Response:
    return HTMLResponse(f"<html><body><h1>{text}</h1></body></html>", status)


@breaks("EN-13", "An unknown route is answered in HTML", also=("TR-5", "EN-1", "EN-8"), known_as="D014")
def unknown_route_is_html(ground: Ground) -> None:
    ground.wrap(
        app.refused,
        lambda original, status, error, detail: (
            _html(404, error) if error == app.ROUTE_MISS else original(status, error, detail)
        ),
    )


@breaks("EN-13", "A wrong method is refused in HTML", also=("TR-5", "EN-2", "EN-9"), known_as="D014")
def wrong_method_is_html(ground: Ground) -> None:
    ground.wrap(
        app.refused,
        lambda original, status, error, detail: (
            _html(405, error) if status == 405 else original(status, error, detail)
        ),
    )


@breaks("EN-13", "A missing credential is answered with a page to log in", also=("TR-5", "EN-1", "A-1"))
def missing_credential_is_html(ground: Ground) -> None:
    ground.wrap(
        app.refused,
        lambda original, status, error, detail: (
            _html(401, error) if status == 401 else original(status, error, detail)
        ),
    )


@breaks("EN-14", "The details of a refusal repeat its text")
def details_repeat_the_text(ground: Ground) -> None:
    _refuse(ground, lambda status, error, detail: {"detail": detail or {"reason": error}, "error": error})


@breaks(
    "OC-1",
    "Whether an object exists is looked at before the credential",
    also=("PM-10", "A-1", "A-1.5", "A-1.4"),
)
def object_comes_before_the_credential(ground: Ground) -> None:
    def check(cloud: Cloud, operation: Operation, request: Request) -> None:
        job_id = request.path_params.get("job_id")
        if job_id is not None and jobs.find(cloud, job_id) is None:
            raise not_found()

    _check_first(ground, check)


@breaks(
    "OC-1",
    "Whether a platform exists is looked at before the right",
    also=("OC-2", "PM-39", "PF-3.6", "PF-4.4", "A-5"),
)
def platform_comes_before_the_right(ground: Ground) -> None:
    def check(cloud: Cloud, operation: Operation, request: Request) -> None:
        platform_id = request.path_params.get("platform_id")
        if platform_id is not None and platforms_table.find(cloud.db, platform_id) is None:
            raise not_found("Platform not found")

    _check_first(ground, check)


@breaks("OC-1", "A body is read before the credential", also=("A-1", "PM-10"))
def body_comes_before_the_credential(ground: Ground) -> None:
    async def answer(original: Original, cloud: Cloud, operation: Operation, request: Request) -> Json:
        shape = operation.body_shape(cloud)
        if shape is not None:
            given, location = app._members(operation, request, await request.body())
            shape.take(given, location)
        return await original(cloud, operation, request)

    ground.wrap(app._answer, answer)


@breaks("OC-2", "Who is no admin learns which users exist", also=("US-2.2", "US-3.11"), known_as="D029")
def plain_user_learns_who_exists(ground: Ground) -> None:
    def check(cloud: Cloud, operation: Operation, request: Request) -> None:
        user_id = request.path_params.get("user_id")
        if user_id is not None and users_table.find(cloud.db, user_id) is None:
            raise not_found()

    _check_first(ground, check)


@breaks("OC-2", "A body is held to its schema before the right is looked at", also=("A-5", "PM-44"))
def schema_comes_before_the_right(ground: Ground) -> None:
    def right(original: Original, caller: Caller, path: dict[str, Json]) -> bool:
        return original(caller, path) or (not path and caller.kind is credentials.Kind.LOGIN)

    ground.wrap(rights.admin, right)
    for row in OPERATIONS:
        if row.right == "admin" and row.body is not None and not callable(row.body):
            ground.set(row, "handler", _behind(row.handler))


def _behind(handler: Original) -> Original:
    def handled(call: Any) -> Json:  # noqa: ANN401 - a call
        if not call.caller.is_admin:
            raise forbidden()
        return handler(call)

    return handled


@breaks("OC-3", "Another user's job is as if it did not exist", also=("JB-2.3", "JB-3.3", "JB-5.2", "JB-4.3"))
def job_of_another_is_hidden(ground: Ground) -> None:
    def own(original: Original, caller: Caller, job: Any, refusal: RefusalError) -> Any:  # noqa: ANN401
        return original(caller, job if job and job.user_id == caller.user.user_id else None, refusal)

    ground.wrap(jobs._own, own)


@breaks("OC-3", "Another user's token is as if it did not exist", also=("TK-3.3", "TK-4.3", "PM-18"))
def token_of_another_is_hidden(ground: Ground) -> None:
    def require(original: Original, cloud: Cloud, caller: Caller, token_id: int) -> Any:  # noqa: ANN401
        try:
            return original(cloud, caller, token_id)
        except RefusalError:
            raise not_found() from None

    ground.wrap(tokens.require, require)


@breaks("OC-3", "A job that does not exist is refused as another user's", also=("JB-5.3", "JB-4.1", "PM-10"))
def unknown_job_is_forbidden(ground: Ground) -> None:
    ground.wrap(jobs._own, lambda original, caller, job, refusal: original(caller, job, forbidden()))


@breaks("OC-4", "The status of a platform comes before the permission", also=("JB-1.50",))
def platform_status_comes_before_permission(ground: Ground) -> None:
    def require(original: Original, cloud: Cloud, user: Any, platform: Any) -> None:  # noqa: ANN401
        if not platforms.accepts_new_jobs(platform):
            raise refusals.bad_request(f"Create job disabled, Platform in {platform.status} status")
        original(cloud, user, platform)

    ground.wrap(admission.require_access, require)


@breaks("OC-5", "The permission on a platform comes before whether a job can be run again")
def permission_comes_before_the_job(ground: Ground) -> None:
    def rerun(original: Original, cloud: Cloud, caller: Caller, token: Token, job: Job, changes: Json) -> str:
        wish = admission.rerun_wish(cloud, job, changes)
        admission.require_access(cloud, caller.user, admission.wanted_platform(cloud, wish))
        return str(original(cloud, caller, token, job, changes))

    ground.wrap(jobs.rerun, rerun)


@breaks("OC-5", "Whether a job can be run again comes before whose it is", also=("JB-6.3", "PM-9"))
def job_comes_before_its_creator(ground: Ground) -> None:
    def rerun(original: Original, call: Call) -> Json:
        job = jobs.find(call.cloud, call.path["job_id"])
        if job is not None and not lifecycle.is_rerunnable(job.status):
            raise refusals.bad_request(refusals.INVALID_DATA)
        return original(call)

    ground.wrap(job_routes.rerun, rerun)


@breaks("OC-6", "A credential's class is looked at after the user", also=("A-3.1",))
def user_comes_before_the_class(ground: Ground) -> None:
    ground.replace(credentials.class_is_accepted, lambda *_: True)

    def authenticate(
        original: Original,
        cloud: Cloud,
        headers: Sequence[bytes],
        accepts: Collection[credentials.Kind],
        surface: Surface,
    ) -> Caller:
        caller: Caller = original(cloud, headers, accepts, surface)
        if caller.kind not in accepts:
            raise refusals.unauthorized(surface.value)
        return caller

    ground.wrap(credentials.authenticate, authenticate)
