"""Values as features write them."""

from __future__ import annotations

import pytest

from steps.support.spoken import in_another_case, spoken_value, text_of_length
from steps.support.world import World
from tests.steps.support.stage import a_world


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("2.5", 2.5),
        ('"3"', "3"),
        ("null", None),
        ("true", True),
        ("unknown", "unknown"),
        ('["probs"]', ["probs"]),
        ("a text of 3 characters", "xxx"),
        ("an address of 15 characters", "xxx@example.com"),
        ("a text of 3 foreign letters", "ψψψ"),
    ],
)
def test_value_is_json_a_word_or_of_a_length(world: World, text: str, value: object) -> None:
    assert spoken_value(world, text) == value


def test_new_label_is_new_and_of_the_run(world: World) -> None:
    one, other = (spoken_value(world, "a new label") for _ in range(2))
    assert one != other
    assert world.names.mark in one


@pytest.mark.parametrize("letters", ["characters", "foreign letters"])
def test_long_text_is_of_the_run(world: World, letters: str) -> None:
    text = spoken_value(world, f"a text of 255 {letters}")
    assert text.startswith(world.names.mark)
    assert len(text) == 255


@pytest.mark.parametrize("kind", ["text", "password", "address"])
@pytest.mark.parametrize("length", [12, 255, 1024])
def test_length_is_exact(kind: str, length: int) -> None:
    assert len(text_of_length(kind, length)) == length


def test_password_of_a_length_has_all_four_kinds() -> None:
    password = text_of_length("password", 12)
    assert any(c.islower() for c in password) and any(c.isupper() for c in password)
    assert any(c.isdigit() for c in password) and any(not c.isalnum() for c in password)


def test_another_case_differs_and_is_the_same_without_case() -> None:
    assert in_another_case("Ada+qa-1@Example.com") == "aDA+QA-1@eXAMPLE.COM"
    with pytest.raises(ValueError, match="has no letters"):
        in_another_case("123")
