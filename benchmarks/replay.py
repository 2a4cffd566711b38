"""The least that a recorded run can cost: the same requests, bare, over one kept-alive connection."""

from __future__ import annotations

import http.client
import json
import re
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.recording import Recording
from steps.api.exchange import Exchange

# Tokens, keys and ids that a cloud makes; they differ from one cloud to the next and are followed through.
_MADE_BY_CLOUD = re.compile(rb"[A-Za-z0-9_.\-]{16,}")


@dataclass(frozen=True)
class Replay:
    """`seconds` is the time spent in requests alone; `alike` how many had the recorded status."""

    seconds: float
    alike: int
    requests: int


def replay(recording: Recording, url: str, admin_password: str) -> Replay:
    """Send the recorded requests again, to a fresh cloud at `url`, one after another.

    What the first cloud made (tokens, keys, ids) is replaced by what this one made in its place, so that the
    requests do the same work.
    """
    made: dict[bytes, bytes] = {}
    password = (json.dumps(recording.admin_password).encode(), json.dumps(admin_password).encode())
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    seconds, alike = 0.0, 0
    for exchange in recording.exchanges:
        path, headers, content = _prepared(exchange, made)
        content = content and content.replace(*password)
        begun = time.perf_counter()
        connection.request(exchange.request.operation.method, path, content, headers)
        answer = connection.getresponse()
        body = answer.read()
        seconds += time.perf_counter() - begun
        alike += answer.status == exchange.status
        _follow(exchange.content, body, made)
    connection.close()
    return Replay(seconds, alike, len(recording.exchanges))


def _prepared(exchange: Exchange, made: dict[bytes, bytes]) -> tuple[str, dict[str, str], bytes | None]:
    request = exchange.request
    parts = urlsplit(request.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = {
        name: _translated(value.encode("latin-1"), made).decode("latin-1")
        for name, value in request.headers.items()
    }
    content = None if request.content is None else _translated(request.content, made)
    return _translated(path.encode(), made).decode(), headers, content


def _translated(text: bytes, made: dict[bytes, bytes]) -> bytes:
    return _MADE_BY_CLOUD.sub(lambda found: made.get(found[0], found[0]), text)


def _follow(recorded: bytes, answered: bytes, made: dict[bytes, bytes]) -> None:
    """Note what stands in the place of each string of the recorded answer."""
    try:
        _compare(json.loads(recorded), json.loads(answered), made)
    except ValueError:
        return


def _compare(old: object, new: object, made: dict[bytes, bytes]) -> None:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old.keys() & new.keys():
            _compare(old[name], new[name], made)
    elif isinstance(old, list) and isinstance(new, list):
        for one, other in zip(old, new, strict=False):
            _compare(one, other, made)
    elif isinstance(old, str) and isinstance(new, str) and old != new and len(old) >= 16:
        made[old.encode()] = new.encode()
