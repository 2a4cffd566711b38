@concurrency @accounts
Feature: Two who ask for one name at the same time
  What there can be but once, one of them gets, and the other is told that it is taken.

  @QC-696 @rule.LB-2 @rule.TK-2.3 @assumed
  Scenario: A label that is asked for twice at once is one token's
    Given a user with a job token
    When two job tokens with one label are asked for at once, 4 times over
    Then each time one of them is accepted, and the other refused with 400 as second

  @QC-697 @rule.AK-1.1 @assumed
  Scenario: A label that is asked for twice at once is one API key's
    When two API keys with one label are asked for at once, 4 times over
    Then each time one of them is accepted, and the other refused with 400 as second

  @QC-698 @rule.US-1.1 @assumed
  Scenario: An e-mail that is asked for twice at once is one user's
    When two users with one e-mail are asked for at once, 4 times over
    Then each time one of them is accepted, and the other refused with 400 as second

  @QC-699 @rule.PF-1.6 @assumed
  Scenario: Workers that register a new platform at once share one
    When 4 workers register one new platform at once
    Then all of them are registered on one platform
