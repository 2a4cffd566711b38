"""The rows of the matrix about what is open to all, and about jobs (PM-1 to PM-12)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from steps.api.cloud_objects import Job, Platform, User
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
    SV_1,
    SV_2,
    SV_3,
    SV_4,
    SV_5,
    SV_6,
    US_0,
    Operation,
)
from steps.support import accounts
from steps.support.matrix.states import jobs_of_owner, jobs_on_platform, the_record
from steps.support.matrix.table import RESTRICTED
from steps.support.matrix.trial import Aim, Caller, Make, Task, Trial

if TYPE_CHECKING:
    from steps.support.matrix.scene import Scene


def no_object(_scene: Scene, user: User) -> Aim:
    """Nothing: the call is about whoever makes it, or about nobody."""
    return Aim(user)


def _account(_scene: Scene, user: User) -> Aim:
    return Aim(user, user=user)


def _deleted_account(scene: Scene, user: User) -> Aim:
    deleted = scene.world.make.user()
    deleted.delete(scene.world.cloud, scene.people.admin)
    return Aim(user, user=deleted)


def _login(_scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": accounts.login_of(aim.user)}


def _wrong_password(_scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": accounts.login_of(aim.user, password=f"{aim.user.password[::-1]}x")}


def _unknown_email(scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": accounts.login_of(aim.user, email=scene.world.make.draft().email)}


def _open_to_users(scene: Scene, user: User, platform: Platform) -> Aim:
    people = scene.people
    for each in {one.user_id: one for one in (people.owner, people.other, user)}.values():
        if each is not people.without_grant:
            scene.permit(each, platform)
    return Aim(user, platform=platform)


def _platform(scene: Scene, user: User) -> Aim:
    return _open_to_users(scene, user, scene.world.make.platform())


def _platform_without_explorers(scene: Scene, user: User) -> Aim:
    return _open_to_users(scene, user, scene.world.make.platform({"allow_explorer": False}))


def _waiting_job(scene: Scene, user: User) -> Aim:
    return Aim(user, platform=scene.platform, job=scene.job(user, "waiting"))


def _failed_job(scene: Scene, user: User) -> Aim:
    """A job that can be run again, on a platform that the other user may use: only the job is foreign."""
    job = scene.job(user, "canceled")
    scene.permit(scene.people.other, scene.platform)
    return Aim(user, platform=scene.platform, job=job)


def _unknown_job(_scene: Scene, user: User) -> Aim:
    return Aim(user, job=Job(job_id=str(uuid4())))


def _new_job(scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {
        "body": {
            "job_name": scene.label(aim, "job"),
            "payload": Job.DEFAULT_PAYLOAD,
            "platform_name": aim.platform.name,
        }
    }


def _of_job(operation: Operation, made: Make, **rules: str) -> Trial:
    return Trial(operation, made, read=jobs_on_platform, rules=rules, owned=True)


_CREATE = Trial(
    JB_1,
    _platform,
    _new_job,
    jobs_on_platform,
    rules={"J": "JB-1.15", "U": "JB-1.17", "P": "JB-1.22", "E": "EX-2"},
    owned=True,
)
_STATUS = _of_job(JB_2, _waiting_job, P="JB-2.3")
_RESULT = _of_job(JB_3, _waiting_job, P="JB-3.3")
_DATA = _of_job(JB_4, _waiting_job, P="JB-4.3")
_CANCEL = _of_job(JB_5, _waiting_job, P="JB-5.2")
_RERUN = _of_job(JB_6, _failed_job, P="JB-6.3", E="EX-3", **{"no grant": "RR-8"})


def _twin(trial: Trial, operation: Operation, row: str, alias: str) -> Trial:
    """The same by the deprecated route, whose cells are those of the successor."""
    return replace(trial, operation=operation, like=row, alias=alias)


def _unknown(operation: Operation, rule: str, error: str = "") -> Trial:
    """The same with an id that no job has."""
    # The document gives 400 and 404 to two of them without saying which is which (JB-2.2, JB-3.2).
    return Trial(
        operation,
        _unknown_job,
        read=jobs_of_owner,
        rules={"404": rule},
        errors={"404": error} if error else {},
        tolerated={} if error else {"404": (400,)},
    )


TASKS = (
    Task(
        "PM-1",
        "ask for what is open to all",
        (
            Trial(SV_1, no_object, tolerated={"200": (302,)}),
            *(Trial(operation, no_object) for operation in (SV_2, SV_3, SV_4, SV_5, SV_6)),
        ),
    ),
    Task("PM-2", "log in", (Trial(US_0, _account, _login, the_record),)),
    Task(
        "PM-3",
        "log in with wrong data",
        (
            Trial(US_0, _account, _wrong_password, the_record, rules={"401": "US-0.2"}),
            Trial(US_0, no_object, _unknown_email, rules={"401": "US-0.2"}),
            Trial(US_0, _deleted_account, _login, the_record, rules={"401": "US-0.2"}),
        ),
    ),
    Task(
        "PM-4",
        "create a job",
        (
            _CREATE,
            # That this closes a platform is assumed; firm is what explorers hear where they are refused.
            replace(
                _CREATE,
                made=_platform_without_explorers,
                situation=RESTRICTED,
                tolerated={"E": (200,)},
                rules={"E": "JB-1.16"},
            ),
        ),
    ),
    Task("PM-5", "read the status of a job", (_STATUS,)),
    Task("PM-6", "read the result of a job", (_RESULT,)),
    Task("PM-7", "read the data of a job", (_DATA,)),
    Task("PM-8", "cancel a job", (_CANCEL,)),
    Task("PM-9", "run a job again", (_RERUN,)),
    Task(
        "PM-10",
        "do something with a job that does not exist",
        (
            _unknown(JB_2, "JB-2.2"),
            _unknown(JB_3, "JB-3.2"),
            _unknown(JB_4, "JB-4.1", "Not found job: {job_id}"),
            _unknown(JB_5, "JB-5.3", "invalid job_id: {job_id}"),
            _unknown(JB_6, "JB-6.2", "invalid job_id: {job_id}"),
        ),
    ),
    Task("PM-11", "ask how many jobs they may have", (Trial(JB_7, no_object),)),
    Task(
        "PM-12",
        "use the deprecated routes of jobs",
        (
            _twin(_CREATE, JB_1D, "PM-4", "AL-1"),
            _twin(_STATUS, JB_2D, "PM-5", "AL-5"),
            _twin(_RESULT, JB_3D, "PM-6", "AL-4"),
            _twin(_CANCEL, JB_5D, "PM-8", "AL-2"),
            _twin(_RERUN, JB_6D, "PM-9", "AL-3"),
        ),
    ),
)
