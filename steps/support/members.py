"""Members of requests and answers, as a feature writes them: a name, which may be dotted, and a value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from steps.support.expectations import ExpectationFailed
from steps.support.wording import filled

if TYPE_CHECKING:
    from behave.model import Table

    from steps.support.world import World

# What a cell may ask for instead of a value.
KINDS: Mapping[str, Callable[[Any], bool]] = {
    "anything": lambda value: True,
    "a number": lambda value: _is_number(value),
    "an integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "a number from 0": lambda value: _is_number(value) and value >= 0,
    "an integer from 0": lambda value: _is_number(value) and isinstance(value, int) and value >= 0,
    "a text": lambda value: isinstance(value, str),
    "a non-empty text": lambda value: isinstance(value, str) and value != "",
    "not null": lambda value: value is not None,
}


def value_of(world: World, text: str) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON value that a cell holds, or the cell itself where it is no JSON; placeholders are filled."""
    return _parsed(filled(world, text))


def pairs_of(world: World, table: Table) -> dict[str, Any]:
    """The members of a table with the columns `member` and `value`."""
    return {row["member"]: value_of(world, row["value"]) for row in table}


def overlaid(base: Mapping[str, Any], members: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `base` with the dotted members set: `payload.max_shots` is a member of a member."""
    whole = deepcopy(dict(base))
    for name, value in members.items():
        *parents, last = name.split(".")
        inner = whole
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = value
    return whole


def without(base: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """A copy of `base` without the dotted members."""
    whole = deepcopy(dict(base))
    for name in names:
        *parents, last = name.split(".")
        inner = whole
        for parent in parents:
            inner = inner[parent]
        inner.pop(last, None)
    return whole


def fits(wanted: str, actual: object) -> bool:
    """Whether a value is what a cell asks for: `a number`, `0 or null`, or a value to be equal to."""
    if wanted in KINDS:
        return KINDS[wanted](actual)
    if " or " in wanted:
        return any(fits(part.strip(), actual) for part in wanted.split(" or "))
    return same(actual, _parsed(wanted))


def same(actual: object, wanted: object) -> bool:
    """Whether two JSON values are equal; 40 and 40.0 are, true and 1 are not."""
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return actual is wanted
    return actual == wanted


def misfits(wanted: Mapping[str, str], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an answer that are not what is wanted of them, with the value that they have."""
    return {
        member: answer.get(member, "(absent)")
        for member, cell in wanted.items()
        if member not in answer or not fits(cell, answer[member])
    }


def expect_members(fact: str, answer: Mapping[str, Any], wanted: Mapping[str, str], *rules: str) -> None:
    """State that each member of an answer is what a cell asks for; every one that is not is reported."""
    if wrong := misfits(wanted, answer):
        raise ExpectationFailed(fact, {member: wanted[member] for member in wrong}, wrong, rules)


def cells_of(world: World, table: Table) -> dict[str, str]:
    """The cells of a table with the columns `member` and `value`, as they are, with placeholders filled."""
    return {row["member"]: filled(world, row["value"]) for row in table}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _parsed(text: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(text)
    except ValueError:
        return text
