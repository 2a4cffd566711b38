"""Faults of what is open to everyone, SV-1 to SV-7, and of limits and settings, LM-1 to LM-7."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground, with_field
from sandbox.cloud import Cloud
from sandbox.json_text import Json, JsonText
from sandbox.routes import app, document, service, shapes
from sandbox.routes.calls import Operation
from sandbox.routes.kinds import Integer
from sandbox.rules import admission, credentials, expiry, platforms, users
from sandbox.rules.credentials import Surface
from sandbox.rules.refusals import bad_request, unauthorized
from sandbox.store import jobs_table, platforms_table
from sandbox.store.records import Platform

_MAINTENANCE = '{"start_time": "2040-01-01T00:00:00Z", "end_time": "2040-01-02T00:00:00Z"}'


def _describe_with(ground: Ground, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the description of the routes."""

    def served(original: Original, *given: Any) -> dict[str, Any]:  # noqa: ANN401 - as the function
        described: dict[str, Any] = original(*given)
        change(described)
        return described

    ground.wrap(document.served, served)


def _show_with(ground: Ground, change: Callable[[Platform], dict[str, Json]]) -> None:
    """Have the public list show these members of each platform so."""
    ground.wrap(service.public_view, lambda original, platform: {**original(platform), **change(platform)})


def _wants_a_credential(ground: Ground, *identifiers: str, even_without: bool) -> None:
    async def answer(original: Original, cloud: Cloud, row: Operation, request: Request) -> Json:
        shown = app._authorization(request)
        if row.id in identifiers and (shown or even_without):
            value = credentials.bearer_value(shown)
            if value is None or credentials.find(cloud, value) is None:
                raise unauthorized(Surface.ACCOUNT.value)
        return await original(cloud, row, request)

    ground.wrap(app._answer, answer)


@breaks("SV-1", "There is nothing at the root", also=("SV-1.1", "SV-7", "PM-1"))
def nothing_at_the_root(ground: Ground) -> None:
    ground.operation("SV-1", path="/home")


@breaks("SV-1", "The root asks for a credential", also=("SV-1.1", "SV-7", "PM-1"))
def root_wants_a_credential(ground: Ground) -> None:
    _wants_a_credential(ground, "SV-1", even_without=True)


@breaks("SV-1.1", "The root says something else", also=("SV-7",))
def root_says_something_else(ground: Ground) -> None:
    ground.replace(service.home, lambda call: {"message": "welcome"})


@breaks("SV-2", "The health is told in other words", also=("SV-7",))
def health_has_other_words(ground: Ground) -> None:
    ground.replace(service.health, lambda call: {"status": "ok"})


@breaks("SV-2", "The health tells more than that", also=("SV-7",))
def health_tells_more(ground: Ground) -> None:
    ground.replace(service.health, lambda call: {"message": "ok", "uptime": 17})


@breaks("SV-2", "The health asks for a credential", also=("SV-7", "PM-1"), known_as="D019")
def health_wants_a_credential(ground: Ground) -> None:
    _wants_a_credential(ground, "SV-2", even_without=True)


@breaks("SV-3", "The description is of OpenAPI 3.1", also=("SV-3.1",))
def description_is_of_another_version(ground: Ground) -> None:
    _describe_with(ground, lambda described: described.update(openapi="3.1.0"))


@breaks("SV-3", "The description lacks a published route", also=("SV-3.1",))
def description_lacks_a_route(ground: Ground) -> None:
    _describe_with(ground, lambda described: described["paths"].pop("/api/tokens/usage/report"))


@breaks("SV-3", "The description asks for a credential", also=("SV-7", "PM-1"))
def description_wants_a_credential(ground: Ground) -> None:
    _wants_a_credential(ground, "SV-3", even_without=True)


@breaks("SV-3.1", "The description lacks a status of a published operation")
def description_lacks_a_status(ground: Ground) -> None:
    _describe_with(ground, lambda described: described["paths"]["/api/jobs"]["post"]["responses"].pop("404"))


@breaks("SV-3.1", "The description has another schema for a published answer")
def description_has_another_schema(ground: Ground) -> None:
    def change(described: dict[str, Any]) -> None:
        described["components"]["schemas"]["JobStatusResponse"]["properties"].pop("progress")

    _describe_with(ground, change)


@breaks("SV-3.1", "The description lacks the routes that only this cloud has")
def description_lacks_own_routes(ground: Ground) -> None:
    _describe_with(ground, lambda described: described["paths"].pop("/admin/job"))


@breaks("SV-3.1", "The description is of version 1", also=("TR-2",))
def description_has_another_version(ground: Ground) -> None:
    _describe_with(ground, lambda described: described["info"].update(version="1.0.0"))


@breaks("SV-4", "The toolbox has no description", also=("SV-7", "PM-1"))
def toolbox_has_no_description(ground: Ground) -> None:
    ground.operation("SV-4", path="/toolbox-openapi.json")


@breaks("SV-4", "The description of the toolbox is of no OpenAPI", also=("SV-4.1",))
def toolbox_description_is_empty(ground: Ground) -> None:
    ground.replace(service.toolbox_openapi, lambda call: {})


@breaks("SV-4.1", "The toolbox answers", also=("EN-8",))
def toolbox_answers(ground: Ground) -> None:
    ground.operation("SV-1", path="/qt/jobs")


@breaks("SV-4.1", "The toolbox asks for a credential", also=("EN-8",))
def toolbox_wants_a_credential(ground: Ground) -> None:
    async def route_error(original: Original, request: Request, error: Exception) -> Any:  # noqa: ANN401
        response = await original(request, error)
        if request.url.path.startswith("/qt"):
            return app.refused(401, Surface.JOB.value, {})
        return response

    ground.wrap(app._route_error, route_error)


@breaks("SV-5", "The state of the parts lacks one", also=("SV-7",))
def state_lacks_a_part(ground: Ground) -> None:
    ground.replace(service.status, lambda call: {"server": "ok"})


@breaks("SV-5", "The state of the parts says that they are well in other words", also=("SV-7",))
def state_has_other_words(ground: Ground) -> None:
    ground.replace(service.status, lambda call: {"db": "up", "server": "up"})


@breaks("SV-5", "The state of the parts asks for a credential", also=("SV-7", "PM-1"), known_as="D019")
def state_wants_a_credential(ground: Ground) -> None:
    _wants_a_credential(ground, "SV-5", even_without=True)


@breaks("SV-6", "The public list of platforms asks for a credential", also=("SV-7", "PM-1", "SV-6.1"))
def public_list_wants_a_credential(ground: Ground) -> None:
    _wants_a_credential(ground, "SV-6", even_without=True)


@breaks("SV-6", "The public list of platforms is an object", also=("PG-3", "SV-6.1"))
def public_list_is_an_object(ground: Ground) -> None:
    ground.wrap(service.public_platforms, lambda original, call: {"platforms": original(call)})


@breaks("SV-6.1", "The public list has a ninth member", also=("SV-6.2",))
def public_list_has_a_ninth_member(ground: Ground) -> None:
    _show_with(ground, lambda platform: {"max_shots": platform.max_shots})


@breaks("SV-6.1", "The public list lacks a description", also=("SV-6",))
def public_list_lacks_a_member(ground: Ground) -> None:
    ground.wrap(
        service.public_view,
        lambda original, platform: {
            name: value for name, value in original(platform).items() if name != "description"
        },
    )


@breaks("SV-6.2", "The public list shows specifications", also=("SV-6.1",), known_as="D020")
def public_list_shows_specs(ground: Ground) -> None:
    _show_with(ground, lambda platform: {"specs": JsonText(platform.specs)})


@breaks("SV-6.2", "The public list shows workers", also=("SV-6.1",), known_as="D020")
def public_list_shows_workers(ground: Ground) -> None:
    _show_with(ground, lambda platform: {"worker_id": "worker-1"})


@breaks("SV-6.2", "The public list shows a user's e-mail", also=("SV-6.1",), known_as="D020")
def public_list_shows_users(ground: Ground) -> None:
    _show_with(ground, lambda platform: {"owner": {"email": "someone@example.com"}})


@breaks("SV-6.3", "The public list has physical platforms only", also=("SV-6", "SV-6.5", "SV-6.7"))
def public_list_lacks_simulators(ground: Ground) -> None:
    _leave_out(ground, lambda platform: platform.type == platforms.DEFAULT_TYPE)


@breaks("SV-6.3", "The public list has available platforms only", also=("PF-6",))
def public_list_lacks_unavailable_ones(ground: Ground) -> None:
    _leave_out(ground, lambda platform: platform.status != platforms.AVAILABLE)


@breaks("SV-6.3", "The public list has deleted platforms", also=("PF-4.2",), known_as="D065")
def public_list_has_deleted_ones(ground: Ground) -> None:
    ground.text(platforms_table.every, " WHERE deleted = 0", "")


def _leave_out(ground: Ground, is_meant: Callable[[Platform], bool]) -> None:
    ground.wrap(
        platforms_table.every, lambda original, db: [one for one in original(db) if not is_meant(one)]
    )


@breaks("SV-6.4", "A maintenance is told as a text", also=("SV-6", "PF-3.3"))
def maintenance_is_a_text(ground: Ground) -> None:
    _show_with(ground, lambda platform: {"maintenance": platform.maintenance})


@breaks("SV-6.4", "A maintenance is told with an offset in the place of Z", also=("SV-6", "PF-3.3"))
def maintenance_has_an_offset(ground: Ground) -> None:
    _show_with(
        ground,
        lambda platform: {
            "maintenance": platform.maintenance and JsonText(platform.maintenance.replace('Z"', '+00:00"'))
        },
    )


@breaks("SV-6.4", "A maintenance has its times under other names", also=("SV-6", "PF-3.3"))
def maintenance_has_other_names(ground: Ground) -> None:
    _show_with(
        ground,
        lambda platform: {
            "maintenance": platform.maintenance
            and JsonText(platform.maintenance.replace("start_time", "start"))
        },
    )


@breaks("SV-6.5", "A platform without maintenance has an empty one", also=("SV-6.4", "SV-6"))
def no_maintenance_is_an_empty_one(ground: Ground) -> None:
    _show_with(
        ground,
        lambda platform: {"maintenance": JsonText(platform.maintenance) if platform.maintenance else {}},
    )


@breaks("SV-6.5", "A platform without maintenance shows one", also=("SV-6.4",))
def every_platform_has_a_maintenance(ground: Ground) -> None:
    _show_with(ground, lambda platform: {"maintenance": JsonText(platform.maintenance or _MAINTENANCE)})


@breaks("SV-6.5", "A maintenance that was taken away stays", also=("PF-3.3",))
def maintenance_stays(ground: Ground) -> None:
    ground.wrap(
        platforms_table.update,
        lambda original, db, platform_id, changes: original(
            db,
            platform_id,
            {name: value for name, value in changes.items() if (name, value) != ("maintenance", None)},
        ),
    )


@breaks("SV-6.6", "A statistic is a list", also=("SV-6.7", "SV-6"))
def statistic_is_a_list(ground: Ground) -> None:
    _show_with(ground, lambda platform: {"statistic": []})


@breaks("SV-6.6", "An availability is above 100 percent", also=("SV-6", "SV-6.7"))
def availability_is_above_100(ground: Ground) -> None:
    _show_with(ground, lambda platform: {"statistic": {"2026-01-01": {"availability": 100.5}}})


@breaks("SV-6.6", "A statistic has numbers in the place of objects", also=("SV-6", "SV-6.7"))
def statistic_holds_numbers(ground: Ground) -> None:
    _show_with(ground, lambda platform: {"statistic": {"2026-01-01": 99.5}})


@breaks("SV-6.7", "A platform without a statistic has null", also=("SV-6.6", "SV-6"))
def statistic_is_null(ground: Ground) -> None:
    _show_with(ground, lambda platform: {"statistic": None})


@breaks("SV-6.8", "The public list of platforms is taken for a platform", also=("SV-6", "SV-7", "PF-2.1"))
def public_is_a_platform(ground: Ground) -> None:
    ground.operation("SV-6", path="/api/public-platforms")
    ground.set(app._PlatformIdConvertor, "regex", "[^/]+")


@breaks("SV-6.8", "A platform may be changed under the id public", also=("TR-13", "EN-9"))
def public_can_be_changed(ground: Ground) -> None:
    ground.set(app._PlatformIdConvertor, "regex", "[^/]+")


@breaks(
    "SV-7",
    "What is open to everyone refuses a credential that is none",
    also=("PM-1",),
    known_as="D019",
)
def open_routes_refuse_bad_credentials(ground: Ground) -> None:
    _wants_a_credential(ground, "SV-1", "SV-2", "SV-3", "SV-4", "SV-5", "SV-6", even_without=False)


@breaks("SV-7", "The health refuses a credential that is none", also=("PM-1", "SV-2"), known_as="D019")
def health_refuses_bad_credentials(ground: Ground) -> None:
    _wants_a_credential(ground, "SV-2", even_without=False)


@breaks("SV-7", "The public list of platforms refuses a credential that is none", also=("PM-1", "SV-6"))
def public_list_refuses_bad_credentials(ground: Ground) -> None:
    _wants_a_credential(ground, "SV-6", even_without=False)


@breaks("LM-1", "One job more may wait than the cloud says", also=("JB-1.4",))
def one_more_job_may_wait(ground: Ground) -> None:
    def require(original: Original, cloud: Cloud, *rest: Any) -> None:  # noqa: ANN401 - as the rule
        more = replace(cloud.settings, max_waiting_jobs=cloud.settings.max_waiting_jobs + 1)
        original(replace(cloud, settings=more), *rest)

    ground.wrap(admission.require_room, require)


@breaks("LM-1", "The jobs that wait are counted for each platform", also=("JB-1.4", "Q-7"))
def waiting_jobs_are_counted_by_platform(ground: Ground) -> None:
    def require(original: Original, cloud: Cloud, user: Any, platform: Platform) -> None:  # noqa: ANN401
        waiting = cloud.db.number(
            "SELECT count(*) FROM jobs WHERE user_id = ? AND platform_id = ? AND status = 'waiting'",
            (user.user_id, platform.platform_id),
        )
        limit = cloud.settings.max_waiting_jobs
        if waiting >= limit:
            raise bad_request(f"Cannot create more than {limit} jobs")

    ground.wrap(admission.require_room, require)


@breaks("LM-1", "The jobs that wait are counted over all users", also=("JB-1.4", "Q-7"))
def waiting_jobs_are_counted_over_users(ground: Ground) -> None:
    def require(original: Original, cloud: Cloud, *rest: Any) -> None:  # noqa: ANN401 - as the rule
        original(cloud, *rest)
        limit = cloud.settings.max_waiting_jobs
        if cloud.db.number("SELECT count(*) FROM jobs WHERE status = 'waiting'") >= limit:
            raise bad_request(f"Cannot create more than {limit} jobs")

    ground.wrap(admission.require_room, require)


@breaks("LM-2", "One job more may run than the cloud says", also=("Q-4",))
def one_more_job_may_run(ground: Ground) -> None:
    ground.wrap(jobs_table.claim, lambda original, db, *, cap, **asked: original(db, cap=cap + 1, **asked))


@breaks("LM-2", "The jobs that run are counted for each platform", also=("Q-4",))
def running_jobs_are_counted_by_platform(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", "WHERE status IN (", "WHERE platform_id = :platform_id AND status IN (")


@breaks("LM-3", "One toolbox job more may run than the cloud says", also=("JB-1.21", "JB-1.45"))
def one_more_toolbox_job_may_run(ground: Ground) -> None:
    def require(original: Original, cloud: Cloud, *rest: Any) -> None:  # noqa: ANN401 - as the rule
        more = replace(cloud.settings, max_qt_jobs=cloud.settings.max_qt_jobs + 1)
        original(replace(cloud, settings=more), *rest)

    ground.wrap(admission.require_room, require)


@breaks("LM-3", "The toolbox jobs that run are counted for each platform", also=("JB-1.21", "JB-7.4"))
def toolbox_jobs_are_not_counted(ground: Ground) -> None:
    ground.replace(admission.running_toolbox_jobs, lambda cloud, user: 0)


@breaks("LM-4", "A token may live for two years", also=("TK-2.6",))
def token_may_live_for_two_years(ground: Ground) -> None:
    ground.wrap(shapes.token_generate, lambda original, longest: original(2 * longest))


@breaks("LM-4", "A token may not live for more than a month", also=("TK-2.6", "AK-1.3"))
def token_may_live_for_a_month_only(ground: Ground) -> None:
    ground.wrap(shapes.token_generate, lambda original, longest: original(2_592_000))


@breaks("LM-4", "A token may live for no time at all", also=("TK-2.6",))
def token_may_live_for_no_time(ground: Ground) -> None:
    ground.wrap(
        shapes.token_generate,
        lambda original, longest: with_field(original(longest), "duration", kind=Integer(0, longest)),
    )


@breaks("LM-5", "A login is said to last an hour", also=("US-0.1", "US-0.7"))
def login_lasts_an_hour(ground: Ground) -> None:
    def log_in(original: Original, cloud: Cloud, *rest: Any) -> Json:  # noqa: ANN401 - as the rule
        return original(replace(cloud, settings=replace(cloud.settings, login_duration=3600)), *rest)

    ground.wrap(users.log_in, log_in)


@breaks("LM-6", "A platform without limits has one of 600 s", also=("PF-1.12", "JB-1.6", "LM-7"))
def platform_has_a_limit_of_time(ground: Ground) -> None:
    ground.wrap(
        admission.require_duration,
        lambda original, platform, wanted: original(
            replace(platform, max_duration=platform.max_duration or 600), wanted
        ),
    )


@breaks("LM-6", "A platform without limits has one of 10000 shots", also=("PF-1.12",))
def platform_has_a_limit_of_shots(ground: Ground) -> None:
    ground.wrap(
        admission.require_shots,
        lambda original, platform, payload: original(
            replace(platform, max_shots=platform.max_shots or 10_000), payload
        ),
    )


@breaks("LM-7", "A job may not last for 864000 s", also=("JB-1.6",), known_as="D076")
def longest_duration_is_excluded(ground: Ground) -> None:
    ground.set(expiry, "LONGEST_DURATION", expiry.LONGEST_DURATION - 1)


@breaks("LM-7", "A job may last for 864001 s", also=("JB-1.6",), known_as="D076")
def longest_duration_is_exceeded(ground: Ground) -> None:
    def require(original: Original, platform: Platform, wanted: int | None) -> None:
        original(platform, wanted - 1 if wanted is not None and wanted > 1 else wanted)

    ground.wrap(admission.require_duration, require)
