"""A mark for a failed clean-up in behave's progress formatters: they have none, and end the run over it."""

from __future__ import annotations

from behave.formatter.progress import ProgressFormatterBase
from behave.model_type import Status


def know_failed_clean_ups() -> None:
    """Show a scenario whose clean-up failed as `C`."""
    ProgressFormatterBase.dot_status.setdefault(Status.cleanup_error, "C")
