"""API keys: made, listed, revoked, expired."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.support import keys, tokens
from steps.support.accounts import NOBODY
from steps.support.cast import TYPES, the_platform, the_user
from steps.support.expectations import expect_equal, expect_refusal, expect_success
from steps.support.keys import the_key
from steps.support.spoken import spoken_value

register_type(**TYPES)
register_type(**tokens.TYPES)


@given("an API key")
def an_api_key(context: Context) -> None:
    """A new API key of the admin."""
    context.world.key = context.world.make.api_key()


@given("an API key that lives {seconds:d} s")
def short_api_key(context: Context, seconds: int) -> None:
    """A new API key that expires soon."""
    context.world.key = context.world.make.api_key(duration=seconds)


@given("an API key of a user")
def users_api_key(context: Context) -> None:
    """A new user, and an API key that the admin made for them."""
    world = context.world
    world.user = world.make.user()
    world.key = world.make.api_key(user_id=world.user.user_id)


@given("the admin has revoked the API key")
def has_revoked(context: Context) -> None:
    """The key is revoked."""
    keys.revoke(context.world, the_key(context.world).api_key_id, context.world.admin)


@when("{who:Caller} makes an API key")
def make(context: Context, who: str) -> None:
    """A key with a new label; `noted` is the label."""
    world = context.world
    world.noted = world.names.label("key")
    world.attempt(world.make.api_key, the_user(world, who), label=world.noted)
    keys.take_over(world)


@when("the admin makes an API key saying {body:Object}")
def make_saying(context: Context, body: str) -> None:
    """A request with this very body."""
    world = context.world
    world.attempt(world.make.api_key_of_body, spoken_value(world, body))
    keys.take_over(world)


@when("the admin makes an API key with {value:Value} as {member:Member}")
def make_with(context: Context, value: str, member: str) -> None:
    """A key with one member as given, and a new label unless the label is given."""
    world = context.world
    members = {"label": world.names.label("key"), member: spoken_value(world, value)}
    world.attempt(world.make.api_key_of_body, members)
    keys.take_over(world)


@when("the admin makes an API key for a user who does not exist")
def make_for_nobody(context: Context) -> None:
    """A key for an id that nobody has."""
    context.world.attempt(context.world.make.api_key, user_id=NOBODY)


@when("the admin makes an API key with the label of the first")
def make_with_same_label(context: Context) -> None:
    """A second key with the label of the scenario's key."""
    world = context.world
    world.attempt(world.make.api_key, label=the_key(world).label)


@when("the admin makes two API keys without a label")
def make_without_labels(context: Context) -> None:
    """Two keys, of which nothing is said."""
    world = context.world
    world.attempt(world.make.api_key_of_body, {})
    expect_success(world.outcome, *world.rules)
    world.attempt(world.make.api_key_of_body, {})


@when("{who:Caller} lists the API keys")
def list_keys(context: Context, who: str) -> None:
    """The whole list of keys is asked for."""
    world = context.world
    world.attempt(keys.list_keys, world, the_user(world, who))


@when("{who:Caller} revokes the API key")
def revoke(context: Context, who: str) -> None:
    """The key is to be put out of use for good."""
    world = context.world
    world.attempt(keys.revoke, world, the_key(world).api_key_id, the_user(world, who))


@when("the admin revokes another API key")
def revoke_another(context: Context) -> None:
    """A key is made and revoked that the story does not speak of further."""
    world = context.world
    other = world.make.api_key()
    world.attempt(keys.revoke, world, other.api_key_id, world.admin)


@when("a worker asks for a job of the platform and shows the API key")
def fetch_with_key(context: Context) -> None:
    """The platform's worker fetches, with another key than the one that registered the platform."""
    world = context.world
    world.attempt(keys.fetch, world, the_platform(world), the_key(world))


@when("the list of API keys is asked for impossible pages")
def ask_for_impossible_pages(context: Context) -> None:
    """Each page that paging rules out is asked for."""
    context.world.outcomes = keys.impossible_pages(context.world)


@when("the admin revokes an API key that does not exist")
def revoke_unknown(context: Context) -> None:
    """A key is revoked under an id that none has."""
    context.world.attempt(keys.revoke_unknown, context.world)


@when("the user revokes an API key as if it were a job token")
def revoke_key_as_job_token(context: Context) -> None:
    """The key's secret where a job token's is asked for."""
    world = context.world
    world.attempt(keys.revoke_as_job_token, world, the_user(world), the_key(world).api_key)


@when("the user deletes an API key as if it were a job token")
def delete_key_as_job_token(context: Context) -> None:
    """The key's secret where a job token's is asked for."""
    world = context.world
    world.attempt(keys.delete_as_job_token, world, the_user(world), the_key(world).api_key)


@when("the user deletes a login token as if it were a job token")
def delete_login_as_job_token(context: Context) -> None:
    """The user's login token where a job token is asked for."""
    world = context.world
    user = the_user(world)
    world.attempt(keys.delete_as_job_token, world, user, user.login_token.token)


@when("the user reopens the API key as if it were a job token")
def reopen_key_as_job_token(context: Context) -> None:
    """The key's secret where a job token's is asked for."""
    world = context.world
    world.attempt(keys.reopen_as_job_token, world, the_user(world), the_key(world).api_key)


@when("the user revokes a login token as if it were a job token")
def revoke_login_as_job_token(context: Context) -> None:
    """The user's login token where a job token is asked for."""
    world = context.world
    user = the_user(world)
    world.attempt(keys.revoke_as_job_token, world, user, user.login_token.token)


@when("the API key has expired")
def wait_for_expiry(context: Context) -> None:
    """The key's time is over."""
    tokens.wait_for_expiry(the_key(context.world).duration)


@then("the API key works")
def works(context: Context) -> None:
    """The key opens what every key opens."""
    keys.expect_works(context.world, the_key(context.world), *context.world.rules)


@then('the API key is refused with {status:d} "{error}"')
def is_refused(context: Context, status: int, error: str) -> None:
    """The key does not open what every key opens."""
    world = context.world
    keys.expect_refused(world, the_key(world), status, error, *world.rules)


@then("the API key is refused wherever a key is asked for")
def is_refused_everywhere(context: Context) -> None:
    """Every route on which workers show their keys refuses this one."""
    keys.expect_refused_everywhere(context.world, the_key(context.world), *context.world.rules)


@then('revoking the API key is refused with {status:d} "{error}"')
def revoking_refused(context: Context, status: int, error: str) -> None:
    """The admin cannot revoke the key."""
    world = context.world
    world.attempt(keys.revoke, world, the_key(world).api_key_id, world.admin)
    expect_refusal(world.outcome, status, error, *world.rules)


@then("the answer gives the API key a duration of {seconds:d} s")
def answered_duration(context: Context, seconds: int) -> None:
    """The answer to the making said how long the key lives."""
    world = context.world
    expect_equal("the answer should say the duration", the_key(world).duration, seconds, *world.rules)


@then("the list shows the API key as it was made, and nothing beside")
def listed_as_made(context: Context) -> None:
    """Six members: id, label, owner, both times, and that it is not revoked."""
    world = context.world
    entry = keys.entry_of(world, the_key(world), *world.rules)
    keys.expect_entry(entry, the_key(world), the_user(world), *world.rules)


@then("the list shows the API key as it was made, for the admin")
def listed_as_made_for_admin(context: Context) -> None:
    """The same six members, with the admin as the owner."""
    world = context.world
    entry = keys.entry_of(world, the_key(world), *world.rules)
    keys.expect_entry(entry, the_key(world), world.admin, *world.rules)


@then("the list lacks the API key")
def not_listed(context: Context) -> None:
    """The list that was read has no entry of the key."""
    world = context.world
    keys.expect_not_among(expect_success(world.outcome, *world.rules), the_key(world), *world.rules)


@then("the list shows no secret")
def no_secret(context: Context) -> None:
    """The raw key stands nowhere in the list."""
    world = context.world
    entries = expect_success(world.outcome, *world.rules)
    keys.expect_no_secret(entries, the_key(world), *world.rules)


@then("the list shows the API key with {member:Member} {value:Value}")
def listed_with(context: Context, member: str, value: str) -> None:
    """The key is listed once, with this member."""
    world = context.world
    entry = keys.entry_of(world, the_key(world), *world.rules)
    expect_equal("the entry should show it", entry[member], spoken_value(world, value), *world.rules)


@then("the list shows the API key as the admin's")
def listed_as_admins(context: Context) -> None:
    """The key's owner is the admin who made it."""
    world = context.world
    entry = keys.entry_of(world, the_key(world), *world.rules)
    expect_equal("the key should be the admin's", entry["user_id"], world.admin.user_id, *world.rules)


@then("the pages of the list of API keys make up the whole list")
def pages_of_keys(context: Context) -> None:
    """Page after page gives every key once, in the order of their ids."""
    keys.expect_whole_list(context.world, *context.world.rules)


@then("the cloud refuses it with 400 and names the label")
def label_clash(context: Context) -> None:
    """The label is another key's."""
    world = context.world
    text = f"Label already exists: {the_key(world).label}"
    expect_refusal(world.outcome, 400, text, *world.rules)


@then("nobody has got an API key with the label that was asked for")
def label_is_free(context: Context) -> None:
    """The refused attempt left no key behind."""
    keys.expect_label_free(context.world, context.world.noted, *context.world.rules)
