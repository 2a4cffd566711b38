"""Finding the step of a sentence."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from behave import use_step_matcher
from behave.matchers import ParseMatcher
from behave.step_registry import AmbiguousStep, StepRegistry

from cloudqa.run.step_matching import QuickParseMatcher, match_quickly

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

    found = ours.match(sentence) if ours.may_match(sentence) else None
    expected = theirs.match(sentence)

    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert [(one.name, one.value) for one in found.arguments] == [
            (one.name, one.value) for one in expected.arguments
        ]


def test_a_pattern_with_an_unknown_type_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="Nonsense"):
        QuickParseMatcher(no_step, "a {thing:Nonsense}")


@pytest.fixture
def registry() -> Iterator[StepRegistry]:
    """An empty registry that matches quickly; behave's own way of matching is back afterwards."""
    registry = StepRegistry()
    match_quickly(registry)
    yield registry
    use_step_matcher("parse")


def step(kind: str, sentence: str) -> Any:  # noqa: ANN401 - as much of behave's step as is looked at
    return SimpleNamespace(step_type=kind, name=sentence)


def function_for(registry: StepRegistry, kind: str, sentence: str) -> object:
    match = registry.find_match(step(kind, sentence))
    return match and match.func


def function() -> Any:  # noqa: ANN401 - a step's function, another one each time
    return lambda context, **_: None


def test_a_sentence_finds_its_step(registry: StepRegistry) -> None:
    functions = {pattern: function() for pattern in ("a user", "{who} asks", "the {what} is {value}")}
    for pattern, func in functions.items():
        registry.add_step_definition("given", pattern, func)
    assert function_for(registry, "given", "a user") is functions["a user"]
    assert function_for(registry, "given", "she asks") is functions["{who} asks"]
    assert function_for(registry, "given", "the sum is 3") is functions["the {what} is {value}"]
    assert function_for(registry, "given", "the sum was 3") is None
    assert function_for(registry, "when", "a user") is None


def test_the_first_step_that_fits_is_found(registry: StepRegistry) -> None:
    first, second = function(), function()
    registry.add_step_definition("when", "a user {verb} twice", first)
    registry.add_step_definition("when", "{who} asks {times}", second)
    assert function_for(registry, "when", "a user asks twice") is first


def test_a_step_of_any_type_comes_after_those_of_one(registry: StepRegistry) -> None:
    of_any, of_one = function(), function()
    registry.add_step_definition("step", "a {thing}", of_any)
    registry.add_step_definition("then", "{article} user", of_one)
    assert function_for(registry, "then", "a user") is of_one
    assert function_for(registry, "then", "a job") is of_any
    assert function_for(registry, "step", "a user") is of_any


@pytest.mark.parametrize(
    ("known", "new"),
    [
        ("a user", "a user"),
        ("a {thing}", "a user"),
        ("{who} asks", "a {person} asks"),
        ("the {what} is {value}", "the answer is 42"),
    ],
)
def test_a_step_that_another_one_fits_is_refused(registry: StepRegistry, known: str, new: str) -> None:
    registry.add_step_definition("given", known, function())
    with pytest.raises(AmbiguousStep):
        registry.add_step_definition("given", new, no_step)
    registry.add_step_definition("when", new, function())
    assert [len(registry.steps[kind]) for kind in ("given", "when")] == [1, 1]


def test_a_function_that_is_loaded_twice_is_one_step(registry: StepRegistry) -> None:
    func = function()
    registry.add_step_definition("given", "a user", func)
    registry.add_step_definition("given", "a user", func)
    assert len(registry.steps["given"]) == 1


def test_a_step_of_another_matcher_is_found(registry: StepRegistry) -> None:
    func = function()
    use_step_matcher("re")
    registry.add_step_definition("given", "an? (?P<thing>user|job)", func)
    assert function_for(registry, "given", "a job") is func
    assert function_for(registry, "given", "a token") is None
