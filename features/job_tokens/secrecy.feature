@job_tokens @secrecy
Feature: Nobody is shown the secrets of others
  A raw job token is for its owner and an admin; a login token, a key and a password are shown to nobody again.

  Background:
    Given a user with permission on a platform of its own
    And the user has a job in status waiting
    And an API key

  @QC-1198 @rule.SC-2 @rule.SC-1 @rule.SC-3 @assumed
  Scenario: No list, data, report or refusal tells another user a secret
    Given another user with permission on the platform
    When the other user looks at all that there is, the user's things included
    Then no answer holds a token, key or password of anybody else

  @QC-1199 @rule.SC-2 @rule.SC-3 @rule.AK-2.1 @assumed
  Scenario: An admin is told job tokens and no other secret, a worker none at all
    When the admin looks at all that there is of the user, and a worker runs the user's job
    Then no answer holds a password, login token or key, and job tokens are only where tokens are shown
