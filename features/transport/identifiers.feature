@transport
Feature: Ids and names
  An id is an id in one form only, and a name is never taken for one.

  @QC-1064 @rule.ID-6
  Scenario: A worker has a UUID unless it calls itself something else
    Given a platform of its own whose worker calls itself "number 5, Ünter den Linden"
    And another platform of its own
    Then the worker of the other platform has a UUID
    And the worker finds no job to fetch

  @QC-1065 @rule.ID-7 @assumed
  Scenario: A job's id is a UUID of any version in one form
    Given a user with permission on a platform of its own
    And the user has a job in status waiting
    Then the job is found by its id in capitals
    And the job is not found by its id in any other form
    And an id of any version and in any case is one that no job has

  @QC-1066 @rule.ID-9 @rule.ID-10 @assumed
  Scenario: A platform is known by its id or by its name, and nowhere by both
    Given a user with permission on a platform of its own
    Then the platform is found by its name or by its id, and nowhere by both
    And nobody is given the platform by its name
    And the user may run jobs on the platform

  @QC-1067 @rule.ID-11 @assumed
  Scenario: Job tokens and API keys are counted apart
    Given a user who has logged in
    Then job tokens and API keys are counted apart

  @QC-1085 @rule.ID-4
  Scenario: A process id is whatever text the caller chose
    Given a user with permission on a platform of its own
    When the user submits a job with process_id set to "{mark} No. 5, Unter den Linden / ΩMEGA–ß"
    Then the data of the job show
      | member     | value                                     |
      | process_id | {mark} No. 5, Unter den Linden / ΩMEGA–ß |
    When the worker fetches a job
    Then the worker got the process id "{mark} No. 5, Unter den Linden / ΩMEGA–ß"
