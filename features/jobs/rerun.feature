@jobs @rerun
Feature: A user runs a job again
  A job that failed or was canceled can be run again: as a new job, which remembers where it comes from.

  Rule: What can be run again

    Background:
      Given a user with permission on a platform of its own

    @QC-<id> @rule.RR-2 @rule.JB-6 @rule.J1 @rule.C-1
    Scenario Outline: A job in <status> is run again as a new job that waits
      Given the user has a job in status <status>
      And the status of the job is noted
      When the user reruns the job
      Then the new job is another job than the job
      And the status of the new job has all that belongs to waiting
      And the status of the job is as noted

      Examples:
        | id  | status   |
        | 620 | error    |
        | 621 | canceled |

    @QC-<id> @rule.RR-1 @rule.JB-6.1
    Scenario Outline: A job in <status> is not run again
      Given the user has a job in status <status>
      When the user reruns the job
      Then the cloud refuses it with 400
      And the job is in status <status>
      And the user has 1 job in all

      Examples:
        | id  | status           |
        | 622 | waiting          |
        | 623 | running          |
        | 624 | cancel_requested |
        | 625 | suspended        |
        | 626 | completed        |

    @QC-627 @rule.RR-3 @rule.JB-4.6 @assumed
    Scenario: A job remembers the job that it was made from, not the first of the chain
      Given the user has a job in status canceled
      And the user has rerun the job
      And the user has asked to cancel the new job
      When the user reruns the new job as a third one
      Then the third job was made from the new job
      And the new job was made from the job

    @QC-628 @rule.RR-9 @assumed
    Scenario: A job may be run again more than once
      Given the user has a job in status error
      And the user has rerun the job
      When the user reruns the job
      Then the cloud accepts it
      And the user has 3 jobs in all

    @QC-629 @rule.RR-5 @rule.RR-6 @assumed
    Scenario: What is not overridden is copied
      Given the user has a job in status canceled with
        | member       | value             |
        | max_duration | 120               |
        | process_id   | "{mark}-process"  |
        | pcvl_version | "1.2.3"           |
        | job_name     | "{mark}-original" |
      When the user reruns the job with job_name set to null
      Then the data of the new job show
        | member        | value           |
        | job_name      | {mark}-original |
        | process_id    | {mark}-process  |
        | pcvl_version  | 1.2.3           |
        | command       | probs           |
        | platform_name | {platform_name} |
        | rerun_from    | {job_id}        |
      When the worker fetches a job
      Then the worker got a limit of 120 seconds

    @QC-646 @rule.RR-6 @rule.RR-5 @assumed
    Scenario: What is null is copied
      Given the user has a job in status canceled with
        | member            | value             |
        | job_name          | "{mark}-original" |
        | payload.max_shots | 7                 |
      When the user reruns the job with
        | member      | value |
        | job_name    | null  |
        | payload     | null  |
        | platform_id | null  |
      Then the data of the new job show
        | member        | value           |
        | job_name      | {mark}-original |
        | platform_name | {platform_name} |
      And the payload of the new job holds max_shots 7
      And the payload of the new job holds command "probs"

    @QC-647 @rule.RR-6 @assumed
    Scenario: A body in which nothing stands changes nothing
      Given the user has a job in status canceled with
        | member            | value             |
        | job_name          | "{mark}-original" |
        | payload.max_shots | 7                 |
      When the user reruns the job saying nothing
      Then the data of the new job show
        | member        | value           |
        | job_name      | {mark}-original |
        | platform_name | {platform_name} |
      And the payload of the new job holds max_shots 7

    @QC-630 @rule.RR-4
    Scenario: The name may be another
      Given the user has a job in status canceled
      When the user reruns the job with job_name set to "{mark}-again"
      Then the data of the new job show
        | member     | value        |
        | job_name   | {mark}-again |
        | rerun_from | {job_id}     |
        | command    | probs        |

    @QC-631 @rule.RR-4
    Scenario: The payload may be another
      Given the user has a job in status canceled
      When the user reruns the job with payload set to {"command": "probs", "max_shots": 7}
      Then the data of the new job show
        | member  | value                                                             |
        | payload | {"command": "probs", "max_shots": 7, "pcvl_version": "0.12.0"}    |
      And the payload of the job holds max_shots 10000

    @QC-632 @rule.RR-4
    Scenario: The platform may be another
      Given the user has a job in status canceled
      And another platform of its own
      And the user may use the other platform
      When the user reruns the job with platform_id set to "{other_platform_id}"
      Then the data of the new job show
        | member        | value                 |
        | platform_id   | {other_platform_id}   |
        | platform_name | {other_platform_name} |

    @QC-633 @rule.RR-7 @assumed
    Scenario: The new job belongs to the token that asked for it
      Given the user has a job in status canceled
      And the user has another job token
      When the user reruns the job
      Then the data of the new job show
        | member      | value            |
        | token_id    | {other_token_id} |
        | token_label | {other_label}    |

    @QC-<id> @rule.JB-6.4
    Scenario Outline: A member of the wrong type is refused: <member> <value>
      Given the user has a job in status canceled
      When the user reruns the job with <member> set to <value>
      Then the cloud refuses it because "<member>" in its json is invalid
      And the user has 1 job in all

      Examples:
        | id  | member      | value |
        | 634 | job_name    | 5     |
        | 635 | platform_id | []    |

    @QC-<id> @rule.JB-6.4 @assumed
    Scenario Outline: A payload that is <kind> does not replace the job's
      Given the user has a job in status canceled
      When the user reruns the job with payload set to <value>
      Then the cloud refuses it with 422 or 400
      And the user has 1 job in all

      Examples:
        | id  | kind   | value   |
        | 648 | a text | "probs" |
        | 649 | a list | [1]     |

  Rule: A job that is run again is admitted like a new one

    Background:
      Given a user with permission on a platform of its own
      And the user has a job in status canceled

    @QC-636 @rule.RR-8 @assumed
    Scenario: Without permission a job is not run again
      Given the admin has taken the permission of the user on the platform
      When the user reruns the job
      Then the cloud refuses it with 403 "No permission to use platform {platform_name}"
      And the user has 1 job in all

    @QC-637 @rule.RR-8 @assumed
    Scenario: On a retired platform a job is not run again
      Given the platform is in status retired
      When the user reruns the job
      Then the cloud refuses it with 400 "Create job disabled, Platform in retired status"
      And the user has 1 job in all

    @QC-638 @rule.RR-8 @rule.JB-6.1 @assumed
    Scenario: A job is not run again with a command that its platform does not have
      When the user reruns the job with payload set to {"command": "sing"}
      Then the cloud refuses it with 400 "Command 'sing' is not available on platform '{platform_name}'"
      And the user has 1 job in all

    @QC-639 @rule.RR-8 @assumed
    Scenario: A job is not run again when the user's queue is full
      Given the user has as many waiting jobs as allowed
      When the user reruns the job
      Then the cloud refuses it for the cap on waiting jobs

    @QC-640 @rule.RR-10 @assumed
    Scenario: A job is not run again on a platform that does not exist
      When the user reruns the job with platform_id set to "5a881293-f071-4570-ac37-40e7f1e61a55"
      Then the cloud refuses it with 400 "Invalid platform: 5a881293-f071-4570-ac37-40e7f1e61a55"
      And the user has 1 job in all

    @QC-641 @rule.RR-11 @assumed
    Scenario: A job is not run again where its platform is gone
      Given the admin has deleted the platform
      When the user reruns the job
      Then the cloud refuses it with 404 "Platform not found"
      And the user has 1 job in all

    @QC-642 @rule.RR-8 @rule.PP-1.5 @assumed
    Scenario: A rerun does not open a platform on which the user has no permission
      Given another platform of its own
      When the user reruns the job with platform_id set to "{other_platform_id}"
      Then the cloud refuses it with 403 "No permission to use platform {other_platform_name}"
      And the user has 1 job in all

    @QC-<id> @rule.RR-8 @assumed
    Scenario Outline: A job is not run again beyond what its platform takes now: <member> <value>
      When the admin changes <member> of the platform to <value>
      And the user reruns the job
      Then the cloud refuses it with <status> "<error>"
      And the user has 1 job in all

      Examples:
        | id  | member    | value                            | status | error                                                                   |
        | 650 | status    | "locked"                         | 403    | Platform {platform_name} is locked, please upgrade your offer to use it |
        | 651 | status    | "decommissioned"                 | 400    | Create job disabled, Platform in decommissioned status                  |
        | 652 | max_shots | 9999                             | 400    | Max shots must less than or equal to 9999                               |
        | 653 | specs     | {"available_commands": ["sing"]} | 400    | Command 'probs' is not available on platform '{platform_name}'          |

    @QC-654 @rule.RR-8 @rule.CR-3 @assumed
    Scenario: A job is not run again when the user's credits are reserved
      When the admin gives the user 10000 credits
      And the user submits another job with payload.max_shots set to 1
      And the user reruns the job
      Then the cloud refuses it with 401 "Not enough credits: all remaining credits are reserved by waiting or running jobs"
      And the user has 2 jobs in all

    @QC-655 @rule.RR-8 @rule.CR-2 @assumed
    Scenario: A job is not run again when the user has too few credits
      When the admin gives the user 9999 credits
      And the user reruns the job
      Then the cloud refuses it with 401 "Not enough credits"
      And the user has 1 job in all

    @QC-656 @rule.RR-11 @rule.RR-4 @assumed
    Scenario: A job whose platform is gone is run again on another one
      Given another platform of its own
      And the user may use the other platform
      And the admin has deleted the platform
      When the user reruns the job with platform_id set to "{other_platform_id}"
      Then the data of the new job show
        | member        | value                 |
        | status        | waiting               |
        | platform_name | {other_platform_name} |

    @QC-657 @rule.RR-10 @assumed
    Scenario: A job is not run again on what is no platform's id
      When the user reruns the job with platform_id set to "{platform_name}"
      Then the cloud refuses it with 400 "Invalid platform: {platform_name}"
      And the user has 1 job in all
