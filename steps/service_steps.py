"""The service itself, and what all routes have in common."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.api.cloud_objects import TokenType
from steps.api.operations import ALL
from steps.support import published, service, tokens
from steps.support.cast import TYPES, the_platform, the_token, the_user
from steps.support.expectations import expect_refusal

register_type(**TYPES)
register_type(**tokens.TYPES)
register_type(**service.TYPES)


@given("the admin has a job token")
def admin_has_token(context: Context) -> None:
    """A job token of the admin, as the scenario's other token."""
    world = context.world
    body = {"label": world.names.label("token")}
    world.other_token = world.make.job_token_of_body(world.admin, body)


@when("anyone asks {question}")
def ask(context: Context, question: str) -> None:
    """A question that needs no credential."""
    service.ask(context.world, question)


@when('the user makes a job token with the body "{text}"')
def make_token_with_body(context: Context, text: str) -> None:
    """A request whose body is this very text."""
    service.make_token_with_body(context.world, the_user(context.world), text)


@then("the answer is {body:Object}")
def answer_is(context: Context, body: str) -> None:
    """The answer is exactly this JSON value."""
    service.expect_body(context.world.outcome, body, *context.world.rules)


@then('the answer is JSON, or a way to "{path}"')
def json_or_way(context: Context, path: str) -> None:
    """Either is right for the root."""
    service.expect_json_or_way_to(context.world.outcome, path, *context.world.rules)


@then("the answer is an OpenAPI 3.0 document")
def answer_is_openapi(context: Context) -> None:
    """The answer describes routes."""
    service.expect_openapi(context.world.outcome, *context.world.rules)


@then("the answer is an OpenAPI 3.0 document with every published route")
def answer_is_whole_openapi(context: Context) -> None:
    """The answer describes at least the routes of the published document."""
    world = context.world
    document = service.expect_openapi(world.outcome, *world.rules)
    published.expect_routes(document, published.PUBLISHED, *world.rules)


@then("it describes the published operations as they were published, and all others")
def describes_all(context: Context) -> None:
    """Version, statuses and schemas."""
    world = context.world
    document = service.expect_openapi(world.outcome, *world.rules)
    published.expect_version(document, "3.0.3", "v2.8.0", *world.rules)
    published.expect_routes(document, ALL, *world.rules)
    published.expect_declared(document, *world.rules)


@then("it tells the version of the cloud, and no path does")
def version_outside_paths(context: Context) -> None:
    """Clients never write a version."""
    world = context.world
    document = service.expect_openapi(world.outcome, *world.rules)
    published.expect_unversioned_paths(document, *world.rules)


@then("no path of it ends in a slash")
def no_final_slash(context: Context) -> None:
    """But for the root."""
    world = context.world
    published.expect_no_final_slash(service.expect_openapi(world.outcome, *world.rules), *world.rules)


@then("no operation of it declares a status that is not in use")
def declared_statuses(context: Context) -> None:
    """Neither 402, 409 or 429, nor that the cloud fails."""
    world = context.world
    published.expect_statuses_in_use(service.expect_openapi(world.outcome, *world.rules), *world.rules)


@then("the ten old addresses are marked as deprecated in it, and no other")
def old_addresses_marked(context: Context) -> None:
    """Deleting by key with a job token is no old address, though its two twins are."""
    world = context.world
    published.expect_deprecations(service.expect_openapi(world.outcome, *world.rules), *world.rules)


@then("revoking and reopening take a form according to it, and everything else JSON")
def declared_forms(context: Context) -> None:
    """The media type of each body."""
    world = context.world
    published.expect_forms(service.expect_openapi(world.outcome, *world.rules), *world.rules)


@then('every route of the toolbox answers {status:d} "{error}"')
def no_toolbox(context: Context, status: int, error: str) -> None:
    """The toolbox is served elsewhere."""
    service.expect_no_toolbox(context.world, status, error, *context.world.rules)


@then("anyone sees that {which:Platform} has no maintenance")
def no_maintenance(context: Context, which: str) -> None:
    """Null in the public list."""
    world = context.world
    service.expect_no_maintenance(world, the_platform(world, which), *world.rules)


@then("anyone sees a statistic of {which:Platform}, which may be empty")
def has_statistic(context: Context, which: str) -> None:
    """An object of days, never null."""
    world = context.world
    service.expect_statistic(world, the_platform(world, which), *world.rules)


@then("the public list of platforms is never taken for a platform")
def public_is_no_id(context: Context) -> None:
    """Whoever asks, and by whatever method."""
    service.expect_public_is_no_id(context.world, *context.world.rules)


@then("each entry shows maintenance and availability in the way that was observed")
def entries_as_observed(context: Context) -> None:
    """Times in UTC with Z, percentages by day."""
    service.expect_observed_form(context.world.outcome, *context.world.rules)


@then("each entry has exactly these members")
def entries_have(context: Context) -> None:
    """No entry has more or less."""
    members = [row["member"] for row in context.table]
    service.expect_platform_members(context.world.outcome, members, *context.world.rules)


@then("what is open to everyone stays open whatever credential is shown")
def stays_open(context: Context) -> None:
    """Unknown and garbled credentials are not looked at."""
    service.expect_open_to_all(context.world, *context.world.rules)


@then('every unknown route answers {status:d} "{error}"')
def unknown_routes(context: Context, status: int, error: str) -> None:
    """Paths that no operation has."""
    service.expect_unknown_routes(context.world, status, error, *context.world.rules)


@then('every route answers a method that it does not have with {status:d} "{error}"')
def wrong_methods(context: Context, status: int, error: str) -> None:
    """Each known path with each method that is not listed for it."""
    service.expect_wrong_methods(context.world, status, error, *context.world.rules)


@then('every route with a slash too many answers {status:d} "{error}"')
def slash_too_many(context: Context, status: int, error: str) -> None:
    """A slash at the end, or a doubled one inside."""
    service.expect_no_slash_too_many(context.world, status, error, *context.world.rules)


@then("every route with an integer in its path answers {status:d} to anything else there")
def only_integers(context: Context, status: int) -> None:
    """Words, signs, fractions and foreign digits are no ids."""
    service.expect_only_integers(context.world, status, *context.world.rules)


@then("an integer beyond all ids is not found in any path")
def huge_ids(context: Context) -> None:
    """Beyond 64 bits there are no ids, and no failures either."""
    service.expect_huge_ids_unknown(context.world, the_user(context.world), *context.world.rules)


@then("every body that is not JSON is refused with {status:d}")
def not_json(context: Context, status: int) -> None:
    """Each kind of broken body, by three operations."""
    service.expect_not_json_refused(context.world, the_user(context.world), status, *context.world.rules)


@then('every body that is no object is refused because of "{member}"')
def no_object(context: Context, member: str) -> None:
    """Each other kind of JSON value, by three operations."""
    service.expect_no_object_refused(context.world, the_user(context.world), member, *context.world.rules)


@then("the user logs in with whatever content type, and with none")
def any_content_type(context: Context) -> None:
    """A body is read as JSON whatever it is called."""
    service.expect_any_content_type(context.world, the_user(context.world), *context.world.rules)


@then('{routes:Routes} refuses who shows nothing with {status:d} "{error}"')
def nothing_refused(context: Context, routes: str, status: int, error: str) -> None:
    """No Authorization header at all."""
    service.expect_nothing_refused(context.world, routes, status, error, *context.world.rules)


@then('{routes:Routes} refuses every garbled header with {status:d} "{error}"')
def garbled_refused(context: Context, routes: str, status: int, error: str) -> None:
    """Headers that are nearly right, and some that are not."""
    world = context.world
    service.expect_garbled_refused(world, routes, the_user(world), status, error, *world.rules)


@then('the token and the login token work under "{one}", "{two}" and "{three}"')
def any_scheme(context: Context, one: str, two: str, three: str) -> None:
    """The scheme is compared without case."""
    world = context.world
    service.expect_schemes(world, the_user(world), (one, two, three), *world.rules)


@then("{routes:Routes} refuses login tokens and API keys")
def logins_and_keys_refused(context: Context, routes: str) -> None:
    """Credentials that are valid elsewhere."""
    world = context.world
    people = service.others(world, the_user(world), "login token", "key")
    service.expect_others_refused(world, routes, people, *world.rules)


@then("{routes:Routes} refuses job tokens and API keys")
def job_tokens_and_keys_refused(context: Context, routes: str) -> None:
    """Credentials that are valid elsewhere."""
    world = context.world
    people = service.others(world, the_user(world), "job token", "key")
    service.expect_others_refused(world, routes, people, *world.rules)


@then('{routes:Routes} refuses {which:Token} with {status:d} "{error}"')
def token_refused(context: Context, routes: str, which: str, status: int, error: str) -> None:
    """This token opens none of these routes."""
    world = context.world
    secret = the_token(world, which).token
    service.expect_token_refused(world, routes, secret, status, error, *world.rules)


@then('{routes:Routes} refuses the user\'s login token with {status:d} "{error}"')
def login_token_refused(context: Context, routes: str, status: int, error: str) -> None:
    """The user's login token opens none of these routes."""
    world = context.world
    secret = the_user(world).get_token(TokenType.Login)
    service.expect_token_refused(world, routes, secret, status, error, *world.rules)


@then("reading, changing, revoking and reopening the token with a job token at the login's routes is refused")
def no_login(context: Context) -> None:
    """The other token, shown where a login token is asked for."""
    world = context.world
    other = the_token(world, "other_token")
    service.expect_job_token_no_login(world, the_token(world), other, *world.rules)


@then("the admin's job token reads no job token of the user")
def admin_is_plain(context: Context) -> None:
    """With a job token an admin sees nothing of others."""
    world = context.world
    admin = tokens.showing(the_token(world, "other_token"))
    world.attempt(tokens.read, world, the_token(world), admin, tokens.JOB)
    expect_refusal(world.outcome, 403, None, *world.rules)
