@jobs @order
Feature: A job that breaks two rules is refused for the first of them
  Only here does a request break more than one rule: the order of the checks is itself what is asserted.

  @QC-611 @rule.JB-1.50 @rule.OC-4 @assumed
  Scenario: What a job asks for is looked at in the order of the checks
    Given a user with permission on a platform of its own
    Then each of these jobs of the user is refused
      | members                                              | status | error                                                         |
      | {"platform_name": null, "payload": null}             | 400    | Require platform_id or platform_name                          |
      | {"platform_name": "sim:qa-nowhere", "payload": null} | 404    | Platform not found                                            |
      | {"payload": null, "max_duration": 0}                 | 400    | Invalid payload, expected a json object                       |
      | {"payload.command": "sing", "max_duration": 0}       | 400    | Command 'sing' is not available on platform '{platform_name}' |
      | {"max_duration": 0, "payload.max_shots": 0}          | 400    | Max duration must not be zero                                 |
      | {"payload.max_shots": 0, "payload.iterator": []}     | 400    | Invalid max_shots, should be a positive number                |

  @QC-<id> @rule.JB-1.50 @rule.OC-4 @assumed
  Scenario Outline: Who may not use a platform does not learn that it is <status>
    Given a user without permission on a platform of its own
    And the platform is in status <status>
    When the user submits a job
    Then the cloud refuses it with 403 "No permission to use platform {platform_name}"

    Examples:
      | id  | status  |
      | 612 | locked  |
      | 613 | retired |

  @QC-614 @rule.JB-1.50 @rule.OC-4 @assumed
  Scenario: A platform that takes no jobs says so to an explorer token too
    Given a user with permission on a platform of its own
    And the platform is in status retired
    And the user shows an explorer token
    When the user submits a job
    Then the cloud refuses it with 400 "Create job disabled, Platform in retired status"

  @QC-615 @rule.JB-1.50 @rule.OC-4 @assumed
  Scenario: An explorer token is refused before its payload is looked at
    Given a user with permission on a platform of its own
    And the user shows an explorer token
    When the user submits a job with payload set to null
    Then the cloud refuses it with 401 "Authentication failed: explorer tokens are not allowed"

  @QC-616 @rule.JB-1.50 @rule.OC-4 @assumed
  Scenario: A command that the user is forbidden is refused before the duration is looked at
    Given a user with forbidden_commands ["probs"] and permission on a platform of its own
    When the user submits a job with max_duration set to 0
    Then the cloud refuses it with 403 "No permission to use algorithm probs"

  @QC-617 @rule.JB-1.50 @rule.OC-4 @assumed
  Scenario: The iterator is looked at before the process id, and that before the room in the queue
    Given a user with permission on a platform of its own
    And another user with permission on the platform
    And the user has as many waiting jobs as allowed
    When the other user submits another job with process_id set to "{mark}-owned"
    Then each of these jobs of the user is refused
      | members                                                | status | error                                                  |
      | {"payload.iterator": [], "process_id": "{mark}-owned"} | 400    | Invalid iterator: must be a non-empty list             |
      | {"process_id": "{mark}-owned"}                         | 400    | process_id is existed and assigned to another user job |

  @QC-618 @rule.OC-5 @assumed
  Scenario: Whose job it is counts before whether it can be run again
    Given a user with permission on a platform of its own
    And another user with permission on the platform
    And the user has a job in status waiting
    When the other user tries to rerun the job
    Then the cloud refuses it with 403

  @QC-619 @rule.OC-5 @assumed
  Scenario: Whether a job can be run again counts before the permission on its platform
    Given a user with permission on a platform of its own
    And the user has a job in status waiting
    And the admin has taken the permission of the user on the platform
    When the user reruns the job
    Then the cloud refuses it with 400
