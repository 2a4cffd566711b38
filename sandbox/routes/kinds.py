"""What a member of a body or of a query may be (TR-24 to TR-28)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sandbox.json_text import Json, JsonObject
from sandbox.rules import clock, lifecycle, users

SMALLEST_INTEGER = -(2**63)
LARGEST_INTEGER = 2**63 - 1
LARGEST_NUMBER = 1e300

_INTEGER = re.compile(r"(-?)0*([0-9]+)", re.ASCII)
_MOST_DIGITS = len(str(LARGEST_INTEGER))
_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})", re.ASCII | re.IGNORECASE
)
_MORE_THAN_MICROSECONDS = re.compile(r"(\.\d{6})\d+")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class UnfitError(Exception):
    """The value is not of its kind; the text says what it should be."""


class Kind(Protocol):
    """A kind of value: it takes a value or raises `UnfitError`, and describes itself for the document."""

    def take(self, value: Json) -> Json:
        """Return the value as the rules want it."""
        ...

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        ...


@dataclass(frozen=True)
class Text:
    """A string."""

    shortest: int = 0
    longest: int | None = None

    def take(self, value: Json) -> Json:
        """Return the string."""
        if not isinstance(value, str):
            raise UnfitError("Not a valid string.")
        if len(value) < self.shortest or (self.longest is not None and len(value) > self.longest):
            raise UnfitError(f"Length must be between {self.shortest} and {self.longest or 'any'}.")
        return value

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        schema: dict[str, Json] = {"type": "string"}
        if self.shortest:
            schema["minLength"] = self.shortest
        if self.longest is not None:
            schema["maxLength"] = self.longest
        return schema


@dataclass(frozen=True)
class Email:
    """An e-mail address (US-1.5)."""

    def take(self, value: Json) -> Json:
        """Return the address."""
        if not isinstance(value, str) or not users.email_is_wellformed(value):
            raise UnfitError("Not a valid email address.")
        return value

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        return {"type": "string", "maxLength": users.LONGEST_EMAIL, "pattern": r"^[^@\s]+@[^@\s]+$"}


@dataclass(frozen=True)
class Integer:
    """A whole number of at most 64 bits; neither a boolean nor `60.0` is one (TR-24, TR-25)."""

    least: int = SMALLEST_INTEGER
    most: int = LARGEST_INTEGER

    def take(self, value: Json) -> Json:
        """Return the integer."""
        if type(value) is not int:
            raise UnfitError("Not a valid integer.")
        if not self.least <= value <= self.most:
            raise UnfitError(f"Must be between {self.least} and {self.most}.")
        return value

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        schema: dict[str, Json] = {"type": "integer", "format": "int64"}
        if self.least != SMALLEST_INTEGER:
            schema["minimum"] = self.least
        if self.most != LARGEST_INTEGER:
            schema["maximum"] = self.most
        return schema


@dataclass(frozen=True)
class Number:
    """A number, whole or not."""

    least: float | None = None
    most: float = LARGEST_NUMBER

    def take(self, value: Json) -> Json:
        """Return the number as a float."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnfitError("Not a valid number.")
        if isinstance(value, int) and not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
            raise UnfitError("Not a valid number.")
        if abs(value) > self.most or (self.least is not None and value < self.least):
            raise UnfitError("Number out of range.")
        return float(value)

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        return {"type": "number"} if self.least is None else {"type": "number", "minimum": self.least}


@dataclass(frozen=True)
class Boolean:
    """True or false."""

    def take(self, value: Json) -> Json:
        """Return the boolean."""
        if not isinstance(value, bool):
            raise UnfitError("Not a valid boolean.")
        return value

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Anything:
    """Any value; a rule judges it later."""

    schema_type: str = "string"

    def take(self, value: Json) -> Json:
        """Return the value, an object as what it says."""
        return value.value if isinstance(value, JsonObject) else value

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of what the rules accept in the end."""
        return {"type": self.schema_type}


@dataclass(frozen=True)
class Object:
    """A JSON object, kept with its own text."""

    def take(self, value: Json) -> Json:
        """Return the object."""
        if not isinstance(value, JsonObject):
            raise UnfitError("Not a valid object.")
        return value

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        return {"type": "object", "additionalProperties": {}}


@dataclass(frozen=True)
class Perfs(Object):
    """The performances of a platform: an object without nulls in it (PF-1.10)."""

    def take(self, value: Json) -> Json:
        """Return the object."""
        taken = super().take(value)
        if None in taken.value.values():
            raise UnfitError("Must not hold null.")
        return taken


@dataclass(frozen=True)
class Specs(Perfs):
    """The specifications of a platform, free of what its clients can't read (PF-1.10)."""

    def take(self, value: Json) -> Json:
        """Return the object."""
        taken = super().take(value)
        constraints = taken.value.get("constraints")
        if isinstance(constraints, dict) and None in constraints.values():
            raise UnfitError("constraints must not hold null.")
        commands = taken.value.get("available_commands", [])
        if not isinstance(commands, list) or not all(isinstance(command, str) for command in commands):
            raise UnfitError("available_commands must be a list of strings.")
        return taken

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        commands = {"type": "array", "items": {"type": "string"}}
        return {"type": "object", "properties": {"available_commands": commands}, "additionalProperties": {}}


@dataclass(frozen=True)
class Maintenance:
    """A time window (PF-3.3)."""

    def take(self, value: Json) -> Json:
        """Return the window, its times in UTC."""
        if not isinstance(value, JsonObject):
            raise UnfitError("Not a valid object.")
        return {name: clock.iso(moment(value.value.get(name))) for name in ("start_time", "end_time")}

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        time = {"type": "string", "format": "date-time"}
        return {
            "type": "object",
            "required": ["start_time", "end_time"],
            "properties": {"start_time": time, "end_time": time},
        }


@dataclass(frozen=True)
class ListOf:
    """A list of values of one kind."""

    item: Kind

    def take(self, value: Json) -> Json:
        """Return the list."""
        if not isinstance(value, list):
            raise UnfitError("Not a valid list.")
        return [self.item.take(item) for item in value]

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        return {"type": "array", "items": self.item.schema()}


def moment(text: Json) -> float:
    """Return an ISO 8601 time with a zone in seconds since the epoch (TM-5, UR-13)."""
    if not isinstance(text, str) or not _DATE_TIME.fullmatch(text):
        raise UnfitError("Not a valid datetime with a timezone.")
    try:
        return datetime.fromisoformat(_MORE_THAN_MICROSECONDS.sub(r"\1", text.upper())).timestamp()
    except (ValueError, OverflowError) as error:
        raise UnfitError("Not a valid datetime with a timezone.") from error


@dataclass(frozen=True)
class QueryInteger(Integer):
    """An integer in a query (TR-27)."""

    def take(self, value: Json) -> Json:
        """Return the integer."""
        written = _INTEGER.fullmatch(value)
        if written is None or len(written[2]) > _MOST_DIGITS:
            raise UnfitError("Not a valid integer.")
        return super().take(int(written[1] + written[2]))


@dataclass(frozen=True)
class QueryBoolean(Boolean):
    """A boolean in a query (TR-27)."""

    def take(self, value: Json) -> Json:
        """Return the boolean."""
        if value.lower() not in _BOOLEANS:
            raise UnfitError("Not a valid boolean.")
        return _BOOLEANS[value.lower()]


@dataclass(frozen=True)
class QueryTime:
    """A time in a query."""

    def take(self, value: Json) -> Json:
        """Return the time in seconds since the epoch."""
        return moment(value)

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        return {"type": "string", "format": "date-time"}


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: Sequence[str]

    def take(self, value: Json) -> Json:
        """Return the word."""
        if value not in self.words:
            raise UnfitError(f"Must be one of: {', '.join(self.words)}.")
        return value

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        return {"type": "string", "enum": list(self.words)}


@dataclass(frozen=True)
class QueryIds:
    """Ids in a query: `[1,2]`, `1,2`, or the parameter repeated (UR-10)."""

    def take(self, value: Json) -> Json:
        """Return the ids of all occurrences of the parameter."""
        return [token_id for text in value for token_id in self._ids(text)]

    def _ids(self, text: str) -> list[int]:
        inner = text.strip()
        if inner.startswith("[") and inner.endswith("]"):
            inner = inner[1:-1].strip()
        if inner.lower() in ("", "null"):
            return []
        return [QueryInteger().take(part.strip()) for part in inner.split(",")]

    def schema(self) -> dict[str, Json]:
        """Return the OpenAPI schema of the kind."""
        return {"type": "array", "items": {"type": "integer"}}


JOB_STATUS = Choice(lifecycle.STATUSES)
