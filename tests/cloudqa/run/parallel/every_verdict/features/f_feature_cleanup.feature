@feature_cleanup_fails
Feature: Its clean-up goes wrong
  Scenario: One
    Given it is so

  Scenario: Another
    Given it is so
