"""Scenarios whose failure is known: behave runs them like any other, and is told that they did not fail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from behave.formatter.progress import ProgressFormatterBase
from behave.model import Scenario
from behave.model_type import Status
from behave.reporter import summary

from cloudqa.report.known import KnownFailures


class KnownScenario(Scenario):  # type: ignore[misc]  # behave is untyped
    """A scenario that is excused where it fails as it is known to, by one of the `known_failures`.

    Its status is `xfailed` then, which behave knows and never sets: exit status, `--stop` and reports go by
    that, and by what `run` says.
    """

    known_failures: KnownFailures

    def run(self, runner: Any) -> bool:  # noqa: ANN401 - behave's own
        """Run it; True if it failed and is not excused."""
        failed = bool(super().run(runner))
        if failed and self.known_failures.excuses(self):
            self.set_status(Status.xfailed)
            return False
        return failed


def excuse(scenarios: Iterable[Scenario], known: KnownFailures) -> None:
    """Let no run fail by those of the scenarios that fail as they are known to."""
    for scenario in scenarios:
        if known.of(scenario) is not None:
            # In place: features, selections and workers hold on to the scenario that was parsed.
            scenario.__class__ = KnownScenario
            scenario.known_failures = known


def count_known_apart(reporters: Iterable[object]) -> None:
    """Let behave's summary and its progress formatters show scenarios that were excused."""
    ProgressFormatterBase.dot_status.setdefault(Status.xfailed, "x")
    if Status.xfailed not in summary.STATUS_ORDER:
        failed = summary.STATUS_ORDER.index(Status.failed) + 1
        summary.STATUS_ORDER = (
            *summary.STATUS_ORDER[:failed],
            Status.xfailed,
            *summary.STATUS_ORDER[failed:],
        )
    for reporter in reporters:
        if isinstance(reporter, summary.SummaryReporterV1):
            reporter.scenario_summary.setdefault(Status.xfailed.name, 0)
