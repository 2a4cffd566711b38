"""API keys: what a scenario tries with them, and what it expects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import ApiKey, JobToken, Platform, User
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.operations import AK_2_LIST, AK_2_REVOKE, PF_1, PF_2, PF_5, WK_1, WK_2
from steps.api.personas import Persona, bearer
from steps.api.utils import Api
from steps.support.accounts import IMPOSSIBLE_PAGES, NOBODY
from steps.support.attempt import Outcome, attempt
from steps.support.credentials import ACCOUNT_ERROR, expect_all_refused
from steps.support.expectations import expect_equal, expect_refusal, expect_success, expect_true
from steps.support.moments import expect_just_now
from steps.support.paging import whole_and_pages

if TYPE_CHECKING:
    from steps.support.world import World

# Where a worker shows its key.
KEY_ROUTES = (WK_1, WK_2, PF_1, PF_2, PF_5)


def the_key(world: World) -> ApiKey:
    """The scenario's API key; an earlier step must have made it."""
    assert world.key is not None, "The scenario speaks of its API key, but no step has made one."
    return world.key


def shown(world: World) -> list[Persona]:
    """Those who show the scenario's API key."""
    return [bearer("API key", the_key(world).api_key)]


def take_over(world: World) -> None:
    """Make the key of the last attempt, if it was made, the scenario's."""
    made: ApiKey | None = world.outcome.value if world.outcome is not None else None
    if made is not None:
        world.key = made


def use(world: World, key: ApiKey) -> Outcome:
    """Use the key for what every key opens: list platforms."""
    return attempt(Api(world.cloud).call, PF_5, token=key.api_key, query={"limit": 1})


def expect_works(world: World, key: ApiKey, *rules: str) -> None:
    """State that the key opens what every key opens."""
    expect_success(use(world, key), *rules)


def expect_refused(world: World, key: ApiKey, status: int, error: str, *rules: str) -> None:
    """State that the key is refused with this text."""
    expect_refusal(use(world, key), status, error, *rules)


def expect_refused_everywhere(world: World, key: ApiKey, *rules: str) -> None:
    """State that every route on which a worker shows its key refuses this one."""
    persona = bearer(str(key.label), key.api_key)
    expect_all_refused(world.cloud, KEY_ROUTES, [persona], (401,), ACCOUNT_ERROR, *rules)


def list_keys(world: World, by: User) -> list[dict[str, Any]]:
    """Every API key, as `by` sees it. Raises CloudRefusal."""
    return Api(world.cloud).call_for_list(
        AK_2_LIST, "api_key_id", token=token_for(by, AK_2_LIST), query={"limit": 10000}
    )


def revoke(world: World, key_id: int, by: User) -> None:
    """Revoke the key of that id, as `by`. Raises CloudRefusal."""
    Api(world.cloud).call(AK_2_REVOKE, token=token_for(by, AK_2_REVOKE), body={"api_key_id": key_id})


def fetch(world: World, platform: Platform, key: ApiKey) -> None:
    """Ask for a job of the platform as its worker, showing this key. Raises CloudRefusal."""
    body = {"platform_id": platform.platform_id, "worker_id": platform.worker_id}
    Api(world.cloud).call(WK_1, token=key.api_key, body=body)


def impossible_pages(world: World) -> dict[str, Outcome]:
    """Ask the list of keys for each impossible page, as the admin; by parameter and value."""
    token = token_for(world.admin, AK_2_LIST)
    return {
        f"{name}={value}": attempt(Api(world.cloud).call, AK_2_LIST, token=token, query={name: value})
        for name, value in IMPOSSIBLE_PAGES
    }


def revoke_unknown(world: World) -> None:
    """Revoke a key under an id that none has. Raises CloudRefusal."""
    revoke(world, NOBODY, world.admin)


def revoke_as_job_token(world: World, user: User, secret: str) -> None:
    """Revoke a credential of another class with the operation for job tokens. Raises CloudRefusal."""
    JobToken("no job token", token=secret).revoke(world.cloud, user)


def delete_as_job_token(world: World, user: User, secret: str) -> None:
    """Delete a credential of another class with the operation for job tokens. Raises CloudRefusal."""
    JobToken.delete_by_key(world.cloud, user, [secret])


def reopen_as_job_token(world: World, user: User, secret: str) -> None:
    """Reopen a credential of another class with the operation for job tokens. Raises CloudRefusal."""
    JobToken("no job token", token=secret).reopen(world.cloud, user)


def entry_of(world: World, key: ApiKey, *rules: str) -> dict[str, Any]:
    """The key's entry in the admin's list, in which it must be once."""
    entries = [entry for entry in list_keys(world, world.admin) if entry["api_key_id"] == key.api_key_id]
    expect_equal("the key should be listed once", len(entries), 1, *rules)
    return entries[0]


def expect_entry(entry: Mapping[str, Any], key: ApiKey, owner: User, *rules: str) -> None:
    """State that a list entry describes a key that was made just now, and holds nothing beside."""
    times = {"created_date", "expiration_date"}
    wanted = {
        "api_key_id": key.api_key_id,
        "label": key.label,
        "user_id": owner.user_id,
        "is_revoked": False,
    }
    expect_equal("the entry should have these members", set(entry), {*wanted, *times}, *rules)
    expect_equal("the entry should describe the key", {name: entry[name] for name in wanted}, wanted, *rules)
    created, expires = (datetime.fromisoformat(entry[name]) for name in sorted(times))
    expect_just_now("it should be new", entry["created_date"], *rules)
    span = (expires - created).total_seconds()
    expect_true("it should live as long as was asked", abs(span - key.duration) <= 2, span, *rules)


def expect_not_among(entries: list[dict[str, Any]], key: ApiKey, *rules: str) -> None:
    """State that a list of keys has no entry of this one."""
    found = [entry for entry in entries if entry["api_key_id"] == key.api_key_id]
    expect_equal("the key should not be listed", found, [], *rules)


def expect_no_secret(entries: list[dict[str, Any]], key: ApiKey, *rules: str) -> None:
    """State that no value of the list is the key's secret."""
    showing = [
        entry["api_key_id"] for entry in entries if any(key.api_key in str(value) for value in entry.values())
    ]
    expect_equal("no entry should show the secret", showing, [], *rules)


def expect_whole_list(world: World, *rules: str) -> None:
    """State that the pages of the list of keys, put together, are the list."""
    whole, pages = whole_and_pages(
        lambda limit, offset: ApiKey.list_page(world.cloud, world.admin, limit=limit, offset=offset), 25
    )
    ids = [entry["api_key_id"] for page in pages for entry in page]
    expect_equal(
        "the pages should make up the whole list", ids, [entry["api_key_id"] for entry in whole], *rules
    )
    expect_equal("the list should go up by api_key_id", ids, sorted(ids), *rules)


def expect_label_free(world: World, label: str, *rules: str) -> None:
    """State that no key of the list has this label."""
    labels = [entry["label"] for entry in list_keys(world, world.admin)]
    expect_true("no key should have the label", label not in labels, label, *rules)
