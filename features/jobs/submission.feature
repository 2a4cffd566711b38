@jobs
Feature: A user submits jobs
  A job names its platform and carries a payload, which the cloud stores and hands on as it is. What breaks a
  rule is refused, and leaves no trace.

  Rule: What is accepted

    Background:
      Given a user with permission on a platform of its own

    @QC-390 @rule.J1 @rule.JB-1 @rule.JB-2 @rule.JB-2.4 @rule.ST-2
    Scenario: A new job waits
      When the user submits a job
      Then the status of the job has all that belongs to waiting

    @QC-391 @rule.JB-4 @rule.JB-1.52 @rule.ST-1 @assumed
    Scenario: The data of a job say what was submitted, and with which token
      When the user submits a job
      Then the data of the job show
        | member        | value            |
        | job_id        | {job_id}         |
        | job_name      | {job_name}       |
        | status        | waiting          |
        | command       | probs            |
        | platform_id   | {platform_id}    |
        | platform_name | {platform_name}  |
        | pcvl_version  | 0.12.0           |
        | process_id    | {process_id}     |
        | rerun_from    | null             |
        | token_id      | {token_id}       |
        | token_label   | {label}          |
        | created_date  | a non-empty text |
        | start_time    | null             |

    @QC-392 @smoke @rule.JB-4.4 @rule.WK-1.8 @assumed
    Scenario: A payload reaches the data and the worker as it was sent
      When the user submits a job with the payload
        """
        {"zeta": 1, "command": "probs", "alpha": {"ω": "naïve – 𝄞", "nested": [1, 1.0, -0.5e-12, {"b": null, "a": true}]},
         "big": 123456789012345678901234567890, "negative": -9007199254740993, "float": 1.0, "empty": {}, "list": []}
        """
      Then the payload of the job is the one that was sent
      When the worker fetches a job
      Then the worker gets the payload that was sent

    @QC-393 @rule.JB-1.47
    Scenario: The version of the client is copied into the payload
      When the user submits a job with pcvl_version set to "1.2.3"
      Then the data of the job show
        | member       | value |
        | pcvl_version | 1.2.3 |
      And the payload of the job holds pcvl_version "1.2.3"

    @QC-394 @rule.JB-1.48 @assumed
    Scenario: The version of the client replaces one that the payload brings
      When the user submits a job with
        | member               | value   |
        | pcvl_version         | "1.2.3" |
        | payload.pcvl_version | "0.0.1" |
      Then the payload of the job holds pcvl_version "1.2.3"

    @QC-395 @rule.JB-1.48 @assumed
    Scenario: Without a version of the client the payload is left alone
      When the user submits a job with
        | member               | value   |
        | pcvl_version         | null    |
        | payload.pcvl_version | "0.0.1" |
      Then the data of the job show
        | member       | value |
        | pcvl_version | null  |
      And the payload of the job holds pcvl_version "0.0.1"

    @QC-396 @rule.JB-1.28
    Scenario: Of a platform's id and name the id decides
      Given another platform of its own
      When the user submits a job with
        | member        | value                   |
        | platform_id   | "{platform_id}"         |
        | platform_name | "{other_platform_name}" |
      Then the data of the job show
        | member        | value           |
        | platform_id   | {platform_id}   |
        | platform_name | {platform_name} |

    @QC-397 @rule.JB-1.31 @assumed
    Scenario: A platform id of null is none: the name is taken
      When the user submits a job with
        | member      | value |
        | platform_id | null  |
        | process_id  | null  |
      Then the data of the job show
        | member        | value           |
        | platform_name | {platform_name} |

    @QC-1212 @rule.JB-1.28
    Scenario: Of a platform's id and name only the id is looked at
      When the user submits a job with
        | member        | value            |
        | platform_id   | "{platform_id}"  |
        | platform_name | "sim:qa-nowhere" |
      Then the data of the job show
        | member        | value           |
        | platform_name | {platform_name} |

    @QC-1215 @rule.JB-1.31 @assumed
    Scenario: A platform name of null is none: the id is taken
      When the user submits a job with
        | member        | value           |
        | platform_id   | "{platform_id}" |
        | platform_name | null            |
      Then the data of the job show
        | member        | value           |
        | platform_name | {platform_name} |

    @QC-<id> @rule.<rule> @assumed
    Scenario Outline: A process id of <value> is none, and belongs to nobody
      Given another user with permission on the platform
      When the user submits a job with process_id set to <value>
      And the other user submits another job with process_id set to <value>
      Then the cloud accepts it
      And the other job is in status waiting

      Examples:
        | id   | value | rule    |
        | 1213 | null  | JB-1.31 |
        | 1214 | ""    | JB-1.32 |

    @QC-1217 @rule.JB-1.52 @assumed
    Scenario: A job belongs to the token that submitted it, not to another of its user
      Given the user has another job token
      When the user submits a job
      Then the data of the job show
        | member      | value            |
        | token_id    | {other_token_id} |
        | token_label | {other_label}    |

    @QC-1221 @rule.ID-4
    Scenario: A process id is whatever text the user chooses
      When the user submits a job with process_id set to "{mark}: Any Text – ψ/%?"
      Then the data of the job show
        | member     | value                   |
        | process_id | {mark}: Any Text – ψ/%? |

    @QC-1220 @rule.LM-6 @rule.LM-7 @assumed
    Scenario: A platform that was registered without limits has none but the absolute one
      Then each of these jobs of the user is accepted, and reaches the worker as it was sent
        | rule      | member            | value      |
        | LM-6 LM-7 | max_duration      | 864000     |
        | LM-6      | payload.max_shots | 1000000000 |

    @QC-<id> @rule.<rule>
    Scenario Outline: A job may have <member> <value>
      When the user submits a job with <member> set to <value>
      Then the cloud accepts it
      And the job is in status waiting

      Examples:
        | id  | member              | value                              | rule    |
        | 398 | max_duration        | 1                                  | JB-1    |
        | 399 | max_duration        | 864000                             | JB-1.6  |
        | 400 | payload.max_shots   | 1                                  | JB-1.8  |
        | 401 | payload.max_samples | 0                                  | JB-1.38 |
        | 402 | payload.iterator    | [{"circuit_params": {"phi": 0.5}}] | IT-1    |
        | 403 | job_group_name      | "a group"                          | JB-1.49 |
        | 404 | colour              | "blue"                             | TR-9    |
        | 405 | max_shots           | 0                                  | JB-1.39 |

      @assumed
      Examples: settled by the contract
        | id  | member            | value | rule    |
        | 406 | payload.max_shots | null  | JB-1.36 |
        | 407 | process_id        | ""    | JB-1.32 |

    @QC-585 @rule.IT-2 @rule.IT-1
    Scenario: What an iterator holds is for the worker to judge
      Then each of these jobs of the user is accepted, and reaches the worker as it was sent
        | member           | value                                        |
        | payload.iterator | [{"circuit_params": {"phi": 0.5}}]           |
        | payload.iterator | [{"input_state": ":PCVL:BasicState:\|1,0>"}] |
        | payload.iterator | [{"min_detected_photons": 2}]                |
        | payload.iterator | [{"max_samples": 0}, {"max_samples": 20}]    |
        | payload.iterator | [{"max_shots": -1}]                          |
        | payload.iterator | [{"noise": {"brightness": 0.3}}]             |
        | payload.iterator | [{"max_shots": "many", "circuit_params": 5}] |
        | payload.iterator | [{"colour": "blue"}, {}]                     |

    @QC-408 @rule.JB-1.40
    Scenario: The jobs of one user may share a process id, as those of one Perceval process do
      When the user submits a job with process_id set to "{mark}-shared"
      And the user submits another job with process_id set to "{mark}-shared"
      Then the cloud accepts it
      And the job is in status waiting
      And the other job is in status waiting

    @QC-523 @rule.JB-1.41 @assumed
    Scenario: A process id stays with the first user who used it, when the job is long over
      Given another user with permission on the platform
      And the user has a job in status canceled with
        | member     | value          |
        | process_id | "{mark}-early" |
      When the other user submits another job with process_id set to "{mark}-early"
      Then the cloud refuses it with 400 "process_id is existed and assigned to another user job"

    @QC-1216 @rule.JB-1.41 @rule.JB-1.42 @assumed
    Scenario: A job that is refused takes no process id
      Given another user with permission on the platform
      When the user submits a job with
        | member       | value            |
        | process_id   | "{mark}-refused" |
        | max_duration | 0                |
      And the other user submits another job with process_id set to "{mark}-refused"
      Then the cloud accepts it

    @QC-409 @rule.JB-1.14
    Scenario: A process id of another user is refused
      Given another user with permission on the platform
      When the user submits a job with process_id set to "{mark}-owned"
      And the other user submits another job with process_id set to "{mark}-owned"
      Then the cloud refuses it with 400 "process_id is existed and assigned to another user job"

  Rule: What is refused

    Background:
      Given a user with permission on a platform of its own

    @QC-<id> @rule.<rule>
    Scenario Outline: A job may not have <member> <value>
      When the user submits a job with <member> set to <value>
      Then the cloud refuses it with <status> "<error>"

      Examples:
        | id  | member            | value                                  | status | error                                                         | rule    |
        | 410 | payload           | null                                   | 400    | Invalid payload, expected a json object                       | JB-1.1  |
        | 411 | max_duration      | 0                                      | 400    | Max duration must not be zero                                 | JB-1.5  |
        | 412 | max_duration      | 864001                                 | 400    | Max duration too large, exceeding 864000                      | JB-1.6  |
        | 413 | payload.max_shots | 0                                      | 400    | Invalid max_shots, should be a positive number                | JB-1.8  |
        | 414 | payload.max_shots | -1                                     | 400    | Invalid max_shots, should be a positive number                | JB-1.8  |
        | 415 | payload.command   | "sing"                                 | 400    | Command 'sing' is not available on platform '{platform_name}' | JB-1.11 |
        | 416 | payload.iterator  | []                                     | 400    | Invalid iterator: must be a non-empty list                    | JB-1.13 |
        | 417 | payload.iterator  | {"a": 1}                               | 400    | Invalid iterator: must be a non-empty list                    | JB-1.13 |
        | 418 | payload.iterator  | "twice"                                | 400    | Invalid iterator: must be a non-empty list                    | JB-1.13 |
        | 419 | platform_name     | "sim:qa-nowhere"                       | 404    | Platform not found                                            | JB-1.25 |
        | 420 | platform_id       | "5a881293-f071-4570-ac37-40e7f1e61a55" | 400    | Invalid platform: 5a881293-f071-4570-ac37-40e7f1e61a55        | JB-1.3  |

      @assumed
      Examples: settled by the contract
        | id   | member            | value    | status | error                                                         | rule    |
        | 421  | max_duration      | -1       | 400    | Max duration must not be zero                                 | JB-1.33 |
        | 422  | payload.max_shots | true     | 400    | Invalid max_shots, should be a positive number                | JB-1.37 |
        | 423  | payload.max_shots | "10"     | 400    | Invalid max_shots, should be a positive number                | JB-1.37 |
        | 424  | payload.max_shots | [10]     | 400    | Invalid max_shots, should be a positive number                | JB-1.37 |
        | 425  | payload.command   | null     | 400    | Command 'None' is not available on platform '{platform_name}' | JB-1.34 |
        | 426  | platform_id       | "sim:qa" | 400    | Invalid platform: sim:qa                                      | JB-1.29 |
        | 427  | platform_name     | ""       | 404    | Platform not found                                            | JB-1.32 |
        | 1226 | payload.command   | 5        | 400    | Command '5' is not available on platform '{platform_name}'    | JB-1.34 |

    @QC-428 @rule.JB-1.2
    Scenario: A job needs a platform
      When the user submits a job with platform_name set to null
      Then the cloud refuses it with 400 "Require platform_id or platform_name"

    @QC-1222 @rule.JB-1.2
    Scenario: A job that names no platform at all is refused
      When the user submits a job and names no platform at all
      Then the cloud refuses it with 400 "Require platform_id or platform_name"

    @QC-1225 @rule.JB-1.32 @assumed
    Scenario: An empty platform id is an id that names no platform
      When the user submits a job with platform_id set to ""
      Then the cloud refuses it with 400 "Invalid platform: "

    @QC-<id> @rule.JB-1.26 @rule.EN-5
    Scenario Outline: A job needs a <member>
      When the user submits a job without <member>
      Then the cloud refuses it because "<member>" in its json is missing

      Examples:
        | id  | member   |
        | 429 | job_name |
        | 430 | payload  |

    @QC-431 @rule.JB-1.34 @assumed
    Scenario: A payload needs a command where the platform lists its commands
      When the user submits a job without payload.command
      Then the cloud refuses it with 400 "Command 'None' is not available on platform '{platform_name}'"

    @QC-<id> @rule.JB-1.51
    Scenario Outline: A member of the wrong type is refused: <member> <value>
      When the user submits a job with <member> set to <value>
      Then the cloud refuses it because "<member>" in its json is invalid

      Examples:
        | id  | member       | value |
        | 432 | job_name     | 5     |
        | 433 | max_duration | "60"  |
        | 434 | platform_id  | 17    |
        | 435 | process_id   | {}    |

    @QC-1228 @rule.JB-1.51 @rule.TR-24 @rule.TR-26 @assumed
    Scenario: A member of the wrong type is refused, whichever it is
      Then each of these jobs of the user is refused because of the member
        | rule    | member         | value           |
        | JB-1.51 | job_name       | ["a", "job"]    |
        | JB-1.51 | platform_name  | 5               |
        | JB-1.51 | pcvl_version   | 1.2             |
        | JB-1.51 | process_id     | 5               |
        | JB-1.51 | job_group_name | {"name": "a"}   |
        | JB-1.51 | max_duration   | [60]            |
        | JB-1.51 | max_duration   | {"seconds": 60} |
        | TR-24   | max_duration   | true            |
        | TR-24   | max_duration   | 60.5            |
        | TR-26   | job_name       | null            |

    @QC-<id> @rule.JB-1.27 @rule.JB-1.1 @assumed
    Scenario Outline: A payload that is <kind> is refused
      When the user submits a job with payload set to <value>
      Then the cloud refuses it with 422 or 400
      And no job of the user has been made

      Examples:
        | id   | kind     | value                  |
        | 436  | a text   | "probs"                |
        | 1223 | a number | 5                      |
        | 1224 | a list   | [{"command": "probs"}] |

    @QC-<id> @rule.JB-1.42 @assumed
    Scenario Outline: A job that is refused for <member> <value> leaves no trace
      Given the user has 2 waiting jobs
      When the user submits a job with <member> set to <value>
      Then the user has 2 waiting and 0 running jobs
      And the user has 2 jobs in all

      Examples:
        | id  | member            | value            |
        | 444 | max_duration      | 0                |
        | 517 | payload           | null             |
        | 518 | payload.command   | "sing"           |
        | 519 | payload.max_shots | 0                |
        | 520 | platform_name     | "sim:qa-nowhere" |
        | 521 | job_name          | 5                |

    @QC-1229 @rule.JB-1.42 @assumed
    Scenario: No job that is refused leaves a trace, for whatever reason
      Given the user has 2 waiting jobs
      Then none of these jobs of the user is accepted
        | member            | value                                  |
        | payload.iterator  | []                                     |
        | payload.max_shots | "many"                                 |
        | max_duration      | 864001                                 |
        | platform_id       | "5a881293-f071-4570-ac37-40e7f1e61a55" |
        | platform_name     | null                                   |
        | payload           | "probs"                                |
      And the user has 2 waiting and 0 running jobs
      And the user has 2 jobs in all

    @QC-522 @rule.JB-1.42 @assumed
    Scenario: A job that is refused for lack of permission leaves no trace
      Given another platform of its own
      When the user submits a job on the other platform
      Then the user has 0 waiting and 0 running jobs
      And no job of the user has been made

  Rule: What the platform limits

    @QC-<id> @rule.<rule>
    Scenario Outline: The platform's limit itself is allowed: <member> <value>
      Given a user with permission on a platform of its own with
        | member       | value |
        | max_duration | 100   |
        | max_shots    | 5000  |
      When the user submits a job with
        | member            | value   |
        | payload.max_shots | 1       |
        | <member>          | <value> |
      Then the cloud accepts it

      Examples:
        | id  | member            | value | rule   |
        | 437 | max_duration      | 100   | JB-1.7 |
        | 438 | payload.max_shots | 5000  | JB-1.9 |

    @QC-<id> @rule.<rule>
    Scenario Outline: More than the platform's limit is refused: <member> <value>
      Given a user with permission on a platform of its own with
        | member       | value |
        | max_duration | 100   |
        | max_shots    | 5000  |
      When the user submits a job with
        | member            | value   |
        | payload.max_shots | 1       |
        | <member>          | <value> |
      Then the cloud refuses it with 400 "<error>"

      Examples:
        | id  | member            | value | error                                                    | rule   |
        | 439 | max_duration      | 101   | Max_duration 101(s) exceeds the platform limit of 100(s) | JB-1.7 |
        | 440 | payload.max_shots | 5001  | Max shots must less than or equal to 5000                | JB-1.9 |

    @QC-441 @rule.JB-1.35 @assumed
    Scenario: A platform that lists no commands takes any
      Given a user with permission on a platform of its own with
        | member | value               |
        | specs  | {"constraints": {}} |
      When the user submits a job with payload.command set to "sing"
      Then the cloud accepts it

    @QC-442 @rule.JB-1.23 @rule.JB-1.46 @assumed
    Scenario: A user may be forbidden a command that the platform offers
      Given a user with forbidden_commands ["probs"] and permission on a platform of its own
      When the user submits a job
      Then the cloud refuses it with 403 "No permission to use algorithm probs"
      And no job of the user has been made

    @QC-1252 @rule.JB-1.46 @assumed
    Scenario: A command that a user is forbidden closes no other
      Given a user with forbidden_commands ["samples"] and permission on a platform of its own
      When the user submits a job
      Then the cloud accepts it

    @QC-1253 @rule.JB-1.46 @rule.JB-1.11 @assumed
    Scenario: A command that the platform does not offer is refused as such, also to whom it is forbidden
      Given a user with forbidden_commands ["sing"] and permission on a platform of its own
      When the user submits a job with payload.command set to "sing"
      Then the cloud refuses it with 400 "Command 'sing' is not available on platform '{platform_name}'"

    @QC-443 @rule.JB-1.12 @rule.JB-1.44 @assumed
    Scenario: A toolbox platform does not know a command that it does not list
      Given a user with permission on a platform of its own with
        | member | value   |
        | type   | toolbox |
      When the user submits a job with payload.command set to "sing"
      Then the cloud refuses it with 400 "Quantum Toolbox command 'sing' is not defined"
      And no job of the user has been made

    @QC-1227 @rule.JB-1.34 @rule.JB-1.12 @assumed
    Scenario: A toolbox platform asks for a command like any other
      Given a user with permission on a platform of its own with
        | member | value   |
        | type   | toolbox |
      When the user submits a job with payload.command set to null
      Then the cloud refuses it with 400 "Quantum Toolbox command 'None' is not defined"

    @QC-1218 @rule.JB-1.38 @rule.JB-1.36 @rule.JB-1.39 @assumed
    Scenario: The limit of shots is one for max_shots of the payload, and for nothing else
      Given a user with permission on a platform of its own with
        | member    | value |
        | max_shots | 10000 |
      Then each of these jobs of the user is accepted, and reaches the worker as it was sent
        | rule    | member              | value |
        | JB-1.38 | payload.max_samples | 0     |
        | JB-1.38 | payload.max_samples | -1    |
        | JB-1.38 | payload.max_samples | 10001 |
        | JB-1.36 | payload.max_shots   | null  |
        | JB-1.39 | max_shots           | 0     |
        | JB-1.39 | max_shots           | 10001 |

    @QC-1219 @rule.JB-1.36 @assumed
    Scenario: A job without max_shots is not held against the limit of shots
      Given a user with permission on a platform of its own with
        | member    | value |
        | max_shots | 10    |
      When the user submits a job without payload.max_shots
      Then the cloud accepts it
