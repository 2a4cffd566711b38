"""Where a process may be forked in the middle of a run."""

from __future__ import annotations

import os
import sys


def can_fork() -> bool:
    """Whether a process may be forked in the middle of a run: not on Windows, and not safely on macOS."""
    return hasattr(os, "fork") and sys.platform != "darwin"
