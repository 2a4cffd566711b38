Feature: What must run alone

  @serial
  Scenario: Alone
    Given it is so
    Then nobody else is at work

  Scenario: Beside others
    Given it is so

  @serial
  Scenario: Alone, and it fails
    Then it fails with "alone"
