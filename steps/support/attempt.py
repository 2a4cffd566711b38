"""How a When records what came of it, so that a Then can judge it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from steps.api.errors import CloudRefusal


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: a value, or the cloud's refusal."""

    value: Any = None
    refusal: CloudRefusal | None = None


def attempt(action: Callable[..., Any], *args: Any, **kwargs: Any) -> Outcome:  # noqa: ANN401 - any action
    """Call `action` and return its Outcome; a CloudRefusal becomes a part of it, anything else is raised.

    A PreconditionError is a fault of the suite and never an outcome; CloudUnreachable is the network's.
    """
    try:
        return Outcome(value=action(*args, **kwargs))
    except CloudRefusal as refusal:
        return Outcome(refusal=refusal)
