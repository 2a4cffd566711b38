"""What a whole run must assert: the project's coverage.toml, and a record held against it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cloudqa.errors import CannotRun
from cloudqa.record.coverage import MatrixCell
from cloudqa.record.coverage_record import CellRecord, MatrixRecord
from steps.api.personas import COLUMNS

FILE = Path("coverage.toml")


class State(Enum):
    """How far a run came with a cell, worst last."""

    ASSERTED = "asserted"
    MET = "met"
    UNMET = "not met"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class MatrixRow(_Part):
    """A row of the permission matrix: which operations are tried, and as whom only or as whom not."""

    operations: tuple[str, ...]
    only: tuple[str, ...] = COLUMNS
    not_tried: tuple[str, ...] = Field(default=(), alias="not-tried")

    def cells(self, row: str) -> Iterator[MatrixCell]:
        """Each cell of the row that is tried, for each operation."""
        for operation in self.operations:
            for column in COLUMNS:
                if column in self.only and column not in self.not_tried:
                    yield MatrixCell(row, operation, column)


class Required(_Part):
    """What must be asserted, and the reasons why a cell, a rule or a part of a rule cannot be.

    The reasons' keys are patterns: of answers such as `JB-7 403`, of cells of the matrix such as
    `PM-4 JB-1 inactive`, of rules such as `OL-*`.
    """

    answers: Mapping[str, tuple[int, ...]] = Field(default_factory=dict)
    matrix: Mapping[str, MatrixRow] = Field(default_factory=dict)
    no_answer: Mapping[str, str] = Field(default_factory=dict, alias="no-answer")
    no_cell: Mapping[str, str] = Field(default_factory=dict, alias="no-cell")
    no_scenario: Mapping[str, str] = Field(default_factory=dict, alias="no-scenario")
    only_in_part: Mapping[str, str] = Field(default_factory=dict, alias="only-in-part")


@dataclass(frozen=True)
class Held:
    """Something that is required: its name, how far a run came with it, and the reason if it is excused.

    `scenarios` are those that asserted it.
    """

    name: str
    state: State
    reason: str = ""
    scenarios: tuple[str, ...] = ()

    @property
    def is_lost(self) -> bool:
        """Whether it should have been asserted, and was not."""
        return self.state is not State.ASSERTED and not self.reason

    @property
    def is_overtaken(self) -> bool:
        """Whether a reason says that it cannot be asserted, and it was."""
        return self.state is State.ASSERTED and bool(self.reason)


def read_required(path: Path = FILE) -> Required | None:
    """What the file asks for; None where there is none. Raises CannotRun where it is wrong."""
    try:
        return Required.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise CannotRun(f"{path} is wrong: {_told(error)}.") from None


def answers_held(cells: Sequence[CellRecord], required: Required) -> list[Held]:
    """Each answer that is required or excused, in the order of the file."""
    met = {(cell.operation, cell.status) for cell in cells}
    asserted: dict[tuple[str, int], tuple[str, ...]] = {}
    for cell in cells:
        if cell.scenarios:
            key = (cell.operation, cell.status)
            asserted[key] = (*asserted.get(key, ()), *cell.scenarios)
    found = []
    for operation, statuses in required.answers.items():
        for status in statuses:
            key, name = (operation, status), f"{operation} {status}"
            state = State.ASSERTED if key in asserted else State.MET if key in met else State.UNMET
            scenarios = tuple(sorted(set(asserted.get(key, ()))))
            found.append(Held(name, state, _reason(required.no_answer, name), scenarios))
    return found


def matrix_held(matrix: Sequence[MatrixRecord], required: Required) -> list[Held]:
    """Each cell of the permission matrix, in the order of the file."""
    asserted = {MatrixCell(one.row, one.operation, one.column): one.scenarios for one in matrix}
    return [
        Held(
            " ".join(cell),
            State.ASSERTED if cell in asserted else State.UNMET,
            _reason(required.no_cell, " ".join(cell)),
            asserted.get(cell, ()),
        )
        for row, entry in required.matrix.items()
        for cell in entry.cells(row)
    ]


def rules_held(rules: Mapping[str, Sequence[str]], required: Required) -> list[Held]:
    """Each rule of the contract: asserted is one that a scenario is tagged with."""
    return [
        Held(
            rule,
            State.ASSERTED if scenarios else State.UNMET,
            _reason(required.no_scenario, rule),
            tuple(scenarios),
        )
        for rule, scenarios in rules.items()
    ]


def _reason(reasons: Mapping[str, str], name: str) -> str:
    """The reason of the pattern that names it; the one that names least besides comes first."""
    for pattern in sorted(reasons, key=lambda one: (one.count("*"), -len(one))):
        if fnmatchcase(name, pattern):
            return reasons[pattern]
    return ""


def _told(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        return f"at {'.'.join(map(str, first['loc']))}, {first['msg'].lower()}"
    return str(error)
