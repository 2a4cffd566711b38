"""The suite, loaded once: its scenarios and steps, for every cloud that is put under it."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from behave.configuration import Configuration
from behave.exception import ConfigError
from behave.runner import Context, Runner
from behave.runner import the_step_registry as registry
from behave.runner_util import parse_features

from cloudqa.errors import CannotRun
from cloudqa.report.names import ID_TAG, rules_of
from steps.api import backends
from steps.api.schemas import build_models
from steps.support.making import faker
from steps.support.rules import all_rules

# A scenario, step or runner of behave, which has no types.
Element = Any

RUN_PLATFORM = "platform of the run"
"""Steps with these words count on a worker for the run's platform."""


@dataclass(frozen=True)
class Scenario:
    """One scenario: its place among all, its id, the rules of its tags, and behave's element."""

    number: int
    id: str
    rules: tuple[str, ...]
    needs_perceval: bool
    needs_worker: bool
    element: Element


@dataclass(frozen=True)
class Suite:
    """Everything that a forked process needs to run a scenario."""

    runner: Runner
    scenarios: Sequence[Scenario]


@contextlib.contextmanager
def loaded(root: Path) -> Iterator[Suite]:
    """The suite in this folder, loaded; its modules can be imported within the context only."""
    # behave's own options count here no more than `behave.ini`: a scenario is run, and nothing is printed.
    with contextlib.redirect_stderr(io.StringIO()):
        config = Configuration([str(root / "features"), "--no-capture", "--no-color"], load_config=False)
    config.tag_expression_protocol = "v2"
    runner = Runner(config)
    with runner.path_manager:
        try:
            runner.setup_paths()
        except ConfigError as error:
            raise CannotRun(f"{root} holds no suite: {error}") from None
        runner.context = Context(runner)
        runner.load_step_definitions()
        runner.step_registry = registry
        features = parse_features(sorted(map(str, (root / "features").rglob("*.feature"))))
        _warm_up()
        scenarios = [scenario for feature in features for scenario in feature.walk_scenarios()]
        for scenario in scenarios:
            list(scenario.all_steps)  # behave copies the steps of a background here: once, not in each fork
        gc.collect()
        gc.freeze()
        yield Suite(runner, [_described(number, one) for number, one in enumerate(scenarios)])


def perceval_is_installed() -> bool:
    """Whether the scenarios of the real client can run."""
    return importlib.util.find_spec("perceval") is not None


def _warm_up() -> None:
    """Make what a scenario makes at its first use, here once instead of in each fork."""
    faker()
    all_rules()
    build_models()
    backends.load("canned")


def _described(number: int, scenario: Element) -> Scenario:
    tags = [str(tag) for tag in scenario.effective_tags]
    steps = [step.name for step in scenario.all_steps]
    return Scenario(
        number,
        next((tag for tag in tags if tag.startswith(ID_TAG)), f"{scenario.filename}:{scenario.line}"),
        tuple(rules_of(scenario)),
        "perceval" in tags,
        "perceval" in tags or any(RUN_PLATFORM in step for step in steps),
        scenario,
    )
