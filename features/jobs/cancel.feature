@jobs @cancel
Feature: A user cancels a job
  A job that waits is canceled at once; a running one when its worker has heard of it and stopped.

  Background:
    Given a user with permission on a platform of its own

  @QC-590 @smoke @rule.J6 @rule.JB-5 @rule.CN-2 @rule.C-1
  Scenario: A waiting job is canceled at once
    Given the user has a job in status waiting
    When the user cancels the job
    Then the cloud confirms it
    And the status of the job has all that belongs to canceled

  @QC-591 @rule.J6.1 @rule.CN-5 @assumed
  Scenario: A job that was canceled while it waited is never run and takes no place
    Given the user has a job in status waiting
    When the user cancels the job
    Then the worker finds no job to fetch
    And the user has 0 waiting and 0 running jobs
    And the status of the job shows
      | member     | value     |
      | start_time | null      |
      | duration   | 0 or null |

  @QC-592 @rule.J7 @rule.J8 @rule.CN-2
  Scenario: A running job is canceled when its worker has stopped
    Given the user has a job in status running
    When the user cancels the job
    Then the job is in status cancel_requested
    When the worker acknowledges the cancellation of the job
    Then the job is in status canceled

  @QC-607 @rule.J7.1 @assumed
  Scenario: The worker of a job learns of the order to cancel at its next word
    Given the user has a job in status cancel_requested
    When the worker publishes progress 50
    Then the worker is told cancel_requested
    And the job is in status cancel_requested

  @QC-593 @rule.Q-7 @assumed
  Scenario: A job that is to be canceled counts as running until it is
    Given the user has a job in status cancel_requested
    Then the user has 0 waiting and 1 running jobs
    When the worker acknowledges the cancellation of the job
    Then the user has 0 waiting and 0 running jobs

  @QC-<id> @rule.J9 @rule.WK-2.10 @assumed
  Scenario Outline: A worker that publishes <status> after the order to cancel does not undo it
    Given the user has a job in status cancel_requested
    When the worker publishes
      | member  | value                            |
      | status  | <status>                         |
      | results | "{\"results\": {\"half\": 0.5}}" |
    Then the worker is told canceled
    And the status of the job has all that belongs to a job that was canceled while it ran
    And the result of the job shows
      | member  | value                            |
      | results | "{\"results\": {\"half\": 0.5}}" |

    Examples:
      | id  | status    |
      | 594 | completed |
      | 595 | error     |

  @QC-596 @rule.J8.1 @assumed
  Scenario: A worker that stops may leave the part that it had
    Given the user has a job in status cancel_requested
    When the worker publishes
      | member  | value                            |
      | status  | canceled                         |
      | results | "{\"results\": {\"half\": 0.5}}" |
    Then the worker is told canceled
    And the result of the job shows
      | member  | value                            |
      | results | "{\"results\": {\"half\": 0.5}}" |

  @QC-597 @rule.WK-2.5 @assumed
  Scenario: A worker that goes on as if nothing had happened does not undo the order
    Given the user has a job in status cancel_requested
    When the worker publishes status running
    Then the worker is told cancel_requested
    And the job is in status cancel_requested

  @QC-598 @rule.J12 @rule.CN-2
  Scenario: A suspended job may be canceled
    Given the user has a job in status suspended
    When the user cancels the job
    Then the cloud accepts it
    And the job is in status canceled or cancel_requested

  @QC-599 @rule.J12.1 @assumed
  Scenario: A suspended job is canceled at once, and its worker hears of it
    Given the user has a job in status suspended
    When the user cancels the job
    Then the job is in status canceled
    When the worker resumes the job
    Then the cloud refuses it as invalid data and tells the status canceled

  @QC-<id> @rule.CN-3 @rule.JB-5.1
  Scenario Outline: A job in <status> can't be canceled any more
    Given the user has a job in status <status>
    And the status of the job is noted
    When the user cancels the job
    Then the cloud refuses it with 400 "Can not cancel job"
    And the status of the job is as noted

    Examples:
      | id  | status    |
      | 600 | completed |
      | 601 | error     |
      | 602 | canceled  |

  @QC-603 @rule.CN-4 @assumed
  Scenario: Asking a second time does not take the order back
    Given the user has a job in status cancel_requested
    When the user cancels the job
    Then the cloud accepts it or refuses it with 400
    And the job is in status cancel_requested or canceled

  @QC-604 @rule.CN-6 @rule.WK-2.11 @assumed
  Scenario: A canceled job says so in words
    Given the user has a job that was canceled while it ran
    Then the status of the job shows
      | member         | value            |
      | status_message | a non-empty text |

  @QC-605 @rule.ST-15 @assumed
  Scenario: A job that its user canceled has no failure code
    Given the user has a job in status canceled
    Then the status of the job shows
      | member       | value |
      | failure_code | null  |

  @QC-1296 @rule.ST-15 @assumed
  Scenario: A job that its user canceled has no failure code, whatever its worker says to that
    Given the user has a job in status cancel_requested
    When the worker fails the job with "out_of_photons": "The source gave no photons."
    Then the status of the job shows
      | member         | value            |
      | status         | canceled         |
      | failure_code   | null             |
      | status_message | a non-empty text |

  @QC-606 @rule.CN-5 @rule.JB-1.4 @assumed
  Scenario: Canceling a waiting job makes room for another
    Given the user has as many waiting jobs as allowed
    When the user cancels the oldest of them
    And the user submits a job
    Then the cloud accepts it
