@job_tokens
Feature: Reading and changing job tokens
  A user sees all about their tokens, and may rename them and change their priority; nothing else about a token
  ever changes by hand.

  @QC-<id> @rule.<rule> @rule.TS-1 @rule.TK-3.5
  Scenario Outline: A user reads a job token <way>
    Given a user with a job token
    And the user has another job token
    When the user reads the token <way>
    Then the answer describes the token as it was made

    Examples:
      | id  | rule  | way                  |
      | 167 | TK-3  | with a job token     |
      | 168 | AT-3  | with the login token |
      | 169 | AT-3d | at the old address   |

  @QC-170 @rule.SC-1 @rule.TK-3.4 @assumed
  Scenario: A user reads the secret of a job token of theirs
    Given a user with a job token
    When the user reads the token with the login token
    Then the answer shows the whole secret of the token
    And the answer shows
      | member    | value |
      | is_apikey | false |

  @QC-1106 @rule.SC-1 @assumed
  Scenario: A job token reads the secret of another of its user
    Given a user with a job token
    And the user has another job token
    When the user reads the token with a job token
    Then the answer shows the whole secret of the token

  @QC-1107 @rule.SC-1 @rule.TK-3 @rule.A-7.1 @assumed
  Scenario: The admin reads the secret of a user's job token, and whose it is
    Given a user of the company 7 with a job token
    When the admin reads the token
    Then the answer shows the whole secret of the token
    And the answer shows
      | member     | value     |
      | user_id    | {user_id} |
      | email      | {email}   |
      | company_id | 7         |

  @QC-<id> @rule.<rule>
  Scenario Outline: Another user's job token is not shown <way>
    Given a user with a job token
    And another user with a job token
    When the user reads the other token <way>
    Then the cloud refuses it with 403

    Examples:
      | id   | rule   | way                  |
      | 171  | TK-3.3 | with a job token     |
      | 172  | PM-30  | with the login token |
      | 1108 | AT-3d  | at the old address   |

  @QC-<id> @rule.TK-3.1 @rule.<rule> @assumed
  Scenario Outline: A job token that does not exist is not found <way>
    Given a user with a job token
    When the user reads a job token that does not exist <way>
    Then the cloud refuses it with 400 or 404

    Examples:
      | id   | rule  | way                  |
      | 173  | TK-3  | with a job token     |
      | 174  | AT-3  | with the login token |
      | 1109 | AT-3d | at the old address   |

  @QC-<id> @rule.T12 @rule.<rule>
  Scenario Outline: A user gives a job token a new label and priority <way>
    Given a user with a job token
    And the user has another job token
    And the token is noted
    When the user changes the token <way> to
      | member   | value       |
      | label    | a new label |
      | priority | 2           |
    Then the cloud confirms it
    And only label and priority of the token have changed

    Examples:
      | id  | rule | way                  |
      | 175 | TK-4 | with a job token     |
      | 176 | AT-4 | with the login token |

  @QC-1691 @rule.TK-4 @rule.T12 @assumed
  Scenario: A change of one job token changes no other
    Given a user with a job token
    And the user has another job token
    And the other token is noted
    When the user changes the token with the login token to
      | member   | value       |
      | label    | a new label |
      | priority | 1           |
    Then the cloud accepts it
    And the other token has not changed

  @QC-1692 @rule.TK-4 @assumed
  Scenario: The priority of a job token may be brought down to 0
    Given a user with a job token of priority 2
    When the user changes the token with the login token to
      | member   | value |
      | priority | 0     |
    Then the cloud accepts it
    And the token reads as
      | member   | value |
      | priority | 0     |

  @QC-1110 @rule.T12 @rule.TR-9
  Scenario: Nothing but label and priority can be changed by hand
    Given a user with a job token
    And another user who has logged in
    And the token is noted
    When the user changes the token with the login token to
      | member            | value                  |
      | priority          | 1                      |
      | user_id           | {other_user_id}        |
      | token             | of my own              |
      | duration          | 31536000               |
      | expiration_date   | "2099-01-01T00:00:00Z" |
      | is_explorer_token | true                   |
      | valid             | false                  |
    Then the cloud accepts it
    And only priority of the token has changed

  @QC-<id> @rule.T12.1 @assumed
  Scenario Outline: What a change does not name keeps its value: <member> alone
    Given a user with a job token of priority 1
    And the token is noted
    When the user changes the token with the login token to
      | member   | value   |
      | <member> | <value> |
      | <other>  | null    |
    Then the cloud accepts it
    And only <member> of the token has changed

    Examples:
      | id  | member   | value       | other    |
      | 177 | priority | 2           | label    |
      | 178 | label    | a new label | priority |

  @QC-179 @rule.T12.1 @assumed
  Scenario: An empty change changes nothing
    Given a user with a job token of priority 1
    And the token is noted
    When the user changes nothing of the token
    Then the cloud accepts it
    And the token has not changed

  @QC-<id> @rule.<rule> @rule.TK-4.1 @rule.TK-4.2 @assumed
  Scenario Outline: A job token does not take <what>, <way>
    Given a user with a job token
    And the user has another job token
    And the token is noted
    When the user changes the token <way> to
      | member   | value   |
      | <member> | <value> |
      | <other>  | <fine>  |
    Then the cloud refuses it with 400 "<error>"
    And the token has not changed

    Examples:
      | id   | rule | what                        | way                  | member   | value         | other    | fine        | error                                           |
      | 180  | LB-1 | the label of another one    | with the login token | label    | {other_label} | priority | 1           | Label already exists: {other_label}             |
      | 181  | PR-2 | a priority above the user's | with the login token | priority | 3             | label    | a new label | Can't assign priority higher than user priority |
      | 1111 | LB-1 | the label of another one    | with a job token     | label    | {other_label} | priority | 1           | Label already exists: {other_label}             |
      | 1112 | PR-2 | a priority above the user's | with a job token     | priority | 3             | label    | a new label | Can't assign priority higher than user priority |

  @QC-182 @rule.TK-4.6 @assumed
  Scenario: A job token may be given the label that it has
    Given a user with a job token
    When the user changes the token with the login token to
      | member | value   |
      | label  | {label} |
    Then the cloud accepts it

  @QC-<id> @rule.<rule>
  Scenario Outline: Another user's job token is not changed <way>
    Given another user with a job token
    And a user with a job token
    And the other token is noted
    When the user changes the other token <way> to
      | member | value       |
      | label  | a new label |
    Then the cloud refuses it with 403
    And the other token has not changed

    Examples:
      | id  | rule   | way                  |
      | 183 | TK-4.3 | with a job token     |
      | 184 | PM-31  | with the login token |

  @QC-<id> @rule.TK-4.4
  Scenario Outline: A job token that does not exist cannot be changed <way>
    Given a user with a job token
    When the user changes a job token that does not exist <way>
    Then the cloud refuses it with 404

    Examples:
      | id   | way                  |
      | 185  | with the login token |
      | 1113 | with a job token     |

  @QC-<id> @rule.TK-4.5
  Scenario Outline: <value> is no <member> to change a job token to, <way>
    Given a user with a job token
    When the user changes the token <way> to
      | member   | value   |
      | <member> | <value> |
    Then the cloud refuses it because "<member>" in its json is invalid

    Examples:
      | id  | member   | value  | way                  |
      | 186 | label    | 7      | with the login token |
      | 187 | priority | "high" | with the login token |

  @QC-1114 @rule.TK-4.5 @rule.PR-6 @rule.TK-2.8 @assumed
  Scenario: A job token is not changed to what no new one may have
    Given a user with a job token
    Then the token is refused each of these changes
      | rule   | member   | value                    | way                  |
      | TK-4.5 | label    | 7                        | with a job token     |
      | TK-4.5 | label    | ["a"]                    | with the login token |
      | TK-4.5 | priority | "high"                   | with a job token     |
      | TK-4.5 | priority | true                     | with the login token |
      | TK-4.5 | priority | 1.5                      | with a job token     |
      | PR-6   | priority | -1                       | with a job token     |
      | PR-6   | priority | -1                       | with the login token |
      | TK-2.8 | label    | ""                       | with a job token     |
      | TK-2.8 | label    | a text of 256 characters | with the login token |

  @QC-188 @rule.CT-1 @rule.CT-2 @rule.CT-3 @assumed
  Scenario: Only the use of a job token counts as its use
    Given a user with a job token
    And the user has another job token
    And the user has used the token
    And 1 s has passed
    And the uses of both tokens are noted
    When the user uses the token twice
    Then the token has been used more often and later
    And the other token has not been used

  @QC-1693 @rule.CT-2 @assumed
  Scenario: Uses on the account's routes are uses as well
    Given a user with a job token
    When the user lists their job tokens with a job token on the account's routes
    Then the user's list shows the token with count 1

  @QC-1694 @rule.CT-2 @assumed
  Scenario: A request that the token no longer authenticates is no use of it
    Given a user with a job token
    And the user has revoked the token
    Then the token is refused with 401 "Invalid or expired job token"
    And the user's list shows the token with count 0

  @QC-1695 @rule.CT-3 @assumed
  Scenario: A job token tells when it was used last
    Given a user with a job token
    When the user uses the token twice
    Then the token was last used just now

  @QC-189 @rule.CT-3 @rule.CT-4 @assumed
  Scenario: A job token that was never used has no uses
    Given a user with a job token
    When the user reads the token with the login token
    Then the answer shows
      | member             | value |
      | count              | 0     |
      | last_used_time     | null  |
      | last_used_duration | null  |

  @QC-190 @rule.CT-2 @rule.CT-4 @assumed
  Scenario: Each request counts as one use at once, also one that fails
    Given a user with a job token
    When the user uses the token twice, once in vain
    Then the user reads 3 uses of the token with the token itself
    And the user's list shows the token with count 3
    And the token reads as
      | member             | value |
      | count              | 3     |
      | last_used_duration | null  |
