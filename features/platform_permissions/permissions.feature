@permissions
Feature: A user runs jobs on the platforms that an admin permitted, and on no other
  A permission is for one user on one platform, and is looked at when a job is created or run again.

  @QC-360 @smoke @rule.JB-1.22
  Scenario: A user without permission on a platform may not run jobs there, by its name or its id
    Given a user without permission on a platform of its own
    Then the user may not run jobs on the platform

  @QC-361 @rule.PP-1 @assumed
  Scenario: A permission opens the platform
    Given a user without permission on a platform of its own
    When the admin permits the user to use the platform
    Then the cloud confirms it
    And the user may run jobs on the platform

  @QC-362 @rule.PP-1.1 @assumed
  Scenario: A permission may be given twice
    Given a user with permission on a platform of its own
    When the admin permits the user to use the platform again
    Then the cloud accepts it
    And the user may run jobs on the platform

  @QC-363 @rule.PP-1.5 @assumed
  Scenario: A permission on one platform does not open another
    Given a user with permission on a platform of its own
    And another platform of its own
    Then the user may not run jobs on the other platform
    And the user may run jobs on the platform

  @QC-364 @rule.PP-1.5 @assumed
  Scenario: A permission of one user does not open the platform to another
    Given a user with permission on a platform of its own
    And another user with a job token
    Then the other user may not run jobs on the platform

  @QC-1186 @rule.PP-2 @assumed
  Scenario: A permission that is taken closes the platform
    Given a user with permission on a platform of its own
    When the admin takes the permission of the user on the platform
    Then the cloud confirms it
    And the user may not run jobs on the platform

  @QC-365 @rule.PP-2.2 @assumed
  Scenario: A permission that is taken closes the platform and leaves other permissions alone
    Given a user with permission on a platform of its own
    And another platform of its own
    And another user with permission on the platform
    And the user may use the other platform
    When the admin takes the permission of the user on the platform
    Then the user may not run jobs on the platform
    And the user may run jobs on the other platform
    And the other user may run jobs on the platform

  @QC-366 @rule.PP-2.1 @assumed
  Scenario: Taking a permission that nobody gave is no fault
    Given a user without permission on a platform of its own
    When the admin takes the permission of the user on the platform
    Then the cloud accepts it

  @QC-367 @rule.PP-2.3 @assumed
  Scenario: A job that waits runs although the permission has been taken
    Given a user with permission on a platform of its own
    And the user has a job in status waiting
    When the admin takes the permission of the user on the platform
    Then the worker can fetch the job
    And the job is in status running

  @QC-1187 @rule.PP-2.3 @assumed
  Scenario: A user reads and cancels their jobs although the permission has been taken
    Given a user with permission on a platform of its own
    And the user has a job in status completed
    And the user has another job in status waiting
    When the admin takes the permission of the user on the platform
    Then the result of the job shows
      | member  | value            |
      | results | a non-empty text |
    When the user cancels the other job
    Then the cloud accepts it
    And the other job is in status canceled

  @QC-368 @rule.US-1.9 @assumed
  Scenario: A user may be made with permissions
    Given a user who was made with permission on a platform of its own
    Then the user may run jobs on the platform

  @QC-<id> @rule.PP-1.2 @rule.<rule> @assumed
  Scenario Outline: No one gets a permission: the admin <verb> one with <member> <value>
    Given a user without permission on a platform of its own
    When the admin <verb> a permission with <member> <value>
    Then the cloud refuses it with <status> "<error>"

    Examples:
      | id   | verb  | member      | value                                  | status | error              | rule |
      | 369  | gives | user_id     | 987654321                              | 400    | Unknown user       | PP-1 |
      | 370  | gives | platform_id | "5a881293-f071-4570-ac37-40e7f1e61a55" | 404    | Platform not found | PP-1 |
      | 371  | gives | platform_id | "{platform_name}"                      | 404    | Platform not found | PP-1 |
      | 372  | takes | user_id     | 987654321                              | 400    | Unknown user       | PP-2 |
      | 373  | takes | platform_id | "5a881293-f071-4570-ac37-40e7f1e61a55" | 404    | Platform not found | PP-2 |
      | 1188 | takes | platform_id | "{platform_name}"                      | 404    | Platform not found | PP-2 |

  @QC-<id> @rule.PP-1.3 @assumed
  Scenario Outline: A permission needs a user and a platform: without <member> it is refused
    Given a user without permission on a platform of its own
    When the admin gives a permission without <member>
    Then the cloud refuses it because "<member>" in its json is missing

    Examples:
      | id  | member      |
      | 374 | user_id     |
      | 375 | platform_id |

  @QC-1189 @rule.PP-1 @rule.PP-2 @assumed
  Scenario: A permission is given and taken with the right types alone
    Given a user with permission on a platform of its own
    Then a permission is neither given nor taken with these members
      | rule | verb  | member      | value    |
      | PP-1 | gives | user_id     | "me"     |
      | PP-1 | gives | platform_id | 7        |
      | PP-2 | takes | user_id     | "me"     |
      | PP-2 | takes | platform_id | 7        |
      | PP-2 | takes | user_id     | (absent) |
      | PP-2 | takes | platform_id | (absent) |
    And the user may run jobs on the platform
