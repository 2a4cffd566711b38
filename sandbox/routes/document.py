"""The OpenAPI documents that the cloud serves: SV-3, SV-4.

Operations of the published document are served as published, with the statuses that the sandbox adds to
them; the sandbox's own operations are described from the table of routes.
"""

import json
import re
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from sandbox.cloud import Cloud
from sandbox.routes import answers
from sandbox.routes.calls import Operation
from sandbox.routes.kinds import QueryIds
from sandbox.routes.shapes import Field, Shape

TOOLBOX = "/qt/"

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")
_INTEGER_PARAMETERS = frozenset({"token_id", "user_id"})
_REASONS = {
    200: "Success",
    400: "Bad request",
    401: "Unauthorized",
    403: "Permission denied",
    404: "Not found",
    422: "Validation error",
}


def published() -> dict[str, Any]:
    """Return the published document as it is."""
    document: dict[str, Any] = json.loads((files("sandbox") / "data" / "published.json").read_text("utf-8"))
    return document


def served(cloud: Cloud, operations: Iterable[Operation]) -> dict[str, Any]:
    """SV-3.1: every published operation outside the toolbox, and the sandbox's own beside them."""
    document = published()
    paths = {path: item for path, item in document["paths"].items() if not path.startswith(TOOLBOX)}
    schemas = {**document["components"]["schemas"], **answers.SCHEMAS}
    for operation in operations:
        item = paths.setdefault(operation.path, {})
        known = item.get(operation.method.lower())
        if known is None:
            item[operation.method.lower()] = _described(cloud, operation)
        else:
            for status in operation.statuses:
                known["responses"].setdefault(str(status), _response(operation, status))
    document["servers"] = [{"url": "/"}]
    document["paths"] = paths
    document["components"]["schemas"] = _used(schemas, paths)
    return document


def toolbox() -> dict[str, Any]:
    """SV-4.1: the toolbox is not part of this cloud, so its document has no operations."""
    info = published()["info"]
    return {"openapi": "3.0.3", "info": {"title": info["title"], "version": info["version"]}, "paths": {}}


def _described(cloud: Cloud, operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": operation.summary,
        "tags": ["Sandbox"],
        "parameters": [*_path_parameters(operation.path), *_query_parameters(operation.query)],
        "responses": {str(status): _response(operation, status) for status in operation.statuses},
    }
    if operation.surface is not None:
        described["security"] = [{"BearerAuth": []}]
    shape = operation.body_shape(cloud)
    if shape is not None:
        media_type = _FORM if operation.form else _JSON
        described["requestBody"] = {
            "required": any(field.required for field in shape.fields),
            "content": {media_type: {"schema": _shape_schema(shape)}},
        }
    return described


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {
            "in": "path",
            "name": name,
            "required": True,
            "schema": {"type": "integer" if name in _INTEGER_PARAMETERS else "string"},
        }
        for name in _PATH_PARAMETER.findall(path)
    ]


def _query_parameters(shape: Shape | None) -> list[dict[str, Any]]:
    return [
        {"in": "query", "name": field.name, "required": False, "schema": _field_schema(field)}
        for field in (shape.fields if shape else ())
        if not isinstance(field.kind, QueryIds)
    ]


def _shape_schema(shape: Shape) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: _field_schema(field) for field in shape.fields},
        "additionalProperties": True,
    }
    required = [field.name for field in shape.fields if field.required]
    return {**schema, "required": required} if required else schema


def _field_schema(field: Field) -> dict[str, Any]:
    schema = field.kind.schema()
    return {**schema, "nullable": True} if field.nullable else schema


def _response(operation: Operation, status: int) -> dict[str, Any]:
    if status == 200:
        schema = _answer_schema(operation.answers)
    else:
        schema = _reference("ValidationError" if status == 422 else "HTTPError")
    return {"description": _REASONS[status], "content": {_JSON: {"schema": schema}}}


def _answer_schema(name: str) -> dict[str, Any]:
    if name == "Anything":
        return {}
    if name.endswith("[]"):
        return {"type": "array", "items": _reference(name.removesuffix("[]"))}
    return _reference(name)


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _used(schemas: dict[str, Any], paths: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas that the paths lead to, directly or through others."""
    used: dict[str, Any] = {}
    pending = _referenced(paths)
    while pending:
        name = pending.pop()
        if name not in used:
            used[name] = schemas[name]
            pending |= _referenced(schemas[name])
    return dict(sorted(used.items()))


def _referenced(part: object) -> set[str]:
    return set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(part)))
