"""behave's summary, with the time that the run took."""

from __future__ import annotations

import time

from behave.configuration import Configuration
from behave.reporter.summary import SummaryReporter


class TimedSummary(SummaryReporter):  # type: ignore[misc]  # behave is untyped
    """Tells the time from its making to the end of the run.

    behave's own adds up the features, which run beside each other with `--jobs`, and tells of no time at all
    where the first of them is skipped.
    """

    def __init__(self, config: Configuration) -> None:
        super().__init__(config)
        self._begun = time.monotonic()

    def end(self) -> None:
        """Print the summary."""
        self.duration = time.monotonic() - self._begun
        super().end()


def time_the_run(config: Configuration) -> None:
    """Put the timed summary in the place of behave's own, where one is to be shown."""
    config.reporters = [
        TimedSummary(config) if type(reporter) is SummaryReporter else reporter
        for reporter in config.reporters
    ]
