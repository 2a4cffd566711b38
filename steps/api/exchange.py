"""A request, the answer that it got, and who may look on: the seam on which everything else is hung."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlsplit

from steps.api.operations import Operation


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON.")


_JSON = json.JSONDecoder(parse_constant=_refuse_constant)


@dataclass(frozen=True)
class Request:
    """One request as it leaves: only `Host` and `Content-Length` are added on the way.

    `content` is the body in bytes, None where there is none. `headers` are sent in UTF-8, and hold the
    credential in clear: whoever prints one redacts it first. `again` are headers that are sent beside
    those, also where one of that name is among them.
    """

    operation: Operation
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    again: tuple[tuple[str, str], ...] = ()

    @property
    def origin(self) -> str:
        """Scheme, host and port, for messages."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Exchange:
    """A request with the answer to it, or with the reason why none came.

    `status` is 0 and `failure` a phrase where no answer came. The names of `headers` are in lower case.
    `started` is epoch seconds, `seconds` the time from then until the last byte was read. `kept` are the ids
    of the rules that an expectation has found kept here: whoever judges an exchange adds them. `repeated`
    says that no answer came and the same request was sent again: the next exchange tells what came of it.
    """

    request: Request
    status: int
    headers: Mapping[str, str]
    content: bytes
    started: float
    seconds: float
    failure: str = ""
    kept: list[str] = field(default_factory=list, repr=False, compare=False)
    repeated: bool = False

    @cached_property
    def body(self) -> Any:  # noqa: ANN401 - whatever JSON the cloud sent
        """The answer's JSON value; None where the answer is not JSON (`is_json` tells the two apart).

        JSON is UTF-8 without a byte-order mark, and `NaN` and `Infinity` are no part of it.
        """
        try:
            return _JSON.decode(self.content.decode())
        except (ValueError, RecursionError):
            return None

    @cached_property
    def is_json(self) -> bool:
        """Whether the body parses as JSON."""
        return self.body is not None or self.content.strip() == b"null"


class Observer(Protocol):
    """Someone who looks on at every exchange: a check, a recorder, a guard.

    `before` may raise to keep a request from leaving; `after` may raise to fail the call. Observers are
    called in order, and `after` is called for a request without an answer too.
    """

    def before(self, request: Request) -> None:
        """See a request that is about to leave."""

    def after(self, exchange: Exchange) -> None:
        """See what came of it."""
