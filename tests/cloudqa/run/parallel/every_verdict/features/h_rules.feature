Feature: Rules, outlines and backgrounds

  Background:
    Given it is so

  Scenario: Before all rules
    Then it is so

  Rule: The first

    Background: Of the rule
      Given it prints "the rule's background"

    Scenario: In the first rule
      Then it fails with "in a rule"

    Scenario Outline: Each of <name>
      Then it <verdict> with "<name>"

      @some
      Examples: Some
        | name  | verdict |
        | one   | fails   |
        | two   | passes  |

      @others
      Examples: Others
        | name  | verdict |
        | three | passes  |
        | four  | fails   |

  @before_rule_fails
  Rule: The second
    Scenario: In the second rule
      Then it is so

  @after_rule_fails
  Rule: The third
    Scenario: In the third rule
      Then it is so

    @never
    Scenario: In the third rule, not selected
      Then it is so

  @rule_cleanup_fails
  Rule: The fourth
    Scenario: In the fourth rule
      Then it is so
