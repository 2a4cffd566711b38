"""The life cycle, step by step: what comes of a word of the worker, the user or the admin in each status.

A table has the columns `rule` (one id or several), `answer` and `status afterwards`, and `word` or `status`.
An answer is written `200`, `400 Invalid data`, `400` where the contract leaves the text open, or `403 or 400`
where it leaves the choice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, Platform, User
from steps.api.operations import JB_5, JB_5D, JB_6, JB_6D, Operation
from steps.support.attempt import Outcome, attempt
from steps.support.cast import the_platform
from steps.support.expectations import (
    expect_accepted_or_refused,
    expect_equal,
    expect_every,
    expect_refusal,
    expect_success,
)
from steps.support.job_reads import status_of
from steps.support.job_states import job_in_status
from steps.support.making import unless_refused_with
from steps.support.members import expect_members

if TYPE_CHECKING:
    from behave.model import Row, Table

    from steps.support.world import World

_Deed = Callable[["World", User, Job], object]

_RESULTS = '{"results": {}}'

# What a worker sends beside the word.
_BESIDE: Mapping[str, Mapping[str, Any]] = {
    "completed": {"results": _RESULTS},
    "error": {"failure_code": "out_of_photons", "status_message": "The source gave no photons."},
}


def _cancel(operation: Operation) -> _Deed:
    return lambda world, user, job: job.cancel(world.cloud, user, operation=operation)


def _rerun(operation: Operation) -> _Deed:
    return lambda world, user, job: world.make.rerun(job, user, operation=operation)


def _cancel_as_admin(world: World, user: User, job: Job) -> None:
    Job.cancel_many(world.cloud, [job], world.admin)


_DEEDS: Mapping[str, _Deed] = {
    "cancels it": _cancel(JB_5),
    "cancels it on the deprecated route": _cancel(JB_5D),
    "has the admin cancel it": _cancel_as_admin,
    "runs it again": _rerun(JB_6),
    "runs it again on the deprecated route": _rerun(JB_6D),
}


def expect_words_heard(world: World, user: User, status: str, table: Table) -> None:
    """State of each row what comes of the `word` that a worker publishes as the status of such a job."""
    expect_every(partial(_expect_word_heard, world, user, status, row) for row in table)


def expect_deeds_done(world: World, user: User, deed: str, table: Table) -> None:
    """State of each row what comes of it when the user does this with a job in the `status`."""
    expect_every(partial(_expect_deed_done, world, user, deed, row) for row in table)


def expect_statuses_show(world: World, user: User, table: Table) -> None:
    """State what the status answers of jobs show, one job for each `status` of the table.

    The other columns are `rule`, `member` and `value`, which is written as in `steps.support.members`.
    """
    statuses = dict.fromkeys(row["status"] for row in table)
    expect_every(
        partial(_expect_status_shows, world, user, status, [row for row in table if row["status"] == status])
        for status in statuses
    )


def _expect_status_shows(world: World, user: User, status: str, rows: Sequence[Row]) -> None:
    platform = the_platform(world)
    job = job_in_status(world, status, user, platform)
    with _settled(world, platform, job):
        answer = status_of(world, job)
        expect_every(
            partial(
                expect_members,
                f"the status answer of a job {status} should show",
                answer,
                {row["member"]: row["value"]},
                *row["rule"].split(),
            )
            for row in rows
        )


def _expect_word_heard(world: World, user: User, status: str, row: Row) -> None:
    platform, word, rules = the_platform(world), row["word"], row["rule"].split()
    job = job_in_status(world, status, user, platform)
    outcome = attempt(platform.publish, world.cloud, job, status=word, **_BESIDE.get(word, {}))
    with _settled(world, platform, job):
        _expect_answer(outcome, row["answer"], *rules)
        if outcome.refusal is None:
            told = outcome.value.get("status")
            expect_equal(f"a worker that says {word} should be told", told, row["status afterwards"], *rules)
        _expect_status_afterwards(world, job, row)


def _expect_deed_done(world: World, user: User, deed: str, row: Row) -> None:
    platform = the_platform(world)
    job = job_in_status(world, row["status"], user, platform)
    outcome = attempt(_DEEDS[deed], world, user, job)
    made = [outcome.value] if isinstance(outcome.value, Job) else []
    with _settled(world, platform, job, *made):
        _expect_answer(outcome, row["answer"], *row["rule"].split())
        _expect_status_afterwards(world, job, row)


def _expect_answer(outcome: Outcome, wanted: str, *rules: str) -> None:
    head, _, text = wanted.partition(" ")
    if wanted == "200":
        expect_success(outcome, *rules)
    elif wanted.startswith("200 or "):
        expect_accepted_or_refused(outcome, int(wanted.removeprefix("200 or ")), *rules)
    elif text.startswith("or "):
        expect_refusal(outcome, (int(head), int(text.removeprefix("or "))), None, *rules)
    else:
        expect_refusal(outcome, int(head), text or None, *rules)


def _expect_status_afterwards(world: World, job: Job, row: Row) -> None:
    shown = status_of(world, job).get("status")
    wanted, rules = row["status afterwards"], row["rule"].split()
    expect_equal("the job should be in this status afterwards", shown, wanted, *rules)


@contextmanager
def _settled(world: World, platform: Platform, *jobs: Job) -> Iterator[None]:
    try:
        yield
    finally:
        settle(world, platform, *jobs)


def settle(world: World, platform: Platform, *jobs: Job) -> None:
    """End the jobs, in whatever status they are, so that they take no place from the next."""
    for job in jobs:
        unless_refused_with((400,), job.cancel, world.cloud, world.make.owner(job))
        if status_of(world, job).get("status") == "cancel_requested":
            platform.acknowledge_cancel(world.cloud, job)
