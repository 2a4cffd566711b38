"""What happens in a worker, written down to be played in the parent."""

from __future__ import annotations

import io
import os
from typing import Any

from cloudqa.run.parallel.behave_parts import Element, state_of
from cloudqa.run.parallel.sections import (
    Assignment,
    Attribute,
    Call,
    Event,
    Formatter,
    Output,
    Reference,
    Result,
)
from cloudqa.run.parallel.wire import Wire

# behave's loops tell formatters of these; the parent runs the loops too, and tells them itself.
_TOLD_BY_PARENT = {"uri", "feature", "rule", "background", "rule_finished", "eof", "close"}
_PLAIN = (str, bytes, int, float, bool, os.PathLike)


class Recorder:
    """Writes down events, each with what has changed in the elements that are watched."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._events: list[bytes] = []
        self._watched: list[Element] = []
        self._known: dict[int, dict[str, Any]] = {}
        self._output: list[Output] = []
        self._calls = 0

    def watch(self, elements: list[Element]) -> None:
        """From now on report the changes of these elements, beginning with all that they are."""
        self._watched, self._known = elements, {}

    def note(self, event: Event) -> None:
        """Write an event down."""
        self._note_output()
        self._events.append(self._wire.pack((self._changes(), event)))

    def note_output(self, stream: str, text: str) -> None:
        """Write text down that goes to a stream of the process."""
        self._output.append(Output(stream, text))

    def next_call(self) -> tuple[int, int]:
        """The number of the next call: no other call, of any worker, has it."""
        self._calls += 1
        return os.getpid(), self._calls

    def take(self) -> tuple[tuple[bytes, ...], bytes]:
        """The events since the last time, and the changes after them."""
        self._note_output()
        taken, self._events = tuple(self._events), []
        return taken, self._wire.pack(self._changes())

    def _note_output(self) -> None:
        while self._output:
            stream, text = self._output[0].stream, ""
            while self._output and self._output[0].stream == stream:
                text += self._output.pop(0).text
            self._events.append(self._wire.pack(((), Output(stream, text))))

    def _changes(self) -> tuple[tuple[Element, dict[str, Any]], ...]:
        changes = []
        for element in self._watched:
            known, state = self._known.get(id(element), {}), state_of(element)
            changed = {name: value for name, value in state.items() if _differs(value, known, name)}
            if changed:
                changes.append((element, changed))
                self._known[id(element)] = state
        return tuple(changes)


class Remembered:
    """Stands in a worker for a formatter, or for what one gave back: every call is written down.

    An attribute that is a plain value of the formatter is that value. Any other, also one that is None as
    long as the parent has not played what this worker does, is looked up when it is played.
    """

    def __init__(self, recorder: Recorder, reference: Reference, real: object = None) -> None:
        vars(self).update(_recorder=recorder, _reference=reference, _real=real)

    @property  # type: ignore[misc]  # hooks look for a formatter with isinstance
    def __class__(self) -> type:
        real = vars(self)["_real"]
        return Remembered if real is None else type(real)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute
        if name.startswith("__"):
            raise AttributeError(name)
        mine = vars(self)
        if mine["_real"] is not None:
            value = getattr(mine["_real"], name)
            if isinstance(value, _PLAIN):
                return value
        return Remembered(mine["_recorder"], Attribute(mine["_reference"], name))

    def __setattr__(self, name: str, value: object) -> None:
        mine = vars(self)
        mine["_recorder"].note(Assignment(mine["_reference"], name, value))

    def __call__(self, *arguments: Any, **named: Any) -> Remembered | None:  # noqa: ANN401 - any call
        recorder: Recorder = vars(self)["_recorder"]
        reference: Reference = vars(self)["_reference"]
        if _is_told_by_parent(reference):
            return None
        number = recorder.next_call()
        recorder.note(Call(reference, arguments, named, number))
        return Remembered(recorder, Result(number))


class RecordedStream(io.BufferedIOBase):
    """Takes the place of a worker's stdout or stderr."""

    def __init__(self, recorder: Recorder, stream: str) -> None:
        self._recorder = recorder
        self._stream = stream

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    def write(self, content: Any) -> int:  # noqa: ANN401 - a buffer
        """Write down what is written."""
        text = bytes(content).decode("utf-8", "backslashreplace")
        self._recorder.note_output(self._stream, text)
        return len(content)


def _is_told_by_parent(reference: Reference) -> bool:
    return (
        isinstance(reference, Attribute)
        and isinstance(reference.owner, Formatter)
        and reference.name in _TOLD_BY_PARENT
    )


def recorded_text_stream(recorder: Recorder, stream: str) -> io.TextIOWrapper:
    """A text stream that writes down what is written to it."""
    return io.TextIOWrapper(
        RecordedStream(recorder, stream),  # type: ignore[arg-type]  # it needs no name
        encoding="utf-8",
        errors="backslashreplace",
        newline="\n",
        write_through=True,
    )


def _differs(value: object, known: dict[str, Any], name: str) -> bool:
    if name not in known:
        return True
    before = known[name]
    return value is not before and (isinstance(value, BaseException) or value != before)
