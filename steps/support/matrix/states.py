"""What an admin reads before and after calls that are refused: neither may show a difference.

Each state has what the calls are aimed at and what they might have made, under its kind and its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.cloud_objects.cloud_base import all_pages
from steps.api.operations import AT_3
from steps.support import tokens
from steps.support.attempt import attempt
from steps.support.matrix.scene import JOB, KEY, PLATFORM, TOKEN, USER
from steps.support.matrix.trial import Aim, State

if TYPE_CHECKING:
    from steps.support.matrix.scene import Scene


def jobs_on_platform(scene: Scene, aim: Aim) -> State:
    """Every job on the platform, which is the scenario's own, with its status."""
    return _jobs(scene, platform_name=aim.platform.name)


def jobs_of_owner(scene: Scene, aim: Aim) -> State:
    """Every job of the owner, with its status."""
    return _jobs(scene, user_id=aim.owner.user_id)


def _jobs(scene: Scene, **of: Any) -> State:  # noqa: ANN401 - filters of the list
    entries = all_pages(
        lambda limit, offset: Job.list_page(
            scene.world.cloud, scene.people.admin, limit=limit, offset=offset, **of
        )
    )
    return {(JOB, entry["job_id"]): entry.get("status") for entry in entries}


def job_and_result(scene: Scene, aim: Aim) -> State:
    """The jobs on the platform, and the result of the job as its user reads it."""
    user = scene.world.make.owner(aim.job)
    outcome = attempt(aim.job.get_results, scene.world.cloud, user)
    result = outcome.value if outcome.refusal is None else str(outcome.refusal)
    return {**jobs_on_platform(scene, aim), ("result of", aim.job.job_id): result}


def new_tokens(scene: Scene, aim: Aim) -> State:
    """The tokens of everyone here that have one of the names which calls would give."""
    entries = [entry for user in scene.everyone(aim) for entry in _tokens_of(scene, user)]
    return {(TOKEN, one["id"]): _lasting(one) for one in entries if one.get("label") in aim.names}


def the_token(scene: Scene, aim: Aim) -> State:
    """The token, or how reading it is refused."""
    outcome = attempt(aim.token.read, scene.world.cloud, scene.people.admin, operation=AT_3)
    entry = str(outcome.refusal) if outcome.refusal is not None else _lasting(outcome.value)
    return {("token", aim.token.token_id): entry}


def the_token_in_use(scene: Scene, aim: Aim) -> State:
    """The same, and whether the token opens what it should."""
    refusal = tokens.use(scene.world, aim.token).refusal
    works = "works" if refusal is None else str(refusal)
    return {**the_token(scene, aim), ("use of token", aim.token.token_id): works}


def _tokens_of(scene: Scene, user: User) -> Iterable[dict[str, Any]]:
    return all_pages(
        lambda limit, offset: JobToken.list_page(
            scene.world.cloud, scene.people.admin, user_id=user.user_id, limit=limit, offset=offset
        )
    )


def _lasting(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a token without the secret, and without what use changes."""
    return {name: entry[name] for name in entry if name not in ("key", "token", *tokens.COUNTERS)}


def records(scene: Scene, aim: Aim) -> State:
    """The records of everyone here, their platform permissions included."""
    return {
        ("record of", user.email): user.read(scene.world.cloud, scene.people.admin)
        for user in scene.everyone(aim)
        if user is not scene.people.admin
    }


def the_record(scene: Scene, aim: Aim) -> State:
    """The record of the user, or how it is refused."""
    outcome = attempt(aim.user.read, scene.world.cloud, scene.people.admin)
    record = outcome.value if outcome.refusal is None else str(outcome.refusal)
    return {("record of", aim.user.user_id): record}


def new_users(scene: Scene, aim: Aim) -> State:
    """Everyone who has one of the e-mails which calls would give."""
    entries = all_pages(
        lambda limit, offset: User.list_page(
            scene.world.cloud, scene.people.admin, limit=limit, offset=offset
        )
    )
    return {(USER, entry["user_id"]): entry for entry in entries if entry.get("email") in aim.names}


def the_platform(scene: Scene, aim: Aim) -> State:
    """The platform, or how reading it is refused."""
    outcome = attempt(aim.platform.read, scene.world.cloud)
    return {
        ("data of platform", aim.platform.name): outcome.value
        if outcome.refusal is None
        else str(outcome.refusal)
    }


def new_platforms(scene: Scene, aim: Aim) -> State:
    """Every platform that has one of the names which calls would give."""
    entries = all_pages(
        lambda limit, offset: Platform.list_page(
            scene.world.cloud, scene.people.admin, limit=limit, offset=offset
        )
    )
    return {(PLATFORM, entry["id"]): entry for entry in entries if entry["name"] in aim.names}


def keys(scene: Scene, aim: Aim) -> State:
    """The key, and every key that has one of the names which calls would give."""
    entries = all_pages(
        lambda limit, offset: ApiKey.list_page(
            scene.world.cloud, scene.people.admin, limit=limit, offset=offset
        )
    )
    return {
        (KEY, entry["api_key_id"]): entry
        for entry in entries
        if entry["api_key_id"] == aim.key.api_key_id or entry.get("label") in aim.names
    }
