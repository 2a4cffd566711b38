"""Logging in."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.support import accounts
from steps.support.accounts import EMAIL_FORMS, WRONG_PASSWORDS, login_of, try_login
from steps.support.cast import TYPES, the_user
from steps.support.expectations import expect_refusal, expect_success, expect_true
from steps.support.spoken import spoken_value
from steps.support.wording import filled

register_type(**TYPES)


@given("a user who has logged in")
def user_logged_in(context: Context) -> None:
    """A new user, with a login token."""
    context.world.user = context.world.make.user()
    context.world.user.log(context.world.cloud)


@given("another user who has logged in")
def other_user_logged_in(context: Context) -> None:
    """A second new user, with a login token."""
    context.world.other_user = context.world.make.user()
    context.world.other_user.log(context.world.cloud)


@when("{who:User} logs in")
def log_in(context: Context, who: str) -> None:
    """The user shows their e-mail and password, and keeps what they get."""
    world = context.world
    user = the_user(world, who)
    world.attempt(try_login, world, login_of(user))
    user.login_token.token = (world.outcome.value or {}).get("token")


@when("{who:User} logs in once more")
def log_in_again(context: Context, who: str) -> None:
    """The user gets a second login token."""
    world = context.world
    world.attempt(accounts.login_again, world, the_user(world, who))


@when("{who:User} logs in and shows a credential that nobody has")
def log_in_with_credential(context: Context, who: str) -> None:
    """A login with an Authorization header that means nothing."""
    world = context.world
    world.attempt(accounts.login_with_unknown_credential, world, the_user(world, who))


@when("logins are tried with")
def try_logins(context: Context) -> None:
    """One login for each case of the table."""
    world = context.world
    world.outcomes = {row["case"]: accounts.failing_login(world, row["case"]) for row in context.table}


@when("somebody logs in with the user's e-mail and a password that is {wrong}")
def log_in_with_wrong_password(context: Context, wrong: str) -> None:
    """The user's e-mail, and a password that is nearly theirs."""
    world = context.world
    user = the_user(world)
    world.attempt(try_login, world, login_of(user, password=WRONG_PASSWORDS[wrong](user.password)))


@when("somebody logs in with the user's e-mail in another case")
def log_in_in_another_case(context: Context) -> None:
    """The user's e-mail, each letter in its other case."""
    world = context.world
    user = the_user(world)
    world.attempt(try_login, world, login_of(user, email=EMAIL_FORMS["in another case"](user.email)))


@when("somebody logs in without {member:Member}")
def log_in_without(context: Context, member: str) -> None:
    """A login that lacks a member."""
    world = context.world
    body = login_of(the_user(world))
    del body[member]
    world.attempt(try_login, world, body)


@when("somebody logs in with {value:Value} as {member:Member}")
def log_in_with_value(context: Context, value: str, member: str) -> None:
    """A login with one member as given, the other right."""
    world = context.world
    world.attempt(try_login, world, {**login_of(the_user(world)), member: spoken_value(world, value)})


@when("{who:User} takes a new password")
def take_new_password(context: Context, who: str) -> None:
    """The user sets another strong password; `noted` is the old one."""
    world = context.world
    user = the_user(world, who)
    world.noted = user.password
    world.attempt(user.update, world.cloud, user, {"password": world.make.draft().password})


@then("the answer holds exactly a token for the user and its duration of {duration:d} s")
def login_answer(context: Context, duration: int) -> None:
    """Three members, no more."""
    world = context.world
    answer = expect_success(world.outcome, *world.rules)
    accounts.expect_login_answer(the_user(world), answer, duration, *world.rules)


@then("the user's login token works")
def login_token_works(context: Context) -> None:
    """The login token opens the user's account."""
    world = context.world
    expect_success(accounts.login_token_use(world, the_user(world)), *world.rules)


@then('the user\'s login token is refused with {status:d} "{error}"')
def login_token_refused(context: Context, status: int, error: str) -> None:
    """The login token opens nothing any more."""
    world = context.world
    expect_refusal(accounts.login_token_use(world, the_user(world)), status, error, *world.rules)


@then('each is refused with {status:d} "{error}"')
def each_refused(context: Context, status: int, error: str) -> None:
    """All attempts of the When were refused with this text."""
    world = context.world
    accounts.expect_refusals(world.outcomes, status, filled(world, error), *world.rules)


@then("the answers are the same to the last byte")
def answers_are_the_same(context: Context) -> None:
    """The refusals tell nothing that would set one apart from another."""
    accounts.expect_same_bodies(context.world.outcomes, *context.world.rules)


@then("the two login tokens differ")
def login_tokens_differ(context: Context) -> None:
    """The second login made a token of its own."""
    world = context.world
    second = expect_success(world.outcome, *world.rules)
    first = the_user(world).login_token.token
    expect_true("the second login should make a new token", second != first, "the same token", *world.rules)


@then("both login tokens work")
def both_login_tokens_work(context: Context) -> None:
    """The earlier token and the later one open the account."""
    world = context.world
    user = the_user(world)
    later = accounts.with_login_token(user, world.outcome.value)
    expect_success(accounts.login_token_use(world, user), *world.rules)
    expect_success(accounts.login_token_use(world, later), *world.rules)


@then("{who:User} can log in")
def can_log_in(context: Context, who: str) -> None:
    """The user's e-mail and password open their account."""
    world = context.world
    accounts.can_log_in(world, the_user(world, who), *world.rules)


@then("the new password opens the account")
def new_password_opens(context: Context) -> None:
    """The password that the user took logs in."""
    world = context.world
    accounts.can_log_in(world, the_user(world), *world.rules)


@then("the old password opens it no more")
def old_password_fails(context: Context) -> None:
    """The password from before is a wrong one."""
    world = context.world
    outcome = accounts.try_old_password(world, the_user(world), world.noted)
    expect_refusal(outcome, 401, "Invalid email or password", *world.rules)
