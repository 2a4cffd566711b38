"""What a Then states: several facts at once, and answers that only confirm."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import responses

from steps.api.operations import AT_5
from steps.api.utils import Api
from steps.support.attempt import attempt
from steps.support.expectations import ExpectationFailed, expect_confirmed, expect_equal, expect_every
from tests.steps.support.stage import a_world, answering, refusal


def test_every_fact_that_fails_is_told_with_its_own_rules() -> None:
    facts = [
        partial(expect_equal, "one is one", 1, 1, "T1"),
        partial(expect_equal, "two is three", 2, 3, "T2"),
        partial(expect_equal, "four is five", 4, 5, "T3", "T2"),
    ]
    with pytest.raises(ExpectationFailed, match="two is three; four is five") as failed:
        expect_every(facts)
    assert failed.value.rules == ("T2", "T3")
    assert (failed.value.expected, failed.value.actual) == ([3, 5], [2, 4])


def test_facts_that_hold_are_silent() -> None:
    expect_every([partial(expect_equal, "one is one", 1, 1, "T1")])


@pytest.mark.parametrize("message", ["ok", None])
def test_ok_and_null_confirm(wire: responses.RequestsMock, message: str | None) -> None:
    answering(wire, lambda request: (200, {"message": message}))
    expect_confirmed(attempt(Api(a_world().cloud).call, AT_5), "AT-5")


@pytest.mark.parametrize("answer", [(200, {"message": "done"}), (200, {}), (200, []), refusal(400, "no")])
def test_nothing_else_confirms(wire: responses.RequestsMock, answer: tuple[int, Any]) -> None:
    answering(wire, lambda request: answer)
    with pytest.raises(ExpectationFailed) as failed:
        expect_confirmed(attempt(Api(a_world().cloud).call, AT_5), "AT-5")
    assert failed.value.rules == ("AT-5",)
