@service
Feature: Credentials that open nothing
  Every other route asks for a credential, and says in the same words that what it was shown is none.

  @QC-115 @rule.A-1 @rule.A-1.5 @smoke @job_token_suffices
  Scenario: Routes for job tokens refuse who shows nothing
    Then every route for job tokens refuses who shows nothing with 401 "Invalid or expired job token"

  @QC-116 @rule.A-1.6 @smoke @job_token_suffices
  Scenario: The list of platforms refuses who shows nothing
    Then the list of platforms refuses who shows nothing with 401 "Authentication and authorization failed: token not found"

  @QC-117 @rule.A-1.4 @assumed @job_token_suffices
  Scenario: Routes of the account refuse who shows nothing
    Then every route of the account refuses who shows nothing with 401 "Authentication and authorization failed: token not found"

  @QC-118 @rule.A-1.1 @rule.A-1.3 @assumed
  Scenario: Routes for job tokens refuse whatever is no proper header
    Given a user with a job token
    Then every route for job tokens refuses every garbled header with 401 "Invalid or expired job token"

  @QC-119 @rule.A-1.1 @rule.A-1.3 @assumed
  Scenario: Routes of the account refuse whatever is no proper header
    Given a user with a job token
    Then every route of the account refuses every garbled header with 401 "Authentication and authorization failed: token not found"

  @QC-808 @rule.A-1.2 @assumed
  Scenario: The scheme may be written in any case
    Given a user with a job token
    Then the token and the login token work under "bearer", "BEARER" and "BeArEr"

  @QC-809 @rule.A-4 @rule.PM-52 @assumed
  Scenario: Routes for job tokens refuse every other credential
    Given a user with a job token
    Then every route for job tokens refuses login tokens and API keys

  @QC-810 @rule.A-4 @rule.PM-52 @assumed
  Scenario: Routes for logins refuse every other credential
    Given a user with a job token
    Then every route for logins refuses job tokens and API keys

  @QC-811 @rule.A-4 @assumed
  Scenario: A job token does not look after job tokens where a login is asked for
    Given a user with a job token
    And the user has another job token
    And the token is noted
    Then reading, changing, revoking and reopening the token with a job token at the login's routes is refused
    And the token has not changed

  @QC-812 @rule.A-2.1 @assumed
  Scenario: Routes of the account refuse a revoked job token in their own words
    Given a user with a job token
    And the user has revoked the token
    Then every route of the account refuses the token with 401 "Authentication and authorization failed: token not found"

  @QC-813 @rule.A-5 @rule.OC-2 @assumed
  Scenario: Routes for admins refuse a plain user whatever they say
    Given a user who has logged in
    Then every route for admins refuses the user's login token with 403 "Permission denied"

  @QC-814 @rule.A-7.2 @assumed
  Scenario: A job token of the admin is a plain user's
    Given a user with a job token
    And the admin has a job token
    Then the admin's job token reads no job token of the user
