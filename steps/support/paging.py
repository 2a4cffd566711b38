"""Lists that others change while they are read page by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_Page = list[dict[str, Any]]

# Beside a parallel run a list may change between two reads; it does not do so every time.
_TRIES = 10
_WHOLE = 10_000


def whole_and_pages(read_page: Callable[[int, int], _Page], limit: int) -> tuple[_Page, list[_Page]]:
    """A list read at once and read in pages of `limit`, at a time when nobody changed it.

    `read_page` takes a limit and an offset. Where the list never rests the last try is returned.
    """
    whole: _Page = []
    pages: list[_Page] = []
    for _ in range(_TRIES):
        whole = read_page(_WHOLE, 0)
        pages = []
        for offset in range(0, len(whole) + limit, limit):
            pages.append(read_page(limit, offset))
        if read_page(_WHOLE, 0) == whole:
            break
    return whole, pages
