@before_feature_fails
Feature: Before it something goes wrong
  Scenario: It is not run
    Given it is so

  Scenario: It is not run either
    Given it is so
