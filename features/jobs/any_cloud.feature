@jobs @job_token_suffices
Feature: A user with a job token works on the platform of the run
  These scenarios need no admin: they run on any cloud for which someone gives a job token.

  Background:
    Given someone with permission on the platform of the run

  @QC-445 @smoke @rule.RS-2 @rule.C-6 @rule.C-7
  Scenario: A job comes back with results that decode
    When the user submits a job to the platform of the run
    Then the job comes to status completed while the run may wait
    And the results of the job decode to an object with results

  @QC-586 @rule.C-7.1 @rule.C-7 @rule.WR-2
  Scenario: What a client needs to read its results comes back with them
    When the user submits a job to the platform of the run with payload.job_context set to {"mark": "{mark}", "mapping": [1, {"ψ": null}]}
    Then the job comes to status completed while the run may wait
    And the results of the job hold job_context {"mark": "{mark}", "mapping": [1, {"ψ": null}]}

  @QC-587 @rule.C-7.1 @rule.WR-2
  Scenario: Results do not speak of a context that nobody gave
    When the user submits a job to the platform of the run with payload.job_context set to null
    Then the job comes to status completed while the run may wait
    And the results of the job lack job_context

  @QC-588 @rule.IT-3 @rule.C-7 @rule.WR-3
  Scenario: The results of an iterator list its iterations in their order
    When the user submits a job to the platform of the run with payload.iterator set to [{"input_state": ":PCVL:BasicState:|2,0>"}, {"input_state": ":PCVL:BasicState:|1,1>"}, {"max_shots": 500}]
    Then the job comes to status completed while the run may wait
    And the results of the job list these iterations, each with its results
      | iteration                                  |
      | {"input_state": ":PCVL:BasicState:\|2,0>"} |
      | {"input_state": ":PCVL:BasicState:\|1,1>"} |
      | {"max_shots": 500}                         |

  @QC-446 @rule.JB-2.4 @rule.ST-6
  Scenario: A completed job shows all that belongs to one
    When the user submits a job to the platform of the run
    Then the job comes to status completed while the run may wait
    And the status of the job has all that belongs to completed

  @QC-447 @rule.JB-4.4 @rule.JB-4.6 @assumed
  Scenario: The data of a job show what was submitted
    When the user submits a job to the platform of the run
    Then the data of the job show
      | member       | value      |
      | job_id       | {job_id}   |
      | job_name     | {job_name} |
      | command      | probs      |
      | pcvl_version | 0.12.0     |
      | rerun_from   | null       |
    And the payload of the job is the one that was sent

  @QC-448 @rule.JB-5
  Scenario: A job may be canceled unless it has ended
    When the user submits a job to the platform of the run
    And the user cancels the job
    Then the cloud accepts it or refuses it with 400
    And the job comes to an end while the run may wait

  @QC-<id> @rule.<rule>
  Scenario Outline: A job with <member> <value> is refused
    When the user submits a job to the platform of the run with <member> set to <value>
    Then the cloud refuses it with <status> "<error>"

    Examples:
      | id  | member            | value            | status | error                                          | rule    |
      | 449 | payload           | null             | 400    | Invalid payload, expected a json object        | JB-1.1  |
      | 450 | platform_name     | null             | 400    | Require platform_id or platform_name           | JB-1.2  |
      | 451 | max_duration      | 0                | 400    | Max duration must not be zero                  | JB-1.5  |
      | 452 | max_duration      | 864001           | 400    | Max duration too large, exceeding 864000       | JB-1.6  |
      | 453 | payload.max_shots | 0                | 400    | Invalid max_shots, should be a positive number | JB-1.8  |
      | 454 | payload.iterator  | []               | 400    | Invalid iterator: must be a non-empty list     | JB-1.13 |
      | 455 | platform_name     | "sim:qa-nowhere" | 404    | Platform not found                             | JB-1.25 |

  @QC-<id> @rule.<rule>
  Scenario Outline: A job that does not exist: to <action> it is refused
    When the user tries to <action> a job with the id "5a881293-f071-4570-ac37-40e7f1e61a55"
    Then the cloud refuses it with 404

    @readonly @with_job_token
    Examples: reading
      | id  | action           | rule   |
      | 456 | read the data of | JB-4.1 |

    Examples: changing
      | id  | action           | rule   |
      | 457 | cancel           | JB-5.3 |
      | 458 | rerun            | JB-6.2 |

  @QC-459 @rule.C-10 @rule.PL-2.7 @readonly @with_job_token
  Scenario: Perceval finds the platform of the run
    Then Perceval's user reads specs and type of the platform of the run
