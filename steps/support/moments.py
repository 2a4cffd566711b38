"""Times that a cloud tells, held against the suite's own clock."""

from __future__ import annotations

import time
from datetime import datetime

from steps.support.expectations import expect_true

# The clocks of suite and cloud may differ a little; time zones differ by a quarter of an hour at least.
_CLOCKS_DIFFER = 300


def expect_just_now(fact: str, moment: str | None, *rules: str) -> None:
    """State that a date-time of an answer is this moment; null is none."""
    age = None if moment is None else time.time() - datetime.fromisoformat(moment).timestamp()
    shown = "null" if age is None else f"{age:.0f} s ago"
    expect_true(fact, age is not None and abs(age) < _CLOCKS_DIFFER, shown, *rules)
