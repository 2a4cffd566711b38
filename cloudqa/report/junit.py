"""JUnit with what behave's own leaves out: the exchanges of a failure, the reason of a skip."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from behave.capture import Captured
from behave.configuration import Configuration
from behave.model import Feature, Scenario
from behave.model_type import Status
from behave.reporter.junit import FeatureReportData, JUnitReporter

from cloudqa.report.excused import is_excused
from cloudqa.report.explanations import Explanations
from cloudqa.report.first_line import first_line_of
from cloudqa.report.verdicts import Verdicts

# What behave has for a step that raised nothing, such as an undefined one.
_NO_MESSAGE = "None"


class ExplainingReporter(JUnitReporter):  # type: ignore[misc]  # behave is untyped
    """Writes a file a feature, with each scenario that was selected, the skipped ones included.

    What explains a failure stands in its test case's `system-err`; its kind is the `type` of the failure.
    """

    show_skipped_always = True

    def __init__(self, config: Configuration, explanations: Explanations, verdicts: Verdicts) -> None:
        super().__init__(config)
        self._verdicts = verdicts
        self._explanations = explanations

    def feature(self, feature: Feature) -> None:
        """Write the file of a feature, unless nothing in it was selected."""
        selected = [scenario for scenario in feature.walk_scenarios() if is_selected(scenario)]
        for scenario in selected:
            if text := self._explanations.of(scenario):
                scenario.captured.add_captured(Captured(stderr=text, name="explanation", failed=True))
        if selected:
            super().feature(feature)

    def _process_scenario(self, scenario: Scenario, report: FeatureReportData) -> None:
        if not is_selected(scenario):
            return
        super()._process_scenario(scenario, report)
        kind = self._verdicts.of(scenario)
        for failure in report.testcases[-1] if kind else ():
            if failure.tag in ("failure", "error"):
                failure.set("type", str(kind))
                if failure.get("message") == _NO_MESSAGE:
                    failure.set("message", first_line_of(scenario, kind))
        if is_excused(scenario):
            # JUnit has no word for it; who reads it shows what is skipped apart, with its message.
            known = Element("skipped", type="known", message=str(scenario.known_failures.of(scenario)))
            report.testcases[-1].insert(0, known)
            report.counts_skipped += 1
        skipped = report.testcases[-1].find("skipped")
        if skipped is not None and scenario.skip_reason:
            skipped.set("message", scenario.skip_reason)


def is_selected(scenario: Scenario) -> bool:
    """Whether the command line selected this scenario: others are skipped too, but without a reason."""
    return scenario.status is not Status.skipped or bool(scenario.skip_reason)


def explain_in_junit(config: Configuration, explanations: Explanations, verdicts: Verdicts) -> None:
    """Put the explaining reporter in the place of behave's own, where JUnit is asked for."""
    config.reporters = [
        ExplainingReporter(config, explanations, verdicts) if type(reporter) is JUnitReporter else reporter
        for reporter in config.reporters
    ]
