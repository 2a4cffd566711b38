@admin @tokens
Feature: An admin sees the job tokens of all users
  The list has what a user's own list has, for everybody.

  @QC-728 @rule.AD-1 @rule.AD-1.2 @assumed
  Scenario: The list shows a token with its user and its key
    Given a user with permission on a platform of its own
    When the admin lists the tokens with
      | parameter | value     |
      | user_id   | {user_id} |
    Then the list holds one token, which shows
      | member     | value      |
      | id         | {token_id} |
      | label      | {label}    |
      | user_id    | {user_id}  |
      | is_revoked | false      |
    And the entry shows the whole secret of the token

  @QC-1153 @rule.AD-1 @assumed @serial
  Scenario: The list has the tokens of every user
    Given a user with a job token
    And another user with a job token
    Then the admin's list of all job tokens holds the token and the other token, each with its user

  @QC-1689 @rule.AD-1 @assumed
  Scenario: The list tells of tokens what their user's own list tells
    Given a user with a job token of priority 2
    And the user has another job token
    And the user has used the token
    And the user has revoked the other token
    When the admin lists the tokens with
      | parameter | value     |
      | user_id   | {user_id} |
    Then the list is the one that the user reads

  @QC-1684 @rule.AD-1 @assumed
  Scenario: The list has the tokens of deactivated users
    Given a user with a job token
    And the admin has deactivated the user
    When the admin lists the tokens with
      | parameter | value     |
      | user_id   | {user_id} |
    Then the list holds one token, which shows
      | member | value      |
      | id     | {token_id} |

  @QC-1154 @rule.AD-1.1 @rule.TS-4 @assumed
  Scenario: Filters leave out expired and revoked job tokens for the admin too
    Given a user with job tokens that are active, revoked, expired, and both
    Then the admin's list of the user's job tokens holds, by its filters
      | include_expired | include_revoked | listed                         |
      |                 |                 | active, revoked, expired, both |
      | true            | true            | active, revoked, expired, both |
      | false           |                 | active, revoked                |
      |                 | false           | active, expired                |
      | false           | false           | active                         |

  @QC-1155 @rule.AD-1.1 @rule.PG-10 @assumed
  Scenario: The list of a user's job tokens is read page by page by the admin too
    Given a user with 5 job tokens
    Then the admin's pages of 2 of the user's job tokens make up the whole list

  @QC-729 @rule.AD-1.1 @assumed
  Scenario: Revoked tokens may be left out
    Given a user with permission on a platform of its own
    And the user has another job token
    And the user has revoked the token
    When the admin lists the tokens with
      | parameter       | value     |
      | user_id         | {user_id} |
      | include_revoked | false     |
    Then the list holds one token, which shows
      | member | value            |
      | id     | {other_token_id} |

  @QC-<id> @rule.AD-1.3 @assumed @readonly
  Scenario Outline: The list of tokens refuses <parameter> <value>
    When the admin lists the tokens with
      | parameter   | value   |
      | <parameter> | <value> |
    Then the cloud refuses it because "<parameter>" in its query is invalid

    Examples:
      | id   | parameter       | value |
      | 730  | limit           | 0     |
      | 731  | include_revoked | maybe |
      | 1156 | limit           | 10001 |
      | 1157 | offset          | -1    |
      | 1158 | user_id         | me    |

  @QC-733 @rule.A-7.3 @assumed @readonly
  Scenario: A user who does not exist has no tokens
    When the admin lists the tokens with
      | parameter | value     |
      | user_id   | 987654321 |
    Then the list is empty
