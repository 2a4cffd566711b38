"""Faults of users and of what they may spend: US-1 to US-5, CR-1 to CR-9."""

from __future__ import annotations

import asyncio
import string
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import shapes
from sandbox.routes import users as users_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Anything, Integer, ListOf, Number, QueryInteger, Text
from sandbox.rules import (
    admission,
    clock,
    closing,
    credentials,
    identifiers,
    jobs,
    passwords,
    platforms,
    publication,
    users,
)
from sandbox.rules.refusals import bad_request, forbidden
from sandbox.store import api_keys_table, jobs_table, layout, tokens_table, users_table
from sandbox.store.database import Database
from sandbox.store.records import User

Original = Callable[..., Any]

_ALL_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation)


def _change_after(ground: Ground, route: Original, change: Callable[[Cloud, int], object]) -> None:
    """Do something to the user of a request when the request is done."""

    def around(original: Original, call: Call) -> Json:
        answer = original(call)
        change(call.cloud, call.path["user_id"] if "user_id" in call.path else answer["user_id"])
        return answer

    ground.wrap(route, around)


def _shown_with(ground: Ground, **members: Callable[[User], Json]) -> None:
    """Have records show these members as the functions say."""
    ground.wrap(
        users_routes.shown,
        lambda original, call, user: {
            **original(call, user),
            **{name: value(user) for name, value in members.items()},
        },
    )


def _overlay(ground: Ground, **members: Json) -> None:
    """Have a change set these members wherever it does not name them."""
    ground.wrap(
        users_routes.update,
        lambda original, call: original(replace(call, body={**members, **call.body})),
    )


def _accept_passwords(ground: Ground, *kinds: str) -> None:
    """Ask passwords for a character of each of these kinds only."""
    ground.replace(
        passwords.is_strong,
        lambda password: (
            passwords.SHORTEST <= len(password) <= passwords.LONGEST
            and all(set(password) & set(kind) for kind in kinds)
        ),
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


def _take_off_credits(cloud: Cloud, job_id: str) -> None:
    """Charge a job's reserve to its user."""
    job = jobs.find(cloud, job_id)
    user = users_table.find(cloud.db, job.user_id) if job else None
    if job and user and user.credits is not None:
        users_table.update(cloud.db, user.user_id, {"credits": max(0.0, user.credits - job.reserved)})


# Making users.


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


# Reading users.


@breaks("US-2", "The record of a user lacks their company")
def record_lacks_the_company(ground: Ground) -> None:
    ground.wrap(
        users_routes.shown,
        lambda original, *args: {
            name: value for name, value in original(*args).items() if name != "company_id"
        },
    )


@breaks("US-2", "First and last name change places in the record")
def names_change_places(ground: Ground) -> None:
    _shown_with(ground, first_name=lambda user: user.last_name, last_name=lambda user: user.first_name)


@breaks("US-2", "An admin who reads a user gets their own record")
def admin_reads_their_own_record(ground: Ground) -> None:
    ground.replace(users_routes.read, lambda call: users_routes.shown(call, call.caller.user))


@breaks("US-2", "A user's record shows them without their platforms")
def record_shows_no_platforms(ground: Ground) -> None:
    _shown_with(ground, platform_ids=lambda user: [])


@breaks("US-2", "A user's record shows a priority that is not theirs")
def record_shows_another_priority(ground: Ground) -> None:
    _shown_with(ground, priority=lambda user: user.priority + 1)


@breaks("US-2", "The record of a plain user says that they are an admin")
def record_makes_everyone_an_admin(ground: Ground) -> None:
    _shown_with(ground, is_admin=lambda user: True)


@breaks("US-2.1", "A user's record shows the hash of their password", also=("SC-3",), known_as="D023")
def record_shows_the_password_hash(ground: Ground) -> None:
    _shown_with(ground, password_hash=lambda user: user.password_hash)


@breaks("US-2.2", "A user reads the record of every other one", also=("PM-45", "OC-2"), known_as="D029")
def user_reads_other_users(ground: Ground) -> None:
    ground.operation("US-2", right="anyone")


@breaks("US-2.2", "A user is told which users exist", also=("OC-2",))
def user_learns_who_exists(ground: Ground) -> None:
    def read(original: Original, call: Call) -> Json:
        user = users.require(call.cloud, call.path["user_id"])
        if not call.caller.is_admin and call.caller.user.user_id != user.user_id:
            raise forbidden()
        return original(call)

    ground.operation("US-2", right="anyone")
    ground.wrap(users_routes.read, read)


@breaks("US-2.3", "An admin reads users who were deleted", also=("US-4", "US-4.2", "US-5.1"))
def deleted_user_is_still_read(ground: Ground) -> None:
    def require(original: Original, cloud: Cloud, user_id: int) -> User:
        row = cloud.db.one(f"SELECT {users_table._COLUMNS} FROM users WHERE user_id = ?", (user_id,))
        return users_table._user(row) if row else original(cloud, user_id)

    ground.wrap(users.require, require)


@breaks("US-2.3", "An unknown user is a bad request instead of not found", also=("US-3.11", "US-4.2"))
def unknown_user_is_a_bad_request(ground: Ground) -> None:
    ground.set(users, "not_found", lambda: bad_request("Unknown user"))


@breaks("US-2.3", "An unknown user has an empty record")
def unknown_user_has_an_empty_record(ground: Ground) -> None:
    def read(original: Original, call: Call) -> Json:
        if users_table.find(call.cloud.db, call.path["user_id"]) is None:
            return {**users_routes.shown(call, call.caller.user), "user_id": call.path["user_id"]}
        return original(call)

    ground.wrap(users_routes.read, read)


@breaks("US-2", "The record of a user tells another day of their making")
def record_tells_another_day(ground: Ground) -> None:
    _shown_with(ground, created_date=lambda user: clock.iso(user.created - 86_400))


@breaks("US-2", "Names lose their letters outside ASCII")
def names_lose_foreign_letters(ground: Ground) -> None:
    _shown_with(
        ground,
        first_name=lambda user: user.first_name.encode("ascii", "replace").decode(),
        last_name=lambda user: user.last_name.encode("ascii", "replace").decode(),
    )


# Changing users.


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


# Deleting and listing users.


@breaks("US-4", "A user is deleted in words only", also=("US-4.2", "US-4.3", "A-3.3", "US-1.10"))
def deletion_of_a_user_does_nothing(ground: Ground) -> None:
    ground.replace(users.delete, lambda *_: None)


@breaks("US-4", "A deleted user is only deactivated", also=("US-4.2", "US-4.3", "US-2.3", "US-1.10"))
def deleted_user_is_deactivated(ground: Ground) -> None:
    ground.replace(
        users.delete,
        lambda cloud, user: users_table.update(cloud.db, user.user_id, {"is_active": 0}),
    )


@breaks("US-4", "Deleting a user deletes the one made next as well")
def deletion_reaches_the_next_user(ground: Ground) -> None:
    ground.text(
        users_table.mark_deleted,
        "deleted = 1 WHERE user_id = ?",
        "deleted = 1 WHERE user_id BETWEEN ? AND ?1 + 1",
    )


@breaks("US-4", "The deletion of a user is answered without a message")
def deletion_of_a_user_has_no_message(ground: Ground) -> None:
    ground.wrap(users_routes.delete, lambda original, call: original(call) and {})


@breaks("US-4.1", "An admin is deleted")
def admin_can_be_deleted(ground: Ground) -> None:
    ground.wrap(users.delete, lambda original, cloud, user: original(cloud, replace(user, is_admin=False)))


@breaks("US-4.1", "The deletion of an admin is refused in words of its own")
def deletion_of_an_admin_gets_another_text(ground: Ground) -> None:
    ground.text(users.delete, "Can't delete an admin user", "Invalid data")


@breaks("US-4.2", "Deleting a user who does not exist is accepted")
def deleting_nobody_is_accepted(ground: Ground) -> None:
    def delete(original: Original, call: Call) -> Json:
        known = users_table.find(call.cloud.db, call.path["user_id"]) is not None
        return original(call) if known else users_routes.OK

    ground.wrap(users_routes.delete, delete)


@breaks("US-4.2", "A second deletion of a user is accepted")
def user_is_deleted_twice(ground: Ground) -> None:
    gone: set[int] = set()

    def delete(original: Original, call: Call) -> Json:
        user_id = call.path["user_id"]
        if user_id not in gone:
            original(call)
            gone.add(user_id)
        return users_routes.OK

    ground.wrap(users_routes.delete, delete)


@breaks("US-4.3", "The job tokens of a deleted user go on working", also=("A-3.3",), known_as="D025")
def job_tokens_outlive_their_user(ground: Ground) -> None:
    _keep_credentials_of_deleted(ground)
    ground.replace(tokens_table.mark_all_deleted, lambda *_: None)


@breaks("US-4.3", "The login tokens of a deleted user go on working", also=("A-3.3",))
def login_tokens_outlive_their_user(ground: Ground) -> None:
    _keep_credentials_of_deleted(ground)
    ground.text(
        users_table.mark_deleted, "DELETE FROM logins WHERE user_id", "DELETE FROM logins WHERE -user_id"
    )


@breaks("US-4.3", "The API keys of a deleted user go on working", also=("A-3.3",))
def api_keys_outlive_their_user(ground: Ground) -> None:
    _keep_credentials_of_deleted(ground)
    ground.replace(api_keys_table.mark_all_deleted, lambda *_: None)


def _keep_credentials_of_deleted(ground: Ground) -> None:
    """Let the credentials of deleted users open what they opened, as far as they are still known."""

    def owner(original: Original, cloud: Cloud, user_id: int) -> User | None:
        row = cloud.db.one(f"SELECT {users_table._COLUMNS} FROM users WHERE user_id = ?", (user_id,))
        return users_table._user(row) if row else None

    ground.wrap(credentials.owner, owner)


@breaks("US-4.3", "The job tokens of a deleted user stay in the admin's list", also=("A-3.3",))
def tokens_of_a_deleted_user_are_listed(ground: Ground) -> None:
    ground.replace(tokens_table.mark_all_deleted, lambda *_: None)


@breaks("US-4.3", "The API keys of a deleted user stay in the admin's list", also=("A-3.3",))
def keys_of_a_deleted_user_are_listed(ground: Ground) -> None:
    ground.replace(api_keys_table.mark_all_deleted, lambda *_: None)


@breaks("US-4.3", "The jobs of a deleted user go on waiting", also=("J13",))
def jobs_outlive_their_user(ground: Ground) -> None:
    ground.wrap(
        closing.close_jobs,
        lambda original, cloud, column, value, reason: (
            None if reason is closing.USER_DELETED else original(cloud, column, value, reason)
        ),
    )


@breaks("US-4.4", "A user deletes other users", also=("PM-48",))
def user_deletes_users(ground: Ground) -> None:
    ground.operation("US-4", right="anyone")


@breaks("US-4.4", "A user deletes their own account", also=("PM-48",))
def user_deletes_themselves(ground: Ground) -> None:
    ground.operation("US-4", right="self_or_admin")


@breaks("US-5", "The list of users shows less than the record")
def list_of_users_shows_less(ground: Ground) -> None:
    ground.replace(
        users_routes.list_all,
        lambda call: [
            {"user_id": user.user_id, "email": user.email}
            for user in users_table.page(call.cloud.db, **call.query)
        ],
    )


@breaks("US-5", "The list of users shows nobody their platforms")
def list_of_users_shows_no_platforms(ground: Ground) -> None:
    ground.wrap(
        users_routes.list_all,
        lambda original, call: [{**record, "platform_ids": []} for record in original(call)],
    )


@breaks("US-5", "The list of users leaves plain users out")
def list_of_users_lacks_plain_users(ground: Ground) -> None:
    ground.text(users_table.page, "deleted = 0", "deleted = 0 AND is_admin = 1")


@breaks(
    "US-5", "The list of users starts at the first user, whatever the offset", also=("PG-2", "PG-8", "PG-10")
)
def offset_of_users_is_ignored(ground: Ground) -> None:
    ground.wrap(users_table.page, lambda original, db, limit, offset: original(db, limit, 0))


@breaks("US-5.1", "Deactivated users are not listed")
def deactivated_user_is_not_listed(ground: Ground) -> None:
    ground.text(users_table.page, "deleted = 0", "deleted = 0 AND is_active = 1")


@breaks("US-5.1", "Deleted users stay in the list", also=("US-4",))
def deleted_user_is_listed(ground: Ground) -> None:
    ground.text(users_table.page, "WHERE deleted = 0 ", "")


@breaks("US-5.2", "A plain user lists all users", also=("PM-44",))
def user_lists_users(ground: Ground) -> None:
    ground.operation("US-5", right="anyone")


@breaks("US-5.2", "A plain user gets a list of users with only themselves in it", also=("PM-44",))
def user_lists_themselves(ground: Ground) -> None:
    ground.operation("US-5", right="anyone")
    ground.wrap(
        users_routes.list_all,
        lambda original, call: (
            original(call) if call.caller.is_admin else [users_routes.shown(call, call.caller.user)]
        ),
    )


@breaks("US-5.2", "The list of users takes pages that cannot be", also=("PG-4", "PG-5", "PG-10"))
def impossible_page_of_users_is_given(ground: Ground) -> None:
    ground.operation(
        "US-5",
        query=shapes.Shape(
            "Page",
            (
                shapes.Field("limit", QueryInteger(), nullable=True, default=1000),
                shapes.Field("offset", QueryInteger(), nullable=True, default=0),
            ),
        ),
    )


# Credits and time left.


@breaks("CR-1", "A job without shots costs a credit")
def job_without_shots_costs_a_credit(ground: Ground) -> None:
    ground.replace(admission.needed_credits, lambda payload: float(payload.get("max_shots") or 1))


@breaks("CR-1", "Every job costs one credit, whatever its shots", also=("CR-2", "CR-3", "CR-5"))
def every_job_costs_one_credit(ground: Ground) -> None:
    ground.wrap(admission.needed_credits, lambda original, payload: min(1.0, original(payload)))


@breaks("CR-1", "A shot costs two credits", also=("CR-3", "CR-5", "CR-6"))
def shot_costs_two_credits(ground: Ground) -> None:
    ground.wrap(admission.needed_credits, lambda original, payload: 2 * original(payload))


@breaks("CR-2", "Credits are not looked at", also=("JB-1.18", "JB-1.19", "CR-3"))
def credits_are_not_looked_at(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, replace(user, credits=None), platform, need
        ),
    )


@breaks("CR-2", "A user needs one credit more than a job costs", also=("CR-3", "CR-6"))
def job_needs_a_credit_too_much(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(cloud, user, platform, need and need + 1),
    )


@breaks("CR-2", "A job may cost one credit more than the user has", also=("JB-1.18",))
def job_may_cost_a_credit_too_much(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(cloud, user, platform, max(0, need - 1)),
    )


@breaks("CR-2", "A lack of credits is told in other words", also=("JB-1.18", "CR-3"))
def lack_of_credits_gets_another_text(ground: Ground) -> None:
    ground.text(admission.require_means, "Not enough credits", "Insufficient credits")


@breaks("CR-3", "Credits that jobs hold can be spent once more", also=("JB-1.19", "CR-4"))
def reserved_credits_can_be_spent(ground: Ground) -> None:
    ground.replace(jobs_table.reserved_credits, lambda *_: 0.0)


@breaks("CR-3", "Running jobs hold no credits", also=("JB-1.19",))
def running_jobs_hold_no_credits(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "'running', ", "")


@breaks("CR-3", "Suspended jobs hold no credits", also=("JB-1.19",))
def suspended_jobs_hold_no_credits(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, ", 'suspended'", "")


@breaks("CR-3", "Jobs that are to be canceled hold no credits", also=("JB-1.19",))
def jobs_to_cancel_hold_no_credits(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "'cancel_requested', ", "")


@breaks("CR-3", "The jobs of all users hold one user's credits")
def credits_are_held_by_others(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "user_id = ?", "user_id = user_id OR user_id = ?")


@breaks("CR-3", "Credits that are reserved are told as if there were none", also=("JB-1.19",))
def reserved_credits_get_another_text(ground: Ground) -> None:
    ground.text(
        admission.require_means,
        "Not enough credits: all remaining credits are reserved by waiting or running jobs",
        "Not enough credits",
    )


@breaks("CR-4", "Credits are reserved when a job starts to run", also=("JB-1.19", "CR-3"))
def credits_are_reserved_at_the_fetch(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "'waiting', ", "")


@breaks("CR-4", "Credits are taken when a job is made", also=("CR-5", "CR-6"))
def credits_are_taken_at_once(ground: Ground) -> None:
    def enqueue(original: Original, *args: Any) -> str:  # noqa: ANN401 - those of the function
        job_id: str = original(*args)
        _take_off_credits(args[0], job_id)
        return job_id

    ground.wrap(admission.enqueue, enqueue)


@breaks("CR-5", "A completed job costs what it reserved, whatever its worker counted", also=("UR-6",))
def reserve_is_charged(ground: Ground) -> None:
    ground.replace(admission.charged_credits, lambda reserved, shots: reserved)


@breaks("CR-5", "A completed job costs what its worker counted, however much")
def more_than_the_reserve_is_charged(ground: Ground) -> None:
    ground.replace(
        admission.charged_credits, lambda reserved, shots: reserved if shots is None else float(shots)
    )


@breaks("CR-5", "A completed job that took no shots costs its whole reserve")
def no_shots_cost_the_reserve(ground: Ground) -> None:
    ground.replace(
        admission.charged_credits,
        lambda reserved, shots: min(float(shots), reserved) if shots else reserved,
    )


@breaks("CR-5", "A completed job costs nothing where its worker counted no shots", also=("UR-6",))
def uncounted_shots_are_free(ground: Ground) -> None:
    ground.replace(admission.charged_credits, lambda reserved, shots: min(float(shots or 0), reserved))


@breaks("CR-5", "Completed jobs cost nothing")
def completed_jobs_are_free(ground: Ground) -> None:
    ground.wrap(
        publication.settle,
        lambda original, cloud, job, report: original(cloud, job, replace(report, charged=0.0)),
    )


@breaks("CR-5", "A completed job is charged twice")
def completed_job_is_charged_twice(ground: Ground) -> None:
    ground.wrap(
        publication.settle,
        lambda original, *args: (original(*args), original(*args)),
    )


@breaks("CR-6", "A job that failed is charged")
def failed_job_is_charged(ground: Ground) -> None:
    _charge_when(ground, "error")


@breaks("CR-6", "A job whose cancellation its worker confirmed is charged")
def canceled_job_is_charged(ground: Ground) -> None:
    _charge_when(ground, "canceled")


def _charge_when(ground: Ground, wanted: str) -> None:
    def publish(original: Original, cloud: Cloud, job_id: str, members: Mapping[str, Json]) -> str:
        status: str = original(cloud, job_id, members)
        if status == wanted:
            _take_off_credits(cloud, job_id)
        return status

    ground.wrap(publication.publish, publish)


@breaks("CR-6", "A job that was canceled while it waited is charged")
def job_canceled_in_the_queue_is_charged(ground: Ground) -> None:
    def cancel(original: Original, cloud: Cloud, job: Any, message: str) -> None:  # noqa: ANN401
        original(cloud, job, message)
        if job.status == "waiting":
            _take_off_credits(cloud, job.job_id)

    ground.wrap(jobs.cancel, cancel)


@breaks("CR-6", "A job that failed goes on holding credits")
def failed_job_holds_credits(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "'waiting'", "'error', 'waiting'")


@breaks("CR-6", "A job that was canceled goes on holding credits")
def canceled_job_holds_credits(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "'waiting'", "'canceled', 'waiting'")


@breaks("CR-5", "A completed job goes on holding credits beside those that it cost")
def completed_job_holds_credits(ground: Ground) -> None:
    ground.text(jobs_table.reserved_credits, "'waiting'", "'completed', 'waiting'")


@breaks("CR-7", "A user without time left makes jobs", also=("JB-1.20",))
def jobs_are_made_without_time(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, replace(user, time_left=None), platform, need
        ),
    )


@breaks("CR-7", "A user with a second left makes no job")
def last_second_is_lost(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, replace(user, time_left=user.time_left and user.time_left - 1), platform, need
        ),
    )


@breaks("CR-7", "A lack of time is told with the name of the platform", also=("JB-1.20",))
def lack_of_time_names_the_platform(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, user, replace(platform, type=platform.name), need
        ),
    )


@breaks("CR-7", "A lack of time is told in other words", also=("JB-1.20",))
def lack_of_time_gets_another_text(ground: Ground) -> None:
    ground.text(admission.require_means, " time left", " seconds left")


@breaks("CR-8", "Jobs take no time from their user")
def jobs_take_no_time(ground: Ground) -> None:
    ground.replace(admission.time_left_after, lambda time_left, duration: time_left)


@breaks("CR-8", "A job takes all of the time that its user has left")
def job_takes_all_time(ground: Ground) -> None:
    ground.replace(admission.time_left_after, lambda time_left, duration: 0)


@breaks("CR-8", "The time left of a user falls below zero", also=("US-1.12", "US-2"))
def time_left_falls_below_zero(ground: Ground) -> None:
    ground.replace(admission.time_left_after, lambda time_left, duration: time_left - duration)


@breaks("CR-8", "Jobs that failed take time from their user")
def failed_jobs_take_time(ground: Ground) -> None:
    def publish(original: Original, cloud: Cloud, job_id: str, members: Mapping[str, Json]) -> str:
        status: str = original(cloud, job_id, members)
        job = jobs.find(cloud, job_id)
        user = users_table.find(cloud.db, job.user_id) if job else None
        if job and user and status == "error" and user.time_left is not None:
            left = admission.time_left_after(user.time_left, job.duration or 0)
            users_table.update(cloud.db, user.user_id, {"time_left": left})
        return status

    ground.wrap(publication.publish, publish)


@breaks("CR-9", "New users have no credits by default", also=("US-1.11",))
def credits_are_0_by_default(ground: Ground) -> None:
    ground.wrap(
        users.create,
        lambda original, cloud, members, password_hash: original(
            cloud, {"credits": 0.0, **members}, password_hash
        ),
    )


@breaks("CR-9", "New users have an hour of time by default", also=("US-1.12",))
def time_is_limited_by_default(ground: Ground) -> None:
    ground.wrap(
        users.create,
        lambda original, cloud, members, password_hash: original(
            cloud, {"time_left": 3600, **members}, password_hash
        ),
    )


@breaks("CR-9", "Credits of null are taken for none", also=("JB-1.18",))
def unlimited_credits_are_none(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, replace(user, credits=user.credits or 0.0), platform, need
        ),
    )


@breaks("CR-9", "A time left of null is taken for none", also=("JB-1.20",))
def unlimited_time_is_none(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, replace(user, time_left=user.time_left or 0), platform, need
        ),
    )
