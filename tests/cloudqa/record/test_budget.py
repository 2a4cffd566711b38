"""No more jobs are submitted and no more shots asked for than the budget has, by whatever processes."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from cloudqa.record.budget import Budget, BudgetSpent, shots_in
from steps.api.exchange import Exchange, Request
from steps.api.operations import JB_1, JB_1D, JB_2, JB_5, JB_6, JB_6D, Operation

CLOUD = "https://cloud.example"


def submission(shots: object = None, operation: Operation = JB_1) -> Request:
    payload = {} if shots is None else {"max_shots": shots}
    return Request(operation, CLOUD + operation.path, {}, json.dumps({"payload": payload}).encode())


def rerun(job_id: str, body: object = None, operation: Operation = JB_6) -> Request:
    content = None if body is None else json.dumps(body).encode()
    return Request(operation, CLOUD + operation.path.format(job_id=job_id), {}, content)


def answered(budget: Budget, request: Request, status: int = 200, job_id: str = "a") -> None:
    budget.before(request)
    body = json.dumps({"job_id": job_id}).encode()
    budget.after(Exchange(request, status, {}, body, 0.0, 0.0, "" if status else "it was lost"))


@pytest.mark.parametrize("operation", [JB_1, JB_1D])
def test_job_beyond_the_budget_is_not_submitted(operation: Operation) -> None:
    budget = Budget(2, None)
    answered(budget, submission(operation=operation))
    answered(budget, submission(operation=operation))
    for _ in range(2):
        with pytest.raises(BudgetSpent, match="budget of 2 jobs is spent"):
            budget.before(submission(operation=operation))
    assert str(budget) == "2 of 2 jobs and 0 shots"


def test_budget_of_nothing_submits_nothing() -> None:
    with pytest.raises(BudgetSpent):
        Budget(0, None).before(submission())


def test_shots_are_counted_before_they_are_asked_for() -> None:
    budget = Budget(None, 1000)
    answered(budget, submission(600))
    with pytest.raises(BudgetSpent, match="1000 shots has no room"):
        budget.before(submission(401))
    answered(budget, submission(400))
    answered(budget, submission())
    assert str(budget) == "3 jobs and 1000 of 1000 shots"


def test_refused_job_is_given_back_and_a_lost_one_is_not() -> None:
    budget = Budget(3, 100)
    answered(budget, submission(100), status=400)
    assert str(budget) == "0 of 3 jobs and 0 of 100 shots"
    answered(budget, submission(10), status=0)
    answered(budget, submission(20), status=502)
    assert str(budget) == "2 of 3 jobs and 30 of 100 shots"


@pytest.mark.parametrize("operation", [JB_6, JB_6D])
def test_rerun_asks_for_the_shots_of_its_job_unless_it_says_others(operation: Operation) -> None:
    budget = Budget(None, 100)
    answered(budget, submission(30), job_id="first")
    answered(budget, rerun("first", operation=operation), job_id="second")
    answered(budget, rerun("second", {"job_name": "again"}, operation), job_id="third")
    assert str(budget) == "3 jobs and 90 of 100 shots"
    answered(budget, rerun("third", {"payload": {"max_shots": 10}}, operation))
    assert str(budget) == "4 jobs and 100 of 100 shots"
    with pytest.raises(BudgetSpent):
        budget.before(rerun("first", operation=operation))


@pytest.mark.parametrize(
    ("payload", "shots"),
    [
        (None, 0),
        ("text", 0),
        ({}, 0),
        ({"max_shots": 5}, 5),
        ({"max_shots": 5.5}, 6),
        ({"max_shots": True}, 0),
        ({"max_shots": "5"}, 0),
        ({"max_shots": -5}, 0),
        ({"max_shots": float("nan")}, 0),
        ({"max_shots": float("inf")}, 2**53),
        ({"max_shots": 10**400}, 2**53),
        ({"max_shots": 5, "iterator": []}, 5),
        ({"max_shots": 5, "iterator": [{}, {}, {"max_shots": 7}, "odd"]}, 22),
        ({"max_shots": 50, "iterator": [{"max_shots": 7}]}, 50),
        ({"iterator": [{"max_shots": 7}, {}]}, 7),
    ],
)
def test_shots_of_a_payload(payload: object, shots: int) -> None:
    assert shots_in(payload) == shots


def test_reading_and_canceling_cost_nothing() -> None:
    budget = Budget(0, 0)
    for operation in (JB_2, JB_5):
        budget.before(Request(operation, CLOUD))
    budget.before(Request(JB_2, CLOUD, {}, b"no JSON"))


@pytest.mark.parametrize("content", [None, b"no JSON", b"[]", b'{"payload": null}', b"[" * 100_000])
def test_submission_of_nonsense_is_a_job_all_the_same(content: bytes | None) -> None:
    budget = Budget(1, 0)
    budget.before(Request(JB_1, CLOUD + JB_1.path, {}, content))
    assert str(budget) == "1 of 1 jobs and 0 of 0 shots"


def submit_until_spent(budget: Budget) -> int:
    for number in range(10_000):
        try:
            answered(budget, submission(1))
        except BudgetSpent:
            return number
    return 10_000


def test_processes_and_threads_share_one_budget() -> None:
    budget = Budget(301, None)
    children = []
    for _ in range(3):
        if (child := os.fork()) == 0:
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda _: submit_until_spent(budget), range(4)))
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert str(budget) == "301 of 301 jobs and 301 shots"


def test_process_that_is_killed_while_it_counts_holds_up_no_other() -> None:
    budget = Budget(5, None)
    if (child := os.fork()) == 0:
        with budget._used.locked():
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    answered(budget, submission())
    assert str(budget) == "1 of 5 jobs and 0 shots"
