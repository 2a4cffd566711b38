@after_feature_fails
Feature: After it something goes wrong
  Scenario: One
    Given it is so

  Scenario: Another
    Given it is so
