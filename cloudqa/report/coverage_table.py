"""A run's coverage on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cloudqa.record.coverage_callers import KINDS
from cloudqa.record.coverage_required import FILE, Held, State
from cloudqa.report.coverage_view import Answer, AnswerRow, MatrixLine, Tally, View
from steps.api.personas import COLUMNS

# A letter for each kind of caller: a capital one where an answer to them was asserted.
LETTERS = dict(zip(KINDS, "ngjelak", strict=True))
SHORT_COLUMNS = {
    "garbled": "garb",
    "expired": "exp",
    "revoked": "rev",
    "own JT": "oJT",
    "other JT": "xJT",
    "own LT": "oLT",
    "other LT": "xLT",
    "admin LT": "adm",
    "inactive": "inac",
    "no grant": "nogr",
    "explorer": "expl",
}
STYLES = {State.ASSERTED: "green", State.MET: "yellow", State.UNMET: "red"}
NOT_MET = "·"
# What a column of statuses and the column of names take, with the space around them.
STATUS_WIDTH, NAME_WIDTH = 9, 15
# A path that is cut shorter than this says nothing.
SHORTEST_PATH = 16


def print_view(view: View, console: Console) -> None:
    """Print everything that is known of the coverage."""
    console.print(_headline(view))
    console.print(_answers(view, console.width))
    console.print(_legend())
    console.print(_matrix(view.matrix))
    console.print(_rules(view))
    console.print(_summary(view))


def _headline(view: View) -> RenderableType:
    run = view.run
    line = Text(f"Run {run.run_id} on {run.target}, {run.began:%Y-%m-%d %H:%M}Z, {run.verdict}", style="bold")
    skips = [f"{number} skipped {reason}" for reason, number in run.skipped.items()]
    return Group(line, *map(Text, skips), Text())


def _answers(view: View, width: int) -> Table:
    table = _table("Answers, by operation and status")
    table.add_column("operation", no_wrap=True)
    room = width - NAME_WIDTH - STATUS_WIDTH * len(view.statuses)
    with_path = room >= SHORTEST_PATH
    if with_path:
        table.add_column("", no_wrap=True)
    for status in view.statuses:
        table.add_column(str(status), no_wrap=True, min_width=len(KINDS) + 1)
    for row in view.answers:
        path = [Text(_cut(f"{row.method} {row.path}".strip(), room - 2))] if with_path else []
        table.add_row(row.name, *path, *(_letters(row, status) for status in view.statuses))
    return table


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=0)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _letters(row: AnswerRow, status: int) -> Text:
    answer = row.answers.get(status)
    if answer is None:
        return Text()
    if answer.reason and not answer.callers:
        return Text("reason", style="dim")
    if answer.is_lost and not answer.callers:
        return Text("not met", style="red")
    return Text("").join(_letter(answer, kind) for kind in KINDS)


def _letter(answer: Answer, kind: str) -> Text:
    state = answer.callers.get(kind)
    if state is None:
        return Text(NOT_MET, style="dim")
    letter = LETTERS[kind]
    style = "yellow reverse" if answer.is_lost else STYLES[state] if state is State.ASSERTED else "dim"
    return Text(letter.upper() if state is State.ASSERTED else letter, style=style)


def _legend() -> RenderableType:
    letters = ", ".join(f"{letter} {kind}" for kind, letter in LETTERS.items())
    text = (
        f"Who calls: {letters}. A capital letter: an expectation judged the answer; a small one: it was "
        f"merely met. `reason`: {FILE} says why not."
    )
    return Padding(Text(text, style="dim"), (0, 0, 1, 1))


def _matrix(lines: Sequence[MatrixLine]) -> Table:
    table = _table("The permission matrix")
    table.add_column("row", no_wrap=True)
    table.add_column("operation", no_wrap=True)
    for column in COLUMNS:
        table.add_column(SHORT_COLUMNS.get(column, column), no_wrap=True, justify="center")
    for line in lines:
        table.add_row(line.row, line.operation, *(_mark(line.cells[column]) for column in COLUMNS))
    table.caption = "+ asserted, x not asserted, r with a reason; blank: not tried"
    table.caption_justify = "left"
    return table


def _mark(held: Held | None) -> Text:
    if held is None:
        return Text()
    if held.state is State.ASSERTED:
        return Text("+", style="green")
    return Text("x", style="red") if held.is_lost else Text("r", style="dim")


def _rules(view: View) -> RenderableType:
    lines: list[Text] = [Text("Rules without a scenario", style="italic")]
    for held in view.lost_rules:
        sentence = view.sentences.get(held.name, "")
        lines.append(Text(f" {held.name}  {sentence}", style="red", no_wrap=True, overflow="ellipsis"))
    for reason, rules in view.excused_rules.items():
        lines.append(Text(f" {_shortened(rules)}: {reason}", style="dim"))
    if len(lines) == 1:
        lines.append(Text(" none"))
    lines += [Text(), Text("Rules that are asserted but for a part", style="italic")] if view.in_part else []
    lines += [Text(f" {rule}: {reason}", style="dim") for rule, reason in view.in_part.items()]
    return Group(*lines, Text())


def _shortened(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every) if len(every) <= 6 else f"{', '.join(every[:3])} … {every[-1]} ({len(every)})"


def _summary(view: View) -> RenderableType:
    lines = [
        _tally("Answers asserted", view.answers_tally, "merely met"),
        _tally("Cells of the matrix asserted", view.matrix_tally, "merely met"),
        _tally("Rules with a scenario", view.rules_tally, ""),
    ]
    for held in view.overtaken:
        lines.append(
            Text(f"{held.name} is asserted, though {FILE} says: {held.reason} Take it out.", "yellow")
        )
    return Group(*lines)


def _tally(what: str, tally: Tally, met: str) -> Text:
    words = [f"{tally.asserted} of {tally.total}"]
    words += [f"{tally.met} {met}"] if tally.met else []
    words += [f"{tally.unmet} lacking"] if tally.unmet else []
    words += [f"{tally.excused} with a reason"] if tally.excused else []
    return Text(f"{what}: {', '.join(words)}", style="red" if tally.lost else "bold green")
