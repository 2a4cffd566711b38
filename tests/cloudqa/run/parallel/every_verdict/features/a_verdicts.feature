@capability
Feature: Every verdict that a scenario can have
  A description of two lines,
  which some reports show.

  Background: Something that is always so
    Given it is so

  Scenario: It passes
    When 3 things are counted
    Then it is so

  @QC-1
  Scenario: It fails
    When it fails with "an expectation"
    Then it is so

  Scenario: It fails without a word
    When it fails without a word

  Scenario: It goes wrong
    When it goes wrong
    Then it is so

  Scenario: It goes wrong for a reason
    When it goes wrong because of another error

  Scenario: It goes wrong with an error that nobody can take apart
    When it goes wrong with a strange error

  Scenario: Nobody has written its step
    When nobody has written this step
    Then it is so
    And nobody has written this one either

  Scenario: Its step is pending
    When it is pending
    Then it is so

  Scenario: It skips itself
    When it skips itself
    Then it is so

  Scenario: It has a table and a text
    When it gets
      | name | value |
      | a    | 1     |
      | b    | 2     |
    And it reads
      """
      a text
        of two lines
      """
    Then it fails with "what it read"

  Scenario: It says much and passes
    When it prints "on stdout"
    And it warns "on stderr"
    And it logs "in the log"

  Scenario: It says much and fails
    When it prints "on stdout"
    And it warns "on stderr"
    And it logs "in the log"
    Then it fails with "so that it is shown"

  Scenario: It attaches something and passes
    When it attaches "a text" as "text/plain"
    And it attaches "a picture" as "image/png"
    Then it is so

  Scenario: It attaches something and fails
    When it attaches "the last words" as "text/plain"
    Then it fails with "after an attachment"

  Scenario: It attaches something and changes it later
    When it embeds "something" in the page
    And it changes what it has embedded
    Then it is so

  Scenario: It runs steps within a step
    When it runs a step that fails

  Scenario: It says ünïcödé and control characters
    When it prints "grüße, 漢字"
    Then it fails with "grüße, 漢字"

  Scenario: A scenario without steps

  @never
  Scenario: It is not selected
    Then it fails with "nobody selected it"
