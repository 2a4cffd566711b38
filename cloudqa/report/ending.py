"""How a run ends: what was skipped and why, and whether anything was run at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path

from behave.configuration import Configuration
from behave.model import Scenario
from behave.model_type import Status

from cloudqa.report.selection import Selection

_ID = re.compile(r"@?QC-\d+")
_CONNECTIVES = {"and", "or", "not", ""}


class Ending:
    """Judges a run that is over by what became of the scenarios that the command line selected."""

    def __init__(self, config: Configuration, selection: Selection) -> None:
        self._config = config
        self._selection = selection

    def notes(self) -> Iterator[str]:
        """Sentences that explain the run and do not fail it: its skips by reason, tags that nobody has."""
        reasons = Counter(one.skip_reason for one in self._selection.selected if one.skip_reason)
        for reason, number in reasons.most_common():
            yield f"Skipped: {_scenarios(number)}, {reason}"
        if shard := self._selection.shard:
            mine, every = len(self._selection.selected), len(self._selection.of_all_shards)
            yield f"Note: This was shard {shard}, with {mine} of {_scenarios(every)}."
        if self._selection.selected:
            yield from (f"Note: {sentence}" for sentence in self._unknown_tags())

    def problems(self, *, nothing_failed: bool) -> Iterator[str]:
        """Sentences that fail the run: a skip without a reason, or a green that rests on nothing."""
        unexplained = [one for one in self._selection.selected if one.should_skip and not one.skip_reason]
        if unexplained:
            yield (
                f"{_scenarios(len(unexplained))} skipped without a reason, the first at "
                f"{unexplained[0].location}: give one to scenario.skip()."
            )
        if nothing_failed:
            yield from self._emptiness()

    def _emptiness(self) -> Iterator[str]:
        selected, every = self._selection.selected, self._selection.of_all_shards
        # Where only other shards have something that this target can run, they show it.
        asked_for = (self._named() or self._selection.shard) and all(one.skip_reason for one in selected)
        if every and not selected:
            shard = self._selection.shard
            yield f"Shard {shard} is empty: {_scenarios(len(every))} selected in all. Cut fewer shards."
        elif not selected:
            yield from [*self._unknown_tags(), *self._unmatched_names()] or ["No scenario was selected."]
        elif not any(map(_has_run, selected)) and not asked_for:
            yield f"Nothing was run: {_scenarios(len(selected))} selected, and no step executed."

    def _named(self) -> bool:
        """Whether each scenario was asked for: by its file or line, by its name, or by its id alone."""
        paths = [str(path).partition(":")[0] for path in self._config.paths]
        by_file = bool(paths) and all(Path(path.removeprefix("@")).is_file() for path in paths)
        words = _words_of(self._config)
        by_id = "not" not in words and any(words) and all(map(_ID.fullmatch, _tags_of(self._config)))
        return by_file or by_id or bool(self._config.name)

    def _unknown_tags(self) -> Iterator[str]:
        known_tags = sorted({tag for one in self._selection.scenarios for tag in one.effective_tags})
        for tag in _tags_of(self._config):
            name = tag.removeprefix("@")
            if not any(fnmatch(known, name) for known in known_tags):
                near = get_close_matches(name, known_tags, n=1)
                yield f"No scenario has the tag @{name}." + (f" Did you mean @{near[0]}?" if near else "")

    def _unmatched_names(self) -> Iterator[str]:
        if self._config.name and not any(
            self._config.name_re.search(one.name) for one in self._selection.scenarios
        ):
            yield f"No scenario's name matches {' or '.join(map(repr, self._config.name))}."


def _tags_of(config: Configuration) -> Iterator[str]:
    """The tags that the tag expression names, in its order."""
    yield from dict.fromkeys(word for word in _words_of(config) if word not in _CONNECTIVES)


def _words_of(config: Configuration) -> list[str]:
    return re.split(r"[\s()]+", config.tag_expression.to_string(pretty=False))


def _has_run(scenario: Scenario) -> bool:
    idle = (Status.untested, Status.skipped)
    return scenario.hook_failed or any(step.status not in idle for step in scenario.all_steps)


def _scenarios(number: int) -> str:
    return f"{number} {'scenario' if number == 1 else 'scenarios'}"
