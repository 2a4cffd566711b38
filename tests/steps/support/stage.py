"""A World whose cloud answers what a test says, and the people in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import responses
from requests import PreparedRequest

from steps.api.cloud_objects import ApiKey, JobToken, User
from steps.api.utils import CloudContext
from steps.support.world import World

BASE = "http://cloud.test"
Answer = tuple[int, Any]


@dataclass
class StageRun:
    """A run against a cloud that exists only in a test."""

    cloud: CloudContext = field(default_factory=lambda: CloudContext(BASE))
    admin: User | None = None
    run_id: str = "3f9c21ab"
    embedded: bool = True
    job_token: str = ""
    platform: str = "sim:qa"
    queue_seconds: float = 1.0
    cells: list[tuple[str, str, str]] = field(default_factory=list)

    def note_cell(self, row: str, operation: str, column: str) -> None:
        """Remember the cell."""
        self.cells.append((row, operation, column))


def a_world(rules: Sequence[str] = ("T3",), **run: Any) -> World:  # noqa: ANN401 - the fields of a StageRun
    """A World with an admin."""
    return World(StageRun(**{"admin": someone(1, is_admin=True), **run}), rules)


def someone(user_id: int, **attributes: Any) -> User:  # noqa: ANN401 - the attributes of a User
    """A user with every credential, each named after its owner."""
    user = User(user_id=user_id, email=f"u{user_id}@example.com", password="Secret-of-12", **attributes)
    user.login_token.token = f"LT-{user_id}"
    user.job_tokens = [JobToken("first", token_id=10 * user_id, user_id=user_id, token=f"JT-{user_id}")]
    user.api_key = ApiKey("key", api_key=f"AK-{user_id}", api_key_id=user_id)
    return user


def refusal(status: int, error: str) -> Answer:
    """A refusal in the form of the contract."""
    return status, {"detail": {}, "error": error}


def answering(wire: responses.RequestsMock, answer: Callable[[PreparedRequest], Answer]) -> None:
    """Let the cloud answer every request as `answer` says."""

    def called(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        status, body = answer(request)
        content = "" if request.method == "HEAD" else json.dumps(body)
        return status, {"Content-Type": "application/json"}, content

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
        wire.add_callback(method, re.compile(f"^{BASE}/.*"), callback=called)
