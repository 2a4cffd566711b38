@users
Feature: Making users
  An admin makes users; each has an e-mail address of their own and a strong password.

  @QC-030 @rule.US-1 @assumed @smoke
  Scenario: A user whom the admin makes can log in
    When the admin makes a user
    Then the cloud accepts it
    And the user can log in

  @QC-031 @rule.US-2 @assumed
  Scenario: A user finds in their record what they were made with
    Given a user who has logged in
    When the user reads the record of the user
    Then the record shows what the user was made with
    And the record shows
      | member    | value |
      | is_active | true  |

  @QC-032 @rule.US-2 @assumed
  Scenario: The admin reads the same record as the user
    Given a user who has logged in
    When the admin reads the record of the user
    Then the user reads the same record

  @QC-033 @rule.US-1 @rule.US-1.7 @rule.PR-9 @rule.CR-9 @rule.US-1.13 @assumed
  Scenario: What is not said of a new user has its default
    When the admin makes a user of whom only e-mail, password and names are given
    Then the cloud accepts it
    And the user's record shows
      | member             | value |
      | priority           | 2     |
      | is_admin           | false |
      | platform_ids       | []    |
      | company_id         | null  |
      | credits            | null  |
      | time_left          | null  |
      | forbidden_commands | []    |

  @QC-034 @rule.US-1.11 @rule.US-1.12 @rule.US-1.13 @assumed
  Scenario: A user may be made with a budget and with limits
    When the admin makes a user with
      | member             | value    |
      | priority           | 7        |
      | credits            | 2.5      |
      | time_left          | 3600     |
      | forbidden_commands | ["sample_count"] |
    Then the cloud accepts it
    And the user's record shows
      | member             | value    |
      | priority           | 7        |
      | credits            | 2.5      |
      | time_left          | 3600     |
      | forbidden_commands | ["sample_count"] |

  @QC-035 @rule.SC-3 @rule.US-2.1 @assumed
  Scenario: No answer about a user shows their password or a hash of it
    When everything is done with a user that an account can do
    Then no answer holds a password or a hash of one

  @QC-036 @rule.US-1.6 @assumed
  Scenario: Names may be empty
    When the admin makes a user with
      | member     | value |
      | first_name | ""    |
      | last_name  | ""    |
    Then the cloud accepts it

  @QC-<id> @rule.US-1.1 @assumed
  Scenario Outline: An e-mail address that is taken, <how>, is refused
    Given a user
    When the admin makes a user with the e-mail of the user <how>
    Then the cloud refuses it with 400 and names the e-mail
    And the user can log in

    Examples:
      | id  | how             |
      | 037 | as it is        |
      | 038 | in another case |

  @QC-1618 @rule.US-1.1 @assumed
  Scenario: The e-mail address of a deactivated user stays taken
    Given a user
    And the admin has deactivated the user
    When the admin makes a user with the e-mail of the user as it is
    Then the cloud refuses it with 400 and names the e-mail

  @QC-1619 @rule.US-1.1 @assumed
  Scenario: The case of letters outside ASCII does not make another e-mail address
    Given a user whose e-mail address begins with "Éàçñøж"
    When the admin makes a user with the e-mail of the user in another case
    Then the cloud refuses it with 400 and names the e-mail

  @QC-<id> @rule.US-1.3 @assumed
  Scenario Outline: A password <weakness> is refused
    When the admin makes a user with <password> as password
    Then the cloud refuses it with 400 "Invalid password"
    And nobody has got the e-mail that was asked for

    Examples:
      | id  | weakness                       | password                        |
      | 039 | of 11 characters               | "Aa1!Aa1!Aa1"                   |
      | 1638 | of 11 characters in 12 bytes  | "Aa1!Aa1!Aaü"                   |
      | 040 | without lower case             | "AAAA1111!!!!"                  |
      | 041 | without upper case             | "aaaa1111!!!!"                  |
      | 042 | without a digit                | "aaaaAAAA!!!!"                  |
      | 043 | without a symbol               | "aaaaAAAA1111"                  |
      | 044 | that is too long               | a password of 1025 characters   |

  @QC-<id> @rule.US-1.4 @assumed
  Scenario Outline: <what> is no symbol
    When the admin makes a user with <password> as password
    Then the cloud refuses it with 400 "Invalid password"

    Examples:
      | id   | what                     | password         |
      | 045  | A space                  | "aaaa AAAA 1111" |
      | 1600 | A letter outside ASCII   | "aaaaAAAA1111ä"  |
      | 1601 | A symbol outside ASCII   | "aaaaAAAA1111§€" |

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: A password <strength> is strong enough
    When the admin makes a user with <password> as password
    Then the cloud accepts it
    And the user can log in

    Examples:
      | id  | rule   | strength                       | password                      |
      | 046 | US-1.3 | of 12 characters               | "Aa1!Aa1!Aa1!"                |
      | 047 | US-1.3 | of 1024 characters             | a password of 1024 characters |
      | 048 | US-1.4 | whose symbol is a backtick     | "aaaaAAAA1111`"               |
      | 049 | US-1.4 | whose symbol is a quote        | "aaaaAAAA1111\""              |

  @QC-1639 @rule.US-1.4 @assumed
  Scenario: Every printable symbol of ASCII is one
    Given a user
    Then a password of letters and digits is strong enough with each symbol of ASCII in it

  @QC-1602 @rule.US-1.5 @assumed
  Scenario: An e-mail address may have 254 characters
    When the admin makes a user whose e-mail address has 254 characters
    Then the cloud accepts it
    And the user can log in

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: A user may be made with <value> as <member>
    When the admin makes a user with <value> as <member>
    Then the cloud accepts it
    And the user's record shows
      | member   | value   |
      | <member> | <value> |

    Examples:
      | id   | rule    | member             | value              |
      | 1603 | US-1.7  | priority           | 0                  |
      | 1604 | US-1.7  | priority           | 5                  |
      | 1605 | US-1.11 | credits            | 0                  |
      | 1606 | US-1.11 | credits            | null               |
      | 1607 | US-1.12 | time_left          | 0                  |
      | 1608 | US-1.12 | time_left          | null               |
      | 1609 | US-1.13 | forbidden_commands | ["probs","sample"] |
      | 1610 | US-1    | company_id         | 7                  |
      | 1672 | US-2    | first_name         | "Zoë Ångström 量子"  |
      | 1673 | US-2    | last_name          | " O'Neil \"\\ \n" |

  @QC-<id> @rule.<rule> @rule.EN-5 @assumed
  Scenario Outline: A user without <member> is incomplete
    When the admin makes a user without <member>
    Then the cloud refuses it because "<member>" in its json is missing

    Examples:
      | id  | rule   | member     |
      | 050 | US-1   | email      |
      | 051 | US-1   | password   |
      | 052 | US-1.6 | first_name |
      | 053 | US-1.6 | last_name  |

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: <value> is refused as <member>
    When the admin makes a user with <value> as <member>
    Then the cloud refuses it because "<member>" in its json is invalid

    Examples:
      | id  | rule    | member             | value                        |
      | 054 | US-1.5  | email              | "no.at.sign.example.com"     |
      | 055 | US-1.5  | email              | "two@at@example.com"         |
      | 056 | US-1.5  | email              | "@example.com"               |
      | 057 | US-1.5  | email              | "nobody@"                    |
      | 058 | US-1.5  | email              | "white space@example.com"    |
      | 059 | US-1.5  | email              | an address of 255 characters |
      | 1658 | US-1.5  | email              | "tab\there@example.com"     |
      | 1659 | US-1.5  | email              | "no\u00a0break@example.com" |
      | 060 | US-1.7  | priority           | -1                           |
      | 061 | TR-24   | priority           | true                         |
      | 062 | TR-24   | priority           | "2"                          |
      | 063 | US-1.11 | credits            | -0.5                         |
      | 064 | US-1.12 | time_left          | -1                           |
      | 065 | US-1.12 | time_left          | 1.5                          |
      | 066 | US-1.13 | forbidden_commands | "probs"                      |
      | 1611 | US-1.13 | forbidden_commands | [1]                         |
      | 067 | TR-26   | first_name         | null                         |

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: A user cannot be given <what>
    When the admin makes a user with ["<platform>"] as platform_ids
    Then the cloud refuses it with 400 "Invalid platform: <platform>"

    Examples:
      | id  | rule   | what                        | platform                             |
      | 068 | US-1.2 | a platform that is unknown  | 6f1c8f58-7a0b-4d55-9d0c-2c1f4f3f9f10 |
      | 069 | ID-10  | a platform by its name      | sim:qa                               |

  @QC-1612 @rule.US-1.2 @assumed
  Scenario: A user cannot be given a platform that was deleted
    Given a platform of its own
    And the admin has deleted the platform
    When the admin makes a user with ["{platform_id}"] as platform_ids
    Then the cloud refuses it with 400 "Invalid platform: {platform_id}"

  @QC-070 @rule.US-1.8 @rule.PM-44 @assumed
  Scenario: A plain user makes no users
    Given a user who has logged in
    When the user makes a user
    Then the cloud refuses it with 403 "Permission denied"
    And nobody has got the e-mail that was asked for

  @QC-071 @rule.US-1.10 @assumed
  Scenario: The e-mail of a deleted user is free again
    Given a user
    And the admin has deleted the user
    When the admin makes a user with the e-mail of the user as it is
    Then the cloud accepts it

  @QC-1671 @rule.US-1.10 @assumed
  Scenario: A new user under the e-mail of a deleted one is someone else
    Given a platform of its own
    And a user whose platform_ids is ["{platform_id}"]
    And the admin has deleted the user
    When the admin makes a user with the e-mail of the user as it is
    Then the new user has another id, and may use no platform
