"""The values that stand in the features: whatever a scenario does with them, they are no secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from behave.model import Feature, Rule, ScenarioOutline, Step, Table

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PLACE = re.compile(r"<([^<>]+)>")


def values_written_in(features: Iterable[Feature]) -> set[str]:
    """Everything in quotes, and every cell of a table, in the steps of the features.

    An outline's values are put in the places that its steps leave for them.
    """
    return {value for feature in features for value in _of_container(feature)}


def _of_container(container: Feature | Rule) -> Iterator[str]:
    """The values of a feature or a rule. Outlines are not unfolded: a run needs few of them at its start."""
    if container.background:
        yield from _of_steps(container.background.steps)
    for item in container.run_items:
        if isinstance(item, Rule):
            yield from _of_container(item)
        elif isinstance(item, ScenarioOutline):
            yield from _of_outline(item)
        else:
            yield from _of_steps(item.steps)


def _of_outline(outline: ScenarioOutline) -> Iterator[str]:
    written = set(_of_steps(outline.steps))
    with_places = [value for value in written if "<" in value]
    yield from written
    for examples in outline.examples:
        for row in examples.table or ():
            yield from _unquoted(row.cells, whole=False)
            yield from (_filled(value, dict(row.items())) for value in with_places)


def _filled(value: str, cells: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: cells.get(place[1], place[0]), value)


def _of_steps(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        yield from _unquoted((step.name, step.text or ""), whole=False)
        yield from _of_table(step.table)


def _of_table(table: Table | None) -> Iterator[str]:
    for row in table or ():
        yield from _unquoted(row.cells)


def _unquoted(texts: Iterable[str], *, whole: bool = True) -> Iterator[str]:
    """What stands in quotes in the texts, and with `whole` the texts themselves."""
    for text in texts:
        if whole:
            yield text
        if '"' in text:
            yield from (re.sub(r"\\(.)", r"\1", quoted) for quoted in _QUOTED.findall(text))
