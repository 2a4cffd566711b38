"""What workers wrote down, played in the parent: its formatters, its model and its streams take it in."""

from __future__ import annotations

import sys
from typing import Any

from behave.capture import Captured
from behave.matchers import NoMatch
from behave.model_type import Status

from cloudqa.run.parallel.behave_parts import Element, fail_cleanup, note_failure, restore
from cloudqa.run.parallel.sections import (
    Assignment,
    Attribute,
    Call,
    Death,
    Event,
    Formatter,
    Output,
    Reference,
    Result,
    Section,
)
from cloudqa.run.parallel.wire import Wire

# What behave prints as it aborts a run.
_ABORTED = "ABORTED: "


class WorkerDied(RuntimeError):  # noqa: N818 - named after what happened
    """The process that ran a scenario ended in the middle of it."""


class Player:
    """Plays sections for one runner."""

    def __init__(self, runner: Element, wire: Wire) -> None:
        self._runner = runner
        self._wire = wire
        self._results: dict[tuple[int, int], Any] = {}
        self.has_said_aborted = False

    def play_outcome(self, scenario: Element, outcome: Section | Death | None) -> bool:
        """Play what came of a scenario; True if it failed. None leaves it untested."""
        if isinstance(outcome, Death):
            self._play_death(outcome)
            return True
        if outcome is None:
            return False
        self._play(outcome)
        if not outcome.reached:
            scenario.hook_failed = True
            scenario.error_message = "HOOK-ERROR: a hook of its feature or rule failed in a worker."
        return outcome.failed or not outcome.reached

    def play_hooks(self, container: Element, section: Section) -> bool:
        """Play what the hooks before or after a feature or rule did; True if they passed."""
        failed_before = container.hook_failed
        self._play(section)
        container.hook_failed = container.hook_failed or failed_before
        if section.cleanup_failed:
            fail_cleanup(self._runner.context)
        return section.hook_failures == 0

    def _play(self, section: Section) -> None:
        """Do in this process what happened in the worker, but for aborting the run."""
        for packed in section.events:
            changes, event = self._wire.unpack(packed)
            self._restore(changes)
            self._perform(event)
        self._restore(self._wire.unpack(section.state))
        self._runner.undefined_steps.extend(section.undefined_steps)
        self._runner.hook_failures += section.hook_failures
        if section.failed:
            note_failure(self._runner.context)

    def _play_death(self, death: Death) -> None:
        """Show a scenario whose worker died as one whose step, or else a hook, went wrong."""
        scenario, formatters = death.element, self._runner.formatters
        steps = list(scenario.all_steps)
        scenario.clear_status()
        scenario.captured.reset()
        for formatter in formatters:
            formatter.scenario(scenario)
        for step in steps:
            step.reset()
            for formatter in formatters:
                formatter.step(step)
        for index, step in enumerate(steps):
            self._show_step(step, index, death)
        if death.step < 0:
            _go_wrong(scenario, "scenario", death.how)
            scenario.set_status(Status.error)
        note_failure(self._runner.context)

    def _show_step(self, step: Element, index: int, death: Death) -> None:
        if index > death.step:
            step.status = Status.skipped
            return
        match = self._runner.step_registry.find_match(step) or NoMatch()
        for formatter in self._runner.formatters:
            formatter.match(match)
        step.status = Status.passed
        if index == death.step:
            step.status = Status.error
            _go_wrong(step, "step", death.how)
        for formatter in self._runner.formatters:
            formatter.result(step)

    def _restore(self, changes: tuple[tuple[Element, dict[str, Any]], ...]) -> None:
        for element, state in changes:
            restore(element, state)

    def _perform(self, event: Event) -> None:
        if isinstance(event, Output):
            self._print(event)
            return
        try:
            target = self._found(event.target)
        except KeyError:
            # The call that gave it was made in a hook of a feature, of which the parent shows one worker's.
            return
        if isinstance(event, Assignment):
            setattr(target, event.name, event.value)
        else:
            self._call(target, event)

    def _print(self, output: Output) -> None:
        if output.text.startswith(_ABORTED):
            if self.has_said_aborted:
                return  # each worker says so
            self.has_said_aborted = True
        getattr(sys, output.stream).write(output.text)

    def _call(self, target: Any, call: Call) -> None:  # noqa: ANN401 - any method
        result = target(*call.arguments, **call.named)
        if result is not None:
            self._results[call.number] = result

    def _found(self, reference: Reference) -> Any:  # noqa: ANN401 - any object
        if isinstance(reference, Formatter):
            return self._runner.formatters[reference.index]
        if isinstance(reference, Result):
            return self._results[reference.number]
        assert isinstance(reference, Attribute)
        return getattr(self._found(reference.owner), reference.name)


def _go_wrong(element: Element, name: str, how: str) -> None:
    message = f"The worker process that ran this scenario {how}."
    try:
        raise WorkerDied(message)
    except WorkerDied as error:
        element.store_exception_context(error)
    element.error_message = f"ERROR: {message}"
    element.captured.add_captured(Captured(stderr=element.error_message, name=name, failed=True))
