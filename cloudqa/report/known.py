"""Failures that are known: which they are, and whether they are excused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from behave.model import Scenario
from behave.model_type import Status

from cloudqa.errors import CannotRun
from cloudqa.report.excused import FILE, is_excused
from cloudqa.report.names import id_tag_of
from cloudqa.report.verdicts import Kind, Verdicts

EMBEDDED = "embedded"
_FIELDS = {"link", "until", "why", "target"}
_HEADER = re.compile(r"""^\s*\[\s*["']?([^\]"']+?)["']?\s*\]""")


@dataclass(frozen=True)
class KnownFailure:
    """A failure of the scenario `id` that is told of at `link` and excused up to the day `until`.

    `target` is the only host that it holds for, "" any.
    """

    id: str
    link: str
    until: date
    why: str = ""
    target: str = ""

    def __str__(self) -> str:
        why = f" ({self.why})" if self.why else ""
        return f"known failure until {self.until}: {self.link}{why}"


class KnownFailures:
    """The failures that are known on one host, and are held to what becomes of their scenarios.

    `host` is that of the target, or "embedded".
    """

    def __init__(self, entries: Iterable[KnownFailure], host: str, today: date, verdicts: Verdicts) -> None:
        self._entries = {one.id: one for one in entries if one.target in ("", host)}
        self._today = today
        self._verdicts = verdicts

    def of(self, scenario: Scenario) -> KnownFailure | None:
        """What is known of a scenario's failure, as long as its date has not passed; None if nothing is."""
        entry = self._entries.get(id_tag_of(scenario)) if self._entries else None
        return entry if entry is not None and entry.until >= self._today else None

    def excuses(self, scenario: Scenario) -> bool:
        """Whether a scenario that has just failed is excused: the cloud broke a rule, as it is known to."""
        return (
            self.of(scenario) is not None
            and scenario.status in (Status.failed, Status.error)
            and self._verdicts.of(scenario) is Kind.RULE
        )

    def notes(self, selected: Iterable[Scenario]) -> Iterator[str]:
        """How many of the failures of a run that is over were known, and which, in lines."""
        excused = [one for one in selected if is_excused(one)]
        if excused:
            yield f"{len(excused)} known {'failure' if len(excused) == 1 else 'failures'}:"
        yield from (f"  @{id_tag_of(one)} {one.name}: {self.of(one)}" for one in excused)

    def problems(self, selected: Iterable[Scenario]) -> Iterator[str]:
        """Sentences that fail a run that is over: entries that are overtaken, by their scenario or date."""
        by_id: dict[str, list[Scenario]] = {}
        for scenario in selected:
            if (tag := id_tag_of(scenario)) in self._entries:
                by_id.setdefault(tag, []).append(scenario)
        for tag, scenarios in by_id.items():
            entry = self._entries[tag]
            if all(one.status is Status.passed for one in scenarios):
                yield f"@{tag} passes, but is known to fail: take it out of {FILE}, and close {entry.link}."
            elif entry.until < self._today:
                yield (
                    f"@{tag} was known to fail until {entry.until}, which has passed: look at {entry.link}, "
                    f"then give it a later date in {FILE} or take it out."
                )


def read_known(file: Path = FILE) -> tuple[KnownFailure, ...]:
    """The entries of the file; none where there is no file. Raises CannotRun for what is no entry."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRun(f"{file} cannot be read: {error}.") from None
    _refuse_doubles(text, file)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CannotRun(f"{file} is no TOML: {error}. Mend it.") from None
    return tuple(_entry(name, table, file) for name, table in tables.items())


def check_ids(entries: Iterable[KnownFailure], scenarios: Iterable[Scenario], file: Path = FILE) -> None:
    """Raise CannotRun for an entry whose id no scenario has."""
    ids = {id_tag_of(scenario) for scenario in scenarios}
    for entry in entries:
        if entry.id not in ids:
            near = get_close_matches(entry.id, ids, n=1)
            guess = f" Did you mean {near[0]}?" if near else ""
            raise CannotRun(f"{file} names {entry.id}, but no scenario has that id: take it out.{guess}")


def _refuse_doubles(text: str, file: Path) -> None:
    """Raise CannotRun for an id with two entries, for which TOML has less clear words."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            name = header[1]
            if name in lines:
                raise CannotRun(f"{file} names {name} twice, in lines {lines[name]} and {number}: keep one.")
            lines[name] = number


def _entry(name: str, table: object, file: Path) -> KnownFailure:
    if not isinstance(table, Mapping):
        raise CannotRun(f"{file} sets {name} outside of an entry: begin each with [QC-...].")
    if strange := sorted(set(table) - _FIELDS):
        allowed = ", ".join(sorted(_FIELDS))
        raise CannotRun(f"The entry {name} of {file} sets {strange[0]}; it may set {allowed}.")
    texts = {field: table.get(field, "") for field in ("link", "why", "target")}
    for field, text in texts.items():
        if not isinstance(text, str):
            raise CannotRun(f"The {field} of {name} in {file} is no text: put it in quotes.")
    if not texts["link"].strip():
        raise CannotRun(f"The entry {name} of {file} has no link: say where the failure is told of.")
    return KnownFailure(name.removeprefix("@"), until=_date(name, table.get("until"), file), **texts)


def _date(name: str, value: object, file: Path) -> date:
    if value is None:
        raise CannotRun(f"The entry {name} of {file} has no date: write until = 2026-12-24.")
    try:
        # A moment is a date too, which is compared with no other date.
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise CannotRun(f"The date {value} of {name} in {file} is none: write until = 2026-12-24.") from None
