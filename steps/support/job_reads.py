"""What a job's user reads of it, whether it comes to a status in time, and what its results must be.

Every read is an expectation: a user reads their job, so a refusal breaks the scenario's rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, JobToken, User
from steps.api.cloud_objects.cloud_base import all_pages
from steps.api.operations import JB_2, JB_2D, JB_3, JB_3D, Operation
from steps.api.waiting import WaitedInVain, wait_until
from steps.support.at_once import at_once
from steps.support.attempt import Outcome, attempt
from steps.support.expectations import (
    ExpectationFailed,
    JobNotTaken,
    expect_equal,
    expect_refusal,
    expect_success,
    expect_true,
)
from steps.support.job_states import FINAL

if TYPE_CHECKING:
    from steps.support.world import World


def status_of(world: World, job: Job) -> dict[str, Any]:
    """The status answer that the job's owner reads."""
    return _read(world, job.get_status, world.cloud, world.make.owner(job))


def data_of(world: World, job: Job) -> dict[str, Any]:
    """The data answer that the job's owner reads."""
    return _read(world, job.read, world.cloud, world.make.owner(job))


def result_of(world: World, job: Job) -> dict[str, Any]:
    """The result answer that the job's owner reads."""
    return _read(world, job.get_results, world.cloud, world.make.owner(job))


def read_often(world: World, job: Job, user: User, count: int, together: int) -> None:
    """Attempt to read the status so often, each reader without a pause; the outcomes by their number."""

    def read_again_and_again() -> list[Outcome]:
        return [attempt(job.get_status, world.cloud, user) for _ in range(count // together)]

    read = [each for done in at_once([read_again_and_again] * together) for each in done.value]
    world.outcomes = {f"read {number}": outcome for number, outcome in enumerate(read)}


def availability_of(world: World, user: User) -> dict[str, Any]:
    """How many jobs the user may have waiting and running, and has."""
    return _read(world, Job.availability, world.cloud, user)


def _read(world: World, action: Callable[..., Any], *args: object) -> dict[str, Any]:
    answer: dict[str, Any] = expect_success(attempt(action, *args), *world.rules)
    return answer


def jobs_of(world: World, user: User) -> list[dict[str, Any]]:
    """The entries of the admin's list for this user, whatever their status."""
    return list(
        all_pages(
            lambda limit, offset: Job.list_page(
                world.cloud, world.admin, user_id=user.user_id, limit=limit, offset=offset
            )
        )
    )


def status_in_list(world: World, job: Job) -> str | None:
    """The job's status as the admin's list has it: for jobs whose user can't read them any more."""
    found = {entry["job_id"]: entry.get("status") for entry in jobs_of(world, world.make.owner(job))}
    return found.get(job.job_id)


def expect_to_come(world: World, job: Job, status: str, seconds: float, *rules: str) -> None:
    """State that the job's owner reads this status before the time is up."""
    _expect_in_time(world, job, (status,), seconds, *rules)


def expect_to_end(world: World, job: Job, seconds: float, *rules: str) -> None:
    """State that the job's owner reads a final status, whichever, before the time is up."""
    _expect_in_time(world, job, FINAL, seconds, *rules)


def _expect_in_time(world: World, job: Job, statuses: tuple[str, ...], seconds: float, *rules: str) -> None:
    try:
        wait_until(
            lambda: status_of(world, job).get("status"),
            lambda status: status in statuses,
            seconds=seconds,
            what=f"the job to come to {' or '.join(statuses)}",
        )
    except WaitedInVain as vain:
        failure = JobNotTaken if vain.seen[-1][1] == "waiting" else ExpectationFailed
        raise failure(
            f"the job should come to this status within {seconds:g} s", " or ".join(statuses), vain, rules
        ) from None


def expect_same_on_both_routes(world: World, job: Job, user: User, what: str, *rules: str) -> None:
    """State that the deprecated route answers as its successor does; `what` is `status` or `result`."""
    read, old, new = _BOTH_ROUTES[what]
    answers = [_told(attempt(read, job, world.cloud, user, operation=route)) for route in (old, new)]
    expect_equal("the deprecated route should show the same", answers[0], answers[1], *rules)


_BOTH_ROUTES: Mapping[str, tuple[Callable[..., Any], Operation, Operation]] = {
    "status": (Job.get_status, JB_2D, JB_2),
    "result": (Job.get_results, JB_3D, JB_3),
}


def _told(outcome: Outcome) -> object:
    """The answer, or the status and the text of the refusal."""
    return outcome.value if outcome.refusal is None else (outcome.refusal.status, outcome.refusal.error)


def expect_no_secret(world: World, job: Job, user: User, *rules: str) -> None:
    """State that no answer about the job, and no usage report, holds a token of the user."""
    secrets = [token.token for token in user.job_tokens] + [user.login_token.token or ""]
    answers = {
        "status": job.get_status(world.cloud, user),
        "result": job.get_results(world.cloud, user),
        "data": job.read(world.cloud, user),
        "usage report": JobToken.usage(world.cloud, user),
        "admin's list": jobs_of(world, user),
    }
    telling = [
        name for name, answer in answers.items() if any(each in str(answer) for each in secrets if each)
    ]
    expect_equal("no answer should hold a token", telling, [], *rules)


def expect_decoded(world: World, job: Job, *rules: str) -> dict[str, Any]:
    """State that the results of a completed job decode to an object that holds results, and return it."""
    text = result_of(world, job).get("results")
    expect_true("the results should be a text", isinstance(text, str) and text, text, *rules)
    decoded = json.loads(str(text))
    holds = isinstance(decoded, dict) and ("results" in decoded or "results_list" in decoded)
    expect_true("the text should hold an object with results", holds, decoded, *rules)
    return dict(decoded)


def expect_iterations(world: World, job: Job, iterations: Sequence[Any], *rules: str) -> None:
    """State that the results list these iterations, in this order, and that each has results."""
    entries = expect_decoded(world, job, *rules).get("results_list")
    shape = [(entry.get("iteration"), "results" in entry) for entry in entries or ()]
    expect_equal(
        "the results should list each iteration", shape, [(each, True) for each in iterations], *rules
    )


def expect_published(world: World, job: Job, user: User, *rules: str) -> None:
    """State that the user gets the published text of the job, which is a JSON object."""
    answer = expect_success(attempt(job.get_results, world.cloud, user), *rules)
    text = world.published[job.job_id]
    expect_equal("the results should be the published text", answer.get("results"), text, *rules)
    expect_equal("the result should name its job", answer.get("job_id"), job.job_id, *rules)
    decoded = json.loads(text)
    expect_true("the results should decode to an object", isinstance(decoded, dict), decoded, *rules)


def expect_no_results(world: World, job: Job, *rules: str) -> None:
    """State that the job has no final results: null, or a refusal with 400 or 404."""
    outcome = attempt(job.get_results, world.cloud, world.make.owner(job))
    if outcome.refusal is not None:
        expect_refusal(outcome, (400, 404), None, *rules)
        return
    expect_equal(
        "results before the end should be null", outcome.value.get("results", "absent"), None, *rules
    )


def expect_payload(world: World, job: Job, stored: Mapping[str, Any], *rules: str) -> None:
    """State that a payload is the one that the job was submitted with, but for the version's copy.

    Compared as text: so 1 is not 1.0, and the order of keys counts.
    """
    sent = job.payload if world.noted is None else world.noted
    plain = {name: stored[name] for name in stored if name != "pcvl_version"}
    expect_equal("the payload should be the one that was sent", json.dumps(plain), json.dumps(sent), *rules)
