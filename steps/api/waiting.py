"""The one function that waits, and the only sleep of the suite."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


class WaitedInVain(AssertionError):  # noqa: N818 - named after what happened
    """What was awaited did not come in time. `seen` holds the states seen, each with its first second."""

    def __init__(self, what: str, seconds: float, seen: Sequence[tuple[float, object]]) -> None:
        self.what = what
        self.seconds = seconds
        self.seen = tuple(seen)
        states = ", then ".join(f"{state} (from {since:.2f} s)" for since, state in seen)
        super().__init__(f"Waited {seconds:g} s for {what}, in vain. Seen: {states}.")


def wait_until(
    read: Callable[[], T],
    done: Callable[[T], bool],
    *,
    seconds: float,
    describe: Callable[[T], object] = lambda state: state,
    what: str = "a state that did not come",
    first_interval: float = 0.01,
    longest_interval: float = 0.5,
) -> T:
    """Read again and again until `done` says so, and return what was read then.

    Waits at most `seconds`, with a last read when they are over; between two reads it pauses for
    `first_interval` seconds, then each time half as long again, up to `longest_interval`. `what` completes
    the sentence "Waited 5 s for ...", `describe` makes of each reading what is shown of it. Raises
    WaitedInVain with all that was seen; what `read` raises passes through.
    """
    begun = time.monotonic()
    seen: list[tuple[float, object]] = []
    interval = first_interval
    while True:
        state = read()
        passed = time.monotonic() - begun
        if done(state):
            return state
        shown = describe(state)
        if not seen or seen[-1][1] != shown:
            seen.append((passed, shown))
        if passed >= seconds:
            raise WaitedInVain(what, seconds, seen)
        time.sleep(min(interval, seconds - passed))
        interval = min(interval * 1.5, longest_interval)


def let_pass(seconds: float) -> None:
    """Let so much time pass, whatever becomes true meanwhile."""
    begun = time.monotonic()
    wait_until(
        lambda: time.monotonic() - begun,
        lambda passed: passed >= seconds,
        seconds=seconds + 1,
        what=f"{seconds:g} s to pass",
        longest_interval=0.1,
    )
