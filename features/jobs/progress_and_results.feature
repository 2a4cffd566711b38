@jobs @results
Feature: The user follows a job and reads its results
  A worker says how far a job is, publishes parts, and in the end the results, which the user gets as they are.

  Background:
    Given a user with permission on a platform of its own

  Rule: While a job runs

    @QC-530 @rule.J3
    Scenario: Progress appears in the status
      Given the user has a job in status running
      When the worker publishes
        | member               | value       |
        | progress             | 37.5        |
        | progress_message     | sampling    |
        | shots                | 1200        |
        | intermediate_results | {"half": 1} |
      Then the status of the job shows
        | member                    | value       |
        | status                    | running     |
        | progress                  | 37.5        |
        | progress_message          | sampling    |
        | shots                     | 1200        |
        | last_intermediate_results | {"half": 1} |

    @QC-1297 @rule.ST-10 @rule.J3 @assumed
    Scenario: Progress is told on one scale, from 0 to 100, and grows to its end
      Given the user has a job in status running
      And the worker has published progress 0.5
      Then the status of the job shows
        | member   | value |
        | progress | 0.5   |
      When the worker publishes progress 60
      Then the status of the job shows
        | member   | value |
        | progress | 60    |
      When the worker completes the job
      Then the status of the job shows
        | member   | value |
        | progress | 100   |

    @QC-531 @rule.J3.1 @rule.WK-2.9 @assumed
    Scenario: Progress never goes back
      Given the user has a job in status running
      And the worker has published progress 60
      When the worker publishes progress 20
      Then the worker is told running
      And the status of the job shows
        | member   | value |
        | progress | 60    |

    @QC-<id> @rule.WK-2.9 @rule.ST-10 @assumed
    Scenario Outline: Progress of <progress> is refused
      Given the user has a job in status running
      And the worker has published progress 60
      When the worker publishes progress <progress>
      Then the cloud refuses it with 400 "Invalid data"
      And the status of the job shows
        | member   | value |
        | progress | 60    |

      Examples:
        | id  | progress |
        | 532 | -1       |
        | 533 | 100.5    |

    @QC-534 @rule.ST-11 @assumed
    Scenario: A job may be at 100 and still run
      Given the user has a job in status running
      When the worker publishes progress 100
      Then the worker is told running
      And the job is in status running

    @QC-535 @rule.WK-2.5 @assumed
    Scenario: A worker that says only that it lives changes nothing
      Given the user has a job in status running
      And the worker has published progress 60
      When the worker publishes status running
      Then the worker is told running
      And the status of the job shows
        | member   | value   |
        | status   | running |
        | progress | 60      |

    @QC-536 @rule.RS-5 @rule.RS-6 @rule.WK-2.13 @assumed
    Scenario: Parts of the results are shown in their order while the job runs
      Given the user has a job in status running
      And the worker has published intermediate_results {"part": 1}
      And the worker has published intermediate_results {"part": 2, "ψ": [0.5, 1.0]}
      Then the result of the job shows
        | member               | value                                       |
        | intermediate_results | [{"part": 1}, {"part": 2, "ψ": [0.5, 1.0]}] |
        | results              | null                                        |
      And the status of the job shows
        | member                    | value                        |
        | last_intermediate_results | {"part": 2, "ψ": [0.5, 1.0]} |

    @QC-<id> @rule.RS-1 @assumed
    Scenario Outline: A job that is <status> has no results
      Given the user has a job in status <status>
      Then there are no final results of the job yet

      Examples:
        | id  | status           |
        | 537 | waiting          |
        | 538 | running          |
        | 539 | cancel_requested |
        | 540 | suspended        |

    @QC-1288 @rule.RS-1 @assumed
    Scenario: A text that arrives while the job runs is not shown as its results
      Given the user has a job in status running
      When the worker publishes
        | member  | value                            |
        | status  | running                          |
        | results | "{\"results\": {\"half\": 0.5}}" |
      Then the job is in status running
      And there are no final results of the job yet

    @QC-541 @rule.J11 @rule.J11.1 @rule.J11.2 @rule.WK-2.6 @assumed
    Scenario: A worker halts a job and goes on with it, and the time of its start stays
      Given the user has a job in status running
      And the start of the job is noted
      When the worker suspends the job
      Then the worker is told suspended
      And the job is in status suspended
      When the worker resumes the job
      Then the worker is told running
      And the start of the job is the noted one

  Rule: What a status shows

    @QC-<id> @rule.<rule> @rule.JB-2 @rule.JB-2.4 @rule.ST-1 @rule.C-3 @rule.C-4
    Scenario Outline: All that belongs to a job that is <status>
      Given the user has a job in status <status>
      Then the status of the job has all that belongs to <status>

      Examples:
        | id  | status           | rule |
        | 542 | running          | ST-3 |
        | 543 | cancel_requested | ST-4 |
        | 544 | suspended        | ST-5 |
        | 545 | completed        | ST-6 |
        | 546 | error            | ST-7 |
        | 547 | canceled         | ST-8 |

    @QC-548 @rule.ST-8 @rule.JB-2.4
    Scenario: All that belongs to a job that was canceled while it ran
      Given the user has a job that was canceled while it ran
      Then the status of the job has all that belongs to a job that was canceled while it ran

    @QC-1702 @rule.JB-2
    Scenario: Each job shows its own status
      Given the user has a job in status error
      And the user has one more job in status waiting
      Then the job is in status error
      And the new job is in status waiting

    @QC-549 @rule.ST-12 @rule.ST-13 @rule.ST-14 @assumed
    Scenario: What nobody has said is empty or null
      Given the user has a job in status running
      Then the status of the job shows
        | member           | value |
        | progress_message | ""    |
        | duration         | null  |
        | msg              | null  |

    @QC-1295 @rule.ST-11 @rule.ST-12 @rule.ST-13 @rule.ST-14 @rule.ST-15 @assumed
    Scenario: What nobody has said is empty or null in every status
      Then the status answers of jobs that come to each of these show
        | status                | rule  | member           | value             |
        | waiting               | ST-11 | progress         | 0 or null         |
        | waiting               | ST-13 | progress_message | null              |
        | waiting               | ST-14 | msg              | null              |
        | cancel_requested      | ST-13 | progress_message | a text            |
        | cancel_requested      | ST-14 | msg              | null              |
        | suspended             | ST-13 | progress_message | a text            |
        | suspended             | ST-14 | msg              | null              |
        | completed             | ST-13 | progress_message | a text            |
        | completed             | ST-14 | msg              | null              |
        | error                 | ST-13 | progress_message | a text            |
        | error                 | ST-14 | msg              | null              |
        | canceled              | ST-12 | duration         | 0 or null         |
        | canceled              | ST-13 | progress_message | a text            |
        | canceled              | ST-14 | msg              | null              |
        | canceled              | ST-15 | failure_code     | null              |
        | canceled while it ran | ST-12 | duration         | an integer from 0 |
        | canceled while it ran | ST-13 | progress_message | a text            |
        | canceled while it ran | ST-15 | failure_code     | null              |

    @QC-1287 @rule.J2.1 @assumed
    Scenario: A job starts once, when it is fetched
      Given the user has a job in status running
      And the start of the job is noted
      When the worker publishes progress 50
      Then the start of the job is the noted one
      When the worker completes the job
      Then the start of the job is the noted one

    @QC-1298 @rule.C-2 @rule.C-5 @rule.SB-4
    Scenario: A status may be read as fast as a client can ask
      Given the user has a job in status running
      When the user reads the status of the job 60 times, 6 times at once
      Then the cloud accepts all of them

    @QC-550 @rule.TM-9 @rule.TM-6 @rule.TM-8 @assumed
    Scenario: Status and data tell the same times, in seconds and in words
      Given the user has a job in status running
      Then status and data of the job agree on when it was created and started

    @QC-551 @rule.TM-1 @rule.TM-3
    Scenario: The times of a job are near to now
      Given the user has a job in status running
      Then the job was created and started within the last minute

  Rule: When a job has ended

    @QC-552 @rule.J4 @rule.JB-3 @rule.RS-2 @rule.C-6
    Scenario: The worker's results complete the job
      Given the user has a job in status running
      When the worker completes the job with results_type set to "probs"
      Then the status of the job has all that belongs to completed
      And the result of the job shows
        | member       | value            |
        | job_id       | {job_id}         |
        | results      | a non-empty text |
        | results_type | probs            |
        | duration     | an integer       |
      And the user reads the published results of the job

    @QC-1299 @rule.JB-4
    Scenario: The data of a completed job tell how it went
      Given the user has a job in status running
      When the worker completes the job with shots set to 1200
      Then the data of the job show
        | member       | value             |
        | status       | completed         |
        | start_time   | a non-empty text  |
        | duration     | an integer from 0 |
        | shots        | 1200              |
        | failure_code | null              |
        | command      | probs             |

    @QC-<id> @rule.RS-3 @rule.C-6
    Scenario Outline: A job <how> has no results where its worker had none
      Given the user has a job <how>
      Then the result of the job shows
        | member  | value    |
        | job_id  | {job_id} |
        | results | null     |

      Examples:
        | id   | how                            |
        | 1289 | in status canceled             |
        | 1290 | that was canceled while it ran |

    @QC-<id> @rule.RS-5 @assumed
    Scenario Outline: A job in <status> without parts has an empty list of them
      Given the user has a job in status <status>
      Then the result of the job shows
        | member               | value |
        | intermediate_results | []    |

      Examples:
        | id   | status    |
        | 1291 | waiting   |
        | 1292 | completed |

    @QC-1293 @rule.RS-5 @rule.RS-6 @assumed
    Scenario: The parts stay when the job has ended
      Given the user has a job in status running
      And the worker has published intermediate_results {"part": 1}
      And the worker has published intermediate_results {"part": 2}
      When the worker completes the job
      Then the result of the job shows
        | member               | value                      |
        | intermediate_results | [{"part": 1}, {"part": 2}] |
      And the status of the job shows
        | member                    | value       |
        | last_intermediate_results | {"part": 2} |

    @QC-1294 @rule.C-7 @rule.RS-2
    Scenario: The text of the results comes back to the letter, whatever it holds
      Given the user has a job in status running
      When the worker completes the job with the text
        """
        { "results_list" : [ ],  "results":{"|1,1>": 1.0, "|1,1>": 0.10e1}, "physical_perf":1,
          "job_context":null, "\u03c8": "ψ", "big": 123456789012345678901234567890 }
        """
      Then the user reads the published results of the job

    @QC-570 @rule.RS-4 @assumed
    Scenario: Results stay as they are
      Given the user has a job in status running
      When the worker completes the job
      Then the user reads the published results of the job
      And the user reads the published results of the job once more

    @QC-553 @rule.Q-7 @rule.J4 @assumed
    Scenario: A completed job frees its place among the running ones
      Given the user has a job in status running
      When the worker completes the job
      Then the user has 0 waiting and 0 running jobs

    @QC-554 @rule.RS-7 @assumed
    Scenario: Results of jobs that run side by side are not mixed up
      Given another worker of the platform
      And the user submits two jobs that two workers fetch
      When the other worker completes the other job
      And the worker completes the job
      Then the user reads the published results of the job
      And the user reads the published results of the other job

    @QC-555 @rule.RS-2 @rule.TR-22 @assumed
    Scenario: Large results in many alphabets reach the user unchanged
      Given the user has a job in status running
      When the worker completes the job with results of 5 megabytes
      Then the worker is told completed
      And the user reads the published results of the job

    @QC-556 @rule.IT-3 @rule.RS-2
    Scenario: The results of an iterator come back in the order of the iterations
      Given the user has a job in status running with
        | member           | value                                      |
        | payload.iterator | [{"max_samples": 10}, {"max_samples": 20}] |
      When the worker publishes
        | member  | value                                                                                                                                    |
        | status  | completed                                                                                                                                |
        | results | "{\"results_list\": [{\"iteration\": {\"max_samples\": 10}, \"results\": {}}, {\"iteration\": {\"max_samples\": 20}, \"results\": {}}]}" |
      Then the result of the job shows
        | member  | value                                                                                                                                    |
        | results | "{\"results_list\": [{\"iteration\": {\"max_samples\": 10}, \"results\": {}}, {\"iteration\": {\"max_samples\": 20}, \"results\": {}}]}" |

    @QC-<id> @rule.WK-2.4 @assumed
    Scenario Outline: Results are a text that is not empty: <results> is refused
      Given the user has a job in status running
      When the worker publishes
        | member  | value     |
        | status  | completed |
        | results | <results> |
      Then the cloud refuses it with 400 "Invalid data"
      And the job is in status running
      And there are no final results of the job yet

      Examples:
        | id  | results      |
        | 557 | ""           |
        | 558 | {"ket": 1.0} |
        | 559 | 17           |

    @QC-560 @rule.WK-2.7 @assumed
    Scenario: A job is not completed without results
      Given the user has a job in status running
      When the worker publishes status completed
      Then the cloud refuses it with 400 "Invalid data"
      And the job is in status running

    @QC-<id> @rule.WK-2.14 @assumed
    Scenario Outline: A worker does not bring a running job to <status>
      Given the user has a job in status running
      When the worker publishes status <status>
      Then the cloud refuses it with 400 "Invalid data"
      And the job is in status running

      Examples:
        | id  | status           |
        | 561 | success          |
        | 562 | waiting          |
        | 563 | cancel_requested |

    @QC-564 @rule.WK-2.8 @assumed
    Scenario: A worker does not cancel a job of its own accord
      Given the user has a job in status running
      When the worker acknowledges the cancellation of the job
      Then the cloud refuses it with 400 "Invalid data"
      And the job is in status running

    @QC-<id> @rule.WK-2.12 @rule.J14 @assumed
    Scenario Outline: What a worker publishes for a job in <status> comes too late
      Given the user has a job in status <status>
      And the status of the job is noted
      When the worker publishes
        | member               | value                     |
        | status               | <late>                    |
        | progress             | 99                        |
        | results              | "{\"results\": \"late\"}" |
        | intermediate_results | {"late": true}            |
      Then the cloud refuses it as invalid data and tells the status <status>
      And the status of the job is as noted

      Examples:
        | id  | status    | late      |
        | 565 | completed | completed |
        | 566 | completed | error     |
        | 567 | error     | completed |
        | 568 | completed | running   |

    @QC-569 @rule.WK-2.12 @rule.J14 @assumed
    Scenario: What a worker publishes after its acknowledgement comes too late
      Given the user has a job that was canceled while it ran
      And the status of the job is noted
      When the worker completes the job
      Then the cloud refuses it as invalid data and tells the status canceled
      And the status of the job is as noted
