"""Faults of the usage report: TK-9, UR-1 to UR-17."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground
from sandbox.json_text import Json
from sandbox.routes import kinds, shapes
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Anything, QueryIds, QueryInteger, UnfitError
from sandbox.rules import admission, clock, jobs, platforms, publication, tokens, usage
from sandbox.rules.refusals import RefusalError, bad_request
from sandbox.store import jobs_table, tokens_table
from sandbox.store.records import Token


def _units_with(ground: Ground, **members: Callable[[Mapping[str, Any]], Json]) -> None:
    """Have each platform of the report show these members so."""
    _report_as(
        ground,
        lambda entry: {
            **entry,
            "usage": [
                {**unit, **{name: value(unit) for name, value in members.items()}} for unit in entry["usage"]
            ],
        },
    )


def _report_as(ground: Ground, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    ground.wrap(token_routes.usage_report, lambda original, call: [change(entry) for entry in original(call)])


def _ask_for(ground: Ground, changed: Callable[[Call], Mapping[str, Any]]) -> None:
    """Have the report made for a query that differs from the one that was asked in these parameters."""
    ground.wrap(
        token_routes.usage_report,
        lambda original, call: original(replace(call, query={**call.query, **changed(call)})),
    )


def _count_if(ground: Ground, condition: str) -> None:
    """Count jobs by this condition in place of that they have started."""
    ground.text(jobs_table.usage, "started IS NOT NULL", condition)


def _read_ids(ground: Ground, read: Callable[[Original, QueryIds, str], list[int]]) -> None:
    ground.wrap(QueryIds._ids, read)


@breaks("TK-9", "The usage report lacks credits", also=("UR-6",))
def report_lacks_credits(ground: Ground) -> None:
    _report_as(
        ground,
        lambda entry: {
            **entry,
            "usage": [
                {name: one for name, one in unit.items() if name != "credits"} for unit in entry["usage"]
            ],
        },
    )


@breaks("TK-9", "The usage report is an object with a list in it", also=("PG-3", "UR-1", "UR-11"))
def report_is_an_object(ground: Ground) -> None:
    ground.wrap(token_routes.usage_report, lambda original, call: {"usage": original(call)})


@breaks("TK-9.1", "The usage report is taken for a token whose id is no number", also=("TK-9",))
def report_is_taken_for_a_token(ground: Ground) -> None:
    ground.operation("TK-9", path="/api/tokens/usage/{token_id}")


@breaks("TK-9.2", "The usage report wants to know when it begins")
def report_wants_a_start(ground: Ground) -> None:
    ground.field(shapes.USAGE, "start_time", required=True)


@breaks("TK-9.2", "The usage report wants to know which tokens", also=("UR-11",))
def report_wants_tokens(ground: Ground) -> None:
    ground.field(shapes.USAGE, "token_ids", required=True)


@breaks("TK-9.2", "The usage report wants a type")
def report_wants_a_type(ground: Ground) -> None:
    ground.set(
        shapes.USAGE, "fields", (*shapes.USAGE.fields, shapes.Field("type", Anything(), required=True))
    )


@breaks("TK-9.2", "The usage report refuses a type that it does not know", also=("TR-28",))
def report_refuses_a_type(ground: Ground) -> None:
    ground.set(
        shapes.USAGE,
        "fields",
        (*shapes.USAGE.fields, shapes.Field("type", QueryInteger(0, 0), nullable=True)),
    )


@breaks("UR-1", "The platforms of a token are merged into one", known_as="D116")
def platforms_are_merged(ground: Ground) -> None:
    ground.text(jobs_table.usage, "GROUP BY jobs.platform_id", "GROUP BY token_id")


@breaks("UR-1", "Each job is a line of its own", also=("UR-4",), known_as="D116")
def jobs_are_not_merged(ground: Ground) -> None:
    ground.text(jobs_table.usage, "GROUP BY jobs.platform_id", "GROUP BY jobs.sequence")


@breaks("UR-1", "A report names one token for all entries", also=("UR-14",))
def entries_are_of_one_token(ground: Ground) -> None:
    ground.wrap(
        token_routes.usage_report,
        lambda original, call: [{**entry, "token_id": call.token.token_id} for entry in original(call)],
    )


@breaks("UR-1", "The report of some tokens holds all of the user's", also=("UR-7", "UR-10"))
def report_holds_all_tokens(ground: Ground) -> None:
    def reported(original: Original, *args: Any) -> list[Token]:  # noqa: ANN401 - those of the function
        original(*args)
        cloud, caller, _ = args
        return tokens_table.of_user(cloud.db, caller.user.user_id)

    ground.wrap(usage.reported_tokens, reported)


@breaks("UR-1", "The jobs of a user count for each of their tokens", also=("UR-17", "CT-1"))
def jobs_count_for_every_token(ground: Ground) -> None:
    ground.text(
        jobs_table.usage,
        "WHERE token_id = :token_id",
        "WHERE user_id = (SELECT user_id FROM tokens WHERE token_id = :token_id)",
    )


@breaks("UR-2", "The total is one more than the platforms add up to", known_as="D116")
def total_is_too_large(ground: Ground) -> None:
    _report_as(ground, lambda entry: {**entry, "total_jobs": entry["total_jobs"] + (entry["total_jobs"] > 0)})


@breaks("UR-2", "The total is the number of platforms", known_as="D116")
def total_counts_platforms(ground: Ground) -> None:
    _report_as(ground, lambda entry: {**entry, "total_jobs": len(entry["usage"])})


@breaks("UR-3", "A token without jobs is left out of the report", also=("UR-11", "UR-10", "UR-15"))
def unused_token_is_not_reported(ground: Ground) -> None:
    ground.wrap(
        token_routes.usage_report,
        lambda original, call: [entry for entry in original(call) if entry["total_jobs"]],
    )


@breaks("UR-3", "A token without jobs has null for its usage", also=("UR-2",))
def unused_token_has_null_usage(ground: Ground) -> None:
    _report_as(ground, lambda entry: {**entry, "usage": entry["usage"] or None})


@breaks("UR-3", "A token without jobs has null for its total", also=("UR-2",))
def unused_token_has_a_null_total(ground: Ground) -> None:
    _report_as(ground, lambda entry: {**entry, "total_jobs": entry["total_jobs"] or None})


@breaks("UR-4", "Jobs that never ran are counted", known_as="D116")
def jobs_that_never_ran_are_counted(ground: Ground) -> None:
    _count_if(ground, "1 = 1")


@breaks("UR-4", "Jobs that wait are counted", known_as="D116")
def waiting_jobs_are_counted(ground: Ground) -> None:
    _count_if(ground, "(started IS NOT NULL OR jobs.status = 'waiting')")


@breaks("UR-4", "Jobs count only when they have ended")
def running_jobs_are_not_counted(ground: Ground) -> None:
    _count_if(ground, "jobs.duration IS NOT NULL AND started IS NOT NULL")


@breaks("UR-4", "Jobs that failed are not counted", also=("UR-1", "UR-6", "UR-17"))
def failed_jobs_are_not_counted(ground: Ground) -> None:
    _count_if(ground, "started IS NOT NULL AND jobs.status <> 'error'")


@breaks("UR-4", "Jobs that were canceled while they ran are not counted")
def canceled_jobs_are_not_counted(ground: Ground) -> None:
    _count_if(ground, "started IS NOT NULL AND jobs.status <> 'canceled'")


@breaks("UR-4", "Only completed jobs are counted", also=("UR-1", "UR-5", "UR-6", "UR-17"))
def only_completed_jobs_are_counted(ground: Ground) -> None:
    _count_if(ground, "jobs.status = 'completed'")


@breaks("UR-4", "The beginning of the span is ignored")
def start_of_the_span_is_ignored(ground: Ground) -> None:
    _ask_for(ground, lambda call: {"start_time": None})


@breaks("UR-4", "The end of the span is ignored")
def end_of_the_span_is_ignored(ground: Ground) -> None:
    _ask_for(ground, lambda call: {"end_time": None})


@breaks("UR-4", "Jobs are counted by the time of their creation")
def jobs_are_counted_by_creation(ground: Ground) -> None:
    ground.text(jobs_table.usage, "started >= :start", "jobs.created >= :start")
    ground.text(jobs_table.usage, "started < :end", "jobs.created < :end")


@breaks("UR-4", "A job that starts when the span ends is counted")
def end_of_the_span_is_counted(ground: Ground) -> None:
    ground.text(jobs_table.usage, "started < :end", "started <= :end")


@breaks("UR-4", "A job that starts when the span begins is not counted")
def start_of_the_span_is_not_counted(ground: Ground) -> None:
    ground.text(jobs_table.usage, "started >= :start", "started > :start")


@breaks("UR-4", "The zone of the span is dropped", also=("TM-5",))
def zone_of_the_span_is_dropped(ground: Ground) -> None:
    ground.wrap(
        kinds.QueryTime.take,
        lambda original, kind, value: original(kind, value[:-6] + "Z" if value[-6] in "+-" else value),
    )


@breaks("UR-5", "The duration of a job that runs is counted up to now")
def running_jobs_have_a_duration(ground: Ground) -> None:
    ground.text(
        jobs_table.usage,
        "sum(duration)",
        "sum(coalesce(duration, 1 + cast((julianday('now') - 2440587.5) * 86400 - started AS INTEGER)))",
    )


@breaks("UR-5", "Durations are not summed up")
def durations_are_not_summed(ground: Ground) -> None:
    ground.text(jobs_table.usage, "sum(duration)", "max(duration)")


@breaks("UR-5", "Jobs have no duration in the report")
def jobs_have_no_duration(ground: Ground) -> None:
    _units_with(ground, duration_seconds=lambda unit: 0)


@breaks("UR-5", "Durations are told in milliseconds", also=("TM-2",))
def durations_are_in_milliseconds(ground: Ground) -> None:
    _units_with(ground, duration_seconds=lambda unit: unit["duration_seconds"] * 1000)


@breaks("UR-6", "What jobs reserved is told for what they cost")
def reserves_are_told_for_costs(ground: Ground) -> None:
    ground.text(jobs_table.usage, "total(charged)", "total(reserved)")


@breaks("UR-6", "What jobs cost a user without limit is not told")
def unlimited_users_have_no_costs(ground: Ground) -> None:
    def publication_of(original: Original, *args: Any) -> Any:  # noqa: ANN401 - as the function
        report = original(*args)
        return replace(report, charged=None)

    ground.wrap(publication._final, publication_of)


@breaks("UR-6", "The costs of a platform are those of one job")
def costs_are_not_summed(ground: Ground) -> None:
    ground.text(jobs_table.usage, "total(charged)", "max(charged) + 0.0")


@breaks("UR-6", "What a job cost is told as free as well")
def costs_are_free_as_well(ground: Ground) -> None:
    _units_with(ground, free_credits=lambda unit: unit["credits"])


@breaks("UR-6", "What shots the worker counted is not looked at in the report", also=("CR-5",))
def counted_shots_are_not_reported(ground: Ground) -> None:
    ground.replace(admission.charged_credits, lambda reserved, shots: reserved)


@breaks("UR-7", "Revoked tokens are not reported")
def revoked_tokens_are_not_reported(ground: Ground) -> None:
    _report_only(ground, lambda token: not token.is_revoked)


@breaks("UR-7", "Expired tokens are not reported")
def expired_tokens_are_not_reported(ground: Ground) -> None:
    _report_only(ground, lambda token: token.expires > clock.now())


def _report_only(ground: Ground, is_meant: Callable[[Token], bool]) -> None:
    ground.wrap(
        usage.reported_tokens,
        lambda original, *args: [token for token in original(*args) if is_meant(token)],
    )


@breaks("UR-7", "A revoked token that is asked for is invalid", also=("UR-8",))
def revoked_token_is_invalid_in_the_report(ground: Ground) -> None:
    def reported(original: Original, *args: Any) -> list[Token]:  # noqa: ANN401 - those of the function
        found: list[Token] = original(*args)
        if args[2] and any(token.is_revoked for token in found):
            raise bad_request("Token not found or invalid")
        return found

    ground.wrap(usage.reported_tokens, reported)


@breaks("UR-8", "Unknown ids are left out of the report")
def unknown_ids_are_left_out_of_the_report(ground: Ground) -> None:
    def reported(original: Original, cloud: Any, caller: Any, token_ids: Any) -> list[Token]:  # noqa: ANN401
        known = [one for one in token_ids if tokens_table.find(cloud.db, one)]
        found: list[Token] = original(cloud, caller, known) if known or not token_ids else []
        return found

    ground.wrap(usage.reported_tokens, reported)


@breaks("UR-8", "An unknown id is told in other words", also=("UR-9",))
def unknown_id_gets_another_text(ground: Ground) -> None:
    ground.text(usage.reported_tokens, "Token not found or invalid", "Invalid token")


@breaks("UR-8", "An unknown id is not found instead of a bad request", also=("UR-9",))
def unknown_id_is_not_found(ground: Ground) -> None:
    def reported(original: Original, *args: Any) -> list[Token]:  # noqa: ANN401 - those of the function
        try:
            found: list[Token] = original(*args)
        except RefusalError as refusal:
            raise RefusalError(404 if refusal.status == 400 else 403, refusal.error) from refusal
        return found

    ground.wrap(usage.reported_tokens, reported)


@breaks("UR-9", "The tokens of others are reported", also=("PM-25",), known_as="D118")
def tokens_of_others_are_reported(ground: Ground) -> None:
    def reported(original: Original, cloud: Any, caller: Any, token_ids: Any) -> list[Token]:  # noqa: ANN401
        found = [token for one in sorted(set(token_ids)) if (token := tokens_table.find(cloud.db, one))]
        return found or list(original(cloud, caller, token_ids))

    ground.wrap(usage.reported_tokens, reported)


@breaks("UR-9", "The tokens of others are reported as unused", also=("PM-25",), known_as="D118")
def tokens_of_others_are_reported_as_unused(ground: Ground) -> None:
    ground.wrap(
        token_routes.usage_report,
        lambda original, call: (
            [{"token_id": one, "total_jobs": 0, "usage": []} for one in sorted(set(call.query["token_ids"]))]
            if _foreign(call)
            else original(call)
        ),
    )


@breaks("UR-9", "Foreign ids are left out of the report", also=("PM-25",), known_as="D118")
def foreign_ids_are_left_out_of_the_report(ground: Ground) -> None:
    def report(original: Original, call: Call) -> Json:
        own = [one for one in call.query["token_ids"] if one not in _foreign(call)]
        if not own and call.query["token_ids"]:
            return []
        return original(replace(call, query={**call.query, "token_ids": own}))

    ground.wrap(token_routes.usage_report, report)


def _foreign(call: Call) -> list[int]:
    """The ids of the query that are other users' tokens."""
    return [
        one
        for one in call.query["token_ids"]
        if (token := tokens_table.find(call.cloud.db, one)) and not tokens.may_touch(call.caller, token)
    ]


@breaks("UR-9", "Deleted tokens are reported when they are asked for")
def deleted_tokens_are_reported(ground: Ground) -> None:
    ground.text(tokens_table.find, " AND deleted = 0", "")


@breaks("UR-10", "Ids are not read in brackets", also=("UR-13", "UR-14"), known_as="D118")
def ids_are_not_read_in_brackets(ground: Ground) -> None:
    def read(original: Original, kind: QueryIds, text: str) -> list[int]:
        if text.startswith("["):
            raise UnfitError("Not a valid integer.")
        return list(original(kind, text))

    _read_ids(ground, read)


@breaks("UR-10", "Of ids with commas the first one counts", also=("UR-14",), known_as="D118")
def first_of_several_ids_counts(ground: Ground) -> None:
    _read_ids(ground, lambda original, kind, text: list(original(kind, text))[:1])


@breaks("UR-10", "Of a repeated parameter the last one counts", also=("TR-18",), known_as="D118")
def last_of_repeated_ids_counts(ground: Ground) -> None:
    ground.wrap(QueryIds.take, lambda original, kind, value: original(kind, value[-1:]))


@breaks("UR-11", "Without ids the calling token alone is reported", also=("UR-12",))
def calling_token_alone_is_reported(ground: Ground) -> None:
    _ask_for(ground, lambda call: {"token_ids": call.query["token_ids"] or [call.token.token_id]})


@breaks("UR-11", "Without ids the tokens of all users are reported", also=("UR-12", "PM-24"))
def tokens_of_all_users_are_reported(ground: Ground) -> None:
    ground.text(tokens_table.of_user, "user_id = ?", "0 <> ?")


@breaks("UR-11", "Without ids nothing is reported", also=("UR-12", "UR-3"))
def nothing_is_reported_without_ids(ground: Ground) -> None:
    ground.wrap(
        token_routes.usage_report,
        lambda original, call: original(call) if call.query["token_ids"] else [],
    )


@breaks("UR-12", "An empty list of ids reports nothing")
def empty_list_of_ids_reports_nothing(ground: Ground) -> None:
    _take_for_nothing(ground, "[]")


@breaks("UR-12", "A null for ids reports nothing")
def null_ids_report_nothing(ground: Ground) -> None:
    _take_for_nothing(ground, "null")


@breaks("UR-12", "An empty value for ids reports nothing")
def empty_ids_report_nothing(ground: Ground) -> None:
    _take_for_nothing(ground, "")


def _take_for_nothing(ground: Ground, wanted: str) -> None:
    """Take this text for the request of a report about no token."""

    def read(original: Original, kind: QueryIds, text: str) -> list[int]:
        return [0] if text.strip().lower() == wanted else list(original(kind, text))

    _read_ids(ground, read)
    ground.wrap(
        token_routes.usage_report,
        lambda original, call: [] if call.query["token_ids"] == [0] else original(call),
    )


@breaks("UR-12", "Deleted tokens are reported where none is asked for")
def deleted_tokens_are_reported_among_all(ground: Ground) -> None:
    ground.text(tokens_table.of_user, " AND deleted = 0", "")


@breaks("UR-13", "Ids that cannot be read are left out")
def unreadable_ids_are_left_out(ground: Ground) -> None:
    def read(original: Original, kind: QueryIds, text: str) -> list[int]:
        try:
            return list(original(kind, text))
        except UnfitError:
            return []

    _read_ids(ground, read)


@breaks("UR-13", "A time without zone is taken for UTC")
def time_without_zone_is_utc(ground: Ground) -> None:
    ground.wrap(
        kinds.QueryTime.take,
        lambda original, kind, value: original(kind, value + "Z" if len(value) == 19 else value),
    )


@breaks("UR-13", "A time that is none is ignored")
def unreadable_time_is_ignored(ground: Ground) -> None:
    def take(original: Original, kind: kinds.QueryTime, value: str) -> float | None:
        try:
            return float(original(kind, value))
        except UnfitError:
            if value[:4].isdigit():
                raise
            return None

    ground.wrap(kinds.QueryTime.take, take)


@breaks("UR-14", "Entries come in the order in which they were asked for", also=("UR-10",))
def entries_come_as_asked(ground: Ground) -> None:
    def report(original: Original, call: Call) -> Json:
        asked = call.query["token_ids"]
        entries: list[dict[str, Json]] = original(call)
        return sorted(entries, key=lambda entry: asked.index(entry["token_id"])) if asked else entries

    ground.wrap(token_routes.usage_report, report)


@breaks("UR-14", "Entries come the newest token first", also=("UR-10", "UR-11", "UR-12"))
def entries_come_in_reverse(ground: Ground) -> None:
    ground.wrap(token_routes.usage_report, lambda original, call: original(call)[::-1])


@breaks("UR-14", "An id that is asked for twice is reported twice", also=("UR-10",))
def repeated_id_is_reported_twice(ground: Ground) -> None:
    def report(original: Original, call: Call) -> Json:
        asked = call.query["token_ids"]
        entries: list[dict[str, Json]] = original(call)
        return [entry for entry in entries for _ in range(max(1, asked.count(entry["token_id"])))]

    ground.wrap(token_routes.usage_report, report)


@breaks("UR-15", "The ends of a span that ends before it begins change places")
def ends_of_a_span_change_places(ground: Ground) -> None:
    def span(call: Call) -> Mapping[str, Any]:
        start, end = call.query["start_time"], call.query["end_time"]
        inverted = start is not None and end is not None and end < start
        return {"start_time": end, "end_time": start} if inverted else {}

    _ask_for(ground, span)


@breaks("UR-16", "A platform has the name that it had when a job was made")
def platform_has_its_first_name(ground: Ground) -> None:
    first: dict[str, str] = {}

    def update(original: Original, cloud: Any, platform: Any, members: Any) -> None:  # noqa: ANN401
        original(cloud, platform, members)
        if "platform_name" in members:
            first.setdefault(members["platform_name"], platform.name)

    ground.wrap(platforms.update, update)
    _units_with(ground, platform_name=lambda unit: first.get(unit["platform_name"], unit["platform_name"]))


@breaks("UR-16", "A platform that was deleted has no name")
def deleted_platform_has_no_name(ground: Ground) -> None:
    ground.text(
        jobs_table.usage, "SELECT platforms.name", "SELECT iif(platforms.deleted, NULL, platforms.name)"
    )


@breaks("UR-16", "Jobs on a platform that was deleted are not counted")
def jobs_on_deleted_platforms_are_not_counted(ground: Ground) -> None:
    _count_if(ground, "started IS NOT NULL AND platforms.deleted = 0")


@breaks("UR-17", "A rerun counts for the token of the first run", also=("RR-7",))
def rerun_counts_for_the_first_token(ground: Ground) -> None:
    def rerun(original: Original, *args: Any) -> str:  # noqa: ANN401 - those of the function
        job_id: str = original(*args)
        cloud, _, _, job, _ = args
        cloud.db.run("UPDATE jobs SET token_id = ? WHERE job_id = ?", (job.token_id, job_id))
        return job_id

    ground.wrap(jobs.rerun, rerun)


@breaks("UR-17", "A rerun is not counted")
def reruns_are_not_counted(ground: Ground) -> None:
    _count_if(ground, "started IS NOT NULL AND rerun_from IS NULL")
