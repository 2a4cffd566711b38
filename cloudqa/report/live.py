"""The live line below what is printed: what is done, failed and running, and how long the rest will take."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from statistics import median
from typing import TextIO

from behave.model import Scenario

from cloudqa.report.names import id_tag_of, short_id_of

# From the cursor to the end of the screen: the line, and nothing that was printed.
_CLEAR = "\x1b[J"
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ANY_SECONDS = 1.0
# What an estimate rests on before it is believed more than the number of workers.
_ENOUGH_SECONDS = 2.0


class Tally:
    """Counts how far a run is, and says it in a line.

    `known` are seconds by id; what is not known counts as the median. `jobs` is how many run at once.
    """

    def __init__(
        self,
        scenarios: Collection[Scenario],
        known: Mapping[str, float],
        jobs: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        usual = median(known.values()) if known else _ANY_SECONDS
        self._seconds = {id(one): known.get(id_tag_of(one), usual) for one in scenarios}
        self._expected = sum(self._seconds.values())
        self._jobs = jobs
        self._clock = clock
        self._began = clock()
        self._over: set[int] = set()
        self._done_seconds = 0.0
        self._failed = 0
        self._running: tuple[str, ...] = ()

    def running(self, scenarios: Sequence[Scenario]) -> None:
        """These are under way, and no others."""
        self._running = tuple(map(short_id_of, scenarios))

    def ended(self, scenario: Scenario, *, failed: bool) -> None:
        """This one is over."""
        if id(scenario) in self._seconds and id(scenario) not in self._over:
            self._over.add(id(scenario))
            self._done_seconds += self._seconds[id(scenario)]
            self._failed += failed

    @property
    def line(self) -> str:
        """How far the run is; what may be cut off comes last."""
        counts = f"{len(self._over)}/{len(self._seconds)} done, {self._failed} failed"
        names = f": {' '.join(self._running)}" if self._running else ""
        return f"{counts}, {len(self._running)} running, {_words(self._left())} left{names}"

    def _left(self) -> float:
        """Seconds until the end, as fast as it went so far."""
        passed = self._clock() - self._began
        rate = float(self._jobs)
        if passed >= _ENOUGH_SECONDS and self._done_seconds > 0:
            rate = self._done_seconds / passed
        return max(self._expected - self._done_seconds, 0.0) / rate


class LiveLine:
    """Draws a line below what is printed, and keeps out of its way.

    Whoever prints to the terminal prints through `print`, which leaves the cursor where the text ended.
    """

    def __init__(self, stream: TextIO, write: Callable[[str], object], line: Callable[[], str]) -> None:
        self._stream = stream
        self._write = write
        self._line = line
        self._column = 0
        self._shown = ""

    def print(self, text: str) -> None:
        """Print a text where the last one ended, and the line below it."""
        self._column = self._column_after(text)
        self._write(f"{_CLEAR}{text}{self._drawn()}")
        self._stream.flush()

    def redraw(self) -> None:
        """Draw the line, if it is another than the one that is shown."""
        if self._line() != self._shown:
            self.print("")

    def remove(self) -> None:
        """Take the line away."""
        self._write(_CLEAR)
        self._stream.flush()

    def _drawn(self) -> str:
        """The line, and the way back to where the text ended. The line never fills its row, nor wraps."""
        width = _width(self._stream)
        self._shown = self._line()
        line = self._shown[: width - 1]
        if self._column == 0:
            return f"{line}\r"
        if self._column % width == 0:
            return ""  # between two rows: no way leads back there
        return f"\n{line}\x1b[A\r\x1b[{self._column % width}C"

    def _column_after(self, text: str) -> int:
        plain = _CONTROL.sub("", text)
        end = max(plain.rfind("\n"), plain.rfind("\r"))
        return len(plain) - end - 1 if end >= 0 else self._column + len(plain)


class Watcher:
    """Counts what it is told, and shows it in the live line."""

    def __init__(self, tally: Tally, line: LiveLine) -> None:
        self._tally = tally
        self._live = line

    def running(self, scenarios: Sequence[Scenario]) -> None:
        """These are under way, and no others."""
        self._tally.running(scenarios)
        self._live.redraw()

    def ended(self, scenario: Scenario, *, failed: bool) -> None:
        """This one is over."""
        self._tally.ended(scenario, failed=failed)
        self._live.redraw()


def _width(stream: TextIO) -> int:
    """The columns of the terminal; some, such as a serial line, do not know theirs."""
    try:
        told = os.get_terminal_size(stream.fileno()).columns
    except OSError:
        told = 0
    return told or shutil.get_terminal_size().columns


def _words(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02} s" if whole >= 60 else f"{whole} s"
