"""Ways to change what the sandbox does with job tokens, for the modules beside this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from defects.handling import Original
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.rules import tokens
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import RefusalError
from sandbox.store import tokens_table, users_table
from sandbox.store.records import Token

DAY = 86_400


def generate_with(ground: Ground, **members: Json) -> None:
    """Take these for what a new token is not given."""
    ground.wrap(
        tokens.generate,
        lambda original, cloud, caller, given: original(cloud, caller, {**members, **given}),
    )


def list_with(ground: Ground, **members: Callable[[Token], Json]) -> None:
    """Have lists of tokens show these members so."""
    ground.wrap(
        token_routes.listed,
        lambda original, token: {
            **original(token),
            **{name: value(token) for name, value in members.items()},
        },
    )


def read_with(ground: Ground, **members: Callable[[dict[str, Any]], Json]) -> None:
    """Have a token that is read show these members so."""

    def read(original: Original, call: Call) -> Json:
        answer = original(call)
        return {**answer, **{name: value(answer) for name, value in members.items()}}

    ground.wrap(token_routes.read, read)


def first(ground: Ground, identifier: str, deed: Callable[[Call], object]) -> None:
    """Do something for a request before it is judged, so that a refusal does not undo it."""

    async def prepare(call: Call) -> Json:
        with call.cloud.db.transaction():
            deed(call)
        return None

    ground.operation(identifier, prepare=prepare)


def accept(ground: Ground, route: Original, status: int, when: Callable[[Call], bool]) -> None:
    """Answer requests of this kind with success where the cloud refuses them with this status."""

    def around(original: Original, call: Call) -> Json:
        try:
            return original(call)
        except RefusalError as refusal:
            if refusal.status == status and when(call):
                return token_routes.OK
            raise

    ground.wrap(route, around)


def known(call: Call) -> Token | None:
    return tokens_table.find_by_key(call.cloud.db, call.body["token"])


def update(cloud: Cloud, token: Token, **columns: str | int | float) -> None:
    tokens_table.update(cloud.db, token.token_id, columns)


def as_owner(call: Call, token_id: int) -> Caller:
    token = tokens_table.find(call.cloud.db, token_id)
    owner = users_table.find(call.cloud.db, token.user_id) if token else None
    return replace(call.caller, user=owner) if owner else call.caller


def change_with(ground: Ground, change: Callable[[Mapping[str, Json]], Mapping[str, Json]]) -> None:
    ground.wrap(
        tokens.update, lambda original, cloud, token, members: original(cloud, token, change(members))
    )


def change_and_set(ground: Ground, columns: Callable[[], Mapping[str, str | float]]) -> None:
    """Set these columns of a token with every change of it."""

    def update(original: Original, cloud: Cloud, token: Token, members: Mapping[str, Json]) -> None:
        original(cloud, token, members)
        tokens_table.update(cloud.db, token.token_id, columns())

    ground.wrap(tokens.update, update)
