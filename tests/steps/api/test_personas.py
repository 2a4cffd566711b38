"""Who may call, as the header that they show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import responses

from steps.api import operations as op
from steps.api.cloud_objects import JobToken, User
from steps.api.personas import ANONYMOUS, COLUMNS, bearer, expired_token, garbled, revoked_token
from steps.api.utils import Api, CloudContext
from tests.steps.api.scene import BASE, OK, a_user


def make_token(user: User, **attributes: Any) -> JobToken:  # noqa: ANN401 - the attributes of a JobToken
    token = JobToken(**{"token": "made", "token_id": 60, **attributes})
    user.job_tokens.append(token)
    return token


def test_columns_are_those_of_the_contract() -> None:
    page = (Path(__file__).parents[3] / "docs" / "contract.md").read_text(encoding="utf-8")
    (header,) = re.findall(r"^\| id \| operation \| (.+) \|$", page, re.MULTILINE)
    assert tuple(header.split(" | ")) == COLUMNS


def test_garbled_headers_are_many_and_none_is_right() -> None:
    values = [one.headers["Authorization"] for one in garbled("valid")]
    assert len(set(values)) == len(values) >= 10
    assert not any(re.fullmatch(r"(?i)bearer +valid *", value) for value in values)


def test_who_shows_nothing_sends_no_header(cloud: CloudContext) -> None:
    request = Api(cloud).request(op.JB_1, headers=ANONYMOUS.headers, body={})
    assert "Authorization" not in request.headers


def test_no_persona_shows_its_credential_in_text() -> None:
    people = (bearer("own JT", "a-secret"), *garbled("a-secret"))
    assert "a-secret" not in str(people)


@pytest.mark.parametrize("persona", garbled("valid"), ids=lambda persona: persona.name)
def test_every_garbled_header_can_be_sent(
    persona: Any,  # noqa: ANN401 - a Persona, in pytest's hands
    cloud: CloudContext,
    wire: responses.RequestsMock,
) -> None:
    wire.get(f"{BASE}/api/jobs/availability", json=OK)
    api = Api(cloud)
    api.send(api.request(op.JB_7, headers=persona.headers))
    sent = wire.calls[0].request.headers["Authorization"]
    assert (sent.decode() if isinstance(sent, bytes) else sent) == persona.headers["Authorization"]


def test_tokens_of_no_use_are_not_the_ones_that_their_owner_shows(
    cloud: CloudContext, wire: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steps.api.personas.wait_until", lambda *_, **__: None)
    wire.post(f"{BASE}/api/auth/tokens/revoke", json=OK)
    owner = a_user()
    assert expired_token(make_token, owner).duration == 1
    assert revoked_token(cloud, make_token, owner).token == "made"
    assert owner.get_token(op.TokenType.Job) == "JT-7"
