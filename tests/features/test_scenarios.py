"""Every scenario can be named, placed and traced: an id, a capability, the rules that it stands for."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from behave.model import Scenario
from behave.parser import parse_file

from steps.support.rules import all_rules

ROOT = Path(__file__).parents[2]
FEATURES = sorted((ROOT / "features").rglob("*.feature"))
ID = re.compile(r"QC-[0-9]+")
# A rule id in code stands in quotes by itself: "JB-1.12", "J6", "AT-8d".
CITED = re.compile(r"""["']((?:[A-Z]{2}-[0-9]+d?|A-[0-9]+|C-[0-9]+|Q-[0-9]+|[JT][0-9]+)(?:\.[0-9]+)?)["']""")
KINDS = {
    "smoke",
    "assumed",
    "destructive",
    "embedded_only",
    "readonly",
    "with_job_token",
    "serial",
    "perceval",
    "job_token_suffices",
}


def scenarios() -> list[Scenario]:
    return [scenario for file in FEATURES for scenario in parse_file(str(file)).walk_scenarios()]


ALL = scenarios()


def tags(scenario: Scenario) -> list[str]:
    return [str(tag) for tag in scenario.effective_tags]


def place(scenario: Scenario) -> str:
    return f"{Path(scenario.filename).name}:{scenario.line}"


def test_there_are_at_least_eighty_scenarios() -> None:
    assert len(ALL) >= 80


@pytest.mark.parametrize("scenario", ALL, ids=place)
def test_scenario_has_one_id_a_capability_and_a_rule(scenario: Scenario) -> None:
    own = tags(scenario)
    assert len([tag for tag in own if ID.fullmatch(tag)]) == 1, f"{own} hold not one id @QC-nnn"
    rules = [tag.removeprefix("rule.") for tag in own if tag.startswith("rule.")]
    assert rules, "no @rule. tag"
    assert not set(rules) - set(all_rules()), "a rule that docs/contract.md does not have"
    others = [
        tag for tag in own if not ID.fullmatch(tag) and not tag.startswith("rule.") and tag not in KINDS
    ]
    assert others, "no capability tag"


@pytest.mark.parametrize("scenario", ALL, ids=place)
def test_scenario_that_asserts_an_assumed_rule_says_so(scenario: Scenario) -> None:
    rules = [str(tag).removeprefix("rule.") for tag in scenario.tags if str(tag).startswith("rule.")]
    if rules and all_rules()[rules[0]].assumed:
        assert "assumed" in tags(scenario)


def test_ids_are_unique() -> None:
    ids = Counter(tag for scenario in ALL for tag in tags(scenario) if ID.fullmatch(tag))
    assert [name for name, number in ids.items() if number > 1] == []


@pytest.mark.parametrize("folder", ["steps", "cloudqa"])
def test_every_rule_that_code_cites_is_on_the_page(folder: str) -> None:
    known = set(all_rules())
    unknown = {
        f"{file.relative_to(ROOT)}: {rule}"
        for file in (ROOT / folder).rglob("*.py")
        for rule in CITED.findall(file.read_text(encoding="utf-8"))
        if rule not in known
    }
    assert unknown == set()


def test_no_step_sleeps() -> None:
    waiting = ROOT / "steps" / "api" / "waiting.py"
    sleeping = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "steps").rglob("*.py")
        if file != waiting and re.search(r"\bsleep\(", file.read_text(encoding="utf-8"))
    ]
    assert sleeping == []
