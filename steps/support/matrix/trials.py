"""Everything that everyone tries, row by row."""

from __future__ import annotations

from steps.support.matrix import admin_trials, job_trials, platform_trials, token_trials
from steps.support.matrix.trial import Task

TASKS: tuple[Task, ...] = (
    *job_trials.TASKS,
    *token_trials.TASKS,
    *platform_trials.TASKS,
    *admin_trials.TASKS,
)


def task(row: str, what: str) -> Task:
    """What a feature says that everyone tries to do. Raises KeyError where no row has it."""
    for each in TASKS:
        if (each.row, each.what) == (row, what):
            return each
    raise KeyError(f"The row {row} of the matrix is about something else than to {what}.")
