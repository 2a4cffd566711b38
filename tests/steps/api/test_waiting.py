"""Waiting: as short as possible, never for ever, and with a word about what was seen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from steps.api import waiting
from steps.api.waiting import WaitedInVain, let_pass, wait_until


class Clock:
    """Time that passes only while someone sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(waiting, "time", clock)
    return clock


def test_returns_at_once_what_is_there(clock: Clock) -> None:
    assert wait_until(lambda: "completed", lambda state: True, seconds=5) == "completed"
    assert clock.pauses == []


def test_reads_until_it_is_done(clock: Clock) -> None:
    states = iter(["waiting", "running", "completed", "never read"])
    assert wait_until(lambda: next(states), lambda state: state == "completed", seconds=5) == "completed"


def test_pauses_grow_to_the_longest_and_end_with_the_deadline(clock: Clock) -> None:
    with pytest.raises(WaitedInVain):
        wait_until(lambda: 0, bool, seconds=2, first_interval=0.1, longest_interval=0.4)
    assert clock.pauses[:5] == pytest.approx([0.1, 0.15, 0.225, 0.3375, 0.4])
    assert max(clock.pauses) == 0.4
    assert sum(clock.pauses) == pytest.approx(2)


def test_reads_once_more_when_the_time_is_up(clock: Clock) -> None:
    assert wait_until(lambda: clock.now, lambda now: now >= 103, seconds=3, longest_interval=60) >= 103


def test_says_what_was_awaited_and_what_was_seen(clock: Clock) -> None:
    def read() -> dict[str, object]:
        return {"status": "waiting" if clock.now < 101 else "running", "at": clock.now}

    with pytest.raises(AssertionError) as vain:
        wait_until(
            read,
            lambda job: job["status"] == "completed",
            seconds=3,
            describe=lambda job: job["status"],
            what="the job to complete",
            first_interval=0.5,
        )
    assert str(vain.value) == (
        "Waited 3 s for the job to complete, in vain. "
        "Seen: waiting (from 0.00 s), then running (from 1.00 s)."
    )
    assert isinstance(vain.value, WaitedInVain)
    assert vain.value.seen == ((0.0, "waiting"), (1.0, "running"))


def test_errors_of_reading_pass_through(clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError):
        wait_until(lambda: 1 / 0, bool, seconds=3)


def test_nothing_else_in_the_suite_sleeps() -> None:
    root = Path(__file__).parents[3]
    calls = [
        path.name
        for path in (root / "steps").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("time.sleep", "sleep")
    ]
    assert calls == ["waiting.py"]


def test_lets_time_pass_and_not_much_more(clock: Clock) -> None:
    let_pass(1.5)
    assert 101.5 <= clock.now < 101.75
