"""Users: made, read, changed, deactivated, deleted and listed."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.support import accounts
from steps.support.accounts import EMAIL_FORMS, body_of
from steps.support.cast import TYPES, the_user
from steps.support.expectations import expect_equal, expect_refusal, expect_success
from steps.support.members import cells_of, expect_members
from steps.support.moments import expect_just_now
from steps.support.spoken import spoken_members, spoken_value

register_type(**TYPES)


@given("a user")
def a_user(context: Context) -> None:
    """A new user."""
    context.world.user = context.world.make.user()


@given("a user whose {member:Member} is {value:Value}")
def user_whose(context: Context, member: str, value: str) -> None:
    """A new user with one attribute as given."""
    world = context.world
    world.user = world.make.user(**{member: spoken_value(world, value)})


@given("a user who was made with")
def user_made_with(context: Context) -> None:
    """A new user with the members of the table, the rest generated."""
    world = context.world
    body = {**body_of(world.make.draft()), **spoken_members(world, context.table)}
    world.user = world.make.user_of_body(body)


@given('a user whose e-mail address begins with "{letters}"')
def user_with_foreign_email(context: Context, letters: str) -> None:
    """A new user with these letters in front of their address."""
    world = context.world
    world.user = world.make.user(email=letters + world.make.draft().email)


@given("another user")
def another_user(context: Context) -> None:
    """A second new user."""
    context.world.other_user = context.world.make.user()


@given("another admin")
def another_admin(context: Context) -> None:
    """A new admin, who has logged in; for `@destructive` scenarios only."""
    context.world.other_user = context.world.make.second_admin()


@given("the admin has deactivated {who:User}")
def has_deactivated(context: Context, who: str) -> None:
    """The user is deactivated."""
    world = context.world
    accounts.change(world, the_user(world, who), world.admin, {"is_active": False})


@given("the admin has brought {who:User} back")
def has_brought_back(context: Context, who: str) -> None:
    """The user is active again."""
    world = context.world
    accounts.change(world, the_user(world, who), world.admin, {"is_active": True})


@given("the admin has deleted {who:User}")
def has_deleted(context: Context, who: str) -> None:
    """The user is gone."""
    world = context.world
    accounts.delete(world, the_user(world, who), world.admin)


@given("the record of {whose:User} is noted")
def note_record(context: Context, whose: str) -> None:
    """What the admin reads of the user now, to be compared with what is read later."""
    world = context.world
    world.user = the_user(world, whose)
    world.noted = accounts.read_record(world, world.user, world.admin)


@when("{who:Caller} makes a user")
def make_user(context: Context, who: str) -> None:
    """A user with generated data; `other_user` is what was asked for, whatever came of it."""
    world = context.world
    draft = world.make.draft()
    world.attempt(world.make.user_of_body, body_of(draft), the_user(world, who))
    accounts.take_over(world, draft)


@when("the admin makes a user with")
def make_user_with(context: Context) -> None:
    """A user with the members of the table, the rest generated."""
    world = context.world
    draft = world.make.draft()
    world.attempt(world.make.user_of_body, {**body_of(draft), **spoken_members(world, context.table)})
    accounts.take_over(world, draft)


@when("the admin makes a user with {value:Value} as {member:Member}")
def make_user_with_value(context: Context, value: str, member: str) -> None:
    """A user with one member as given, the rest generated and right."""
    world = context.world
    draft = world.make.draft(**{member: spoken_value(world, value)})
    world.attempt(world.make.user_of_body, {**body_of(draft), member: getattr(draft, member)})
    accounts.take_over(world, draft)


@when("the admin makes a user whose e-mail address has {length:d} characters")
def make_user_with_long_email(context: Context, length: int) -> None:
    """A user whose address is as long as that, and still no one else's; the rest is generated."""
    world = context.world
    draft = world.make.draft()
    draft.email = accounts.lengthened(draft.email, length)
    world.attempt(world.make.user_of_body, body_of(draft))
    accounts.take_over(world, draft)


@when("the admin makes a user without {member:Member}")
def make_user_without(context: Context, member: str) -> None:
    """A user of whom one member is missing."""
    world = context.world
    body = body_of(world.make.draft())
    del body[member]
    world.attempt(world.make.user_of_body, body)


@when("the admin makes a user of whom only e-mail, password and names are given")
def make_bare_user(context: Context) -> None:
    """The members that must be there, and no other."""
    world = context.world
    draft = world.make.draft()
    required = ("email", "password", "first_name", "last_name")
    world.attempt(world.make.user_of_body, {name: getattr(draft, name) for name in required})
    accounts.take_over(world, draft)


@when("the admin makes a user with the e-mail of {whose:User} {how}")
def make_user_with_email(context: Context, whose: str, how: str) -> None:
    """A user whose e-mail is another's, perhaps in another case; `noted` is the e-mail asked for."""
    world = context.world
    world.noted = EMAIL_FORMS[how](the_user(world, whose).email)
    world.attempt(world.make.user, email=world.noted)


@when("everything is done with a user that an account can do")
def live_an_account(context: Context) -> None:
    """A user is made, logs in, is read, changed and listed; `noted` are all exchanges."""
    context.world.noted = accounts.whole_account_life(context.world)


@when("{who:Caller} reads the record of {whose:Caller}")
def read_record(context: Context, who: str, whose: str) -> None:
    """The record of a user is read by this caller."""
    world = context.world
    world.attempt(accounts.read_record, world, the_user(world, whose), the_user(world, who))


@when("{who:Caller} reads the record of a user who does not exist")
def read_record_of_nobody(context: Context, who: str) -> None:
    """The record is asked for under an id that nobody has."""
    world = context.world
    world.attempt(accounts.read_record, world, accounts.nobody(), the_user(world, who))


@when("{who:Caller} changes {member:Member} of {whose:Caller} to {value:Value}")
def change_member(context: Context, who: str, member: str, whose: str, value: str) -> None:
    """One member of a user's record is set by this caller."""
    world = context.world
    members = {member: spoken_value(world, value)}
    world.attempt(accounts.change, world, the_user(world, whose), the_user(world, who), members)


@when("{who:Caller} changes {whose:User} to")
def change_members(context: Context, who: str, whose: str) -> None:
    """The members of the table are set by this caller, in one request."""
    world = context.world
    members = spoken_members(world, context.table)
    world.attempt(accounts.change, world, the_user(world, whose), the_user(world, who), members)


@when("the user changes their names and their e-mail")
def change_own_data(context: Context) -> None:
    """Both names and the e-mail become those of someone new; the object becomes what was asked for."""
    world = context.world
    user, draft = the_user(world), world.make.draft()
    world.attempt(
        user.update,
        world.cloud,
        user,
        {"first_name": draft.first_name, "last_name": draft.last_name, "email": draft.email},
    )


@when("the user changes nothing of their record")
def change_nothing(context: Context) -> None:
    """A change that names no member."""
    world = context.world
    world.attempt(accounts.change, world, the_user(world), the_user(world), {})


@when("the admin changes the e-mail and the password of the user")
def change_access(context: Context) -> None:
    """Both become those of someone new; the object becomes what was asked for."""
    world = context.world
    draft = world.make.draft()
    members = {"email": draft.email, "password": draft.password}
    world.attempt(the_user(world).update, world.cloud, world.admin, members)


@when("the user takes a new e-mail")
def take_new_email(context: Context) -> None:
    """The e-mail becomes that of someone new; `noted` is the old one."""
    world = context.world
    user = the_user(world)
    world.noted = user.email
    world.attempt(user.update, world.cloud, user, {"email": world.make.draft().email})


@when("{who:User} takes the e-mail of {whose:User} {how}")
def take_email(context: Context, who: str, whose: str, how: str) -> None:
    """The user asks for an e-mail; `noted` is that e-mail."""
    world = context.world
    world.noted = EMAIL_FORMS[how](the_user(world, whose).email)
    user = the_user(world, who)
    world.attempt(accounts.change, world, user, user, {"email": world.noted})


@when("the admin changes a user who does not exist")
def change_nobody(context: Context) -> None:
    """A change under an id that nobody has."""
    world = context.world
    world.attempt(accounts.change, world, accounts.nobody(), world.admin, {"first_name": "Ada"})


@when("the admin deactivates {who:User}")
def deactivate(context: Context, who: str) -> None:
    """The admin takes the user out of service."""
    world = context.world
    world.attempt(accounts.change, world, the_user(world, who), world.admin, {"is_active": False})


@when("the admin brings {who:User} back")
def bring_back(context: Context, who: str) -> None:
    """The admin makes a deactivated user active again."""
    world = context.world
    world.attempt(accounts.change, world, the_user(world, who), world.admin, {"is_active": True})


@when("{who:Caller} deletes {whom:Caller}")
def delete(context: Context, who: str, whom: str) -> None:
    """This caller asks for the deletion of a user."""
    world = context.world
    world.attempt(accounts.delete, world, the_user(world, whom), the_user(world, who))


@when("{who:Caller} lists the users")
def list_users(context: Context, who: str) -> None:
    """The whole list of users is asked for."""
    world = context.world
    world.attempt(accounts.list_users, world, the_user(world, who))


@when("the list of users is asked for impossible pages")
def impossible_pages_of_users(context: Context) -> None:
    """Each page that paging rules out is asked for."""
    context.world.outcomes = accounts.impossible_pages(context.world)


@then("the record shows what the user was made with")
def record_is_as_made(context: Context) -> None:
    """Everything that was sent, but for the password, stands in the record."""
    world = context.world
    record = expect_success(world.outcome, *world.rules)
    accounts.expect_made_as(the_user(world), record, *world.rules)


@then("the record shows")
def record_shows(context: Context) -> None:
    """Members of the record that was read."""
    world = context.world
    record = expect_success(world.outcome, *world.rules)
    expect_members("the record should show", record, cells_of(world, context.table), *world.rules)


@then("the record tells that the user was made just now")
def record_is_new(context: Context) -> None:
    """The day of creation is a moment ago, as far as clocks agree."""
    world = context.world
    record = expect_success(world.outcome, *world.rules)
    expect_just_now("the user should have been made now", record["created_date"], *world.rules)


@then("a password of letters and digits is strong enough with each symbol of ASCII in it")
def every_symbol_counts(context: Context) -> None:
    """The user takes one password after another, each with another symbol."""
    world = context.world
    accounts.expect_symbols(world, the_user(world), *world.rules)


@then("the new user has another id, and may use no platform")
def is_someone_else(context: Context) -> None:
    """The user who was made last has nothing of the scenario's user."""
    world = context.world
    made = expect_success(world.outcome, *world.rules)
    record = accounts.as_read(world, made, world.admin, *world.rules)
    accounts.expect_someone_else(record, the_user(world), *world.rules)


@then("the old e-mail opens the account no more")
def old_email_fails(context: Context) -> None:
    """The e-mail from before is an unknown one."""
    world = context.world
    world.attempt(accounts.try_login, world, accounts.login_of(the_user(world), email=world.noted))
    expect_refusal(world.outcome, 401, "Invalid email or password", *world.rules)


@then("the old e-mail is free for someone else")
def old_email_is_free(context: Context) -> None:
    """The admin can give it to another user."""
    accounts.expect_email_free(context.world, context.world.noted, *context.world.rules)


@then("{who:User} reads the same record")
def reads_the_same_record(context: Context, who: str) -> None:
    """The user's own read gives what the last read gave."""
    world = context.world
    user = the_user(world, who)
    own = accounts.as_read(world, user, user, *world.rules)
    expect_equal("both should read the same", own, expect_success(world.outcome, *world.rules), *world.rules)


@then("the user's record shows")
def users_record_shows(context: Context) -> None:
    """Members of the user's record, as the admin reads it now."""
    world = context.world
    record = accounts.as_read(world, the_user(world), world.admin, *world.rules)
    expect_members("the record should show", record, cells_of(world, context.table), *world.rules)


@then("the user's record shows what was asked for")
def record_is_as_asked(context: Context) -> None:
    """The record, as the admin reads it now, holds everything that the user was made with or set."""
    world = context.world
    record = accounts.as_read(world, the_user(world), world.admin, *world.rules)
    accounts.expect_made_as(the_user(world), record, *world.rules)


@then("the record has not changed")
def record_unchanged(context: Context) -> None:
    """The record is as it was noted."""
    world = context.world
    record = accounts.as_read(world, the_user(world), world.admin, *world.rules)
    accounts.expect_changed_only(world.noted, record, {}, *world.rules)


@then("only {member:Member} of the record has changed, to {value:Value}")
def record_changed_in(context: Context, member: str, value: str) -> None:
    """The record is as it was noted, but for one member."""
    world = context.world
    record = accounts.as_read(world, the_user(world), world.admin, *world.rules)
    accounts.expect_changed_only(world.noted, record, {member: spoken_value(world, value)}, *world.rules)


@then("no answer holds a password or a hash of one")
def no_password_shown(context: Context) -> None:
    """Neither the password nor a member that is named like one is anywhere in what the cloud answered."""
    world = context.world
    accounts.expect_no_password(the_user(world), world.noted, *world.rules)


@then("the cloud refuses it with 400 and names the e-mail")
def email_clash(context: Context) -> None:
    """The e-mail is taken; the refusal writes it in whatever case."""
    world = context.world
    accounts.expect_email_clash(world.outcome, world.noted, *world.rules)


@then("nobody has got the e-mail that was asked for")
def email_is_free(context: Context) -> None:
    """The refused attempt left no user behind: the admin can give the same e-mail to someone."""
    world = context.world
    asked_for = world.other_user or the_user(world)
    accounts.expect_email_free(world, asked_for.email, *world.rules)


@then("the record of the user is not found")
def record_not_found(context: Context) -> None:
    """For the admin there is no such user."""
    world = context.world
    world.attempt(accounts.read_record, world, the_user(world), world.admin)
    expect_refusal(world.outcome, 404, "Not found", *world.rules)


@then("the user is not in the list of users")
def not_listed(context: Context) -> None:
    """The admin's list lacks the user."""
    world = context.world
    entries = accounts.entries_of(accounts.list_users(world, world.admin), the_user(world))
    expect_equal("the user should not be listed", entries, [], *world.rules)


@then("the list holds the user and the other user, each as in their record")
def both_listed(context: Context) -> None:
    """Both are listed once, with what their records hold."""
    world = context.world
    entries = expect_success(world.outcome, *world.rules)
    accounts.expect_listed_as_read(world, entries, the_user(world), *world.rules)
    accounts.expect_listed_as_read(world, entries, the_user(world, "other_user"), *world.rules)


@then("the list holds the user with {member:Member} {value:Value}")
def listed_with(context: Context, member: str, value: str) -> None:
    """The user is listed once, with this member."""
    world = context.world
    entries = accounts.entries_of(expect_success(world.outcome, *world.rules), the_user(world))
    shown = [entry.get(member) for entry in entries]
    expect_equal("the user should be listed once", shown, [spoken_value(world, value)], *world.rules)


@then("the pages of the list of users make up the whole list")
def pages_of_users(context: Context) -> None:
    """Page after page gives every user once, in the order of their ids."""
    accounts.expect_whole_list(context.world, *context.world.rules)


@then("each is refused because of its parameter")
def each_refused_for_parameter(context: Context) -> None:
    """Every attempt of the When failed validation at the parameter it is called after."""
    accounts.expect_parameters_refused(context.world.outcomes, *context.world.rules)
