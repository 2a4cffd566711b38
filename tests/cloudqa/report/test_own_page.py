"""Pages that the suite writes itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudqa.errors import CannotRun
from cloudqa.report.own_page import page_with, write_page


def test_a_page_has_its_own_style_after_that_of_all(tmp_path: Path) -> None:
    style = tmp_path / "style.css"
    style.write_text("h1 { color: red; }")
    page = page_with("One < two", style, ["<h1>One</h1>"])
    assert "<title>One &lt; two</title>" in page
    assert page.index("body {") < page.index("color: red")
    assert page.endswith("</style></head><body>\n<h1>One</h1>\n</body></html>\n")


def test_a_page_needs_no_network(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("")
    page = page_with("One", tmp_path / "style.css", [])
    assert not any(outside in page for outside in ("http:", "https:", "url(", "@import", "<script", "<link"))


def test_a_page_is_written_into_a_new_folder(tmp_path: Path) -> None:
    write_page("<p>é</p>", tmp_path / "new" / "page.html")
    assert (tmp_path / "new" / "page.html").read_text(encoding="utf-8") == "<p>é</p>"


def test_a_page_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotRun, match="page cannot be written to"):
        write_page("", tmp_path / "file" / "page.html")
