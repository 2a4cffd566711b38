"""The record of a run is written whole or not at all, and read as it was written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloudqa.errors import CannotRun
from cloudqa.record.coverage_record import (
    CellRecord,
    MatrixRecord,
    Record,
    RunRecord,
    read_partial,
    read_whole,
    write,
)

RUN = RunRecord(
    run_id="3f9c21ab",
    began=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    ended=datetime(2026, 1, 2, 3, 5, 5, tzinfo=UTC),
    target="embedded sandbox http://127.0.0.1:1",
    embedded=True,
    verdict="passed",
    scenarios=2,
    skipped={},
)
RECORD = Record(
    run=RUN,
    cells=(
        CellRecord(operation="JB-1", status=200, caller="JT", met=3, scenarios=("@QC-2", "@QC-1", "@QC-2")),
        CellRecord(operation="JB-1", status=403, caller="JT", met=1),
    ),
    matrix=(MatrixRecord(row="PM-4", operation="JB-1", column="own JT", scenarios=("@QC-1",)),),
    rules={"JB-1": ("@QC-1",), "JB-2": ()},
    sentences={"JB-2": "GET it."},
)


def test_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "coverage.json"
    write(RECORD, path)
    assert read_whole(path) == RECORD
    assert [file.name for file in path.parent.iterdir()] == ["coverage.json"]


def test_names_do_not_depend_on_the_order_of_the_run() -> None:
    assert RECORD.cells[0].scenarios == ("@QC-1", "@QC-2")


def test_record_replaces_the_last_one(tmp_path: Path) -> None:
    path = tmp_path / "coverage.json"
    path.write_text("{" + "x" * 100_000)
    write(RECORD, path)
    assert read_whole(path) == RECORD


def test_record_that_cannot_be_written_is_told_and_leaves_the_last_one(tmp_path: Path) -> None:
    path = tmp_path / "file" / "coverage.json"
    path.parent.write_text("no folder")
    with pytest.raises(CannotRun, match=r"coverage of the run cannot be written to .*coverage\.json"):
        write(RECORD, path)
    assert path.parent.read_text() == "no folder"


@pytest.mark.parametrize("text", ["", "{}", "[1]", "nonsense"])
def test_record_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "coverage.json"
    path.write_text(text)
    with pytest.raises(CannotRun, match=r"is no record of a run: .*A whole run writes it anew"):
        read_whole(path)
    assert read_partial(path) is None


def test_no_record_is_none(tmp_path: Path) -> None:
    assert read_whole(tmp_path / "nothing") is None
    assert read_partial(tmp_path / "nothing") is None
