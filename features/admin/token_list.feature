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

  @QC-<id> @rule.AD-1.3 @assumed
  Scenario Outline: The list of tokens refuses <parameter> <value>
    When the admin lists the tokens with
      | parameter   | value   |
      | <parameter> | <value> |
    Then the cloud refuses it because "<parameter>" in its query is invalid

    Examples:
      | id  | parameter       | value |
      | 730 | limit           | 0     |
      | 731 | include_revoked | maybe |

  @QC-732 @rule.AD-1.3 @rule.PM-50 @assumed
  Scenario: Nobody but an admin lists the tokens of all users
    Given a user with permission on a platform of its own
    When everyone else tries to list the tokens of all users
    Then each of them is refused

  @QC-733 @rule.A-7.3 @assumed
  Scenario: A user who does not exist has no tokens
    When the admin lists the tokens with
      | parameter | value     |
      | user_id   | 987654321 |
    Then the list is empty
