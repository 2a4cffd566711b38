"""The faults of a network, and at which of the requests that pass by they are planted."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """What goes wrong with one request and its answer."""

    LATENCY = "latency"
    """The request waits a second before it is passed on."""
    BAD_GATEWAY = "bad-gateway"
    """The cloud gets the request, and a gateway answers 502 in HTML in its place."""
    UNAVAILABLE = "unavailable"
    """A gateway answers 503 in HTML, and the cloud gets nothing."""
    RESET_BEFORE = "reset-before"
    """The connection is reset, and the cloud gets nothing."""
    RESET_AFTER = "reset-after"
    """The connection is reset when the cloud has answered."""
    TRUNCATION = "truncation"
    """Half of the answer comes, and the connection is closed."""
    BLACK_HOLE = "black-hole"
    """The request is swallowed: nobody answers, and the connection stays open."""
    SLOW_DRIP = "slow-drip"
    """The answer comes, a byte every fifth of a second."""


@dataclass(frozen=True)
class Moment:
    """One request: the `number`-th with this method and a path and a body in which these patterns are."""

    method: str
    path: str
    number: int = 1
    body: str = ""

    def fits(self, method: str, path: str, body: bytes) -> bool:
        """Whether this is such a request, the first, the second or a later one."""
        return (
            method == self.method
            and re.search(self.path, path) is not None
            and re.search(self.body.encode(), body) is not None
        )


@dataclass
class Plan:
    """When a fault is planted: with each request at this `rate`, drawn with the `seed`, and at each moment.

    `hit` are the requests that it was planted at, and `passed` is how many passed by in all.
    """

    fault: Fault
    rate: float = 0.0
    seed: int = 0
    moments: Sequence[Moment] = ()
    hit: list[str] = field(default_factory=list)
    passed: int = 0
    _seen: dict[Moment, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lot = random.Random(self.seed)

    def draw(self, method: str, path: str, body: bytes) -> Fault | None:
        """What goes wrong with the request that passes by now; None if nothing does."""
        self.passed += 1
        is_hit = self._lot.random() < self.rate
        for moment in self.moments:
            if moment.fits(method, path, body):
                self._seen[moment] = self._seen.get(moment, 0) + 1
                is_hit = is_hit or self._seen[moment] == moment.number
        if not is_hit:
            return None
        self.hit.append(f"{method} {path}")
        return self.fault
