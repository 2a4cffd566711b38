"""The secrets of the settings are known before anything is sent."""

from __future__ import annotations

import base64

import pytest

from cloudqa.record.secrets import SecretRegistry
from cloudqa.run.setting_secrets import learn_settings, without_password

BASIC = base64.b64encode(b"qa:Of-a-header-1").decode()


@pytest.mark.parametrize(
    ("setting", "value", "secret", "stand_in"),
    [
        ("admin_password", "Of-an-admin-1", "Of-an-admin-1", "$CLOUD_ADMIN_PASSWORD"),
        ("job_token", "_T_of-a-user", "_T_of-a-user", "$CLOUD_JOB_TOKEN"),
        ("proxy", "http://qa:Of%2Fa-proxy@proxy.example:3128", "Of/a-proxy", "<password in CLOUD_PROXY>"),
        ("proxy", "http://qa:Of%2Fa-proxy@proxy.example:3128", "Of%2Fa-proxy", "<password in CLOUD_PROXY>"),
        ("url", "https://qa:Of-a-url-1@cloud.example", "Of-a-url-1", "<password in CLOUD_URL>"),
        (
            "extra_headers",
            "X-Team: qa | X-Api-Key: k-123456",
            "k-123456",
            "<X-Api-Key in CLOUD_EXTRA_HEADERS>",
        ),
        ("extra_headers", f"Authorization: Basic {BASIC}", BASIC, "<Authorization in CLOUD_EXTRA_HEADERS>"),
        (
            "extra_headers",
            f"Proxy-Authorization: Basic {BASIC}",
            "Of-a-header-1",
            "<Proxy-Authorization in CLOUD_EXTRA_HEADERS>",
        ),
        ("extra_headers", "Cookie: id=s-987654321; b=1", "s-987654321", "<Cookie in CLOUD_EXTRA_HEADERS>"),
    ],
)
def test_secret_of_a_setting_is_known(setting: str, value: str, secret: str, stand_in: str) -> None:
    registry = SecretRegistry()
    list(learn_settings(registry, {setting: value}))
    assert registry.redact(f"before {secret} after") == f"before {stand_in} after"


def test_what_is_no_secret_stays_readable() -> None:
    registry = SecretRegistry()
    merged = {
        "extra_headers": "X-Environment: staging-of-spring",
        "platform": "sim:qa",
        "url": "https://a.example",
    }
    assert list(learn_settings(registry, merged)) == []
    assert (
        registry.redact("staging-of-spring at https://a.example") == "staging-of-spring at https://a.example"
    )


def test_password_that_cannot_be_looked_for_is_told() -> None:
    (sentence,) = learn_settings(SecretRegistry(), {"admin_password": "admin"})
    assert sentence.startswith("CLOUD_ADMIN_PASSWORD is short or a plain word")
    assert "admin " not in sentence


def test_url_is_shown_without_its_password() -> None:
    assert without_password("https://qa:secret@cloud.example/x") == "https://qa:...@cloud.example/x"
    assert without_password("https://cloud.example") == "https://cloud.example"
    assert without_password("http://[") == "http://["
