"""Faults in revoking and reopening by the routes for job tokens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.job_tokens.common import first, known, update
from defects.planting import Ground, with_field
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import app, shapes
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.rules import tokens
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import RefusalError, bad_request, not_found
from sandbox.store import tokens_table, users_table


@breaks("TK-5", "Revoking a token is accepted, and does nothing", also=("T3", "T11"))
def revoking_does_nothing(ground: Ground) -> None:
    ground.replace(token_routes.revoke, lambda call: token_routes.OK)


@breaks("TK-5", "Revoking a token revokes the one that asks for it")
def calling_token_is_revoked(ground: Ground) -> None:
    ground.wrap(
        token_routes.revoke,
        lambda original, call: original(replace(call, body={"token": call.token.key})),
    )


@breaks("TK-5.1", "A token that cannot be revoked is told in other words", also=("T4", "T4.1"))
def failed_revocation_gets_another_text(ground: Ground) -> None:
    def revoke(call: Call) -> Json:
        tokens.revoke(call.cloud, call.caller, call.body["token"], token_routes.CANNOT_REVOKE)
        return token_routes.OK

    ground.replace(token_routes.revoke, revoke)


@breaks("TK-5.1", "Revoking an unknown token is not found", also=("T4",))
def revoking_an_unknown_token_is_not_found(ground: Ground) -> None:
    def revoke(original: Original, call: Call) -> Json:
        if known(call) is None:
            raise not_found()
        return original(call)

    ground.wrap(token_routes.revoke, revoke)


@breaks("TK-5.2", "Users revoke the tokens of others", also=("PM-20", "PM-32"), known_as="D044")
def user_revokes_tokens_of_others(ground: Ground) -> None:
    ground.wrap(
        tokens.revoke,
        lambda original, cloud, caller, key, text: original(cloud, _owner_of(cloud, caller, key), key, text),
    )


def _owner_of(cloud: Cloud, caller: Caller, key: str) -> Caller:
    token = tokens_table.find_by_key(cloud.db, key)
    owner = users_table.find(cloud.db, token.user_id) if token else None
    return replace(caller, user=owner) if owner else caller


@breaks("TK-5.2", "Revoking the token of another is refused, and done", also=("PM-20",), known_as="D044")
def token_of_another_is_revoked_though_refused(ground: Ground) -> None:
    def revoke(call: Call) -> None:
        token = known(call)
        if token is not None and not tokens.may_touch(call.caller, token):
            update(call.cloud, token, is_revoked=1)

    first(ground, "TK-5", revoke)


@breaks("TK-5.2", "The token of another is an invalid one instead of forbidden", also=("PM-20", "PM-32"))
def revoking_the_token_of_another_is_a_bad_request(ground: Ground) -> None:
    def revoke(original: Original, cloud: Cloud, caller: Caller, key: str, text: str) -> None:
        try:
            original(cloud, caller, key, text)
        except RefusalError as refusal:
            raise bad_request(text) from refusal

    ground.wrap(tokens.revoke, revoke)


@breaks("TK-5.3", "Who revokes without naming a token revokes their own")
def revoking_nothing_revokes_oneself(ground: Ground) -> None:
    ground.operation("TK-5", body=with_field(shapes.REVOKE_TOKEN, "token", required=False))
    ground.wrap(
        token_routes.revoke,
        lambda original, call: original(replace(call, body={"token": call.token.key, **call.body})),
    )


@breaks("TK-5.3", "Who revokes without naming a token names an invalid one", also=("TK-6.3",))
def naming_no_token_is_an_invalid_token(ground: Ground) -> None:
    def take(original: Original, shape: shapes.Shape, members: Any, location: str) -> Any:  # noqa: ANN401
        return original(
            shape, {"token": "", **members} if shape is shapes.REVOKE_TOKEN else members, location
        )

    ground.wrap(shapes.Shape.take, take)


@breaks("TK-5.4", "A form's percent signs are taken as they are", also=("TR-3",), known_as="D047")
def form_is_not_decoded(ground: Ground) -> None:
    def members(original: Original, operation: Any, request: Any, body: bytes | None) -> Any:  # noqa: ANN401
        return original(operation, request, (body and operation.form and body.replace(b"%", b"%25")) or body)

    ground.wrap(app._members, members)


@breaks("TK-5.4", "Revoking takes no form", also=("TR-3", "T3"), known_as="D047")
def form_of_a_revocation_is_not_read(ground: Ground) -> None:
    ground.operation("TK-5", form=False)
    ground.operation("AT-5", form=False)


@breaks("TK-6", "Reopening a token is accepted, and does nothing", also=("AT-6", "T5"))
def reopening_does_nothing(ground: Ground) -> None:
    ground.replace(token_routes.reopen, lambda call: token_routes.OK)


@breaks("TK-6.1", "A token that cannot be reopened is told in other words", also=("T6", "T6.1", "AT-6"))
def failed_reopening_gets_another_text(ground: Ground) -> None:
    def reopen(call: Call) -> Json:
        tokens.reopen(call.cloud, call.caller, call.body["token"], "Can't not reopen")
        return token_routes.OK

    ground.replace(token_routes.reopen, reopen)


@breaks("TK-6.2", "Users reopen the tokens of others", also=("PM-21", "PM-33"))
def user_reopens_tokens_of_others(ground: Ground) -> None:
    ground.wrap(
        tokens.reopen,
        lambda original, cloud, caller, key, text: original(cloud, _owner_of(cloud, caller, key), key, text),
    )


@breaks("TK-6.2", "Reopening the token of another is refused, and done", also=("PM-21",))
def token_of_another_is_reopened_though_refused(ground: Ground) -> None:
    def reopen(call: Call) -> None:
        token = known(call)
        if token is not None and not tokens.may_touch(call.caller, token):
            update(call.cloud, token, is_revoked=0)

    first(ground, "TK-6", reopen)


@breaks("TK-6.3", "Who reopens without naming a token reopens nothing, with success")
def reopening_nothing_is_accepted(ground: Ground) -> None:
    for identifier in ("TK-6", "AT-6"):
        ground.operation(identifier, body=with_field(shapes.REVOKE_TOKEN, "token", required=False))
    ground.wrap(
        token_routes.reopen,
        lambda original, call: original(call) if "token" in call.body else token_routes.OK,
    )
