@job_tokens
Feature: Revoking, reopening and expiring
  A job token can be put out of use and back; one that expired stays so.

  @QC-<id> @rule.T3 @rule.<rule>
  Scenario Outline: A revoked job token opens nothing any more, when revoked <way>
    Given a user with a job token
    And the user has another job token
    When the user revokes the token <way>
    Then the cloud confirms it
    And the token is refused wherever a job token is asked for
    And the other token works

    Examples:
      | id  | rule  | way                  |
      | 191 | TK-5  | with a job token     |
      | 192 | AT-5  | with the login token |
      | 193 | AT-5d | at the old address   |

  @QC-1120 @rule.T3
  Scenario: A job token that was in use opens nothing from the request on that follows its revocation
    Given a user with a job token
    When the user uses the token twice
    And the user revokes the token with the login token
    Then the token is refused wherever a job token is asked for

  @QC-823 @rule.TK-5.4
  Scenario: The form may write each character of a job token in its encoded way
    Given a user with a job token
    When the user revokes the token, every character percent-encoded
    Then the cloud accepts it
    And the token is refused with 401 "Invalid or expired job token"

  @QC-194 @rule.TS-3 @rule.TK-3.5
  Scenario: A revoked job token shows that it is
    Given a user with a job token
    And the user has revoked the token
    When the user reads the token with the login token
    Then the answer shows
      | member | value |
      | valid  | false |
    And the user's list shows the token with is_revoked true
    And the token is refused with 401 "Invalid or expired job token"

  @QC-<id> @rule.T5 @rule.<rule>
  Scenario Outline: A reopened job token works as before, when reopened <way>
    Given a user with a job token
    And the user has another job token
    And the token is noted
    And the user has revoked the token
    When the user reopens the token <way>
    Then the cloud confirms it
    And the token works
    And the token has not changed

    Examples:
      | id  | rule | way                  |
      | 195 | TK-6 | with a job token     |
      | 196 | AT-6 | with the login token |

  @QC-1696 @rule.T5 @assumed
  Scenario: Reopening one job token leaves the others revoked
    Given a user with a job token
    And the user has another job token
    And the user has revoked the token
    And the user has revoked the other token
    When the user reopens the token with the login token
    Then the token works
    And the other token is refused with 401 "Invalid or expired job token"

  @QC-197 @rule.T3
  Scenario: A reopened job token can be revoked again
    Given a user with a job token
    And the user has revoked the token
    And the user has reopened the token
    When the user revokes the token with the login token
    Then the cloud accepts it
    And the token is refused with 401 "Invalid or expired job token"

  @QC-<id> @rule.T4 @rule.<rule>
  Scenario Outline: A job token that nobody has cannot be revoked <way>
    Given a user with a job token
    When the user revokes a job token that does not exist <way>
    Then the cloud refuses it with 400 "<error>"

    Examples:
      | id  | rule   | way                  | error            |
      | 198 | TK-5.1 | with a job token     | Invalid token    |
      | 199 | AT-5.1 | with the login token | Can't not revoke |
      | 200 | AT-5d  | at the old address   | Can't not revoke |

  @QC-<id> @rule.T4.1 @assumed
  Scenario Outline: A job token cannot be revoked twice <way>
    Given a user with a job token
    And the user has another job token
    And the user has revoked the token
    When the user revokes the token <way>
    Then the cloud refuses it with 400 "<error>"

    Examples:
      | id   | way                  | error            |
      | 201  | with a job token     | Invalid token    |
      | 202  | with the login token | Can't not revoke |
      | 1121 | at the old address   | Can't not revoke |

  @QC-<id> @rule.T6 @rule.<rule>
  Scenario Outline: A job token that nobody has cannot be reopened <way>
    Given a user with a job token
    When the user reopens a job token that does not exist <way>
    Then the cloud refuses it with 400 "Invalid token"

    Examples:
      | id  | rule   | way                  |
      | 203 | TK-6.1 | with a job token     |
      | 204 | AT-6   | with the login token |

  @QC-<id> @rule.T6.1 @assumed
  Scenario Outline: An active job token cannot be reopened <way>
    Given a user with a job token
    And the user has another job token
    When the user reopens the token <way>
    Then the cloud refuses it with 400 "Invalid token"
    And the token works

    Examples:
      | id  | way                  |
      | 205 | with a job token     |
      | 206 | with the login token |

  @QC-<id> @rule.<rule>
  Scenario Outline: Another user's job token is not revoked <way>
    Given a user with a job token
    And another user with a job token
    When the user revokes the other token <way>
    Then the cloud refuses it with 403
    And the other token works

    Examples:
      | id   | rule   | way                  |
      | 207  | TK-5.2 | with a job token     |
      | 208  | PM-32  | with the login token |
      | 1122 | AT-5d  | at the old address   |

  @QC-<id> @rule.<rule>
  Scenario Outline: Another user's job token is not reopened <way>
    Given a user with a job token
    And another user with a job token
    And the other user has revoked the other token
    When the user reopens the other token <way>
    Then the cloud refuses it with 403
    And the other token is refused with 401 "Invalid or expired job token"

    Examples:
      | id  | rule   | way                  |
      | 209 | TK-6.2 | with a job token     |
      | 210 | PM-33  | with the login token |

  @QC-211 @rule.T11 @assumed
  Scenario: A job token may revoke itself
    Given a user with a job token
    When the token revokes itself
    Then the cloud accepts it
    And the token is refused with 401 "Invalid or expired job token"

  @QC-212 @rule.PM-21
  Scenario: A revoked job token does not reopen itself
    Given a user with a job token
    And the user has revoked the token
    When the token reopens itself
    Then the cloud refuses it with 401 "Invalid or expired job token"

  @QC-<id> @rule.<rule>
  Scenario Outline: Who <verb> names the token: <way>
    Given a user with a job token
    When the user <verb> without naming a token <way>
    Then the cloud refuses it because it names no token

    Examples:
      | id  | rule   | verb    | way                  |
      | 213 | TK-5.3 | revokes | with a job token     |
      | 214 | TK-5.3 | revokes | with the login token |
      | 215 | TK-6.3 | reopens | with a job token     |
      | 216 | TK-6.3 | reopens | with the login token |

  @QC-1123 @rule.TK-5.3 @rule.TK-6.3 @rule.TK-5 @rule.TK-6 @rule.AT-5 @rule.AT-5d @rule.AT-6 @assumed
  Scenario: What is no token is neither revoked nor reopened
    Given a user with a job token
    Then each of these is refused because it names no token
      | rule   | verb   | way                  | token        |
      | TK-5.3 | revoke | with a job token     | (empty form) |
      | AT-5   | revoke | with the login token | (empty form) |
      | AT-5d  | revoke | at the old address   | (empty form) |
      | TK-6.3 | reopen | with a job token     | (empty form) |
      | AT-6   | reopen | with the login token | (empty form) |
      | TK-5   | revoke | with a job token     | 7            |
      | TK-5   | revoke | with a job token     | null         |
      | TK-6   | reopen | with a job token     | ["{label}"]  |
      | TK-6   | reopen | with a job token     | null         |

  @QC-1124 @rule.TK-4 @rule.TK-5 @rule.TK-6 @rule.TK-7 @rule.TK-8 @rule.AT-4 @rule.AT-5 @rule.AT-6 @rule.AT-7 @rule.AT-5d @rule.AT-8d @rule.AT-9d
  Scenario: What is done to a job token is confirmed in every way
    Given a user with a job token
    Then each way to change, revoke, reopen and delete a job token of the user is confirmed

  @QC-217 @rule.TR-4 @assumed
  Scenario: Revoking and reopening take JSON as well
    Given a user with a job token
    When the user revokes the token and reopens it, both in JSON
    Then the cloud accepts it
    And the token works

  @QC-218 @rule.T2 @rule.A-2 @rule.TS-2 @rule.TK-3.5
  Scenario: A job token expires by itself
    Given a user with a job token that lives 1 s
    When the token has expired
    Then the token is refused wherever a job token is asked for
    And the user's list shows the token with is_revoked false
    And the token reads as
      | member | value |
      | valid  | false |

  @QC-219 @rule.T6.2 @rule.TS-4 @assumed
  Scenario: A job token that was revoked and has expired comes back in no way
    Given a user with a job token that lives 1 s
    And the user has revoked the token
    When the token has expired
    And the user tries to reopen the token
    Then the token is refused with 401 "Invalid or expired job token"
    And the user's list shows the token with is_revoked true
    And the token reads as
      | member | value |
      | valid  | false |

  @QC-1125 @rule.T2
  Scenario: Nothing that a user may try brings a job token back that has expired
    Given a user with a job token that lives 1 s
    And the token has expired
    And the token is noted
    When the user tries to reopen the token
    And the user tries to change the token
    Then the token is refused with 401 "Invalid or expired job token"
    And the token expires when it was to expire
    And the token reads as
      | member | value |
      | valid  | false |

  @QC-220 @rule.T4.1 @rule.T6.1 @assumed
  Scenario: A job token that has expired is neither revoked nor reopened
    Given a user with a job token that lives 1 s
    And the user has another job token
    When the token has expired
    Then revoking the token is refused with 400, as the way has it
    And reopening the token is refused with 400, as the way has it
