"""Finding the step of a sentence quickly, among hundreds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from behave import use_step_matcher
from behave.matchers import ParseMatcher, register_step_matcher_class

_FIELD = re.compile(r"[{}]")


class QuickParseMatcher(ParseMatcher):  # type: ignore[misc]  # behave is untyped
    """behave's parse matcher, which looks closer only at sentences that begin and end as the pattern does.

    Each new step is held against all those before it, and each sentence against all steps until one fits, so
    that nearly every comparison is one that fails. The expression of a pattern is made when it is needed.
    """

    NAME = "quick parse"

    def __init__(self, func: Callable[..., Any], pattern: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(func, pattern, *args, **kwargs)
        literals = _FIELD.split(pattern)
        self._begin, self._end = literals[0], literals[-1]

    def compile(self) -> QuickParseMatcher:
        """Leave the expression to the first sentence that needs it."""
        return self

    def match(self, step_text: str) -> Any:  # noqa: ANN401 - behave's match, or None
        """The match of a sentence, or None where it is not one of this step."""
        if step_text.startswith(self._begin) and step_text.endswith(self._end):
            return super().match(step_text)
        return None


def match_quickly() -> None:
    """Make the steps that are loaded from now on match quickly."""
    register_step_matcher_class(QuickParseMatcher.NAME, QuickParseMatcher, override=True)
    use_step_matcher(QuickParseMatcher.NAME)
