"""What the current scenario and its cloud said to each other, for a failure to show."""

from __future__ import annotations

import shlex
import time
from collections import deque

from cloudqa.record.secrets import SecretRegistry
from steps.api.exchange import Exchange, Request

# A failure is nearly always explained by its last few exchanges; more would bury them.
KEPT = 8
LONGEST_BODY = 2000


class ExchangeRecord:
    """Keeps the last exchanges of a scenario, and writes them as text without secrets."""

    def __init__(self, secrets: SecretRegistry) -> None:
        self._secrets = secrets
        self._exchanges: deque[Exchange] = deque(maxlen=KEPT)

    def clear(self) -> None:
        """Forget everything: a new scenario begins."""
        self._exchanges.clear()

    def before(self, request: Request) -> None:
        """Nothing is kept before an answer came."""

    def after(self, exchange: Exchange) -> None:
        """Keep the exchange."""
        self._exchanges.append(exchange)

    def text(self) -> str:
        """The kept exchanges, oldest first, each with a curl line that repeats it; "" when there are none."""
        return "\n\n".join(self._secrets.redact(describe(exchange)) for exchange in self._exchanges)


def describe(exchange: Exchange) -> str:
    """An exchange as text. Secrets are in it: redact it before it goes anywhere."""
    request = exchange.request
    at = time.strftime("%H:%M:%S", time.gmtime(exchange.started))
    head = f"{at}Z {request.operation} after {exchange.seconds * 1000:.0f} ms: "
    answer = f"no answer, {exchange.failure}" if exchange.failure else f"{exchange.status}"
    body = _shortened(exchange.content.decode("utf-8", "replace"))
    return "\n".join(part for part in (head + answer, curl_line(request), body) if part)


def curl_line(request: Request) -> str:
    """The request as a command that a person can paste into a terminal."""
    words = ["curl", "-sS", "-X", request.operation.method, request.url]
    for name, value in request.headers.items():
        words += ["-H", f"{name}: {value}"]
    if request.content is not None:
        words += ["--data-raw", _shortened(request.content.decode("utf-8", "replace"))]
    return shlex.join(words)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_BODY else f"{text[:LONGEST_BODY]}… ({len(text)} characters)"
