Feature: What anyone may ask

  @QC-1 @rule.SV-2
  Scenario: The health is told
    Then the cloud answers health as a sound one does

  @QC-2 @rule.SV-5
  Scenario: The parts are told, and the wrong rule is named
    Then the cloud answers status as a sound one does, for SV-1

  @QC-3 @rule.SV-1
  Scenario: The entry is told, and a step breaks
    Then a step breaks unless home is as a sound one's

  @QC-4 @rule.SV-4
  Scenario: The toolbox is told, and a step never ends
    Then a step never ends unless toolbox is as a sound one's

  @QC-5 @rule.SV-4
  Scenario: The toolbox is told, after a while
    Then the cloud answers toolbox as a sound one does, after a while

  @QC-6 @rule.SV-3
  Scenario: The document is told, and the scenario is always red
    Then the scenario is red

  @QC-7 @rule.SV-7
  Scenario: Everyone may see the platforms
    Then the cloud answers platforms as a sound one does, for SV-6

  @QC-8 @rule.US-0.1
  Scenario: A login tells three things
    When the admin logs in

  @QC-9 @rule.SV-7
  Scenario: A clean-up fails
    Given something that cannot be taken away

  @QC-10 @rule.SV-7 @perceval
  Scenario: The real client is needed for a rule that others have too
    Then the scenario is red
