@permission_matrix
Feature: Who may do what
  Every operation is tried by everyone: with no credential, with twelve that are none, with one that is over, by
  its owner, by others, by an admin, by a worker. Who is refused has changed nothing.

  Background:
    Given the callers of the permission matrix

  @QC-<id> @rule.<rule> @rule.<row>
  Scenario Outline: What sources settle of who may <what> (<row>)
    When everyone with a firm cell in row <row> tries to <what>
    Then each is answered as the cell says, and no refusal has changed anything

    Examples:
      | id   | row   | what                                                | rule   |
      | 1300 | PM-1  | ask for what is open to all                         | SV-2   |
      | 1301 | PM-2  | log in                                              | US-0   |
      | 1302 | PM-4  | create a job                                        | JB-1.15 |
      | 1303 | PM-5  | read the status of a job                            | JB-2   |
      | 1304 | PM-6  | read the result of a job                            | JB-3   |
      | 1305 | PM-7  | read the data of a job                              | JB-4   |
      | 1306 | PM-8  | cancel a job                                        | JB-5   |
      | 1307 | PM-9  | run a job again                                     | JB-6   |
      | 1308 | PM-10 | do something with a job that does not exist         | JB-2   |
      | 1309 | PM-11 | ask how many jobs they may have                     | JB-7   |
      | 1310 | PM-12 | use the deprecated routes of jobs                   | JB-1d  |
      | 1311 | PM-13 | list their own tokens                               | TK-1   |
      | 1312 | PM-14 | list the tokens of another user                     | TK-1   |
      | 1313 | PM-15 | make a token                                        | TK-2   |
      | 1314 | PM-16 | make a token for another user                       | TK-2   |
      | 1315 | PM-17 | make a token for a user who does not exist          | TK-2   |
      | 1316 | PM-18 | read a token                                        | TK-3   |
      | 1317 | PM-19 | change a token                                      | TK-4   |
      | 1318 | PM-20 | revoke a token                                      | TK-5   |
      | 1319 | PM-21 | reopen a token                                      | TK-6   |
      | 1320 | PM-22 | delete a token by its id                            | TK-7   |
      | 1321 | PM-23 | delete a token by its key                           | TK-8   |
      | 1322 | PM-24 | ask what their own tokens were used for             | TK-9   |
      | 1323 | PM-25 | ask what the token of another user was used for     | TK-9   |
      | 1324 | PM-26 | list their own tokens through the account           | AT-1   |
      | 1325 | PM-27 | list the tokens of another user through the account | AT-1   |
      | 1326 | PM-28 | make a token through the account                    | AT-2   |
      | 1327 | PM-29 | make a token for another user through the account   | AT-2   |
      | 1328 | PM-30 | read a token through the account                    | AT-3   |
      | 1329 | PM-31 | change a token through the account                  | AT-4   |
      | 1330 | PM-32 | revoke a token through the account                  | AT-5   |
      | 1331 | PM-33 | reopen a token through the account                  | AT-6   |
      | 1332 | PM-34 | delete a token through the account                  | AT-7   |
      | 1333 | PM-35 | read a platform by its name                         | PL-1   |
      | 1334 | PM-36 | list the platforms                                  | PF-5.1 |

  @QC-<id> @rule.<row> @assumed
  Scenario Outline: What the contract settles of who may <what> (<row>)
    When everyone with an assumed cell in row <row> tries to <what>
    Then each is answered as the cell says, and no refusal has changed anything

    Examples: what is open
      | id   | row  | what                        |
      | 1340 | PM-1 | ask for what is open to all |
      | 1341 | PM-2 | log in                      |
      | 1342 | PM-3 | log in with wrong data      |

    @rule.PM-51 @rule.PM-52
    Examples: jobs
      | id   | row   | what                                        |
      | 1343 | PM-4  | create a job                                |
      | 1344 | PM-5  | read the status of a job                    |
      | 1345 | PM-6  | read the result of a job                    |
      | 1346 | PM-7  | read the data of a job                      |
      | 1347 | PM-8  | cancel a job                                |
      | 1348 | PM-9  | run a job again                             |
      | 1349 | PM-10 | do something with a job that does not exist |
      | 1350 | PM-11 | ask how many jobs they may have             |
      | 1351 | PM-12 | use the deprecated routes of jobs           |

    @rule.PM-51 @rule.PM-52
    Examples: job tokens
      | id   | row   | what                                                |
      | 1352 | PM-13 | list their own tokens                               |
      | 1353 | PM-14 | list the tokens of another user                     |
      | 1354 | PM-15 | make a token                                        |
      | 1355 | PM-16 | make a token for another user                       |
      | 1356 | PM-17 | make a token for a user who does not exist          |
      | 1357 | PM-18 | read a token                                        |
      | 1358 | PM-19 | change a token                                      |
      | 1359 | PM-20 | revoke a token                                      |
      | 1360 | PM-21 | reopen a token                                      |
      | 1361 | PM-22 | delete a token by its id                            |
      | 1362 | PM-23 | delete a token by its key                           |
      | 1363 | PM-24 | ask what their own tokens were used for             |
      | 1364 | PM-25 | ask what the token of another user was used for     |
      | 1365 | PM-26 | list their own tokens through the account           |
      | 1366 | PM-27 | list the tokens of another user through the account |
      | 1367 | PM-28 | make a token through the account                    |
      | 1368 | PM-29 | make a token for another user through the account   |
      | 1369 | PM-30 | read a token through the account                    |
      | 1370 | PM-31 | change a token through the account                  |
      | 1371 | PM-32 | revoke a token through the account                  |
      | 1372 | PM-33 | reopen a token through the account                  |
      | 1373 | PM-34 | delete a token through the account                  |

    @rule.PM-51
    Examples: platforms
      | id   | row   | what                        |
      | 1374 | PM-35 | read a platform by its name |
      | 1375 | PM-36 | list the platforms          |
      | 1376 | PM-37 | read a platform by its id   |

  @QC-<id> @rule.<row> @rule.<rule> @assumed
  Scenario Outline: Only who administers or works may <what> (<row>)
    When everyone with an assumed cell in row <row> tries to <what>
    Then each is answered as the cell says, and no refusal has changed anything

    @rule.PM-51 @rule.A-4.1
    Examples: platforms and workers
      | id   | row   | what                                | rule    |
      | 1377 | PM-38 | register a platform                 | PF-1.11 |
      | 1378 | PM-40 | give or take a permission           | PP-1.4  |
      | 1379 | PM-41 | fetch a job                         | WK-1.9  |
      | 1380 | PM-42 | publish for a job                   | WK-2.15 |
      | 1381 | PM-43 | publish for a job of another worker | WK-2.1  |

    Examples: users
      | id   | row   | what                         | rule    |
      | 1382 | PM-45 | read a user                  | US-2.2  |
      | 1383 | PM-46 | change the names of a user   | US-3.11 |
      | 1384 | PM-47 | raise the priority of a user | US-3.2  |
      | 1385 | PM-48 | delete a user                | US-4.4  |

    @rule.PF-4.4 @rule.A-4.1
    Examples: platforms
      | id   | row   | what                        | rule   |
      | 1386 | PM-39 | change or delete a platform | PF-3.6 |

    @rule.US-5.2
    Examples: all users
      | id   | row   | what                 | rule   |
      | 1387 | PM-44 | create or list users | US-1.8 |

    @rule.AK-2.4
    Examples: API keys
      | id   | row   | what                          | rule   |
      | 1388 | PM-49 | make, list or revoke API keys | AK-1.5 |

    @rule.JA-1.4 @rule.JA-2.6
    Examples: lists of all users
      | id   | row   | what                                           | rule   |
      | 1389 | PM-50 | list what all users have, or cancel their jobs | AD-1.3 |

    @destructive @embedded_only
    Examples: admins
      | id   | row   | what                 | rule   |
      | 1390 | PM-47 | make a user an admin | US-3.2 |
      | 1391 | PM-48 | delete an admin      | US-4.1 |
