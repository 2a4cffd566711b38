"""Faults in changing a job token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.job_tokens.common import accept, as_owner, change_with, first
from defects.planting import Ground
from sandbox.json_text import Json
from sandbox.routes import shapes
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Anything, Integer, Text
from sandbox.rules import tokens
from sandbox.rules.refusals import RefusalError, bad_request
from sandbox.store import tokens_table


@breaks("TK-4", "A change of a token is accepted, and nothing changes", also=("AT-4", "T12", "T12.1"))
def change_of_a_token_does_nothing(ground: Ground) -> None:
    ground.replace(tokens.update, lambda *_: None)


@breaks("TK-4", "A new label of a token is forgotten", also=("AT-4", "T12", "T12.1"))
def new_label_is_forgotten(ground: Ground) -> None:
    change_with(ground, lambda members: {name: one for name, one in members.items() if name != "label"})


@breaks("TK-4", "A new priority of a token is forgotten", also=("AT-4", "T12", "T12.1"))
def new_priority_of_a_token_is_forgotten(ground: Ground) -> None:
    change_with(ground, lambda members: {name: one for name, one in members.items() if name != "priority"})


@breaks("TK-4", "A new priority of 0 is forgotten", also=("AT-4", "T12", "T12.1"))
def priority_of_0_is_forgotten(ground: Ground) -> None:
    change_with(ground, lambda members: {name: one for name, one in members.items() if one != 0})


@breaks("TK-4", "A change of a token changes all tokens of its user", also=("AT-4", "T12"))
def change_reaches_all_tokens(ground: Ground) -> None:
    ground.wrap(
        tokens.update,
        lambda original, cloud, token, members: [
            original(cloud, one, members if one.token_id == token.token_id else _priority_of(members))
            for one in tokens_table.of_user(cloud.db, token.user_id)
        ],
    )


def _priority_of(members: Mapping[str, Json]) -> Mapping[str, Json]:
    return {name: one for name, one in members.items() if name == "priority"}


@breaks("TK-4.1", "A token is given the label of another one", also=("LB-1", "TK-4.2"), known_as="D037")
def taken_label_is_given_by_a_change(ground: Ground) -> None:
    ground.wrap(
        tokens.label_is_free,
        lambda original, cloud, user_id, label, token_id: (
            token_id is not None or original(cloud, user_id, label, token_id)
        ),
    )


@breaks("TK-4.1", "A token is given a higher priority than its user", also=("PR-2", "TK-4.2"))
def high_priority_is_given_by_a_change(ground: Ground) -> None:
    ground.wrap(
        tokens.require_acceptable,
        lambda original, cloud, owner, priority, label, token_id: original(
            cloud, owner, priority if token_id is None else None, label, token_id
        ),
    )


@breaks("TK-4.1", "A change that is refused for its label sets the priority", known_as="D037")
def change_with_a_taken_label_is_done_in_part(ground: Ground) -> None:
    def change(call: Call) -> None:
        token = tokens.require(call.cloud, call.caller, call.path["token_id"])
        tokens.update(call.cloud, token, {name: one for name, one in call.body.items() if name == "priority"})

    first(ground, "AT-4", change)


@breaks("TK-4.1", "A change that is refused for its priority sets the label")
def change_with_a_high_priority_is_done_in_part(ground: Ground) -> None:
    def change(call: Call) -> None:
        token = tokens.require(call.cloud, call.caller, call.path["token_id"])
        tokens.update(call.cloud, token, {name: one for name, one in call.body.items() if name == "label"})

    first(ground, "AT-4", change)


@breaks("TK-4.2", "A clash in a change is told in words of its own", also=("LB-1", "PR-2"))
def clash_in_a_change_gets_another_text(ground: Ground) -> None:
    def update(original: Original, *args: Any) -> None:  # noqa: ANN401 - those of the function
        try:
            original(*args)
        except RefusalError as refusal:
            raise bad_request("Invalid data") from refusal

    ground.wrap(tokens.update, update)


@breaks("TK-4.3", "Users change the tokens of others", also=("PM-19", "PM-31"))
def user_changes_tokens_of_others(ground: Ground) -> None:
    ground.wrap(
        token_routes.update,
        lambda original, call: original(replace(call, known_caller=as_owner(call, call.path["token_id"]))),
    )


@breaks("TK-4.3", "A change of another's token is refused, and done", also=("PM-19", "PM-31"))
def token_of_another_is_changed_though_refused(ground: Ground) -> None:
    def change(call: Call) -> None:
        token = tokens_table.find(call.cloud.db, call.path["token_id"])
        if token is not None:
            tokens.update(call.cloud, token, call.body)

    first(ground, "TK-4", change)


@breaks("TK-4.4", "Changing a token that does not exist is accepted")
def changing_an_unknown_token_is_accepted(ground: Ground) -> None:
    accept(ground, token_routes.update, 404, lambda call: True)


@breaks("TK-4.5", "A number is taken for a new label")
def new_label_may_be_a_number(ground: Ground) -> None:
    ground.field(shapes.TOKEN_UPDATE, "label", kind=Anything())


@breaks("TK-4.5", "A text is taken for a new priority, and ignored")
def new_priority_may_be_a_text(ground: Ground) -> None:
    ground.field(shapes.TOKEN_UPDATE, "priority", kind=Anything())
    change_with(
        ground,
        lambda members: {
            name: one for name, one in members.items() if name != "priority" or isinstance(one, int)
        },
    )


@breaks("TK-2.8", "A new label of a token may be empty", also=("TK-4.5",))
def new_label_may_be_empty(ground: Ground) -> None:
    ground.field(shapes.TOKEN_UPDATE, "label", kind=Text(0, 255))


@breaks("PR-6", "A new priority of a token may be negative", also=("TK-2.7", "TK-4.5"))
def new_priority_may_be_negative(ground: Ground) -> None:
    ground.field(shapes.TOKEN_UPDATE, "priority", kind=Integer())


@breaks("TK-4.6", "A token's own label clashes with itself")
def own_label_is_taken(ground: Ground) -> None:
    ground.wrap(
        tokens.label_is_free,
        lambda original, cloud, user_id, label, token_id: original(cloud, user_id, label, None),
    )
