@platforms
Feature: Platforms are registered
  A worker with an API key, or an admin, registers a platform with what it can do; from then on users find it.

  @QC-<id> @rule.PF-1 @rule.PF-1.1 @rule.PF-1.4 @rule.PF-1.12 @assumed
  Scenario Outline: Name, worker and specs are enough to register a platform, <with>
    When the admin registers a platform <with>
    Then the answer shows
      | member        | value           |
      | platform_id   | {platform_id}   |
      | platform_name | {platform_name} |
      | worker_id     | {worker_id}     |
      | status        | available       |
    And the platform shows
      | member      | value                             |
      | name        | {platform_name}                   |
      | type        | simulator                         |
      | specs       | {"available_commands": ["probs"]} |
      | perfs       | {}                                |
      | description | null or ""                        |

    Examples:
      | id   | with                   |
      | 1176 | with their login token |
      | 1177 | with an API key        |

  @QC-301 @smoke @rule.PF-1.1 @rule.PF-1 @rule.PF-2 @assumed
  Scenario: A platform is available as soon as it is registered
    When the admin registers a platform
    Then the cloud accepts it
    And the platform shows
      | member       | value            |
      | id           | {platform_id}    |
      | name         | {platform_name}  |
      | type         | simulator        |
      | status       | available        |
      | created_date | a non-empty text |

  @QC-302 @rule.PF-2.2 @rule.PL-1 @rule.PL-2 @rule.PL-2.4 @rule.TR-8 @assumed
  Scenario: What a platform can do is shown as it was registered, by its id and by its name
    Given a user with permission on a platform of its own with
      | member                      | value                            |
      | type                        | photonic-qpu                     |
      | specs.available_commands    | ["probs", "samples"]             |
      | specs.constraints           | {"max_mode_count": 12, "π": 3.0} |
      | specs.connected_input_modes | [0, 2, 4]                        |
      | specs.description           | Ein Gerät für zwölf Moden ⟨12⟩   |
    Then the platform reads the same by its id and, for the user, by its name
    And the platform shows
      | member | value        |
      | type   | photonic-qpu |

  @QC-303 @rule.PF-2.2 @rule.PF-1.12 @assumed
  Scenario: Performance figures are shown as they were registered
    Given a platform of its own with
      | member      | value                                |
      | perfs       | {"HOM": 92.5, "transmittance": 6.25} |
      | description | Twelve modes                         |
    Then the platform shows
      | member      | value                                |
      | perfs       | {"HOM": 92.5, "transmittance": 6.25} |
      | description | Twelve modes                         |

  @QC-304 @rule.PF-1.12 @assumed
  Scenario: A platform without performance figures shows none, rather than null
    Given a platform of its own
    Then the platform shows
      | member | value |
      | perfs  | {}    |

  @QC-305 @rule.PF-1.6 @assumed
  Scenario: A platform that is registered again stays the same platform and shows its new specs
    Given a user with permission on a platform of its own
    When another worker registers the same platform with specs {"available_commands": ["probs", "samples"]}
    Then it is the same platform
    And the platform shows
      | member | value                                        |
      | specs  | {"available_commands": ["probs", "samples"]} |
    And the user may run jobs on the platform

  @QC-1178 @rule.PF-1.6 @assumed
  Scenario: Registering again replaces what is sent, and leaves the rest
    Given a platform of its own with
      | member      | value         |
      | type        | photonic-qpu  |
      | description | Twelve modes  |
      | perfs       | {"HOM": 92.5} |
    When another worker registers the same platform saying only
      | member      | value                               |
      | specs       | {"available_commands": ["samples"]} |
      | description | Two modes                           |
    Then the platform shows
      | member      | value                               |
      | specs       | {"available_commands": ["samples"]} |
      | description | Two modes                           |
      | type        | photonic-qpu                        |
      | perfs       | {"HOM": 92.5}                       |

  @QC-1179 @rule.PF-1.5 @rule.AK-1.6 @assumed
  Scenario: A worker may work for many platforms
    Given a platform of its own
    And the worker is registered on another platform too
    Then the worker finds no job to fetch
    And the worker of the other platform finds no job to fetch

  @QC-1180 @rule.PF-1.9 @rule.A-7.2 @assumed
  Scenario: A new platform is open to nobody, not even to the admin who registered it
    Given a user with a job token
    And the admin has a job token
    When the admin registers a platform
    Then the user may not run jobs on the platform
    And the admin's job token may not run jobs on the platform
    When another worker registers the same platform with specs {"available_commands": ["probs"]}
    Then the user may not run jobs on the platform

  @QC-306 @rule.PF-1.6 @rule.PF-1.5 @assumed
  Scenario: A platform that is registered by a second worker keeps the first one
    Given a platform of its own
    And another worker of the platform
    Then the worker finds no job to fetch
    And the other worker finds no job to fetch

  @QC-1703 @rule.PF-1.5 @rule.ID-6 @assumed
  Scenario: A worker may be called what its makers like
    When the admin registers a platform with worker_id set to "bench 7, by the window"
    Then the cloud accepts it

  @QC-1704 @rule.PF-1.6 @assumed
  Scenario: Registering again may change the type
    Given a platform of its own
    When another worker registers the same platform saying only
      | member | value                             |
      | specs  | {"available_commands": ["probs"]} |
      | type   | photonic-qpu                      |
    Then the platform shows
      | member | value        |
      | type   | photonic-qpu |

  @QC-307 @rule.PF-1.7 @rule.PF-1.6 @assumed
  Scenario: Registering again does not bring a platform out of maintenance
    Given a platform of its own
    And the platform is in status maintenance
    When another worker registers the same platform with specs {"available_commands": ["probs"]}
    Then the registration shows the status maintenance
    And the platform shows
      | member | value       |
      | status | maintenance |

  @QC-<id> @rule.PF-1.2 @rule.ID-8 @assumed
  Scenario Outline: A platform needs a kind and a name: "<name>" is refused
    When the admin registers a platform named "<name>"
    Then the cloud refuses it with 400 "Invalid platform: <name>"

    Examples:
      | id  | name      |
      | 308 | qa        |
      | 309 | sim:      |
      | 310 | :qa       |
      | 311 | Sim:qa    |
      | 312 | sim:qa qa |

  @QC-1181 @rule.ID-8 @rule.PF-1.2 @rule.ID-3 @assumed
  Scenario: What a platform may be called
    Then a platform may be called so, or may not
      | name                     | taken |
      | sim:gpu:medium-{mark}    | yes   |
      | qpu:{mark}.V2_x          | yes   |
      | a-1_b:{mark}:0           | yes   |
      | a name of 255 characters | yes   |
      | a name of 256 characters | no    |
      | 1sim:{mark}              | no    |
      | sim:{mark}:              | no    |
      | sim:{mark}/x             | no    |
      | sim:zwölf-{mark}         | no    |
      | sIm:{mark}               | no    |

  @QC-1182 @rule.PF-1.4 @rule.PF-1.5 @rule.PF-1.10 @rule.PF-1.12 @assumed
  Scenario: A registration that is misshapen is refused
    Then a registration is refused for each of these members
      | rule    | member                   | value   |
      | PF-1.4  | type                     | ""      |
      | PF-1.4  | type                     | 7       |
      | PF-1.5  | worker_id                | ""      |
      | PF-1.5  | worker_id                | 7       |
      | PF-1.10 | specs                    | null    |
      | PF-1.10 | specs                    | "probs" |
      | PF-1.10 | specs.available_commands | "probs" |
      | PF-1.10 | specs.available_commands | null    |
      | PF-1.10 | specs.constraints        | null    |
      | PF-1.10 | perfs                    | [92.5]  |
      | PF-1.12 | description              | 7       |
      | PF-1.12 | max_duration             | "long"  |
      | PF-1.12 | max_shots                | true    |
      | PF-1.12 | allow_explorer           | "yes"   |

  @QC-1183 @rule.PF-1.12 @assumed
  Scenario: Limits and leave for explorers are registered with a platform
    Given a user with permission on a platform of its own with
      | member         | value |
      | max_shots      | 20000 |
      | max_duration   | 60    |
      | allow_explorer | true  |
    When the user submits a job with payload.max_shots set to 20001
    Then the cloud refuses it with 400 "Max shots must less than or equal to 20000"
    When the user submits a job with max_duration set to 61
    Then the cloud refuses it with 400 "Max_duration 61(s) exceeds the platform limit of 60(s)"
    Given the user shows an explorer token
    When the user submits a job
    Then the cloud accepts it

  @QC-1184 @rule.PF-1.12 @rule.LM-6 @assumed
  Scenario: Without limits a platform takes as much as is asked, and no explorers
    Given a user with permission on a platform of its own
    When the user submits a job with
      | member            | value   |
      | max_duration      | 864000  |
      | payload.max_shots | 1000000 |
    Then the cloud accepts it
    Given the user shows an explorer token
    When the user submits a job
    Then the cloud refuses it with 401 "Authentication failed: explorer tokens are not allowed"

  @QC-<id> @rule.PF-1.3 @assumed
  Scenario Outline: A registration without <member> is refused
    When the admin registers a platform without <member>
    Then the cloud refuses it because "<member>" in its json is missing

    Examples:
      | id  | member        |
      | 313 | platform_name |
      | 314 | worker_id     |
      | 315 | specs         |

  @QC-<id> @rule.PF-1.10 @assumed
  Scenario Outline: Specs and figures that would break a client are refused: <member> <value>
    When the admin registers a platform with <member> set to <value>
    Then the cloud refuses it with 422 or 400

    Examples:
      | id  | member                   | value       |
      | 316 | specs                    | ["probs"]   |
      | 317 | specs.available_commands | [1]         |
      | 318 | specs.architecture       | null        |
      | 319 | specs.constraints        | {"a": null} |
      | 320 | perfs                    | {"a": null} |
