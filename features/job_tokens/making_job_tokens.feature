@job_tokens
Feature: Making job tokens
  A job token is what a user's programs show to run jobs. Users make their own, an admin makes them for anyone.

  @QC-<id> @rule.T1 @rule.<rule> @smoke
  Scenario Outline: A user makes a job token <way> and uses it
    Given a user with a job token
    When the user makes another job token <way>
    Then the cloud accepts it
    And the other token works

    Examples:
      | id  | rule | way                                      |
      | 120 | AT-2 | with the login token                     |
      | 121 | TK-2 | with a job token                         |
      | 122 | AT-2 | with a job token on the account's routes |

  @QC-<id> @rule.AT-2d @rule.AL-6
  Scenario Outline: The old address makes job tokens as the new one does, <way>
    Given a user with a job token
    When the user makes another job token <way>
    Then the cloud accepts it
    And the other token works

    Examples:
      | id   | way                                 |
      | 123  | at the old address                  |
      | 1100 | with a job token at the old address |

  @QC-124 @rule.A-8
  Scenario: A first job token comes from a login
    Given a user who has logged in
    When the user makes a job token with the login token
    Then the cloud accepts it
    And the token works

  @QC-125 @rule.TK-2 @job_token_suffices
  Scenario: Whoever has a job token can make one more
    Given someone with a job token
    When the user makes another job token with a job token
    Then the cloud accepts it
    And the other token works

  @QC-<id> @rule.TK-2.4 @rule.T1 @rule.PR-10
  Scenario Outline: What is not said of a new job token has its default: <said>
    Given a user who has logged in
    When the user makes a job token saying <said>
    Then the cloud accepts it
    And the answer gives the token a duration of 86400 s
    And the token was created now and expires after 86400 s
    And the token reads as
      | member   | value     |
      | label    | unknown   |
      | priority | 0         |
      | user_id  | {user_id} |
      | email    | {email}   |

    Examples:
      | id  | said                                                                                            |
      | 126 | {}                                                                                              |
      | 127 | no body at all                                                                                  |
      | 128 | {"label": null, "duration": null, "priority": null, "user_id": null, "is_explorer_token": null} |

  @QC-1101 @rule.TK-2.4 @rule.TK-2
  Scenario: What is not said of a job token that is made with another has its default too
    Given a user with a job token
    When the user makes another job token with a job token saying no body at all
    Then the cloud accepts it
    And the answer gives the token a duration of 86400 s
    And the other token reads as
      | member   | value     |
      | label    | unknown   |
      | priority | 0         |
      | user_id  | {user_id} |

  @QC-1500 @rule.TK-2.4 @rule.AL-6 @rule.AT-2d
  Scenario: What is not said of a job token at the old address has its default too
    Given a user with a job token
    When the user makes another job token at the old address saying no body at all
    Then the answer gives the token a duration of 86400 s
    And the other token reads as
      | member   | value     |
      | label    | unknown   |
      | priority | 0         |
      | user_id  | {user_id} |

  @QC-129 @rule.EX-5 @assumed
  Scenario: A job token is no explorer token unless it is said
    Given a user who has logged in
    When the user makes a job token saying {"is_explorer_token": null}
    Then the token reads as
      | member            | value |
      | is_explorer_token | false |

  @QC-130 @rule.EX-4
  Scenario: An explorer token is known as one
    Given a user who has logged in
    When the user makes a job token with true as is_explorer_token
    Then the cloud accepts it
    And the token reads as
      | member            | value |
      | is_explorer_token | true  |

  @QC-131 @rule.EX-6 @assumed
  Scenario: An explorer token looks on
    Given a user with an explorer token
    When the user reads the token with a job token
    Then the cloud accepts it
    And the token works

  @QC-<id> @rule.EX-8 @assumed
  Scenario Outline: An explorer token does not <deed>
    Given a user with a job token
    And the user has an explorer token
    And the token is noted
    When the user <deed> with a job token
    Then the cloud refuses it with 403
    And the token has not changed

    Examples:
      | id  | deed                     |
      | 132 | makes a job token        |
      | 133 | revokes the token        |
      | 134 | reopens the token        |
      | 135 | deletes the token by id  |
      | 136 | deletes the token by key |

  @QC-137 @rule.EX-7 @assumed
  Scenario: An explorer token may revoke itself
    Given a user with an explorer token
    When the token revokes itself
    Then the cloud accepts it
    And the token is refused with 401 "Invalid or expired job token"

  @QC-<id> @rule.TK-2.2 @rule.PR-1
  Scenario Outline: A priority above the user's is refused <way>
    Given a user with a job token
    When the user makes another job token <way> with 3 as priority
    Then the cloud refuses it with 400 "Can't assign priority higher than user priority"

    Examples:
      | id  | way                  |
      | 138 | with the login token |
      | 139 | with a job token     |

  @QC-140 @rule.PR-3 @assumed
  Scenario: A priority as high as the user's is fine
    Given a user who has logged in
    When the user makes a job token with 2 as priority
    Then the cloud accepts it
    And the token reads as
      | member        | value |
      | priority      | 2     |
      | user_priority | 2     |

  @QC-141 @rule.PR-4 @assumed
  Scenario: The owner's priority is the limit, not that of the admin who makes the token
    Given a user whose priority is 0
    When the admin makes a job token for the user with 1 as priority
    Then the cloud refuses it with 400 "Can't assign priority higher than user priority"

  @QC-142 @rule.AT-2.1 @assumed
  Scenario: The admin makes a job token for a user
    Given a user who has logged in
    When the admin makes a job token for the user
    Then the cloud accepts it
    And the token works
    And the token reads as
      | member | value   |
      | email  | {email} |

  @QC-143 @rule.TK-2.1 @rule.AT-2.1 @assumed
  Scenario: The admin makes no job token for a user who does not exist
    When the admin makes a job token for a user who does not exist
    Then the cloud refuses it with 400 "Unknown user"

  @QC-<id> @rule.<rule> @rule.TK-2.5
  Scenario Outline: A user makes no job tokens for others <way>
    Given a user with a job token
    And another user who has logged in
    When the user makes a job token for the other user <way>
    Then the cloud refuses it with 403 "Permission denied"
    And the other user has no job tokens

    Examples:
      | id  | rule  | way                                      |
      | 144 | PM-29 | with the login token                     |
      | 145 | PM-16 | with a job token                         |
      | 146 | PM-29 | with a job token on the account's routes |

  @QC-<id> @rule.TK-2.5 @rule.A-7.2 @assumed
  Scenario Outline: With a job token an admin makes none for others either <way>
    Given a user who has logged in
    And the admin has a job token
    When the admin's job token makes a job token for the user <way>
    Then the cloud refuses it with 403 "Permission denied"
    And the user has no job tokens

    Examples:
      | id   | way                                      |
      | 1102 | with a job token                         |
      | 1103 | with a job token on the account's routes |

  @QC-<id> @rule.TK-2.5 @assumed
  Scenario Outline: A user may name themselves as the owner <way>
    Given a user with a job token
    When the user makes a job token for the user <way>
    Then the cloud accepts it
    And the other token works

    Examples:
      | id   | way                                      |
      | 1687 | with the login token                     |
      | 1688 | with a job token                         |

  @QC-147 @rule.TK-2.5 @assumed
  Scenario: A user does not learn which other users exist
    Given a user who has logged in
    When the user makes a job token for a user who does not exist
    Then the cloud refuses it with 403 "Permission denied"

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: <value> is refused as <member> of a job token
    Given a user who has logged in
    When the user makes a job token with <value> as <member>
    Then the cloud refuses it because "<member>" in its json is invalid

    Examples:
      | id  | rule   | member   | value                    |
      | 148 | TK-2.6 | duration | 0                        |
      | 149 | TK-2.6 | duration | -1                       |
      | 150 | TK-2.6 | duration | 31536001                 |
      | 151 | TR-24  | duration | 60.0                     |
      | 152 | TR-24  | duration | "60"                     |
      | 153 | TR-24  | duration | true                     |
      | 822 | TR-25  | duration | 9223372036854775808      |
      | 154 | PR-6   | priority | -1                       |
      | 155 | TK-2.8 | label    | ""                       |
      | 156 | TK-2.8 | label    | a text of 256 characters |

  @QC-<id> @rule.TK-2.9
  Scenario Outline: <value> is no <member> of a job token
    Given a user who has logged in
    When the user makes a job token with <value> as <member>
    Then the cloud refuses it because "<member>" in its json is invalid

    Examples:
      | id  | member            | value   |
      | 157 | label             | 7       |
      | 158 | duration          | []      |
      | 159 | priority          | "first" |
      | 160 | is_explorer_token | "yes"   |
      | 161 | user_id           | "me"    |

  @QC-1104 @rule.TK-2.6 @rule.LM-4 @rule.TK-2.7 @rule.TK-2.8 @rule.TK-2.9 @assumed
  Scenario: What a login may not ask of a new job token, a job token may not either
    Given a user with a job token
    Then a new job token made with a job token is refused for each of these members
      | rule   | member            | value                    |
      | TK-2.6 | duration          | 0                        |
      | TK-2.6 | duration          | 31536001                 |
      | TK-2.7 | priority          | -1                       |
      | TK-2.8 | label             | ""                       |
      | TK-2.8 | label             | a text of 256 characters |
      | TK-2.9 | label             | 7                        |
      | TK-2.9 | duration          | []                       |
      | TK-2.9 | priority          | "first"                  |
      | TK-2.9 | is_explorer_token | "yes"                    |
      | TK-2.9 | user_id           | "me"                     |

  @QC-<id> @rule.TK-2.6 @rule.LM-4 @assumed
  Scenario Outline: A job token may live <seconds> s
    Given a user who has logged in
    When the user makes a job token with <seconds> as duration
    Then the cloud accepts it
    And the answer gives the token a duration of <seconds> s
    And the token was created now and expires after <seconds> s

    Examples:
      | id  | seconds  |
      | 162 | 1        |
      | 163 | 31536000 |

  @QC-<id> @rule.TK-2.8 @assumed
  Scenario Outline: A job token may have <value> as its label, and shows it as it was sent
    Given a user who has logged in
    When the user makes a job token with <value> as label
    Then the cloud accepts it
    And the token has <value> as label

    Examples:
      | id   | value                    |
      | 164  | a text of 255 characters |
      | 165  | " not trimmed "          |
      | 1105 | "ψ"                      |
      | 1690 | a text of 255 foreign letters |

  @QC-166 @rule.TM-7 @rule.TM-6 @assumed
  Scenario: A job token expires as long after its creation as was asked, and not before
    Given a user who has logged in
    When the user makes a job token with 60 as duration
    Then the answer gives the token a duration of 60 s
    And the token was created now and expires after 60 s
    And the token works
