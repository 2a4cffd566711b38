"""A tour of the whole cloud: every operation is done once, and all the answers are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steps.api import service
from steps.api.cloud_objects import Job, JobToken, Platform, User
from steps.api.errors import CloudUnreachable
from steps.api.exchange import Exchange
from steps.api.operations import (
    ALL,
    AT_2D,
    AT_3,
    AT_3D,
    AT_5D,
    AT_8D,
    AT_9D,
    JB_1D,
    JB_2D,
    JB_3D,
    JB_5D,
    JB_6D,
    TK_1,
    TK_2,
    TK_4,
    TK_5,
    TK_6,
    TK_7,
    TK_8,
    Operation,
)
from steps.api.trail import trail
from steps.support import keys, permissions
from steps.support.job_states import job_in_status

if TYPE_CHECKING:
    from steps.support.world import World


def whole_cloud(world: World) -> list[Exchange]:
    """Do every operation once, as those who may, and return the exchanges in their order.

    Where an answer does not come the tour ends early, and the last exchange has the failure. Raises
    CloudRefusal where the cloud refuses what it should accept.
    """
    with trail() as exchanges:
        try:
            _walk(world)
        except CloudUnreachable:
            return exchanges
    missed = [str(operation) for operation in ALL if operation not in visited(exchanges)]
    assert not missed, f"The tour of the whole cloud does not come to {', '.join(missed)}."
    return exchanges


def visited(exchanges: list[Exchange]) -> set[Operation]:
    """The operations of these exchanges."""
    return {exchange.request.operation for exchange in exchanges}


def _walk(world: World) -> None:
    platform = world.make.platform()
    user = permissions.permitted_user(world, platform)
    _see_the_service(world)
    _look_after_users(world, user)
    _look_after_tokens(world, user)
    _look_after_keys(world)
    _read_platforms(world, platform, user)
    _run_jobs(world, platform, user)
    platform.update(world.cloud, {"description": "It is going to be deleted."})
    platform.remove_user(world.cloud, user)
    platform.delete(world.cloud)


def _see_the_service(world: World) -> None:
    for ask in (service.root, service.health, service.openapi, service.qt_openapi, service.status):
        ask(world.cloud)


def _look_after_users(world: World, user: User) -> None:
    user.read(world.cloud)
    user.update(world.cloud, world.admin, {"company_id": 7})
    User.list_page(world.cloud, world.admin, limit=3)
    world.make.user().delete(world.cloud, world.admin)


def _look_after_tokens(world: World, user: User) -> None:
    cloud = world.cloud
    token = world.make.job_token(user, operation=AT_2D)
    world.make.job_token(user, operation=TK_2)
    for read in (AT_3, AT_3D):
        token.read(cloud, user, operation=read)
    token.read(cloud, user)
    token.update(cloud, user, {"priority": 1})
    token.update(cloud, user, {"priority": 2}, operation=TK_4)
    token.revoke(cloud, user)
    token.reopen(cloud, user)
    token.revoke(cloud, user, operation=AT_5D)
    token.reopen(cloud, user, operation=TK_6)
    token.revoke(cloud, user, operation=TK_5)
    JobToken.list_own(cloud, user)
    JobToken.list_own(cloud, user, operation=TK_1)
    JobToken.usage(cloud, user)
    JobToken.list_page(cloud, world.admin, limit=3)
    _delete_tokens(world, user)


def _delete_tokens(world: World, user: User) -> None:
    def spare() -> JobToken:
        return world.make.job_token_of_body(user, {"label": world.names.label("spare")})

    spare().delete(world.cloud, user)
    JobToken.delete_many(world.cloud, user, [spare().token_id], operation=TK_7)
    for operation in (TK_8, AT_8D, AT_9D):
        JobToken.delete_by_key(world.cloud, user, [spare().token], operation=operation)


def _look_after_keys(world: World) -> None:
    key = world.make.api_key()
    keys.list_keys(world, world.admin)
    keys.revoke(world, key.api_key_id, world.admin)


def _read_platforms(world: World, platform: Platform, user: User) -> None:
    platform.read(world.cloud)
    platform.read_processor(world.cloud, user)
    platform.read_by_name(world.cloud, user)
    Platform.list_page(world.cloud, world.admin, limit=3)
    Platform.list_public(world.cloud)


def _run_jobs(world: World, platform: Platform, user: User) -> None:
    cloud = world.cloud
    Job.availability(cloud, user)
    job = job_in_status(world, "completed", user, platform)
    for read in (job.read, job.get_status, job.get_results):
        read(cloud, user)
    job.get_status(cloud, user, operation=JB_2D)
    job.get_results(cloud, user, operation=JB_3D)
    canceled = job_in_status(world, "canceled", user, platform)
    again = world.make.rerun(canceled, user)
    once_more = world.make.rerun(canceled, user, operation=JB_6D)
    again.cancel(cloud, user, operation=JB_5D)
    old = world.make.job(user, platform.name, operation=JB_1D)
    Job.list_page(cloud, world.admin, user_id=user.user_id)
    Job.cancel_many(cloud, [old, once_more], world.admin)
