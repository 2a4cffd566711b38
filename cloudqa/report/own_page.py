"""What the pages that the suite writes itself have in common: each is one file, without network or script."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from cloudqa.errors import CannotRun
from cloudqa.whole_files import write_whole

_HERE = Path(__file__).parent
_STYLES = (_HERE / "colours.css", _HERE / "own_page.css")


def page_with(title: str, style: Path, body: Iterable[str]) -> str:
    """A page of this title, whose own style comes after that of all; `body` are its lines of HTML."""
    styles = "".join(file.read_text(encoding="utf-8") for file in (*_STYLES, style))
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f"<style>{styles}</style></head><body>",
        *body,
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def write_page(page: str, path: Path) -> None:
    """Write the page. Raises CannotRun where that fails."""
    try:
        write_whole(path, page)
    except OSError as error:
        raise CannotRun(f"The page cannot be written to {path}: {error.strerror}.") from None
