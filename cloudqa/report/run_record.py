"""The record of a run on disk: what was selected, and what became of each scenario."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from cloudqa.errors import CannotRun
from cloudqa.report.exit_status import ExitStatus
from cloudqa.report.files import RECORD
from cloudqa.report.verdicts import Kind
from cloudqa.whole_files import write_whole


class Outcome(StrEnum):
    """What became of a scenario; `KNOWN` is a failure that `known_failures.toml` excuses."""

    PASSED = "passed"
    FAILED = "failed"
    KNOWN = "known"
    SKIPPED = "skipped"
    NOT_RUN = "not run"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Part):
    """A scenario that was selected: its id, such as `@QC-101`, and where it stands."""

    id: str
    place: str


class KnownRecord(_Part):
    """What is known of a failure: where it is told of, and until when it is excused."""

    link: str
    until: date
    why: str = ""


class ScenarioRecord(_Part):
    """A scenario and what became of it.

    `kind` and what follows it are those of a failure: why it failed, its first line, the rules that it is
    about, the last exchanges. `skipped` is the reason of a skip.
    """

    id: str
    name: str
    place: str
    outcome: Outcome
    seconds: float
    kind: Kind | None = None
    failure: str = ""
    rules: tuple[str, ...] = ()
    explanation: str = ""
    known: KnownRecord | None = None
    skipped: str = ""

    @property
    def where(self) -> Place:
        """The scenario as a selection has it."""
        return Place(id=self.id, place=self.place)


class RunRecord(_Part):
    """A run, or several that were merged.

    `state` is "begun" until the run ends: who was killed leaves it so. `shard` is such as `2/5`, and
    `selection` what was selected for all shards together; `chosen` says in words by what. `problems` are
    the sentences that failed the run besides its scenarios.
    """

    run_id: str
    target: str
    embedded: bool
    commit: str
    began: datetime
    ended: datetime | None = None
    state: Literal["begun", "aborted", "ended"] = "begun"
    exit_status: ExitStatus = ExitStatus.INTERRUPTED
    shard: str = ""
    seed: int | None = None
    chosen: str = ""
    problems: tuple[str, ...] = ()
    selection: tuple[Place, ...] = ()
    scenarios: tuple[ScenarioRecord, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the run failed."""
        return self.exit_status is not ExitStatus.PASSED


def write_record(record: RunRecord, path: Path) -> None:
    """Write the record. Raises CannotRun."""
    try:
        write_whole(path, record.model_dump_json(indent=1) + "\n")
    except OSError as error:
        raise CannotRun(f"The record of the run cannot be written to {path}: {error.strerror}.") from None


def read_record(path: Path) -> RunRecord:
    """The record in this file, or in this folder. Raises CannotRun where there is none."""
    file = path / RECORD if path.is_dir() else path
    try:
        return RunRecord.model_validate_json(file.read_bytes())
    except OSError as error:
        raise CannotRun(
            f"{file} cannot be read: {error.strerror}. A run with -D reports= writes it."
        ) from None
    except ValidationError as error:
        reason = error.errors(include_input=False, include_url=False)[0]["msg"]
        raise CannotRun(f"{file} is no record of a run: {reason}.") from None
