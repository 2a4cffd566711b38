"""A merged run as a page: one HTML file, which needs no network and no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from cloudqa.merge.comparing import Comparison
from cloudqa.merge.view import TITLES, View, scenarios
from cloudqa.report.own_page import page_with
from cloudqa.report.run_record import Outcome, ScenarioRecord
from cloudqa.report.verdicts import Kind

# From here on a run is told to have been slow as a whole.
SLOW_PACE = 1.2


def page_of(view: View) -> str:
    """The page as text."""
    return page_with(
        f"{view.headline}: {view.run.target}",
        Path(__file__).with_suffix(".css"),
        [
            *_header(view),
            *_tiles(view),
            "<main>",
            *_problems(view),
            *_news(view),
            *_failures(view),
            *_known(view),
            *_skips(view),
            *_every(view),
            "</main>",
        ],
    )


def _header(view: View) -> Iterator[str]:
    run = view.run
    verdict = "failed" if run.failed else "passed"
    facts = [
        f"on {run.target}",
        f"{run.began:%Y-%m-%d %H:%M}Z" + (f" to {run.ended:%H:%M}Z" if run.ended else ""),
        f"commit {run.commit[:10]}" if run.commit else "",
        f"run {run.run_id}",
    ]
    yield f'<header class="{verdict}"><h1>{escape(view.headline)}</h1>'
    yield f"<p>{escape(' · '.join(filter(None, facts)))}</p></header>"


def _tiles(view: View) -> Iterator[str]:
    yield '<ul class="tiles">'
    for one in view.verdicts:
        if one.number or one.title != TITLES[Kind.INTERRUPTED]:
            yield _tile(one.title, one.number, "bad", f"{one.new} new" if one.new else "")
    if view.run.problems:
        yield _tile("Problems of the run itself", len(view.run.problems), "bad")
    yield _tile("Known failures", view.counts[Outcome.KNOWN], "known")
    yield _tile("Passed", view.counts[Outcome.PASSED], "good")
    yield _tile("Skipped", view.counts[Outcome.SKIPPED], "quiet")
    if view.counts[Outcome.NOT_RUN]:
        yield _tile("Not run", view.counts[Outcome.NOT_RUN], "bad")
    yield "</ul>"


def _tile(title: str, number: int, kind: str, more: str = "") -> str:
    note = f" <em>{more}</em>" if more else ""
    return f'<li class="{kind if number else "none"}"><b>{number}</b>{note}<span>{escape(title)}</span></li>'


def _problems(view: View) -> Iterator[str]:
    if view.run.problems:
        yield "<section><h2>Problems of the run itself</h2>"
        yield from (f'<p class="problem">{escape(one)}</p>' for one in view.run.problems)
        yield "</section>"


def _news(view: View) -> Iterator[str]:
    if view.comparison is None:
        return
    before = view.comparison.before
    yield f"<section><h2>Since the run of {before.began:%Y-%m-%d %H:%M}Z</h2>"
    if before.chosen != view.run.chosen:
        yield f'<p class="note">It selected otherwise: {escape(before.chosen or "everything")}.</p>'
    if view.comparison.pace >= SLOW_PACE:
        pace = f"Scenarios took {view.comparison.pace:.1f} times as long as then, most of them."
        yield f'<p class="note">{pace} Slower by half is what exceeds that.</p>'
    yield '<dl class="news">'
    yield from _lists(view.comparison)
    yield "</dl></section>"


def _lists(comparison: Comparison) -> Iterator[str]:
    seconds = comparison.seconds_before
    yield _list("Newly failing", "bad", map(_name, comparison.newly_failing), is_open=True)
    yield _list("Still failing", "bad", map(_name, comparison.still_failing))
    yield _list("Fixed", "good", map(_name, comparison.fixed), is_open=True)
    slower = (f"{_name(one)} ({seconds[one.id]:.1f} → {one.seconds:.1f} s)" for one in comparison.slower)
    yield _list("Slower by half", "known", slower)
    yield _list("New scenarios", "quiet", map(_name, comparison.new))
    yield _list("Gone", "quiet", map(_name, comparison.gone))


def _list(title: str, kind: str, names: Iterable[str], *, is_open: bool = False) -> str:
    every = list(names)
    if not every:
        return f'<dt class="none">{title}</dt><dd class="none">none</dd>'
    lines = "".join(f"<li>{escape(name)}</li>" for name in every)
    # A list that is longer than a glance opens when it is asked for.
    shown = " open" if is_open and len(every) <= 12 else ""
    folded = f"<details{shown}><summary>{len(every)}</summary><ul>{lines}</ul></details>"
    return f'<dt class="{kind}">{title}</dt><dd>{folded}</dd>'


def _failures(view: View) -> Iterator[str]:
    if not view.failures:
        return
    yield "<section><h2>Failures</h2>"
    for one in view.failures:
        yield _failure(view, one)
    yield "</section>"


def _failure(view: View, one: ScenarioRecord) -> str:
    new = '<em class="new">new</em> ' if view.is_new(one) else ""
    rules = "".join(f"<i>{escape(rule)}</i>" for rule in one.rules)
    title = TITLES[one.kind or Kind.SUITE]
    head = f"<b>{escape(one.id)}</b> {escape(one.name)} {new}<span>{escape(title)}</span> {rules}"
    more = f"<pre>{escape(one.explanation)}</pre>" if one.explanation else ""
    place = f'<p class="place">{escape(one.place)}, {one.seconds:.1f} s</p>'
    line = f"<p>{escape(one.failure)}</p>"
    return f'<details class="failure"><summary>{head}{line}</summary>{place}{more}</details>'


def _known(view: View) -> Iterator[str]:
    if not view.known:
        return
    yield "<section><h2>Known failures</h2>"
    for one in view.known:
        yield f'<details class="failure known"><summary><b>{escape(one.id)}</b> {escape(one.name)}'
        if one.known is not None:
            why = f": {escape(one.known.why)}" if one.known.why else ""
            yield f"<p>{_link(one.known.link)}, until {one.known.until}{why}</p>"
        yield f'</summary><p class="place">{escape(one.place)}</p><p>{escape(one.failure)}</p>'
        yield f"<pre>{escape(one.explanation)}</pre></details>"
    yield "</section>"


def _link(link: str) -> str:
    if link.startswith(("https://", "http://")):
        return f'<a href="{escape(link)}">{escape(link)}</a>'
    return escape(link)


def _skips(view: View) -> Iterator[str]:
    skips = view.skips()
    if skips:
        yield "<section><h2>Skipped</h2><ul>"
        yield from (f"<li>{scenarios(n)} {escape(reason)}</li>" for reason, n in skips.most_common())
        yield "</ul></section>"


def _every(view: View) -> Iterator[str]:
    before = view.comparison.seconds_before if view.comparison is not None else {}
    yield f"<section><details><summary>All {scenarios(len(view.run.scenarios))}</summary>"
    yield '<table><thead><tr><th>Scenario</th><th>Outcome</th><th class="number">Seconds</th>'
    yield '<th class="number">Before</th><th>Place</th></tr></thead><tbody>'
    for one in view.run.scenarios:
        earlier = f"{before[one.id]:.2f}" if one.id in before else ""
        yield f'<tr class="{one.outcome.value.replace(" ", "-")}"><th><b>{escape(one.id)}</b> '
        yield f"{escape(one.name)}</th><td>{one.outcome}</td>"
        yield f'<td class="number">{one.seconds:.2f}</td><td class="number">{earlier}</td>'
        yield f"<td>{escape(one.place)}</td></tr>"
    yield "</tbody></table></details></section>"


def _name(one: ScenarioRecord) -> str:
    return f"{one.id} {one.name}"
