"""Who and what a scenario speaks of: "the other user", "the new job" and their like, out of its World."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, JobToken, Platform, User
from steps.support.expectations import expect_success

if TYPE_CHECKING:
    from steps.support.crowd import Crowd
    from steps.support.world import World

USERS = {"the user": "user", "another user": "other_user", "the other user": "other_user"}
CALLERS = {**USERS, "the admin": "admin", "the other admin": "other_user"}
TOKENS = {"the token": "token", "the other token": "other_token"}
PLATFORMS = {"the platform": "platform", "the other platform": "other_platform"}
WORKERS = {
    "the worker": "platform",
    "the other worker": "other_worker",
    "the worker of the other platform": "other_platform",
}
JOBS = {"the job": "job", "the other job": "other_job", "the new job": "new_job"}
STATUSES = ("waiting", "running", "cancel_requested", "suspended", "completed", "error", "canceled")


# What a user may do with a job, each an operation; `steps.support.jobs` knows which.
JOB_ACTIONS = ("read the status of", "read the results of", "read the data of", "cancel", "rerun")
# What is done with a job whose status decides what comes of it; `steps.support.transitions` knows how.
DEEDS = (
    "cancels it",
    "cancels it on the deprecated route",
    "has the admin cancel it",
    "runs it again",
    "runs it again on the deprecated route",
)


def _choice(words: Mapping[str, str]) -> Callable[[str], str]:
    def field(text: str) -> str:
        return words[text]

    # The longest first: a shorter one may begin like it. `parse` looks for this attribute of a converter.
    field.pattern = "|".join(sorted(words, key=len, reverse=True))  # type: ignore[attr-defined]
    return field


def text_of_one(words: Iterable[str]) -> Callable[[str], str]:
    """The type of a step pattern for one of these words or phrases, the longest first."""
    return _text("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def _text(pattern: str) -> Callable[[str], str]:
    def as_it_is(text: str) -> str:
        return text

    as_it_is.pattern = pattern  # type: ignore[attr-defined]
    return as_it_is


# The types of behave's step patterns: `{who:User}`, `{which:Job}`... give the name of a field of the World.
TYPES: Mapping[str, Callable[[str], str]] = {
    "User": _choice(USERS),
    "Caller": _choice(CALLERS),
    "Token": _choice(TOKENS),
    "Platform": _choice(PLATFORMS),
    "Worker": _choice(WORKERS),
    "Job": _choice(JOBS),
    "Status": _text("|".join(STATUSES)),
    "Member": _text(r"[a-z_]+(?:\.[a-z_]+)*"),
    "JobAction": _text("|".join(JOB_ACTIONS)),
    "Deed": text_of_one(DEEDS),
    "GivesOrTakes": _text("gives|takes"),
    "Value": _text(r"\S.*"),
}


def the_user(world: World, which: str = "user") -> User:
    """The user of that field of the World; an earlier step must have made one."""
    user: User = _made(world, which)
    return user


def the_token(world: World, which: str = "token") -> JobToken:
    """The job token of that field of the World; an earlier step must have made it."""
    token: JobToken = _made(world, which)
    return token


def the_platform(world: World, which: str = "platform") -> Platform:
    """The platform of that field of the World, which is a worker too; an earlier step must have made it."""
    platform: Platform = _made(world, which)
    return platform


def the_crowd(world: World) -> Crowd:
    """The many users and workers of the World; an earlier step must have gathered them."""
    crowd: Crowd = _made(world, "crowd")
    return crowd


def the_job(world: World, which: str = "job") -> Job:
    """The job of that field of the World; an earlier step must have made it."""
    job: Job = _made(world, which)
    return job


def _made(world: World, which: str) -> Any:  # noqa: ANN401 - whatever the field holds
    held = getattr(world, which)
    if held is None and world.outcome is not None:
        # The last When was to make it: that it was refused is what breaks the rules of the scenario.
        expect_success(world.outcome, *world.rules)
    assert held is not None, f"The scenario speaks of its {which}, but no step has made one."
    return held
