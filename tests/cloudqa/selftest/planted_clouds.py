"""Clouds with the defects of these tests, served as `python -m defects` serves those of the project."""

from __future__ import annotations

import os

from defects import serving
from defects.defect import Defect, breaks
from defects.planting import Ground
from sandbox.routes import service, users

ODD = {"odd": True}


@breaks("SV-2", "The cloud says something else of its health", known_as="D900")
def odd_health(ground: Ground) -> None:
    ground.replace(service.health, lambda call: ODD)


@breaks("SV-6", "The list of platforms is another")
def odd_platforms(ground: Ground) -> None:
    ground.replace(service.public_platforms, lambda call: [ODD])


@breaks("SV-5", "The parts are another, and the suite names the wrong rule")
def odd_parts(ground: Ground) -> None:
    ground.replace(service.status, lambda call: ODD)


@breaks("SV-5", "The parts are another, and the suite may name the other rule too", also=("SV-1",))
def odd_parts_of_either_rule(ground: Ground) -> None:
    ground.replace(service.status, lambda call: ODD)


@breaks("SV-1", "The entry is another, and a step breaks on it")
def odd_entry(ground: Ground) -> None:
    ground.replace(service.home, lambda call: ODD)


@breaks("SV-4", "The toolbox is another, and a step never ends")
def odd_toolbox(ground: Ground) -> None:
    ground.replace(service.toolbox_openapi, lambda call: ODD)


@breaks("SV-2", "The cloud dies of being asked for its health")
def deadly_health(ground: Ground) -> None:
    ground.replace(service.health, lambda call: os._exit(1))


@breaks("US-0.1", "A login tells more than it may")
def talkative_login(ground: Ground) -> None:
    ground.wrap(users.log_in, lambda original, call: {**original(call), "password_is": "secret"})


@breaks("US-0", "No one can log in")
def no_login(ground: Ground) -> None:
    ground.replace(users.log_in, lambda call: ODD)


@breaks("SV-3", "The document is another, and only a scenario knows that is always red")
def odd_document(ground: Ground) -> None:
    ground.replace(service.openapi, lambda call: ODD)


@breaks("JB-1", "Nothing that anyone can see", unseen="No one can see it.")
def unseen_fault(ground: Ground) -> None:
    ground.replace(service.health, lambda call: {"message": "ok"})


@breaks("JB-2", "No scenario knows of it")
def fault_without_scenario(ground: Ground) -> None:
    ground.replace(service.health, lambda call: ODD)


@breaks("SV-2", "It plants nothing")
def empty_fault(ground: Ground) -> None:
    pass


if __name__ == "__main__":
    serving.main([value for value in list(globals().values()) if isinstance(value, Defect)])
