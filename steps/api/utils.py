"""One cloud under test (CloudContext), and the one place that sends to it (Api.send)."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests
import requests.adapters
import urllib3
from requests.structures import CaseInsensitiveDict
from requests.utils import check_header_validity
from urllib3.util import Retry

from steps.api.deadline import within
from steps.api.errors import CloudRefusal, CloudUnreachable, PreconditionError, UnreadableAnswer
from steps.api.exchange import Exchange, Observer, Request
from steps.api.operations import Operation
from steps.api.trail import leave_on_trail
from steps.api.transport import CloudTransport
from steps.api.waiting import let_pass

# Perceval gives up after 10 s, and no answer may take longer (TR rules of docs/contract.md).
CALL_SECONDS = 10.0

# What may be sent again is sent again by `Api.send`, where everyone sees it.
_RETRY = Retry(0, read=False, respect_retry_after_header=False)

# Seconds before a request whose answer was lost is sent again, if that is harmless: so often, so much later.
_PAUSES = (0.1, 0.3, 0.9)

# What a gateway answers in the place of a cloud that it does not reach.
_OF_GATEWAYS = (502, 503, 504)

# The methods whose requests say that they have no body where they have none.
_HAVE_BODY = ("POST", "PUT", "PATCH")

# What `requests` and urllib3 would otherwise choose by themselves.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": "cloudqa"}


@dataclass(frozen=True)
class _Link:
    """A thread's connection: what `requests` found out about it once, instead of at every call."""

    session: requests.Session
    transport: requests.adapters.BaseAdapter
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class CloudContext:
    """One cloud under test: where it is, how to reach it, and who looks on.

    `CloudContext(url)` is all that a script needs. `call_seconds` is the deadline of each call as a whole.
    `verify` is True, False or the path of a CA bundle; `proxy` a proxy's URL; `trust_environment` takes proxy
    and CA bundle from the environment, but never a password from netrc; `headers` are added to every request.
    Raises PreconditionError where the URL has no scheme or host, or holds a password, or `verify` names no
    file.
    """

    url: str
    observers: tuple[Observer, ...] = ()
    call_seconds: float = CALL_SECONDS
    verify: bool | str = True
    proxy: str = ""
    trust_environment: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    _sessions: threading.local = field(default_factory=threading.local, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise PreconditionError(
                f"{self.url!r} is no cloud's address: it must begin with http:// or https:// and name a "
                "host, for example https://api.cloud.example."
            )
        if "@" in parts.netloc:
            raise PreconditionError(
                f"The address of the cloud at {parts.hostname} holds a user or a password: it must not, "
                "because they would be shown instead of the credential of a call."
            )
        if isinstance(self.verify, str) and not Path(self.verify).exists():
            raise PreconditionError(f"There is no CA bundle at {self.verify!r}.")
        object.__setattr__(self, "url", self.url.rstrip("/"))

    def session(self) -> requests.Session:
        """This thread's connection to the cloud, made at its first use and made anew after a fork."""
        return self._link().session

    def transmit(self, prepared: requests.PreparedRequest) -> requests.Response:
        """Send a request as it is, on this thread's connection; the body of the answer is its `raw.data`.

        Through the session's transport alone: a session would add cookies, headers, netrc, redirects.
        """
        link = self._link()
        return link.transport.send(prepared, timeout=self.call_seconds, **link.settings)

    def _link(self) -> _Link:
        if getattr(self._sessions, "process", None) != os.getpid():
            session = self._new_session()
            settings: Any = session.merge_environment_settings(self.url, {}, None, None, None)
            self._sessions.link = _Link(session, session.get_adapter(self.url), settings)
            self._sessions.process = os.getpid()
        link: _Link = self._sessions.link
        return link

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = self.trust_environment
        session.verify = self.verify
        # The body is left to be read, as `transmit` says.
        session.stream = True
        if self.proxy:
            session.proxies = {"http": self.proxy, "https": self.proxy}
        adapter = CloudTransport(max_retries=_RETRY)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        return session


class Api:
    """The cloud's endpoints over HTTP.

    `request` writes a request, `send` sends it and returns whatever came, `call` does both and raises when
    the cloud refuses.
    """

    def __init__(self, context: CloudContext) -> None:
        self.context = context

    def request(
        self,
        operation: Operation,
        *,
        token: str | None = None,
        path: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        body: object = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Request:
        """Write the request for an operation.

        `path` fills the path template, each value percent-encoded whole. `query` leaves out what is None and
        repeats a list's elements. Of `body` (any JSON value; None sends no body), `form` and `content` (raw
        bytes) at most one is given. `token` None sends no credential; `headers` come last and win.
        """
        values = {name: quote(str(value), safe="") for name, value in (path or {}).items()}
        url = self.context.url + operation.path.format(**values)
        parameters = {name: _query_value(value) for name, value in (query or {}).items() if value is not None}
        if parameters:
            url += "?" + urlencode(parameters, doseq=True)
        sent = {**_HEADERS, **self.context.headers}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            content = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        elif form is not None:
            content = urlencode(form).encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        return Request(operation, url, {**sent, **(headers or {})}, content)

    def send(self, request: Request) -> Exchange:
        """Send a request and return the exchange, whatever its status. The only place that sends.

        Every observer sees the request before it leaves and the exchange afterwards. Where the answer is
        lost, what is repeatable is sent again as long as there is time: each try is an exchange of its own.
        Raises CloudUnreachable where no whole answer of the cloud came within the deadline.
        """
        begun = time.monotonic()
        for pause in _PAUSES if request.operation.is_repeatable else ():
            exchange = self._observed(request, begun, pause)
            if not exchange.repeated:
                break
            let_pass(pause)
        else:
            exchange = self._observed(request, begun)
        if exchange.failure:
            raise CloudUnreachable(request, exchange.failure)
        return exchange

    def call(self, operation: Operation, **parts: Any) -> Exchange:  # noqa: ANN401 - the parts of `request`
        """Send the operation, with the parts that `request` takes, and return the exchange of a success.

        Raises CloudRefusal for any status but 200.
        """
        exchange = self.send(self.request(operation, **parts))
        if exchange.status != 200:
            raise CloudRefusal(exchange)
        return exchange

    def call_for_object(self, operation: Operation, *members: str, **parts: Any) -> dict[str, Any]:  # noqa: ANN401
        """Like `call`, and return the answer's JSON object, which must have `members`.

        Raises UnreadableAnswer where the body is no object or lacks one of them.
        """
        exchange = self.call(operation, **parts)
        if not isinstance(exchange.body, dict):
            raise UnreadableAnswer(exchange, "its body is no JSON object")
        _require_members(exchange, exchange.body, members)
        return exchange.body

    def call_for_list(self, operation: Operation, *members: str, **parts: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        """Like `call`, and return the answer's JSON array of objects, each of which must have `members`.

        Raises UnreadableAnswer where the body is anything else.
        """
        exchange = self.call(operation, **parts)
        if not isinstance(exchange.body, list) or not all(isinstance(entry, dict) for entry in exchange.body):
            raise UnreadableAnswer(exchange, "its body is no JSON array of objects")
        for entry in exchange.body:
            _require_members(exchange, entry, members)
        return exchange.body

    def _observed(self, request: Request, begun: float, pause: float | None = None) -> Exchange:
        """One try of a call that has begun then; it is repeated after `pause` if that may help."""
        for observer in self.context.observers:
            observer.before(request)
        exchange, may_pass = self._exchange(request, begun + self.context.call_seconds)
        if exchange.failure and may_pass and pause is not None:
            passed = time.monotonic() - begun + pause
            exchange = replace(exchange, repeated=passed < self.context.call_seconds / 2)
        if not exchange.repeated:
            leave_on_trail(exchange)
        for observer in self.context.observers:
            observer.after(exchange)
        return exchange

    def _exchange(self, request: Request, deadline: float) -> tuple[Exchange, bool]:
        """What came of a request, and, where no answer did, whether one may come the next time."""
        prepared = _prepared(request)
        started, begun = time.time(), time.monotonic()
        status, headers, content, failure, may_pass = 0, {}, b"", "", True
        with within(deadline - begun) as call:
            try:
                answer = self.context.transmit(prepared)
                status, content = answer.status_code, answer.raw.data or b""
                headers = {name.lower(): answer.headers[name] for name in answer.headers}
            except requests.Timeout:
                call.cut()
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                failure, may_pass = _reason(error)
        if call.cut_off:
            status, headers, content = 0, {}, b""
            failure = f"the answer was not complete after {self.context.call_seconds:g} s"
        exchange = Exchange(request, status, headers, content, started, time.monotonic() - begun, failure)
        if status in _OF_GATEWAYS and not _is_the_clouds(exchange):
            exchange = replace(
                exchange, status=0, headers={}, failure=f"a gateway answered {status} in the cloud's place"
            )
        return exchange, may_pass


def _is_the_clouds(exchange: Exchange) -> bool:
    """Whether an answer of failure has the form of the cloud's own (EN-1)."""
    return isinstance(exchange.body, dict) and isinstance(exchange.body.get("error"), str)


def _prepared(request: Request) -> requests.PreparedRequest:
    """The request for `requests`, as it is: its own preparation resolves ".." and decodes escapes."""
    headers: dict[str, Any] = {"Host": _host_of(request.url)}
    headers |= {name: _header_value(value) for name, value in request.headers.items()}
    if request.content is not None or request.operation.method in _HAVE_BODY:
        headers["Content-Length"] = str(len(request.content or b""))
    try:
        for header in headers.items():
            check_header_validity(header)
    except requests.RequestException as error:
        raise PreconditionError(f"The request {request.operation} cannot be sent: {error}.") from error
    prepared = requests.PreparedRequest()
    prepared.method = request.operation.method
    prepared.url = request.url
    prepared.headers = CaseInsensitiveDict(headers)
    if request.again:
        prepared.headers = _with_repeated(headers, request.again)
    prepared.body = request.content
    return prepared


def _host_of(url: str) -> str:
    """Host and port as a request names them: a name in other letters in those that the network has for it."""
    place = urlsplit(url).netloc
    return place if place.isascii() else place.encode("idna").decode()


def _with_repeated(headers: Mapping[str, Any], again: Iterable[tuple[str, str]]) -> Any:  # noqa: ANN401
    """The headers with further ones, in what urllib3 has for several of one name."""
    repeated = urllib3.HTTPHeaderDict(headers)
    for name, value in again:
        repeated.add(name, value)
    return repeated


def _header_value(value: str) -> str | bytes:
    return value if value.isascii() else value.encode()


def _query_value(value: object) -> object:
    """JSON's spelling of a boolean; any other value as it is."""
    return str(value).lower() if isinstance(value, bool) else value


def _require_members(exchange: Exchange, entry: Mapping[str, Any], members: tuple[str, ...]) -> None:
    lacking = [member for member in members if entry.get(member) is None]
    if lacking:
        raise UnreadableAnswer(exchange, f"its body lacks {', '.join(lacking)}")


def _reason(error: Exception) -> tuple[str, bool]:
    """The failure in a phrase, without the chain of objects that urllib3 prints; and whether it may pass."""
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate was not accepted (CLOUD_CA_BUNDLE names your own CA)", False
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy did not connect", False
    causes = list(_causes(error))
    if any(isinstance(cause, urllib3.exceptions.NameResolutionError) for cause in causes):
        return "its name is not known", False
    words = next((cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror), "")
    return words.lower() or "the connection broke before the answer was complete", True


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The errors behind an error, outermost first; urllib3 wraps them in arguments and in `reason`."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [getattr(cause, "reason", None), *cause.args, cause.__cause__, cause.__context__]
