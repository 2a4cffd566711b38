"""Finds secrets in text, whatever form they took on their way, and in the files that a run wrote."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

# Shorter values, and words of small letters alone that are not much longer, stand in ordinary text too: who
# looked for them would tear it apart.
SHORTEST = 8
SHORTEST_WORD = 16

# What a text ends with that was cut, perhaps in the middle of a secret.
CUT = "…"
LONGEST_CUT = 2000

# Half of the shortest secret: wherever one stands, a piece of it begins at a multiple of this.
PIECE = SHORTEST // 2


def is_distinctive(secret: str) -> bool:
    """Whether a secret can be told from ordinary text.

    It takes 8 characters; 16 where they are small letters alone.
    """
    needed = SHORTEST_WORD if re.fullmatch("[a-z]*", secret) else SHORTEST
    return len(secret) >= needed


@dataclass(frozen=True)
class Found:
    """A secret in a text, from `begin` to `end`, and the stand-in that it has."""

    begin: int
    end: int
    stand_in: str


class SecretIndex:
    """Distinctive secrets in all their forms, found in one pass over a text.

    The forms: plain; URL-encoded; escaped for JSON, Python or a shell; each of these escaped for HTML or XML;
    and in base64, also as a part of something longer.

    A pass looks up every fourth piece of four characters, so that it takes no longer however many secrets
    there are. Of each form four pieces are known, one of which must be met. They are its last ones: tokens of
    a kind often begin alike.
    """

    def __init__(self) -> None:
        self._by_piece: dict[str, list[tuple[int, str, str]]] = {}
        self._by_begin: dict[str, list[tuple[str, str]]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_begin)

    def add(self, secret: str, stand_in: str) -> None:
        """From now on find this secret too."""
        for form in forms_of(secret):
            self._by_begin.setdefault(form[:SHORTEST], []).append((form, stand_in))
            for offset in range(len(form) - 2 * PIECE + 1, len(form) - PIECE + 1):
                piece = form[offset : offset + PIECE]
                self._by_piece.setdefault(piece, []).append((offset, form, stand_in))

    def find(self, text: str) -> list[Found]:
        """The secrets in a text, from left to right, the longest where several overlap."""
        found = sorted([*self._whole(text), *self._cut(text)], key=lambda one: (one.begin, -one.end))
        apart: list[Found] = []
        for one in found:
            if not apart or one.begin >= apart[-1].end:
                apart.append(one)
        return apart

    def _whole(self, text: str) -> Iterator[Found]:
        known = self._by_piece
        for at in [at for at in range(0, len(text), PIECE) if text[at : at + PIECE] in known]:
            for offset, form, stand_in in known[text[at : at + PIECE]]:
                begin = at - offset
                if begin >= 0 and text.startswith(form, begin):
                    yield Found(begin, begin + len(form), stand_in)

    def _cut(self, text: str) -> Iterator[Found]:
        """Secrets of which only the beginning is there, because the text was cut behind it."""
        for cut in re.finditer(CUT, text):
            for at in range(max(0, cut.start() - LONGEST_CUT), cut.start() - SHORTEST + 1):
                for form, stand_in in self._by_begin.get(text[at : at + SHORTEST], ()):
                    if form.startswith(text[at : cut.start()]):
                        yield Found(at, cut.start(), stand_in)


@dataclass(frozen=True)
class Leak:
    """A place where a secret stands in clear: a file or the console, and the stand-ins of what was found."""

    place: str
    stand_ins: tuple[str, ...]

    def __str__(self) -> str:
        found = ", ".join(self.stand_ins[:3]) + (" and more" if len(self.stand_ins) > 3 else "")
        number = len(self.stand_ins)
        return (
            f"{self.place} holds {number} {'secret' if number == 1 else 'secrets'} in clear, "
            f"shown elsewhere as {found}: do not pass it on."
        )


def search_text(index: SecretIndex, place: str, text: str) -> Iterator[Leak]:
    """The leak of a text, if it is one; `place` says where the text stands."""
    if stand_ins := tuple(dict.fromkeys(found.stand_in for found in index.find(text))):
        yield Leak(place, stand_ins)


def search_files(index: SecretIndex, paths: Iterable[Path], *, since: float = 0.0) -> Iterator[Leak]:
    """The leaks in files, and in all files below folders, that were written after `since`.

    What is not there or cannot be read is passed over.
    """
    for file in dict.fromkeys(file for path in paths for file in _files(path)):
        try:
            if file.stat().st_mtime < since:
                continue
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        yield from search_text(index, str(file), text)


def _files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def forms_of(secret: str) -> set[str]:
    """Every form in which a secret could stand in a text."""
    written = {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        secret.replace("'", "'\"'\"'"),
    }
    written |= {re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), form) for form in written}
    return {markup for form in written for markup in _markup(form)} | set(_base64_forms(secret.encode()))


def _markup(form: str) -> Iterator[str]:
    yield form
    if set(form) & set("&<>\"'"):
        text = html.escape(form, quote=False)
        yield text
        for apostrophe in ("'", "&#x27;", "&#39;", "&apos;"):
            yield text.replace('"', "&quot;").replace("'", apostrophe)


def _base64_forms(secret: bytes) -> Iterator[str]:
    """What of its base64 stays the same whatever surrounds it: it begins at one of three offsets."""
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + secret)
        first = -(-offset * 8 // 6)
        last = (offset + len(secret)) * 8 // 6
        core = encoded[first:last].decode()
        yield core
        yield core.replace("+", "-").replace("/", "_")
