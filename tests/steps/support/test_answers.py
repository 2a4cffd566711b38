"""What every answer keeps: each expectation finds the one answer that does not, and says under which rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from steps.api.exchange import Exchange, Request
from steps.api.operations import JB_2, PF_2, SV_1, TK_1, TK_3, Operation
from steps.support import answers
from steps.support.expectations import ExpectationFailed

Expectation = Callable[..., None]
UUID_4 = "5a881293-f071-4570-ac37-40e7f1e61a55"
TIME = "2026-08-27T07:30:00Z"
TOKEN = {
    "id": 1,
    "token_id": 1,
    "user_id": 2,
    "company_id": 3,
    "api_key_id": 4,
    "token": "abc",
    "key": "abc",
    "api_key": "abc",
    "duration": 60,
    "created_date": TIME,
    "expiration_date": TIME,
    "last_used_time": TIME,
}
JOB = {"job_id": UUID_4, "platform_id": UUID_4, "platform_name": "sim:qa", "duration": 60}
PLATFORM = {"id": UUID_4, "name": "sim:qa"}
REFUSAL = {"detail": {}, "error": "Not found"}
VIOLATION = {"detail": {"json": {"label": ["No."]}}, "message": "Validation error"}


def answer(
    body: Any,  # noqa: ANN401 - any JSON value
    operation: Operation = TK_3,
    status: int = 200,
    **headers: str,
) -> Exchange:
    named = {"content-type": "application/json", **{key.replace("_", "-"): headers[key] for key in headers}}
    request = Request(operation, "https://cloud.test/")
    return Exchange(request, status, named, json.dumps(body).encode(), 0.0, 0.1)


RIGHT = [answer(TOKEN), answer(JOB, JB_2), answer(PLATFORM, PF_2), answer([TOKEN], TK_1)]

FAULTS: list[tuple[Expectation, Exchange]] = [
    (answers.expect_json, answer({}, content_type="text/json")),
    (answers.expect_json, replace(answer({}), content=b"yes")),
    (answers.expect_status_200, answer({}, status=201)),
    (answers.expect_status_200, replace(answer({}), content=b"")),
    (answers.expect_no_tracing, answer({}, retry_after="1")),
    (answers.expect_no_tracing, answer({}, x_request_id="1")),
    (answers.expect_no_tracing, answer({}, x_ratelimit_limit="1")),
    (answers.expect_no_deprecation, answer({}, deprecation="true")),
    (answers.expect_no_deprecation, answer({}, sunset="tomorrow")),
    (answers.expect_no_deprecation, answer({}, link='</new>; rel="deprecation"')),
    (answers.expect_in_time, replace(answer({}), seconds=6.0)),
    (answers.expect_in_time, replace(answer({}), failure="the answer was not complete after 10 s")),
    (answers.expect_bare_arrays, answer({"items": []}, TK_1)),
    (answers.expect_bare_arrays, answer([], TK_1, link="next")),
    (answers.expect_whole_durations, answer({"duration": 1.5})),
    (answers.expect_whole_durations, answer({"jobs": [{"duration": "60"}]})),
    (answers.expect_token_times, answer({**TOKEN, "last_used_time": 1756279800})),
    (answers.expect_token_times, answer({**TOKEN, "created_date": "yesterday"})),
    (answers.expect_utc, answer({"any": "2026-08-27T07:30:00"})),
    (answers.expect_utc, answer({"any": ["2026-08-27T07:30:00+02:00"]})),
    (answers.expect_job_ids, answer({"job_id": UUID_4.upper()})),
    (answers.expect_job_ids, answer({"rerun_from": 5})),
    (answers.expect_platform_ids, answer({"platform_ids": ["sim:qa"]})),
    (answers.expect_platform_names, answer({"platform_name": "qa"})),
    (answers.expect_integer_ids, answer({"company_id": "3"})),
    (answers.expect_integer_ids, answer({"token_id": True})),
    (answers.expect_credentials, answer({"token": "two words"})),
    (answers.expect_credentials, answer({"api_key": "é"})),
]


@pytest.mark.parametrize("expectation", dict.fromkeys(expectation for expectation, _ in FAULTS))
def test_right_answers_pass_and_keep_the_rule(expectation: Expectation) -> None:
    right = [replace(each, kept=[]) for each in RIGHT]
    expectation(right, "TR-5")
    assert any("TR-5" in each.kept for each in right)


@pytest.mark.parametrize(("expectation", "fault"), FAULTS)
def test_the_wrong_answer_is_found_among_right_ones(expectation: Expectation, fault: Exchange) -> None:
    with pytest.raises(ExpectationFailed) as failed:
        expectation([*RIGHT, fault], "TR-5")
    assert failed.value.rules == ("TR-5",)
    assert str(fault.request.operation) in str(failed.value)


@pytest.mark.parametrize(
    ("expectation", "name"),
    [(answers.expect_credentials, "api_key"), (answers.expect_integer_ids, "company_id")],
)
def test_what_is_always_null_shows_nothing(expectation: Expectation, name: str) -> None:
    with pytest.raises(ExpectationFailed, match="not always null"):
        expectation([answer({**TOKEN, name: None})], "ID-5")


REFUSED: list[tuple[Expectation, Exchange, Sequence[Any]]] = [
    (
        answers.expect_http_errors,
        answer(REFUSAL, status=404),
        [{**REFUSAL, "detail": None}, {"error": "No"}, {**REFUSAL, "more": 1}, {**REFUSAL, "error": ""}, []],
    ),
    (
        answers.expect_no_details,
        answer(REFUSAL, status=404),
        [{**REFUSAL, "detail": {"a": 1}}, {"error": "No"}],
    ),
    (
        answers.expect_validation_errors,
        answer(VIOLATION, status=422),
        [
            {**VIOLATION, "detail": {}},
            {**VIOLATION, "detail": {"json": {"label": "No."}}},
            {**VIOLATION, "detail": {"json": {"label": []}}},
            {**VIOLATION, "detail": [{"loc": ["label"]}]},
            {"detail": VIOLATION["detail"], "error": "Bad"},
        ],
    ),
]


@pytest.mark.parametrize(("expectation", "right", "wrong"), REFUSED)
def test_refusals_are_held_to_their_form(
    expectation: Expectation, right: Exchange, wrong: Sequence[Any]
) -> None:
    expectation([right], "EN-1")
    for body in wrong:
        with pytest.raises(ExpectationFailed):
            expectation([right, answer(body, status=right.status)], "EN-1")


def test_failures_of_the_cloud_are_found() -> None:
    right = answer(REFUSAL, status=404)
    answers.expect_no_failure([right], "EN-13")
    answers.expect_no_trace_of_failure([right], "EN-10")
    for wrong in (replace(right, status=502), replace(right, failure="reset")):
        with pytest.raises(ExpectationFailed):
            answers.expect_no_failure([wrong], "EN-13")
    with pytest.raises(ExpectationFailed):
        answers.expect_no_failure([replace(right, content=b" <html>")], "EN-13")
    with pytest.raises(ExpectationFailed):
        answers.expect_no_trace_of_failure([answer({"error": "Traceback (most recent call last)"})], "EN-10")


def test_the_root_alone_may_lead_on() -> None:
    answers.expect_statuses([answer({}, SV_1, 302), answer({})], (200,), "TR-29")
    with pytest.raises(ExpectationFailed):
        answers.expect_statuses([answer({}, JB_2, 302)], (200,), "TR-29")


def test_without_answers_there_is_nothing_to_state() -> None:
    with pytest.raises(AssertionError, match="has kept any answers"):
        answers.expect_json([], "TR-5")
