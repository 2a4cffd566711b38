"""What can go wrong between the suite and a cloud, as kinds of error that are never confused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from steps.api.exchange import Exchange, Request


class PreconditionError(AssertionError):
    """The caller asked for something that cannot be sent: a fault of the suite, never of the cloud.

    Raised before any request leaves, for example when a user who has no login token creates a job token.
    """


class RuleBroken(AssertionError):  # noqa: N818 - named after what happened
    """The cloud did not do what rules of the contract ask; `rules` are their ids."""

    rules: Sequence[str] = ()


class NotTaken(RuleBroken):
    """A job waited for a worker longer than it may: the cloud is busy, or no worker serves the platform."""


class CloudRefusal(RuntimeError):  # noqa: N818 - the cloud refuses; whether that is an error, the scenario decides
    """The cloud answered with a status other than 200.

    Args:
        exchange: the call and its answer.

    `status` is the HTTP status, `error` the text of the error envelope (of the validation envelope, its
    `message`; "" where the answer has neither), `detail` the envelope's detail object.
    """

    def __init__(self, exchange: Exchange) -> None:
        body = exchange.body if isinstance(exchange.body, dict) else {}
        self.exchange = exchange
        self.status: int = exchange.status
        self.error: str = _text(body.get("error")) or _text(body.get("message"))
        detail = body.get("detail")
        self.detail: dict[str, Any] = detail if isinstance(detail, dict) else {}
        super().__init__(
            f"The cloud refused {exchange.request.operation} with {self.status} {self.error!r}"
            + (f", detail {self.detail}" if self.detail else "")
            + "."
        )


class UnreadableAnswer(RuntimeError):  # noqa: N818 - named after what came
    """The cloud answered 200 with a body that lacks what every client needs of it."""

    def __init__(self, exchange: Exchange, lack: str) -> None:
        self.exchange = exchange
        super().__init__(f"The cloud answered {exchange.request.operation} with 200, but {lack}.")


class CloudUnreachable(ConnectionError):  # noqa: N818 - named after the state of the cloud
    """No answer came: the connection failed, broke, or the call's deadline passed.

    Whether the cloud acted on the request is unknown.
    """

    def __init__(self, request: Request, reason: str) -> None:
        self.request = request
        self.reason = reason
        super().__init__(f"No answer to {request.operation} from {request.origin}: {reason}.")


class CloudGivenUp(CloudUnreachable):
    """The request was not sent, because the cloud has not answered for a while."""


class AnswerLost(CloudUnreachable):
    """The answer to a creation was lost, and nobody is there who can see whether the cloud has done it."""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
