"""Ids in every form that they may not have, and names in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from steps.api.cloud_objects import Job, Platform, User
from steps.api.operations import (
    JB_2,
    JB_3,
    JB_4,
    JB_5,
    JB_6,
    PF_2,
    PF_3,
    PF_4,
    PL_1,
    PL_2,
    PP_1,
    PP_2,
    US_1,
    US_3,
)
from steps.support.accounts import body_of
from steps.support.attempt import attempt
from steps.support.credentials import Trial, deviations, expect_no_deviation
from steps.support.expectations import expect_equal, expect_success, expect_true
from steps.support.refusals import NO_PLATFORM, Requests

if TYPE_CHECKING:
    from steps.support.world import World

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# What a job's id becomes, and is none any more.
MALFORMED: Mapping[str, Callable[[str], str]] = {
    "without hyphens": lambda job_id: job_id.replace("-", ""),
    "in braces": lambda job_id: f"{{{job_id}}}",
    "as a URN": lambda job_id: f"urn:uuid:{job_id}",
    "one digit short": lambda job_id: job_id[:-1],
    "one digit long": lambda job_id: f"{job_id}0",
    "with a blank behind": lambda job_id: f"{job_id} ",
    "with a line behind": lambda job_id: f"{job_id}\n",
    "with hyphens elsewhere": lambda job_id: "-".join(re.findall("....", job_id.replace("-", ""))),
    "with a letter that is no digit": lambda job_id: f"g{job_id[1:]}",
}
# Well-formed ids that no job has: versions 1 and 7, none at all, in both cases.
WELL_FORMED = (
    "2c1d43b8-e6d7-11ee-bd3d-0242ac120002",
    "018E4F9C-7B3A-7C1E-9B5A-3F2D1C0B9A87",
    str(UUID(int=0)),
    str(UUID(int=2**128 - 1)).upper(),
)

# How often two counters are watched: beside other scenarios an id may be taken by someone else in between.
_TRIES = 20
_BETWEEN = 3


def expect_malformed_refused(world: World, job: Job, user: User, *rules: str) -> None:
    """State that a job is neither read nor canceled nor rerun under its id in another form, and waits on."""
    ask = Requests(world)
    tried = [
        Trial(f"{op} {how}", ask.by(user, op, path={"job_id": form(job.job_id)}), (400, 404))
        for op in (JB_2, JB_3, JB_4, JB_5, JB_6)
        for how, form in MALFORMED.items()
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("what is no id should find no job", found, *rules)
    status = job.get_status(world.cloud, user)["status"]
    expect_equal("the job should wait as before", status, "waiting", *rules)


def expect_well_formed_unknown(world: World, user: User, *rules: str) -> None:
    """State that an id of any version and in any case is taken for one, and that no job has it."""
    ask = Requests(world)
    tried = [
        ask.told(user, op, 404, f"invalid job_id: {job_id}", path={"job_id": job_id})
        for op in (JB_5, JB_6)
        for job_id in WELL_FORMED
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("what is well-formed should be unknown", found, *rules)


def expect_found_in_capitals(world: World, job: Job, user: User, *rules: str) -> None:
    """State that a job is found by its id in capitals, which is the same UUID."""
    capitals = Job(job_id=job.job_id.upper())
    answer = expect_success(attempt(capitals.get_status, world.cloud, user), *rules)
    expect_equal("the job should be found", answer["status"], "waiting", *rules)


def expect_id_or_name(world: World, platform: Platform, user: User, *rules: str) -> None:
    """State that no route knows the platform by its name where its id is due, nor the other way round."""
    ask, admin = Requests(world), world.admin
    named, by_id = {"path": {"platform_id": platform.name}}, {"path": {"name": platform.platform_id}}
    permission = {"user_id": user.user_id, "platform_id": platform.name}
    tried = [
        *(ask.told(admin, op, 404, NO_PLATFORM, **named) for op in (PF_2, PF_4)),
        ask.told(admin, PF_3, 404, NO_PLATFORM, **named, body={"description": "by its name"}),
        *(ask.told(admin, op, 404, NO_PLATFORM, body=permission) for op in (PP_1, PP_2)),
        *(ask.told(user, op, 404, NO_PLATFORM, **by_id) for op in (PL_1, PL_2)),
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("a name is no id, and an id no name", found, *rules)


def expect_names_no_ids_of_users(world: World, platform: Platform, user: User, *rules: str) -> None:
    """State that a user gets a platform by its id and not by its name, when made and later."""
    ask, admin = Requests(world), world.admin
    text = f"Invalid platform: {platform.name}"
    draft = world.make.draft(platform_ids=[platform.name])
    path = {"user_id": user.user_id}
    tried = [
        ask.told(admin, US_1, 400, text, body=body_of(draft)),
        ask.told(admin, US_3, 400, text, path=path, body={"platform_ids": [platform.name]}),
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("a name should be no id", found, *rules)


def expect_worker_id(platform: Platform, *rules: str) -> None:
    """State that the worker of a platform has a UUID where nobody chose another id."""
    shown = _UUID.fullmatch(platform.worker_id)
    expect_true("the worker should have a UUID", shown, platform.worker_id, *rules)


def expect_apart(world: World, user: User, *rules: str) -> None:
    """State that making API keys uses up no ids of job tokens, and the other way round.

    Each time something of one kind is made, then several of the other, then one more of the first: with one
    sequence for both the two are always further apart than what was made between them.
    """
    kinds: tuple[Callable[[], int], ...] = (
        lambda: world.make.job_token_of_body(user, {"label": world.names.label()}).token_id,
        lambda: world.make.api_key().api_key_id,
    )
    for first, other in (kinds, kinds[::-1]):
        step = _smallest_step(first, other)
        expect_true("the ids of one kind should not count the other's", step <= _BETWEEN, step, *rules)


def _smallest_step(first: Callable[[], int], other: Callable[[], int]) -> int:
    """The smallest distance seen of two ids with others in between, watched until it is small enough."""
    smallest = 2**63
    for _ in range(_TRIES):
        before = first()
        for _ in range(_BETWEEN):
            other()
        smallest = min(smallest, first() - before)
        if smallest <= _BETWEEN:
            break
    return smallest
