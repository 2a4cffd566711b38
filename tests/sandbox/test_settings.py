"""Settings from the environment, and the sentences about wrong ones."""

import pytest

from sandbox.errors import SandboxError
from sandbox.settings import SandboxSettings

NAMES = {
    "SANDBOX_MAX_WAITING_JOBS": ("max_waiting_jobs", 10),
    "SANDBOX_MAX_RUNNING_JOBS": ("max_running_jobs", 5),
    "SANDBOX_MAX_QT_JOBS": ("max_qt_jobs", 5),
    "SANDBOX_MAX_TOKEN_DURATION": ("max_token_duration", 31_536_000),
    "SANDBOX_LOGIN_DURATION": ("login_duration", 86_400),
    "SANDBOX_PASSWORD_COST": ("password_cost", None),
}


@pytest.mark.parametrize("variable", NAMES)
def test_environment_is_read(variable: str) -> None:
    name, default = NAMES[variable]
    assert getattr(SandboxSettings.from_environment({}), name) == default
    assert getattr(SandboxSettings.from_environment({variable: " "}), name) == default
    assert getattr(SandboxSettings.from_environment({variable: "7"}), name) == 7


@pytest.mark.parametrize("variable", NAMES)
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "9" * 5_000, "٣", "1e3"])
def test_wrong_values_are_named(variable: str, value: str) -> None:
    with pytest.raises(SandboxError) as caught:
        SandboxSettings.from_environment({variable: value})
    sentence = str(caught.value)
    assert variable in sentence
    assert "whole number from 1 to" in sentence


def test_wrong_values_in_code_are_named() -> None:
    for changes in ({"port": 65_536}, {"max_waiting_jobs": True}, {"commands": ()}, {"password_cost": 99}):
        with pytest.raises(SandboxError, match=next(iter(changes))):
            SandboxSettings(**changes)


def test_passwords_cost_more_where_they_are_kept() -> None:
    from pathlib import Path

    assert SandboxSettings().effective_password_cost == 1
    assert SandboxSettings(db=Path("kept.db")).effective_password_cost > 10
    assert SandboxSettings(db=Path("kept.db"), password_cost=2).effective_password_cost == 2
