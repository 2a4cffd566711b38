@users
Feature: Reading, listing and deleting users
  Users see themselves only; an admin sees everyone, and lets users go with everything that is theirs.

  @QC-1613 @rule.US-2 @rule.US-1.9 @assumed
  Scenario: A user's record shows the platforms that they may use
    Given a platform of its own
    And a user whose platform_ids is ["{platform_id}"]
    When the admin reads the record of the user
    Then the record shows
      | member       | value             |
      | platform_ids | ["{platform_id}"] |

  @QC-1674 @rule.US-2 @assumed
  Scenario: A user's record tells when they were made
    Given a user
    When the admin reads the record of the user
    Then the record tells that the user was made just now

  @QC-101 @rule.US-2.2 @rule.PM-45 @assumed
  Scenario: A user does not read another user's record
    Given a user
    And another user who has logged in
    When the other user reads the record of the user
    Then the cloud refuses it with 403 "Permission denied"

  @QC-102 @rule.US-2.2 @rule.OC-2 @assumed
  Scenario: A user does not learn which users exist
    Given a user who has logged in
    When the user reads the record of a user who does not exist
    Then the cloud refuses it with 403 "Permission denied"

  @QC-103 @rule.US-2.3 @assumed @readonly
  Scenario: A user who does not exist is not found
    When the admin reads the record of a user who does not exist
    Then the cloud refuses it with 404 "Not found"

  @QC-104 @rule.US-4 @rule.US-2.3 @assumed
  Scenario: A deleted user is gone
    Given a user
    When the admin deletes the user
    Then the cloud accepts it
    And the record of the user is not found
    And the user is not in the list of users

  @QC-1675 @rule.US-4 @assumed
  Scenario: Deleting a user leaves the others
    Given another user
    And a user
    When the admin deletes the other user
    Then the cloud accepts it
    And the user can log in

  @QC-105 @rule.US-4.2 @assumed
  Scenario: A user cannot be deleted twice
    Given a user
    And the admin has deleted the user
    When the admin deletes the user
    Then the cloud refuses it with 404 "Not found"

  @QC-106 @rule.US-4.3 @rule.A-3.3 @assumed
  Scenario: The tokens of a deleted user die with them
    Given a user with a job token
    When the admin deletes the user
    Then the cloud accepts it
    And the token is refused with 401 "Invalid or expired job token"
    And the user's login token is refused with 401 "Authentication and authorization failed: token not found"

  @QC-1614 @rule.US-4.3 @rule.A-3.3 @assumed
  Scenario: The job tokens of a deleted user are in no list
    Given a user with a job token
    And the admin has deleted the user
    When the admin lists the tokens with
      | parameter | value     |
      | user_id   | {user_id} |
    Then the list is empty

  @QC-1615 @rule.US-4.3 @rule.A-3.3 @assumed
  Scenario: The API keys of a deleted user are in no list
    Given an API key of a user
    And the admin has deleted the user
    When the admin lists the API keys
    Then the list lacks the API key

  @QC-1616 @rule.US-4.3 @rule.J13 @assumed
  Scenario: The jobs of a deleted user do not go on waiting
    Given a user with permission on a platform of its own
    And the user has a job in status waiting
    When the admin deletes the user
    Then the admin sees the job in status canceled
    And the worker finds no job to fetch

  @QC-<id> @rule.US-4.4 @rule.PM-48 @assumed
  Scenario Outline: A plain user deletes neither themselves nor others: <whom>
    Given a user who has logged in
    And another user
    When the user deletes <whom>
    Then the cloud refuses it with 403 "Permission denied"
    And <whom> can log in

    Examples:
      | id  | whom           |
      | 107 | the user       |
      | 108 | the other user |

  @QC-109 @rule.US-4.1 @assumed @destructive @embedded_only
  Scenario: An admin is not deleted
    Given another admin
    When the admin deletes the other admin
    Then the cloud refuses it with 400 "Can't delete an admin user"

  @QC-110 @rule.US-5 @assumed
  Scenario: The admin finds every user in the list
    Given a user
    And another user
    When the admin lists the users
    Then the list holds the user and the other user, each as in their record

  @QC-1617 @rule.US-5 @assumed
  Scenario: The list of users shows the platforms of each
    Given a platform of its own
    And a user whose platform_ids is ["{platform_id}"]
    When the admin lists the users
    Then the list holds the user with platform_ids ["{platform_id}"]

  @QC-111 @rule.US-5.1 @assumed
  Scenario: A deactivated user stays in the list
    Given a user
    And the admin has deactivated the user
    When the admin lists the users
    Then the list holds the user with is_active false

  @QC-112 @rule.PG-8 @rule.PG-7 @rule.PG-10 @assumed @serial
  Scenario: The list of users is whole, page by page
    Given a user
    And another user
    Then the pages of the list of users make up the whole list

  @QC-113 @rule.US-5.2 @rule.PM-44 @assumed
  Scenario: A plain user does not list users
    Given a user who has logged in
    When the user lists the users
    Then the cloud refuses it with 403 "Permission denied"

  @QC-114 @rule.PG-10 @rule.PG-4 @rule.PG-5 @assumed @readonly
  Scenario: The list of users refuses pages that cannot be
    When the list of users is asked for impossible pages
    Then each is refused because of its parameter

  @QC-1403 @rule.SB-1 @rule.US-2 @assumed @readonly
  Scenario: The admin whom the settings name is one from the start
    When the admin reads the record of the admin
    Then the record shows
      | member    | value |
      | is_admin  | true  |
      | is_active | true  |
