@jobs @availability
Feature: A user sees how many jobs may wait and run
  Perceval asks before it submits the jobs of a group, and waits while there is no room.

  @QC-700 @smoke @job_token_suffices @readonly @with_job_token @rule.JB-7.1 @rule.C-9 @rule.JB-7.2
  Scenario: The availability is made of whole numbers
    Given someone with a job token
    Then the availability of the user has six whole numbers

  @QC-701 @rule.JB-7 @rule.Q-7 @assumed
  Scenario: A job is counted as waiting, then as running, then no more
    Given a user with permission on a platform of its own
    When the user submits a job
    Then the user has 1 waiting and 0 running jobs
    When the worker fetches a job
    Then the user has 0 waiting and 1 running jobs
    When the worker completes the job
    Then the user has 0 waiting and 0 running jobs

  @QC-706 @rule.Q-7 @assumed
  Scenario: A suspended job keeps its place among the running ones
    Given a user with permission on a platform of its own
    And the user has a job in status suspended
    Then the user has 0 waiting and 1 running jobs

  @QC-702 @rule.JB-7.3 @assumed
  Scenario: All tokens of a user show the same numbers, over all platforms
    Given a user with permission on a platform of its own
    And another platform of its own
    And the user may use the other platform
    And the user has a job in status waiting
    And the user has another job token
    And the user has a job in status waiting on the other platform
    Then the user has 2 waiting and 0 running jobs

  @QC-703 @rule.JB-7.3 @assumed
  Scenario: One user's jobs are not counted for another
    Given a user with permission on a platform of its own
    And another user with permission on the platform
    And the user has a job in status running
    Then the other user has 0 waiting and 0 running jobs

  @QC-704 @rule.JB-7.4 @rule.JB-1.44 @assumed
  Scenario: Jobs that run on a toolbox platform are counted apart
    Given a user with permission on a platform of its own with
      | member | value   |
      | type   | toolbox |
    And the user has a job in status running
    Then the user has 1 running toolbox jobs

  @QC-705 @rule.JB-1.21 @rule.LM-3 @rule.JB-1.45 @assumed
  Scenario: A user who runs as many toolbox jobs as allowed submits no more
    Given a user with permission on a platform of its own with
      | member | value   |
      | type   | toolbox |
    And the user runs as many toolbox jobs as allowed
    When the user submits a job
    Then the cloud refuses it for the cap on toolbox jobs

  @QC-<id> @rule.JB-7.4 @assumed
  Scenario Outline: A toolbox job that is <status> counts as running
    Given a user with permission on a platform of its own with
      | member | value   |
      | type   | toolbox |
    And the user has a job in status <status>
    Then the user has 1 running toolbox jobs

    Examples:
      | id   | status           |
      | 1246 | suspended        |
      | 1247 | cancel_requested |

  @QC-1248 @rule.JB-7.4 @assumed
  Scenario: Neither jobs that wait for a toolbox nor those that run elsewhere are running toolbox jobs
    Given a user with permission on a platform of its own with
      | member | value   |
      | type   | toolbox |
    And another platform of its own
    And the user may use the other platform
    And the user has a job in status waiting
    And the user has a job in status running on the other platform
    Then the user has 0 running toolbox jobs
    And the user has 1 waiting and 1 running jobs

  @QC-1249 @rule.JB-1.45 @rule.LM-3 @assumed
  Scenario: The cap on toolbox jobs holds on toolbox platforms only
    Given a user with permission on a platform of its own with
      | member | value   |
      | type   | toolbox |
    And another platform of its own
    And the user may use the other platform
    And the user runs as many toolbox jobs as allowed
    When the user submits a job on the other platform
    Then the cloud accepts it

  @QC-1250 @rule.JB-1.45 @assumed
  Scenario: Toolbox jobs that wait do not count against the cap on those that run
    Given a user with permission on a platform of its own with
      | member | value   |
      | type   | toolbox |
    And the user has as many waiting jobs as toolbox jobs may run
    When the user submits a job
    Then the cloud accepts it

  @QC-1251 @rule.C-9 @rule.JB-1.4
  Scenario: As many jobs are taken as the availability leaves room for
    Given a user with permission on a platform of its own
    When the user submits as many jobs as there is room for
    Then the cloud accepts all of them
    And there is no room for another job of the user
    When the user submits a job
    Then the cloud refuses it for the cap on waiting jobs
