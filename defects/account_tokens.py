"""Faults of looking after job tokens with an account's credential: AT-1 to AT-9d."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground, operation, with_field
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import shapes
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.rules import tokens
from sandbox.rules.credentials import Caller, Kind, Surface
from sandbox.rules.refusals import RefusalError, bad_request, not_found
from sandbox.store import tokens_table, users_table
from sandbox.store.records import User

LOGIN_ALONE = frozenset({Kind.LOGIN})
JOB_ALONE = frozenset({Kind.JOB})


def _handle(ground: Ground, identifier: str, around: Callable[[Original, Call], Json]) -> None:
    """Have one route handled by `around(its handler, call)`."""
    handler = operation(identifier).handler
    ground.operation(identifier, handler=lambda call: around(handler, call))


def _does_nothing(ground: Ground, identifier: str) -> None:
    _handle(ground, identifier, lambda original, call: token_routes.OK)


def _tells(ground: Ground, identifier: str, old: str, new: str) -> None:
    """Have one route refuse with `new` where it refuses with `old`."""

    def around(original: Original, call: Call) -> Json:
        try:
            return original(call)
        except RefusalError as refusal:
            text = new if refusal.error == old else refusal.error
            raise RefusalError(refusal.status, text, refusal.detail) from refusal

    _handle(ground, identifier, around)


def _as_admin(original: Original, call: Call) -> Json:
    """Handle a call as if an admin had sent it."""
    caller = Caller(Kind.LOGIN, replace(call.caller.user, is_admin=True))
    return original(replace(call, known_caller=caller))


@breaks("AT-1", "A login token does not list job tokens", also=("PM-26",))
def login_token_lists_no_tokens(ground: Ground) -> None:
    ground.operation("AT-1", accepts=JOB_ALONE)


@breaks("AT-1", "A job token lists no tokens on the account's route", also=("PM-26",))
def job_token_lists_nothing_on_the_account(ground: Ground) -> None:
    ground.operation("AT-1", accepts=LOGIN_ALONE)


@breaks("AT-1", "With a login token the list holds the first token only")
def login_token_lists_one_token(ground: Ground) -> None:
    _handle(
        ground,
        "AT-1",
        lambda original, call: original(call)[:1] if call.caller.token is None else original(call),
    )


@breaks("AT-1", "With a login token filters are ignored", also=("TK-1.4", "TK-1.5", "TK-1.6"))
def account_list_ignores_filters(ground: Ground) -> None:
    _handle(
        ground,
        "AT-1",
        lambda original, call: original(
            replace(call, query={**call.query, "include_expired": True, "include_revoked": True})
        ),
    )


@breaks("AT-1", "Users list the tokens of others with a login token", also=("PM-27",), known_as="D052")
def user_lists_tokens_of_others_by_login(ground: Ground) -> None:
    _handle(
        ground,
        "AT-1",
        lambda original, call: original(call) if call.query["user_id"] is None else _as_admin(original, call),
    )


@breaks("AT-1.1", "An admin may not list the tokens of a user", also=("PM-27",))
def admin_may_not_list_tokens_of_a_user(ground: Ground) -> None:
    ground.wrap(
        tokens.may_list_for,
        lambda original, caller, user_id: original(replace(caller, kind=Kind.JOB), user_id),
    )


@breaks("AT-1.1", "An admin who asks for a user's tokens gets those of all")
def admin_lists_tokens_of_all(ground: Ground) -> None:
    _handle(
        ground,
        "AT-1",
        lambda original, call: (
            token_routes.list_all(replace(call, query={**call.query, "user_id": None}))
            if call.caller.is_admin
            else original(call)
        ),
    )


@breaks("AT-2", "A login token makes no job tokens", also=("A-8", "PM-28"))
def login_token_makes_no_tokens(ground: Ground) -> None:
    ground.operation("AT-2", accepts=JOB_ALONE)


@breaks("AT-2", "A job token makes none on the account's route", also=("PM-28",))
def job_token_makes_none_on_the_account(ground: Ground) -> None:
    ground.operation("AT-2", accepts=LOGIN_ALONE)


@breaks("AT-2", "A job token of the account's route may outrank its user", also=("TK-2.2", "PR-1"))
def account_token_priority_is_not_capped(ground: Ground) -> None:
    def generate(original: Original, call: Call) -> Json:
        answer: dict[str, Json] = original(
            replace(call, body={name: one for name, one in call.body.items() if name != "priority"})
        )
        if "priority" in call.body:
            tokens_table.update(call.cloud.db, answer["token_id"], {"priority": call.body["priority"]})
        return answer

    _handle(ground, "AT-2", generate)


@breaks("AT-2.1", "An admin makes no tokens for others", also=("PM-29",))
def admin_makes_no_tokens_for_others(ground: Ground) -> None:
    ground.wrap(
        tokens.owner_of_new,
        lambda original, cloud, caller, user_id: original(cloud, replace(caller, kind=Kind.JOB), user_id),
    )


@breaks("AT-2.1", "A token that an admin makes for a user is the admin's", also=("PM-29",))
def token_for_a_user_is_the_admins(ground: Ground) -> None:
    def owner_of_new(original: Original, cloud: Cloud, caller: Caller, user_id: int | None) -> User:
        original(cloud, caller, user_id)
        return caller.user

    ground.wrap(tokens.owner_of_new, owner_of_new)


@breaks("AT-2.1", "A token for a user who does not exist is refused in other words", also=("TK-2.1",))
def unknown_owner_gets_another_text(ground: Ground) -> None:
    _tells(ground, "AT-2", "Unknown user", "Invalid user_id")


@breaks("AT-2d", "The old address makes no tokens", also=("AL-6",))
def old_address_makes_no_tokens(ground: Ground) -> None:
    ground.operation("AT-2d", path="/api/auth/token/generated")


@breaks("AT-2d", "The old address makes tokens with a job token only", also=("AL-6", "PM-28"))
def old_address_makes_tokens_with_a_job_token_only(ground: Ground) -> None:
    ground.operation("AT-2d", accepts=JOB_ALONE)


@breaks("AT-2d", "A token of the old address does not work", also=("AL-6",))
def token_of_the_old_address_does_not_work(ground: Ground) -> None:
    def generate(original: Original, call: Call) -> Json:
        answer: dict[str, Json] = original(call)
        tokens_table.update(call.cloud.db, answer["token_id"], {"is_revoked": 1})
        return answer

    _handle(ground, "AT-2d", generate)


@breaks("AT-2d", "The old address gives a label twice", also=("AL-6", "TK-2.3", "LB-1"))
def old_address_gives_a_label_twice(ground: Ground) -> None:
    def generate(original: Original, call: Call) -> Json:
        label = call.body.get("label", "unknown")
        answer: dict[str, Json] = original(
            replace(call, body={name: one for name, one in call.body.items() if name != "label"})
        )
        tokens_table.update(call.cloud.db, answer["token_id"], {"label": label})
        return answer

    _handle(ground, "AT-2d", generate)


@breaks("AT-3", "A login token reads no job token", also=("PM-30",))
def login_token_reads_no_token(ground: Ground) -> None:
    ground.operation("AT-3", accepts=JOB_ALONE)


@breaks("AT-3", "Users read the tokens of others with a login token", also=("PM-30", "TK-3.3"))
def user_reads_tokens_of_others_by_login(ground: Ground) -> None:
    _handle(ground, "AT-3", _as_admin)


@breaks("AT-3", "A token that is read with a login token lacks its times")
def token_read_by_login_lacks_times(ground: Ground) -> None:
    _handle(
        ground,
        "AT-3",
        lambda original, call: {
            name: one for name, one in original(call).items() if not name.endswith("_date")
        },
    )


@breaks(
    "AT-3", "A token is read with a job token on the route for logins", also=("A-4", "PM-30"), known_as="D008"
)
def job_token_reads_on_the_route_for_logins(ground: Ground) -> None:
    ground.operation("AT-3", accepts=LOGIN_ALONE | JOB_ALONE)


@breaks("AT-3d", "The old address reads no token", also=("AL-8",))
def old_address_reads_no_token(ground: Ground) -> None:
    ground.operation("AT-3d", path="/api/auth/token/{token_id}/read")


@breaks("AT-3d", "The old address reads another token", also=("AL-8", "TK-3"))
def old_address_reads_the_first_token(ground: Ground) -> None:
    def read(original: Original, call: Call) -> Json:
        own = tokens_table.of_user(call.cloud.db, call.caller.user.user_id)
        return original(replace(call, path={"token_id": own[-1].token_id}) if own else call)

    _handle(ground, "AT-3d", read)


@breaks("AT-4", "A change with a login token does nothing", also=("T12", "T12.1"))
def change_by_login_does_nothing(ground: Ground) -> None:
    _does_nothing(ground, "AT-4")


@breaks("AT-4", "Users change the tokens of others with a login token", also=("PM-31", "TK-4.3"))
def user_changes_tokens_of_others_by_login(ground: Ground) -> None:
    _handle(ground, "AT-4", _as_admin)


@breaks(
    "AT-4",
    "A token is changed with a job token on the route for logins",
    also=("A-4", "PM-31"),
    known_as="D008",
)
def job_token_changes_on_the_route_for_logins(ground: Ground) -> None:
    ground.operation("AT-4", accepts=LOGIN_ALONE | JOB_ALONE)


@breaks("AT-4", "A change with a login token is not found", also=("TK-4.6", "T12.1"))
def change_by_login_is_not_found(ground: Ground) -> None:
    ground.operation("AT-4", path="/api/auth/tokens/{token_id}/update")


@breaks("AT-5", "Revoking with a login token does nothing", also=("T3",))
def revoking_by_login_does_nothing(ground: Ground) -> None:
    _does_nothing(ground, "AT-5")


@breaks(
    "AT-5", "Users revoke the tokens of others with a login token", also=("PM-32", "TK-5.2"), known_as="D044"
)
def user_revokes_tokens_of_others_by_login(ground: Ground) -> None:
    _handle(ground, "AT-5", _as_admin)


@breaks("AT-5", "An admin does not revoke the token of a user", also=("PM-32", "A-7.1"))
def admin_revokes_no_token_of_a_user(ground: Ground) -> None:
    _handle(
        ground,
        "AT-5",
        lambda original, call: original(replace(call, known_caller=Caller(Kind.JOB, call.caller.user))),
    )


@breaks(
    "AT-5",
    "A token is revoked with a job token on the route for logins",
    also=("A-4", "PM-32"),
    known_as="D008",
)
def job_token_revokes_on_the_route_for_logins(ground: Ground) -> None:
    ground.operation("AT-5", accepts=LOGIN_ALONE | JOB_ALONE)


@breaks(
    "AT-5.1",
    "The refusal with a login token has the other route's words",
    also=("T4", "T4.1"),
    known_as="D043",
)
def revoking_by_login_has_the_other_text(ground: Ground) -> None:
    _tells(ground, "AT-5", "Can't not revoke", "Invalid token")


@breaks("AT-5.1", "The refusal with a login token is spelled right", also=("T4", "T4.1", "TK-10"))
def revoking_by_login_is_spelled_right(ground: Ground) -> None:
    ground.set(token_routes, "CANNOT_REVOKE", "Can not revoke")


@breaks("AT-5d", "Revoking at the old address does nothing", also=("AL-7", "T3"))
def revoking_at_the_old_address_does_nothing(ground: Ground) -> None:
    _does_nothing(ground, "AT-5d")


@breaks("AT-5d", "The old address refuses in other words", also=("AL-7", "T4"), known_as="D043")
def old_address_refuses_in_other_words(ground: Ground) -> None:
    _tells(ground, "AT-5d", "Can't not revoke", "Invalid token")


@breaks("AT-5d", "Revoking at the old address takes no form", also=("AL-7", "TR-3"), known_as="D047")
def old_address_takes_no_form(ground: Ground) -> None:
    ground.operation("AT-5d", form=False)


@breaks(
    "AT-5d", "Users revoke the tokens of others at the old address", also=("AL-7", "TK-5.2"), known_as="D044"
)
def user_revokes_tokens_of_others_at_the_old_address(ground: Ground) -> None:
    _handle(ground, "AT-5d", _as_admin)


@breaks("AT-6", "Reopening with a login token does nothing", also=("T5",))
def reopening_by_login_does_nothing(ground: Ground) -> None:
    _does_nothing(ground, "AT-6")


@breaks("AT-6", "Reopening with a login token is refused in the words of revoking", also=("T6", "T6.1"))
def reopening_by_login_gets_another_text(ground: Ground) -> None:
    _tells(ground, "AT-6", "Invalid token", "Can't not revoke")


@breaks("AT-6", "Users reopen the tokens of others with a login token", also=("PM-33", "TK-6.2"))
def user_reopens_tokens_of_others_by_login(ground: Ground) -> None:
    _handle(ground, "AT-6", _as_admin)


@breaks("AT-6", "Reopening with a login token takes no form", also=("T5", "TR-3"), known_as="D047")
def reopening_by_login_takes_no_form(ground: Ground) -> None:
    ground.operation("AT-6", form=False)


@breaks(
    "AT-6",
    "A token is reopened with a job token on the route for logins",
    also=("A-4", "PM-33"),
    known_as="D008",
)
def job_token_reopens_on_the_route_for_logins(ground: Ground) -> None:
    ground.operation("AT-6", accepts=LOGIN_ALONE | JOB_ALONE)


@breaks("AT-7", "Deleting with a login token does nothing", also=("AT-7.1", "T7", "TS-5"))
def deleting_by_login_does_nothing(ground: Ground) -> None:
    _handle(
        ground,
        "AT-7",
        lambda original, call: token_routes.OK if call.caller.token is None else original(call),
    )


@breaks("AT-7", "A job token deletes none on the account's route", also=("PM-34",))
def job_token_deletes_none_on_the_account(ground: Ground) -> None:
    ground.operation("AT-7", accepts=LOGIN_ALONE)


@breaks("AT-7", "A job token deletes itself on the account's route", also=("T8", "PM-34"))
def job_token_deletes_itself_on_the_account(ground: Ground) -> None:
    _handle(
        ground,
        "AT-7",
        lambda original, call: original(replace(call, known_caller=replace(call.caller, token=None))),
    )


@breaks(
    "AT-7", "Users delete the tokens of others with a login token", also=("PM-34", "T10"), known_as="D049"
)
def user_deletes_tokens_of_others_by_login(ground: Ground) -> None:
    _handle(
        ground,
        "AT-7",
        lambda original, call: _as_admin(original, call) if call.caller.token is None else original(call),
    )


@breaks("AT-7", "Unknown ids are deleted with a login token", also=("T9", "TK-7.1"), known_as="D050")
def unknown_ids_are_deleted_by_login(ground: Ground) -> None:
    def delete(original: Original, call: Call) -> Json:
        known = [one for one in call.body["token_ids"] if tokens_table.find(call.cloud.db, one)]
        return original(replace(call, body={"token_ids": known})) if known else token_routes.OK

    _handle(ground, "AT-7", delete)


@breaks("AT-7.1", "With a login token the newest token stays the current one")
def newest_token_is_the_current_one(ground: Ground) -> None:
    def delete(original: Original, call: Call) -> Json:
        own = tokens_table.of_user(call.cloud.db, call.caller.user.user_id)
        if call.caller.token is None and own and own[-1].token_id in call.body["token_ids"]:
            raise bad_request("Can't delete the current active token")
        return original(call)

    _handle(ground, "AT-7", delete)


@breaks("AT-7.1", "With a login token one token of a user has to stay")
def last_token_has_to_stay(ground: Ground) -> None:
    def delete(original: Original, cloud: Cloud, caller: Caller, token_ids: Collection[int]) -> None:
        original(cloud, caller, token_ids)
        if not tokens_table.of_user(cloud.db, caller.user.user_id):
            raise bad_request("Can't delete the current active token")

    ground.wrap(tokens.delete_by_ids, delete)


@breaks("AT-8d", "Deleting at the old address does nothing", also=("AL-9", "T7", "TS-5"))
def deleting_at_the_old_address_does_nothing(ground: Ground) -> None:
    _does_nothing(ground, "AT-8d")


@breaks("AT-8d", "The old address deletes the calling token", also=("AL-9", "T8"))
def old_address_deletes_the_calling_token(ground: Ground) -> None:
    _handle(
        ground,
        "AT-8d",
        lambda original, call: original(replace(call, known_caller=replace(call.caller, token=None))),
    )


@breaks("AT-8d", "The old address refuses foreign keys in the general words", also=("AL-9", "T10"))
def old_address_refuses_foreign_keys_in_general_words(ground: Ground) -> None:
    _tells(ground, "AT-8d", tokens.FOREIGN_KEY, "Permission denied")


@breaks("AT-8d", "The old address refuses unknown keys as not found", also=("AL-9", "T9"))
def old_address_finds_no_unknown_keys(ground: Ground) -> None:
    def delete(original: Original, call: Call) -> Json:
        if not all(tokens_table.find_by_key(call.cloud.db, key) for key in call.body.get("tokens", [])):
            raise not_found(tokens.NOT_FOUND)
        return original(call)

    _handle(ground, "AT-8d", delete)


@breaks("AT-8d", "The old address takes login tokens in place of job tokens", also=("AL-9", "A-4", "PM-23"))
def old_address_deletes_by_login(ground: Ground) -> None:
    ground.operation("AT-8d", accepts=LOGIN_ALONE)


@breaks(
    "AT-8d",
    "The old address refuses credentials in the account's words",
    also=("AL-9", "A-1", "A-1.4", "A-1.5"),
)
def old_address_has_the_accounts_text(ground: Ground) -> None:
    ground.operation("AT-8d", surface=Surface.ACCOUNT)


@breaks("AT-9d", "Deleting at the other old address does nothing", also=("AL-10", "T7", "TS-5"))
def deleting_at_the_other_old_address_does_nothing(ground: Ground) -> None:
    _does_nothing(ground, "AT-9d")


@breaks("AT-9d", "The other old address takes ids", also=("AL-10", "T7", "T8"))
def other_old_address_takes_ids(ground: Ground) -> None:
    ground.operation(
        "AT-9d",
        body=with_field(shapes.TOKEN_IDS, "token_ids", required=True),
        handler=token_routes.delete_by_ids,
    )


@breaks("AT-9d", "The other old address deletes the calling token", also=("AL-10", "T8"))
def other_old_address_deletes_the_calling_token(ground: Ground) -> None:
    _handle(
        ground,
        "AT-9d",
        lambda original, call: original(replace(call, known_caller=replace(call.caller, token=None))),
    )


@breaks("AT-9d", "The other old address refuses foreign keys in the general words", also=("AL-10", "T10"))
def other_old_address_refuses_foreign_keys_in_general_words(ground: Ground) -> None:
    _tells(ground, "AT-9d", tokens.FOREIGN_KEY, "Permission denied")


@breaks(
    "AT-9d", "The other old address takes login tokens in place of job tokens", also=("AL-10", "A-4", "PM-23")
)
def other_old_address_deletes_by_login(ground: Ground) -> None:
    ground.operation("AT-9d", accepts=LOGIN_ALONE)


@breaks(
    "AT-9d",
    "The other old address refuses credentials in the account's words",
    also=("AL-10", "A-1", "A-1.4"),
)
def other_old_address_has_the_accounts_text(ground: Ground) -> None:
    ground.operation("AT-9d", surface=Surface.ACCOUNT)


@breaks("AT-3", "An admin does not read the token of a user", also=("PM-30", "A-7.1"))
def admin_reads_no_token_of_a_user(ground: Ground) -> None:
    _handle(
        ground,
        "AT-3",
        lambda original, call: original(replace(call, known_caller=Caller(Kind.JOB, call.caller.user))),
    )


@breaks("AT-3", "The token that an admin reads shows the admin for its user", also=("AT-2.1", "A-7.1"))
def token_read_by_an_admin_is_the_admins(ground: Ground) -> None:
    def read(original: Original, call: Call) -> Json:
        answer: dict[str, Json] = original(call)
        reader = users_table.find(call.cloud.db, call.caller.user.user_id)
        return {**answer, "user_id": reader.user_id, "email": reader.email} if reader else answer

    _handle(ground, "AT-3", read)
