@transport
Feature: Which rule answers when a request breaks several
  Here alone requests break more than one rule: what is asserted is which of them is answered first.

  Rule: From the route to the state

    Background:
      Given a user with permission on a platform of its own
      And another user with permission on the platform
      And the user has a job in status canceled

    @QC-1041 @rule.OC-1 @assumed
    Scenario: The credential comes before the right, and the right before the body
      Then who shows nothing is refused before the body is looked at
      And who has not the right is refused before the body is looked at

    @QC-1042 @rule.OC-1 @assumed
    Scenario: The body comes before what it is about
      Then a body that is not JSON is refused before anything is looked for
      And a violated schema is told before anything is looked for
      And a violated schema is told before it is asked whose it is

    @QC-1043 @rule.OC-1 @assumed
    Scenario: Whose it is comes before the state that it is in
      Then a stranger is refused as such whatever the state is

    @QC-1044 @rule.OC-2 @assumed
    Scenario: An admin's routes tell a plain user nothing but that they may not
      Then an admin's routes answer a plain user alike, whatever they are told

    @QC-1045 @rule.OC-3 @assumed
    Scenario: What there is not is not found, and what is another's is denied
      Then what there is not is not found, and what is another's is denied

  Rule: Inside a 401

    @QC-1046 @rule.OC-6 @rule.A-3.1 @assumed
    Scenario: That the user is inactive comes last
      Given a user with job tokens that are active, revoked, expired, and both
      And the admin has deactivated the user
      Then only credentials with which nothing else is wrong are told of the inactive user

  Rule: A new job

    @QC-1506 @rule.OC-4 @rule.JB-1.50 @assumed
    Scenario: A platform that is retired and not permitted is refused for the permission
      Given a user without permission on a platform of its own
      And the platform is in status retired
      When the user submits a job
      Then the cloud refuses it with 403 "No permission to use platform {platform_name}"

    @QC-1047 @rule.OC-4 @rule.JB-1.50 @assumed
    Scenario: A job with everything wrong is told one thing after the other
      Then a new job with everything wrong is answered so, as one thing after the other is mended
        | mended                       | status | error                                                          |
        | nothing                      | 401    | Invalid or expired job token                                   |
        | a token is shown             | 401    | Invalid user                                                   |
        | the user is active           | 400    |                                                                |
        | the body is JSON             | 422    | job_name                                                       |
        | the name is a text           | 400    | Require platform_id or platform_name                           |
        | a platform is named          | 404    | Platform not found                                             |
        | the platform exists          | 403    | No permission to use platform {platform_name}                  |
        | the user is permitted        | 403    | Platform {platform_name} is locked, please upgrade your offer to use it |
        | the platform is not locked   | 400    | Create job disabled, Platform in retired status                |
        | the platform is open         | 401    | Authentication failed: explorer tokens are not allowed         |
        | the token is no explorer's   | 400    | Invalid payload, expected a json object                        |
        | the payload is an object     | 400    | Command 'sing' is not available on platform '{platform_name}'  |
        | the command is known         | 403    | No permission to use algorithm probs                           |
        | the user may use the command | 400    | Max duration must not be zero                                  |
        | the duration is right        | 400    | Invalid max_shots, should be a positive number                 |
        | the shots are right          | 400    | Invalid iterator: must be a non-empty list                     |
        | the iterator is right        | 400    | process_id is existed and assigned to another user job         |
        | the process id is the user's | 400    | Cannot create more than {cap} jobs               |
        | there is room in the queue   | 401    | Not enough credits                                             |
        | the user has credits         | 200    |                                                                |

    @QC-1048 @rule.OC-5 @assumed
    Scenario: A rerun with everything wrong is told one thing after the other
      Then a rerun with everything wrong is answered so, as one thing after the other is mended
        | mended                     | status | error                                                         |
        | nothing                    | 404    |                                                               |
        | the job exists             | 403    | Permission denied                                             |
        | the job is the user's      | 400    |                                                               |
        | the job is over            | 403    | No permission to use platform {platform_name}                 |
        | the user is permitted      | 403    | Platform {platform_name} is locked, please upgrade your offer to use it |
        | the platform is not locked | 400    | Create job disabled, Platform in retired status               |
        | the platform is open       | 401    | Authentication failed: explorer tokens are not allowed        |
        | the token is no explorer's | 400    | Command 'sing' is not available on platform '{platform_name}' |
        | the command is known       | 400    | Invalid max_shots, should be a positive number                |
        | the shots are right        | 200    |                                                               |
