@service
Feature: Credentials that open nothing
  Every other route asks for a credential, and says in the same words that what it was shown is none.

  @QC-115 @rule.A-1 @rule.A-1.5 @smoke @job_token_suffices
  Scenario: Routes for job tokens refuse who shows nothing
    Then every route for job tokens refuses who shows nothing with 401 "Invalid or expired job token"

  @QC-116 @rule.A-1.6 @smoke @job_token_suffices @readonly
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

  @QC-1068 @rule.A-1.3 @assumed
  Scenario: Two credentials at once open nothing
    Given a user with a job token
    Then every route for job tokens refuses two credentials at once
    And every route of the account refuses two credentials at once

  @QC-1069 @rule.A-1.4 @assumed
  Scenario: The words of a refusal are those of the route, whatever is shown
    Given a user with job tokens that are active, revoked, expired, and both
    Then whoever is not let in is told so in the words of the route

  @QC-1070 @rule.A-2.1 @assumed
  Scenario: Routes of the account refuse what was revoked or has expired in their own words
    Given a user with job tokens that are active, revoked, expired, and both
    And an API key that has been revoked
    Then every route of the account refuses what was revoked or has expired in its own words

  @QC-<id> @rule.A-2
  Scenario Outline: Routes for job tokens refuse a job token that was <gone>
    Given a user with a job token
    And the user has <gone> the token
    Then the token is refused wherever a job token is asked for

    Examples:
      | id   | gone    |
      | 1071 | revoked |
      | 1072 | deleted |

  @QC-1073 @rule.A-3
  Scenario: Routes for job tokens refuse the job token of a deactivated user as such
    Given a user with a job token
    And the admin has deactivated the user
    Then every route for job tokens refuses the token with 401 "Invalid user"

  @QC-1074 @rule.A-4.1 @rule.A-4.2 @assumed
  Scenario: Routes of platforms and workers know every class of credential
    Given a user with permission on a platform of its own
    Then routes of platforms and workers know every class, and deny those who may not

  @QC-<id> @rule.A-6
  Scenario Outline: A user whose <means> are spent is told so, and the token still works
    Given a user with <member> 0 and permission on a platform of its own
    When the user submits a job with payload.max_shots set to 1
    Then the cloud refuses it with 401 "<error>"
    And the token works

    Examples:
      | id   | means   | member    | error                          |
      | 1075 | credits | credits   | Not enough credits             |
      | 1076 | hours   | time_left | Not enough simulator time left |

  @QC-1077 @rule.A-7 @rule.A-7.1 @assumed
  Scenario: Every user has all rights on what is theirs
    Given a user with permission on a platform of its own
    And the user has a job in status canceled
    Then the user views, edits and deletes job tokens of theirs, and runs the job again

  @QC-1078 @rule.A-7.1 @assumed
  Scenario: An admin has all rights on what is another's
    Given a user with a job token
    Then the admin views, edits and deletes the token of the user

  @QC-1079 @rule.A-7.2 @assumed
  Scenario: With a job token an admin is a plain user
    Given a user with permission on a platform of its own
    And the user has a job in status canceled
    And the admin has a job token
    Then the admin's job token neither shows nor does anything of the user's

  @QC-1080 @rule.A-8
  Scenario: A login is no way to a first job token where job tokens are asked for
    Given a user who has logged in
    Then the user gets no job token by login where job tokens are asked for
    And the user has no job tokens

  @QC-1081 @rule.EX-6 @assumed
  Scenario: An explorer token reads job tokens, usage and platforms
    Given a user with permission on a platform of its own
    And the user shows an explorer token
    Then the explorer token reads job tokens, usage and platforms

  @QC-1082 @rule.EX-8 @assumed
  Scenario: An explorer token changes nothing, on whatever route
    Given a user with a job token
    And the user has another job token
    And the user has revoked the other token
    And the user has an explorer token
    And the token is noted
    Then the explorer token makes, changes, reopens and deletes no job token, and revokes no other
    And the token has not changed
