"""Job tokens in every way: what each way confirms, what it refuses, and what lists show under filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import JobToken, User
from steps.api.cloud_objects.cloud_base import all_pages, token_for
from steps.api.utils import Api
from steps.support import tokens
from steps.support.attempt import attempt
from steps.support.expectations import (
    expect_confirmed,
    expect_equal,
    expect_every,
    expect_invalid_field,
    expect_success,
    expect_true,
)
from steps.support.spoken import spoken_value

if TYPE_CHECKING:
    from behave.model import Row, Table

    from steps.support.world import World

_List = Callable[..., list[dict[str, Any]]]
"""A list of job tokens, read under the filters that it is called with."""

# What a table writes for a form without any field.
_EMPTY_FORM = "(empty form)"


def expect_members_refused(world: World, user: User, way: str, table: Table) -> None:
    """State for each row (`rule`, `member`, `value`) that no token is made with the member, in this way."""
    expect_every(partial(_expect_member_refused, world, user, way, row) for row in table)


def _expect_member_refused(world: World, user: User, way: str, row: Row) -> None:
    by, operation = tokens.acting(user, "make", way)
    body = {"label": world.names.label("token"), row["member"]: spoken_value(world, row["value"])}
    outcome = attempt(world.make.job_token_of_body, by, body, operation=operation)
    expect_invalid_field(outcome, "json", row["member"], None, row["rule"])


def expect_changes_refused(world: World, user: User, token: JobToken, table: Table) -> None:
    """State for each row (`rule`, `member`, `value`, `way`) that the token is not changed so."""
    expect_every(partial(_expect_change_refused, world, user, token, row) for row in table)


def _expect_change_refused(world: World, user: User, token: JobToken, row: Row) -> None:
    members = {row["member"]: spoken_value(world, row["value"])}
    outcome = attempt(tokens.change, world, token, user, row["way"], members)
    expect_invalid_field(outcome, "json", row["member"], None, row["rule"])


def expect_queries_refused(world: World, user: User, way: str, table: Table) -> None:
    """State for each row (`rule`, `parameter`, `value`) that the user's list refuses the query."""
    expect_every(partial(_expect_query_refused, world, user, way, row) for row in table)


def _expect_query_refused(world: World, user: User, way: str, row: Row) -> None:
    query = f"{row['parameter']}={row['value']}"
    outcome = attempt(tokens.list_with_query, world, user, query, way)
    expect_invalid_field(outcome, "query", row["parameter"], None, row["rule"])


def expect_unnamed_refused(world: World, user: User, table: Table) -> None:
    """State for each row (`rule`, `verb`, `way`, `token`) that a request is refused for the lack of a token.

    `(empty form)` stands for a form without any field; any other cell is the JSON value of the `token`.
    """
    expect_every(partial(_expect_unnamed_refused, world, user, row) for row in table)


def _expect_unnamed_refused(world: World, user: User, row: Row) -> None:
    by, operation = tokens.acting(user, row["verb"], row["way"])
    in_form = row["token"] == _EMPTY_FORM
    parts: dict[str, Any] = (
        {"form": {}} if in_form else {"body": {"token": spoken_value(world, row["token"])}}
    )
    outcome = attempt(Api(world.cloud).call, operation, token=token_for(by, operation), **parts)
    tokens.expect_no_token_named(outcome, row["rule"])


def expect_all_confirmed(world: World, user: User) -> None:
    """State that each way to change, revoke, reopen and delete a job token is confirmed with `ok`.

    Each is stated under the rule of its own operation.
    """
    expect_every(partial(_expect_confirmed, world, user, verb, way) for verb, way in _ways())


def _ways() -> list[tuple[str, str]]:
    verbs = ("change", "revoke", "reopen", "delete by id", "delete by key")
    return [(verb, way) for verb in verbs for way in tokens.WAYS[verb]]


def _expect_confirmed(world: World, user: User, verb: str, way: str) -> None:
    token = tokens.give_spare(world, user)
    if verb == "reopen":
        tokens.revoke(world, token, user)
    outcome = attempt(_do, world, user, token, verb, way)
    expect_confirmed(outcome, tokens.WAYS[verb][way].rule)


def _do(world: World, user: User, token: JobToken, verb: str, way: str) -> None:
    if verb == "change":
        tokens.change(world, token, user, way, {"priority": 1})
    elif verb == "revoke":
        tokens.revoke(world, token, user, way)
    elif verb == "reopen":
        tokens.reopen(world, token, user, way)
    else:
        tokens.delete(world, user, [token], verb.removeprefix("delete by "), way)


def expect_listed_as_made(
    world: World, entries: Iterable[Mapping[str, Any]], token: JobToken, *rules: str
) -> None:
    """State that a list has the token once, with all that it was made with; the failure prints no secret."""
    found = [entry for entry in entries if entry["id"] == token.token_id]
    expect_equal("the token should be listed once", len(found), 1, *rules)
    entry = found[0]
    wanted = {
        "label": token.label,
        "priority": 0,
        "user_id": token.user_id,
        "is_revoked": False,
    }
    shown = {name: entry[name] for name in wanted}
    expect_equal("the entry should describe the token as it was made", shown, wanted, *rules)
    expect_true("the key should be the whole token", entry["key"] == token.token, "another text", *rules)
    tokens.expect_times(world, entry, token.duration, *rules)


def expect_all_tokens(world: World, among: Iterable[JobToken], *rules: str) -> None:
    """State that the admin's list of all users' tokens has each of these once, with its user."""
    entries = list(
        all_pages(
            lambda limit, offset: JobToken.list_page(world.cloud, world.admin, limit=limit, offset=offset)
        )
    )
    wanted = sorted((token.token_id, token.user_id) for token in among)
    ids = {token_id for token_id, _ in wanted}
    shown = sorted((entry["id"], entry["user_id"]) for entry in entries if entry["id"] in ids)
    expect_equal("the list should hold the tokens of every user", shown, wanted, *rules)


def own_lists(world: World, user: User) -> dict[str, _List]:
    """The user's own list, by login token and by job token."""
    return {way: partial(tokens.list_tokens, world, user, way) for way in (tokens.LOGIN, tokens.JOB)}


def admins_list(world: World, user: User) -> dict[str, _List]:
    """The admin's list of the user's tokens."""
    return {"by the admin": partial(JobToken.list_page, world.cloud, world.admin, user_id=user.user_id)}


def expect_filtered(world: World, lists: Mapping[str, _List], table: Table, *rules: str) -> None:
    """State for each row of filters that each list holds the tokens in the named states, no others."""
    expect_every(
        partial(_expect_filtered, world, way, lists[way], row, *rules) for row in table for way in lists
    )


def _expect_filtered(world: World, way: str, read: _List, row: Row, *rules: str) -> None:
    filters = {name: row[name] == "true" for name in ("include_expired", "include_revoked") if row[name]}
    ids = [entry["id"] for entry in expect_success(attempt(read, **filters), *rules)]
    shown = sorted(state for state, token in world.tokens.items() if token.token_id in ids)
    wanted = sorted(state.strip() for state in row["listed"].split(","))
    expect_equal(f"the list {way} should keep to {filters or 'no filter'}", shown, wanted, *rules)


def expect_admin_pages(world: World, user: User, limit: int, *rules: str) -> None:
    """State that the pages of the admin's list of the user's tokens make up the whole, each of them full."""
    whole = [entry["id"] for entry in JobToken.list_page(world.cloud, world.admin, user_id=user.user_id)]
    expect_equal(
        "the list should hold the user's tokens", whole, [one.token_id for one in user.job_tokens], *rules
    )
    pages = [
        JobToken.list_page(world.cloud, world.admin, user_id=user.user_id, limit=limit, offset=offset)
        for offset in range(0, len(whole) + limit, limit)
    ]
    shown = [[entry["id"] for entry in page] for page in pages]
    cut = [whole[offset : offset + limit] for offset in range(0, len(whole) + limit, limit)]
    expect_equal("each page should be its part of the list", shown, cut, *rules)
