"""A row of the matrix, tried by all of its callers: every deviation is found, and told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steps.api.errors import PreconditionError
from steps.api.exchange import Exchange
from steps.api.trail import trail
from steps.api.utils import Api
from steps.support.expectations import ExpectationFailed
from steps.support.matrix.legend import is_wrong_class, told_by, wanted
from steps.support.matrix.people import People
from steps.support.matrix.scene import Scene
from steps.support.matrix.table import Cell
from steps.support.matrix.trial import Aim, Caller, State, Task, Trial
from steps.support.matrix.trials import task as task_of

if TYPE_CHECKING:
    from steps.support.shared import Shared
    from steps.support.world import World

# What a firm refusal of a credential rests on.
_OF_CREDENTIALS: Mapping[str, str] = {
    "none": "A-1",
    "garbled": "A-1.1",
    "expired": "A-2",
    "revoked": "A-2",
    "inactive": "A-3",
}


@dataclass(frozen=True)
class Answer:
    """What one caller got: the `index` tells those of a column apart, `wrong` what deviates ("": nothing).

    `broken` are rules that the answer breaks by its form.
    """

    cell: Cell
    index: int
    trial: Trial
    caller: Caller
    exchange: Exchange
    wrong: str
    broken: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What is different after calls that were all refused."""

    trial: Trial
    refused: tuple[Answer, ...]
    difference: str


@dataclass
class Tried:
    """All that came of trying a row."""

    task: Task
    answers: list[Answer] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def try_row(world: World, shared: Shared, row: str, what: str, *, assumed: bool) -> Tried:
    """Let everyone who has a firm cell in the row, or an assumed one, try to do what it is about."""
    task = task_of(row, what)
    tried = Tried(task)
    scene = Scene(world, shared.the(People))
    for trial in task.trials:
        sweep = _Sweep(scene, task, trial)
        cells = [cell for cell in task.cells(trial) if cell.assumed is assumed]
        for owner in dict.fromkeys(_owner(cell) for cell in cells):
            sweep.try_cells([cell for cell in cells if _owner(cell) == owner])
        tried.answers += sweep.answers
        tried.changes += sweep.changes
    assert tried.answers, f"The row {row} has no such cell to {what}."
    if tried.changes or any(answer.wrong for answer in tried.answers):
        shared.forget(People)
    return tried


def expect_row_holds(world: World, tried: Tried) -> None:
    """State that everyone was answered as their cells say, and that no one who was refused changed anything.

    The failure tells every deviation: what was tried, who tried, what came, what should have come.
    """
    _note(world, tried)
    wrong = [answer for answer in tried.answers if answer.wrong]
    if wrong or tried.changes:
        fact = f"everyone who tries to {tried.task.what} should get what the row says"
        rules = [rule for answer in wrong for rule in (*answer.broken, *_rules(answer))]
        rules += [rule for change in tried.changes for answer in change.refused for rule in _rules(answer)]
        raise ExpectationFailed(
            "\n    ".join([fact, *_told(wrong), *map(_told_change, tried.changes)]),
            "no deviation",
            f"{len(wrong)} of {len(tried.answers)} answers deviate, "
            f"and {len(tried.changes)} times something is different after a refusal",
            list(dict.fromkeys([tried.task.row, *rules])),
        )


def _owner(cell: Cell) -> str:
    """Whose things the calls of a column are aimed at: those of two are their own, all others the owner's."""
    return cell.column if cell.column in ("inactive", "no grant") else "owner"


class _Sweep:
    """One operation of a row, tried by everyone."""

    def __init__(self, scene: Scene, task: Task, trial: Trial) -> None:
        self._scene = scene
        self._task = task
        self._trial = trial
        self._api = Api(scene.world.cloud)
        self._read: dict[str, Aim] = {}
        self.answers: list[Answer] = []
        self.changes: list[Change] = []

    def try_cells(self, cells: Sequence[Cell]) -> None:
        """Try everyone whose calls are aimed at one owner's things; first those who should be refused."""
        if refused := [cell for cell in cells if cell.code != "200"]:
            self._try_refused(refused)
        for cell in cells:
            if cell.code == "200":
                self._try_accepted(cell)

    def _try_accepted(self, cell: Cell) -> None:
        """Each on what no one has used up."""
        aim = self._aim(cell, afresh=True)
        for index in range(len(self._callers(cell, aim))):
            aim = self._aim(cell, afresh=True) if index else aim
            self.answers.append(self._send(cell, index, aim))

    def _try_refused(self, cells: Sequence[Cell]) -> None:
        """All on the same thing, which is compared before and after."""
        aim = self._aim(cells[0])
        # Whoever has to be made is made here: they would look like something that a call has made.
        tries = [(cell, index) for cell in cells for index in range(len(self._callers(cell, aim)))]
        before = self._trial.read(self._scene, aim)
        refused, is_spoilt = [], False
        for cell, index in tries:
            answer = self._send(cell, index, aim)
            self.answers.append(answer)
            if answer.exchange.status == 200:
                aim, is_spoilt = self._aim(cells[0]), True
            else:
                refused.append(answer)
        difference = "" if is_spoilt else self._difference(before, aim)
        if is_spoilt or difference:
            found = self._culprits(refused)
            everyone = [Change(self._trial, tuple(refused), difference)] if difference else []
            self.changes += found or everyone

    def _culprits(self, refused: Sequence[Answer]) -> list[Change]:
        """Who of these changes something though refused, each found by trying fewer and fewer again."""
        if not refused:
            return []
        aim = self._aim(refused[0].cell)
        before = self._trial.read(self._scene, aim)
        for answer in refused:
            self._send(answer.cell, answer.index, aim)
        difference = self._difference(before, aim)
        if not difference:
            return []
        if len(refused) == 1:
            return [Change(self._trial, tuple(refused), difference)]
        half = len(refused) // 2
        return [*self._culprits(refused[:half]), *self._culprits(refused[half:])]

    def _aim(self, cell: Cell, *, afresh: bool = False) -> Aim:
        """What is tried by the column: new each time, but one is enough for who only reads."""
        if self._trial.operation.method != "GET":
            return self._scene.aim(self._trial, cell.column, afresh=afresh)
        if _owner(cell) not in self._read:
            self._read[_owner(cell)] = self._scene.aim(self._trial, cell.column, afresh=afresh)
        return self._read[_owner(cell)]

    def _callers(self, cell: Cell, aim: Aim) -> tuple[Caller, ...]:
        return self._scene.people.callers(cell, self._task, self._trial, aim)

    def _send(self, cell: Cell, index: int, aim: Aim) -> Answer:
        """Try once, and judge what came."""
        trial, scene = self._trial, self._scene
        caller = self._callers(cell, aim)[index]
        parts = trial.parts(scene, aim, caller)
        request = self._api.request(trial.operation, path=aim.path(), headers=caller.persona.headers, **parts)
        violation: AssertionError | None = None
        with trail() as exchanges:
            try:
                self._api.send(request)
            except PreconditionError:
                raise
            except AssertionError as error:  # an observer that judges the answer's form
                violation = error
        (exchange,) = exchanges
        scene.notice(exchange)
        if violation is not None:
            broken = tuple(getattr(violation, "rules", ()))
            return Answer(cell, index, trial, caller, exchange, str(violation), broken)
        allowed = wanted(cell, trial, aim)
        wrong = "" if allowed.allows(exchange) else f"got {_shown(exchange)}, should get {allowed}"
        if not wrong and exchange.status == 200:
            wrong = trial.check(scene, caller, exchange.body)
        return Answer(cell, index, trial, caller, exchange, wrong)

    def _difference(self, before: State, aim: Aim) -> str:
        """What is different now, in words; "" if nothing. What is new is taken away with the scenario."""
        after = self._trial.read(self._scene, aim)
        for kind, what in after.keys() - before.keys():
            self._scene.take_away(kind, what)
        changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        return "; ".join(
            f"{kind} {what}: {before.get((kind, what), 'absent')} became {after.get((kind, what), 'absent')}"
            for kind, what in changed
        )


def _note(world: World, tried: Tried) -> None:
    """Say what was found right, for the coverage of the contract."""
    row = tried.task.row
    deviating = {(answer.trial.name, answer.cell.column) for answer in tried.answers if answer.wrong}
    deviating |= {
        (change.trial.name, answer.cell.column) for change in tried.changes for answer in change.refused
    }
    for answer in tried.answers:
        if not answer.wrong:
            answer.exchange.kept.extend((row, *_rules(answer)))
    for name, column in {(answer.trial.name, answer.cell.column): None for answer in tried.answers}:
        if (name, column) not in deviating:
            world.run.note_cell(row, name, column)


def _rules(answer: Answer) -> tuple[str, ...]:
    """The rules beside the row's that an answer keeps or breaks."""
    cell, trial = answer.cell, answer.trial
    if is_wrong_class(cell.column, trial.operation):
        own = trial.rules.get("P", "") if cell.code == "P" else ""
        found = [trial.alias, own, "A-4", "PM-52" if cell.column == "key" and cell.code in ("J", "A") else ""]
    else:
        found = [trial.alias, trial.rules.get(cell.column, trial.rules.get(cell.code, ""))]
        if cell.code == "200":
            needs_no_grant = cell.column in ("no grant", "admin LT", "key")
            found += [trial.operation.rule, "PM-51" if needs_no_grant else ""]
        elif cell.code in ("J", "A", "U") and not cell.assumed:
            found.append(_OF_CREDENTIALS.get(cell.column, ""))
    return tuple(rule for rule in found if rule) or (trial.operation.rule,)


def _told(wrong: Sequence[Answer]) -> list[str]:
    """A line for all who got the same from the same operation."""
    together: dict[tuple[str, str], list[str]] = {}
    for answer in wrong:
        together.setdefault((str(answer.trial.operation), answer.wrong), []).append(
            answer.caller.persona.name
        )
    return [f"{operation}: {problem}, as {', '.join(who)}" for (operation, problem), who in together.items()]


def _told_change(change: Change) -> str:
    who = " or ".join(answer.caller.persona.name for answer in change.refused)
    return f"{change.trial.operation}: refused, and yet {change.difference}, as {who}"


def _shown(exchange: Exchange) -> str:
    return "200" if exchange.status == 200 else f"{exchange.status} {told_by(exchange)!r}"
