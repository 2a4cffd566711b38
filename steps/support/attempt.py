"""How a When records what came of it, so that a Then can judge it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from steps.api.errors import CloudRefusal
from steps.api.exchange import Exchange
from steps.api.trail import trail


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: a value, or the cloud's refusal. `exchanges` are those that it was made of."""

    value: Any = None
    refusal: CloudRefusal | None = None
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False, compare=False)

    def keeps(self, *rules: str) -> None:
        """Note that an expectation has found these rules kept: by the refusal, or by all that was accepted.

        An expectation that does not judge through `steps.support.expectations` must say so itself, or the
        coverage of the contract takes the exchanges for merely met.
        """
        for exchange in (self.refusal.exchange,) if self.refusal is not None else self.exchanges:
            exchange.kept.extend(rules)


def attempt(action: Callable[..., Any], *args: Any, **kwargs: Any) -> Outcome:  # noqa: ANN401 - any action
    """Call `action` and return its Outcome; a CloudRefusal becomes a part of it, anything else is raised.

    A PreconditionError is a fault of the suite and never an outcome; CloudUnreachable is the network's.
    """
    with trail() as exchanges:
        try:
            value, refusal = action(*args, **kwargs), None
        except CloudRefusal as error:
            value, refusal = None, error
    return Outcome(value, refusal, tuple(exchanges))
