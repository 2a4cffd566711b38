"""What every request and every answer has in common, whatever it is about."""

from __future__ import annotations

from behave import then, when
from behave.runner import Context

from steps.support import answers, tour


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
