"""On a terminal a line shows how far a run is, out of the way of what is printed; elsewhere there is none."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable

import pytest
from behave.model import Scenario
from behave.parser import parse_feature

from cloudqa.report.console import wants_live_line
from cloudqa.report.live import LiveLine, Tally
from tests.cloudqa.run.conftest import ROOT, STEPS, SmallSuite, hear_interrupts

FEATURE = """
Feature: A small suite
  @QC-1
  Scenario: One
    Given the cloud answers

  @QC-2
  Scenario: Two
    When it breaks

  @QC-3
  Scenario: Three
    Given the cloud answers
"""
MORE_STEPS = (
    STEPS
    + """
import pathlib, threading
from behave import when

@when("it breaks")
def breaks(context):
    assert False, "it broke"

@when("it lasts")
def lasts(context):
    pathlib.Path("begun").touch()
    threading.Event().wait(60)
"""
)
COUNTS = re.compile(r"([0-9]+)/3 done, ([0-9]+) failed, ([0-9]+) running")


class Terminal:
    """What a terminal of some width shows, after what was written to it. Rows that scroll away stay."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.rows = [""]
        self.row = self.column = 0

    def write(self, text: str) -> Terminal:
        for part in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|[^\x1b]", text):
            if part.startswith("\x1b"):
                self._control(part)
            elif part == "\n":
                self.row += 1
                self.column = 0
                self.rows += [""] * (self.row + 1 - len(self.rows))
            elif part == "\r":
                self.column = 0
            else:
                self._put(part)
        return self

    def _put(self, sign: str) -> None:
        if self.column == self.columns:
            self.write("\n")
        row = self.rows[self.row].ljust(self.column)
        self.rows[self.row] = row[: self.column] + sign + row[self.column + 1 :]
        self.column += 1

    def _control(self, sequence: str) -> None:
        number = int(re.sub(r"[^0-9]", "", sequence) or "1")
        if sequence.endswith("A"):
            self.row -= number
        elif sequence.endswith("C"):
            self.column = min(self.column + number, self.columns - 1)
        elif sequence.endswith("J"):
            self.rows[self.row] = self.rows[self.row][: self.column]
            del self.rows[self.row + 1 :]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)


class Stream(io.StringIO):
    """A terminal, as far as Python asks."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Stream:
    """A terminal of 20 columns."""
    monkeypatch.setenv("COLUMNS", "20")
    return Stream()


@pytest.mark.parametrize(
    "texts",
    [
        ["one\n", "two\n"],
        ["one", " and two", "\n", "three"],
        [".", ".", "F", "."],
        ["a long text that takes more than one row of this terminal", "\n", "next\n"],
        ["01234567890123456789", "x\n"],
        ["step one\n", "\x1b[1Astep 1   \n", "\x1b[31mred\x1b[0m", " plain"],
    ],
)
def test_line_leaves_what_is_printed_as_it_was(narrow: Stream, texts: list[str]) -> None:
    live = LiveLine(narrow, narrow.write, lambda: "the line, which is longer than the row")
    for text in texts:
        live.print(text)
    shown = Terminal(20).write(narrow.getvalue())
    assert shown.text.count("the line, which is ") == 1
    assert shown.text.splitlines()[-1] == "the line, which is "
    live.remove()
    plain = Terminal(20).write("".join(texts))
    shown = Terminal(20).write(narrow.getvalue())
    assert (shown.text, shown.row, shown.column) == (plain.text, plain.row, plain.column)


def test_line_is_drawn_again_only_where_it_has_changed(narrow: Stream) -> None:
    lines = ["one", "one", "two", "two"]
    live = LiveLine(narrow, narrow.write, lambda: lines[0])
    live.redraw()
    written = narrow.getvalue()
    live.redraw()
    assert narrow.getvalue() == written
    lines[0] = "two"
    live.redraw()
    assert Terminal(20).write(narrow.getvalue()).text == "two"


def three() -> list[Scenario]:
    return list(parse_feature(FEATURE).walk_scenarios())


def test_time_that_is_left() -> None:
    now = [0.0]
    scenarios = three()
    tally = Tally(scenarios, {"QC-1": 10.0, "QC-2": 60.0}, 2, lambda: now[0])
    # The third is not known, and counts as the median, 35 s.
    assert tally.line == "0/3 done, 0 failed, 0 running, 52 s left"
    tally.running(scenarios[:2])
    assert tally.line.endswith(", 2 running, 52 s left: @QC-1 @QC-2")
    now[0] = 20.0
    tally.ended(scenarios[0], failed=True)
    tally.ended(scenarios[0], failed=True)
    assert tally.line.startswith("1/3 done, 1 failed, 2 running, 3 min 10 s left")
    for scenario in scenarios:
        tally.ended(scenario, failed=False)
    assert "3/3 done, 1 failed, 2 running, 0 s left" in tally.line


def test_who_wants_a_live_line() -> None:
    able = {"TERM": "xterm"}
    assert wants_live_line(Stream(), {}, able)
    assert not wants_live_line(Stream(), {"live": "no"}, able)
    assert not wants_live_line(Stream(), {}, {"TERM": "dumb"})
    assert not wants_live_line(Stream(), {}, {})
    assert not wants_live_line(io.StringIO(), {}, able)


def on_terminal(
    suite: SmallSuite,
    *arguments: str,
    columns: int = 100,
    term: str = "xterm",
    meanwhile: Callable[[subprocess.Popen[bytes]], None] | None = None,
) -> tuple[int, str]:
    """Run behave on a terminal; its exit status, and all that it wrote there."""
    master, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLOUD_", "COLUMNS"))}
    behave = subprocess.Popen(
        [sys.executable, "-m", "behave", "--no-color", *arguments],
        cwd=suite.folder,
        env={**kept, "PYTHONPATH": str(ROOT), "TERM": term},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        preexec_fn=hear_interrupts,
    )
    os.close(terminal)
    if meanwhile is not None:
        meanwhile(behave)
    written = b""
    with contextlib.suppress(OSError):  # nobody has the terminal open any more
        while part := os.read(master, 65536):
            written += part
    os.close(master)
    return behave.wait(60), written.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("form", ["plain", "progress", "pretty"])
def test_line_counts_up_and_is_gone_at_the_end(small_suite: SmallSuite, form: str, jobs: str) -> None:
    small_suite.write(FEATURE, MORE_STEPS)
    _, written = on_terminal(small_suite, "-f", form, "--jobs", jobs)
    counts = [(int(done), int(failed)) for done, failed, _ in COUNTS.findall(written)]
    assert counts[0] == (0, 0)
    assert counts[-1] == (3, 1)
    assert counts == sorted(counts)
    assert any(int(running) for _, _, running in COUNTS.findall(written))
    shown = Terminal(100).write(written).text
    assert not COUNTS.search(shown)
    assert "2 scenarios passed, 1 failed" in shown
    assert shown.rstrip().splitlines()[-1].startswith("Target: embedded sandbox http")


def test_what_is_printed_is_the_same_with_the_line_and_without(small_suite: SmallSuite) -> None:
    small_suite.write(FEATURE, MORE_STEPS)

    def shown(*arguments: str) -> str:
        written = on_terminal(small_suite, "-f", "plain", *arguments)[1]
        text = Terminal(100).write(written).text
        return re.sub(r"[0-9a-f]{8} |:[0-9]{5}|[0-9.]+ m?s|[0-9:.]+Z|[0-9.]+s\b", "", text)

    assert shown() == shown("-D", "live=no")


@pytest.mark.parametrize("columns", [10, 40])
def test_narrow_terminal_is_not_wrapped(small_suite: SmallSuite, columns: int) -> None:
    small_suite.write(FEATURE, MORE_STEPS)
    _, written = on_terminal(small_suite, "-f", "progress", "--tags=@QC-1", columns=columns)
    lines = [line for line in re.split(r"[\r\n]|\x1b\[[0-9]*[A-Z]", written) if "/1 don" in line]
    assert lines
    assert all(len(line) == columns - 1 for line in lines)


@pytest.mark.parametrize("arguments", [("-D", "live=no"), ("--dry-run",)])
def test_no_line_where_nobody_wants_it(small_suite: SmallSuite, arguments: tuple[str, ...]) -> None:
    _, written = on_terminal(small_suite, *arguments)
    assert " done, " not in written
    assert "\x1b[J" not in written


def test_no_line_on_a_dumb_terminal(small_suite: SmallSuite) -> None:
    assert " done, " not in on_terminal(small_suite, term="dumb")[1]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_not_a_byte_of_it_in_a_pipe(small_suite: SmallSuite, jobs: str) -> None:
    _, output = small_suite.run("--jobs", jobs, TERM="xterm")
    assert " done, " not in output
    assert "\x1b" not in output


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_line_is_gone_after_an_interrupt(small_suite: SmallSuite, jobs: str) -> None:
    small_suite.write(FEATURE.replace("it breaks", "it lasts"), MORE_STEPS)

    def interrupt(behave: subprocess.Popen[bytes]) -> None:
        while not (small_suite.folder / "begun").exists() and behave.poll() is None:
            os.sched_yield()
        behave.send_signal(signal.SIGINT)

    status, written = on_terminal(small_suite, "-f", "plain", "--jobs", jobs, meanwhile=interrupt)
    terminal = Terminal(100).write(written)
    assert status == 130
    assert "running" in written
    assert not COUNTS.search(terminal.text)
    assert terminal.column == 0
    assert terminal.text.rstrip().splitlines()[-1].startswith("Target: embedded sandbox http")
