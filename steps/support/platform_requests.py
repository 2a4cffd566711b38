"""Platforms in every form: registered by hand, named in every spelling, changed member by member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

from steps.api.cloud_objects import Platform, TokenType, User
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.errors import CloudRefusal
from steps.api.exchange import Exchange
from steps.api.operations import PF_1, PF_2, PF_3, PF_4, PL_1, PL_2, Operation
from steps.api.utils import Api
from steps.support.attempt import Outcome, attempt
from steps.support.expectations import (
    ExpectationFailed,
    expect_confirmed,
    expect_equal,
    expect_every,
    expect_refusal,
    expect_success,
)
from steps.support.making import gone
from steps.support.members import overlaid, value_of
from steps.support.spoken import text_of_length
from steps.support.wording import filled

if TYPE_CHECKING:
    from behave.model import Row, Table

    from steps.support.world import World

STATUSES = ("maintenance", "unreachable", "locked", "decommissioned", "retired", "available")
_READS_BY_NAME = (PL_1, PL_2)


def register_by_hand(
    world: World, members: Mapping[str, Any], kind: TokenType = TokenType.API_Key
) -> dict[str, Any]:
    """Register with exactly this body, as the admin with a credential of that kind; return the answer.

    What it makes goes with the scenario. Raises CloudRefusal.
    """
    name = str(members.get("platform_name"))
    with world.make.platform_if_lost(name):
        answer = Api(world.cloud).call_for_object(
            PF_1, "platform_id", token=world.admin.get_token(kind), body=members
        )
    made = Platform(name, platform_id=answer["platform_id"])
    world.undo.push(f"platform {made.name}", lambda: gone(made.delete, world.cloud))
    return answer


def draft(world: World) -> Platform:
    """A platform with a new name and a new worker, of which the cloud knows nothing."""
    return Platform(world.names.platform())


def body_of(platform: Platform, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """The least that registers a platform, and these members."""
    return {
        "platform_name": platform.name,
        "worker_id": platform.worker_id,
        "specs": platform.specs,
        **members,
    }


def register_as(world: World, kind: TokenType) -> None:
    """Attempt to register a new platform, with the admin's credential of that kind."""
    platform = draft(world)
    world.attempt(register_by_hand, world, body_of(platform), kind)
    assert world.outcome is not None
    if world.outcome.refusal is None:
        platform.platform_id = world.outcome.value["platform_id"]
        world.platform = platform


def register_again(world: World, platform: Platform, members: Mapping[str, Any]) -> None:
    """Attempt to register a known platform by another worker, with specs of the members and no type."""
    world.other_worker = Platform(platform.name)
    world.attempt(register_by_hand, world, {**body_of(world.other_worker), **members})


def register_for_worker(world: World, worker: Platform) -> Platform:
    """Register a new platform for a worker that is at work elsewhere."""
    return world.make.registered(Platform(world.names.platform(), worker_id=worker.worker_id))


def expect_registrations_refused(world: World, table: Table) -> None:
    """State for each row (`rule`, `member`, `value`) that no platform is registered with the member."""
    expect_every(partial(_expect_registration_refused, world, row) for row in table)


def _expect_registration_refused(world: World, row: Row) -> None:
    body = overlaid(body_of(draft(world)), {row["member"]: value_of(world, row["value"])})
    expect_refusal(attempt(register_by_hand, world, body), (422, 400), None, row["rule"])


def expect_names(world: World, table: Table, *rules: str) -> None:
    """State for each row (`name`, `taken`) whether a platform may be called so.

    `a name of 255 characters` stands for one. A name that may not be is refused under its own text.
    """
    expect_every(partial(_expect_name, world, row, *rules) for row in table)


def _expect_name(world: World, row: Row, *rules: str) -> None:
    name = _name(world, row["name"])
    outcome = attempt(world.make.platform, name=name)
    if row["taken"] == "yes":
        expect_success(outcome, *rules)
    else:
        expect_refusal(outcome, 400, f"Invalid platform: {name}", *rules)


def _name(world: World, words: str) -> str:
    if not words.startswith("a name of "):
        return filled(world, words)
    start = f"{world.names.platform()}:"
    return start + text_of_length("text", int(words.split()[3]) - len(start))


def _read_spelled(world: World, operation: Operation, user: User, spelling: str) -> Exchange:
    """Read a platform under a name that is written in the path exactly so. Raises CloudRefusal."""
    api = Api(world.cloud)
    written = api.request(operation, token=token_for(user, operation), path={"name": "name"})
    exchange = api.send(replace(written, url=world.cloud.url + operation.path.format(name=spelling)))
    if exchange.status != 200:
        raise CloudRefusal(exchange)
    return exchange


def spellings_of(name: str) -> dict[str, str]:
    """The ways in which a name may be written in a path."""
    return {
        "plainly": name,
        "with %3A": quote(name, safe=""),
        "with %3a": quote(name, safe="").replace("%3A", "%3a"),
        "all in codes": "".join(f"%{octet:02X}" for octet in name.encode()),
    }


def expect_every_spelling(world: World, platform: Platform, user: User, *rules: str) -> None:
    """State that both reads by name find the platform however its name is written in the path."""
    expect_every(
        partial(_expect_spelling, world, platform, user, operation, way, *rules)
        for operation in _READS_BY_NAME
        for way in spellings_of(platform.name)
    )


def _expect_spelling(
    world: World, platform: Platform, user: User, operation: Operation, way: str, *rules: str
) -> None:
    spelling = spellings_of(platform.name)[way]
    named = [rule for rule in rules if rule not in (PL_1.rule, PL_2.rule)]
    outcome = attempt(_read_spelled, world, operation, user, spelling)
    exchange: Exchange = expect_success(outcome, operation.rule, *named)
    shown = exchange.body.get("id") if isinstance(exchange.body, dict) else exchange.body
    fact = f"a name that is written {way} should be found"
    expect_equal(fact, shown, platform.platform_id, operation.rule, *named)


def expect_unknown_name(world: World, name: str, user: User, error: str | None, *rules: str) -> None:
    """State that neither read by name finds a platform of this name."""
    expect_every(
        partial(expect_refusal, _read_named(world, operation, name, user), 404, error, *rules)
        for operation in _READS_BY_NAME
    )


def _read_named(world: World, operation: Operation, name: str, user: User) -> Outcome:
    token = token_for(user, operation)
    return attempt(Api(world.cloud).call_for_object, operation, token=token, path={"name": name})


def expect_shown_by_name(
    world: World, platform: Platform, user: User, wanted: Mapping[str, Any], *rules: str
) -> None:
    """State that both reads by name show these members."""
    for operation in _READS_BY_NAME:
        answer = expect_success(_read_named(world, operation, platform.name, user), *rules)
        shown = {name: answer.get(name, "(absent)") for name in wanted}
        expect_equal(f"{operation.path} should show them", shown, dict(wanted), *rules)


def expect_every_status(world: World, platform: Platform, user: User, *rules: str) -> None:
    """State that the platform may be brought to each status, which every way to read it then shows."""
    expect_every(partial(_expect_status, world, platform, user, status, *rules) for status in STATUSES)


def _expect_status(world: World, platform: Platform, user: User, status: str, *rules: str) -> None:
    expect_confirmed(attempt(platform.update, world.cloud, {"status": status}), *rules)
    public = {entry.get("id"): entry.get("status") for entry in Platform.list_public(world.cloud)}
    shown = {
        "by id": platform.read(world.cloud).get("status"),
        "by name": platform.read_by_name(world.cloud, user).get("status"),
        "as a processor": platform.read_processor(world.cloud, user).get("status"),
        "among the public ones": public.get(platform.platform_id),
    }
    expect_equal("every read should show the status", shown, dict.fromkeys(shown, status), *rules)


def expect_changes_shown(world: World, platform: Platform, table: Table, *rules: str) -> None:
    """State for each row (`member`, `value`) that the change is confirmed, and changes this member alone."""
    expect_every(partial(_expect_change_shown, world, platform, row, *rules) for row in table)


def _expect_change_shown(world: World, platform: Platform, row: Row, *rules: str) -> None:
    before = platform.read(world.cloud)
    change = {row["member"]: value_of(world, row["value"])}
    expect_confirmed(attempt(platform.update, world.cloud, change), *rules)
    now = platform.read(world.cloud)
    expect_equal("the change should touch what it names alone", now, {**before, **change}, *rules)


def expect_changes_refused(world: World, platform: Platform, table: Table) -> None:
    """State for each row (`rule`, `member`, `value`) that the change is refused and changes nothing."""
    expect_every(partial(_expect_change_refused, world, platform, row) for row in table)


def _expect_change_refused(world: World, platform: Platform, row: Row) -> None:
    before = (platform.read(world.cloud), _public_entry(world, platform))
    change = {row["member"]: value_of(world, row["value"])}
    expect_refusal(attempt(platform.update, world.cloud, change), (422, 400), None, row["rule"])
    now = (platform.read(world.cloud), _public_entry(world, platform))
    expect_equal("a refusal should change nothing", now, before, row["rule"])


def _public_entry(world: World, platform: Platform) -> dict[str, Any] | None:
    entries = {entry.get("id"): entry for entry in Platform.list_public(world.cloud)}
    return entries.get(platform.platform_id)


def expect_no_maintenance(world: World, platform: Platform, *rules: str) -> None:
    """State that the public list shows no window of maintenance."""
    entry = _public_entry(world, platform)
    if entry is None:
        raise ExpectationFailed("the public list should hold it", platform.platform_id, "absent", rules)
    expect_equal("there should be no maintenance", entry.get("maintenance", "(absent)"), None, *rules)


# What an unknown id is, and the rule that says so of each operation.
_BY_ID = {PF_2: "PF-2.1", PF_3: "PF-3.6", PF_4: "PF-4.1"}


def expect_unknown_ids(world: World, platform: Platform) -> None:
    """State that no platform is read, changed or deleted under an unknown id or under a name."""
    expect_every(
        partial(_expect_unknown_id, world, operation, str(platform_id))
        for operation in _BY_ID
        for platform_id in (uuid4(), platform.name)
    )


def _expect_unknown_id(world: World, operation: Operation, platform_id: str) -> None:
    outcome = attempt(
        Api(world.cloud).call,
        operation,
        token=token_for(world.admin, operation),
        path={"platform_id": platform_id},
        body={"description": "nowhere"} if operation is PF_3 else None,
    )
    expect_refusal(outcome, 404, "Platform not found", _BY_ID[operation])
