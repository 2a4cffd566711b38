@hook_skips_feature
Feature: A hook skips it
  Scenario: One
    Given it is so

  Scenario Outline: Each of <many>
    Given it is so

    Examples:
      | many |
      | one  |
      | two  |
