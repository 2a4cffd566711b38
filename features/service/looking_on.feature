@service @readonly
Feature: Looking on
  On a cloud that serves others too one may at least read: these scenarios make and change nothing.

  @QC-1730 @rule.A-1 @rule.A-1.5 @job_token_suffices
  Scenario: Routes that read with a job token refuse who shows nothing
    Then every route that reads with a job token refuses who shows nothing with 401 "Invalid or expired job token"

  @QC-1731 @rule.A-1.4 @assumed @job_token_suffices
  Scenario: Routes that read with a login refuse who shows nothing
    Then every route that reads with a login refuses who shows nothing with 401 "Authentication and authorization failed: token not found"

  @QC-1732 @rule.A-1.1 @rule.A-1.5 @assumed @job_token_suffices
  Scenario: Routes that read with a job token refuse one that nobody has
    Then every route that reads with a job token refuses a credential that nobody has with 401 "Invalid or expired job token"

  @QC-1733 @rule.A-1.1 @rule.A-1.4 @assumed @job_token_suffices
  Scenario: Routes that read with a login refuse one that nobody has
    Then every route that reads with a login refuses a credential that nobody has with 401 "Authentication and authorization failed: token not found"

  @QC-1734 @rule.A-4 @rule.A-4.2 @assumed
  Scenario: The admin's login is no job token
    Then every route that reads with a job token refuses the admin's login token

  @QC-1735 @rule.EN-8 @job_token_suffices
  Scenario: Nothing is read at an unknown route
    Then nothing is read at an unknown route, with 404 "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."

  @QC-1736 @rule.US-0.2 @assumed @job_token_suffices
  Scenario: Somebody whom the cloud does not know cannot log in
    Given somebody whom the cloud does not know
    When the user logs in
    Then the cloud refuses it with 401 "Invalid email or password"

  @QC-1737 @rule.US-0.5 @assumed @job_token_suffices
  Scenario: Somebody whom the cloud does not know cannot log in without an address either
    Given somebody whom the cloud does not know
    When somebody logs in with "" as email
    Then the cloud refuses it with 401 "Invalid email or password"

  @QC-<id> @rule.US-0.5 @rule.EN-5 @assumed @job_token_suffices
  Scenario Outline: A stranger's login without <member> is incomplete
    Given somebody whom the cloud does not know
    When somebody logs in without <member>
    Then the cloud refuses it because "<member>" in its json is missing

    Examples:
      | id   | member   |
      | 1738 | email    |
      | 1739 | password |

  @QC-<id> @rule.US-0.5 @assumed @job_token_suffices
  Scenario Outline: To a stranger's login too <value> is no <member>
    Given somebody whom the cloud does not know
    When somebody logs in with <value> as <member>
    Then the cloud refuses it because "<member>" in its json is invalid

    Examples:
      | id   | member   | value   |
      | 1740 | email    | 5       |
      | 1741 | email    | ["a@b"] |
      | 1742 | password | true    |
      | 1743 | password | null    |

  @QC-1744 @rule.PG-10 @rule.PG-1 @assumed
  Scenario: Every list keeps to its limit, whatever it holds
    Then every list of the admin has at most 3 entries where so many are asked for

  @QC-1745 @rule.US-5 @assumed
  Scenario: The list of users holds the admin
    Then the list of users holds the admin once

  @QC-1746 @rule.PL-2.4 @rule.PF-2 @rule.PL-2.5 @assumed
  Scenario: The platform of the run is the same wherever it is read
    Then the admin finds the platform of the run in the list, by id and by name

  @QC-1747 @rule.PL-1.1
  Scenario: A platform that nobody has registered is not found by its name
    Then no platform is found by the name "sim:nobody-has-this-name"

  @QC-1748 @rule.PF-2.1 @assumed
  Scenario: A platform that nobody has registered is not found by its id
    When the admin reads the platform "5a881293-f071-4570-ac37-40e7f1e61a55"
    Then the cloud refuses it with 404 "Platform not found"
