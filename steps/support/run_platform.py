"""The platform that every run counts on, and the worker that comes along with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, User
from steps.support import job_reads
from steps.support.expectations import expect_equal, expect_success, expect_true
from steps.support.jobs import request_members
from steps.support.platforms import read_by_name

if TYPE_CHECKING:
    from steps.support.world import World


def specs_of(world: World, user: User, *rules: str) -> dict[str, Any]:
    """The specs of the platform, as the user's client reads them."""
    answer = expect_success(read_by_name(world, world.run.platform, user), *rules)
    specs: dict[str, Any] = answer["specs"]
    return specs


def submit_every_command(world: World, user: User, *rules: str) -> list[Job]:
    """A job of the user on the platform for each command that it offers; states that it offers any."""
    commands = specs_of(world, user, *rules).get("available_commands")
    expect_true(
        "the platform should offer commands", isinstance(commands, list) and commands, commands, *rules
    )
    return [
        world.make.job(user, world.run.platform, request_members({"payload.command": command}))
        for command in commands or ()
    ]


def expect_all_to_come(world: World, jobs: Iterable[Job], status: str, *rules: str) -> None:
    """State that each of the jobs comes to this status while the run may wait."""
    for job in jobs:
        job_reads.expect_to_come(world, job, status, world.run.queue_seconds, *rules)


def expect_no_specs_of(world: World, user: User, name: str, *rules: str) -> None:
    """State that the platform's specs have no member of this name."""
    expect_equal("the specs should not have it", name in specs_of(world, user, *rules), False, *rules)
