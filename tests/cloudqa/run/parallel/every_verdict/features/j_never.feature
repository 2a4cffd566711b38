@never
Feature: Nothing of it is selected
  Scenario: One
    Given it is so
