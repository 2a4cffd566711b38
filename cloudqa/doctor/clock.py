"""How far the clock of a cloud is from that of this machine, by the `Date` of its answers."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from steps.api.exchange import Exchange, Request


class ClockWatch:
    """Narrows the difference down with every answer: a `Date` tells the second in which it was written."""

    def __init__(self) -> None:
        self._least, self._most = float("-inf"), float("inf")
        self.dates = 0

    def before(self, request: Request) -> None:
        """Nothing is known before an answer came."""

    def after(self, exchange: Exchange) -> None:
        """Take what the answer says: it was written between the request's start and its own end."""
        told = _seconds(exchange.headers.get("date", ""))
        if told is None:
            return
        self.dates += 1
        least, most = told - (exchange.started + exchange.seconds), told + 1 - exchange.started
        if least > self._most or most < self._least:  # a clock was set meanwhile, or several machines answer
            self._least, self._most = least, most
        self._least, self._most = max(self._least, least), min(self._most, most)

    @property
    def ahead(self) -> tuple[float, float]:
        """By how many seconds the cloud's clock is ahead, at least and at most; below 0 it is behind."""
        return self._least, self._most

    @property
    def surely_apart(self) -> float:
        """By how many seconds the clocks differ at the least."""
        return max(self._least, -self._most, 0.0)


def _seconds(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
