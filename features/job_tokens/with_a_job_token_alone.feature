@job_tokens @job_token_suffices
Feature: Looking after job tokens with a job token alone
  Whoever has a job token and no login makes further ones with it, and looks after them.

  @QC-815 @rule.TK-3
  Scenario: A job token is read
    Given someone with a job token, and a spare one
    When the user reads the other token with a job token
    Then the answer shows
      | member   | value         |
      | label    | {other_label} |
      | priority | 0             |
      | valid    | true          |

  @QC-816 @rule.TK-1
  Scenario: Job tokens are listed
    Given someone with a job token, and a spare one
    When the user lists their job tokens with a job token
    Then the list holds the other token

  @QC-817 @rule.TK-4
  Scenario: A job token gets a new label
    Given someone with a job token, and a spare one
    When the user changes the other token with a job token to
      | member | value       |
      | label  | a new label |
    Then the cloud accepts it
    And the user reads the other token under its new label

  @QC-818 @rule.TK-5
  Scenario: A job token is revoked
    Given someone with a job token, and a spare one
    When the user revokes the other token with a job token
    Then the cloud accepts it
    And the other token is refused with 401 "Invalid or expired job token"

  @QC-819 @rule.TK-6
  Scenario: A job token is reopened
    Given someone with a job token, and a spare one
    When the user revokes the other token with a job token
    And the user reopens the other token with a job token
    Then the cloud accepts it
    And the other token works

  @QC-<id> @rule.<rule>
  Scenario Outline: A job token is deleted by <handle>
    Given someone with a job token, and a spare one
    When the user deletes the other token by <handle> with a job token
    Then the cloud accepts it
    And the other token is refused with 401 "Invalid or expired job token"

    Examples:
      | id  | rule | handle |
      | 820 | TK-7 | id     |
      | 821 | TK-8 | key    |
