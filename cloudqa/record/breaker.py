"""Gives a cloud up that is gone, so that a run does not wait for it in every scenario that is left."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable

from steps.api.errors import CloudGivenUp
from steps.api.exchange import Exchange, Request

_CALLS = struct.Struct("<i")
_GIVEN_UP = struct.Struct("<?")


class Breaker:
    """Counts calls in a row that got no answer; after `limit` of them it asks whether the cloud is there.

    `answers` asks the cloud, in a call that this does not look on at. Where it does not answer either, it is
    given up: from then on every request is stopped before it leaves, in every process that was forked after
    this was made.
    """

    def __init__(self, limit: int, answers: Callable[[], bool]) -> None:
        self._limit = limit
        self._answers = answers
        # Each process writes what it has just seen; two that write at once lose a count, and no more.
        self._memory = mmap.mmap(-1, _CALLS.size + _GIVEN_UP.size)

    @property
    def has_given_up(self) -> bool:
        """Whether the cloud was given up, by any process."""
        return bool(_GIVEN_UP.unpack_from(self._memory, _CALLS.size)[0])

    def before(self, request: Request) -> None:
        """Stop the request where the cloud was given up. Raises CloudGivenUp."""
        if self.has_given_up:
            raise CloudGivenUp(request, "the run has given the cloud up")

    def after(self, exchange: Exchange) -> None:
        """Count, and give the cloud up where it is gone."""
        calls = _CALLS.unpack_from(self._memory)[0] + 1 if exchange.failure else 0
        _CALLS.pack_into(self._memory, 0, calls)
        if calls < self._limit or self.has_given_up:
            return
        if self._answers():
            _CALLS.pack_into(self._memory, 0, 0)
        else:
            _GIVEN_UP.pack_into(self._memory, _CALLS.size, True)
