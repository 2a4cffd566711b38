"""One planted fault, and how it is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from defects.planting import Ground

Plant = Callable[["Ground"], None]
"""Changes the sandbox of this process through the ground, so that it breaks a rule."""


@dataclass(frozen=True)
class Defect:
    """A fault of a cloud that breaks one rule of docs/contract.md and leaves the rest of it working.

    `also` names other rules that a failure may rightly name, `known_as` the line of the list of known faults
    that it stands for. `unseen` says why nobody outside the cloud can see it: then it need not be found.
    """

    id: str
    rule: str
    summary: str
    plant: Plant
    also: tuple[str, ...] = ()
    known_as: str = ""
    unseen: str = ""

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule that a failure caused by this defect may name, the broken one first."""
        return (self.rule, *self.also)


def breaks(
    rule: str, summary: str, *, also: tuple[str, ...] = (), known_as: str = "", unseen: str = ""
) -> Callable[[Plant], Defect]:
    """Make a defect of the function below; its name, with hyphens, is the defect's id.

    `summary` says in a sentence what the cloud does wrong.
    """

    def make(plant: Plant) -> Defect:
        return Defect(plant.__name__.replace("_", "-"), rule, summary, plant, also, known_as, unseen)

    return make
