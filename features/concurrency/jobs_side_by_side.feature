@concurrency @jobs
Feature: Many users and many workers use one platform at the same time
  Nothing is lost, nothing is done twice, nothing gets into the wrong hands, and all numbers are right in the end.

  @QC-683 @rule.Q-3 @rule.J2.2 @rule.RS-7 @rule.Q-7 @rule.UR-2 @rule.UR-6 @rule.JB-1.52 @assumed
  Scenario: Every job is run once, and its results reach the user who submitted it
    Given 6 users with permission on a platform of their own
    And 4 workers of the platform
    When each user submits 4 jobs while the workers fetch and complete them
    Then every job was fetched, by one worker and once
    And each user reads of each job the results of its own payload
    And the data of each job show its own payload, and the token that submitted it
    And no user has a job that waits or runs
    And the usage report counts for each token its own jobs and what they cost

  @QC-684 @rule.Q-4 @rule.LM-2 @assumed
  Scenario: Many workers together give a user no more running jobs than may run
    Given a user with permission on a platform of its own
    And the user has as many waiting jobs as allowed
    When 4 workers of the platform fetch at the same time
    Then the user runs as many jobs as allowed, and the other jobs still wait

  @QC-685 @rule.JB-1.4 @rule.LM-1 @assumed
  Scenario: Jobs that come at once take no more places in the queue than there are
    Given a user with permission on a platform of its own
    And the user has room for 2 more waiting jobs
    When the user submits 6 jobs at once
    Then 2 of them are accepted, and the others refused for the cap on waiting jobs
    And there is no room for another job of the user

  @QC-686 @rule.CR-3 @rule.CR-4 @assumed
  Scenario: Jobs that come at once reserve no more credits than there are
    Given a user with credits 100 and permission on a platform of its own
    When the user submits 6 jobs of 40 shots at once
    Then 2 of them are accepted, and the others refused with 401 "Not enough credits: all remaining credits are reserved by waiting or running jobs"

  @QC-687 @rule.JB-1.41 @rule.JB-1.14 @assumed
  Scenario: A process id that two users show at once belongs to one of them
    Given a user with permission on a platform of its own
    And another user with permission on the platform
    When both users submit a job with one process id at once, 4 times over
    Then each time one of them is accepted, and the other refused with 400 as second

  @QC-688 @rule.RR-9 @rule.RR-2 @rule.RR-3 @assumed
  Scenario: Reruns that come at once each make a job
    Given a user with permission on a platform of its own
    And the user has a job in status canceled
    When the user reruns the job 3 times at once
    Then each of them made a job of its own, which waits and names the one that was rerun
    And the user has 4 jobs in all

  @QC-735 @rule.J13 @rule.A-3 @assumed
  Scenario: Jobs that come while their user is deactivated are refused or canceled, and none is left to wait
    Given a user with permission on a platform of its own
    When the user submits 6 jobs while the admin deactivates the user
    Then each of them is refused with 401 "Invalid user", or canceled

  @QC-736 @rule.J13 @rule.JB-1.30 @assumed
  Scenario: Jobs that come while their platform is deleted are refused or canceled, and none is left to wait
    Given a user with permission on a platform of its own
    When the user submits 6 jobs while the admin deletes the platform
    Then each of them is refused with 404 "Platform not found", or canceled

  @QC-734 @rule.CT-2 @assumed
  Scenario: Of the uses of a token that come at once every one is counted
    Given a user with a job token
    When the token is used 30 times, 6 times at once
    Then the token has been used 30 times more
