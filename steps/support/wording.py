"""Error texts as the contract writes them, with their `{placeholders}` filled from the scenario's World."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steps.support.world import World

_PLACEHOLDER = re.compile(r"\{([a-zA-Z_]+)\}")


def filled(world: World, text: str) -> str:
    """The text with each known `{placeholder}` replaced; one that names nothing of the scenario stays.

    `{platform_name}`, `{platform_id}` and `{worker_id}` are of the platform, `{job_id}` of the job,
    `{label}` of the token, `{email}` of the user; with `other_` in front they are of the second of a kind.
    """
    return _PLACEHOLDER.sub(lambda match: _value(world, match[1], match[0]), text)


def _value(world: World, name: str, otherwise: str) -> str:
    prefix = "other_" if name.startswith("other_") else ""
    thing, attribute = {
        "platform_name": ("platform", "name"),
        "platform_id": ("platform", "platform_id"),
        "worker_id": ("platform", "worker_id"),
        "job_id": ("job", "job_id"),
        "label": ("token", "label"),
        "email": ("user", "email"),
    }.get(name.removeprefix("other_"), ("", ""))
    owner = getattr(world, prefix + thing, None) if thing else None
    return otherwise if owner is None else str(getattr(owner, attribute))
