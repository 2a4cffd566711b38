"""Platforms, their workers and who may use them: PF-1 to PF-5, PL-1, PL-2, PP-1, PP-2, SV-6."""

import json
import re
from collections.abc import Mapping

from sandbox.cloud import Cloud
from sandbox.json_text import Json, JsonObject
from sandbox.rules import clock, closing, identifiers
from sandbox.rules.refusals import INVALID_DATA, UNKNOWN_USER, bad_request, not_found
from sandbox.store import platforms_table, users_table
from sandbox.store.records import Platform, User

AVAILABLE = "available"
MAINTENANCE = "maintenance"
UNREACHABLE = "unreachable"
LOCKED = "locked"
DECOMMISSIONED = "decommissioned"
RETIRED = "retired"
STATUSES = (AVAILABLE, MAINTENANCE, UNREACHABLE, LOCKED, DECOMMISSIONED, RETIRED)

DEFAULT_TYPE = "simulator"
TOOLBOX_TYPE = "toolbox"
LONGEST_NAME = 255
NOT_FOUND = "Platform not found"

_NAME = re.compile(r"[a-z][a-z0-9_-]*(:[A-Za-z0-9._-]+)+", re.ASCII)


def name_is_wellformed(name: str) -> bool:
    """ID-8: a kind and at least one part, split by colons."""
    return len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None


def find(cloud: Cloud, platform_id: str) -> Platform | None:
    """ID-9: a live platform by its id, never by its name."""
    return platforms_table.find(cloud.db, platform_id) if identifiers.is_uuid(platform_id) else None


def require(cloud: Cloud, platform_id: str) -> Platform:
    """PF-2.1, PF-3.6, PF-4.1, PP-1.2, WK-1.4: the live platform of this id."""
    platform = find(cloud, platform_id)
    if platform is None:
        raise not_found(NOT_FOUND)
    return platform


def require_by_name(cloud: Cloud, name: str) -> Platform:
    """PL-1.1, PL-2.1, WK-1.4: the live platform of this name."""
    platform = platforms_table.find_by_name(cloud.db, name)
    if platform is None:
        raise not_found(NOT_FOUND)
    return platform


def register(cloud: Cloud, members: Mapping[str, Json]) -> Platform:
    """PF-1.2, PF-1.6: make a platform, or bring a known one up to date, and add the worker."""
    name = members["platform_name"]
    if not name_is_wellformed(name):
        raise bad_request(f"Invalid platform: {name}")
    known = platforms_table.find_by_name(cloud.db, name)
    if known is None:
        platforms_table.insert(cloud.db, _new(name, members))
    else:
        platforms_table.update(cloud.db, known.platform_id, _columns(members))
    platform = require_by_name(cloud, name)
    platforms_table.add_worker(cloud.db, platform.platform_id, members["worker_id"])
    return platform


def make(cloud: Cloud, name: str, specs: dict[str, Json], description: str) -> Platform:
    """Make a platform that no worker has registered on yet."""
    members = {"specs": JsonObject(specs, json.dumps(specs)), "description": description}
    platform = _new(name, members)
    platforms_table.insert(cloud.db, platform)
    return platform


def _new(name: str, members: Mapping[str, Json]) -> Platform:
    return Platform(
        platform_id=identifiers.new_uuid(),
        name=name,
        type=members.get("type", DEFAULT_TYPE),
        status=AVAILABLE,
        specs=members["specs"].text,
        perfs=members["perfs"].text if "perfs" in members else "{}",
        description=members.get("description", ""),
        max_duration=members.get("max_duration"),
        max_shots=members.get("max_shots"),
        allow_explorer=members.get("allow_explorer", False),
        maintenance=None,
        created=clock.now(),
    )


def update(cloud: Cloud, platform: Platform, members: Mapping[str, Json]) -> None:
    """PF-3: change what is given."""
    if "status" in members and not status_is_known(members["status"]):
        raise bad_request(INVALID_DATA)
    if "platform_name" in members and not name_may_be_taken(cloud, platform, members["platform_name"]):
        raise bad_request(INVALID_DATA)
    platforms_table.update(cloud.db, platform.platform_id, _columns(members))


def status_is_known(status: str) -> bool:
    """PF-3.1: one of the six statuses of a platform."""
    return status in STATUSES


def name_may_be_taken(cloud: Cloud, platform: Platform, name: str) -> bool:
    """PF-3.2: a well-formed name that no other live platform has."""
    owner = platforms_table.find_by_name(cloud.db, name)
    return name_is_wellformed(name) and (owner is None or owner.platform_id == platform.platform_id)


def delete(cloud: Cloud, platform: Platform) -> None:
    """PF-4.2, PF-4.3: take a platform away; its jobs end (J13)."""
    closing.close_jobs(cloud, "platform_id", platform.platform_id, closing.PLATFORM_DELETED)
    platforms_table.mark_deleted(cloud.db, platform.platform_id)


def _columns(members: Mapping[str, Json]) -> dict[str, str | int | float | None]:
    columns: dict[str, str | int | float | None] = {
        name: members[name]
        for name in ("type", "status", "description", "max_duration", "max_shots", "allow_explorer")
        if name in members
    }
    columns.update({name: members[name].text for name in ("specs", "perfs") if name in members})
    if "platform_name" in members:
        columns["name"] = members["platform_name"]
    if "maintenance" in members:
        window = members["maintenance"]
        columns["maintenance"] = None if window is None else json.dumps(window)
    return columns


def hands_out_jobs(platform: Platform) -> bool:
    """WK-1.7: no job is handed out in maintenance or while unreachable."""
    return platform.status not in (MAINTENANCE, UNREACHABLE)


def accepts_new_jobs(platform: Platform) -> bool:
    """JB-1.10, JB-1.43: decommissioned and retired platforms take no new jobs."""
    return platform.status not in (DECOMMISSIONED, RETIRED)


def is_locked(platform: Platform) -> bool:
    """JB-1.24: a locked platform asks for another offer."""
    return platform.status == LOCKED


def is_toolbox(platform: Platform) -> bool:
    """JB-1.44: toolbox platforms have texts and a limit of their own."""
    return platform.type == TOOLBOX_TYPE


def user_has_permission(cloud: Cloud, user: User, platform: Platform) -> bool:
    """JB-1.22, A-7.2: a user needs the permission of each platform; admins are no exception."""
    return users_table.is_granted(cloud.db, user.user_id, platform.platform_id)


def grant(cloud: Cloud, user_id: int, platform_id: str) -> None:
    """PP-1, PP-1.1: let a user use a platform; a second time changes nothing."""
    platform = _require_both(cloud, user_id, platform_id)
    users_table.grant(cloud.db, user_id, platform.platform_id)


def withdraw(cloud: Cloud, user_id: int, platform_id: str) -> None:
    """PP-2, PP-2.1: take the permission back, also one that was never given."""
    platform = _require_both(cloud, user_id, platform_id)
    users_table.withdraw(cloud.db, user_id, platform.platform_id)


def _require_both(cloud: Cloud, user_id: int, platform_id: str) -> Platform:
    if users_table.find(cloud.db, user_id) is None:
        raise bad_request(UNKNOWN_USER)
    return require(cloud, platform_id)
