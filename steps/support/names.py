"""Names that tell which run made an object."""

from __future__ import annotations

import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """Makes names for one run; every one is new, and holds the mark `qa-<run id>`."""

    run_id: str

    @property
    def mark(self) -> str:
        """What every name of this run contains."""
        return f"qa-{self.run_id}"

    def label(self, word: str = "label") -> str:
        """A label or name that begins with `word`, for tokens, keys and jobs."""
        return f"{word}-{self._unique()}"

    def platform(self, kind: str = "sim") -> str:
        """A platform name of the given kind, such as `sim:qa-3f9c21ab-07d1e2`."""
        return f"{kind}:{self._unique()}"

    def email(self, plain: str) -> str:
        """The address with the run's mark as its sub-address: `ada+qa-3f9c21ab-07d1e2@example.com`."""
        local, _, domain = plain.partition("@")
        return f"{local}+{self._unique()}@{domain}"

    def _unique(self) -> str:
        return f"{self.mark}-{secrets.token_hex(3)}"
