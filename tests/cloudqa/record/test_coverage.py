"""What is counted as met, what as asserted, and by whom; and that no credential is kept."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import replace

import pytest

from cloudqa.record.coverage import NO_OPERATION, Cell, Counts, Coverage, MatrixCell, name_of
from cloudqa.record.coverage_record import cells_of, matrix_of
from steps.api import operations
from steps.api.exchange import Exchange, Request
from steps.api.operations import Operation

SECRET = "_T_a-token-that-nobody-may-see"
RULE = "JB-2.3"


def exchange(
    operation: Operation = operations.JB_2,
    status: int = 200,
    *,
    header: str | None = None,
    body: object = None,
    answer: object = None,
    url: str = "http://cloud.test/x",
    failure: str = "",
) -> Exchange:
    headers = {} if header is None else {"Authorization": header}
    content = None if body is None else json.dumps(body).encode()
    request = Request(operation, url, headers, content)
    return Exchange(request, status, {}, json.dumps(answer).encode(), 0.0, 0.0, failure)


def seen(coverage: Coverage, one: Exchange) -> Exchange:
    coverage.before(one.request)
    coverage.after(one)
    return one


def caller(coverage: Coverage, header: str | None) -> str:
    """The kind of caller under which a request with this header is counted."""
    before = dict(coverage.counts().met)
    seen(coverage, exchange(header=header))
    (cell,) = (cell for cell, met in coverage.counts().met.items() if met != before.get(cell, 0))
    return cell.caller


class TestMetAndAsserted:
    def test_exchange_is_met(self) -> None:
        coverage = Coverage()
        seen(coverage, exchange())
        seen(coverage, exchange())
        counts = coverage.counts()
        assert counts.met == {Cell("JB-2", 200, "none"): 2}
        assert counts.scenarios == {}

    def test_answer_that_never_came_is_not_met(self) -> None:
        coverage = Coverage()
        seen(coverage, exchange(status=0, failure="the connection broke"))
        assert coverage.counts() == Counts()

    def test_what_an_expectation_has_judged_is_asserted(self) -> None:
        coverage = Coverage()
        coverage.begin_scenario("@QC-1")
        refused = seen(coverage, exchange(status=403))
        seen(coverage, exchange())
        coverage.end_step()
        refused.kept.append(RULE)  # in a later step
        counts = coverage.counts()
        assert counts.scenarios == {Cell("JB-2", 403, "none"): {"@QC-1"}}
        assert counts.rules == {Cell("JB-2", 403, "none"): {RULE}}
        assert set(counts.met) == {Cell("JB-2", 403, "none"), Cell("JB-2", 200, "none")}

    def test_what_is_judged_after_its_scenario_counts_no_more(self) -> None:
        coverage = Coverage()
        coverage.begin_scenario("@QC-1")
        one = seen(coverage, exchange())
        coverage.begin_scenario("@QC-2")
        one.kept.append(RULE)
        assert coverage.counts().scenarios == {}

    def test_then_that_passes_has_judged_what_it_read(self) -> None:
        coverage = Coverage()
        coverage.begin_scenario("@QC-1")
        seen(coverage, exchange(operations.JB_3))
        coverage.end_step()  # a When
        seen(coverage, exchange(operations.JB_2))
        seen(coverage, exchange(operations.JB_2, 404))
        seen(coverage, exchange(operations.JB_5))
        coverage.end_step([RULE])
        seen(coverage, exchange(operations.JB_4))
        coverage.end_step()  # a Then that failed
        assert coverage.counts().scenarios == {Cell("JB-2", 200, "none"): {"@QC-1"}}

    def test_cell_of_the_matrix_bears_its_scenario(self) -> None:
        coverage = Coverage()
        coverage.begin_scenario("@QC-7")
        coverage.note_cell("PM-4", "JB-1", "own JT")
        assert coverage.counts().matrix == {MatrixCell("PM-4", "JB-1", "own JT"): {"@QC-7"}}

    def test_operations_that_share_an_id_are_told_apart(self) -> None:
        names = [name_of(operation) for operation in operations.ALL]
        assert len(set(names)) == len(names)
        assert name_of(operations.AK_2_LIST) == "AK-2 GET"
        assert name_of(replace(operations.JB_1, path="/api/nope")) == NO_OPERATION


class TestCallers:
    @pytest.mark.parametrize(
        ("header", "kind"),
        [
            (None, "none"),
            ("", "garbled"),
            (SECRET, "garbled"),
            (f"Token {SECRET}", "garbled"),
            (f"Bearer {SECRET} ", "garbled"),
            ("Bearer unknown", "garbled"),
            (f"Bearer {SECRET}", "JT"),
            (f"bearer {SECRET}", "JT"),
        ],
    )
    def test_caller_is_who_shows_a_known_credential(self, header: str | None, kind: str) -> None:
        coverage = Coverage()
        coverage.callers.know_job_token(SECRET)
        assert caller(coverage, header) == kind

    @pytest.mark.parametrize("operation", [operations.AT_2, operations.AT_2D, operations.TK_2])
    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (None, "JT"),
            ({"is_explorer_token": False}, "JT"),
            ({"is_explorer_token": True}, "explorer"),
            (["is_explorer_token"], "JT"),
        ],
    )
    def test_job_token_is_known_from_its_making(self, operation: Operation, body: object, kind: str) -> None:
        coverage = Coverage()
        seen(coverage, exchange(operation, body=body, answer={"token": SECRET, "token_id": 1}))
        assert caller(coverage, f"Bearer {SECRET}") == kind

    def test_refused_making_makes_nothing_known(self) -> None:
        coverage = Coverage()
        seen(coverage, exchange(operations.AT_2, 400, answer={"token": SECRET}))
        assert caller(coverage, f"Bearer {SECRET}") == "garbled"

    def test_key_is_known_from_its_making(self) -> None:
        coverage = Coverage()
        seen(coverage, exchange(operations.AK_1, answer={"api_key": SECRET}))
        assert caller(coverage, f"Bearer {SECRET}") == "key"

    @pytest.mark.parametrize(
        "promote",
        [
            lambda coverage: coverage.callers.know_admin(7),
            lambda coverage: seen(
                coverage, exchange(operations.US_1, body={"is_admin": True}, answer={"user_id": 7})
            ),
            lambda coverage: seen(
                coverage,
                exchange(
                    operations.US_3, body={"is_admin": True}, answer={}, url="http://cloud.test/api/users/7"
                ),
            ),
        ],
        ids=["known", "made", "changed"],
    )
    def test_login_token_of_an_admin_is_an_admins(self, promote: Callable[[Coverage], object]) -> None:
        coverage = Coverage()
        seen(coverage, exchange(operations.US_0, answer={"token": SECRET, "user_id": 7}))
        assert caller(coverage, f"Bearer {SECRET}") == "LT"
        promote(coverage)
        assert caller(coverage, f"Bearer {SECRET}") == "admin LT"

    def test_no_credential_is_kept(self) -> None:
        coverage = Coverage()
        coverage.callers.know_job_token(SECRET)
        seen(coverage, exchange(operations.AT_2, header=f"Bearer {SECRET}", answer={"token": SECRET + "2"}))
        coverage.counts()
        assert SECRET.encode() not in pickle.dumps(coverage)


class TestOfSeveralProcesses:
    """Half of the scenarios in one process, half in another, is counted as all of them in one."""

    def play(self, coverage: Coverage, *scenarios: int) -> None:
        for number in scenarios:
            coverage.begin_scenario(f"@QC-{number}")
            seen(coverage, exchange(status=403)).kept.append(f"TK-{number}")
            seen(coverage, exchange(operations.JB_3))
            coverage.note_cell("PM-4", "JB-1", "none")

    def test_counts_are_united(self) -> None:
        alone, parent = Coverage(), Coverage()
        self.play(alone, 1, 2, 3, 4)
        children = [Coverage(), Coverage()]
        for child, scenarios in zip(children, [(4, 2), (1, 3)], strict=True):
            for scenario in scenarios:
                self.play(child, scenario)
                parent.take_from_child(pickle.loads(pickle.dumps(child.news())))
        assert cells_of(parent.counts()) == cells_of(alone.counts())
        assert matrix_of(parent.counts()) == matrix_of(alone.counts())

    def test_news_are_told_once(self) -> None:
        coverage = Coverage()
        self.play(coverage, 1)
        assert coverage.news() != Counts()
        assert coverage.news() == Counts()

    def test_asking_twice_counts_once(self) -> None:
        coverage = Coverage()
        self.play(coverage, 1)
        assert coverage.counts() == coverage.counts()
        assert coverage.counts().met[Cell("JB-2", 403, "none")] == 1
