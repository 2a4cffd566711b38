"""What is neither a GET nor the login never leaves a run that may only read."""

from __future__ import annotations

import pytest

from cloudqa.record.safe_mode import SafeMode
from steps.api.errors import PreconditionError
from steps.api.exchange import Request
from steps.api.operations import ALL, US_0, Operation

CLOUD = "https://cloud.example/under/a/path"


def request(operation: Operation, path: str | None = None) -> Request:
    return Request(operation, CLOUD + (path or operation.path))


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_only_gets_and_the_login_leave(operation: Operation) -> None:
    guard = SafeMode(CLOUD + "/")
    if operation.method == "GET" or operation == US_0:
        guard.before(request(operation))
    else:
        with pytest.raises(PreconditionError, match="CLOUD_MODE=readonly"):
            guard.before(request(operation))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/users"),
        ("POST", "/api/login/1"),
        ("POST", "/api/users?next=/api/login"),
        ("DELETE", "/api/login"),
        ("HEAD", "/health"),
        ("get", "/health"),
    ],
)
def test_operation_that_calls_itself_the_login_is_judged_by_what_it_sends(method: str, path: str) -> None:
    liar = Operation("US-0", method, path)
    with pytest.raises(PreconditionError):
        SafeMode(CLOUD).before(request(liar))
