"""The settings of a run, in one object: command line (`-D`) over environment over `.env` over defaults."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from cloudqa.errors import CannotRun
from cloudqa.run.given import PREFIX, Given

# What says how to run, and not on which cloud: it counts on the embedded sandbox too.
_HOW_TO_RUN = ("mode", "doctor", "budget_jobs", "budget_shots")


class Mode(enum.StrEnum):
    """What a run may do to the cloud.

    `FULL` is everything. `SAFE` leaves out what changes things that are not the run's own, `@destructive`.
    `READONLY` runs what is `@readonly` alone, and no request leaves but GETs and the login.
    """

    FULL = "full"
    SAFE = "safe"
    READONLY = "readonly"


def _parse_headers(value: object) -> object:
    """`Name: value` pairs, separated by line ends or `|`."""
    if not isinstance(value, str):
        return value
    headers = {}
    for pair in value.replace("\n", "|").split("|"):
        if pair.strip():
            name, colon, text = pair.partition(":")
            if not colon or not name.strip():
                raise ValueError("write it as 'Name: value', several separated by |")
            headers[name.strip()] = text.strip()
    return headers


class Settings(BaseModel):
    """Where the cloud under test is and how to reach it.

    Each field is the environment variable `CLOUD_<FIELD>`, and on the command line `-D <field>=...`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Literal["auto", "embedded", "remote"] = "auto"
    url: str = ""
    admin_email: str = ""
    admin_password: SecretStr = SecretStr("")
    job_token: SecretStr = SecretStr("")
    platform: str = ""
    ca_bundle: str = ""
    proxy: str = ""
    extra_headers: Annotated[dict[str, str], BeforeValidator(_parse_headers)] = Field(default_factory=dict)
    trust_environment: bool = False
    call_seconds: float = Field(default=10.0, gt=0, le=600)
    queue_seconds: float = Field(default=60.0, gt=0, le=86400)
    give_up_after: int = Field(default=5, ge=1, le=10000)
    profile: str = ""
    mode: Mode | None = None
    doctor: bool = False
    budget_jobs: int | None = Field(default=None, ge=0)
    budget_shots: int | None = Field(default=None, ge=0)

    @property
    def embedded(self) -> bool:
        """Whether the run brings its own cloud."""
        return self.target == "embedded" or (self.target == "auto" and not self.url)

    @property
    def allowed(self) -> Mode:
        """What the run may do: the mode that was asked for, else all on the embedded sandbox, else `SAFE`."""
        return self.mode or (Mode.FULL if self.embedded else Mode.SAFE)

    @property
    def has_budget(self) -> bool:
        """Whether the run's jobs or shots are limited."""
        return self.budget_jobs is not None or self.budget_shots is not None

    @property
    def narrows(self) -> str:
        """What of these settings leaves scenarios out that the target could run, in words; "" if nothing."""
        if self.allowed is Mode.READONLY or (self.embedded and self.allowed is Mode.SAFE):
            return f"it ran with CLOUD_MODE={self.allowed}"
        return "it had a budget" if self.has_budget else ""

    @property
    def has_admin(self) -> bool:
        """Whether an admin's credentials are given."""
        return bool(self.admin_email)


def validated(given: Given) -> Settings:
    """The settings that were given, judged.

    Raises CannotRun, with a sentence, for an unknown or wrong setting, and for settings given in part. Where
    the command line asks for the embedded sandbox, nothing else counts but what the command line says of how
    to run; CLOUD_TARGET=remote refuses it.
    """
    if given.command_line.get("target") == "embedded":
        if given.environment.get("target") == "remote":
            raise CannotRun(
                "CLOUD_TARGET=remote forbids the embedded sandbox, which this run asks for: unset "
                "CLOUD_TARGET, or run `behave` with CLOUD_URL set."
            )
        how = {name: text for name, text in given.command_line.items() if name in _HOW_TO_RUN}
        return _parsed({**how, "target": "embedded"})
    # behave's user data and the environment may hold what is none of ours; a file of settings may not.
    unknown = sorted(set(given.file) - set(Settings.model_fields))
    if unknown:
        name = PREFIX + unknown[0].upper()
        raise CannotRun(
            f"{given.file_name} sets {name}, which is no setting of this suite: see .env.example."
        )
    settings = _parsed({name: text for name, text in given.merged.items() if name in Settings.model_fields})
    _require_whole(settings)
    return settings


def _parsed(values: dict[str, str]) -> Settings:
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = PREFIX + str(first["loc"][0]).upper()
        problem = first["msg"].removeprefix("Value error, ")
        raise CannotRun(f"The setting {name} is wrong: {problem[0].lower()}{problem[1:]}.") from None


def _require_whole(settings: Settings) -> None:
    """Refuse settings given in part: falling back to the sandbox would hide what is missing."""
    credentials = {
        "CLOUD_ADMIN_EMAIL": settings.admin_email,
        "CLOUD_ADMIN_PASSWORD": settings.admin_password.get_secret_value(),
        "CLOUD_JOB_TOKEN": settings.job_token.get_secret_value(),
    }
    given = [name for name, value in credentials.items() if value]
    if not settings.url:
        if settings.target == "remote":
            raise CannotRun("CLOUD_TARGET=remote needs CLOUD_URL: set it to the address of the cloud's API.")
        if given and settings.target == "auto":
            raise CannotRun(
                f"{given[0]} is set, but CLOUD_URL is not: set CLOUD_URL, or unset {' and '.join(given)} to "
                "use the embedded sandbox."
            )
        return
    if settings.embedded:
        return
    parts = urlsplit(settings.url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise CannotRun(
            f"CLOUD_URL is {settings.url!r}, which has no scheme or no host: write it whole, such as "
            "https://api.cloud.example."
        )
    if "@" in parts.netloc:
        raise CannotRun(
            "CLOUD_URL holds a user or a password: leave them out, and give them in CLOUD_EXTRA_HEADERS if "
            "the cloud asks for them."
        )
    if bool(settings.admin_email) != bool(credentials["CLOUD_ADMIN_PASSWORD"]):
        missing = "CLOUD_ADMIN_PASSWORD" if settings.admin_email else "CLOUD_ADMIN_EMAIL"
        raise CannotRun(f"{missing} is missing: an admin needs both an e-mail and a password.")
    if not given:
        raise CannotRun(
            "CLOUD_URL is set without credentials: add CLOUD_ADMIN_EMAIL and CLOUD_ADMIN_PASSWORD, or "
            "CLOUD_JOB_TOKEN and CLOUD_PLATFORM."
        )
    if not settings.has_admin and not settings.platform:
        raise CannotRun(
            "CLOUD_PLATFORM is missing: with a job token alone, name the platform that jobs may use."
        )
    if settings.ca_bundle and not Path(settings.ca_bundle).is_file():
        raise CannotRun(f"CLOUD_CA_BUNDLE is {settings.ca_bundle!r}, which is no file.")
