@jobs @results
Feature: A job goes from its user to a worker and back
  A user submits a job, the platform's worker takes it, says how far it is and publishes what came of it, and
  the user reads the results.

  @QC-300 @smoke @rule.JB-1 @rule.RS-2
  Scenario: A job runs from its submission to the results that its user reads
    Given a user with permission on a platform of its own
    When the user submits a job
    Then the job is in status waiting
    When the worker fetches a job
    And the worker publishes progress 40 with the message "sampling"
    Then the status of the job shows
      | member           | value    |
      | status           | running  |
      | progress         | 40       |
      | progress_message | sampling |
    When the worker completes the job
    Then the user reads the published results of the job
