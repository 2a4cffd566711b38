@job_tokens
Feature: Deleting job tokens
  Users delete their tokens by id or by key, all that are named or none.

  @QC-<id> @rule.T7 @rule.TS-5 @rule.<rule>
  Scenario Outline: A deleted job token is gone, when deleted by <handle> <way>
    Given a user with a job token
    And the user has another job token
    When the user deletes the token by <handle> <way>
    Then the cloud confirms it
    And the token is gone
    And the other token works

    Examples:
      | id  | rule  | handle | way                                      |
      | 221 | TK-7  | id     | with a job token                         |
      | 222 | AT-7  | id     | with the login token                     |
      | 223 | AT-7  | id     | with a job token on the account's routes |
      | 224 | TK-8  | key    | with a job token                         |
      | 225 | AT-8d | key    | at the old address                       |
      | 226 | AT-9d | key    | at the other old address                 |

  @QC-227 @rule.T7.1 @rule.T6.1 @rule.T4 @assumed
  Scenario: A deleted job token is neither revoked nor reopened
    Given a user with a job token
    And the user has another job token
    And the user has deleted the token
    When the user tries to reopen the token
    Then the token is gone
    And revoking the token is refused with 400, as the way has it
    And reopening the token is refused with 400, as the way has it

  @QC-228 @rule.T7
  Scenario: A revoked job token can be deleted
    Given a user with a job token
    And the user has revoked the token
    When the user deletes the token by id with the login token
    Then the cloud accepts it
    And the token is gone

  @QC-1126 @rule.T7 @rule.TS-5
  Scenario: Job tokens are deleted whatever their state
    Given a user with job tokens that are active, revoked, expired, and both
    When the user deletes them all by id with the login token
    Then the cloud accepts it
    And the user has no job tokens

  @QC-<id> @rule.T8 @rule.<rule>
  Scenario Outline: A job token does not delete itself by <handle> <way>
    Given a user with a job token
    And the user has another job token
    When the user deletes the token and the other token by <handle> <way>
    Then the cloud refuses it with 400 "Can't delete the current active token"
    And the other token works

    Examples:
      | id  | rule   | handle | way                                      |
      | 229 | TK-7.2 | id     | with a job token                         |
      | 230 | AT-7   | id     | with a job token on the account's routes |
      | 231 | TK-8.2 | key    | with a job token                         |
      | 232 | AT-8d  | key    | at the old address                       |
      | 233 | AT-9d  | key    | at the other old address                 |

  @QC-<id> @rule.T8.1 @rule.<rule> @assumed
  Scenario Outline: With the calling token all others of a list stay, by <handle> <way>
    Given a user with a job token
    And the user has another job token
    When the user deletes the token and the other token by <handle> <way>
    Then the cloud refuses it with 400 "Can't delete the current active token"
    And the token works

    Examples:
      | id   | rule   | handle | way                                      |
      | 234  | TK-7.2 | id     | with a job token                         |
      | 235  | TK-8.2 | key    | with a job token                         |
      | 1127 | AT-7   | id     | with a job token on the account's routes |
      | 1128 | AT-8d  | key    | at the old address                       |
      | 1129 | AT-9d  | key    | at the other old address                 |

  @QC-236 @rule.AT-7.1
  Scenario: With a login all of a user's job tokens may go
    Given a user with a job token
    And the user has another job token
    When the user deletes the token and the other token by id with the login token
    Then the cloud accepts it
    And the token is gone
    And the other token is gone

  @QC-<id> @rule.T9 @rule.<rule>
  Scenario Outline: A job token that nobody has cannot be deleted by <handle> <way>
    Given a user with a job token
    When the user deletes an unknown one by <handle> <way>
    Then the cloud refuses it with 400 "Tokens not found"

    Examples:
      | id  | rule   | handle | way                      |
      | 237 | TK-7.1 | id     | with a job token         |
      | 238 | AT-7   | id     | with the login token     |
      | 239 | TK-8.1 | key    | with a job token         |
      | 240 | AT-8d  | key    | at the old address       |
      | 241 | AT-9d  | key    | at the other old address |

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: Deleting <things> by <handle> deletes nothing, <way>
    Given a user with a job token
    And the user has another job token
    When the user deletes <things> by <handle> <way>
    Then the cloud refuses it with 400 "Tokens not found"
    And the token works

    Examples:
      | id   | rule | handle | things                       | way                      |
      | 242  | T9.1 | id     | nothing                      | with a job token         |
      | 243  | T9.1 | key    | nothing                      | with a job token         |
      | 1130 | T9.1 | id     | nothing                      | with the login token     |
      | 244  | T9.2 | id     | the token and an unknown one | with a job token         |
      | 245  | T9.2 | key    | the token and an unknown one | with a job token         |
      | 1131 | T9.2 | id     | the token and an unknown one | with the login token     |
      | 1132 | T9.2 | key    | the token and an unknown one | at the old address       |
      | 1133 | T9.2 | key    | an unknown one and the token | at the other old address |

  @QC-<id> @rule.T10 @rule.<rule>
  Scenario Outline: Another user's job token is not deleted by <handle> <way>, nor one's own beside it
    Given a user with a job token
    And another user with a job token
    And the user has one more job token
    When the user deletes the token and the other token by <handle> <way>
    Then the cloud refuses it with 403 "<error>"
    And the other token works
    And the token works

    Examples:
      | id   | rule   | handle | way                                      | error                                           |
      | 246  | TK-7.3 | id     | with a job token                         | Permission denied                               |
      | 247  | PM-34  | id     | with the login token                     | Permission denied                               |
      | 1134 | AT-7   | id     | with a job token on the account's routes | Permission denied                               |
      | 248  | TK-8.3 | key    | with a job token                         | You do not have permission to delete this token |
      | 249  | AT-8d  | key    | at the old address                       | You do not have permission to delete this token |
      | 250  | AT-9d  | key    | at the other old address                 | You do not have permission to delete this token |

  @QC-<id> @rule.T9.4 @assumed
  Scenario Outline: Of several faults in a list by <handle>, <first> comes first
    Given a user with a job token
    And another user with a job token
    When the user deletes <things> by <handle> with a job token
    Then the cloud refuses it with <status> "<error>"

    Examples:
      | id   | handle | first                 | things                                           | status | error                                           |
      | 824  | id     | the unknown job token | the other token and an unknown one               | 400    | Tokens not found                                |
      | 825  | key    | the unknown job token | the other token and an unknown one               | 400    | Tokens not found                                |
      | 826  | id     | the foreign job token | the token and the other token                    | 403    | Permission denied                               |
      | 827  | key    | the foreign job token | the token and the other token                    | 403    | You do not have permission to delete this token |
      | 1135 | id     | the unknown of three  | the token and the other token and an unknown one | 400    | Tokens not found                                |

  @QC-<id> @rule.T9.3 @assumed
  Scenario Outline: Naming a job token twice by <handle> is no fault
    Given a user with a job token
    And the user has another job token
    When the user deletes the token and the token by <handle> with a job token
    Then the cloud accepts it
    And the token is gone

    Examples:
      | id  | handle |
      | 251 | id     |
      | 252 | key    |

  @QC-253 @rule.TK-7.4
  Scenario: Who deletes by id names ids
    Given a user with a job token
    When the user deletes by id without naming any
    Then the cloud refuses it because "token_ids" in its json is missing

  @QC-<id> @rule.<rule>
  Scenario Outline: <value> is no list to delete by <handle>
    Given a user with a job token
    When the user deletes by <handle> naming <value>
    Then the cloud refuses it because "<member>" in its json is invalid

    Examples:
      | id  | rule   | handle | value | member    |
      | 842 | TK-7   | id     | "all" | token_ids |
      | 843 | TK-7   | id     | ["1"] | token_ids |
      | 844 | TK-8.5 | key    | "all" | tokens    |
      | 845 | TK-8.5 | key    | [1]   | tokens    |

    @assumed
    Examples: settled by the contract
      | id   | rule | handle | value  | member    |
      | 1136 | TK-7 | id     | null   | token_ids |
      | 1137 | TK-7 | id     | [true] | token_ids |

  @QC-254 @rule.TK-8.4 @assumed
  Scenario: Who deletes by key without naming any finds none
    Given a user with a job token
    When the user deletes by key without naming any
    Then the cloud refuses it with 400 "Tokens not found"

  @QC-1138 @rule.TK-8.4 @assumed
  Scenario: Who deletes by key naming null finds none
    Given a user with a job token
    When the user deletes by key naming null
    Then the cloud refuses it with 400 "Tokens not found"
