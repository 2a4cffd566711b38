@job_tokens
Feature: Listing job tokens
  A user lists their own tokens, filtered and page by page.

  @QC-<id> @rule.<rule>
  Scenario Outline: A user lists their job tokens <way>
    Given a user with a job token
    And the user has another job token
    And someone else has a job token too
    When the user lists their job tokens <way>
    Then the list holds exactly the user's two job tokens

    Examples:
      | id  | rule | way                                      |
      | 263 | TK-1 | with a job token                         |
      | 264 | AT-1 | with the login token                     |
      | 265 | AT-1 | with a job token on the account's routes |

  @QC-<id> @rule.<rule> @rule.SC-1 @assumed
  Scenario Outline: The list has all that a job token was made with, its key included, <way>
    Given a user with a job token
    And the user has another job token
    When the user lists their job tokens <way>
    Then the list describes the token as it was made

    Examples:
      | id   | rule | way                  |
      | 1115 | TK-1 | with a job token     |
      | 1116 | AT-1 | with the login token |

  @QC-1117 @rule.TK-10 @rule.TK-1 @assumed
  Scenario: Neither a login token nor an API key is in the list of a user's job tokens
    Given a user with a job token
    And the user has another job token
    And the user has an API key
    When the user lists their job tokens with a job token
    Then the list holds exactly the user's two job tokens

  @QC-266 @rule.TK-1.5 @rule.TK-1.6 @rule.TK-1.4 @rule.TS-1 @rule.TS-2 @rule.TS-3 @rule.TS-4
  Scenario: Filters leave out expired and revoked job tokens
    Given a user with job tokens that are active, revoked, expired, and both
    Then the user's list holds, by its filters
      | include_expired | include_revoked | listed                         |
      |                 |                 | active, revoked, expired, both |
      | true            | true            | active, revoked, expired, both |
      | false           |                 | active, revoked                |
      |                 | false           | active, expired                |
      | false           | false           | active                         |

  @QC-267 @rule.PG-9 @assumed
  Scenario: Filters come before paging
    Given a user with 6 job tokens, every second one revoked
    When the user lists 3 of their job tokens, leaving out revoked ones
    Then the list holds 3 job tokens

  @QC-268 @rule.PG-8 @rule.PG-7 @rule.TK-1.1 @assumed
  Scenario: The list of job tokens is whole, page by page
    Given a user with 5 job tokens
    Then the user's pages of 2 job tokens make up the whole list, in the order of their ids

  @QC-269 @rule.PG-6 @assumed
  Scenario: Past the end of the list there is nothing
    Given a user with a job token
    When the user lists their job tokens from the 100th on
    Then the list holds 0 job tokens

  @QC-270 @rule.PG-4 @rule.TK-1.1
  Scenario: A list refuses limits that cannot be
    Given a user with a job token
    When the user asks for impossible limits
    Then each is refused because of its parameter

  @QC-271 @rule.PG-5 @assumed
  Scenario: A list refuses offsets below zero
    Given a user with a job token
    When the user asks for impossible offsets
    Then each is refused because of its parameter

  @QC-1118 @rule.TK-1.1 @rule.TK-1.2 @rule.TK-1.4
  Scenario: A list refuses what is no page, no user and no filter
    Given a user with a job token
    Then the user's list with a job token is refused for each of these parameters
      | rule   | parameter       | value |
      | TK-1.1 | limit           | many  |
      | TK-1.1 | offset          | last  |
      | TK-1.1 | offset          | 1.5   |
      | TK-1.2 | user_id         | me    |
      | TK-1.4 | include_expired | maybe |
      | TK-1.4 | include_revoked | never |

  @QC-<id> @rule.<rule>
  Scenario Outline: A user does not list another user's job tokens <way>
    Given a user with a job token
    And another user with a job token
    When the user lists the job tokens of the other user <way>
    Then the cloud refuses it with 403

    Examples:
      | id  | rule   | way                                      |
      | 272 | TK-1.3 | with a job token                         |
      | 273 | PM-27  | with the login token                     |
      | 274 | PM-27  | with a job token on the account's routes |

  @QC-828 @rule.TK-1.2
  Scenario: A user may name themselves to list their job tokens
    Given a user with a job token
    And the user has another job token
    When the user lists the job tokens of the user with a job token
    Then the list holds exactly the user's two job tokens

  @QC-829 @rule.A-7.3 @assumed @readonly
  Scenario: The admin finds no job tokens of a user who does not exist
    When the admin lists the job tokens of a user who does not exist
    Then the list holds 0 job tokens

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: A list may be asked for with ?<query>
    Given a user with 6 job tokens, every second one revoked
    When the user lists their job tokens with ?<query>
    Then the list holds <number> job tokens

    Examples:
      | id   | rule   | query                   | number |
      | 830  | TR-27  | include_revoked=FALSE   | 3      |
      | 831  | TR-27  | include_revoked=0       | 3      |
      | 832  | TR-27  | include_revoked=True    | 6      |
      | 833  | TR-28  | include_revoked=&limit= | 6      |
      | 834  | TR-28  | include_revoked=null    | 6      |
      | 835  | TR-28  | colour=blue&limit=2     | 2      |
      | 836  | TR-18  | limit=1&limit=4         | 4      |
      | 1119 | TK-1.2 | user_id=null            | 6      |

  @QC-275 @rule.AT-1.1 @assumed
  Scenario: The admin lists the job tokens of a user
    Given a user with a job token
    And the user has another job token
    When the admin lists the job tokens of the user
    Then the list holds exactly the user's two job tokens
