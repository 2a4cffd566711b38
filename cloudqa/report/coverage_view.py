"""A run's coverage as a reader looks at it: rows and cells, for the terminal and for the page alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cloudqa.record.coverage import NO_OPERATION, name_of
from cloudqa.record.coverage_callers import KINDS
from cloudqa.record.coverage_record import CellRecord, Record, RunRecord
from cloudqa.record.coverage_required import (
    Held,
    Required,
    State,
    answers_held,
    matrix_held,
    rules_held,
)
from steps.api.operations import ALL
from steps.api.personas import COLUMNS

# The statuses of the contract, in the order of the columns.
STATUSES = (200, 400, 401, 403, 404, 422)


@dataclass(frozen=True)
class Answer:
    """The answers of one operation with one status.

    `held` is None where nothing asks for them. `callers` has each kind of caller who met them.
    """

    status: int
    held: Held | None
    callers: Mapping[str, State]
    met: int
    scenarios: Sequence[str]
    rules: Sequence[str]

    @property
    def is_lost(self) -> bool:
        """Whether it should have been asserted, and was not."""
        return self.held is not None and self.held.is_lost

    @property
    def reason(self) -> str:
        """Why it is not asserted; "" where it is, or should be."""
        return self.held.reason if self.held is not None and self.held.state is not State.ASSERTED else ""


@dataclass(frozen=True)
class AnswerRow:
    """An operation with its answers, by status."""

    name: str
    method: str
    path: str
    answers: Mapping[int, Answer]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is lost in it."""
        return not any(answer.is_lost for answer in self.answers.values())


@dataclass(frozen=True)
class MatrixLine:
    """A row of the permission matrix for one of its operations; its cells by column, None where not tried."""

    row: str
    operation: str
    cells: Mapping[str, Held | None]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is lost in it."""
        return not any(held is not None and held.is_lost for held in self.cells.values())


@dataclass(frozen=True)
class Tally:
    """How many of some cells are asserted, merely met, not met, and excused by a reason."""

    asserted: int = 0
    met: int = 0
    unmet: int = 0
    excused: int = 0

    @property
    def total(self) -> int:
        """How many there are."""
        return self.asserted + self.met + self.unmet + self.excused

    @property
    def lost(self) -> int:
        """How many should be asserted, and are not."""
        return self.met + self.unmet


@dataclass(frozen=True)
class View:
    """Everything that is shown.

    `overtaken` are cells and rules with a reason that the run has refuted; `in_part` has the rules that are
    asserted but for a part, with the reason.
    """

    run: RunRecord
    answers: Sequence[AnswerRow]
    matrix: Sequence[MatrixLine]
    rules: Sequence[Held]
    sentences: Mapping[str, str]
    answers_tally: Tally
    matrix_tally: Tally
    rules_tally: Tally
    overtaken: Sequence[Held] = field(default_factory=tuple)
    in_part: Mapping[str, str] = field(default_factory=dict)

    @property
    def lost_rules(self) -> list[Held]:
        """The rules without a scenario and without a reason."""
        return [held for held in self.rules if held.is_lost]

    @property
    def excused_rules(self) -> dict[str, list[str]]:
        """The rules without a scenario, by their reason."""
        found: dict[str, list[str]] = {}
        for held in self.rules:
            if held.state is not State.ASSERTED and held.reason:
                found.setdefault(held.reason, []).append(held.name)
        return found

    @property
    def statuses(self) -> list[int]:
        """The columns: the statuses of the contract, and what else was met."""
        more = {status for row in self.answers for status in row.answers} - set(STATUSES)
        return [*STATUSES, *sorted(more)]


def view_of(record: Record, required: Required) -> View:
    """The view of a record, held against what is required."""
    answers = answers_held(record.cells, required)
    matrix = matrix_held(record.matrix, required)
    rules = rules_held(record.rules, required)
    return View(
        record.run,
        _answer_rows(record, answers),
        _matrix_lines(required, matrix),
        rules,
        record.sentences,
        _tally(answers),
        _tally(matrix),
        _tally(rules),
        [held for held in (*answers, *matrix, *rules) if held.is_overtaken],
        required.only_in_part,
    )


def _tally(all_held: Iterable[Held]) -> Tally:
    every = list(all_held)
    asserted = sum(held.state is State.ASSERTED for held in every)
    met = sum(held.state is State.MET and held.is_lost for held in every)
    unmet = sum(held.state is State.UNMET and held.is_lost for held in every)
    return Tally(asserted, met, unmet, len(every) - asserted - met - unmet)


def _answer_rows(record: Record, all_held: Iterable[Held]) -> list[AnswerRow]:
    held = {one.name: one for one in all_held}
    cells: dict[str, dict[int, list[CellRecord]]] = {}
    for cell in record.cells:
        cells.setdefault(cell.operation, {}).setdefault(cell.status, []).append(cell)
    rows = []
    known = [(name_of(operation), operation.method, operation.path) for operation in ALL]
    for name, method, path in [*known, (NO_OPERATION, "", "unknown routes, and methods that a route lacks")]:
        met = cells.get(name, {})
        statuses = {int(one.rpartition(" ")[2]) for one in held if one.rpartition(" ")[0] == name} | set(met)
        answers = {
            status: _answer(status, held.get(f"{name} {status}"), met.get(status, []))
            for status in sorted(statuses)
        }
        rows.append(AnswerRow(name, method, path, answers))
    return rows


def _answer(status: int, held: Held | None, cells: Sequence[CellRecord]) -> Answer:
    return Answer(
        status,
        held,
        {
            kind: State.ASSERTED if cell.scenarios else State.MET
            for kind in KINDS
            for cell in cells
            if cell.caller == kind
        },
        sum(cell.met for cell in cells),
        sorted({name for cell in cells for name in cell.scenarios}, key=lambda name: (len(name), name)),
        sorted({rule for cell in cells for rule in cell.rules}),
    )


def _matrix_lines(required: Required, all_held: Iterable[Held]) -> list[MatrixLine]:
    held = {one.name: one for one in all_held}
    return [
        MatrixLine(row, name, {column: held.get(f"{row} {name} {column}") for column in COLUMNS})
        for row, entry in required.matrix.items()
        for name in entry.operations
    ]
