"""No text that went through the registry holds a secret that it has seen."""

from __future__ import annotations

import base64
import json
import shlex
from urllib.parse import quote_plus

import pytest

from cloudqa.record.exchanges import ExchangeRecord, curl_line
from cloudqa.record.secrets import SecretRegistry
from steps.api import operations
from steps.api.exchange import Exchange, Request

PASSWORD = 'Pa$s word/+="quoted"\\é1'
TOKEN = "_T_abc.def+ghi/=.jkl"


def exchange(
    answer: object = None,
    *,
    content: bytes | None = None,
    headers: dict[str, str] | None = None,
    url: str = "",
) -> Exchange:
    request = Request(operations.US_0, url or "https://cloud.example/api/login", headers or {}, content)
    return Exchange(request, 200, {}, json.dumps(answer).encode(), 0.0, 0.001)


def seen(one: Exchange) -> SecretRegistry:
    registry = SecretRegistry()
    registry.before(one.request)
    registry.after(one)
    return registry


@pytest.mark.parametrize(
    "one",
    [
        exchange(content=json.dumps({"password": PASSWORD}).encode()),
        exchange({"token": PASSWORD}),
        exchange([{"key": PASSWORD}, {"key": "other-secret"}]),
        exchange({"api_key": PASSWORD}),
        exchange(content=json.dumps({"tokens": [PASSWORD]}).encode()),
        exchange(headers={"Authorization": f"Bearer {PASSWORD}"}),
        exchange(
            content=f"token={quote_plus(PASSWORD)}".encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ),
    ],
    ids=["password", "token", "listed-key", "api-key", "tokens", "header", "form"],
)
@pytest.mark.parametrize(
    "form",
    [
        str,
        quote_plus,
        lambda secret: json.dumps(secret),
        lambda secret: base64.b64encode(secret.encode()).decode(),
    ],
    ids=["plain", "url", "json", "base64"],
)
def test_secret_is_replaced_in_every_form(one: Exchange, form: object) -> None:
    assert callable(form)
    redacted = seen(one).redact(f"before {form(PASSWORD)} after")
    assert form(PASSWORD).strip('"') not in redacted
    assert redacted.startswith("before ") and redacted.endswith(" after")


def test_same_secret_has_the_same_stand_in_and_others_another() -> None:
    registry = SecretRegistry()
    registry.learn("first-secret", "token")
    registry.learn("second-secret", "token")
    text = registry.redact("first-secret second-secret first-secret")
    one, two, again = text[1:-1].split("> <")
    assert one == again != two


def test_secret_inside_a_longer_one_does_not_tear_it_apart() -> None:
    registry = SecretRegistry()
    registry.learn("Abcdefgh", "token")
    registry.learn("Abcdefgh-and-more", "key")
    assert "more" not in registry.redact("Abcdefgh-and-more")


def test_text_without_secrets_is_unchanged() -> None:
    registry = seen(exchange({"token": TOKEN, "user_id": 1}))
    assert registry.redact("user 1 has no token here") == "user 1 has no token here"


def test_body_that_is_no_json_is_no_obstacle() -> None:
    seen(exchange(content=b'{"password": '))


def test_record_shows_a_curl_line_without_secrets() -> None:
    registry = SecretRegistry()
    record = ExchangeRecord(registry)
    one = exchange(
        {"token": TOKEN},
        content=json.dumps({"password": PASSWORD}).encode(),
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    for observer in (registry, record):
        observer.before(one.request)
        observer.after(one)
    text = record.text()
    assert "curl -sS -X POST https://cloud.example/api/login" in text
    assert TOKEN not in text
    assert json.dumps(PASSWORD)[1:-1] not in text


def test_record_keeps_the_last_exchanges_only_until_cleared() -> None:
    record = ExchangeRecord(SecretRegistry())
    for number in range(30):
        record.after(exchange({"number": number}))
    assert '"number": 29' in record.text()
    assert '"number": 1}' not in record.text()
    record.clear()
    assert record.text() == ""


def test_curl_line_survives_quotes_in_a_body() -> None:
    request = Request(operations.JB_1, "https://cloud.example/api/jobs", {}, b'it\'s a "body"')
    assert shlex.split(curl_line(request, str))[-1] == 'it\'s a "body"'


def test_list_in_the_place_of_a_token_is_none() -> None:
    registry = seen(exchange(content=json.dumps({"token": ["label-qa-3f9c21ab-07d1e2"]}).encode()))
    assert registry.redact("label-qa-3f9c21ab-07d1e2") == "label-qa-3f9c21ab-07d1e2"
