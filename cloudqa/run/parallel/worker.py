"""The life of a worker: a forked process that runs the scenarios it claims, within behave's own loops."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, NoReturn

from cloudqa.run.parallel.behave_parts import (
    Element,
    cleanup_failed,
    current_container,
    forget_layers,
    is_within_step,
    leave_layers,
    run_scenario,
    watch_steps,
)
from cloudqa.run.parallel.channel import Progress, send
from cloudqa.run.parallel.claims import Claims
from cloudqa.run.parallel.recording import Recorder, Remembered, recorded_text_stream
from cloudqa.run.parallel.sections import Carrier, Formatter, Kind, Section
from cloudqa.run.parallel.wire import Wire

_FAULT = 70


class Worker:
    """Runs scenarios in this process, and sends a section for each to the parent.

    A feature is entered for a scenario that was claimed, and left when the next one is elsewhere. Its loops
    are behave's: they come by every scenario, and only the claimed one is run.
    """

    def __init__(
        self,
        runner: Element,
        scenarios: Sequence[Element],
        claims: Claims,
        wire: Wire,
        carriers: Sequence[Carrier],
        channel: int,
        progress: Progress,
    ) -> None:
        self._runner = runner
        self._scenarios = scenarios
        self._claims = claims
        self._wire = wire
        self._carriers = carriers
        self._channel = channel
        self._progress = progress
        self._recorder = Recorder(wire)
        self._claimed: Element = None
        self._open: tuple[Kind, Element] | None = None
        self._failed = False
        self._undefined = 0
        self._hook_failures = 0
        self._ending = False
        self._has_interrupted = False
        self._hook: Callable[..., Any] = type(runner).run_hook_with_capture.__get__(runner)
        self._tag_hook: Callable[..., Any] = type(runner).run_hook_tags_with_capture.__get__(runner)

    def live(self, prepare: Callable[[], None]) -> NoReturn:
        """Prepare, run what there is to claim, and end the process."""
        status = _FAULT
        try:
            self._settle()
            prepare()
            self._work()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BrokenPipeError:
            pass  # the parent is gone
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            with contextlib.suppress(Exception):
                for stream in (sys.__stdout__, sys.__stderr__):
                    if stream is not None:
                        stream.flush()
            os._exit(status)

    def run_scenario(self, scenario: Element) -> bool:
        """In the place of a scenario's `run`: run it if it is the claimed one. True if it failed."""
        if self._open is not None and self._open[1] is not scenario:
            self._close()
        if scenario is not self._claimed:
            return False
        if self._open is None:  # it is open when it is tried again
            self._begin(Kind.SCENARIO, scenario, [scenario, *scenario.all_steps])
        self._failed = run_scenario(scenario, self._runner)
        return self._failed

    def run_hook(self, name: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - behave's own
        """In the place of `run_hook_with_capture`: run the hook, knowing where features begin and end."""
        if name in ("after_feature", "after_rule"):
            self._close()
            self._begin(Kind.AFTER, arguments[0], [arguments[0]])
        passed = self._hook(name, *arguments, **named)
        if name in ("before_feature", "before_rule"):
            self._close()
        return passed

    def run_tag_hooks(self, name: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - behave's own
        """In the place of `run_hook_tags_with_capture`, which behave calls first of all."""
        container = current_container(self._runner.context)
        if name == "before_tag" and container is not None:
            self._close()
            self._begin(Kind.BEFORE, container, [container])
        return self._tag_hook(name, *arguments, **named)

    def _settle(self) -> None:
        """Make this process one of its own, where the fork left it the parent's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # Ctrl-C reaches the whole terminal; the parent tells its workers. Ignored it would stay so in what
        # steps start, so it is handled, by doing nothing.
        signal.signal(signal.SIGINT, lambda *_: None)
        signal.signal(signal.SIGTERM, self._asked_to_end)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
        random.seed()
        if faker := sys.modules.get("faker"):
            faker.Faker.seed()
        sys.stdin = open(os.devnull)  # noqa: SIM115, PTH123 - the terminal is the parent's
        sys.stdout = recorded_text_stream(self._recorder, "stdout")
        sys.stderr = recorded_text_stream(self._recorder, "stderr")
        runner = self._runner
        runner.formatters = [
            Remembered(self._recorder, Formatter(index), real) for index, real in enumerate(runner.formatters)
        ]
        forget_layers(runner.context)
        watch_steps(runner, self._before_step, self._after_step)
        for carrier in self._carriers:
            carrier.news()  # what the parent knows already

    def _work(self) -> None:
        self._claim()
        while self._claimed is not None:
            scenario = self._claimed
            self._enter(scenario.feature)
            self._close()
            if self._claimed is scenario:  # a hook of its feature or rule failed
                self._begin(Kind.SCENARIO, scenario, [])
                self._close(reached=False)

    def _enter(self, feature: Element) -> None:
        self._runner.feature = feature
        try:
            feature.run(self._runner)
        except KeyboardInterrupt:  # raised by a hook: behave ends the run
            self._runner.abort(reason="KeyboardInterrupt")
            leave_layers(self._runner.context)

    def _claim(self) -> None:
        number = None if self._ending or self._runner.aborted else self._claims.next()
        self._progress.begin(number)
        self._claimed = None if number is None else self._scenarios[number]

    def _begin(self, kind: Kind, element: Element, watched: list[Element]) -> None:
        self._open = (kind, element)
        self._failed = False
        self._undefined = len(self._runner.undefined_steps)
        self._hook_failures = self._runner.hook_failures
        self._recorder.watch(watched)

    def _close(self, *, reached: bool = True) -> None:
        """Send the open section, if there is one; after a scenario claim the next."""
        if self._open is None:
            return
        (kind, element), self._open = self._open, None
        events, state = self._recorder.take()
        runner = self._runner
        section = Section(
            kind,
            element,
            events,
            state,
            tuple(runner.undefined_steps[self._undefined :]),
            runner.hook_failures - self._hook_failures,
            self._failed,
            runner.aborted,
            kind is Kind.AFTER and cleanup_failed(element),
            reached,
            tuple(carrier.news() for carrier in self._carriers),
        )
        self._recorder.watch([])
        if runner.aborted or (self._failed and runner.config.stop):
            self._claims.cancel()
        send(self._channel, self._wire.pack(section))
        if kind is Kind.SCENARIO:
            self._claim()

    def _before_step(self, step: Element) -> None:
        """Tell the parent what is being run. Nothing new is begun once the end is near."""
        index = next((at for at, one in enumerate(self._claimed.all_steps) if one is step), None)
        if index is not None:  # it is no step within a step
            self._progress.step(index)
        if self._ending:
            self._interrupt()

    def _after_step(self) -> None:
        self._progress.step(-1)

    def _asked_to_end(self, _signal: int, frame: FrameType | None) -> None:
        """End the step under way, if there is one, so that clean-ups follow; begin nothing more."""
        self._ending = True
        if is_within_step(frame) and not self._has_interrupted:
            self._interrupt()

    def _interrupt(self) -> None:
        # The parent asks more than once; what a step does to leave must not be cut short.
        self._has_interrupted = True
        raise KeyboardInterrupt
