@jobs @failures
Feature: A job fails and says why
  A worker that can't finish a job says so, with a code for programs and a sentence for people.

  Background:
    Given a user with permission on a platform of its own
    And the user has a job in status running

  @QC-580 @smoke @rule.J5 @rule.ST-7
  Scenario: A failed job shows its code and its reason
    When the worker fails the job with "out_of_photons": "The source gave no photons."
    Then the status of the job shows
      | member         | value                       |
      | status         | error                       |
      | failure_code   | out_of_photons              |
      | status_message | The source gave no photons. |
      | duration       | an integer                  |
    And the data of the job show
      | member       | value          |
      | status       | error          |
      | failure_code | out_of_photons |

  @QC-581 @rule.WK-2.11 @assumed
  Scenario: A job that fails without a word still has a code and a reason
    When the worker fails the job without a word
    Then the worker is told error
    And the status of the job shows
      | member         | value            |
      | failure_code   | error            |
      | status_message | a non-empty text |

  @QC-582 @rule.RS-3
  Scenario: A failed job has no results where its worker had none
    When the worker fails the job with "out_of_photons": "The source gave no photons."
    Then the result of the job shows
      | member  | value |
      | results | null  |

  @QC-583 @rule.RS-3
  Scenario: A failed job keeps the part that its worker had
    When the worker publishes
      | member         | value                              |
      | status         | error                              |
      | failure_code   | out_of_photons                     |
      | status_message | The source gave no photons.        |
      | results        | "{\"results\": {\"half\": 0.5}}"   |
    Then the job is in status error
    And the result of the job shows
      | member  | value                            |
      | results | "{\"results\": {\"half\": 0.5}}" |

  @QC-584 @rule.Q-7 @rule.J5 @assumed
  Scenario: A failed job frees its place among the running ones
    When the worker fails the job with "out_of_photons": "The source gave no photons."
    Then the user has 0 waiting and 0 running jobs
