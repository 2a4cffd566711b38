"""The checks in their order: what builds on a check that failed is not tried."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from cloudqa.doctor import offer, rights, way
from cloudqa.doctor.findings import Finding, ok, problem, untried
from cloudqa.doctor.patient import Patient, Scenarios, no_scenarios
from cloudqa.errors import CannotRun
from cloudqa.record.secrets import SecretRegistry
from cloudqa.run.given import PREFIX, PROFILE, Given
from cloudqa.run.setting_secrets import learn_settings
from cloudqa.run.settings import Settings, validated

# How much longer than its call a check may take before it is given up.
GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Check:
    """One check, and those that it builds on. `is_raw` is one whose calls have no deadline of their own."""

    name: str
    examine: Callable[[Patient], Finding]
    needs: tuple[str, ...] = ()
    is_raw: bool = False


_WAY = (
    Check("Name", way.check_name, is_raw=True),
    Check("Port", way.check_port, ("Name",), is_raw=True),
    Check("Scheme", way.check_scheme, ("Port",), is_raw=True),
    Check("API", way.check_api, ("Scheme",)),
    Check("Clock", offer.check_clock, ("API",)),
    Check("Description", offer.check_document, ("API",)),
    Check("Operations", offer.check_operations, ("API",)),
)
_AS_ADMIN = (
    Check("Login", rights.check_login, ("API",)),
    Check("Admin", rights.check_admin, ("Login",)),
    Check("API key", rights.check_key, ("Admin",)),
    Check("Platform", offer.check_platform, ("Admin",)),
    Check("Limits", offer.check_limits, ("Admin",)),
)
_WITH_JOB_TOKEN = (
    Check("Job token", rights.check_token, ("API",)),
    Check("Platform", offer.check_platform, ("Job token",)),
    Check("Limits", offer.check_limits, ("Job token",)),
)


def examine_settings(given: Given) -> tuple[Finding, Settings | None]:
    """Whether the settings are whole and readable, and the settings if they are."""
    try:
        settings = validated(given)
    except CannotRun as error:
        return settings_problem(error), None
    named = ", ".join(f"{PREFIX}{name.upper()}" for name in sorted(given.merged) if _is_ours(name))
    text = f"{named}, from {_sources(given)}." if named else "None: the embedded sandbox is examined."
    return replace(ok(text), check="Settings"), settings


def settings_problem(error: CannotRun) -> Finding:
    """A mistake in the settings: what is wrong stands before the colon of its sentence, the remedy behind."""
    what, colon, remedy = str(error).partition(": ")
    told = f"{remedy[:1].upper()}{remedy[1:]}" if colon else ".env.example explains every setting."
    return replace(problem(f"{what.rstrip('.')}.", told), check="Settings")


def examine(
    settings: Settings,
    registry: SecretRegistry,
    scenarios: Scenarios = no_scenarios,
    given: Mapping[str, str] | None = None,
) -> Iterator[Finding]:
    """Examine the cloud of the settings, which must have a URL; each finding as soon as it is there.

    What is made in the cloud for it, is removed again. `given` are the settings as they were given, of whose
    secrets the registry is told.
    """
    list(learn_settings(registry, given or {}))
    registry.learn(settings.admin_password.get_secret_value(), "password")
    registry.learn(settings.job_token.get_secret_value(), "token")
    patient = Patient(settings, registry, scenarios)
    sound: dict[str, bool] = {}
    for check in (*_WAY, *(_AS_ADMIN if settings.has_admin else _WITH_JOB_TOKEN)):
        missing = [name for name in check.needs if not sound.get(name)]
        finding = untried(f"Not tried, as it needs {missing[0]}.") if missing else _finding(check, patient)
        sound[check.name] = finding.lets_go_on
        yield Finding(
            finding.level, registry.redact(finding.what), registry.redact(finding.remedy), check.name
        )


def _finding(check: Check, patient: Patient) -> Finding:
    """What the check finds; an answer that it cannot make sense of is a finding too."""
    try:
        return _in_time(check, patient) if check.is_raw else check.examine(patient)
    except CannotRun as error:
        return settings_problem(error)
    except (AttributeError, KeyError, LookupError, TypeError, ValueError) as error:
        return problem(
            f"An answer of the cloud makes no sense here: {type(error).__name__}, {str(error).rstrip('.')}.",
            "See that CLOUD_URL leads to the API of the right cloud, and show this to whoever runs it.",
        )


def _in_time(check: Check, patient: Patient) -> Finding:
    """What the check finds, or that it was given up after a while: nothing else limits its time."""
    found: list[Finding | BaseException] = []

    def run() -> None:
        try:
            found.append(check.examine(patient))
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=run, name=f"check of {check.name}", daemon=True)
    thread.start()
    seconds = patient.call_seconds + GRACE_SECONDS
    thread.join(seconds)
    if not found:
        return problem(
            f"It was not over after {seconds:g} s.",
            "See that this machine's network and its DNS servers work.",
        )
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


def _is_ours(name: str) -> bool:
    return name in Settings.model_fields and name != PROFILE


def _sources(given: Given) -> str:
    """The places that give any of the settings, in words."""
    places = {
        given.file_name: given.file,
        "the environment": given.environment,
        "the command line": given.command_line,
    }
    return " and ".join(place for place, values in places.items() if any(map(_is_ours, values)))
