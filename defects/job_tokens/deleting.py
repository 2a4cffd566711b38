"""Faults in deleting job tokens."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.job_tokens.common import accept, first
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.routes import shapes
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Anything, ListOf
from sandbox.rules import identifiers, tokens
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import not_found
from sandbox.store import tokens_table
from sandbox.store.database import Database
from sandbox.store.records import Token


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

    first(ground, "TK-7", delete)


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
    accept(ground, token_routes.delete_by_keys, 400, lambda call: len(call.body.get("tokens", [])) == 1)


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
