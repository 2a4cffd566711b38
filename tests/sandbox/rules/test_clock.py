"""The clock of the cloud: what is shown is what is kept."""

from datetime import datetime

import pytest

from sandbox.rules import clock


def test_time_that_is_shown_is_the_time_that_is_kept() -> None:
    for _ in range(1000):
        now = clock.now()
        assert datetime.fromisoformat(clock.iso(now)).timestamp() == now


@pytest.mark.parametrize("moment", [0.0, 1_788_000_000.000001, 1_788_000_000.999999])
def test_time_is_shown_in_utc_with_its_zone(moment: float) -> None:
    shown = clock.iso(moment)
    assert shown.endswith("Z")
    assert datetime.fromisoformat(shown).timestamp() == moment
