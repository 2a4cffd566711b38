@transport
Feature: What every answer has in common
  Whatever a client asks for, it can rely on the form of the answer, and on how times and ids are written.

  @QC-1000 @rule.TR-5 @rule.TR-6 @rule.TR-10 @rule.TR-30 @rule.TR-11 @rule.PG-3
  Scenario: Every success is JSON with status 200, in time, and with nothing in its headers to act upon
    When every operation is done once
    Then every answer is JSON
    And every success has the status 200 and a body
    And no answer limits requests or gives them ids
    And no answer announces a deprecation or a sunset
    And every answer comes well before the client gives up
    And every list is a bare array

  @QC-1001 @rule.ID-1 @rule.ID-2 @rule.ID-3 @rule.ID-5 @rule.A-1.7 @rule.TM-2 @rule.TM-4
  Scenario: Ids, credentials and times have their form wherever they stand
    When every operation is done once
    Then every job id is a UUID of version 4
    And every platform id is a UUID
    And every platform name is a kind and a name
    And every id of a token, a user, a company or a key is an integer
    And every token and key is a text that a header can carry
    And every duration is a whole number of seconds
    And every time of a job token is an ISO-8601 date-time

  @QC-1003 @rule.TM-6 @assumed
  Scenario: Every time that the cloud tells is in UTC
    When every operation is done once
    Then every date-time is in UTC
