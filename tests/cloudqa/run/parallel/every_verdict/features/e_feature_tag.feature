@before_tag_fails
Feature: Its tag goes wrong
  Scenario: It is not run
    Given it is so
