"""Finding the step of a sentence quickly, among hundreds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from behave import use_step_matcher
from behave.matchers import ParseMatcher, register_step_matcher_class
from behave.step_registry import StepRegistry

_FIELD = re.compile(r"\{[^{}]*\}")


class QuickParseMatcher(ParseMatcher):  # type: ignore[misc]  # behave is untyped
    """behave's parse matcher, whose expression is made when a sentence needs it, and which knows who may not.

    `begin` is how every sentence of this step begins.
    """

    NAME = "quick parse"

    def __init__(self, func: Callable[..., Any], pattern: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(func, pattern, *args, **kwargs)
        literals = _FIELD.split(pattern)
        self.begin, self._inner, self._end = literals[0], literals[1:-1], literals[-1]

    def compile(self) -> QuickParseMatcher:
        """Leave the expression to the first sentence that needs it."""
        return self

    def may_match(self, sentence: str) -> bool:
        """Whether what is written out in the pattern stands in the sentence, in its order."""
        if not (sentence.startswith(self.begin) and sentence.endswith(self._end)):
            return False
        place = len(self.begin)
        for literal in self._inner:
            place = sentence.find(literal, place)
            if place < 0:
                return False
            place += len(literal)
        return True


class StepIndex:
    """The steps of a registry by how their sentences begin, each with its place among those of its type.

    Each new step is held against those before it, and each sentence against the steps until one fits: nearly
    every comparison is one that fails.
    """

    def __init__(self, registry: StepRegistry) -> None:
        self._registry = registry
        self._add_plainly = registry.add_step_definition
        self._steps: dict[str, dict[str, list[tuple[int, Any]]]] = {}
        for kind, matchers in registry.steps.items():
            self._steps[kind] = {}
            for place, matcher in enumerate(matchers):
                self._note(kind, place, matcher)

    def add_step_definition(self, keyword: str, step_text: str, func: Callable[..., Any]) -> None:
        """Add a step as behave does, which is shown only those that may be the same.

        Raises behave's AmbiguousStep where one is.
        """
        kind = keyword.lower()
        every = self._registry.steps[kind]
        alike = self._alike(kind, step_text)
        known = len(alike)
        self._registry.steps[kind] = alike
        try:
            self._add_plainly(keyword, step_text, func)
        finally:
            self._registry.steps[kind] = every
        for matcher in alike[known:]:
            self._note(kind, len(every), matcher)
            every.append(matcher)

    def find_match(self, step: Any) -> Any:  # noqa: ANN401 - behave's step, and its match or None
        """The match of a step, by the first that fits."""
        kinds = dict.fromkeys((step.step_type, "step"))
        candidates = (matcher for kind in kinds for matcher in self._alike(kind, step.name))
        return next((match for matcher in candidates if (match := matcher.match(step.name))), None)

    def _note(self, kind: str, place: int, matcher: Any) -> None:  # noqa: ANN401 - any matcher of behave's
        # Of a matcher of another kind nothing is known.
        begin = getattr(matcher, "begin", "")
        self._steps[kind].setdefault(begin, []).append((place, matcher))

    def _alike(self, kind: str, sentence: str) -> list[Any]:
        steps = self._steps[kind]
        begins = (sentence[:length] for length in range(len(sentence) + 1))
        alike = (
            (place, matcher)
            for begin in begins
            for place, matcher in steps.get(begin, ())
            if not isinstance(matcher, QuickParseMatcher) or matcher.may_match(sentence)
        )
        return [matcher for _, matcher in sorted(alike)]


def match_quickly(registry: StepRegistry) -> None:
    """Make the steps that are loaded into the registry from now on match quickly."""
    register_step_matcher_class(QuickParseMatcher.NAME, QuickParseMatcher, override=True)
    use_step_matcher(QuickParseMatcher.NAME)
    index = StepIndex(registry)
    registry.add_step_definition, registry.find_match = index.add_step_definition, index.find_match
