@real_client @perceval
Feature: Perceval, the program of the cloud's users
  Perceval is what the users of the cloud run. It is used here as it comes: what it sends, how it waits and
  what it makes of the answers decides whether a cloud is of use to anyone.

  The experiment is that of Hong, Ou and Mandel: two photons that meet on a balanced beam splitter always leave
  it together.

  Rule: Experiments are submitted, awaited and understood

    Background:
      Given a platform that computes with Perceval
      And a user who works with Perceval on it

    @QC-901 @rule.C-1 @rule.C-6 @rule.C-7
    Scenario: The probabilities of an experiment
      When the user asks Perceval for the probabilities
      Then Perceval finds the photons always together

    @QC-902 @rule.C-1 @rule.C-6 @rule.C-7
    Scenario: Counts, as many as asked for
      When the user asks Perceval for 1000 counts
      Then Perceval counts 1000 times both photons together

    @QC-903 @rule.C-1 @rule.C-6 @rule.C-7
    Scenario: Samples, as many as asked for
      When the user asks Perceval for 25 samples
      Then Perceval has 25 samples of both photons together

    @QC-904 @rule.IT-3 @rule.C-7
    Scenario: An experiment that is repeated with other parameters, as one job
      When the user scans the beam splitter with Perceval over
        | angle  |
        | 0.0    |
        | 1.5708 |
        | 0.7854 |
      Then Perceval finds the photons apart, in this order, with the probabilities
        | probability |
        | 1.0         |
        | 0.0         |
        | 0.5         |

    @QC-905 @rule.JB-2 @rule.JB-3
    Scenario: A job that is taken up again by its id
      Given the user has submitted the experiment with Perceval
      When the user resumes the job by its id in a new session
      Then Perceval ends the job as SUCCESS
      And Perceval has the results of the job

    @QC-906 @rule.C-2
    Scenario: Perceval's newer interface, which reads the status as fast as it can
      When the user asks Perceval's newer interface for 1000 counts
      Then Perceval counts 1000 times both photons together

    @QC-907 @rule.C-9
    Scenario: A group of jobs, for which the cloud must have room
      When the user runs a group of 3 jobs with Perceval
      Then Perceval finds the photons always together in each of 3 jobs

    @QC-908 @rule.C-4 @rule.C-6
    Scenario: The reason of a failure reaches the user
      When the user submits a circuit without a value for its angle with Perceval
      Then Perceval ends the job as ERROR
      And Perceval tells the user that "All parameters must be defined"

  Rule: What the platform can do is known to Perceval

    @QC-909 @rule.C-7.1
    Scenario: Counts from a platform that knows probabilities only
      Given a platform that computes probabilities only
      And a user who works with Perceval on it
      When the user asks Perceval for 500 counts
      Then Perceval counts 500 times both photons together

    @QC-910 @rule.C-10 @rule.PL-2.3
    Scenario: A limit of the platform is kept before anything is sent
      Given a platform for Perceval that no worker serves yet
      And the platform takes one photon at most
      And a user who works with Perceval on it
      When the user tries to submit the experiment with Perceval
      Then Perceval refuses the experiment because of "Too many photons"

  Rule: Jobs are canceled and run again

    Background:
      Given a platform for Perceval that no worker serves yet
      And a user who works with Perceval on it
      And the user has submitted the experiment with Perceval

    @QC-911 @rule.C-8 @rule.JB-5d
    Scenario: A waiting job is canceled
      When the user cancels the job with Perceval
      Then Perceval ends the job as CANCELED
      And the job is in status canceled

    @QC-912 @rule.C-1 @rule.C-8 @rule.RR-2
    Scenario: A canceled job is run again, as a new one
      Given the user has canceled the job with Perceval
      When the user reruns the job with Perceval
      Then the new job is another one than the job
      And the job is in status canceled

    @QC-913 @rule.C-7 @rule.RR-2
    Scenario: A job that is run again has results like any other
      Given the user has canceled the job with Perceval
      And the user has rerun the job with Perceval
      When a worker starts to serve the platform
      Then Perceval ends the job as SUCCESS
      And Perceval has the results of the job
