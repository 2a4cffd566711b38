"""Workers: fetches and publications, right and wrong, one at a time and many at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from steps.api.cloud_objects import ApiKey, Job, Platform, User
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.operations import WK_1, WK_2
from steps.api.utils import Api
from steps.support.at_once import at_once
from steps.support.attempt import attempt
from steps.support.cast import JOBS, the_platform
from steps.support.expectations import expect_equal, expect_refusal, expect_success
from steps.support.job_states import job_in_status
from steps.support.making import unless_refused_with

if TYPE_CHECKING:
    from steps.support.world import World


def field_of(words: str) -> str:
    """The field of the World that a phrase such as "the other job" stands for."""
    return JOBS[words]


def results_of(job: Job) -> str:
    """Results that no other job has, as the text that a worker publishes."""
    return json.dumps({"results": {"|1,1>": 1.0}, "marker": f"of {job.job_id}"})


def complete(world: World, worker: Platform, job: Job, members: Mapping[str, Any]) -> None:
    """Attempt to publish the results of the job, and remember them."""
    complete_with_text(world, worker, job, results_of(job), members)


def complete_with_text(
    world: World, worker: Platform, job: Job, text: str, members: Mapping[str, Any] | None = None
) -> None:
    """Attempt to publish this text as the results of the job, and remember it."""
    world.attempt(worker.publish_results, world.cloud, job, text, **(members or {}))
    world.published[job.job_id] = text


def two_side_by_side(world: World, user: User) -> None:
    """The job in the hands of the platform's worker, and the other job in those of the other worker."""
    platform, other_worker = the_platform(world), the_platform(world, "other_worker")
    world.job = job_in_status(world, "running", user, platform)
    world.other_job = job_in_status(world, "running", user, other_worker)


def complete_large(world: World, worker: Platform, job: Job, megabytes: int) -> None:
    """Attempt to publish a large text, in letters of one to four bytes."""
    letters = "aé→𝄞"
    text = json.dumps(
        {"results": letters * (megabytes * 1_000_000 // len(letters.encode()))}, ensure_ascii=False
    )
    complete_with_text(world, worker, job, text)


def complete_with_key(world: World, job: Job, key: ApiKey) -> None:
    """Attempt to publish the results of the job as the platform's worker, showing another key."""
    text = results_of(job)
    body = {"worker_id": the_platform(world).worker_id, "status": "completed", "results": text}
    world.attempt(
        Api(world.cloud).call_for_object, WK_2, token=key.token, path={"job_id": job.job_id}, body=body
    )
    world.published[job.job_id] = text


def fetch_as_stranger(world: World) -> Job:
    """Fetch from the platform as a worker that it does not know: the other worker."""
    platform = the_platform(world)
    world.other_worker = Platform(platform.name, platform_id=platform.platform_id, worker_id=str(uuid4()))
    return world.make.fetched(world.other_worker)


def fetch_with(world: World, members: Mapping[str, Any]) -> Job:
    """Fetch as the platform's worker, with these members in place of the platform."""
    return _fetch(world, {"worker_id": the_platform(world).worker_id, **members})


def fetch_without_worker(world: World) -> Job:
    """Fetch from the platform without a worker id."""
    return _fetch(world, {"platform_id": the_platform(world).platform_id})


def _fetch(world: World, body: Mapping[str, Any]) -> Job:
    answer = Api(world.cloud).call_for_object(WK_1, "job_id", token=token_for(world.admin, WK_1), body=body)
    job = Job.from_answer(answer)
    undo_fetch(world, the_platform(world), job)
    return job


def publish_without_worker(world: World, job: Job) -> dict[str, Any]:
    """Publish progress without a worker id."""
    return _publish(world, job.job_id, {"progress": 10})


def publish_for(world: World, job_id: str) -> dict[str, Any]:
    """Publish progress for whatever stands for a job's id."""
    return _publish(world, job_id, {"worker_id": the_platform(world).worker_id, "progress": 10})


def _publish(world: World, job_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return Api(world.cloud).call_for_object(
        WK_2, token=token_for(world.admin, WK_2), path={"job_id": job_id}, body=body
    )


def fetch_together(world: World, platform: Platform, count: int) -> list[Job]:
    """All jobs of the platform, fetched by so many workers that start at the same time."""
    workers = [world.make.registered(Platform(platform.name, specs=platform.specs)) for _ in range(count)]

    def fetch_all(worker: Platform) -> list[Job]:
        got: list[Job] = []
        # A cloud that hands a job out for ever is stopped when it has given one more than there are.
        while len(got) <= len(world.jobs):
            outcome = attempt(worker.fetch_job, world.cloud)
            if outcome.refusal is not None:
                break
            got.append(outcome.value)
            undo_fetch(world, worker, outcome.value)
        return got

    done = at_once([partial(fetch_all, worker) for worker in workers])
    return [job for outcome in done for job in outcome.value]


def undo_fetch(world: World, worker: Platform, job: Job) -> None:
    """See to it that a job which a worker has fetched is ended with the scenario."""
    world.undo.push(
        f"run of {job.job_name}",
        lambda: unless_refused_with((400,), worker.publish_error, world.cloud, job, "scenario_over"),
    )


def expect_nothing(world: World, worker: Platform, *rules: str) -> None:
    """State that a fetch finds nothing to do now."""
    expect_refusal(attempt(world.make.fetched, worker), 404, "No waiting job", *rules)


def expect_order(world: World, worker: Platform, jobs: Sequence[Job], *rules: str) -> None:
    """State that the next fetches bring these jobs in this order; each is completed before the next fetch."""
    got: list[str] = []
    for _ in jobs:
        job: Job = expect_success(attempt(world.make.fetched, worker), *rules)
        worker.publish_results(world.cloud, job, results_of(job))
        got.append(job.job_id)
    expect_equal("the worker should get the jobs in this order", got, [job.job_id for job in jobs], *rules)


def expect_each_once(fetched: Sequence[Job], jobs: Sequence[Job], *rules: str) -> None:
    """State that what many workers got are these jobs, each once."""
    counts = Counter(job.job_id for job in fetched)
    expect_equal(
        "each job should go to one worker, once", counts, Counter(job.job_id for job in jobs), *rules
    )


def expect_as_submitted(fetched: Job, job: Job, platform: Platform, *rules: str) -> None:
    """State that a fetched job is the submitted one, member by member."""
    actual = {
        "job_id": fetched.job_id,
        "job_name": fetched.job_name,
        "platform_id": fetched.platform_id,
        "platform_name": fetched.platform_name,
        "pcvl_version": fetched.pcvl_version,
        "process_id": fetched.process_id,
    }
    expected = {
        "job_id": job.job_id,
        "job_name": job.job_name,
        "platform_id": platform.platform_id,
        "platform_name": platform.name,
        "pcvl_version": job.pcvl_version,
        "process_id": job.process_id,
    }
    expect_equal("the worker should get the job as it was submitted", actual, expected, *rules)
