"""The examination as the first part of a run."""

from __future__ import annotations

from rich.console import Console

from cloudqa.doctor.examination import examine
from cloudqa.doctor.findings import Finding, Level
from cloudqa.doctor.showing import show
from cloudqa.errors import CannotReach, CannotRun
from cloudqa.record.secrets import SecretRegistry
from cloudqa.run.settings import Settings

_ON_THE_WAY = {"Name", "Port"}


def examine_first(settings: Settings, registry: SecretRegistry, scenarios: list[list[str]]) -> None:
    """Examine the cloud for a run of scenarios with these tags, and print what is found.

    Raises CannotRun, with the number of problems, where there are any; CannotReach where no cloud is there.
    """
    console, findings = Console(highlight=False), list[Finding]()
    for finding in examine(settings, registry, lambda: scenarios):
        show(finding, console)
        findings.append(finding)
    problems = [finding for finding in findings if finding.level is Level.PROBLEM]
    if problems:
        number = f"{len(problems)} problems" if len(problems) > 1 else "a problem"
        kind = CannotReach if problems[0].check in _ON_THE_WAY else CannotRun
        raise kind(f"Nothing was run, as the examination before it found {number}: see above.")
