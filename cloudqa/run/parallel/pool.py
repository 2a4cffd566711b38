"""The worker processes of a run: forked, listened to, replaced when they die, and ended."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Protocol

from cloudqa.run.parallel.behave_parts import Element
from cloudqa.run.parallel.channel import Inbox, Progress
from cloudqa.run.parallel.claims import Claims
from cloudqa.run.parallel.sections import Carrier, Death, Kind, Section
from cloudqa.run.parallel.wire import Wire

# How long workers that were asked to end may take to clean up before they are killed.
END_SECONDS = 60.0
# How long they are given before they are asked again: a signal that reaches Python right before it blocks is
# noticed only when the next one ends the blocking. A worker leaves a step at the first that it notices.
ASK_SECONDS = 0.2
# How often somebody who watches is told what runs, when nothing else happens.
WATCH_SECONDS = 1.0
_CHUNK = 1 << 20

# Lives a worker's life in a process that was just forked. It does not return.
Life = Callable[[Claims, int, Progress], Any]


class Watch(Protocol):
    """Is told how far the scenarios are."""

    def running(self, scenarios: Sequence[Element]) -> None:
        """These are under way, and no others; told again and again while there is nothing else to tell."""

    def ended(self, scenario: Element, *, failed: bool) -> None:
        """This one is over."""


@dataclass(frozen=True)
class Group:
    """Scenarios, by number and in the order in which they are to be claimed, and how many workers do it."""

    numbers: Sequence[int]
    workers: int


@dataclass
class _Process:
    channel: int
    progress: Progress
    claims: Claims
    inbox: Inbox = field(default_factory=Inbox)
    inside: set[int] = field(default_factory=set)
    ran_any: bool = False


@dataclass
class _Hooks:
    """What the workers told of the hooks of one feature or rule."""

    before: list[Section] = field(default_factory=list)
    after: list[Section] = field(default_factory=list)


class Pool:
    """Runs one group of scenarios after the other, and holds what came of them.

    It is used as a context: meanwhile Ctrl-C and SIGTERM end the workers, gently at first and at once the
    second time; afterwards no worker is left. With `stops` no scenario behind one that failed is begun.
    `aborted` says that a hook, a person or the system has ended the run.
    """

    def __init__(
        self,
        scenarios: Sequence[Element],
        groups: Sequence[Group],
        wire: Wire,
        carriers: Sequence[Carrier],
        live: Life,
        *,
        stops: bool = False,
        watch: Watch | None = None,
    ) -> None:
        self._watch = watch
        self._numbers = {id(scenario): number for number, scenario in enumerate(scenarios)}
        self._scenarios = scenarios
        self._groups = deque(groups)
        self._wire = wire
        self._carriers = carriers
        self._live = live
        self._stops = stops
        self._processes: dict[int, _Process] = {}
        self._outcomes: dict[int, Section | Death] = {}
        self._over: set[int] = set()
        self._first_failed = len(scenarios)
        self._hooks: dict[int, _Hooks] = {}
        self._last_death = "ended without a word"
        self._interruptions = 0
        self._attended = 0
        self._deadline: float | None = None
        self._handlers: dict[int, Any] = {}
        self._selector = selectors.DefaultSelector()
        # Any signal rings the bell, even one that comes right before this process begins to wait.
        self._bell, self._bell_rope = os.pipe()
        self._earlier_rope = -1
        self._ending = False
        self.aborted = False

    def __enter__(self) -> Pool:
        os.set_blocking(self._bell, False)
        os.set_blocking(self._bell_rope, False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._earlier_rope = signal.set_wakeup_fd(self._bell_rope, warn_on_full_buffer=False)
        for number, handler in (
            (signal.SIGINT, self._interrupted),
            (signal.SIGTERM, self._interrupted),
            (signal.SIGCHLD, lambda *_: None),
        ):
            self._handlers[number] = signal.signal(number, handler)
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._earlier_rope)
        self._selector.close()
        os.close(self._bell)
        os.close(self._bell_rope)

    @property
    def has_more(self) -> bool:
        """Whether there are outcomes that nobody has asked for."""
        return bool(self._outcomes)

    def outcome(self, scenario: Element) -> Section | Death | None:
        """What came of a scenario; waits for it. None where the run ended before it was begun."""
        number = self._numbers[id(scenario)]
        self._wait(lambda: number in self._outcomes and not self.aborted)
        if number in self._outcomes:
            return self._outcomes.pop(number)
        return None if self.aborted or self._stopped else Death(scenario, -1, self._last_death)

    def before(self, container: Element) -> Section | None:
        """What the hooks before a feature or rule did in the first worker that entered it."""
        hooks = self._hooks_of(container)
        self._wait(lambda: bool(hooks.before))
        return hooks.before[0] if hooks.before else None

    def after(self, container: Element) -> Section | None:
        """What the hooks after a feature or rule did; where they failed in a worker, in that one."""
        key, hooks = id(container), self._hooks_of(container)
        self._wait(lambda: not any(key in one.inside for one in self._processes.values()))
        wrong = [one for one in hooks.after if one.hook_failures or one.cleanup_failed]
        return next(iter(wrong or hooks.after), None)

    def finish(self) -> None:
        """End the workers that are left, and wait until they are gone."""
        self._groups.clear()
        if self._processes:
            self._end()
            self._wait(lambda: False)

    @property
    def _stopped(self) -> bool:
        return self._stops and self._first_failed < len(self._scenarios)

    def _hooks_of(self, container: Element) -> _Hooks:
        return self._hooks.setdefault(id(container), _Hooks())

    def _wait(self, done: Callable[[], bool]) -> None:
        """Listen until it is done, or no worker is left."""
        self._attend()
        while not done() and self._at_work():
            self._listen()

    def _at_work(self) -> bool:
        """Whether there are workers; begins the next group where the last one's are gone."""
        while not self._processes and self._groups and not self.aborted:
            group = self._groups.popleft()
            last = self._first_failed if self._stops else len(self._scenarios)
            numbers = [number for number in group.numbers if number < last]
            claims = Claims(numbers)
            for _ in range(min(group.workers, len(numbers))):
                self._fork(claims)
        return bool(self._processes)

    def _fork(self, claims: Claims) -> None:
        receiving, sending = os.pipe()
        os.set_blocking(receiving, False)
        progress = Progress()
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal must not find the worker before it has handlers of its own.
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
        pid = os.fork()
        if pid == 0:
            # A reading end that a worker keeps open would let its siblings write to a parent that is gone.
            for channel in (receiving, *(process.channel for process in self._processes.values())):
                os.close(channel)
            self._live(claims, sending, progress)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        os.close(sending)
        self._processes[pid] = _Process(receiving, progress, claims)
        self._selector.register(receiving, selectors.EVENT_READ, pid)

    def _listen(self) -> None:
        """Wait until something happens, and take it in."""
        often = WATCH_SECONDS if self._watch is not None else None
        for key, _ in self._selector.select(often if self._deadline is None else ASK_SECONDS):
            if key.data is None:
                self._reap()
            elif key.data in self._processes:
                self._read(self._processes[key.data])
        if self._deadline is not None:
            self._signal(signal.SIGTERM if time.monotonic() < self._deadline else signal.SIGKILL)
        if self._watch is not None:
            places = (process.progress.place()[0] for process in self._processes.values())
            self._watch.running([self._scenarios[number] for number in places if number >= 0])
        self._attend()

    def _read(self, process: _Process) -> bool:
        """Take what a worker has sent; False where there is nothing more."""
        try:
            content = os.read(process.channel, _CHUNK)
        except BlockingIOError:
            return False
        if not content:
            self._selector.unregister(process.channel)  # its end is told by SIGCHLD
            return False
        for message in process.inbox.take(content):
            self._receive(process, self._wire.unpack(message))
        return True

    def _receive(self, process: _Process, section: Section) -> None:
        if section.kind is Kind.SCENARIO:
            process.ran_any = True
            self._settle(self._numbers[id(section.element)], section, failed=section.failed)
        elif section.kind is Kind.BEFORE:
            process.inside.add(id(section.element))
            self._hooks_of(section.element).before.append(section)
        else:
            process.inside.discard(id(section.element))
            self._hooks_of(section.element).after.append(section)
        self.aborted = self.aborted or section.aborted
        for carrier, news in zip(self._carriers, section.news, strict=True):
            carrier.take_from_child(news)

    def _settle(self, number: int, outcome: Section | Death, *, failed: bool) -> None:
        self._outcomes[number] = outcome
        self._over.add(number)
        if self._watch is not None:
            self._watch.ended(self._scenarios[number], failed=failed)
        if failed:
            self._first_failed = min(self._first_failed, number)

    def _reap(self) -> None:
        """Bury the workers that have ended."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._bell, _CHUNK)
        for pid in list(self._processes):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._bury(pid, os.waitstatus_to_exitcode(status))

    def _bury(self, pid: int, code: int) -> None:
        process = self._processes[pid]
        # Its channel may stay open, in a process that a step has left behind.
        if process.channel in self._selector.get_map():
            while self._read(process):
                pass
        if process.channel in self._selector.get_map():
            self._selector.unregister(process.channel)
        os.close(process.channel)
        del self._processes[pid]
        number, step = process.progress.place()
        died_in_scenario = number >= 0 and number not in self._over
        if died_in_scenario:
            self._settle(number, Death(self._scenarios[number], step, _how(code)), failed=True)
            if self._stops:
                process.claims.cancel()
        if died_in_scenario or code != 0:
            self._last_death = _how(code)
            if not self.aborted and not self._ending and (died_in_scenario or process.ran_any):
                self._fork(process.claims)

    def _interrupted(self, _signal: int, _frame: FrameType | None) -> None:
        self._interruptions += 1

    def _attend(self) -> None:
        """Do as a person or the system has asked."""
        if self._interruptions == self._attended:
            return
        gently = self._attended == 0
        self.aborted = True
        self._attended = self._interruptions
        if gently:
            self._end()
        else:
            self._signal(signal.SIGKILL)

    def _end(self) -> None:
        """Ask the workers to end: to leave their step, clean up, and begin nothing more."""
        self._ending = True
        self._deadline = time.monotonic() + END_SECONDS
        for process in self._processes.values():
            process.claims.cancel()
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def _how(code: int) -> str:
    if code >= 0:
        return f"ended with exit status {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
