@transport
Feature: Lists, page by page
  Every list is cut in the same way, by a limit and an offset.

  @QC-1049 @rule.PG-1 @rule.PG-2 @rule.PG-4
  Scenario: The lists of job tokens keep to limit and offset, and refuse what cannot be
    Given a user with 3 job tokens
    Then the lists of job tokens keep to their limit
    And the lists of job tokens begin at the offset, and at the first entry unless it is said
    And the lists of job tokens refuse every limit that cannot be

  @QC-1050 @rule.PG-1
  Scenario: A page has a thousand entries unless it is said
    Given a user with more job tokens than a page holds
    Then a page of them has a thousand entries unless it is said

  @QC-1051 @rule.PG-10 @assumed
  Scenario: Every other list is cut in the same way
    Given a user with permission on a platform of its own
    And the user has 2 waiting jobs
    And the user has another job token
    And another platform of its own
    And an API key
    Then every other list keeps to its limit
    And every other list refuses every limit that cannot be

  @QC-1052 @rule.PG-5 @rule.PG-6 @assumed
  Scenario: Before the beginning of a list is nowhere, and past its end is nothing
    Given a user with 3 job tokens
    Then every list refuses every offset that cannot be
    And at and past the end of every list there is nothing

  @QC-1053 @rule.PG-9 @assumed
  Scenario: Filters come before paging in the admin's list too
    Given a user with 6 job tokens, every second one revoked
    Then the admin's page of 3 of the user's job tokens that are not revoked is full

  @QC-1083 @rule.PG-7 @assumed
  Scenario: Lists go in the order in which things were made
    Given users, job tokens, keys, platforms and jobs that were made against the alphabet
    Then every list shows them in the order of their making

  @QC-1084 @rule.PG-9 @assumed
  Scenario: Of a user's jobs a page is full, whoever has older ones
    Given a user with permission on a platform of its own
    And another user with permission on the platform
    And the other user has 2 waiting jobs
    And the user has 3 waiting jobs
    Then the admin's page of 3 of the user's jobs is full
