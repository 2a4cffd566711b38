@transport
Feature: Requests that no client would send by design
  They come all the same, and the cloud answers them like any other: it never fails.

  Background:
    Given a user with permission on a platform of its own
    And the user has a job in status canceled

  @QC-1039 @rule.EN-10 @assumed
  Scenario: Whatever odd thing is sent, the cloud does not fail
    When requests are sent that no client would send by design
    Then the cloud fails at none of them

  @QC-1040 @rule.EN-12 @assumed
  Scenario: The refusal of an unknown job names its id as it stands in the path
    Then the refusal of an unknown job names its id as it stands in the path, decoded
