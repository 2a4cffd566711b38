"""The way in: scenarios in workers where that is asked for, and as behave runs them where it is not."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from cloudqa.run.forking import can_fork

if TYPE_CHECKING:
    from cloudqa.run.parallel.behave_parts import Element
    from cloudqa.run.parallel.pool import Watch
    from cloudqa.run.parallel.sections import Carrier
    from cloudqa.run.random_order import RandomOrder


@contextlib.contextmanager
def scenarios_in_workers(
    runner: Element,
    carriers: Sequence[Carrier],
    in_worker: Callable[[], None],
    order: RandomOrder | None = None,
    watch: Watch | None = None,
) -> Iterator[None]:
    """Within it, behave's loops run the scenarios of `runner` in as many workers as `--jobs` says.

    With one job, a dry run, or where a process cannot be forked safely, they run them as ever, but for a
    random `order`: that takes a worker, since behave's own loops follow the files.
    `carriers` bring home what workers learn; `in_worker` is called in each worker before its first scenario.
    `watch` is told how far the workers are.
    """
    jobs = runner.config.jobs
    if jobs > 1 and not runner.config.dry_run and not can_fork():
        print(
            f"--jobs {jobs} is left aside, and the scenarios run one after another: this system "
            f"({sys.platform}) cannot fork a process safely.",
            file=sys.stderr,
        )
        jobs = 1
    try:
        if (jobs > 1 or order) and not runner.config.dry_run:
            from cloudqa.run.parallel.stage import Stage

            with contextlib.ExitStack() as stack:
                Stage(runner, carriers, in_worker, order, watch, stack).set_up()
                yield
        else:
            yield
    finally:
        if not runner.config.dry_run:
            from cloudqa.run.parallel.order import remember_durations

            remember_durations(runner.features)
