@jobs @deprecated
Feature: The routes that Perceval still uses behave like their successors
  Perceval submits, watches, cancels and reruns jobs on five deprecated routes: they are live.

  Rule: What they do

    Background:
      Given a user with permission on a platform of its own

    @QC-740 @smoke @rule.JB-1d @rule.C-1 @rule.AL-1 @rule.AL-5 @rule.AL-4 @rule.AL-12
    Scenario: A job lives its life on the deprecated routes
      When the user submits a job on the deprecated route
      Then both routes show the user the same status of the job
      When the worker fetches a job
      And the worker completes the job
      Then both routes show the user the same result of the job
      And the user reads the published results of the job

    @QC-<id> @rule.AL-5 @rule.AL-4 @rule.JB-2d @rule.JB-3d
    Scenario Outline: Both routes show the same of a job in <status>
      Given the user has a job in status <status>
      Then both routes show the user the same status of the job
      And both routes show the user the same result of the job

      Examples:
        | id   | status           |
        | 741  | waiting          |
        | 742  | running          |
        | 743  | cancel_requested |
        | 744  | error            |
        | 745  | canceled         |
        | 1238 | suspended        |
        | 1239 | completed        |

    @QC-<id> @rule.AL-2 @rule.JB-5d @rule.C-1
    Scenario Outline: A job in <status> is canceled on the deprecated route
      Given the user has a job in status <status>
      When the user tries to cancel the job on the deprecated route
      Then the cloud accepts it
      And the job is in status <after>

      Examples:
        | id  | status  | after            |
        | 746 | waiting | canceled         |
        | 747 | running | cancel_requested |

    @QC-748 @rule.AL-3 @rule.JB-6d @rule.RR-2 @rule.JB-4.6 @rule.C-1
    Scenario: A job is run again on the deprecated route
      Given the user has a job in status error
      When the user reruns the job on the deprecated route
      Then the new job is in status waiting
      And the data of the new job show
        | member     | value    |
        | rerun_from | {job_id} |

    @QC-1234 @rule.JB-1d @rule.AL-1 @rule.JB-1.47
    Scenario: A job is stored as on the successor's route
      When the user submits a job on the deprecated route with pcvl_version set to "1.2.3"
      Then the data of the job show
        | member        | value           |
        | job_name      | {job_name}      |
        | status        | waiting         |
        | command       | probs           |
        | platform_name | {platform_name} |
        | pcvl_version  | 1.2.3           |
        | process_id    | {process_id}    |
      And the payload of the job holds pcvl_version "1.2.3"
      And the payload of the job is the one that was sent

    @QC-1240 @rule.JB-6d @rule.AL-3 @rule.RR-4
    Scenario: A job is run again under another name on the deprecated route
      Given the user has a job in status canceled
      When the user reruns the job on the deprecated route with job_name set to "{mark}-again"
      Then the data of the new job show
        | member     | value        |
        | job_name   | {mark}-again |
        | rerun_from | {job_id}     |

  Rule: What they refuse

    Background:
      Given a user with permission on a platform of its own

    @QC-<id> @rule.AL-1 @rule.JB-1d @rule.<rule>
    Scenario Outline: A job with <member> <value> is refused on the deprecated route too
      When the user submits a job on the deprecated route with <member> set to <value>
      Then the cloud refuses it with <status> "<error>"
      And no job of the user has been made

      Examples:
        | id  | member            | value  | status | error                                                         | rule    |
        | 749 | payload           | null   | 400    | Invalid payload, expected a json object                       | JB-1.1  |
        | 750 | platform_name     | null   | 400    | Require platform_id or platform_name                          | JB-1.2  |
        | 751 | max_duration      | 864001 | 400    | Max duration too large, exceeding 864000                      | JB-1.6  |
        | 752 | payload.max_shots | 0      | 400    | Invalid max_shots, should be a positive number                | JB-1.8  |
        | 753 | payload.command   | "sing" | 400    | Command 'sing' is not available on platform '{platform_name}' | JB-1.11 |

    @QC-754 @rule.AL-1 @rule.JB-1d @rule.JB-1.22
    Scenario: A user without permission is refused on the deprecated route too
      Given a user without permission on a platform of its own
      When the user submits a job on the deprecated route
      Then the cloud refuses it with 403 "No permission to use platform {platform_name}"

    @QC-<id> @rule.<rule>
    Scenario Outline: Another user may not <action> the job on the deprecated route either
      Given another user with permission on the platform
      And the user has a job in status canceled
      When the other user tries to <action> the job on the deprecated route
      Then the cloud refuses it with 403
      And no job of the other user has been made

      Examples:
        | id  | action              | rule  |
        | 755 | read the status of  | JB-2d |
        | 756 | read the results of | JB-3d |
        | 757 | cancel              | JB-5d |

      @assumed
      Examples: settled by the contract
        | id  | action | rule   |
        | 758 | rerun  | JB-6.3 |

    @QC-<id> @rule.<rule> @rule.<base>
    Scenario Outline: A job in <status>: to <action> it is refused on the deprecated route too
      Given the user has a job in status <status>
      When the user tries to <action> the job on the deprecated route
      Then the cloud refuses it with 400
      And the job is in status <status>
      And the user has 1 job in all

      Examples:
        | id  | status    | action | rule  | base   |
        | 759 | completed | cancel | JB-5d | JB-5.1 |
        | 760 | completed | rerun  | JB-6d | JB-6.1 |
        | 761 | waiting   | rerun  | JB-6d | JB-6.1 |

    @QC-<id> @rule.<rule> @rule.<base>
    Scenario Outline: A job that does not exist: to <action> it on the deprecated route is refused
      When the user tries to <action> a job with the id "5a881293-f071-4570-ac37-40e7f1e61a55" on the deprecated route
      Then the cloud refuses it with 404 "invalid job_id: 5a881293-f071-4570-ac37-40e7f1e61a55"

      Examples:
        | id  | action | rule  | base   |
        | 762 | cancel | JB-5d | JB-5.3 |
        | 763 | rerun  | JB-6d | JB-6.2 |

    @QC-1233 @rule.JB-1d @rule.AL-1
    Scenario: The deprecated route refuses every job that its successor refuses
      Given a user with permission on a platform of its own with
        | member       | value |
        | max_duration | 100   |
        | max_shots    | 10000 |
      Then each of these jobs of the user is refused on the deprecated route
        | member            | value                                  | status | error                                                    |
        | platform_id       | "5a881293-f071-4570-ac37-40e7f1e61a55" | 400    | Invalid platform: 5a881293-f071-4570-ac37-40e7f1e61a55   |
        | platform_name     | "sim:qa-nowhere"                       | 404    | Platform not found                                       |
        | max_duration      | 0                                      | 400    | Max duration must not be zero                            |
        | max_duration      | 101                                    | 400    | Max_duration 101(s) exceeds the platform limit of 100(s) |
        | payload.max_shots | -1                                     | 400    | Invalid max_shots, should be a positive number           |
        | payload.max_shots | 10001                                  | 400    | Max shots must less than or equal to 10000               |
        | payload.iterator  | []                                     | 400    | Invalid iterator: must be a non-empty list               |

    @QC-1235 @rule.JB-1d @rule.AL-1
    Scenario: The deprecated route asks for the same members, of the same types
      Then a job of the user that lacks one of these is refused on the deprecated route
        | member   |
        | job_name |
        | payload  |
      And each of these jobs of the user is refused on the deprecated route because of the member
        | member       | value |
        | job_name     | 5     |
        | max_duration | "60"  |
        | platform_id  | 17    |
        | process_id   | {}    |

    @QC-1241 @rule.JB-6d @rule.AL-3
    Scenario: A member of the wrong type is refused where a job is run again on the deprecated route
      Given the user has a job in status canceled
      When the user reruns the job on the deprecated route with job_name set to 5
      Then the cloud refuses it because "job_name" in its json is invalid
      And the user has 1 job in all

    @QC-<id> @rule.JB-2d @rule.JB-3d @rule.JB-5d @rule.JB-6d @assumed
    Scenario Outline: The deprecated routes refuse "<job_id>" in the words of their successors
      Then both routes refuse the user the same for the job id "<job_id>"

      Examples:
        | id   | job_id                               |
        | 1236 | 5a881293-f071-4570-ac37-40e7f1e61a55 |
        | 1237 | not-a-job                            |
