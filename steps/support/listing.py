"""The admin's lists, and the cancellation of many jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, JobToken
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.operations import AD_1, JA_1, JA_2
from steps.api.utils import Api
from steps.support.attempt import attempt
from steps.support.cast import JOBS, the_job, the_user
from steps.support.expectations import (
    expect_equal,
    expect_every,
    expect_invalid_field,
    expect_success,
    expect_true,
)
from steps.support.job_reads import data_of
from steps.support.members import expect_members, value_of, without
from steps.support.paging import whole_and_pages
from steps.support.wording import filled

if TYPE_CHECKING:
    from behave.model import Table

    from steps.support.world import World


def parameters_of(world: World, table: Table) -> dict[str, str]:
    """The query of a table with the columns `parameter` and `value`, with placeholders filled."""
    return {row["parameter"]: filled(world, row["value"]) for row in table}


def jobs_named(world: World, table: Table) -> list[Job]:
    """The jobs of a table with the column `job`, such as "the other job"."""
    return [the_job(world, JOBS[row["job"]]) for row in table]


def list_jobs(world: World, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """The entries of the admin's list of jobs for a query, good or bad."""
    return Job.get_api(world.cloud).call_for_list(JA_1, token=token_for(world.admin, JA_1), query=query)


def list_tokens(world: World, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """The entries of the admin's list of tokens for a query, good or bad."""
    return JobToken.get_api(world.cloud).call_for_list(AD_1, token=token_for(world.admin, AD_1), query=query)


def cancel_ids(world: World, body: Mapping[str, Any]) -> dict[str, Any]:
    """Cancel many jobs by exactly this request body."""
    return Api(world.cloud).call_for_object(JA_2, token=token_for(world.admin, JA_2), body=body)


def expect_job_ids_refused(world: World, table: Table, *rules: str) -> None:
    """State that no cell of the column `job_ids` is taken for a list of jobs to cancel."""
    values = [value_of(world, row["job_ids"]) for row in table]
    expect_every(partial(_expect_job_ids_refused, world, value, *rules) for value in values)


def _expect_job_ids_refused(world: World, value: object, *rules: str) -> None:
    outcome = attempt(cancel_ids, world, {"job_ids": value})
    expect_invalid_field(outcome, "json", "job_ids", None, *rules)


def expect_jobs(world: World, jobs: Sequence[Job], *rules: str) -> None:
    """State that the list which was read holds these jobs and no other, in this order."""
    entries = expect_success(world.outcome, *rules)
    found = [entry.get("job_id") for entry in entries]
    expect_equal("the list should hold these jobs, in order", found, [job.job_id for job in jobs], *rules)


def expect_entry(world: World, job: Job, wanted: Mapping[str, str], *rules: str) -> None:
    """State what members of the job's entry hold; `(absent)` asks for a member that is not there."""
    entries = {entry.get("job_id"): entry for entry in expect_success(world.outcome, *rules)}
    entry = entries.get(job.job_id, {})
    absent = [member for member, cell in wanted.items() if cell == "(absent)"]
    expect_equal("these members should not be shown", [name for name in absent if name in entry], [], *rules)
    asked = {member: cell for member, cell in wanted.items() if member not in absent}
    expect_members("the entry should show", entry, asked, *rules)


def expect_told(world: World, told: Sequence[tuple[Job, str]], *rules: str) -> None:
    """State that the cancellation's answer names each job once, with its status afterwards."""
    answer = expect_success(world.outcome, *rules)
    found = {entry.get("job_id"): entry.get("status") for entry in answer.get("jobs", [])}
    expect_equal(
        "the answer should tell the status of each job",
        found,
        {job.job_id: status for job, status in told},
        *rules,
    )
    expect_equal("the answer should name each job once", len(answer.get("jobs", [])), len(told), *rules)


def expect_pages_of_jobs(world: World, limit: int, *rules: str) -> None:
    """State that the user's jobs, read in pages of `limit`, are the scenario's jobs in order of creation."""
    user_id = the_user(world).user_id
    whole, pages = whole_and_pages(
        lambda limit, offset: Job.list_page(
            world.cloud, world.admin, user_id=user_id, limit=limit, offset=offset
        ),
        limit,
    )
    made = [job.job_id for job in world.jobs]
    expect_equal("the list should hold the jobs in order", [entry["job_id"] for entry in whole], made, *rules)
    sizes = [len(page) for page in pages]
    full = sizes[: len(made) // limit]
    expect_equal("all pages but the last should be full", full, [limit] * len(full), *rules)
    paged = [entry["job_id"] for page in pages for entry in page]
    expect_equal("the pages put together should be the list", paged, made, *rules)


def expect_empty_page(world: World, *rules: str) -> None:
    """State that a page which begins past the end of the user's jobs is empty."""
    page = Job.list_page(world.cloud, world.admin, user_id=the_user(world).user_id, offset=len(world.jobs))
    expect_equal("a page past the end should be empty", page, [], *rules)


def expect_one_token(world: World, wanted: Mapping[str, str], *rules: str) -> None:
    """State that the list which was read holds one token, with these members."""
    entries = expect_success(world.outcome, *rules)
    expect_equal("the list should hold one token", len(entries), 1, *rules)
    expect_members("the token should show", entries[0], wanted, *rules)


def expect_users_own_list(world: World, *rules: str) -> None:
    """State that the list which was read is the one that the user reads of their own tokens."""
    entries = expect_success(world.outcome, *rules)
    own = expect_success(attempt(JobToken.list_own, world.cloud, the_user(world)), *rules)
    expect_equal("both should read the same list", _told_of(own, entries), own, *rules)


def expect_data_of_jobs(world: World, *rules: str) -> None:
    """State that the list which was read tells of the job and the new one what their user reads of them."""
    entries = expect_success(world.outcome, *rules)
    wanted = [
        {**without(data_of(world, each), ["payload"]), "user_id": the_user(world).user_id}
        for each in (the_job(world), the_job(world, "new_job"))
    ]
    expect_equal("each entry should tell what the data tell", _told_of(wanted, entries), wanted, *rules)


def _told_of(wanted: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The entries, less what they hold beyond the members that are wanted."""
    names = {name for each in wanted for name in each}
    return [{name: entry[name] for name in entry if name in names} for entry in entries]


def expect_whole_secret(world: World, *rules: str) -> None:
    """State that the entry shows the token itself; the failure does not print it."""
    entries = expect_success(world.outcome, *rules)
    assert world.token is not None, "The scenario speaks of its token, but no step has made one."
    shown = [entry.get("key") == world.token.token for entry in entries]
    expect_true("the key should be the whole token", shown == [True], "another text", *rules)
