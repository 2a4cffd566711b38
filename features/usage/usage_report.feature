@usage
Feature: A user sees what their tokens were used for
  One entry a token, one line a platform: jobs that ran, their duration and what they cost.

  Background:
    Given a user with permission on a platform of its own

  Rule: What is counted

    @QC-770 @rule.UR-3 @assumed
    Scenario: A token without jobs was not used
      When the user reads the usage report
      Then the report says of the token that it was not used

    @QC-771 @smoke @rule.TK-9 @rule.UR-1 @rule.UR-2
    Scenario: Jobs are counted for each platform that they ran on
      Given another platform of its own
      And the user may use the other platform
      And the user has a job in status completed
      And the user has another job in status error
      And the user has a job in status completed on the other platform
      When the user reads the usage report
      Then the report says of the token that it ran 3 jobs
        | platform_name         | nb_jobs |
        | {platform_name}       | 2       |
        | {other_platform_name} | 1       |

    @QC-772 @rule.UR-4 @assumed
    Scenario: Jobs that never ran are not counted
      Given the user has a job in status canceled
      And the user has another job in status waiting
      When the user reads the usage report
      Then the report says of the token that it was not used

    @QC-773 @rule.UR-4 @rule.UR-5 @assumed
    Scenario: A job counts from the moment it runs, and its duration when it has ended
      Given the user has a job in status running
      When the user reads the usage report
      Then the report says of the token that it ran 1 jobs
        | platform_name   | nb_jobs | duration_seconds |
        | {platform_name} | 1       | 0                |

    @QC-1142 @rule.UR-4 @assumed
    Scenario: A job that was canceled while it ran is counted, for it did run
      Given the user has a job that was canceled while it ran
      When the user reads the usage report
      Then the report says of the token that it ran 1 jobs in all

    @QC-1143 @rule.UR-5 @rule.TM-2 @assumed
    Scenario: The durations of jobs that have ended are added up, however they ended
      Given the user has a job in status running
      And the user has another job in status running
      When 1 s has passed
      And the worker completes the job
      And the worker fails the other job without a word
      And the user reads the usage report
      Then the report gives the token the time that both jobs took, which is not nothing

    @QC-1670 @rule.UR-6 @assumed
    Scenario: The costs of all completed jobs on a platform are added up
      Given the user has a job in status completed with
        | member            | value |
        | payload.max_shots | 60    |
      And the user has a job in status completed with
        | member            | value |
        | payload.max_shots | 25    |
      When the user reads the usage report
      Then the report says of the token that it ran 2 jobs
        | platform_name   | nb_jobs | credits | free_credits |
        | {platform_name} | 2       | 85      | 0            |

    @QC-774 @rule.UR-6 @assumed
    Scenario: What completed jobs cost is summed up, also for a user with unlimited credits
      Given the user has a job in status completed with
        | member            | value |
        | payload.max_shots | 60    |
      And the user has another job in status error
      When the user reads the usage report
      Then the report says of the token that it ran 2 jobs
        | platform_name   | nb_jobs | credits | free_credits |
        | {platform_name} | 2       | 60      | 0            |

    @QC-775 @rule.UR-17 @assumed
    Scenario: A rerun counts for the token that asked for it
      Given the user has a job in status error
      And the user has another job token
      When the user reruns the job
      And the worker fetches a job
      And the user reads the usage report
      Then the report says of the token that it ran 1 jobs
        | platform_name   | nb_jobs |
        | {platform_name} | 1       |
      And the report says of the other token that it ran 1 jobs
        | platform_name   | nb_jobs |
        | {platform_name} | 1       |

    @QC-776 @rule.UR-7 @assumed
    Scenario: A revoked token is still reported
      Given the user has a job in status completed
      And the user has another job token
      And the user has revoked the token
      When the user reads the usage report for {token_id}
      Then the report says of the token that it ran 1 jobs
        | platform_name   | nb_jobs |
        | {platform_name} | 1       |

    @QC-777 @rule.UR-16 @assumed
    Scenario: A platform is called by its current name
      Given the user has a job in status completed
      When the admin renames the platform
      And the user reads the usage report
      Then the report says of the token that it ran 1 jobs
        | platform_name   | nb_jobs |
        | {platform_name} | 1       |

    @QC-1146 @rule.UR-16 @assumed
    Scenario: A platform that is gone is called by its last name
      Given the user has a job in status completed
      And the admin has deleted the platform
      When the user reads the usage report
      Then the report says of the token that it ran 1 jobs
        | platform_name   | nb_jobs |
        | {platform_name} | 1       |

    @QC-<id> @rule.UR-4 @rule.TM-5 @assumed
    Scenario Outline: Jobs are counted that started <span>
      Given the user has a job in status completed
      When the user reads the usage report from <start> to <end>
      Then the report says of the token that it ran <count> jobs in all

      Examples:
        | id  | span                 | start | end  | count |
        | 778 | in the last hour     | -1 h  | +1 h | 1     |
        | 779 | from now on          | +1 h  | +2 h | 0     |
        | 780 | before the last hour | -2 h  | -1 h | 0     |

    @QC-<id> @rule.UR-4 @rule.TK-9.2 @assumed
    Scenario Outline: The start of a job decides, and belongs to the span that begins with it: <span>
      Given the user has a job in status completed
      When the user reads the usage report <span> the start of the job
      Then the report says of the token that it ran <count> jobs in all

      Examples:
        | id   | span  | count |
        | 1144 | since | 1     |
        | 1145 | until | 0     |

    @QC-781 @rule.UR-15 @assumed
    Scenario: A span that ends before it begins holds no jobs
      Given the user has a job in status completed
      When the user reads the usage report from +1 h to -1 h
      Then the report is refused as a bad request or counts 0 jobs for the token

  Rule: Which tokens

    Background:
      Given the user has a job in status completed
      And the user has another job token

    @QC-<id> @rule.UR-10 @rule.UR-14 @assumed
    Scenario Outline: Ids may be written as <form>
      When the user reads the usage report for <ids>
      Then the report has entries of the token and the other token, in the order of their ids
      And the report says of the token that it ran 1 jobs in all

      Examples:
        | id  | form                | ids                                    |
        | 782 | a list              | [{token_id},{other_token_id}]          |
        | 783 | numbers and commas  | {token_id},{other_token_id}            |
        | 784 | the other way round | {other_token_id},{token_id}            |
        | 785 | one id twice        | {token_id},{other_token_id},{token_id} |

    @QC-786 @rule.UR-10
    Scenario: Ids may be written as a repeated parameter
      When the user asks for the usage of the token and the other token, each in a parameter of its own
      Then the report has entries of the token and the other token, in the order of their ids
      And the report says of the token that it ran 1 jobs in all

    @QC-787 @rule.UR-11 @rule.TK-9.1
    Scenario: Without ids all tokens of the user are reported
      When the user reads the usage report
      Then the report has entries of the token and the other token, in the order of their ids

    @QC-<id> @rule.UR-12 @assumed
    Scenario Outline: <form> means all tokens of the user
      When the user reads the usage report for <ids>
      Then the report has entries of the token and the other token, in the order of their ids

      Examples:
        | id  | form          | ids  |
        | 788 | An empty list | []   |
        | 789 | null          | null |

    @QC-1147 @rule.UR-12 @assumed
    Scenario: An empty parameter means all tokens of the user
      When the user asks for the usage of no token in particular, in an empty parameter
      Then the report has entries of the token and the other token, in the order of their ids

    @QC-1148 @rule.UR-12 @rule.UR-11 @assumed
    Scenario: All tokens of the user are those that are not deleted
      Given the user has deleted the token
      When the user reads the usage report
      Then the report has an entry of the other token alone

    @QC-1149 @rule.UR-7 @assumed
    Scenario: A token that has expired is still reported
      Given the user has another job token that lives 1 s
      And the user has one more job token
      And the other token has expired
      When the user reads the usage report for {other_token_id}
      Then the report has an entry of the other token alone

    @QC-1150 @rule.TK-9.2 @assumed
    Scenario: There is no type to ask for: it changes nothing
      When the user asks for the usage with a type that there is not
      Then the report has entries of the token and the other token, in the order of their ids
      And the report says of the token that it ran 1 jobs in all

    @QC-790 @rule.UR-1 @rule.TK-9.2
    Scenario: Only the tokens that were asked for are reported
      When the user reads the usage report for {token_id}
      Then the report has an entry of the token alone

    @QC-791 @rule.UR-8
    Scenario: A token that does not exist is not reported
      When the user reads the usage report for 987654321
      Then the cloud refuses it with 400 "Token not found or invalid"

    @QC-792 @rule.UR-9 @rule.PM-25 @assumed
    Scenario: The token of another user is not reported, not even beside one's own
      Given another user with permission on the platform
      When the other user reads the usage report for {token_id},{other_token_id}
      Then the cloud refuses it with 403 or 400

    @QC-793 @rule.UR-9 @assumed
    Scenario: A deleted token is not reported
      Given the user has deleted the token
      When the user reads the usage report for {token_id}
      Then the cloud refuses it with 400 "Token not found or invalid"

    @QC-<id> @rule.UR-13 @assumed
    Scenario Outline: Ids that can't be read are refused: <ids>
      When the user reads the usage report for <ids>
      Then the cloud refuses it because "token_ids" in its query is invalid

      Examples:
        | id   | ids                         |
        | 794  | one,two                     |
        | 1151 | [{token_id}                 |
        | 1152 | {token_id};{other_token_id} |

    @QC-<id> @rule.UR-13 @assumed
    Scenario Outline: A time without its zone is refused: <parameter>
      When the user reads the usage report with <parameter> 2026-01-01T00:00:00
      Then the cloud refuses it because "<parameter>" in its query is invalid

      Examples:
        | id  | parameter  |
        | 795 | start_time |
        | 796 | end_time   |

    @QC-<id> @rule.UR-13 @assumed
    Scenario Outline: <value> is no <parameter>
      When the user reads the usage report with <parameter> <value>
      Then the cloud refuses it because "<parameter>" in its query is invalid

      Examples:
        | id   | parameter  | value                |
        | 1667 | start_time | yesterday            |
        | 1668 | end_time   | 1767225600           |
        | 1669 | start_time | 2026-13-01T00:00:00Z |
