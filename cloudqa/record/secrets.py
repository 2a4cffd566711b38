"""The one registry of secrets: what it knows is replaced by a stand-in wherever text leaves the run."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl

from cloudqa.record.secret_search import Leak, SecretIndex, is_distinctive, search_files, search_text
from steps.api.exchange import Exchange, Request

# Members of bodies whose values are secrets, in requests and answers alike.
SECRET_MEMBERS = {
    "password": "password",
    "token": "token",
    "tokens": "token",
    "key": "token",
    "api_key": "key",
}
_NAMES = tuple(name.encode() for name in SECRET_MEMBERS)


class SecretRegistry:
    """Knows every password, token and key of a run, from the moment it is made or seen.

    As an observer it learns from each request and answer; `learn` tells it of one that has not travelled yet.
    `redact` puts a stand-in such as `<token 7f3a2c>` in the place of each, in whatever form it stands there.
    The stand-in is the same for the same secret throughout a run, also in processes that were forked.

    A secret that ordinary text may hold too (`is_distinctive` says which do) is not looked for in text:
    `redact_message` hides it where a request or an answer names it.
    """

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._index = SecretIndex()
        self._stand_ins: dict[str, str] = {}
        self._ordinary: dict[str, str] = {}
        self._public: set[str] = set()
        self._news: list[tuple[str, str]] = []

    def learn(self, secret: str, kind: str = "secret") -> None:
        """Remember a secret of the given kind (password, token, key)."""
        if secret not in self._stand_ins and secret not in self._public and is_distinctive(secret):
            self._add(secret, self._stand_in(secret, kind))
            self._news.append((secret, kind))

    def take_for_public(self, values: Iterable[str]) -> None:
        """Never learn these: anyone can read them, where they are used as a password or token too."""
        self._public.update(values)

    def learn_setting(self, secret: str, stand_in: str) -> bool:
        """Remember a secret that the settings give, with a stand-in such as $CLOUD_JOB_TOKEN.

        False means that it is too ordinary to be looked for in text.
        """
        if secret in self._stand_ins:
            return True
        if is_distinctive(secret):
            self._add(secret, stand_in)
            return True
        self._ordinary[secret] = stand_in
        return False

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
        parts, passed = [], 0
        for found in self._index.find(text) if self._index else ():
            parts += [text[passed : found.begin], found.stand_in]
            passed = found.end
        return "".join([*parts, text[passed:]])

    def redact_message(self, text: str) -> str:
        """A body or the value of a header, without those secrets either that are ordinary words."""
        for secret, stand_in in self._ordinary.items():
            as_a_value = re.escape(json.dumps(secret)) + r"(?!\s*:)"
            text = stand_in if text == secret else re.sub(as_a_value, f'"{stand_in}"', text)
        return self.redact(text)

    def leaks(self, files: Iterable[Path], console: str, *, since: float = 0.0) -> list[Leak]:
        """Where a secret stands in clear: in the files, those below folders included, or on the console."""
        in_console = search_text(self._index, "What the run printed", console)
        return [*search_files(self._index, files, since=since), *in_console]

    def _add(self, secret: str, stand_in: str) -> None:
        self._stand_ins[secret] = stand_in
        self._index.add(secret, stand_in)

    def _stand_in(self, secret: str, kind: str) -> str:
        """Made of the secret, so that processes agree on it; the salt keeps it from telling the secret."""
        return f"<{kind} {hashlib.blake2b(secret.encode(), key=self._salt, digest_size=3).hexdigest()}>"

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
        elif any(name in content for name in _NAMES):
            try:
                self._learn_members(json.loads(content))
            except (ValueError, RecursionError):
                return

    def _learn_members(self, body: object) -> None:
        for name, value in _members(body):
            # A list in the place of one token holds none: a scenario sends it to be refused.
            for text in value if isinstance(value, list) and name == "tokens" else [value]:
                if isinstance(text, str):
                    self.learn(text, SECRET_MEMBERS[name])


def _members(body: object) -> Iterator[tuple[str, object]]:
    """The secret members of an answer: at its top level, or of each entry of a list."""
    entries: Iterable[object] = body if isinstance(body, list) else [body]
    for entry in entries:
        if isinstance(entry, dict):
            yield from ((name, entry[name]) for name in SECRET_MEMBERS if name in entry)
