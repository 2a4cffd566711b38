"""When a job was created and started, how long it ran, and time that is let pass."""

from __future__ import annotations

import math
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from steps.api.cloud_objects import Job, Platform, User
from steps.api.waiting import let_pass
from steps.support.expectations import expect_equal, expect_true
from steps.support.job_reads import data_of, status_of
from steps.support.job_states import RESULTS

if TYPE_CHECKING:
    from steps.support.world import World


def run_for(world: World, user: User, platform: Platform, seconds: float) -> None:
    """Let the worker run a job for about so long and complete it; it becomes the scenario's job.

    `noted` are the shortest and the longest time that it can have run, in seconds: the cloud measures
    somewhere between sending a request and hearing its answer.
    """
    world.job = world.make.job(user, platform.name)
    run_waiting(world, platform, world.job, seconds)


def run_waiting(world: World, platform: Platform, job: Job, seconds: float) -> None:
    """Let the worker run a job that waits, alone on the platform, for about so long and complete it."""
    sent = time.monotonic()
    world.make.fetched(platform)
    heard = time.monotonic()
    let_pass(seconds)
    ending = time.monotonic()
    platform.publish_results(world.cloud, job, RESULTS)
    world.noted = (ending - heard, time.monotonic() - sent)


def expect_waited(world: World, job: Job, seconds: float, *rules: str) -> None:
    """State that so many seconds lie between the job's creation and its start, as its status tells them."""
    told = status_of(world, job)
    waited = told["start_time"] - told["creation_datetime"]
    expect_true("the job should start when it is fetched", waited >= seconds, waited, *rules)


def expect_whole_seconds(world: World, job: Job, *rules: str) -> None:
    """State that the job's duration is the time that it ran, with the fraction dropped."""
    shortest, longest = world.noted
    duration = status_of(world, job)["duration"]
    fits = math.floor(shortest) <= duration <= math.floor(longest)
    fact = f"a job that ran for {shortest:.2f} to {longest:.2f} s should have that duration in whole seconds"
    expect_true(fact, fits, duration, *rules)


def expect_time_taken(world: World, user: User, job: Job, budget: int, *rules: str) -> None:
    """State that the user's time is the budget less the job's duration, which must be a second at least."""
    duration = status_of(world, job)["duration"]
    expect_true("a job that ran for more than a second should say so", duration >= 1, duration, *rules)
    left = user.read(world.cloud, world.admin).get("time_left")
    expect_equal("the user's time should be less by the duration", left, budget - duration, *rules)


def expect_same_times(world: World, job: Job, *rules: str) -> None:
    """State that status and data tell the same times within a second, the data in UTC, none out of order."""
    told, data = status_of(world, job), data_of(world, job)
    for in_status, in_data in (("creation_datetime", "created_date"), ("start_time", "start_time")):
        when = datetime.fromisoformat(data[in_data])
        expect_equal(f"{in_data} should be in UTC", when.utcoffset(), timedelta(0), *rules)
        apart = abs(told[in_status] - when.timestamp())
        expect_true("status and data should tell the same time", apart <= 1, apart, *rules)
    times = (told["creation_datetime"], told["start_time"])
    expect_true("a job should not start before it is created", times[0] <= times[1], times, *rules)


def expect_recent(world: World, job: Job, *rules: str) -> None:
    """State that the status tells creation and start in seconds, not far from this machine's clock."""
    told = status_of(world, job)
    now = time.time()
    for member in ("creation_datetime", "start_time"):
        apart = abs(now - told[member])
        expect_true(f"{member} should be within a minute of now", apart < 60, told[member], *rules)
