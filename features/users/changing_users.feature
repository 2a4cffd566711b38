@users
Feature: Changing users
  Users look after their names, e-mail and password; everything else about them is an admin's to set.

  @QC-075 @rule.US-3.3 @assumed
  Scenario: What a change does not name keeps its value
    Given a user who has logged in
    And the record of the user is noted
    When the user changes first_name of the user to "Ada"
    Then the cloud accepts it
    And only first_name of the record has changed, to "Ada"

  @QC-<id> @rule.US-3.3 @rule.<rule> @assumed
  Scenario Outline: Of all that is known of a user <member> alone is changed, to <value>
    Given a platform of its own
    And a user who was made with
      | member             | value             |
      | priority           | 5                 |
      | company_id         | 7                 |
      | credits            | 12.5              |
      | time_left          | 600               |
      | forbidden_commands | ["sample"]        |
      | platform_ids       | ["{platform_id}"] |
    And the record of the user is noted
    When the admin changes <member> of the user to <value>
    Then the cloud accepts it
    And only <member> of the record has changed, to <value>

    Examples:
      | id   | rule   | member             | value             |
      | 1620 | US-3   | first_name         | "Ada"             |
      | 1621 | US-3   | last_name          | ""                |
      | 1622 | US-3.1 | priority           | 0                 |
      | 1623 | US-3.1 | company_id         | 8                 |
      | 1624 | US-3.1 | credits            | 3.5               |
      | 1625 | US-3.1 | credits            | null              |
      | 1626 | US-3.1 | time_left          | 0                 |
      | 1627 | US-3.1 | time_left          | null              |
      | 1628 | US-3.1 | forbidden_commands | ["probs","other"] |
      | 1629 | US-3.1 | forbidden_commands | []                |
      | 1630 | US-3.4 | platform_ids       | []                |
      | 1631 | US-3.1 | is_active          | false             |

  @QC-1676 @rule.US-3 @rule.US-3.4 @assumed
  Scenario: A change of one user changes no other
    Given a platform of its own
    And another user
    And a user whose platform_ids is ["{platform_id}"]
    And the record of the user is noted
    When the admin changes the other user to
      | member       | value |
      | first_name   | "Ada" |
      | platform_ids | []    |
    Then the cloud accepts it
    And the record has not changed

  @QC-1677 @rule.US-3 @assumed
  Scenario: A change that names nothing changes nothing
    Given a user who has logged in
    And the record of the user is noted
    When the user changes nothing of their record
    Then the cloud accepts it
    And the record has not changed

  @QC-1632 @rule.US-3.3 @rule.A-3.2 @assumed
  Scenario: A change of their name does not bring a deactivated user back
    Given a user
    And the admin has deactivated the user
    And the record of the user is noted
    When the admin changes first_name of the user to "Ada"
    Then only first_name of the record has changed, to "Ada"

  @QC-076 @rule.US-3.1 @assumed
  Scenario: A user sets their own names and e-mail
    Given a user who has logged in
    When the user changes their names and their e-mail
    Then the cloud accepts it
    And the user's record shows what was asked for
    And the user can log in

  @QC-1678 @rule.US-3.1 @assumed
  Scenario: The admin gives a user another e-mail and another password
    Given a user
    When the admin changes the e-mail and the password of the user
    Then the cloud accepts it
    And the user can log in

  @QC-1679 @rule.US-3.1 @assumed
  Scenario: An e-mail that was given up opens nothing, and is free for others
    Given a user who has logged in
    When the user takes a new e-mail
    Then the cloud accepts it
    And the old e-mail opens the account no more
    And the old e-mail is free for someone else

  @QC-077 @rule.US-3.1 @assumed
  Scenario: The admin sets what users cannot set themselves
    Given a user
    When the admin changes the user to
      | member             | value       |
      | priority           | 9           |
      | credits            | 100.0       |
      | time_left          | 60          |
      | forbidden_commands | ["probs"]   |
      | last_name          | "Lovelace"  |
    Then the cloud accepts it
    And the user's record shows
      | member             | value       |
      | priority           | 9           |
      | credits            | 100.0       |
      | time_left          | 60          |
      | forbidden_commands | ["probs"]   |
      | last_name          | "Lovelace"  |

  @QC-<id> @rule.US-3.2 @assumed
  Scenario Outline: A user does not set their own <member>
    Given a user who has logged in
    And the record of the user is noted
    When the user changes the user to
      | member     | value   |
      | first_name | "Ada"   |
      | <member>   | <value> |
    Then the cloud refuses it with 403 "Permission denied"
    And the record has not changed

    Examples:
      | id  | member             | value |
      | 078 | priority           | 3     |
      | 079 | priority           | 2     |
      | 080 | is_admin           | false |
      | 081 | platform_ids       | []    |
      | 082 | company_id         | 1     |
      | 083 | is_active          | true  |
      | 084 | credits            | null  |
      | 085 | time_left          | null  |
      | 086 | forbidden_commands | []    |

  @QC-087 @rule.US-3.2 @assumed @destructive @embedded_only
  Scenario: A user does not make themselves an admin
    Given a user who has logged in
    And the record of the user is noted
    When the user changes is_admin of the user to true
    Then the cloud refuses it with 403 "Permission denied"
    And the record has not changed

  @QC-088 @rule.US-3.11 @rule.PM-46 @assumed
  Scenario: A user does not change another user
    Given a user
    And another user who has logged in
    And the record of the user is noted
    When the other user changes first_name of the user to "Mallory"
    Then the cloud refuses it with 403 "Permission denied"
    And the record has not changed

  @QC-<id> @rule.US-3.5 @assumed
  Scenario Outline: A new e-mail that is taken, <how>, is refused
    Given a user who has logged in
    And another user
    When the user takes the e-mail of the other user <how>
    Then the cloud refuses it with 400 and names the e-mail
    And the user can log in

    Examples:
      | id  | how             |
      | 089 | as it is        |
      | 090 | in another case |

  @QC-091 @rule.US-3.5 @assumed
  Scenario: A new password that is weak is refused, and the old one stays
    Given a user who has logged in
    When the user changes password of the user to "weak"
    Then the cloud refuses it with 400 "Invalid password"
    And the user can log in

  @QC-<id> @rule.US-3.5 @assumed
  Scenario Outline: A change is refused as a whole for <what>
    Given a user
    And another user
    And the record of the user is noted
    When the admin changes the user to
      | member     | value   |
      | first_name | "Ada"   |
      | <member>   | <value> |
      | priority   | 4       |
    Then the cloud refuses it with 400 "<error>"
    And the record has not changed

    Examples:
      | id   | what                        | member       | value                                    | error                                                  |
      | 1634 | a weak password             | password     | "weak"                                   | Invalid password                                       |
      | 1635 | the e-mail of someone else  | email        | {other_email}                            | Email already exists: {other_email}                    |
      | 1636 | a platform that is unknown  | platform_ids | ["6f1c8f58-7a0b-4d55-9d0c-2c1f4f3f9f10"] | Invalid platform: 6f1c8f58-7a0b-4d55-9d0c-2c1f4f3f9f10 |

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: <value> is refused as a new <member>
    Given a user
    And the record of the user is noted
    When the admin changes <member> of the user to <value>
    Then the cloud refuses it because "<member>" in its json is invalid
    And the record has not changed

    Examples:
      | id   | rule    | member             | value                        |
      | 1640 | US-3.5  | email              | "no.at.sign.example.com"     |
      | 1641 | US-3.5  | email              | an address of 255 characters |
      | 1643 | US-1.7  | priority           | -1                           |
      | 1644 | US-1.11 | credits            | -0.5                         |
      | 1645 | US-1.12 | time_left          | -1                           |
      | 1646 | US-1.12 | time_left          | 1.5                          |
      | 1647 | US-1.13 | forbidden_commands | "probs"                      |
      | 1648 | TR-26   | first_name         | null                         |
      | 1649 | TR-24   | is_active          | 0                            |

  @QC-092 @rule.US-3.6 @assumed
  Scenario: One's own e-mail in another case is no clash
    Given a user who has logged in
    When the user takes the e-mail of the user in another case
    Then the cloud accepts it

  @QC-093 @rule.US-3.9 @assumed
  Scenario: Nobody sets a user's id or day of creation
    Given a user
    And the record of the user is noted
    When the admin changes the user to
      | member       | value                  |
      | user_id      | 1                      |
      | created_date | "2001-01-01T00:00:00Z" |
    Then the cloud accepts it
    And the record has not changed

  @QC-837 @rule.US-3.4 @assumed
  Scenario: The platforms of a user are set as a whole
    Given a platform of its own
    And another platform of its own
    And a user whose platform_ids is ["{platform_id}"]
    When the admin changes platform_ids of the user to ["{other_platform_id}"]
    Then the cloud accepts it
    And the user's record shows
      | member       | value                   |
      | platform_ids | ["{other_platform_id}"] |

  @QC-1633 @rule.US-3.4 @assumed
  Scenario: A user may be given many platforms at once
    Given a platform of its own
    And another platform of its own
    And a user
    When the admin changes platform_ids of the user to ["{platform_id}", "{other_platform_id}"]
    Then the user's record shows
      | member       | value                                     |
      | platform_ids | ["{platform_id}", "{other_platform_id}"] |

  @QC-838 @rule.US-3.5 @assumed
  Scenario: A user cannot be given a platform that is unknown later either
    Given a user
    When the admin changes platform_ids of the user to ["6f1c8f58-7a0b-4d55-9d0c-2c1f4f3f9f10"]
    Then the cloud refuses it with 400 "Invalid platform: 6f1c8f58-7a0b-4d55-9d0c-2c1f4f3f9f10"

  @QC-839 @rule.US-3.8 @assumed
  Scenario: A new e-mail leaves the user's tokens valid
    Given a user with a job token
    When the user changes their names and their e-mail
    Then the token works
    And the user's login token works

  @QC-840 @rule.A-3.1 @assumed
  Scenario: A revoked job token of a deactivated user is told that it is revoked
    Given a user with a job token
    And the user has revoked the token
    When the admin deactivates the user
    Then the token is refused with 401 "Invalid or expired job token"

  @QC-094 @rule.US-3.11 @assumed
  Scenario: A user who does not exist cannot be changed
    When the admin changes a user who does not exist
    Then the cloud refuses it with 404 "Not found"

  @QC-<id> @rule.US-3.10 @assumed @destructive @embedded_only
  Scenario Outline: An admin does not <deed>
    Given another admin
    When the other admin changes <member> of the other admin to false
    Then the cloud refuses it with 400 "Invalid data"

    Examples:
      | id  | deed              | member    |
      | 095 | deactivate itself | is_active |
      | 096 | demote itself     | is_admin  |

  @QC-097 @rule.A-3 @rule.PM-11 @assumed
  Scenario: The tokens of a deactivated user do not work
    Given a user with a job token
    When the admin deactivates the user
    Then the cloud accepts it
    And the token is refused with 401 "Invalid user"

  @QC-098 @rule.A-3 @rule.PM-45 @assumed
  Scenario: The login of a deactivated user does not work
    Given a user who has logged in
    When the admin deactivates the user
    Then the user's login token is refused with 401 "Invalid user"

  @QC-099 @rule.A-3.2 @assumed
  Scenario: The tokens of a user who is brought back work again
    Given a user with a job token
    And the admin has deactivated the user
    When the admin brings the user back
    Then the cloud accepts it
    And the token works
    And the user's login token works

  @QC-100 @rule.TS-6 @assumed
  Scenario: The token of a deactivated user counts as not valid
    Given a user with a job token
    When the admin deactivates the user
    Then the admin reads the token with
      | member | value |
      | valid  | false |
