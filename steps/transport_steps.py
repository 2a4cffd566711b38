"""What every request and every answer has in common, whatever it is about."""

from __future__ import annotations

from behave import register_type, then, when
from behave.runner import Context

from steps.support import answers, bodies, odd, refusals, tokens, tour, twins
from steps.support.cast import TYPES, the_job, the_token, the_user
from steps.support.expectations import expect_true
from steps.support.service import one_wrong_method_trials

register_type(**TYPES)
register_type(Deed=tokens.words(twins.TWINS))


@when("every operation is done once")
def whole_cloud(context: Context) -> None:
    """Every operation of the cloud succeeds once; `noted` are all exchanges."""
    context.world.noted = tour.whole_cloud(context.world)


@then("every answer is JSON")
def all_json(context: Context) -> None:
    """Each is of the media type, and can be read."""
    answers.expect_json(context.world.noted, "TR-5")


@then("every success has the status 200 and a body")
def all_200(context: Context) -> None:
    """Neither created, nor accepted, nor without content."""
    answers.expect_status_200(context.world.noted, "TR-6")


@then("no answer limits requests or gives them ids")
def none_limits(context: Context) -> None:
    """No header speaks of rates, of a time to come back, or of the request's id."""
    answers.expect_no_tracing(context.world.noted, "TR-10")


@then("no answer announces a deprecation or a sunset")
def none_deprecates(context: Context) -> None:
    """The old addresses among them."""
    answers.expect_no_deprecation(context.world.noted, "TR-30")


@then("every answer comes well before the client gives up")
def all_in_time(context: Context) -> None:
    """The client waits for 10 s."""
    answers.expect_in_time(context.world.noted, "TR-11")


@then("every list is a bare array")
def all_bare(context: Context) -> None:
    """Without a total, and without a way to the next page."""
    answers.expect_bare_arrays(context.world.noted, "PG-3")


@then("every duration is a whole number of seconds")
def whole_durations(context: Context) -> None:
    """Of tokens, keys, logins and jobs."""
    answers.expect_whole_durations(context.world.noted, "TM-2")


@then("every time of a job token is an ISO-8601 date-time")
def token_times(context: Context) -> None:
    """Its creation, its expiry and its last use."""
    answers.expect_token_times(context.world.noted, "TM-4")


@then("every date-time is in UTC")
def all_utc(context: Context) -> None:
    """And says so, by its offset or by Z."""
    answers.expect_utc(context.world.noted, "TM-6")


@then("every job id is a UUID of version 4")
def job_ids(context: Context) -> None:
    """In lower case, with hyphens."""
    answers.expect_job_ids(context.world.noted, "ID-1")


@then("every platform id is a UUID")
def platform_ids(context: Context) -> None:
    """Wherever a platform is named by its id."""
    answers.expect_platform_ids(context.world.noted, "ID-2")


@then("every platform name is a kind and a name")
def platform_names(context: Context) -> None:
    """With a colon between them, and perhaps further parts."""
    answers.expect_platform_names(context.world.noted, "ID-3")


@then("every id of a token, a user, a company or a key is an integer")
def integer_ids(context: Context) -> None:
    """Wherever there is one."""
    answers.expect_integer_ids(context.world.noted, "ID-5")


@then("every token and key is a text that a header can carry")
def credentials(context: Context) -> None:
    """What else it is, is the cloud's affair."""
    answers.expect_credentials(context.world.noted, "A-1.7")


@when("whatever is not allowed, not there or against a rule is asked for")
def everything_refused(context: Context) -> None:
    """By those who show nothing, by strangers, of things that nobody made; `noted` are all exchanges."""
    world = context.world
    world.noted = refusals.sent(world, refusals.requests_of_all(world))


@when("requests violate the schemas of the published operations")
def schemas_violated(context: Context) -> None:
    """One member of the wrong type or value in each, in query, JSON and form; `noted` are all exchanges."""
    world = context.world
    flaws = refusals.of_schemas(world).published + refusals.of_absence(world).published
    world.noted = refusals.sent(world, [flaw.request for flaw in flaws])


@when("requests violate the schemas of all operations")
def all_schemas_violated(context: Context) -> None:
    """One member of the wrong type or value in each, in query, JSON and form; `noted` are all exchanges."""
    world = context.world
    world.noted = refusals.sent(world, [flaw.request for flaw in refusals.all_flaws(world)])


@when("every route is asked by a method that it does not have")
def wrong_methods(context: Context) -> None:
    """Each known path with one method that is not listed for it; `noted` are all exchanges."""
    world = context.world
    world.noted = refusals.sent(world, [trial.request for trial in one_wrong_method_trials(world.cloud)])


@then("every refusal is a text with an object of details")
def http_errors(context: Context) -> None:
    """HTTPError, and nothing beside it."""
    answers.expect_http_errors(context.world.noted, "EN-1")


@then("every refusal of a method is a text with an object of details")
def http_errors_of_methods(context: Context) -> None:
    """HTTPError, and nothing beside it."""
    answers.expect_http_errors(context.world.noted, "EN-2")


@then("no refusal has anything in its details")
def no_details(context: Context) -> None:
    """An empty object."""
    answers.expect_no_details(context.world.noted, "EN-14")


@then("no answer is HTML or a failure of the cloud")
def no_failure(context: Context) -> None:
    """The client breaks on the first, and gives up on the second."""
    answers.expect_no_failure(context.world.noted, "EN-13")


@then("every status is one of those that the cloud uses")
def statuses_in_use(context: Context) -> None:
    """200, 400, 401, 403, 404 and 422."""
    answers.expect_statuses(context.world.noted, (200, 400, 401, 403, 404, 422), "TR-29")


@then("every answer with the status 422 names members and what is wrong with them")
def validation_errors(context: Context) -> None:
    """ValidationError, and nothing beside it."""
    answers.expect_validation_errors(context.world.noted, "EN-3")


@then('every answer has the status 422 and the message "{message}"')
def validation_message(context: Context, message: str) -> None:
    """The same message everywhere."""
    answers.expect_message(context.world.noted, message, "EN-6")


@then("each violated schema is refused because of its member")
def each_names_member(context: Context) -> None:
    """With 422, or in the form of 400 that was observed."""
    world = context.world
    refusals.expect_named(world, refusals.of_schemas(world).published, "EN-7")


@then("each violated schema is told under the place of what is wrong")
def each_names_place(context: Context) -> None:
    """`query`, `json` or `form`, and no other."""
    world = context.world
    refusals.expect_named(world, refusals.all_flaws(world), "EN-4", exact_place=True)


@then("each member that is missing from a published operation is asked for in the same words")
def missing_members(context: Context) -> None:
    """Missing data for required field."""
    world = context.world
    refusals.expect_named(world, refusals.of_absence(world).published, "EN-5")


@then("each member that is missing from any other operation is asked for in the same words")
def missing_other_members(context: Context) -> None:
    """Missing data for required field."""
    world = context.world
    refusals.expect_named(world, refusals.of_absence(world).others, "EN-5")


@then("whoever may not is told so in the same words on every route")
def denied_in_the_same_words(context: Context) -> None:
    """Permission denied."""
    refusals.expect_denied(context.world, "EN-11")


@then("what is not there is told so in the words of its route")
def not_found_in_the_same_words(context: Context) -> None:
    """Not found, where the route has no text of its own."""
    refusals.expect_not_found(context.world, "EN-11")


@when("requests are sent that no client would send by design")
def odd_requests(context: Context) -> None:
    """Odd in path, query, form, JSON and headers; `noted` are all exchanges."""
    context.world.noted = odd.sent(context.world)


@then("the cloud fails at none of them")
def fails_at_none(context: Context) -> None:
    """Neither with a status of a failure, nor with a trace of its own code."""
    answers.expect_no_trace_of_failure(context.world.noted, "EN-10")


@then("the refusal of an unknown job names its id as it stands in the path, decoded")
def ids_as_written(context: Context) -> None:
    """In capital letters, and percent-encoded throughout."""
    odd.expect_ids_as_written(context.world, "EN-12")


@then("{which:Token} can be revoked and reopened by a form in every way")
def forms_taken(context: Context, which: str) -> None:
    """With the login token, with a job token, at the old address."""
    world = context.world
    bodies.expect_forms_taken(world, the_user(world), the_token(world, which), "TR-3")


@then("jobs are canceled and rerun without a body at the new and the old addresses")
def bodiless(context: Context) -> None:
    """Nor is there a content type."""
    bodies.expect_bodiless(context.world, the_user(context.world), "TR-7")


@then("jobs are canceled whatever body comes along at the new and the old address")
def bodies_ignored(context: Context) -> None:
    """Nonsense, lists, broken JSON."""
    bodies.expect_bodies_ignored(context.world, the_user(context.world), "TR-21")


@when("{who:User} sends the same creation of a job twice with one idempotency key")
def post_twice(context: Context, who: str) -> None:
    """`noted` are the ids that came of it."""
    world = context.world
    world.noted = bodies.post_twice(world, the_user(world, who))


@then("two jobs came of it")
def two_jobs(context: Context) -> None:
    """A repeated POST is a new POST."""
    first, second = context.world.noted
    expect_true("there should be two jobs", first != second, context.world.noted, "TR-10")


@when("{who:User} asks {times:d} times in a row how many jobs there may be")
def ask_often(context: Context, who: str, times: int) -> None:
    """Several at a time; `noted` are all exchanges."""
    world = context.world
    world.noted = bodies.ask_often(world, the_user(world, who), times)


@then("every one of them is answered")
def all_answered(context: Context) -> None:
    """None is refused for coming too soon."""
    answers.expect_status_200(context.world.noted, "TR-10")


@then("of a member that is repeated the last one counts")
def last_member_counts(context: Context) -> None:
    """In a login, and in the label of a token."""
    bodies.expect_last_member_counts(context.world, the_user(context.world), "TR-18")


@then("an empty body and null count as an empty object")
def empty_is_object(context: Context) -> None:
    """What must be there is missing, everything else has its default."""
    bodies.expect_empty_is_an_object(context.world, the_user(context.world), "TR-19")


@when("{who:User} makes a job token with a body of {size:d} MiB")
def send_largest(context: Context, who: str, size: int) -> None:
    """A body of exactly that size, nearly all of it blanks."""
    world = context.world
    bodies.send_sized(world, the_user(world, who), size * 1024 * 1024)


@when("{who:User} makes a job token with a body of one byte more than {size:d} MiB")
def send_too_large(context: Context, who: str, size: int) -> None:
    """A body that is too large by one byte."""
    world = context.world
    bodies.send_sized(world, the_user(world, who), size * 1024 * 1024 + 1)


@when("{who:User} submits a job with a payload of {megabytes:d} megabytes")
def submit_large(context: Context, who: str, megabytes: int) -> None:
    """Texts of many alphabets, numbers of any size, many levels; `noted` is the payload."""
    world = context.world
    bodies.submit_large(world, the_user(world, who), megabytes)


@then("the payload of {which:Job} reaches its data and its worker unharmed")
def payload_unharmed(context: Context, which: str) -> None:
    """An equal JSON value, keys in their order, floats and integers what they were."""
    bodies.expect_payload_unharmed(context.world, the_job(context.world, which), "TR-23")


@then("the user's list of job tokens refuses each of these")
def queries_refused(context: Context) -> None:
    """Because of the parameter."""
    world = context.world
    queries = [(row["parameter"], row["value"]) for row in context.table]
    bodies.expect_queries_refused(world, the_user(world), queries, *world.rules)


@then("the user's list of job tokens has so many entries")
def list_sizes(context: Context) -> None:
    """Under each of the queries."""
    world = context.world
    sizes = [(row["query"], int(row["entries"])) for row in context.table]
    bodies.expect_list_sizes(world, the_user(world), sizes, *world.rules)


@then("{deed:Deed} is answered at the old address as at the new one")
def twins_alike(context: Context, deed: str) -> None:
    """Everyone gets the same answer at both, whatever is wrong with the request."""
    twins.expect_alike(context.world, deed, *context.world.rules)


@then("{which:Token} is revoked and reopened by a form under every content type but JSON's")
def forms_by_any_name(context: Context, which: str) -> None:
    """And under none."""
    world = context.world
    bodies.expect_forms_by_any_name(world, the_user(world), the_token(world, which), *world.rules)


@then("a label in many alphabets arrives whatever the content type says")
def utf_8_by_any_name(context: Context) -> None:
    """JSON is UTF-8."""
    bodies.expect_utf_8_by_any_name(context.world, the_user(context.world), *context.world.rules)
