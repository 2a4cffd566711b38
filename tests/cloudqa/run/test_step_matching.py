"""Finding the step of a sentence."""

import pytest
from behave.matchers import ParseMatcher

from cloudqa.run.step_matching import QuickParseMatcher

PATTERNS = (
    "a user",
    "a user with {number:d} tokens",
    "{who} asks",
    'the cloud refuses it with {status:d} "{error}"',
    "a {{brace}} and {value}",
    "anything {rest}",
)
SENTENCES = (
    "a user",
    "a user ",
    "A user",
    "a user with 3 tokens",
    "a user with three tokens",
    "she asks",
    " asks",
    'the cloud refuses it with 400 "Label already exists: x"',
    "a {brace} and 5",
    "anything at all",
    "",
)


def no_step(context: object, **_: object) -> None:
    """Stand for a step's function."""


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_matches_as_it_does_with_behave(pattern: str, sentence: str) -> None:
    ours, theirs = (matcher(no_step, pattern) for matcher in (QuickParseMatcher, ParseMatcher))

    found, expected = ours.match(sentence), theirs.match(sentence)

    assert (found is None) == (expected is None)
    if expected is not None:
        assert [(one.name, one.value) for one in found.arguments] == [
            (one.name, one.value) for one in expected.arguments
        ]


def test_a_pattern_with_an_unknown_type_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="Nonsense"):
        QuickParseMatcher(no_step, "a {thing:Nonsense}")
