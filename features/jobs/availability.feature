@jobs @availability
Feature: A user sees how many jobs may wait and run
  Perceval asks before it submits the jobs of a group, and waits while there is no room.

  @QC-700 @smoke @job_token_suffices @rule.JB-7.1 @rule.C-9 @rule.JB-7.2
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

  @QC-705 @rule.JB-1.21 @rule.JB-1.45 @assumed
  Scenario: A user who runs as many toolbox jobs as allowed submits no more
    Given a user with permission on a platform of its own with
      | member | value   |
      | type   | toolbox |
    And the user runs as many toolbox jobs as allowed
    When the user submits a job
    Then the cloud refuses it for the cap on toolbox jobs
