"""Error texts as the contract writes them, with their `{placeholders}` filled from the scenario's World."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steps.support.world import World

_PLACEHOLDER = re.compile(r"\{([a-zA-Z_]+)\}")

# What a placeholder stands for: a field of the World and its attribute.
_OWNERS = {
    "platform_name": ("platform", "name"),
    "platform_id": ("platform", "platform_id"),
    "worker_id": ("platform", "worker_id"),
    "other_worker_id": ("other_worker", "worker_id"),
    "job_id": ("job", "job_id"),
    "job_name": ("job", "job_name"),
    "process_id": ("job", "process_id"),
    "label": ("token", "label"),
    "token_id": ("token", "token_id"),
    "email": ("user", "email"),
    "user_id": ("user", "user_id"),
}


def filled(world: World, text: str) -> str:
    """The text with each known `{placeholder}` replaced; one that names nothing of the scenario stays.

    `{platform_name}`, `{platform_id}` and `{worker_id}` are of the platform, `{job_id}`, `{job_name}` and
    `{process_id}` of the job, `{label}` and `{token_id}` of the token, `{email}` and `{user_id}` of the user;
    with `other_` or `new_` in front they are of the second of a kind. `{mark}` is in every name of the run.
    """
    return _PLACEHOLDER.sub(lambda match: _value(world, match[1], match[0]), text)


def _value(world: World, name: str, otherwise: str) -> str:
    if name == "mark":
        return world.names.mark
    prefix = next((prefix for prefix in ("other_", "new_") if name.startswith(prefix)), "")
    thing, attribute = _OWNERS.get(name.removeprefix(prefix), ("", ""))
    field, attribute = _OWNERS.get(name, (prefix + thing, attribute))
    owner = getattr(world, field, None)
    return otherwise if owner is None else str(getattr(owner, attribute))
