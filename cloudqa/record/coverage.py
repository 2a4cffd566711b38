"""What of the contract a run has met, and what of it an expectation has judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, Protocol, TypeVar

from cloudqa.record.coverage_callers import Callers
from steps.api.exchange import Exchange, Request
from steps.api.operations import ALL, Operation

# In the place of an operation where a request is for none: an unknown route, a method that it does not have.
NO_OPERATION = "no operation"

_Key = TypeVar("_Key")


class RuleOfPage(Protocol):
    """A rule of the contract."""

    @property
    def text(self) -> str:
        """Its sentences."""


Rules = Callable[[], Mapping[str, RuleOfPage]]


class Cell(NamedTuple):
    """An answer of the contract: the name of the operation, its status, and the kind of caller."""

    operation: str
    status: int
    caller: str


class MatrixCell(NamedTuple):
    """A cell of the permission matrix, for one of the operations of its row."""

    row: str
    operation: str
    column: str


@dataclass
class Counts:
    """How often each cell was met, and the scenarios and rules by which it was asserted."""

    met: Counter[Cell] = field(default_factory=Counter)
    scenarios: dict[Cell, set[str]] = field(default_factory=dict)
    rules: dict[Cell, set[str]] = field(default_factory=dict)
    matrix: dict[MatrixCell, set[str]] = field(default_factory=dict)

    def add(self, more: Counts) -> None:
        """Add what another part of the run has counted."""
        self.met.update(more.met)
        _unite(self.scenarios, more.scenarios)
        _unite(self.rules, more.rules)
        _unite(self.matrix, more.matrix)


class _Open(NamedTuple):
    """An exchange of the scenario under way: its `kept` rules may still grow."""

    cell: Cell
    is_read: bool
    kept: list[str]


class Coverage:
    """Counts every exchange as met, and as asserted where an expectation has found a rule kept by it.

    An expectation says so in the exchange's `kept`. A Then that passes has also judged what it has read by
    itself: each GET of its own that was answered with 200.

    It carries what workers have counted to their parent, so that `counts` are those of the whole run. `rules`
    reads those of the contract, which is asked of a whole run; the hooks give it.
    """

    def __init__(self) -> None:
        self.rules: Rules = dict
        self.callers = Callers()
        self._scenario = ""
        self._open: list[_Open] = []
        self._step_began = 0
        self._fresh = Counts()
        self._taken = Counts()

    def before(self, request: Request) -> None:
        """Nothing is counted before an answer came."""

    def after(self, exchange: Exchange) -> None:
        """Count the exchange, and learn from it who calls."""
        if exchange.failure:
            return
        operation = exchange.request.operation
        cell = Cell(name_of(operation), exchange.status, self.callers.kind_of(exchange.request))
        is_read = operation.method == "GET" and exchange.status == 200
        self._open.append(_Open(cell, is_read, exchange.kept))
        self.callers.learn(exchange)

    def note_cell(self, row: str, operation: str, column: str) -> None:
        """Count a cell of the permission matrix as asserted."""
        self._fresh.matrix.setdefault(MatrixCell(row, operation, column), set()).add(self._scenario)

    def begin_scenario(self, name: str) -> None:
        """From now on everything belongs to this scenario."""
        self._settle()
        self._scenario = name

    def end_step(self, rules: Sequence[str] = ()) -> None:
        """A step is over; with `rules`, it was a Then that found them kept by what it has read."""
        for one in self._open[self._step_began :] if rules else ():
            if one.is_read:
                one.kept.extend(rules)
        self._step_began = len(self._open)

    def counts(self) -> Counts:
        """All that this process has counted or taken from others."""
        self._taken.add(self.news())
        return self._taken

    def news(self) -> Counts:
        """What was counted since the last call, for the coverage of another process."""
        self._settle()
        news, self._fresh = self._fresh, Counts()
        return news

    def take_from_child(self, news: Counts) -> None:
        """Add what was counted in a forked process."""
        self._taken.add(news)

    def _settle(self) -> None:
        """Count what can no longer be judged: the scenario that it belongs to is over."""
        for cell, _, kept in self._open:
            self._fresh.met[cell] += 1
            if kept:
                self._fresh.scenarios.setdefault(cell, set()).add(self._scenario)
                self._fresh.rules.setdefault(cell, set()).update(kept)
        self._open, self._step_began = [], 0


def name_of(operation: Operation) -> str:
    """The name of an operation: its rule id, with the method where two have that id (`AK-2 GET`)."""
    return _names().get(operation, NO_OPERATION)


@cache
def _names() -> dict[Operation, str]:
    shared = {rule for rule, number in Counter(operation.rule for operation in ALL).items() if number > 1}
    return {one: f"{one.rule} {one.method}" if one.rule in shared else one.rule for one in ALL}


def _unite(sets: dict[_Key, set[str]], more: dict[_Key, set[str]]) -> None:
    for key, names in more.items():
        sets.setdefault(key, set()).update(names)
