"""Faults in counting the uses of a token."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request

from defects.defect import breaks
from defects.handling import Original
from defects.job_tokens.common import list_with, read_with
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import app
from sandbox.routes import jobs as job_routes
from sandbox.routes import tokens as token_routes
from sandbox.routes import users as user_routes
from sandbox.routes.calls import Call, Operation
from sandbox.rules import clock, credentials, passwords
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import RefusalError
from sandbox.store import tokens_table
from sandbox.store.records import Token


@breaks("CT-1", "A use counts for all tokens of the user", also=("CT-2", "CT-3"), known_as="D056")
def use_counts_for_all_tokens(ground: Ground) -> None:
    ground.text(
        tokens_table.count_use,
        "WHERE token_id = ?",
        "WHERE user_id = (SELECT user_id FROM tokens WHERE token_id = ?)",
    )


@breaks("CT-1", "Uses are not counted", also=("CT-2",), known_as="D056")
def uses_are_not_counted(ground: Ground) -> None:
    ground.text(tokens_table.count_use, "use_count + 1", "use_count")


@breaks("CT-1", "A list shows no uses")
def list_shows_no_uses(ground: Ground) -> None:
    list_with(ground, count=lambda token: 0)


@breaks("CT-1", "A list shows no time of the last use")
def list_shows_no_last_use(ground: Ground) -> None:
    list_with(ground, last_used_time=lambda token: None)


@breaks("CT-2", "A request that fails is no use of its token")
def failed_requests_are_not_counted(ground: Ground) -> None:
    _count_afterwards(ground)


def _count_afterwards(ground: Ground) -> None:
    """Count a use when the request has succeeded."""
    ground.replace(credentials.count_use, lambda cloud, token: None)
    for route in (job_routes.availability, token_routes.read, token_routes.list_own):
        ground.wrap(route, _counted)


def _counted(original: Original, call: Call) -> Json:
    answer = original(call)
    if call.caller.token is not None:
        tokens_table.count_use(call.cloud.db, call.caller.token.token_id, clock.now())
    return answer


@breaks("CT-2", "Uses on the account's routes are not counted")
def uses_on_the_account_are_not_counted(ground: Ground) -> None:
    surfaces: list[credentials.Surface] = []

    def authenticate(original: Original, *args: Any) -> Caller:  # noqa: ANN401 - those of the function
        surfaces[:] = [args[3]]
        caller: Caller = original(*args)
        return caller

    def count_use(original: Original, cloud: Cloud, token: Token) -> None:
        if surfaces == [credentials.Surface.JOB]:
            original(cloud, token)

    ground.wrap(credentials.authenticate, authenticate)
    ground.wrap(credentials.count_use, count_use)


@breaks("CT-2", "Requests with a revoked token are counted as its uses")
def refused_uses_are_counted(ground: Ground) -> None:
    async def answer(original: Original, cloud: Cloud, operation: Operation, request: Request) -> Json:
        try:
            return await original(cloud, operation, request)
        except RefusalError as refusal:
            value = request.headers.get("authorization", "").partition(" ")[2]
            if refusal.status == 401:
                cloud.db.run("UPDATE tokens SET use_count = use_count + 1 WHERE key = ?", (value,))
            raise

    ground.wrap(app._answer, answer)


@breaks("CT-2", "Of the uses that come at once some are not counted")
def uses_at_once_are_lost(ground: Ground) -> None:
    async def prepare(call: Call) -> Json:
        await asyncio.sleep(0.01)
        with call.cloud.db.transaction():
            tokens_table.update(call.cloud.db, call.token.token_id, {"use_count": call.token.use_count + 1})
        return None

    ground.operation("JB-7", prepare=prepare)


@breaks("CT-2", "A request counts as two uses")
def uses_are_counted_twice(ground: Ground) -> None:
    ground.text(tokens_table.count_use, "use_count + 1", "use_count + 2")


@breaks("CT-2", "A token that reads itself does not see this use")
def reading_use_is_not_shown(ground: Ground) -> None:
    def read(original: Original, call: Call) -> Json:
        answer = original(call)
        is_itself = call.caller.token is not None and call.caller.token.token_id == answer["id"]
        return {**answer, "count": answer["count"] - 1} if is_itself else answer

    ground.wrap(token_routes.read, read)


@breaks("CT-3", "A token that was never used has one use", also=("CT-2",))
def new_token_has_a_use(ground: Ground) -> None:
    read_with(ground, count=lambda answer: answer["count"] + 1)


@breaks("CT-3", "The last use of a token that was never used is its creation")
def new_token_has_a_last_use(ground: Ground) -> None:
    read_with(ground, last_used_time=lambda answer: answer["last_used_time"] or answer["created_date"])


@breaks("CT-3", "The time of the last use is that of the first", also=("CT-1", "CT-2"), known_as="D056")
def last_use_is_the_first(ground: Ground) -> None:
    ground.text(tokens_table.count_use, "last_used = ?", "last_used = coalesce(last_used, ?)")


@breaks("CT-3", "The time of the last use is never set", also=("CT-1", "CT-2"), known_as="D056")
def last_use_is_never_set(ground: Ground) -> None:
    ground.text(tokens_table.count_use, "last_used = ?", "last_used = nullif(1, 1 + 0 * ?)")


@breaks("CT-3", "The last use of a token is told an hour late")
def last_use_is_told_late(ground: Ground) -> None:
    ground.wrap(
        tokens_table.count_use, lambda original, db, token_id, now: original(db, token_id, now + 3600)
    )


@breaks("CT-4", "A token shows a duration of its last use")
def last_use_has_a_duration(ground: Ground) -> None:
    read_with(ground, last_used_duration=lambda answer: 0)


@breaks("SC-3", "The answer to a login shows the password", also=("US-0.1",))
def login_shows_the_password(ground: Ground) -> None:
    ground.wrap(
        user_routes.log_in, lambda original, call: {**original(call), "password": call.body["password"]}
    )


@breaks("SC-3", "The answer to the making of a user shows the password", also=("US-2.1",))
def new_user_shows_the_password(ground: Ground) -> None:
    ground.wrap(
        user_routes.create, lambda original, call: {**original(call), "secret": call.body["password"]}
    )


@breaks("SC-3", "The refusal of a weak password shows it", also=("US-1.3", "US-3.5"))
def weak_password_is_shown(ground: Ground) -> None:
    for route in (user_routes.create, user_routes.update):
        ground.wrap(route, _showing_password)


def _showing_password(original: Original, call: Call) -> Json:
    try:
        return original(call)
    except RefusalError as refusal:
        detail = {"json": call.body["password"]} if "password" in call.body else {}
        raise RefusalError(refusal.status, refusal.error, detail) from refusal


@breaks(
    "SC-4",
    "Passwords are kept as they are",
    unseen="How a cloud keeps its passwords shows in no answer.",
)
def passwords_are_kept_as_they_are(ground: Ground) -> None:
    ground.replace(passwords.hashed, lambda password, cost: password)
    ground.replace(passwords.matches, lambda password, kept: password == kept)
