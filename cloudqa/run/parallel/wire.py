"""How objects travel from a worker to the parent: by name what both have, by value what the worker made."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from behave.matchers import Match

from cloudqa.run.parallel.behave_parts import match_like
from cloudqa.run.parallel.stand_ins import describe, lines_of, stand_in, traceback_of


class Wire:
    """Packs in a forked process what its parent unpacks.

    `shared` are the objects that were there before the fork: of them only the name travels, and the parent
    gets its own.
    """

    def __init__(self, shared: Iterable[object]) -> None:
        self._shared = list(shared)
        self._names = {id(one): name for name, one in enumerate(self._shared)}

    def pack(self, value: object) -> bytes:
        """The value as bytes. What cannot travel is replaced by a text that tells what it was."""
        try:
            return self._packed(value)
        except Exception:  # whatever a foreign object raises when it is taken apart
            return self._packed(self._reduced(value))

    def unpack(self, packed: bytes) -> Any:  # noqa: ANN401 - whatever was packed
        """The value that was packed, or what stands for it here."""
        unpickler = _Unpickler(io.BytesIO(packed))
        unpickler.shared = self._shared
        return unpickler.load()

    def _packed(self, value: object) -> bytes:
        buffer = io.BytesIO()
        pickler = _Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL)
        pickler.names = self._names
        pickler.dump(value)
        return buffer.getvalue()

    def _reduced(self, value: object) -> object:
        try:
            self._packed(value)
        except Exception:
            if type(value) in (list, tuple, set):
                return type(value)([self._reduced(one) for one in value])  # type: ignore[call-arg, attr-defined]
            if type(value) is dict:
                return {self._reduced(name): self._reduced(one) for name, one in value.items()}
            if hasattr(type(value), "reduced_by"):
                return value.reduced_by(self._reduced)  # type: ignore[attr-defined]
            return Untransferable(_text(value))
        return value


class Untransferable:
    """Stands for an object that could not leave its process; prints as it did."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


class _Pickler(pickle.Pickler):
    names: dict[int, int]

    def persistent_id(self, value: object) -> int | None:
        return self.names.get(id(value))

    def reducer_override(self, value: object) -> Any:  # noqa: ANN401 - as pickle has it
        if isinstance(value, BaseException):
            return stand_in, (describe(value),)
        if isinstance(value, TracebackType):
            return traceback_of, (lines_of(value),)
        if isinstance(value, Match):
            return match_like, (type(value), vars(value))
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    shared: list[object]

    def persistent_load(self, name: Any) -> object:  # noqa: ANN401 - as pickle has it
        return self.shared[name]


def _text(value: object) -> str:
    try:
        return repr(value)
    except Exception:
        return f"<{type(value).__name__}>"
