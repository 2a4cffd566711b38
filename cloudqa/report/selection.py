"""Which scenarios the command line selects, told when the run is over."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property

from behave.configuration import Configuration
from behave.model import Feature, Scenario

_PLACE = re.compile(r"^@|:\d+$")


class Selection:
    """The scenarios of a run, and those of them that the command line selects. It is made before the run.

    `shard` is such as `2/5`, "" where the selection is not cut into shards.

    To unfold every outline takes longer than anything else before the first scenario, so it is left to the
    end. Then tags and names tell as well as before what was selected; only where the command line names a
    place in a file, or a list of them, it has to be asked at once: what behave marks for it looks later like
    a skip. The same goes for a shard.
    """

    def __init__(self, config: Configuration, features: Sequence[Feature]) -> None:
        self._config = config
        self._features = features
        self._placed: set[int] | None = None
        self._before_shard: list[Scenario] | None = None
        self.shard = ""
        if any(_PLACE.search(str(path)) for path in config.paths):
            self._keep_unskipped()

    @cached_property
    def scenarios(self) -> list[Scenario]:
        """All scenarios of the features that were read, those of outlines too."""
        return [one for feature in self._features for one in feature.walk_scenarios()]

    @cached_property
    def selected(self) -> list[Scenario]:
        """Those that the command line selects, in file order."""
        return [one for one in self.scenarios if self._selects(one)]

    @property
    def of_all_shards(self) -> list[Scenario]:
        """Those that the command line selects for all shards together, in file order."""
        return self.selected if self._before_shard is None else self._before_shard

    def cut(self, shard: str, leave_out: Callable[[Sequence[Scenario], Sequence[Feature]], None]) -> None:
        """Take a shard of what is selected: `leave_out` marks, in the features, what is in the others."""
        self.shard, self._before_shard = shard, self.selected
        leave_out(self.selected, self._features)
        self._keep_unskipped()
        del self.selected

    @property
    def everything(self) -> bool:
        """Whether nothing was left out."""
        return len(self.selected) == len(self.scenarios)

    def _keep_unskipped(self) -> None:
        self._placed = {id(one) for one in self.scenarios if not one.should_skip}

    def _selects(self, scenario: Scenario) -> bool:
        if self._placed is not None and id(scenario) not in self._placed:
            return False
        return bool(
            scenario.should_run_with_tags(self._config.tag_expression)
            and scenario.should_run_with_name_select(self._config)
        )
