"""Jobs as a whole: submitted in every form, counted, read, and compared with what was sent."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, JobToken, Platform, User
from steps.api.cloud_objects.cloud_base import all_pages, token_for
from steps.api.errors import PreconditionError
from steps.api.operations import JB_1, JB_2, JB_2D, JB_3, JB_3D, JB_4, JB_5, JB_5D, JB_6, JB_6D, Operation
from steps.api.waiting import wait_until
from steps.support.attempt import Outcome, attempt
from steps.support.cast import the_platform
from steps.support.expectations import (
    ExpectationFailed,
    expect_equal,
    expect_refusal,
    expect_success,
    expect_true,
)
from steps.support.job_states import FINAL, job_in_status
from steps.support.members import KINDS, overlaid, without

if TYPE_CHECKING:
    from steps.support.world import World

_COUNTERS = (
    "max_concurrent_jobs",
    "num_concurrent_jobs",
    "max_jobs_in_queue",
    "num_jobs_in_queue",
    "max_running_qt_jobs",
    "num_running_qt_jobs",
)


# Each operation on a job with its deprecated twin.
_ACTIONS: Mapping[str, tuple[Operation, Operation | None]] = {
    "read the status of": (JB_2, JB_2D),
    "read the results of": (JB_3, JB_3D),
    "read the data of": (JB_4, None),
    "cancel": (JB_5, JB_5D),
    "rerun": (JB_6, JB_6D),
}


def request_members(members: Mapping[str, Any]) -> dict[str, Any]:
    """The request members that differ from the default; a dotted `payload.x` changes the default payload."""
    if not any(name.startswith("payload.") for name in members):
        return dict(members)
    return overlaid({"payload": Job.DEFAULT_PAYLOAD}, members)


def submit(
    world: World,
    user: User,
    members: Mapping[str, Any],
    *,
    platform: Platform | None = None,
    which: str = "job",
) -> None:
    """Attempt to submit a job; what comes of it is `world.job`, or the other field that `which` names."""
    submit_to(world, user, (platform or the_platform(world)).name, members, which=which)


def submit_to(
    world: World,
    user: User,
    platform_name: str,
    members: Mapping[str, Any],
    *,
    which: str = "job",
    operation: Operation = JB_1,
) -> None:
    """Attempt to submit a job to the platform of that name, by the route of `operation`."""
    world.noted = members.get("payload")
    world.attempt(world.make.job, user, platform_name, request_members(members), operation=operation)
    assert world.outcome is not None
    setattr(world, which, world.outcome.value)


def submit_without(world: World, user: User, names: Iterable[str]) -> None:
    """Attempt to submit a job whose request lacks members."""
    whole = {
        "job_name": world.names.label("job"),
        "payload": Job.DEFAULT_PAYLOAD,
        "platform_name": the_platform(world).name,
    }
    world.attempt(world.make.job_of_body, user, without(whole, names))
    assert world.outcome is not None
    world.job = world.outcome.value


def submitted(world: World, user: User, count: int) -> list[Job]:
    """So many jobs of the user, which wait on the platform, the first one first."""
    return [world.make.job(user, the_platform(world).name) for _ in range(count)]


def fill_queue(world: World, user: User) -> None:
    """Bring the user's waiting jobs to the cap."""
    numbers = Job.availability(world.cloud, user)
    world.jobs += submitted(world, user, numbers["max_jobs_in_queue"] - numbers["num_jobs_in_queue"])


def fill_to_run(world: World, user: User) -> None:
    """Give the user as many waiting jobs as may run at once."""
    numbers = Job.availability(world.cloud, user)
    world.jobs += submitted(world, user, min(numbers["max_concurrent_jobs"], numbers["max_jobs_in_queue"]))


def fill_workers(world: World, user: User) -> None:
    """Bring the user's running jobs to the cap, on the platform, where none may be waiting."""
    numbers = Job.availability(world.cloud, user)
    for _ in range(numbers["max_concurrent_jobs"] - numbers["num_concurrent_jobs"]):
        world.jobs.append(job_in_status(world, "running", user, the_platform(world)))


def fill_toolbox(world: World, user: User) -> None:
    """Bring the user's running toolbox jobs to their cap, on the platform, which is a toolbox."""
    numbers = Job.availability(world.cloud, user)
    caps = (numbers["max_running_qt_jobs"], numbers["max_concurrent_jobs"])
    assert caps[0] <= caps[1], f"A user can't run {caps[0]} toolbox jobs where {caps[1]} jobs may run in all."
    for _ in range(caps[0] - numbers["num_running_qt_jobs"]):
        world.jobs.append(job_in_status(world, "running", user, the_platform(world)))


def rerun(
    world: World,
    job: Job,
    user: User,
    members: Mapping[str, Any] | None,
    *,
    operation: Operation = JB_6,
) -> None:
    """Attempt to run a job again; what comes of it is `world.new_job`."""
    world.attempt(world.make.rerun, job, user, members, operation=operation)
    assert world.outcome is not None
    world.new_job = world.outcome.value


def tried(world: World, user: User, action: str, job: Job, *, deprecated: bool = False) -> Outcome:
    """What comes of one operation on a job, by its successor's path or by the deprecated one."""
    operation = _ACTIONS[action][deprecated]
    if operation is None:
        raise PreconditionError(f"To {action} a job there is no deprecated route.")
    api = Job.get_api(world.cloud)
    outcome = attempt(api.call, operation, token=token_for(user, operation), path={"job_id": job.job_id})
    if action == "rerun" and outcome.refusal is None:
        world.make.take_over(
            Job(job_name="a job that should not be", job_id=outcome.value.body["job_id"]), user
        )
    return outcome


def status_of(world: World, job: Job) -> dict[str, Any]:
    """The status answer that the job's owner reads."""
    return job.get_status(world.cloud, world.make.owner(job))


def data_of(world: World, job: Job) -> dict[str, Any]:
    """The data answer that the job's owner reads."""
    return job.read(world.cloud, world.make.owner(job))


def result_of(world: World, job: Job) -> dict[str, Any]:
    """The result answer that the job's owner reads."""
    return job.get_results(world.cloud, world.make.owner(job))


def status_in_list(world: World, job: Job) -> str | None:
    """The job's status as the admin's list has it: for jobs whose user can't read them any more."""
    found = {entry["job_id"]: entry.get("status") for entry in jobs_of(world, world.make.owner(job))}
    return found.get(job.job_id)


def come_to(world: World, job: Job, status: str, seconds: float) -> dict[str, Any]:
    """Wait until the job's owner reads this status, and return the answer; raises WaitedInVain."""
    return wait_until(
        lambda: status_of(world, job),
        lambda answer: answer.get("status") == status,
        seconds=seconds,
        describe=lambda answer: answer.get("status"),
        what=f"the job to come to status {status}",
    )


def come_to_an_end(world: World, job: Job, seconds: float) -> dict[str, Any]:
    """Wait until the job's owner reads a final status, and return the answer; raises WaitedInVain."""
    return wait_until(
        lambda: status_of(world, job),
        lambda answer: answer.get("status") in FINAL,
        seconds=seconds,
        describe=lambda answer: answer.get("status"),
        what="the job to come to an end",
    )


def outcome_of_result(world: World, job: Job, user: User, operation: Operation) -> object:
    """What a route answers when it is asked for the result: the answer, or the refusal's status and text."""
    outcome = attempt(job.get_results, world.cloud, user, operation=operation)
    return outcome.value if outcome.refusal is None else (outcome.refusal.status, outcome.refusal.error)


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


def expect_toolbox_refusal(world: World, user: User, *rules: str) -> None:
    """State that the refusal is the one of the cap on toolbox jobs, and names the cap of the availability."""
    cap = Job.availability(world.cloud, user).get("max_running_qt_jobs")
    expect_refusal(world.outcome, 403, f"Cannot have more than {cap} running Quantum Toolbox jobs", *rules)


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


def expect_decoded(world: World, job: Job, user: User, *rules: str) -> None:
    """State that the results of a completed job decode to an object that holds results."""
    text = job.get_results(world.cloud, user).get("results")
    expect_true("the results should be a text", isinstance(text, str) and text, text, *rules)
    decoded = json.loads(str(text))
    holds = isinstance(decoded, dict) and ("results" in decoded or "results_list" in decoded)
    expect_true("the text should hold an object with results", holds, decoded, *rules)


def expect_published(world: World, job: Job, user: User, *rules: str) -> None:
    """State that the user gets the published text of the job, which is a JSON object."""
    answer = job.get_results(world.cloud, user)
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
    """State that a payload is the one that the job was submitted with, but for the copied version.

    Compared as text: so 1 is not 1.0, and the order of keys counts.
    """
    sent = job.payload if world.noted is None else world.noted
    plain = {name: stored[name] for name in stored if name != "pcvl_version"}
    expect_equal("the payload should be the one that was sent", json.dumps(plain), json.dumps(sent), *rules)


def expect_counts(world: World, user: User, waiting: int, running: int, *rules: str) -> None:
    """State how many jobs of the user wait and run, as the user's first and last token both show it."""
    tokens = user.job_tokens
    for token in {tokens[0].token: tokens[0], tokens[-1].token: tokens[-1]}.values():
        user.job_tokens = [token]
        answer = Job.availability(world.cloud, user)
        actual = (answer.get("num_jobs_in_queue"), answer.get("num_concurrent_jobs"))
        user.job_tokens = tokens
        expect_equal(
            "the waiting and running jobs of the user should be so many", actual, (waiting, running), *rules
        )


def expect_availability(answer: Mapping[str, Any], *rules: str) -> None:
    """State that all six members of the availability are integers."""
    wrong = {name: answer.get(name) for name in _COUNTERS if not KINDS["an integer"](answer.get(name))}
    if wrong:
        raise ExpectationFailed(
            "all members should be integers", dict.fromkeys(wrong, "an integer"), wrong, rules
        )


def expect_cap_refusal(world: World, user: User, *rules: str) -> None:
    """State that the refusal is the one of the cap on waiting jobs, and names the cap of the availability."""
    cap = Job.availability(world.cloud, user).get("max_jobs_in_queue")
    expect_refusal(world.outcome, 400, f"Cannot create more than {cap} jobs", *rules)


def jobs_of(world: World, user: User) -> list[dict[str, Any]]:
    """The entries of the admin's list for this user, whatever their status."""
    return list(
        all_pages(
            lambda limit, offset: Job.list_page(
                world.cloud, world.admin, user_id=user.user_id, limit=limit, offset=offset
            )
        )
    )


def expect_job_count(world: World, user: User, count: int, *rules: str) -> None:
    """State how many jobs of the user there are in all."""
    found = jobs_of(world, user)
    expect_equal("the user should have so many jobs in all", len(found), count, *rules)


def expect_accepted(world: World, *rules: str) -> Job:
    """State that the last submission was accepted, and return the job."""
    job: Job = expect_success(world.outcome, *rules)
    return job
