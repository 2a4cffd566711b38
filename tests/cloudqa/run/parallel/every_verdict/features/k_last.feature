Feature: The last
  Scenario: It passes at the end
    Given it is so
