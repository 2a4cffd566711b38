"""One operation with every wrong credential, and every operation with one: what nobody may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, JobToken, User
from steps.api.operations import (
    AD_1,
    JA_1,
    JA_2,
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
    PF_1,
    PF_3,
    PF_4,
    PP_1,
    PP_2,
    WK_1,
    WK_2,
    Operation,
    TokenType,
)
from steps.api.utils import Api
from steps.api.waiting import let_pass
from steps.support.attempt import Outcome, attempt
from steps.support.cast import the_job, the_platform, the_user
from steps.support.expectations import ExpectationFailed

if TYPE_CHECKING:
    from steps.support.world import World

UNKNOWN_TOKEN = "_T_a.b.c"  # no cloud has given it

# Every operation on jobs that a job token opens, the deprecated twins among them.
JOB_OPERATIONS = (JB_1, JB_1D, JB_2, JB_2D, JB_3, JB_3D, JB_4, JB_5, JB_5D, JB_6, JB_6D, JB_7)

CREDENTIALS: Mapping[str, Callable[[World], str | None]] = {
    "no credential": lambda world: None,
    "an unknown token": lambda world: UNKNOWN_TOKEN,
    "an expired token": lambda world: _expired_token(world, the_user(world)),
    "a revoked token": lambda world: _revoked_token(world, the_user(world)),
    "a deleted token": lambda world: _deleted_token(world, the_user(world)),
    "the job token": lambda world: the_user(world).get_token(TokenType.Job),
    "the login token": lambda world: the_user(world).get_token(TokenType.Login),
    "the worker's key": lambda world: world.admin.get_token(TokenType.API_Key),
    "the admin's login token": lambda world: world.admin.get_token(TokenType.Login),
}


def _expired_token(world: World, user: User) -> str:
    token = _taken_aside(user, world.make.job_token(user, duration=1))
    let_pass(1.2)
    return token.token


def _revoked_token(world: World, user: User) -> str:
    token = _taken_aside(user, world.make.job_token(user))
    token.revoke(world.cloud, user)
    return token.token


def _deleted_token(world: World, user: User) -> str:
    token = world.make.job_token(user)
    token.delete(world.cloud, user)
    return token.token


def _taken_aside(user: User, token: JobToken) -> JobToken:
    """Out of the user's list, whose last token is the one that the user shows."""
    user.job_tokens = [each for each in user.job_tokens if each is not token]
    return token


def _platform_body(world: World) -> dict[str, Any]:
    platform = the_platform(world)
    return {
        "platform_name": platform.name,
        "worker_id": platform.worker_id,
        "specs": {"available_commands": ["stolen"]},
    }


def _permission_body(world: World) -> dict[str, Any]:
    return {"user_id": the_user(world).user_id, "platform_id": the_platform(world).platform_id}


def _no_body(world: World) -> None:
    return None


_Body = Callable[["World"], Any]

# What only an admin, or only a worker, may do: the operation, its body, and who else may not.
_PLAIN = ("no credential", "an unknown token", "the job token", "the login token")
_NOT_A_KEY = (*_PLAIN, "the worker's key")
_NOT_AN_ADMIN = (*_PLAIN, "the admin's login token")
ACTIONS: Mapping[str, tuple[Operation, _Body, tuple[str, ...]]] = {
    "register a platform": (PF_1, _platform_body, _PLAIN),
    "change the platform": (PF_3, lambda world: {"description": "stolen"}, _NOT_A_KEY),
    "delete the platform": (PF_4, _no_body, _NOT_A_KEY),
    "give the permission": (PP_1, _permission_body, _NOT_A_KEY),
    "take the permission": (PP_2, _permission_body, _NOT_A_KEY),
    "fetch a job": (WK_1, lambda world: _permission_body(world) | _worker(world), _NOT_AN_ADMIN),
    "publish for the job": (
        WK_2,
        lambda world: _worker(world) | {"status": "completed", "results": '{"results": {}}'},
        _NOT_AN_ADMIN,
    ),
    "list the jobs of all users": (JA_1, _no_body, _NOT_A_KEY),
    "cancel jobs of all users": (JA_2, lambda world: {"job_ids": [the_job(world).job_id]}, _NOT_A_KEY),
    "list the tokens of all users": (AD_1, _no_body, _NOT_A_KEY),
}


def _worker(world: World) -> dict[str, Any]:
    return {"worker_id": the_platform(world).worker_id}


def try_as_all(world: World, action: str) -> dict[str, Outcome]:
    """Try what only an admin or a worker may do as everyone else; the outcomes by the credential shown."""
    operation, body, credentials = ACTIONS[action]
    return {
        credential: attempt(
            Api(world.cloud).call,
            operation,
            token=CREDENTIALS[credential](world),
            path=_path(world),
            body=body(world),
        )
        for credential in credentials
    }


def try_job_operations(world: World, credential: str) -> dict[str, Outcome]:
    """Try every operation on the job with a credential, and return what came of it by the operation."""
    token = CREDENTIALS[credential](world)
    job = {
        "job_name": world.names.label("job"),
        "payload": Job.DEFAULT_PAYLOAD,
        "platform_name": the_platform(world).name,
    }
    return {
        str(operation): attempt(
            Api(world.cloud).call,
            operation,
            token=token,
            path=_path(world),
            body=job if operation in (JB_1, JB_1D) else None,
        )
        for operation in JOB_OPERATIONS
    }


def expect_all_refused(outcomes: Mapping[str, Outcome], *rules: str) -> None:
    """State that who shows no known credential got 401, and everyone else 401 or 403."""
    allowed = {
        name: (401,) if name in ("no credential", "an unknown token") else (401, 403) for name in outcomes
    }
    wrong = {name: told(done) for name, done in outcomes.items() if status(done) not in allowed[name]}
    if wrong:
        asked = {name: allowed[name] for name in wrong}
        raise ExpectationFailed("everyone else should be refused", asked, wrong, rules)
    for done in outcomes.values():
        done.keeps(*rules)


def status(outcome: Outcome) -> int:
    """The HTTP status of an outcome."""
    return 200 if outcome.refusal is None else outcome.refusal.status


def told(outcome: Outcome) -> str:
    """An outcome in a few words."""
    return "200, accepted" if outcome.refusal is None else f"{outcome.refusal.status} {outcome.refusal.error}"


def _path(world: World) -> dict[str, object]:
    ids: dict[str, object] = {}
    if world.platform is not None:
        ids["platform_id"] = world.platform.platform_id
    if world.job is not None:
        ids["job_id"] = world.job.job_id
    return ids
