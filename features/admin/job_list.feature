@admin @jobs
Feature: An admin sees the jobs of all users
  The list names every job and its user, but shows no payload.

  @QC-710 @rule.JA-1 @assumed
  Scenario: The list shows a job with its user and without its payload
    Given a user with permission on a platform of its own
    And the user has a job in status running
    When the admin lists the jobs with
      | parameter | value     |
      | user_id   | {user_id} |
    Then the list holds, in this order
      | job     |
      | the job |
    And the entry of the job shows
      | member        | value           |
      | user_id       | {user_id}       |
      | job_name      | {job_name}      |
      | status        | running         |
      | platform_name | {platform_name} |
      | token_label   | {label}         |
      | payload       | (absent)        |

  @QC-1642 @rule.JA-1 @assumed
  Scenario: The list tells of jobs what their data tell, but for the payload
    Given a user with permission on a platform of its own
    And the user has a job in status error
    When the user reruns the job
    And the worker fetches a job
    And the worker completes the new job with shots set to 7
    And the admin lists the jobs with
      | parameter | value     |
      | user_id   | {user_id} |
    Then each entry holds what the user reads of the job, and whose it is

  @QC-<id> @rule.JA-1.1 @rule.PG-7 @assumed
  Scenario Outline: The list is filtered by <what>
    Given a user with permission on a platform of its own
    And another user with permission on the platform
    And the user has a job in status canceled
    And the other user has another job in status waiting
    And the user has one more job in status waiting
    When the admin lists the jobs with
      | parameter     | value           |
      | platform_name | {platform_name} |
      | <parameter>   | <value>         |
    Then the list holds, in this order
      | job   |
      | <one> |
      | <two> |

    Examples:
      | id  | what   | parameter | value     | one           | two         |
      | 711 | user   | user_id   | {user_id} | the job       | the new job |
      | 712 | status | status    | waiting   | the other job | the new job |

  @QC-1159 @rule.JA-1.1 @assumed
  Scenario: The list is filtered by platform
    Given a user with permission on a platform of its own
    And another platform of its own
    And the user may use the other platform
    And the user has a job in status waiting
    And the user has a job in status waiting on the other platform
    When the admin lists the jobs with
      | parameter     | value                 |
      | user_id       | {user_id}             |
      | platform_name | {other_platform_name} |
    Then the list holds, in this order
      | job           |
      | the other job |

  @QC-<id> @rule.JA-1.1 @assumed
  Scenario Outline: Jobs in status <status> can be asked for
    Given a user with permission on a platform of its own
    And the user has a job in status <status>
    And the user has another job in status <other>
    When the admin lists the jobs with
      | parameter | value     |
      | user_id   | {user_id} |
      | status    | <status>  |
    Then the list holds, in this order
      | job     |
      | the job |

    Examples:
      | id   | status           | other    |
      | 1660 | running          | waiting  |
      | 1661 | cancel_requested | running  |
      | 1662 | suspended        | running  |
      | 1663 | completed        | error    |
      | 1664 | error            | canceled |
      | 1665 | canceled         | waiting  |

  @QC-713 @rule.JA-1.2 @assumed @readonly
  Scenario: A filter that matches nothing gives an empty list
    When the admin lists the jobs with
      | parameter     | value          |
      | platform_name | sim:qa-nowhere |
    Then the list is empty

  @QC-1666 @rule.JA-1.2 @rule.A-7.3 @assumed @readonly
  Scenario: A user who does not exist has no jobs
    When the admin lists the jobs with
      | parameter | value     |
      | user_id   | 987654321 |
    Then the list is empty

  @QC-<id> @rule.<rule> @assumed @readonly
  Scenario Outline: The list of jobs refuses <parameter> <value>
    When the admin lists the jobs with
      | parameter   | value   |
      | <parameter> | <value> |
    Then the cloud refuses it because "<parameter>" in its query is invalid

    Examples:
      | id   | parameter | value | rule   |
      | 714  | status    | done  | JA-1.1 |
      | 715  | limit     | 0     | PG-10  |
      | 716  | offset    | -1    | PG-5   |
      | 1160 | user_id   | me    | JA-1.1 |

  @QC-717 @rule.PG-8 @rule.PG-9 @rule.PG-6 @assumed
  Scenario: The pages of a filtered list put together are the list
    Given a user with permission on a platform of its own
    And the user has 5 waiting jobs
    Then the user's jobs, listed in pages of 2, are these jobs in their order
    And a page past the end is empty

  @QC-718 @rule.JA-1.3 @assumed
  Scenario: Jobs stay listed when their user and their platform are gone
    Given a user with permission on a platform of its own
    And the user has a job in status completed
    And the admin has deleted the user
    And the admin has deleted the platform
    When the admin lists the jobs with
      | parameter | value     |
      | user_id   | {user_id} |
    Then the list holds, in this order
      | job     |
      | the job |
