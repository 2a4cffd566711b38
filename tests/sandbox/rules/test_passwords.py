"""Passwords are kept under a salted slow hash, and known again from it (SC-4)."""

from __future__ import annotations

import pytest

from sandbox.rules import passwords

PASSWORD = "Right-of-12-ünï"


def test_hash_holds_no_password_and_is_another_each_time() -> None:
    first, second = passwords.hashed(PASSWORD, 4), passwords.hashed(PASSWORD, 4)
    assert PASSWORD not in first
    assert PASSWORD.encode().hex() not in first
    assert first != second
    assert passwords.matches(PASSWORD, first)
    assert passwords.matches(PASSWORD, second)


@pytest.mark.parametrize("other", ["", PASSWORD + " ", PASSWORD.lower(), PASSWORD[:-1]])
def test_no_other_password_matches(other: str) -> None:
    assert not passwords.matches(other, passwords.hashed(PASSWORD, 4))


def test_cost_is_that_of_the_setting() -> None:
    assert passwords.hashed(PASSWORD, 5).startswith("scrypt$5$")
    assert passwords.matches(PASSWORD, passwords.hashed(PASSWORD, 5))
