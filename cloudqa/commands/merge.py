"""`cloudqa merge`: the shards of a run made one again, and compared with the run before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudqa.errors import CannotRun

if TYPE_CHECKING:
    from cloudqa.merge.view import View
    from cloudqa.report.run_record import RunRecord, ScenarioRecord

INTO = Path("reports") / "merged"
PAGE = "merged.html"


def merge(
    folders: Annotated[list[Path], typer.Argument(help="What runs with -D reports=FOLDER have written.")],
    before: Annotated[
        Path | None, typer.Option(help="The record of the run before, or its folder, to compare with.")
    ] = None,
    into: Annotated[Path, typer.Option(help="The folder to write to.")] = INTO,
) -> None:
    """Join the reports of a run's shards into one page, JUnit and record; fail as that run would."""
    from cloudqa.merge.comparing import compared
    from cloudqa.merge.joining import joined, read_shards
    from cloudqa.merge.junit import join_junit
    from cloudqa.merge.page import page_of
    from cloudqa.merge.view import View
    from cloudqa.report.exit_status import ExitStatus
    from cloudqa.report.files import JUNIT, RECORD
    from cloudqa.report.own_page import write_page
    from cloudqa.report.run_record import read_record, write_record

    if into.resolve() in {folder.resolve() for folder in folders}:
        raise CannotRun(f"{into} is to be merged itself: name another folder to write to, with --into.")
    run = joined(read_shards(folders))
    earlier = read_record(before) if before is not None else None
    if unreadable := join_junit(folders, into / JUNIT):
        run = run.model_copy(
            update={"problems": (*run.problems, *unreadable), "exit_status": ExitStatus.RULE}
        )
    view = View(run, compared(run, earlier) if earlier is not None else None)
    write_record(run, into / RECORD)
    write_page(page_of(view), into / PAGE)
    for line in told(view):
        print(line)
    print(f"Page: {into / PAGE}")
    raise typer.Exit(run.exit_status)


def told(view: View) -> Iterator[str]:
    """What the page tells first, in lines."""
    from cloudqa.merge.view import scenarios

    run: RunRecord = view.run
    counts = ", ".join(f"{number} {outcome}" for outcome, number in view.counts.items())
    yield f"{scenarios(len(run.scenarios))} on {run.target}: {counts}"
    for verdict in view.verdicts:
        if verdict.number:
            new = f", {verdict.new} of them new" if verdict.new else ""
            yield f"{verdict.title}: {scenarios(verdict.number)}{new}"
    if view.comparison is not None:
        yield from _named("Newly failing", view.comparison.newly_failing)
        yield from _named("Still failing", view.comparison.still_failing)
        yield from _named("Fixed", view.comparison.fixed)
        yield from _named("Slower by half", view.comparison.slower)
        yield from _named("New", view.comparison.new)
        yield from _named("Gone", view.comparison.gone)
    yield from (f"FAILED: {problem}" for problem in run.problems)


def _named(title: str, every: tuple[ScenarioRecord, ...]) -> Iterator[str]:
    shown = ", ".join(one.id for one in every[:8])
    if every:
        yield f"{title}: {len(every)} ({shown}{', …' if len(every) > 8 else ''})"
