"""What a reader sees of a run's coverage, on the terminal and on the page."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from rich.console import Console

from cloudqa.record.coverage_record import CellRecord, MatrixRecord, Record, RunRecord
from cloudqa.record.coverage_required import Required
from cloudqa.report.coverage_page import page_of
from cloudqa.report.coverage_table import print_view
from cloudqa.report.coverage_view import Tally, View, view_of

RUN = RunRecord(
    run_id="3f9c21ab",
    began=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    ended=datetime(2026, 1, 2, 3, 5, 5, tzinfo=UTC),
    target="https://cloud.example/<script>",
    embedded=False,
    verdict="passed",
    scenarios=40,
    skipped={"because it touches admins": 3},
)
SCENARIOS = tuple(f"@QC-{number}" for number in range(100, 120))
RECORD = Record(
    run=RUN,
    cells=(
        CellRecord(
            operation="JB-1", status=200, caller="JT", met=30, scenarios=SCENARIOS, rules=("JB-1", "JB-1.5")
        ),
        CellRecord(operation="JB-1", status=200, caller="explorer", met=1),
        CellRecord(operation="JB-1", status=403, caller="LT", met=2),
        CellRecord(operation="JB-2", status=404, caller="JT", met=1, scenarios=("@QC-1",)),
        CellRecord(operation="no operation", status=405, caller="none", met=9, scenarios=("@QC-1",)),
    ),
    matrix=(MatrixRecord(row="PM-4", operation="JB-1", column="none", scenarios=("@QC-9",)),),
    rules={"JB-1": ("@QC-1",), "JB-2": (), "OL-1": (), "OL-2": ()},
    sentences={"JB-2": "GET it & <see>.", "OL-1": "One.", "OL-2": "Two."},
)
REQUIRED = Required.model_validate(
    {
        "answers": {"JB-1": [200, 403, 404], "JB-2": [404, 422], "JB-7": [200]},
        "no-answer": {"JB-2 4*": "No body, no 422.", "JB-7 200": "It is away."},
        "matrix": {"PM-4": {"operations": ["JB-1"], "not-tried": ["key"]}},
        "no-cell": {"PM-4 JB-1 explorer": "Nobody explores."},
        "no-scenario": {"OL-*": "Tests hold it."},
        "only-in-part": {"JB-1": "It takes <ten> days."},
    }
)


@pytest.fixture
def view() -> View:
    return view_of(RECORD, REQUIRED)


@pytest.fixture
def page(view: View) -> str:
    return page_of(view)


def printed(view: View, width: int = 120) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    print_view(view, console)
    return console.export_text()


def line(text: str, beginning: str) -> str:
    return next(one.strip() for one in text.splitlines() if one.strip().startswith(beginning))


class TestView:
    def test_tallies_tell_what_lacks(self, view: View) -> None:
        assert view.answers_tally == Tally(asserted=2, met=1, unmet=1, excused=2)
        assert view.matrix_tally == Tally(asserted=1, met=0, unmet=10, excused=1)
        assert view.rules_tally == Tally(asserted=1, met=0, unmet=1, excused=2)
        assert (view.answers_tally.total, view.answers_tally.lost) == (6, 2)

    def test_reason_that_was_refuted_is_shown(self, view: View) -> None:
        assert [held.name for held in view.overtaken] == ["JB-2 404"]

    def test_every_operation_has_a_row(self, view: View) -> None:
        names = [row.name for row in view.answers]
        assert len(names) == len(set(names))
        assert {"SV-1", "AK-2 GET", "AK-2 POST", "WK-2", "no operation"} <= set(names)
        assert view.statuses == [200, 400, 401, 403, 404, 422, 405]


class TestTerminal:
    def test_table_tells_who_was_judged_and_who_was_met(self, view: View) -> None:
        text = printed(view)
        row = line(text, "JB-1 ")
        assert row.split() == ["JB-1", "POST", "/api/jobs", "··Je···", "····l··", "not", "met"]
        assert line(text, "JB-7 ").split()[-1] == "reason"
        assert line(text, "no operation").split()[-1] == "N······"

    @pytest.mark.parametrize("width", [80, 100, 120, 200])
    def test_nothing_is_cut_in_any_width(self, view: View, width: int) -> None:
        text = printed(view, width)
        assert "··Je···" in line(text, "JB-1 ")
        assert max(map(len, text.splitlines())) <= width
        assert line(text, "PM-4 ").split()[:5] == ["PM-4", "JB-1", "+", "x", "x"]

    def test_path_is_left_out_where_there_is_no_room(self, view: View) -> None:
        assert "/api/jobs" not in line(printed(view, 80), "JB-1 ")

    def test_matrix_tells_reasons_and_what_is_not_tried(self, view: View) -> None:
        assert line(printed(view), "PM-4 ").split() == ["PM-4", "JB-1", "+", *"xxxxxxxxxx", "r"]

    def test_rules_without_a_scenario_are_cited(self, view: View) -> None:
        text = printed(view)
        assert "\n JB-2  GET it & <see>.\n" in text
        assert "OL-1, OL-2: Tests hold it." in text
        assert "JB-1: It takes <ten> days." in text

    def test_end_sums_it_up(self, view: View) -> None:
        text = printed(view)
        assert "Answers asserted: 2 of 6, 1 merely met, 1 lacking, 2 with a reason" in text
        assert "JB-2 404 is asserted, though coverage.toml says: No body, no 422. Take it out." in text
        assert "3 skipped because it touches admins" in text


class Reader(HTMLParser):
    """Reads a page: what it loads, and whether every element is closed."""

    EMPTY = frozenset({"meta", "input", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loaded: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe"):
            self.loaded.append(tag)
        self.loaded += [value or "" for name, value in attributes if name in ("src", "href", "srcset")]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


class TestPage:
    def test_page_needs_nothing_but_itself(self, page: str) -> None:
        reader = Reader()
        reader.feed(page)
        assert (reader.loaded, reader.wrong, reader.open) == ([], [], [])
        assert not re.search(r"@import|url\(", page)

    def test_page_follows_the_reader(self, page: str) -> None:
        assert "prefers-color-scheme: dark" in page
        assert 'name="viewport"' in page
        assert "@media (max-width" in page

    def test_text_of_others_is_no_markup(self, page: str) -> None:
        assert "<script" not in page
        assert "cloud.example/&lt;script&gt;" in page
        assert "GET it &amp; &lt;see&gt;." in page

    def test_cell_tells_its_scenarios_and_rules(self, page: str) -> None:
        assert f"Asserted in {', '.join(SCENARIOS[:12])} and 8 more." in page
        assert "For JB-1, JB-1.5." in page
        assert "Met 31 times." in page

    def test_what_lacks_stands_out(self, page: str) -> None:
        rows = dict(re.findall(r'<tr class="(?:whole|lacks)"><th><b>([^<]+)</b>(.*?)</tr>', page))
        assert rows["JB-1"].count('<td class="lost"') == 2
        assert '<td class="excused"' in rows["JB-7"]
        assert 'title="JT: asserted">J<' in rows["JB-1"]
        assert 'title="explorer: merely met">e<' in rows["JB-1"]
        assert 'title="explorer: Nobody explores.">r<' in rows["PM-4"]
        assert '<tr class="lacks"><th><b>JB-1</b>' in page
        assert '<tr class="whole"><th><b>JB-2</b>' in page

    def test_every_rule_is_listed(self, page: str) -> None:
        assert "<tr><th>JB-1</th><td>@QC-1</td></tr>" in page
        assert "<tr><th>OL-1</th><td>Tests hold it.</td></tr>" in page
        assert "<b>JB-1</b> It takes &lt;ten&gt; days." in page
