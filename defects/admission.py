"""Faults in what a new job may be: JB-1."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from defects.defect import breaks
from defects.handling import Original, by_its_id, now_in, refuse, with_defaults, without
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json, JsonObject
from sandbox.routes import jobs as job_routes
from sandbox.routes import shapes
from sandbox.routes.kinds import Integer, Kind, Object, Text
from sandbox.rules import admission, credentials, expiry, identifiers, jobs, platforms
from sandbox.rules.admission import Wish
from sandbox.rules.credentials import Caller, Surface
from sandbox.rules.refusals import RefusalError, bad_request, forbidden, not_found, unauthorized
from sandbox.store import jobs_table, platforms_table, tokens_table
from sandbox.store.database import Database
from sandbox.store.records import NewJob, Platform, Token, User

NO_LIMIT = 10**9


@breaks("JB-1", "A new job does not wait: it is canceled as soon as it was taken", also=("J1",))
def new_job_is_canceled_at_once(ground: Ground) -> None:
    def around(original: Original, cloud: Cloud, *args: object) -> str:
        job_id: str = original(cloud, *args)
        jobs.cancel(cloud, now_in(cloud, job_id), "No worker is free")
        return job_id

    ground.wrap(admission.admit, around)


@breaks("JB-1", "A new job is not kept: nobody finds it under the id that was told", also=("J1",))
def new_job_is_lost(ground: Ground) -> None:
    ground.wrap(admission.admit, lambda original, *args: (original(*args), identifiers.new_uuid())[1])


@breaks("JB-1.1", "A payload of null is taken for an empty one")
def null_payload_is_an_empty_one(ground: Ground) -> None:
    ground.wrap(
        admission.admit,
        lambda original, cloud, caller, token, wish: original(
            cloud, caller, token, replace(wish, payload=wish.payload or JsonObject({}, "{}"))
        ),
    )


@breaks("JB-1.1", "A payload of null is refused with another text")
def null_payload_has_another_text(ground: Ground) -> None:
    ground.text(admission.require_payload, "Invalid payload, expected a json object", "Invalid payload")


@breaks("JB-1.2", "A job without a platform is 404 instead of 400", known_as="D074")
def job_without_platform_is_not_found(ground: Ground) -> None:
    ground.wrap(
        admission.wanted_platform,
        lambda original, cloud, wish: (
            original(cloud, wish)
            if wish.platform_id is not None or wish.platform_name is not None
            else refuse(not_found(platforms.NOT_FOUND))
        ),
    )


@breaks("JB-1.2", "A job without a platform makes the cloud fail", also=("EN-10",), known_as="D074")
def job_without_platform_breaks_the_cloud(ground: Ground) -> None:
    ground.wrap(
        admission.wanted_platform,
        lambda original, cloud, wish: (
            original(cloud, wish) if wish.platform_id is not None or wish.platform_name is not None else None
        ),
    )


@breaks("JB-1.2", "A job without a platform goes to the oldest one")
def job_without_platform_gets_the_oldest(ground: Ground) -> None:
    ground.wrap(
        admission.wanted_platform,
        lambda original, cloud, wish: (
            original(cloud, wish)
            if wish.platform_id is not None or wish.platform_name is not None
            else platforms_table.every(cloud.db)[-1]
        ),
    )


@breaks("JB-1.3", "A platform id that names no platform is 404")
def unknown_platform_id_is_not_found(ground: Ground) -> None:
    ground.wrap(
        admission.wanted_platform,
        lambda original, cloud, wish: (
            original(cloud, wish)
            if wish.platform_id is None or platforms.find(cloud, wish.platform_id)
            else refuse(not_found(platforms.NOT_FOUND))
        ),
    )


@breaks("JB-1.3", "A platform id that names no platform is refused without saying which")
def unknown_platform_id_is_not_told(ground: Ground) -> None:
    ground.text(admission.wanted_platform, "Invalid platform: ", "Invalid platform ")


@breaks("JB-1.4", "A user may have any number of waiting jobs")
def waiting_jobs_have_no_cap(ground: Ground) -> None:
    ground.replace(admission.require_room, lambda *_: None)


@breaks("JB-1.4", "One job more than the cap may wait")
def one_job_more_may_wait(ground: Ground) -> None:
    ground.wrap(
        admission.require_room,
        lambda original, cloud, *args: original(_with_cap(cloud, cloud.settings.max_waiting_jobs + 1), *args),
    )


def _with_cap(cloud: Cloud, cap: int) -> Cloud:
    return replace(cloud, settings=replace(cloud.settings, max_waiting_jobs=cap))


@breaks("JB-1.4", "The refusal at the cap of waiting jobs names the cap of running jobs")
def cap_of_waiting_jobs_is_told_wrong(ground: Ground) -> None:
    def around(original: Original, cloud: Cloud, user: User, platform: Platform) -> None:
        try:
            original(cloud, user, platform)
        except RefusalError as refusal:
            waiting, running = cloud.settings.max_waiting_jobs, cloud.settings.max_running_jobs
            raise RefusalError(refusal.status, refusal.error.replace(str(waiting), str(running))) from None

    ground.wrap(admission.require_room, around)


def _duration_is_not_checked(ground: Ground, durations: range) -> None:
    ground.wrap(
        admission.require_duration,
        lambda original, platform, duration: None if duration in durations else original(platform, duration),
    )


@breaks("JB-1.5", "A duration of 0 is taken", known_as="D076")
def duration_of_zero_is_taken(ground: Ground) -> None:
    _duration_is_not_checked(ground, range(1))


@breaks("JB-1.6", "Any duration is taken, however long", known_as="D076")
def duration_has_no_ceiling(ground: Ground) -> None:
    _duration_is_not_checked(ground, range(expiry.LONGEST_DURATION + 1, NO_LIMIT))


@breaks("JB-1.6", "The longest duration itself is refused", known_as="D076")
def longest_duration_is_refused(ground: Ground) -> None:
    ground.wrap(
        admission.require_duration,
        lambda original, platform, duration: original(
            platform, duration + (duration == expiry.LONGEST_DURATION) if duration is not None else None
        ),
    )


@breaks("JB-1.6", "The refusal of a long duration does not name the ceiling")
def ceiling_of_the_duration_is_not_told(ground: Ground) -> None:
    ground.text(admission.require_duration, "Max duration too large, exceeding ", "Max duration too large: ")


@breaks("JB-1.7", "The platform's limit of the duration is ignored", known_as="D076")
def platform_limit_of_the_duration_is_ignored(ground: Ground) -> None:
    ground.wrap(
        admission.require_duration,
        lambda original, platform, duration: original(replace(platform, max_duration=None), duration),
    )


@breaks("JB-1.7", "The platform's limit of the duration is itself refused", known_as="D076")
def platform_limit_of_the_duration_is_refused(ground: Ground) -> None:
    ground.wrap(
        admission.require_duration,
        lambda original, platform, duration: original(
            replace(platform, max_duration=platform.max_duration and platform.max_duration - 1), duration
        ),
    )


@breaks("JB-1.7", "The refusal of a long duration swaps value and limit", known_as="D076")
def duration_and_limit_are_swapped(ground: Ground) -> None:
    def around(original: Original, platform: Platform, duration: int | None) -> None:
        try:
            original(platform, duration)
        except RefusalError as refusal:
            if not refusal.error.startswith("Max_duration"):
                raise
            text = f"Max_duration {platform.max_duration}(s) exceeds the platform limit of {duration}(s)"
            raise bad_request(text) from None

    ground.wrap(admission.require_duration, around)


def _shots_are_not_checked(ground: Ground, shots: range) -> None:
    ground.wrap(
        admission.require_shots,
        lambda original, platform, payload: (
            None
            if type(payload.get("max_shots")) is int and payload["max_shots"] in shots
            else original(platform, payload)
        ),
    )


@breaks("JB-1.8", "A job of 0 shots is taken", known_as="D077")
def zero_shots_are_taken(ground: Ground) -> None:
    _shots_are_not_checked(ground, range(1))


@breaks("JB-1.8", "A job of a negative number of shots is taken", known_as="D077")
def negative_shots_are_taken(ground: Ground) -> None:
    _shots_are_not_checked(ground, range(-NO_LIMIT, 0))


@breaks("JB-1.9", "The platform's limit of shots is ignored", known_as="D077")
def platform_limit_of_shots_is_ignored(ground: Ground) -> None:
    ground.wrap(
        admission.require_shots,
        lambda original, platform, payload: original(replace(platform, max_shots=None), payload),
    )


@breaks("JB-1.9", "The platform's limit of shots is itself refused")
def platform_limit_of_shots_is_refused(ground: Ground) -> None:
    ground.wrap(
        admission.require_shots,
        lambda original, platform, payload: original(
            replace(platform, max_shots=platform.max_shots and platform.max_shots - 1), payload
        ),
    )


@breaks("JB-1.9", "The refusal of too many shots is worded otherwise", known_as="D077")
def limit_of_shots_is_worded_otherwise(ground: Ground) -> None:
    ground.text(
        admission.require_shots, "Max shots must less than or equal to ", "Max shots must be at most "
    )


@breaks("JB-1.10", "A retired platform takes jobs", known_as="D067")
def retired_platform_takes_jobs(ground: Ground) -> None:
    ground.replace(platforms.accepts_new_jobs, lambda platform: platform.status != platforms.DECOMMISSIONED)


@breaks("JB-1.10", "A decommissioned platform takes jobs", known_as="D067")
def decommissioned_platform_takes_jobs(ground: Ground) -> None:
    ground.replace(platforms.accepts_new_jobs, lambda platform: platform.status != platforms.RETIRED)


@breaks("JB-1.10", "The refusal of a closed platform does not name its status", known_as="D067")
def status_of_a_closed_platform_is_not_told(ground: Ground) -> None:
    ground.text(admission.require_access, "Create job disabled, Platform in ", "Create job disabled: ")


@breaks("JB-1.11", "A platform takes commands that it does not list")
def command_is_not_checked(ground: Ground) -> None:
    ground.replace(admission.command_is_offered, lambda *_: True)


@breaks("JB-1.11", "The refusal of a command names the platform's id")
def refusal_of_a_command_names_the_id(ground: Ground) -> None:
    ground.wrap(
        admission.require_command,
        lambda original, user, platform, payload: original(
            user, replace(platform, name=platform.platform_id), payload
        ),
    )


@breaks("JB-1.12", "A toolbox platform refuses a command in the words of other platforms", also=("JB-1.44",))
def toolbox_refuses_like_other_platforms(ground: Ground) -> None:
    ground.text(
        admission.require_command, "Quantum Toolbox command '", "Quantum Toolbox has no such command: '"
    )


@breaks("JB-1.13", "An empty iterator is taken")
def empty_iterator_is_taken(ground: Ground) -> None:
    ground.wrap(
        admission.require_iterator,
        lambda original, payload: None if payload.get("iterator") == [] else original(payload),
    )


@breaks("JB-1.13", "An iterator that is no list is taken")
def iterator_may_be_anything(ground: Ground) -> None:
    ground.wrap(
        admission.require_iterator,
        lambda original, payload: original(payload) if payload.get("iterator") == [] else None,
    )


@breaks("JB-1.14", "A process id of another user is taken", also=("JB-1.41",), known_as="D079")
def process_id_of_another_is_taken(ground: Ground) -> None:
    ground.replace(admission.require_process, lambda *_: None)


@breaks("JB-1.15", "The creation of a job refuses a credential with the account text")
def creation_refuses_with_the_account_text(ground: Ground) -> None:
    ground.operation("JB-1", surface=Surface.ACCOUNT)


@breaks("JB-1.16", "Explorer tokens create jobs everywhere", also=("EX-1", "EX-2"), known_as="D055")
def explorer_creates_jobs(ground: Ground) -> None:
    ground.replace(admission.require_explorer_allowed, lambda *_: None)


@breaks("JB-1.16", "Explorer tokens are refused for lack of permission, 403", also=("EX-1", "EX-2"))
def explorer_is_forbidden(ground: Ground) -> None:
    ground.replace(
        admission.require_explorer_allowed,
        lambda token, platform: (
            refuse(forbidden(admission.EXPLORER_REFUSED))
            if token.is_explorer and not platform.allow_explorer
            else None
        ),
    )


@breaks(
    "JB-1.17", "A deactivated user's token is refused like an unknown one", also=("A-3",), known_as="D010"
)
def deactivated_user_gets_the_token_text(ground: Ground) -> None:
    ground.set(credentials, "INVALID_USER", Surface.JOB.value)


@breaks("JB-1.17", "A deactivated user goes on creating jobs", also=("A-3",), known_as="D010")
def deactivated_user_creates_jobs(ground: Ground) -> None:
    ground.replace(credentials.user_is_active, lambda user: True)


@breaks("JB-1.18", "Credits are not looked at", also=("CR-2", "CR-3", "CR-4", "JB-1.19"))
def creation_ignores_credits(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, replace(user, credits=None), platform, need
        ),
    )


@breaks("JB-1.18", "Too few credits are told as reserved ones", also=("CR-2",))
def too_few_credits_are_told_as_reserved(ground: Ground) -> None:
    reserved = ": all remaining credits are reserved by waiting or running jobs"
    ground.wrap(
        admission.require_means,
        lambda original, *args: _worded(
            original, args, "Not enough credits", f"Not enough credits{reserved}"
        ),
    )


@breaks("JB-1.19", "Credits that waiting jobs reserve are spent a second time", also=("CR-3", "CR-4"))
def reserved_credits_are_not_counted(ground: Ground) -> None:
    ground.replace(jobs_table.reserved_credits, lambda *_: 0.0)


@breaks("JB-1.19", "Reserved credits are told as too few", also=("CR-3",))
def reserved_credits_are_told_as_too_few(ground: Ground) -> None:
    ground.text(
        admission.require_means, ": all remaining credits are reserved by waiting or running jobs", ""
    )


@breaks("JB-1.20", "A user without time left creates jobs", also=("CR-7",))
def time_left_is_not_looked_at(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, replace(user, time_left=None), platform, need
        ),
    )


@breaks("JB-1.20", "The refusal of a user without time left names the platform, not its type", also=("CR-7",))
def time_left_is_told_by_platform(ground: Ground) -> None:
    ground.wrap(
        admission.require_means,
        lambda original, cloud, user, platform, need: original(
            cloud, user, replace(platform, type=platform.name), need
        ),
    )


def _worded(original: Original, args: tuple[object, ...], old: str, new: str) -> None:
    try:
        original(*args)
    except RefusalError as refusal:
        raise (unauthorized(new) if refusal.error == old else refusal) from None


@breaks("JB-1.21", "A user may run any number of toolbox jobs", also=("JB-1.45",))
def toolbox_jobs_have_no_cap(ground: Ground) -> None:
    ground.wrap(
        admission.require_room,
        lambda original, cloud, user, platform: original(cloud, user, replace(platform, type="simulator")),
    )


@breaks("JB-1.21", "Too many toolbox jobs are 400 and not 403", also=("JB-1.45",))
def too_many_toolbox_jobs_are_a_bad_request(ground: Ground) -> None:
    def around(original: Original, *args: object) -> None:
        try:
            original(*args)
        except RefusalError as refusal:
            raise bad_request(refusal.error) from None

    ground.wrap(admission.require_room, around)


@breaks("JB-1.22", "Nobody needs a permission to run jobs", known_as="D070")
def permission_is_not_asked_for(ground: Ground) -> None:
    ground.replace(platforms.user_has_permission, lambda *_: True)


@breaks("JB-1.22", "A job that names its platform by id needs no permission", known_as="D071")
def permission_is_asked_for_by_name_only(ground: Ground) -> None:
    by_id: list[bool] = []

    def note(original: Original, cloud: Cloud, wish: Wish) -> Platform:
        by_id[:] = [wish.platform_id is not None]
        platform: Platform = original(cloud, wish)
        return platform

    ground.wrap(admission.wanted_platform, note)
    ground.wrap(platforms.user_has_permission, lambda original, *args: by_id == [True] or original(*args))


@breaks("JB-1.22", "The refusal for lack of permission does not name the platform", known_as="D070")
def platform_without_permission_is_not_told(ground: Ground) -> None:
    ground.text(admission.require_access, "No permission to use platform ", "Permission denied: ")


@breaks("JB-1.23", "The commands that a user may not use are ignored", also=("JB-1.46",))
def forbidden_commands_are_ignored(ground: Ground) -> None:
    ground.wrap(
        admission.require_command,
        lambda original, user, *args: original(replace(user, forbidden_commands=()), *args),
    )


@breaks("JB-1.23", "The refusal of a forbidden command does not name it", also=("JB-1.46",))
def forbidden_command_is_not_told(ground: Ground) -> None:
    ground.text(admission.require_command, "No permission to use algorithm ", "Permission denied: ")


@breaks("JB-1.24", "A locked platform takes jobs")
def locked_platform_takes_jobs(ground: Ground) -> None:
    ground.replace(platforms.is_locked, lambda platform: False)


@breaks("JB-1.24", "A locked platform refuses like a closed one")
def locked_platform_refuses_like_a_closed_one(ground: Ground) -> None:
    ground.replace(platforms.is_locked, lambda platform: False)
    ground.wrap(
        platforms.accepts_new_jobs,
        lambda original, platform: original(platform) and platform.status != platforms.LOCKED,
    )


@breaks("JB-1.25", "A platform name that names no platform is 400")
def unknown_platform_name_is_a_bad_request(ground: Ground) -> None:
    ground.wrap(
        admission.wanted_platform,
        lambda original, cloud, wish: (
            original(cloud, wish)
            if wish.platform_id is not None
            or wish.platform_name is None
            or platforms_table.find_by_name(cloud.db, wish.platform_name)
            else refuse(bad_request(f"Invalid platform: {wish.platform_name}"))
        ),
    )


@breaks("JB-1.26", "A job without a name gets one")
def job_without_name_gets_one(ground: Ground) -> None:
    ground.field(shapes.JOB_CREATE, "job_name", required=False)
    ground.wrap(job_routes.create, lambda original, call: original(with_defaults(call, job_name="unnamed")))


@breaks("JB-1.26", "An absent payload is refused like a null one, without naming the member")
def absent_payload_is_refused_like_null(ground: Ground) -> None:
    ground.field(shapes.JOB_CREATE, "payload", required=False)
    ground.wrap(job_routes.create, lambda original, call: original(with_defaults(call, payload=None)))


class _CommandToo(Object):
    def take(self, value: Json) -> Json:
        return super().take(
            JsonObject({"command": value}, json.dumps({"command": value}))
            if isinstance(value, str)
            else value
        )


@breaks("JB-1.27", "A payload that is a string is taken for the command")
def payload_may_be_a_string(ground: Ground) -> None:
    ground.field(shapes.JOB_CREATE, "payload", kind=_CommandToo())


@breaks("JB-1.28", "Of a platform's id and name the name decides")
def name_of_the_platform_decides(ground: Ground) -> None:
    ground.wrap(
        admission.wanted_platform,
        lambda original, cloud, wish: original(
            cloud, replace(wish, platform_id=None if wish.platform_name else wish.platform_id)
        ),
    )


@breaks("JB-1.28", "A platform name that names nothing is refused although the id decides")
def name_of_the_platform_is_looked_at(ground: Ground) -> None:
    ground.wrap(
        admission.wanted_platform,
        lambda original, cloud, wish: (
            wish.platform_name and platforms.require_by_name(cloud, wish.platform_name),
            original(cloud, wish),
        )[1],
    )


@breaks("JB-1.29", "A malformed platform id is 404")
def malformed_platform_id_is_not_found(ground: Ground) -> None:
    ground.wrap(
        admission.wanted_platform,
        lambda original, cloud, wish: (
            original(cloud, wish)
            if wish.platform_id is None or identifiers.is_uuid(wish.platform_id)
            else refuse(not_found(platforms.NOT_FOUND))
        ),
    )


def _was_there(cloud: Cloud, column: str, value: str | None) -> bool:
    return bool(cloud.db.one(f"SELECT 1 FROM platforms WHERE {column} = ? AND deleted = 1", (value,)))


@breaks("JB-1.29", "A deleted platform is 404 by its id too", also=("PF-4.2",), known_as="D065")
def deleted_platform_is_not_found_by_id(ground: Ground) -> None:
    ground.wrap(
        admission.wanted_platform,
        lambda original, cloud, wish: (
            refuse(not_found(platforms.NOT_FOUND))
            if _was_there(cloud, "platform_id", wish.platform_id)
            else original(cloud, wish)
        ),
    )


@breaks("JB-1.30", "A deleted platform is 400 by its name too", also=("PF-4.2",), known_as="D065")
def deleted_platform_is_invalid_by_name(ground: Ground) -> None:
    ground.wrap(
        admission.wanted_platform,
        lambda original, cloud, wish: (
            refuse(bad_request(f"Invalid platform: {wish.platform_name}"))
            if wish.platform_id is None and _was_there(cloud, "name", wish.platform_name)
            else original(cloud, wish)
        ),
    )


@breaks("JB-1.31", "A platform id of null is refused")
def null_platform_id_is_refused(ground: Ground) -> None:
    ground.field(shapes.JOB_CREATE, "platform_id", nullable=False)


@breaks("JB-1.31", "A process id of null is refused")
def null_process_id_is_refused(ground: Ground) -> None:
    ground.field(shapes.JOB_CREATE, "process_id", nullable=False)


@breaks("JB-1.31", "A platform name of null is refused beside an id")
def null_platform_name_is_refused(ground: Ground) -> None:
    ground.field(shapes.JOB_CREATE, "platform_name", nullable=False)


@breaks("JB-1.32", "An empty platform name is none")
def empty_platform_name_is_none(ground: Ground) -> None:
    ground.wrap(
        admission.wanted_platform,
        lambda original, cloud, wish: original(
            cloud, replace(wish, platform_name=wish.platform_name or None)
        ),
    )


@breaks("JB-1.32", "An empty platform id is none: the name is taken")
def empty_platform_id_is_none(ground: Ground) -> None:
    ground.wrap(
        admission.wanted_platform,
        lambda original, cloud, wish: original(cloud, replace(wish, platform_id=wish.platform_id or None)),
    )


@breaks("JB-1.32", "An empty process id is refused")
def empty_process_id_is_refused(ground: Ground) -> None:
    ground.field(shapes.JOB_CREATE, "process_id", kind=Text(1))


@breaks("JB-1.32", "An empty process id belongs to the first user who sends it")
def empty_process_id_has_an_owner(ground: Ground) -> None:
    ground.wrap(
        admission.admit,
        lambda original, cloud, caller, token, wish: original(
            cloud, caller, token, replace(wish, process_id="-" if wish.process_id == "" else wish.process_id)
        ),
    )


@breaks("JB-1.33", "A negative duration is taken for none")
def negative_duration_is_taken(ground: Ground) -> None:
    _duration_is_not_checked(ground, range(-NO_LIMIT, 0))


@breaks("JB-1.33", "A negative duration is refused in other words")
def negative_duration_has_a_text_of_its_own(ground: Ground) -> None:
    ground.wrap(
        admission.require_duration,
        lambda original, platform, duration: (
            refuse(bad_request("Max duration must not be negative"))
            if duration is not None and duration < 0
            else original(platform, duration)
        ),
    )


@breaks("JB-1.34", "A payload without command is taken")
def payload_needs_no_command(ground: Ground) -> None:
    ground.wrap(
        admission.command_is_offered,
        lambda original, platform, command: command is None or original(platform, command),
    )


@breaks("JB-1.34", "The refusal of a payload without command says `null`")
def missing_command_is_told_as_null(ground: Ground) -> None:
    ground.text(admission.require_command, "None", "null")


@breaks("JB-1.34", "A command that is no string is taken")
def command_may_be_a_number(ground: Ground) -> None:
    ground.wrap(
        admission.command_is_offered,
        lambda original, platform, command: (
            not isinstance(command, str | None) or original(platform, command)
        ),
    )


@breaks("JB-1.35", "A platform that lists no commands takes none")
def platform_without_list_takes_no_command(ground: Ground) -> None:
    ground.replace(
        admission.command_is_offered,
        lambda platform, command: command in json.loads(platform.specs).get("available_commands", ()),
    )


@breaks("JB-1.36", "Shots of null are refused")
def null_shots_are_refused(ground: Ground) -> None:
    ground.wrap(
        admission.require_shots,
        lambda original, platform, payload: original(
            platform, {**payload, "max_shots": 0} if payload.get("max_shots", 1) is None else payload
        ),
    )


@breaks("JB-1.36", "A payload without shots is refused")
def absent_shots_are_refused(ground: Ground) -> None:
    ground.wrap(
        admission.require_shots,
        lambda original, platform, payload: original(platform, {"max_shots": 0, **payload}),
    )


@breaks("JB-1.37", "Shots of true are taken for one")
def shots_may_be_true(ground: Ground) -> None:
    ground.wrap(
        admission.require_shots,
        lambda original, platform, payload: original(
            platform, {**payload, "max_shots": 1} if payload.get("max_shots") is True else payload
        ),
    )


@breaks("JB-1.37", "Shots may be written as a string")
def shots_may_be_a_string(ground: Ground) -> None:
    ground.wrap(
        admission.require_shots,
        lambda original, platform, payload: (
            original(platform, {**payload, "max_shots": None})
            if isinstance(payload.get("max_shots"), str)
            else original(platform, payload)
        ),
    )
    ground.wrap(
        admission.needed_credits,
        lambda original, payload: 0.0 if isinstance(payload.get("max_shots"), str) else original(payload),
    )


@breaks("JB-1.38", "Samples are checked like shots")
def samples_are_checked(ground: Ground) -> None:
    ground.wrap(
        admission.require_shots,
        lambda original, platform, payload: (
            original(platform, payload),
            original(platform, {"max_shots": payload.get("max_samples")}),
        )[0],
    )


class _Positive(Integer):
    def take(self, value: Json) -> Json:
        return super().take(value) if value != 0 else refuse(bad_request("Invalid max_shots"))


@breaks("JB-1.39", "A top-level `max_shots` is checked")
def shots_at_top_level_are_checked(ground: Ground) -> None:
    member = shapes.Field("max_shots", _Positive())
    ground.set(shapes.JOB_CREATE, "fields", (*shapes.JOB_CREATE.fields, member))
    ground.wrap(job_routes.create, lambda original, call: original(without(call, "max_shots")))


@breaks("JB-1.40", "A process id serves for one job only", known_as="D080")
def process_id_serves_once(ground: Ground) -> None:
    ground.wrap(
        jobs_table.process_owner,
        lambda original, db, process_id: original(db, process_id) and -1,
    )


@breaks("JB-1.41", "A process id is free again when the jobs under it are over")
def process_id_is_freed(ground: Ground) -> None:
    ground.replace(
        jobs_table.process_owner,
        lambda db, process_id: (
            db.one(
                "SELECT user_id FROM jobs WHERE process_id = ? AND status IN ('waiting', 'running')",
                (process_id,),
            )
            or (None,)
        )[0],
    )


@breaks("JB-1.42", "A refused job counts as waiting", known_as="D082")
def refused_job_counts_as_waiting(ground: Ground) -> None:
    refused: Counter[int] = Counter()

    def count(original: Original, cloud: Cloud, caller: Caller, token: Token, wish: Wish) -> str:
        refused[caller.user.user_id] += 1
        job_id: str = original(cloud, caller, token, wish)
        refused[caller.user.user_id] -= 1
        return job_id

    ground.wrap(admission.admit, count)
    ground.wrap(
        jobs.availability,
        lambda original, cloud, user: _with_more_waiting(original(cloud, user), refused[user.user_id]),
    )


def _with_more_waiting(numbers: jobs.Availability, more: int) -> jobs.Availability:
    return replace(numbers, num_jobs_in_queue=numbers.num_jobs_in_queue + more)


@breaks("JB-1.42", "A refused job is stored as one that failed", known_as="D082")
def refused_job_is_stored(ground: Ground) -> None:
    def around(original: Original, cloud: Cloud, caller: Caller, token: Token, wish: Wish) -> str:
        try:
            job_id: str = original(cloud, caller, token, wish)
        except RefusalError:
            platform = platforms_table.find_by_name(cloud.db, wish.platform_name or "")
            kept = replace(wish, payload=JsonObject({}, "{}"), process_id=None)
            if platform is not None:
                lost = admission.enqueue(cloud, caller.user, token, platform, kept)
                jobs.cancel(cloud, now_in(cloud, lost), "Refused")
                # What a refusal leaves must not be undone with it.
                cloud.db.run("COMMIT")
                cloud.db.run("BEGIN")
            raise
        return job_id

    ground.wrap(admission.admit, around)


@breaks("JB-1.43", "A platform in maintenance takes no jobs", also=("PF-6",))
def platform_in_maintenance_takes_no_jobs(ground: Ground) -> None:
    ground.wrap(
        platforms.accepts_new_jobs,
        lambda original, platform: original(platform) and platform.status != platforms.MAINTENANCE,
    )


@breaks("JB-1.43", "An unreachable platform takes no jobs", also=("PF-6",))
def unreachable_platform_takes_no_jobs(ground: Ground) -> None:
    ground.wrap(
        platforms.accepts_new_jobs,
        lambda original, platform: original(platform) and platform.status != platforms.UNREACHABLE,
    )


@breaks("JB-1.44", "A toolbox platform is known by its name and not by its type", also=("JB-1.12", "JB-7.4"))
def toolbox_is_known_by_its_name(ground: Ground) -> None:
    ground.replace(platforms.is_toolbox, lambda platform: platform.name.startswith("qt:"))


@breaks("JB-1.45", "The cap on toolbox jobs holds on all platforms")
def toolbox_cap_holds_everywhere(ground: Ground) -> None:
    ground.wrap(
        admission.require_room,
        lambda original, cloud, user, platform: original(
            cloud, user, replace(platform, type=platforms.TOOLBOX_TYPE)
        ),
    )


@breaks("JB-1.45", "Waiting toolbox jobs count against the cap on running ones")
def waiting_toolbox_jobs_count_as_running(ground: Ground) -> None:
    ground.wrap(
        admission.running_toolbox_jobs,
        lambda original, cloud, user: (
            original(cloud, user) + jobs_table.count(cloud.db, user.user_id, ["waiting"])
        ),
    )


@breaks("JB-1.46", "A command that a user may not use is refused before the platform was asked")
def forbidden_command_comes_first(ground: Ground) -> None:
    def around(original: Original, user: User, platform: Platform, payload: dict[str, Json]) -> None:
        if payload.get("command") in user.forbidden_commands:
            raise forbidden(f"No permission to use algorithm {payload['command']}")
        original(user, platform, payload)

    ground.wrap(admission.require_command, around)


@breaks("JB-1.46", "One forbidden command closes all of them", also=("JB-1.23",))
def forbidden_command_closes_all(ground: Ground) -> None:
    ground.wrap(
        admission.require_command,
        lambda original, user, platform, payload: original(
            replace(user, forbidden_commands=(payload.get("command"),)) if user.forbidden_commands else user,
            platform,
            payload,
        ),
    )


@breaks("JB-1.47", "The version is not copied into the payload")
def version_is_not_copied(ground: Ground) -> None:
    ground.wrap(
        admission.require_payload,
        lambda original, wish: original(replace(wish, pcvl_version=None)),
    )


@breaks("JB-1.48", "A version inside the payload wins over the one beside it")
def version_in_the_payload_wins(ground: Ground) -> None:
    ground.wrap(
        admission.require_payload,
        lambda original, wish: (
            wish.payload
            if wish.payload is not None and "pcvl_version" in wish.payload.value
            else original(wish)
        ),
    )


@breaks("JB-1.48", "The version inside the payload becomes that of the job")
def version_of_the_payload_becomes_the_job_s(ground: Ground) -> None:
    ground.wrap(
        jobs_table.insert,
        lambda original, db, job: original(
            db,
            replace(job, pcvl_version=job.pcvl_version or json.loads(job.payload).get("pcvl_version")),
        ),
    )


@breaks("JB-1.48", "Without a version the payload loses its own")
def payload_loses_its_version(ground: Ground) -> None:
    def around(original: Original, wish: Wish) -> JsonObject:
        payload: JsonObject = original(wish)
        value = {name: payload.value[name] for name in payload.value if name != "pcvl_version"}
        return payload if wish.pcvl_version else JsonObject(value, json.dumps(value))

    ground.wrap(admission.require_payload, around)


@breaks("JB-1.49", "A name of a group of jobs is refused")
def group_name_is_refused(ground: Ground) -> None:
    ground.field(shapes.JOB_CREATE, "job_group_name", kind=Integer())


@dataclass(frozen=True)
class _Asked:
    """A job that someone asks for, as far as the checks must know it."""

    cloud: Cloud
    user: User
    token: Token
    wish: Wish
    platform: Platform

    @property
    def payload(self) -> dict[str, Json]:
        """What the payload says."""
        return self.wish.payload.value if self.wish.payload else {}


def _first(ground: Ground, check: Callable[[_Asked], object], before: Callable[..., object]) -> None:
    """Have one check of a new job made before another that it comes after."""
    asked: list[_Asked] = []

    def admit(original: Original, cloud: Cloud, caller: Caller, token: Token, wish: Wish) -> str:
        asked[:] = [_Asked(cloud, caller.user, token, wish, admission.wanted_platform(cloud, wish))]
        job_id: str = original(cloud, caller, token, wish)
        return job_id

    ground.wrap(admission.admit, admit)
    ground.wrap(before, lambda original, *args: (check(asked[0]), original(*args))[1])


@breaks("JB-1.50", "A locked platform says so to those without permission", also=("OC-4",))
def lock_comes_before_permission(ground: Ground) -> None:
    def around(original: Original, cloud: Cloud, user: User, platform: Platform) -> None:
        if platforms.is_locked(platform):
            raise forbidden(f"Platform {platform.name} is locked, please upgrade your offer to use it")
        original(cloud, user, platform)

    ground.wrap(admission.require_access, around)


@breaks("JB-1.50", "An explorer token is refused before the platform's status is looked at", also=("OC-4",))
def explorer_comes_before_the_status(ground: Ground) -> None:
    _first(
        ground,
        lambda job: admission.require_explorer_allowed(job.token, job.platform),
        admission.require_access,
    )


@breaks("JB-1.50", "The payload is looked at before explorer tokens are refused", also=("OC-4", "EX-2"))
def payload_comes_before_explorers(ground: Ground) -> None:
    _first(ground, lambda job: admission.require_payload(job.wish), admission.require_explorer_allowed)


@breaks("JB-1.50", "The duration is looked at before the command", also=("OC-4",))
def duration_comes_before_the_command(ground: Ground) -> None:
    _first(
        ground,
        lambda job: admission.require_duration(job.platform, job.wish.max_duration),
        admission.require_command,
    )


@breaks("JB-1.50", "The shots are looked at before the duration", also=("OC-4",))
def shots_come_before_the_duration(ground: Ground) -> None:
    _first(ground, lambda job: admission.require_shots(job.platform, job.payload), admission.require_duration)


@breaks("JB-1.50", "The iterator is looked at before the shots", also=("OC-4",))
def iterator_comes_before_the_shots(ground: Ground) -> None:
    _first(ground, lambda job: admission.require_iterator(job.payload), admission.require_shots)


@breaks("JB-1.50", "The process id is looked at before the iterator", also=("OC-4",))
def process_comes_before_the_iterator(ground: Ground) -> None:
    _first(
        ground,
        lambda job: admission.require_process(job.cloud, job.user, job.wish.process_id),
        admission.require_iterator,
    )


@breaks("JB-1.50", "The room in the queue is looked at before the process id", also=("OC-4",))
def room_comes_before_the_process(ground: Ground) -> None:
    _first(
        ground,
        lambda job: admission.require_room(job.cloud, job.user, job.platform),
        admission.require_process,
    )


@breaks("JB-1.50", "The credits are looked at before the room in the queue", also=("OC-4",))
def credits_come_before_the_room(ground: Ground) -> None:
    _first(
        ground,
        lambda job: admission.require_means(
            job.cloud, job.user, job.platform, admission.needed_credits(job.payload)
        ),
        admission.require_room,
    )


class _Lenient:
    """Takes what can be read as the kind, as a string or a number."""

    def __init__(self, kind: Kind, read: type) -> None:
        self._kind, self._read = kind, read

    def take(self, value: Json) -> Json:
        return self._kind.take(self._read(value))

    def schema(self) -> dict[str, Json]:
        return self._kind.schema()


@breaks("JB-1.51", "A job's name may be a number")
def job_name_may_be_a_number(ground: Ground) -> None:
    ground.field(shapes.JOB_CREATE, "job_name", kind=_Lenient(Text(), str))


@breaks("JB-1.51", "A duration may be written as a string")
def duration_may_be_a_string(ground: Ground) -> None:
    ground.field(shapes.JOB_CREATE, "max_duration", kind=_Lenient(Integer(), int))


class _Unnamed(Text):
    def take(self, value: Json) -> Json:
        return value if isinstance(value, str) else refuse(bad_request("Bad Request"))


@breaks("JB-1.51", "A process id of the wrong type is refused without naming the member")
def wrong_type_is_not_named(ground: Ground) -> None:
    ground.field(shapes.JOB_CREATE, "process_id", kind=_Unnamed())


def _under_the_first_token(original: Original, db: Database, job: NewJob) -> None:
    first = tokens_table.of_user(db, job.user_id)[0]
    original(db, replace(job, token_id=first.token_id, token_label=first.label))


@breaks("JB-1.52", "A job is kept under the first token of its user")
def job_is_kept_under_the_first_token(ground: Ground) -> None:
    ground.wrap(jobs_table.insert, _under_the_first_token)


@breaks("JB-1.52", "A job is kept under the default label")
def job_is_kept_without_the_label(ground: Ground) -> None:
    ground.wrap(
        jobs_table.insert, lambda original, db, job: original(db, replace(job, token_label="unknown"))
    )


@breaks("JB-1d", "The deprecated route to create a job takes no platform id", also=("AL-1",))
def old_route_takes_no_platform_id(ground: Ground) -> None:
    ground.operation(
        "JB-1d",
        handler=lambda call: (
            refuse(bad_request("Require platform_name")) if by_its_id(call) else job_routes.create(call)
        ),
    )


@breaks("JB-1d", "The deprecated route to create a job knows no version of the client", also=("AL-1",))
def old_route_drops_the_version(ground: Ground) -> None:
    ground.operation("JB-1d", handler=lambda call: job_routes.create(without(call, "pcvl_version")))


@breaks("JB-1d", "The deprecated route to create a job is gone", also=("AL-1", "AL-12"))
def old_route_to_create_is_gone(ground: Ground) -> None:
    ground.operation("JB-1d", path="/api/job/create")
