"""What most of a run has to know of known failures: whether there are any, and whether a scenario is one."""

from __future__ import annotations

from pathlib import Path

from behave.model import Scenario
from behave.model_type import Status

FILE = Path("known_failures.toml")


def has_entries(file: Path = FILE) -> bool:
    """Whether the file has more than comments; also where it cannot be read, for who reads it to say why."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    except (OSError, UnicodeDecodeError):
        return True
    return any(line.lstrip()[:1] not in ("", "#") for line in text.splitlines())


def is_excused(scenario: Scenario) -> bool:
    """Whether a scenario failed as it is known to."""
    return scenario.status is Status.xfailed
