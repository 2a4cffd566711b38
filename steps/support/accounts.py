"""Users and their logins: what a scenario tries with them, and what it expects."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import JobToken, User
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.exchange import Exchange, Request
from steps.api.operations import US_0, US_3, US_4, US_5
from steps.api.utils import Api, CloudContext
from steps.support.attempt import Outcome, attempt
from steps.support.expectations import (
    ExpectationFailed,
    expect_equal,
    expect_invalid_field,
    expect_refusal,
    expect_success,
    expect_true,
)
from steps.support.paging import whole_and_pages
from steps.support.spoken import in_another_case

if TYPE_CHECKING:
    from steps.support.world import World

# An id that no cloud has reached.
NOBODY = 2**53 - 1
_UNKNOWN_CREDENTIAL = "nobody-has-this-credential"
_PASSWORD_WORDS = re.compile("passw|pwd|hash|salt", re.IGNORECASE)

WRONG_PASSWORDS: Mapping[str, Callable[[str], str]] = {
    "in another case": in_another_case,
    "preceded by a space": lambda password: " " + password,
    "one character short": lambda password: password[:-1],
    "empty": lambda password: "",
}
EMAIL_FORMS: Mapping[str, Callable[[str], str]] = {
    "as it is": lambda email: email,
    "in another case": in_another_case,
}


def body_of(user: User) -> dict[str, Any]:
    """What is sent to make this user."""
    return {key: getattr(user, key) for key in user.keys()}  # noqa: SIM118 - a method of User


def lengthened(email: str, length: int) -> str:
    """The e-mail address with as many letters in front that it has this length."""
    return "x" * (length - len(email)) + email


def try_login(
    world: World, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Log in with exactly this body, and return the answer. Raises CloudRefusal."""
    return Api(world.cloud).call_for_object(US_0, "token", body=body, headers=headers)


def login_of(user: User, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """The body of the user's login, with these members in place of the right ones."""
    return {"email": user.email, "password": user.password, **members}


def login_with_unknown_credential(world: World, user: User) -> dict[str, Any]:
    """Log in rightly, with a credential in the header that nobody has. Raises CloudRefusal."""
    return try_login(world, login_of(user), {"Authorization": f"Bearer {_UNKNOWN_CREDENTIAL}"})


def login_again(world: World, user: User) -> str:
    """Log in once more, and return the new login token; the user keeps the earlier one."""
    answer = try_login(world, login_of(user))
    return str(answer["token"])


def failing_login(world: World, case: str) -> Outcome:
    """Try a login that must fail: with `a wrong password`, `an unknown e-mail`, `the data of a deleted user`.

    The deleted user is the scenario's other one.
    """
    assert world.user is not None and world.other_user is not None
    body = {
        "a wrong password": login_of(world.user, password=world.user.password[::-1] + "x"),
        "an unknown e-mail": login_of(world.user, email=world.make.draft().email),
        "the data of a deleted user": login_of(world.other_user),
    }[case]
    return attempt(try_login, world, body)


def expect_refusals(outcomes: Mapping[str, Outcome], status: int, error: str, *rules: str) -> None:
    """State that every one of these attempts was refused so."""
    for outcome in outcomes.values():
        expect_refusal(outcome, status, error, *rules)


def expect_same_bodies(outcomes: Mapping[str, Outcome], *rules: str) -> None:
    """State that the refusals do not differ in a single byte."""
    bodies = {case: refusal_body(outcome) for case, outcome in outcomes.items()}
    expect_true("all answers should be the same", len(set(bodies.values())) == 1, bodies, *rules)


def refusal_body(outcome: Outcome) -> bytes:
    """The body of a refusal; b"" where the attempt was accepted."""
    return outcome.refusal.exchange.content if outcome.refusal else b""


def expect_login_answer(user: User, answer: Mapping[str, Any], duration: int, *rules: str) -> None:
    """State that the answer to a login has three members: a token, its duration, and whose it is."""
    expect_equal(
        "the answer should hold nothing else", sorted(answer), ["duration", "token", "user_id"], *rules
    )
    expect_equal("the token should be the user's", answer["user_id"], user.user_id, *rules)
    expect_equal("the token should live a day", answer["duration"], duration, *rules)
    expect_true("the token should be a text", isinstance(answer["token"], str), answer["token"], *rules)


def login_token_use(world: World, user: User) -> Outcome:
    """Try the user's login token: list their tokens with it."""
    return attempt(JobToken.list_own, world.cloud, user, limit=1)


def with_login_token(user: User, login_token: str | None) -> User:
    """The same user, showing another login token."""
    twin = User(user_id=user.user_id, email=user.email)
    twin.login_token.token = login_token
    return twin


def can_log_in(world: World, user: User, *rules: str) -> None:
    """State that the user's e-mail and password open their account."""
    expect_success(attempt(try_login, world, login_of(user)), *rules)


def expect_email_clash(outcome: Outcome | None, email: str, *rules: str) -> None:
    """State that the attempt was refused because of the e-mail, named in whatever case."""
    expect_refusal(outcome, 400, None, *rules)
    assert outcome is not None and outcome.refusal is not None
    wanted = f"Email already exists: {email}"
    expect_equal("the refusal should name the e-mail", outcome.refusal.error.lower(), wanted.lower(), *rules)


def expect_email_free(world: World, email: str, *rules: str) -> None:
    """State that nobody has this e-mail: the admin can give it to a new user."""
    expect_success(attempt(world.make.user, email=email), *rules)


def read_record(world: World, user: User, by: User) -> dict[str, Any]:
    """The user's record as `by` reads it. Raises CloudRefusal."""
    return user.read(world.cloud, by)


def as_read(world: World, user: User, by: User, *rules: str) -> dict[str, Any]:
    """State that `by` may read the user's record, and return it."""
    record: dict[str, Any] = expect_success(attempt(read_record, world, user, by), *rules)
    return record


def nobody() -> User:
    """A user who does not exist, under an id that could be someone's."""
    return User(user_id=NOBODY)


def change(world: World, user: User, by: User, members: Mapping[str, Any]) -> None:
    """Change the user's record as `by`; the object stays as it was made. Raises CloudRefusal."""
    Api(world.cloud).call(US_3, token=token_for(by, US_3), path={"user_id": user.user_id}, body=dict(members))


def delete(world: World, user: User, by: User) -> None:
    """Delete the user as `by`, who may be anyone, as may the user. Raises CloudRefusal."""
    Api(world.cloud).call(US_4, token=token_for(by, US_4), path={"user_id": user.user_id})


def list_users(world: World, by: User) -> list[dict[str, Any]]:
    """Every user, as `by` sees them. Raises CloudRefusal."""
    return page_of_users(world, by, {"limit": 10000})


def page_of_users(world: World, by: User, query: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The list of users with this query, as `by` sees it. Raises CloudRefusal."""
    return Api(world.cloud).call_for_list(US_5, token=token_for(by, US_5), query=query)


def entries_of(entries: list[dict[str, Any]], user: User) -> list[dict[str, Any]]:
    """The entries of a list that are this user's."""
    return [entry for entry in entries if entry.get("user_id") == user.user_id]


def expect_listed_as_read(world: World, entries: list[dict[str, Any]], user: User, *rules: str) -> None:
    """State that the user is once in the list, with what their record holds."""
    record = as_read(world, user, world.admin, *rules)
    expect_equal(f"{user.email} should be listed once, as read", entries_of(entries, user), [record], *rules)


def expect_whole_list(world: World, *rules: str) -> None:
    """State that the pages of the list of users, put together, are the list."""
    whole, pages = whole_and_pages(
        lambda limit, offset: User.list_page(world.cloud, world.admin, limit=limit, offset=offset), 25
    )
    ids = [entry["user_id"] for page in pages for entry in page]
    expect_equal(
        "the pages should make up the whole list", ids, [entry["user_id"] for entry in whole], *rules
    )
    expect_equal("the list should go up by user_id", ids, sorted(ids), *rules)


def expect_made_as(user: User, record: Mapping[str, Any], *rules: str) -> None:
    """State that the record holds what the user was made with, the password apart."""
    wanted = {"user_id": user.user_id, **body_of(user)}
    del wanted["password"]
    expect_equal(
        "the record should hold what was sent", {name: record.get(name) for name in wanted}, wanted, *rules
    )


def expect_someone_else(record: Mapping[str, Any], user: User, *rules: str) -> None:
    """State that a record is of another user than this one, who may use no platform."""
    expect_true("it should be another user", record["user_id"] != user.user_id, user.user_id, *rules)
    expect_equal("the user should have no platform", record["platform_ids"], [], *rules)


def expect_symbols(world: World, user: User, *rules: str) -> None:
    """State that every printable character of ASCII that is neither letter, digit nor space is a symbol."""
    symbols = [chr(code) for code in range(33, 127) if not chr(code).isalnum()]
    # Not one that stands in a feature: its beginning would be found there, and taken for a secret given away.
    letters_and_digits = f"Aa1{secrets.token_hex(8)}"
    weak = [
        symbol
        for symbol in symbols
        if attempt(change, world, user, world.admin, {"password": f"{letters_and_digits}{symbol}"}).refusal
    ]
    expect_equal("every symbol should make the password strong", weak, [], *rules)


def expect_changed_only(
    before: Mapping[str, Any], after: Mapping[str, Any], changes: Mapping[str, Any], *rules: str
) -> None:
    """State that a record differs from the earlier one in these members only, and has these values there."""
    expect_equal("the record should differ in nothing else", dict(after), {**before, **changes}, *rules)


class _Recorder:
    """An observer that keeps every exchange."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def before(self, request: Request) -> None:
        """Nothing to keep yet."""

    def after(self, exchange: Exchange) -> None:
        """Keep it."""
        self.exchanges.append(exchange)


def watched(cloud: CloudContext) -> tuple[CloudContext, list[Exchange]]:
    """The same cloud, with a list that fills with every exchange."""
    recorder = _Recorder()
    return replace(cloud, observers=(*cloud.observers, recorder)), recorder.exchanges


def whole_account_life(world: World) -> list[Exchange]:
    """Make, log in, read, change and list a user, well and badly, and return every exchange."""
    cloud, exchanges = watched(world.cloud)
    user = world.user = world.make.draft()
    user.user_id = world.make.user_of_body(body_of(user), cloud=cloud).user_id
    user.log(cloud)
    user.read(cloud)
    user.read(cloud, world.admin)
    user.update(cloud, user, {"password": user.password, "first_name": "Ada"})
    attempt(user.update, cloud, user, {"password": "weak-password"})
    attempt(world.make.user_of_body, body_of(user), cloud=cloud)
    User.list_page(cloud, world.admin, limit=10000)
    return exchanges


def expect_no_password(user: User, exchanges: list[Exchange], *rules: str) -> None:
    """State that no answer holds the user's password, or a member that is named like one.

    The names are looked for where a user is described; an error may speak of a password.
    """
    for exchange in exchanges:
        shown = list(_password_places(exchange, user.password))
        if shown:
            raise ExpectationFailed(
                f"the answer to {exchange.request.operation} should hold no password",
                "none",
                ", ".join(shown),
                rules,
            )


def _password_places(exchange: Exchange, password: str) -> Iterator[str]:
    # In JSON some of its symbols may be written with a backslash.
    if any(form.encode() in exchange.content for form in (password, json.dumps(password)[1:-1])):
        yield "the password itself"
    if exchange.status == 200:
        yield from _suspicious_members(exchange.body)


def _suspicious_members(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if _PASSWORD_WORDS.search(name):
                yield f"a member {name!r}"
            yield from _suspicious_members(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _suspicious_members(inner)


def try_old_password(world: World, user: User, password: str) -> Outcome:
    """Try to log the user in with a password that they had."""
    return attempt(try_login, world, login_of(user, password=password))


def take_over(world: World, draft: User) -> None:
    """Make the draft the scenario's user, or its other one where it has a user; with its id once made."""
    made: User | None = world.outcome.value if world.outcome is not None else None
    if made is not None:
        draft.user_id, draft.email, draft.password = made.user_id, made.email, made.password
    if world.user is None:
        world.user = draft
    else:
        world.other_user = draft


# Each breaks PG-4 or PG-5: the parameter, and what is asked of it.
IMPOSSIBLE_PAGES: tuple[tuple[str, object], ...] = (
    ("limit", 0),
    ("limit", 10001),
    ("limit", -1),
    ("limit", "abc"),
    ("limit", "1.5"),
    ("offset", -1),
    ("offset", "abc"),
)


def impossible_pages(world: World) -> dict[str, Outcome]:
    """Ask the list of users for each impossible page, as the admin; by parameter and value."""
    return {
        f"{name}={value}": attempt(page_of_users, world, world.admin, {name: value})
        for name, value in IMPOSSIBLE_PAGES
    }


def expect_parameters_refused(outcomes: Mapping[str, Outcome], *rules: str) -> None:
    """State that every attempt, called `<parameter>=<value>`, failed validation at its parameter."""
    for name, outcome in outcomes.items():
        expect_invalid_field(outcome, "query", name.partition("=")[0], None, *rules)
