"""Values as a feature speaks of them, where JSON would hide what they are about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from steps.support.members import value_of

if TYPE_CHECKING:
    from behave.model import Table

    from steps.support.world import World

_OF_LENGTH = re.compile(r"an? (text|password|address) of (\d+) (characters|foreign letters)")


def spoken_value(world: World, text: str) -> Any:  # noqa: ANN401 - any JSON value
    """What a cell stands for: `a new label`, a text, password or address of some length, else any value.

    A text may also be of `foreign letters`, which are two bytes each. It bears the run's mark if it is long
    enough: what may exist once in a cloud must not be in the way of another run.
    """
    if text == "a new label":
        return world.names.label()
    if match := _OF_LENGTH.fullmatch(text):
        text = text_of_length(match[1], int(match[2]), world.names.mark)
        return text.replace("x", "ψ") if match[3] == "foreign letters" else text
    return value_of(world, text)


def spoken_members(world: World, table: Table) -> dict[str, Any]:
    """The members of a table with the columns `member` and `value`."""
    return {row["member"]: spoken_value(world, row["value"]) for row in table}


def text_of_length(kind: str, length: int, mark: str = "") -> str:
    """A text of exactly that length; a `password` is strong, an `address` is right but for its length.

    A `text` begins with `mark` where that fits in.
    """
    start, end = {
        "text": (mark if len(mark) <= length else "", ""),
        "password": ("Aa1!", ""),
        "address": ("", "@example.com"),
    }[kind]
    return start + "x" * (length - len(start) - len(end)) + end


def in_another_case(text: str) -> str:
    """The text with each letter in the other case; raises ValueError where it has no letter."""
    other = text.swapcase()
    if other == text:
        raise ValueError(f"{text!r} has no letters.")
    return other
