"""The old addresses beside the new ones: whatever is asked, both answer alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from steps.api.exchange import Exchange, Request
from steps.api.operations import (
    AT_2,
    AT_2D,
    AT_3,
    AT_3D,
    AT_5,
    AT_5D,
    AT_8D,
    AT_9D,
    JB_1,
    JB_1D,
    JB_2,
    JB_2D,
    JB_3,
    JB_3D,
    JB_5,
    JB_5D,
    JB_6,
    JB_6D,
    TK_8,
    Operation,
    TokenType,
)
from steps.api.utils import Api
from steps.support.accounts import NOBODY
from steps.support.cast import the_job, the_token, the_user
from steps.support.credentials import expect_no_deviation
from steps.support.refusals import no_id
from steps.support.tokens import UNKNOWN_KEY

if TYPE_CHECKING:
    from steps.support.world import World

# Each old address with the new one, by what a feature calls it.
TWINS: Mapping[str, tuple[Operation, Operation]] = {
    "making a job": (JB_1D, JB_1),
    "canceling a job": (JB_5D, JB_5),
    "rerunning a job": (JB_6D, JB_6),
    "reading the results of a job": (JB_3D, JB_3),
    "reading the status of a job": (JB_2D, JB_2),
    "making a job token": (AT_2D, AT_2),
    "revoking a job token": (AT_5D, AT_5),
    "reading a job token": (AT_3D, AT_3),
    "deleting job tokens": (AT_8D, TK_8),
    "deleting job tokens by the other old address": (AT_9D, TK_8),
}

_Parts = Mapping[str, Any]

_JSON = {"Content-Type": "application/json"}


def expect_alike(world: World, deed: str, *rules: str) -> None:
    """State that old and new address answer the same to everyone, whatever is wrong with the request.

    Nothing is asked that would be done, but for reads: the one address would answer for the other's deed.
    """
    old, new = TWINS[deed]
    api = Api(world.cloud)
    apart: list[str] = []
    for caller, token in _callers(world).items():
        for what, parts in _asked(world, new, caller).items():
            answers = [api.send(_request(api, operation, token, parts)) for operation in (old, new)]
            if _told(answers[0]) != _told(answers[1]):
                apart.append(f"{what} as {caller}: {_told(answers[0])} instead of {_told(answers[1])}")
            answers[0].kept.extend(rules)
    expect_no_deviation(f"{old} should answer as {new}", apart, *rules)


def _request(api: Api, operation: Operation, token: str | None, parts: _Parts) -> Request:
    request = api.request(operation, token=token, **parts)
    return request if "content" not in parts else replace(request, headers={**request.headers, **_JSON})


def _told(exchange: Exchange) -> tuple[int, object]:
    return exchange.status, exchange.body


def _callers(world: World) -> dict[str, str | None]:
    user, other, admin = the_user(world), the_user(world, "other_user"), world.admin
    return {
        "nobody": None,
        "an unknown token": UNKNOWN_KEY,
        "the owner by job token": user.get_token(TokenType.Job),
        "the owner by login token": user.get_token(TokenType.Login),
        "a stranger by job token": other.get_token(TokenType.Job),
        "a stranger by login token": other.get_token(TokenType.Login),
        "a worker by key": admin.get_token(TokenType.API_Key),
    }


def _asked(world: World, operation: Operation, caller: str) -> dict[str, _Parts]:
    """What is asked of an operation, by a word; of the owner's things only what a stranger may not."""
    found = dict(_of_paths(world, operation) if "{" in operation.path else _of_bodies(world, operation))
    if caller.startswith("the owner") and operation.method != "GET":
        return {what: parts for what, parts in found.items() if "the owner's" not in what}
    return found


def _of_paths(world: World, operation: Operation) -> Iterator[tuple[str, _Parts]]:
    if operation == AT_3:
        ids: Sequence[tuple[str, object]] = (
            ("the owner's token", the_token(world).token_id),
            ("an unknown token", NOBODY),
            ("a token beyond all ids", 2**64),
            ("no token", "abc"),
        )
        yield from ((what, {"path": {"token_id": each}}) for what, each in ids)
        return
    jobs = (
        ("the owner's job", the_job(world).job_id),
        ("an unknown job", no_id()),
        ("no job", "not-a-job"),
    )
    yield from ((what, {"path": {"job_id": each}}) for what, each in jobs)
    if operation == JB_6:
        path = {"job_id": the_job(world).job_id}
        yield "no JSON", {"path": path, "content": b"{"}
        yield "a list", {"path": path, "content": b"[]"}
        yield "a name that is none", {"path": path, "body": {"job_name": 5}}
        yield "no platform", {"path": path, "body": {"platform_id": "nowhere"}}


def _of_bodies(world: World, operation: Operation) -> Iterator[tuple[str, _Parts]]:
    yield "no JSON", {"content": b"{"}
    yield "a list", {"content": b"[]"}
    token, label = the_token(world), the_token(world).label
    if operation == JB_1:
        yield "an empty object", {"body": {}}
        yield "no platform", {"body": {"job_name": "n", "payload": {}}}
        nowhere = {"job_name": "n", "payload": {}, "platform_id": no_id()}
        yield "an unknown platform", {"body": nowhere}
        yield "a name that is none", {"body": {"job_name": 5, "payload": {}}}
    elif operation == AT_2:
        yield "no time at all", {"body": {"duration": 0}}
        yield "the label", {"body": {"label": label, "duration": 0}}
        yield "too high a priority", {"body": {"label": "never-made", "priority": 99}}
        yield "somebody unknown", {"body": {"label": "never-made", "user_id": NOBODY}}
    elif operation == AT_5:
        yield "nothing", {"form": {"other": "member"}}
        yield "an unknown token", {"form": {"token": UNKNOWN_KEY}}
        yield "the owner's token", {"form": {"token": token.token}}
        yield "an unknown token in JSON", {"body": {"token": UNKNOWN_KEY}}
    else:
        yield "nothing", {"body": {}}
        yield "an unknown token", {"body": {"tokens": [UNKNOWN_KEY]}}
        yield "the owner's token", {"body": {"tokens": [token.token]}}
        yield "the owner's token and an unknown one", {"body": {"tokens": [token.token, UNKNOWN_KEY]}}
        yield "no list", {"body": {"tokens": "all"}}
