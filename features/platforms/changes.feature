@platforms
Feature: Platforms are read, listed, changed and deleted
  An admin looks after platforms; every user of the cloud sees them.

  @QC-322 @rule.PF-2.3 @rule.PF-2 @rule.PF-5 @rule.PL-2.5 @rule.PM-35 @rule.PM-36 @rule.PM-37 @assumed
  Scenario: Every user finds every platform, with or without permission on it
    Given a user without permission on a platform of its own
    Then every kind of user finds the platform by id and in the list

  @QC-323 @smoke @rule.PF-5.1 @rule.PL-3 @rule.A-1.6 @readonly
  Scenario: The list of platforms is closed to those who show no credential
    When someone without a credential lists the platforms
    Then the cloud refuses it with 401 "Authentication and authorization failed: token not found"

  @QC-324 @rule.PF-5 @rule.PG-10 @rule.PG-8 @rule.PG-7 @assumed @serial
  Scenario: The list of platforms read page by page has no holes and no repeats
    Given a platform of its own
    And another platform of its own
    Then the list of platforms is whole, page by page

  @QC-<id> @rule.<rule> @rule.PF-5.2 @rule.PG-10 @assumed @readonly
  Scenario Outline: The list of platforms refuses <parameter> <value>
    When the admin lists the platforms with <parameter> <value>
    Then the cloud refuses it because "<parameter>" in its query is invalid

    Examples:
      | id  | parameter | value | rule |
      | 325 | limit     | 0     | PG-4 |
      | 326 | limit     | 10001 | PG-4 |
      | 327 | limit     | many  | PG-4 |
      | 328 | offset    | -1    | PG-5 |

  @QC-329 @rule.SV-6.1 @rule.SV-6.2 @rule.SV-6.3 @assumed
  Scenario: Anyone sees a platform among the public ones, and nothing of its inside
    Given a platform of its own
    Then anyone sees the platform among the public ones, without its workers

  @QC-<id> @rule.SV-6.3 @assumed
  Scenario Outline: A platform stays among the public ones when it becomes <status>
    Given a platform of its own
    When the admin puts the platform into status <status>
    Then anyone sees the platform among the public ones, without its workers

    Examples:
      | id   | status         |
      | 1501 | maintenance    |
      | 1502 | unreachable    |
      | 1503 | locked         |
      | 1504 | decommissioned |
      | 1505 | retired        |

  @QC-<id> @rule.PF-2.1 @assumed
  Scenario Outline: A platform is read by its id only: <what> is not found
    Given a platform of its own
    When the admin reads the platform "<platform_id>"
    Then the cloud refuses it with 404 "Platform not found"

    Examples:
      | id  | what          | platform_id                          |
      | 330 | a name        | {platform_name}                      |
      | 331 | an unknown id | 5a881293-f071-4570-ac37-40e7f1e61a55 |

  @QC-332 @rule.PL-1.1
  Scenario: Perceval does not find a platform that does not exist
    Given a user without permission on a platform of its own
    Then the user finds no platform named sim:qa-nowhere

  @QC-1163 @rule.PL-2.1 @assumed
  Scenario: A client is told in so many words that a platform does not exist
    Given a user without permission on a platform of its own
    Then the user is told "Platform not found" of a platform named sim:qa-nowhere

  @QC-1164 @rule.PL-1 @rule.PL-2 @rule.TR-8
  Scenario: A platform's name may be written plainly and in codes
    Given a user without permission on a platform of its own
    Then the user finds the platform by its name in every spelling

  @QC-1710 @rule.PL-2.3 @rule.PL-2.7 @rule.C-10
  Scenario: A platform of which nothing is said shows specs all the same, and no null in them
    Given a user with permission on a platform of its own with
      | member | value |
      | specs  | {}    |
    Then both reads by name show the user
      | member | value     |
      | specs  | {}        |
      | type   | simulator |

  @QC-<id> @rule.<rule> @rule.PL-2 @rule.PF-2.2 @assumed
  Scenario Outline: A client reads what a platform is made of: its <member>
    Given a user with permission on a platform of its own with
      | member         | value             |
      | specs.<member> | {"modes": [0, 1]} |
      | perfs          | {"HOM": 92.5}     |
    Then both reads by name show the user
      | member | value                                                            |
      | id     | {platform_id}                                                    |
      | name   | {platform_name}                                                  |
      | type   | simulator                                                        |
      | status | available                                                        |
      | specs  | {"available_commands": ["probs"], "<member>": {"modes": [0, 1]}} |
      | perfs  | {"HOM": 92.5}                                                    |

    Examples:
      | id   | member           | rule   |
      | 1165 | architecture     | PL-1   |
      | 1166 | specific_circuit | PL-2.6 |

  @QC-<id> @rule.PL-2.2
  Scenario Outline: A platform's type is what it was registered with, whatever its name says: <type>
    Given a platform of its own with the kind "<kind>" in its name and of the type "<type>"
    And a user with a job token
    Then both reads by name show the user
      | member | value  |
      | type   | <type> |

    Examples:
      | id   | kind | type         |
      | 1167 | qpu  | simulator    |
      | 1168 | sim  | photonic-qpu |

  @QC-333 @rule.PF-3 @assumed
  Scenario: A change touches what it names and nothing else
    Given a platform of its own with
      | member      | value         |
      | description | Twelve modes  |
      | perfs       | {"HOM": 92.5} |
    When the admin changes type of the platform to "photonic-qpu"
    Then the cloud accepts it
    And the platform shows
      | member      | value                             |
      | type        | photonic-qpu                      |
      | name        | {platform_name}                   |
      | description | Twelve modes                      |
      | perfs       | {"HOM": 92.5}                     |
      | specs       | {"available_commands": ["probs"]} |

  @QC-1169 @rule.PF-3 @assumed
  Scenario: Each member may be changed by itself
    Given a platform of its own
    Then each of these changes of the platform is confirmed and changes nothing else
      | member      | value                                                      |
      | description | Zwölf Moden ⟨12⟩                                           |
      | type        | photonic-qpu                                               |
      | specs       | {"available_commands": ["samples"], "π": [3, {"a": null}]} |
      | perfs       | {"HOM": 92.5, "g2": {"low": 0.01}}                         |
      | status      | maintenance                                                |

  @QC-1170 @rule.PF-3.1 @rule.PL-2.4 @assumed
  Scenario: A platform is brought to every status, which every read shows
    Given a user without permission on a platform of its own
    Then the admin may put the platform into every status, and the user reads it everywhere

  @QC-1171 @rule.PF-3.3 @rule.PF-3.4 @rule.PF-3.5 @assumed
  Scenario: A change that is misshapen changes nothing
    Given a platform of its own
    Then each of these changes of the platform is refused and changes nothing
      | rule   | member       | value                                     |
      | PF-3.3 | maintenance  | "soon"                                    |
      | PF-3.3 | maintenance  | {}                                        |
      | PF-3.3 | maintenance  | {"start_time": "2040-08-27T07:30:00Z"}    |
      | PF-3.4 | max_duration | -1                                        |
      | PF-3.4 | max_shots    | -1                                        |
      | PF-3.5 | specs        | ["probs"]                                 |
      | PF-3.5 | specs        | null                                      |
      | PF-3.5 | specs        | {"architecture": null}                    |
      | PF-3.5 | specs        | {"constraints": {"max_mode_count": null}} |
      | PF-3.5 | specs        | {"available_commands": [1]}               |
      | PF-3.5 | perfs        | [92.5]                                    |
      | PF-3.5 | perfs        | {"HOM": null}                             |

  @QC-<id> @rule.PF-3.4 @rule.PF-3 @assumed
  Scenario Outline: A limit of a platform is set, and removed by null: <member>
    Given a user with permission on a platform of its own
    When the admin changes <member> of the platform to 5
    And the user submits a job with <asked> set to 6
    Then the cloud refuses it with 400 "<error>"
    When the admin changes <member> of the platform to null
    And the user submits a job with <asked> set to 6
    Then the cloud accepts it

    Examples:
      | id   | member       | asked             | error                                                |
      | 1172 | max_shots    | payload.max_shots | Max shots must less than or equal to 5               |
      | 1173 | max_duration | max_duration      | Max_duration 6(s) exceeds the platform limit of 5(s) |

  @QC-334 @rule.PF-3 @assumed
  Scenario: A renamed platform is found by its new name and no more by its old one
    Given a user with permission on a platform of its own
    When the admin renames the platform
    Then the platform reads the same by its id and, for the user, by its name
    And the user finds no platform of the old name
    And the user may run jobs on the platform

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: A platform is not changed to <member> <value>
    Given a platform of its own
    And another platform of its own
    When the admin changes <member> of the platform to <value>
    Then the cloud refuses it with 400 "Invalid data"
    And the platform shows
      | member | value           |
      | name   | {platform_name} |
      | status | available       |

    Examples:
      | id  | member        | value                   | rule   |
      | 335 | platform_name | "{other_platform_name}" | PF-3.2 |
      | 336 | platform_name | "no kind"               | PF-3.2 |
      | 337 | status        | "broken"                | PF-3.1 |

  @QC-<id> @rule.PF-3.4 @assumed
  Scenario Outline: A limit of a platform is at least 1: <member> 0 is refused
    Given a platform of its own
    When the admin changes <member> of the platform to 0
    Then the cloud refuses it because "<member>" in its json is invalid

    Examples:
      | id  | member       |
      | 338 | max_duration |
      | 339 | max_shots    |

  @QC-643 @rule.PF-3.3 @rule.SV-6.4 @assumed
  Scenario: Anyone sees when a platform will be in maintenance
    Given a platform of its own
    When the admin changes maintenance of the platform to {"start_time": "2040-08-27T07:30:00Z", "end_time": "2040-08-27T11:00:00Z"}
    Then the cloud accepts it
    And anyone sees that the platform is in maintenance from 2040-08-27T07:30:00Z to 2040-08-27T11:00:00Z
    When the admin changes maintenance of the platform to null
    Then the cloud confirms it
    And anyone sees that the platform is in no maintenance

  @QC-1174 @rule.PF-3.6 @rule.PF-4.1 @rule.PF-2.1 @rule.ID-10 @assumed
  Scenario: What is no platform's id is not found, whatever is to be done
    Given a platform of its own
    Then the admin reads, changes and deletes no platform under an unknown id or a name

  @QC-<id> @rule.PF-3.5 @assumed
  Scenario Outline: Specs and figures that would break a client don't replace good ones: <member> <value>
    Given a platform of its own
    When the admin changes <member> of the platform to <value>
    Then the cloud refuses it with 422 or 400
    And the platform shows
      | member | value                             |
      | specs  | {"available_commands": ["probs"]} |
      | perfs  | {}                                |

    Examples:
      | id  | member | value                           |
      | 644 | specs  | {"available_commands": "probs"} |
      | 645 | perfs  | null                            |

  @QC-340 @rule.PF-4 @rule.PF-4.2 @rule.PF-2.1 @rule.PL-2.1 @assumed
  Scenario: A deleted platform is gone for everyone
    Given a user with permission on a platform of its own
    When the admin deletes the platform
    Then the cloud confirms it
    And the platform is in no list and no read finds it

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: A deleted platform takes no jobs, by its <key>
    Given a user with permission on a platform of its own
    And the admin has deleted the platform
    When the user submits a job with
      | member        | value   |
      | platform_name | <name>  |
      | platform_id   | <by_id> |
    Then the cloud refuses it with <status> "<error>"

    Examples:
      | id  | key  | name              | by_id           | status | error                           | rule    |
      | 341 | name | "{platform_name}" | null            | 404    | Platform not found              | JB-1.30 |
      | 342 | id   | null              | "{platform_id}" | 400    | Invalid platform: {platform_id} | JB-1.29 |

  @QC-343 @rule.PF-4.2 @rule.WK-1.4 @assumed
  Scenario: A deleted platform hands out no jobs
    Given a user with permission on a platform of its own
    And the user has a job in status waiting
    And the admin has deleted the platform
    When the worker fetches a job
    Then the cloud refuses it with 404 "Platform not found"

  @QC-1175 @rule.WK-1.4 @rule.PF-4.2 @assumed
  Scenario: A worker finds no deleted platform under its name either
    Given a user with permission on a platform of its own
    And the user has a job in status waiting
    And the admin has deleted the platform
    When a worker asks for a job with platform_name {platform_name}
    Then the cloud refuses it with 404 "Platform not found"

  @QC-344 @rule.PF-4.1 @assumed
  Scenario: A platform is deleted once
    Given a platform of its own
    And the admin has deleted the platform
    When the admin deletes the platform
    Then the cloud refuses it with 404 "Platform not found"

  @QC-345 @rule.PF-4.3 @rule.J13 @rule.J13.1 @assumed
  Scenario: A job that runs when its platform is deleted is to be canceled, and its worker may still say so
    Given a user with permission on a platform of its own
    And the user has a job in status running
    When the admin deletes the platform
    Then the job is in status cancel_requested
    When the worker acknowledges the cancellation of the job
    Then the job is in status canceled

  @QC-<id> @rule.J13 @rule.PF-4.3 @assumed
  Scenario Outline: A job that is <status> when its platform is deleted is canceled
    Given a user with permission on a platform of its own
    And the user has a job in status <status>
    When the admin deletes the platform
    Then the status of the job shows
      | member         | value            |
      | status         | canceled         |
      | status_message | a non-empty text |

    Examples:
      | id  | status    |
      | 346 | waiting   |
      | 347 | suspended |

  @QC-348 @rule.PF-1.8 @assumed
  Scenario: The name of a deleted platform starts a new platform, on which nobody has a permission
    Given a user with permission on a platform of its own
    And the admin has deleted the platform
    When the admin registers the name of the deleted platform again
    Then it is a new platform
    And the user may not run jobs on the other platform
