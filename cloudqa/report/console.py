"""What a run prints, kept to be searched; secrets that are known by then are not printed at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


class Console:
    """Keeps what goes to the standard streams while it is `open`.

    behave's formatters and reporters hold the streams themselves, so it is their `write` that is replaced.
    """

    def __init__(self, redact: Callable[[str], str]) -> None:
        self._redact = redact
        self._printed: list[str] = []

    @property
    def text(self) -> str:
        """All that was printed so far."""
        return "".join(self._printed)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Keep, within it, what is printed."""
        streams: list[TextIO] = list(dict.fromkeys([sys.stdout, sys.stderr]))
        for stream in streams:
            stream.write = self._kept(stream.write)  # type: ignore[method-assign]
        try:
            yield
        finally:
            for stream in streams:
                del stream.write

    def _kept(self, write: Callable[[str], int]) -> Callable[[str], int]:
        def write_kept(text: str) -> int:
            shown = self._redact(text)
            self._printed.append(shown)
            write(shown)
            return len(text)

        return write_kept
