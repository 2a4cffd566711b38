"""What a scenario is called, and what its tags say that it stands for."""

from __future__ import annotations

from collections.abc import Sequence

from behave.model import Scenario

RULE_TAG = "rule."
ID_TAG = "QC-"


def id_of(scenario: Scenario) -> str:
    """What tells a scenario from all others: its id, and where it stands."""
    tag = id_tag_of(scenario)
    return f"@{tag} {scenario.location}" if tag else str(scenario.location)


def short_id_of(scenario: Scenario) -> str:
    """The scenario's id, such as `@QC-101`; where it stands, if it has none."""
    tag = id_tag_of(scenario)
    return f"@{tag}" if tag else str(scenario.location)


def id_tag_of(scenario: Scenario) -> str:
    """The tag that is the scenario's id; "" where it has none."""
    return next((tag for tag in scenario.effective_tags if tag.startswith(ID_TAG)), "")


def rules_of(scenario: Scenario) -> Sequence[str]:
    """The rules that the scenario's tags name, in their order, its own before those of its feature."""
    tags = [*scenario.tags, *scenario.effective_tags]
    return list(dict.fromkeys(tag.removeprefix(RULE_TAG) for tag in tags if tag.startswith(RULE_TAG)))
