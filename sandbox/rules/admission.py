"""Which jobs the cloud takes: the checks of JB-1, in the order of OC-4."""

import json
import math
from dataclasses import dataclass, replace

from sandbox.cloud import Cloud
from sandbox.json_text import Json, JsonObject, with_member
from sandbox.rules import clock, expiry, identifiers, lifecycle, platforms
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import bad_request, forbidden, not_found, unauthorized
from sandbox.store import jobs_table, platforms_table
from sandbox.store.records import Job, NewJob, Platform, Token, User

EXPLORER_REFUSED = "Authentication failed: explorer tokens are not allowed"

# Credits are kept as floats; a wish beyond this is as good as this.
_MOST_CREDITS = 1e300


@dataclass(frozen=True)
class Wish:
    """A job that someone asks for."""

    job_name: str
    payload: JsonObject | None
    platform_id: str | None = None
    platform_name: str | None = None
    max_duration: int | None = None
    pcvl_version: str | None = None
    process_id: str | None = None
    job_group_name: str | None = None
    rerun_from: str | None = None


def admit(cloud: Cloud, caller: Caller, token: Token, wish: Wish) -> str:
    """J1, JB-1, RR-8: check the wish, put the job into the queue, and return its id."""
    expiry.enforce_time_limits(cloud)
    user = caller.user
    platform = wanted_platform(cloud, wish)
    require_access(cloud, user, platform)
    require_explorer_allowed(token, platform)
    payload = require_payload(wish)
    require_command(user, platform, payload.value)
    require_duration(platform, wish.max_duration)
    require_shots(platform, payload.value)
    require_iterator(payload.value)
    require_process(cloud, user, wish.process_id)
    require_room(cloud, user, platform)
    require_means(cloud, user, platform, needed_credits(payload.value))
    return enqueue(cloud, user, token, platform, replace(wish, payload=payload))


def wanted_platform(cloud: Cloud, wish: Wish) -> Platform:
    """JB-1.2, JB-1.3, JB-1.25, JB-1.28: the platform by id, which wins, or by name."""
    if wish.platform_id is not None:
        platform = platforms.find(cloud, wish.platform_id)
        if platform is None:
            raise bad_request(f"Invalid platform: {wish.platform_id}")
        return platform
    if wish.platform_name is None:
        raise bad_request("Require platform_id or platform_name")
    platform = platforms_table.find_by_name(cloud.db, wish.platform_name)
    if platform is None:
        raise not_found(platforms.NOT_FOUND)
    return platform


def require_access(cloud: Cloud, user: User, platform: Platform) -> None:
    """JB-1.10, JB-1.22, JB-1.24: the user has the permission, and the platform is open."""
    if not platforms.user_has_permission(cloud, user, platform):
        raise forbidden(f"No permission to use platform {platform.name}")
    if platforms.is_locked(platform):
        raise forbidden(f"Platform {platform.name} is locked, please upgrade your offer to use it")
    if not platforms.accepts_new_jobs(platform):
        raise bad_request(f"Create job disabled, Platform in {platform.status} status")


def require_explorer_allowed(token: Token, platform: Platform) -> None:
    """EX-2, EX-3, JB-1.16: explorer tokens create jobs only where the platform allows it."""
    if token.is_explorer and not platform.allow_explorer:
        raise unauthorized(EXPLORER_REFUSED)


def require_payload(wish: Wish) -> JsonObject:
    """JB-1.1, JB-1.48: the payload is an object, and carries the version that was given beside it."""
    if wish.payload is None:
        raise bad_request("Invalid payload, expected a json object")
    if wish.pcvl_version is None:
        return wish.payload
    return with_member(wish.payload, "pcvl_version", wish.pcvl_version)


def require_command(user: User, platform: Platform, payload: dict[str, Json]) -> None:
    """JB-1.11, JB-1.12, JB-1.23, JB-1.34: the platform offers the command, and the user may use it."""
    command = payload.get("command")
    text = command if isinstance(command, str) else "None" if command is None else json.dumps(command)
    if not command_is_offered(platform, command):
        if platforms.is_toolbox(platform):
            raise bad_request(f"Quantum Toolbox command '{text}' is not defined")
        raise bad_request(f"Command '{text}' is not available on platform '{platform.name}'")
    if command in user.forbidden_commands:
        raise forbidden(f"No permission to use algorithm {text}")


def command_is_offered(platform: Platform, command: Json) -> bool:
    """JB-1.35: a platform that lists no commands takes any."""
    specs = json.loads(platform.specs)
    return "available_commands" not in specs or command in specs["available_commands"]


def require_duration(platform: Platform, max_duration: int | None) -> None:
    """JB-1.5 to JB-1.7, JB-1.33: a time limit is positive, and at most the longest and the platform's."""
    if max_duration is None:
        return
    if max_duration <= 0:
        raise bad_request("Max duration must not be zero")
    if max_duration > expiry.LONGEST_DURATION:
        raise bad_request(f"Max duration too large, exceeding {expiry.LONGEST_DURATION}")
    if platform.max_duration is not None and max_duration > platform.max_duration:
        raise bad_request(
            f"Max_duration {max_duration}(s) exceeds the platform limit of {platform.max_duration}(s)"
        )


def require_shots(platform: Platform, payload: dict[str, Json]) -> None:
    """JB-1.8, JB-1.9, JB-1.36, JB-1.37: `max_shots`, where given, is positive and within the limit."""
    shots = payload.get("max_shots")
    if shots is None:
        return
    if isinstance(shots, bool) or not isinstance(shots, int | float) or shots <= 0:
        raise bad_request("Invalid max_shots, should be a positive number")
    if platform.max_shots is not None and shots > platform.max_shots:
        raise bad_request(f"Max shots must less than or equal to {platform.max_shots}")


def require_iterator(payload: dict[str, Json]) -> None:
    """JB-1.13: an iterator, where given, is a list of at least one element."""
    if "iterator" in payload and not (isinstance(payload["iterator"], list) and payload["iterator"]):
        raise bad_request("Invalid iterator: must be a non-empty list")


def require_process(cloud: Cloud, user: User, process_id: str | None) -> None:
    """JB-1.14, JB-1.40, JB-1.41: a process id belongs to the first user whose job was taken with it."""
    if process_id and jobs_table.process_owner(cloud.db, process_id) not in (None, user.user_id):
        raise bad_request("process_id is existed and assigned to another user job")


def require_room(cloud: Cloud, user: User, platform: Platform) -> None:
    """JB-1.4, JB-1.21, JB-1.45: the user's waiting jobs, and running toolbox jobs, are below their limits."""
    limit = cloud.settings.max_waiting_jobs
    if jobs_table.count(cloud.db, user.user_id, [lifecycle.WAITING]) >= limit:
        raise bad_request(f"Cannot create more than {limit} jobs")
    toolbox_limit = cloud.settings.max_qt_jobs
    if platforms.is_toolbox(platform) and running_toolbox_jobs(cloud, user) >= toolbox_limit:
        raise forbidden(f"Cannot have more than {toolbox_limit} running Quantum Toolbox jobs")


def running_toolbox_jobs(cloud: Cloud, user: User) -> int:
    """JB-7.4: the user's jobs that run on toolbox platforms."""
    return jobs_table.count_on_type(cloud.db, user.user_id, platforms.TOOLBOX_TYPE)


def needed_credits(payload: dict[str, Json]) -> float:
    """CR-1: one credit a shot."""
    shots = payload.get("max_shots")
    return 0.0 if shots is None else float(min(shots, _MOST_CREDITS))


def require_means(cloud: Cloud, user: User, platform: Platform, need: float) -> None:
    """JB-1.18 to JB-1.20, CR-9: credits and time suffice; None means that they are unlimited."""
    if user.credits is not None:
        if user.credits < need:
            raise unauthorized("Not enough credits")
        if user.credits - jobs_table.reserved_credits(cloud.db, user.user_id) < need:
            raise unauthorized(
                "Not enough credits: all remaining credits are reserved by waiting or running jobs"
            )
    if user.time_left is not None and user.time_left <= 0:
        raise unauthorized(f"Not enough {platform.type} time left")


def charged_credits(reserved: float, shots: int | None) -> float:
    """CR-5: the shots that were taken, at most what was reserved; all of it when no one counted."""
    return reserved if shots is None else min(float(shots), reserved)


def time_left_after(time_left: int, duration: int) -> int:
    """CR-8: a completed job takes its duration off the user's time."""
    return max(0, time_left - math.floor(duration))


def enqueue(cloud: Cloud, user: User, token: Token, platform: Platform, wish: Wish) -> str:
    """J1: put a job into the queue, and return its id."""
    payload = wish.payload
    if payload is None:
        raise bad_request("Invalid payload, expected a json object")
    command = payload.value.get("command")
    process_id = wish.process_id or None
    job = NewJob(
        job_id=identifiers.new_uuid(),
        user_id=user.user_id,
        token_id=token.token_id,
        token_label=token.label,
        platform_id=platform.platform_id,
        job_name=wish.job_name,
        job_group_name=wish.job_group_name,
        command=command if isinstance(command, str) else None,
        pcvl_version=wish.pcvl_version,
        process_id=process_id,
        rerun_from=wish.rerun_from,
        max_duration=wish.max_duration,
        priority=effective_priority(token, user),
        created=clock.now(),
        reserved=needed_credits(payload.value),
        payload=payload.text,
    )
    jobs_table.insert(cloud.db, job)
    if process_id is not None:
        jobs_table.claim_process(cloud.db, process_id, user.user_id)
    return job.job_id


def effective_priority(token: Token, user: User) -> int:
    """PR-7: the smaller of the token's and the user's; kept up to date in the queue when either changes."""
    return min(token.priority, user.priority)


def rerun_wish(cloud: Cloud, job: Job, changes: dict[str, Json]) -> Wish:
    """RR-3 to RR-6, RR-11: the same job again, with what the caller changes."""
    payload_text = jobs_table.payload(cloud.db, job.sequence)
    payload = changes.get("payload") or JsonObject(json.loads(payload_text), payload_text)
    return Wish(
        job_name=changes.get("job_name", job.job_name),
        payload=payload,
        platform_id=changes.get("platform_id"),
        platform_name=job.platform_name if platforms.find(cloud, job.platform_id) else None,
        max_duration=job.max_duration,
        pcvl_version=job.pcvl_version,
        process_id=job.process_id,
        job_group_name=job.job_group_name,
        rerun_from=job.job_id,
    )
