"""The catalogue of steps: every sentence that a scenario may be written with, and one that was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from behave.formatter.steps import StepsCatalogFormatter
from behave.model import Feature, Step

HEAD = """\
# The steps

Every sentence that a scenario can be written with, by the module that it stands in; where it has gaps, with
an example from the features. How to find the right one, and how to write one that is missing, is in
[writing-scenarios.md](writing-scenarios.md).

`behave --dry-run -f catalogue -o docs/steps.md --no-summary` writes this page.
"""
NOWHERE = "*used nowhere*"
_TYPES = ("given", "when", "then", "step")


class Catalogue(StepsCatalogFormatter):  # type: ignore[misc]  # behave is untyped
    """behave's catalogue of steps as a page, where each step has an example.

    Use it with `--dry-run` and without a selection: it takes its examples from all features that are read.
    """

    name = "catalogue"
    description = "Writes the page of all steps, each with an example."

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - behave's own
        super().__init__(*args, **kwargs)
        self._examples: dict[int, str] = {}

    def feature(self, feature: Feature) -> None:
        """Take the examples of a feature."""
        super().feature(feature)
        for scenario in feature.walk_scenarios():
            for step in scenario.all_steps:
                found = self.step_registry.find_step_definition(step)
                # The shortest says most of the step, and least of the scenario.
                if found is not None:
                    known, here = self._examples.get(id(found)), _sentence(step)
                    if known is None or (len(here), here) < (len(known), known):
                        self._examples[id(found)] = here

    def report(self) -> None:
        """Write the page."""
        by_module: dict[str, list[Any]] = defaultdict(list)
        for kind in _TYPES:
            for definition in self.step_registry.steps[kind]:
                by_module[PurePath(definition.location.filename).stem].append(definition)
        self.stream.write(HEAD)
        for module in sorted(by_module):
            self.stream.writelines(f"{line}\n" for line in self._section(module, by_module[module]))

    def _section(self, module: str, definitions: list[Any]) -> Iterator[str]:
        yield from ("", f"## {_title(module)}", "", "| step | what it is | example |", "| --- | --- | --- |")
        for definition in sorted(definitions, key=lambda one: (_TYPES.index(one.step_type), one.pattern)):
            keyword = "*" if definition.step_type == "step" else definition.step_type.title()
            example = self._examples.get(id(definition))
            pattern = _escaped(definition.pattern)
            meaning = _escaped(" ".join((definition.func.__doc__ or "").split()))
            shown = NOWHERE if example is None else "" if example == pattern else example
            yield f"| **{keyword}** {pattern} | {meaning} | {shown} |"


def _sentence(step: Step) -> str:
    """The sentence of a step, with what hangs below it named."""
    below = " *and a table*" if step.table else " *and a text*" if step.text else ""
    return f"{_escaped(step.name)}{below}"


def _title(module: str) -> str:
    words = module.removesuffix("_steps").replace("_", " ")
    return words[:1].upper() + words[1:]


def _escaped(text: str) -> str:
    """The text as Markdown shows it in a table."""
    for sign in ("\\", "|", "<", "*", "_", "`"):
        text = text.replace(sign, f"\\{sign}")
    return text
