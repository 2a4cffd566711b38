"""Faults of job tokens: TK-1 to TK-10 but for the report, their states, labels, secrecy and counters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from defects.defect import breaks
from defects.planting import Ground, with_field
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import app, service, shapes
from sandbox.routes import jobs as job_routes
from sandbox.routes import tokens as token_routes
from sandbox.routes import users as user_routes
from sandbox.routes.calls import Call, Operation
from sandbox.routes.kinds import Anything, Integer, ListOf, QueryInteger, Text, UnfitError
from sandbox.rules import clock, closing, credentials, identifiers, passwords, tokens
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import RefusalError, bad_request, forbidden, not_found
from sandbox.store import jobs_table, tokens_table, users_table
from sandbox.store.database import Database
from sandbox.store.records import ApiKey, Login, Token, User

Original = Callable[..., Any]

_DAY = 86_400


def _generate_field(ground: Ground, name: str, **changes: Any) -> None:  # noqa: ANN401 - any column
    """Change a member that a new token may be given."""
    ground.wrap(
        shapes.token_generate,
        lambda original, longest: with_field(original(longest), name, **changes),
    )


def _generate_with(ground: Ground, **members: Json) -> None:
    """Take these for what a new token is not given."""
    ground.wrap(
        tokens.generate,
        lambda original, cloud, caller, given: original(cloud, caller, {**members, **given}),
    )


def _list_with(ground: Ground, **members: Callable[[Token], Json]) -> None:
    """Have lists of tokens show these members so."""
    ground.wrap(
        token_routes.listed,
        lambda original, token: {
            **original(token),
            **{name: value(token) for name, value in members.items()},
        },
    )


def _read_with(ground: Ground, **members: Callable[[dict[str, Any]], Json]) -> None:
    """Have a token that is read show these members so."""

    def read(original: Original, call: Call) -> Json:
        answer = original(call)
        return {**answer, **{name: value(answer) for name, value in members.items()}}

    ground.wrap(token_routes.read, read)


def _first(ground: Ground, identifier: str, deed: Callable[[Call], object]) -> None:
    """Do something for a request before it is judged, so that a refusal does not undo it."""

    async def prepare(call: Call) -> Json:
        with call.cloud.db.transaction():
            deed(call)
        return None

    ground.operation(identifier, prepare=prepare)


def _accept(ground: Ground, route: Original, status: int, when: Callable[[Call], bool]) -> None:
    """Answer requests of this kind with success where the cloud refuses them with this status."""

    def around(original: Original, call: Call) -> Json:
        try:
            return original(call)
        except RefusalError as refusal:
            if refusal.status == status and when(call):
                return token_routes.OK
            raise

    ground.wrap(route, around)


def _known(call: Call) -> Token | None:
    return tokens_table.find_by_key(call.cloud.db, call.body["token"])


def _update(cloud: Cloud, token: Token, **columns: str | int | float) -> None:
    tokens_table.update(cloud.db, token.token_id, columns)


# Lists.


@breaks("TK-1", "A list of one's tokens holds those of every user", also=("AT-1", "SC-1"))
def list_holds_tokens_of_everyone(ground: Ground) -> None:
    ground.wrap(
        token_routes.list_own,
        lambda original, call: (
            token_routes.list_all(call) if call.query["user_id"] is None else original(call)
        ),
    )


@breaks("TK-1", "A list of one's tokens lacks the one that is shown")
def list_lacks_the_calling_token(ground: Ground) -> None:
    ground.wrap(
        token_routes.list_own,
        lambda original, call: [
            entry
            for entry in original(call)
            if call.caller.token is None or entry["id"] != call.caller.token.token_id
        ],
    )


@breaks("TK-1", "A list of tokens lacks their priorities", also=("AT-1", "AD-1"))
def list_lacks_priorities(ground: Ground) -> None:
    ground.wrap(
        token_routes.listed,
        lambda original, token: {
            name: value for name, value in original(token).items() if name != "priority"
        },
    )


@breaks("TK-1", "A list of tokens shows the default label for all")
def list_shows_one_label(ground: Ground) -> None:
    _list_with(ground, label=lambda token: "unknown")


@breaks("TK-1", "A list of tokens shows another priority than they have")
def list_shows_another_priority(ground: Ground) -> None:
    _list_with(ground, priority=lambda token: token.priority + 1)


@breaks("TK-1", "A list of tokens shows another owner than they have", also=("AD-1",))
def list_shows_another_owner(ground: Ground) -> None:
    _list_with(ground, user_id=lambda token: token.user_id + 1)


@breaks("TK-1", "A list of tokens shows the end of their life for its beginning")
def list_shows_the_end_for_the_beginning(ground: Ground) -> None:
    _list_with(ground, created_date=lambda token: clock.iso(token.expires))


@breaks("TK-1", "A list of tokens shows the beginning of their life for its end")
def list_shows_the_beginning_for_the_end(ground: Ground) -> None:
    _list_with(ground, expiration_date=lambda token: clock.iso(token.created))


@breaks("TK-1.1", "A list of tokens takes a limit of 0", also=("PG-4", "AD-1.3"), known_as="D058")
def list_of_tokens_takes_limit_0(ground: Ground) -> None:
    ground.field(shapes.TOKEN_LIST, "limit", kind=QueryInteger(0, 10_000))


@breaks("TK-1.1", "A list of tokens takes a limit of 10001", also=("PG-4",), known_as="D058")
def list_of_tokens_takes_a_large_limit(ground: Ground) -> None:
    ground.field(shapes.TOKEN_LIST, "limit", kind=QueryInteger(1, 10_001))


@breaks("TK-1.1", "A list of tokens takes a negative limit", also=("PG-4",), known_as="D058")
def list_of_tokens_takes_a_negative_limit(ground: Ground) -> None:
    ground.field(shapes.TOKEN_LIST, "limit", kind=QueryInteger(most=10_000))


@breaks("TK-1.1", "A list of tokens takes a word for its limit", also=("PG-4",), known_as="D058")
def list_of_tokens_takes_a_word(ground: Ground) -> None:
    def take(original: Original, kind: QueryInteger, value: str) -> int:
        return int(original(kind, value if value.lstrip("-").isdigit() else "1"))

    ground.wrap(QueryInteger.take, take)


@breaks("TK-1.1", "The offset of a list of tokens is ignored", also=("PG-2", "PG-6", "PG-8"))
def offset_of_tokens_is_ignored(ground: Ground) -> None:
    ground.text(tokens_table.page, "OFFSET :offset", "OFFSET 0 * :offset")


@breaks("TK-1.1", "The limit of a list of tokens is ignored", also=("PG-1", "PG-8", "PG-9"))
def limit_of_tokens_is_ignored(ground: Ground) -> None:
    ground.text(tokens_table.page, "LIMIT :limit", "LIMIT 0 * :limit - 1")


@breaks("TK-1.2", "A user who names themselves gets no list")
def naming_oneself_gives_no_list(ground: Ground) -> None:
    ground.replace(tokens.may_list_for, lambda caller, user_id: user_id is None or caller.is_admin)


@breaks("TK-1.2", "A user who names themselves gets an empty list")
def naming_oneself_gives_an_empty_list(ground: Ground) -> None:
    ground.wrap(
        token_routes.list_own,
        lambda original, call: (
            original(call) if call.query["user_id"] is None or call.caller.is_admin else []
        ),
    )


@breaks("TK-1.3", "A user lists the tokens of others", also=("PM-14", "PM-27", "SC-1"), known_as="D052")
def user_lists_tokens_of_others(ground: Ground) -> None:
    ground.replace(tokens.may_list_for, lambda *_: True)


@breaks("TK-1.3", "A user who asks for the tokens of another gets their own", also=("PM-14", "PM-27"))
def tokens_of_another_are_ones_own(ground: Ground) -> None:
    def list_own(original: Original, call: Call) -> Json:
        allowed = tokens.may_list_for(call.caller, call.query["user_id"])
        return original(call if allowed else replace(call, query={**call.query, "user_id": None}))

    ground.wrap(token_routes.list_own, list_own)


@breaks("TK-1.3", "The tokens of another are an empty list instead of forbidden", also=("PM-14", "PM-27"))
def tokens_of_another_are_an_empty_list(ground: Ground) -> None:
    ground.wrap(
        token_routes.list_own,
        lambda original, call: (
            original(call) if tokens.may_list_for(call.caller, call.query["user_id"]) else []
        ),
    )


@breaks("TK-1.4", "Expired tokens are left out by default", also=("TS-2", "AD-1.1"))
def expired_tokens_are_left_out_by_default(ground: Ground) -> None:
    ground.field(shapes.TOKEN_LIST, "include_expired", default=False)


@breaks("TK-1.4", "Revoked tokens are left out by default", also=("TS-3", "AD-1.1"))
def revoked_tokens_are_left_out_by_default(ground: Ground) -> None:
    ground.field(shapes.TOKEN_LIST, "include_revoked", default=False)


@breaks("TK-1.5", "Expired tokens are listed though they were to be left out", also=("AD-1.1", "TK-1.4"))
def expired_tokens_are_not_left_out(ground: Ground) -> None:
    ground.text(tokens_table.page, "expires > :alive_at", "expires > 0 * :alive_at")


@breaks("TK-1.5", "Of the expired tokens those that were revoked too are listed", also=("TS-4", "TK-1.4"))
def expired_and_revoked_tokens_are_not_left_out(ground: Ground) -> None:
    ground.text(
        tokens_table.page, "expires > :alive_at)", "expires > :alive_at OR (is_revoked AND :include_revoked))"
    )


@breaks("TK-1.5", "Who leaves out expired tokens gets those alone", also=("TK-1.4", "TS-4"))
def filter_of_expired_tokens_is_inverted(ground: Ground) -> None:
    ground.text(tokens_table.page, "expires > :alive_at", "expires <= :alive_at")


@breaks("TK-1.6", "Revoked tokens are listed though they were to be left out", also=("AD-1.1", "TK-1.4"))
def revoked_tokens_are_not_left_out(ground: Ground) -> None:
    ground.text(tokens_table.page, "is_revoked = 0", "is_revoked >= 0")


@breaks("TK-1.6", "Of the revoked tokens those that have expired are listed", also=("TS-4", "TK-1.4"))
def revoked_and_expired_tokens_are_not_left_out(ground: Ground) -> None:
    ground.text(
        tokens_table.page,
        "is_revoked = 0)",
        "is_revoked = 0 OR (:alive_at IS NULL AND expires <= (julianday('now') - 2440587.5) * 86400))",
    )


@breaks("TK-1.6", "Who leaves out revoked tokens gets those alone", also=("TK-1.4", "TS-4", "AD-1.1"))
def filter_of_revoked_tokens_is_inverted(ground: Ground) -> None:
    ground.text(tokens_table.page, "is_revoked = 0", "is_revoked = 1")


# Making tokens.


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
        lambda original, db, **values: original(db, **{**values, "expires": values["created"] + _DAY}),
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

    _first(ground, "AT-2", make)


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
            {**members, "duration": min(members.get("duration", _DAY), cloud.settings.max_token_duration)},
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
            cloud, owner, {**members, "duration": _DAY} if "duration" in members else members
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


# Reading tokens.


@breaks("TK-3", "A token is shown without its user's e-mail", also=("AT-3", "AT-3d"))
def token_lacks_the_email(ground: Ground) -> None:
    ground.wrap(
        token_routes.read,
        lambda original, call: {name: value for name, value in original(call).items() if name != "email"},
    )


@breaks("TK-3", "A token that is read is the one that reads")
def calling_token_is_read(ground: Ground) -> None:
    ground.wrap(
        token_routes.read,
        lambda original, call: original(
            replace(call, path={"token_id": call.caller.token.token_id}) if call.caller.token else call
        ),
    )


@breaks("TK-3", "A token shows its own priority for its user's", also=("AT-3", "AT-3d", "PR-3"))
def token_shows_no_user_priority(ground: Ground) -> None:
    _read_with(ground, user_priority=lambda answer: answer["priority"])


@breaks("TK-3", "A token shows no e-mail of its user", also=("AT-3", "AT-2.1"))
def token_shows_no_email(ground: Ground) -> None:
    _read_with(ground, email=lambda answer: None)


@breaks("TK-3", "A token shows another label than it has", also=("AT-3", "T12"))
def token_shows_another_label(ground: Ground) -> None:
    _read_with(ground, label=lambda answer: str(answer["label"]).lower() + ".")


@breaks("TK-3", "A token shows its user's priority for its own", also=("AT-3", "PR-10", "TK-2.4"))
def token_shows_the_user_priority(ground: Ground) -> None:
    _read_with(ground, priority=lambda answer: answer["user_priority"])


@breaks("TK-3", "A token shows another user than its own", also=("AT-3",))
def token_shows_another_user(ground: Ground) -> None:
    _read_with(ground, user_id=lambda answer: answer["user_id"] + 1)


@breaks("TK-3", "A token shows the end of its life for the beginning", also=("AT-3", "TM-7"))
def token_shows_its_end_for_its_beginning(ground: Ground) -> None:
    _read_with(ground, created_date=lambda answer: answer["expiration_date"])


@breaks("TK-3", "Every token is shown as an explorer token", also=("EX-4", "EX-5", "AT-3"))
def every_token_shows_as_explorer(ground: Ground) -> None:
    _read_with(ground, is_explorer_token=lambda answer: True)


@breaks("TK-3", "A token never shows its user's company", also=("AT-3",))
def token_shows_no_company(ground: Ground) -> None:
    _read_with(ground, company_id=lambda answer: None)


@breaks("TK-3.1", "A token that does not exist is forbidden", also=("TK-4.4", "OC-3"))
def unknown_token_is_forbidden(ground: Ground) -> None:
    ground.set(tokens, "not_found", forbidden)


@breaks("TK-3.1", "A token that does not exist reads as an empty one", also=("TK-3", "AT-3", "AT-3d"))
def unknown_token_is_empty(ground: Ground) -> None:
    def read(original: Original, call: Call) -> Json:
        if tokens_table.find(call.cloud.db, call.path["token_id"]) is None:
            return {}
        return original(call)

    ground.wrap(token_routes.read, read)


@breaks("TK-3.2", "An id that is no number is a token that is not known", also=("TR-14",))
def word_is_an_unknown_token(ground: Ground) -> None:
    ground.operation("TK-3", path="/api/tokens/{token_name}")
    ground.wrap(
        token_routes.read,
        lambda original, call: original(replace(call, path=_with_token_id(call.path))),
    )


def _with_token_id(path: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(path.get("token_name", path.get("token_id")))
    if not name.isdigit():
        raise bad_request(f"Invalid token: {name}")
    return {"token_id": min(int(name), 2**62)}


@breaks("TK-3.3", "Users read the tokens of others", also=("PM-18", "PM-30", "SC-1", "OC-3"))
def user_reads_tokens_of_others(ground: Ground) -> None:
    ground.wrap(
        token_routes.read,
        lambda original, call: original(replace(call, known_caller=_as_owner(call, call.path["token_id"]))),
    )


def _as_owner(call: Call, token_id: int) -> Caller:
    token = tokens_table.find(call.cloud.db, token_id)
    owner = users_table.find(call.cloud.db, token.user_id) if token else None
    return replace(call.caller, user=owner) if owner else call.caller


@breaks("TK-3.3", "The token of another is not found instead of forbidden", also=("PM-18", "PM-30", "OC-3"))
def token_of_another_is_not_found(ground: Ground) -> None:
    def read(original: Original, call: Call) -> Json:
        try:
            return original(call)
        except RefusalError as refusal:
            raise not_found() from refusal

    ground.wrap(token_routes.read, read)


@breaks("TK-3.4", "A job token says that it is an API key")
def job_token_is_an_api_key(ground: Ground) -> None:
    _read_with(ground, is_apikey=lambda answer: True)


@breaks("TK-3.5", "Every token is shown as valid", also=("TS-2", "TS-3", "TS-6"))
def every_token_is_valid(ground: Ground) -> None:
    ground.replace(tokens.is_valid, lambda token, owner: True)


@breaks("TK-3.5", "A revoked token is shown as valid", also=("TS-3",))
def revoked_token_is_valid(ground: Ground) -> None:
    ground.wrap(
        tokens.is_valid, lambda original, token, owner: original(replace(token, is_revoked=False), owner)
    )


@breaks("TK-3.5", "An expired token is shown as valid", also=("TS-2",))
def expired_token_is_valid(ground: Ground) -> None:
    ground.wrap(tokens.is_valid, lambda original, token, owner: original(replace(token, expires=1e12), owner))


@breaks("TK-3.5", "No token is shown as valid", also=("TS-1",))
def no_token_is_valid(ground: Ground) -> None:
    ground.replace(tokens.is_valid, lambda token, owner: False)


# Changing tokens.


@breaks("TK-4", "A change of a token is accepted, and nothing changes", also=("AT-4", "T12", "T12.1"))
def change_of_a_token_does_nothing(ground: Ground) -> None:
    ground.replace(tokens.update, lambda *_: None)


@breaks("TK-4", "A new label of a token is forgotten", also=("AT-4", "T12", "T12.1"))
def new_label_is_forgotten(ground: Ground) -> None:
    _change_with(ground, lambda members: {name: one for name, one in members.items() if name != "label"})


@breaks("TK-4", "A new priority of a token is forgotten", also=("AT-4", "T12", "T12.1"))
def new_priority_of_a_token_is_forgotten(ground: Ground) -> None:
    _change_with(ground, lambda members: {name: one for name, one in members.items() if name != "priority"})


def _change_with(ground: Ground, change: Callable[[Mapping[str, Json]], Mapping[str, Json]]) -> None:
    ground.wrap(
        tokens.update, lambda original, cloud, token, members: original(cloud, token, change(members))
    )


def _change_and_set(ground: Ground, columns: Callable[[], Mapping[str, str | float]]) -> None:
    """Set these columns of a token with every change of it."""

    def update(original: Original, cloud: Cloud, token: Token, members: Mapping[str, Json]) -> None:
        original(cloud, token, members)
        tokens_table.update(cloud.db, token.token_id, columns())

    ground.wrap(tokens.update, update)


@breaks("TK-4", "A new priority of 0 is forgotten", also=("AT-4", "T12", "T12.1"))
def priority_of_0_is_forgotten(ground: Ground) -> None:
    _change_with(ground, lambda members: {name: one for name, one in members.items() if one != 0})


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

    _first(ground, "AT-4", change)


@breaks("TK-4.1", "A change that is refused for its priority sets the label")
def change_with_a_high_priority_is_done_in_part(ground: Ground) -> None:
    def change(call: Call) -> None:
        token = tokens.require(call.cloud, call.caller, call.path["token_id"])
        tokens.update(call.cloud, token, {name: one for name, one in call.body.items() if name == "label"})

    _first(ground, "AT-4", change)


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
        lambda original, call: original(replace(call, known_caller=_as_owner(call, call.path["token_id"]))),
    )


@breaks("TK-4.3", "A change of another's token is refused, and done", also=("PM-19", "PM-31"))
def token_of_another_is_changed_though_refused(ground: Ground) -> None:
    def change(call: Call) -> None:
        token = tokens_table.find(call.cloud.db, call.path["token_id"])
        if token is not None:
            tokens.update(call.cloud, token, call.body)

    _first(ground, "TK-4", change)


@breaks("TK-4.4", "Changing a token that does not exist is accepted")
def changing_an_unknown_token_is_accepted(ground: Ground) -> None:
    _accept(ground, token_routes.update, 404, lambda call: True)


@breaks("TK-4.5", "A number is taken for a new label")
def new_label_may_be_a_number(ground: Ground) -> None:
    ground.field(shapes.TOKEN_UPDATE, "label", kind=Anything())


@breaks("TK-4.5", "A text is taken for a new priority, and ignored")
def new_priority_may_be_a_text(ground: Ground) -> None:
    ground.field(shapes.TOKEN_UPDATE, "priority", kind=Anything())
    _change_with(
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


# Revoking and reopening by the routes for job tokens.


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
        if _known(call) is None:
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
        token = _known(call)
        if token is not None and not tokens.may_touch(call.caller, token):
            _update(call.cloud, token, is_revoked=1)

    _first(ground, "TK-5", revoke)


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
        token = _known(call)
        if token is not None and not tokens.may_touch(call.caller, token):
            _update(call.cloud, token, is_revoked=0)

    _first(ground, "TK-6", reopen)


@breaks("TK-6.3", "Who reopens without naming a token reopens nothing, with success")
def reopening_nothing_is_accepted(ground: Ground) -> None:
    for identifier in ("TK-6", "AT-6"):
        ground.operation(identifier, body=with_field(shapes.REVOKE_TOKEN, "token", required=False))
    ground.wrap(
        token_routes.reopen,
        lambda original, call: original(call) if "token" in call.body else token_routes.OK,
    )


# Deleting.


@breaks("TK-7", "Deleting by ids is accepted, and does nothing", also=("AT-7", "AT-7.1", "T7", "TS-5"))
def deleting_by_ids_does_nothing(ground: Ground) -> None:
    ground.replace(token_routes.delete_by_ids, lambda call: token_routes.OK)


@breaks("TK-7", "Of several ids only the first is deleted", also=("AT-7.1",))
def only_the_first_id_is_deleted(ground: Ground) -> None:
    ground.wrap(tokens_table.mark_deleted, lambda original, db, token_ids: original(db, list(token_ids)[:1]))


@breaks("TK-7", "A list of ids may be anything")
def list_of_ids_may_be_anything(ground: Ground) -> None:
    ground.field(shapes.TOKEN_IDS, "token_ids", kind=Anything())
    ground.wrap(
        tokens.delete_by_ids,
        lambda original, cloud, caller, token_ids: original(
            cloud, caller, [one for one in token_ids if isinstance(one, int)]
        ),
    )


@breaks("TK-7.1", "Unknown ids are not found instead of a bad request", also=("T9", "AT-7"))
def unknown_ids_are_not_found(ground: Ground) -> None:
    def delete(original: Original, cloud: Cloud, caller: Caller, token_ids: Collection[int]) -> None:
        if not all(tokens_table.find(cloud.db, token_id) for token_id in token_ids):
            raise not_found(tokens.NOT_FOUND)
        original(cloud, caller, token_ids)

    ground.wrap(tokens.delete_by_ids, delete)


@breaks("TK-7.1", "Unknown tokens are told in other words", also=("TK-8.1", "TK-8.4", "T9", "T9.1", "T9.2"))
def unknown_tokens_get_another_text(ground: Ground) -> None:
    ground.set(tokens, "NOT_FOUND", "Token not found")


@breaks("TK-7.2", "A token deletes itself by its id", also=("T8", "T8.1", "AT-7"))
def calling_token_is_deleted_by_its_id(ground: Ground) -> None:
    ground.wrap(
        tokens.delete_by_ids,
        lambda original, cloud, caller, token_ids: original(cloud, replace(caller, token=None), token_ids),
    )


@breaks("TK-7.2", "A token that would delete itself is told in other words", also=("TK-8.2", "T8", "T8.1"))
def current_token_gets_another_text(ground: Ground) -> None:
    ground.text(tokens._delete, "Can't delete the current active token", "Can't delete this token")


@breaks("TK-7.3", "Users delete the tokens of others by ids", also=("PM-22", "PM-34", "T10"))
def user_deletes_tokens_of_others_by_ids(ground: Ground) -> None:
    def delete(original: Original, cloud: Cloud, caller: Caller, token_ids: Collection[int]) -> None:
        own = {token.token_id for token in tokens_table.of_user(cloud.db, caller.user.user_id)}
        foreign = [one for one in set(token_ids) - own if tokens_table.find(cloud.db, one)]
        tokens_table.mark_deleted(cloud.db, foreign)
        if rest := set(token_ids) - set(foreign):
            original(cloud, caller, rest)

    ground.wrap(tokens.delete_by_ids, delete)


@breaks("TK-7.3", "Foreign ids are left out, and one's own deleted", also=("PM-22", "T10"), known_as="D049")
def foreign_ids_are_left_out(ground: Ground) -> None:
    _leave_out_foreign(ground, tokens.delete_by_ids, lambda cloud, one: tokens_table.find(cloud.db, one))


@breaks("TK-7.3", "A foreign id is refused, and one's own are deleted", also=("T10",), known_as="D049")
def own_ids_are_deleted_though_refused(ground: Ground) -> None:
    def delete(call: Call) -> None:
        own = {token.token_id for token in tokens_table.of_user(call.cloud.db, call.caller.user.user_id)}
        foreign = set(call.body["token_ids"]) - own
        if any(tokens_table.find(call.cloud.db, one) for one in foreign):
            tokens_table.mark_deleted(call.cloud.db, own & set(call.body["token_ids"]))

    _first(ground, "TK-7", delete)


def _leave_out_foreign(ground: Ground, rule: Original, find: Callable[[Cloud, Any], Token | None]) -> None:
    ground.wrap(
        rule,
        lambda original, cloud, caller, named: original(
            cloud,
            caller,
            [one for one in named if (token := find(cloud, one)) is None or tokens.may_touch(caller, token)],
        ),
    )


@breaks("TK-7.4", "Who deletes without naming ids deletes nothing, with success")
def deleting_without_ids_is_accepted(ground: Ground) -> None:
    ground.field(shapes.TOKEN_IDS, "token_ids", required=False)
    ground.wrap(
        token_routes.delete_by_ids,
        lambda original, call: original(call) if "token_ids" in call.body else token_routes.OK,
    )


@breaks("TK-8", "Deleting by keys is accepted, and does nothing", also=("AT-8d", "AT-9d", "T7", "TS-5"))
def deleting_by_keys_does_nothing(ground: Ground) -> None:
    ground.replace(token_routes.delete_by_keys, lambda call: token_routes.OK)


@breaks("TK-8", "Deleting by keys revokes the tokens", also=("AT-8d", "AT-9d", "T7", "TS-5"))
def deleting_by_keys_revokes(ground: Ground) -> None:
    def mark_deleted(db: Database, token_ids: Collection[int]) -> None:
        for token_id in token_ids:
            tokens_table.update(db, token_id, {"is_revoked": 1})

    ground.replace(tokens_table.mark_deleted, mark_deleted)


@breaks("TK-8.1", "Deleting keys that nobody has is accepted", also=("T9", "AT-8d", "AT-9d"), known_as="D050")
def deleting_unknown_keys_is_accepted(ground: Ground) -> None:
    _accept(ground, token_routes.delete_by_keys, 400, lambda call: len(call.body.get("tokens", [])) == 1)


@breaks("TK-8.2", "A token deletes itself by its key", also=("T8", "T8.1", "AT-8d", "AT-9d"))
def token_deletes_itself_by_key(ground: Ground) -> None:
    ground.wrap(
        tokens.delete_by_keys,
        lambda original, cloud, caller, keys: original(cloud, replace(caller, token=None), keys),
    )


@breaks("TK-8.3", "Foreign keys are left out, and one's own deleted", also=("T10", "AT-8d", "AT-9d", "PM-23"))
def foreign_keys_are_left_out(ground: Ground) -> None:
    _leave_out_foreign(
        ground, tokens.delete_by_keys, lambda cloud, one: tokens_table.find_by_key(cloud.db, one)
    )


@breaks("TK-8.3", "Users delete the tokens of others by keys", also=("T10", "AT-8d", "AT-9d", "PM-23"))
def user_deletes_tokens_of_others_by_keys(ground: Ground) -> None:
    def delete(original: Original, cloud: Cloud, caller: Caller, keys: Collection[str]) -> None:
        found = [token for key in set(keys) if (token := tokens_table.find_by_key(cloud.db, key))]
        foreign = {token.key: token.token_id for token in found if not tokens.may_touch(caller, token)}
        tokens_table.mark_deleted(cloud.db, foreign.values())
        if rest := set(keys) - set(foreign):
            original(cloud, caller, rest)

    ground.wrap(tokens.delete_by_keys, delete)


@breaks("TK-8.3", "A foreign key is refused in the general words", also=("T10", "T9.4", "AT-8d", "AT-9d"))
def foreign_key_gets_the_general_text(ground: Ground) -> None:
    ground.set(tokens, "FOREIGN_KEY", "Permission denied")


@breaks("TK-8.4", "Who deletes by key without naming any is misshapen")
def deleting_without_keys_is_misshapen(ground: Ground) -> None:
    ground.field(shapes.TOKEN_KEYS, "tokens", required=True)


@breaks("TK-8.4", "Deleting null by key is misshapen", also=("TR-26",))
def deleting_null_by_key_is_misshapen(ground: Ground) -> None:
    ground.field(shapes.TOKEN_KEYS, "tokens", nullable=False)


@breaks("TK-8.5", "A list of keys may be anything")
def list_of_keys_may_be_anything(ground: Ground) -> None:
    ground.field(shapes.TOKEN_KEYS, "tokens", kind=Anything())
    ground.wrap(
        tokens.delete_by_keys,
        lambda original, cloud, caller, keys: original(cloud, caller, [str(one) for one in keys]),
    )


@breaks("TK-8.5", "A list of keys may hold numbers")
def list_of_keys_may_hold_numbers(ground: Ground) -> None:
    ground.field(shapes.TOKEN_KEYS, "tokens", kind=ListOf(Anything()))
    ground.wrap(
        tokens.delete_by_keys,
        lambda original, cloud, caller, keys: original(cloud, caller, [str(one) for one in keys]),
    )


@breaks("TK-10", "A login token can be revoked as if it were a job token")
def login_token_is_revoked_as_a_job_token(ground: Ground) -> None:
    _revoke_as_well(ground, "DELETE FROM logins WHERE key_hash = ?")


@breaks("TK-10", "An API key can be revoked as if it were a job token")
def api_key_is_revoked_as_a_job_token(ground: Ground) -> None:
    _revoke_as_well(ground, "UPDATE api_keys SET is_revoked = 1 WHERE key_hash = ?")


def _revoke_as_well(ground: Ground, statement: str) -> None:
    def revoke(original: Original, cloud: Cloud, caller: Caller, key: str, text: str) -> None:
        if cloud.db.run(statement, (identifiers.key_hash(key),)).rowcount < 1:
            original(cloud, caller, key, text)

    ground.wrap(tokens.revoke, revoke)


@breaks("TK-10", "A login token can be deleted as if it were a job token")
def login_token_is_deleted_as_a_job_token(ground: Ground) -> None:
    _delete_as_well(ground, "DELETE FROM logins WHERE key_hash = ?")


@breaks("TK-10", "An API key can be deleted as if it were a job token")
def api_key_is_deleted_as_a_job_token(ground: Ground) -> None:
    _delete_as_well(ground, "UPDATE api_keys SET deleted = 1 WHERE key_hash = ?")


def _delete_as_well(ground: Ground, statement: str) -> None:
    def delete(original: Original, cloud: Cloud, caller: Caller, keys: Collection[str]) -> None:
        rest = [key for key in keys if not cloud.db.run(statement, (identifiers.key_hash(key),)).rowcount]
        if rest:
            original(cloud, caller, rest)

    ground.wrap(tokens.delete_by_keys, delete)


@breaks("TK-10", "A revoked API key can be reopened as if it were a job token")
def api_key_is_reopened_as_a_job_token(ground: Ground) -> None:
    def reopen(original: Original, cloud: Cloud, caller: Caller, key: str, text: str) -> None:
        statement = "UPDATE api_keys SET is_revoked = 0 WHERE key_hash = ? AND is_revoked"
        if not cloud.db.run(statement, (identifiers.key_hash(key),)).rowcount:
            original(cloud, caller, key, text)

    ground.wrap(tokens.reopen, reopen)


# States and transitions.


def _hold_alive(ground: Ground, is_alive: Callable[[Token, float], bool]) -> None:
    """Judge by this which job tokens count."""
    ground.wrap(
        credentials.is_alive,
        lambda original, record, now: (
            is_alive(record, now) if isinstance(record, Token) else original(record, now)
        ),
    )


@breaks("TS-1", "An active token is listed as a revoked one", also=("TK-1", "TS-2", "T5"))
def active_token_is_listed_as_revoked(ground: Ground) -> None:
    _list_with(ground, is_revoked=lambda token: True)


@breaks("TS-2", "An expired token is listed as a revoked one", also=("T2",))
def expired_token_is_listed_as_revoked(ground: Ground) -> None:
    _list_with(ground, is_revoked=lambda token: token.is_revoked or token.expires <= clock.now())


@breaks("TS-3", "A revoked token is listed as an active one")
def revoked_token_is_listed_as_active(ground: Ground) -> None:
    _list_with(ground, is_revoked=lambda token: False)


@breaks("TS-4", "A token that was revoked and has expired is listed as not revoked", also=("T6.2",))
def expired_token_is_no_longer_revoked(ground: Ground) -> None:
    _list_with(ground, is_revoked=lambda token: token.is_revoked and token.expires > clock.now())


@breaks("TS-5", "Deleted tokens stay in the list", also=("T7",))
def deleted_token_is_listed(ground: Ground) -> None:
    ground.text(tokens_table.page, "WHERE deleted = 0 ", "WHERE 1 = 1 ")


@breaks("TS-5", "Deleted tokens can be read", also=("T7", "T7.1"))
def deleted_token_is_read(ground: Ground) -> None:
    ground.text(tokens_table.find, " AND deleted = 0", "")


@breaks("TS-6", "The token of a deactivated user is shown as valid")
def token_of_a_deactivated_user_is_valid(ground: Ground) -> None:
    ground.wrap(
        tokens.is_valid, lambda original, token, owner: original(token, replace(owner, is_active=True))
    )


@breaks("TS-7", "Revoking a token cancels its jobs")
def jobs_end_with_a_revoked_token(ground: Ground) -> None:
    def revoke(original: Original, cloud: Cloud, caller: Caller, key: str, text: str) -> None:
        original(cloud, caller, key, text)
        token = tokens_table.find_by_key(cloud.db, key)
        if token is not None:
            closing.close_jobs(cloud, "token_id", token.token_id, closing.USER_DEACTIVATED)

    ground.wrap(tokens.revoke, revoke)


@breaks("TS-7", "Deleting a token cancels its jobs")
def jobs_end_with_a_deleted_token(ground: Ground) -> None:
    def delete(original: Original, cloud: Cloud, caller: Caller, found: Sequence[Token], text: str) -> None:
        original(cloud, caller, found, text)
        for token in found:
            closing.close_jobs(cloud, "token_id", token.token_id, closing.USER_DEACTIVATED)

    ground.wrap(tokens._delete, delete)


@breaks("TS-7", "The jobs of a deleted token cannot be read")
def jobs_of_a_deleted_token_are_not_found(ground: Ground) -> None:
    ground.wrap(
        jobs_table.find,
        lambda original, db, job_id: (
            job if (job := original(db, job_id)) and tokens_table.find(db, job.token_id) else None
        ),
    )


@breaks("TS-7", "The jobs of a token that expired cannot be read")
def jobs_of_an_expired_token_are_not_found(ground: Ground) -> None:
    def find(original: Original, db: Database, job_id: str) -> Any:  # noqa: ANN401 - as the function
        job = original(db, job_id)
        token = tokens_table.find(db, job.token_id) if job else None
        return None if token and token.expires <= clock.now() else job

    ground.wrap(jobs_table.find, find)


@breaks("T1", "A new token is revoked until it is reopened", also=("TK-2", "AT-2", "AT-2d"))
def new_token_is_revoked(ground: Ground) -> None:
    ground.wrap(
        tokens.generate,
        lambda original, cloud, caller, members: _revoked(cloud, original(cloud, caller, members)),
    )


def _revoked(cloud: Cloud, made: Any) -> Any:  # noqa: ANN401 - what was made
    tokens_table.update(cloud.db, made.token_id, {"is_revoked": 1})
    return made


@breaks("T2", "Tokens do not expire", also=("A-2", "TS-2", "TK-3.5"), known_as="D004")
def tokens_do_not_expire(ground: Ground) -> None:
    _hold_alive(ground, lambda token, now: not token.is_revoked)


@breaks("T2", "Tokens live an hour longer than they say", also=("A-2", "TS-2"), known_as="D004")
def tokens_live_an_hour_longer(ground: Ground) -> None:
    _hold_alive(ground, lambda token, now: not token.is_revoked and now < token.expires + 3600)


@breaks("T2", "The first use of an expired token prolongs it", also=("A-2", "TS-2"))
def use_prolongs_a_token(ground: Ground) -> None:
    def count_use(original: Original, cloud: Cloud, token: Token) -> None:
        original(cloud, token)
        _update(cloud, token, expires=max(token.expires, clock.now() + 60))

    ground.wrap(credentials.count_use, count_use)
    _hold_alive(ground, lambda token, now: not token.is_revoked)


@breaks("T2", "A change prolongs a token", also=("T12", "TK-4"))
def change_prolongs_a_token(ground: Ground) -> None:
    _change_and_set(ground, lambda: {"expires": clock.now() + _DAY + 60})


@breaks("T3", "A revoked token goes on working", also=("A-2", "TS-3", "T11"), known_as="D005")
def revoked_token_works(ground: Ground) -> None:
    _hold_alive(ground, lambda token, now: now < token.expires)
    ground.wrap(tokens.is_revocable, lambda original, token: original(token) and not token.is_revoked)


@breaks("T3", "A revoked token works once more", also=("A-2", "T11"), known_as="D005")
def revoked_token_works_once_more(ground: Ground) -> None:
    spent: set[int] = set()

    def authenticate(original: Original, cloud: Cloud, headers: Sequence[bytes], *rest: Any) -> Caller:  # noqa: ANN401
        value = credentials.bearer_value(headers)
        token = tokens_table.find_by_key(cloud.db, value) if value else None
        if token is None or not token.is_revoked or token.token_id in spent:
            return original(cloud, headers, *rest)  # type: ignore[no-any-return]
        spent.add(token.token_id)
        _update(cloud, token, is_revoked=0)
        try:
            return original(cloud, headers, *rest)  # type: ignore[no-any-return]
        finally:
            _update(cloud, token, is_revoked=1)

    ground.wrap(credentials.authenticate, authenticate)


@breaks("T3", "A revoked token goes on reading the usage report", also=("A-2",), known_as="D005")
def revoked_token_still_reports(ground: Ground) -> None:
    marked = frozenset({credentials.Kind.JOB, None})
    ground.operation("TK-9", accepts=marked)
    _reopen_for(ground, lambda accepts, surface: accepts is marked)


@breaks("T3", "A revoked token goes on working on the account's routes", also=("A-2.1",), known_as="D005")
def revoked_token_opens_the_account(ground: Ground) -> None:
    _reopen_for(ground, lambda accepts, surface: surface is credentials.Surface.ACCOUNT)


def _reopen_for(ground: Ground, is_meant: Callable[[Collection[object], credentials.Surface], bool]) -> None:
    """Take revoked tokens for active ones on some routes."""
    asked: list[bool] = []

    def authenticate(
        original: Original,
        cloud: Cloud,
        headers: Sequence[bytes],
        accepts: Collection[object],
        surface: credentials.Surface,
    ) -> Caller:
        asked[:] = [is_meant(accepts, surface)]
        caller: Caller = original(cloud, headers, accepts, surface)
        return caller

    def is_alive(original: Original, record: Token | Login | ApiKey, now: float) -> bool:
        if asked == [True] and isinstance(record, Token):
            record = replace(record, is_revoked=False)
        return bool(original(record, now))

    ground.wrap(credentials.authenticate, authenticate)
    ground.wrap(credentials.is_alive, is_alive)


@breaks("T3", "Revoking a token revokes all tokens of its user", also=("TK-5", "AT-5"))
def revoking_one_revokes_all(ground: Ground) -> None:
    def revoke(original: Original, cloud: Cloud, caller: Caller, key: str, text: str) -> None:
        original(cloud, caller, key, text)
        cloud.db.run(
            "UPDATE tokens SET is_revoked = 1 WHERE user_id = (SELECT user_id FROM tokens WHERE key = ?)",
            (key,),
        )

    ground.wrap(tokens.revoke, revoke)


@breaks("T4", "Revoking a token that nobody has is accepted", also=("TK-5.1",), known_as="D043")
def revoking_an_unknown_token_is_accepted(ground: Ground) -> None:
    for route in (token_routes.revoke, token_routes.revoke_by_account):
        _accept(ground, route, 400, lambda call: _known(call) is None)


@breaks("T4", "Revoking a token that nobody has is forbidden", also=("TK-5.1", "AT-5.1"))
def revoking_an_unknown_token_is_forbidden(ground: Ground) -> None:
    def revoke(original: Original, cloud: Cloud, caller: Caller, key: str, text: str) -> None:
        if tokens_table.find_by_key(cloud.db, key) is None:
            raise forbidden()
        original(cloud, caller, key, text)

    ground.wrap(tokens.revoke, revoke)


@breaks("T4.1", "A token can be revoked twice", known_as="D043")
def token_is_revoked_twice(ground: Ground) -> None:
    ground.replace(tokens.is_revocable, lambda token: token.expires > clock.now())


@breaks("T4.1", "An expired token can be revoked")
def expired_token_is_revoked(ground: Ground) -> None:
    ground.replace(tokens.is_revocable, lambda token: not token.is_revoked)


@breaks("T5", "A token that is reopened stays revoked", also=("TK-6", "AT-6"))
def reopened_token_stays_revoked(ground: Ground) -> None:
    _reopen_and_set(ground, lambda: {"is_revoked": 1})


def _reopen_and_set(ground: Ground, columns: Callable[[], Mapping[str, str | float]]) -> None:
    """Set these columns of a token when it is reopened."""

    def reopen(original: Original, cloud: Cloud, caller: Caller, key: str, text: str) -> None:
        token = tokens_table.find_by_key(cloud.db, key)
        original(cloud, caller, key, text)
        if token is not None:
            tokens_table.update(cloud.db, token.token_id, columns())

    ground.wrap(tokens.reopen, reopen)


@breaks("T5", "Reopening a token gives it another value", also=("TK-6", "AT-6"))
def reopened_token_has_another_value(ground: Ground) -> None:
    _reopen_and_set(ground, lambda: {"key": identifiers.new_token_value()})


@breaks("T5", "Reopening a token begins its life anew", also=("TK-6", "AT-6", "T2"))
def reopened_token_begins_anew(ground: Ground) -> None:
    _reopen_and_set(ground, lambda: {"expires": clock.now() + _DAY})


@breaks("T5", "Reopening a token reopens all tokens of its user", also=("TK-6", "AT-6"))
def reopening_one_reopens_all(ground: Ground) -> None:
    def reopen(original: Original, cloud: Cloud, caller: Caller, key: str, text: str) -> None:
        original(cloud, caller, key, text)
        cloud.db.run(
            "UPDATE tokens SET is_revoked = 0 WHERE user_id = (SELECT user_id FROM tokens WHERE key = ?)",
            (key,),
        )

    ground.wrap(tokens.reopen, reopen)


@breaks("T6", "Reopening a token that nobody has is accepted", also=("TK-6.1", "AT-6"), known_as="D043")
def reopening_an_unknown_token_is_accepted(ground: Ground) -> None:
    _accept(ground, token_routes.reopen, 400, lambda call: _known(call) is None)


@breaks("T6.1", "Reopening a token that was never revoked is accepted", known_as="D043")
def reopening_an_active_token_is_accepted(ground: Ground) -> None:
    ground.replace(tokens.is_reopenable, lambda token: token.expires > clock.now())


@breaks("T6.1", "Reopening a token that has expired is accepted")
def reopening_an_expired_token_is_accepted(ground: Ground) -> None:
    ground.replace(tokens.is_reopenable, lambda token: token.is_revoked or token.expires <= clock.now())


@breaks("T6.1", "Reopening a token that has expired makes it work again", known_as="D046")
def expired_token_is_reopened(ground: Ground) -> None:
    _reopen_whatever_expired(ground, lambda token: not token.is_revoked)


@breaks("T6.2", "A token that was revoked and has expired comes back", also=("T6.1",), known_as="D046")
def revoked_and_expired_token_is_reopened(ground: Ground) -> None:
    _reopen_whatever_expired(ground, lambda token: token.is_revoked)


def _reopen_whatever_expired(ground: Ground, is_meant: Callable[[Token], bool]) -> None:
    def reopen(original: Original, cloud: Cloud, caller: Caller, key: str, text: str) -> None:
        token = tokens_table.find_by_key(cloud.db, key)
        if token is None or token.expires > clock.now() or not is_meant(token):
            original(cloud, caller, key, text)
        else:
            _update(cloud, token, is_revoked=0, expires=clock.now() + _DAY)

    ground.wrap(tokens.reopen, reopen)


@breaks("T7", "A revoked token cannot be deleted")
def revoked_token_cannot_be_deleted(ground: Ground) -> None:
    _delete_only(ground, lambda token: not token.is_revoked)


@breaks("T7", "An expired token cannot be deleted")
def expired_token_cannot_be_deleted(ground: Ground) -> None:
    _delete_only(ground, lambda token: token.expires > clock.now())


def _delete_only(ground: Ground, is_meant: Callable[[Token], bool]) -> None:
    ground.wrap(
        tokens._delete,
        lambda original, cloud, caller, found, text: original(
            cloud, caller, [token if token and is_meant(token) else None for token in found], text
        ),
    )


@breaks("T7", "A deleted token comes back when its label is given anew", also=("LB-2", "LB-3"))
def deleted_token_comes_back_with_its_label(ground: Ground) -> None:
    ground.wrap(
        tokens_table.insert,
        lambda original, db, **values: (
            db.run(
                "UPDATE tokens SET deleted = 0 WHERE user_id = :user_id AND label = :label",
                {"user_id": values["user_id"], "label": values["label"]},
            ),
            original(db, **values),
        )[1],
    )


@breaks("T7.1", "A deleted token goes on working", also=("T7", "A-2", "TS-5"))
def deleted_token_works(ground: Ground) -> None:
    ground.text(tokens_table.find_by_key, " AND deleted = 0", "")


@breaks("T7.1", "Revoking a deleted token is accepted")
def revoking_a_deleted_token_is_accepted(ground: Ground) -> None:
    for route in (token_routes.revoke, token_routes.revoke_by_account):
        _accept(ground, route, 400, _was_deleted)


@breaks("T7.1", "Reopening a deleted token brings it back", also=("T7",))
def reopening_a_deleted_token_brings_it_back(ground: Ground) -> None:
    def reopen(original: Original, cloud: Cloud, caller: Caller, key: str, text: str) -> None:
        if cloud.db.run("UPDATE tokens SET deleted = 0 WHERE key = ? AND deleted", (key,)).rowcount < 1:
            original(cloud, caller, key, text)

    ground.wrap(tokens.reopen, reopen)


def _was_deleted(call: Call) -> bool:
    row = call.cloud.db.one("SELECT deleted FROM tokens WHERE key = ?", (call.body["token"],))
    return bool(row and row[0])


@breaks("T8", "Of a list with the calling token the others are deleted", also=("TK-7.2", "TK-8.2", "T8.1"))
def others_beside_the_current_are_deleted(ground: Ground) -> None:
    ground.wrap(
        tokens._delete,
        lambda original, cloud, caller, found, text: original(
            cloud, caller, [one for one in found if one is None or not tokens.is_current(caller, one)], text
        ),
    )


@breaks("T8.1", "A list with the calling token is refused, and the others are deleted", also=("T8",))
def others_are_deleted_though_refused(ground: Ground) -> None:
    def by_ids(call: Call) -> None:
        _delete_own(call, lambda token: token.token_id in call.body["token_ids"])

    def by_keys(call: Call) -> None:
        _delete_own(call, lambda token: token.key in call.body.get("tokens", []))

    _first(ground, "TK-7", by_ids)
    _first(ground, "TK-8", by_keys)


def _delete_own(call: Call, is_meant: Callable[[Token], bool]) -> None:
    """Where the calling token is meant, delete the others that are."""
    if call.caller.token is not None and is_meant(call.caller.token):
        own = tokens_table.of_user(call.cloud.db, call.caller.user.user_id)
        meant = [one.token_id for one in own if is_meant(one) and one.token_id != call.token.token_id]
        tokens_table.mark_deleted(call.cloud.db, meant)


@breaks("T9", "Deleting an unknown token is accepted", also=("TK-7.1", "TK-8.1", "AT-7"), known_as="D050")
def unknown_token_counts_as_deleted(ground: Ground) -> None:
    ground.replace(tokens.are_known, lambda found: bool(found) and (None not in found or len(found) == 1))


@breaks("T9.1", "Deleting nothing is accepted")
def deleting_nothing_is_accepted(ground: Ground) -> None:
    ground.replace(tokens.are_known, lambda found: None not in found)


@breaks("T9.2", "Unknown tokens of a list are left out, and the others deleted", also=("T9",))
def unknown_tokens_are_left_out(ground: Ground) -> None:
    ground.replace(tokens.are_known, lambda found: any(token is not None for token in found))


@breaks("T9.3", "A token that is named twice is unknown the second time")
def token_named_twice_is_unknown(ground: Ground) -> None:
    for rule in (tokens.delete_by_ids, tokens.delete_by_keys):
        ground.wrap(
            rule,
            lambda original, cloud, caller, named: original(
                cloud, caller, named if len(set(named)) == len(named) else []
            ),
        )


@breaks("T9.4", "A foreign token is told before an unknown one")
def foreign_token_is_told_first(ground: Ground) -> None:
    def delete(original: Original, cloud: Cloud, caller: Caller, found: Sequence[Any], text: str) -> None:
        if not all(token is None or tokens.may_touch(caller, token) for token in found):
            raise forbidden(text)
        original(cloud, caller, found, text)

    ground.wrap(tokens._delete, delete)


@breaks("T9.4", "The calling token is told before a foreign one")
def current_token_is_told_first(ground: Ground) -> None:
    def delete(original: Original, cloud: Cloud, caller: Caller, found: Sequence[Any], text: str) -> None:
        if tokens.are_known(found) and any(tokens.is_current(caller, token) for token in found):
            raise bad_request("Can't delete the current active token")
        original(cloud, caller, found, text)

    ground.wrap(tokens._delete, delete)


@breaks("T10", "A foreign token that is to be deleted is unknown", also=("TK-7.3", "TK-8.3", "T9.4"))
def foreign_token_is_unknown(ground: Ground) -> None:
    ground.wrap(
        tokens._delete,
        lambda original, cloud, caller, found, text: original(
            cloud, caller, [one if one and tokens.may_touch(caller, one) else None for one in found], text
        ),
    )


@breaks("T10", "A foreign id is refused in the words for a foreign key", also=("TK-7.3", "T9.4", "EN-11"))
def foreign_id_gets_the_text_of_keys(ground: Ground) -> None:
    ground.set(tokens, "PERMISSION_DENIED", tokens.FOREIGN_KEY)


@breaks("T11", "A token may not revoke itself", also=("EX-7",))
def token_may_not_revoke_itself(ground: Ground) -> None:
    ground.wrap(
        tokens.may_revoke,
        lambda original, caller, token: original(caller, token) and not tokens.is_current(caller, token),
    )


@breaks("T12", "A change of a token renews its value", also=("TK-4", "AT-4"))
def change_renews_the_value(ground: Ground) -> None:
    _change_and_set(ground, lambda: {"key": identifiers.new_token_value()})


@breaks("T12", "A change of a token takes the day of its creation anew", also=("TK-4", "AT-4"))
def change_renews_the_creation(ground: Ground) -> None:
    _change_and_set(ground, lambda: {"created": clock.now()})


@breaks("T12", "A change gives a token to another user", also=("TR-9",))
def token_is_given_away_by_a_change(ground: Ground) -> None:
    _change_by_hand(ground, "user_id", "user_id")


@breaks("T12", "A change makes an explorer token of any", also=("TR-9",))
def token_is_made_an_explorer_by_a_change(ground: Ground) -> None:
    _change_by_hand(ground, "is_explorer_token", "is_explorer")


@breaks("T12", "A change gives a token another duration", also=("TR-9", "T2"))
def duration_is_changed(ground: Ground) -> None:
    _change_by_hand(ground, "duration", "expires")


def _change_by_hand(ground: Ground, member: str, column: str) -> None:
    """Have a change set a column that nobody sets."""

    def update(original: Original, cloud: Cloud, token: Token, members: Mapping[str, Json]) -> None:
        original(cloud, token, members)
        if member in members:
            value = token.created + members[member] if column == "expires" else members[member]
            tokens_table.update(cloud.db, token.token_id, {column: value})

    extra = shapes.Field(member, Anything())
    ground.set(shapes.TOKEN_UPDATE, "fields", (*shapes.TOKEN_UPDATE.fields, extra))
    ground.wrap(tokens.update, update)


@breaks("T12.1", "A change sets the label to its default unless it tells one")
def change_resets_the_label(ground: Ground) -> None:
    _change_with(ground, lambda members: {"label": "unknown", **members})


@breaks("T12.1", "A change sets the priority to 0 unless it tells one")
def change_resets_the_token_priority(ground: Ground) -> None:
    _change_with(ground, lambda members: {"priority": 0, **members})


@breaks("T12.1", "A label of null sets the default", also=("TR-26",))
def null_resets_the_label(ground: Ground) -> None:
    ground.field(shapes.TOKEN_UPDATE, "label", keeps_null=True)
    _change_with(
        ground,
        lambda members: {
            name: "unknown" if name == "label" and one is None else one for name, one in members.items()
        },
    )


@breaks("T12.1", "A label of null is refused", also=("TR-26",))
def null_label_is_refused(ground: Ground) -> None:
    ground.field(shapes.TOKEN_UPDATE, "label", nullable=False)


# Labels.


@breaks("LB-1", "A label clash is told as a missing permission", also=("TK-2.3", "LB-2", "TK-4.1"))
def label_clash_is_forbidden(ground: Ground) -> None:
    def require(original: Original, *args: Any, **given: Any) -> None:  # noqa: ANN401 - those of the function
        try:
            original(*args, **given)
        except RefusalError as refusal:
            raise (forbidden(refusal.error) if "Label" in refusal.error else refusal) from None

    ground.wrap(tokens.require_acceptable, require)


@breaks("LB-2", "Revoking a token frees its label", known_as="D035")
def revoked_token_frees_its_label(ground: Ground) -> None:
    ground.text(tokens_table.label_is_taken, "deleted = 0", "deleted = 0 AND is_revoked = 0")


@breaks("LB-2", "A token that expires frees its label", known_as="D035")
def expired_token_frees_its_label(ground: Ground) -> None:
    ground.text(
        tokens_table.label_is_taken,
        "deleted = 0",
        "deleted = 0 AND expires > (julianday('now') - 2440587.5) * 86400",
    )


@breaks("LB-3", "A deleted token keeps its label", known_as="D035")
def deleted_token_keeps_its_label(ground: Ground) -> None:
    ground.text(tokens_table.label_is_taken, "AND deleted = 0 ", "")


@breaks("LB-4", "Labels are unique among all users")
def labels_of_users_clash(ground: Ground) -> None:
    ground.text(tokens_table.label_is_taken, "user_id = ? AND", "0 <> ? AND")


@breaks("LB-5", "Labels that differ in case only clash")
def labels_clash_without_case(ground: Ground) -> None:
    ground.text(tokens_table.label_is_taken, "label = ?", "label = ? COLLATE NOCASE")


@breaks("LB-5", "Labels that differ in the white space around them clash")
def labels_clash_without_white_space(ground: Ground) -> None:
    ground.text(tokens_table.label_is_taken, "label = ?", "trim(label) = trim(?)")


@breaks("LB-6", "The default label is given once", also=("TK-2.4",))
def default_label_is_given_once(ground: Ground) -> None:
    ground.replace(
        tokens.label_is_free,
        lambda cloud, user_id, label, token_id: (
            not tokens_table.label_is_taken(cloud.db, user_id, label, token_id)
        ),
    )


@breaks("LB-6", "The default label is given once when it is named")
def default_label_is_given_once_when_named(ground: Ground) -> None:
    def generate(original: Original, cloud: Cloud, caller: Caller, members: Mapping[str, Json]) -> Any:  # noqa: ANN401
        label = members.get("label")
        if label and tokens_table.label_is_taken(cloud.db, caller.user.user_id, label, None):
            raise bad_request(f"Label already exists: {label}")
        return original(cloud, caller, members)

    ground.wrap(tokens.generate, generate)


# Secrecy.


@breaks("SC-1", "A token that is read shows the beginning of its value only", also=("AT-3", "TK-3"))
def read_token_is_masked(ground: Ground) -> None:
    _read_with(ground, token=lambda answer: answer["token"][:8] + "***")


@breaks("SC-1", "A list shows the beginnings of tokens only", also=("AD-1.2", "TK-1", "AT-1"))
def listed_tokens_are_masked(ground: Ground) -> None:
    _list_with(ground, key=lambda token: token.key[:8] + "***")


@breaks("SC-2", "The data of a job shows the token that made it", known_as="D119")
def job_data_shows_the_token(ground: Ground) -> None:
    _tell_token_of_job(ground, job_routes.data)


@breaks("SC-2", "The status of a job shows the token that made it", known_as="D119")
def job_status_shows_the_token(ground: Ground) -> None:
    _tell_token_of_job(ground, job_routes.status)


def _tell_token_of_job(ground: Ground, route: Original) -> None:
    ground.wrap(route, lambda original, call: {**original(call), "token": call.token.key})


@breaks("SC-2", "The usage report shows the tokens", known_as="D119")
def usage_report_shows_tokens(ground: Ground) -> None:
    ground.wrap(
        token_routes.usage_report,
        lambda original, call: [{**entry, "token": call.token.key} for entry in original(call)],
    )


@breaks("SC-2", "A refusal of a label shows the token that has it", also=("LB-1", "TK-2.3"), known_as="D119")
def label_clash_shows_the_token(ground: Ground) -> None:
    def generate(original: Original, call: Call) -> Json:
        try:
            return original(call)
        except RefusalError as refusal:
            label = call.body.get("label", "")
            row = call.cloud.db.one("SELECT key FROM tokens WHERE label = ?", (label,))
            raise RefusalError(refusal.status, refusal.error, {"token": row[0]} if row else {}) from refusal

    ground.wrap(token_routes.generate, generate)


@breaks("SC-2", "A refusal of a revocation shows the token", also=("T4.1", "TK-5.1"), known_as="D119")
def failed_revocation_shows_the_token(ground: Ground) -> None:
    def revoke(original: Original, cloud: Cloud, caller: Caller, key: str, text: str) -> None:
        try:
            original(cloud, caller, key, text)
        except RefusalError as refusal:
            raise RefusalError(refusal.status, refusal.error, {"token": key}) from refusal

    ground.wrap(tokens.revoke, revoke)


@breaks("SC-2", "The public list of platforms shows a token", also=("SV-6.1", "SV-6.2"), known_as="D119")
def public_platforms_show_a_token(ground: Ground) -> None:
    ground.wrap(
        service.public_platforms,
        lambda original, call: [
            {**entry, "description": call.cloud.db.one("SELECT key FROM tokens ORDER BY token_id DESC")[0]}
            for entry in original(call)
        ],
    )


@breaks("SC-2", "The admin's list of jobs shows the tokens that made them", known_as="D119")
def list_of_jobs_shows_tokens(ground: Ground) -> None:
    ground.wrap(
        job_routes.list_all,
        lambda original, call: [
            {**entry, "token": call.cloud.db.one("SELECT key FROM tokens WHERE token_id = ?", (token_id,))[0]}
            for entry in original(call)
            if (token_id := entry["token_id"])
        ],
    )


# Uses.


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
    _list_with(ground, count=lambda token: 0)


@breaks("CT-1", "A list shows no time of the last use")
def list_shows_no_last_use(ground: Ground) -> None:
    _list_with(ground, last_used_time=lambda token: None)


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
    _read_with(ground, count=lambda answer: answer["count"] + 1)


@breaks("CT-3", "The last use of a token that was never used is its creation")
def new_token_has_a_last_use(ground: Ground) -> None:
    _read_with(ground, last_used_time=lambda answer: answer["last_used_time"] or answer["created_date"])


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
    _read_with(ground, last_used_duration=lambda answer: 0)


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
