"""The rules that no defect breaks, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping

SECTIONS: Mapping[str, str] = {
    "OL": "It is about the classes that the steps drive, and no cloud can break it.",
    "SR": "It is about what scenarios keep to, and no cloud can break it.",
    "WR": "It is about the workers that come along, which are clients of the cloud.",
}
"""Sections of docs/contract.md, by the letters of their ids."""

RULES: Mapping[str, str] = {
    "A-4.2": "It says how scenarios judge cells of the matrix.",
    "A-7": "It names the rights; that users hold them is A-7.1.",
    "ID-6": "It is about the suite's own default; what the cloud has to take is PF-1.5.",
    "ID-11": "No operation takes the id of one for that of the other, so nobody sees which numbers they get.",
    "Q-8": "It leaves open what becomes of such a job.",
    "RS-8": "It says that no limit is published, so there is none to break.",
    "SB-1": "It is about the admin that a sandbox starts with; without one there is nothing to test with.",
    "SB-2": "It is about what the command prints.",
    "SB-3": "It is about a sandbox that is started again, which a run never sees.",
    "SB-4": "What of it a client sees is TR-10 and TR-11.",
    "SB-5": "It is about how the sandbox applies deadlines; that it does is J10.",
}
"""Single rules."""


def reason_without(rule: str) -> str:
    """Why no defect breaks this rule; "" where one has to."""
    return RULES.get(rule) or SECTIONS.get(rule.partition("-")[0], "")
