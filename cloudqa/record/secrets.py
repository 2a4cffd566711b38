"""The one registry of secrets: what it knows is replaced by a stand-in wherever text leaves the run."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote, quote_plus

from steps.api.exchange import Exchange, Request

# Members of bodies whose values are secrets, in requests and answers alike.
SECRET_MEMBERS = {
    "password": "password",
    "token": "token",
    "tokens": "token",
    "key": "token",
    "api_key": "key",
}

# Shorter values are no credential of any cloud, and replacing them would tear ordinary text apart.
SHORTEST = 6


class SecretRegistry:
    """Knows every password, token and key of a run, from the moment it is made or seen.

    As an observer it learns from each request and answer; `learn` tells it of one that has not travelled yet.
    `redact` puts a stand-in such as `<token 3>` in the place of each, the same for the same secret, also
    where it is URL-encoded, in base64, or escaped in JSON.
    """

    def __init__(self) -> None:
        self._stand_ins: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._news: list[tuple[str, str]] = []

    def learn(self, secret: str, kind: str = "secret") -> None:
        """Remember a secret of the given kind (password, token, key)."""
        if len(secret) < SHORTEST or secret in self._stand_ins:
            return
        stand_in = f"<{kind} {len(set(self._stand_ins.values())) + 1}>"
        for form in _forms(secret):
            self._stand_ins.setdefault(form, stand_in)
        self._pattern = None
        self._news.append((secret, kind))

    def news(self) -> list[tuple[str, str]]:
        """What was learned since the last call, for the registry of another process."""
        news, self._news = self._news, []
        return news

    def take_from_child(self, news: list[tuple[str, str]]) -> None:
        """Learn what the registry of a forked process has learned."""
        for secret, kind in news:
            self.learn(secret, kind)

    def redact(self, text: str) -> str:
        """The text with a stand-in in each secret's place."""
        if not self._stand_ins:
            return text
        if self._pattern is None:
            longest_first = sorted(self._stand_ins, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))
        return self._pattern.sub(lambda found: self._stand_ins[found[0]], text)

    def before(self, request: Request) -> None:
        """Learn the credential and the secrets in the body of a request."""
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme and value:
            self.learn(value.strip(), "token")
        self._learn_body(request.content or b"", request.headers.get("Content-Type", ""))

    def after(self, exchange: Exchange) -> None:
        """Learn the secrets in an answer."""
        self._learn_members(exchange.body)

    def _learn_body(self, content: bytes, media_type: str) -> None:
        if media_type.startswith("application/x-www-form-urlencoded"):
            for name, value in parse_qsl(content.decode("utf-8", "replace")):
                if name in SECRET_MEMBERS:
                    self.learn(value, SECRET_MEMBERS[name])
        elif content and any(name.encode() in content for name in SECRET_MEMBERS):
            try:
                self._learn_members(json.loads(content))
            except (ValueError, RecursionError):
                return

    def _learn_members(self, body: object) -> None:
        for name, value in _members(body):
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str):
                    self.learn(text, SECRET_MEMBERS[name])


def _members(body: object) -> Iterator[tuple[str, object]]:
    """The secret members of an answer: at its top level, or of each entry of a list."""
    entries: Iterable[object] = body if isinstance(body, list) else [body]
    for entry in entries:
        if isinstance(entry, dict):
            yield from ((name, entry[name]) for name in SECRET_MEMBERS if name in entry)


def _forms(secret: str) -> set[str]:
    escaped = json.dumps(secret)[1:-1]
    encoded = base64.b64encode(secret.encode()).decode()
    url_safe = base64.urlsafe_b64encode(secret.encode()).decode()
    return {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), escaped, encoded, url_safe}
