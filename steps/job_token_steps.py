"""Job tokens: made, read, changed, revoked, reopened, expired, deleted, listed."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.support import accounts, token_requests, tokens
from steps.support.accounts import EMAIL_FORMS
from steps.support.cast import TYPES, the_token, the_user
from steps.support.expectations import expect_equal, expect_success
from steps.support.members import cells_of, expect_members
from steps.support.moments import expect_just_now
from steps.support.spoken import spoken_members, spoken_value

register_type(**TYPES)
register_type(**tokens.TYPES)


@given("a user with a job token")
def user_with_token(context: Context) -> None:
    """A new user, logged in, with a job token."""
    world = context.world
    world.user = world.make.user()
    world.token = tokens.give(world, world.user)


@given("another user with a job token")
def other_user_with_token(context: Context) -> None:
    """A second new user, logged in, with a job token."""
    world = context.world
    world.other_user = world.make.user()
    world.other_token = tokens.give(world, world.other_user)


@given("a user of the company {company_id:d} with a job token")
def user_of_company(context: Context, company_id: int) -> None:
    """A new user of this company, logged in, with a job token."""
    world = context.world
    world.user = world.make.user(company_id=company_id)
    world.token = tokens.give(world, world.user)


@given("someone with a job token")
def someone_with_token(context: Context) -> None:
    """A new user with a job token; where the target gives only a job token, whoever has that."""
    world = context.world
    world.user = world.make.token_holder()
    world.token = world.user.job_tokens[-1]


@given("someone with a job token, and a spare one")
def someone_with_spare_token(context: Context) -> None:
    """The same, with a second job token, made with the first, which is not shown but looked after."""
    world = context.world
    world.user = world.make.token_holder()
    world.other_token = tokens.give_spare(world, world.user)


@given("the user has another job token")
def another_token(context: Context) -> None:
    """A second job token of the user; where they show a job token, it is this one."""
    world = context.world
    world.other_token = tokens.give(world, the_user(world))


@given("the user has one more job token")
def one_more_token(context: Context) -> None:
    """A job token that the user shows from now on, and the story does not speak of."""
    tokens.give(context.world, the_user(context.world))


@given("someone else has a job token too")
def someone_else_has_token(context: Context) -> None:
    """A user whom the story does not speak of, with a job token."""
    tokens.give(context.world, context.world.make.user())


@given("a user with an explorer token")
def user_with_explorer(context: Context) -> None:
    """A new user whose only job token is an explorer token."""
    world = context.world
    world.user = world.make.user()
    world.token = tokens.give(world, world.user, is_explorer_token=True)


@given("the user has an explorer token")
def has_explorer(context: Context) -> None:
    """An explorer token of the user; where they show a job token, it is this one."""
    tokens.give(context.world, the_user(context.world), is_explorer_token=True)


@given("a user with a job token that lives {seconds:d} s")
def user_with_short_token(context: Context, seconds: int) -> None:
    """A new user with a job token that expires soon."""
    world = context.world
    world.user = world.make.user()
    world.token = tokens.give(world, world.user, duration=seconds)


@given("a user with job tokens that are active, revoked, expired, and both")
def user_with_all_states(context: Context) -> None:
    """A new user with four job tokens, one in each state; `both` is revoked and expired."""
    world = context.world
    world.user = world.make.user()
    world.tokens = tokens.give_in_all_states(world, world.user)


@given("a user with {number:d} job tokens")
def user_with_tokens(context: Context, number: int) -> None:
    """A new user with as many job tokens."""
    world = context.world
    world.user = world.make.user()
    tokens.give_many(world, world.user, number)


@given("a user with {number:d} job tokens, every second one revoked")
def user_with_half_revoked_tokens(context: Context, number: int) -> None:
    """A new user with as many job tokens, of which half are revoked."""
    world = context.world
    world.user = world.make.user()
    tokens.give_many_half_revoked(world, world.user, number)


@given("{who:User} has revoked {which:Token}")
def has_revoked(context: Context, who: str, which: str) -> None:
    """The token is revoked."""
    tokens.revoke(context.world, the_token(context.world, which), the_user(context.world, who))


@given("{who:User} has reopened {which:Token}")
def has_reopened(context: Context, who: str, which: str) -> None:
    """The token was revoked, and is valid again."""
    tokens.reopen(context.world, the_token(context.world, which), the_user(context.world, who))


@given("{who:User} has deleted {which:Token}")
def has_deleted(context: Context, who: str, which: str) -> None:
    """The token is gone."""
    the_token(context.world, which).delete(context.world.cloud, the_user(context.world, who))


@given("{which:Token} is noted")
def note(context: Context, which: str) -> None:
    """What its owner reads of the token now, but for its uses, to be compared with what is read later."""
    world = context.world
    token = the_token(world, which)
    world.noted = tokens.lasting_members(tokens.read(world, token, tokens.owner_of(world, token)))


@given("a user with a job token of priority {priority:d}")
def user_with_priority(context: Context, priority: int) -> None:
    """A new user, logged in, with a job token of this priority."""
    world = context.world
    world.user = world.make.user()
    world.token = tokens.give(world, world.user, priority=priority)


@given("the user has used the token")
def has_used(context: Context) -> None:
    """One request that the token authenticates."""
    world = context.world
    tokens.expect_works(world, the_token(world), *world.rules)


@given("the uses of both tokens are noted")
def note_uses(context: Context) -> None:
    """How often the tokens were used up to now."""
    tokens.note_uses(context.world)


@when("{who:User} makes a job token {way:Way}")
@when("{who:User} makes another job token {way:Way}")
def make(context: Context, who: str, way: str) -> None:
    """A job token with a new label, all else left to the cloud."""
    tokens.make(context.world, the_user(context.world, who), way)


@when("{who:User} makes another job token {way:Way} with {value:Value} as {member:Member}")
def make_another_with(context: Context, who: str, way: str, value: str, member: str) -> None:
    """A second job token with a new label and one member as given."""
    world = context.world
    tokens.make(world, the_user(world, who), way, **{member: spoken_value(world, value)})


@when("the user makes another job token {way:Way} with the label of the first")
def make_with_same_label(context: Context, way: str) -> None:
    """A second job token with the label of the scenario's token."""
    world = context.world
    tokens.make(world, the_user(world), way, label=the_token(world).label)


@when("the user makes another job token {way:Way} with the label of the first in another case")
def make_with_label_in_another_case(context: Context, way: str) -> None:
    """A second job token with the label of the scenario's token, each letter in its other case."""
    world = context.world
    label = EMAIL_FORMS["in another case"](str(the_token(world).label))
    tokens.make(world, the_user(world), way, label=label)


@when("the other user makes a job token with the label of the user's")
def other_makes_with_same_label(context: Context) -> None:
    """A job token of the second user, with the label of the first user's token."""
    world = context.world
    tokens.make(world, the_user(world, "other_user"), tokens.LOGIN, label=the_token(world).label)


@when("the user makes another job token {way:Way} with the label of the first and a space")
def make_with_label_and_space(context: Context, way: str) -> None:
    """A second job token with the label of the scenario's token, and a space behind it."""
    world = context.world
    tokens.make(world, the_user(world), way, label=f"{the_token(world).label} ")


@when("the user makes two job tokens without a label")
def make_without_labels(context: Context) -> None:
    """Two job tokens, of which nothing is said."""
    world = context.world
    tokens.make_of_body(world, the_user(world), {})
    expect_success(world.outcome, *world.rules)
    tokens.make_of_body(world, the_user(world), {})


@when("the user makes two job tokens labelled {label:S}")
def make_with_one_label(context: Context, label: str) -> None:
    """Two job tokens with the same label, which is given."""
    world = context.world
    tokens.make_of_body(world, the_user(world), {"label": label})
    expect_success(world.outcome, *world.rules)
    tokens.make_of_body(world, the_user(world), {"label": label})


@when("the admin's job token makes a job token for {whom:User} {way:Way}")
def admins_token_makes_for(context: Context, whom: str, way: str) -> None:
    """The admin shows a job token, the scenario's other one, and asks for a token of someone else."""
    world = context.world
    by = tokens.showing(the_token(world, "other_token"))
    tokens.make_for(world, by, the_user(world, whom).user_id, way)


@when("the user makes a job token with {value:Value} as {member:Member}")
def make_with(context: Context, value: str, member: str) -> None:
    """A job token with one member as given, and a new label unless the label is given."""
    world = context.world
    members = {"label": world.names.label("token"), member: spoken_value(world, value)}
    tokens.make_of_body(world, the_user(world), members)


@when("the user makes another job token {way:Way} saying no body at all")
def make_another_saying_nothing(context: Context, way: str) -> None:
    """A request without a body, in one of several ways."""
    tokens.make_of_body(context.world, the_user(context.world), None, way)


@when("the user makes a job token saying no body at all")
def make_saying_nothing(context: Context) -> None:
    """A request without a body."""
    tokens.make_of_body(context.world, the_user(context.world), None)


@when("the user makes a job token saying {body:Object}")
def make_saying(context: Context, body: str) -> None:
    """A request with this very body."""
    world = context.world
    tokens.make_of_body(world, the_user(world), spoken_value(world, body))


@when("the admin makes a job token for {whom:User}")
def admin_makes_for(context: Context, whom: str) -> None:
    """A job token of the user, made by the admin."""
    world = context.world
    tokens.make_for(world, world.admin, the_user(world, whom).user_id)


@when("the admin makes a job token for {whom:User} with {value:Value} as {member:Member}")
def admin_makes_for_with(context: Context, whom: str, value: str, member: str) -> None:
    """A job token of the user with one member as given, made by the admin."""
    world = context.world
    members = {member: spoken_value(world, value)}
    tokens.make_for(world, world.admin, the_user(world, whom).user_id, **members)


@when("{who:Caller} makes a job token for a user who does not exist")
def make_for_nobody(context: Context, who: str) -> None:
    """A job token for an id that nobody has, asked for with a login token."""
    world = context.world
    tokens.make_for(world, the_user(world, who), accounts.NOBODY)


@when("{who:User} makes a job token for {whom:User} {way:Way}")
def make_for_other(context: Context, who: str, whom: str, way: str) -> None:
    """A job token for someone else."""
    world = context.world
    tokens.make_for(world, the_user(world, who), the_user(world, whom).user_id, way)


@when("{who:User} reads {which:Token} {way:Way}")
def read(context: Context, who: str, which: str, way: str) -> None:
    """The token is read by this user."""
    world = context.world
    world.attempt(tokens.read, world, the_token(world, which), the_user(world, who), way)


@when("the admin reads {which:Token}")
def admin_reads(context: Context, which: str) -> None:
    """The token is read by the admin, with their login token."""
    world = context.world
    world.attempt(tokens.read, world, the_token(world, which), world.admin)


@when("{who:User} reads a job token that does not exist {way:Way}")
def read_unknown(context: Context, who: str, way: str) -> None:
    """A token is read under an id that none has."""
    world = context.world
    world.attempt(tokens.read, world, tokens.unknown_token(), the_user(world, who), way)


@when("{who:User} changes {which:Token} {way:Way} to")
def change(context: Context, who: str, which: str, way: str) -> None:
    """The members of the table are set, in one request."""
    world = context.world
    members = spoken_members(world, context.table)
    world.attempt(tokens.change, world, the_token(world, which), the_user(world, who), way, members)


@when("the user changes nothing of the token")
def change_nothing(context: Context) -> None:
    """A change that names no member."""
    world = context.world
    world.attempt(tokens.change, world, the_token(world), the_user(world), tokens.LOGIN, {})


@when("the user changes a job token that does not exist {way:Way}")
def change_unknown(context: Context, way: str) -> None:
    """A change under an id that no token has."""
    world = context.world
    members = {"label": world.names.label("token")}
    world.attempt(tokens.change, world, tokens.unknown_token(), the_user(world), way, members)


@when("the user uses the token twice")
def use_twice(context: Context) -> None:
    """Two requests that the token authenticates."""
    world = context.world
    tokens.expect_works(world, the_token(world), *world.rules)
    tokens.expect_works(world, the_token(world), *world.rules)


@when("the user uses the token twice, once in vain")
def use_twice_once_in_vain(context: Context) -> None:
    """One request that succeeds, and one that fails for another reason than the token."""
    world = context.world
    tokens.use(world, the_token(world))
    tokens.use_in_vain(world, the_token(world))


@when("{who:User} revokes {which:Token} {way:Way}")
def revoke(context: Context, who: str, which: str, way: str) -> None:
    """The user puts a token out of use."""
    world = context.world
    world.attempt(tokens.revoke, world, the_token(world, which), the_user(world, who), way)


@when("{who:User} reopens {which:Token} {way:Way}")
def reopen(context: Context, who: str, which: str, way: str) -> None:
    """The user puts a token back into use."""
    world = context.world
    world.attempt(tokens.reopen, world, the_token(world, which), the_user(world, who), way)


@when("{who:User} tries to reopen {which:Token}")
def try_to_reopen(context: Context, who: str, which: str) -> None:
    """The user tries it, with whatever result."""
    world = context.world
    world.attempt(tokens.reopen, world, the_token(world, which), the_user(world, who))


@when("{who:User} revokes a job token that does not exist {way:Way}")
def revoke_unknown(context: Context, who: str, way: str) -> None:
    """The user names a key that nobody has."""
    world = context.world
    world.attempt(tokens.revoke, world, tokens.unknown_token(), the_user(world, who), way)


@when("{who:User} reopens a job token that does not exist {way:Way}")
def reopen_unknown(context: Context, who: str, way: str) -> None:
    """The user names a key that nobody has."""
    world = context.world
    world.attempt(tokens.reopen, world, tokens.unknown_token(), the_user(world, who), way)


@when("the user revokes the token, every character percent-encoded")
def revoke_encoded(context: Context) -> None:
    """A form that writes even letters as `%41`."""
    world = context.world
    world.attempt(tokens.revoke_encoded, world, the_token(world), the_user(world))


@when("{who:User} tries to change {which:Token}")
def try_to_change(context: Context, who: str, which: str) -> None:
    """The user tries to give it another priority, with whatever result."""
    world = context.world
    token = the_token(world, which)
    world.attempt(tokens.change, world, token, the_user(world, who), tokens.LOGIN, {"priority": 1})


@when("{which:Token} revokes itself")
def revoke_itself(context: Context, which: str) -> None:
    """The token is named, and is the credential as well."""
    world = context.world
    token = the_token(world, which)
    world.attempt(tokens.revoke, world, token, tokens.showing(token), tokens.JOB)


@when("{which:Token} reopens itself")
def reopen_itself(context: Context, which: str) -> None:
    """The token is named, and is the credential as well."""
    world = context.world
    token = the_token(world, which)
    world.attempt(tokens.reopen, world, token, tokens.showing(token), tokens.JOB)


@when("{who:User} {verb:RevokesOrReopens} without naming a token {way:Way}")
def without_naming(context: Context, who: str, verb: str, way: str) -> None:
    """A form that lacks its one field."""
    world = context.world
    world.attempt(tokens.send_without_token, world, the_user(world, who), verb, way)


@when("the user revokes the token and reopens it, both in JSON")
def revoke_and_reopen_in_json(context: Context) -> None:
    """Two requests with a JSON body in place of a form."""
    world = context.world
    world.attempt(tokens.revoke_and_reopen_in_json, world, the_token(world), the_user(world))


@given("{which:Token} has expired")
@when("{which:Token} has expired")
def wait_for_expiry(context: Context, which: str) -> None:
    """The token's time is over."""
    tokens.wait_for_expiry(the_token(context.world, which).duration)


@when("{who:User} deletes {things:Tokens} by {handle:Handle} {way:Way}")
def delete(context: Context, who: str, things: str, handle: str, way: str) -> None:
    """Tokens are deleted in one request."""
    world = context.world
    world.attempt(tokens.delete, world, the_user(world, who), tokens.named(world, things), handle, way)


@when("the user deletes them all by {handle:Handle} {way:Way}")
def delete_all(context: Context, handle: str, way: str) -> None:
    """Every token of a story of many is deleted, in one request."""
    world = context.world
    world.attempt(tokens.delete, world, the_user(world), list(world.tokens.values()), handle, way)


@when("the user deletes by {handle:Handle} without naming any")
def delete_without_naming(context: Context, handle: str) -> None:
    """A deletion that lacks its list."""
    world = context.world
    world.attempt(tokens.delete_body, world, the_user(world), handle, {})


@when("the user deletes by {handle:Handle} naming {value:Value}")
def delete_naming(context: Context, handle: str, value: str) -> None:
    """A deletion whose list is something else."""
    world = context.world
    named = spoken_value(world, value)
    world.attempt(tokens.delete_value, world, the_user(world), handle, named)


@when("{who:User} lists their job tokens {way:Way}")
def list_own(context: Context, who: str, way: str) -> None:
    """The user's own list, without filters."""
    world = context.world
    world.attempt(tokens.list_tokens, world, the_user(world, who), way)


@when("the user lists {number:d} of their job tokens, leaving out revoked ones")
def list_some_unrevoked(context: Context, number: int) -> None:
    """A page of the user's list without revoked tokens."""
    world = context.world
    world.attempt(tokens.list_tokens, world, the_user(world), limit=number, include_revoked=False)


@when("the user lists their job tokens from the {number:d}th on")
def list_from(context: Context, number: int) -> None:
    """The user's list past an offset."""
    world = context.world
    world.attempt(tokens.list_tokens, world, the_user(world), offset=number)


@when("the user asks for impossible {parameter:w}s")
def ask_for_impossible_pages(context: Context, parameter: str) -> None:
    """Each value that paging rules out for the parameter is asked for, with both kinds of credential."""
    world = context.world
    world.outcomes = tokens.impossible_pages(world, the_user(world), parameter)


@when("{who:User} lists the job tokens of {whose:User} {way:Way}")
def list_of_other(context: Context, who: str, whose: str, way: str) -> None:
    """Another user's list."""
    world = context.world
    whose_id = the_user(world, whose).user_id
    world.attempt(tokens.list_tokens, world, the_user(world, who), way, user_id=whose_id)


@when("the admin lists the job tokens of {whose:User}")
def admin_lists(context: Context, whose: str) -> None:
    """A user's list, asked for by the admin."""
    world = context.world
    world.attempt(tokens.list_tokens, world, world.admin, user_id=the_user(world, whose).user_id)


@when("the admin lists the job tokens of a user who does not exist")
def admin_lists_of_nobody(context: Context) -> None:
    """The list of an id that nobody has."""
    world = context.world
    world.attempt(tokens.list_tokens, world, world.admin, user_id=accounts.NOBODY)


@when("the user lists their job tokens with ?{query}")
def list_with_query(context: Context, query: str) -> None:
    """The list under exactly this query."""
    world = context.world
    world.attempt(tokens.list_with_query, world, the_user(world), query)


@then("{which:Token} works")
def works(context: Context, which: str) -> None:
    """The token opens what every job token opens."""
    tokens.expect_works(context.world, the_token(context.world, which), *context.world.rules)


@then('{which:Token} is refused with {status:d} "{error}"')
def is_refused(context: Context, which: str, status: int, error: str) -> None:
    """The token does not open what every job token opens."""
    world = context.world
    tokens.expect_refused(world, the_token(world, which), status, error, *world.rules)


@then("{which:Token} is refused wherever a job token is asked for")
def is_refused_everywhere(context: Context, which: str) -> None:
    """Every route that takes job tokens refuses this one."""
    world = context.world
    tokens.expect_refused_everywhere(world, the_token(world, which), *world.rules)


@then("the answer gives the token a duration of {seconds:d} s")
def answered_duration(context: Context, seconds: int) -> None:
    """The answer to the making said how long the token lives."""
    world = context.world
    made = expect_success(world.outcome, *world.rules)
    expect_equal("the answer should say the duration", made.duration, seconds, *world.rules)


@then("{which:Token} reads as")
def reads_as(context: Context, which: str) -> None:
    """Members of the token, as its owner reads them with their login token."""
    world = context.world
    answer = tokens.as_read(world, the_token(world, which), rules=world.rules)
    expect_members("the token should read so", answer, cells_of(world, context.table), *world.rules)


@then("{who:Caller} reads {which:Token} with")
def caller_reads_with(context: Context, who: str, which: str) -> None:
    """Members of the token, as this caller reads them with their login token."""
    world = context.world
    answer = tokens.as_read(world, the_token(world, which), the_user(world, who), rules=world.rules)
    expect_members("the token should read so", answer, cells_of(world, context.table), *world.rules)


@then("the answer shows")
def answer_shows(context: Context) -> None:
    """Members of the answer to the When."""
    world = context.world
    answer = expect_success(world.outcome, *world.rules)
    expect_members("the answer should show", answer, cells_of(world, context.table), *world.rules)


@then("the answer describes the token as it was made")
def describes_as_made(context: Context) -> None:
    """Whose it is, what it is called, and what it may."""
    world = context.world
    answer = expect_success(world.outcome, *world.rules)
    tokens.expect_as_made(world, the_token(world), answer, *world.rules)


@then("the answer shows the whole secret of the token")
def shows_secret(context: Context) -> None:
    """The owner reads the token's raw value."""
    world = context.world
    answer = expect_success(world.outcome, *world.rules)
    same = answer["token"] == the_token(world).token
    expect_equal("the owner should read the whole token", same, True, *world.rules)


@then("the token was created now and expires after {seconds:d} s")
def has_times(context: Context, seconds: int) -> None:
    """Both times are of this moment, as the owner reads them."""
    world = context.world
    answer = tokens.as_read(world, the_token(world), the_user(world), rules=world.rules)
    tokens.expect_times(world, answer, seconds, *world.rules)


@then("{which:Token} has not changed")
def has_not_changed(context: Context, which: str) -> None:
    """Its owner reads of the token what was noted."""
    world = context.world
    tokens.expect_changed_only(world, the_token(world, which), (), *world.rules)


@then("{which:Token} expires when it was to expire")
def expires_as_noted(context: Context, which: str) -> None:
    """Its owner reads the noted time of expiry."""
    world = context.world
    now = tokens.as_read(world, the_token(world, which), rules=world.rules)["expiration_date"]
    noted = world.noted["expiration_date"]
    expect_equal("its time of expiry should be as before", now, noted, *world.rules)


@then("only label and priority of the token have changed")
def label_and_priority_changed(context: Context) -> None:
    """Both are what was asked for; all else is what was noted."""
    world = context.world
    tokens.expect_changed_only(world, the_token(world), ("label", "priority"), *world.rules)


@then("only {member:Member} of the token has changed")
def one_member_changed(context: Context, member: str) -> None:
    """The member is what was asked for; all else is what was noted."""
    world = context.world
    tokens.expect_changed_only(world, the_token(world), (member,), *world.rules)


@then("{which:Token} has been used more often and later")
def used_more(context: Context, which: str) -> None:
    """The token's uses are more, and the last one later, than noted."""
    tokens.expect_used(context.world, the_token(context.world, which), *context.world.rules)


@then("the token was last used just now")
def used_now(context: Context) -> None:
    """The time of its last use is a moment ago, as far as clocks agree."""
    world = context.world
    answer = tokens.as_read(world, the_token(world), rules=world.rules)
    expect_just_now("the token should have been used now", answer["last_used_time"], *world.rules)


@then("{which:Token} has not been used")
def not_used(context: Context, which: str) -> None:
    """The token's uses are those noted."""
    tokens.expect_not_used(context.world, the_token(context.world, which), *context.world.rules)


@then("the user reads {number:d} uses of the token with the token itself")
def reads_uses(context: Context, number: int) -> None:
    """The read is a use as well."""
    world = context.world
    token = the_token(world)
    answer = tokens.as_read(world, token, tokens.showing(token), tokens.JOB, rules=world.rules)
    expect_equal("each request should count once", answer["count"], number, *world.rules)


@then("the user reads the other token under its new label")
def reads_new_label(context: Context) -> None:
    """The label is the one that was asked for."""
    world = context.world
    token = the_token(world, "other_token")
    answer = tokens.as_read(world, token, the_user(world), tokens.JOB, rules=world.rules)
    expect_equal("the label should be the new one", answer["label"], token.label, *world.rules)


@then("the list holds the other token")
def lists_other_token(context: Context) -> None:
    """The list of the When has the token once, under its label."""
    world = context.world
    entries = expect_success(world.outcome, *world.rules)
    tokens.expect_among(entries, the_token(world, "other_token"), *world.rules)


@then("the user's list shows the token with {member:Member} {value:Value}")
def listed_with(context: Context, member: str, value: str) -> None:
    """The token is once in its owner's list, with this member."""
    world = context.world
    tokens.expect_in_list(world, the_token(world), member, spoken_value(world, value), *world.rules)


@then("{who:User} has no job tokens")
def has_no_tokens(context: Context, who: str) -> None:
    """The user's list is empty."""
    world = context.world
    tokens.expect_no_tokens(world, the_user(world, who), *world.rules)


@then("the token has {value:Value} as {member:Member}")
def token_has(context: Context, value: str, member: str) -> None:
    """One member of the token, as its owner reads it with their login token."""
    world = context.world
    answer = tokens.as_read(world, the_token(world), the_user(world), rules=world.rules)
    wanted = spoken_value(world, value)
    expect_equal(f"the token's {member} should be as it was sent", answer[member], wanted, *world.rules)


@then("the cloud refuses it because it names no token")
def names_no_token(context: Context) -> None:
    """Validation failed at the form's field."""
    tokens.expect_no_token_named(context.world.outcome, *context.world.rules)


@then("{which:Token} is gone")
def is_gone(context: Context, which: str) -> None:
    """The token opens nothing, is in no list, and cannot be read."""
    tokens.expect_gone(context.world, the_token(context.world, which), *context.world.rules)


@then("revoking {which:Token} is refused with 400, as the way has it")
def revoking_refused(context: Context, which: str) -> None:
    """Each way to revoke refuses the token, with the text of that way."""
    world = context.world
    tokens.expect_refused_as_way_has_it(world, "revoke", the_token(world, which), *world.rules)


@then("reopening {which:Token} is refused with 400, as the way has it")
def reopening_refused(context: Context, which: str) -> None:
    """Each way to reopen refuses the token, with the text of that way."""
    world = context.world
    tokens.expect_refused_as_way_has_it(world, "reopen", the_token(world, which), *world.rules)


@then("the list holds exactly the user's two job tokens")
def lists_two_tokens(context: Context) -> None:
    """The scenario's two tokens, and no other."""
    world = context.world
    entries = expect_success(world.outcome, *world.rules)
    both = (the_token(world), the_token(world, "other_token"))
    tokens.expect_exactly(entries, both, *world.rules)


@then("the list holds {number:d} job tokens")
def lists_number(context: Context, number: int) -> None:
    """The list has as many entries."""
    entries = expect_success(context.world.outcome, *context.world.rules)
    expect_equal("the list should have as many entries", len(entries), number, *context.world.rules)


@then("the user's list holds, by its filters")
def lists_by_filters(context: Context) -> None:
    """Each row's filters leave the named tokens, by login token and by job token."""
    world = context.world
    own = token_requests.own_lists(world, the_user(world))
    token_requests.expect_filtered(world, own, context.table, *world.rules)


@then("the user's pages of {limit:d} job tokens make up the whole list, in the order of their ids")
def pages_make_up_list(context: Context, limit: int) -> None:
    """Page after page gives every token once."""
    world = context.world
    tokens.expect_pages(world, the_user(world), limit, *world.rules)
