"""The private parts of behave 1.3 that running scenarios in workers needs: all of them, and only here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from behave.capture import Captured
from behave.matchers import Match
from behave.model import Rule, ScenarioContainer, Step
from behave.model_type import Status

# A step, scenario, rule, feature, formatter, runner or context of behave, which has no types.
Element = Any

_OUTCOME = ("hook_failed", "error_message", "exception", "exc_traceback")
_SKIPPING = ("should_skip", "skip_reason")
_FIELDS = {
    "step": ("status", "duration", *_OUTCOME),
    "scenario": ("_cached_status", "was_dry_run", *_SKIPPING, *_OUTCOME),
    # The status of a feature or a rule is computed from its scenarios: a worker knows only some of them.
    "container": (*_SKIPPING, *_OUTCOME),
}
_CAPTURES = "captures"
_RUNS_STEP = Match.run.__code__


def state_of(element: Element) -> dict[str, Any]:
    """What running a step, a scenario, a rule or a feature has changed in it."""
    state = {name: getattr(element, name) for name in _FIELDS[_kind(element)]}
    state[_CAPTURES] = tuple(
        (one.stdout, one.stderr, one.log, one.name, one.failed) for one in element.captured.captures
    )
    return state


def restore(element: Element, state: dict[str, Any]) -> None:
    """Set the state, or a part of it, that the same element had in another process."""
    for name, value in state.items():
        if name == _CAPTURES:
            element.captured.reset()
            element.captured.captures = [Captured(*one) for one in value]
        else:
            setattr(element, name, value)


def _kind(element: Element) -> str:
    if isinstance(element, Step):
        return "step"
    return "container" if isinstance(element, ScenarioContainer) else "scenario"


def run_scenario(scenario: Element, runner: Element) -> bool:
    """Run a scenario as behave does, past what stands in the place of its `run`."""
    return bool(type(scenario).run(scenario, runner))


def everything_in(features: list[Element]) -> Iterator[Element]:
    """Every element of the features that a formatter may be told of, always in the same order.

    The steps of a background are copied for each scenario: here they are, so that later forks share them.
    """
    for feature in features:
        yield from _container(feature)
        for item in feature.walk_scenarios(with_outlines=True, with_rules=True):
            if isinstance(item, Rule):
                yield from _container(item)
            elif item.type == "scenario":
                yield item
                yield from _steps(item.all_steps)
            else:
                yield item


def _container(container: Element) -> Iterator[Element]:
    yield container
    if container.background:
        yield container.background
        yield from _steps(container.background.all_steps)


def _steps(steps: Iterator[Element]) -> Iterator[Element]:
    for step in steps:
        yield step
        yield from (part for part in (step.table, step.text) if part is not None)


def containers_of(scenario: Element) -> Iterator[Element]:
    """The rule, if it is in one, and the feature of a scenario."""
    if isinstance(scenario.parent, Rule):
        yield scenario.parent
    elif isinstance(getattr(scenario.parent, "parent", None), Rule):
        yield scenario.parent.parent
    yield scenario.feature


def current_container(context: Element) -> Element | None:
    """The feature or rule whose layer is on top of the context; None within a scenario, or outside of all."""
    top = context._stack[0]
    return top.get(top.get("@layer")) if top.get("@layer") in ("feature", "rule") else None


def forget_layers(context: Element) -> None:
    """Make the context of a forked process that of a run before its first feature.

    The clean-ups of the whole run belong to the parent, and are forgotten here.
    """
    context._stack[:] = [context._root]
    context._root["@cleanups"] = []
    context._root["active_outline"] = None


def leave_layers(context: Element) -> None:
    """Clean up, and leave, every layer but that of the whole run."""
    while len(context._stack) > 1:
        try:
            context._pop()
        except Exception as error:  # behave has printed it; the other layers have their clean-ups too
            del error


def fail_cleanup(context: Element) -> None:
    """Let the clean-up of the layer on top fail in silence: a worker, where it failed, has told why."""

    def fail() -> None:
        raise RuntimeError("A clean-up failed in a worker.")

    context._stack[0]["on_cleanup_error"] = lambda *_: None
    context._stack[0]["@cleanups"].append(fail)


def cleanup_failed(container: Element) -> bool:
    """Whether the clean-up of a feature or rule failed."""
    return container._cached_status is Status.cleanup_error


def note_failure(context: Element) -> None:
    """Say that a scenario failed, as hooks can ask the context."""
    context._set_root_attribute("failed", True)


def note_abort(context: Element) -> None:
    """Stop the run as `abort` does, but in silence: a worker has said why."""
    context._set_root_attribute("aborted", True)


def watch_steps(runner: Element, before: Callable[[Element], None], after: Callable[[], None]) -> None:
    """Call `before` and `after` around each step function, where behave catches what `before` raises.

    A step function is called in the context's user mode, and that is where this looks on: anything between
    behave and the function would show in the traceback of a step that fails.
    """
    plain_mode = runner.context.use_with_user_mode

    def mode() -> Any:  # noqa: ANN401 - a context manager
        caller = sys._getframe(1)
        if caller.f_code is not _RUNS_STEP:
            return plain_mode()
        assert caller.f_back is not None
        return _Watched(plain_mode(), caller.f_back.f_locals["self"], before, after)

    runner.context.__dict__["use_with_user_mode"] = mode


class _Watched:
    def __init__(
        self, mode: Element, step: Element, before: Callable[[Element], None], after: Callable[[], None]
    ) -> None:
        self._mode, self._step, self._before, self._after = mode, step, before, after

    def __enter__(self) -> None:
        self._before(self._step)
        self._mode.__enter__()

    def __exit__(self, *error: Any) -> Any:  # noqa: ANN401 - passed on
        self._after()
        return self._mode.__exit__(*error)


def is_within_step(frame: FrameType | None) -> bool:
    """Whether a step function is at work in this frame: behave catches what is raised there."""
    while frame is not None and frame.f_code is not _RUNS_STEP:
        frame = frame.f_back
    return frame is not None


def match_like(kind: Any, members: dict[str, Any]) -> Match:  # noqa: ANN401 - a class of match
    """A match with the members of one in another process."""
    match = kind.__new__(kind)
    match.__dict__.update(members)
    return match
