"""What the current scenario and its cloud said to each other, for a failure to show."""

from __future__ import annotations

import re
import shlex
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from cloudqa.record.secret_search import CUT
from cloudqa.record.secrets import SecretRegistry
from steps.api.exchange import Exchange, Request

# A failure is nearly always explained by its last few exchanges; more would bury them.
KEPT = 8
LONGEST_BODY = 2000
# What a curl line sends must be whole for it to repeat a request; a shell takes far more, a reader does not.
LONGEST_SENT = 10_000

# How the stand-in of a setting's secret begins: a shell that has the settings puts the secret back.
_VARIABLE = "$CLOUD_"

Redact = Callable[[str], str]


class ExchangeRecord:
    """Keeps the last exchanges of a scenario, and writes them as text without secrets."""

    def __init__(self, secrets: SecretRegistry) -> None:
        self._secrets = secrets
        self._exchanges: deque[Exchange] = deque(maxlen=KEPT)
        self._number = 0

    def clear(self) -> None:
        """Forget everything: a new scenario begins."""
        self._exchanges.clear()
        self._number = 0

    def before(self, request: Request) -> None:
        """Nothing is kept before an answer came."""

    def after(self, exchange: Exchange) -> None:
        """Keep the exchange."""
        self._exchanges.append(exchange)
        self._number += 1

    def text(self) -> str:
        """The kept exchanges, oldest first, each with a curl line that repeats it; "" when there are none."""
        if not self._exchanges:
            return ""
        redact = self._secrets.redact_message
        shown = [describe(exchange, redact) for exchange in self._exchanges]
        return "\n\n".join([f"The last {len(shown)} of {self._number} exchanges:", *shown])

    def brief(self, number: int = 3) -> str:
        """The first lines of the last few exchanges, and the curl line that repeats the last one."""
        if not self._exchanges:
            return ""
        redact = self._secrets.redact_message
        last = list(self._exchanges)[-number:]
        return "\n".join(
            [*(headline(exchange, redact) for exchange in last), curl_line(last[-1].request, redact)]
        )


def describe(exchange: Exchange, redact: Redact) -> str:
    """An exchange as text: its first line, a curl line that repeats it, the body of the answer."""
    body = shortened(redact(exchange.content.decode("utf-8", "replace")), LONGEST_BODY)
    lines = (headline(exchange, redact), curl_line(exchange.request, redact), body)
    return "\n".join(line for line in lines if line)


def headline(exchange: Exchange, redact: Redact) -> str:
    """When what was asked, and what came of it, in a line."""
    at = datetime.fromtimestamp(exchange.started, UTC).strftime("%H:%M:%S.%f")[:-3]
    answer = f"no answer, {exchange.failure}" if exchange.failure else f"{exchange.status}"
    answer += ", so it is sent again" if exchange.repeated else ""
    return redact(f"{at}Z  {exchange.request.operation}  ->  {answer}  in {exchange.seconds * 1000:.0f} ms")


def curl_line(request: Request, redact: Redact) -> str:
    """The request as a command that a person can paste into a shell.

    Before it stands a line that says so where it cannot be the same: the body was too long to be shown.
    """
    words = ["-sS", *_switches(request), "-X", request.operation.method, redact(request.url)]
    for name, value in _headers(request):
        words += ["-H", f"{name}: {redact(value)}" if value else f"{name};"]
    line = " ".join(["curl", *map(_quoted, words)])
    if request.content is None:
        return line
    if "Content-Type" not in request.headers:
        line += " -H Content-Type:"  # curl would add one
    body, is_whole = _body(request.content, redact)
    warning = "" if is_whole else "# The body is cut: this line does not repeat the request.\n"
    return f"{warning}{line} {body}"


def shortened(text: str, longest: int) -> str:
    """The text, cut where it is longer; it holds no secret any more, or half of one would stay."""
    return text if len(text) <= longest else f"{text[:longest]}{CUT} ({len(text)} characters)"


def _switches(request: Request) -> list[str]:
    switches = ["--compressed"] if "Accept-Encoding" in request.headers else []
    if "/." in request.url:
        switches.append("--path-as-is")
    if set(request.url) & set("[]{}"):
        switches.append("-g")
    return switches


def _headers(request: Request) -> list[tuple[str, str]]:
    """Without the encodings, of which curl would print the bytes: `--compressed` stands for them."""
    sent = [*request.headers.items(), *request.again]
    return [(name, value) for name, value in sent if name != "Accept-Encoding"]


def _body(content: bytes, redact: Redact) -> tuple[str, bool]:
    """The words that make curl send a body, and whether it is the whole of it."""
    try:
        text = redact(content.decode())
    except UnicodeDecodeError:
        escaped = "".join(chr(code) if _is_plain(code) else f"\\x{code:02x}" for code in content)
        text = redact(escaped)
        return f"--data-raw $'{text[:LONGEST_SENT]}'", len(text) <= LONGEST_SENT and 0 not in content
    return f"--data-raw {_quoted(shortened(text, LONGEST_SENT))}", len(text) <= LONGEST_SENT


def _is_plain(code: int) -> bool:
    return 32 <= code < 127 and chr(code) not in "\\'"


def _quoted(word: str) -> str:
    """A word for the shell, which is to replace the variables of settings in it and nothing else."""
    if _VARIABLE not in word:
        return shlex.quote(word)
    escaped = re.sub(r'[\\"`$]', r"\\\g<0>", word).replace("\\" + _VARIABLE, _VARIABLE)
    return f'"{escaped}"'
