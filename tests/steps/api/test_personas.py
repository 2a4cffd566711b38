"""The thirteen callers of the permission matrix."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import responses

from steps.api import operations as op
from steps.api.cloud_objects import JobToken, User
from steps.api.errors import PreconditionError
from steps.api.operations import Operation
from steps.api.personas import (
    ANONYMOUS,
    COLUMNS,
    Callers,
    bearer,
    expired_token,
    explorer_token,
    garbled,
    persona_request,
    personas,
    revoked_token,
)
from steps.api.utils import Api, CloudContext
from tests.steps.api.scene import BASE, OK, a_user, an_admin


@pytest.fixture
def callers() -> Callers:
    return Callers(
        owner=a_user(user_id=1),
        other=a_user(user_id=2),
        admin=an_admin(user_id=3),
        inactive=a_user(user_id=4),
        no_grant=a_user(user_id=5),
        expired=JobToken(token="expired"),
        revoked=JobToken(token="revoked"),
        explorer=JobToken(token="explorer"),
    )


def make_token(user: User, **attributes: Any) -> JobToken:  # noqa: ANN401 - the attributes of a JobToken
    token = JobToken(**{"token": "made", "token_id": 60, **attributes})
    user.job_tokens.append(token)
    return token


def test_columns_are_those_of_the_contract() -> None:
    page = (Path(__file__).parents[3] / "docs" / "contract.md").read_text(encoding="utf-8")
    (header,) = re.findall(r"^\| id \| operation \| (.+) \|$", page, re.MULTILINE)
    assert tuple(header.split(" | ")) == COLUMNS


@pytest.mark.parametrize(
    ("operation", "inactive", "no_grant"),
    [
        (op.JB_1, "JT-4", "JT-5"),
        (op.AT_3, "LT-4", "LT-5"),
        (op.WK_1, "AK-4", "LT-5"),
        (op.US_0, "LT-4", "LT-5"),
    ],
    ids=lambda value: value.rule if isinstance(value, Operation) else value,
)
def test_each_column_shows_its_credential(
    operation: Operation, inactive: str, no_grant: str, callers: Callers
) -> None:
    found = personas(callers, operation)
    assert tuple(found) == COLUMNS
    shown = {
        column: one.headers for column, (one, *rest) in found.items() if column not in ("none", "garbled")
    }
    credentials = (
        "expired",
        "revoked",
        "JT-1",
        "JT-2",
        "LT-1",
        "LT-2",
        "LT-3",
        "AK-3",
        inactive,
        no_grant,
        "explorer",
    )
    assert [headers["Authorization"] for headers in shown.values()] == [
        f"Bearer {credential}" for credential in credentials
    ]
    assert found["none"] == (ANONYMOUS,)
    assert all(one.name.startswith(column) for column, several in found.items() for one in several)


def test_someone_without_a_credential_is_no_persona(callers: Callers) -> None:
    callers.inactive.api_key = None
    with pytest.raises(PreconditionError):
        personas(callers, op.WK_1)


def test_garbled_headers_are_many_and_none_is_right() -> None:
    values = [one.headers["Authorization"] for one in garbled("valid")]
    assert len(set(values)) == len(values) >= 10
    assert not any(re.fullmatch(r"(?i)bearer +valid *", value) for value in values)


def test_no_persona_shows_its_credential_in_text(callers: Callers) -> None:
    assert "JT-1" not in str(personas(callers, op.JB_1))


def test_a_persona_decides_on_the_header(cloud: CloudContext) -> None:
    api = Api(cloud)
    request = persona_request(api, op.JB_2, bearer("own JT", "x"), path={"job_id": "j"}, headers={"X-A": "1"})
    assert request.url == f"{BASE}/api/jobs/j/status"
    assert (request.headers["Authorization"], request.headers["X-A"]) == ("Bearer x", "1")
    assert "Authorization" not in persona_request(api, op.JB_1, ANONYMOUS, body={}).headers


@pytest.mark.parametrize("persona", garbled("valid"), ids=lambda persona: persona.name)
def test_every_garbled_header_can_be_sent(
    persona: Any,  # noqa: ANN401 - a Persona, in pytest's hands
    cloud: CloudContext,
    wire: responses.RequestsMock,
) -> None:
    wire.get(f"{BASE}/api/jobs/availability", json=OK)
    Api(cloud).send(persona_request(Api(cloud), op.JB_7, persona))
    sent = wire.calls[0].request.headers["Authorization"]
    assert (sent.decode() if isinstance(sent, bytes) else sent) == persona.headers["Authorization"]


def test_tokens_of_no_use_are_not_the_ones_that_their_owner_shows(
    cloud: CloudContext, wire: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steps.api.personas.wait_until", lambda *_, **__: None)
    wire.post(f"{BASE}/api/auth/tokens/revoke", json=OK)
    owner = a_user()
    assert explorer_token(make_token, owner).is_explorer_token is True
    assert expired_token(make_token, owner).duration == 1
    assert revoked_token(cloud, make_token, owner).token == "made"
    assert owner.get_token(op.TokenType.Job) == "JT-7"
