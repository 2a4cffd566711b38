@transport
Feature: What every refusal has in common
  A refusal has one of two forms: a text with an object of details, or, where a schema is violated, the members
  that are wrong. Whoever reads it never has to guess which.

  Background:
    Given a user with permission on a platform of its own
    And another user with permission on the platform
    And the user has a job in status canceled

  @QC-1004 @rule.EN-1 @rule.EN-13 @rule.TR-29
  Scenario: Every refusal is a text with an object of details
    When whatever is not allowed, not there or against a rule is asked for
    Then every refusal is a text with an object of details
    And no answer is HTML or a failure of the cloud
    And every status is one of those that the cloud uses

  @QC-1005 @rule.EN-14 @assumed
  Scenario: The details of a refusal are empty
    When whatever is not allowed, not there or against a rule is asked for
    Then no refusal has anything in its details

  @QC-1006 @rule.EN-2 @rule.EN-13 @assumed
  Scenario: A method that a route does not have is refused in the same form
    When every route is asked by a method that it does not have
    Then every refusal of a method is a text with an object of details
    And no answer is HTML or a failure of the cloud

  @QC-1007 @rule.EN-3 @rule.EN-7 @rule.EN-5
  Scenario: A violated schema is told by its members
    When requests violate the schemas of the published operations
    Then every answer with the status 422 names members and what is wrong with them
    And each violated schema is refused because of its member
    And each member that is missing from a published operation is asked for in the same words

  @QC-1008 @rule.EN-4 @rule.EN-6 @assumed
  Scenario: A violated schema is told under its place, with one message
    When requests violate the schemas of all operations
    Then every answer has the status 422 and the message "Validation error"
    And each violated schema is told under the place of what is wrong

  @QC-1009 @rule.EN-5 @assumed
  Scenario: A member that is missing is asked for in the same words wherever it is missing
    Then each member that is missing from any other operation is asked for in the same words

  @QC-1010 @rule.EN-11 @assumed
  Scenario: What is denied and what is not there is told in the same words on every route
    Then whoever may not is told so in the same words on every route
    And what is not there is told so in the words of its route
