"""Faults of authentication: A-1 to A-8, EX-1 to EX-8."""

from __future__ import annotations

from defects.defect import breaks
from defects.planting import Ground
from sandbox.rules import credentials


@breaks("A-4", "Login tokens open routes that are for job tokens", also=("A-4.1",), known_as="D007")
def any_class_of_credential_is_taken(ground: Ground) -> None:
    ground.replace(credentials.class_is_accepted, lambda *_: True)
