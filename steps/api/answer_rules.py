"""Rules of an answer that no type expresses: values that depend on one another, or on what was asked.

Every check takes the answer's JSON value, whose types have been found right, and the request's URL parts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

FINAL_PROGRESS = (1, 100)
DEFAULT_LIMIT = 1000

_PASSWORD_WORDS = re.compile("passw|pwd|hash|salt", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach: the id of the rule in docs/contract.md, where in the answer, and what is wrong there."""

    rule: str
    where: str
    problem: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is compared with: the value in the path ("" for none), and the `limit` of the query."""

    in_path: str
    limit: int


Check = Callable[[Any, Asked], Iterator[Violation]]


@dataclass(frozen=True, slots=True)
class _Status:
    """What the members of a job hold in one status; a member that is not named may hold anything."""

    rule: str
    null: tuple[str, ...] = ()
    not_null: tuple[str, ...] = ()


# The table "Statuses on the wire" of docs/contract.md, with the bracketed values taken as right.
_STATUSES = {
    "waiting": _Status(
        "ST-2",
        null=(
            "start_time",
            "status_message",
            "progress_message",
            "failure_code",
            "shots",
            "last_intermediate_results",
        ),
    ),
    "running": _Status(
        "ST-3",
        null=("status_message", "failure_code"),
        not_null=("progress", "start_time", "progress_message"),
    ),
    "cancel_requested": _Status(
        "ST-4", null=("failure_code",), not_null=("progress", "start_time", "progress_message")
    ),
    "suspended": _Status(
        "ST-5",
        null=("status_message", "failure_code"),
        not_null=("progress", "start_time", "progress_message"),
    ),
    "completed": _Status(
        "ST-6", null=("status_message", "failure_code"), not_null=("progress", "start_time", "duration")
    ),
    "error": _Status("ST-7", not_null=("progress", "status_message", "failure_code", "duration")),
    "canceled": _Status("ST-8", not_null=("progress", "status_message")),
}


def job_follows_status(job: Mapping[str, Any], asked: Asked) -> Iterator[Violation]:
    """Each member of a job's status, data or list entry is what its status allows (ST-2 to ST-8)."""
    name = job["status"]
    status = _STATUSES[name]
    for member in status.null:
        if job.get(member) is not None:
            yield Violation(status.rule, member, f"must be null while {name}, but is {shown(job[member])}")
    for member in status.not_null:
        if member in job and job[member] is None:
            yield Violation(status.rule, member, f"must not be null when {name}")
    if name in ("error", "canceled") and job.get("status_message") == "":
        yield Violation(status.rule, "status_message", f"must not be empty when {name}")
    if name == "waiting" and job.get("progress") not in (0, None):
        yield Violation("ST-11", "progress", f"must be 0 while waiting, but is {job['progress']}")
    if name == "completed" and job.get("progress", 100) not in FINAL_PROGRESS:
        yield Violation(status.rule, "progress", f"must be 1 or 100 when completed, but is {job['progress']}")
    yield from _duration_follows_start(job, name, status.rule)


def _duration_follows_start(job: Mapping[str, Any], name: str, rule: str) -> Iterator[Violation]:
    never_ran = job["start_time"] is None
    if never_ran and job["duration"] not in (None, 0):
        problem = f"must be null or 0 for a job that never ran, but is {job['duration']}"
        yield Violation(rule, "duration", problem)
    if name == "canceled" and not never_ran and job["duration"] is None:
        yield Violation(rule, "duration", "must not be null for a canceled job that ran")


def start_follows_creation(status: Mapping[str, Any], asked: Asked) -> Iterator[Violation]:
    """A job never starts before it was created (TM-8)."""
    start, creation = status["start_time"], status["creation_datetime"]
    if start is not None and start < creation:
        yield Violation("TM-8", "start_time", f"is {start}, before the creation at {creation}")


def results_are_readable(result: Mapping[str, Any], asked: Asked) -> Iterator[Violation]:
    """`results` is null, or JSON text of an object; the workers of the suite publish nothing else (C-6)."""
    text = result["results"]
    if text is None:
        return
    try:
        decoded = json.loads(text)
    except ValueError:
        yield Violation("C-6", "results", f"must be JSON text, but is {shown(text)}")
        return
    if not isinstance(decoded, dict):
        yield Violation("C-6", "results", f"must be the text of a JSON object, but is {shown(text)}")
    if result["duration"] is None:
        yield Violation("RS-2", "duration", "must not be null where there are results")


def answers_for(member: str, rule: str, normal: Callable[[str], str] = str) -> Check:
    """The check that `member` is the one in the path; `normal` gives spellings of one value the same form."""

    def check(body: Mapping[str, Any], asked: Asked) -> Iterator[Violation]:
        if asked.in_path and normal(str(body[member])) != normal(asked.in_path):
            yield Violation(rule, member, f"is {shown(body[member])}, but {asked.in_path!r} was asked for")

    return check


def without_zeros(number: str) -> str:
    """A number without the zeros in front of it."""
    return number.lstrip("0") or "0"


def page_fits(entries: list[Any], asked: Asked) -> Iterator[Violation]:
    """A page is no longer than its limit (PG-1)."""
    if len(entries) > asked.limit:
        yield Violation("PG-1", "body", f"has {len(entries)} entries, but `limit` was {asked.limit}")


def ascending(member: str, rule: str) -> Check:
    """The check that entries are in ascending order of `member`, without repeats."""

    def check(entries: list[Mapping[str, Any]], asked: Asked) -> Iterator[Violation]:
        previous = None
        for index, entry in enumerate(entries):
            if previous is not None and entry[member] <= previous:
                yield Violation(rule, f"[{index}].{member}", f"is {entry[member]}, after {previous}")
                return
            previous = entry[member]

    return check


def each(check: Check) -> Check:
    """The check of one entry, applied to each entry of a list."""

    def checks(entries: Iterable[Any], asked: Asked) -> Iterator[Violation]:
        for index, entry in enumerate(entries):
            for found in check(entry, asked):
                yield Violation(found.rule, f"[{index}].{found.where}", found.problem)

    return checks


def without(rule: str, *members: str) -> Check:
    """The check that an object has none of `members`."""

    def check(body: Mapping[str, Any], asked: Asked) -> Iterator[Violation]:
        for member in members:
            if member in body:
                yield Violation(rule, member, "must not be there")

    return check


def without_password(user: Mapping[str, Any], asked: Asked) -> Iterator[Violation]:
    """A user is shown without password and without a hash of it (US-2.1)."""
    for member in user:
        if _PASSWORD_WORDS.search(member):
            yield Violation("US-2.1", member, "must not be there")


def is_no_api_key(token: Mapping[str, Any], asked: Asked) -> Iterator[Violation]:
    """No job token is an API key (TK-3.4)."""
    if token["is_apikey"]:
        yield Violation("TK-3.4", "is_apikey", "must be false")


def total_is_sum(usage: Mapping[str, Any], asked: Asked) -> Iterator[Violation]:
    """A token's `total_jobs` is the sum over the platforms (UR-2)."""
    total = sum(unit["nb_jobs"] for unit in usage["usage"] or ())
    if usage["total_jobs"] != total:
        problem = f"is {usage['total_jobs']}, but the units' nb_jobs add up to {total}"
        yield Violation("UR-2", "total_jobs", problem)


def specs_hold_no_null(platform: Mapping[str, Any], asked: Asked) -> Iterator[Violation]:
    """Nothing in a platform's `specs` and `perfs` is null, on which the client would crash (PL-2.3)."""
    specs = platform["specs"]
    objects = {"specs": specs, "perfs": platform.get("perfs"), "specs.constraints": specs.get("constraints")}
    for where, members in objects.items():
        for name, value in members.items() if isinstance(members, dict) else ():
            if value is None:
                yield Violation("PL-2.3", f"{where}.{name}", "must not be null")
    commands = specs.get("available_commands", [])
    if not isinstance(commands, list) or not all(isinstance(command, str) for command in commands):
        problem = f"must be a list of strings, but is {shown(commands)}"
        yield Violation("PL-2.3", "specs.available_commands", problem)


def shown(value: object) -> str:
    """A value in a message, cut short; an object or array is named only, for it may hold a secret."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"
