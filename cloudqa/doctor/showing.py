"""Findings as a person or a program reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from cloudqa.doctor.findings import Finding, Level, is_healthy

MARKS = {Level.OK: "✓", Level.NOTE: "!", Level.PROBLEM: "✗", Level.UNTRIED: "·"}
STYLES = {Level.OK: "green", Level.NOTE: "yellow", Level.PROBLEM: "bold red", Level.UNTRIED: "dim"}
# What the mark and the longest name of a check take, with the space behind each.
_INDENT = 4 + 13


def show(finding: Finding, console: Console) -> None:
    """Print a finding: a mark, whose it is, what is so, and below it what to do."""
    quiet = finding.level is Level.UNTRIED
    head = Text.assemble(
        (f"  {MARKS[finding.level]} ", STYLES[finding.level]),
        (f"{finding.check:<12} ", "dim" if quiet else "bold"),
    )
    for number, (text, style) in enumerate(_paragraphs(finding)):
        lines = Text(text, style).wrap(console, max(20, console.width - _INDENT))
        for index, line in enumerate(lines):
            line.rstrip()
            start = head if number == 0 and index == 0 else Text(" " * _INDENT)
            console.print(Text.assemble(start, line), soft_wrap=True)


def show_end(findings: Sequence[Finding], console: Console) -> None:
    """Print how the examination ended."""
    problems = sum(one.level is Level.PROBLEM for one in findings)
    notes = sum(one.level is Level.NOTE for one in findings)
    also = f", {_number(notes, 'note')}" if notes else ""
    if is_healthy(findings):
        text = Text(f"Nothing speaks against a run{also}.", "green")
    else:
        text = Text(f"{_number(problems, 'problem')}{also}.", "bold red")
    console.print()
    console.print(Text("  ").append_text(text), soft_wrap=True)


def as_json(target: str, findings: Iterable[Finding]) -> str:
    """The findings as JSON: the target, whether all is well, and of each check its level, text and remedy."""
    listed = list(findings)
    return json.dumps(
        {
            "target": target,
            "healthy": is_healthy(listed),
            "findings": [
                {"check": one.check, "level": one.level, "what": one.what, "remedy": one.remedy or None}
                for one in listed
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def _paragraphs(finding: Finding) -> Iterable[tuple[str, str]]:
    yield finding.what, "dim" if finding.level is Level.UNTRIED else ""
    if finding.remedy:
        yield f"→ {finding.remedy}", "cyan"


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
