"""Jobs on the way through their statuses: how to bring one there, and what its status answer then holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, Platform, User
from steps.support.expectations import expect_equal, expect_true
from steps.support.members import expect_members

if TYPE_CHECKING:
    from steps.support.world import World

RESULTS = {"results": {"|2,0>": 0.5, "|0,2>": 0.5}, "physical_perf": 1.0}
FINAL = ("completed", "error", "canceled")

_Step = Callable[["World", Platform, Job], object]


def _fetch(world: World, platform: Platform, job: Job) -> None:
    fetched = world.fetched = world.make.fetched(platform)
    expect_equal("the worker should get the job that waits", fetched.job_id, job.job_id, "WK-1")


def _cancel(world: World, platform: Platform, job: Job) -> None:
    job.cancel(world.cloud, world.make.owner(job))


def _suspend(world: World, platform: Platform, job: Job) -> None:
    platform.suspend_job(world.cloud, job)


def _acknowledge(world: World, platform: Platform, job: Job) -> None:
    platform.acknowledge_cancel(world.cloud, job)


def _complete(world: World, platform: Platform, job: Job) -> None:
    platform.publish_results(world.cloud, job, RESULTS)


def _fail(world: World, platform: Platform, job: Job) -> None:
    platform.publish_error(world.cloud, job, "out_of_photons", "The source gave no photons.")


_WAYS: Mapping[str, tuple[_Step, ...]] = {
    "waiting": (),
    "running": (_fetch,),
    "cancel_requested": (_fetch, _cancel),
    "suspended": (_fetch, _suspend),
    "completed": (_fetch, _complete),
    "error": (_fetch, _fail),
    "canceled": (_cancel,),
    "canceled while it ran": (_fetch, _cancel, _acknowledge),
}


def job_in_status(
    world: World,
    status: str,
    user: User,
    platform: Platform,
    create_dict: Mapping[str, Any] | None = None,
) -> Job:
    """A new job of the user that has come to the status, by way of the platform's worker where it must run.

    No other job may wait on the platform where it must run. `create_dict` overrides members of the request.
    """
    job = world.make.job(user, platform.name, create_dict)
    for step in _WAYS[status]:
        step(world, platform, job)
    return job


_MEMBERS = (
    "status",
    "status_message",
    "progress",
    "progress_message",
    "creation_datetime",
    "start_time",
    "duration",
    "shots",
    "failure_code",
    "last_intermediate_results",
    "msg",
)

# The table "Statuses on the wire" of docs/contract.md, with what its brackets accept beside it.
_RAN = {"progress": "a number from 0", "creation_datetime": "a number", "start_time": "a number"}
_BUSY = {
    **_RAN,
    "duration": "an integer from 0 or null",
    "progress_message": "a text",
    "failure_code": "null",
}
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "waiting": {
        "progress": "0 or null",
        "creation_datetime": "a number",
        "start_time": "null",
        "duration": "0 or null",
        "status_message": "null",
        "progress_message": "null",
        "failure_code": "null",
    },
    "running": {**_BUSY, "status_message": "null"},
    "cancel_requested": _BUSY,
    "suspended": _BUSY,
    "completed": {
        **_RAN,
        "progress": "1 or 100",
        "duration": "an integer from 0",
        "status_message": "null",
        "failure_code": "null",
    },
    "error": {
        **_RAN,
        "duration": "an integer from 0",
        "status_message": "a non-empty text",
        "failure_code": "not null",
    },
    "canceled": {
        "progress": "a number from 0",
        "creation_datetime": "a number",
        "start_time": "null",
        "duration": "0 or null",
        "status_message": "a non-empty text",
    },
    "canceled while it ran": {
        **_RAN,
        "duration": "an integer from 0",
        "status_message": "a non-empty text",
    },
}


def expect_members_of(status: str, answer: Mapping[str, Any], *rules: str) -> None:
    """State that a status answer has all eleven members, each as the contract's table has it for `status`."""
    wanted = {**dict.fromkeys(_MEMBERS, "anything"), "status": status.split()[0], **_FIELDS[status]}
    expect_members(f"the status answer of a job {status} should be complete", answer, wanted, *rules)
    times = (answer["creation_datetime"], answer["start_time"])
    in_order = times[1] is None or times[0] <= times[1]
    expect_true("a job should not start before it is created", in_order, times, *rules)
