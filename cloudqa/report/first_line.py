"""What a scenario failed of, in a line and in full."""

from __future__ import annotations

from behave.model import Scenario

from cloudqa.report.verdicts import Kind

_LONGEST_LINE = 300
_LONGEST_TEXT = 4000


def first_line_of(scenario: Scenario, kind: Kind | None) -> str:
    """The first line of what a scenario failed of; one of the suite's with the kind of its error."""
    error, step, text = _error_of(scenario), _failed_step(scenario), text_of(scenario)
    if not text and step is not None:
        text = f"The step is {step.status.name}: {step.keyword} {step.name}"
    line = next(iter(text.splitlines()), "") or scenario.status.name
    if error is not None and kind is Kind.SUITE:
        line = f"{type(error).__name__}: {line}"
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


def text_of(scenario: Scenario) -> str:
    """What a scenario failed of, in full: expected and actual, and the rules with their lines."""
    error = _error_of(scenario)
    text = str(error).strip() if error is not None else scenario.error_message or ""
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


def _error_of(scenario: Scenario) -> BaseException | None:
    step = _failed_step(scenario)
    error: BaseException | None = step.exception if step is not None else scenario.exception
    return error


def _failed_step(scenario: Scenario) -> Scenario | None:
    return next((step for step in scenario.all_steps if step.status.has_failed()), None)
