@api_keys
Feature: API keys
  An API key is what a worker shows to fetch jobs and to publish their results. Only an admin makes and revokes
  keys, and nobody sees one again after it was made.

  @QC-276 @rule.AK-1 @assumed @smoke
  Scenario: The admin makes an API key, and it works
    When the admin makes an API key
    Then the cloud accepts it
    And the API key works

  @QC-277 @rule.AK-2 @rule.AK-2.1 @assumed
  Scenario: The list of API keys shows everything about them but their secrets
    Given an API key of a user
    When the admin lists the API keys
    Then the list shows the API key as it was made, and nothing beside
    And the list shows no secret

  @QC-<id> @rule.AK-1.3 @assumed
  Scenario Outline: What is not said of a new API key has its default
    When the admin makes an API key saying <said>
    Then the cloud accepts it
    And the answer gives the API key a duration of 86400 s
    And the list shows the API key with label "unknown"

    Examples:
      | id  | said                                               |
      | 278 | {}                                                 |
      | 279 | {"label": null, "duration": null, "user_id": null} |

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: An API key may have <value> as <member>
    When the admin makes an API key with <value> as <member>
    Then the cloud accepts it
    And the list shows the API key as it was made, for the admin

    Examples:
      | id   | rule   | member   | value                    |
      | 1651 | AK-1.3 | duration | 1                        |
      | 1652 | AK-1.3 | duration | 31536000                 |
      | 1653 | AK-1.4 | label    | a text of 255 characters |
      | 1654 | AK-1.4 | label    | " not trimmed {mark} "   |

  @QC-1655 @rule.AK-1.6 @assumed
  Scenario: An API key works for platforms that another one registered
    Given a platform of its own
    And an API key
    When a worker asks for a job of the platform and shows the API key
    Then the cloud refuses it with 404 "No waiting job"

  @QC-280 @rule.AK-1.2 @assumed
  Scenario: An API key belongs to the admin who made it unless it is made for someone
    When the admin makes an API key
    Then the list shows the API key as the admin's

  @QC-281 @rule.AK-1.2 @assumed
  Scenario: The admin makes no API key for a user who does not exist
    When the admin makes an API key for a user who does not exist
    Then the cloud refuses it with 400 "Unknown user"

  @QC-841 @rule.PG-10 @rule.PG-8 @assumed
  Scenario: The list of API keys is whole, page by page
    Given an API key
    Then the pages of the list of API keys make up the whole list

  @QC-1656 @rule.AK-2.1 @rule.PG-10 @rule.PG-4 @rule.PG-5 @assumed @readonly
  Scenario: The list of API keys refuses pages that cannot be
    When the list of API keys is asked for impossible pages
    Then each is refused because of its parameter

  @QC-1657 @rule.AK-2 @rule.AK-2.3 @assumed
  Scenario: Revoking an API key leaves the others as they are
    Given an API key
    When the admin revokes another API key
    Then the cloud accepts it
    And the API key works
    And the list shows the API key with is_revoked false

  @QC-282 @rule.AK-2.3 @rule.A-2.2 @assumed
  Scenario: A revoked API key opens nothing any more
    Given an API key
    When the admin revokes the API key
    Then the cloud accepts it
    And the API key is refused wherever a key is asked for
    And the list shows the API key with is_revoked true

  @QC-283 @rule.A-2.2 @rule.AK-2.2 @assumed
  Scenario: An API key expires by itself, and cannot be revoked then
    Given an API key that lives 1 s
    When the API key has expired
    Then the API key is refused wherever a key is asked for
    And revoking the API key is refused with 400 "Invalid token"

  @QC-284 @rule.AK-1.1 @assumed
  Scenario: A label is given to one API key only
    Given an API key
    When the admin makes an API key with the label of the first
    Then the cloud refuses it with 400 and names the label

  @QC-285 @rule.AK-1.1 @rule.AK-2.3 @assumed
  Scenario: A revoked API key keeps its label taken
    Given an API key
    And the admin has revoked the API key
    When the admin makes an API key with the label of the first
    Then the cloud refuses it with 400 and names the label

  @QC-286 @rule.AK-1.1 @assumed
  Scenario: The label that nobody chose may repeat
    When the admin makes two API keys without a label
    Then the cloud accepts it

  @QC-287 @rule.AK-1.5 @rule.PM-49 @assumed
  Scenario: A plain user makes no API key
    Given a user who has logged in
    When the user makes an API key
    Then the cloud refuses it with 403 "Permission denied"
    And nobody has got an API key with the label that was asked for

  @QC-288 @rule.AK-2.4 @rule.PM-49 @assumed
  Scenario: A plain user does not list API keys
    Given a user who has logged in
    When the user lists the API keys
    Then the cloud refuses it with 403 "Permission denied"

  @QC-289 @rule.AK-2.4 @rule.PM-49 @assumed
  Scenario: A plain user revokes no API key
    Given a user who has logged in
    And an API key
    When the user revokes the API key
    Then the cloud refuses it with 403 "Permission denied"
    And the API key works

  @QC-<id> @rule.<rule> @assumed
  Scenario Outline: <value> is refused as <member> of an API key
    When the admin makes an API key with <value> as <member>
    Then the cloud refuses it because "<member>" in its json is invalid

    Examples:
      | id  | rule   | member   | value                    |
      | 290 | AK-1.3 | duration | 0                        |
      | 291 | AK-1.3 | duration | 31536001                 |
      | 292 | AK-1.4 | label    | ""                       |
      | 293 | AK-1.4 | label    | a text of 256 characters |

  @QC-294 @rule.AK-2.2 @assumed
  Scenario: An API key that nobody has cannot be revoked
    When the admin revokes an API key that does not exist
    Then the cloud refuses it with 400 "Invalid token"

  @QC-295 @rule.AK-2.2 @assumed
  Scenario: An API key cannot be revoked twice
    Given an API key
    And the admin has revoked the API key
    When the admin revokes the API key
    Then the cloud refuses it with 400 "Invalid token"

  @QC-296 @rule.AK-1.7 @assumed
  Scenario: The API key of a deactivated user does not work
    Given an API key of a user
    When the admin deactivates the user
    Then the API key is refused with 401 "Invalid user"

  @QC-297 @rule.A-3.3 @rule.US-4.3 @assumed
  Scenario: The API key of a deleted user dies with them
    Given an API key of a user
    When the admin deletes the user
    Then the API key is refused wherever a key is asked for

  @QC-<id> @rule.TK-10 @assumed
  Scenario Outline: <credential> is no job token that could be revoked
    Given a user with a job token
    And an API key
    When the user revokes <credential> as if it were a job token
    Then the cloud refuses it with 400 "Can't not revoke"
    And the API key works
    And the user's login token works

    Examples:
      | id  | credential       |
      | 298 | an API key       |
      | 299 | a login token    |

  @QC-<id> @rule.TK-10 @assumed
  Scenario Outline: <credential> is no job token that could be deleted
    Given a user with a job token
    And an API key
    When the user deletes <credential> as if it were a job token
    Then the cloud refuses it with 400 "Tokens not found"
    And the API key works
    And the user's login token works

    Examples:
      | id   | credential    |
      | 1697 | an API key    |
      | 1698 | a login token |

  @QC-1699 @rule.TK-10 @assumed
  Scenario: A revoked API key is no job token that could be reopened
    Given a user with a job token
    And an API key
    And the admin has revoked the API key
    When the user reopens the API key as if it were a job token
    Then the cloud refuses it with 400 "Invalid token"
    And the API key is refused wherever a key is asked for
