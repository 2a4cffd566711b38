"""What kind of caller an exchange shows, from what a run has seen of credentials being made."""

from __future__ import annotations

import json
from typing import Any

from steps.api.exchange import Exchange, Request

NOBODY = "none"
GARBLED = "garbled"
JOB_TOKEN = "JT"
EXPLORER = "explorer"
LOGIN = "LT"
ADMIN_LOGIN = "admin LT"
KEY = "key"
KINDS = (NOBODY, GARBLED, JOB_TOKEN, EXPLORER, LOGIN, ADMIN_LOGIN, KEY)

_GENERATE = frozenset({"AT-2", "AT-2d", "TK-2"})
_TELL = _GENERATE | {"US-0", "US-1", "US-3", "AK-1"}


class Callers:
    """Tells kinds of callers apart, and keeps no credential: only its hash, which holds in this process.

    A credential that no answer of this run has brought is `garbled`, whatever it is.
    """

    def __init__(self) -> None:
        self._kinds: dict[int, str] = {}
        self._logins: dict[int, int] = {}
        self._admins: set[int] = set()

    def know_admin(self, user_id: int) -> None:
        """The user is an admin: login tokens that were seen are from now on an admin's."""
        self._admins.add(user_id)

    def know_job_token(self, token: str) -> None:
        """A job token that was there before the run."""
        self._kinds[hash(token)] = JOB_TOKEN

    def kind_of(self, request: Request) -> str:
        """The kind of the caller who sends this request, one of KINDS."""
        header = request.headers.get("Authorization")
        if header is None:
            return NOBODY
        scheme, _, value = header.partition(" ")
        if scheme.lower() != "bearer":
            return GARBLED
        key = hash(value)
        if key in self._logins:
            return ADMIN_LOGIN if self._logins[key] in self._admins else LOGIN
        return self._kinds.get(key, GARBLED)

    def learn(self, exchange: Exchange) -> None:
        """Learn the credential that an answer brings, and who is made an admin."""
        rule = exchange.request.operation.rule
        if rule not in _TELL or exchange.status != 200 or not isinstance(exchange.body, dict):
            return
        answer: dict[str, Any] = exchange.body
        if rule == "AK-1":
            self._kinds[hash(answer.get("api_key"))] = KEY
        elif rule == "US-0" and isinstance(answer.get("user_id"), int):
            self._logins[hash(answer.get("token"))] = answer["user_id"]
        elif rule in _GENERATE:
            explores = _sent(exchange.request).get("is_explorer_token") is True
            self._kinds[hash(answer.get("token"))] = EXPLORER if explores else JOB_TOKEN
        elif rule in ("US-1", "US-3"):
            self._learn_admin(exchange, answer)

    def _learn_admin(self, exchange: Exchange, answer: dict[str, Any]) -> None:
        is_admin = _sent(exchange.request).get("is_admin")
        user_id = answer.get("user_id", _last_number(exchange.request.url))
        if is_admin is True and isinstance(user_id, int):
            self._admins.add(user_id)
        elif is_admin is False:
            self._admins.discard(user_id)


def _sent(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _last_number(url: str) -> int | None:
    last = url.rsplit("/", 1)[-1]
    return int(last) if last.isdecimal() else None
