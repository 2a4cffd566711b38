"""behave's own runner with workers, and without a cloud: for tests and measurements of the workers."""

from __future__ import annotations

from typing import Any

from behave.runner import Runner

from cloudqa.run.parallel.entry import scenarios_in_workers


class PlainRunner(Runner):  # type: ignore[misc]  # behave is untyped
    """Runs the scenarios as `--jobs` says."""

    def run_model(self, features: Any = None) -> bool:  # noqa: ANN401 - behave's own
        """Run the features."""
        with scenarios_in_workers(self, (), lambda: None):
            return bool(super().run_model(features))
