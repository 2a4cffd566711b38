"""What a failure brings with it: rules, times, the last exchanges; and where it is shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from behave.model import Scenario, Step
from behave.runner import Context

from cloudqa.report.verdicts import Kind

PAGE = "docs/contract.md"
CAPTION = "Exchanges with the cloud, and curl lines that repeat them"
SKIPPED = "Skipped"

Cite = Callable[[str], str]


class Explanations:
    """The explanations of a run's failures, by scenario: JUnit shows them when a feature is over."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._news: list[tuple[str, str]] = []

    def add(self, scenario: Scenario, text: str) -> None:
        """Remember one more for this scenario."""
        self._add(str(scenario.location), text)
        self._news.append((str(scenario.location), text))

    def of(self, scenario: Scenario) -> str:
        """All that explains the scenario's failure; "" where nothing does."""
        return self._texts.get(str(scenario.location), "")

    def news(self) -> list[tuple[str, str]]:
        """What was added since the last call, for those of another process."""
        news, self._news = self._news, []
        return news

    def take_from_child(self, news: list[tuple[str, str]]) -> None:
        """Add what was added in a forked process."""
        for scenario, text in news:
            self._add(scenario, text)

    def _add(self, scenario: str, text: str) -> None:
        self._texts[scenario] = "\n\n".join(filter(None, (self._texts.get(scenario, ""), text)))


def explain_step(context: Context, step: Step, kind: Kind, rules: Sequence[str], cite: Cite) -> None:
    """Show what explains a step that failed: in short on the terminal, in full on the page and in JUnit."""
    what = f"{step.keyword} {step.name} ... {step.status.name} after {step.duration:.3f} s"
    cited = rule_lines(step.exception, rules, cite)
    text = _show(context, context.scenario, [_why(kind), what, *cited])
    context.attach("text/plain", text.encode())
    print("\n".join([_why(kind), _where(context), *cited, context.run.exchanges.brief()]).rstrip())


def explain_clean_up(context: Context, error: BaseException, kind: Kind) -> None:
    """Show that a clean-up failed, and fail its scenario visibly: behave itself would print and forget it."""
    sentence = f"CLEAN-UP FAILED: {error}"
    print("\n".join([sentence, _why(kind), _where(context), context.run.exchanges.brief()]).rstrip())
    # Nothing is attached: for JSON there is no step any more to attach it to.
    if scenario := getattr(context, "scenario", None):
        failed = next((step.error_message for step in scenario.all_steps if step.error_message), "")
        scenario.store_exception_context(error)
        scenario.error_message = "\n".join(filter(None, (failed, sentence)))
        _show(context, scenario, [_why(kind), sentence])


def show_skip(context: Context, reason: str) -> None:
    """Show on the page why the current scenario is skipped."""
    _embed(context, f"Skipped {reason}", SKIPPED)


def name_pages(context: Context) -> None:
    """Let the title of every page name the run."""
    for formatter in context._runner.formatters:
        if hasattr(formatter, "set_title"):
            formatter.set_title(
                f"{formatter.title_string}: run {context.run.run_id} on {context.target.name}"
            )


def rule_lines(error: BaseException | None, rules: Sequence[str], cite: Cite) -> list[str]:
    """The rules that a failure is about, with their lines, where its own text does not say so.

    An error that names none is about the rules of its scenario.
    """
    if PAGE in str(error or ""):
        return []
    own: Sequence[str] = getattr(error, "rules", ())
    return [f"rule {cite(rule)}" for rule in own or rules]


def _show(context: Context, scenario: Scenario, lines: Sequence[str]) -> str:
    text = "\n".join([_where(context), *lines, "", context.run.exchanges.text()]).rstrip()
    _embed(context, text, CAPTION)
    context.explanations.add(scenario, text)
    return text


def _embed(context: Context, text: str, caption: str) -> None:
    """Put a text under the current step of every page, readable by the search for secrets."""
    formatters: Sequence[Any] = context._runner.formatters
    for formatter in formatters:
        if hasattr(formatter, "embed"):
            formatter.embed("text", text, caption, compress=False, download_button=False)


def _why(kind: Kind) -> str:
    return f"VERDICT: {kind.sentence}."


def _where(context: Context) -> str:
    now = datetime.fromtimestamp(time.time(), UTC)
    return f"Run {context.run.run_id} on {context.target.name}, {now:%Y-%m-%d %H:%M:%S}Z"
