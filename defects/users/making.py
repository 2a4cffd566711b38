"""Faults in making users."""

from __future__ import annotations

import asyncio
import string
from collections.abc import Callable, Mapping
from dataclasses import replace

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import shapes
from sandbox.routes import users as users_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Anything, Integer, ListOf, Number, Text
from sandbox.rules import (
    identifiers,
    passwords,
    platforms,
    users,
)
from sandbox.rules.refusals import bad_request, forbidden
from sandbox.store import layout, users_table

_ALL_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation)


def _change_after(ground: Ground, route: Original, change: Callable[[Cloud, int], object]) -> None:
    """Do something to the user of a request when the request is done."""

    def around(original: Original, call: Call) -> Json:
        answer = original(call)
        change(call.cloud, call.path["user_id"] if "user_id" in call.path else answer["user_id"])
        return answer

    ground.wrap(route, around)


def _accept_passwords(ground: Ground, *kinds: str) -> None:
    """Ask passwords for a character of each of these kinds only."""
    ground.replace(
        passwords.is_strong,
        lambda password: (
            passwords.SHORTEST <= len(password) <= passwords.LONGEST
            and all(set(password) & set(kind) for kind in kinds)
        ),
    )


@breaks("US-1", "A user who was just made is not active")
def new_user_is_inactive(ground: Ground) -> None:
    _change_after(
        ground,
        users_routes.create,
        lambda cloud, user_id: users_table.update(cloud.db, user_id, {"is_active": 0}),
    )


@breaks("US-1", "A user can be made without a password")
def user_is_made_without_password(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "password", required=False)
    ground.wrap(
        users.create,
        lambda original, cloud, members, password_hash: original(cloud, members, password_hash or "none"),
    )


@breaks("US-1", "A user can be made without an e-mail")
def user_is_made_without_email(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "email", required=False)
    ground.wrap(
        users.create,
        lambda original, cloud, members, password_hash: original(
            cloud, {"email": f"user-{id(members)}@nowhere", **members}, password_hash
        ),
    )


@breaks("US-1", "A new user is an admin unless it is said")
def users_are_admins_by_default(ground: Ground) -> None:
    ground.wrap(
        users_routes.create,
        lambda original, call: original(replace(call, body={"is_admin": True, **call.body})),
    )


@breaks("US-1", "A new user belongs to a company that nobody has named", also=("US-2",))
def company_is_made_up(ground: Ground) -> None:
    ground.wrap(
        users_routes.create,
        lambda original, call: original(replace(call, body={"company_id": 1, **call.body})),
    )


@breaks("US-1", "The company that a user is made with is lost", also=("US-2",))
def company_is_lost(ground: Ground) -> None:
    _change_after(
        ground,
        users_routes.create,
        lambda cloud, user_id: users_table.update(cloud.db, user_id, {"company_id": None}),
    )


@breaks("US-1", "Making a user who is refused for the password leaves the user", also=("US-1.3",))
def user_with_a_weak_password_is_made(ground: Ground) -> None:
    async def prepare(call: Call) -> Json:
        password_hash = await users_routes.hash_password(call)
        if password_hash is None and users.email_is_free(call.cloud, call.body["email"]):
            with call.cloud.db.transaction():
                users.create(call.cloud, call.body, "none")
            raise bad_request("Invalid password")
        return password_hash

    ground.operation("US-1", prepare=prepare)


@breaks("US-1.1", "E-mails that differ in case only are given to two users", known_as="D022")
def emails_differ_by_case(ground: Ground) -> None:
    ground.sql(layout, "TABLES", "CREATE UNIQUE INDEX users_email", "CREATE INDEX users_email")
    ground.wrap(
        users.email_is_free,
        lambda original, cloud, email, except_id=None: (
            original(cloud, email, except_id)
            or not cloud.db.one("SELECT 1 FROM users WHERE email = ? AND deleted = 0", (email,))
        ),
    )


@breaks("US-1.1", "An e-mail is given to two users")
def email_is_given_twice(ground: Ground) -> None:
    ground.sql(layout, "TABLES", "CREATE UNIQUE INDEX users_email", "CREATE INDEX users_email")
    ground.replace(users.email_is_free, lambda *_: True)


@breaks("US-1.1", "The refusal of a taken e-mail does not name it", also=("US-3.5",))
def taken_email_is_not_named(ground: Ground) -> None:
    ground.text(users._require_acceptable, "Email already exists: ", "Email already in use: ")


@breaks("US-1.1", "An e-mail that was taken overwrites its user")
def making_a_user_again_overwrites_it(ground: Ground) -> None:
    def create(original: Original, call: Call) -> Json:
        known = users_table.find_by_email(call.cloud.db, call.body["email"])
        if known is None:
            return original(call)
        users_table.update(call.cloud.db, known.user_id, {"password_hash": call.prepared})
        return {"user_id": known.user_id}

    ground.wrap(users_routes.create, create)


@breaks("US-1.2", "A new user may be given a platform that does not exist", also=("US-3.5", "ID-10"))
def unknown_platform_is_given_to_a_user(ground: Ground) -> None:
    ground.wrap(
        users._require_acceptable,
        lambda original, cloud, members, except_id: original(
            cloud, {name: value for name, value in members.items() if name != "platform_ids"}, except_id
        ),
    )


@breaks("US-1.2", "A new user may be given a platform that was deleted")
def deleted_platform_is_given_to_a_user(ground: Ground) -> None:
    ground.wrap(
        users._require_acceptable,
        lambda original, cloud, members, except_id: original(
            cloud,
            {
                **members,
                "platform_ids": [
                    platform_id
                    for platform_id in members.get("platform_ids", [])
                    if not cloud.db.one(
                        "SELECT 1 FROM platforms WHERE platform_id = ? AND deleted = 1", (platform_id,)
                    )
                ],
            },
            except_id,
        ),
    )


@breaks("US-1.2", "Platforms are given to a new user by their names", also=("ID-9", "ID-10"))
def platform_is_given_to_a_user_by_name(ground: Ground) -> None:
    def create(original: Original, call: Call) -> Json:
        ids = call.body.get("platform_ids", [])
        named = [call.cloud.db.one("SELECT platform_id FROM platforms WHERE name = ?", (one,)) for one in ids]
        found = [row[0] if row else one for row, one in zip(named, ids, strict=True)]
        return original(replace(call, body={**call.body, "platform_ids": found}))

    ground.wrap(users_routes.create, create)


@breaks("US-1.2", "The refusal of an unknown platform does not name it", also=("US-3.5", "ID-10"))
def unknown_platform_of_a_user_is_not_named(ground: Ground) -> None:
    ground.text(users._require_acceptable, "Invalid platform: ", "Unknown platform ")


@breaks("US-1.3", "A password of 11 characters is long enough")
def password_may_be_shorter(ground: Ground) -> None:
    ground.set(passwords, "SHORTEST", 11)


@breaks("US-1.3", "A password of 12 characters is too short")
def password_has_to_be_longer(ground: Ground) -> None:
    ground.set(passwords, "SHORTEST", 13)


@breaks("US-1.3", "A password of 1025 characters is taken")
def password_may_be_too_long(ground: Ground) -> None:
    ground.set(passwords, "LONGEST", 1025)


@breaks("US-1.3", "A password of 1024 characters is refused")
def long_password_is_refused(ground: Ground) -> None:
    ground.set(passwords, "LONGEST", 1023)


@breaks("US-1.3", "A password needs no lower-case letter")
def password_needs_no_lower_case(ground: Ground) -> None:
    _accept_passwords(ground, *_ALL_KINDS[1:])


@breaks("US-1.3", "A password needs no upper-case letter")
def password_needs_no_upper_case(ground: Ground) -> None:
    _accept_passwords(ground, string.ascii_lowercase, string.digits, string.punctuation)


@breaks("US-1.3", "A password needs no digit")
def password_needs_no_digit(ground: Ground) -> None:
    _accept_passwords(ground, string.ascii_letters, string.ascii_uppercase, string.punctuation)


@breaks("US-1.3", "A password needs no symbol", also=("US-1.4",))
def password_needs_no_symbol(ground: Ground) -> None:
    _accept_passwords(ground, *_ALL_KINDS[:3])


@breaks("US-1.3", "A weak password is refused in words of its own", also=("US-3.5",))
def weak_password_gets_another_text(ground: Ground) -> None:
    ground.text(users.create, "Invalid password", "Password too weak")


@breaks("US-1.4", "A space counts as a symbol")
def space_is_a_symbol(ground: Ground) -> None:
    _accept_passwords(ground, *_ALL_KINDS[:3], string.punctuation + " ")


@breaks("US-1.4", "A letter outside ASCII counts as a symbol")
def foreign_letter_is_a_symbol(ground: Ground) -> None:
    _accept_passwords(ground, *_ALL_KINDS[:3], string.punctuation + "äöüéßñøπ€§")


@breaks("US-1.4", "Backtick and quotes count as no symbols")
def quote_is_no_symbol(ground: Ground) -> None:
    _accept_passwords(ground, *_ALL_KINDS[:3], "!@#$%^&*()_-+=[]{}|:;<>,.?/~\\")


@breaks("US-1.4", "Only some usual characters count as symbols")
def few_symbols_are_known(ground: Ground) -> None:
    _accept_passwords(ground, *_ALL_KINDS[:3], string.punctuation.replace('"', ""))


@breaks("US-1.5", "An e-mail may have 255 characters")
def email_may_be_too_long(ground: Ground) -> None:
    ground.set(users, "LONGEST_EMAIL", 255)


@breaks("US-1.5", "An e-mail of 254 characters is refused")
def long_email_is_refused(ground: Ground) -> None:
    ground.set(users, "LONGEST_EMAIL", 253)


@breaks("US-1.5", "An e-mail needs no @")
def email_needs_no_at(ground: Ground) -> None:
    ground.wrap(
        users.email_is_wellformed, lambda original, email: original(email) or original(email + "@nowhere")
    )


@breaks("US-1.5", "An e-mail may hold more than one @")
def email_may_hold_two_ats(ground: Ground) -> None:
    ground.wrap(
        users.email_is_wellformed,
        lambda original, email: original(email.replace("@", "", email.count("@") - 1)),
    )


@breaks("US-1.5", "An e-mail may hold white space")
def email_may_hold_white_space(ground: Ground) -> None:
    ground.wrap(users.email_is_wellformed, lambda original, email: original("".join(email.split())))


@breaks("US-1.5", "An e-mail may hold white space that is no plain space")
def email_may_hold_other_white_space(ground: Ground) -> None:
    ground.wrap(
        users.email_is_wellformed,
        lambda original, email: " " not in email and original("".join(email.split())),
    )


@breaks("US-1.5", "An e-mail needs nothing before its @")
def email_needs_no_mailbox(ground: Ground) -> None:
    ground.wrap(users.email_is_wellformed, lambda original, email: original("x" + email))


@breaks("US-1.5", "An e-mail needs nothing behind its @")
def email_needs_no_host(ground: Ground) -> None:
    ground.wrap(users.email_is_wellformed, lambda original, email: original(email + "x"))


@breaks("US-1.6", "An empty first name is refused")
def empty_name_is_refused(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "first_name", kind=Text(1))


@breaks("US-1.6", "A user needs no last name")
def user_needs_no_last_name(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "last_name", required=False)
    ground.wrap(
        users.create,
        lambda original, cloud, members, password_hash: original(
            cloud, {"last_name": "", **members}, password_hash
        ),
    )


@breaks("US-1.6", "A user needs no first name")
def user_needs_no_first_name(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "first_name", required=False)
    ground.wrap(
        users.create,
        lambda original, cloud, members, password_hash: original(
            cloud, {"first_name": "", **members}, password_hash
        ),
    )


@breaks("US-1.7", "A new user has priority 1 by default", also=("PR-9",))
def users_start_with_another_priority(ground: Ground) -> None:
    ground.set(users, "DEFAULT_PRIORITY", 1)


@breaks("US-1.7", "A user may have a negative priority")
def user_priority_may_be_negative(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "priority", kind=Integer())


@breaks("US-1.7", "A user cannot have priority 0")
def user_priority_may_not_be_0(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "priority", kind=Integer(1))


@breaks("US-1.7", "The priority that a user is made with is lost")
def user_priority_is_lost(ground: Ground) -> None:
    _change_after(
        ground,
        users_routes.create,
        lambda cloud, user_id: users_table.update(cloud.db, user_id, {"priority": 2}),
    )


@breaks("US-1.8", "A plain user makes users", also=("PM-44",))
def user_makes_users(ground: Ground) -> None:
    ground.operation("US-1", right="anyone")


@breaks("US-1.8", "A plain user is refused, and the user is made all the same", also=("PM-44",))
def refused_user_is_made(ground: Ground) -> None:
    async def prepare(call: Call) -> Json:
        password_hash = await users_routes.hash_password(call)
        if not call.caller.is_admin:
            with call.cloud.db.transaction():
                users.create(call.cloud, call.body, password_hash)
            raise forbidden()
        return password_hash

    ground.operation("US-1", right="anyone", prepare=prepare)


@breaks("US-1.9", "The platforms that a user is made with are not granted", known_as="D034")
def platforms_of_a_new_user_are_not_granted(ground: Ground) -> None:
    _change_after(
        ground,
        users_routes.create,
        lambda cloud, user_id: users_table.withdraw_all(cloud.db, user_id),
    )


@breaks("US-1.9", "The platforms of a new user stand in the record, and no job may use them", known_as="D034")
def platforms_of_a_new_user_are_shown_only(ground: Ground) -> None:
    made: set[int] = set()
    _change_after(ground, users_routes.create, lambda cloud, user_id: made.add(user_id))
    ground.wrap(
        platforms.user_has_permission,
        lambda original, cloud, user, platform: user.user_id not in made and original(cloud, user, platform),
    )

    def grant(original: Original, cloud: Cloud, user_id: int, platform_id: str) -> None:
        made.discard(user_id)
        original(cloud, user_id, platform_id)

    ground.wrap(platforms.grant, grant)


@breaks("US-1.10", "The e-mail of a deleted user stays taken")
def email_of_a_deleted_user_stays_taken(ground: Ground) -> None:
    ground.wrap(
        users.email_is_free,
        lambda original, cloud, email, except_id=None: (
            original(cloud, email, except_id)
            and not cloud.db.one("SELECT 1 FROM users WHERE email = ? AND deleted = 1", (email,))
        ),
    )


@breaks("US-1.11", "A user may have negative credits")
def credits_may_be_negative(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "credits", kind=Number())


@breaks("US-1.11", "A user cannot be made with 0 credits")
def credits_may_not_be_0(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "credits", kind=Number(0.001))


@breaks("US-1.11", "Credits have to be a whole number")
def credits_have_to_be_whole(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "credits", kind=Integer(0))


@breaks("US-1.11", "A null for credits is refused")
def credits_may_not_be_null(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "credits", nullable=False)


@breaks("US-1.11", "The credits that a user is made with are lost")
def credits_are_lost(ground: Ground) -> None:
    _change_after(
        ground,
        users_routes.create,
        lambda cloud, user_id: users_table.update(cloud.db, user_id, {"credits": None}),
    )


@breaks("US-1.12", "A user may have a negative time left")
def time_left_may_be_negative(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "time_left", kind=Integer())


@breaks("US-1.12", "A user cannot be made with no time left")
def time_left_may_not_be_0(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "time_left", kind=Integer(1))


@breaks("US-1.12", "The time left may be a fraction of seconds")
def time_left_may_be_a_fraction(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "time_left", kind=Number(0))


@breaks("US-1.12", "A null for the time left is refused")
def time_left_may_not_be_null(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "time_left", nullable=False)


@breaks("US-1.12", "The time left that a user is made with is lost")
def time_left_is_lost(ground: Ground) -> None:
    _change_after(
        ground,
        users_routes.create,
        lambda cloud, user_id: users_table.update(cloud.db, user_id, {"time_left": None}),
    )


@breaks("US-1.13", "The forbidden commands of a user may be a single text")
def forbidden_commands_may_be_a_text(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "forbidden_commands", kind=Anything())
    ground.wrap(
        users.create,
        lambda original, cloud, members, password_hash: original(
            cloud,
            {**members, "forbidden_commands": list(members.get("forbidden_commands", []))},
            password_hash,
        ),
    )


@breaks("US-1.13", "The commands that a new user may not run are lost")
def forbidden_commands_are_lost(ground: Ground) -> None:
    _change_after(
        ground,
        users_routes.create,
        lambda cloud, user_id: users_table.update(cloud.db, user_id, {"forbidden_commands": "[]"}),
    )


@breaks("US-1.13", "A forbidden command may be something else than a text")
def forbidden_commands_may_hold_numbers(ground: Ground) -> None:
    ground.field(shapes.USER_CREATE, "forbidden_commands", kind=ListOf(Anything()))


@breaks("US-1.1", "E-mails that differ in the case of letters outside ASCII are given to two users")
def emails_differ_by_case_of_foreign_letters(ground: Ground) -> None:
    ground.replace(users_table.email_key, _lower_ascii)


def _lower_ascii(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


@breaks("US-1.1", "The e-mail of a deactivated user is given to another one")
def email_of_a_deactivated_user_is_free(ground: Ground) -> None:
    ground.sql(layout, "TABLES", "CREATE UNIQUE INDEX users_email", "CREATE INDEX users_email")
    ground.wrap(
        users.email_is_free,
        lambda original, cloud, email, except_id=None: (
            original(cloud, email, except_id)
            or (owner := users_table.find_by_email(cloud.db, email)) is None
            or not owner.is_active
        ),
    )


@breaks("US-1.1", "An e-mail that two ask for at once is given to both")
def email_is_looked_at_too_early(ground: Ground) -> None:
    async def prepare(call: Call) -> Json:
        users._require_acceptable(call.cloud, call.body, None)
        await asyncio.sleep(0.03)
        return await users_routes.hash_password(call)

    def create(original: Original, cloud: Cloud, members: Mapping[str, Json], password_hash: str) -> int:
        user_id: int = original(cloud, {**members, "email": identifiers.new_uuid()}, password_hash)
        users_table.update(cloud.db, user_id, {"email": members["email"]})
        return user_id

    ground.sql(layout, "TABLES", "CREATE UNIQUE INDEX users_email", "CREATE INDEX users_email")
    ground.operation("US-1", prepare=prepare)
    ground.wrap(users.create, create)


@breaks("US-1.3", "The length of a password is counted in bytes")
def password_is_measured_in_bytes(ground: Ground) -> None:
    ground.wrap(passwords.is_strong, lambda original, password: original(password.encode().decode("latin-1")))


@breaks("US-1.4", "Tilde, backslash, brackets and the apostrophe count as no symbols")
def usual_symbols_count_alone(ground: Ground) -> None:
    _accept_passwords(ground, *_ALL_KINDS[:3], '!@#$%^&*()_-+={}|:;,.?/`"')


@breaks("US-1.10", "A user under the e-mail of a deleted one is that user again")
def deleted_user_comes_back(ground: Ground) -> None:
    def create(original: Original, call: Call) -> Json:
        row = call.cloud.db.one(
            "SELECT user_id FROM users WHERE email_key = ? AND deleted = 1",
            (users_table.email_key(call.body["email"]),),
        )
        if row is None:
            return original(call)
        call.cloud.db.run("UPDATE users SET deleted = 0 WHERE user_id = ?", row)
        users_table.update(call.cloud.db, row[0], {"password_hash": call.prepared})
        return {"user_id": row[0]}

    ground.wrap(users_routes.create, create)


_NOTHING = "DELETE FROM permissions WHERE -"


@breaks("US-1.10", "A user under the e-mail of a deleted one gets that one's platforms")
def platforms_of_a_deleted_user_are_inherited(ground: Ground) -> None:
    ground.text(
        users_table.mark_deleted,
        "DELETE FROM permissions WHERE user_id",
        "DELETE FROM permissions WHERE -user_id",
    )

    def inherit(cloud: Cloud, user_id: int) -> None:
        cloud.db.run(
            "INSERT OR IGNORE INTO permissions (user_id, platform_id) SELECT new.user_id, platform_id "
            "FROM permissions JOIN users old ON old.user_id = permissions.user_id AND old.deleted = 1 "
            "JOIN users new ON new.email_key = old.email_key WHERE new.user_id = ?",
            (user_id,),
        )

    _change_after(ground, users_routes.create, inherit)
