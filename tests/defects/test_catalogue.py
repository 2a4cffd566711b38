"""There is a defect for every rule of the contract, and for every known fault."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from defects.catalogue import all_defects
from defects.defect import Defect
from defects.without import RULES, SECTIONS, reason_without
from steps.support.rules import all_rules

ROOT = Path(__file__).parents[2]
KNOWN_FAULTS = ROOT.parent / "shared" / "spec" / "DEFECTS.md"
BROKEN = {defect.rule for defect in all_defects()}


def numbers_of(defect: Defect) -> list[str]:
    """The known faults that a defect stands for."""
    return re.findall(r"D[0-9]+", defect.known_as)


def test_every_defect_has_an_id_of_its_own() -> None:
    assert [name for name, times in Counter(one.id for one in all_defects()).items() if times > 1] == []


def test_every_defect_has_an_id_that_can_be_written_as_it_is() -> None:
    assert [one.id for one in all_defects() if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", one.id)] == []


def test_every_rule_that_a_defect_names_is_in_the_contract() -> None:
    unknown = [(one.id, rule) for one in all_defects() for rule in one.rules if rule not in all_rules()]
    assert unknown == []


def test_no_defect_names_a_rule_twice() -> None:
    assert [one.id for one in all_defects() if len(set(one.rules)) < len(one.rules)] == []


def test_every_defect_is_said_in_a_sentence() -> None:
    wrong = [one.id for one in all_defects() if not re.fullmatch(r"\S.{10,}[^.\s]", one.summary)]
    assert wrong == []
    assert [one.id for one in all_defects() if one.unseen and not one.unseen.endswith(".")] == []


@pytest.mark.parametrize("rule", all_rules())
def test_a_rule_has_a_defect_or_a_reason_and_not_both(rule: str) -> None:
    assert (rule in BROKEN) != bool(reason_without(rule))


def test_every_reason_is_for_a_rule_that_there_is() -> None:
    sections = {rule.partition("-")[0] for rule in all_rules()}
    assert set(RULES) <= set(all_rules()) and set(SECTIONS) <= sections


def test_every_known_fault_has_a_defect() -> None:
    if not KNOWN_FAULTS.exists():
        pytest.skip("the list of known faults is not on this machine")
    listed = set(re.findall(r"^- \*\*(D[0-9]+)\*\*", KNOWN_FAULTS.read_text(encoding="utf-8"), re.MULTILINE))
    assert listed and listed - {number for one in all_defects() for number in numbers_of(one)} == set()
