"""Who has which right: users on what is theirs, admins on everything, explorer tokens on hardly anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, JobToken, Platform, User
from steps.api.errors import CloudRefusal
from steps.api.exchange import Exchange, Request
from steps.api.operations import (
    AT_1,
    AT_2,
    AT_2D,
    AT_7,
    AT_8D,
    AT_9D,
    JB_1,
    JB_2,
    JB_3,
    JB_4,
    JB_5,
    JB_6,
    PF_1,
    PF_2,
    PF_3,
    PF_4,
    PF_5,
    PL_1,
    PL_2,
    PP_1,
    PP_2,
    TK_1,
    TK_2,
    TK_3,
    TK_4,
    TK_5,
    TK_6,
    TK_7,
    TK_8,
    TK_9,
    WK_1,
    WK_2,
    Operation,
    TokenType,
)
from steps.api.personas import Persona, bearer
from steps.api.utils import Api
from steps.support import tokens
from steps.support.attempt import attempt
from steps.support.credentials import (
    ACCOUNT_ERROR,
    ACCOUNT_SURFACE,
    JOB_TOKEN_ERROR,
    JOB_TOKEN_SURFACE,
    Trial,
    deviations,
    expect_no_deviation,
    harmless_request,
)
from steps.support.expectations import expect_refusal, expect_success
from steps.support.refusals import DENIED

if TYPE_CHECKING:
    from steps.support.world import World

_TEXTS: Mapping[Operation, str] = {
    **dict.fromkeys(ACCOUNT_SURFACE, ACCOUNT_ERROR),
    **dict.fromkeys(JOB_TOKEN_SURFACE, JOB_TOKEN_ERROR),
}


def expect_two_refused(world: World, operations: Iterable[Operation], token: str, *rules: str) -> None:
    """State that two Authorization headers open nothing, be they the same, or one of them unknown.

    Every route is shown the same twice; how others go together, one route of each kind is enough to tell.
    """
    api, right = Api(world.cloud), bearer("right", token)
    same = (right, f"Bearer {token}")
    others = (
        (right, f"Bearer {tokens.UNKNOWN_KEY}"),
        (bearer("unknown", tokens.UNKNOWN_KEY), f"Bearer {token}"),
        (right, ""),
    )
    tried = [
        Trial(
            f"{operation} with {first.name} and {second[:12]}",
            replace(harmless_request(api, operation, first), again=(("Authorization", second),)),
            (401,),
            _TEXTS[operation],
        )
        for operation in operations
        for first, second in ((same, *others) if operation in (JB_2, AT_1, PF_5) else (same,))
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("two credentials at once should open nothing", found, *rules)


def expect_words_of_route(world: World, people: Iterable[Persona], *rules: str) -> None:
    """State that whoever is answered with 401 is told so in the words of the route."""
    api = Api(world.cloud)
    found = []
    for persona in people:
        for operation, text in _TEXTS.items():
            exchange = api.send(harmless_request(api, operation, persona))
            refusal = CloudRefusal(exchange)
            if exchange.status == 401 and refusal.error != text:
                found.append(f"{operation} as {persona.name}: {refusal.error!r} instead of {text!r}")
            exchange.kept.extend(rules)
    expect_no_deviation("a 401 should speak in the words of its route", found, *rules)


def expect_dead_refused(world: World, people: Iterable[Persona], *rules: str) -> None:
    """State that every route of the account refuses these credentials, which count no more, in its words."""
    api = Api(world.cloud)
    tried = [
        Trial(f"{op} as {persona.name}", harmless_request(api, op, persona), (401,), ACCOUNT_ERROR)
        for op in ACCOUNT_SURFACE
        for persona in people
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("what counts no more should be refused", found, *rules)


def wrong_or_dead(world: World, user: User) -> list[Persona]:
    """One of each class that some routes let in and others do not, and one that no route lets in."""
    return [*others_than(world, user)[:2], *others_than(world, user)[3:], *dead_job_tokens(world)[1:2]]


def dead_job_tokens(world: World) -> list[Persona]:
    """Those who show the scenario's job tokens that are revoked, expired, and both."""
    return [bearer(state, world.tokens[state].token) for state in ("revoked", "expired", "both")]


def others_than(world: World, user: User) -> list[Persona]:
    """Those who show each class of credential that is valid, the admin's among them."""
    return [
        bearer("own job token", user.get_token(TokenType.Job)),
        bearer("own login token", user.get_token(TokenType.Login)),
        bearer("admin's login token", world.admin.get_token(TokenType.Login)),
        bearer("a key", world.admin.get_token(TokenType.API_Key)),
    ]


def expect_known_and_denied(world: World, user: User, platform: Platform, *rules: str) -> None:
    """State that routes of platforms and workers know every class, and refuse in their words who may not.

    The refusal is 403 in the words of a missing right, or 401 in those of the route (A-4.2).
    """
    api = Api(world.cloud)
    own, login, admin, key = others_than(world, user)
    denied: Sequence[tuple[Sequence[Operation], Sequence[Persona]]] = (
        ((PF_1,), (own, login)),
        ((PF_3, PF_4, PP_1, PP_2), (own, login, key)),
        ((WK_1, WK_2), (own, login, admin)),
    )
    for operations, people in denied:
        for operation in operations:
            for persona in people:
                request = _aimed(api, operation, persona, user, platform)
                outcome = attempt(_call, api, request)
                expect_refusal(outcome, (401, 403), None, *rules)
                assert outcome.refusal is not None
                text = DENIED if outcome.refusal.status == 403 else ACCOUNT_ERROR
                expect_refusal(outcome, outcome.refusal.status, text, *rules)
    known = [
        Trial(f"{op} as {persona.name}", _aimed(api, op, persona, user, platform), (200,))
        for op in (PF_2, PF_5)
        for persona in (own, login, admin, key)
    ]
    expect_no_deviation("every class should be known", deviations(world.cloud, known, *rules), *rules)


def _aimed(api: Api, operation: Operation, persona: Persona, user: User, platform: Platform) -> Request:
    """A request about a platform that exists, which a cloud that let it pass would do."""
    bodies: Mapping[Operation, dict[str, Any]] = {
        PF_1: {"platform_name": platform.name, "worker_id": platform.worker_id, "specs": platform.specs},
        PF_3: {"description": "stolen"},
        PP_1: {"user_id": user.user_id, "platform_id": platform.platform_id},
        PP_2: {"user_id": user.user_id, "platform_id": platform.platform_id},
        WK_1: {"platform_id": platform.platform_id, "worker_id": platform.worker_id},
        WK_2: {"worker_id": platform.worker_id},
    }
    path = {"platform_id": platform.platform_id, "job_id": platform.platform_id}
    return api.request(operation, headers=persona.headers, path=path, body=bodies.get(operation))


def _call(api: Api, request: Request) -> Exchange:
    exchange = api.send(request)
    if exchange.status != 200:
        raise CloudRefusal(exchange)
    return exchange


def expect_own_rights(world: World, user: User, job: Job, *rules: str) -> None:
    """State that a user views, edits and deletes their own job tokens, and runs their own job again."""
    cloud = world.cloud
    token = world.make.job_token_of_body(user, {"label": world.names.label()}, operation=TK_2)
    for use in (
        lambda: JobToken.list_own(cloud, user, operation=TK_1),
        lambda: token.read(cloud, user),
        lambda: JobToken.usage(cloud, user, [token.token_id]),
        lambda: token.update(cloud, user, {"priority": 1}, operation=TK_4),
        lambda: token.revoke(cloud, user, operation=TK_5),
        lambda: token.reopen(cloud, user, operation=TK_6),
        lambda: JobToken.delete_many(cloud, user, [token.token_id], operation=TK_7),
        lambda: world.make.rerun(job, user),
    ):
        expect_success(attempt(use), *rules)


def expect_rights_of_admin(world: World, user: User, token: JobToken, *rules: str) -> None:
    """State that an admin lists, views, edits, revokes, reopens and deletes the user's job token."""
    cloud, admin = world.cloud, world.admin
    for use in (
        lambda: JobToken.list_own(cloud, admin, user_id=user.user_id),
        lambda: tokens.read(world, token, admin),
        lambda: token.update(cloud, admin, {"priority": 1}),
        lambda: token.revoke(cloud, admin),
        lambda: token.reopen(cloud, admin),
        lambda: JobToken.delete_many(cloud, admin, [token.token_id]),
    ):
        expect_success(attempt(use), *rules)
    tokens.expect_refused(world, token, 401, JOB_TOKEN_ERROR, *rules)


def expect_plain(
    world: World, admins: JobToken, user: User, job: Job, platform: Platform, *rules: str
) -> None:
    """State that with a job token an admin sees and does nothing with what is another's."""
    api, token = Api(world.cloud), user.job_tokens[-1]
    path, secret = {"path": {"token_id": token.token_id}}, {"form": {"token": token.token}}
    body = {"job_name": world.names.label(), "payload": Job.DEFAULT_PAYLOAD, "platform_name": platform.name}
    parts: Mapping[Operation, dict[str, Any]] = {
        TK_1: {"query": {"user_id": user.user_id}},
        AT_1: {"query": {"user_id": user.user_id}},
        TK_2: {"body": {"user_id": user.user_id, "label": world.names.label()}},
        AT_2: {"body": {"user_id": user.user_id, "label": world.names.label()}},
        TK_3: path,
        TK_4: {**path, "body": {"priority": 0}},
        TK_5: secret,
        TK_6: secret,
        TK_7: {"body": {"token_ids": [token.token_id]}},
        AT_7: {"body": {"token_ids": [token.token_id]}},
        TK_8: {"body": {"tokens": [token.token]}},
        JB_1: {"body": body},
        **{op: {"path": {"job_id": job.job_id}} for op in (JB_2, JB_3, JB_4, JB_5, JB_6)},
    }
    tried = [
        Trial(str(op), api.request(op, token=admins.token, **what), (403,)) for op, what in parts.items()
    ]
    report = api.request(TK_9, token=admins.token, query={"token_ids": token.token_id})
    found = deviations(world.cloud, [*tried, Trial(str(TK_9), report, (403, 400))], *rules)
    expect_no_deviation("an admin's job token should be a plain user's", found, *rules)


def expect_no_first_token(world: World, user: User, *rules: str) -> None:
    """State that a login token is no way to a job token where job tokens are asked for."""
    body = {"label": world.names.label("token")}
    outcome = attempt(Api(world.cloud).call, TK_2, token=user.get_token(TokenType.Login), body=body)
    expect_refusal(outcome, (401, 403), None, *rules)


def expect_explorer_reads(world: World, explorer: JobToken, platform: Platform, *rules: str) -> None:
    """State that an explorer token reads its user's tokens and usage, and platforms."""
    api = Api(world.cloud)
    parts: Mapping[Operation, dict[str, Any]] = {
        TK_1: {},
        AT_1: {},
        TK_3: {"path": {"token_id": explorer.token_id}},
        TK_9: {"query": {"token_ids": explorer.token_id}},
        PL_1: {"path": {"name": platform.name}},
        PL_2: {"path": {"name": platform.name}},
        PF_2: {"path": {"platform_id": platform.platform_id}},
        PF_5: {},
    }
    tried = [
        Trial(str(op), api.request(op, token=explorer.token, **what), (200,)) for op, what in parts.items()
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("an explorer token should read this", found, *rules)


def expect_explorer_denied(
    world: World, explorer: JobToken, token: JobToken, revoked: JobToken, *rules: str
) -> None:
    """State that an explorer token makes, changes, reopens and deletes no token, and revokes no other."""
    api = Api(world.cloud)
    path = {"path": {"token_id": token.token_id}}
    by_key = {"body": {"tokens": [token.token]}}
    by_id = {"body": {"token_ids": [token.token_id]}}
    parts: Mapping[Operation, dict[str, Any]] = {
        **{op: {"body": {"label": world.names.label()}} for op in (TK_2, AT_2, AT_2D)},
        TK_4: {**path, "body": {"label": world.names.label()}},
        TK_5: {"form": {"token": token.token}},
        TK_6: {"form": {"token": revoked.token}},
        TK_7: by_id,
        AT_7: by_id,
        TK_8: by_key,
        AT_8D: by_key,
        AT_9D: by_key,
    }
    tried = [
        Trial(str(op), api.request(op, token=explorer.token, **what), (403,), DENIED)
        for op, what in parts.items()
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("an explorer token should not do this", found, *rules)
