"""What the command line, the environment and `.env` give, before anything of it is judged.

Kept apart from the settings, and free of heavy imports, so that the embedded sandbox can start while the rest
of the suite is still being loaded.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cloudqa.errors import CannotRun

PREFIX = "CLOUD_"
FILE = ".env"


@dataclass(frozen=True)
class Given:
    """Values by setting name, without the prefix and in lower case, from each of the three places."""

    command_line: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    file: Mapping[str, str] = field(default_factory=dict)

    @property
    def merged(self) -> dict[str, str]:
        """Each setting's value from the first place that gives it: command line, environment, file."""
        return {**self.file, **self.environment, **self.command_line}

    @property
    def clearly_embedded(self) -> bool:
        """Whether the target can only be the embedded sandbox, or nothing because the settings are wrong."""
        target = self.merged.get("target", "auto")
        return target == "embedded" or (target == "auto" and "url" not in self.merged)


def collect(
    command_line: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Given:
    """Read the three places; `folder` is where `.env` is looked for, by default the current one.

    With `-D target=embedded` there is no need of `.env`, and it is not read. An empty value counts as none.
    Raises CannotRun for a `.env` that cannot be read.
    """
    surroundings = os.environ if environment is None else environment
    from_environment = without_prefix(surroundings)
    if command_line.get("target") == "embedded":
        return Given(dict(command_line), from_environment)
    return Given(dict(command_line), from_environment, _read((folder or Path.cwd()) / FILE))


def without_prefix(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables that begin with CLOUD_ and are not empty, by setting name."""
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in variables.items()
        if name.startswith(PREFIX) and value
    }


def parse_env_lines(text: str, name: str = FILE) -> dict[str, str]:
    """The variables of a text in the form of a `.env` file; `name` stands for it in messages.

    Nothing is interpolated: a password may hold a `$`. Raises CannotRun for a line that is no setting.
    """
    from dotenv.parser import parse_stream

    variables = {}
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            raise CannotRun(
                f"Line {binding.original.line} of {name} is not a setting: write NAME=value, and put a value "
                "with spaces or quotes in single quotes."
            )
        if binding.key and binding.value:
            variables[binding.key] = binding.value
    return variables


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a text file in UTF-8"
        raise CannotRun(
            f"The settings file {path.name} cannot be read: {reason}. Mend or remove it."
        ) from None
    return without_prefix(parse_env_lines(text, path.name))
