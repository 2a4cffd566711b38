"""Faults of the states of a token, and of the ways from one to another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.job_tokens.common import (
    DAY,
    accept,
    change_and_set,
    change_with,
    first,
    known,
    list_with,
    update,
)
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import shapes
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Anything
from sandbox.rules import clock, closing, credentials, identifiers, tokens
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import bad_request, forbidden
from sandbox.store import jobs_table, tokens_table
from sandbox.store.database import Database
from sandbox.store.records import ApiKey, Login, Token


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
    list_with(ground, is_revoked=lambda token: True)


@breaks("TS-2", "An expired token is listed as a revoked one", also=("T2",))
def expired_token_is_listed_as_revoked(ground: Ground) -> None:
    list_with(ground, is_revoked=lambda token: token.is_revoked or token.expires <= clock.now())


@breaks("TS-3", "A revoked token is listed as an active one")
def revoked_token_is_listed_as_active(ground: Ground) -> None:
    list_with(ground, is_revoked=lambda token: False)


@breaks("TS-4", "A token that was revoked and has expired is listed as not revoked", also=("T6.2",))
def expired_token_is_no_longer_revoked(ground: Ground) -> None:
    list_with(ground, is_revoked=lambda token: token.is_revoked and token.expires > clock.now())


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
        update(cloud, token, expires=max(token.expires, clock.now() + 60))

    ground.wrap(credentials.count_use, count_use)
    _hold_alive(ground, lambda token, now: not token.is_revoked)


@breaks("T2", "A change prolongs a token", also=("T12", "TK-4"))
def change_prolongs_a_token(ground: Ground) -> None:
    change_and_set(ground, lambda: {"expires": clock.now() + DAY + 60})


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
        update(cloud, token, is_revoked=0)
        try:
            return original(cloud, headers, *rest)  # type: ignore[no-any-return]
        finally:
            update(cloud, token, is_revoked=1)

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
        accept(ground, route, 400, lambda call: known(call) is None)


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
    _reopen_and_set(ground, lambda: {"expires": clock.now() + DAY})


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
    accept(ground, token_routes.reopen, 400, lambda call: known(call) is None)


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
            update(cloud, token, is_revoked=0, expires=clock.now() + DAY)

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
        accept(ground, route, 400, _was_deleted)


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

    first(ground, "TK-7", by_ids)
    first(ground, "TK-8", by_keys)


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
    change_and_set(ground, lambda: {"key": identifiers.new_token_value()})


@breaks("T12", "A change of a token takes the day of its creation anew", also=("TK-4", "AT-4"))
def change_renews_the_creation(ground: Ground) -> None:
    change_and_set(ground, lambda: {"created": clock.now()})


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
    change_with(ground, lambda members: {"label": "unknown", **members})


@breaks("T12.1", "A change sets the priority to 0 unless it tells one")
def change_resets_the_token_priority(ground: Ground) -> None:
    change_with(ground, lambda members: {"priority": 0, **members})


@breaks("T12.1", "A label of null sets the default", also=("TR-26",))
def null_resets_the_label(ground: Ground) -> None:
    ground.field(shapes.TOKEN_UPDATE, "label", keeps_null=True)
    change_with(
        ground,
        lambda members: {
            name: "unknown" if name == "label" and one is None else one for name, one in members.items()
        },
    )


@breaks("T12.1", "A label of null is refused", also=("TR-26",))
def null_label_is_refused(ground: Ground) -> None:
    ground.field(shapes.TOKEN_UPDATE, "label", nullable=False)
