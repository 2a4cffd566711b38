"""The sweeps over routes: they find every deviation, and make nothing on their way."""

from __future__ import annotations

import json

import pytest
import responses
from requests import PreparedRequest

from steps.api.operations import ALL, AT_5, JB_1, JB_7, TK_1, US_4, Operation
from steps.api.personas import ANONYMOUS, bearer
from steps.api.utils import Api, CloudContext
from steps.support.credentials import (
    ACCOUNT_SURFACE,
    JOB_TOKEN_ERROR,
    JOB_TOKEN_SURFACE,
    SERVICE,
    expect_all_refused,
    harmless_request,
)
from steps.support.expectations import ExpectationFailed
from tests.steps.support.stage import BASE, answering, refusal

CLOUD = CloudContext(BASE)


def test_every_operation_but_login_is_on_one_surface() -> None:
    surfaces = [*JOB_TOKEN_SURFACE, *ACCOUNT_SURFACE, *SERVICE]
    assert sorted(op.rule for op in ALL if op.rule != "US-0") == sorted(op.rule for op in surfaces)


def test_right_refusals_pass(wire: responses.RequestsMock) -> None:
    answering(wire, lambda request: refusal(401, JOB_TOKEN_ERROR))
    expect_all_refused(CLOUD, JOB_TOKEN_SURFACE, [ANONYMOUS], (401,), JOB_TOKEN_ERROR, "A-1")


def test_every_deviation_is_told(wire: responses.RequestsMock) -> None:
    def answer(request: PreparedRequest) -> tuple[int, object]:
        if str(request.url).endswith("/availability"):
            return 200, {}
        return refusal(401, "another text")

    answering(wire, answer)
    with pytest.raises(ExpectationFailed) as failed:
        expect_all_refused(CLOUD, [JB_7, TK_1], [bearer("a key", "k")], (401,), JOB_TOKEN_ERROR, "A-4")
    assert "GET /api/jobs/availability (JB-7) as a key: 200 ''" in str(failed.value)
    assert "GET /api/tokens (TK-1) as a key: 401 'another text'" in str(failed.value)


def test_a_status_alone_may_be_asked_for(wire: responses.RequestsMock) -> None:
    answering(wire, lambda request: refusal(403, "any text"))
    expect_all_refused(CLOUD, [JB_7], [ANONYMOUS], (401, 403), None, "A-4.2")


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_requests_of_a_sweep_address_nothing(operation: Operation) -> None:
    request = harmless_request(Api(CLOUD), operation, ANONYMOUS)
    assert "{" not in request.url
    assert "Authorization" not in request.headers
    if operation.creates:
        assert json.loads(request.content or b"") == {"duration": 0}


def test_bodies_are_of_the_declared_type() -> None:
    assert harmless_request(Api(CLOUD), AT_5, ANONYMOUS).headers["Content-Type"].endswith("urlencoded")
    assert harmless_request(Api(CLOUD), JB_1, ANONYMOUS).headers["Content-Type"] == "application/json"
    assert harmless_request(Api(CLOUD), JB_7, ANONYMOUS).content is None
    assert "/9007199254740991" in harmless_request(Api(CLOUD), US_4, ANONYMOUS).url
