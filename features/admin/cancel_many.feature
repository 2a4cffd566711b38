@admin @jobs @cancel
Feature: An admin cancels many jobs at once
  What can be canceled is, whoever's it is; the answer tells the status of each.

  Background:
    Given a user with permission on a platform of its own

  @QC-720 @smoke @rule.JA-2.1 @rule.JA-2.5 @assumed
  Scenario: Jobs that can be canceled are, and the others are left as they are
    Given another user with permission on the platform
    And the user has a job in status completed
    And the other user has another job in status running
    And the user has one more job in status waiting
    When the admin cancels
      | job           |
      | the job       |
      | the other job |
      | the new job   |
    Then the admin is told
      | job           | status           |
      | the job       | completed        |
      | the other job | cancel_requested |
      | the new job   | canceled         |
    And the other job is in status cancel_requested
    And the new job is in status canceled

  @QC-1685 @rule.JA-2.1 @assumed
  Scenario: Jobs that are not named go on
    Given the user has a job in status waiting
    And the user has another job in status waiting
    When the admin cancels
      | job     |
      | the job |
    Then the job is in status canceled
    And the other job is in status waiting

  @QC-721 @rule.JA-2.2 @assumed
  Scenario: Where none of the jobs can be canceled the admin is told so
    Given the user has a job in status completed
    When the admin cancels
      | job     |
      | the job |
    Then the cloud refuses it with 400 "Can not cancel job"
    And the job is in status completed

  @QC-722 @rule.JA-2.2 @assumed
  Scenario: No jobs at all can't be canceled
    When the admin cancels no jobs
    Then the cloud refuses it with 400 "Can not cancel job"

  @QC-<id> @rule.JA-2.3 @assumed
  Scenario Outline: One id that names no job keeps the others from being canceled: <job_id>
    Given the user has a job in status waiting
    When the admin cancels the job and the id "<job_id>"
    Then the cloud refuses it with 404 "invalid job_id: <job_id>"
    And the job is in status waiting

    Examples:
      | id  | job_id                               |
      | 723 | 5a881293-f071-4570-ac37-40e7f1e61a55 |
      | 724 | not-a-job                            |

  @QC-1161 @rule.JA-2.1 @rule.JA-2.5 @assumed
  Scenario: A suspended job is canceled, and one that failed stays as it is
    Given the user has a job in status suspended
    And the user has another job in status error
    When the admin cancels
      | job           |
      | the other job |
      | the job       |
    Then the admin is told
      | job           | status   |
      | the job       | canceled |
      | the other job | error    |
    And the job is in status canceled
    And the other job is in status error

  @QC-725 @rule.JA-2.4 @rule.JA-2 @assumed
  Scenario: A job that is named twice is canceled once
    Given the user has a job in status waiting
    When the admin cancels
      | job     |
      | the job |
      | the job |
    Then the admin is told
      | job     | status   |
      | the job | canceled |
    And the answer shows
      | member  | value |
      | message | ok    |

  @QC-1162 @rule.JA-2 @assumed
  Scenario: The jobs must be named in a list of texts
    Given the user has a job in status waiting
    Then the cancellation of many jobs is refused for each of these
      | job_ids    |
      | "{job_id}" |
      | [7]        |
      | {}         |
      | null       |
    And the job is in status waiting

  @QC-726 @rule.JA-2.6 @assumed
  Scenario: The jobs must be named
    When the admin cancels without naming jobs
    Then the cloud refuses it because "job_ids" in its json is missing
