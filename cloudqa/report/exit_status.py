"""The exit status of a run, which tells a CI system what kind of failure it was."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import IntEnum

from cloudqa.report.verdicts import Kind


class ExitStatus(IntEnum):
    """What a run ended with."""

    PASSED = 0
    RULE = 1
    """The cloud broke a rule; or the end of the run found a leak, a secret, lost coverage, or nothing run."""
    SETUP = 2
    """The settings or the command line are wrong, and nothing was run."""
    UNREACHABLE = 3
    """The cloud could not be reached, or an answer was lost that matters."""
    QUEUE = 4
    """No worker took a job in the queue's time."""
    SUITE = 5
    """The suite is at fault."""
    INTERRUPTED = 130
    """Somebody ended the run."""


_OF_KINDS = {
    Kind.RULE: ExitStatus.RULE,
    Kind.SUITE: ExitStatus.SUITE,
    Kind.UNKNOWN: ExitStatus.UNREACHABLE,
    Kind.UNREACHABLE: ExitStatus.UNREACHABLE,
    Kind.QUEUE: ExitStatus.QUEUE,
    Kind.INTERRUPTED: ExitStatus.INTERRUPTED,
}


_BY_GRAVITY = (
    ExitStatus.RULE,
    ExitStatus.SUITE,
    ExitStatus.UNREACHABLE,
    ExitStatus.QUEUE,
    ExitStatus.SETUP,
    ExitStatus.INTERRUPTED,
    ExitStatus.PASSED,
)


def exit_status(
    kinds: Collection[Kind],
    *,
    failed: bool = False,
    has_problems: bool = False,
    is_gone: bool = False,
    is_interrupted: bool = False,
) -> ExitStatus:
    """The status of a run whose scenarios failed so; the gravest of what happened counts.

    `failed` says that behave calls it failed, for whatever reason; `has_problems` that the end of the run
    found something wrong, `is_gone` that the cloud was given up, `is_interrupted` that somebody ended it.
    """
    statuses = {_OF_KINDS[kind] for kind in kinds}
    if has_problems:
        statuses.add(ExitStatus.RULE)
    if is_gone:
        statuses.add(ExitStatus.UNREACHABLE)
    if is_interrupted:
        statuses.add(ExitStatus.INTERRUPTED)
    if not statuses and failed:
        statuses.add(ExitStatus.SUITE)
    return gravest_status(statuses)


def gravest_status(statuses: Iterable[ExitStatus]) -> ExitStatus:
    """The gravest of these; without any, that of a run that passed."""
    return min(statuses, key=_BY_GRAVITY.index, default=ExitStatus.PASSED)
