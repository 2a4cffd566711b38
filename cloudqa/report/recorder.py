"""Keeps the record of a run: one of its beginning, and one of its end in the place of that."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from behave.configuration import Configuration
from behave.model import Scenario
from behave.model_type import Status

from cloudqa.report.exit_status import ExitStatus
from cloudqa.report.explanations import Explanations
from cloudqa.report.first_line import first_line_of, text_of
from cloudqa.report.names import rules_of, short_id_of
from cloudqa.report.run_record import KnownRecord, Outcome, Place, RunRecord, ScenarioRecord, write_record
from cloudqa.report.selection import Selection
from cloudqa.report.verdicts import Kind, Verdicts

_GIT_SECONDS = 5.0
_RULE = re.compile(r"(?:[A-Z]{1,2}-[0-9]+d?|[JT][0-9]+)(?:\.[0-9]+)?")


class Recorder:
    """Writes the record of one run to `path`, without the secrets that `redact` knows.

    What the run is known by, such as its id, is given as soon as it is known. Every method that writes raises
    CannotRun where that fails.
    """

    def __init__(self, config: Configuration, path: Path, redact: Callable[[str], str]) -> None:
        self._path = path
        self._redact = redact
        self._record = RunRecord(
            run_id="",
            target="",
            embedded=False,
            commit=_commit(),
            began=datetime.now(UTC),
            chosen=_chosen(config),
        )

    def begin(self, **known: object) -> None:
        """Write that the run has begun, with what is known of it."""
        self._keep(known)

    def end(
        self,
        selection: Selection | None,
        explanations: Explanations,
        verdicts: Verdicts,
        *,
        status: ExitStatus,
        aborted: bool,
        problems: Sequence[str],
    ) -> None:
        """Write how the run ended; `selection` is None where it ended before there was one."""
        every = selection.of_all_shards if selection is not None else []
        mine = selection.selected if selection is not None else []
        self._keep(
            {
                "ended": datetime.now(UTC),
                "state": "aborted" if aborted else "ended",
                "exit_status": status,
                "problems": tuple(map(self._redact, problems)),
                "selection": tuple(Place(id=short_id_of(one), place=str(one.location)) for one in every),
                "scenarios": tuple(self._scenario(one, explanations, verdicts) for one in mine),
            }
        )

    def _keep(self, known: dict[str, object]) -> None:
        self._record = self._record.model_copy(update=known)
        write_record(self._record, self._path)

    def _scenario(self, scenario: Scenario, explanations: Explanations, verdicts: Verdicts) -> ScenarioRecord:
        outcome = outcome_of(scenario, verdicts)
        plain = ScenarioRecord(
            id=short_id_of(scenario),
            name=self._redact(scenario.name),
            place=str(scenario.location),
            outcome=outcome,
            seconds=round(scenario.duration, 3),
            rules=tuple(rules_of(scenario)),
            skipped=self._redact(scenario.skip_reason or "") if outcome is Outcome.SKIPPED else "",
        )
        if outcome not in (Outcome.FAILED, Outcome.KNOWN):
            return plain
        kind = verdicts.of(scenario)
        failure = first_line_of(scenario, kind)
        return plain.model_copy(
            update={
                "kind": kind,
                "failure": self._redact(failure),
                "rules": _rules_named_by(failure) or plain.rules,
                "explanation": self._redact(f"{text_of(scenario)}\n\n{explanations.of(scenario)}".strip()),
                "known": _known(scenario) if outcome is Outcome.KNOWN else None,
            }
        )


def _known(scenario: Scenario) -> KnownRecord:
    known = scenario.known_failures.of(scenario)
    return KnownRecord(link=known.link, until=known.until, why=known.why)


def outcome_of(scenario: Scenario, verdicts: Verdicts) -> Outcome:
    """What became of a scenario of a run that is over; one that was interrupted is as good as not run."""
    if verdicts.of(scenario) is Kind.INTERRUPTED:
        return Outcome.NOT_RUN
    if scenario.status.has_failed():
        return Outcome.FAILED
    return _OUTCOMES.get(scenario.status, Outcome.NOT_RUN)


_OUTCOMES = {Status.passed: Outcome.PASSED, Status.xfailed: Outcome.KNOWN, Status.skipped: Outcome.SKIPPED}


def _rules_named_by(failure: str) -> tuple[str, ...]:
    """The rules with which an expectation's first line begins: of an error in a worker no more is told."""
    named = failure.partition(": ")[0].split(", ")
    return tuple(named) if all(map(_RULE.fullmatch, named)) else ()


def _chosen(config: Configuration) -> str:
    """What selects the scenarios, in words that are the same wherever the selection is."""
    expression = config.tag_expression.to_string(pretty=False)
    parts = [*map(str, config.paths), f"--tags {expression}" if expression not in ("", "true") else ""]
    return " ".join([*filter(None, parts), *(f"--name {name}" for name in config.name or ())])


def _commit() -> str:
    """The commit that is checked out here; "" where git cannot tell."""
    try:
        told = subprocess.run(
            ["git", "rev-parse", "HEAD"], capture_output=True, text=True, timeout=_GIT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""
