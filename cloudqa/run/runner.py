"""behave's runner, with a cloud under test around it."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

from behave.configuration import Configuration
from behave.exception import ConfigError
from behave.runner import Runner
from behave.runner import the_step_registry as registry
from behave.runner_util import print_undefined_step_snippets

from cloudqa.errors import CannotRun
from cloudqa.run.settings import read_settings
from cloudqa.run.step_guard import CaptureWithoutSecrets, guarded
from cloudqa.run.target import Target


class SuiteRunner(Runner):  # type: ignore[misc]  # behave is untyped
    """Runs the features against one target: the embedded sandbox, or the cloud of the settings.

    The target is started before the steps are loaded, so that both happen at once, is ready before the first
    scenario, and is left behind clean whatever happens. The first and the last line printed name it.
    `behave.ini` names this class.
    """

    def __init__(self, config: Configuration) -> None:
        super().__init__(config)
        self.target: Target | None = None
        if not config.dry_run:
            with sentences():
                self.target = Target(read_settings(config.userdata))
            self.capture_controller = CaptureWithoutSecrets(config, self.target.secrets)
            print(f"Target: {self.target.name}")

    def run(self) -> bool:
        """Run the features; True means that the run failed."""
        if self.target is None:
            return bool(super().run())
        failed = True
        try:
            self.target.start()
            failed = bool(super().run())
        finally:
            failed = self._leave() or failed
        return failed

    def run_model(self, features: Any = None) -> bool:  # noqa: ANN401 - behave's own
        """Make sure that the target works, then run."""
        if self.target is not None:
            with sentences():
                self.context.run = self.target.begin_run()
            self.context.target = self.target
        return bool(super().run_model(features))

    def load_step_definitions(self, extra_step_paths: Any = None) -> None:  # noqa: ANN401 - behave's own
        """Load the steps; what they raise is rid of secrets before behave makes text of it."""
        super().load_step_definitions(extra_step_paths)
        if self.target is not None:
            for matchers in registry.steps.values():
                for matcher in matchers:
                    matcher.func = guarded(matcher.func, self.target.secrets)

    def _leave(self) -> bool:
        """Leave the target; True if that failed."""
        assert self.target is not None
        problems = [self.target.death()] if self.target.death() else []
        try:
            self.target.end()
        except CannotRun as error:
            problems.append(str(error))
        if self.config.show_snippets:
            # behave prints them after the runner is done; the last line belongs to the target.
            print_undefined_step_snippets(self.undefined_steps, stream=sys.stdout, colored=False)
            self.config.show_snippets = False
        for reason, number in self._skips().items():
            print(f"Skipped: {number} {'scenario' if number == 1 else 'scenarios'}, {reason}")
        for problem in problems:
            print(f"FAILED: {problem}")
        print(f"Target: {self.target.name}")
        return bool(problems)

    def _skips(self) -> Counter[str]:
        scenarios = (scenario for feature in self.features for scenario in feature.walk_scenarios())
        return Counter(scenario.skip_reason for scenario in scenarios if scenario.skip_reason)


class sentences:  # noqa: N801 - reads as a phrase: `with sentences():`
    """Lets behave show a CannotRun as the sentence that it is: exit status 1, no traceback."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Turn CannotRun into behave's ConfigError."""
        if isinstance(error, CannotRun):
            raise ConfigError(str(error)) from None
