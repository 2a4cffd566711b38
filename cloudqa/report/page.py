"""The page of a run: one HTML file, which needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from behave.configuration import Configuration
from behave.formatter.base import StreamOpener
from behave.model_type import Status
from behave_html_pretty_formatter import PrettyHTMLFormatter, html_pretty  # type: ignore[import-untyped]

from cloudqa.report.excused import is_excused

_HERE = Path(__file__).parent


class Page(PrettyHTMLFormatter):  # type: ignore[misc]  # the formatter is untyped
    """The formatter `html-pretty`, with what failed open, what passed closed, and fit for a narrow screen."""

    def __init__(self, stream: StreamOpener, config: Configuration, *arguments: Any) -> None:  # noqa: ANN401
        super().__init__(stream, config, *arguments)
        style = (_HERE / "page.css").read_text(encoding="utf-8")
        script = (_HERE / "page.js").read_text(encoding="utf-8")
        self.add_html_head_element('<meta name="viewport" content="width=device-width, initial-scale=1">')
        self.add_html_head_element(f"<style>{style}</style>")
        self.add_html_head_element(f"<script>{script}</script>")

    def close(self) -> None:
        """Write the page, whole: what reads it next must not wait for the end of the process."""
        for scenario in (scenario for feature in self.features for scenario in feature.scenarios):
            scenario.report_error(scenario._scenario)  # before the summaries count, not after
        self._show_known()
        super().close()
        self.stream.flush()

    def _show_known(self) -> None:
        """Count failures that are excused apart, and let no feature be red for them."""
        for feature in self.features:
            excused = [scenario for scenario in feature.scenarios if is_excused(scenario._scenario)]
            for scenario in excused:
                scenario.status = Status.xfailed
                scenario.name += f" ({scenario._scenario.known_failures.of(scenario._scenario)})"
            if excused:
                _count_excused()
                if all(not scenario.status.has_failed() for scenario in feature.scenarios):
                    feature.status = Status.passed


def _count_excused() -> None:
    """Let the page's summary have a number, and a filter, for what is excused."""
    if Status.xfailed not in html_pretty.EXPECTED_STATUSES:
        passed, failed, *others = html_pretty.EXPECTED_STATUSES
        html_pretty.EXPECTED_STATUSES = (passed, failed, Status.xfailed, *others)
