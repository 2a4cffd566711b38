"""Messages from a worker to the parent, and what is left of a worker that can send none."""

from __future__ import annotations

import mmap
import os
import struct

_LENGTH = struct.Struct("<Q")
_PLACE = struct.Struct("<ii")
_NOWHERE = -1


def send(channel: int, message: bytes) -> None:
    """Write one message, whole."""
    left = memoryview(_LENGTH.pack(len(message)) + message)
    while left:
        left = left[os.write(channel, left) :]


class Inbox:
    """Puts the messages of one worker together from what was read of them."""

    def __init__(self) -> None:
        self._content = bytearray()

    def take(self, content: bytes) -> list[bytes]:
        """The messages that are complete now."""
        self._content += content
        messages = []
        while len(self._content) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._content)[0]
            if len(self._content) < end:
                break
            messages.append(bytes(self._content[_LENGTH.size : end]))
            del self._content[:end]
        return messages


class Progress:
    """Where a worker is, in memory that it shares with the parent: it outlives a worker that is killed."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _PLACE.size)
        self.begin(None)

    def begin(self, scenario: int | None) -> None:
        """A scenario was claimed, or none is under way."""
        _PLACE.pack_into(self._memory, 0, _NOWHERE if scenario is None else scenario, _NOWHERE)

    def step(self, index: int) -> None:
        """A step of the scenario begins; -1 when it has ended."""
        _PLACE.pack_into(self._memory, 0, self.place()[0], index)

    def place(self) -> tuple[int, int]:
        """The number of the scenario and the index of its step, each -1 where there is none."""
        scenario, step = _PLACE.unpack_from(self._memory)
        return scenario, step
