"""Fetches and publications that are wrong in one member."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects.cloud_base import token_for
from steps.api.operations import WK_1, WK_2
from steps.api.utils import Api
from steps.support.attempt import attempt
from steps.support.cast import the_job, the_platform
from steps.support.expectations import expect_every, expect_invalid_field
from steps.support.members import value_of

if TYPE_CHECKING:
    from behave.model import Row, Table

    from steps.support.world import World


def expect_fetches_refused(world: World, table: Table) -> None:
    """State for each row (`rule`, `member`, `value`) that a fetch is refused for its member."""
    platform = the_platform(world)
    body = {"platform_id": platform.platform_id, "worker_id": platform.worker_id}
    expect_every(partial(_expect_fetch_refused, world, body, row) for row in table)


def _expect_fetch_refused(world: World, body: Mapping[str, Any], row: Row) -> None:
    sent = {**body, row["member"]: value_of(world, row["value"])}
    outcome = attempt(Api(world.cloud).call, WK_1, token=token_for(world.admin, WK_1), body=sent)
    expect_invalid_field(outcome, "json", row["member"], None, row["rule"])


def expect_publications_refused(world: World, table: Table) -> None:
    """State for each row (`rule`, `member`, `value`) that a publication for the job is refused so."""
    expect_every(partial(_expect_publication_refused, world, row) for row in table)


def _expect_publication_refused(world: World, row: Row) -> None:
    # A sign of life with one member too many: nothing else of it could be refused.
    body = {"worker_id": the_platform(world).worker_id, "status": "running"}
    sent = {**body, row["member"]: value_of(world, row["value"])}
    outcome = attempt(
        Api(world.cloud).call,
        WK_2,
        token=token_for(world.admin, WK_2),
        path={"job_id": the_job(world).job_id},
        body=sent,
    )
    expect_invalid_field(outcome, "json", row["member"], None, row["rule"])
