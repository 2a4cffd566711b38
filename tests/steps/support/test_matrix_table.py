"""The permission matrix is read whole: every cell is understood, and everyone in it is tried."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from behave.model import Scenario
from behave.parser import parse_file

from steps.api.cloud_objects import Platform, User
from steps.api.operations import ALL, AT_1, AT_3, JB_2, PF_1, PF_3, PF_5, SV_1, WK_1, Operation
from steps.api.personas import COLUMNS
from steps.support.credentials import ACCOUNT_ERROR
from steps.support.matrix import table
from steps.support.matrix.legend import DENIALS, classes_taken, is_wrong_class, wanted
from steps.support.matrix.table import ADMIN_TARGET, ITSELF, RESTRICTED, Cell, rows
from steps.support.matrix.trial import Aim, Task, Trial
from steps.support.matrix.trials import TASKS, task
from steps.support.rules import PAGE

FEATURE = Path(__file__).parents[3] / "features" / "permission_matrix" / "permission_matrix.feature"
WHEN = re.compile(r"everyone with an? (firm|assumed) cell in row (PM-\d+) tries to (.+)")
# Twins that the page gives no row: they are tried with their successors.
TWINS = {"PM-28": {"AT-2d"}, "PM-29": {"AT-2d"}, "PM-30": {"AT-3d"}, "PM-32": {"AT-5d"}}


def texts() -> dict[tuple[str, str], str]:
    """Every cell of the page as it is written, by row and column."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| PM-")]
    found: dict[tuple[str, str], str] = {}
    for line in lines:
        row, _, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] != table.SUCCESSOR:
            found |= {(row, column): text for column, text in zip(COLUMNS, cells, strict=True)}
    return found


def cells_of_tasks(row: str) -> set[Cell]:
    return {cell for each in TASKS if each.row == row for trial in each.trials for cell in each.cells(trial)}


def scenarios() -> list[Scenario]:
    return list(parse_file(str(FEATURE)).walk_scenarios())


def test_page_has_fifty_rows() -> None:
    assert list(rows()) == [f"PM-{number}" for number in range(1, 51)]


def test_every_cell_is_read_as_it_is_written() -> None:
    written = texts()
    assert len(written) == 49 * len(COLUMNS)
    misread = [place for place, text in written.items() if not is_read_right(*place, text)]
    assert misread == []


def is_read_right(row: str, column: str, text: str) -> bool:
    found = [cell for cell in rows()[row].cells if cell.column == column]
    if text == table.NOT_TRIED:
        return found == []
    code, mark = re.match(r"([0-9]+|[A-Z])(\??)", text).groups()  # type: ignore[union-attr]
    return any((cell.code, cell.assumed) == (code, bool(mark)) for cell in found)


@pytest.mark.parametrize("row", [row for row in rows() if row != "PM-12"])
def test_every_cell_is_tried(row: str) -> None:
    assert cells_of_tasks(row) == set(rows()[row].cells)


def test_deprecated_twins_have_the_cells_of_their_successors() -> None:
    assert rows()["PM-12"].cells == ()
    successors = {trial.operation.rule: trial.like for trial in task_of_row("PM-12").trials}
    assert successors == {"JB-1d": "PM-4", "JB-2d": "PM-5", "JB-3d": "PM-6", "JB-5d": "PM-8", "JB-6d": "PM-9"}
    for trial in task_of_row("PM-12").trials:
        assert trial.operation.rule.removesuffix("d") in rows()[trial.like].rules


def task_of_row(row: str) -> Task:
    (found,) = [each for each in TASKS if each.row == row]
    return found


@pytest.mark.parametrize("row", rows())
def test_every_operation_of_the_row_is_tried(row: str) -> None:
    known = {operation.rule for operation in ALL}
    tried = {trial.operation.rule for each in TASKS if each.row == row for trial in each.trials}
    assert tried - TWINS.get(row, set()) == rows()[row].rules & known
    assert TWINS.get(row, set()) <= tried


def test_both_operations_on_keys_are_tried() -> None:
    names = {trial.name for trial in task_of_row("PM-49").trials}
    assert names == {"AK-1", "AK-2 GET", "AK-2 POST"}


def test_feature_tries_every_task_in_its_firm_and_its_assumed_cells_once() -> None:
    steps = [step.name for scenario in scenarios() for step in scenario.steps if step.step_type == "when"]
    found = sorted(match.groups() for name in steps if (match := WHEN.fullmatch(name)))
    wanted_ones = sorted(
        (strength, each.row, each.what)
        for each in TASKS
        for strength, assumed in (("firm", False), ("assumed", True))
        if any(cell.assumed is assumed for trial in each.trials for cell in each.cells(trial))
    )
    assert found == wanted_ones


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.name)
def test_scenario_is_tagged_as_its_cells_are(scenario: Scenario) -> None:
    (when,) = [step.name for step in scenario.steps if step.step_type == "when"]
    strength, row, what = WHEN.fullmatch(when).groups()  # type: ignore[union-attr]
    assert ("assumed" in scenario.effective_tags) is (strength == "assumed")
    assert f"rule.{row}" in scenario.effective_tags
    aimed_at_admins = what in ("make a user an admin", "delete an admin")
    assert ("destructive" in scenario.effective_tags) is aimed_at_admins


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("J", [Cell("none", "J", assumed=False)]),
        ("200? (self)", [Cell("none", "200", assumed=True)]),
        (
            "P `No permission to use platform {platform_name}`",
            [Cell("none", "P", assumed=False, error="No permission to use platform {platform_name}")],
        ),
        (
            "200; 400 if calling token",
            [
                Cell("none", "200", assumed=False),
                Cell("none", "400", assumed=False, situation=ITSELF),
            ],
        ),
        (
            "200?; 400 target admin",
            [
                Cell("none", "200", assumed=True),
                Cell("none", "400", assumed=True, situation=ADMIN_TARGET),
            ],
        ),
        (
            "E (only if restricted; E? by default)",
            [
                Cell("none", "E", assumed=True),
                Cell("none", "E", assumed=False, situation=RESTRICTED),
            ],
        ),
        (
            "200? (self only)",
            [Cell("none", "P", assumed=True), Cell("none", "200", assumed=True, situation=ITSELF)],
        ),
        (
            "J (cannot reopen itself)",
            [Cell("none", "J", assumed=False), Cell("none", "J", assumed=False, situation=ITSELF)],
        ),
    ],
)
def test_cell_says(text: str, cells: list[Cell], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_page(text, tmp_path, monkeypatch)["PM-1"].cells == tuple(cells)


@pytest.mark.parametrize("text", ["", "Q", "200!", "J (whatever)", "200; 401 if late", "?", "J J"])
def test_cell_that_is_not_understood_is_no_cell(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="not understood"):
        read_page(text, tmp_path, monkeypatch)


def test_column_that_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="columns"):
        read_page("J", tmp_path, monkeypatch, columns=COLUMNS[:-1])


def read_page(
    text: str, folder: Path, monkeypatch: pytest.MonkeyPatch, columns: tuple[str, ...] = COLUMNS
) -> dict[str, table.Row]:
    """The rows of a page whose only row has this text in its first column, and nothing else."""
    page = folder / "contract.md"
    cells = " | ".join([text, *[table.NOT_TRIED] * (len(columns) - 1)])
    header = " | ".join(columns)
    page.write_text(f"| id | operation | {header} |\n|---|\n| PM-1 | JB-1 create | {cells} |\n\n")
    monkeypatch.setattr(table, "PAGE", page)
    rows.cache_clear()
    try:
        return dict(rows())
    finally:
        rows.cache_clear()


def test_missing_header_on_the_account_routes_for_tokens_is_firmly_401() -> None:
    found = [cell for cell in rows()["PM-31"].cells if cell.column == "none"]
    assert {(cell.code, cell.assumed) for cell in found} == {("A", True), ("401", False)}
    assert {cell.code for cell in rows()["PM-44"].cells if cell.column == "none"} == {"A"}


@pytest.fixture
def aim(monkeypatch: pytest.MonkeyPatch) -> Aim:
    monkeypatch.setattr(Platform, "ADMIN", User(is_admin=True))
    made = Aim(User())
    made.platform.name, made.job.job_id = "sim:one", "an-id"
    return made


def a_trial(operation: Operation, **changes: object) -> Trial:
    return Trial(operation, lambda _, user: Aim(user), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "operation", "statuses", "error"),
    [
        (Cell("own JT", "200", assumed=True), JB_2, (200,), ""),
        (Cell("none", "J", assumed=False), JB_2, (401,), "Invalid or expired job token"),
        (Cell("own LT", "J", assumed=True), JB_2, (401, 403), ""),
        (Cell("key", "A", assumed=True), AT_1, (401, 403), ""),
        (Cell("own JT", "A", assumed=True), AT_3, (401, 403), ""),
        (Cell("own JT", "P", assumed=True), PF_3, (401, 403), ""),
        (Cell("own LT", "P", assumed=True), PF_3, DENIALS, ""),
        (Cell("admin LT", "P", assumed=True), WK_1, (401, 403), ""),
        (Cell("expired", "A", assumed=True), AT_3, DENIALS, ""),
        (Cell("inactive", "U", assumed=False), JB_2, (401,), "Invalid user"),
        (Cell("other JT", "P", assumed=False), JB_2, (403,), ""),
        (Cell("none", "A", assumed=False), PF_5, (401,), ACCOUNT_ERROR),
        (Cell("no grant", "P", assumed=False, error="No {platform_name}"), JB_2, (403,), "No sim:one"),
    ],
)
def test_legend(cell: Cell, operation: Operation, statuses: tuple[int, ...], error: str, aim: Aim) -> None:
    found = wanted(cell, a_trial(operation), aim)
    assert (found.statuses, found.error) == (statuses, error)


def test_trial_knows_its_texts_and_what_is_tolerated(aim: Aim) -> None:
    trial = a_trial(JB_2, errors={"404": "Not found job: {job_id}"}, tolerated={"404": (400,)})
    found = wanted(Cell("own JT", "404", assumed=False), trial, aim)
    assert (found.statuses, found.error) == ((404, 400), "Not found job: an-id")
    assert str(found) == "404 or 400 'Not found job: an-id'"


@pytest.mark.parametrize(
    ("operation", "taken"),
    [(SV_1, set()), (JB_2, {"Job"}), (AT_1, {"Login", "Job"}), (PF_1, {"API_Key", "Login"})],
)
def test_classes(operation: Operation, taken: set[str]) -> None:
    assert {kind.name for kind in classes_taken(operation)} == taken
    assert not is_wrong_class("none", operation)


def test_task_is_found_by_its_words() -> None:
    assert task("PM-4", "create a job").trials[0].operation.rule == "JB-1"
    with pytest.raises(KeyError):
        task("PM-4", "cancel a job")
