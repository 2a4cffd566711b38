@platforms @job_token_suffices
Feature: A platform with a worker of its own
  Whoever tries a cloud for the first time does it on this platform: what it offers has to work.

  Background:
    Given someone with permission on the platform of the run

  @QC-1400 @rule.WR-1 @assumed
  Scenario: The platform of the run offers what its worker can do
    When the user submits a job for each command that the platform of the run offers
    Then each of the jobs comes to status completed while the run may wait

  @QC-1401 @rule.JB-1.11 @rule.WR-1
  Scenario: The platform of the run takes no command that it does not offer
    When the user submits a job to the platform of the run with payload.command set to "teleport"
    Then the cloud refuses it with 400

  @QC-1402 @rule.WR-4 @assumed @readonly @with_job_token
  Scenario: The specs of the platform of the run let clients send what they know
    Then the specs of the platform of the run have no member "commands"
