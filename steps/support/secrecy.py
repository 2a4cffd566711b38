"""Who sees a secret: everything is looked at, and each answer searched for the secrets of others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import User
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.exchange import Exchange
from steps.api.operations import (
    AD_1,
    AK_2_LIST,
    AK_2_REVOKE,
    AT_1,
    AT_2,
    AT_3,
    AT_3D,
    AT_4,
    AT_5,
    AT_6,
    AT_7,
    AT_8D,
    AT_9D,
    JA_1,
    JA_2,
    JB_1,
    JB_2,
    JB_3,
    JB_4,
    JB_5,
    JB_6,
    JB_7,
    PF_2,
    PF_3,
    PF_5,
    PL_1,
    PL_2,
    PP_1,
    SV_5,
    SV_6,
    TK_1,
    TK_2,
    TK_3,
    TK_4,
    TK_5,
    TK_6,
    TK_7,
    TK_8,
    TK_9,
    US_0,
    US_2,
    US_3,
    US_5,
    Operation,
)
from steps.api.trail import trail
from steps.api.utils import Api
from steps.support.accounts import NOBODY, body_of
from steps.support.attempt import attempt
from steps.support.cast import the_job, the_platform, the_token, the_user
from steps.support.expectations import expect_equal
from steps.support.keys import the_key

if TYPE_CHECKING:
    from steps.support.world import World

_Look = tuple[Operation, Mapping[str, Any]]

# Where users see their raw job tokens, and an admin those of everyone (SC-1, AD-1.2).
_TOKENS_SHOWN = (TK_1, TK_3, AD_1, AT_1, AT_3, AT_3D)


def _of_service() -> Iterator[_Look]:
    yield from ((SV_5, {}), (SV_6, {}))


def _own(world: World) -> Iterator[_Look]:
    """What is open to every user: their own lists and numbers, and the platforms."""
    name, platform_id = the_platform(world).name, the_platform(world).platform_id
    yield from ((operation, {}) for operation in (TK_1, AT_1, TK_9, JB_7, PF_5))
    yield from ((operation, {"path": {"name": name}}) for operation in (PL_1, PL_2))
    yield PF_2, {"path": {"platform_id": platform_id}}


def _of_another(world: World) -> Iterator[_Look]:
    """What is the user's, asked for by someone else: each is refused, and the refusal is what counts.

    Some send the user's token, as who has found it might: no text says it again.
    """
    user, token, job = the_user(world), the_token(world), the_job(world)
    path = {"token_id": token.token_id}
    yield from ((operation, {"query": {"user_id": user.user_id}}) for operation in (TK_1, AT_1))
    yield from ((operation, {"path": path}) for operation in (TK_3, AT_3, AT_3D))
    yield from ((operation, {"path": path, "body": {"priority": 1}}) for operation in (TK_4, AT_4))
    yield from ((operation, {"body": {"user_id": user.user_id}}) for operation in (TK_2, AT_2))
    yield from ((operation, {"form": {"token": token.token}}) for operation in (TK_5, TK_6, AT_5, AT_6))
    yield from ((operation, {"body": {"token_ids": [token.token_id]}}) for operation in (TK_7, AT_7))
    yield from ((operation, {"body": {"tokens": [token.token]}}) for operation in (TK_8, AT_8D, AT_9D))
    yield TK_8, {"body": {"tokens": token.token}}
    yield TK_7, {"body": {"token_ids": [token.token]}}
    yield from ((TK_9, {"query": {"token_ids": each}}) for each in (token.token_id, token.token))
    yield TK_3, {"path": {"token_id": token.token}}
    of_job = {"path": {"job_id": job.job_id}}
    yield from ((operation, of_job) for operation in (JB_2, JB_3, JB_4, JB_5, JB_6))
    yield JB_1, {"body": {"job_name": 7, "payload": token.token}}
    of_user = {"path": {"user_id": user.user_id}}
    yield US_2, of_user
    yield US_3, {**of_user, "body": {"first_name": "Someone"}}
    yield US_0, {"body": {"email": user.email, "password": f"{user.password}."}}
    yield from ((operation, {}) for operation in (US_5, AK_2_LIST, AD_1, JA_1))


def _of_admin(world: World) -> Iterator[_Look]:
    """What an admin sees of a user, and is refused, beside what anyone sees."""
    yield from _of_service()
    user, platform, job = the_user(world), the_platform(world), the_job(world)
    of_user = {"query": {"user_id": user.user_id}}
    yield from ((operation, of_user) for operation in (AD_1, AT_1, JA_1))
    yield from ((operation, {"query": {"limit": 10000}}) for operation in (US_5, AK_2_LIST, PF_5))
    yield US_2, {"path": {"user_id": user.user_id}}
    yield US_3, {"path": {"user_id": user.user_id}, "body": {"first_name": user.first_name}}
    yield US_3, {"path": {"user_id": user.user_id}, "body": {"password": user.password.lower()}}
    yield AK_2_REVOKE, {"body": {"api_key_id": NOBODY}}
    yield AT_3, {"path": {"token_id": the_token(world).token_id}}
    yield AT_5, {"form": {"token": the_key(world).api_key}}
    yield JA_2, {"body": {"job_ids": [job.job_id]}}
    path = {"platform_id": platform.platform_id}
    yield PF_2, {"path": path}
    yield PF_3, {"path": path, "body": {"description": "Looked at."}}
    yield PP_1, {"body": {"user_id": user.user_id, "platform_id": platform.platform_id}}


def look_as_another(world: World) -> list[Exchange]:
    """Look, as the other user, at everything that is open to them and at everything of the user."""
    by = the_user(world, "other_user")
    return _looked(world, by, [*_of_service(), *_own(world), *_of_another(world)])


def look_as_admin_and_worker(world: World) -> list[Exchange]:
    """Look at everything that an admin sees of the user; fetch the user's waiting job, and publish.

    The admin also asks for what is taken, an e-mail and a label, to hear why it is refused.
    """
    worker = the_platform(world)
    with trail() as others:
        attempt(world.make.user_of_body, body_of(the_user(world)))
        attempt(world.make.api_key_of_body, {"label": the_key(world).label})
        job = world.make.fetched(worker)
        worker.publish_progress(world.cloud, job, 50)
        worker.publish_error(world.cloud, job)
    return [*_looked(world, world.admin, _of_admin(world)), *others]


def _looked(world: World, by: User, looks: Iterable[_Look]) -> list[Exchange]:
    api = Api(world.cloud)
    with trail() as exchanges:
        for operation, parts in looks:
            token = None if operation.token_type is None else token_for(by, operation)
            attempt(api.call, operation, token=token, **parts)
    return exchanges


def _secrets_of(user: User, whose: str) -> dict[str, str]:
    """The user's secrets that are no job tokens, by whose and what they are."""
    found = {f"{whose} password": user.password, f"{whose} login token": user.login_token.token}
    if user.api_key is not None:
        found[f"{whose} API key"] = user.api_key.api_key
    return {name: secret for name, secret in found.items() if secret}


def _job_tokens_of(user: User, whose: str) -> dict[str, str]:
    return {f"{whose} job token {token.token_id}": token.token for token in user.job_tokens}


def _found(exchange: Exchange, secrets: Mapping[str, str]) -> list[str]:
    text = exchange.content.decode(errors="replace")
    return [
        f"{exchange.request.operation}, {exchange.status}: {name}"
        for name, secret in secrets.items()
        if secret in text or json.dumps(secret)[1:-1] in text
    ]


def expect_nothing_of_others(world: World, exchanges: Iterable[Exchange], *rules: str) -> None:
    """State that no answer to the other user holds a secret of the user, of the admin or of a worker.

    Their own they see where tokens are shown, and nowhere else.
    """
    user, other = the_user(world), the_user(world, "other_user")
    never = {
        **_secrets_of(user, "the user's"),
        **_job_tokens_of(user, "the user's"),
        **_secrets_of(world.admin, "the admin's"),
        "an API key": the_key(world).api_key,
    }
    own = {**_secrets_of(other, "their own"), **_job_tokens_of(other, "their own")}
    _expect_none(exchanges, {**never, **own}, never, *rules)


def expect_only_job_tokens(world: World, exchanges: Iterable[Exchange], *rules: str) -> None:
    """State that an admin sees no secret but job tokens, those where tokens are shown, and a worker none."""
    user = the_user(world)
    never = {
        **_secrets_of(user, "the user's"),
        **_secrets_of(world.admin, "the admin's"),
        "an API key": the_key(world).api_key,
    }
    _expect_none(exchanges, {**never, **_job_tokens_of(user, "the user's")}, never, *rules)


def _expect_none(
    exchanges: Iterable[Exchange], secrets: Mapping[str, str], where_shown: Mapping[str, str], *rules: str
) -> None:
    """State that no answer holds one of `secrets`, or of `where_shown` where job tokens are shown."""
    telling: list[str] = []
    for exchange in exchanges:
        found = _found(exchange, where_shown if exchange.request.operation in _TOKENS_SHOWN else secrets)
        telling += found
        exchange.kept.extend(() if found else rules)
    expect_equal("no answer should hold a secret of someone else", telling, [], *rules)
