"""The usage report: asked for in every form, and judged token by token."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, JobToken
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.operations import TK_9
from steps.api.utils import Api
from steps.support.expectations import (
    ExpectationFailed,
    expect_equal,
    expect_in,
    expect_success,
    expect_true,
)
from steps.support.members import expect_members
from steps.support.wording import filled

if TYPE_CHECKING:
    from behave.model import Table

    from steps.api.cloud_objects import User
    from steps.support.world import World

_SPAN = re.compile(r"([+-]\d+) h")

# A zone that is not UTC: its `+` must survive the query.
_ZONE = timezone(timedelta(hours=2))


def read(
    world: World,
    user: User,
    token_ids: Iterable[int] | str | None = None,
    *,
    start_time: str | None = None,
    end_time: str | None = None,
) -> None:
    """Attempt to read the report."""
    world.attempt(JobToken.usage, world.cloud, user, token_ids, start_time=start_time, end_time=end_time)


def read_with_type(world: World, user: User) -> None:
    """Attempt to read the report with a parameter `type`, which it does not have."""
    query, token = {"type": "simulator"}, token_for(user, TK_9)
    world.attempt(Api(world.cloud).call_for_list, TK_9, token=token, query=query)


def start_of(world: World, job: Job, user: User) -> str:
    """When the job started, as its data tell the user."""
    return str(job.read(world.cloud, user)["start_time"])


def moment(words: str) -> str:
    """The time that `-1 h` or `+2 h` stands for, as ISO-8601 with an offset."""
    match = _SPAN.fullmatch(words)
    assert match is not None, f"{words!r} is no time like '-1 h'."
    return (datetime.now(_ZONE) + timedelta(hours=int(match[1]))).isoformat(timespec="seconds")


def expect_total(world: World, token: JobToken, total: int, *rules: str) -> dict[str, Any]:
    """State how many jobs the token's entry has, and that its units add up to them; return the entry."""
    entries = expect_success(world.outcome, *rules)
    entry = next((each for each in entries if each.get("token_id") == token.token_id), None)
    if entry is None:
        raise ExpectationFailed(
            "the report should have an entry of the token", token.token_id, entries, rules
        )
    expect_equal("the token should have run so many jobs", entry.get("total_jobs"), total, *rules)
    units = entry.get("usage") or []
    expect_equal(
        "the platforms should add up to the total", sum(unit["nb_jobs"] for unit in units), total, *rules
    )
    return dict(entry)


def expect_no_use(world: World, token: JobToken, *rules: str) -> None:
    """State that the report has no jobs and no platforms for the token."""
    entry = expect_total(world, token, 0, *rules)
    expect_equal("no platform should be listed", entry.get("usage"), [], *rules)


def expect_units(world: World, token: JobToken, total: int, table: Table, *rules: str) -> None:
    """State the token's total, and its unit for each platform of the table; there is no other platform."""
    entry = expect_total(world, token, total, *rules)
    units = {unit.get("platform_name"): unit for unit in entry["usage"]}
    wanted = [{name: filled(world, row[name]) for name in table.headings} for row in table]
    names = sorted(cells["platform_name"] for cells in wanted)
    listed = sorted(str(unit.get("platform_name")) for unit in entry["usage"])
    expect_equal("each platform should be listed once", listed, names, *rules)
    for cells in wanted:
        expect_members("the platform should show", units[cells["platform_name"]], cells, *rules)


def expect_durations(world: World, token: JobToken, jobs: Sequence[Job], *rules: str) -> None:
    """State that the token's one unit lasted as long as these jobs together, and each a second or more."""
    entry = expect_total(world, token, len(jobs), *rules)
    durations = [job.get_status(world.cloud, world.make.owner(job))["duration"] for job in jobs]
    expect_true("each job should have taken a second or more", all(durations), durations, *rules)
    shown = [unit["duration_seconds"] for unit in entry["usage"]]
    expect_equal("the report should add up the durations", shown, [sum(durations)], *rules)


def expect_entries(world: World, tokens: Sequence[JobToken], *rules: str) -> None:
    """State that the report has one entry for each of these tokens and no other, ordered by their ids."""
    entries = expect_success(world.outcome, *rules)
    found = [entry.get("token_id") for entry in entries]
    expect_equal(
        "the report should have these entries", found, sorted(each.token_id for each in tokens), *rules
    )


def expect_refused_or_none(world: World, token: JobToken, *rules: str) -> None:
    """State that the report was refused with 400 or 422, or counts no job for the token."""
    assert world.outcome is not None, "No When step has read the report."
    refusal = world.outcome.refusal
    if refusal is not None:
        expect_in("a span that ends before it begins", refusal.status, (400, 422), *rules)
        return
    expect_total(world, token, 0, *rules)
