@transport
Feature: What a request may bring, and how it is read
  Bodies are JSON in nearly every place, of any size that makes sense; what they hold is taken at its word.

  @QC-1022 @rule.TR-3
  Scenario: A job token is revoked and reopened by a form
    Given a user with a job token
    And the user has another job token
    Then the token can be revoked and reopened by a form in every way

  @QC-1023 @rule.TR-7
  Scenario: Cancel and rerun need no body
    Given a user with permission on a platform of its own
    Then jobs are canceled and rerun without a body at the new and the old addresses

  @QC-1024 @rule.TR-21 @assumed
  Scenario: Cancel looks at no body
    Given a user with permission on a platform of its own
    Then jobs are canceled whatever body comes along at the new and the old address

  @QC-1025 @rule.TR-10
  Scenario: A repeated creation is a new one
    Given a user with permission on a platform of its own
    When the user sends the same creation of a job twice with one idempotency key
    Then two jobs came of it

  @QC-1026 @rule.TR-10
  Scenario: Nobody asks too often
    Given a user with a job token
    When the user asks 120 times in a row how many jobs there may be
    Then every one of them is answered

  @QC-1027 @rule.TR-18 @assumed
  Scenario: Of a repeated member the last one counts
    Given a user with a job token
    Then of a member that is repeated the last one counts

  @QC-1028 @rule.TR-19 @assumed
  Scenario: An empty body is an empty object
    Given a user with a job token
    Then an empty body and null count as an empty object

  @QC-1029 @rule.TR-22 @assumed
  Scenario: A body of 32 MiB is read
    Given a user who has logged in
    When the user makes a job token with a body of 32 MiB
    Then the cloud accepts it

  @QC-1030 @rule.TR-22 @assumed
  Scenario: A body of more than 32 MiB is refused as too large
    Given a user who has logged in
    When the user makes a job token with a body of one byte more than 32 MiB
    Then the cloud refuses it with 400 "Request body too large"

  @QC-1031 @rule.TR-23 @assumed
  Scenario: A large payload reaches its data and its worker unharmed
    Given a user with permission on a platform of its own
    When the user submits a job with a payload of 5 megabytes
    Then the cloud accepts it
    And the payload of the job reaches its data and its worker unharmed

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: <value> is no <member> of a job
    Given a user with permission on a platform of its own
    When the user submits a job with <member> set to <value>
    Then the cloud refuses it because "<member>" in its json is invalid

    Examples:
      | id   | rule  | member       | value                |
      | 1032 | TR-24 | max_duration | true                 |
      | 1033 | TR-24 | max_duration | 60.0                 |
      | 1034 | TR-25 | max_duration | 9223372036854775808  |
      | 1035 | TR-25 | max_duration | -9223372036854775809 |
      | 1036 | TR-26 | job_name     | null                 |

  @QC-1086 @rule.TR-4 @assumed
  Scenario: What is not called JSON is read as a form where a form is due
    Given a user with a job token
    And the user has another job token
    Then the token is revoked and reopened by a form under every content type but JSON's

  @QC-1087 @rule.TR-16 @assumed
  Scenario: A body is read as UTF-8 whatever it is called
    Given a user who has logged in
    Then a label in many alphabets arrives whatever the content type says

  @QC-<id> @rule.TR-24 @assumed
  Scenario Outline: <value> is no number
    When the admin makes a user with <value> as credits
    Then the cloud refuses it because "credits" in its json is invalid

    Examples:
      | id   | value |
      | 1088 | "5"   |
      | 1089 | true  |
      | 1090 | "1e3" |

  @QC-1091 @rule.TR-24 @assumed
  Scenario: A text is no number where a worker publishes either
    Given a user with permission on a platform of its own
    And the user has a job in status running
    When the worker publishes progress "50"
    Then the cloud refuses it because "progress" in its json is invalid

  @QC-1037 @rule.TR-27 @assumed
  Scenario: An integer in a query is digits and perhaps a minus, and a boolean one of four words
    Given a user with a job token
    Then the user's list of job tokens refuses each of these
      | parameter       | value      |
      | limit           | 1.0        |
      | limit           | 1e1        |
      | limit           | 0x10       |
      | limit           | %2B1       |
      | limit           | %201       |
      | limit           | %D9%A1     |
      | limit           | 1_0        |
      | include_revoked | yes        |
      | include_revoked | 2          |
      | include_expired | on         |
      | include_expired | %22true%22 |

  @QC-1038 @rule.TR-27 @rule.TR-28 @rule.PG-2 @assumed
  Scenario: What is empty or null in a query is absent
    Given a user with 3 job tokens
    Then the user's list of job tokens has so many entries
      | query                       | entries |
      | offset=                     | 3       |
      | offset=null                 | 3       |
      | offset=-0                   | 3       |
      | limit=null                  | 3       |
      | limit=002                   | 2       |
      | limit=2&offset=             | 2       |
      | user_id=                    | 3       |
      | user_id=null                | 3       |
      | include_expired=            | 3       |
      | include_expired=null        | 3       |
      | include_expired=1           | 3       |
      | include_revoked=tRuE        | 3       |
      | type=job&page=7             | 3       |
