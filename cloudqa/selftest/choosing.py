"""Which defects are tried, and which scenarios on each."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from cloudqa.errors import CannotRun
from cloudqa.selftest.suite import Scenario
from cloudqa.selftest.verdicts import Planted


def chosen(defects: Sequence[Planted], names: Sequence[str]) -> list[Planted]:
    """The defects that the names ask for: ids, rules or numbers of known faults; all without a name.

    Raises CannotRun for a name that is none of these.
    """
    for name in names:
        if not any(_is_meant(defect, name) for defect in defects):
            raise CannotRun(
                f"There is no planted defect {name}: give the id of one, a rule of docs/contract.md that one "
                "breaks, or the number of a known fault. `cloudqa selftest --list` names them all."
            )
    return [defect for defect in defects if not names or any(_is_meant(defect, name) for name in names)]


def _is_meant(defect: Planted, name: str) -> bool:
    return name in (defect.id, defect.rule) or name in re.split("[ ,]+", defect.known_as)


def operation_of(rule: str) -> str:
    """What a rule belongs to: `JB-1` for `JB-1.12` and for `JB-1d`, `EN` for `EN-3`, `J10` for `J10.2`."""
    whole = rule.partition(".")[0]
    if whole.split("-")[0] in _FAMILIES:
        return whole.split("-")[0]
    return whole.removesuffix("d")


_FAMILIES = frozenset({"TR", "EN", "OC", "PG", "TM", "ID", "AL", "A", "EX", "SV", "LM", "PM", "TS", "ST"})
"""Sections of the contract whose rules are numbered through, without an operation in front."""


Choice = Callable[[Planted], list[Scenario]]
"""The scenarios that are to be tried on a defect."""


class Chooser:
    """Knows which scenarios speak of a defect. `choices` are tried one after another, until one finds it."""

    def __init__(self, scenarios: Sequence[Scenario], *, with_perceval: bool) -> None:
        plain = [one for one in scenarios if not one.needs_perceval]
        only_perceval = {rule for one in scenarios if one.needs_perceval for rule in one.rules} - {
            rule for one in plain for rule in one.rules
        }
        self._scenarios = plain + [
            one
            for one in scenarios
            if with_perceval and one.needs_perceval and not only_perceval.isdisjoint(one.rules)
        ]

        self.choices: tuple[Choice, ...] = (self.of_rule, self.of_allowed_rules, self.of_operation)

    def of_rule(self, defect: Planted) -> list[Scenario]:
        """The scenarios that carry the defect's rule as a tag."""
        return self._with(lambda rules: defect.rule in rules)

    def of_allowed_rules(self, defect: Planted) -> list[Scenario]:
        """Those besides that carry another rule which a failure may name."""
        return self._with(lambda rules: defect.rule not in rules and not defect.rules.isdisjoint(rules))

    def of_operation(self, defect: Planted) -> list[Scenario]:
        """Those besides that carry a rule of the same operation."""
        operations = {operation_of(rule) for rule in defect.rules}
        return self._with(
            lambda rules: (
                defect.rules.isdisjoint(rules) and not operations.isdisjoint(map(operation_of, rules))
            )
        )

    def _with(self, is_meant: Callable[[Sequence[str]], bool]) -> list[Scenario]:
        return [one for one in self._scenarios if is_meant(one.rules)]


def usable(
    scenarios: Sequence[Scenario], seconds: Mapping[str, float], red: Collection[str]
) -> list[Scenario]:
    """The scenarios that pass on a sound cloud, those that take the least time first."""
    green = [one for one in scenarios if one.id not in red]
    return sorted(green, key=lambda one: seconds.get(one.id, 0.0))
