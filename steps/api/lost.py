"""What a cloud may have made or done although its answer was lost: looked up, or asked for again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.cloud_objects.cloud_base import all_pages
from steps.api.errors import CloudGivenUp, CloudUnreachable
from steps.api.operations import Operation
from steps.api.utils import CloudContext
from steps.api.waiting import WaitedInVain, let_pass, wait_until

T = TypeVar("T")

# Seconds before what is harmless is tried again: so often, so much later.
PAUSES = (0.2, 1.0)
# How long a creation may be under way in the cloud after its answer was lost.
ARRIVAL_SECONDS = 1.0
UNFINISHED = ("waiting", "running", "cancel_requested", "suspended")


def until_answered(action: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - the arguments of `action`
    """Call `action`, and again while its answer is lost, a few times.

    It must do no harm twice, and take for done what was done the first time. Raises what `action` raises,
    CloudUnreachable after the last try; at once where the cloud was given up.
    """
    for pause in PAUSES:
        try:
            return action(*args)
        except CloudGivenUp:
            raise
        except CloudUnreachable:
            let_pass(pause)
    return action(*args)


def user_of(cloud: CloudContext, admin: User, email: str) -> User | None:
    """The user with this e-mail address, in whatever case; None where there is none. An admin is none."""
    for user in User.list_all(_unobserved(cloud), admin):
        if user.email.casefold() == email.casefold() and not user.is_admin:
            return user
    return None


def platform_of(cloud: CloudContext, admin: User, name: str) -> str | None:
    """The id of the platform with this name; None where there is none."""
    for entry in _pages(partial(Platform.list_page, _unobserved(cloud), admin)):
        if entry["name"] == name:
            return str(entry["id"])
    return None


def keys_of(cloud: CloudContext, admin: User, label: str) -> list[ApiKey]:
    """The API keys with this label that were not revoked, without their secret."""
    keys = ApiKey.list_all(_unobserved(cloud), admin)
    return [key for key in keys if key.label == label and not getattr(key, "is_revoked", False)]


def tokens_of(cloud: CloudContext, owner: User, label: str, operation: Operation) -> list[int]:
    """The ids of the owner's usable job tokens with this label."""
    entries = JobToken.list_own(
        _unobserved(cloud), owner, include_expired=False, include_revoked=False, operation=operation
    )
    return [entry["id"] for entry in entries if entry.get("label") == label]


def job_of(cloud: CloudContext, admin: User, process_id: str, name: object, user_id: int) -> str | None:
    """The id of the job with this process id and name, as the admin's list has it; None where there is none.

    It may still be under way, so it is looked for again for a moment. `user_id` -1 means any user's.
    """
    mine = None if user_id == -1 else user_id

    def look() -> str | None:
        entries = _jobs(cloud, admin, user_id=mine)
        wanted = process_id, name
        found = (entry for entry in entries if (entry.get("process_id"), entry.get("job_name")) == wanted)
        return next((str(entry["job_id"]) for entry in found), None)

    try:
        return wait_until(look, bool, seconds=ARRIVAL_SECONDS, first_interval=0.05)
    except WaitedInVain:
        return None


def reruns_of(cloud: CloudContext, admin: User, job: Job) -> list[Job]:
    """The jobs not over that came of running this one again."""
    return [
        Job(job_name=entry.get("job_name") or "", job_id=entry["job_id"])
        for status in UNFINISHED
        for entry in _jobs(cloud, admin, status=status)
        if entry.get("rerun_from") == job.job_id
    ]


def held_jobs(cloud: CloudContext, admin: User, platform: Platform) -> list[Job]:
    """The jobs of the platform that are in the hands of a worker."""
    return [
        Job(platform.name, job_id=entry["job_id"])
        for status in UNFINISHED[1:]
        for entry in _jobs(cloud, admin, status=status, platform_name=platform.name)
    ]


def _jobs(cloud: CloudContext, admin: User, **query: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    return _pages(partial(Job.list_page, _unobserved(cloud), admin, **query))


def _pages(read: Callable[..., list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    return all_pages(lambda limit, offset: read(limit=limit, offset=offset))


def _unobserved(cloud: CloudContext) -> CloudContext:
    """The cloud without observers: lists hold what is none of the run's business, secrets of others too."""
    return replace(cloud, observers=())
