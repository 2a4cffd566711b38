"""Jobs on their way in: submitted in every form, counted, run again, and tried by those who may not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, Platform, User
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.errors import PreconditionError
from steps.api.operations import (
    JB_1,
    JB_1D,
    JB_2,
    JB_2D,
    JB_3,
    JB_3D,
    JB_4,
    JB_5,
    JB_5D,
    JB_6,
    JB_6D,
    JB_7,
    Operation,
)
from steps.support.attempt import Outcome, attempt
from steps.support.cast import the_job, the_platform
from steps.support.expectations import (
    ExpectationFailed,
    expect_equal,
    expect_refusal,
)
from steps.support.job_reads import availability_of, jobs_of
from steps.support.job_states import job_in_status
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

# Every operation on jobs that a job token opens, the deprecated twins among them.
_OPERATIONS = (JB_1, JB_1D, JB_2, JB_2D, JB_3, JB_3D, JB_4, JB_5, JB_5D, JB_6, JB_6D, JB_7)

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
    numbers = availability_of(world, user)
    world.jobs += submitted(world, user, numbers["max_jobs_in_queue"] - numbers["num_jobs_in_queue"])


def fill_to_run(world: World, user: User) -> None:
    """Give the user as many waiting jobs as may run at once."""
    numbers = availability_of(world, user)
    world.jobs += submitted(world, user, min(numbers["max_concurrent_jobs"], numbers["max_jobs_in_queue"]))


def fill_workers(world: World, user: User, create_dict: Mapping[str, Any] | None = None) -> None:
    """Bring the user's running jobs to the cap, on the platform, where none may be waiting.

    `create_dict` overrides members of their requests.
    """
    numbers = availability_of(world, user)
    for _ in range(numbers["max_concurrent_jobs"] - numbers["num_concurrent_jobs"]):
        world.jobs.append(job_in_status(world, "running", user, the_platform(world), create_dict))


def fill_toolbox(world: World, user: User) -> None:
    """Bring the user's running toolbox jobs to their cap, on the platform, which is a toolbox."""
    numbers = availability_of(world, user)
    caps = (numbers["max_running_qt_jobs"], numbers["max_concurrent_jobs"])
    assert caps[0] <= caps[1], f"A user can't run {caps[0]} toolbox jobs where {caps[1]} jobs may run in all."
    for _ in range(caps[0] - numbers["num_running_qt_jobs"]):
        world.jobs.append(job_in_status(world, "running", user, the_platform(world)))


def fill_with_waiting(world: World, user: User) -> None:
    """Give the user as many waiting jobs as toolbox jobs may run, and room for at least one more."""
    numbers = availability_of(world, user)
    count = min(numbers["max_running_qt_jobs"], numbers["max_jobs_in_queue"] - 1)
    world.jobs += submitted(world, user, count)


def try_to_fill_room(world: World, user: User) -> None:
    """Attempt to submit as many jobs as there is room for; the outcomes by their number."""
    platform = the_platform(world)
    world.outcomes = {
        f"job {number}": attempt(world.make.job, user, platform.name) for number in range(room(world, user))
    }


def room(world: World, user: User) -> int:
    """How many more jobs of the user may wait, as Perceval reckons it."""
    numbers = availability_of(world, user)
    return int(numbers["max_jobs_in_queue"] - numbers["num_jobs_in_queue"])


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


def tried_with_deleted_token(world: World, user: User) -> dict[str, Outcome]:
    """What comes of every operation on the scenario's job, by operation, with a deleted token of its user."""
    token = world.make.job_token(user)
    token.delete(world.cloud, user)
    body = {
        "job_name": world.names.label("job"),
        "payload": Job.DEFAULT_PAYLOAD,
        "platform_name": the_platform(world).name,
    }
    return {
        str(operation): attempt(
            Job.get_api(world.cloud).call,
            operation,
            token=token.token,
            path={"job_id": the_job(world).job_id},
            body=body if operation in (JB_1, JB_1D) else None,
        )
        for operation in _OPERATIONS
    }


def expect_toolbox_refusal(world: World, user: User, *rules: str) -> None:
    """State that the refusal is the one of the cap on toolbox jobs, and names the cap of the availability."""
    cap = availability_of(world, user).get("max_running_qt_jobs")
    expect_refusal(world.outcome, 403, f"Cannot have more than {cap} running Quantum Toolbox jobs", *rules)


def expect_counts(world: World, user: User, waiting: int, running: int, *rules: str) -> None:
    """State how many jobs of the user wait and run, as the user's first and last token both show it."""
    tokens = user.job_tokens
    for token in {tokens[0].token: tokens[0], tokens[-1].token: tokens[-1]}.values():
        user.job_tokens = [token]
        answer = availability_of(world, user)
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
    cap = availability_of(world, user).get("max_jobs_in_queue")
    expect_refusal(world.outcome, 400, f"Cannot create more than {cap} jobs", *rules)


def expect_job_count(world: World, user: User, count: int, *rules: str) -> None:
    """State how many jobs of the user there are in all."""
    found = jobs_of(world, user)
    expect_equal("the user should have so many jobs in all", len(found), count, *rules)


def expect_same_refusals(world: World, user: User, job_id: str, *rules: str) -> None:
    """State that each deprecated route refuses an id that names no job as its successor does."""
    for action, (_, twin) in _ACTIONS.items():
        if twin is not None:
            old, new = (
                tried(world, user, action, Job(job_id=job_id), deprecated=deprecated)
                for deprecated in (True, False)
            )
            expect_refusal(old, (400, 404), None, *rules)
            expect_equal(f"to {action} no job should be refused alike", _told(old), _told(new), *rules)


def _told(outcome: Outcome) -> tuple[int, str]:
    refusal = outcome.refusal
    return (200, "") if refusal is None else (refusal.status, refusal.error)
