"""Times of answers, held against this machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from steps.support.expectations import ExpectationFailed
from steps.support.moments import expect_just_now


@pytest.mark.parametrize("minutes", [-1, 0, 1])
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=45))])
def test_a_moment_ago_is_now_in_every_zone(minutes: int, zone: timezone) -> None:
    moment = datetime.now(zone) + timedelta(minutes=minutes)
    expect_just_now("it should be now", moment.isoformat(), "TM-6")


@pytest.mark.parametrize("minutes", [-60, -10, 10, 60])
def test_another_time_is_not(minutes: int) -> None:
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    with pytest.raises(ExpectationFailed, match="it should be now"):
        expect_just_now("it should be now", moment.isoformat(), "TM-6")


def test_null_is_no_time() -> None:
    with pytest.raises(ExpectationFailed, match="null"):
        expect_just_now("it should be now", None, "TM-6")
