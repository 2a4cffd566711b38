"""The coverage of a run on disk: what the last whole run has met and asserted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from cloudqa.errors import CannotRun
from cloudqa.record.coverage import Cell, Counts, MatrixCell
from cloudqa.whole_files import write_whole

FOLDER = Path(".cloudqa")
WHOLE = FOLDER / "coverage.json"
PARTIAL = FOLDER / "coverage-partial.json"

# Sorted, so that a run in any number of processes is recorded alike.
Names = Annotated[tuple[str, ...], AfterValidator(lambda names: tuple(sorted(set(names))))]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CellRecord(_Part):
    """How often a cell was met, and the scenarios and rules by which it was asserted."""

    operation: str
    status: int
    caller: str
    met: int
    scenarios: Names = ()
    rules: Names = ()


class MatrixRecord(_Part):
    """A cell of the permission matrix, and the scenarios that asserted it."""

    row: str
    operation: str
    column: str
    scenarios: Names


class RunRecord(_Part):
    """A run and its verdict.

    `skipped` counts scenarios by the reason; `partial` says why it is no whole run, "" for one that is.
    """

    run_id: str
    began: datetime
    ended: datetime
    target: str
    embedded: bool
    verdict: Literal["passed", "failed"]
    scenarios: int
    skipped: Mapping[str, int]
    partial: str = ""


class Record(_Part):
    """All that is known of a run's coverage.

    `rules` has every rule of the contract with the scenarios that are tagged with it, `sentences` the text of
    those that no scenario is tagged with.
    """

    run: RunRecord
    cells: tuple[CellRecord, ...]
    matrix: tuple[MatrixRecord, ...]
    rules: Mapping[str, Names]
    sentences: Mapping[str, str]

    @property
    def asserted(self) -> dict[Cell, CellRecord]:
        """The cells that an expectation has judged."""
        return {Cell(one.operation, one.status, one.caller): one for one in self.cells if one.scenarios}


def cells_of(counts: Counts) -> tuple[CellRecord, ...]:
    """What was counted, in an order that does not depend on the run's."""
    return tuple(
        CellRecord(
            operation=cell.operation,
            status=cell.status,
            caller=cell.caller,
            met=met,
            scenarios=tuple(counts.scenarios.get(cell, ())),
            rules=tuple(counts.rules.get(cell, ())),
        )
        for cell, met in sorted(counts.met.items())
    )


def matrix_of(counts: Counts) -> tuple[MatrixRecord, ...]:
    """The cells of the permission matrix that were asserted."""
    return tuple(_matrix_record(cell, names) for cell, names in sorted(counts.matrix.items()))


def _matrix_record(cell: MatrixCell, names: set[str]) -> MatrixRecord:
    return MatrixRecord(row=cell.row, operation=cell.operation, column=cell.column, scenarios=tuple(names))


def write(model: BaseModel, path: Path) -> None:
    """Write it so that a reader finds it whole or not at all. Raises CannotRun."""
    try:
        write_whole(path, model.model_dump_json(indent=1) + "\n")
    except OSError as error:
        raise CannotRun(f"The coverage of the run cannot be written to {path}: {error.strerror}.") from None


def read_whole(path: Path = WHOLE) -> Record | None:
    """The record of the last whole run; None where there is none. Raises CannotRun where it is unreadable."""
    try:
        return Record.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise CannotRun(
            f"{path} is no record of a run: {_first(error)}. A whole run writes it anew."
        ) from None


def read_partial(path: Path = PARTIAL) -> RunRecord | None:
    """The last run that was no whole one; None where there is none, or it cannot be read."""
    try:
        return RunRecord.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _first(error: OSError | ValidationError) -> str:
    if isinstance(error, OSError):
        return str(error.strerror)
    return error.errors(include_input=False, include_url=False)[0]["msg"]
