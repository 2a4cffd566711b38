"""behave's runner, with a cloud under test around it."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from urllib.parse import urlsplit

from behave.configuration import Configuration
from behave.runner import Runner
from behave.runner import the_step_registry as registry
from behave.runner_util import print_undefined_step_snippets

from cloudqa.errors import CannotReach, CannotRun
from cloudqa.record.coverage import Coverage
from cloudqa.record.lost_answers import LostAnswers
from cloudqa.record.secrets import SecretRegistry
from cloudqa.report.console import Console, wants_live_line
from cloudqa.report.ending import Ending
from cloudqa.report.excused import has_entries, is_excused
from cloudqa.report.exit_status import ExitStatus, exit_status
from cloudqa.report.explanations import Explanations
from cloudqa.report.files import files_of, forget_record, record_path, write_reports
from cloudqa.report.junit import explain_in_junit
from cloudqa.report.progress import know_failed_clean_ups
from cloudqa.report.selection import Selection
from cloudqa.report.summary import time_the_run
from cloudqa.report.verdicts import Kind, Verdicts
from cloudqa.run.embedded import EMBEDDED, EmbeddedSandbox
from cloudqa.run.forking import can_fork
from cloudqa.run.given import Given, collect
from cloudqa.run.interrupts import termination_as_interrupt
from cloudqa.run.random_order import RandomOrder, asked_order
from cloudqa.run.setting_secrets import learn_settings, without_password
from cloudqa.run.step_guard import CaptureWithoutSecrets, guarded
from cloudqa.run.step_loading import compiled_once
from cloudqa.run.step_matching import match_quickly
from cloudqa.run.written_values import values_written_in

if TYPE_CHECKING:
    from cloudqa.report.known import KnownFailures
    from cloudqa.report.live import Watcher
    from cloudqa.report.recorder import Recorder
    from cloudqa.run.parallel.sections import Carrier
    from cloudqa.run.settings import Settings
    from cloudqa.run.shards import Shard
    from cloudqa.run.target import Target
    from steps.api.exchange import Observer

T = TypeVar("T")

SHARD = "shard"
SANDBOX_LOG = Path("reports") / "sandbox.log"


class SuiteRunner(Runner):  # type: ignore[misc]  # behave is untyped
    """Runs the features against one target: the embedded sandbox, or the cloud of the settings.

    The embedded sandbox is started first of all, so that it comes up while the suite is loaded; it is ready
    before the first scenario, and gone after the run whatever happens. The first and the last line printed
    name the target. `behave.ini` names this class.
    """

    def __init__(self, config: Configuration) -> None:
        super().__init__(config)
        self.secrets = SecretRegistry()
        self.coverage = Coverage()
        self.explanations = Explanations()
        self.verdicts = Verdicts()
        self.lost = LostAnswers()
        self.console = Console(lambda text: self.secrets.redact(text))
        self.capture_controller = CaptureWithoutSecrets(config, self.secrets)
        self.target: Target | None = None
        self._ending: Ending | None = None
        self._sandbox: EmbeddedSandbox | None = None
        self._given = Given()
        self._order: RandomOrder | None = None
        self._selection: Selection | None = None
        self._recorder: Recorder | None = None
        self._known: KnownFailures | None = None
        self._watch: Watcher | None = None
        self._shard = or_tell(lambda: shard_of(config))
        if not config.dry_run:
            self._given = or_tell(lambda: collect(config.userdata))
            self._order = or_tell(
                lambda: asked_order(config.userdata, stops=config.stop, can_fork=can_fork())
            )
            know_failed_clean_ups()
            write_reports(config)
            time_the_run(config)
            explain_in_junit(config, self.explanations, self.verdicts)
            url = without_password(self._given.merged.get("url", "none"))
            print(f"Target: {EMBEDDED if self._given.clearly_embedded else url}", flush=True)
            if not self._given.clearly_embedded:
                for sentence in learn_settings(self.secrets, self._given.merged):
                    print(f"Note: {sentence}")
            if self._order is not None:
                print(f"Note: {self._order}", flush=True)

    def run(self) -> bool:
        """Run the features; True means that the run failed.

        behave knows no exit status but 0 and 1: with any other of `ExitStatus` the process is ended here,
        when all is said and written.
        """
        # Whatever is loaded before the first scenario stays to the end: looking for rubbish in it takes time.
        gc.disable()
        if self.config.dry_run:
            return bool(super().run())
        failed, started = True, time.time()
        forget_record(self.config)
        with self.console.open(), termination_as_interrupt():
            try:
                if self._given.clearly_embedded:
                    self._sandbox = EmbeddedSandbox(SANDBOX_LOG)
                self.target = self._settled_target()
                failed = bool(super().run())
            except CannotRun as error:
                self._leave(failed, started)
                tell(self.secrets.redact(str(error)), error)
            except BaseException:
                self._leave(failed, started)
                raise
            status = self._leave(failed, started)
        if status > ExitStatus.RULE:
            sys.exit(status)
        return bool(status)

    def run_model(self, features: Any = None) -> bool:  # noqa: ANN401 - behave's own
        """Make sure that the target works, then run."""
        self._selection = selection = Selection(self.config, self.features)
        self._cut(selection)
        if self.target is not None:
            self.secrets.take_for_public(values_written_in(self.features))
            self._known = self._known_on(self.target.settings, selection)
            self._begin_record(self.target)
            if self.target.settings.doctor:
                self._examine(self.target, selection)
            self.context.run = self.target.begin_run()
            self._begin_record(self.target)
            self.context.target = self.target
            self.context.explanations = self.explanations
            self.context.verdicts = self.verdicts
            self._ending = Ending(self.config, selection)
        return self.run_features(features)

    def run_features(self, features: Any = None) -> bool:  # noqa: ANN401 - behave's own
        """Run, on a target that works, in as many processes as `--jobs` says."""
        # Nor is it looked at later: workers then share it with this process.
        gc.freeze()
        gc.enable()
        from cloudqa.run.parallel.entry import scenarios_in_workers

        with (
            self._watched() as self._watch,
            scenarios_in_workers(self, self.carriers(), self._enter_worker, self._order, self._watch),
        ):
            return bool(super().run_model(features))

    def run_hook_with_capture(self, name: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - behave's own
        """Run a hook, and tell who watches where a scenario begins and ends in this process."""
        if self._watch is not None and name == "before_scenario":
            self._watch.running(arguments)
        passed = super().run_hook_with_capture(name, *arguments, **named)
        if self._watch is not None and name == "after_scenario":
            (scenario,) = arguments
            excused = self._known is not None and self._known.excuses(scenario)
            self._watch.ended(scenario, failed=scenario.status.has_failed() and not excused)
        return passed

    @contextmanager
    def _watched(self) -> Iterator[Watcher | None]:
        """On a terminal, who shows there how far the run is, in a line below what is printed."""
        wanted = wants_live_line(sys.stdout, self.config.userdata, os.environ)
        if self.config.dry_run or self._selection is None or not wanted:
            yield None
            return
        from cloudqa.report.live import Tally, Watcher
        from cloudqa.run.durations import known_or_nothing

        tally = Tally(self._selection.selected, known_or_nothing(), self.config.jobs)
        with self.console.with_live_line(lambda: tally.line) as line:
            yield Watcher(tally, line)

    def load_step_definitions(self, extra_step_paths: Any = None) -> None:  # noqa: ANN401 - behave's own
        """Load the steps, quick to load and to find, and guard what leaves them."""
        match_quickly(registry)
        with compiled_once():
            super().load_step_definitions(extra_step_paths)
        for matchers in registry.steps.values():
            for matcher in matchers:
                matcher.func = guarded(matcher.func, self.secrets)

    def load_hooks(self, filename: str | None = None) -> None:
        """Load the hooks, and guard what leaves them."""
        super().load_hooks(filename)
        for name, hook in self.hooks.items():
            if name.startswith(("before_", "after_")):
                self.hooks[name] = guarded(hook, self.secrets)

    def more_observers(self) -> tuple[Observer, ...]:
        """Who looks on at every exchange besides those that every run has; for a subclass to say."""
        return ()

    def carriers(self) -> tuple[Carrier, ...]:
        """What learns in workers something that this process must know in the end; a subclass may add."""
        return (self.secrets, self.explanations, self.verdicts, self.lost, self.coverage)

    def _examine(self, target: Target, selection: Selection) -> None:
        """Examine the cloud, as `cloudqa doctor` does. Raises CannotRun where a run would be pointless."""
        from cloudqa.doctor.preflight import examine_first

        tags = [list(map(str, one.effective_tags)) for one in selection.selected]
        examine_first(target.reached, self.secrets, tags)

    def _enter_worker(self) -> None:
        self._watch = None
        if self._sandbox is not None:
            self._sandbox.leave_to_parent()

    def _known_on(self, settings: Settings, selection: Selection) -> KnownFailures | None:
        """The failures that are known on this target, whose scenarios are marked to be excused."""
        if not has_entries():
            return None
        from cloudqa.report.known import EMBEDDED, KnownFailures, check_ids, read_known
        from cloudqa.run.known_scenarios import count_known_apart, excuse

        entries = read_known()
        check_ids(entries, selection.scenarios)
        host = EMBEDDED if settings.embedded else urlsplit(settings.url).hostname or ""
        known = KnownFailures(entries, host, datetime.now(UTC).date(), self.verdicts)
        excuse(selection.scenarios, known)
        count_known_apart(self.config.reporters)
        return known

    def _cut(self, selection: Selection) -> None:
        """Leave out what is not in the shard that is asked for."""
        if (shard := self._shard) is not None:
            from cloudqa.run.shards import leave_out_others

            selection.cut(str(shard), partial(leave_out_others, shard))

    def _settled_target(self) -> Target:
        from cloudqa.run.settings import validated
        from cloudqa.run.target import Target

        settings, observers = validated(self._given), self.more_observers()
        return Target(settings, self._sandbox, self.secrets, observers, self.coverage, self.lost)

    def _leave(self, failed: bool, started: float) -> ExitStatus:
        """Leave the target, and say how the run ended."""
        if self.target is None:
            if self._sandbox is not None:
                self._sandbox.stop()
            return ExitStatus.SETUP
        problems: list[str] = []
        death = self.target.death()
        unreached = [f"{death}{self._not_begun()}"] if death else []
        try:
            self.target.end()
        except CannotReach as error:
            unreached.append(str(error))
        except CannotRun as error:
            problems.append(str(error))
        self._print_snippets()
        if self._ending is not None:
            for sentence in self._ending.notes():
                print(sentence)
            if self.target.budget is not None:
                print(f"Budget: {self.target.budget} were used.")
            problems += self._ending.problems(nothing_failed=not failed and not unreached)
        if self._known is not None and self._selection is not None:
            for line in self._known.notes(self._selection.selected):
                print(line)
            problems += self._known.problems(self._selection.selected)
        kinds = self._told_verdicts()
        # The record is written twice: what it holds is searched for secrets too, and the finds stand in it.
        problems += self._record(ExitStatus.RULE, [*unreached, *problems])
        problems += self._leaks(started)
        problems += self._uncovered(started, nothing_failed=not (failed or unreached or problems))
        status = exit_status(
            kinds,
            failed=failed,
            has_problems=bool(problems),
            is_gone=bool(unreached),
            is_interrupted=self.aborted and not death,
        )
        unwritten = self._record(status, [*unreached, *problems])
        for problem in [*unreached, *problems, *unwritten]:
            print(f"FAILED: {problem}")
        print(f"Target: {self.target.name}", flush=True)
        return ExitStatus.RULE if unwritten and status is ExitStatus.PASSED else status

    def _not_begun(self) -> str:
        selected = self._selection.selected if self._selection else ()
        number = sum(scenario.status.is_untested() for scenario in selected)
        return f" Not begun: {number} {'scenario' if number == 1 else 'scenarios'}." if number else ""

    def _told_verdicts(self) -> Collection[Kind]:
        """Why scenarios failed, which is printed with their numbers, and what was lost on the way."""
        for sentence in self.lost.notes():
            print(f"Note: {sentence}")
        every = self._selection.scenarios if self._selection else ()
        counts = self.verdicts.count(one for one in every if not is_excused(one))
        for kind, number in counts.items():
            print(f"Failed: {number} {'scenario' if number == 1 else 'scenarios'}, {kind.sentence}")
        return counts.keys()

    def _begin_record(self, target: Target) -> None:
        """With `-D reports=`, write that the run has begun, with what is known of it by now."""
        from cloudqa.report.recorder import Recorder

        path = record_path(self.config)
        if path is None:
            return
        recorder = self._recorder = self._recorder or Recorder(self.config, path, self.secrets.redact)
        known = {
            "run_id": target.run.run_id if target.run is not None else "",
            "target": target.name,
            "embedded": target.settings.embedded,
            "shard": str(self._shard or ""),
            "seed": self._order.seed if self._order is not None else None,
        }
        recorder.begin(**known)

    def _record(self, status: ExitStatus, problems: Sequence[str]) -> list[str]:
        """Write how the run ended; a sentence where that fails."""
        if self._recorder is None:
            return []
        # Where the run could not begin, the reason is told after this.
        error = sys.exception()
        every = [*problems, str(error) or type(error).__name__] if error is not None else problems
        aborted = error is not None or self.aborted
        if error is not None and status is ExitStatus.SUITE and isinstance(error, CannotRun):
            status = status_of(error)
        try:
            self._recorder.end(
                self._selection,
                self.explanations,
                self.verdicts,
                status=status,
                aborted=aborted,
                problems=every,
            )
        except CannotRun as problem:
            return [str(problem)]
        return []

    def _leaks(self, started: float) -> Iterator[str]:
        """Sentences on secrets that stand in clear in what the run has written or printed."""
        from cloudqa.record.ledger import FOLDER

        files = files_of(self.config, SANDBOX_LOG.parent, FOLDER.parent)
        yield from map(str, self.secrets.leaks(files, self.console.text, since=started))

    def _uncovered(self, started: float, *, nothing_failed: bool) -> list[str]:
        """Sentences on what of the contract a whole run did not assert; its coverage is on disk then."""
        selection, target = self._selection, self.target
        if selection is None or target is None or target.run is None:
            return []
        from cloudqa.report.coverage_ending import CoverageEnding

        began, narrows = datetime.fromtimestamp(started, UTC), target.settings.narrows
        ending = CoverageEnding(self.config, selection, self.coverage, began, narrows)
        embedded = target.settings.embedded
        try:
            for sentence in ending.notes(embedded=embedded):
                print(f"Note: {sentence}")
            # What a scenario asserts is lost with it, also where it may fail.
            whole = nothing_failed and not any(map(is_excused, selection.selected))
            problems = list(ending.problems(nothing_failed=whole, embedded=embedded))
            failed = not nothing_failed or bool(problems)
            ending.write(target.run.run_id, target.name, embedded=embedded, failed=failed)
        except CannotRun as error:
            return [str(error)]
        return problems

    def _print_snippets(self) -> None:
        """Print them here: behave would do it after the runner, and the last line belongs to the target."""
        if self.config.show_snippets:
            print_undefined_step_snippets(self.undefined_steps, stream=sys.stdout, colored=False)
            self.config.show_snippets = False


def shard_of(config: Configuration) -> Shard | None:
    """The shard that the command line asks for; None for the whole. Raises CannotRun for what is none."""
    if SHARD not in config.userdata:
        return None
    from cloudqa.run.shards import asked_shard

    return asked_shard(config.userdata)


def or_tell(asked: Callable[[], T]) -> T:
    """What was asked; where it cannot be, the process ends with a sentence."""
    try:
        return asked()
    except CannotRun as error:
        tell(str(error), error)


def tell(sentence: str, error: CannotRun) -> NoReturn:
    """Print why there can be no run, as behave prints an error of its own, and end the process."""
    print(f"ConfigError: {sentence}", flush=True)
    sys.exit(status_of(error))


def status_of(error: CannotRun) -> ExitStatus:
    """The exit status of a run that cannot begin."""
    return ExitStatus.UNREACHABLE if isinstance(error, CannotReach) else ExitStatus.SETUP
