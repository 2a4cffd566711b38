"""The values that stand in the features: whatever a scenario does with them, they are no secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from behave.model import Feature, Step

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def values_written_in(features: Iterable[Feature]) -> set[str]:
    """Everything in quotes, and every cell of a table, in the steps of the features."""
    scenarios = (scenario for feature in features for scenario in feature.walk_scenarios())
    return {value for scenario in scenarios for step in scenario.all_steps for value in _values(step)}


def _values(step: Step) -> Iterator[str]:
    cells = [cell for row in step.table for cell in row] if step.table else []
    yield from cells
    for text in (step.name, step.text or "", *cells):
        yield from (re.sub(r"\\(.)", r"\1", quoted) for quoted in _QUOTED.findall(text))
