@service
Feature: What the cloud says of its own routes
  Whoever writes a client reads the cloud's description of its routes, and relies on it.

  @QC-1016 @rule.SV-3.1 @assumed @job_token_suffices @readonly
  Scenario: The description is the published one, and tells of every other route too
    When anyone asks for the description of the routes
    Then it describes the published operations as they were published, and all others

  @QC-1017 @rule.TR-1 @job_token_suffices @readonly
  Scenario: A client joins base address and path with one slash
    When anyone asks for the description of the routes at a base address that ends in a slash
    Then the answer is an OpenAPI 3.0 document
    And no path of it ends in a slash

  @QC-1018 @rule.TR-2 @job_token_suffices @readonly
  Scenario: No path holds a version
    When anyone asks for the description of the routes
    Then it tells the version of the cloud, and no path does

  @QC-1019 @rule.TR-29 @job_token_suffices @readonly
  Scenario: No operation declares a status that is not in use
    When anyone asks for the description of the routes
    Then no operation of it declares a status that is not in use

  @QC-1020 @rule.AL-11 @job_token_suffices @readonly
  Scenario: The old addresses are marked as such, and deleting by key with a job token is none
    When anyone asks for the description of the routes
    Then the ten old addresses are marked as deprecated in it, and no other

  @QC-1021 @rule.TR-3 @job_token_suffices @readonly
  Scenario: Revoking and reopening take a form, and everything else JSON
    When anyone asks for the description of the routes
    Then revoking and reopening take a form according to it, and everything else JSON
