@jobs @life_cycle
Feature: A job goes from status to status as its user and its worker bring it, and in no other way
  Each line is a job of its own, in the status that the scenario names: what is said of it or done with it, what
  the cloud answers, and the status in which the job then is.

  Background:
    Given a user with permission on a platform of its own

  Rule: What a worker says

    @QC-1200 @rule.WK-2.1 @assumed
    Scenario: Of a job that waits nobody has anything to say
      Then a worker's word for a job in status waiting has this effect
        | rule   | word      | answer     | status afterwards |
        | WK-2.1 | running   | 403 or 400 | waiting           |
        | WK-2.1 | suspended | 403 or 400 | waiting           |
        | WK-2.1 | completed | 403 or 400 | waiting           |
        | WK-2.1 | error     | 403 or 400 | waiting           |
        | WK-2.1 | canceled  | 403 or 400 | waiting           |

    @QC-1201 @rule.J11.1 @rule.J11 @rule.J4 @rule.J5 @rule.WK-2.5 @rule.WK-2.8 @rule.WK-2.14 @rule.ST-9 @assumed
    Scenario: The worker of a running job goes on, halts or ends it
      Then a worker's word for a job in status running has this effect
        | rule           | word             | answer           | status afterwards |
        | WK-2.5         | running          | 200              | running           |
        | J11 J11.1 ST-9 | suspended        | 200              | suspended         |
        | J4             | completed        | 200              | completed         |
        | J5             | error            | 200              | error             |
        | WK-2.8         | canceled         | 400 Invalid data | running           |
        | WK-2.14        | waiting          | 400 Invalid data | running           |
        | WK-2.14        | cancel_requested | 400 Invalid data | running           |

    @QC-1202 @rule.J9 @rule.J8 @rule.WK-2.5 @rule.WK-2.14 @rule.ST-9 @assumed
    Scenario: The worker of a job that is to be canceled can only end it as canceled
      Then a worker's word for a job in status cancel_requested has this effect
        | rule    | word             | answer           | status afterwards |
        | WK-2.5  | running          | 200              | cancel_requested  |
        | J8 ST-9 | canceled         | 200              | canceled          |
        | J9      | completed        | 200              | canceled          |
        | J9      | error            | 200              | canceled          |
        | WK-2.14 | suspended        | 400 Invalid data | cancel_requested  |
        | WK-2.14 | waiting          | 400 Invalid data | cancel_requested  |
        | WK-2.14 | cancel_requested | 400 Invalid data | cancel_requested  |

    @QC-1203 @rule.J11.1 @rule.J11 @rule.WK-2.8 @rule.WK-2.14 @rule.ST-9 @assumed
    Scenario: The worker of a suspended job can only go on with it
      Then a worker's word for a job in status suspended has this effect
        | rule           | word             | answer           | status afterwards |
        | J11 J11.1 ST-9 | running          | 200              | running           |
        | WK-2.14        | completed        | 400 Invalid data | suspended         |
        | WK-2.14        | error            | 400 Invalid data | suspended         |
        | WK-2.8         | canceled         | 400 Invalid data | suspended         |
        | WK-2.14        | suspended        | 400 Invalid data | suspended         |
        | WK-2.14        | waiting          | 400 Invalid data | suspended         |
        | WK-2.14        | cancel_requested | 400 Invalid data | suspended         |

    @QC-1204 @rule.J14 @rule.ST-9 @assumed
    Scenario: Nothing that a worker says leads out of completed
      Then a worker's word for a job in status completed has this effect
        | rule     | word      | answer           | status afterwards |
        | J14 ST-9 | running   | 400 Invalid data | completed         |
        | J14 ST-9 | suspended | 400 Invalid data | completed         |
        | J14 ST-9 | completed | 400 Invalid data | completed         |
        | J14 ST-9 | error     | 400 Invalid data | completed         |
        | J14 ST-9 | canceled  | 400 Invalid data | completed         |

    @QC-1205 @rule.J14 @rule.ST-9 @assumed
    Scenario: Nothing that a worker says leads out of error
      Then a worker's word for a job in status error has this effect
        | rule     | word      | answer           | status afterwards |
        | J14 ST-9 | running   | 400 Invalid data | error             |
        | J14 ST-9 | suspended | 400 Invalid data | error             |
        | J14 ST-9 | completed | 400 Invalid data | error             |
        | J14 ST-9 | error     | 400 Invalid data | error             |
        | J14 ST-9 | canceled  | 400 Invalid data | error             |

    @QC-1206 @rule.J14 @rule.ST-9 @assumed
    Scenario: Nothing that a worker says leads out of canceled
      Then a worker's word for a job that was canceled while it ran has this effect
        | rule     | word      | answer           | status afterwards |
        | J14 ST-9 | running   | 400 Invalid data | canceled          |
        | J14 ST-9 | suspended | 400 Invalid data | canceled          |
        | J14 ST-9 | completed | 400 Invalid data | canceled          |
        | J14 ST-9 | error     | 400 Invalid data | canceled          |
        | J14 ST-9 | canceled  | 400 Invalid data | canceled          |

  Rule: What a user does

    @QC-1207 @rule.J12.1 @rule.J6 @rule.J7 @rule.CN-3 @rule.CN-4 @rule.C-8 @assumed
    Scenario: A user cancels jobs that are not over
      Then this comes of it when the user has a job and cancels it
        | rule      | status           | answer                 | status afterwards |
        | J6 C-8    | waiting          | 200                    | canceled          |
        | J7 C-8    | running          | 200                    | cancel_requested  |
        | CN-4      | cancel_requested | 200 or 400             | cancel_requested  |
        | J12.1 C-8 | suspended        | 200                    | canceled          |
        | CN-3 C-8  | completed        | 400 Can not cancel job | completed         |
        | CN-3 C-8  | error            | 400 Can not cancel job | error             |
        | CN-3 C-8  | canceled         | 400 Can not cancel job | canceled          |

    @QC-1208 @rule.JB-5d @rule.AL-2 @assumed
    Scenario: A user cancels jobs that are not over on the route that Perceval uses
      Then this comes of it when the user has a job and cancels it on the deprecated route
        | rule       | status           | answer                 | status afterwards |
        | JB-5d AL-2 | waiting          | 200                    | canceled          |
        | JB-5d AL-2 | running          | 200                    | cancel_requested  |
        | JB-5d AL-2 | cancel_requested | 200 or 400             | cancel_requested  |
        | JB-5d AL-2 | suspended        | 200                    | canceled          |
        | JB-5d AL-2 | completed        | 400 Can not cancel job | completed         |
        | JB-5d AL-2 | error            | 400 Can not cancel job | error             |
        | JB-5d AL-2 | canceled         | 400 Can not cancel job | canceled          |

    @QC-1209 @rule.JA-2.2 @rule.J6 @rule.J7 @rule.J12 @assumed
    Scenario: An admin cancels the jobs of a user that are not over
      Then this comes of it when the user has a job and has the admin cancel it
        | rule   | status    | answer                 | status afterwards |
        | J6     | waiting   | 200                    | canceled          |
        | J7     | running   | 200                    | cancel_requested  |
        | J12    | suspended | 200                    | canceled          |
        | JA-2.2 | completed | 400 Can not cancel job | completed         |
        | JA-2.2 | error     | 400 Can not cancel job | error             |
        | JA-2.2 | canceled  | 400 Can not cancel job | canceled          |

    @QC-1210 @rule.RR-1 @rule.RR-2 @rule.C-8 @rule.JB-6.1
    Scenario: A user runs jobs again that failed or were canceled
      Then this comes of it when the user has a job and runs it again
        | rule            | status           | answer | status afterwards |
        | RR-1 C-8 JB-6.1 | waiting          | 400    | waiting           |
        | RR-1 C-8 JB-6.1 | running          | 400    | running           |
        | RR-1 C-8 JB-6.1 | cancel_requested | 400    | cancel_requested  |
        | RR-1 C-8 JB-6.1 | suspended        | 400    | suspended         |
        | RR-1 C-8 JB-6.1 | completed        | 400    | completed         |
        | RR-2 C-8        | error            | 200    | error             |
        | RR-2 C-8        | canceled         | 200    | canceled          |

    @QC-1211 @rule.JB-6d @rule.AL-3
    Scenario: A user runs jobs again that failed or were canceled, on the route that Perceval uses
      Then this comes of it when the user has a job and runs it again on the deprecated route
        | rule       | status           | answer | status afterwards |
        | JB-6d AL-3 | waiting          | 400    | waiting           |
        | JB-6d AL-3 | running          | 400    | running           |
        | JB-6d AL-3 | cancel_requested | 400    | cancel_requested  |
        | JB-6d AL-3 | suspended        | 400    | suspended         |
        | JB-6d AL-3 | completed        | 400    | completed         |
        | JB-6d AL-3 | error            | 200    | error             |
        | JB-6d AL-3 | canceled         | 200    | canceled          |
