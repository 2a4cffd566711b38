"""Platforms as a whole: registered with and without members, read in every way, listed, gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Platform, User
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.operations import PF_1, PF_2, PF_5, PL_1, PL_2
from steps.api.utils import Api
from steps.support.attempt import Outcome, attempt
from steps.support.expectations import (
    ExpectationFailed,
    expect_equal,
    expect_refusal,
    expect_success,
    expect_true,
)
from steps.support.members import overlaid
from steps.support.paging import whole_and_pages

if TYPE_CHECKING:
    from steps.support.world import World

PUBLIC_MEMBERS = (
    "id",
    "name",
    "description",
    "type",
    "status",
    "maintenance",
    "statistic",
    "created_date",
)


def registered_with(world: World, members: Mapping[str, Any]) -> Platform:
    """A new platform whose registration has these members, which may be dotted (`specs.constraints`)."""
    specs = {"specs": {"available_commands": ["probs"]}}
    register_dict = overlaid(specs, members)
    platform = world.make.platform(register_dict)
    platform.specs = register_dict["specs"]
    platform.type = register_dict.get("type", platform.type)
    return platform


def registered_without(world: World, member: str) -> None:
    """Register a new platform with one member missing."""
    platform = Platform(world.names.platform())
    body = {
        "platform_name": platform.name,
        "type": platform.type,
        "worker_id": platform.worker_id,
        "specs": platform.specs,
    }
    del body[member]
    answer = Api(world.cloud).call_for_object(
        PF_1, "platform_id", token=token_for(world.admin, PF_1), body=body
    )
    platform.platform_id = answer["platform_id"]
    world.undo.push("a platform that should have been refused", lambda: platform.delete(world.cloud))


def with_another_worker(world: World, platform: Platform) -> Platform:
    """The same platform with another worker, which is registered too."""
    return world.make.registered(Platform(platform.name, specs=platform.specs))


def read_by_id(world: World, platform_id: str) -> dict[str, Any]:
    """Read whatever stands for a platform's id."""
    return Api(world.cloud).call_for_object(
        PF_2, token=token_for(world.admin, PF_2), path={"platform_id": platform_id}
    )


def list_anonymously(world: World) -> list[dict[str, Any]]:
    """List the platforms without a credential."""
    return Api(world.cloud).call_for_list(PF_5)


def read_by_name(world: World, name: str, user: User) -> Outcome:
    """Read a platform by a name, with the user's job token."""
    return attempt(Api(world.cloud).call_for_object, PL_2, token=token_for(user, PL_2), path={"name": name})


def expect_same_reads(world: World, platform: Platform, user: User, *rules: str) -> None:
    """State that PF-2, PL-1 and PL-2 show one platform, with the specs and perfs that were sent."""
    by_id = platform.read(world.cloud)
    shared = ("id", "name", "type", "status", "specs", "perfs")
    expected = {name: by_id.get(name) for name in shared}
    expect_equal(
        "the platform should show the specs that were sent", by_id.get("specs"), platform.specs, *rules
    )
    for read in (platform.read_processor, platform.read_by_name):
        answer = expect_success(attempt(read, world.cloud, user), *rules)
        expect_equal(
            "reads by id and by name should agree",
            {name: answer.get(name) for name in shared},
            expected,
            *rules,
        )


def expect_new_id(old: Platform, new: Platform, *rules: str) -> None:
    """State that two platforms of one name are two."""
    ids = (old.platform_id, new.platform_id)
    expect_true("the platform should have an id of its own", ids[0] != ids[1], ids, *rules)


def expect_gone(world: World, platform: Platform, user: User, *rules: str) -> None:
    """State that no read and no list shows the platform."""
    reads: Sequence[Callable[[], Any]] = (
        lambda: platform.read(world.cloud),
        lambda: platform.read_processor(world.cloud, user),
        lambda: platform.read_by_name(world.cloud, user),
    )
    for read in reads:
        expect_refusal(attempt(read), 404, "Platform not found", *rules)
    listed = {each.platform_id for each in Platform.list_all(world.cloud)}
    public = {entry.get("id") for entry in Platform.list_public(world.cloud)}
    shown = [name for name, ids in (("list", listed), ("public list", public)) if platform.platform_id in ids]
    expect_equal("no list should show the platform", shown, [], *rules)


def expect_whole_pages(world: World, among: Sequence[Platform], *rules: str) -> None:
    """State that the pages of the list are the list, and that `among` stand in it in this order."""
    whole, pages = whole_and_pages(
        lambda limit, offset: Platform.list_page(world.cloud, world.admin, limit=limit, offset=offset), 2
    )
    ids = [entry["id"] for entry in whole]
    paged = [entry["id"] for page in pages for entry in page]
    expect_equal("the pages put together should be the list", paged, ids, *rules)
    wanted = [platform.platform_id for platform in among]
    found = [each for each in ids if each in wanted]
    expect_equal("the list should hold each platform once, the older one first", found, wanted, *rules)


def expect_public(world: World, platform: Platform, *rules: str) -> None:
    """State that the public list holds the platform, with the public members and nothing of its workers."""
    entries = {entry.get("id"): entry for entry in Platform.list_public(world.cloud)}
    entry = entries.get(platform.platform_id)
    if entry is None:
        raise ExpectationFailed(
            "the public list should hold the platform", platform.platform_id, "absent", rules
        )
    expect_equal("anyone should see these members", sorted(entry), sorted(PUBLIC_MEMBERS), *rules)
    expect_true("no worker should be shown", platform.worker_id not in str(entry), entry, *rules)


def expect_maintenance(world: World, platform: Platform, window: tuple[str, str], *rules: str) -> None:
    """State that the public list shows this window of maintenance, whichever way its times are written."""
    entries = {entry.get("id"): entry for entry in Platform.list_public(world.cloud)}
    shown = entries.get(platform.platform_id, {}).get("maintenance") or {}
    times = [
        datetime.fromisoformat(str(shown.get(name))) for name in ("start_time", "end_time") if name in shown
    ]
    wanted = [datetime.fromisoformat(each) for each in window]
    expect_equal("anyone should see the window of the maintenance", times, wanted, *rules)


def expect_read_by_all(world: World, platform: Platform, user: User, *rules: str) -> None:
    """State that whoever shows a login token, job token, explorer token or key reads the platform.

    By id, by name and in the list.
    """
    api = Api(world.cloud)
    key = world.admin.api_key
    assert key is not None, "The admin of a run has an API key."
    explorer = world.make.job_token_of_body(
        user, {"label": world.names.label("token"), "is_explorer_token": True}
    )
    credentials = (user.login_token.token, user.job_tokens[-1].token, explorer.token, key.token)
    by_name = {"path": {"name": platform.name}}
    for token in credentials:
        expect_success(
            attempt(api.call, PF_2, token=token, path={"platform_id": platform.platform_id}), *rules
        )
        expect_success(attempt(api.call, PL_1, token=token, **by_name), *rules)
        expect_success(attempt(api.call, PL_2, token=token, **by_name), *rules)
        listed = expect_success(attempt(api.call_for_list, PF_5, token=token, query={"limit": 10000}), *rules)
        shown = any(entry.get("id") == platform.platform_id for entry in listed)
        expect_true("the list should hold the platform", shown, len(listed), *rules)
