"""The values that stand in features."""

from behave.parser import parse_feature

from cloudqa.run.written_values import values_written_in

FEATURE = """
Feature: Values
  Background:
    Given a user called "Ada"

  Scenario: In the open
    When the password is "Aa1!Aa1!Aa1!", or "with \\"quotes\\""
    Then the list is
      | name  | value     |
      | first | in a cell |

  Rule: In a rule
    Scenario Outline: In an outline
      When <who> logs in with "<word>-<number>" <quoted>
      Then the list is
        | name   |
        | <word> |

      Examples:
        | who | word   | number | quoted        |
        | she | secret | 1      | as "a member" |
        | he  | open   | 2      | as he is      |
"""


def test_everything_in_quotes_and_every_cell_of_a_step_is_found() -> None:
    found = values_written_in([parse_feature(FEATURE)])

    assert {"Ada", "Aa1!Aa1!Aa1!", 'with "quotes"', "first", "in a cell"} <= found


def test_outlines_have_their_values_in_place() -> None:
    found = values_written_in([parse_feature(FEATURE)])

    assert {"secret-1", "open-2", "secret", "open", "a member"} <= found
    assert not found & {"she", "he", "as he is", "1", "2"}


def test_what_is_found_is_what_the_scenarios_hold_once_unfolded() -> None:
    feature = parse_feature(FEATURE)
    found = values_written_in([feature])

    steps = [step for scenario in feature.walk_scenarios() for step in scenario.all_steps]
    cells = {cell for step in steps for row in step.table or () for cell in row}
    assert cells <= found
