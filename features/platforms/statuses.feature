@platforms @queue
Feature: The status of a platform says which jobs it takes and hands out
  A platform in maintenance collects jobs; one that is closed takes none, but still runs those it has.

  @QC-<id> @rule.JB-1.43 @rule.PF-6 @rule.WK-1.7 @assumed
  Scenario Outline: A platform in <status> collects jobs and hands them out when it is back
    Given a user with permission on a platform of its own
    And the platform is in status <status>
    When the user submits a job
    Then the job is in status waiting
    And the worker finds no job to fetch
    When the admin puts the platform into status available
    Then the worker can fetch the job

    Examples:
      | id  | status      |
      | 351 | maintenance |
      | 352 | unreachable |

  @QC-<id> @rule.JB-1.10 @rule.PF-6
  Scenario Outline: A <status> platform takes no jobs, by its <key>
    Given a user with permission on a platform of its own
    And the platform is in status <status>
    When the user submits a job with
      | member        | value   |
      | platform_name | <name>  |
      | platform_id   | <by_id> |
    Then the cloud refuses it with 400 "Create job disabled, Platform in <status> status"

    Examples:
      | id  | status         | key  | name              | by_id           |
      | 353 | retired        | name | "{platform_name}" | null            |
      | 354 | decommissioned | name | "{platform_name}" | null            |
      | 355 | retired        | id   | null              | "{platform_id}" |

  @QC-356 @rule.JB-1.24 @rule.PF-6
  Scenario: A locked platform asks for a better offer
    Given a user with permission on a platform of its own
    And the platform is in status locked
    When the user submits a job
    Then the cloud refuses it with 403 "Platform {platform_name} is locked, please upgrade your offer to use it"

  @QC-<id> @rule.PF-6 @rule.WK-1.7 @assumed
  Scenario Outline: A platform that becomes <status> still runs the jobs that it has
    Given a user with permission on a platform of its own
    And the user has a job in status waiting
    When the admin puts the platform into status <status>
    Then the worker can fetch the job

    Examples:
      | id  | status         |
      | 357 | retired        |
      | 358 | decommissioned |
      | 359 | locked         |
