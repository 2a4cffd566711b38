"""Why a scenario failed is told by what it raised, and comes home from workers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from behave.model_type import Status

from cloudqa.record.contract_check import ContractViolation
from cloudqa.record.secrets import SecretRegistry
from cloudqa.report.verdicts import Kind, Verdicts, gravest, kind_of
from cloudqa.run.step_guard import guarded
from steps.api import operations
from steps.api.errors import CloudRefusal, CloudUnreachable, PreconditionError, UnreadableAnswer
from steps.api.exchange import Exchange, Request
from steps.api.schemas import Violation
from steps.api.waiting import WaitedInVain
from steps.support.expectations import ExpectationFailed, JobNotTaken
from steps.support.undo import UndoFailed

REQUEST = Request(operations.SV_2, "http://cloud.example/health")
EXCHANGE = Exchange(REQUEST, 400, {}, b"{}", 0.0, 0.1)
SECRET = "a-Secret-of-the-run-1"

REFUSAL = CloudRefusal(EXCHANGE)
LOST = CloudUnreachable(REQUEST, "the line is dead")
BROKEN = ExpectationFailed("it should be so", 1, 2, ("J6",))
ERRORS = [
    (REFUSAL, Kind.RULE),
    (BROKEN, Kind.RULE),
    (ExpectationFailed("it should be so", SECRET, 2, ("J6",)), Kind.RULE),
    (ContractViolation(EXCHANGE, [Violation("SV-2", "status", "is wrong")]), Kind.RULE),
    (UnreadableAnswer(EXCHANGE, "its body is none"), Kind.RULE),
    (WaitedInVain("a miracle", 1, []), Kind.RULE),
    (LOST, Kind.UNREACHABLE),
    (CloudUnreachable(REQUEST, f"the line knows {SECRET}"), Kind.UNREACHABLE),
    (JobNotTaken("it should come to completed", "completed", "waiting", ("Q-1",)), Kind.QUEUE),
    (UndoFailed(["a", "b"], [LOST, LOST]), Kind.UNREACHABLE),
    (UndoFailed(["a", "b"], [LOST, REFUSAL]), Kind.RULE),
    (UndoFailed([SECRET, "b"], [LOST, LOST]), Kind.UNREACHABLE),
    (PreconditionError("no token"), Kind.SUITE),
    (AssertionError("no When"), Kind.SUITE),
    (AssertionError(SECRET), Kind.SUITE),
    (ZeroDivisionError(SECRET), Kind.SUITE),
    (KeyError("name"), Kind.SUITE),
]


def scenario(line: int = 3, status: Status = Status.failed) -> Any:  # noqa: ANN401 - behave is untyped
    return SimpleNamespace(location=f"features/one.feature:{line}", status=status)


@pytest.mark.parametrize(("error", "kind"), ERRORS, ids=lambda value: getattr(value, "name", None))
def test_kind_is_told_by_the_error_also_where_the_guard_replaces_it(error: Exception, kind: Kind) -> None:
    secrets = SecretRegistry()
    secrets.learn(SECRET, "password")

    def step() -> None:
        raise error

    assert kind_of(error) is kind
    with pytest.raises(Exception) as raised:
        guarded(step, secrets)()
    assert kind_of(raised.value) is kind
    assert SECRET not in str(raised.value)


def test_first_failure_of_a_scenario_counts() -> None:
    verdicts = Verdicts()
    verdicts.add(scenario(), Kind.UNREACHABLE)
    verdicts.add(scenario(), Kind.RULE)
    assert verdicts.of(scenario()) is Kind.UNREACHABLE


def test_failure_that_nobody_explains_is_the_suites() -> None:
    verdicts = Verdicts()
    assert verdicts.of(scenario(status=Status.undefined)) is Kind.SUITE
    assert verdicts.of(scenario(status=Status.cleanup_error)) is Kind.SUITE
    assert verdicts.of(scenario(status=Status.passed)) is None


def test_verdicts_come_home_from_workers_once() -> None:
    parent, child = Verdicts(), Verdicts()
    child.add(scenario(1), Kind.QUEUE)
    parent.take_from_child(child.news())
    parent.take_from_child(child.news())
    found = parent.count([scenario(1), scenario(2), scenario(3, Status.passed)])
    assert found == {Kind.QUEUE: 1, Kind.SUITE: 1}
    assert list(found) == [Kind.SUITE, Kind.QUEUE]


def test_broken_rule_is_gravest_of_all() -> None:
    assert gravest(Kind) is Kind.RULE
    assert gravest([Kind.QUEUE, Kind.UNREACHABLE, Kind.UNKNOWN]) is Kind.UNKNOWN
