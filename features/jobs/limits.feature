@jobs @limits
Feature: What a user's jobs may take
  Caps on waiting and running jobs, a limit on the duration of a job, credits and time.

  Rule: Caps

    Background:
      Given a user with permission on a platform of its own

    @QC-660 @rule.JB-1.4
    Scenario: A user with a full queue submits no more jobs
      Given the user has as many waiting jobs as allowed
      When the user submits a job
      Then the cloud refuses it for the cap on waiting jobs

    @QC-661 @rule.JB-1.4 @rule.LM-1 @assumed
    Scenario: One user's full queue is no other user's
      Given another user with permission on the platform
      And the user has as many waiting jobs as allowed
      When the other user submits another job
      Then the cloud accepts it

    @QC-662 @rule.LM-1 @assumed
    Scenario: A full queue is full on every platform
      Given another platform of its own
      And the user may use the other platform
      And the user has as many waiting jobs as allowed
      When the user submits a job on the other platform
      Then the cloud refuses it for the cap on waiting jobs

    @QC-663 @rule.Q-4 @assumed
    Scenario: A user who runs as many jobs as allowed is passed over, and blocks nobody
      Given another user with permission on the platform
      And the user runs as many jobs as allowed
      And the user has a job in status waiting
      And the other user has another job in status waiting
      When the worker fetches a job
      Then the worker gets the other job
      And the worker finds no job to fetch
      And the job is in status waiting

    @QC-664 @rule.Q-4 @assumed
    Scenario: The user's next job runs when one has ended
      Given the user runs as many jobs as allowed
      And the user has a job in status waiting
      When the worker completes the oldest of them
      Then the worker can fetch the job

  Rule: The duration of a job

    @QC-665 @rule.J10 @rule.J10.1 @rule.J10.2 @assumed
    Scenario: A job that runs longer than it may is canceled by the system
      Given a user with permission on a platform of its own
      And the user has a job in status running with
        | member       | value |
        | max_duration | 1     |
      Then within 1.5 seconds the job comes to status canceled
      And the status of the job shows
        | member         | value                 |
        | failure_code   | max_duration_exceeded |
        | status_message | a non-empty text      |
        | duration       | 1                     |

    @QC-666 @rule.J10 @rule.WK-2.12 @assumed
    Scenario: The worker of a job that ran too long is told to stop
      Given a user with permission on a platform of its own
      And the user has a job in status running with
        | member       | value |
        | max_duration | 1     |
      Then within 1.5 seconds the job comes to status canceled
      When the worker completes the job
      Then the cloud refuses it as invalid data and tells the status canceled

    @QC-667 @rule.J10.3 @rule.J10.5 @assumed
    Scenario: The platform's limit counts from the start of a job, and a waiting job does not run out
      Given a user with permission on a platform of its own with
        | member       | value |
        | max_duration | 1     |
      And the user has a job in status running
      And the user has one more job in status waiting
      Then within 1.5 seconds the job comes to status canceled
      And the new job is in status waiting
      And the worker can fetch the new job
      And the new job is in status running

  Rule: Credits

    @QC-668 @rule.JB-1.18 @rule.CR-2 @assumed
    Scenario: A job that needs more shots than the user has credits is refused
      Given a user with credits 100 and permission on a platform of its own
      When the user submits a job with payload.max_shots set to 101
      Then the cloud refuses it with 401 "Not enough credits"
      And no job of the user has been made

    @QC-669 @rule.JB-1.19 @rule.CR-3 @rule.CR-4 @assumed
    Scenario: Credits are reserved by jobs that wait
      Given a user with credits 100 and permission on a platform of its own
      And the user has a job in status waiting with
        | member            | value |
        | payload.max_shots | 60    |
      When the user submits another job with payload.max_shots set to 41
      Then the cloud refuses it with 401 "Not enough credits: all remaining credits are reserved by waiting or running jobs"
      When the user submits another job with payload.max_shots set to 40
      Then the cloud accepts it

    @QC-<id> @rule.CR-5 @assumed
    Scenario Outline: A completed job of 60 shots that published <shots> costs <cost>
      Given a user with credits 100 and permission on a platform of its own
      And the user has a job in status running with
        | member            | value |
        | payload.max_shots | 60    |
      When the worker completes the job with shots set to <shots>
      Then the user has <left> credits left

      Examples:
        | id  | shots | cost | left |
        | 670 | 45    | 45   | 55   |
        | 671 | 75    | 60   | 40   |
  
    @QC-672 @rule.CR-5 @assumed
    Scenario: A completed job whose worker published no shots costs what was reserved
      Given a user with credits 100 and permission on a platform of its own
      And the user has a job in status running with
        | member            | value |
        | payload.max_shots | 60    |
      When the worker completes the job
      Then the user has 40 credits left

    @QC-<id> @rule.CR-6 @assumed
    Scenario Outline: A job that ends in <status> costs nothing
      Given a user with credits 100 and permission on a platform of its own
      And the user has a job in status <status> with
        | member            | value |
        | payload.max_shots | 60    |
      Then the user has 100 credits left
      When the user submits another job with payload.max_shots set to 100
      Then the cloud accepts it

      Examples:
        | id  | status   |
        | 673 | error    |
        | 674 | canceled |

    @QC-675 @rule.CR-1 @assumed
    Scenario: A job without shots costs nothing
      Given a user with credits 0 and permission on a platform of its own
      When the user submits a job without payload.max_shots
      Then the cloud accepts it

    @QC-676 @rule.JB-1.20 @rule.CR-7 @assumed
    Scenario: A user without time left submits no jobs
      Given a user with time_left 0 and permission on a platform of its own
      When the user submits a job
      Then the cloud refuses it with 401 "Not enough simulator time left"
      And no job of the user has been made

  Rule: A user who is gone

    @QC-<id> @rule.J13 @assumed
    Scenario Outline: A job that is <status> when its user is <gone> is canceled
      Given a user with permission on a platform of its own
      And the user has a job in status <status>
      When the admin <does> the user
      Then the admin sees the job in status canceled
      And the worker finds no job to fetch

      Examples:
        | id  | status    | gone        | does        |
        | 677 | waiting   | deactivated | deactivates |
        | 678 | waiting   | deleted     | deletes     |
        | 679 | suspended | deactivated | deactivates |

    @QC-<id> @rule.J13 @assumed
    Scenario Outline: The worker of a running job is told to stop when its user is <gone>
      Given a user with permission on a platform of its own
      And the user has a job in status running
      When the admin <does> the user
      Then the admin sees the job in status cancel_requested
      When the worker publishes progress 50
      Then the worker is told cancel_requested
      When the worker acknowledges the cancellation of the job
      Then the admin sees the job in status canceled

      Examples:
        | id  | gone        | does        |
        | 680 | deactivated | deactivates |
        | 681 | deleted     | deletes     |

    @QC-682 @rule.J13.2 @assumed
    Scenario: Jobs that were canceled stay so when the user comes back
      Given a user with permission on a platform of its own
      And the user has a job in status waiting
      And the admin has deactivated the user
      And the admin has brought the user back
      Then the job is in status canceled
