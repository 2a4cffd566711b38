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

    @QC-1706 @rule.Q-4 @rule.LM-2 @assumed
    Scenario: A job that is to be canceled holds its place until it is
      Given the user runs as many jobs as allowed
      And the user has a job in status waiting
      When the user cancels the oldest of them
      Then the worker finds no job to fetch
      And the job is in status waiting

    @QC-1254 @rule.LM-2 @rule.Q-4 @assumed
    Scenario: A user who runs as many jobs as allowed is passed over on every platform
      Given another platform of its own
      And the user may use the other platform
      And the user runs as many jobs as allowed
      And the user has a job in status waiting on the other platform
      Then the worker of the other platform finds no job to fetch
      When the worker completes the oldest of them
      And the worker of the other platform fetches a job
      Then the worker of the other platform gets the other job

    @QC-1255 @rule.Q-7 @assumed
    Scenario: Jobs that run are counted over all platforms
      Given another platform of its own
      And the user may use the other platform
      And the user has a job in status running
      And the user has a job in status running on the other platform
      Then the user has 0 waiting and 2 running jobs

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

    @QC-1256 @rule.J10.2 @assumed
    Scenario: A job that ran too long has run for as long as it may, however late someone looks
      Given a user with permission on a platform of its own
      And the user has a job in status running with
        | member       | value |
        | max_duration | 1     |
      When 2.2 seconds pass
      Then the status of the job shows
        | member   | value    |
        | status   | canceled |
        | duration | 1        |

    @QC-1257 @rule.J10.4 @assumed
    Scenario: The time of a suspended job goes on, and ends the job when it resumes
      Given a user with permission on a platform of its own
      And the user has a job in status running with
        | member       | value |
        | max_duration | 1     |
      When the worker suspends the job
      And 1.5 seconds pass
      Then the job is in status suspended
      When the worker resumes the job
      Then the job is in status canceled
      And the status of the job shows
        | member       | value                 |
        | failure_code | max_duration_exceeded |
        | duration     | 1                     |

    @QC-1258 @rule.J10.1 @rule.J10.2 @assumed
    Scenario: A job that is to be canceled is so when its time is over, without a word of its worker
      Given a user with permission on a platform of its own
      And the user has a job in status running with
        | member       | value |
        | max_duration | 1     |
      And the user has asked to cancel the job
      When 1.5 seconds pass
      Then the status of the job shows
        | member         | value            |
        | status         | canceled         |
        | status_message | a non-empty text |
        | duration       | 1                |

    @QC-1267 @rule.ST-12 @rule.J4 @assumed
    Scenario: The duration of a job is told in whole seconds
      Given a user with permission on a platform of its own
      When the worker runs a job of the user for 1.6 seconds
      Then the duration of the job is the time that it ran, in whole seconds

    @QC-1700 @rule.J2.1 @rule.J4 @assumed
    Scenario: The time that a job waited is no part of its run
      Given a user with permission on a platform of its own
      And the user has a job in status waiting
      And 1.1 seconds have passed
      When the worker runs the job for 0 seconds
      Then the job started 1 second or more after it was created
      And the duration of the job is the time that it ran, in whole seconds

  Rule: Whoever looks at a job first finds it canceled when its time is over

    Background:
      Given a user with permission on a platform of its own
      And the user has a job in status running with
        | member       | value |
        | max_duration | 1     |
      And 1.5 seconds have passed

    @QC-1259 @rule.J10.1 @assumed
    Scenario: The results of a job whose time is over tell how long it ran
      Then the result of the job shows
        | member   | value |
        | results  | null  |
        | duration | 1     |

    @QC-1260 @rule.J10.1 @rule.J10 @assumed
    Scenario: The data of a job whose time is over show it canceled
      Then the data of the job show
        | member       | value                 |
        | status       | canceled              |
        | duration     | 1                     |
        | failure_code | max_duration_exceeded |

    @QC-1261 @rule.J10.1 @assumed
    Scenario: A job whose time is over cannot be canceled any more
      When the user cancels the job
      Then the cloud refuses it with 400 "Can not cancel job"

    @QC-1262 @rule.J10.1 @assumed
    Scenario: A job whose time is over may be run again
      When the user reruns the job
      Then the cloud accepts it
      And the new job is in status waiting

    @QC-1263 @rule.J10.1 @assumed
    Scenario: A job whose time is over is counted no more
      Then the user has 0 waiting and 0 running jobs

    @QC-1264 @rule.J10.1 @assumed
    Scenario: The admin's list shows a job whose time is over canceled
      When the admin lists the jobs with
        | parameter | value     |
        | user_id   | {user_id} |
      Then the entry of the job shows
        | member | value    |
        | status | canceled |

    @QC-1265 @rule.J10.1 @assumed
    Scenario: An admin cannot cancel a job whose time is over
      When the admin cancels
        | job     |
        | the job |
      Then the cloud refuses it with 400 "Can not cancel job"

    @QC-1266 @rule.J10.1 @assumed
    Scenario: The worker of a job whose time is over publishes too late
      When the worker completes the job
      Then the cloud refuses it as invalid data and tells the status canceled

  Rule: Jobs whose time is over take no place

    @QC-1268 @rule.J10.1 @assumed
    Scenario: The user's next job runs when the time of those that ran is over
      Given a user with permission on a platform of its own
      And the user runs as many jobs as allowed, each for 1 s at most
      And the user has a job in status waiting
      When 1.5 seconds pass
      Then the worker can fetch the job

  Rule: Credits

    @QC-668 @rule.JB-1.18 @rule.A-6 @rule.CR-2 @assumed
    Scenario: A job that needs more shots than the user has credits is refused
      Given a user with credits 100 and permission on a platform of its own
      When the user submits a job with payload.max_shots set to 101
      Then the cloud refuses it with 401 "Not enough credits"
      And no job of the user has been made

    @QC-1271 @rule.CR-1 @rule.CR-2 @assumed
    Scenario: A job may need all the credits that the user has
      Given a user with credits 100 and permission on a platform of its own
      When the user submits a job with payload.max_shots set to 100
      Then the cloud accepts it

    @QC-<id> @rule.CR-3 @assumed
    Scenario Outline: Credits are reserved by jobs in <status>
      Given a user with credits 100 and permission on a platform of its own
      And the user has a job in status <status> with
        | member            | value |
        | payload.max_shots | 60    |
      When the user submits another job with payload.max_shots set to 41
      Then the cloud refuses it with 401 "Not enough credits: all remaining credits are reserved by waiting or running jobs"
      When the user submits another job with payload.max_shots set to 40
      Then the cloud accepts it

      Examples:
        | id   | status           |
        | 1272 | running          |
        | 1273 | suspended        |
        | 1274 | cancel_requested |

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
        | 1686 | 0    | 0    | 100  |
  
    @QC-672 @rule.CR-5 @assumed
    Scenario: A completed job whose worker published no shots costs what was reserved
      Given a user with credits 100 and permission on a platform of its own
      And the user has a job in status running with
        | member            | value |
        | payload.max_shots | 60    |
      When the worker completes the job
      Then the user has 40 credits left

    @QC-1714 @rule.CR-5 @assumed
    Scenario: A completed job costs the shots that its worker counted while it ran
      Given a user with credits 100 and permission on a platform of its own
      And the user has a job in status running with
        | member            | value |
        | payload.max_shots | 60    |
      And the worker has published shots 45
      When the worker completes the job
      Then the user has 55 credits left

    @QC-1275 @rule.CR-5 @rule.CR-2 @assumed
    Scenario: What a completed job did not use is free again
      Given a user with credits 100 and permission on a platform of its own
      And the user has a job in status running with
        | member            | value |
        | payload.max_shots | 60    |
      When the worker completes the job with shots set to 45
      And the user submits another job with payload.max_shots set to 56
      Then the cloud refuses it with 401 "Not enough credits"
      When the user submits another job with payload.max_shots set to 55
      Then the cloud accepts it

    @QC-1276 @rule.CR-6 @assumed
    Scenario: A job that is canceled while it runs costs nothing, whatever its worker had done
      Given a user with credits 100 and permission on a platform of its own
      And the user has a job in status cancel_requested with
        | member            | value |
        | payload.max_shots | 60    |
      When the worker completes the job with shots set to 45
      Then the user has 100 credits left
      When the user submits another job with payload.max_shots set to 100
      Then the cloud accepts it

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

    @QC-1277 @rule.CR-7 @assumed
    Scenario: The time that is over is called after the type of the platform
      Given a user with time_left 0 and permission on a platform of its own
      When the admin changes type of the platform to "qpu"
      And the user submits a job
      Then the cloud refuses it with 401 "Not enough qpu time left"

    @QC-764 @rule.CR-7 @assumed
    Scenario: A second left is enough to submit a job
      Given a user with time_left 1 and permission on a platform of its own
      When the user submits a job
      Then the cloud accepts it

    @QC-1278 @rule.CR-8 @assumed
    Scenario: A completed job takes its duration off the user's time, and one that failed does not
      Given a user with time_left 60 and permission on a platform of its own
      And the user has a job in status running
      And the user has another job in status running
      When 1.2 seconds pass
      And the worker completes the job
      And the worker fails the other job without a word
      Then the user has as much less than 60 seconds left as the job took

    @QC-1279 @rule.CR-8 @rule.CR-7 @assumed
    Scenario: A user's time ends at 0, however long the last job took
      Given a user with time_left 1 and permission on a platform of its own
      When the worker runs a job of the user for 2.1 seconds
      Then the user has 0 seconds left
      When the user submits a job
      Then the cloud refuses it with 401 "Not enough simulator time left"

    @QC-1280 @rule.CR-9 @assumed
    Scenario: A user whose credits are null has as many as a job needs
      Given a user with credits null and permission on a platform of its own
      When the user submits a job with payload.max_shots set to 1000000000
      And the worker fetches a job
      And the worker completes the job
      Then the worker is told completed
      And the user has credits and time without limit

  Rule: A user who is gone

    @QC-<id> @rule.J13 @assumed
    Scenario Outline: A job that is <status> when its user is <gone> is canceled
      Given a user with permission on a platform of its own
      And the user has a job in status <status>
      When the admin <does> the user
      Then the admin sees the job in status canceled
      And the worker finds no job to fetch

      Examples:
        | id   | status    | gone        | does        |
        | 677  | waiting   | deactivated | deactivates |
        | 678  | waiting   | deleted     | deletes     |
        | 679  | suspended | deactivated | deactivates |
        | 1269 | suspended | deleted     | deletes     |

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

    @QC-<id> @rule.J13 @rule.J13.2 @rule.J13.3 @assumed
    Scenario Outline: A job that was canceled when it was <status> stays so when the user comes back, and says why
      Given a user with permission on a platform of its own
      And the user has a job in status <status>
      And the admin has deactivated the user
      And the admin has brought the user back
      Then the status of the job shows
        | member         | value            |
        | status         | canceled         |
        | status_message | a non-empty text |
        | failure_code   | null or a text   |

      Examples:
        | id   | status    |
        | 682  | waiting   |
        | 1270 | suspended |
