Feature: Hooks and clean-ups that go wrong

  @before_scenario_fails
  Scenario: Before it
    Given it is so

  @after_scenario_fails
  Scenario: After it
    Given it is so

  @after_scenario_fails
  Scenario: After it, when it has failed already
    Given it fails with "itself"

  @before_step_fails @not_in_html
  Scenario: Before its step
    Given it is so
    Then it is so

  @after_step_fails @not_in_html
  Scenario: After its step
    Given it is so
    Then it is so

  @before_tag_fails
  Scenario: Before its tag
    Given it is so

  @after_tag_fails
  Scenario: After its tag
    Given it is so

  @hook_skips
  Scenario: It is skipped by a hook
    Given it is so

  @hook_attaches
  Scenario: A hook attaches
    Given it is so

  @hook_prints
  Scenario: A hook prints
    Given it is so

  @not_in_progress
  Scenario: Its clean-up goes wrong
    Given a clean-up that goes wrong
    Then it is so

  @not_in_progress
  Scenario: Its clean-up goes wrong when it has failed already
    Given a clean-up that goes wrong
    Then it fails with "itself"
