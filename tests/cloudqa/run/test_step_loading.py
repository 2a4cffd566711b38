"""Step modules from Python's cache of bytecode."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from behave import runner_util

from cloudqa.run.step_loading import compiled_once


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A step module below the current folder, on a machine that keeps bytecode."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "steps").mkdir()
    return tmp_path / "steps" / "some_steps.py"


def executed(file: Path) -> dict[str, object]:
    """What the module defines, as behave executes it."""
    found: dict[str, object] = {"given": "of behave"}
    with compiled_once():
        runner_util.exec_file(str(file), found)
    return found


def test_bytecode_is_kept_and_used(module: Path) -> None:
    module.write_text("used = given\ndef step(): pass\n")
    first = executed(module)
    kept = list(module.parent.glob("__pycache__/some_steps.*.pyc"))
    assert len(kept) == 1
    before = kept[0].stat().st_mtime_ns
    second = executed(module)
    assert first["used"] == second["used"] == "of behave"
    assert second["__file__"] == str(module)
    assert kept[0].stat().st_mtime_ns == before


def test_a_module_that_changed_is_compiled_again(module: Path) -> None:
    module.write_text("value = 1\n")
    assert executed(module)["value"] == 1
    module.write_text("value = 'another'\n")
    assert executed(module)["value"] == "another"


def test_steps_stand_where_behave_would_show_them(module: Path) -> None:
    module.write_text("def step(): pass\n")
    step = executed(module)["step"]
    assert step.__code__.co_filename == str(Path("steps", "some_steps.py"))  # type: ignore[attr-defined]


def test_a_fault_in_a_module_is_told(module: Path) -> None:
    module.write_text("def step(:\n")
    with pytest.raises(SyntaxError, match=r"some_steps\.py"):
        executed(module)


def test_behave_is_left_as_it_was(module: Path) -> None:
    plain = runner_util.exec_file
    module.write_text("raise ValueError('of the module')\n")
    with pytest.raises(ValueError, match="of the module"):
        executed(module)
    assert runner_util.exec_file is plain
