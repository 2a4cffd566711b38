"""Two that race for one job: what both are told must agree with what becomes of it, whoever comes first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steps.api.cloud_objects import Job, Platform, User
from steps.support.at_once import at_once
from steps.support.attempt import Outcome
from steps.support.cast import the_platform
from steps.support.expectations import expect_equal, expect_in
from steps.support.job_reads import result_of, status_of
from steps.support.job_states import job_in_status
from steps.support.transitions import settle

if TYPE_CHECKING:
    from behave.model import Table

    from steps.support.world import World


@dataclass(frozen=True)
class Race:
    """A job that two raced for, what each of them was told, and the status that it came to."""

    job: Job
    told: tuple[str, str]
    status: str


_Runner = Callable[["World", User, Platform, Job], object]


def _cancel(world: World, user: User, platform: Platform, job: Job) -> object:
    return job.cancel(world.cloud, user)


def _fetch(world: World, user: User, platform: Platform, job: Job) -> object:
    return world.make.fetched(platform)


def _complete(world: World, user: User, platform: Platform, job: Job) -> object:
    return platform.publish_results(world.cloud, job, {"results": {"by": "the worker"}})


def _fail(world: World, user: User, platform: Platform, job: Job) -> object:
    return platform.publish_error(world.cloud, job, "out_of_photons", "The source gave no photons.")


def _suspend(world: World, user: User, platform: Platform, job: Job) -> object:
    return platform.suspend_job(world.cloud, job)


def _resume(world: World, user: User, platform: Platform, job: Job) -> object:
    return platform.resume_job(world.cloud, job)


# What the two do, as a feature says it, and the status of the job before.
RUNNERS: Mapping[str, tuple[_Runner, _Runner, str]] = {
    "the user cancels it and a worker fetches it": (_cancel, _fetch, "waiting"),
    "the user cancels it and its worker completes it": (_cancel, _complete, "running"),
    "the user cancels it and its worker fails it": (_cancel, _fail, "running"),
    "the user cancels it and its worker suspends it": (_cancel, _suspend, "running"),
    "the user cancels it and its worker resumes it": (_cancel, _resume, "suspended"),
    "its worker completes it and fails it": (_complete, _fail, "running"),
    "the user cancels it twice": (_cancel, _cancel, "waiting"),
}


def race(world: World, user: User, runners: str, rounds: int) -> list[Race]:
    """Let both run for so many jobs, one after another."""
    return [_race(world, user, runners) for _ in range(rounds)]


def _race(world: World, user: User, runners: str) -> Race:
    platform = the_platform(world)
    first, second, status = RUNNERS[runners]
    job = job_in_status(world, status, user, platform)
    outcomes = at_once(
        [lambda: first(world, user, platform, job), lambda: second(world, user, platform, job)]
    )
    came_to = str(status_of(world, job).get("status"))
    settle(world, platform, job)
    return Race(job, (_told(outcomes[0]), _told(outcomes[1])), came_to)


def _told(outcome: Outcome) -> str:
    """What an outcome says, as a feature writes it: `accepted`, `told canceled`, `400 Can not cancel job`."""
    if outcome.refusal is not None:
        return f"{outcome.refusal.status} {outcome.refusal.error}"
    if isinstance(outcome.value, Job):
        return "fetched"
    status = outcome.value.get("status")
    return "accepted" if status is None else f"told {status}"


def expect_allowed(races: Sequence[Race], table: Table, *rules: str) -> None:
    """State of each race that it ended in one of the ways of the table.

    Its columns are what the first and the second are told, and the status of the job afterwards.
    """
    allowed = sorted((row[0], row[1], row[2]) for row in table)
    for each in races:
        fact = "what both are told and the status of the job should agree"
        expect_in(fact, (*each.told, each.status), allowed, *rules)


def expect_results_agree(world: World, races: Sequence[Race], *rules: str) -> None:
    """State that a job has results where its completion came first, and none where its failure did."""
    for each in races:
        has_results = result_of(world, each.job).get("results") is not None
        completed = each.status == "completed"
        expect_equal("results and status of the job should agree", has_results, completed, *rules)
