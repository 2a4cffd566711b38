"""The time that the summary tells."""

from __future__ import annotations

import io
import re

from behave.configuration import Configuration
from behave.parser import parse_feature

from cloudqa.report.summary import TimedSummary, time_the_run


def test_time_that_passed_beside_other_time_counts_once() -> None:
    config = Configuration(command_args=[])
    time_the_run(config)
    (summary,) = config.reporters
    assert type(summary) is TimedSummary
    summary.stream = io.StringIO()
    for name in ("one", "beside it"):
        feature = parse_feature(f"Feature: {name}\n  Scenario: Long\n    Given a step")
        feature.scenarios[0].steps[0].duration = 1_000.0
        assert feature.duration >= 1_000.0
        summary.feature(feature)
    summary.end()
    assert re.search(r"Took 0min [0-9]", summary.stream.getvalue())


def test_no_summary_stays_none() -> None:
    config = Configuration(command_args=["--no-summary"])
    time_the_run(config)
    assert config.reporters == []
