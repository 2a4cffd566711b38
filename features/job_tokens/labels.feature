@job_tokens
Feature: Labels of job tokens
  A label tells a user's tokens apart; it is free again when its token is deleted.

  @QC-<id> @rule.TK-2.3 @rule.LB-1
  Scenario Outline: A label is given once to a user's job tokens <way>
    Given a user with a job token
    When the user makes another job token <way> with the label of the first
    Then the cloud refuses it with 400 "Label already exists: {label}"

    Examples:
      | id  | way                  |
      | 255 | with the login token |
      | 256 | with a job token     |
      | 257 | at the old address   |

  @QC-258 @rule.LB-2 @assumed
  Scenario: A revoked job token keeps its label taken
    Given a user with a job token
    And the user has revoked the token
    When the user makes another job token with the login token with the label of the first
    Then the cloud refuses it with 400 "Label already exists: {label}"

  @QC-1139 @rule.LB-2 @assumed
  Scenario: A job token that has expired keeps its label taken
    Given a user with a job token that lives 1 s
    And the token has expired
    When the user makes another job token with the login token with the label of the first
    Then the cloud refuses it with 400 "Label already exists: {label}"

  @QC-259 @rule.LB-3 @rule.T7 @assumed
  Scenario: Deleting a job token frees its label, and a new one of that label does not bring it back
    Given a user with a job token
    And the user has deleted the token
    When the user makes another job token with the login token with the label of the first
    Then the cloud accepts it
    And the token is gone

  @QC-260 @rule.LB-4 @assumed
  Scenario: Two users may have the same label
    Given a user with a job token
    And another user who has logged in
    When the other user makes a job token with the label of the user's
    Then the cloud accepts it

  @QC-261 @rule.LB-5 @assumed
  Scenario: Labels that differ in case are two labels
    Given a user with a job token
    When the user makes another job token with the login token with the label of the first in another case
    Then the cloud accepts it

  @QC-1140 @rule.LB-5 @assumed
  Scenario: Labels that differ in a space are two labels
    Given a user with a job token
    When the user makes another job token with the login token with the label of the first and a space
    Then the cloud accepts it

  @QC-1141 @rule.LB-6 @assumed
  Scenario: The label that nobody chose may be chosen, more than once
    Given a user who has logged in
    When the user makes two job tokens labelled unknown
    Then the cloud accepts it

  @QC-262 @rule.LB-6 @assumed
  Scenario: The label that nobody chose may repeat
    Given a user who has logged in
    When the user makes two job tokens without a label
    Then the cloud accepts it
