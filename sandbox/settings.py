"""Settings of one sandbox: where it listens, what it keeps, and its limits (LM-1 to LM-5)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from sandbox.errors import SandboxError

# The longest life of a token that the contract names, in seconds (LM-4).
LONGEST_TOKEN_DURATION = 31_536_000

# scrypt works on 2**cost blocks: 1 is the least it takes, 14 is a usual choice for interactive logins.
LOWEST_PASSWORD_COST = 1
USUAL_PASSWORD_COST = 14
HIGHEST_PASSWORD_COST = 18

HIGHEST_COUNT = 1_000_000_000


@dataclass(frozen=True)
class SandboxSettings:
    """Everything that one run of the sandbox can be told; a wrong value is a `SandboxError`."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free port."""
    db: Path | None = None
    """None keeps the data in a temporary file, removed at the stop."""
    admin_email: str = "admin@sandbox.local"
    admin_password: str | None = None
    """None makes a new password at every start."""
    commands: tuple[str, ...] = ("probs",)
    """What the platform `sim:qa` offers (WR-1)."""
    max_waiting_jobs: int = 10
    max_running_jobs: int = 5
    max_qt_jobs: int = 5
    max_token_duration: int = LONGEST_TOKEN_DURATION
    login_duration: int = 86_400
    password_cost: int | None = None
    """None: the lowest for a temporary database, a usual one for a database that is kept."""

    def __post_init__(self) -> None:
        """Refuse values that no sandbox can work with."""
        for name, (least, most) in _RANGES.items():
            value = getattr(self, name)
            if value is not None and not (type(value) is int and least <= value <= most):
                raise SandboxError(f"{name} is {value!r}, but must be a whole number from {least} to {most}.")
        if not self.commands or not all(self.commands):
            raise SandboxError("commands is empty: name at least one command for the platform sim:qa.")

    @property
    def effective_password_cost(self) -> int:
        """The cost in force: what was asked for, else what suits the database."""
        if self.password_cost is not None:
            return self.password_cost
        return LOWEST_PASSWORD_COST if self.db is None else USUAL_PASSWORD_COST

    def with_environment(self, environment: Mapping[str, str] | None = None) -> "SandboxSettings":
        """Return these settings with the `SANDBOX_*` variables of the environment laid over them."""
        given = os.environ if environment is None else environment
        changes: dict[str, int] = {}
        for name in _FROM_ENVIRONMENT:
            variable = f"SANDBOX_{name.upper()}"
            text = given.get(variable, "").strip()
            if text:
                changes[name] = _whole_number(variable, text)
        return replace(self, **changes)  # type: ignore[arg-type]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "SandboxSettings":
        """Return the defaults with the `SANDBOX_*` variables of the environment laid over them."""
        return cls().with_environment(environment)


_RANGES: dict[str, tuple[int, int]] = {
    "port": (0, 65_535),
    "max_waiting_jobs": (1, HIGHEST_COUNT),
    "max_running_jobs": (1, HIGHEST_COUNT),
    "max_qt_jobs": (1, HIGHEST_COUNT),
    "max_token_duration": (1, LONGEST_TOKEN_DURATION),
    "login_duration": (1, LONGEST_TOKEN_DURATION),
    "password_cost": (LOWEST_PASSWORD_COST, HIGHEST_PASSWORD_COST),
}

_FROM_ENVIRONMENT = tuple(
    field.name for field in fields(SandboxSettings) if field.name in _RANGES and field.name != "port"
)


def _whole_number(variable: str, text: str) -> int:
    least, most = _RANGES[variable.removeprefix("SANDBOX_").lower()]
    if (
        text.isascii()
        and text.isdecimal()
        and len(text) <= len(str(HIGHEST_COUNT))
        and least <= int(text) <= most
    ):
        return int(text)
    raise SandboxError(f"{variable} is {text!r}, but must be a whole number from {least} to {most}.")
