"""A formatter that writes down when the first scenario begins."""

from __future__ import annotations

import time
from typing import Any

from behave.formatter.base import Formatter


class FirstScenario(Formatter):  # type: ignore[misc]  # behave is untyped
    """Writes the time, in epoch seconds, of the first scenario to its output file."""

    name = "first-scenario"
    description = "When the first scenario begins"

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - behave's own
        super().__init__(*arguments, **named)
        self.written = False

    def scenario(self, scenario: object) -> None:
        """Write the time, once."""
        if not self.written:
            self.written = True
            self.open().write(f"{time.time()}\n")
