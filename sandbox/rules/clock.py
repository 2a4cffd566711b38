"""What time it is."""

import time
from datetime import UTC, datetime


def now() -> float:
    """Return the present in seconds since the epoch; the only clock of the cloud.

    In whole microseconds, which is all that an answer shows: who asks about the time that they were shown
    asks about the very same moment (UR-4).
    """
    return round(time.time(), 6)


def iso(moment: float) -> str:
    """Return a moment as ISO 8601 in UTC with an explicit zone (TM-6)."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def iso_or_none(moment: float | None) -> str | None:
    """Return a moment as ISO 8601, None where there is none."""
    return None if moment is None else iso(moment)
