"""The rows of the matrix about users, API keys and the admin's lists (PM-44 to PM-50)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import User
from steps.api.operations import AD_1, AK_1, AK_2_LIST, AK_2_REVOKE, JA_1, JA_2, US_1, US_2, US_3, US_4, US_5
from steps.support import accounts
from steps.support.making import gone
from steps.support.matrix.job_trials import no_object
from steps.support.matrix.platform_trials import one_entry, waiting_job
from steps.support.matrix.states import jobs_on_platform, keys, new_users, the_record
from steps.support.matrix.table import ADMIN_TARGET
from steps.support.matrix.trial import Aim, Caller, Task, Trial

if TYPE_CHECKING:
    from steps.support.matrix.scene import Scene


def _record(_scene: Scene, user: User) -> Aim:
    return Aim(user, user=user)


def _record_of_no_admin(scene: Scene, user: User) -> Aim:
    """The user's record, and whatever happens the user is no admin in the end."""
    cloud, admin = scene.world.cloud, scene.people.admin
    scene.world.undo.push(
        f"admin rights of {user.email}", lambda: gone(user.update, cloud, admin, {"is_admin": False})
    )
    return Aim(user, user=user)


def _new_record(scene: Scene, user: User) -> Aim:
    return Aim(user, user=scene.world.make.user())


def _record_of_admin(scene: Scene, user: User) -> Aim:
    return Aim(user, user=scene.world.make.second_admin())


def _key(scene: Scene, user: User) -> Aim:
    return Aim(user, key=scene.world.make.api_key())


def _new_user(scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    draft = scene.world.make.draft()
    aim.names.append(draft.email)
    return {"body": accounts.body_of(draft)}


def _names(scene: Scene, _aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"first_name": scene.world.names.label("Ada"), "last_name": "Lovelace"}}


def _priority(scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"priority": aim.user.priority + 1}}


def _admin_rights(_scene: Scene, _aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"is_admin": True}}


def _new_key(scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"label": scene.label(aim, "key")}}


def _the_key(_scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"api_key_id": aim.key.api_key_id}}


def _the_job(_scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"job_ids": [aim.job.job_id]}}


_DELETE = Trial(US_4, _record, read=the_record, rules={"P": "US-4.4"}, afresh=_new_record)

TASKS = (
    Task(
        "PM-44",
        "create or list users",
        (
            Trial(US_1, no_object, _new_user, new_users, rules={"P": "US-1.8"}),
            Trial(US_5, no_object, one_entry, rules={"P": "US-5.2"}),
        ),
    ),
    Task("PM-45", "read a user", (Trial(US_2, _record, read=the_record, rules={"P": "US-2.2"}),)),
    Task(
        "PM-46",
        "change the names of a user",
        (Trial(US_3, _record, _names, the_record, rules={"P": "US-3.11"}),),
    ),
    Task(
        "PM-47",
        "raise the priority of a user",
        (Trial(US_3, _record, _priority, the_record, rules={"P": "US-3.2"}, afresh=_new_record),),
    ),
    Task(
        "PM-47",
        "make a user an admin",
        (
            Trial(
                US_3,
                _record_of_no_admin,
                _admin_rights,
                the_record,
                rules={"P": "US-3.2"},
                without=frozenset({"admin LT"}),
            ),
        ),
    ),
    Task("PM-48", "delete a user", (_DELETE,)),
    Task(
        "PM-48",
        "delete an admin",
        (replace(_DELETE, made=_record_of_admin, situation=ADMIN_TARGET, rules={"400": "US-4.1"}),),
    ),
    Task(
        "PM-49",
        "make, list or revoke API keys",
        (
            Trial(AK_1, no_object, _new_key, keys, rules={"P": "AK-1.5"}),
            Trial(AK_2_LIST, no_object, one_entry, rules={"P": "AK-2.4"}),
            Trial(AK_2_REVOKE, _key, _the_key, keys, rules={"P": "AK-2.4"}),
        ),
    ),
    Task(
        "PM-50",
        "list what all users have, or cancel their jobs",
        (
            Trial(AD_1, no_object, one_entry, rules={"P": "AD-1.3"}),
            Trial(JA_1, no_object, one_entry, rules={"P": "JA-1.4"}),
            Trial(JA_2, waiting_job, _the_job, jobs_on_platform, rules={"P": "JA-2.6"}),
        ),
    ),
)
