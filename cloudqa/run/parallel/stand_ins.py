"""What takes the place of an exception, and of its traceback, in another process.

An exception cannot travel as it is: its class may not be importable, and what it holds is anybody's guess.
What formatters and reporters show of it does: class, text, notes, chain, and the traceback with its lines.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from types import CodeType, FrameType, TracebackType
from typing import Any


@dataclass(frozen=True)
class _Line:
    """A line of a traceback. `columns` are where the failing part begins and ends, as Python reports it."""

    file: str
    function: str
    number: int
    last_number: int
    columns: tuple[int, int]


@dataclass(frozen=True)
class Description:
    """An exception, in what is shown of it."""

    name: str
    qualified_name: str
    module: str
    text: str
    has_arguments: bool
    is_assertion: bool
    notes: tuple[str, ...]
    lines: tuple[_Line, ...]
    cause: Description | None
    context: Description | None
    suppresses_context: bool


def describe(error: BaseException, _seen: frozenset[int] = frozenset()) -> Description:
    """Describe an exception with those that led to it."""
    seen = _seen | {id(error)}
    cause, context = (
        None if other is None or id(other) in seen else describe(other, seen)
        for other in (error.__cause__, error.__context__)
    )
    kind = type(error)
    return Description(
        kind.__name__,
        kind.__qualname__,
        kind.__module__,
        _text(error),
        bool(error.args),
        isinstance(error, AssertionError),
        tuple(map(str, getattr(error, "__notes__", ()))),
        lines_of(error.__traceback__),
        cause,
        context,
        error.__suppress_context__,
    )


def stand_in(description: Description) -> BaseException:
    """An exception that shows like the one described."""
    base = AssertionError if description.is_assertion else Exception
    kind = type(
        description.name,
        (base,),
        {
            "__module__": description.module,
            "__qualname__": description.qualified_name,
            "__str__": lambda error: description.text,
        },
    )
    error: BaseException = kind(description.text) if description.has_arguments else kind()
    for note in description.notes:
        error.add_note(note)
    error.__traceback__ = traceback_of(description.lines)
    error.__cause__ = stand_in(description.cause) if description.cause else None
    error.__context__ = stand_in(description.context) if description.context else None
    error.__suppress_context__ = description.suppresses_context
    return error


def lines_of(traceback: TracebackType | None) -> tuple[_Line, ...]:
    """The lines of a traceback, outermost first."""
    lines = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        first, last, begin, end = list(code.co_positions())[traceback.tb_lasti // 2]
        number = first or traceback.tb_lineno
        lines.append(_Line(code.co_filename, code.co_name, number, last or number, (begin or 0, end or 0)))
        traceback = traceback.tb_next
    return tuple(lines)


def traceback_of(lines: tuple[_Line, ...]) -> TracebackType | None:
    """A traceback of these lines."""
    traceback = None
    for line in reversed(lines):
        frame, instruction = _stopped_at(line)
        traceback = TracebackType(traceback, frame, instruction, line.number)
    return traceback


def _stopped_at(line: _Line) -> tuple[FrameType, int]:
    """A frame that stopped at this line, and the instruction at which it did."""
    try:
        exec(_code_that_raises_at(line), {"error": _Stop})
    except _Stop as stop:
        assert stop.__traceback__ is not None
        here = stop.__traceback__.tb_next
        assert here is not None
        return here.tb_frame, here.tb_lasti
    raise AssertionError("The code does nothing but raise.")


def _code_that_raises_at(line: _Line) -> CodeType:
    place: Any = {
        "lineno": line.number,
        "end_lineno": line.last_number,
        "col_offset": line.columns[0],
        "end_col_offset": line.columns[1],
    }
    statement = ast.Raise(exc=ast.Name("error", ast.Load(), **place), **place)
    module = compile(ast.Module([statement], []), line.file, "exec")
    return module.replace(co_name=line.function)


class _Stop(Exception):  # noqa: N818 - stops a frame, and is caught at once
    pass


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as unprintable:
        return f"<{type(error).__name__} without a text: its __str__ raised {type(unprintable).__name__}>"
