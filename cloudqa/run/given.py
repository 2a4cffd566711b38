"""What the command line, the environment and `.env`, or a profile's, give, before anything of it is judged.

Kept apart from the settings, and free of heavy imports, so that the embedded sandbox can start while the rest
of the suite is still being loaded.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cloudqa.errors import CannotRun

PREFIX = "CLOUD_"
FILE = ".env"
PROFILE = "profile"
# The file that is copied to make one.
_TEMPLATE = "example"
_NAME_OF_PROFILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Given:
    """Values by setting name, without the prefix and in lower case, from each of the three places.

    `file_name` is the file that was looked for: `.env`, or that of the profile.
    """

    command_line: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    file: Mapping[str, str] = field(default_factory=dict)
    file_name: str = FILE

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
    """Read the three places; `folder` is where the file is looked for, by default the current one.

    The file is `.env`, or `.env.<profile>` where the command line or the environment names a profile. With
    `-D target=embedded` there is no need of it, and none is read. An empty value counts as none. Raises
    CannotRun for a file that cannot be read, and for a profile that there is not.
    """
    surroundings = os.environ if environment is None else environment
    from_environment = without_prefix(surroundings)
    given = dict(command_line)
    if given.get("target") == "embedded":
        if given.get(PROFILE):
            raise CannotRun(
                f"The embedded sandbox has no use for the profile {given[PROFILE]}: leave out one of "
                "target=embedded and profile."
            )
        return Given(given, from_environment)
    place = folder or Path.cwd()
    profile = given.get(PROFILE) or from_environment.get(PROFILE, "")
    path = _file_of(profile, place) if profile else place / FILE
    file = _read(path)
    if PROFILE in file:
        raise CannotRun(
            f"{path.name} sets CLOUD_PROFILE, which chooses the file and cannot stand in it: set it in the "
            "environment, or call `behave -D profile=...`."
        )
    return Given(given, from_environment, file, path.name)


def profiles_in(folder: Path) -> list[str]:
    """The names of the profiles that have a file in the folder."""
    names = (path.name.removeprefix(f"{FILE}.") for path in folder.glob(f"{FILE}.*") if path.is_file())
    return sorted(name for name in names if name != _TEMPLATE and _NAME_OF_PROFILE.fullmatch(name))


def _file_of(profile: str, folder: Path) -> Path:
    """The file of a profile. Raises CannotRun, naming those that there are, where it has none."""
    known = profiles_in(folder)
    if profile not in known:
        names = ", ".join(known) if known else "none"
        raise CannotRun(
            f"There is no profile {profile!r}: its settings would stand in {FILE}.{profile} in {folder}, "
            f"where the profiles are {names}."
        )
    return folder / f"{FILE}.{profile}"


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
