"""The permission matrix as it stands in docs/contract.md: every cell, read and understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from steps.api.personas import COLUMNS
from steps.support.rules import PAGE

NOT_TRIED = "\N{EN DASH}"
SUCCESSOR = "as the successor, cell by cell"

# The situations that a cell may ask for beside the plain one, each tried in a way of its own.
ITSELF = "the calling token itself"
RESTRICTED = "a platform that is closed to explorers"
ADMIN_TARGET = "an admin as the target"

_CELL = re.compile(
    r"(?P<code>200|401|404|[JAUPE])(?P<assumed>\?)?"
    r"( `(?P<error>[^`]+)`)?"
    r"( \((?P<remark>.+)\))?"
    r"(; 400 (?P<unless>if it is the calling token|if calling token|target admin))?"
)
_UNLESS = {
    "if it is the calling token": ITSELF,
    "if calling token": ITSELF,
    "target admin": ADMIN_TARGET,
}
# Remarks that explain a cell and change nothing in it: what they say is how the row is tried anyhow, and a
# tolerated 400 denies like any other answer to an assumed refusal.
_NOTES = frozenset(
    {
        "own",
        "own job",
        "self",
        "use JA-2",
        "no self-grant",
        "404 empty",
        "`priority` only",
        "or 400",
        "400 tolerated",
    }
)
_OPERATIONS = re.compile(r"(?P<room>[A-Z]{2})-(?P<first>\d+)(?P<twin>d?)(?: to [A-Z]{2}-(?P<last>\d+)d?)?")


@dataclass(frozen=True)
class Cell:
    """What a kind of caller gets: `code` as the legend has it (`200`, `J`, `P`...).

    `assumed`: the page settles it by itself. `error` is a text that the cell gives. `situation` is "" for the
    plain one.
    """

    column: str
    code: str
    assumed: bool
    error: str = ""
    situation: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the matrix: its id, the operations that it is about as the page names them, its cells.

    A row whose cells are those of other rows has none of its own.
    """

    id: str
    operations: str
    cells: tuple[Cell, ...]

    @property
    def rules(self) -> frozenset[str]:
        """The ids that the row's operations may have: a range has all of its numbers."""
        return frozenset(
            f"{found['room']}-{number}{found['twin']}"
            for found in _OPERATIONS.finditer(self.operations)
            for number in range(int(found["first"]), int(found["last"] or found["first"]) + 1)
        )


@cache
def rows() -> Mapping[str, Row]:
    """Every row of the matrix by its id. Raises ValueError for a cell that is not understood."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    header = next(index for index, line in enumerate(lines) if line.startswith("| id | operation | none |"))
    if tuple(_split(lines[header])[2:]) != COLUMNS:
        raise ValueError(f"The columns of the matrix are not {', '.join(COLUMNS)}.")
    found: dict[str, Row] = {}
    for line in lines[header + 2 :]:
        if not line.startswith("|"):
            break
        row, operations, *texts = _split(line)
        found[row] = Row(row, operations, () if texts[0] == SUCCESSOR else _read(row, operations, texts))
    return found


def _split(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _read(row: str, operations: str, texts: list[str]) -> tuple[Cell, ...]:
    cells = [
        cell
        for column, text in zip(COLUMNS, texts, strict=True)
        if text != NOT_TRIED
        for cell in _understood(row, column, text)
    ]
    if operations.startswith("AT-"):
        # On the account's routes for tokens a missing header is firmly 401; only the text is assumed.
        cells.append(Cell("none", "401", assumed=False))
    return tuple(cells)


def _understood(row: str, column: str, text: str) -> Iterator[Cell]:
    found = _CELL.fullmatch(text)
    if found is None:
        raise ValueError(f"The cell {text!r} of {row}, column {column!r}, is not understood.")
    cell = Cell(column, found["code"], found["assumed"] is not None, found["error"] or "")
    remark = found["remark"]
    if remark is None or remark in _NOTES:
        yield cell
    elif remark == "only if restricted; E? by default":
        yield replace(cell, assumed=True)
        yield replace(cell, situation=RESTRICTED)
    elif remark == "self only":
        yield replace(cell, code="P", assumed=True)
        yield replace(cell, situation=ITSELF)
    elif remark == "cannot reopen itself":
        yield cell
        yield replace(cell, situation=ITSELF)
    else:
        raise ValueError(f"The remark {remark!r} of {row}, column {column!r}, is not understood.")
    if found["unless"] is not None:
        yield replace(cell, code="400", situation=_UNLESS[found["unless"]])
