"""The rows of the matrix about platforms, permissions and workers (PM-35 to PM-43)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Platform, User
from steps.api.operations import PF_1, PF_2, PF_3, PF_4, PF_5, PL_1, PL_2, PP_1, PP_2, WK_1, WK_2
from steps.support.making import unless_refused_with
from steps.support.matrix.states import job_and_result, jobs_on_platform, new_platforms, records, the_platform
from steps.support.matrix.trial import Aim, Caller, Task, Trial

if TYPE_CHECKING:
    from steps.support.matrix.scene import Scene

_STOLEN = {"available_commands": ["stolen"]}


def _platform(scene: Scene, user: User) -> Aim:
    return Aim(user, platform=scene.platform)


def _new_platform(scene: Scene, user: User) -> Aim:
    return Aim(user, platform=scene.world.make.platform())


def _permitted_platform(scene: Scene, user: User) -> Aim:
    aim = _new_platform(scene, user)
    scene.permit(scene.people.owner, aim.platform)
    return aim


def waiting_job(scene: Scene, user: User) -> Aim:
    """A job for a worker to fetch. It is the owner's: a deactivation would end the user's own."""
    job, platform, cloud = scene.job(scene.people.owner, "waiting"), scene.platform, scene.world.cloud
    scene.world.undo.push(
        f"run of {job.job_name}",
        # Who has not fetched the job is refused with 403, or with 400 where nobody has.
        lambda: unless_refused_with((400, 403), platform.publish_error, cloud, job, "scenario_over"),
    )
    return Aim(user, platform=platform, job=job)


def _running_job(scene: Scene, user: User) -> Aim:
    return Aim(user, platform=scene.platform, job=scene.job(scene.people.owner, "running"))


def _running_job_of_another_worker(scene: Scene, user: User) -> Aim:
    aim = _running_job(scene, user)
    aim.platform = scene.world.make.registered(Platform(aim.platform.name, specs=aim.platform.specs))
    return aim


def _description(scene: Scene, _aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"description": scene.world.names.label("changed")}}


def _registration(_scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {
        "body": {"platform_name": aim.platform.name, "worker_id": aim.platform.worker_id, "specs": _STOLEN}
    }


def _new_registration(scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    platform = Platform(scene.world.names.platform())
    aim.names.append(platform.name)
    return {
        "body": {"platform_name": platform.name, "worker_id": platform.worker_id, "specs": platform.specs}
    }


def _permission_of_owner(scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return _permission(scene.people.owner, aim.platform)


def _permission_of_caller(scene: Scene, aim: Aim, caller: Caller) -> dict[str, Any]:
    return _permission(scene.plain(caller.user), aim.platform)


def _permission(user: User, platform: Platform) -> dict[str, Any]:
    return {"body": {"user_id": user.user_id, "platform_id": platform.platform_id}}


def _fetch(_scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"platform_id": aim.platform.platform_id, "worker_id": aim.platform.worker_id}}


def _publication(_scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    published = {"status": "completed", "results": '{"results": {}}'}
    return {"body": {"worker_id": aim.platform.worker_id, **published}}


def one_entry(_scene: Scene, _aim: Aim, _caller: Caller) -> dict[str, Any]:
    """The shortest page of a list."""
    return {"query": {"limit": 1}}


TASKS = (
    Task("PM-35", "read a platform by its name", (Trial(PL_1, _platform), Trial(PL_2, _platform))),
    Task("PM-36", "list the platforms", (Trial(PF_5, _platform, one_entry),)),
    Task("PM-37", "read a platform by its id", (Trial(PF_2, _platform),)),
    Task(
        "PM-38",
        "register a platform",
        (
            Trial(PF_1, _platform, _new_registration, new_platforms, rules={"P": "PF-1.11"}),
            Trial(PF_1, _new_platform, _registration, the_platform, rules={"P": "PF-1.11"}),
        ),
    ),
    Task(
        "PM-39",
        "change or delete a platform",
        (
            Trial(PF_3, _new_platform, _description, the_platform, rules={"P": "PF-3.6"}),
            Trial(PF_4, _new_platform, read=the_platform, rules={"P": "PF-4.4"}),
        ),
    ),
    Task(
        "PM-40",
        "give or take a permission",
        (
            Trial(PP_1, _new_platform, _permission_of_caller, records, rules={"P": "PP-1.4"}),
            Trial(PP_2, _permitted_platform, _permission_of_owner, records),
        ),
    ),
    Task(
        "PM-41", "fetch a job", (Trial(WK_1, waiting_job, _fetch, jobs_on_platform, rules={"P": "WK-1.9"}),)
    ),
    Task(
        "PM-42",
        "publish for a job",
        (Trial(WK_2, _running_job, _publication, job_and_result, rules={"P": "WK-2.15"}),),
    ),
    Task(
        "PM-43",
        "publish for a job of another worker",
        (Trial(WK_2, _running_job_of_another_worker, _publication, job_and_result, rules={"P": "WK-2.1"}),),
    ),
)
