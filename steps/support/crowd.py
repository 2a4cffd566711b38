"""Many users and many workers at work on one platform, all at the same time."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, JobToken, Platform, User
from steps.support import tokens
from steps.support.at_once import at_once
from steps.support.attempt import attempt
from steps.support.cast import the_platform
from steps.support.expectations import expect_equal, expect_every, expect_success
from steps.support.job_reads import availability_of, data_of, result_of
from steps.support.jobs import request_members
from steps.support.permissions import permitted_user
from steps.support.workers import expect_each_once, undo_fetch

if TYPE_CHECKING:
    from steps.support.world import World

SHOTS = 10
TOKENS_EACH = 2

# What is not done by then stays undone, and the expectations say so.
_PATIENCE = 20.0
_PAUSE = 0.02


@dataclass(frozen=True)
class Submission:
    """A job, the token that it was submitted with, and the mark in its payload that no other job has."""

    job: Job
    token: JobToken
    mark: str


@dataclass
class Crowd:
    """Users and workers of one platform, and what they did. `over` is set when nothing is left to do."""

    users: list[User]
    workers: list[Platform] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    fetched: list[Job] = field(default_factory=list)
    over: Event = field(default_factory=Event)


def gather(world: World, count: int) -> Crowd:
    """So many users with permission on the platform, each with two job tokens."""
    made = at_once([partial(_user_with_tokens, world)] * count)
    return Crowd([expect_success(outcome, *world.rules) for outcome in made])


def _user_with_tokens(world: World) -> User:
    user = permitted_user(world, the_platform(world))
    for _ in range(TOKENS_EACH - 1):
        world.make.job_token(user)
    return user


def hire(world: World, crowd: Crowd, count: int) -> None:
    """Register so many workers on the platform, which all fetch from it."""
    platform = the_platform(world)
    crowd.workers += [
        world.make.registered(Platform(platform.name, specs=platform.specs)) for _ in range(count)
    ]


def work(world: World, crowd: Crowd, jobs_each: int) -> None:
    """Let every user submit so many jobs, their tokens in turn, while the workers fetch and complete them."""
    total = jobs_each * len(crowd.users)
    submit = [partial(_submit, world, crowd, user, jobs_each) for user in crowd.users]
    serve = [partial(_serve, world, crowd, worker, total) for worker in crowd.workers]
    for outcome in at_once([*submit, *serve]):
        expect_success(outcome, *world.rules)


def _submit(world: World, crowd: Crowd, user: User, count: int) -> None:
    for number in range(count):
        token = user.job_tokens[number % len(user.job_tokens)]
        mark = world.names.label("mark")
        members = request_members({"payload.mark": mark, "payload.max_shots": SHOTS})
        job = world.make.job(tokens.showing(token), the_platform(world).name, members)
        crowd.submissions.append(Submission(job, token, mark))


def _serve(world: World, crowd: Crowd, worker: Platform, total: int) -> None:
    latest = time.monotonic() + _PATIENCE
    while not crowd.over.is_set() and time.monotonic() < latest:
        outcome = attempt(worker.fetch_job, world.cloud)
        if outcome.refusal is None:
            _complete(world, crowd, worker, outcome.value)
            if len(crowd.fetched) >= total:
                crowd.over.set()
        elif outcome.refusal.error == "No waiting job":
            crowd.over.wait(_PAUSE)
        else:
            raise outcome.refusal


def _complete(world: World, crowd: Crowd, worker: Platform, job: Job) -> None:
    undo_fetch(world, worker, job)
    worker.publish_results(world.cloud, job, {"results": {}, "mark": job.payload.get("mark")})
    crowd.fetched.append(job)


def expect_each_fetched_once(crowd: Crowd, *rules: str) -> None:
    """State that the workers fetched every job that was submitted, and each once."""
    expect_each_once(crowd.fetched, [each.job for each in crowd.submissions], *rules)


def expect_own_results(world: World, crowd: Crowd, *rules: str) -> None:
    """State of every job that its user reads the results that a worker made of its own payload."""
    _of_each(crowd, partial(_expect_own_result, world, rules))


def _expect_own_result(world: World, rules: tuple[str, ...], submission: Submission) -> None:
    answer = result_of(world, submission.job)
    expect_equal("the result should name its job", answer.get("job_id"), submission.job.job_id, *rules)
    text = answer.get("results")
    mark = json.loads(text).get("mark") if isinstance(text, str) else text
    expect_equal("the results should be those of the job's own payload", mark, submission.mark, *rules)


def expect_own_data(world: World, crowd: Crowd, *rules: str) -> None:
    """State of every job that its data hold its own payload, and the token that submitted it."""
    _of_each(crowd, partial(_expect_own_datum, world, rules))


def _expect_own_datum(world: World, rules: tuple[str, ...], submission: Submission) -> None:
    answer = data_of(world, submission.job)
    expect_equal(
        "the data should be those of the job",
        (answer["payload"].get("mark"), answer.get("token_id"), answer.get("token_label")),
        (submission.mark, submission.token.token_id, submission.token.label),
        *rules,
    )


def _of_each(crowd: Crowd, expectation: Callable[[Submission], object]) -> None:
    expect_every(partial(expectation, submission) for submission in crowd.submissions)


def expect_nothing_left(world: World, crowd: Crowd, *rules: str) -> None:
    """State that no user has a waiting or a running job."""
    numbers = [availability_of(world, user) for user in crowd.users]
    left = [(each.get("num_jobs_in_queue"), each.get("num_concurrent_jobs")) for each in numbers]
    expect_equal("no user should have waiting or running jobs", left, [(0, 0)] * len(left), *rules)


def expect_used_tokens(world: World, crowd: Crowd, *rules: str) -> None:
    """State that the usage report counts for each token its jobs, and what they cost, on one platform."""
    used = Counter(submission.token.token_id for submission in crowd.submissions)
    name = the_platform(world).name
    wanted = {each: (count, [(name, count, count * SHOTS)]) for each, count in used.items()}
    reported: dict[int, Any] = {}
    for user in crowd.users:
        for entry in expect_success(attempt(JobToken.usage, world.cloud, user), *rules):
            units = [
                (unit["platform_name"], unit["nb_jobs"], float(unit["credits"])) for unit in entry["usage"]
            ]
            reported[entry["token_id"]] = (entry["total_jobs"], units)
    expect_equal("the report should count the jobs of each token", reported, wanted, *rules)
