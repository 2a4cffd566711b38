"""Who may call, as the header that they show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import responses

from steps.api import operations as op
from steps.api.personas import ANONYMOUS, COLUMNS, bearer, garbled
from steps.api.utils import Api, CloudContext
from tests.steps.api.scene import BASE, OK


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
