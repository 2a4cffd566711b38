"""Faults of platforms: how clients read them (PL), how they come, change and go (PF)."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from defects.defect import breaks
from defects.handling import Original, minus, refuse, with_defaults
from defects.planting import Ground, with_field
from sandbox.cloud import Cloud
from sandbox.json_text import Json, JsonObject, JsonText
from sandbox.routes import app, kinds, service, shapes
from sandbox.routes import platforms as platform_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Integer, Object, Text, UnfitError
from sandbox.rules import admission, closing, identifiers, platforms, queue
from sandbox.rules.credentials import Kind, Surface
from sandbox.rules.refusals import INVALID_DATA, RefusalError, bad_request, forbidden, not_found
from sandbox.store import platforms_table, users_table
from sandbox.store.records import Platform

NO_OBJECT = JsonObject({}, "{}")


@breaks("PL-1", "The read of a processor does not tell the platform's id")
def processor_has_no_id(ground: Ground) -> None:
    ground.operation("PL-1", handler=lambda call: minus(platform_routes.read_by_name(call), "id"))


@breaks("PL-1", "The read of a processor is not there")
def processor_has_no_route(ground: Ground) -> None:
    ground.operation("PL-1", path="/api/platforms/{name}/processors")


@breaks("PL-1.1", "A processor of an unknown name is 400")
def unknown_processor_is_a_bad_request(ground: Ground) -> None:
    ground.operation("PL-1", handler=lambda call: _refused_with(call, bad_request))


def _refused_with(call: Call, refusal: Callable[[str], RefusalError]) -> Json:
    try:
        return platform_routes.read_by_name(call)
    except RefusalError as refused:
        raise refusal(refused.error) from None


@breaks("PL-2", "The read of a platform by name does not tell its name", also=("PL-2.4",))
def platform_by_name_has_no_name(ground: Ground) -> None:
    ground.operation("PL-2", handler=lambda call: minus(platform_routes.read_by_name(call), "name"))


@breaks("PL-2", "The read of a platform by name is not there")
def platform_by_name_has_no_route(ground: Ground) -> None:
    ground.operation("PL-2", path="/api/platform/by-name/{name}")


@breaks("PL-2.1", "An unknown platform name is told with the general text")
def unknown_platform_name_has_the_general_text(ground: Ground) -> None:
    ground.operation("PL-2", handler=lambda call: _refused_with(call, lambda _: not_found()))


def _details(ground: Ground, change: Callable[[Platform], Mapping[str, Json]]) -> None:
    """Change what PL-1, PL-2, PF-2 and PF-5 show of a platform."""
    ground.wrap(
        platform_routes.details, lambda original, platform: {**original(platform), **change(platform)}
    )


@breaks("PL-2.2", "The type of a platform is read from its name")
def type_is_read_from_the_name(ground: Ground) -> None:
    _details(
        ground,
        lambda platform: {"type": "simulator" if platform.name.startswith("sim:") else "physical"},
    )


@breaks("PL-2.3", "Specs that have no constraints show null")
def specs_show_null_constraints(ground: Ground) -> None:
    _details(ground, lambda platform: {"specs": {"constraints": None, **json.loads(platform.specs)}})


@breaks("PL-2.3", "Specs without a list of commands show null", also=("PF-2.2",))
def specs_show_null_commands(ground: Ground) -> None:
    _details(ground, lambda platform: {"specs": {"available_commands": None, **json.loads(platform.specs)}})


@breaks("PL-2.4", "The read of a processor tells another type than the read by name")
def processor_tells_another_type(ground: Ground) -> None:
    ground.operation("PL-1", handler=lambda call: {**platform_routes.read_by_name(call), "type": "processor"})


@breaks("PL-2.4", "The read of a processor calls every platform available")
def processor_is_always_available(ground: Ground) -> None:
    ground.operation(
        "PL-1", handler=lambda call: {**platform_routes.read_by_name(call), "status": "available"}
    )


@breaks("PL-2.5", "Only who has the permission reads a platform by its name")
def read_by_name_needs_a_permission(ground: Ground) -> None:
    def read(original: Original, call: Call) -> Json:
        platform = platforms.require_by_name(call.cloud, call.path["name"])
        if not platforms.user_has_permission(call.cloud, call.caller.user, platform):
            raise forbidden()
        return original(call)

    ground.wrap(platform_routes.read_by_name, read)


@breaks("PL-2.5", "Explorer tokens don't read a platform by its name")
def explorer_reads_no_platform_by_name(ground: Ground) -> None:
    ground.operation("PL-2", right="full_token")


@breaks("PL-2.5", "API keys don't read a platform by its name", also=("PM-35",))
def key_reads_no_platform_by_name(ground: Ground) -> None:
    ground.operation("PL-2", accepts=frozenset({Kind.JOB, Kind.LOGIN}))


@breaks("PL-2.5", "Login tokens don't read a processor", also=("PM-35",))
def login_reads_no_processor(ground: Ground) -> None:
    ground.operation("PL-1", accepts=frozenset({Kind.JOB, Kind.API_KEY}))


@breaks("PL-2.6", "Specs lose `specific_circuit`", also=("PF-2.2",))
def specific_circuit_is_lost(ground: Ground) -> None:
    _details(ground, lambda platform: {"specs": minus(json.loads(platform.specs), "specific_circuit")})


@breaks("PL-2.7", "A platform is shown without its type", also=("C-10",))
def platform_by_name_has_no_type(ground: Ground) -> None:
    ground.wrap(platform_routes.read_by_name, lambda original, call: minus(original(call), "type"))


@breaks("PL-2.7", "A platform is shown without its specs", also=("C-10",))
def platform_by_name_has_no_specs(ground: Ground) -> None:
    ground.wrap(platform_routes.read_by_name, lambda original, call: minus(original(call), "specs"))


@breaks(
    "PL-3", "Who lists platforms without a credential gets the text of job tokens", also=("PF-5.1", "A-1.6")
)
def list_of_platforms_has_the_token_text(ground: Ground) -> None:
    ground.operation("PF-5", surface=Surface.JOB)


@breaks("PF-1", "A registration does not name the worker in its answer")
def registration_does_not_name_the_worker(ground: Ground) -> None:
    ground.wrap(platform_routes.register, lambda original, call: minus(original(call), "worker_id"))


def _after_registration(
    ground: Ground, change: Callable[[Cloud, Platform], object], *, known: bool = True
) -> None:
    """Do something to each platform that was registered: one that was known before, or a new one."""

    def around(original: Original, cloud: Cloud, members: Mapping[str, Json]) -> Platform:
        was_known = platforms_table.find_by_name(cloud.db, members["platform_name"]) is not None
        platform: Platform = original(cloud, members)
        if was_known is known:
            change(cloud, platform)
        return platforms.require_by_name(cloud, platform.name)

    ground.wrap(platforms.register, around)


def _put_into(status: str) -> Callable[[Cloud, Platform], None]:
    return lambda cloud, platform: platforms_table.update(cloud.db, platform.platform_id, {"status": status})


@breaks("PF-1.1", "A new platform is unreachable")
def new_platform_is_unreachable(ground: Ground) -> None:
    _after_registration(ground, _put_into(platforms.UNREACHABLE), known=False)


@breaks("PF-1.2", "A platform may have any name", also=("ID-8", "ID-3", "PF-3.2"))
def platform_may_have_any_name(ground: Ground) -> None:
    ground.replace(platforms.name_is_wellformed, lambda name: True)


@breaks("PF-1.2", "A platform's name needs no kind", also=("ID-8", "ID-3"))
def name_needs_no_kind(ground: Ground) -> None:
    ground.set(platforms, "_NAME", re.compile(r"[a-z][a-z0-9_-]*(:[A-Za-z0-9._-]+)*", re.ASCII))


@breaks("PF-1.2", "The kind of a platform may have capital letters", also=("ID-8",))
def kind_may_have_capital_letters(ground: Ground) -> None:
    ground.set(platforms, "_NAME", re.compile(r"[A-Za-z][a-z0-9_-]*(:[A-Za-z0-9._-]+)+", re.ASCII))


@breaks("PF-1.2", "A platform's name has one part only", also=("ID-8", "ID-3"))
def name_has_one_part(ground: Ground) -> None:
    ground.set(platforms, "_NAME", re.compile(r"[a-z][a-z0-9_-]*:[A-Za-z0-9._-]+", re.ASCII))


@breaks("PF-1.2", "A platform's name may be of any length", also=("ID-8",))
def name_may_be_of_any_length(ground: Ground) -> None:
    ground.set(platforms, "LONGEST_NAME", 10_000)


@breaks("PF-1.2", "The refusal of a platform's name does not repeat it")
def refused_name_is_not_told(ground: Ground) -> None:
    ground.text(platforms.register, "Invalid platform: ", "Invalid platform name: ")


@breaks("PF-1.3", "A platform is registered without a worker")
def registration_needs_no_worker(ground: Ground) -> None:
    ground.field(shapes.REGISTER, "worker_id", required=False)
    ground.wrap(
        platform_routes.register,
        lambda original, call: original(with_defaults(call, worker_id=identifiers.new_uuid())),
    )


@breaks("PF-1.3", "A platform is registered without specs")
def registration_needs_no_specs(ground: Ground) -> None:
    ground.field(shapes.REGISTER, "specs", required=False)
    ground.wrap(
        platform_routes.register, lambda original, call: original(with_defaults(call, specs=NO_OBJECT))
    )


@breaks("PF-1.3", "A platform is registered without a name")
def registration_needs_no_name(ground: Ground) -> None:
    ground.field(shapes.REGISTER, "platform_name", required=False)
    ground.wrap(
        platform_routes.register,
        lambda original, call: original(with_defaults(call, platform_name=f"sim:{identifiers.new_uuid()}")),
    )


@breaks("PF-1.4", "A platform may have an empty type")
def type_may_be_empty(ground: Ground) -> None:
    ground.field(shapes.REGISTER, "type", kind=Text())


@breaks("PF-1.4", "A platform without a type is a physical one")
def type_is_physical_by_default(ground: Ground) -> None:
    ground.set(platforms, "DEFAULT_TYPE", "physical")


@breaks("PF-1.5", "A worker that is registered on a platform leaves the one before")
def worker_serves_one_platform(ground: Ground) -> None:
    ground.wrap(
        platforms_table.add_worker,
        lambda original, db, platform_id, worker_id: (
            db.run("DELETE FROM platform_workers WHERE worker_id = ?", (worker_id,)),
            original(db, platform_id, worker_id),
        ),
    )


@breaks("PF-1.5", "A worker's id must be a UUID", also=("ID-6",))
def worker_id_must_be_a_uuid(ground: Ground) -> None:
    ground.field(shapes.REGISTER, "worker_id", kind=_Uuid())


class _Uuid(Text):
    def take(self, value: Json) -> Json:
        if not identifiers.is_uuid(str(value)):
            raise UnfitError("Not a valid UUID.")
        return value


@breaks("PF-1.5", "A worker's id may be empty")
def worker_id_may_be_empty(ground: Ground) -> None:
    ground.field(shapes.REGISTER, "worker_id", kind=Text())


@breaks("PF-1.6", "Registering a known platform makes another one, with another id")
def registering_again_makes_another_platform(ground: Ground) -> None:
    def around(original: Original, cloud: Cloud, members: Mapping[str, Json]) -> Platform:
        known = platforms_table.find_by_name(cloud.db, members["platform_name"])
        if known is not None:
            platforms_table.mark_deleted(cloud.db, known.platform_id)
        platform: Platform = original(cloud, members)
        return platform

    ground.wrap(platforms.register, around)


@breaks("PF-1.6", "Registering a known platform makes it available", also=("PF-1.7",))
def registering_again_makes_available(ground: Ground) -> None:
    _after_registration(ground, _put_into(platforms.AVAILABLE))


@breaks("PF-1.6", "Registering a known platform takes all permissions on it")
def registering_again_takes_permissions(ground: Ground) -> None:
    _after_registration(
        ground,
        lambda cloud, platform: cloud.db.run(
            "DELETE FROM permissions WHERE platform_id = ?", (platform.platform_id,)
        ),
    )


@breaks("PF-1.6", "A second worker of a platform takes the place of the first", also=("PF-1.5",))
def second_worker_replaces_the_first(ground: Ground) -> None:
    ground.wrap(
        platforms_table.add_worker,
        lambda original, db, platform_id, worker_id: (
            db.run("DELETE FROM platform_workers WHERE platform_id = ?", (platform_id,)),
            original(db, platform_id, worker_id),
        ),
    )


def _registered_as(
    ground: Ground, change: Callable[[Mapping[str, Json]], Mapping[str, Json]], *, known: bool = False
) -> None:
    """Change the members of each registration, or only of those of known platforms."""
    ground.wrap(
        platforms.register,
        lambda original, cloud, members: original(
            cloud,
            change(members)
            if not known or platforms_table.find_by_name(cloud.db, members["platform_name"])
            else members,
        ),
    )


@breaks("PF-1.6", "Registering a known platform leaves its specs as they were")
def registering_again_keeps_the_specs(ground: Ground) -> None:
    _registered_as(ground, lambda members: minus(members, "specs"), known=True)


@breaks("PF-1.6", "Registering a known platform does not change its type")
def registering_again_keeps_the_type(ground: Ground) -> None:
    _registered_as(ground, lambda members: minus(members, "type"), known=True)


@breaks("PF-1.6", "Registering a known platform drops what was not sent again")
def registering_again_drops_the_rest(ground: Ground) -> None:
    empty = {"description": "", "perfs": NO_OBJECT, "max_duration": None, "max_shots": None}
    _registered_as(ground, lambda members: {**empty, **members}, known=True)


@breaks("PF-1.7", "A registration calls every platform available")
def registration_tells_available(ground: Ground) -> None:
    ground.wrap(
        platform_routes.register,
        lambda original, call: {**original(call), "status": platforms.AVAILABLE},
    )


@breaks("PF-1.8", "The name of a deleted platform stays taken")
def name_of_a_deleted_platform_stays_taken(ground: Ground) -> None:
    ground.wrap(
        platforms.register,
        lambda original, cloud, members: (
            refuse(bad_request(INVALID_DATA))
            if cloud.db.one(
                "SELECT 1 FROM platforms WHERE name = ? AND deleted = 1", (members["platform_name"],)
            )
            else original(cloud, members)
        ),
    )


@breaks("PF-1.8", "Registering the name of a deleted platform brings that one back")
def deleted_platform_comes_back(ground: Ground) -> None:
    ground.text(platforms_table.mark_deleted, "DELETE FROM permissions WHERE platform_id = ?", "SELECT ?")
    ground.wrap(
        platforms.register,
        lambda original, cloud, members: (
            cloud.db.run("UPDATE platforms SET deleted = 0 WHERE name = ?", (members["platform_name"],)),
            original(cloud, members),
        )[1],
    )


@breaks("PF-1.8", "Who had the permission on a deleted platform has it on the next of that name")
def permission_outlives_the_platform(ground: Ground) -> None:
    ground.text(platforms_table.mark_deleted, "DELETE FROM permissions WHERE platform_id = ?", "SELECT ?")
    _after_registration(
        ground,
        lambda cloud, platform: cloud.db.run(
            "INSERT OR IGNORE INTO permissions SELECT user_id, ? FROM permissions "
            "JOIN platforms USING (platform_id) WHERE name = ?",
            (platform.platform_id, platform.name),
        ),
        known=False,
    )


@breaks("PF-1.9", "A new platform is permitted to everyone")
def new_platform_is_permitted_to_everyone(ground: Ground) -> None:
    _after_registration(
        ground,
        lambda cloud, platform: cloud.db.run(
            "INSERT INTO permissions SELECT user_id, ? FROM users", (platform.platform_id,)
        ),
        known=False,
    )


@breaks("PF-1.9", "Who registers a platform may run jobs on it")
def registering_permits_the_caller(ground: Ground) -> None:
    ground.wrap(platform_routes.register, _registered_and_granted)


def _registered_and_granted(original: Original, call: Call) -> Json:
    answer = original(call)
    users_table.grant(call.cloud.db, call.caller.user.user_id, answer["platform_id"])
    return answer


@breaks("PF-1.10", "Specs may be a list")
def specs_may_be_a_list(ground: Ground) -> None:
    ground.field(shapes.REGISTER, "specs", kind=_ListToo())


class _ListToo(kinds.Specs):
    def take(self, value: Json) -> Json:
        return NO_OBJECT if isinstance(value, list) else super().take(value)


@breaks("PF-1.10", "The list of commands is not looked at")
def available_commands_may_be_anything(ground: Ground) -> None:
    ground.field(shapes.REGISTER, "specs", kind=kinds.Perfs())


@breaks("PF-1.10", "Specs may hold null")
def specs_may_hold_null(ground: Ground) -> None:
    ground.field(shapes.REGISTER, "specs", kind=Object())


@breaks("PF-1.10", "Perfs may hold null")
def perfs_may_hold_null(ground: Ground) -> None:
    ground.field(shapes.REGISTER, "perfs", kind=Object())


class _AnyConstraints(kinds.Specs):
    def take(self, value: Json) -> Json:
        if isinstance(value, JsonObject) and "constraints" in value.value:
            super().take(JsonObject({**value.value, "constraints": {}}, value.text))
            return value
        return super().take(value)


@breaks("PF-1.10", "The constraints of specs may hold null")
def constraints_may_hold_null(ground: Ground) -> None:
    ground.field(shapes.REGISTER, "specs", kind=_AnyConstraints())


@breaks("PF-1.11", "Every user registers platforms", also=("PM-38",), known_as="D064")
def every_user_registers_platforms(ground: Ground) -> None:
    ground.operation("PF-1", right="anyone")


@breaks("PF-1.11", "Anyone registers platforms, without a credential", also=("PM-38",), known_as="D064")
def registration_needs_no_credential(ground: Ground) -> None:
    ground.operation("PF-1", surface=None)


@breaks("PF-1.12", "A registration forgets the description")
def registration_forgets_the_description(ground: Ground) -> None:
    _registered_as(ground, lambda members: minus(members, "description"))


@breaks("PF-1.12", "A registration forgets the performance figures", also=("PF-2.2",))
def registration_forgets_the_perfs(ground: Ground) -> None:
    _registered_as(ground, lambda members: minus(members, "perfs"))


@breaks("PF-1.12", "A registration forgets the limit of the duration")
def registration_forgets_the_longest_duration(ground: Ground) -> None:
    _registered_as(ground, lambda members: minus(members, "max_duration"))


@breaks("PF-1.12", "A registration forgets the limit of the shots")
def registration_forgets_the_most_shots(ground: Ground) -> None:
    _registered_as(ground, lambda members: minus(members, "max_shots"))


@breaks("PF-1.12", "A registration forgets that explorers may come")
def registration_forgets_the_explorers(ground: Ground) -> None:
    _registered_as(ground, lambda members: minus(members, "allow_explorer"))


@breaks("PF-1.12", "A platform lets explorers create jobs unless it is told not to", also=("EX-2", "JB-1.16"))
def explorers_may_come_by_default(ground: Ground) -> None:
    _registered_as(ground, lambda members: {"allow_explorer": True, **members})


@breaks("PF-1.12", "A platform has a limit of shots although none was given", also=("LM-6",))
def platform_has_a_limit_of_its_own(ground: Ground) -> None:
    _registered_as(ground, lambda members: {"max_shots": 100_000, **members})


@breaks("PF-2", "The read of a platform by id has no description")
def platform_has_no_description(ground: Ground) -> None:
    ground.wrap(platform_routes.read, lambda original, call: minus(original(call), "description"))


@breaks("PF-2", "The read of a platform by id has no time of its creation")
def platform_has_no_created_date(ground: Ground) -> None:
    ground.wrap(platform_routes.read, lambda original, call: minus(original(call), "created_date"))


@breaks("PF-2.1", "A platform is read by its name where its id is wanted", also=("ID-9", "ID-10"))
def platform_is_read_by_a_name_too(ground: Ground) -> None:
    ground.wrap(
        platforms.find,
        lambda original, cloud, platform_id: (
            original(cloud, platform_id) or platforms_table.find_by_name(cloud.db, platform_id)
        ),
    )


@breaks("PF-2.1", "An unknown platform id is told with the general text")
def unknown_platform_has_the_general_text(ground: Ground) -> None:
    ground.set(platforms, "NOT_FOUND", "Not found")


@breaks("PF-2.1", "A name where an id is wanted is 400")
def name_for_an_id_is_a_bad_request(ground: Ground) -> None:
    ground.wrap(
        platform_routes.read,
        lambda original, call: (
            original(call)
            if identifiers.is_uuid(call.path["platform_id"])
            else refuse(bad_request(f"Invalid platform: {call.path['platform_id']}"))
        ),
    )


@breaks("PF-2.2", "Specs lose every member that the cloud does not know")
def unknown_specs_are_lost(ground: Ground) -> None:
    known = ("available_commands", "constraints", "architecture", "specific_circuit", "parameters")
    _details(
        ground,
        lambda platform: {
            "specs": {name: value for name, value in json.loads(platform.specs).items() if name in known}
        },
    )


@breaks("PF-2.2", "Specs lose letters beyond ASCII")
def specs_lose_letters(ground: Ground) -> None:
    _details(ground, lambda platform: {"specs": json.loads(_ascii(platform.specs))})


def _ascii(text: str) -> str:
    return json.dumps(json.loads(text), ensure_ascii=False).encode("ascii", "replace").decode()


@breaks("PF-2.2", "Performance figures are rounded", also=("PF-1.12",))
def perfs_are_rounded(ground: Ground) -> None:
    _details(
        ground, lambda platform: {"perfs": json.loads(platform.perfs, parse_float=lambda t: int(float(t)))}
    )


@breaks("PF-2.2", "A platform without performance figures shows null", also=("PF-1.12",))
def no_perfs_are_null(ground: Ground) -> None:
    _details(ground, lambda platform: {"perfs": json.loads(platform.perfs) or None})


@breaks("PF-2.3", "The list of platforms shows only those that the caller may use", also=("PM-36",))
def list_depends_on_permissions(ground: Ground) -> None:
    ground.wrap(
        platform_routes.list_all,
        lambda original, call: (
            original(call)
            if call.caller.is_admin
            else [
                entry
                for entry in original(call)
                if users_table.is_granted(call.cloud.db, call.caller.user.user_id, entry["id"])
            ]
        ),
    )


@breaks("PF-2.3", "Only who may use a platform reads it by its id", also=("PM-37",))
def read_by_id_needs_a_permission(ground: Ground) -> None:
    ground.wrap(
        platform_routes.read,
        lambda original, call: (
            original(call)
            if call.caller.is_admin
            or users_table.is_granted(call.cloud.db, call.caller.user.user_id, call.path["platform_id"])
            else refuse(forbidden())
        ),
    )


@breaks("PF-2.3", "Explorer tokens don't read platforms", also=("PM-36", "EX-6"))
def explorer_lists_no_platforms(ground: Ground) -> None:
    ground.operation("PF-5", right="full_token")


@breaks("PF-2.3", "Job tokens don't read platforms by id", also=("PM-37",))
def job_token_reads_no_platform(ground: Ground) -> None:
    ground.operation("PF-2", accepts=frozenset({Kind.LOGIN, Kind.API_KEY}))


def _updated_as(ground: Ground, change: Callable[[Mapping[str, Json]], Mapping[str, Json]]) -> None:
    ground.wrap(
        platforms.update,
        lambda original, cloud, platform, members: original(cloud, platform, change(members)),
    )


@breaks("PF-3", "A change of a platform drops what it does not name")
def change_drops_the_rest(ground: Ground) -> None:
    _updated_as(ground, lambda members: {"description": "", "perfs": NO_OBJECT, **members})


@breaks("PF-3", "A change of a platform's type is taken and forgotten")
def change_of_the_type_is_forgotten(ground: Ground) -> None:
    _updated_as(ground, lambda members: minus(members, "type"))


@breaks("PF-3", "A platform can't be renamed")
def platform_keeps_its_name(ground: Ground) -> None:
    _updated_as(ground, lambda members: minus(members, "platform_name"))


@breaks("PF-3", "A platform's limits can't be changed", also=("PF-3.4",))
def platform_keeps_its_limits(ground: Ground) -> None:
    _updated_as(ground, lambda members: minus(minus(members, "max_duration"), "max_shots"))


@breaks("PF-3.1", "A platform may have any status")
def platform_may_have_any_status(ground: Ground) -> None:
    ground.replace(platforms.status_is_known, lambda status: True)


@breaks("PF-3.1", "A platform can't be unreachable", also=("JB-1.43", "WK-1.7", "PF-6"))
def platform_can_not_be_unreachable(ground: Ground) -> None:
    ground.wrap(
        platforms.status_is_known,
        lambda original, status: original(status) and status != platforms.UNREACHABLE,
    )


@breaks("PF-3.1", "An unknown status of a platform is a 422")
def unknown_status_is_a_schema_error(ground: Ground) -> None:
    ground.field(shapes.PLATFORM_UPDATE, "status", kind=kinds.Choice(platforms.STATUSES))


@breaks("PF-3.2", "A platform may get any name")
def platform_may_get_any_name(ground: Ground) -> None:
    ground.replace(
        platforms.name_may_be_taken,
        lambda cloud, platform, name: platforms_table.find_by_name(cloud.db, name) is None,
    )


@breaks("PF-3.2", "A taken name is accepted and changes nothing")
def taken_name_is_accepted(ground: Ground) -> None:
    ground.wrap(
        platforms.update,
        lambda original, cloud, platform, members: original(
            cloud,
            platform,
            minus(members, "platform_name")
            if platforms_table.find_by_name(cloud.db, members.get("platform_name", ""))
            else members,
        ),
    )


@breaks("PF-3.3", "A window of maintenance is taken and forgotten", also=("SV-6.4",))
def maintenance_is_forgotten(ground: Ground) -> None:
    _updated_as(ground, lambda members: minus(members, "maintenance"))


@breaks("PF-3.3", "A window of maintenance is never taken back")
def maintenance_is_never_taken_back(ground: Ground) -> None:
    _updated_as(
        ground,
        lambda members: members if members.get("maintenance", "") else minus(members, "maintenance"),
    )


@breaks("PF-3.3", "A window of maintenance may lack its end")
def maintenance_may_lack_its_end(ground: Ground) -> None:
    ground.wrap(kinds.Maintenance.take, _with_an_end)


def _with_an_end(original: Original, kind: kinds.Maintenance, value: Json) -> Json:
    if isinstance(value, JsonObject) and "start_time" in value.value:
        value = JsonObject({"end_time": value.value["start_time"], **value.value}, value.text)
    return original(kind, value)


@breaks("PF-3.3", "A window of maintenance loses its zone", also=("SV-6.4", "TM-6"))
def maintenance_loses_its_zone(ground: Ground) -> None:
    ground.wrap(
        service.public_view,
        lambda original, platform: {
            **original(platform),
            "maintenance": JsonText(platform.maintenance.replace("Z", "")) if platform.maintenance else None,
        },
    )


@breaks("PF-3.4", "A limit of null is taken and leaves the limit")
def limit_is_never_removed(ground: Ground) -> None:
    for name in ("max_duration", "max_shots"):
        ground.field(shapes.PLATFORM_UPDATE, name, keeps_null=False)


@breaks("PF-3.4", "A limit of null is refused")
def null_limit_is_refused(ground: Ground) -> None:
    for name in ("max_duration", "max_shots"):
        ground.field(shapes.PLATFORM_UPDATE, name, nullable=False)


@breaks("PF-3.4", "A limit of the duration may be 0")
def longest_duration_may_be_zero(ground: Ground) -> None:
    ground.field(shapes.PLATFORM_UPDATE, "max_duration", kind=Integer(0))


@breaks("PF-3.4", "A limit of the shots may be 0")
def most_shots_may_be_zero(ground: Ground) -> None:
    ground.field(shapes.PLATFORM_UPDATE, "max_shots", kind=Integer(0))


@breaks("PF-3.5", "Specs are not looked at when a platform is changed")
def changed_specs_may_be_anything(ground: Ground) -> None:
    ground.field(shapes.PLATFORM_UPDATE, "specs", kind=Object())


@breaks("PF-3.5", "Performance figures of null clear those of the platform")
def null_perfs_clear_the_old(ground: Ground) -> None:
    ground.field(shapes.PLATFORM_UPDATE, "perfs", nullable=True, keeps_null=True)
    _updated_as(
        ground,
        lambda members: {name: NO_OBJECT if value is None else value for name, value in members.items()},
    )


@breaks("PF-3.5", "Performance figures are not looked at when a platform is changed")
def changed_perfs_may_hold_null(ground: Ground) -> None:
    ground.field(shapes.PLATFORM_UPDATE, "perfs", kind=Object())


@breaks("PF-3.6", "A change of an unknown platform is 400")
def change_of_no_platform_is_a_bad_request(ground: Ground) -> None:
    ground.wrap(
        platform_routes.update,
        lambda original, call: (
            original(call)
            if platforms.find(call.cloud, call.path["platform_id"])
            else refuse(bad_request(INVALID_DATA))
        ),
    )


@breaks("PF-3.6", "Every user changes platforms", also=("PM-39",))
def every_user_changes_platforms(ground: Ground) -> None:
    ground.operation("PF-3", right="anyone")


@breaks("PF-3.6", "An API key changes platforms", also=("PM-39",))
def key_changes_platforms(ground: Ground) -> None:
    ground.operation("PF-3", right="registrar")


@breaks("PF-4", "The deletion of a platform says nothing")
def deletion_of_a_platform_says_nothing(ground: Ground) -> None:
    ground.wrap(platform_routes.delete, lambda original, call: (original(call), {})[1])


@breaks("PF-4", "A platform is not deleted", also=("PF-4.2",))
def platform_is_not_deleted(ground: Ground) -> None:
    ground.replace(platforms.delete, lambda *_: None)


@breaks("PF-4.1", "A platform may be deleted twice")
def platform_is_deleted_twice(ground: Ground) -> None:
    ground.wrap(
        platform_routes.delete,
        lambda original, call: (
            original(call) if platforms.find(call.cloud, call.path["platform_id"]) else platform_routes.OK
        ),
    )


@breaks("PF-4.2", "A deleted platform stays in the list", known_as="D065")
def deleted_platform_is_listed(ground: Ground) -> None:
    ground.text(platforms_table.page, " WHERE deleted = 0", "")


@breaks("PF-4.2", "A deleted platform stays public", also=("SV-6.3",), known_as="D065")
def deleted_platform_is_public(ground: Ground) -> None:
    ground.text(platforms_table.every, " WHERE deleted = 0", "")


@breaks(
    "PF-4.2",
    "A deleted platform is still found by its id",
    also=("JB-1.29", "PF-4.1", "WK-1.4"),
    known_as="D065",
)
def deleted_platform_is_found_by_id(ground: Ground) -> None:
    ground.text(platforms_table.find, " AND deleted = 0", "")


@breaks(
    "PF-4.2", "A deleted platform is still found by its name", also=("JB-1.30", "PL-2.1"), known_as="D065"
)
def deleted_platform_is_found_by_name(ground: Ground) -> None:
    ground.text(platforms_table.find_by_name, " AND deleted = 0", " ORDER BY deleted")


@breaks("PF-4.2", "A deleted platform hands out no job, but is found", also=("WK-1.4",), known_as="D065")
def deleted_platform_has_no_waiting_job(ground: Ground) -> None:
    ground.wrap(queue.wanted_platform, _or_no_waiting_job)


def _or_no_waiting_job(original: Original, *args: object) -> Platform:
    try:
        platform: Platform = original(*args)
    except RefusalError as refusal:
        raise (not_found(queue.NO_WAITING_JOB) if refusal.status == 404 else refusal) from None
    return platform


@breaks("PF-4.3", "Jobs go on waiting when their platform is deleted", also=("J13", "J13.1"))
def jobs_outlive_their_platform(ground: Ground) -> None:
    ground.replace(platforms.delete, _deleted_without_its_jobs)


def _deleted_without_its_jobs(cloud: Cloud, platform: Platform) -> None:
    platforms_table.mark_deleted(cloud.db, platform.platform_id)


@breaks("PF-4.3", "The jobs that end with a platform don't say why", also=("J13", "ST-8"))
def jobs_of_a_deleted_platform_have_no_message(ground: Ground) -> None:
    ground.set(closing, "PLATFORM_DELETED", closing.Reason("platform_deleted", ""))


@breaks("PF-4.4", "Every user deletes platforms", also=("PM-39",))
def every_user_deletes_platforms(ground: Ground) -> None:
    ground.operation("PF-4", right="anyone")


@breaks("PF-4.4", "An API key deletes platforms", also=("PM-39",))
def deleting_platforms_is_open_to_keys(ground: Ground) -> None:
    ground.operation("PF-4", right="registrar")


@breaks("PF-5", "An entry of the list of platforms has no description")
def listed_platform_has_no_description(ground: Ground) -> None:
    ground.wrap(
        platform_routes.list_all,
        lambda original, call: [minus(entry, "description") for entry in original(call)],
    )


@breaks("PF-5", "The list of platforms is an object with a list in it", also=("PG-3",))
def list_of_platforms_is_wrapped(ground: Ground) -> None:
    ground.wrap(platform_routes.list_all, lambda original, call: {"platforms": original(call)})


@breaks("PF-5.1", "Anyone lists the platforms", also=("PL-3", "A-1.6"))
def anyone_lists_platforms(ground: Ground) -> None:
    ground.operation("PF-5", surface=None)


class _Clamped(kinds.QueryInteger):
    def take(self, value: Json) -> Json:
        try:
            return super().take(value)
        except UnfitError:
            return self.least if self.most == kinds.LARGEST_INTEGER else self.most


@breaks("PF-5.2", "A wrong limit of the list of platforms is taken for the largest", also=("PG-4", "PG-10"))
def wrong_limit_of_platforms_is_taken(ground: Ground) -> None:
    ground.operation("PF-5", query=with_field(shapes.PAGE, "limit", kind=_Clamped(1, shapes.LONGEST_PAGE)))


@breaks("PF-5.2", "A wrong offset in the list of platforms is taken for none", also=("PG-5", "PG-10"))
def wrong_offset_of_platforms_is_taken(ground: Ground) -> None:
    ground.operation("PF-5", query=with_field(shapes.PAGE, "offset", kind=_Clamped(0)))


@breaks("PF-6", "A retired platform hands out no more jobs", also=("WK-1.7",))
def retired_platform_hands_out_nothing(ground: Ground) -> None:
    ground.wrap(
        platforms.hands_out_jobs,
        lambda original, platform: original(platform) and platforms.accepts_new_jobs(platform),
    )


@breaks("PF-6", "A locked platform hands out no more jobs", also=("WK-1.7",))
def locked_platform_hands_out_nothing(ground: Ground) -> None:
    ground.wrap(
        platforms.hands_out_jobs,
        lambda original, platform: original(platform) and not platforms.is_locked(platform),
    )


@breaks("PF-6", "A locked platform refuses jobs with 400", also=("JB-1.24",))
def locked_platform_is_a_bad_request(ground: Ground) -> None:
    def around(original: Original, *args: object) -> None:
        try:
            original(*args)
        except RefusalError as refusal:
            raise (bad_request(refusal.error) if "is locked" in refusal.error else refusal) from None

    ground.wrap(admission.require_access, around)


Receive = Callable[..., Awaitable[Any]]


@breaks("TR-8", "A percent-encoded platform name is not decoded", known_as="D068")
def encoded_platform_name_is_not_decoded(ground: Ground) -> None:
    def around(original: Original, inner: app.Asgi) -> app.Asgi:
        guarded = original(inner)

        async def undecoded(scope: app.Scope, receive: Receive, send: Receive) -> None:
            if scope["type"] == "http":
                scope["path"] = scope["raw_path"].decode("ascii")
            await guarded(scope, receive, send)

        return undecoded

    ground.wrap(app._exact_paths, around)
