"""coverage.toml asks for what the published document and the contract have, and every rule has a scenario."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from cloudqa.record.coverage import name_of
from cloudqa.record.coverage_required import Required, read_required
from steps.api.operations import ALL, Operation
from steps.api.personas import COLUMNS
from steps.support.matrix.table import rows
from steps.support.rules import all_rules
from tests.features.test_scenarios import ALL as SCENARIOS
from tests.features.test_scenarios import tags

ROOT = Path(__file__).parents[2]
PUBLISHED = json.loads((ROOT / "sandbox" / "data" / "published.json").read_text(encoding="utf-8"))
# The toolbox, which docs/contract.md leaves out (SV-4.1).
TOOLBOX = "/qt/"


def required() -> Required:
    found = read_required(ROOT / "coverage.toml")
    assert found is not None
    return found


REQUIRED = required()
TAGGED = {tag.removeprefix("rule.") for scenario in SCENARIOS for tag in tags(scenario)}


def published() -> dict[tuple[str, str], tuple[int, ...]]:
    """The statuses that the published document declares, by method and path."""
    return {
        (method.upper(), anonymous(path)): tuple(sorted(map(int, operation["responses"])))
        for path, methods in PUBLISHED["paths"].items()
        for method, operation in methods.items()
        if not path.startswith(TOOLBOX)
    }


def anonymous(path: str) -> str:
    """The path, whatever it calls the values in it."""
    return re.sub(r"\{[^}]*\}", "{}", path)


@pytest.mark.parametrize("operation", ALL, ids=name_of)
def test_every_operation_is_asked_for_what_it_declares(operation: Operation) -> None:
    statuses = REQUIRED.answers[name_of(operation)]
    declared = published().get((operation.method, anonymous(operation.path)))
    if declared is not None:
        assert statuses == declared
    else:
        assert statuses[0] == 200
        assert (401 in statuses) == (operation.token_type is not None or operation.rule == "US-0")


def test_every_published_operation_is_one_of_ours() -> None:
    known = {(operation.method, anonymous(operation.path)) for operation in ALL}
    assert set(published()) <= known
    assert set(REQUIRED.answers) == {name_of(operation) for operation in ALL}


def test_matrix_is_that_of_the_contract() -> None:
    page = rows()
    assert list(REQUIRED.matrix) == list(page)
    for name, row in page.items():
        entry = REQUIRED.matrix[name]
        assert set(entry.operations) == {name_of(one) for one in ALL if one.rule in row.rules}, name
        tried = {cell.column for cell in row.cells} or set(COLUMNS)
        assert {cell.column for cell in entry.cells(name)} == tried, name


@pytest.mark.parametrize(
    ("reasons", "names"),
    [
        (
            REQUIRED.no_answer,
            [f"{name} {one}" for name, all_of in REQUIRED.answers.items() for one in all_of],
        ),
        (
            REQUIRED.no_cell,
            [" ".join(cell) for row, one in REQUIRED.matrix.items() for cell in one.cells(row)],
        ),
        (REQUIRED.no_scenario, list(all_rules())),
        (REQUIRED.only_in_part, sorted(TAGGED)),
    ],
    ids=["answers", "matrix", "rules", "parts of rules"],
)
def test_every_reason_is_a_sentence_about_something(reasons: Mapping[str, str], names: list[str]) -> None:
    for pattern, reason in reasons.items():
        assert any(fnmatchcase(name, pattern) for name in names), f"{pattern} names nothing"
        assert re.fullmatch(r"[A-Z].*\.", reason), f"{reason!r} is no sentence"


@pytest.mark.parametrize("rule", sorted(all_rules()))
def test_rule_has_a_scenario_or_a_reason_and_not_both(rule: str) -> None:
    excused = any(fnmatchcase(rule, pattern) for pattern in REQUIRED.no_scenario)
    assert rule in TAGGED or excused, f"no scenario is tagged @rule.{rule}, and coverage.toml gives no reason"
    assert not (rule in TAGGED and excused), f"coverage.toml has a reason for {rule}, which has a scenario"
