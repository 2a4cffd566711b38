"""What a run prints, kept to be searched; secrets that are known by then are not printed at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from cloudqa.report.live import LiveLine


LIVE = "live"


class Console:
    """Keeps what goes to the standard streams while it is `open`.

    behave's formatters and reporters hold the streams themselves, so it is their `write` that is replaced.
    """

    def __init__(self, redact: Callable[[str], str]) -> None:
        self._redact = redact
        self._printed: list[str] = []
        self._plain: dict[TextIO, Callable[[str], int]] = {}
        self._live: LiveLine | None = None

    @property
    def text(self) -> str:
        """All that was printed so far."""
        return "".join(self._printed)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Keep, within it, what is printed."""
        streams: list[TextIO] = list(dict.fromkeys([sys.stdout, sys.stderr]))
        for stream in streams:
            self._plain[stream] = stream.write
            stream.write = self._kept(stream)  # type: ignore[method-assign]
        try:
            yield
        finally:
            for stream in streams:
                del stream.write

    @contextmanager
    def with_live_line(self, line: Callable[[], str]) -> Iterator[LiveLine]:
        """Show, within it, a line below what is printed; it is no part of what is kept."""
        from cloudqa.report.live import LiveLine

        self._live = live = LiveLine(sys.stdout, self._plain[sys.stdout], line)
        live.redraw()
        try:
            yield live
        finally:
            self._live = None
            live.remove()

    def _kept(self, stream: TextIO) -> Callable[[str], int]:
        write, on_terminal = stream.write, stream.isatty()

        def write_kept(text: str) -> int:
            shown = self._redact(text)
            self._printed.append(shown)
            if self._live is not None and on_terminal:
                self._live.print(shown)
            else:
                write(shown)
            return len(text)

        return write_kept


def wants_live_line(stream: TextIO, options: Mapping[str, str], environment: Mapping[str, str]) -> bool:
    """Whether what goes to this stream is looked at by somebody: a terminal that can move its cursor."""
    able = environment.get("TERM", "") not in ("", "dumb")
    return stream.isatty() and able and options.get(LIVE, "yes") != "no"
