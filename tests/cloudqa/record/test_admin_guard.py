"""A request that is aimed at a foreign cloud's admin never leaves."""

from __future__ import annotations

import json

import pytest

from cloudqa.record.admin_guard import AdminGuard
from steps.api import operations
from steps.api.errors import PreconditionError
from steps.api.exchange import Exchange, Request
from steps.api.operations import Operation


def request(operation: Operation, user_id: int = 7, body: object = None) -> Request:
    content = None if body is None else json.dumps(body).encode()
    return Request(operation, f"https://cloud.example{operation.path}".format(user_id=user_id), {}, content)


def guard_of(admin: int) -> AdminGuard:
    guard = AdminGuard()
    guard.protect(admin)
    return guard


@pytest.mark.parametrize(
    "aimed",
    [
        request(operations.US_4, 1),
        request(operations.US_3, 1, {"first_name": "Eve"}),
        request(operations.US_1, body={"is_admin": True}),
        request(operations.US_3, 7, {"is_admin": True}),
        request(operations.US_3, 7, {"is_admin": "yes"}),
    ],
)
def test_request_aimed_at_an_admin_is_stopped(aimed: Request) -> None:
    with pytest.raises(PreconditionError, match="a cloud that is not the sandbox"):
        guard_of(1).before(aimed)


@pytest.mark.parametrize(
    "harmless",
    [
        request(operations.US_2, 1),
        request(operations.US_4, 7),
        request(operations.US_3, 7, {"first_name": "Ada"}),
        request(operations.US_1, body={"is_admin": False}),
        request(operations.JB_1, body={"is_admin": True}),
    ],
)
def test_other_requests_pass(harmless: Request) -> None:
    guard_of(1).before(harmless)


def test_admins_are_learned_from_lists() -> None:
    guard = AdminGuard()
    users = [{"user_id": 5, "is_admin": True}, {"user_id": 6, "is_admin": False}]
    guard.after(Exchange(request(operations.US_5), 200, {}, json.dumps(users).encode(), 0.0, 0.0))
    guard.before(request(operations.US_4, 6))
    with pytest.raises(PreconditionError):
        guard.before(request(operations.US_4, 5))
