"""The rules of docs/contract.md, each with its sentence and line, for failures that explain themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "contract.md"
_RULE = re.compile(r"^- \*\*([A-Z]+[A-Za-z0-9-]*(?:\.[0-9]+)?)\*\*( †)? (.+)$")


@dataclass(frozen=True)
class Rule:
    """One rule of the contract. `assumed`: it rests on a point that the contract settles by itself."""

    id: str
    text: str
    line: int
    assumed: bool


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule of the page by its id. Read at first use: most runs never need the page."""
    rules: dict[str, Rule] = {}
    for number, line in enumerate(PAGE.read_text(encoding="utf-8").splitlines(), start=1):
        if match := _RULE.match(line):
            rules[match[1]] = Rule(match[1], match[3], number, match[2] is not None)
    return rules


def cite(rule_id: str) -> str:
    """The rule's sentence and where it stands, or a hint that the page lacks it."""
    rule = all_rules().get(rule_id)
    if rule is None:
        return f"{rule_id} (docs/contract.md has no such rule)"
    return f"{rule.id} (docs/contract.md:{rule.line}) {rule.text}"
