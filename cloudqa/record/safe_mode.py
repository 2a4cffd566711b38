"""Keeps a run that may only read from sending anything else."""

from __future__ import annotations

from steps.api.errors import PreconditionError
from steps.api.exchange import Exchange, Request

LOGIN_PATH = "/api/login"


class SafeMode:
    """Stops, before it leaves, any request that is neither a GET nor the login.

    `url` is the address of the cloud. It goes by what would be sent, and not by what an operation is called:
    a scenario may send something else under an operation's name.
    """

    def __init__(self, url: str) -> None:
        self._login = url.rstrip("/") + LOGIN_PATH

    def before(self, request: Request) -> None:
        """Raise PreconditionError for a request that could change something."""
        method, path = request.operation.method, request.url.partition("?")[0]
        if method == "GET" or (method == "POST" and path == self._login):
            return
        raise PreconditionError(
            f"{request.operation} was kept from leaving: this run may only read (CLOUD_MODE=readonly), and "
            "its scenario, which is tagged @readonly, does more."
        )

    def after(self, exchange: Exchange) -> None:
        """Nothing is looked at afterwards."""
