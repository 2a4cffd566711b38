"""A run's coverage as a page: one HTML file, which needs no network and no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from cloudqa.record.coverage_callers import KINDS
from cloudqa.record.coverage_required import FILE, Held, State
from cloudqa.report.coverage_table import LETTERS
from cloudqa.report.coverage_view import Answer, AnswerRow, MatrixLine, Tally, View
from cloudqa.report.own_page import page_with
from steps.api.personas import COLUMNS

# More names than this tell no more.
SHOWN = 12
_CLASSES = {State.ASSERTED: "asserted", State.MET: "met", State.UNMET: "unmet"}


def page_of(view: View) -> str:
    """The page as text."""
    return page_with(
        f"Coverage of the contract: run {view.run.run_id}",
        Path(__file__).with_suffix(".css"),
        [
            *_header(view),
            '<input type="checkbox" id="lacking"><label for="lacking">Only what lacks</label>',
            "<main>",
            *_answers(view),
            *_matrix(view),
            *_rules(view),
            "</main>",
        ],
    )


def _header(view: View) -> Iterator[str]:
    run = view.run
    yield f'<header class="{run.verdict}"><h1>Coverage of the contract: run {escape(run.run_id)}'
    yield f" on {escape(run.target)}</h1></header>"
    yield '<div class="summary"><ul>'
    yield _tally("Answers asserted", view.answers_tally)
    yield _tally("Cells of the matrix asserted", view.matrix_tally)
    yield _tally("Rules with a scenario", view.rules_tally)
    yield f"</ul><ul><li>Started: {run.began:%Y-%m-%d %H:%M:%S}Z</li>"
    yield f"<li>Scenarios: {run.scenarios}</li><li>Verdict: {run.verdict}</li>"
    for reason, number in run.skipped.items():
        yield f"<li>{number} skipped {escape(reason)}</li>"
    yield "</ul></div>"
    for held in view.overtaken:
        sentence = f"{held.name} is asserted, though {FILE} says: {held.reason}"
        yield f'<p class="note">{escape(sentence)}</p>'


def _tally(what: str, tally: Tally) -> str:
    words = [f"{tally.asserted} of {tally.total}"]
    words += [f"{tally.met} merely met"] if tally.met else []
    words += [f"{tally.unmet} lacking"] if tally.unmet else []
    words += [f"{tally.excused} with a reason"] if tally.excused else []
    return f'<li class="{"failed" if tally.lost else "passed"}">{what}: {", ".join(words)}</li>'


def _answers(view: View) -> Iterator[str]:
    yield "<section><h2>Answers, by operation, status and caller</h2>"
    letters = (f"<i class='asserted'>{LETTERS[kind].upper()}</i> {kind}" for kind in KINDS)
    yield f'<p class="legend"><b>Who calls:</b> {", ".join(letters)}.'
    yield "<i class='asserted'>J</i> an expectation judged the answer,"
    yield "<i class='met'>j</i> it was merely met."
    yield "Who is not there was not met. Open a cell to see by which scenarios and for which rules.</p>"
    yield '<table class="answers"><thead><tr><th>Operation</th>'
    yield "".join(f"<th>{status}</th>" for status in view.statuses)
    yield "</tr></thead><tbody>"
    for row in view.answers:
        yield _answer_row(row, view.statuses)
    yield "</tbody></table></section>"


def _answer_row(row: AnswerRow, statuses: Iterable[int]) -> str:
    route = f"{row.method} {row.path}".strip()
    cells = "".join(_answer_cell(row, status) for status in statuses)
    kind = "whole" if row.is_whole else "lacks"
    return f'<tr class="{kind}"><th><b>{row.name}</b> <span>{escape(route)}</span></th>{cells}</tr>'


def _answer_cell(row: AnswerRow, status: int) -> str:
    answer = row.answers.get(status)
    if answer is None:
        return '<td class="none"></td>'
    chips = "".join(_chip(answer, kind) for kind in KINDS if kind in answer.callers)
    detail = "".join(f"<p>{line}</p>" for line in _detail(answer))
    name = "lost" if answer.is_lost else "excused" if answer.reason else "held"
    shown = chips or ("with a reason" if answer.reason else "not met")
    cell = f'<details><summary>{shown}</summary><div class="detail">{detail}</div></details>'
    return f'<td class="{name}" data-label="{status}">{cell}</td>'


def _chip(answer: Answer, kind: str) -> str:
    state = answer.callers[kind]
    letter = LETTERS[kind].upper() if state is State.ASSERTED else LETTERS[kind]
    words = "asserted" if state is State.ASSERTED else "merely met"
    return f'<i class="{_CLASSES[state]}" title="{kind}: {words}">{letter}</i>'


def _detail(answer: Answer) -> Iterator[str]:
    if answer.reason:
        yield escape(answer.reason)
    if answer.is_lost:
        yield f"No expectation judged it. Write the scenario, or give the reason in {FILE}."
    if answer.met:
        yield f"Met {answer.met} {'time' if answer.met == 1 else 'times'}."
    if answer.scenarios:
        yield f"Asserted in {_listed(answer.scenarios)}."
    if answer.rules:
        yield f"For {_listed(answer.rules)}."


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    shown = ", ".join(map(escape, every[:SHOWN]))
    return shown if len(every) <= SHOWN else f"{shown} and {len(every) - SHOWN} more"


def _matrix(view: View) -> Iterator[str]:
    yield "<section><h2>The permission matrix</h2>"
    yield '<p class="legend"><i class="asserted">✓</i> asserted, <i class="unmet">✗</i> not asserted,'
    yield '<i class="excused">r</i> not asserted, with a reason; blank: not tried.</p>'
    yield '<table class="matrix"><thead><tr><th>Row</th>'
    yield "".join(f"<th>{column}</th>" for column in COLUMNS)
    yield "</tr></thead><tbody>"
    for line in view.matrix:
        yield _matrix_line(line)
    yield "</tbody></table></section>"


def _matrix_line(line: MatrixLine) -> str:
    cells = "".join(_matrix_cell(column, line.cells[column]) for column in COLUMNS)
    kind = "whole" if line.is_whole else "lacks"
    return f'<tr class="{kind}"><th><b>{line.row}</b> <span>{line.operation}</span></th>{cells}</tr>'


def _matrix_cell(column: str, held: Held | None) -> str:
    if held is None:
        return '<td class="none"></td>'
    if held.state is State.ASSERTED:
        name, sign, words = "asserted", "✓", f"asserted in {', '.join(held.scenarios)}"
    elif held.reason:
        name, sign, words = "excused", "r", held.reason
    else:
        name, sign, words = "unmet", "✗", "not asserted"
    chip = f'<i class="{name}" title="{escape(f"{column}: {words}")}">{sign}</i>'
    return f'<td data-label="{column}">{chip}</td>'


def _rules(view: View) -> Iterator[str]:
    lost = view.lost_rules
    yield "<section><h2>Rules without a scenario</h2>"
    if not lost:
        yield "<p>None that should have one.</p>"
    for held in lost:
        sentence = escape(view.sentences.get(held.name, ""))
        yield f'<p class="rule lost"><b>{held.name}</b> {sentence}</p>'
    for reason, rules in view.excused_rules.items():
        yield _excuse(", ".join(rules), reason)
    if view.in_part:
        yield '<h2 class="whole">Rules that are asserted but for a part</h2>'
    for rule, reason in view.in_part.items():
        yield _excuse(rule, reason)
    yield '<details class="whole"><summary>Every rule and its scenarios</summary><table class="every">'
    for held in view.rules:
        shown = _listed(held.scenarios) or escape(held.reason) or "none"
        yield f"<tr><th>{held.name}</th><td>{shown}</td></tr>"
    yield "</table></details></section>"


def _excuse(rules: str, reason: str) -> str:
    return f'<p class="rule excused whole"><b>{escape(rules)}</b> {escape(reason)}</p>'
