@transport
Feature: Old addresses
  Ten operations answer at an old address too, since programs still use it. Nothing there is different.

  Background:
    Given a user with permission on a platform of its own
    And another user with permission on the platform
    And the user has a job in status canceled

  @QC-<id> @rule.<rule>
  Scenario Outline: The old address of <deed> answers everyone as the new one does
    Then <deed> is answered at the old address as at the new one

    Examples:
      | id   | rule | deed                         |
      | 1054 | AL-1 | making a job                 |
      | 1055 | AL-2 | canceling a job              |
      | 1056 | AL-3 | rerunning a job              |
      | 1057 | AL-4 | reading the results of a job |
      | 1058 | AL-5 | reading the status of a job  |
      | 1059 | AL-6 | making a job token           |

    @assumed
    Examples: settled by the contract
      | id   | rule  | deed                                         |
      | 1060 | AL-9  | deleting job tokens                          |
      | 1061 | AL-10 | deleting job tokens by the other old address |

  @QC-1062 @rule.AL-7
  Scenario: The old address of revoking a job token revokes it, and answers everyone as the new one does
    Given the user has another job token
    Then revoking a job token is answered at the old address as at the new one
    When the user revokes the token at the old address
    Then the cloud accepts it
    And the token is refused with 401 "Invalid or expired job token"

  @QC-1063 @rule.AL-8
  Scenario: The old address of reading a job token shows it, and answers everyone as the new one does
    Then reading a job token is answered at the old address as at the new one
    When the user reads the token at the old address
    Then the answer describes the token as it was made
