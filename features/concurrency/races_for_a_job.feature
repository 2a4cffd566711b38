@concurrency @jobs
Feature: Two who want something of one job at the same time
  Whoever comes first, both are told what became of the job, and it ends in one of the ways that there are.

  Background:
    Given a user with permission on a platform of its own

  @QC-689 @rule.J6 @rule.J7 @rule.Q-3 @assumed
  Scenario: A job that is canceled while a worker fetches it is fetched or not, and told so
    When the user has a job, and the user cancels it and a worker fetches it at the same time, 4 times over
    Then each time it ends in one of these ways
      | what the user is told | what the worker is told | status of the job |
      | accepted              | fetched                 | cancel_requested  |
      | accepted              | 404 No waiting job      | canceled          |

  @QC-690 @rule.J9 @rule.J14 @rule.CN-3 @assumed
  Scenario: A job that is canceled while its worker completes it is the one or the other
    When the user has a job, and the user cancels it and its worker completes it at the same time, 4 times over
    Then each time it ends in one of these ways
      | what the user is told  | what the worker is told | status of the job |
      | accepted               | told canceled           | canceled          |
      | 400 Can not cancel job | told completed          | completed         |

  @QC-691 @rule.J9 @rule.J14 @rule.CN-3 @assumed
  Scenario: A job that is canceled while its worker fails it is the one or the other
    When the user has a job, and the user cancels it and its worker fails it at the same time, 4 times over
    Then each time it ends in one of these ways
      | what the user is told  | what the worker is told | status of the job |
      | accepted               | told canceled           | canceled          |
      | 400 Can not cancel job | told error              | error             |

  @QC-692 @rule.J12.1 @rule.J7 @rule.WK-2.14 @assumed
  Scenario: A job that is canceled while its worker suspends it is never suspended for good
    When the user has a job, and the user cancels it and its worker suspends it at the same time, 4 times over
    Then each time it ends in one of these ways
      | what the user is told | what the worker is told | status of the job |
      | accepted              | told suspended          | canceled          |
      | accepted              | 400 Invalid data        | cancel_requested  |

  @QC-693 @rule.J12.1 @rule.J14 @assumed
  Scenario: A suspended job that is canceled while its worker resumes it is never resumed for good
    When the user has a job, and the user cancels it and its worker resumes it at the same time, 4 times over
    Then each time it ends in one of these ways
      | what the user is told | what the worker is told | status of the job |
      | accepted              | told running            | cancel_requested  |
      | accepted              | 400 Invalid data        | canceled          |

  @QC-694 @rule.J14 @rule.RS-2 @assumed
  Scenario: Of two ends that a worker publishes at once one is taken, with its results
    When the user has a job, and its worker completes it and fails it at the same time, 4 times over
    Then each time it ends in one of these ways
      | what the one is told | what the other is told | status of the job |
      | told completed       | 400 Invalid data       | completed         |
      | 400 Invalid data     | told error             | error             |
    And a job has results where its completion came first, and none where its failure did

  @QC-695 @rule.CN-3 @rule.J6
  Scenario: A waiting job that is canceled twice at once is canceled once
    When the user has a job, and the user cancels it twice at the same time, 4 times over
    Then each time it ends in one of these ways
      | what the one is told   | what the other is told | status of the job |
      | accepted               | 400 Can not cancel job | canceled          |
      | 400 Can not cancel job | accepted               | canceled          |
