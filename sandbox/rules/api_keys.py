"""API keys of workers: AK-1, AK-2."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.rules import clock, credentials, identifiers
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import UNKNOWN_USER, bad_request
from sandbox.store import api_keys_table, users_table
from sandbox.store.records import ApiKey

DEFAULT_LABEL = "unknown"
DEFAULT_DURATION = 86_400
NOT_REVOCABLE = "Invalid token"


@dataclass(frozen=True)
class Created:
    """A new key; its value is shown here and never again."""

    api_key: str
    api_key_id: int
    duration: int


def create(cloud: Cloud, caller: Caller, members: Mapping[str, Json]) -> Created:
    """AK-1, AK-1.2: make a key for its owner, the calling admin unless another is named."""
    owner_id = members.get("user_id", caller.user.user_id)
    if users_table.find(cloud.db, owner_id) is None:
        raise bad_request(UNKNOWN_USER)
    label = members.get("label", DEFAULT_LABEL)
    if not label_is_free(cloud, owner_id, label):
        raise bad_request(f"Label already exists: {label}")
    duration = members.get("duration", DEFAULT_DURATION)
    value = identifiers.new_token_value()
    now = clock.now()
    api_key_id = api_keys_table.insert(
        cloud.db,
        key_hash=identifiers.key_hash(value),
        user_id=owner_id,
        label=label,
        created=now,
        expires=now + duration,
    )
    return Created(value, api_key_id, duration)


def label_is_free(cloud: Cloud, user_id: int, label: str) -> bool:
    """AK-1.1: labels of a user's keys are unique, revoked ones included, the default one excepted."""
    return label == DEFAULT_LABEL or not api_keys_table.label_is_taken(cloud.db, user_id, label)


def revoke(cloud: Cloud, api_key_id: int) -> None:
    """AK-2.2, AK-2.3: end a key that is alive."""
    key = api_keys_table.find(cloud.db, api_key_id)
    if key is None or not is_revocable(key):
        raise bad_request(NOT_REVOCABLE)
    api_keys_table.revoke(cloud.db, api_key_id)


def is_revocable(key: ApiKey) -> bool:
    """AK-2.2: neither revoked nor expired."""
    return credentials.is_alive(key, clock.now())
