@workers
Feature: What a worker and the cloud say to each other
  A worker fetches a job of its platform and publishes what becomes of it; each answer tells it how the job stands.

  Background:
    Given a user with permission on a platform of its own

  Rule: Fetching

    @QC-1190 @rule.WK-1.2 @assumed
    Scenario: A platform's id decides where its name is given too
      Given the user has a job in status waiting
      When a worker asks for a job with
        | member        | value                                |
        | platform_id   | 5a881293-f071-4570-ac37-40e7f1e61a55 |
        | platform_name | {platform_name}                      |
      Then the cloud refuses it with 404 "Platform not found"
      When a worker asks for a job with
        | member        | value          |
        | platform_id   | {platform_id}  |
        | platform_name | sim:qa-nowhere |
      Then the worker gets the job

    @QC-1191 @rule.WK-1 @rule.WK-1.6 @assumed
    Scenario: A fetch of the wrong types hands out no job
      Given the user has a job in status waiting
      Then a fetch is refused for each of these members
        | rule   | member        | value |
        | WK-1.6 | worker_id     | null  |
        | WK-1.6 | worker_id     | 7     |
        | WK-1   | platform_id   | 7     |
        | WK-1   | platform_name | []    |
      And the job is in status waiting

    @QC-1707 @rule.WK-1 @assumed
    Scenario: The worker learns how long a job may run
      Given the user has a job in status waiting with
        | member       | value |
        | max_duration | 120   |
      When the worker fetches a job
      Then the worker got a limit of 120 seconds

    @QC-1712 @rule.WK-1.8 @rule.JB-1.47 @assumed
    Scenario: The payload that a worker gets holds the version of the client
      Given the user has a job in status waiting with
        | member       | value   |
        | pcvl_version | "1.2.3" |
      When the worker fetches a job
      Then the worker gets a payload with pcvl_version "1.2.3"

  Rule: Publishing

    @QC-<id> @rule.WK-2 @assumed
    Scenario Outline: The answer to a publication tells the status of the job: <status>
      Given the user has a job in status <status>
      When the worker publishes
        | member           | value    |
        | progress         | 70       |
        | progress_message | sampling |
      Then the answer shows
        | member  | value    |
        | message | ok       |
        | status  | <status> |

      Examples:
        | id   | status           |
        | 1192 | running          |
        | 1193 | cancel_requested |

    @QC-<id> @rule.WK-2 @assumed
    Scenario Outline: The answer to a publication tells the status that it led to: <status>
      Given the user has a job in status running
      When the worker publishes status <status>
      Then the answer shows
        | member  | value    |
        | message | ok       |
        | status  | <status> |

      Examples:
        | id   | status    |
        | 1708 | suspended |
        | 1713 | error     |

    @QC-<id> @rule.WK-2.5 @assumed
    Scenario Outline: Without a status a publication brings progress to a job that is <status>, and leaves it there
      Given the user has a job in status <status>
      When the worker publishes
        | member           | value    |
        | progress         | 70       |
        | progress_message | sampling |
      Then the worker is told <status>
      And the status of the job shows
        | member           | value    |
        | status           | <status> |
        | progress         | 70       |
        | progress_message | sampling |

      Examples:
        | id   | status           |
        | 1194 | suspended        |
        | 1195 | cancel_requested |

    @QC-1196 @rule.WK-2.3 @assumed
    Scenario: A publication of the wrong types changes nothing
      Given the user has a job in status running
      And the status of the job is noted
      Then a publication for the job is refused for each of these members
        | rule   | member               | value     |
        | WK-2.3 | worker_id            | 7         |
        | WK-2.3 | worker_id            | null      |
        | WK-2.3 | status               | 7         |
        | WK-2.3 | progress             | "half"    |
        | WK-2.3 | progress             | true      |
        | WK-2.3 | progress_message     | 7         |
        | WK-2.3 | intermediate_results | [1]       |
        | WK-2.3 | intermediate_results | "{}"      |
        | WK-2.3 | results_type         | 7         |
        | WK-2.3 | shots                | 1.5       |
        | WK-2.3 | status_message       | ["wrong"] |
        | WK-2.3 | failure_code         | 7         |
      And the status of the job is as noted

    @QC-1197 @rule.WK-2.4 @assumed
    Scenario: What results say is the worker's affair
      Given the user has a job in status running
      When the worker publishes
        | member  | value                 |
        | status  | completed             |
        | results | "no JSON, but a text" |
      Then the worker is told completed

    @QC-1709 @rule.WK-2.4 @assumed
    Scenario: Results of null are refused, also while a job runs
      Given the user has a job in status running
      When the worker publishes results null
      Then the cloud refuses it with 400 "Invalid data"
      And the job is in status running

    @QC-1711 @rule.WK-2.12 @assumed
    Scenario: Results that come when the job has failed are dropped
      Given the user has a job in status running
      And the worker has published status error
      When the worker completes the job
      Then the cloud refuses it as invalid data and tells the status error
      And the result of the job shows
        | member  | value |
        | results | null  |

    @QC-1715 @rule.WK-2.13 @rule.RS-5 @rule.ST-13 @assumed
    Scenario: What a worker says with its last word is shown like all that it said before
      Given the user has a job in status running
      And the worker has published intermediate_results {"part": 1}
      When the worker publishes
        | member               | value                |
        | status               | completed            |
        | results              | "{\"results\": {}}" |
        | progress_message     | sampled              |
        | intermediate_results | {"part": 2}          |
      Then the status of the job shows
        | member                    | value       |
        | progress_message          | sampled     |
        | last_intermediate_results | {"part": 2} |
      And the result of the job shows
        | member               | value                      |
        | intermediate_results | [{"part": 1}, {"part": 2}] |
