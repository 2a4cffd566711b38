"""Where behave's loops meet the workers: what stands in the place of each scenario's `run`."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from cloudqa.run.durations import known_or_nothing
from cloudqa.run.parallel.behave_parts import (
    Element,
    containers_of,
    current_container,
    everything_in,
    note_abort,
    run_scenario,
)
from cloudqa.run.parallel.channel import Progress
from cloudqa.run.parallel.claims import Claims
from cloudqa.run.parallel.order import (
    ALONE,
    known_durations,
    long_ones_early,
    name_of,
    scenarios_to_run,
    usual_durations,
)
from cloudqa.run.parallel.playing import Player
from cloudqa.run.parallel.pool import Group, Pool, Watch
from cloudqa.run.parallel.sections import Carrier
from cloudqa.run.parallel.wire import Wire
from cloudqa.run.parallel.worker import Worker
from cloudqa.run.random_order import RandomOrder

# What scenarios import when they need it, here once instead of in each worker.
_IMPORTED_LATE = ("faker",)
# Hooks that are run for a feature or a rule: in each worker, each time that it enters one.
_BEFORE = {"before_feature", "before_rule"}
_AROUND_CONTAINERS = {*_BEFORE, "after_feature", "after_rule"}
_COSTLY_TO_ENTER = {*_AROUND_CONTAINERS, "before_tag", "after_tag"}


class Side(Protocol):
    """What is done in the place of behave's own methods, in the parent or in a worker."""

    def run_scenario(self, scenario: Element) -> bool:
        """In the place of a scenario's `run`."""

    def run_hook(self, name: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - behave's own
        """In the place of the runner's `run_hook_with_capture`."""

    def run_tag_hooks(self, name: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - behave's own
        """In the place of the runner's `run_hook_tags_with_capture`."""


class Stage:
    """Stands between behave's loops and what they call, and lets the side decide that this process is on."""

    def __init__(
        self,
        runner: Element,
        carriers: Sequence[Carrier],
        in_worker: Callable[[], None],
        order: RandomOrder | None,
        watch: Watch | None,
        stack: contextlib.ExitStack,
    ) -> None:
        self._runner = runner
        self._carriers = carriers
        self._in_worker = in_worker
        self._order = order
        self._watch = watch
        self._stack = stack
        self.side: Side = _Parent(runner, self._open_pool)

    def set_up(self) -> None:
        """Take the place of `run` in every scenario, and of two methods of the runner."""
        runner = self._runner
        scenarios = [scenario for feature in runner.features for scenario in feature.walk_scenarios()]
        for scenario in scenarios:
            scenario.run = self._gate(scenario)
            self._stack.callback(delattr, scenario, "run")
        runner.run_hook_with_capture = lambda *a, **k: self.side.run_hook(*a, **k)
        runner.run_hook_tags_with_capture = lambda *a, **k: self.side.run_tag_hooks(*a, **k)
        self._stack.callback(delattr, runner, "run_hook_with_capture")
        self._stack.callback(delattr, runner, "run_hook_tags_with_capture")

    def _gate(self, scenario: Element) -> Callable[[Element], bool]:
        def run(_runner: Element) -> bool:
            return self.side.run_scenario(scenario)

        return run

    def _open_pool(self) -> tuple[Pool, Player, list[Element]]:
        """The pool of workers for what is to be run, as it is known after `before_all`."""
        for module in _IMPORTED_LATE:
            with contextlib.suppress(ImportError):
                importlib.import_module(module)
        runner = self._runner
        scenarios = scenarios_to_run(runner.features, runner.config)
        wire = Wire(self._shared())

        def live(claims: Claims, channel: int, progress: Progress) -> None:
            worker = Worker(runner, scenarios, claims, wire, self._carriers, channel, progress)
            self.side = worker
            worker.live(self._in_worker)

        groups = self._groups(scenarios)
        pool = Pool(
            scenarios, groups, wire, self._carriers, live, stops=runner.config.stop, watch=self._watch
        )
        return self._stack.enter_context(pool), Player(runner, wire), scenarios

    def _groups(self, scenarios: Sequence[Element]) -> list[Group]:
        """Those that may not run beside others, with one worker, and then those that may.

        They come first because some stand near the top, where they would hold back the output of all others.
        """
        runner = self._runner
        alone = [number for number, one in enumerate(scenarios) if ALONE in one.effective_tags]
        beside = [number for number, one in enumerate(scenarios) if ALONE not in one.effective_tags]
        if self._order is not None:
            jobs = runner.config.jobs
            return [Group(self._order.shuffled(alone), 1), Group(self._order.shuffled(beside), jobs)]
        # `--stop` counts on the order, and hooks around features on each feature being entered once.
        any_order = not runner.config.stop and not _COSTLY_TO_ENTER & set(runner.hooks)
        if any_order:
            names = [name_of(scenario) for scenario in scenarios]
            expected = {**usual_durations(scenarios, known_or_nothing()), **known_durations()}
            beside = long_ones_early(beside, names, expected, runner.config.jobs)
        return [Group(alone, 1), Group(beside, runner.config.jobs)]

    def _shared(self) -> Iterator[object]:
        runner = self._runner
        yield from (runner, runner.context, runner.config, *runner.formatters)
        yield from everything_in(runner.features)
        yield from runner.hooks.values()
        yield from (matcher.func for matchers in runner.step_registry.steps.values() for matcher in matchers)


class _Parent:
    """The side of the parent: where behave would run a scenario, it plays what a worker did.

    Workers are forked when the first feature begins: what `before_all` has made is theirs too.
    """

    def __init__(self, runner: Element, opened: Callable[[], tuple[Pool, Player, list[Element]]]) -> None:
        self._runner = runner
        self._opened = opened
        self._crew: tuple[Pool, Player] | None = None
        self._for_workers: set[int] = set()
        self._hook: Callable[..., Any] = runner.run_hook_with_capture
        self._tag_hooks: Callable[..., Any] = runner.run_hook_tags_with_capture

    def run_scenario(self, scenario: Element) -> bool:
        """Play what a worker did; True if the scenario failed.

        What the command line does not select, or is left when the run was aborted, is behave's own to skip.
        """
        pool, player = self._pool_and_player()
        if self._runner.aborted or id(scenario) not in self._for_workers:
            return run_scenario(scenario, self._runner)
        failed = player.play_outcome(scenario, pool.outcome(scenario))
        if pool.aborted and not pool.has_more:
            self._abort(player)
            return True
        return failed

    def run_hook(self, name: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - behave's own
        """Play what a worker's hooks of a feature or rule did; run any other hook."""
        if name == "after_all":
            self._finish()
        if name not in _AROUND_CONTAINERS or not self._is_for_workers(arguments[0]):
            return self._hook(name, *arguments, **named)
        pool, player = self._pool_and_player()
        container = arguments[0]
        section = (pool.before if name in _BEFORE else pool.after)(container)
        return section is None or player.play_hooks(container, section)

    def run_tag_hooks(self, name: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - behave's own
        """Leave those of a feature or rule to `run_hook`; run any other."""
        container = current_container(self._runner.context)
        if container is not None and self._is_for_workers(container):
            return True
        return self._tag_hooks(name, *arguments, **named)

    def _is_for_workers(self, element: Element) -> bool:
        self._pool_and_player()
        return id(element) in self._for_workers

    def _pool_and_player(self) -> tuple[Pool, Player]:
        if self._crew is None:
            pool, player, scenarios = self._opened()
            self._crew = pool, player
            self._for_workers = {id(one) for one in scenarios}
            self._for_workers |= {id(one) for scenario in scenarios for one in containers_of(scenario)}
        return self._crew

    def _finish(self) -> None:
        if self._crew is None:
            return
        pool, player = self._crew
        pool.finish()
        if pool.aborted and not self._runner.aborted:
            self._abort(player)

    def _abort(self, player: Player) -> None:
        if player.has_said_aborted:
            note_abort(self._runner.context)
        else:
            self._runner.abort(reason="KeyboardInterrupt")
