"""Keeps a scenario, or a faulty cloud, from touching an admin of a cloud that is not ours."""

from __future__ import annotations

import json

from steps.api.errors import PreconditionError
from steps.api.exchange import Exchange, Request


class AdminGuard:
    """Stops, before it leaves, any request that would make, change or delete an admin.

    Used with every cloud but the embedded sandbox. It learns who is an admin from the answers that it sees.
    """

    def __init__(self) -> None:
        self._admins: set[str] = set()

    def protect(self, user_id: int) -> None:
        """Count this user among the admins."""
        self._admins.add(str(user_id))

    def before(self, request: Request) -> None:
        """Raise PreconditionError for a request that is aimed at an admin."""
        rule = request.operation.rule
        if rule not in ("US-1", "US-3", "US-4"):
            return
        aimed_at = request.url.partition("?")[0].rpartition("/")[2]
        if rule in ("US-3", "US-4") and aimed_at in self._admins:
            raise PreconditionError(
                f"{request.operation} is aimed at an admin of a cloud that is not the sandbox."
            )
        if _asks_for_admin(request.content):
            raise PreconditionError(
                f"{request.operation} would make an admin of a cloud that is not the sandbox."
            )

    def after(self, exchange: Exchange) -> None:
        """Learn which users are admins."""
        entries = exchange.body if isinstance(exchange.body, list) else [exchange.body]
        for entry in entries:
            if isinstance(entry, dict) and entry.get("is_admin") is True and "user_id" in entry:
                self._admins.add(str(entry["user_id"]))


def _asks_for_admin(content: bytes | None) -> bool:
    if not content or b"is_admin" not in content:
        return False
    try:
        body = json.loads(content)
    except ValueError:
        return True
    # A scenario may show that a plain user is refused this; only the cloud can tell, so it is stopped too.
    return isinstance(body, dict) and body.get("is_admin") not in (None, False)
