"""What an attempt is made of, and which of its exchanges an expectation has judged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from steps.api.operations import JB_2, JB_7, SV_2
from steps.api.trail import trail
from steps.api.utils import Api, CloudContext
from steps.support.attempt import Outcome, attempt
from steps.support.credentials import Trial, deviations
from steps.support.expectations import (
    ExpectationFailed,
    expect_accepted_or_refused,
    expect_invalid_field,
    expect_refusal,
    expect_success,
)
from tests.steps.support.stage import BASE, answering, refusal

RULE = "JB-2.3"


@pytest.fixture
def api() -> Iterator[Api]:
    """A cloud that is healthy, whose jobs are someone else's, and which finds every other question wrong."""
    answers = {
        "/health": (200, {"message": "ok"}),
        "/api/jobs/1/status": refusal(403, "Permission denied"),
        "/api/jobs/availability": (422, {"detail": {"query": {"x": ["wrong"]}}, "message": "no"}),
    }
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        answering(wire, lambda request: answers[request.path_url])
        yield Api(CloudContext(BASE))


def accepted(api: Api) -> Outcome:
    return attempt(lambda: [api.call(SV_2), api.call(SV_2)])


def refused(api: Api) -> Outcome:
    return attempt(lambda: [api.call(SV_2), api.call(JB_2, path={"job_id": 1})])


def kept(outcome: Outcome) -> list[tuple[int, list[str]]]:
    return [(exchange.status, exchange.kept) for exchange in outcome.exchanges]


def test_outcome_has_the_exchanges_of_the_attempt(api: Api) -> None:
    api.call(SV_2)
    assert kept(accepted(api)) == [(200, []), (200, [])]
    assert kept(refused(api)) == [(200, []), (403, [])]


def test_all_that_was_accepted_is_judged(api: Api) -> None:
    outcome = accepted(api)
    expect_success(outcome, RULE)
    assert kept(outcome) == [(200, [RULE]), (200, [RULE])]


def test_of_a_refusal_the_refused_exchange_is_judged(api: Api) -> None:
    outcome = refused(api)
    expect_refusal(outcome, 403, None, RULE)
    assert kept(outcome) == [(200, []), (403, [RULE])]
    expect_accepted_or_refused(outcome, 403, "A-5")
    assert kept(outcome) == [(200, []), (403, [RULE, "A-5"])]


def test_expectation_that_fails_has_judged_nothing(api: Api) -> None:
    outcome = refused(api)
    with pytest.raises(ExpectationFailed):
        expect_success(outcome, RULE)
    with pytest.raises(ExpectationFailed):
        expect_refusal(outcome, 404, None, RULE)
    with pytest.raises(ExpectationFailed):
        expect_accepted_or_refused(outcome, 400, RULE)
    assert kept(outcome) == [(200, []), (403, [])]


def test_wrong_field_is_judged(api: Api) -> None:
    outcome = attempt(api.call, JB_7)
    expect_invalid_field(outcome, "query", "x", None, RULE)
    assert {RULE} == {rule for _, rules in kept(outcome) for rule in rules}


def test_trial_that_is_answered_rightly_is_judged(api: Api) -> None:
    request = api.request(JB_2, path={"job_id": 1})
    tried = [Trial("right", request, (403,)), Trial("wrong", request, (404,))]
    with trail() as exchanges:
        wrong = deviations(api.context, tried, RULE)
    assert len(wrong) == 1
    assert [exchange.kept for exchange in exchanges] == [[RULE], []]
