@service
Feature: The service itself
  Some things are open to everyone: whether the cloud is up, what it offers, and the description of its routes.

  @QC-023 @rule.SV-2 @smoke @job_token_suffices @readonly
  Scenario: The cloud says that it is up
    When anyone asks whether the cloud is up
    Then the answer is {"message": "ok"}

  @QC-024 @rule.SV-5 @smoke @job_token_suffices @readonly
  Scenario: The cloud says that its parts are up
    When anyone asks for the state of the cloud's parts
    Then the answer is {"db": "ok", "server": "ok"}

  @QC-025 @rule.SV-1 @job_token_suffices @readonly
  Scenario: The root answers, or leads to the documentation
    When anyone asks for the root
    Then the answer is JSON, or a way to "/api/docs/"

  @QC-026 @rule.SV-3 @job_token_suffices @readonly
  Scenario: The cloud describes every published route
    When anyone asks for the description of the routes
    Then the answer is an OpenAPI 3.0 document with every published route

  @QC-027 @rule.SV-4 @job_token_suffices @readonly
  Scenario: The cloud describes its toolbox
    When anyone asks for the description of the toolbox
    Then the answer is an OpenAPI 3.0 document

  @QC-028 @rule.SV-6 @rule.SV-6.4 @rule.SV-6.6 @job_token_suffices @readonly
  Scenario: Anyone sees the platforms
    When anyone asks for the platforms
    Then each entry shows maintenance and availability in the way that was observed

  @QC-029 @rule.SV-6.1 @rule.SV-6.2 @assumed @job_token_suffices @readonly
  Scenario: Of a platform anyone sees eight things and no other
    When anyone asks for the platforms
    Then each entry has exactly these members
      | member       |
      | id           |
      | name         |
      | description  |
      | type         |
      | status       |
      | maintenance  |
      | statistic    |
      | created_date |

  @QC-1011 @rule.SV-1.1 @assumed @job_token_suffices @readonly
  Scenario: The root says that the cloud is up
    When anyone asks for the root
    Then the answer is {"message": "ok"}

  @QC-1012 @rule.SV-4.1 @assumed @job_token_suffices
  Scenario: The toolbox itself is not served here
    Then every route of the toolbox answers 404 "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."

  @QC-1013 @rule.SV-6.5 @assumed
  Scenario: A platform without maintenance shows none, also when there was one
    Given a platform of its own
    Then anyone sees that the platform has no maintenance
    When the admin changes maintenance of the platform to {"start_time": "2040-08-27T07:30:00Z", "end_time": "2040-08-27T11:00:00Z"}
    And the admin changes maintenance of the platform to null
    Then anyone sees that the platform has no maintenance

  @QC-1014 @rule.SV-6.7 @rule.SV-6.6 @assumed
  Scenario: A new platform has a statistic, which may be empty
    Given a platform of its own
    Then anyone sees a statistic of the platform, which may be empty

  @QC-1015 @rule.SV-6.8 @assumed
  Scenario: The public list is never taken for a platform
    Given a platform of its own
    Then the public list of platforms is never taken for a platform

  @QC-072 @rule.SV-7 @rule.PM-1 @assumed @job_token_suffices @readonly
  Scenario: What is open to everyone looks at no credential
    Then what is open to everyone stays open whatever credential is shown

  @QC-073 @rule.EN-8 @job_token_suffices
  Scenario: An unknown route is not found, by whatever method and path
    Then every unknown route answers 404 "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."

  @QC-074 @rule.EN-9 @rule.TR-13 @assumed @job_token_suffices
  Scenario: A wrong method is refused on every route, whoever asks
    Then every route answers a method that it does not have with 405 "The method is not allowed for the requested URL."

  @QC-800 @rule.TR-12 @assumed @job_token_suffices
  Scenario: A path with a slash too many is an unknown route
    Then every route with a slash too many answers 404 "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."

  @QC-801 @rule.TR-14 @rule.TK-3.2 @assumed @job_token_suffices
  Scenario: What is no integer is no id in a path
    Then every route with an integer in its path answers 404 to anything else there

  @QC-802 @rule.TR-15 @assumed
  Scenario: An integer beyond all ids is an unknown id
    Given a user with a job token
    Then an integer beyond all ids is not found in any path

  @QC-803 @rule.TR-17 @assumed
  Scenario: A body that is not JSON is refused as such
    Given a user with a job token
    Then every body that is not JSON is refused with 400

  @QC-804 @rule.TR-20 @assumed
  Scenario: A body that is JSON and no object is refused as a whole
    Given a user with a job token
    Then every body that is no object is refused because of "_schema"

  @QC-805 @rule.TR-9
  Scenario: Members that the cloud does not know are ignored
    Given a user who has logged in
    When the user makes a job token saying {"label": null, "colour": "blue", "nested": {"a": [1]}}
    Then the cloud accepts it

  @QC-806 @rule.TR-19 @assumed
  Scenario: A body that says null counts as an empty one
    Given a user who has logged in
    When the user makes a job token with the body "null"
    Then the cloud accepts it

  @QC-807 @rule.TR-16 @assumed
  Scenario: A body is read as JSON whatever it is called
    Given a user
    Then the user logs in with whatever content type, and with none
