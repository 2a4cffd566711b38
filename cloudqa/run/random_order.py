"""Scenarios in an order drawn by lot, which a seed repeats: none may count on what ran before it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cloudqa.errors import CannotRun

ORDER = "order"
SEED = "seed"
_LARGEST = 2**32 - 1


@dataclass(frozen=True)
class RandomOrder:
    """An order that the seed decides, whatever else is the same."""

    seed: int

    def __str__(self) -> str:
        return f"The scenarios run in random order; -D {SEED}={self.seed} repeats it."

    def shuffled(self, numbers: Sequence[int]) -> list[int]:
        """The numbers in this order."""
        drawn = list(numbers)
        random.Random(self.seed).shuffle(drawn)
        return drawn


def asked_order(command_line: Mapping[str, str], *, stops: bool, can_fork: bool) -> RandomOrder | None:
    """The order that `-D order=random` or `-D seed=N` asks for; None for that of the files.

    Raises CannotRun where another order is named, the seed is no number from 0 to 2^32-1, or the run cannot
    leave the files' order: with `--stop`, and where no process can be forked.
    """
    order, seed = command_line.get(ORDER), command_line.get(SEED)
    if order is None and seed is None:
        return None
    if order not in (None, "random"):
        raise CannotRun(f"There is no order {order!r}: leave it out, or use -D {ORDER}=random.")
    if stops:
        raise CannotRun("--stop means the order of the files: leave it out where the order is random.")
    if not can_fork:
        raise CannotRun("The order cannot be random here: this system cannot fork a process safely.")
    if seed is None:
        return RandomOrder(random.SystemRandom().randint(0, _LARGEST))
    if not (seed.isascii() and seed.isdigit() and int(seed) <= _LARGEST):
        raise CannotRun(
            f"The seed {seed!r} is no number from 0 to {_LARGEST}: use one that a run has printed."
        )
    return RandomOrder(int(seed))
