"""JSON as text and as value at once, so that what was sent can be given back unchanged (TR-23)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

Json: TypeAlias = Any
"""Any value that JSON can hold."""

_SPACE = re.compile(r"[ \t\n\r]*")
_COMPLETE_ESCAPE = re.compile(
    r"\\(?:[^u]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|u[dD][89abAB]..\\u[dD][c-fC-F]..)", re.DOTALL
)
_MAYBE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class NotJsonError(ValueError):
    """The text is not JSON that the cloud takes."""


@dataclass(frozen=True)
class JsonText:
    """A JSON text that stands for itself inside an answer."""

    text: str


@dataclass(frozen=True)
class JsonObject:
    """A JSON object as it was sent, and what it says."""

    value: dict[str, Json]
    text: str


def _refuse_constant(name: str) -> NoReturn:
    raise NotJsonError(f"{name} is not a JSON value")


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)


def decode(body: bytes) -> str:
    """Return the body as text; only UTF-8 without a byte order mark is taken (TR-16, TR-17)."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJsonError("the body is not UTF-8") from error
    if text.startswith("\ufeff"):
        raise NotJsonError("the body starts with a byte order mark")
    return text


def read(text: str) -> Json | dict[str, "Member"]:
    """Return the value of a JSON text; an object comes as its members, with their texts (TR-17, TR-18)."""
    try:
        if _MAYBE_SURROGATE.search(text):
            _refuse_lone_surrogates(text)
        start = _skip(text, 0)
        if text[start : start + 1] == "{":
            members, end = _read_members(text, start)
        else:
            members, end = _decoder.raw_decode(text, start)
        if _skip(text, end) != len(text):
            raise NotJsonError("something follows the JSON value")
        return members
    except RecursionError as error:
        raise NotJsonError("the body is nested too deeply") from error
    except NotJsonError:
        raise
    except ValueError as error:
        raise NotJsonError("the body is not JSON") from error


@dataclass(frozen=True)
class Member:
    """The value of one member of an object, and the text it was written with."""

    value: Json
    text: str


def _read_members(text: str, start: int) -> tuple[dict[str, Member], int]:
    members: dict[str, Member] = {}
    at = _skip(text, start + 1)
    if text[at : at + 1] == "}":
        return members, at + 1
    while True:
        if text[at : at + 1] != '"':
            raise NotJsonError("a member has no name")
        name, at = _decoder.raw_decode(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise NotJsonError("a member has no value")
        at = _skip(text, at + 1)
        value, end = _decoder.raw_decode(text, at)
        members[name] = Member(value, text[at:end])
        at = _skip(text, end)
        if text[at : at + 1] == "}":
            return members, at + 1
        if text[at : at + 1] != ",":
            raise NotJsonError("members are not separated")
        at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _refuse_lone_surrogates(text: str) -> None:
    """Take every complete escape out of the text; a backslash that is left belongs to half a pair."""
    if "\\" in _COMPLETE_ESCAPE.sub("", text):
        raise NotJsonError("the body holds an unpaired surrogate")


def with_member(given: JsonObject, name: str, value: Json) -> JsonObject:
    """Return the object with one member set, the text of all others as it was."""
    members, _ = _read_members(given.text, _skip(given.text, 0))
    members[name] = Member(value, json.dumps(value))
    text = "{" + ", ".join(f"{json.dumps(key)}: {member.text}" for key, member in members.items()) + "}"
    return JsonObject({**given.value, name: value}, text)


def parse(text: str) -> Json:
    """Return the value of a JSON text that the store kept."""
    return json.loads(text)


def encode(value: Json) -> str:
    """Return an answer as JSON, the texts inside it as they are."""
    try:
        # Most answers hold no text of their own, and then one call does it all.
        return json.dumps(value)
    except TypeError:
        return _encode_parts(value)


def _encode_parts(value: Json) -> str:
    if isinstance(value, JsonText):
        return value.text
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)}: {encode(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(encode, value)) + "]"
    raise TypeError(f"{type(value).__name__} is not a JSON value")
