"""Faults of lists, PG-1 to PG-10, of times, TM-1 to TM-9, and of identifiers, ID-1 to ID-11."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import jobs as job_routes
from sandbox.routes import kinds, shapes
from sandbox.routes import platforms as platform_routes
from sandbox.routes import service as service_routes
from sandbox.routes import tokens as token_routes
from sandbox.routes import users as user_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import QueryInteger
from sandbox.routes.shapes import Shape
from sandbox.rules import admission, clock, identifiers, jobs, lifecycle, platforms, tokens, usage, users
from sandbox.rules.refusals import SchemaError, bad_request, not_found
from sandbox.store import api_keys_table, jobs_table, platforms_table, tokens_table, users_table

_PAGED = (shapes.PAGE, shapes.TOKEN_LIST, shapes.JOB_LIST)
_LISTS = (
    job_routes.list_all,
    platform_routes.list_all,
    token_routes.list_all,
    token_routes.list_own,
    token_routes.list_api_keys,
    user_routes.list_all,
)


def _page_field(ground: Ground, name: str, **changes: Any) -> None:  # noqa: ANN401 - any column
    """Change `limit` or `offset` of every list."""
    for shape in _PAGED:
        ground.field(shape, name, **changes)


def _pages(ground: Ground, change: Callable[[dict[str, Json]], Mapping[str, Json]]) -> None:
    """Change what is asked of every list."""

    def take(original: Original, shape: Shape, parameters: list[tuple[str, str]]) -> dict[str, Json]:
        taken: dict[str, Json] = original(shape, parameters)
        return {**taken, **change(taken)} if shape in _PAGED else taken

    ground.wrap(Shape.take_query, take)


def _lists(ground: Ground, change: Callable[[Call, list[Json]], Json]) -> None:
    """Change every list that is answered."""
    for handler in _LISTS:
        ground.wrap(handler, lambda original, call: change(call, original(call)))


@breaks("PG-1", "A list has 3 entries unless it is said", also=("PG-8", "TR-28"), known_as="D058")
def page_is_short_by_default(ground: Ground) -> None:
    _page_field(ground, "limit", default=3)


@breaks("PG-1", "A page has an entry more than was asked for", also=("PG-8", "PG-9"))
def page_is_too_long(ground: Ground) -> None:
    _pages(ground, lambda asked: {"limit": asked["limit"] + 1})


@breaks("PG-1", "A page has an entry less than was asked for", also=("PG-8", "PG-9", "PG-10"))
def page_is_too_short(ground: Ground) -> None:
    _pages(ground, lambda asked: {"limit": max(1, asked["limit"] - 1)})


@breaks("PG-1", "A limit of 10000 is refused", also=("PG-4",))
def longest_page_is_refused(ground: Ground) -> None:
    _page_field(ground, "limit", kind=QueryInteger(1, shapes.LONGEST_PAGE - 1))


@breaks("PG-1", "A limit of 1 is refused", also=("PG-8", "TR-18"))
def shortest_page_is_refused(ground: Ground) -> None:
    _page_field(ground, "limit", kind=QueryInteger(2, shapes.LONGEST_PAGE))


@breaks("PG-2", "The offset is ignored", also=("PG-6", "PG-8"))
def offset_is_ignored(ground: Ground) -> None:
    _pages(ground, lambda asked: {"offset": 0})


@breaks("PG-2", "The offset counts pages", also=("PG-6", "PG-8"))
def offset_counts_pages(ground: Ground) -> None:
    _pages(ground, lambda asked: {"offset": min(asked["offset"] * asked["limit"], 2**62)})


@breaks("PG-2", "A list begins with its second entry unless it is said", also=("PG-8", "PG-7", "TR-28"))
def offset_is_one_by_default(ground: Ground) -> None:
    _page_field(ground, "offset", default=1)


@breaks("PG-3", "A list comes with its total", also=("TK-1", "US-5", "PF-5", "JA-1", "AD-1", "AK-2"))
def list_comes_with_its_total(ground: Ground) -> None:
    _lists(ground, lambda call, entries: {"items": entries, "total": len(entries)})


@breaks("PG-4", "A limit of 0 is taken", also=("TK-1.1", "PG-10", "AD-1.3", "US-5.2"), known_as="D058")
def limit_of_zero_is_taken(ground: Ground) -> None:
    _page_field(ground, "limit", kind=QueryInteger(0, shapes.LONGEST_PAGE))


@breaks("PG-4", "A limit of 10001 is taken", also=("TK-1.1", "PG-10"), known_as="D058")
def limit_of_10001_is_taken(ground: Ground) -> None:
    _page_field(ground, "limit", kind=QueryInteger(1, shapes.LONGEST_PAGE + 1))


@breaks("PG-4", "A limit that is no integer is ignored", also=("TK-1.1", "PG-10"), known_as="D058")
def limit_that_is_no_integer_is_ignored(ground: Ground) -> None:
    def take(original: Original, shape: Shape, parameters: list[tuple[str, str]]) -> Any:  # noqa: ANN401
        kept = [
            (name, value) for name, value in parameters if name != "limit" or re.fullmatch("-?[0-9]+", value)
        ]
        return original(shape, kept)

    ground.wrap(Shape.take_query, take)


@breaks("PG-4", "A limit that cannot be is told under json", also=("EN-4", "TK-1.1", "PG-10"))
def wrong_limit_is_told_elsewhere(ground: Ground) -> None:
    def take(original: Original, shape: Shape, parameters: list[tuple[str, str]]) -> Any:  # noqa: ANN401
        try:
            return original(shape, parameters)
        except SchemaError as error:
            raise SchemaError("json", error.problems) from None

    ground.wrap(Shape.take_query, take)


@breaks("PG-5", "An offset below zero is taken", also=("TK-1.1", "PG-10", "US-5.2"), known_as="D058")
def negative_offset_is_taken(ground: Ground) -> None:
    _page_field(ground, "offset", kind=QueryInteger())


@breaks("PG-6", "Past the end of a list there is an error", also=("PG-8",), known_as="D058")
def past_the_end_is_an_error(ground: Ground) -> None:
    def change(call: Call, entries: list[Json]) -> Json:
        if call.query["offset"] and not entries:
            raise not_found()
        return entries

    _lists(ground, change)


@breaks("PG-6", "Past the end of a list comes its last entry again", also=("PG-8",))
def past_the_end_is_the_last_entry(ground: Ground) -> None:
    for handler in _LISTS:
        ground.wrap(handler, lambda original, call: original(call) or _last(original, call))


def _last(original: Original, call: Call) -> Json:
    return original(replace(call, query={**call.query, "offset": 0}))[-1:]


@breaks("PG-7", "Tokens are listed with the latest first", also=("TK-1", "AD-1", "PG-8"))
def tokens_go_down(ground: Ground) -> None:
    ground.text(tokens_table.page, "ORDER BY token_id", "ORDER BY token_id DESC")


@breaks("PG-7", "Users are listed with the latest first", also=("US-5", "PG-8"))
def users_go_down(ground: Ground) -> None:
    ground.text(users_table.page, "ORDER BY user_id", "ORDER BY user_id DESC")


@breaks("PG-7", "API keys are listed with the latest first", also=("AK-2", "AK-2.1", "PG-8"))
def keys_go_down(ground: Ground) -> None:
    ground.text(api_keys_table.page, "ORDER BY api_key_id", "ORDER BY api_key_id DESC")


@breaks("PG-7", "Jobs are listed with the latest first", also=("JA-1", "PG-8"))
def jobs_go_down(ground: Ground) -> None:
    ground.text(jobs_table.page, "ORDER BY jobs.sequence", "ORDER BY jobs.sequence DESC")


@breaks("PG-7", "Jobs are listed by their ids", also=("JA-1", "PG-8"))
def jobs_go_by_id(ground: Ground) -> None:
    ground.text(jobs_table.page, "ORDER BY jobs.sequence", "ORDER BY job_id")


@breaks("PG-7", "Platforms are listed with the latest first", also=("PF-5", "PG-8"))
def platforms_go_down(ground: Ground) -> None:
    ground.text(platforms_table.page, "ORDER BY sequence", "ORDER BY sequence DESC")


@breaks("PG-7", "Platforms are listed by their names", also=("PF-5", "PG-8"))
def platforms_go_by_name(ground: Ground) -> None:
    ground.text(platforms_table.page, "ORDER BY sequence", "ORDER BY name")


@breaks("PG-8", "The pages of a list leave holes between them", also=("PG-10", "PG-7"))
def pages_leave_holes(ground: Ground) -> None:
    _pages(ground, lambda asked: {"offset": asked["offset"] + (asked["offset"] > 0)})


@breaks("PG-8", "The pages of a list overlap", also=("PG-10", "PG-7"))
def pages_overlap(ground: Ground) -> None:
    _pages(ground, lambda asked: {"offset": max(0, asked["offset"] - 1)})


@breaks(
    "PG-9", "Revoked tokens are left out after a page was cut", also=("TK-1.6", "AD-1.1"), known_as="D059"
)
def revoked_tokens_leave_gaps(ground: Ground) -> None:
    def page(original: Original, cloud: Cloud, *, include_revoked: bool, **asked: Json) -> list[Json]:
        entries = original(cloud, include_revoked=True, **asked)
        return [token for token in entries if include_revoked or not token.is_revoked]

    ground.wrap(tokens.page, page)


@breaks("PG-9", "Jobs of other users are left out after a page was cut", also=("JA-1.1", "PG-8"))
def filtered_jobs_leave_gaps(ground: Ground) -> None:
    def page(original: Original, cloud: Cloud, *, user_id: int | None, **asked: Json) -> list[Json]:
        entries = original(cloud, user_id=None, **asked)
        return [job for job in entries if user_id in (None, job.user_id)]

    ground.wrap(jobs.page, page)


def _limit_is_ignored(ground: Ground, handler: Original) -> None:
    ground.wrap(
        handler, lambda original, call: original(replace(call, query={**call.query, "limit": 10_000}))
    )


@breaks("PG-10", "The limit of the list of platforms is ignored", also=("PG-1", "PG-8", "PF-5"))
def limit_of_platforms_is_ignored(ground: Ground) -> None:
    _limit_is_ignored(ground, platform_routes.list_all)


@breaks("PG-10", "The limit of the list of users is ignored", also=("PG-1", "PG-8", "US-5"))
def limit_of_users_is_ignored(ground: Ground) -> None:
    _limit_is_ignored(ground, user_routes.list_all)


@breaks("PG-10", "The limit of the list of all tokens is ignored", also=("PG-1", "PG-8", "AD-1.1"))
def limit_of_all_tokens_is_ignored(ground: Ground) -> None:
    _limit_is_ignored(ground, token_routes.list_all)


@breaks("PG-10", "The limit of the list of jobs is ignored", also=("PG-1", "PG-8", "JA-1"))
def limit_of_jobs_is_ignored(ground: Ground) -> None:
    _limit_is_ignored(ground, job_routes.list_all)


@breaks("PG-10", "The limit of the list of API keys is ignored", also=("PG-1", "PG-8", "AK-2.1"))
def limit_of_keys_is_ignored(ground: Ground) -> None:
    _limit_is_ignored(ground, token_routes.list_api_keys)


@breaks("PG-10", "The list of jobs takes pages that cannot be", also=("PG-4", "PG-5"))
def impossible_page_of_jobs_is_given(ground: Ground) -> None:
    ground.field(shapes.JOB_LIST, "limit", kind=QueryInteger(0))
    ground.field(shapes.JOB_LIST, "offset", kind=QueryInteger())


def _status_with(ground: Ground, change: Callable[[dict[str, Json]], Mapping[str, Json]]) -> None:
    """Change the status of every job that is told."""
    ground.wrap(
        job_routes.status, lambda original, call: (lambda told: {**told, **change(told)})(original(call))
    )


def _data_with(ground: Ground, change: Callable[[dict[str, Json]], Mapping[str, Json]]) -> None:
    """Change the data of every job that are told."""
    ground.wrap(
        job_routes.described, lambda original, job: (lambda told: {**told, **change(told)})(original(job))
    )


@breaks("TM-1", "A status tells times as text", also=("C-3", "ST-2", "J1"), known_as="D097")
def status_tells_times_as_text(ground: Ground) -> None:
    _status_with(
        ground,
        lambda told: {
            "creation_datetime": clock.iso(told["creation_datetime"]),
            "start_time": clock.iso_or_none(told["start_time"]),
        },
    )


@breaks("TM-1", "A status tells times in milliseconds", also=("TM-9", "J1", "ST-2"), known_as="D097")
def status_tells_milliseconds(ground: Ground) -> None:
    _status_with(
        ground,
        lambda told: {
            "creation_datetime": told["creation_datetime"] * 1000,
            "start_time": told["start_time"] and told["start_time"] * 1000,
        },
    )


@breaks("TM-2", "A duration has a fraction", also=("ST-12", "J4"))
def seconds_of_a_job_have_a_fraction(ground: Ground) -> None:
    ground.wrap(lifecycle.elapsed, lambda original, job, now: original(job, now) + 0.5)


@breaks("TM-2", "A duration is told in milliseconds", also=("ST-12", "J4", "UR-5"))
def duration_is_in_milliseconds(ground: Ground) -> None:
    ground.wrap(
        lifecycle.elapsed,
        lambda original, job, now: 0 if job.started is None else int((now - job.started) * 1000),
    )


@breaks("TM-2", "A new token's duration is a text", also=("TK-2", "AT-2"))
def duration_of_a_token_is_a_text(ground: Ground) -> None:
    ground.wrap(
        token_routes.generate,
        lambda original, call: (lambda told: {**told, "duration": str(told["duration"])})(original(call)),
    )


@breaks("TM-3", "The data of a job tell times as numbers", also=("JB-4", "JA-1", "TM-6"), known_as="D097")
def data_tell_times_as_numbers(ground: Ground) -> None:
    ground.wrap(
        job_routes.described,
        lambda original, job: {
            **original(job),
            "created_date": job.created,
            "start_time": job.started,
        },
    )


@breaks("TM-3", "The data of a job name the start as the token's last use is named", also=("JB-4",))
def start_has_another_name(ground: Ground) -> None:
    def change(original: Original, job: Json) -> dict[str, Json]:
        told: dict[str, Json] = original(job)
        told["started_date"] = told.pop("start_time")
        return told

    ground.wrap(job_routes.described, change)


@breaks("TM-4", "A token's times are numbers", also=("TK-1", "TK-3", "TM-6"))
def times_of_tokens_are_numbers(ground: Ground) -> None:
    for handler in (token_routes.listed, token_routes.read):
        ground.wrap(handler, _with_numbers)


def _with_numbers(original: Original, given: Json) -> Json:
    told = original(given)
    for name in ("created_date", "expiration_date", "last_used_time"):
        if told[name] is not None:
            told[name] = datetime.fromisoformat(told[name]).timestamp()
    return told


@breaks("TM-4", "A token's expiration is a date without a time", also=("TM-7", "TK-3", "TK-1", "TM-6"))
def expiration_is_a_date(ground: Ground) -> None:
    for handler in (token_routes.listed, token_routes.read):
        ground.wrap(
            handler,
            lambda original, given: (lambda told: {**told, "expiration_date": told["expiration_date"][:10]})(
                original(given)
            ),
        )


@breaks("TM-5", "The usage report takes times for local ones", also=("UR-4", "UR-13"), known_as="D097")
def usage_forgets_the_zone(ground: Ground) -> None:
    def page(original: Original, *given: Any) -> Json:  # noqa: ANN401 - as the function
        cloud, token, start, end = given
        shifted = [None if moment is None else moment + 7200 for moment in (start, end)]
        return original(cloud, token, *shifted)

    ground.wrap(usage.units, page)


@breaks("TM-5", "The usage report takes no offset but Z", also=("UR-4", "UR-13"))
def usage_takes_no_offset(ground: Ground) -> None:
    ground.set(kinds, "_DATE_TIME", re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z"))


@breaks("TM-6", "Times are told without a zone", also=("TM-3", "TM-4"), known_as="D097")
def times_have_no_zone(ground: Ground) -> None:
    ground.wrap(clock.iso, lambda original, moment: original(moment).removesuffix("Z"))


@breaks("TM-6", "Times are told in a zone of their own", also=("TM-3", "TM-4", "SV-6.4"), known_as="D097")
def times_are_local(ground: Ground) -> None:
    ground.replace(
        clock.iso, lambda moment: datetime.fromtimestamp(moment, timezone(timedelta(hours=2))).isoformat()
    )


@breaks("TM-6", "Local times are told as UTC", also=("TM-9", "TM-7"), known_as="D097")
def local_times_are_called_utc(ground: Ground) -> None:
    ground.wrap(clock.iso, lambda original, moment: original(moment + 7200))


@breaks("TM-6", "Only the public list of platforms tells times without a zone", also=("SV-6.4", "SV-6"))
def public_times_have_no_zone(ground: Ground) -> None:
    ground.wrap(
        service_routes.public_view,
        lambda original, platform: (
            lambda told: {**told, "created_date": told["created_date"].removesuffix("Z")}
        )(original(platform)),
    )


@breaks(
    "TM-7", "A token lives a minute longer than it was asked to", also=("T1", "TK-2", "T2"), known_as="D004"
)
def token_lives_a_minute_longer(ground: Ground) -> None:
    ground.wrap(
        tokens_table.insert,
        lambda original, db, **members: original(db, **{**members, "expires": members["expires"] + 60}),
    )


@breaks("TM-7", "A token's expiration is told in hours of its own", also=("TM-4",), known_as="D004")
def expiration_is_told_an_hour_late(ground: Ground) -> None:
    for handler in (token_routes.listed, token_routes.read):
        ground.wrap(handler, _an_hour_late)


def _an_hour_late(original: Original, given: Json) -> Json:
    told = original(given)
    moment = datetime.fromisoformat(told["expiration_date"]).timestamp()
    return {**told, "expiration_date": clock.iso(moment + 3600)}


@breaks("TM-8", "A job starts a minute before it was made", also=("ST-3", "TM-9", "J2"), known_as="D097")
def job_starts_before_it_was_made(ground: Ground) -> None:
    _status_with(ground, lambda told: {"start_time": told["start_time"] and told["start_time"] - 60})


@breaks("TM-9", "The status of a job tells of another start than its data", also=("J2.1",), known_as="D097")
def status_tells_another_start(ground: Ground) -> None:
    _status_with(ground, lambda told: {"start_time": told["start_time"] and told["start_time"] + 30})


@breaks("TM-9", "The data of a job tell of another creation than its status", also=("J1",), known_as="D097")
def data_tell_another_creation(ground: Ground) -> None:
    ground.wrap(
        job_routes.described,
        lambda original, job: {**original(job), "created_date": clock.iso(job.created + 30)},
    )


def _job_ids_are(ground: Ground, make: Callable[[], str]) -> None:
    ground.set(admission, "identifiers", _Identifiers(make))


class _Identifiers:
    """What admission knows of ids, with another way to make one."""

    def __init__(self, make: Callable[[], str]) -> None:
        self.new_uuid = make


@breaks("ID-1", "A job id tells when and where it was made", also=("C-1",))
def job_id_is_of_version_1(ground: Ground) -> None:
    _job_ids_are(ground, lambda: str(uuid.uuid1()))


@breaks("ID-1", "A job id is told in capital letters", also=("C-1", "RS-2", "JB-4"))
def job_id_is_in_capitals(ground: Ground) -> None:
    ground.wrap(job_routes.create, lambda original, call: {"job_id": original(call)["job_id"].upper()})


@breaks("ID-2", "A platform's id has a name before it", also=("PF-1", "PF-2", "PF-5"))
def platform_id_has_a_prefix(ground: Ground) -> None:
    ground.wrap(
        platforms._new,
        lambda original, *given: (lambda made: replace(made, platform_id=f"platform-{made.platform_id}"))(
            original(*given)
        ),
    )
    ground.wrap(identifiers.is_uuid, lambda original, text: original(text.removeprefix("platform-")))


@breaks("ID-3", "A platform is told without its kind", also=("PL-2.4", "PF-1", "PL-1", "PL-2"))
def platform_is_told_without_its_kind(ground: Ground) -> None:
    ground.wrap(
        platform_routes.details,
        lambda original, platform: {**original(platform), "name": platform.name.partition(":")[2]},
    )


@breaks("ID-3", "A platform's name has one part only", also=("ID-8", "PF-1.2"))
def name_has_one_part_only(ground: Ground) -> None:
    ground.set(platforms, "_NAME", re.compile(r"[a-z][a-z0-9_-]*:[A-Za-z0-9._-]+", re.ASCII))


@breaks("ID-4", "A process id must be a UUID", also=("JB-1.14", "JB-1.40"))
def process_id_must_be_a_uuid(ground: Ground) -> None:
    class _Uuid(kinds.Text):
        def take(self, value: Json) -> Json:
            if not isinstance(value, str) or not (value == "" or identifiers.is_uuid(value)):
                raise kinds.UnfitError("Not a valid UUID.")
            return value

    ground.field(shapes.JOB_CREATE, "process_id", kind=_Uuid())


@breaks("ID-4", "A process id is told in lower case", also=("JB-4", "WK-1"))
def process_id_is_told_in_lower_case(ground: Ground) -> None:
    _data_with(ground, lambda told: {"process_id": told["process_id"] and told["process_id"].lower()})


@breaks("ID-5", "The id of a user is told as a text", also=("US-0.1", "US-2", "US-1"))
def user_id_is_a_text(ground: Ground) -> None:
    ground.wrap(
        user_routes.shown,
        lambda original, call, user: {**original(call, user), "user_id": str(user.user_id)},
    )


@breaks("ID-5", "The id of a token is told as a text", also=("TK-1", "TK-3"))
def token_id_is_a_text(ground: Ground) -> None:
    ground.wrap(
        token_routes.read,
        lambda original, call: (lambda told: {**told, "id": str(told["id"])})(original(call)),
    )


@breaks("ID-5", "The token of a job is told by a text", also=("JB-4", "JB-1.52"))
def token_of_a_job_is_a_text(ground: Ground) -> None:
    _data_with(ground, lambda told: {"token_id": str(told["token_id"])})


@breaks("ID-7", "A job id in capital letters is malformed", also=("JB-2", "JB-2.1"))
def capitals_make_an_id_malformed(ground: Ground) -> None:
    ground.set(identifiers, "_UUID", re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))


@breaks("ID-7", "A job id of another version is malformed", also=("JB-5.3", "JB-6.2"))
def other_versions_are_malformed(ground: Ground) -> None:
    ground.set(
        identifiers,
        "_UUID",
        re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"),
    )


@breaks("ID-7", "A job id in capital letters is unknown", also=("JB-2",))
def capitals_make_an_id_unknown(ground: Ground) -> None:
    ground.wrap(
        jobs.find,
        lambda original, cloud, job_id: original(cloud, job_id) if job_id == job_id.lower() else None,
    )


@breaks("ID-8", "A platform's name may hold a space", also=("PF-1.2", "PF-3.2", "ID-3"))
def name_may_hold_a_space(ground: Ground) -> None:
    ground.set(platforms, "_NAME", re.compile(r"[a-z][a-z0-9_-]*(:[A-Za-z0-9._ -]+)+", re.ASCII))


@breaks("ID-8", "A platform's kind may begin with a digit", also=("PF-1.2", "PF-3.2"))
def kind_may_begin_with_a_digit(ground: Ground) -> None:
    ground.set(platforms, "_NAME", re.compile(r"[a-z0-9_-]+(:[A-Za-z0-9._-]+)+", re.ASCII))


@breaks("ID-8", "A platform's name may end in a colon", also=("PF-1.2", "PF-3.2", "ID-3"))
def name_may_end_in_a_colon(ground: Ground) -> None:
    ground.set(platforms, "_NAME", re.compile(r"[a-z][a-z0-9_-]*(:[A-Za-z0-9._-]*)+", re.ASCII))


@breaks("ID-8", "A platform's name may have 256 characters", also=("PF-1.2", "PF-3.2"))
def name_may_be_longer(ground: Ground) -> None:
    ground.set(platforms, "LONGEST_NAME", 256)


@breaks("ID-8", "A platform's name may not have 255 characters", also=("PF-1.2",))
def longest_name_is_refused(ground: Ground) -> None:
    ground.set(platforms, "LONGEST_NAME", 254)


def _find_by_either(ground: Ground) -> None:
    ground.wrap(
        platforms.find,
        lambda original, cloud, platform_id: (
            original(cloud, platform_id) or platforms_table.find_by_name(cloud.db, platform_id)
        ),
    )


@breaks("ID-9", "A platform is found by its name where an id is wanted", also=("ID-10", "PF-2.1", "PP-1.2"))
def name_is_taken_for_an_id(ground: Ground) -> None:
    _find_by_either(ground)


@breaks("ID-9", "A platform is found by its id where a name is wanted", also=("PL-2.1", "PL-1.1"))
def id_is_taken_for_a_name(ground: Ground) -> None:
    ground.wrap(
        platforms.require_by_name,
        lambda original, cloud, name: platforms.find(cloud, name) or original(cloud, name),
    )


@breaks("ID-10", "A user is given a platform by its name", also=("US-1.2", "ID-9", "US-3.5"))
def user_gets_a_platform_by_its_name(ground: Ground) -> None:
    ground.wrap(
        users._require_acceptable,
        lambda original, cloud, members, except_id: original(
            cloud,
            {name: value for name, value in members.items() if name != "platform_ids"}
            if all(":" in one for one in members.get("platform_ids", []))
            else members,
            except_id,
        ),
    )


@breaks("ID-10", "A name where an id is wanted is malformed", also=("PF-2.1", "PP-1.2"))
def name_in_the_place_of_an_id_is_malformed(ground: Ground) -> None:
    def require(original: Original, cloud: Cloud, platform_id: str) -> Json:
        if ":" in platform_id:
            raise bad_request(f"Invalid platform: {platform_id}")
        return original(cloud, platform_id)

    ground.wrap(platforms.require, require)
