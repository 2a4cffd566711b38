"""What must be asserted, how far a run came with it, and the reasons that excuse it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudqa.errors import CannotRun
from cloudqa.record.coverage_record import CellRecord, MatrixRecord
from cloudqa.record.coverage_required import (
    Required,
    State,
    answers_held,
    matrix_held,
    read_required,
    rules_held,
)

FILE = """
[answers]
JB-1 = [200, 403, 404]
"AK-2 GET" = [200]

[no-answer]
"JB-1 404" = "It is not to be had."

[matrix]
PM-4 = { operations = ["JB-1"], not-tried = ["own JT"] }
PM-43 = { operations = ["WK-2", "WK-1"], only = ["key"] }

[no-cell]
"PM-43 * key" = "Nobody has one."

[no-scenario]
"OL-*" = "Tests hold it."
"OL-2" = "It is told."
"""


@pytest.fixture
def required(tmp_path: Path) -> Required:
    path = tmp_path / "coverage.toml"
    path.write_text(FILE)
    found = read_required(path)
    assert found is not None
    return found


def cell(operation: str, status: int, caller: str = "JT", *scenarios: str) -> CellRecord:
    return CellRecord(operation=operation, status=status, caller=caller, met=1, scenarios=scenarios)


def test_answers_are_asserted_met_or_neither(required: Required) -> None:
    cells = [cell("JB-1", 200), cell("JB-1", 200, "explorer", "@QC-2"), cell("JB-1", 403)]
    held = {one.name: one for one in answers_held(cells, required)}
    assert {name: one.state for name, one in held.items()} == {
        "JB-1 200": State.ASSERTED,
        "JB-1 403": State.MET,
        "JB-1 404": State.UNMET,
        "AK-2 GET 200": State.UNMET,
    }
    assert held["JB-1 200"].scenarios == ("@QC-2",)
    assert [name for name, one in held.items() if one.is_lost] == ["JB-1 403", "AK-2 GET 200"]
    assert held["JB-1 404"].reason == "It is not to be had."


def test_reason_that_the_run_refutes_is_overtaken(required: Required) -> None:
    held = answers_held([cell("JB-1", 404, "JT", "@QC-1")], required)
    assert [one.name for one in held if one.is_overtaken] == ["JB-1 404"]


def test_matrix_has_each_column_that_is_tried(required: Required) -> None:
    noted = [MatrixRecord(row="PM-4", operation="JB-1", column="none", scenarios=("@QC-1",))]
    held = {one.name: one for one in matrix_held(noted, required)}
    assert len(held) == 12 + 2
    assert "PM-4 JB-1 own JT" not in held
    assert held["PM-4 JB-1 none"].state is State.ASSERTED
    assert held["PM-4 JB-1 other JT"].is_lost
    assert held["PM-43 WK-2 key"].reason == "Nobody has one."


def test_rules_are_held_by_their_tags(required: Required) -> None:
    rules = {"JB-1": ["@QC-1"], "JB-2": [], "OL-1": [], "OL-2": []}
    held = {one.name: one for one in rules_held(rules, required)}
    assert [name for name, one in held.items() if one.is_lost] == ["JB-2"]
    assert (held["OL-1"].reason, held["OL-2"].reason) == ("Tests hold it.", "It is told.")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[answers", "is wrong: Expected"),
        ('[answers]\nJB-1 = ["x"]', "is wrong: at answers.JB-1.0, input should be a valid integer"),
        ("[answer]\nJB-1 = [200]", "is wrong: at answer, extra inputs are not permitted"),
        ("[matrix]\nPM-4 = {}", "is wrong: at matrix.PM-4.operations, field required"),
    ],
)
def test_file_that_is_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "coverage.toml"
    path.write_text(text)
    with pytest.raises(CannotRun, match=told):
        read_required(path)


def test_no_file_asks_for_nothing(tmp_path: Path) -> None:
    assert read_required(tmp_path / "coverage.toml") is None
