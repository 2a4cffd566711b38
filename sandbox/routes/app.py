"""The cloud as an ASGI application; the only module that knows the web framework."""

import re
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import json_text
from sandbox.cloud import Cloud
from sandbox.json_text import Json, JsonText, NotJsonError
from sandbox.routes import shapes
from sandbox.routes.calls import Call, Operation
from sandbox.routes.table import OPERATIONS
from sandbox.rules import credentials, rights, users
from sandbox.rules.refusals import RefusalError, SchemaError, bad_request, forbidden

LARGEST_BODY = 32 * 1024 * 1024

ROUTE_MISS = (
    "The requested URL was not found on the server. If you entered the URL manually please check your "
    "spelling and try again."
)
WRONG_METHOD = "The method is not allowed for the requested URL."
CLIENT_GONE = "The client closed the connection"
UNHANDLED = "Internal Server Error"

LARGEST_ID = 2**63 - 1
# Ids begin at 1, so this one stands for every number that no id can reach.
_NO_ID = 0

Scope = MutableMapping[str, Any]
Asgi = Callable[[Scope, Callable[..., Awaitable[Any]], Callable[..., Awaitable[Any]]], Awaitable[None]]


class _IdConvertor(Convertor[int]):
    """A path integer: digits only, of any number (TR-14, TR-15)."""

    regex = "[0-9]+"

    def convert(self, value: str) -> int:
        digits = value.lstrip("0") or "0"
        return int(digits) if len(digits) <= len(str(LARGEST_ID)) and int(digits) <= LARGEST_ID else _NO_ID

    def to_string(self, value: int) -> str:
        return str(value)


class _PlatformIdConvertor(Convertor[str]):
    """A path segment other than `public`, which is a route of its own (SV-6.8)."""

    regex = r"(?!public\Z)[^/]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


_CONVERTORS = {"{token_id}": "{token_id:row_id}", "{user_id}": "{user_id:row_id}"}


def create_app(cloud: Cloud) -> Asgi:
    """Return the application that serves this cloud."""
    register_url_convertor("row_id", _IdConvertor())
    register_url_convertor("platform_id", _PlatformIdConvertor())
    app = Starlette(
        routes=[_route(cloud, operation) for operation in OPERATIONS],
        exception_handlers={HTTPException: _route_error},
    )
    app.router.redirect_slashes = False
    return _exact_paths(app)


def _route(cloud: Cloud, operation: Operation) -> Route:
    route = Route(
        _framework_path(operation.path),
        _endpoint(cloud, operation),
        methods=[operation.method],
        name=operation.id,
    )
    # The framework adds HEAD wherever there is a GET; the contract knows no HEAD (TR-13).
    route.methods = {operation.method}
    return route


def _framework_path(path: str) -> str:
    for plain, typed in _CONVERTORS.items():
        path = path.replace(plain, typed)
    return re.sub(r"\{platform_id\}", "{platform_id:platform_id}", path)


def _exact_paths(app: Starlette) -> Asgi:
    """Answer a route miss where decoding would make a path look like another (TR-12)."""
    encoded_slash = re.compile(rb"%2[fF]")

    async def guarded(
        scope: Scope, receive: Callable[..., Awaitable[Any]], send: Callable[..., Awaitable[Any]]
    ) -> None:
        if scope["type"] == "http":
            raw = scope.get("raw_path") or b""
            if encoded_slash.search(raw) or scope["path"].endswith("\n"):
                await _body(Request(scope, receive))
                await refused(404, ROUTE_MISS, {})(scope, receive, send)
                return
        await app(scope, receive, send)

    return guarded


async def _route_error(request: Request, error: Exception) -> Response:
    """Answer what no operation answers; the body is read, so that its sender is not cut off."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    try:
        await _body(request)
    except ClientDisconnect:
        return refused(400, CLIENT_GONE, {})
    return refused(status, {404: ROUTE_MISS, 405: WRONG_METHOD}.get(status, UNHANDLED), {})


def _endpoint(cloud: Cloud, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return answered(await _answer(cloud, operation, request))
        except RefusalError as refusal:
            return refused(refusal.status, refusal.error, refusal.detail)
        except SchemaError as refusal:
            return misshapen(refusal)
        except ClientDisconnect:
            return refused(400, CLIENT_GONE, {})
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return refused(500, UNHANDLED, {})

    return endpoint


async def _answer(cloud: Cloud, operation: Operation, request: Request) -> Json:
    """Take a request through the checks in the order of OC-1, and return what its handler says."""
    body = await _body(request)
    caller = None
    if operation.surface is not None:
        with cloud.db.transaction():
            caller = credentials.authenticate(
                cloud, _authorization(request), operation.accepts, operation.surface
            )
        if not getattr(rights, operation.right)(caller, request.path_params):
            raise forbidden()
    members: Mapping[str, Any] = {}
    shape = operation.body_shape(cloud)
    if shape is not None:
        given, location = _members(operation, request, body)
        if operation.restricts_members and caller is not None and not users.may_set(caller, given.keys()):
            raise forbidden()
        members = shape.take(given, location)
    query = operation.query.take_query(_parameters(request)) if operation.query else {}
    call = Call(cloud, request.path_params, query, members, caller, operations=OPERATIONS)
    if operation.prepare is not None:
        call = replace(call, prepared=await operation.prepare(call))
    with cloud.db.transaction():
        return operation.handler(call)


def _authorization(request: Request) -> list[bytes]:
    return [value for name, value in request.scope["headers"] if name == b"authorization"]


def _parameters(request: Request) -> list[tuple[str, str]]:
    query = request.scope["query_string"].decode("latin-1")
    return parse_qsl(query, keep_blank_values=True, errors="replace")


async def _body(request: Request) -> bytes | None:
    """Return the whole body, None where it is larger than the cloud takes (TR-22)."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= LARGEST_BODY:
            chunks.append(chunk)
        else:
            chunks.clear()
    return b"".join(chunks) if size <= LARGEST_BODY else None


def _members(operation: Operation, request: Request, body: bytes | None) -> tuple[Mapping[str, Json], str]:
    if body is None:
        raise bad_request("Request body too large")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if operation.form and media_type != "application/json":
        text = body.decode("utf-8", "replace")
        return dict(parse_qsl(text, keep_blank_values=True, errors="replace")), "form"
    return _json_members(body), "json"


def _json_members(body: bytes) -> Mapping[str, Json]:
    """TR-19: an empty body and null count as an empty object."""
    if not body:
        return {}
    try:
        read = json_text.read(json_text.decode(body))
    except NotJsonError as error:
        raise bad_request("The request body is not valid JSON") from error
    if read is None:
        return {}
    if not isinstance(read, dict):
        raise shapes.not_an_object()
    return {name: shapes.member_value(member.value, member.text) for name, member in read.items()}


def answered(answer: Json) -> Response:
    """TR-6: every success is a 200 with JSON."""
    return _json(answer, 200)


def refused(status: int, error: str, detail: dict[str, Json]) -> Response:
    """EN-1: the envelope of every refusal but that of a wrong shape."""
    return _json({"detail": detail, "error": error}, status)


def misshapen(refusal: SchemaError) -> Response:
    """EN-3: the envelope of a request of the wrong shape."""
    return _json({"detail": {refusal.location: refusal.problems}, "message": str(refusal)}, 422)


def _json(content: Json, status: int) -> Response:
    text = content.text if isinstance(content, JsonText) else json_text.encode(content)
    return Response(text.encode("utf-8", "replace"), status, media_type="application/json")
