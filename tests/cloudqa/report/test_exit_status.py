"""The exit status is that of the gravest thing that happened."""

from __future__ import annotations

from typing import Any

import pytest

from cloudqa.report.exit_status import ExitStatus, exit_status
from cloudqa.report.verdicts import Kind


@pytest.mark.parametrize(
    ("kinds", "happened", "status"),
    [
        ([], {}, ExitStatus.PASSED),
        (list(Kind), {"failed": True, "is_gone": True}, ExitStatus.RULE),
        ([Kind.QUEUE, Kind.UNREACHABLE, Kind.SUITE], {"failed": True}, ExitStatus.SUITE),
        ([Kind.QUEUE, Kind.UNKNOWN], {"failed": True}, ExitStatus.UNREACHABLE),
        ([Kind.QUEUE], {"failed": True}, ExitStatus.QUEUE),
        ([Kind.QUEUE], {"failed": True, "is_gone": True}, ExitStatus.UNREACHABLE),
        ([Kind.QUEUE], {"failed": True, "has_problems": True}, ExitStatus.RULE),
        ([], {"failed": True}, ExitStatus.SUITE),
        ([], {"failed": True, "is_interrupted": True}, ExitStatus.INTERRUPTED),
        ([Kind.INTERRUPTED], {"failed": True, "is_interrupted": True}, ExitStatus.INTERRUPTED),
        ([Kind.RULE, Kind.INTERRUPTED], {"failed": True, "is_interrupted": True}, ExitStatus.RULE),
        ([], {"failed": True, "is_gone": True}, ExitStatus.UNREACHABLE),
        ([], {"has_problems": True}, ExitStatus.RULE),
    ],
)
def test_gravest_counts(kinds: list[Kind], happened: dict[str, Any], status: ExitStatus) -> None:
    assert exit_status(kinds, **happened) is status
