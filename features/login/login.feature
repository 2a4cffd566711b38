@login
Feature: Logging in
  A user shows an e-mail address and a password, and gets the login token that opens their account.

  @QC-001 @rule.US-0 @smoke
  Scenario: A user logs in
    Given a user
    When the user logs in
    Then the cloud accepts it
    And the user's login token works

  @QC-1650 @rule.US-0 @assumed
  Scenario: A login opens the user's own account
    Given a user
    When the user logs in
    And the user reads the record of the user
    Then the record shows what the user was made with

  @QC-002 @rule.US-0.1 @rule.US-0.7 @rule.LM-5 @assumed
  Scenario: The answer to a login says whose token it is and how long it lives
    Given a user
    When the user logs in
    Then the answer holds exactly a token for the user and its duration of 86400 s

  @QC-003 @rule.US-0.2 @rule.PM-3 @assumed
  Scenario: A failed login does not tell whether the e-mail is known
    Given a user
    And another user
    And the admin has deleted the other user
    When logins are tried with
      | case                          |
      | a wrong password              |
      | an unknown e-mail             |
      | the data of a deleted user    |
    Then each is refused with 401 "Invalid email or password"
    And the answers are the same to the last byte

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: A password that is <wrong> opens nothing
    Given a user
    When somebody logs in with the user's e-mail and a password that is <wrong>
    Then the cloud refuses it with 401 "Invalid email or password"

    Examples:
      | id  | rule   | wrong                     |
      | 004 | US-0.2 | in another case           |
      | 005 | US-0.2 | preceded by a space       |
      | 006 | US-0.2 | one character short       |
      | 007 | US-0.5 | empty                     |

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: Every letter of a password counts, also <which>
    Given a user whose password is <password>
    When somebody logs in with <other> as password
    Then the cloud refuses it with 401 "Invalid email or password"

    Examples:
      | id   | rule   | which            | password                      | other                         |
      | 1680 | US-0.2 | the 1024th       | a password of 1024 characters | a password of 1023 characters |
      | 1681 | US-0.2 | the 73rd         | a password of 73 characters   | a password of 72 characters   |
      | 1682 | US-0.2 | one beyond ASCII | "Aa1!Aa1!ñandú量子"             | "Aa1!Aa1!ñandú量予"             |

  @QC-1683 @rule.US-0 @assumed
  Scenario: A password may hold letters of any alphabet
    Given a user whose password is "Aa1!Aa1!ñandú量子"
    When the user logs in
    Then the cloud accepts it

  @QC-008 @rule.US-0.5 @assumed
  Scenario: An empty e-mail opens nothing
    Given a user
    When somebody logs in with "" as email
    Then the cloud refuses it with 401 "Invalid email or password"

  @QC-<id> @rule.US-0.5 @rule.EN-5 @assumed
  Scenario Outline: A login without <member> is incomplete
    Given a user
    When somebody logs in without <member>
    Then the cloud refuses it because "<member>" in its json is missing

    Examples:
      | id  | member   |
      | 009 | email    |
      | 010 | password |

  @QC-<id> @rule.US-0.5 @assumed
  Scenario Outline: <value> is no <member>
    Given a user
    When somebody logs in with <value> as <member>
    Then the cloud refuses it because "<member>" in its json is invalid

    Examples:
      | id  | member   | value    |
      | 011 | email    | 5        |
      | 012 | email    | ["a@b"]  |
      | 013 | password | true     |
      | 014 | password | null     |

  @QC-015 @rule.US-0.6 @assumed
  Scenario: The case of the e-mail does not matter
    Given a user
    When somebody logs in with the user's e-mail in another case
    Then the cloud accepts it

  @QC-1637 @rule.US-0.6 @assumed
  Scenario: The case of letters outside ASCII does not matter either
    Given a user whose e-mail address begins with "Éàçñøж"
    When somebody logs in with the user's e-mail in another case
    Then the cloud accepts it

  @QC-016 @rule.US-0.4 @assumed
  Scenario: Logging in again leaves the earlier login valid
    Given a user who has logged in
    When the user logs in once more
    Then the two login tokens differ
    And both login tokens work

  @QC-017 @rule.US-0.3 @assumed
  Scenario: A deactivated user cannot log in
    Given a user
    And the admin has deactivated the user
    When the user logs in
    Then the cloud refuses it with 401 "Invalid user"

  @QC-018 @rule.US-0.3 @assumed
  Scenario: A wrong password does not tell that a user is deactivated
    Given a user
    And the admin has deactivated the user
    When somebody logs in with the user's e-mail and a password that is one character short
    Then the cloud refuses it with 401 "Invalid email or password"

  @QC-019 @rule.A-3.2 @assumed
  Scenario: A user who is brought back logs in as before
    Given a user
    And the admin has deactivated the user
    And the admin has brought the user back
    When the user logs in
    Then the cloud accepts it

  @QC-020 @rule.US-3.7 @assumed
  Scenario: A new password takes the place of the old one at once
    Given a user who has logged in
    When the user takes a new password
    Then the cloud accepts it
    And the new password opens the account
    And the old password opens it no more

  @QC-021 @rule.US-3.8 @assumed
  Scenario: A new password leaves the user's tokens valid
    Given a user with a job token
    When the user takes a new password
    Then the cloud accepts it
    And the user's login token works
    And the token works

  @QC-022 @rule.PM-2 @assumed
  Scenario: A login looks at no credential that comes along
    Given a user
    When the user logs in and shows a credential that nobody has
    Then the cloud accepts it
