@platforms
Feature: Platforms are registered
  A worker with an API key, or an admin, registers a platform with what it can do; from then on users find it.

  @QC-301 @smoke @rule.PF-1.1 @rule.PF-1 @assumed
  Scenario: A platform is available as soon as it is registered
    When the admin registers a platform
    Then the cloud accepts it
    And the platform shows
      | member       | value             |
      | id           | {platform_id}     |
      | name         | {platform_name}   |
      | type         | simulator         |
      | status       | available         |
      | created_date | a non-empty text  |

  @QC-302 @rule.PF-2.2 @rule.PL-2.4 @rule.TR-8 @assumed
  Scenario: What a platform can do is shown as it was registered, by its id and by its name
    Given a user with permission on a platform of its own with
      | member                       | value                             |
      | type                         | photonic-qpu                      |
      | specs.available_commands     | ["probs", "samples"]              |
      | specs.constraints            | {"max_mode_count": 12, "π": 3.0}  |
      | specs.connected_input_modes  | [0, 2, 4]                         |
      | specs.description            | Ein Gerät für zwölf Moden ⟨12⟩    |
    Then the platform reads the same by its id and, for the user, by its name
    And the platform shows
      | member | value        |
      | type   | photonic-qpu |

  @QC-303 @rule.PF-2.2 @rule.PF-1.12 @assumed
  Scenario: Performance figures are shown as they were registered
    Given a platform of its own with
      | member      | value                                 |
      | perfs       | {"HOM": 92.5, "transmittance": 6.25}  |
      | description | Twelve modes                          |
    Then the platform shows
      | member      | value                                 |
      | perfs       | {"HOM": 92.5, "transmittance": 6.25}  |
      | description | Twelve modes                          |

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
      | member | value                                      |
      | specs  | {"available_commands": ["probs", "samples"]} |
    And the user may run jobs on the platform

  @QC-306 @rule.PF-1.6 @rule.PF-1.5 @assumed
  Scenario: A platform that is registered by a second worker keeps the first one
    Given a platform of its own
    And another worker of the platform
    Then the worker finds no job to fetch
    And the other worker finds no job to fetch

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
      | id  | name       |
      | 308 | qa         |
      | 309 | sim:       |
      | 310 | :qa        |
      | 311 | Sim:qa     |
      | 312 | sim:qa qa  |

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
      | id  | member                   | value     |
      | 316 | specs                    | ["probs"] |
      | 317 | specs.available_commands | [1]       |
      | 318 | specs.architecture       | null      |
      | 319 | specs.constraints        | {"a": null} |
      | 320 | perfs                    | {"a": null} |

  @QC-321 @rule.PF-1.11 @rule.PM-38 @assumed
  Scenario: Only an admin or a worker registers platforms
    Given a user with permission on a platform of its own
    When everyone else tries to register a platform
    Then each of them is refused
    And the platform shows
      | member | value                            |
      | specs  | {"available_commands": ["probs"]} |
