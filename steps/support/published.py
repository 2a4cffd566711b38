"""The cloud's description of its routes, held against the published one: paths, statuses, schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from steps.api.operations import ALL, Operation
from steps.support.expectations import expect_equal, expect_true
from steps.support.rules import PAGE

Document = Mapping[str, Any]

_PUBLISHED = ("JB-", "TK-", "AT-", "SV-1", "SV-2", "SV-3", "SV-4")
PUBLISHED = tuple(operation for operation in ALL if operation.rule.startswith(_PUBLISHED))
DEPRECATED = tuple(operation for operation in PUBLISHED if operation.rule.endswith("d"))

# What each published operation declares: the status codes, the schema of its body, the schema of its answer.
_DECLARED: Mapping[str, tuple[str, str, str]] = {
    "JB-1": ("200 400 401 403 404 422", "JobCreate", "JobId"),
    "JB-2": ("200 400 401 403 404", "", "JobStatusResponse"),
    "JB-3": ("200 400 401 403 404", "", "JobResult"),
    "JB-4": ("200 401 403 404", "", "GetJobDataResonse"),
    "JB-5": ("200 400 401 403 404", "", "DefaultResponse"),
    "JB-6": ("200 400 401 403 404 422", "RerunJob", "RerunJobResponse"),
    "JB-7": ("200 401 403", "", "JobAvailabilityResponse"),
    "TK-1": ("200 401 403 422", "", "TokensListUnitResponse"),
    "TK-2": ("200 400 401 403 422", "TokenGenerateRequest", "TokenGenerateResponse"),
    "TK-3": ("200 400 401 403 404", "", "Token"),
    "TK-4": ("200 400 401 403 404 422", "TokenUpdate", "DefaultResponse"),
    "TK-5": ("200 400 401 403 422", "RevokeToken", "DefaultResponse"),
    "TK-6": ("200 400 401 403 422", "RevokeToken", "DefaultResponse"),
    "TK-7": ("200 400 401 403 422", "ListTokenIds", "DefaultResponse"),
    "TK-8": ("200 400 401 403 422", "DeleteTokensByKey", "DefaultResponse"),
    "TK-9": ("200 400 401 403 422", "", "TokenUsageResponse"),
}
_SUCCESSORS = {"AT-8d": "TK-8", "AT-9d": "TK-8"}

_SCHEMA_ROW = re.compile(
    r"^\| ([A-Z][A-Za-z]+(?:, [A-Z][A-Za-z]+)*)(?: \(may be absent\))?(?:, all n)? \| (`.+) \|$"
)
_FIELD = re.compile(r"`(\w+)`(?: (any|dt|[siofb]|a)\b)?(?:\[[^\]]*\])?((?: !)?)")
_TYPES = {
    "s": "string",
    "dt": "string",
    "i": "integer",
    "f": "number",
    "b": "boolean",
    "o": "object",
    "a": "array",
    "any": None,
}
_VERSION = re.compile(r"(^|/)v?\d+(\.\d+)*(-\w+)?(/|$)")


class Field(NamedTuple):
    """A member of a published schema: its type as JSON schema has it, and whether it must be there."""

    type: str | None
    required: bool


@cache
def schemas() -> dict[str, dict[str, Field]]:
    """The members of each published schema, as the tables of the contract's page list them."""
    found: dict[str, dict[str, Field]] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if match := _SCHEMA_ROW.match(line):
            members, _, of_all = match[2].partition(", all ")
            for name in match[1].split(", "):
                found[name] = dict(_fields(members, of_all or "any"))
    return found


def _fields(members: str, otherwise: str) -> Iterator[tuple[str, Field]]:
    for part in members.split(" · "):
        if match := _FIELD.match(part.strip()):
            yield match[1], Field(_TYPES[match[2] or otherwise], bool(match[3]))


def expect_routes(document: Document, operations: Iterable[Operation], *rules: str) -> None:
    """State that these operations are described; how the paths' parameters are called is the cloud's own."""
    shown = {
        (method.upper(), _without_names(path))
        for path, methods in document["paths"].items()
        for method in methods
    }
    lacking = [
        str(operation)
        for operation in operations
        if (operation.method, _without_names(operation.path)) not in shown
    ]
    expect_equal("no route should be missing", lacking, [], *rules)


def expect_declared(document: Document, *rules: str) -> None:
    """State that each published operation declares the published statuses, and the members of its schemas."""
    for operation in PUBLISHED:
        if operation.rule.startswith("SV-"):
            continue
        statuses, body, answer = _DECLARED[_successor(operation)]
        shown = _operation(document, operation, *rules)
        declared = sorted(shown.get("responses", {}))
        expect_equal(f"{operation} should declare these statuses", declared, statuses.split(), *rules)
        expect_equal(f"{operation} should answer so", _answered(document, shown), _members_of(answer), *rules)
        if body:
            expect_equal(f"{operation} should take this", _taken(document, shown), _members_of(body), *rules)


def expect_version(document: Document, openapi: str, version: str, *rules: str) -> None:
    """State which OpenAPI it is, and how the version of the cloud begins."""
    info = document.get("info", {})
    expect_equal("the document should be of this version", document.get("openapi"), openapi, *rules)
    told = str(info.get("version"))
    expect_true(f"the cloud's version should begin with {version}", told.startswith(version), told, *rules)


def expect_unversioned_paths(document: Document, *rules: str) -> None:
    """State that the cloud tells a version, and that no path holds one."""
    version = document.get("info", {}).get("version")
    expect_true("a version should be told", isinstance(version, str) and version, version, *rules)
    versioned = [path for path in document["paths"] if _VERSION.search(path)]
    expect_equal("no path should hold a version", versioned, [], *rules)


def expect_no_final_slash(document: Document, *rules: str) -> None:
    """State that no path but the root's ends in a slash."""
    ending = [path for path in document["paths"] if path.endswith("/") and path != "/"]
    expect_equal("no path should end in a slash", ending, [], *rules)


def expect_statuses_in_use(document: Document, *rules: str) -> None:
    """State that no operation declares 402, 409, 429, a 5xx, or a success other than 200."""
    wrong = {
        f"{method.upper()} {path}": status
        for path, methods in document["paths"].items()
        for method, shown in methods.items()
        for status in _responses(shown)
        if status not in ("200", "400", "401", "403", "404", "422") and (path, status) != ("/", "302")
    }
    expect_equal("no operation should declare another status", wrong, {}, *rules)


def expect_deprecations(document: Document, *rules: str) -> None:
    """State that the ten old addresses are marked as deprecated, and no other published operation."""
    marked = {
        operation
        for operation in PUBLISHED
        if _operation(document, operation, *rules).get("deprecated") is True
    }
    expect_equal(
        "the old addresses should be marked, and they alone",
        sorted(map(str, marked)),
        sorted(map(str, DEPRECATED)),
        *rules,
    )


def expect_forms(document: Document, *rules: str) -> None:
    """State that revoking and reopening take a form, and every other body is JSON."""
    form, json = "application/x-www-form-urlencoded", "application/json"
    for operation in PUBLISHED:
        content = _operation(document, operation, *rules).get("requestBody", {}).get("content", {})
        if content:
            wanted = form if operation.form else json
            expect_equal(f"{operation} should take this", list(content), [wanted], *rules)


def _successor(operation: Operation) -> str:
    rule = _SUCCESSORS.get(operation.rule, operation.rule.removesuffix("d"))
    return rule.replace("AT-", "TK-")


def _operation(document: Document, operation: Operation, *rules: str) -> Mapping[str, Any]:
    """What the document says of an operation, whatever it calls the parameters of its path."""
    wanted = _without_names(operation.path)
    for path, methods in document["paths"].items():
        if _without_names(path) == wanted and operation.method.lower() in methods:
            found: Mapping[str, Any] = methods[operation.method.lower()]
            return found
    expect_true(f"{operation} should be described", False, sorted(document["paths"]), *rules)
    return {}


def _without_names(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def _responses(shown: object) -> list[str]:
    return list(shown.get("responses", {})) if isinstance(shown, dict) else []


def _answered(document: Document, shown: Mapping[str, Any]) -> dict[str, Field]:
    content = shown.get("responses", {}).get("200", {}).get("content", {})
    schema = _resolved(document, content.get("application/json", {}).get("schema", {}))
    return _described(document, schema.get("items", schema))


def _taken(document: Document, shown: Mapping[str, Any]) -> dict[str, Field]:
    content: Mapping[str, Any] = shown.get("requestBody", {}).get("content", {})
    first: Mapping[str, Any] = next(iter(content.values()), {})
    return _described(document, first.get("schema", {}))


def _described(document: Document, schema: Mapping[str, Any]) -> dict[str, Field]:
    whole = _resolved(document, schema)
    required = whole.get("required", [])
    return {
        name: Field(_resolved(document, member).get("type"), name in required)
        for name, member in sorted(whole.get("properties", {}).items())
    }


def _resolved(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Any = document
    for part in str(reference).removeprefix("#/").split("/"):
        found = found.get(part, {})
    return _resolved(document, found)


def _members_of(schema: str) -> dict[str, Field]:
    return dict(sorted(schemas()[schema].items()))
