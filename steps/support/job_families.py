"""Families of jobs that differ in one member: each row of a table is a job of its own, and is judged alone.

A table has the columns `member` and `value`, and a column `rule` where the rows stand for rules of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, User
from steps.api.operations import JB_1, Operation
from steps.support.attempt import Outcome, attempt
from steps.support.cast import the_platform
from steps.support.expectations import (
    expect_every,
    expect_invalid_field,
    expect_refusal,
    expect_success,
)
from steps.support.job_reads import expect_payload
from steps.support.jobs import request_members
from steps.support.members import value_of
from steps.support.wording import filled

if TYPE_CHECKING:
    from behave.model import Row, Table

    from steps.support.world import World

_Judge = Callable[["World", "Row", Outcome], None]


def rules_of(world: World, row: Row) -> tuple[str, ...]:
    """The rules of a row, or those of the scenario where the table has none."""
    return tuple(row["rule"].split() if "rule" in row.headings else world.rules)


def expect_each_refused(world: World, user: User, table: Table, operation: Operation = JB_1) -> None:
    """State of each row that the job is refused with the `status` and the `error` that the row tells."""
    _expect_each(world, user, table, operation, _expect_told_refusal)


def expect_each_invalid(world: World, user: User, table: Table, operation: Operation = JB_1) -> None:
    """State of each row that the job is refused because of the member."""
    _expect_each(world, user, table, operation, _expect_invalid)


def expect_each_missing(world: World, user: User, table: Table, operation: Operation = JB_1) -> None:
    """State of each `member` that a job without it is refused for that."""
    whole = {
        "job_name": world.names.label("job"),
        "payload": Job.DEFAULT_PAYLOAD,
        "platform_name": the_platform(world).name,
    }

    def expect_missing(member: str) -> None:
        body = {name: whole[name] for name in whole if name != member}
        outcome = attempt(world.make.job_of_body, user, body, operation=operation)
        missing = "Missing data for required field."
        expect_invalid_field(outcome, "json", member, missing, *world.rules)

    expect_every(partial(expect_missing, row["member"]) for row in table)


def expect_none_accepted(world: World, user: User, table: Table) -> None:
    """State of each row that the job is refused, however."""
    _expect_each(world, user, table, JB_1, _expect_any_refusal)


def expect_each_run(world: World, user: User, table: Table) -> None:
    """State of each row that the job is accepted and reaches the worker with the payload that was sent."""

    def expect_run(row: Row) -> None:
        rules = rules_of(world, row)
        job: Job = expect_success(_submitted(world, user, row, JB_1), *rules)
        world.noted = request_members(_members(world, row)).get("payload")
        fetched: Job = expect_success(attempt(world.make.fetched, the_platform(world)), *rules)
        expect_payload(world, job, fetched.payload, *rules)
        the_platform(world).publish_results(world.cloud, job, {"results": {}})

    expect_every(partial(expect_run, row) for row in table)


def _expect_each(world: World, user: User, table: Table, operation: Operation, judge: _Judge) -> None:
    expect_every(partial(_submit_and_judge, world, user, row, operation, judge) for row in table)


def _submit_and_judge(world: World, user: User, row: Row, operation: Operation, judge: _Judge) -> None:
    judge(world, row, _submitted(world, user, row, operation))


def _submitted(world: World, user: User, row: Row, operation: Operation) -> Outcome:
    members = request_members(_members(world, row))
    return attempt(world.make.job, user, the_platform(world).name, members, operation=operation)


def _members(world: World, row: Row) -> dict[str, Any]:
    return {row["member"]: value_of(world, row["value"])}


def _expect_told_refusal(world: World, row: Row, outcome: Outcome) -> None:
    expect_refusal(outcome, int(row["status"]), filled(world, row["error"]), *rules_of(world, row))


def _expect_invalid(world: World, row: Row, outcome: Outcome) -> None:
    expect_invalid_field(outcome, "json", row["member"], None, *rules_of(world, row))


def _expect_any_refusal(world: World, row: Row, outcome: Outcome) -> None:
    expect_refusal(outcome, (400, 401, 403, 404, 422), None, *rules_of(world, row))
