"""`cloudqa coverage`: what of the contract the last whole run asserted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudqa.errors import CannotRun

if TYPE_CHECKING:
    from cloudqa.record.coverage_record import Record, RunRecord

PAGE = Path("reports") / "coverage.html"


def coverage(
    page: Annotated[Path, typer.Option(help="Where to write the page.")] = PAGE,
) -> None:
    """Show what of the contract the last whole run asserted, as a table here and as a page."""
    from rich.console import Console

    from cloudqa.record.coverage_record import read_partial
    from cloudqa.record.coverage_required import FILE, read_required
    from cloudqa.report.coverage_page import page_of
    from cloudqa.report.coverage_table import print_view
    from cloudqa.report.coverage_view import view_of
    from cloudqa.report.own_page import write_page

    record = whole_record()
    required = read_required()
    if required is None:
        raise CannotRun(f"There is no {FILE} here, which says what must be asserted: call it in the project.")
    view = view_of(record, required)
    print_view(view, Console(highlight=False))
    write_page(page_of(view), page)
    if later := told(read_partial()):
        print(f"{later} It is not shown.")
    print(f"Page: {page}")


def whole_record() -> Record:
    """The record of the last whole run. Raises CannotRun where there is none.

    The coverage of a part would show as lost what was never asked for.
    """
    from cloudqa.record.coverage_record import read_partial, read_whole

    record, partial = read_whole(), read_partial()
    how = "Run `make acceptance`, which is a whole run."
    if record is None and partial is None:
        raise CannotRun(f"No run has left its coverage here. {how}")
    if record is None:
        raise CannotRun(f"{told(partial)} What it left out would show as lost. {how}")
    return record


def told(partial: RunRecord | None) -> str:
    """A sentence on a run whose coverage is not shown; "" without one."""
    if partial is None:
        return ""
    return f"Run {partial.run_id} of {partial.ended:%Y-%m-%d %H:%M}Z was no whole one: {partial.partial}."
