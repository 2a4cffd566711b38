"""API keys: what a list entry is held to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from steps.api.cloud_objects import ApiKey
from steps.support import keys
from steps.support.expectations import ExpectationFailed
from tests.steps.support.stage import someone

KEY = ApiKey("label", 60, "AK-5-secret", 5)


def entry(**change: object) -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "api_key_id": 5,
        "label": "label",
        "user_id": 7,
        "created_date": now.isoformat(),
        "expiration_date": (now + timedelta(seconds=60)).isoformat(),
        "is_revoked": False,
        **change,
    }


def test_right_entry_passes() -> None:
    keys.expect_entry(entry(), KEY, someone(7), "AK-2.1")


@pytest.mark.parametrize(
    "change",
    [
        {"user_id": 8},
        {"is_revoked": True},
        {"api_key": "AK-5-secret"},
        {"expiration_date": (datetime.now(UTC) + timedelta(hours=1)).isoformat()},
        {"created_date": "2001-01-01T00:00:00+00:00"},
    ],
)
def test_entry_that_differs_fails(change: dict[str, object]) -> None:
    with pytest.raises(ExpectationFailed):
        keys.expect_entry(entry(**change), KEY, someone(7), "AK-2.1")


def test_secret_is_found_in_any_value() -> None:
    keys.expect_no_secret([entry()], KEY, "AK-2.1")
    with pytest.raises(ExpectationFailed, match="no entry should show the secret"):
        keys.expect_no_secret([entry(label="of AK-5-secret")], KEY, "AK-2.1")


def test_key_that_is_listed_is_found() -> None:
    keys.expect_not_among([entry(api_key_id=6)], KEY, "US-4.3")
    with pytest.raises(ExpectationFailed, match="should not be listed"):
        keys.expect_not_among([entry(api_key_id=6), entry()], KEY, "US-4.3")
