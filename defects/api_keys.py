"""Faults of API keys: AK-1 to AK-2.4."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground, with_field
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import platforms as platform_routes
from sandbox.routes import shapes, workers
from sandbox.routes import tokens as key_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Integer, QueryInteger, Text
from sandbox.rules import api_keys, clock, credentials, identifiers, platforms
from sandbox.rules.credentials import Kind
from sandbox.rules.refusals import bad_request, forbidden, not_found
from sandbox.store import api_keys_table, users_table
from sandbox.store.records import ApiKey

_DAY = 86_400


def _create_with(ground: Ground, **members: Json) -> None:
    """Take these for what a new key is not given."""
    ground.wrap(
        api_keys.create, lambda original, cloud, caller, given: original(cloud, caller, {**members, **given})
    )


def _create_field(ground: Ground, name: str, **changes: Any) -> None:  # noqa: ANN401 - any column
    """Change a member that a new key may be given."""
    ground.wrap(
        shapes.api_key_create, lambda original, longest: with_field(original(longest), name, **changes)
    )


def _list_with(ground: Ground, **members: Callable[[ApiKey], Json]) -> None:
    """Have the list of keys show these members so."""
    ground.wrap(
        key_routes.listed_key,
        lambda original, key: {**original(key), **{name: value(key) for name, value in members.items()}},
    )


def _hold_alive(ground: Ground, is_alive: Callable[[ApiKey, float], bool]) -> None:
    """Judge by this which keys count where they are shown."""
    ground.wrap(
        credentials.is_alive,
        lambda original, record, now: (
            is_alive(record, now) if isinstance(record, ApiKey) else original(record, now)
        ),
    )


def _first(ground: Ground, identifier: str, method: str, deed: Callable[[Call], object]) -> None:
    """Do something for a plain user's request, and refuse it then."""

    async def prepare(call: Call) -> Json:
        if not call.caller.is_admin:
            with call.cloud.db.transaction():
                deed(call)
            raise forbidden()
        return None

    ground.operation(identifier, method, right="anyone", prepare=prepare)


@breaks("AK-1", "A new API key does not work")
def new_key_does_not_work(ground: Ground) -> None:
    ground.wrap(
        key_routes.create_api_key,
        lambda original, call: {**original(call), "api_key": identifiers.new_token_value()},
    )


@breaks("AK-1", "The answer to the making of a key does not tell how long it lives")
def new_key_has_no_duration(ground: Ground) -> None:
    ground.wrap(
        key_routes.create_api_key,
        lambda original, call: {name: one for name, one in original(call).items() if name != "duration"},
    )


@breaks("AK-1", "A key fetches no jobs", also=("WK-1", "PM-41"))
def key_fetches_no_jobs(ground: Ground) -> None:
    ground.operation("WK-1", right="admin")


@breaks("AK-1", "The label of a new key is lost", also=("AK-1.4", "AK-2.1"))
def key_label_is_lost(ground: Ground) -> None:
    ground.wrap(
        api_keys_table.insert, lambda original, db, **values: original(db, **{**values, "label": "unknown"})
    )


@breaks("AK-1", "A new key lives a day, however long it was to live", also=("AK-1.3", "A-2.2", "AK-2.1"))
def duration_of_a_key_is_lost(ground: Ground) -> None:
    ground.wrap(
        api_keys_table.insert,
        lambda original, db, **values: original(db, **{**values, "expires": values["created"] + _DAY}),
    )


@breaks("AK-1.1", "A label is given to two API keys")
def key_label_is_given_twice(ground: Ground) -> None:
    ground.replace(api_keys.label_is_free, lambda *_: True)


@breaks("AK-1.1", "A taken label of a key is told without naming it")
def taken_key_label_is_not_named(ground: Ground) -> None:
    ground.text(api_keys.create, "Label already exists: ", "Label already in use: ")


@breaks("AK-1.1", "Revoking a key frees its label")
def revoked_key_frees_its_label(ground: Ground) -> None:
    ground.text(api_keys_table.label_is_taken, "deleted = 0", "deleted = 0 AND is_revoked = 0")


@breaks("AK-1.1", "The default label is given to one key only", also=("AK-1.3",))
def default_key_label_is_given_once(ground: Ground) -> None:
    ground.replace(
        api_keys.label_is_free,
        lambda cloud, user_id, label: not api_keys_table.label_is_taken(cloud.db, user_id, label),
    )


@breaks("AK-1.1", "A label that two ask for at once is given to two keys")
def key_label_is_looked_at_too_early(ground: Ground) -> None:
    async def prepare(call: Call) -> Json:
        label = call.body.get("label", api_keys.DEFAULT_LABEL)
        owner_id = call.body.get("user_id", call.caller.user.user_id)
        is_default = label == api_keys.DEFAULT_LABEL
        if not is_default and api_keys_table.label_is_taken(call.cloud.db, owner_id, label):
            raise bad_request(f"Label already exists: {label}")
        await asyncio.sleep(0.03)
        return None

    ground.operation("AK-1", prepare=prepare)
    ground.replace(api_keys.label_is_free, lambda *_: True)


@breaks("AK-1", "The answer to the making of a key tells the default duration", also=("AK-1.3",))
def new_key_tells_the_default_duration(ground: Ground) -> None:
    ground.wrap(
        key_routes.create_api_key,
        lambda original, call: {**original(call), "duration": api_keys.DEFAULT_DURATION},
    )


@breaks(
    "AK-1.2",
    "A key belongs to the admin, for whomever it is made",
    also=("AK-1.7", "AK-2", "A-3.3", "US-4.3"),
)
def key_belongs_to_the_admin(ground: Ground) -> None:
    ground.wrap(
        api_keys.create,
        lambda original, cloud, caller, members: original(
            cloud, caller, {name: one for name, one in members.items() if name != "user_id"}
        ),
    )


@breaks("AK-1.2", "A key for a user who does not exist is made")
def key_for_nobody_is_made(ground: Ground) -> None:
    _create_for_known(
        ground, lambda cloud, members: {name: one for name, one in members.items() if name != "user_id"}
    )


@breaks("AK-1.2", "A key for a user who does not exist is not found")
def key_for_nobody_is_not_found(ground: Ground) -> None:
    def refuse(cloud: Cloud, members: dict[str, Json]) -> dict[str, Json]:
        raise not_found()

    _create_for_known(ground, refuse)


def _create_for_known(ground: Ground, change: Callable[[Cloud, dict[str, Json]], dict[str, Json]]) -> None:
    """Make a key from changed members where they name a user who does not exist."""

    def create(original: Original, cloud: Cloud, caller: Any, members: Any) -> Any:  # noqa: ANN401
        owner_id = members.get("user_id", caller.user.user_id)
        known = users_table.find(cloud.db, owner_id) is not None
        return original(cloud, caller, members if known else change(cloud, dict(members)))

    ground.wrap(api_keys.create, create)


@breaks("AK-1.2", "A key that is made for nobody in particular belongs to the first user")
def key_belongs_to_another_user(ground: Ground) -> None:
    ground.wrap(
        api_keys_table.insert,
        lambda original, db, **values: original(
            db, **{**values, "user_id": db.one("SELECT max(user_id) FROM users WHERE deleted = 0")[0]}
        ),
    )


@breaks("AK-1.3", "A key may live 0 s")
def key_may_live_0_s(ground: Ground) -> None:
    ground.wrap(
        shapes.api_key_create,
        lambda original, longest: with_field(original(longest), "duration", kind=Integer(0, longest)),
    )


@breaks("AK-1.3", "A key may live a second longer than a year", also=("LM-4",))
def key_may_live_too_long(ground: Ground) -> None:
    ground.wrap(shapes.api_key_create, lambda original, longest: original(longest + 1))


@breaks("AK-1.3", "A key cannot live a whole year", also=("LM-4",))
def key_cannot_live_a_year(ground: Ground) -> None:
    ground.wrap(shapes.api_key_create, lambda original, longest: original(longest - 1))


@breaks("AK-1.3", "A key cannot live a single second", also=("A-2.2", "LM-4"))
def key_cannot_live_a_second(ground: Ground) -> None:
    ground.wrap(
        shapes.api_key_create,
        lambda original, longest: with_field(original(longest), "duration", kind=Integer(2, longest)),
    )


@breaks("AK-1.3", "A key lives an hour by default")
def key_lives_an_hour_by_default(ground: Ground) -> None:
    _create_with(ground, duration=3600)


@breaks("AK-1.3", "A duration of null is refused for a key")
def null_duration_of_a_key_is_refused(ground: Ground) -> None:
    _create_field(ground, "duration", nullable=False)


@breaks("AK-1.4", "A key may have an empty label")
def key_label_may_be_empty(ground: Ground) -> None:
    _create_field(ground, "label", kind=Text(0, 255))


@breaks("AK-1.4", "A key may have a label of 256 characters")
def key_label_may_be_too_long(ground: Ground) -> None:
    _create_field(ground, "label", kind=Text(1, 256))


@breaks("AK-1.4", "A key cannot have a label of 255 characters")
def long_key_label_is_refused(ground: Ground) -> None:
    _create_field(ground, "label", kind=Text(1, 254))


@breaks("AK-1.4", "The label of a key loses the white space around it")
def key_label_is_trimmed(ground: Ground) -> None:
    ground.wrap(
        api_keys_table.insert,
        lambda original, db, **values: original(db, **{**values, "label": values["label"].strip()}),
    )


@breaks("AK-1.4", "A key has another label by default", also=("AK-1.3",))
def default_key_label_is_empty(ground: Ground) -> None:
    ground.set(api_keys, "DEFAULT_LABEL", "key")


@breaks("AK-1.5", "A plain user makes API keys", also=("PM-49",), known_as="D061")
def user_makes_keys(ground: Ground) -> None:
    ground.operation("AK-1", right="anyone")


@breaks(
    "AK-1.5", "A plain user is refused, and the key is made all the same", also=("PM-49",), known_as="D061"
)
def key_is_made_though_refused(ground: Ground) -> None:
    _first(ground, "AK-1", "", lambda call: api_keys.create(call.cloud, call.caller, call.body))


@breaks("AK-1.5", "A plain user makes API keys for themselves", also=("PM-49",), known_as="D061")
def user_makes_keys_for_themselves(ground: Ground) -> None:
    def create(original: Original, call: Call) -> Json:
        owner_id = call.body.get("user_id", call.caller.user.user_id)
        if not call.caller.is_admin and owner_id != call.caller.user.user_id:
            raise forbidden()
        return original(call)

    ground.operation("AK-1", right="anyone")
    ground.wrap(key_routes.create_api_key, create)


@breaks("AK-1.6", "A key registers new platforms only", also=("PF-1.5", "PF-1.6"))
def key_registers_no_known_platform(ground: Ground) -> None:
    def register(original: Original, cloud: Cloud, members: Any) -> Any:  # noqa: ANN401 - as the function
        known = cloud.db.one(
            "SELECT 1 FROM platforms WHERE name = ? AND deleted = 0", (members["platform_name"],)
        )
        if known:
            raise forbidden()
        return original(cloud, members)

    ground.wrap(platforms.register, register)


def _last_key_shown(ground: Ground) -> list[int]:
    """A list that holds the id of the key with which the request under way came, and nothing for another."""
    shown: list[int] = []

    def find(original: Original, cloud: Cloud, value: str) -> credentials.Credential | None:
        found: credentials.Credential | None = original(cloud, value)
        shown[:] = [found.record.api_key_id] if found and isinstance(found.record, ApiKey) else []
        return found

    ground.wrap(credentials.find, find)
    return shown


@breaks("AK-1.6", "A key works for the platforms only that it registered", also=("WK-1", "PF-1.5"))
def key_works_for_its_own_platforms_only(ground: Ground) -> None:
    shown, owners = _last_key_shown(ground), dict[str, list[int]]()

    def register(original: Original, call: Call) -> Json:
        answer: dict[str, Json] = original(call)
        owners.setdefault(answer["platform_id"], []).extend(shown)
        return answer

    def fetch(original: Original, call: Call) -> Json:
        owner = owners.get(call.body.get("platform_id", ""))
        if owner and not set(owner) & set(shown):
            raise forbidden()
        return original(call)

    ground.wrap(platform_routes.register, register)
    ground.wrap(workers.fetch, fetch)


@breaks("AK-1.6", "A key publishes only for jobs that it fetched", also=("Q-6", "WK-2.1"))
def key_publishes_for_its_own_jobs_only(ground: Ground) -> None:
    shown, fetched = _last_key_shown(ground), dict[str, list[int]]()

    def fetch(original: Original, call: Call) -> Json:
        answer: dict[str, Json] = original(call)
        fetched[answer["job_id"]] = [*shown]
        return answer

    def publish(original: Original, call: Call) -> Json:
        if fetched.get(call.path["job_id"], shown) != shown:
            raise forbidden()
        return original(call)

    ground.wrap(workers.fetch, fetch)
    ground.wrap(workers.publish, publish)


@breaks("AK-1.7", "The key of a deactivated user goes on working", also=("A-3",))
def key_of_a_deactivated_user_works(ground: Ground) -> None:
    _spare_keys_of_deactivated(ground)


def _spare_keys_of_deactivated(ground: Ground) -> None:
    kinds: list[Kind] = []

    def find(original: Original, cloud: Cloud, value: str) -> credentials.Credential | None:
        found: credentials.Credential | None = original(cloud, value)
        kinds[:] = [found.kind] if found else []
        return found

    ground.wrap(credentials.find, find)
    ground.wrap(credentials.user_is_active, lambda original, user: kinds == [Kind.API_KEY] or original(user))


@breaks("AK-1.7", "The key of a deactivated user is an unknown one", also=("A-3",))
def key_of_a_deactivated_user_is_unknown(ground: Ground) -> None:
    ground.wrap(
        credentials.find,
        lambda original, cloud, value: (
            found
            if (found := original(cloud, value)) is None
            or found.kind is not Kind.API_KEY
            or (user := users_table.find(cloud.db, found.record.user_id)) is None
            or user.is_active
            else None
        ),
    )


@breaks("AK-2", "The list of keys holds the keys of the calling admin only")
def list_holds_own_keys_only(ground: Ground) -> None:
    ground.wrap(
        key_routes.list_api_keys,
        lambda original, call: [
            entry for entry in original(call) if entry["user_id"] == call.caller.user.user_id
        ],
    )


@breaks("AK-2", "Revoking a key is accepted, and does nothing", also=("AK-2.3",))
def revoking_a_key_does_nothing(ground: Ground) -> None:
    ground.replace(api_keys.revoke, lambda *_: None)


@breaks("AK-2", "Revoking a key revokes those that were made shortly before", also=("AK-2.3",))
def revoking_a_key_revokes_others(ground: Ground) -> None:
    ground.text(
        api_keys_table.revoke,
        "WHERE api_key_id = ?",
        "WHERE api_key_id BETWEEN ? - 3 AND ?1",
    )


@breaks("AK-2", "The list of keys lacks their owners", also=("AK-2.1",))
def list_lacks_owners(ground: Ground) -> None:
    ground.wrap(
        key_routes.listed_key,
        lambda original, key: {name: one for name, one in original(key).items() if name != "user_id"},
    )


@breaks("AK-2.1", "The list of keys shows the keys themselves", also=("AK-2",))
def list_shows_keys(ground: Ground) -> None:
    known: dict[int, str] = {}

    def create(original: Original, call: Call) -> Json:
        answer: dict[str, Json] = original(call)
        known[answer["api_key_id"]] = answer["api_key"]
        return answer

    ground.wrap(key_routes.create_api_key, create)
    _list_with(ground, comment=lambda key: known.get(key.api_key_id))


@breaks("AK-2.1", "The list of keys shows the hashes of the keys", also=("AK-2",))
def list_shows_hashes(ground: Ground) -> None:
    _list_with(ground, key_hash=lambda key: "0" * 64)


@breaks("AK-2.1", "The list of keys shows their creation for their end", also=("AK-2",))
def list_shows_another_end(ground: Ground) -> None:
    _list_with(ground, expiration_date=lambda key: clock.iso(key.created))


@breaks("AK-2.1", "The list of keys is not paged", also=("PG-1", "PG-8", "PG-10"))
def list_of_keys_is_not_paged(ground: Ground) -> None:
    ground.wrap(api_keys_table.page, lambda original, db, limit, offset: original(db, -1, 0))


@breaks("AK-2.1", "The list of keys always starts with the first", also=("PG-2", "PG-8", "PG-10"))
def offset_of_keys_is_ignored(ground: Ground) -> None:
    ground.wrap(api_keys_table.page, lambda original, db, limit, offset: original(db, limit, 0))


@breaks("AK-2.1", "The list of keys takes pages that cannot be", also=("PG-4", "PG-5", "PG-10"))
def impossible_page_of_keys_is_given(ground: Ground) -> None:
    ground.operation(
        "AK-2",
        "GET",
        query=shapes.Shape(
            "Page",
            (
                shapes.Field("limit", QueryInteger(), nullable=True, default=1000),
                shapes.Field("offset", QueryInteger(), nullable=True, default=0),
            ),
        ),
    )


@breaks("AK-2.1", "Revoked keys are not listed", also=("AK-2.3",))
def revoked_keys_are_not_listed(ground: Ground) -> None:
    ground.text(api_keys_table.page, "deleted = 0", "deleted = 0 AND is_revoked = 0")


@breaks("AK-2.1", "Revoked keys are listed as valid ones", also=("AK-2.3",))
def revoked_keys_are_listed_as_valid(ground: Ground) -> None:
    _list_with(ground, is_revoked=lambda key: False)


@breaks("AK-2.2", "Revoking a key that nobody has is accepted")
def revoking_an_unknown_key_is_accepted(ground: Ground) -> None:
    _revoke_if(ground, lambda key: key is None)


@breaks("AK-2.2", "A key can be revoked twice")
def key_is_revoked_twice(ground: Ground) -> None:
    _revoke_if(ground, lambda key: key is not None and key.is_revoked)


@breaks("AK-2.2", "An expired key can be revoked")
def expired_key_is_revoked(ground: Ground) -> None:
    _revoke_if(ground, lambda key: key is not None and key.expires <= clock.now())


def _revoke_if(ground: Ground, accepts: Callable[[ApiKey | None], bool]) -> None:
    """Answer the revocation of such a key with success."""

    def revoke(original: Original, cloud: Cloud, api_key_id: int) -> None:
        if not accepts(api_keys_table.find(cloud.db, api_key_id)):
            original(cloud, api_key_id)

    ground.wrap(api_keys.revoke, revoke)


@breaks("AK-2.2", "Revoking a key that cannot be is refused in other words")
def failed_revocation_of_a_key_gets_another_text(ground: Ground) -> None:
    ground.set(api_keys, "NOT_REVOCABLE", "Can't not revoke")


@breaks("AK-2.2", "Revoking a key that nobody has is not found")
def revoking_an_unknown_key_is_not_found(ground: Ground) -> None:
    def revoke(original: Original, cloud: Cloud, api_key_id: int) -> None:
        if api_keys_table.find(cloud.db, api_key_id) is None:
            raise not_found(api_keys.NOT_REVOCABLE)
        original(cloud, api_key_id)

    ground.wrap(api_keys.revoke, revoke)


@breaks("AK-2.3", "A revoked key goes on working", also=("A-2.2",), known_as="D062")
def revoked_key_works(ground: Ground) -> None:
    ground.replace(api_keys.is_revocable, lambda key: not key.is_revoked and key.expires > clock.now())
    _hold_alive(ground, lambda key, now: now < key.expires)


@breaks("AK-2.3", "A revoked key goes on reading platforms", also=("A-2.2",), known_as="D062")
def revoked_key_reads_platforms(ground: Ground) -> None:
    marked = frozenset({*Kind, None})
    for identifier in ("PF-2", "PF-5"):
        ground.operation(identifier, accepts=marked)
    asked: list[bool] = []

    def authenticate(original: Original, cloud: Cloud, headers: Any, accepts: Any, surface: Any) -> Any:  # noqa: ANN401
        asked[:] = [accepts is marked]
        return original(cloud, headers, accepts, surface)

    def is_alive(original: Original, record: Any, now: float) -> bool:  # noqa: ANN401 - as the function
        spared = asked == [True] and isinstance(record, ApiKey)
        return bool(original(replace(record, is_revoked=False) if spared else record, now))

    ground.wrap(credentials.authenticate, authenticate)
    ground.wrap(credentials.is_alive, is_alive)


@breaks("A-2.2", "An expired key goes on working", also=("AK-2.3",), known_as="D062")
def expired_key_works(ground: Ground) -> None:
    _hold_alive(ground, lambda key, now: not key.is_revoked)


@breaks("AK-2.4", "A plain user lists the API keys", also=("PM-49",))
def user_lists_keys(ground: Ground) -> None:
    ground.operation("AK-2", "GET", right="anyone")


@breaks("AK-2.4", "A plain user lists their own API keys", also=("PM-49",))
def user_lists_their_own_keys(ground: Ground) -> None:
    list_holds_own_keys_only.plant(ground)
    ground.operation("AK-2", "GET", right="anyone")


@breaks("AK-2.4", "A plain user revokes API keys", also=("PM-49",))
def user_revokes_keys(ground: Ground) -> None:
    ground.operation("AK-2", "POST", right="anyone")


@breaks("AK-2.4", "A plain user is refused, and the key is revoked all the same", also=("PM-49",))
def key_is_revoked_though_refused(ground: Ground) -> None:
    _first(ground, "AK-2", "POST", lambda call: api_keys.revoke(call.cloud, call.body["api_key_id"]))
