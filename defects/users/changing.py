"""Faults in changing users."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import shapes
from sandbox.routes import users as users_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Anything, Number, Text
from sandbox.rules import (
    passwords,
    users,
)
from sandbox.rules.refusals import bad_request, forbidden
from sandbox.store import layout, users_table
from sandbox.store.database import Database
from sandbox.store.records import User


def _overlay(ground: Ground, **members: Json) -> None:
    """Have a change set these members wherever it does not name them."""
    ground.wrap(
        users_routes.update,
        lambda original, call: original(replace(call, body={**members, **call.body})),
    )


def _settable_by_oneself(ground: Ground, member: str) -> None:
    ground.set(users, "ADMIN_ONLY", users.ADMIN_ONLY - {member})


def _end_logins(cloud: Cloud, user_id: int) -> None:
    cloud.db.run("DELETE FROM logins WHERE user_id = ?", (user_id,))


def _revoke_tokens(cloud: Cloud, user_id: int) -> None:
    cloud.db.run("UPDATE tokens SET is_revoked = 1 WHERE user_id = ?", (user_id,))


def _when_changed(ground: Ground, member: str, change: Callable[[Cloud, int], object]) -> None:
    """Do something to a user when this member is changed."""

    def around(original: Original, call: Call) -> Json:
        answer = original(call)
        if member in call.body:
            change(call.cloud, call.path["user_id"])
        return answer

    ground.wrap(users_routes.update, around)


@breaks("US-3", "A change of a user is accepted, and nothing changes", also=("US-3.1",))
def change_of_a_user_does_nothing(ground: Ground) -> None:
    ground.replace(users.update, lambda *_: None)


@breaks("US-3", "A change of a user has to name every member")
def change_of_a_user_needs_all_members(ground: Ground) -> None:
    ground.field(shapes.USER_UPDATE, "last_name", required=True)


@breaks("US-3.1", "Users cannot set their own e-mail", also=("US-3.5", "US-3.6", "US-3.8"))
def own_email_cannot_be_set(ground: Ground) -> None:
    ground.set(users, "ADMIN_ONLY", users.ADMIN_ONLY | {"email"})


@breaks("US-3.1", "Users cannot set their own names", also=("US-3.3",))
def own_names_cannot_be_set(ground: Ground) -> None:
    ground.set(users, "ADMIN_ONLY", users.ADMIN_ONLY | {"first_name", "last_name"})


@breaks("US-3.1", "Users cannot set their own password", also=("US-3.7", "US-3.8"))
def own_password_cannot_be_set(ground: Ground) -> None:
    ground.set(users, "ADMIN_ONLY", users.ADMIN_ONLY | {"password"})


@breaks("US-3.1", "A new e-mail of a user is accepted and forgotten")
def new_email_is_forgotten(ground: Ground) -> None:
    ground.set(users, "_PLAIN_COLUMNS", tuple(name for name in users._PLAIN_COLUMNS if name != "email"))


@breaks("US-3.1", "A priority that an admin sets is forgotten")
def new_priority_of_a_user_is_forgotten(ground: Ground) -> None:
    ground.set(users, "_PLAIN_COLUMNS", tuple(name for name in users._PLAIN_COLUMNS if name != "priority"))


@breaks("US-3.1", "Credits that an admin sets are forgotten")
def new_credits_are_forgotten(ground: Ground) -> None:
    ground.set(users, "_PLAIN_COLUMNS", tuple(name for name in users._PLAIN_COLUMNS if name != "credits"))


@breaks("US-3.1", "A time left that an admin sets is forgotten")
def new_time_left_is_forgotten(ground: Ground) -> None:
    ground.set(users, "_PLAIN_COLUMNS", tuple(name for name in users._PLAIN_COLUMNS if name != "time_left"))


@breaks("US-3.1", "A company that an admin sets is forgotten")
def new_company_is_forgotten(ground: Ground) -> None:
    ground.set(users, "_PLAIN_COLUMNS", tuple(name for name in users._PLAIN_COLUMNS if name != "company_id"))


@breaks("US-3.1", "Commands that an admin forbids a user are forgotten")
def new_forbidden_commands_are_forgotten(ground: Ground) -> None:
    ground.wrap(
        users.update,
        lambda original, cloud, caller, user, members, password_hash: original(
            cloud,
            caller,
            user,
            {name: value for name, value in members.items() if name != "forbidden_commands"},
            password_hash,
        ),
    )


@breaks("US-3.1", "Credits that an admin takes away with null stay")
def limit_of_credits_cannot_be_lifted(ground: Ground) -> None:
    ground.field(shapes.USER_UPDATE, "credits", keeps_null=False)


@breaks("US-3.1", "A user's time left cannot be made unlimited again")
def limit_of_time_cannot_be_lifted(ground: Ground) -> None:
    ground.field(shapes.USER_UPDATE, "time_left", keeps_null=False)


@breaks("US-3.2", "Users set their own priority", also=("PM-47",), known_as="D028")
def own_priority_can_be_set(ground: Ground) -> None:
    _settable_by_oneself(ground, "priority")


@breaks("US-3.2", "Users make themselves admins", also=("PM-47",), known_as="D028")
def own_admin_rights_can_be_set(ground: Ground) -> None:
    _settable_by_oneself(ground, "is_admin")


@breaks("US-3.2", "Users give themselves platforms", known_as="D028")
def own_platforms_can_be_set(ground: Ground) -> None:
    _settable_by_oneself(ground, "platform_ids")


@breaks("US-3.2", "Users set their own company")
def own_company_can_be_set(ground: Ground) -> None:
    _settable_by_oneself(ground, "company_id")


@breaks("US-3.2", "Users deactivate themselves")
def own_activity_can_be_set(ground: Ground) -> None:
    _settable_by_oneself(ground, "is_active")


@breaks("US-3.2", "Users set their own credits")
def own_credits_can_be_set(ground: Ground) -> None:
    _settable_by_oneself(ground, "credits")


@breaks("US-3.2", "Users set their own time left")
def own_time_left_can_be_set(ground: Ground) -> None:
    _settable_by_oneself(ground, "time_left")


@breaks("US-3.2", "Users set which commands they may not run")
def own_forbidden_commands_can_be_set(ground: Ground) -> None:
    _settable_by_oneself(ground, "forbidden_commands")


@breaks("US-3.2", "Users may name what only admins set, as long as it stays what it is")
def unchanged_values_are_let_through(ground: Ground) -> None:
    def update(original: Original, call: Call) -> Json:
        record: Any = users_routes.shown(call, call.caller.user)
        changed = [name for name in users.ADMIN_ONLY if call.body.get(name, record[name]) != record[name]]
        if changed and not call.caller.is_admin:
            raise forbidden()
        return original(call)

    ground.operation("US-3", restricts_members=False)
    ground.wrap(users_routes.update, update)


@breaks("US-3.2", "A change that is refused is done as far as the user may")
def refused_change_is_done_in_part(ground: Ground) -> None:
    async def prepare(call: Call) -> Json:
        if not users.may_set(call.caller, call.body.keys()):
            allowed = {name: value for name, value in call.body.items() if name not in users.ADMIN_ONLY}
            with call.cloud.db.transaction():
                users.update(call.cloud, call.caller, call.caller.user, allowed, None)
            raise forbidden()
        return await users_routes.hash_password(call)

    ground.operation("US-3", restricts_members=False, prepare=prepare)


@breaks("US-3.2", "What a user may not set is ignored instead of refused", known_as="D028")
def forbidden_members_are_ignored(ground: Ground) -> None:
    def update(original: Original, call: Call) -> Json:
        allowed = {name: value for name, value in call.body.items() if name not in users.ADMIN_ONLY}
        return original(call if call.caller.is_admin else replace(call, body=allowed))

    ground.operation("US-3", restricts_members=False)
    ground.wrap(users_routes.update, update)


@breaks("US-3.3", "A change empties the names that it does not tell", known_as="D031")
def change_empties_names(ground: Ground) -> None:
    _overlay(ground, first_name="", last_name="")


@breaks("US-3.3", "A change sets the priority to its default unless it tells one", known_as="D031")
def change_resets_the_priority(ground: Ground) -> None:
    _overlay(ground, priority=2)


@breaks("US-3.3", "A change takes the user's platforms away unless it names them", known_as="D031")
def change_takes_platforms_away(ground: Ground) -> None:
    _overlay(ground, platform_ids=[])


@breaks("US-3.3", "A change makes credits unlimited unless it tells them", known_as="D031")
def change_resets_credits(ground: Ground) -> None:
    _overlay(ground, credits=None)


@breaks("US-3.3", "A change makes the time left unlimited unless it tells it", known_as="D031")
def change_resets_the_time_left(ground: Ground) -> None:
    _overlay(ground, time_left=None)


@breaks("US-3.3", "A change takes the user out of their company unless it names it", known_as="D031")
def change_resets_the_company(ground: Ground) -> None:
    _overlay(ground, company_id=None)


@breaks("US-3.3", "A change allows every command again unless it forbids them", known_as="D031")
def change_resets_forbidden_commands(ground: Ground) -> None:
    _overlay(ground, forbidden_commands=[])


@breaks("US-3.3", "A change brings a deactivated user back", known_as="D031")
def change_reactivates(ground: Ground) -> None:
    _overlay(ground, is_active=True)


@breaks("US-3.4", "New platforms of a user are added to the old ones")
def new_platforms_are_added(ground: Ground) -> None:
    ground.replace(users_table.withdraw_all, lambda *_: None)


@breaks("US-3.4", "Of several platforms only the first is given")
def only_the_first_platform_is_given(ground: Ground) -> None:
    ground.wrap(
        users_routes.update,
        lambda original, call: original(
            replace(call, body={**call.body, "platform_ids": call.body["platform_ids"][:1]})
            if "platform_ids" in call.body
            else call
        ),
    )


@breaks("US-3.4", "An empty list of platforms leaves the user theirs")
def empty_list_of_platforms_is_ignored(ground: Ground) -> None:
    ground.wrap(
        users_routes.update,
        lambda original, call: original(
            replace(call, body={name: value for name, value in call.body.items() if value != []})
        ),
    )


@breaks("US-3.5", "A change gives a user the e-mail of another one")
def taken_email_is_given_by_a_change(ground: Ground) -> None:
    ground.sql(layout, "TABLES", "CREATE UNIQUE INDEX users_email", "CREATE INDEX users_email")
    ground.wrap(
        users.email_is_free,
        lambda original, cloud, email, except_id=None: (
            except_id is not None or original(cloud, email, except_id)
        ),
    )


@breaks("US-3.5", "A change takes an e-mail that is none")
def malformed_email_is_given_by_a_change(ground: Ground) -> None:
    ground.field(shapes.USER_UPDATE, "email", kind=Text())


@breaks("US-3.5", "A change takes a weak password")
def weak_password_is_given_by_a_change(ground: Ground) -> None:
    async def prepare(call: Call) -> Json:
        password = call.body.get("password")
        return None if password is None else passwords.hashed(password, 1)

    ground.operation("US-3", prepare=prepare)


@breaks("US-3.5", "A change that is refused for its password is done but for that")
def change_with_a_weak_password_is_done_in_part(ground: Ground) -> None:
    async def prepare(call: Call) -> Json:
        password_hash = await users_routes.hash_password(call)
        if "password" in call.body and password_hash is None:
            others = {name: value for name, value in call.body.items() if name != "password"}
            user = users.require(call.cloud, call.path["user_id"])
            with call.cloud.db.transaction():
                users.update(call.cloud, call.caller, user, others, None)
        return password_hash

    ground.operation("US-3", prepare=prepare)


@breaks("US-3.5", "A change gives a user a platform that does not exist")
def unknown_platform_is_given_by_a_change(ground: Ground) -> None:
    ground.wrap(
        users._require_acceptable,
        lambda original, cloud, members, except_id: original(
            cloud,
            {name: value for name, value in members.items() if except_id is None or name != "platform_ids"},
            except_id,
        ),
    )


@breaks("US-1.11", "A change takes negative credits")
def negative_credits_are_given_by_a_change(ground: Ground) -> None:
    ground.field(shapes.USER_UPDATE, "credits", kind=Number())


@breaks("US-3.5", "A weak new password is refused in words of its own")
def weak_new_password_gets_another_text(ground: Ground) -> None:
    ground.text(users.update, "Invalid password", "Password too weak")


@breaks("US-3.6", "One's own e-mail clashes with itself")
def own_email_is_taken(ground: Ground) -> None:
    ground.wrap(users.email_is_free, lambda original, cloud, email, except_id=None: original(cloud, email))


@breaks("US-3.7", "The old password goes on opening the account", known_as="D032")
def old_password_still_opens(ground: Ground) -> None:
    old: dict[int, str] = {}

    def update(original: Original, *args: Any) -> None:  # noqa: ANN401 - those of the function
        user = args[2]
        old.setdefault(user.user_id, user.password_hash)
        original(*args)

    async def check_password(call: Call) -> Json:
        user = users_table.find_by_email(call.cloud.db, call.body["email"])
        if user and user.user_id in old and passwords.matches(call.body["password"], old[user.user_id]):
            return user.password_hash
        return await users_routes.check_password(call)

    ground.wrap(users.update, update)
    ground.operation("US-0", prepare=check_password)


@breaks("US-3.7", "A new password is accepted and forgotten", known_as="D032")
def new_password_is_forgotten(ground: Ground) -> None:
    ground.wrap(
        users.update,
        lambda original, cloud, caller, user, members, password_hash: original(
            cloud, caller, user, members, password_hash and user.password_hash
        ),
    )


@breaks("US-3.7", "A new password is kept in lower case", known_as="D032")
def new_password_is_kept_in_lower_case(ground: Ground) -> None:
    async def prepare(call: Call) -> Json:
        password = call.body.get("password", "")
        return passwords.hashed(password.lower(), 1) if passwords.is_strong(password) else None

    ground.operation("US-3", prepare=prepare)


@breaks("US-3.8", "A new password ends the user's logins")
def new_password_ends_logins(ground: Ground) -> None:
    _when_changed(ground, "password", _end_logins)


@breaks("US-3.8", "A new password revokes the user's job tokens")
def new_password_revokes_tokens(ground: Ground) -> None:
    _when_changed(ground, "password", _revoke_tokens)


@breaks("US-3.8", "A new e-mail ends the user's logins")
def new_email_ends_logins(ground: Ground) -> None:
    _when_changed(ground, "email", _end_logins)


@breaks("US-3.8", "A new e-mail revokes the user's job tokens")
def new_email_revokes_tokens(ground: Ground) -> None:
    _when_changed(ground, "email", _revoke_tokens)


@breaks("US-3.9", "An admin sets the day on which a user was made")
def day_of_creation_can_be_set(ground: Ground) -> None:
    def update(original: Original, *args: Any) -> None:  # noqa: ANN401 - those of the function
        cloud, _, user, members, _ = args
        original(*args)
        if "created_date" in members:
            users_table.update(cloud.db, user.user_id, {"created": 0.0})

    extra = shapes.Field("created_date", Anything())
    ground.set(shapes.USER_UPDATE, "fields", (*shapes.USER_UPDATE.fields, extra))
    ground.wrap(users.update, update)


@breaks("US-3.9", "A change that names the user's id is refused")
def user_id_is_refused_in_a_change(ground: Ground) -> None:
    def update(original: Original, call: Call) -> Json:
        if call.body.get("user_id") not in (None, call.path["user_id"]):
            raise bad_request("Invalid data")
        return original(call)

    extra = shapes.Field("user_id", Anything())
    ground.set(shapes.USER_UPDATE, "fields", (*shapes.USER_UPDATE.fields, extra))
    ground.wrap(users_routes.update, update)


@breaks("US-3.10", "An admin deactivates itself")
def admin_deactivates_itself(ground: Ground) -> None:
    ground.replace(
        users.keeps_own_rights,
        lambda caller, members: not caller.is_admin or members.get("is_admin") is not False,
    )


@breaks("US-3.10", "An admin takes its own rights away")
def admin_demotes_itself(ground: Ground) -> None:
    ground.replace(
        users.keeps_own_rights,
        lambda caller, members: not caller.is_admin or members.get("is_active") is not False,
    )


@breaks("US-3.11", "A user changes the record of every other one", also=("PM-46", "PM-47", "OC-2"))
def user_changes_other_users(ground: Ground) -> None:
    ground.operation("US-3", right="anyone")


@breaks("US-3.11", "Changing a user who does not exist is accepted")
def changing_nobody_is_accepted(ground: Ground) -> None:
    def update(original: Original, call: Call) -> Json:
        known = users_table.find(call.cloud.db, call.path["user_id"]) is not None
        return original(call) if known else users_routes.OK

    ground.wrap(users_routes.update, update)


@breaks("US-3.11", "A change of an unknown user is refused as forbidden to an admin")
def changing_nobody_is_forbidden(ground: Ground) -> None:
    def update(original: Original, call: Call) -> Json:
        if users_table.find(call.cloud.db, call.path["user_id"]) is None:
            raise forbidden()
        return original(call)

    ground.wrap(users_routes.update, update)


@breaks("US-3", "A change that names nothing is refused")
def empty_change_is_refused(ground: Ground) -> None:
    def update(original: Original, call: Call) -> Json:
        if not call.body:
            raise bad_request("Invalid data")
        return original(call)

    ground.wrap(users_routes.update, update)


@breaks("US-3", "A change of a user changes the one made next as well")
def change_reaches_the_next_user(ground: Ground) -> None:
    def update(original: Original, call: Call) -> Json:
        answer = original(call)
        names = {name: call.body[name] for name in ("first_name", "last_name") if name in call.body}
        users_table.update(call.cloud.db, call.path["user_id"] + 1, names)
        return answer

    ground.wrap(users_routes.update, update)


@breaks("US-3", "A change of a user is answered without a message")
def change_of_a_user_has_no_message(ground: Ground) -> None:
    ground.wrap(users_routes.update, lambda original, call: original(call) and {})


@breaks("US-3.1", "A password that an admin sets is forgotten")
def password_of_an_admin_is_forgotten(ground: Ground) -> None:
    ground.wrap(
        users.update,
        lambda original, cloud, caller, user, members, password_hash: original(
            cloud,
            caller,
            user,
            members,
            user.password_hash if password_hash and caller.is_admin else password_hash,
        ),
    )


@breaks("US-3.1", "An e-mail that an admin sets is forgotten")
def email_of_an_admin_is_forgotten(ground: Ground) -> None:
    ground.wrap(
        users.update,
        lambda original, cloud, caller, user, members, password_hash: original(
            cloud,
            caller,
            user,
            {name: one for name, one in members.items() if name != "email" or not caller.is_admin},
            password_hash,
        ),
    )


@breaks("US-3.1", "After a change of the e-mail the old one goes on opening the account", also=("US-0.2",))
def old_email_still_opens(ground: Ground) -> None:
    old: dict[str, int] = {}

    def update(original: Original, *args: Any) -> None:  # noqa: ANN401 - those of the function
        original(*args)
        _, _, user, members, _ = args
        if "email" in members:
            old[users_table.email_key(user.email)] = user.user_id

    def find_by_email(original: Original, db: Database, email: str) -> User | None:
        found: User | None = original(db, email)
        return found or users_table.find(db, old.get(users_table.email_key(email), 0))

    ground.wrap(users.update, update)
    ground.wrap(users_table.find_by_email, find_by_email)


@breaks("US-3.1", "An e-mail that a user has given up stays taken", also=("US-1.1",))
def old_email_stays_taken(ground: Ground) -> None:
    given_up: set[str] = set()

    def update(original: Original, *args: Any) -> None:  # noqa: ANN401 - those of the function
        original(*args)
        _, _, user, members, _ = args
        if "email" in members:
            given_up.add(users_table.email_key(user.email))

    ground.wrap(users.update, update)
    ground.wrap(
        users.email_is_free,
        lambda original, cloud, email, except_id=None: (
            original(cloud, email, except_id) and users_table.email_key(email) not in given_up
        ),
    )


@breaks("US-3.4", "New platforms of a user take those of all others away")
def new_platforms_take_those_of_others(ground: Ground) -> None:
    ground.text(users_table.withdraw_all, "WHERE user_id = ?", "WHERE user_id >= ?")


@breaks("US-3.7", "A new password opens at the second try only", also=("US-3.1",))
def new_password_opens_later(ground: Ground) -> None:
    fresh: set[int] = set()

    def update(original: Original, *args: Any) -> None:  # noqa: ANN401 - those of the function
        original(*args)
        if args[4] is not None:
            fresh.add(args[2].user_id)

    def log_in(original: Original, cloud: Cloud, user: User | None, password_matches: bool) -> Any:  # noqa: ANN401
        known = user is None or user.user_id not in fresh
        fresh.discard(user.user_id if user else 0)
        return original(cloud, user, password_matches and known)

    ground.wrap(users.update, update)
    ground.wrap(users.log_in, log_in)
