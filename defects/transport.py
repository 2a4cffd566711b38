"""Faults of what every request and answer has in common: TR-1 to TR-30."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground
from sandbox import json_text
from sandbox.cloud import Cloud
from sandbox.json_text import Json, JsonObject
from sandbox.routes import app, document, kinds, shapes
from sandbox.routes import jobs as job_routes
from sandbox.routes.calls import Call, Operation
from sandbox.routes.kinds import Integer, QueryBoolean, QueryInteger, UnfitError
from sandbox.routes.shapes import Shape
from sandbox.rules.refusals import RefusalError, SchemaError, bad_request
from sandbox.store import jobs_table

_CREATIONS = ("JB-1", "JB-6", "TK-2", "AT-2", "US-1", "PF-1")


def _answer_with(ground: Ground, change: Callable[[Operation, Request, Response], Response]) -> None:
    """Change every answer of an operation."""

    def endpoint(original: Original, cloud: Cloud, row: Operation) -> Original:
        answer = original(cloud, row)

        async def changed(request: Request) -> Response:
            return change(row, request, await answer(request))

        return changed

    ground.wrap(app._endpoint, endpoint)


def _with_header(name: str, value: str, is_meant: Callable[[Operation, Response], bool]) -> Any:  # noqa: ANN401
    def change(row: Operation, request: Request, response: Response) -> Response:
        if is_meant(row, response):
            response.headers[name] = value
        return response

    return change


def _describe_with(ground: Ground, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the description of the routes."""

    def served(original: Original, *given: Any) -> dict[str, Any]:  # noqa: ANN401 - as the function
        described: dict[str, Any] = original(*given)
        change(described)
        return described

    ground.wrap(document.served, served)


def _success_has_status(ground: Ground, status: int, *identifiers: str) -> None:
    def change(row: Operation, request: Request, response: Response) -> Response:
        if row.id in identifiers and response.status_code == 200:
            response.status_code = status
        return response

    _answer_with(ground, change)


@breaks("TR-1", "The description names a path that ends in a slash", also=("SV-3", "SV-3.1"))
def described_path_ends_in_a_slash(ground: Ground) -> None:
    def change(described: dict[str, Any]) -> None:
        described["paths"]["/api/jobs/"] = described["paths"].pop("/api/jobs")

    _describe_with(ground, change)


@breaks("TR-2", "A path of the description holds a version", also=("SV-3", "SV-3.1"))
def described_path_has_a_version(ground: Ground) -> None:
    _describe_with(ground, lambda described: described["paths"].update({"/v2/api/jobs": {}}))


@breaks("TR-2", "The description does not tell the cloud's version", also=("SV-3", "SV-3.1"))
def description_has_no_version(ground: Ground) -> None:
    _describe_with(ground, lambda described: described["info"].pop("version"))


@breaks("TR-3", "Revoking takes no form", also=("TK-5", "T3", "TK-5.4", "TR-4", "AT-5"), known_as="D047")
def revoking_takes_no_form(ground: Ground) -> None:
    for identifier in ("TK-5", "AT-5", "AT-5d"):
        ground.operation(identifier, form=False)


@breaks("TR-3", "Reopening takes no form", also=("TK-6", "T5", "TR-4", "AT-6"), known_as="D047")
def reopening_takes_no_form(ground: Ground) -> None:
    for identifier in ("TK-6", "AT-6"):
        ground.operation(identifier, form=False)


@breaks("TR-3", "The description says that revoking takes JSON", also=("SV-3.1",))
def revoking_is_described_with_json(ground: Ground) -> None:
    def change(described: dict[str, Any]) -> None:
        content = described["paths"]["/api/tokens/revoke"]["post"]["requestBody"]["content"]
        content["application/json"] = content.pop("application/x-www-form-urlencoded")

    _describe_with(ground, change)


@breaks("TR-4", "Revoking takes a form only", also=("TK-5",))
def revoking_takes_no_json(ground: Ground) -> None:
    ground.text(app._members, "application/json", "application/never")


@breaks("TR-4", "Without a media type a form is read as JSON", also=("TK-5",))
def form_needs_its_media_type(ground: Ground) -> None:
    def members(original: Original, row: Operation, request: Request, body: bytes | None) -> Any:  # noqa: ANN401
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        named = media_type == "application/x-www-form-urlencoded"
        return original(row if named or not row.form else replace(row, form=False), request, body)

    ground.wrap(app._members, members)


@breaks("TR-5", "Answers are called text/json", also=("EN-13",))
def answers_are_text(ground: Ground) -> None:
    ground.text(app._json, "application/json", "text/json")


@breaks("TR-5", "Refusals are plain text by their media type", also=("EN-1", "EN-13"), known_as="D014")
def refusals_are_plain_text(ground: Ground) -> None:
    ground.replace(
        app.refused,
        lambda status, error, detail: Response(
            json.dumps({"detail": detail, "error": error}), status, media_type="text/plain"
        ),
    )


@breaks("TR-5", "An unknown route is answered in plain text", also=("EN-8", "EN-13", "EN-1"), known_as="D014")
def unknown_route_is_plain_text(ground: Ground) -> None:
    ground.wrap(
        app.refused,
        lambda original, status, error, detail: (
            Response(error, 404, media_type="text/plain")
            if error == app.ROUTE_MISS
            else original(status, error, detail)
        ),
    )


@breaks("TR-5", "The health is told in plain text", also=("SV-2",))
def health_is_plain_text(ground: Ground) -> None:
    def change(row: Operation, request: Request, response: Response) -> Response:
        return Response("ok", 200, media_type="text/plain") if row.id == "SV-2" else response

    _answer_with(ground, change)


@breaks("TR-6", "What was made is answered with 201", also=("C-1", "JB-1", "TK-2"), known_as="D017")
def creation_is_201(ground: Ground) -> None:
    _success_has_status(ground, 201, *_CREATIONS)


@breaks("TR-6", "An order to cancel is answered with 202", also=("JB-5", "C-1"), known_as="D017")
def cancel_is_202(ground: Ground) -> None:
    _success_has_status(ground, 202, "JB-5", "JB-5d", "JA-2")


@breaks("TR-6", "What was deleted is answered with 204 and no body", also=("US-4", "TK-7"), known_as="D017")
def deletion_is_204(ground: Ground) -> None:
    def change(row: Operation, request: Request, response: Response) -> Response:
        gone = row.id in ("TK-7", "TK-8", "AT-7", "US-4", "PF-4", "PP-2") and response.status_code == 200
        return Response(status_code=204) if gone else response

    _answer_with(ground, change)


@breaks("TR-6", "What was changed is answered without a body", also=("TR-5", "TK-4", "US-3"), known_as="D017")
def change_has_no_body(ground: Ground) -> None:
    def change(row: Operation, request: Request, response: Response) -> Response:
        changed = row.method == "PUT" and row.id != "WK-2" and response.status_code == 200
        return Response(b"", 200, media_type="application/json") if changed else response

    _answer_with(ground, change)


@breaks("TR-6", "A rerun is answered with 201", also=("JB-6", "C-1"), known_as="D017")
def rerun_is_201(ground: Ground) -> None:
    _success_has_status(ground, 201, "JB-6", "JB-6d")


def _needs_a_body(ground: Ground, *identifiers: str) -> None:
    async def answer(original: Original, cloud: Cloud, row: Operation, request: Request) -> Json:
        if row.id in identifiers and not await request.body():
            raise bad_request("The request body is missing")
        return await original(cloud, row, request)

    ground.wrap(app._answer, answer)


@breaks("TR-7", "Canceling needs a body", also=("JB-5", "JB-5d", "C-1"))
def cancel_needs_a_body(ground: Ground) -> None:
    _needs_a_body(ground, "JB-5", "JB-5d")


@breaks("TR-7", "A rerun needs a body", also=("JB-6", "JB-6d", "C-1"))
def rerun_needs_a_body(ground: Ground) -> None:
    _needs_a_body(ground, "JB-6", "JB-6d")


@breaks("TR-7", "Canceling needs a Content-Type", also=("JB-5", "JB-5d", "C-1"))
def cancel_needs_a_content_type(ground: Ground) -> None:
    async def answer(original: Original, cloud: Cloud, row: Operation, request: Request) -> Json:
        if row.id in ("JB-5", "JB-5d") and "content-type" not in request.headers:
            raise bad_request("Did not attempt to load JSON data")
        return await original(cloud, row, request)

    ground.wrap(app._answer, answer)


def _routes_see(ground: Ground, path: Callable[[str, bytes], str]) -> None:
    """Have the routes see another path than the one that was sent, by it and by its raw form."""

    def guarded(original: Original, starlette: Any) -> Any:  # noqa: ANN401 - an application
        async def changed(scope: dict[str, Any], receive: Original, send: Original) -> None:
            if scope["type"] == "http":
                scope = {**scope, "path": path(scope["path"], scope.get("raw_path") or b"")}
            await starlette(scope, receive, send)

        return original(changed)

    ground.wrap(app._exact_paths, guarded)


@breaks("TR-8", "An encoded platform name is not decoded", also=("PL-1", "PL-2"), known_as="D068")
def encoded_name_is_not_decoded(ground: Ground) -> None:
    _routes_see(ground, lambda path, raw: raw.decode().partition("?")[0] if b"%3" in raw else path)


@breaks("TR-9", "A member that is not known is a violation of the schema", also=("JB-1.39", "US-3.9"))
def unknown_members_are_refused(ground: Ground) -> None:
    def take(original: Original, shape: Shape, members: Mapping[str, Json], location: str) -> Any:  # noqa: ANN401
        unknown = set(members) - {field.name for field in shape.fields}
        if unknown and location != "query":
            raise SchemaError(location, {name: ["Unknown field."] for name in unknown})
        return original(shape, members, location)

    ground.wrap(Shape.take, take)


@breaks("TR-10", "The fifth creation within a second is one too many", also=("TR-29", "C-5", "SB-4"))
def creations_are_limited(ground: Ground) -> None:
    recent: list[float] = []

    async def answer(original: Original, cloud: Cloud, row: Operation, request: Request) -> Json:
        now = time.monotonic()
        recent[:] = [moment for moment in recent if now - moment < 1]
        if row.id in _CREATIONS:
            recent.append(now)
        if len(recent) > 5:
            raise RefusalError(429, "Too many requests")
        return await original(cloud, row, request)

    ground.wrap(app._answer, answer)


@breaks("TR-10", "Answers say when to come again")
def answers_have_retry_after(ground: Ground) -> None:
    _answer_with(ground, _with_header("Retry-After", "1", lambda row, response: row.method == "GET"))


@breaks("TR-10", "Answers bear the id of their request")
def answers_have_request_ids(ground: Ground) -> None:
    _answer_with(ground, _with_header("X-Request-Id", "4711", lambda row, response: True))


@breaks("TR-10", "A request that is repeated gets the answer that it had", also=("JB-1",))
def repeated_creation_is_the_same(ground: Ground) -> None:
    made: dict[tuple[int, str, str], str] = {}

    def create(original: Original, call: Call) -> Json:
        payload = call.body["payload"]
        key = (
            call.caller.user.user_id,
            payload.text if isinstance(payload, JsonObject) else "",
            json.dumps({name: value for name, value in call.body.items() if name != "payload"}),
        )
        if key not in made:
            made[key] = original(call)
        return made[key]

    ground.wrap(job_routes.create, create)


@breaks("TR-11", "The list of platforms takes 6 s")
def list_of_platforms_is_slow(ground: Ground) -> None:
    async def answer(original: Original, cloud: Cloud, row: Operation, request: Request) -> Json:
        if row.id == "PF-5":
            await asyncio.sleep(6)
        return await original(cloud, row, request)

    ground.wrap(app._answer, answer)


@breaks("TR-12", "A slash at the end of a path leads to the path without it")
def slash_at_the_end_redirects(ground: Ground) -> None:
    def guarded(original: Original, starlette: Any) -> Any:  # noqa: ANN401 - an application
        starlette.router.redirect_slashes = True
        return original(starlette)

    ground.wrap(app._exact_paths, guarded)


@breaks("TR-12", "A slash at the end of a path is ignored")
def slash_at_the_end_is_ignored(ground: Ground) -> None:
    _routes_see(ground, lambda path, raw: path.rstrip("/") or "/")


@breaks("TR-12", "Two slashes in a path are one")
def two_slashes_are_one(ground: Ground) -> None:
    _routes_see(ground, lambda path, raw: re.sub("//+", "/", path))


@breaks("TR-12", "An encoded slash splits a path")
def encoded_slash_splits_a_path(ground: Ground) -> None:
    ground.replace(app._exact_paths, lambda starlette: starlette)


def _methods_are(ground: Ground, methods: Callable[[str], set[str]]) -> None:
    def route(original: Original, cloud: Cloud, row: Operation) -> Route:
        made: Route = original(cloud, row)
        made.methods = methods(row.method)
        return made

    ground.wrap(app._route, route)


@breaks("TR-13", "What can be read answers HEAD too", also=("EN-9",))
def head_is_answered(ground: Ground) -> None:
    _methods_are(ground, lambda method: {method, "HEAD"} if method == "GET" else {method})


@breaks("TR-13", "Every route answers OPTIONS", also=("EN-9",))
def options_are_answered(ground: Ground) -> None:
    ground.wrap(
        app._route_error,
        lambda original, request, error: _options(original, request, error),
    )


async def _options(original: Original, request: Request, error: Exception) -> Response:
    response: Response = await original(request, error)
    if request.method == "OPTIONS" and response.status_code == 405:
        return app.answered({"message": "ok"})
    return response


@breaks("TR-13", "PATCH is PUT", also=("EN-9",))
def patch_is_put(ground: Ground) -> None:
    _methods_are(ground, lambda method: {method, "PATCH"} if method == "PUT" else {method})


@breaks("TR-14", "A negative number in a path is an id", also=("TK-3.2", "EN-8"))
def negative_number_is_an_id(ground: Ground) -> None:
    ground.set(app._IdConvertor, "regex", "-?[0-9]+")
    ground.replace(app._IdConvertor.convert, lambda self, value: abs(int(value)) and int(value))


@breaks("TR-14", "A word in the place of an id asks for a credential first", also=("TK-3.2", "EN-8"))
def word_in_a_path_is_no_unknown_route(ground: Ground) -> None:
    ground.set(app._IdConvertor, "regex", "[A-Za-z0-9]+")
    ground.replace(app._IdConvertor.convert, lambda self, value: int(value[:18]) if value.isdigit() else 0)


@breaks("TR-15", "A number beyond all ids makes the cloud fail", also=("EN-10", "TR-29"))
def number_beyond_all_ids_is_a_failure(ground: Ground) -> None:
    ground.replace(app._IdConvertor.convert, lambda self, value: int(value))


@breaks("TR-15", "A number beyond all ids is that of someone", also=("TK-3",))
def number_beyond_all_ids_is_cut(ground: Ground) -> None:
    ground.replace(app._IdConvertor.convert, lambda self, value: int(value) % 2**63 or 1)


def _json_only_under(ground: Ground, is_read: Callable[[str], bool]) -> None:
    def members(original: Original, row: Operation, request: Request, body: bytes | None) -> Any:  # noqa: ANN401
        if not row.form and body and not is_read(request.headers.get("content-type", "")):
            raise bad_request("Did not attempt to load JSON data")
        return original(row, request, body)

    ground.wrap(app._members, members)


@breaks("TR-16", "A body without a media type is not read")
def body_needs_a_media_type(ground: Ground) -> None:
    _json_only_under(ground, bool)


@breaks("TR-16", "A body is read only where its media type is JSON")
def body_needs_to_be_called_json(ground: Ground) -> None:
    _json_only_under(ground, lambda media_type: not media_type or "json" in media_type)


@breaks("TR-16", "A body is read in the character set that its media type names")
def character_set_is_obeyed(ground: Ground) -> None:
    def members(original: Original, row: Operation, request: Request, body: bytes | None) -> Any:  # noqa: ANN401
        if body is not None and "charset=latin-1" in request.headers.get("content-type", ""):
            body = body.decode("latin-1").encode()
        return original(row, request, body)

    ground.wrap(app._members, members)


@breaks("TR-17", "A body that is no JSON makes the cloud fail", also=("EN-10",))
def broken_json_is_a_failure(ground: Ground) -> None:
    ground.set(app, "NotJsonError", ZeroDivisionError)


@breaks("TR-17", "A body that is no JSON is a violation of the schema", also=("TR-20",))
def broken_json_is_a_violation(ground: Ground) -> None:
    def members(original: Original, body: bytes) -> Any:  # noqa: ANN401 - as the function
        try:
            json_text.read(json_text.decode(body)) if body else None
        except json_text.NotJsonError:
            raise shapes.not_an_object() from None
        return original(body)

    ground.wrap(app._json_members, members)


@breaks("TR-17", "A byte-order mark before a body is skipped")
def byte_order_mark_is_skipped(ground: Ground) -> None:
    ground.replace(json_text.decode, lambda body: _decoded(body, "utf-8-sig"))


def _decoded(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        raise json_text.NotJsonError("the body is not UTF-8") from error


@breaks("TR-17", "What is no UTF-8 in a body is replaced")
def invalid_utf_8_is_replaced(ground: Ground) -> None:
    ground.replace(json_text.decode, lambda body: body.decode("utf-8", "replace"))


@breaks("TR-17", "NaN is taken for JSON")
def nan_is_json(ground: Ground) -> None:
    ground.set(json_text, "_decoder", json.JSONDecoder())


@breaks("TR-17", "An unpaired surrogate is taken for JSON", also=("EN-10",))
def lone_surrogate_is_json(ground: Ground) -> None:
    ground.replace(json_text._refuse_lone_surrogates, lambda text: None)


@breaks("TR-17", "A body that is nested too deeply makes the cloud fail", also=("EN-10",))
def deep_nesting_is_a_failure(ground: Ground) -> None:
    def read(original: Original, text: str) -> Json:
        if text.count("[") > 5000:
            raise RecursionError
        return original(text)

    ground.wrap(json_text.read, read)


@breaks("TR-18", "Of a repeated parameter the first counts")
def first_of_repeated_parameters_counts(ground: Ground) -> None:
    ground.wrap(
        Shape.take_query,
        lambda original, shape, parameters: original(
            shape, parameters if shape is shapes.USAGE else parameters[::-1]
        ),
    )


@breaks("TR-18", "Of a repeated member the first counts")
def first_of_repeated_members_counts(ground: Ground) -> None:
    def read(original: Original, text: str) -> Json:
        members = original(text)
        for name, value in reversed(json.loads(text, object_pairs_hook=list) if _is_object(members) else []):
            if isinstance(value, str | int | bool) or value is None:
                members[name] = json_text.Member(value, json.dumps(value))
        return members

    ground.wrap(json_text.read, read)


def _is_object(read: Json) -> bool:
    return isinstance(read, dict)


@breaks("TR-18", "A repeated parameter is a violation of the schema")
def repeated_parameter_is_refused(ground: Ground) -> None:
    def take(original: Original, shape: Shape, parameters: list[tuple[str, str]]) -> Any:  # noqa: ANN401
        names = [name for name, _ in parameters if name != "token_ids"]
        if len(set(names)) < len(names):
            raise SchemaError("query", {names[-1]: ["Given more than once."]})
        return original(shape, parameters)

    ground.wrap(Shape.take_query, take)


@breaks("TR-19", "An empty body is no JSON", also=("TR-7", "JB-6"))
def empty_body_is_refused(ground: Ground) -> None:
    def members(original: Original, body: bytes) -> Any:  # noqa: ANN401 - as the function
        if not body:
            raise bad_request("The request body is not valid JSON")
        return original(body)

    ground.wrap(app._json_members, members)


@breaks("TR-19", "A body that says null is a violation of the schema", also=("TR-20",))
def null_body_is_refused(ground: Ground) -> None:
    def members(original: Original, body: bytes) -> Any:  # noqa: ANN401 - as the function
        if body.strip() == b"null":
            raise shapes.not_an_object()
        return original(body)

    ground.wrap(app._json_members, members)


@breaks("TR-20", "A body that is a list counts as an empty one")
def list_counts_as_an_empty_body(ground: Ground) -> None:
    def members(original: Original, body: bytes) -> Any:  # noqa: ANN401 - as the function
        try:
            return original(body)
        except SchemaError:
            return {}

    ground.wrap(app._json_members, members)


@breaks("TR-20", "A body that is no object is a bad request")
def body_that_is_no_object_is_a_bad_request(ground: Ground) -> None:
    ground.replace(shapes.not_an_object, lambda: bad_request("The request body is no object"))


@breaks("TR-20", "A body that is no object is told under another name")
def body_that_is_no_object_has_another_name(ground: Ground) -> None:
    ground.text(shapes.not_an_object, "_schema", "body")


@breaks("TR-21", "Canceling reads its body", also=("JB-5", "JB-5d"))
def cancel_reads_its_body(ground: Ground) -> None:
    for identifier in ("JB-5", "JB-5d"):
        ground.operation(identifier, body=Shape("Cancel", ()))


@breaks("TR-22", "A body of 2 MiB is too large", also=("TR-23", "RS-2", "EN-1"), known_as="D115")
def largest_body_is_too_small(ground: Ground) -> None:
    ground.set(app, "LARGEST_BODY", 2 * 1024 * 1024)


@breaks("TR-22", "A body may be of any size")
def body_may_be_of_any_size(ground: Ground) -> None:
    ground.set(app, "LARGEST_BODY", 1 << 40)


@breaks("TR-22", "A body that is too large is refused in other words")
def large_body_is_refused_in_other_words(ground: Ground) -> None:
    ground.text(app._members, "Request body too large", "Payload Too Large")


def _store_payload(ground: Ground, change: Callable[[str], str]) -> None:
    """Keep every payload in another form."""
    ground.wrap(
        jobs_table.insert, lambda original, db, job: original(db, replace(job, payload=change(job.payload)))
    )


def _floats_to_integers(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _floats_to_integers(item) for name, item in value.items()}
    return [_floats_to_integers(item) for item in value] if isinstance(value, list) else value


@breaks("TR-23", "A payload's 1.0 becomes 1", also=("JB-4.4", "WK-1.8"), known_as="D083")
def payload_loses_its_floats(ground: Ground) -> None:
    _store_payload(ground, lambda text: json.dumps(_floats_to_integers(json.loads(text))))


@breaks("TR-23", "A payload's large integers lose digits", also=("JB-4.4", "WK-1.8"), known_as="D083")
def payload_loses_large_integers(ground: Ground) -> None:
    _store_payload(
        ground,
        lambda text: json.dumps(
            json.loads(text, parse_int=lambda digits: int(digits) if len(digits) < 17 else float(digits))
        ),
    )


@breaks("TR-23", "A payload's members are sorted", also=("JB-4.4", "WK-1.8"), known_as="D083")
def payload_is_sorted(ground: Ground) -> None:
    _store_payload(ground, lambda text: json.dumps(json.loads(text), sort_keys=True))


@breaks("TR-23", "A payload loses what is not ASCII", also=("JB-4.4", "WK-1.8"), known_as="D083")
def payload_loses_unicode(ground: Ground) -> None:
    _store_payload(
        ground,
        lambda text: (
            json.dumps(json.loads(text), ensure_ascii=False).encode("ascii", "replace").decode("ascii")
        ),
    )


@breaks("TR-23", "A large payload is cut", also=("JB-4.4", "WK-1.8", "EN-10"), known_as="D115")
def large_payload_is_cut(ground: Ground) -> None:
    _store_payload(ground, lambda text: text if len(text) < 1 << 20 else '{"command": "probs"}')


def _give_results(ground: Ground, change: Callable[[str], str]) -> None:
    """Give every result in another form."""
    ground.wrap(
        jobs_table.results,
        lambda original, *given: (lambda text: None if text is None else change(text))(original(*given)),
    )


@breaks("TR-23", "Results are written anew", also=("RS-2", "C-7"), known_as="D115")
def text_of_results_is_written_anew(ground: Ground) -> None:
    _give_results(ground, lambda text: json.dumps(json.loads(text), separators=(",", ":")))


@breaks("TR-23", "Large results are cut", also=("RS-2", "C-6"), known_as="D115")
def results_are_cut_at_a_mebibyte(ground: Ground) -> None:
    _give_results(ground, lambda text: text[: 1 << 20])


@breaks("TR-23", "Results lose what is not ASCII", also=("RS-2",), known_as="D115")
def results_lose_unicode(ground: Ground) -> None:
    _give_results(ground, lambda text: text.encode("ascii", "replace").decode("ascii"))


@breaks("TR-24", "true is the integer 1", also=("TK-2.9", "US-1.7"))
def true_is_an_integer(ground: Ground) -> None:
    ground.wrap(
        Integer.take, lambda original, self, value: original(self, int(value) if value is True else value)
    )


@breaks("TR-24", "A text of digits is an integer", also=("TK-2.9", "US-1.7"))
def text_is_an_integer(ground: Ground) -> None:
    ground.wrap(
        Integer.take,
        lambda original, self, value: original(
            self, int(value) if isinstance(value, str) and value.isdigit() else value
        ),
    )


@breaks("TR-24", "60.0 is an integer", also=("TK-2.9",))
def whole_float_is_an_integer(ground: Ground) -> None:
    ground.wrap(
        Integer.take,
        lambda original, self, value: original(
            self, int(value) if isinstance(value, float) and value.is_integer() else value
        ),
    )


@breaks("TR-24", "A text is a number", also=("US-1.11", "WK-2.3"))
def text_is_a_number(ground: Ground) -> None:
    ground.wrap(
        kinds.Number.take,
        lambda original, self, value: original(
            self, float(value) if isinstance(value, str) and value.isdigit() else value
        ),
    )


@breaks("TR-24", "true is a number", also=("US-1.11", "WK-2.3"))
def true_is_a_number(ground: Ground) -> None:
    ground.wrap(
        kinds.Number.take,
        lambda original, self, value: original(self, float(value) if value is True else value),
    )


@breaks("TR-25", "An integer beyond 64 bits makes the cloud fail", also=("EN-10", "TK-2.6", "US-1.7"))
def integer_beyond_64_bits_is_a_failure(ground: Ground) -> None:
    ground.wrap(
        Integer.take,
        lambda original, self, value: (
            value
            if type(value) is int and value > kinds.LARGEST_INTEGER and self.most == kinds.LARGEST_INTEGER
            else original(self, value)
        ),
    )


@breaks("TR-25", "An integer beyond 64 bits is the largest of them", also=("TK-2.6",))
def integer_beyond_64_bits_is_cut(ground: Ground) -> None:
    ground.wrap(
        Integer.take,
        lambda original, self, value: original(
            self, min(value, self.most) if type(value) is int and value > kinds.LARGEST_INTEGER else value
        ),
    )


@breaks("TR-26", "null is taken for every member that is there", also=("US-1.6", "TK-7.4"))
def null_is_taken_everywhere(ground: Ground) -> None:
    def take(original: Original, field: shapes.Field, members: Mapping[str, Json], taken: Json) -> None:
        if field.required or field.nullable or members.get(field.name, 0) is not None:
            original(field, members, taken)

    ground.wrap(shapes._take_field, take)


@breaks("TR-26", "null is refused where it means that nothing is said", also=("TK-2.4", "JB-1.31", "RR-6"))
def null_is_refused_everywhere(ground: Ground) -> None:
    def take(original: Original, field: shapes.Field, members: Mapping[str, Json], taken: Json) -> None:
        # The suite's own client always says so of a user's company.
        if members.get(field.name, 0) is None and not field.keeps_null and field.name != "company_id":
            raise UnfitError(shapes.NULL)
        original(field, members, taken)

    ground.wrap(shapes._take_field, take)


@breaks("TR-27", "An integer in a query may be written in any way that Python takes")
def query_integer_is_pythons(ground: Ground) -> None:
    ground.replace(QueryInteger.take, lambda self, value: Integer.take(self, _as_integer(value)))


def _as_integer(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise UnfitError("Not a valid integer.") from error


@breaks("TR-27", "A boolean in a query is written in lower case only")
def query_boolean_has_a_case(ground: Ground) -> None:
    ground.wrap(
        QueryBoolean.take,
        lambda original, self, value: original(self, value if value == value.lower() else "neither"),
    )


@breaks("TR-27", "A boolean in a query is no number")
def query_boolean_is_no_number(ground: Ground) -> None:
    ground.set(kinds, "_BOOLEANS", {"true": True, "false": False})


@breaks("TR-27", "yes and no are booleans in a query")
def yes_is_a_boolean(ground: Ground) -> None:
    ground.set(kinds, "_BOOLEANS", {**kinds._BOOLEANS, "yes": True, "no": False, "on": True, "off": False})


@breaks("TR-27", "Whatever is not true is false in a query", also=("AD-1.3", "TK-1.1"))
def anything_is_a_boolean(ground: Ground) -> None:
    ground.replace(QueryBoolean.take, lambda self, value: value.lower() in ("true", "1"))


@breaks("TR-28", "An empty parameter is a violation of the schema", also=("UR-12",))
def empty_parameter_is_refused(ground: Ground) -> None:
    def parameters(original: Original, request: Request) -> list[tuple[str, str]]:
        given: list[tuple[str, str]] = original(request)
        return [(name, value or "nothing") for name, value in given]

    ground.wrap(app._parameters, parameters)


@breaks("TR-28", "A parameter that is null is a violation of the schema", also=("UR-12",))
def null_parameter_is_refused(ground: Ground) -> None:
    def parameters(original: Original, request: Request) -> list[tuple[str, str]]:
        given: list[tuple[str, str]] = original(request)
        return [(name, "nil" if value.lower() == "null" else value) for name, value in given]

    ground.wrap(app._parameters, parameters)


@breaks("TR-28", "A parameter that is not known is a violation of the schema", also=("TK-9.2",))
def unknown_parameter_is_refused(ground: Ground) -> None:
    def take(original: Original, shape: Shape, parameters: list[tuple[str, str]]) -> Any:  # noqa: ANN401
        known = {field.name for field in shape.fields}
        if unknown := [name for name, _ in parameters if name not in known]:
            raise SchemaError("query", {name: ["Unknown field."] for name in unknown})
        return original(shape, parameters)

    ground.wrap(Shape.take_query, take)


def _refusals_have_status(ground: Ground, status: int, is_meant: Callable[[int, str], bool]) -> None:
    ground.wrap(
        app.refused,
        lambda original, given, error, detail: original(
            status if is_meant(given, error) else given, error, detail
        ),
    )


@breaks("TR-29", "Who has no credits is told 402", also=("A-6", "JB-1.18", "JB-1.19", "CR-2", "CR-3"))
def missing_credits_are_402(ground: Ground) -> None:
    _refusals_have_status(ground, 402, lambda status, error: error.startswith("Not enough credits"))


@breaks("TR-29", "What is taken is told with 409", also=("TK-2.3", "US-1.1", "LB-1", "AK-1.1"))
def what_is_taken_is_409(ground: Ground) -> None:
    _refusals_have_status(ground, 409, lambda status, error: "already exists" in error)


@breaks("TR-29", "A full queue is told with 429", also=("JB-1.4", "LM-1", "TR-10"))
def full_queue_is_429(ground: Ground) -> None:
    _refusals_have_status(ground, 429, lambda status, error: error.startswith("Cannot create more than"))


@breaks("TR-29", "The description declares 429", also=("SV-3.1",))
def description_declares_429(ground: Ground) -> None:
    def change(described: dict[str, Any]) -> None:
        responses = described["paths"]["/api/jobs"]["post"]["responses"]
        responses["429"] = responses["400"]

    _describe_with(ground, change)


@breaks("TR-30", "Old addresses announce that they go")
def old_addresses_announce_a_sunset(ground: Ground) -> None:
    _answer_with(
        ground,
        _with_header("Sunset", "Sat, 01 Jan 2033 00:00:00 GMT", lambda row, response: row.id.endswith("d")),
    )


@breaks("TR-30", "Old addresses say that they are old")
def old_addresses_say_so(ground: Ground) -> None:
    _answer_with(ground, _with_header("Deprecation", "true", lambda row, response: row.id.endswith("d")))
