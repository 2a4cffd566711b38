"""What the end of a run says of its coverage, and the record that it leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from behave.configuration import Configuration
from behave.model_type import Status

from cloudqa.record import coverage_record as on_disk
from cloudqa.record.coverage import Coverage
from cloudqa.record.coverage_record import Record, RunRecord
from cloudqa.record.coverage_required import FILE, Held, answers_held, matrix_held, read_required
from cloudqa.report.names import RULE_TAG, short_id_of
from cloudqa.report.selection import Selection

FEATURES = "features"
# A run that lost its expectations altogether would fill pages.
TOLD = 20


class CoverageEnding:
    """Judges the coverage of a run that is over, if it was a whole one, and writes its record.

    What the command line selects, `selection` tells, and `narrows` what of the settings leaves scenarios out;
    `began` is when the run did.
    """

    def __init__(
        self, config: Configuration, selection: Selection, coverage: Coverage, began: datetime, narrows: str
    ) -> None:
        self._config = config
        self._selection = selection
        self._coverage = coverage
        self._narrows = narrows
        self._began = began

    def problems(self, *, nothing_failed: bool, embedded: bool) -> Iterator[str]:
        """Sentences that fail the run: what it should have asserted, and did not.

        A run of a part, or with a scenario that failed, has other troubles. Of another cloud than the
        embedded sandbox not everything is asked, as not everything may be tried there.
        """
        if self._partial() or not (nothing_failed and embedded):
            return
        lost = [one for one in self._held if one.is_lost]
        earlier = _earlier() if lost else {}
        for one in lost[:TOLD]:
            yield (
                f"{one.name} is no longer asserted: no expectation of this run has judged such an answer."
                f"{earlier.get(one.name, '')} Write the scenario, or give the reason in {FILE}."
            )
        if len(lost) > TOLD:
            yield f"{len(lost) - TOLD} more cells of {FILE} are not asserted: `cloudqa coverage` shows them."

    def notes(self, *, embedded: bool) -> Iterator[str]:
        """Sentences on a whole run that do not fail it."""
        if self._partial():
            return
        if not FILE.exists():
            yield f"There is no {FILE} here: no answer has to be asserted."
        held = self._held
        yield from (
            f"{one.name} is asserted: take its reason out of {FILE}." for one in held if one.is_overtaken
        )
        if not embedded and (lost := sum(one.is_lost for one in held)):
            yield f"{lost} of the cells of {FILE} were not asserted: `cloudqa coverage` shows them."

    def write(self, run_id: str, target: str, *, embedded: bool, failed: bool) -> None:
        """Write the record of a whole run, or the remark that there was another. Raises CannotRun."""
        run = RunRecord(
            run_id=run_id,
            began=self._began,
            ended=datetime.now(UTC),
            target=target,
            embedded=embedded,
            verdict="failed" if failed else "passed",
            scenarios=len(self._selection.scenarios),
            skipped=Counter(one.skip_reason for one in self._selection.scenarios if one.skip_reason),
            partial=self._partial(),
        )
        if run.partial:
            on_disk.write(run, on_disk.PARTIAL)
        else:
            on_disk.write(self._record(run), on_disk.WHOLE)
            on_disk.PARTIAL.unlink(missing_ok=True)

    @cached_property
    def _held(self) -> list[Held]:
        """What is required, and how far the run came with it, which is over when this is first asked for."""
        required = read_required()
        if required is None:
            return []
        counts = self._coverage.counts()
        cells, matrix = on_disk.cells_of(counts), on_disk.matrix_of(counts)
        return [*answers_held(cells, required), *matrix_held(matrix, required)]

    def _record(self, run: RunRecord) -> Record:
        counts, page = self._coverage.counts(), self._coverage.rules()
        tagged: dict[str, set[str]] = {rule: set() for rule in page}
        for scenario in self._selection.scenarios:
            for tag in scenario.effective_tags:
                if tag.startswith(RULE_TAG) and tag.removeprefix(RULE_TAG) in tagged:
                    tagged[tag.removeprefix(RULE_TAG)].add(short_id_of(scenario))
        return Record(
            run=run,
            cells=on_disk.cells_of(counts),
            matrix=on_disk.matrix_of(counts),
            rules={rule: tuple(names) for rule, names in tagged.items()},
            sentences={rule: page[rule].text for rule, names in tagged.items() if not names},
        )

    def _partial(self) -> str:
        """Why this is no whole run; "" if it is one."""
        begun = [one for one in self._selection.scenarios if one.status is not Status.untested]
        narrowed = what_narrows(self._config, self._selection) or self._narrows
        if not narrowed and len(begun) < len(self._selection.scenarios):
            return f"it ended after {len(begun)} of {len(self._selection.scenarios)} scenarios"
        return narrowed


def what_narrows(config: Configuration, selection: Selection) -> str:
    """What on the command line leaves scenarios out, in words; "" if nothing does."""
    paths = [str(path) for path in config.paths]
    if [Path(path) for path in paths] != [Path(FEATURES)]:
        return f"it ran {' '.join(paths)} alone"
    if config.include_re or config.exclude_re:
        return "it chose among the files, with --include or --exclude"
    if config.name:
        return f"it chose by name, with --name {' '.join(config.name)}"
    if selection.shard and not selection.everything:
        return f"it ran shard {selection.shard} alone"
    if not selection.everything:
        return f"it chose by tags, with --tags {' '.join(config.tags or ['of behave.ini'])}"
    return ""


def _earlier() -> dict[str, str]:
    """By whom each cell was asserted in the last whole run, in a sentence."""
    record, required = on_disk.read_whole(), read_required()
    if record is None or required is None:
        return {}
    when = f"In run {record.run.run_id} of {record.run.began:%Y-%m-%d}"
    return {
        held.name: f" {when} {', '.join(held.scenarios[:3])} did."
        for held in [*answers_held(record.cells, required), *matrix_held(record.matrix, required)]
        if held.scenarios
    }
