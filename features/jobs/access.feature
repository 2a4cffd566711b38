@jobs @access
Feature: A job belongs to its user
  Every job token of a user opens the user's jobs, and nobody else's opens them. A refusal changes nothing.

  @QC-460 @rule.A-8.1 @assumed
  Scenario: Another token of the same user opens the job
    Given a user with permission on a platform of its own
    And the user has a job in status running
    And the user has another job token
    Then the job is in status running
    And the data of the job show
      | member   | value      |
      | token_id | {token_id} |
    When the user cancels the job
    Then the cloud accepts it

  @QC-<id> @rule.<rule>
  Scenario Outline: Another user may not <action> the job
    Given a user with permission on a platform of its own
    And another user with permission on the platform
    And the user has a job in status canceled
    When the other user tries to <action> the job
    Then the cloud refuses it with 403
    And the job is in status canceled
    And no job of the other user has been made

    Examples:
      | id  | action              | rule   |
      | 461 | read the status of  | JB-2.3 |
      | 462 | read the results of | JB-3.3 |

    @assumed
    Examples: settled by the contract
      | id  | action           | rule   |
      | 463 | read the data of | JB-4.3 |
      | 464 | rerun            | JB-6.3 |

  @QC-<id> @rule.JB-5.2 @rule.CN-1
  Scenario Outline: Another user may not cancel a <status> job
    Given a user with permission on a platform of its own
    And another user with permission on the platform
    And the user has a job in status <status>
    When the other user tries to cancel the job
    Then the cloud refuses it with 403
    And the job is in status <status>

    Examples:
      | id  | status  |
      | 465 | waiting |
      | 466 | running |

  @QC-<id> @rule.<rule>
  Scenario Outline: A job that does not exist: to <action> it is refused
    Given a user with permission on a platform of its own
    When the user tries to <action> a job with the id "5a881293-f071-4570-ac37-40e7f1e61a55"
    Then the cloud refuses it with <status> "<error>"

    Examples:
      | id  | action           | status | error                                                | rule   |
      | 467 | read the data of | 404    | Not found job: 5a881293-f071-4570-ac37-40e7f1e61a55  | JB-4.1 |
      | 468 | cancel           | 404    | invalid job_id: 5a881293-f071-4570-ac37-40e7f1e61a55 | JB-5.3 |
      | 469 | rerun            | 404    | invalid job_id: 5a881293-f071-4570-ac37-40e7f1e61a55 | JB-6.2 |

  @QC-474 @rule.JB-4.2
  Scenario: The data of something that is no job id are not found
    Given a user with permission on a platform of its own
    When the user tries to read the data of a job with the id "not-a-job"
    Then the cloud refuses it with 404

  @QC-1245 @rule.ID-7 @rule.JB-5.3 @rule.EN-12 @assumed
  Scenario: A job id of any version and in capitals is well formed, and named in the refusal as it came
    Given a user with permission on a platform of its own
    When the user tries to cancel a job with the id "5A881293-F071-1570-AC37-40E7F1E61A55"
    Then the cloud refuses it with 404 "invalid job_id: 5A881293-F071-1570-AC37-40E7F1E61A55"

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: No job: to <action> the job "<job_id>" is refused
    Given a user with permission on a platform of its own
    When the user tries to <action> a job with the id "<job_id>"
    Then the cloud refuses it with 400 or 404

    Examples:
      | id  | action              | job_id                               | rule   |
      | 470 | read the status of  | 5a881293-f071-4570-ac37-40e7f1e61a55 | JB-2.2 |
      | 471 | read the status of  | not-a-job                            | JB-2.1 |
      | 472 | read the results of | 5a881293-f071-4570-ac37-40e7f1e61a55 | JB-3.2 |
      | 473 | read the results of | not-a-job                            | JB-3.1 |
      | 475 | cancel              | not-a-job                            | JB-5.4 |
      | 476 | rerun               | not-a-job                            | JB-6.5 |

  @QC-1232 @rule.JB-1.15 @rule.JB-1d @rule.JB-2d @rule.JB-3d @rule.JB-5d @rule.JB-6d
  Scenario: No operation on jobs opens to a deleted token
    Given a user with permission on a platform of its own
    And the user has a job in status waiting
    When every operation on jobs is tried with a deleted token
    Then each is refused with 401 "Invalid or expired job token"
    And the job is in status waiting
    And the user has 1 job in all

  @QC-482 @rule.JB-1.17 @rule.A-3
  Scenario: A deactivated user creates no jobs
    Given a user with permission on a platform of its own
    And the admin has deactivated the user
    When the user submits a job
    Then the cloud refuses it with 401 "Invalid user"

  @QC-483 @rule.EX-2 @rule.JB-1.16 @rule.EX-1 @assumed
  Scenario: An explorer token creates no jobs
    Given a user with permission on a platform of its own
    And the user shows an explorer token
    When the user submits a job
    Then the cloud refuses it with 401 "Authentication failed: explorer tokens are not allowed"
    And no job of the user has been made

  @QC-484 @rule.EX-2 @assumed
  Scenario: An explorer token creates jobs on a platform that allows it
    Given a user with permission on a platform of its own with
      | member         | value |
      | allow_explorer | true  |
    And the user shows an explorer token
    When the user submits a job
    Then the cloud accepts it
    And the job is in status waiting

  @QC-485 @rule.EX-3 @rule.EX-1 @assumed
  Scenario: An explorer token runs no job again
    Given a user with permission on a platform of its own
    And the user has a job in status canceled
    And the user shows an explorer token
    When the user reruns the job
    Then the cloud refuses it with 401 "Authentication failed: explorer tokens are not allowed"
    And the user has 1 job in all

  @QC-1242 @rule.EX-3 @assumed
  Scenario: An explorer token runs jobs again on a platform that allows it
    Given a user with permission on a platform of its own with
      | member         | value |
      | allow_explorer | true  |
    And the user has a job in status canceled
    And the user shows an explorer token
    When the user reruns the job
    Then the cloud accepts it
    And the new job is in status waiting

  @QC-486 @rule.EX-6 @assumed
  Scenario: An explorer token reads its user's jobs
    Given a user with permission on a platform of its own
    And the user has a job in status running
    And the user shows an explorer token
    Then the job is in status running
    And the data of the job show
      | member | value   |
      | status | running |
    And there are no final results of the job yet
    And the user has 0 waiting and 1 running jobs

  @QC-487 @rule.EX-7 @assumed
  Scenario: An explorer token cancels its user's jobs
    Given a user with permission on a platform of its own
    And the user has a job in status waiting
    And the user shows an explorer token
    When the user cancels the job
    Then the cloud accepts it
    And the job is in status canceled

  @QC-489 @rule.SC-2 @assumed
  Scenario: Nothing that is told of a job holds a token
    Given a user with permission on a platform of its own
    And the user has a job in status completed
    Then neither the job's answers nor the usage report hold a secret of the user

  @QC-<id> @rule.TS-7 @rule.JB-4.5 @assumed
  Scenario Outline: A job stays readable when the token that created it is <over>
    Given a user with permission on a platform of its own
    And the user has a job in status waiting
    And the user has another job token
    And the user has <over> the token
    Then the job is in status waiting
    And the data of the job show
      | member      | value      |
      | token_id    | {token_id} |
      | token_label | {label}    |

    Examples:
      | id   | over    |
      | 488  | revoked |
      | 1243 | deleted |

  @QC-1244 @rule.TS-7 @rule.JB-4.5 @assumed
  Scenario: A job stays readable when the token that created it has expired
    Given a user with permission on a platform of its own
    And the user shows a token that lives 1 s
    And the user has a job in status waiting
    And the user has another job token
    When 1.2 seconds pass
    Then the job is in status waiting
    And the data of the job show
      | member      | value      |
      | token_id    | {token_id} |
      | token_label | {label}    |
