"""Faults in making job tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.job_tokens.common import DAY, first
from defects.planting import Ground, with_field
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import shapes
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Anything, Integer, Text, UnfitError
from sandbox.rules import credentials, identifiers, tokens
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import RefusalError, bad_request, forbidden, not_found
from sandbox.store import tokens_table, users_table
from sandbox.store.records import User


def _generate_field(ground: Ground, name: str, **changes: Any) -> None:  # noqa: ANN401 - any column
    """Change a member that a new token may be given."""
    ground.wrap(
        shapes.token_generate,
        lambda original, longest: with_field(original(longest), name, **changes),
    )


@breaks("TK-2", "A new token does not work", also=("AT-2", "AT-2d", "T1"))
def new_token_does_not_work(ground: Ground) -> None:
    ground.wrap(
        token_routes.generate,
        lambda original, call: {**original(call), "token": identifiers.new_token_value()},
    )


@breaks("TK-2", "The priority of a new token is lost", also=("PR-3",))
def priority_of_a_new_token_is_lost(ground: Ground) -> None:
    ground.wrap(tokens_table.insert, lambda original, db, **values: original(db, **{**values, "priority": 0}))


@breaks("TK-2", "A new token lives a day, however long it was to live", also=("T2", "TM-7", "TK-2.6"))
def duration_of_a_new_token_is_lost(ground: Ground) -> None:
    ground.wrap(
        tokens_table.insert,
        lambda original, db, **values: original(db, **{**values, "expires": values["created"] + DAY}),
    )


@breaks("TK-2", "A request without a body makes no token", also=("TK-2.4",))
def token_wants_a_body(ground: Ground) -> None:
    _generate_field(ground, "label", required=True)


@breaks("TK-2.1", "A token for a user who does not exist is not found", also=("AT-2.1",))
def token_for_nobody_is_not_found(ground: Ground) -> None:
    ground.wrap(
        tokens.owner_of_new,
        lambda original, cloud, caller, user_id: (
            original(cloud, caller, user_id)
            if user_id is None or not caller.is_admin or users_table.find(cloud.db, user_id)
            else _refuse(not_found())
        ),
    )


@breaks("TK-2.1", "A token for a user who does not exist becomes the admin's", also=("AT-2.1",))
def token_for_nobody_becomes_the_callers(ground: Ground) -> None:
    ground.wrap(
        tokens.owner_of_new,
        lambda original, cloud, caller, user_id: (
            caller.user
            if user_id is not None and caller.is_admin and not users_table.find(cloud.db, user_id)
            else original(cloud, caller, user_id)
        ),
    )


def _refuse(error: Exception) -> User:
    raise error


@breaks("TK-2.2", "A token may have a higher priority than its user", also=("PR-1", "PR-4"), known_as="D038")
def token_priority_is_not_capped(ground: Ground) -> None:
    ground.wrap(
        tokens.require_acceptable,
        lambda original, cloud, owner, priority, label, token_id: original(
            cloud, owner, priority if token_id is not None else None, label, token_id
        ),
    )


@breaks("TK-2.2", "A priority that is too high becomes the highest allowed", also=("PR-1", "PR-4"))
def token_priority_is_lowered(ground: Ground) -> None:
    ground.wrap(
        tokens.generate_for,
        lambda original, cloud, owner, members: original(
            cloud, owner, {**members, "priority": min(members.get("priority", 0), owner.priority)}
        ),
    )


@breaks("TK-2.2", "A token's priority is capped with a job token only", known_as="D038", also=("PR-1",))
def token_priority_is_not_capped_by_login(ground: Ground) -> None:
    ground.wrap(
        tokens.generate,
        lambda original, cloud, caller, members: original(
            cloud,
            replace(caller, user=replace(caller.user, priority=99)) if caller.token is None else caller,
            members,
        ),
    )


@breaks("TK-2.2", "A priority that is too high is refused in words of its own", also=("PR-1", "TK-4.2"))
def high_priority_gets_another_text(ground: Ground) -> None:
    ground.text(
        tokens.require_acceptable, "Can't assign priority higher than user priority", "Invalid priority"
    )


@breaks("PR-3", "A token cannot have the priority of its user", known_as="D041")
def user_priority_is_too_high_for_a_token(ground: Ground) -> None:
    ground.wrap(
        tokens.priority_is_allowed,
        lambda original, priority, owner: original(priority + 1 if priority else 0, owner),
    )


@breaks("PR-4", "The priority of the caller caps that of a token for someone else", known_as="D040")
def token_priority_is_capped_by_the_caller(ground: Ground) -> None:
    def generate(original: Original, cloud: Cloud, caller: Caller, members: Mapping[str, Json]) -> Any:  # noqa: ANN401
        owner = tokens.owner_of_new(cloud, caller, members.get("user_id"))
        return tokens.generate_for(cloud, replace(owner, priority=caller.user.priority), members)

    ground.wrap(tokens.generate, generate)


@breaks("TK-2.3", "A label is given to two tokens of a user", also=("LB-1", "LB-2"), known_as="D035")
def label_is_given_twice(ground: Ground) -> None:
    ground.wrap(
        tokens.label_is_free,
        lambda original, cloud, user_id, label, token_id: (
            token_id is None or original(cloud, user_id, label, token_id)
        ),
    )


@breaks("TK-2.3", "A label is given twice by whoever shows a login token", also=("LB-1",), known_as="D035")
def label_is_given_twice_by_login(ground: Ground) -> None:
    def generate(original: Original, call: Call) -> Json:
        label = call.body.get("label")
        if call.caller.token is not None or label is None:
            return original(call)
        answer = original(replace(call, body={**call.body, "label": identifiers.new_uuid()}))
        tokens_table.update(call.cloud.db, answer["token_id"], {"label": label})
        return answer

    ground.wrap(token_routes.generate, generate)


@breaks("TK-2.3", "A taken label is told without naming it", also=("LB-1", "LB-2", "TK-4.2"), known_as="D035")
def taken_label_is_not_named(ground: Ground) -> None:
    ground.text(tokens.require_acceptable, "Label already exists: ", "Label already in use: ")


@breaks("TK-2.3", "A taken label is told in capitals", also=("LB-1", "LB-2"), known_as="D035")
def taken_label_is_told_in_capitals(ground: Ground) -> None:
    def require(original: Original, *args: Any, **given: Any) -> None:  # noqa: ANN401 - those of the function
        try:
            original(*args, **given)
        except RefusalError as refusal:
            prefix, _, label = refusal.error.partition(": ")
            raise bad_request(f"{prefix}: {label.upper()}" if label else prefix) from refusal

    ground.wrap(tokens.require_acceptable, require)


@breaks("TK-2.3", "A label that two ask for at once is given to both", also=("LB-2",), known_as="D035")
def label_is_looked_at_too_early(ground: Ground) -> None:
    async def prepare(call: Call) -> Json:
        owner = tokens.owner_of_new(call.cloud, call.caller, call.body.get("user_id"))
        tokens.require_acceptable(
            call.cloud, owner, call.body.get("priority"), call.body.get("label"), token_id=None
        )
        await asyncio.sleep(0.03)
        return None

    for identifier in ("TK-2", "AT-2"):
        ground.operation(identifier, prepare=prepare)
    ground.wrap(
        tokens.generate_for,
        lambda original, cloud, owner, members: _relabelled(
            cloud, original(cloud, owner, {**members, "label": identifiers.new_uuid()}), members
        ),
    )


def _relabelled(cloud: Cloud, made: tokens.Generated, members: Mapping[str, Json]) -> tokens.Generated:
    tokens_table.update(cloud.db, made.token_id, {"label": members.get("label", tokens.DEFAULT_LABEL)})
    return made


@breaks("TK-2", "The answer to the making of a token tells the default duration", also=("TM-7", "AT-2"))
def new_token_tells_the_default_duration(ground: Ground) -> None:
    ground.wrap(
        tokens.generate_for,
        lambda original, *args: replace(original(*args), duration=tokens.DEFAULT_DURATION),
    )


@breaks("TK-2.4", "A token lives an hour by default", also=("T1",))
def default_duration_is_an_hour(ground: Ground) -> None:
    ground.set(tokens, "DEFAULT_DURATION", 3600)


@breaks("TK-2.4", "A token has no label by default", also=("T1", "LB-6"))
def default_label_is_empty(ground: Ground) -> None:
    ground.set(tokens, "DEFAULT_LABEL", "")


@breaks("TK-2.4", "A token has its user's priority by default", also=("T1", "PR-10"))
def default_priority_is_the_users(ground: Ground) -> None:
    ground.wrap(
        tokens.generate_for,
        lambda original, cloud, owner, members: original(
            cloud, owner, {"priority": owner.priority, **members}
        ),
    )


@breaks("TK-2.4", "A duration of null is refused", also=("TR-26",))
def null_duration_is_refused(ground: Ground) -> None:
    _generate_field(ground, "duration", nullable=False)


@breaks("TK-2.4", "A token belongs to the first user of the cloud unless one is named")
def default_owner_is_the_first_user(ground: Ground) -> None:
    ground.wrap(
        tokens.owner_of_new,
        lambda original, cloud, caller, user_id: (
            users_table.find(cloud.db, 1) if user_id is None else original(cloud, caller, user_id)
        ),
    )


@breaks("TK-2.5", "Users make tokens for others", also=("PM-16", "PM-29", "PM-17"), known_as="D053")
def user_makes_tokens_for_others(ground: Ground) -> None:
    ground.wrap(
        tokens.owner_of_new,
        lambda original, cloud, caller, user_id: (
            original(cloud, caller, user_id)
            if user_id is None or caller.is_admin
            else users_table.find(cloud.db, user_id) or _refuse(forbidden())
        ),
    )


@breaks("TK-2.5", "A user who makes a token for another gets it as their own", also=("PM-16", "PM-29"))
def token_for_another_becomes_ones_own(ground: Ground) -> None:
    ground.wrap(
        tokens.owner_of_new,
        lambda original, cloud, caller, user_id: (
            original(cloud, caller, user_id) if caller.is_admin else caller.user
        ),
    )


@breaks("TK-2.5", "A user who makes a token for nobody is told so", also=("PM-17",), known_as="D053")
def user_learns_for_whom_tokens_can_be_made(ground: Ground) -> None:
    ground.wrap(
        tokens.owner_of_new,
        lambda original, cloud, caller, user_id: (
            original(cloud, caller, user_id)
            if user_id is None or users_table.find(cloud.db, user_id)
            else _refuse(not_found())
        ),
    )


@breaks("TK-2.5", "A user is refused, and the other one has the token", also=("PM-29",), known_as="D053")
def token_for_another_is_made_though_refused(ground: Ground) -> None:
    def make(call: Call) -> None:
        owner = users_table.find(call.cloud.db, call.body.get("user_id", 0))
        if owner is not None and not call.caller.is_admin and owner.user_id != call.caller.user.user_id:
            tokens.generate_for(call.cloud, owner, call.body)

    first(ground, "AT-2", make)


@breaks("TK-2.5", "The admin makes tokens for others with a job token too", also=("A-7.2",))
def admin_makes_tokens_for_others_by_job_token(ground: Ground) -> None:
    ground.wrap(
        tokens.owner_of_new,
        lambda original, cloud, caller, user_id: original(
            cloud,
            replace(caller, kind=credentials.Kind.LOGIN) if caller.user.is_admin else caller,
            user_id,
        ),
    )


@breaks("TK-2.5", "Users who name themselves as the owner are refused")
def naming_oneself_as_owner_is_forbidden(ground: Ground) -> None:
    ground.wrap(
        tokens.owner_of_new,
        lambda original, cloud, caller, user_id: (
            _refuse(forbidden())
            if user_id is not None and not caller.is_admin
            else original(cloud, caller, user_id)
        ),
    )


@breaks("TK-2.6", "A token may live 0 s")
def token_may_live_0_s(ground: Ground) -> None:
    ground.wrap(
        shapes.token_generate,
        lambda original, longest: with_field(original(longest), "duration", kind=Integer(0, longest)),
    )


@breaks("TK-2.6", "A token may live for less than no time")
def token_may_live_a_negative_time(ground: Ground) -> None:
    ground.wrap(
        shapes.token_generate,
        lambda original, longest: with_field(original(longest), "duration", kind=Integer(most=longest)),
    )


@breaks("TK-2.6", "A token may live a second longer than a year", also=("LM-4",))
def token_may_live_too_long(ground: Ground) -> None:
    ground.wrap(shapes.token_generate, lambda original, longest: original(longest + 1))


@breaks("TK-2.6", "A token cannot live a whole year", also=("LM-4",))
def token_cannot_live_a_year(ground: Ground) -> None:
    ground.wrap(shapes.token_generate, lambda original, longest: original(longest - 1))


@breaks("TK-2.6", "A token cannot live a single second", also=("LM-4", "T2"))
def token_cannot_live_a_second(ground: Ground) -> None:
    ground.wrap(
        shapes.token_generate,
        lambda original, longest: with_field(original(longest), "duration", kind=Integer(2, longest)),
    )


@breaks("TK-2.6", "A duration that is too long becomes the longest", also=("LM-4",))
def long_duration_is_cut(ground: Ground) -> None:
    _generate_field(ground, "duration", kind=Integer(1))
    ground.wrap(
        tokens.generate_for,
        lambda original, cloud, owner, members: original(
            cloud,
            owner,
            {**members, "duration": min(members.get("duration", DAY), cloud.settings.max_token_duration)},
        ),
    )


@breaks("TK-2.7", "A token may have a negative priority", also=("PR-6",))
def token_priority_may_be_negative(ground: Ground) -> None:
    _generate_field(ground, "priority", kind=Integer())


@breaks("TK-2.8", "A label may be empty")
def label_may_be_empty(ground: Ground) -> None:
    _generate_field(ground, "label", kind=Text(0, 255))


@breaks("TK-2.8", "A label may have 256 characters")
def label_may_be_too_long(ground: Ground) -> None:
    _generate_field(ground, "label", kind=Text(1, 256))


@breaks("TK-2.8", "A label of 255 characters is refused")
def long_label_is_refused(ground: Ground) -> None:
    _generate_field(ground, "label", kind=Text(1, 254))


@breaks("TK-2.8", "A label loses the white space around it")
def label_is_trimmed(ground: Ground) -> None:
    ground.wrap(
        tokens.generate_for,
        lambda original, cloud, owner, members: original(
            cloud, owner, {**members, "label": members.get("label", "unknown").strip()}
        ),
    )


@breaks("TK-2.8", "A label is cut after its 64th character")
def label_is_cut(ground: Ground) -> None:
    ground.wrap(
        tokens_table.insert,
        lambda original, db, **values: original(db, **{**values, "label": values["label"][:64]}),
    )


@breaks("TK-2.8", "The length of a label is counted in bytes")
def label_is_measured_in_bytes(ground: Ground) -> None:
    def take(original: Original, kind: Text, value: Json) -> Json:
        if kind.longest == shapes.LONGEST_LABEL and isinstance(value, str) and len(value.encode()) > 255:
            raise UnfitError("Length must be between 1 and 255.")
        return original(kind, value)

    ground.wrap(Text.take, take)


@breaks("TK-2.8", "A label loses its letters outside ASCII")
def label_loses_foreign_letters(ground: Ground) -> None:
    ground.wrap(
        tokens_table.insert,
        lambda original, db, **values: original(
            db, **{**values, "label": values["label"].encode("ascii", "replace").decode()}
        ),
    )


@breaks("TK-2.9", "A number is taken for a label")
def label_may_be_a_number(ground: Ground) -> None:
    _generate_field(ground, "label", kind=Anything())


@breaks("TK-2.9", "Something that is no number is taken for a duration", also=("TR-24",))
def duration_may_be_anything(ground: Ground) -> None:
    _generate_field(ground, "duration", kind=Anything())
    ground.wrap(
        tokens.generate_for,
        lambda original, cloud, owner, members: original(
            cloud, owner, {**members, "duration": DAY} if "duration" in members else members
        ),
    )


@breaks("TK-2.9", "A text is taken for a priority")
def token_priority_may_be_a_text(ground: Ground) -> None:
    _generate_field(ground, "priority", kind=Anything())
    ground.wrap(
        tokens.generate_for,
        lambda original, cloud, owner, members: original(
            cloud, owner, {**members, "priority": 0} if "priority" in members else members
        ),
    )


@breaks("TK-2.9", "A text is taken for whether a token is an explorer token")
def explorer_may_be_a_text(ground: Ground) -> None:
    _generate_field(ground, "is_explorer_token", kind=Anything())


@breaks("TK-2.9", "A text is taken for a user's id")
def owner_may_be_a_text(ground: Ground) -> None:
    _generate_field(ground, "user_id", kind=Anything())


@breaks("EX-4", "That a new token is an explorer token is lost", also=("EX-2",), known_as="D055")
def explorer_tokens_are_none(ground: Ground) -> None:
    ground.wrap(
        tokens_table.insert, lambda original, db, **values: original(db, **{**values, "is_explorer": False})
    )
