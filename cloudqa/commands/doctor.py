"""`cloudqa doctor`: is this cloud fit for a run?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudqa.commands.profile import Profile, asked
from cloudqa.errors import CannotRun

if TYPE_CHECKING:
    from cloudqa.doctor.findings import Finding
    from cloudqa.record.secrets import SecretRegistry
    from cloudqa.run.given import Given
    from cloudqa.run.settings import Settings

FEATURES = Path("features")
LOG = Path("reports") / "doctor-sandbox.log"


def doctor(
    profile: Profile = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON, and no more.")] = False,
) -> None:
    """Examine the cloud of the settings, or the embedded sandbox: what is wrong, and what to do about it."""
    from rich.console import Console

    from cloudqa.doctor.findings import is_healthy
    from cloudqa.doctor.showing import as_json as written_as_json
    from cloudqa.doctor.showing import show, show_end
    from cloudqa.record.secrets import SecretRegistry
    from cloudqa.run.interrupts import termination_as_interrupt

    registry, console = SecretRegistry(), Console(highlight=False)
    findings: list[Finding] = []
    with ExitStack() as stack:
        stack.enter_context(termination_as_interrupt())
        target, coming = _examined(asked(profile), registry, stack)
        if not as_json:
            console.print(f"Target: {target}\n", soft_wrap=True)
        for finding in coming:
            findings.append(finding)
            if not as_json:
                show(finding, console)
    if as_json:
        print(written_as_json(target, findings))
    else:
        show_end(findings, console)
    raise typer.Exit(0 if is_healthy(findings) else 1)


def _examined(
    command_line: dict[str, str], registry: SecretRegistry, stack: ExitStack
) -> tuple[str, Iterator[Finding]]:
    """What is examined, and its findings as they come; `stack` ends what is started for it."""
    from cloudqa.doctor.examination import examine_settings, settings_problem
    from cloudqa.run.embedded import EMBEDDED
    from cloudqa.run.given import Given, collect
    from cloudqa.run.setting_secrets import without_password

    try:
        given = collect(command_line)
    except CannotRun as error:
        return "none", iter([settings_problem(error)])
    first, settings = examine_settings(given)
    if settings is None:
        return without_password(given.merged.get("url", "none")), iter([first])
    if settings.embedded:
        settings, given = _embedded(settings, stack), Given()
        return f"{EMBEDDED} {settings.url}", _rest(first, settings, given, registry)
    return settings.url.rstrip("/"), _rest(first, settings, given, registry)


def _rest(first: Finding, settings: Settings, given: Given, registry: SecretRegistry) -> Iterator[Finding]:
    from cloudqa.doctor.examination import examine

    yield first
    yield from examine(settings, registry, all_scenarios, given.merged)


def _embedded(settings: Settings, stack: ExitStack) -> Settings:
    from cloudqa.run.embedded import EmbeddedSandbox
    from cloudqa.run.target import announced

    sandbox = EmbeddedSandbox(LOG)
    stack.callback(sandbox.stop)
    return announced(sandbox, settings)


def all_scenarios() -> list[list[str]]:
    """The tags of each scenario of the features that there are here."""
    from behave.parser import parse_file

    found = [parse_file(str(path)) for path in sorted(FEATURES.rglob("*.feature"))]
    return [
        [str(tag) for tag in scenario.effective_tags]
        for feature in found
        if feature is not None
        for scenario in feature.walk_scenarios()
    ]
