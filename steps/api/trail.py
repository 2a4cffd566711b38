"""Which exchanges a piece of work makes: whoever judges the work then knows what it was made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from steps.api.exchange import Exchange

_TRAIL: ContextVar[list[Exchange] | None] = ContextVar("trail", default=None)


@contextmanager
def trail() -> Iterator[list[Exchange]]:
    """Within it, every exchange of this thread is added to the list, also those of a trail within."""
    outer = _TRAIL.get()
    exchanges: list[Exchange] = []
    token = _TRAIL.set(exchanges)
    try:
        yield exchanges
    finally:
        _TRAIL.reset(token)
        if outer is not None:
            outer += exchanges


def leave_on_trail(exchange: Exchange) -> None:
    """Add the exchange to the trail that this thread is on, if it is on one."""
    exchanges = _TRAIL.get()
    if exchanges is not None:
        exchanges.append(exchange)
