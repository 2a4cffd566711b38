"""Faults of logging in: US-0 to US-0.7."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground
from sandbox.json_text import Json
from sandbox.routes import shapes
from sandbox.routes import users as users_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Anything, Text
from sandbox.rules import credentials, passwords, users
from sandbox.rules.refusals import unauthorized
from sandbox.store import users_table
from sandbox.store.records import Login


def _answer_with(ground: Ground, change: Callable[[dict[str, Json]], Mapping[str, Json]]) -> None:
    ground.wrap(users_routes.log_in, lambda original, call: dict(change(original(call))))


def _compare_passwords(ground: Ground, is_same: Callable[[str, str], bool]) -> None:
    """Take a password for a user's where it is the same in this looser sense."""
    known: dict[str, str] = {}

    def hashed(original: Original, password: str, cost: int) -> str:
        kept: str = original(password, cost)
        known[kept] = password
        return kept

    def matches(original: Original, password: str, kept: str) -> bool:
        return bool(original(password, kept)) or (kept in known and is_same(password, known[kept]))

    ground.wrap(passwords.hashed, hashed)
    ground.wrap(passwords.matches, matches)


def _refuse_login(ground: Ground, refusal: Callable[[Call, Exception], Exception]) -> None:
    """Refuse logins that the cloud refuses with another refusal."""

    def log_in(original: Original, call: Call) -> Json:
        try:
            return original(call)
        except Exception as error:
            raise refusal(call, error) from error

    ground.wrap(users_routes.log_in, log_in)


@breaks("US-0", "A login gives a token that opens nothing")
def login_token_opens_nothing(ground: Ground) -> None:
    ground.wrap(
        users_table.insert_login,
        lambda original, db, key_hash, user_id, expires: (
            original(db, key_hash=key_hash[::-1], user_id=user_id, expires=expires)
            if user_id > 1
            else original(db, key_hash=key_hash, user_id=user_id, expires=expires)
        ),
    )


@breaks("US-0", "A login gives the token of someone else")
def login_token_is_of_someone_else(ground: Ground) -> None:
    ground.wrap(
        users_table.insert_login,
        lambda original, db, key_hash, user_id, expires: original(
            db, key_hash=key_hash, user_id=max(1, user_id - 1), expires=expires
        ),
    )


@breaks("US-0", "A login is refused to who shows no credential")
def login_wants_a_credential(ground: Ground) -> None:
    def log_in(original: Original, call: Call) -> Json:
        user = users_table.find_by_email(call.cloud.db, call.body["email"])
        if user is not None and user.is_admin:
            return original(call)
        raise unauthorized(credentials.Surface.ACCOUNT.value)

    ground.wrap(users_routes.log_in, log_in)


@breaks("US-0.1", "The answer to a login lacks the user's id")
def login_does_not_tell_the_user(ground: Ground) -> None:
    _answer_with(
        ground,
        lambda answer: answer if answer["user_id"] == 1 else {**answer, "user_id": 0},
    )


@breaks("US-0.1", "The answer to a login holds more than it should")
def login_tells_more(ground: Ground) -> None:
    _answer_with(ground, lambda answer: {**answer, "is_admin": False})


@breaks("US-0.1", "The answer to a login does not tell how long the token lives")
def login_does_not_tell_the_duration(ground: Ground) -> None:
    _answer_with(ground, lambda answer: {**answer, "duration": None})


@breaks("US-0.2", "A login tells that an e-mail is unknown", known_as="D026")
def login_tells_unknown_emails(ground: Ground) -> None:
    def log_in(original: Original, cloud: Any, user: Any, password_matches: bool) -> Any:  # noqa: ANN401
        if user is None:
            raise unauthorized("Unknown user")
        return original(cloud, user, password_matches)

    ground.wrap(users.log_in, log_in)


@breaks("US-0.2", "A login tells in its detail that a password is wrong", known_as="D026")
def login_tells_wrong_passwords(ground: Ground) -> None:
    def refusal(call: Call, error: Exception) -> Exception:
        if users_table.find_by_email(call.cloud.db, call.body["email"]) is not None:
            vars(error)["detail"] = {"password": "wrong"}
        return error

    _refuse_login(ground, refusal)


@breaks("US-0.2", "A login tells that a user was deleted", known_as="D026")
def login_tells_deleted_users(ground: Ground) -> None:
    def refusal(call: Call, error: Exception) -> Exception:
        key = users_table.email_key(call.body["email"])
        gone = call.cloud.db.one("SELECT 1 FROM users WHERE email_key = ? AND deleted = 1", (key,))
        return unauthorized("The user was deleted") if gone else error

    _refuse_login(ground, refusal)


@breaks("US-0.2", "An unknown e-mail is not found instead of unauthorized", known_as="D026")
def unknown_email_is_not_found(ground: Ground) -> None:
    def refusal(call: Call, error: Exception) -> Exception:
        known = users_table.find_by_email(call.cloud.db, call.body["email"])
        if known is None:
            vars(error)["status"] = 404
        return error

    _refuse_login(ground, refusal)


@breaks("US-0.2", "A failed login is told in other words", also=("US-0.3", "US-0.5", "US-3.7", "PM-3"))
def failed_login_gets_another_text(ground: Ground) -> None:
    ground.set(users, "INVALID_LOGIN", "Invalid credentials")


@breaks("US-0.2", "Every password opens an account", also=("US-0.3", "US-0.5", "US-3.7", "PM-3"))
def every_password_opens(ground: Ground) -> None:
    ground.replace(passwords.matches, lambda password, kept: True)


@breaks("US-0.2", "The case of a password does not matter")
def case_of_passwords_does_not_matter(ground: Ground) -> None:
    _compare_passwords(ground, lambda given, right: given.lower() == right.lower())


@breaks("US-0.2", "White space around a password does not matter")
def white_space_around_passwords_does_not_matter(ground: Ground) -> None:
    _compare_passwords(ground, lambda given, right: given.strip() == right)


@breaks("US-0.2", "The end of a password does not matter", also=("US-0.3",))
def end_of_passwords_does_not_matter(ground: Ground) -> None:
    _compare_passwords(ground, lambda given, right: given != "" and right.startswith(given))


@breaks("US-0.2", "What follows the 72nd character of a password does not matter")
def end_of_long_passwords_does_not_matter(ground: Ground) -> None:
    _compare_passwords(ground, lambda given, right: given[:72] == right[:72])


@breaks("US-0.2", "Letters outside ASCII do not matter in a password")
def foreign_letters_of_passwords_do_not_matter(ground: Ground) -> None:
    _compare_passwords(
        ground,
        lambda given, right: given.encode("ascii", "replace") == right.encode("ascii", "replace"),
    )


@breaks("US-0.2", "A password with letters outside ASCII never fits", also=("US-0",))
def foreign_letters_of_passwords_never_fit(ground: Ground) -> None:
    ground.wrap(
        passwords.matches, lambda original, password, kept: password.isascii() and original(password, kept)
    )


@breaks("US-0.3", "A deactivated user logs in")
def deactivated_user_logs_in(ground: Ground) -> None:
    ground.wrap(
        users.log_in,
        lambda original, cloud, user, password_matches: original(
            cloud, user and replace(user, is_active=True), password_matches
        ),
    )


@breaks("US-0.3", "A wrong password tells that a user is deactivated")
def wrong_password_tells_deactivation(ground: Ground) -> None:
    ground.wrap(
        users.log_in,
        lambda original, cloud, user, password_matches: original(
            cloud, user, password_matches or (user is not None and not user.is_active)
        ),
    )


@breaks("US-0.3", "A deactivated user is refused like an unknown one")
def deactivated_user_is_like_an_unknown_one(ground: Ground) -> None:
    ground.wrap(
        users.log_in,
        lambda original, cloud, user, password_matches: original(
            cloud, user if user and user.is_active else None, password_matches
        ),
    )


@breaks("US-0.4", "A new login ends the earlier ones")
def new_login_ends_earlier_ones(ground: Ground) -> None:
    def insert_login(original: Original, db: Any, **values: Any) -> None:  # noqa: ANN401
        if values["user_id"] > 1:
            db.run("DELETE FROM logins WHERE user_id = ?", (values["user_id"],))
        original(db, **values)

    ground.wrap(users_table.insert_login, insert_login)


@breaks("US-0.4", "Logging in again gives the token that the user has")
def login_gives_the_same_token(ground: Ground) -> None:
    given: dict[int, str] = {}

    def log_in(original: Original, call: Call) -> Json:
        answer: dict[str, Json] = original(call)
        return {**answer, "token": given.setdefault(answer["user_id"], answer["token"])}

    ground.wrap(users_routes.log_in, log_in)


@breaks("US-0.5", "A login without an e-mail is refused as a wrong one")
def login_without_email_is_a_wrong_one(ground: Ground) -> None:
    _let_be_missing(ground, "email")


@breaks("US-0.5", "A login without a password is refused as a wrong one")
def login_without_password_is_a_wrong_one(ground: Ground) -> None:
    _let_be_missing(ground, "password")


def _let_be_missing(ground: Ground, member: str) -> None:
    def take(original: Original, shape: shapes.Shape, members: Any, location: str) -> Any:  # noqa: ANN401
        return original(shape, {member: "", **members} if shape is shapes.LOGIN else members, location)

    ground.wrap(shapes.Shape.take, take)


@breaks("US-0.5", "A number is taken for an e-mail, and refused as a wrong one")
def email_may_be_a_number(ground: Ground) -> None:
    _take_as_text(ground, "email")


@breaks("US-0.5", "Something that is no text is taken for a password, and refused as a wrong one")
def password_may_be_anything(ground: Ground) -> None:
    _take_as_text(ground, "password")


def _take_as_text(ground: Ground, member: str) -> None:
    async def prepare(call: Call) -> Json:
        return await users_routes.check_password(
            replace(call, body={**call.body, member: str(call.body[member])})
        )

    ground.field(shapes.LOGIN, member, kind=Anything(), nullable=True, keeps_null=True)
    ground.operation("US-0", prepare=prepare)
    ground.wrap(
        users_routes.log_in,
        lambda original, call: original(replace(call, body={**call.body, member: str(call.body[member])})),
    )


@breaks("US-0.5", "An empty e-mail is refused for its shape")
def empty_email_is_misshapen(ground: Ground) -> None:
    ground.field(shapes.LOGIN, "email", kind=Text(1))


@breaks("US-0.5", "An empty password is refused for its shape")
def empty_password_is_misshapen(ground: Ground) -> None:
    ground.field(shapes.LOGIN, "password", kind=Text(1))


@breaks("US-0.5", "An empty password opens every account", also=("US-0.2",))
def empty_password_opens(ground: Ground) -> None:
    ground.wrap(passwords.matches, lambda original, password, kept: not password or original(password, kept))


@breaks("US-0.5", "A password that is null opens every account")
def null_password_opens(ground: Ground) -> None:
    ground.field(shapes.LOGIN, "password", nullable=True, keeps_null=True)

    async def prepare(call: Call) -> Json:
        if call.body["password"] is None:
            user = users_table.find_by_email(call.cloud.db, call.body["email"])
            return user and user.password_hash
        return await users_routes.check_password(call)

    ground.operation("US-0", prepare=prepare)


@breaks("US-0.6", "The case of the e-mail matters at the login")
def case_of_the_email_matters(ground: Ground) -> None:
    def log_in(original: Original, call: Call) -> Json:
        user = users_table.find_by_email(call.cloud.db, call.body["email"])
        if user is not None and user.email != call.body["email"]:
            raise unauthorized(users.INVALID_LOGIN)
        return original(call)

    ground.wrap(users_routes.log_in, log_in)


@breaks("US-0.6", "The case of letters outside ASCII matters at the login")
def case_of_foreign_letters_matters(ground: Ground) -> None:
    def log_in(original: Original, call: Call) -> Json:
        user = users_table.find_by_email(call.cloud.db, call.body["email"])
        if user is not None and not _same_but_for_ascii_case(user.email, call.body["email"]):
            raise unauthorized(users.INVALID_LOGIN)
        return original(call)

    ground.wrap(users_routes.log_in, log_in)


def _same_but_for_ascii_case(one: str, other: str) -> bool:
    return one.encode().lower() == other.encode().lower()


@breaks("US-0.7", "A login token lives an hour", also=("US-0.1",))
def login_token_lives_an_hour(ground: Ground) -> None:
    def log_in(original: Original, cloud: Any, user: Any, password_matches: bool) -> Any:  # noqa: ANN401
        settings = replace(cloud.settings, login_duration=3600)
        return original(replace(cloud, settings=settings), user, password_matches)

    ground.wrap(users.log_in, log_in)


@breaks(
    "US-0.7",
    "A login token never expires",
    unseen="A login token lives a day, and no scenario waits a day; nobody can ask for a shorter one.",
)
def login_token_never_expires(ground: Ground) -> None:
    ground.wrap(
        credentials.is_alive,
        lambda original, record, now: isinstance(record, Login) or original(record, now),
    )
