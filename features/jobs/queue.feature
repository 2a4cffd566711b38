@jobs @queue
Feature: A worker fetches the jobs of its platform
  Each waiting job goes to one worker of its platform, the most urgent first, then the oldest.

  Background:
    Given a user with permission on a platform of its own

  Rule: Who gets what

    @QC-490 @smoke @rule.WK-1 @rule.J2 @assumed
    Scenario: A worker gets a waiting job, which runs from then on
      Given the user has a job in status waiting
      When the worker fetches a job
      Then the worker gets the job
      And the worker got the job as it was submitted
      And the status of the job has all that belongs to running
      And the user has 0 waiting and 1 running jobs

    @QC-491 @rule.Q-5 @rule.WK-1.1 @assumed
    Scenario: A worker that finds no job is told so
      When the worker fetches a job
      Then the worker gets no job

    @QC-492 @rule.J2.2 @assumed
    Scenario: A job that runs is not handed out again
      Given the user has a job in status running
      And another worker of the platform
      Then the worker finds no job to fetch
      And the other worker finds no job to fetch

    @QC-493 @rule.Q-1 @assumed
    Scenario: The worker of another platform does not get the job
      Given the user has a job in status waiting
      And another platform of its own
      When the worker of the other platform fetches a job
      Then the worker of the other platform gets no job
      And the job is in status waiting

    @QC-1701 @rule.Q-1 @assumed
    Scenario: A worker of two platforms gets from each the jobs that were submitted to it
      Given the user has a job in status waiting
      And the worker is registered on another platform too
      When the worker of the other platform fetches a job
      Then the worker of the other platform gets no job
      And the worker can fetch the job

    @QC-494 @rule.WK-1.5 @assumed
    Scenario: A worker that is not registered on the platform is refused
      Given the user has a job in status waiting
      When a worker that is not registered fetches a job of the platform
      Then the cloud refuses it with 400 "Invalid worker: {other_worker_id}"
      And the job is in status waiting

    @QC-496 @rule.WK-1.2 @assumed
    Scenario: A fetch needs a platform
      When a worker asks for a job of no platform
      Then the cloud refuses it with 400 "Require platform_id or platform_name"

    @QC-<id> @rule.<rule> @assumed
    Scenario Outline: A fetch from no platform is refused: <member> <value>
      When a worker asks for a job with <member> <value>
      Then the cloud refuses it with <status> "<error>"

      Examples:
        | id  | member        | value                                | status | error                       | rule   |
        | 497 | platform_id   | not-an-id                            | 400    | Invalid platform: not-an-id | WK-1.3 |
        | 498 | platform_id   | 5a881293-f071-4570-ac37-40e7f1e61a55 | 404    | Platform not found          | WK-1.4 |
        | 499 | platform_name | sim:qa-nowhere                       | 404    | Platform not found          | WK-1.4 |

    @QC-500 @rule.WK-1.6 @assumed
    Scenario: A fetch needs a worker
      When a worker asks for a job without its own id
      Then the cloud refuses it because "worker_id" in its json is missing

    @QC-501 @rule.WK-1 @assumed
    Scenario: A worker may name its platform instead of giving its id
      Given the user has a job in status waiting
      When a worker asks for a job with platform_name {platform_name}
      Then the worker gets the job

  Rule: In which order

    @QC-502 @rule.Q-2 @assumed
    Scenario: Jobs of the same priority go first come, first served
      Given another user with permission on the platform
      And the user has a job in status waiting
      And the other user has another job in status waiting
      And the user has one more job in status waiting
      Then the worker then gets, in this order
        | job           |
        | the job       |
        | the other job |
        | the new job   |

    @QC-503 @rule.PR-5 @rule.Q-2 @assumed
    Scenario: A job of a token with a higher priority overtakes
      Given the user has a job in status waiting
      And the user shows another token of priority 2
      And the user has another job in status waiting
      Then the worker then gets, in this order
        | job           |
        | the other job |
        | the job       |

    @QC-1281 @rule.PR-5 @rule.Q-2 @assumed
    Scenario: Jobs go in the order of three priorities, the last one first where it is the most urgent
      Given the user has a job in status waiting
      And the user shows another token of priority 1
      And the user has another job in status waiting
      And the user shows another token of priority 2
      And the user has one more job in status waiting
      Then the worker then gets, in this order
        | job           |
        | the new job   |
        | the other job |
        | the job       |

    @QC-1282 @rule.PR-7 @assumed
    Scenario: A user's new priority counts for jobs that wait already
      Given another user with permission on the platform
      And the user shows another token of priority 2
      And the other user shows another token of priority 1
      And the user has a job in status waiting
      And the other user has another job in status waiting
      When the admin lowers the priority of the user to 0
      Then the worker then gets, in this order
        | job           |
        | the other job |
        | the job       |

    @QC-504 @rule.PR-7 @rule.Q-2 @assumed
    Scenario: A user's priority limits what the priority of a token is worth
      Given another user with permission on the platform
      And the other user shows another token of priority 1
      And the user shows another token of priority 2
      And the admin lowers the priority of the user to 0
      And the user has a job in status waiting
      And the other user has another job in status waiting
      Then the worker then gets, in this order
        | job           |
        | the other job |
        | the job       |

    @QC-505 @rule.PR-7 @assumed
    Scenario: A token's new priority counts for jobs that wait already
      Given another user with permission on the platform
      And the user has a job in status waiting
      And the other user has another job in status waiting
      When the other user raises the priority of the token to 2
      Then the worker then gets, in this order
        | job           |
        | the other job |
        | the job       |

    @QC-<id> @rule.PR-8 @assumed
    Scenario Outline: A job keeps the priority of its token when that is <over>
      Given another user with permission on the platform
      And the user has a job in status waiting
      And the other user shows another token of priority 2
      And the other user has another job in status waiting
      And the token that the other user shows is <over>
      Then the worker then gets, in this order
        | job           |
        | the other job |
        | the job       |

      Examples:
        | id   | over    |
        | 524  | revoked |
        | 1283 | deleted |

    @QC-1284 @rule.PR-8 @assumed
    Scenario: A job keeps the priority of its token when that has expired
      Given another user with permission on the platform
      And the user has a job in status waiting
      And the other user shows a token of priority 2 that lives 1 s
      And the other user has another job in status waiting
      When 1.2 seconds pass
      Then the worker then gets, in this order
        | job           |
        | the other job |
        | the job       |

    @QC-506 @rule.Q-3 @assumed
    Scenario: Workers that fetch at the same time get different jobs
      Given the user has as many waiting jobs as may run at once
      When 4 workers of the platform fetch at the same time
      Then each job went to one worker, once

  Rule: Who may publish

    @QC-507 @rule.WK-2.1 @rule.Q-6 @assumed
    Scenario: A worker publishes nothing for a job that another one fetched
      Given another worker of the platform
      And the user has a job in status running
      When the other worker publishes
        | member  | value               |
        | status  | completed           |
        | results | "{\"results\": {}}" |
      Then the cloud refuses it with 403
      And the job is in status running
      And there are no final results of the job yet

    @QC-1285 @rule.Q-6 @assumed
    Scenario: A worker may publish with another key than the one with which it fetched
      Given the user has a job in status running
      And an API key
      When the worker completes the job and shows the API key
      Then the worker is told completed
      And the user reads the published results of the job

    @QC-1286 @rule.Q-6 @rule.A-2.2 @assumed
    Scenario: A worker publishes nothing with a key that has expired
      Given the user has a job in status running
      And an API key that lives 1 s
      When 1.2 seconds pass
      And the worker completes the job and shows the API key
      Then the cloud refuses it with 401 "Authentication and authorization failed: token not found"
      And the job is in status running
      And there are no final results of the job yet

    @QC-509 @rule.WK-2.1 @assumed
    Scenario: Nothing is published for a job that waits
      Given the user has a job in status waiting
      When the worker completes the job
      Then the cloud refuses it with 403 or 400
      And the job is in status waiting

    @QC-<id> @rule.WK-2.2 @assumed
    Scenario Outline: Nothing is published for the job id "<job_id>"
      When a publication for the job id "<job_id>" arrives
      Then the cloud refuses it with <statuses>

      Examples:
        | id  | job_id                               | statuses                                                   |
        | 510 | 5a881293-f071-4570-ac37-40e7f1e61a55 | 404 "invalid job_id: 5a881293-f071-4570-ac37-40e7f1e61a55" |
        | 511 | not-a-job                            | 400 or 404                                                 |

    @QC-512 @rule.WK-2.3 @assumed
    Scenario: A publication needs a worker
      Given the user has a job in status running
      When a publication without a worker's id arrives
      Then the cloud refuses it because "worker_id" in its json is missing

    @QC-<id> @rule.WK-2.3 @assumed
    Scenario Outline: A publication with a member of the wrong type is refused: <member> <value>
      Given the user has a job in status running
      When the worker publishes <member> <value>
      Then the cloud refuses it because "<member>" in its json is invalid

      Examples:
        | id  | member               | value  |
        | 513 | shots                | "many" |
        | 514 | progress_message     | 7      |
        | 515 | intermediate_results | [1]    |
        | 516 | progress             | "half" |
