"""A run of the suite that writes down what it sent, how long it took, and how long it waited on purpose."""

from __future__ import annotations

import pickle
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from behave.configuration import Configuration

from cloudqa.run.runner import SuiteRunner
from steps.api.exchange import Exchange, Observer, Request


@dataclass
class Recording:
    """What one run did. `seconds` is the time of its scenarios, `waited` what of it was sleep."""

    exchanges: list[Exchange] = field(default_factory=list)
    seconds: float = 0.0
    waited: float = 0.0
    scenarios: int = 0
    steps: int = 0
    url: str = ""
    admin_password: str = ""

    def before(self, request: Request) -> None:
        """Nothing is known of it yet."""

    def after(self, exchange: Exchange) -> None:
        """Keep the exchange."""
        self.exchanges.append(exchange)


class RecordingRunner(SuiteRunner):
    """The suite's runner; writes its recording to the file that `-D recording=...` names."""

    def __init__(self, config: Configuration) -> None:
        super().__init__(config)
        self.recording = Recording()
        self.file = Path(config.userdata["recording"])

    def more_observers(self) -> tuple[Observer, ...]:
        """The recording looks on."""
        return (self.recording,)

    def run_features(self, features: Any = None) -> bool:  # noqa: ANN401 - behave's own
        """Run, and write the recording."""
        sleep = time.sleep

        def counted(seconds: Any) -> None:  # noqa: ANN401 - as sleep takes it
            # Threads that sleep beside each other, or while the scenario works, would be counted too often.
            if threading.current_thread() is threading.main_thread():
                self.recording.waited += seconds
            sleep(seconds)

        time.sleep = counted
        begun = time.monotonic()
        try:
            failed = super().run_features(features)
        finally:
            self.recording.seconds = time.monotonic() - begun
            time.sleep = sleep
        if self.target is not None and self.target.run is not None and self.target.run.admin is not None:
            self.recording.url = self.target.run.cloud.url
            self.recording.admin_password = self.target.run.admin.password
        ran = [one for one in walk(self.features) if one.status.name == "passed"]
        self.recording.scenarios = len(ran)
        self.recording.steps = sum(len(list(one.all_steps)) for one in ran)
        self.file.write_bytes(pickle.dumps(self.recording))
        return failed


def walk(features: Any) -> list[Any]:  # noqa: ANN401 - behave's model
    """Every scenario of the features."""
    return [scenario for feature in features for scenario in feature.walk_scenarios()]
