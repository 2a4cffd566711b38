"""Tables of jobs: each row is judged alone, under its own rules, whatever becomes of the others."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from behave.model import Table

from steps.api.cloud_objects import Platform
from steps.api.errors import CloudRefusal
from steps.api.exchange import Exchange, Request
from steps.api.operations import JB_1
from steps.api.utils import Api
from steps.support import job_families, job_times, transitions
from steps.support.attempt import Outcome
from steps.support.expectations import ExpectationFailed
from steps.support.world import World
from tests.steps.support.stage import a_world, someone


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    world = a_world(("JB-1",))
    monkeypatch.setattr(Platform, "ADMIN", world.admin)
    world.platform = Platform("sim:test", platform_id="p-1", worker_id="w-1")
    world.user = someone(2)
    yield world


def refuse_all_with(monkeypatch: pytest.MonkeyPatch, status: int, body: object) -> None:
    def send(api: Api, request: Request) -> Exchange:
        return Exchange(request, status, {}, json.dumps(body).encode(), 0.0, 0.0)

    monkeypatch.setattr(Api, "send", send)


class TestFamilies:
    def test_names_the_rules_of_the_rows_that_fail_and_no_other(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse_all_with(monkeypatch, 400, {"detail": {}, "error": "Max duration must not be zero"})
        table = Table(
            ["rule", "member", "value", "status", "error"],
            rows=[
                ["JB-1.5", "max_duration", "0", "400", "Max duration must not be zero"],
                ["JB-1.8 TR-24", "payload.max_shots", "0", "400", "Invalid max_shots"],
            ],
        )
        with pytest.raises(ExpectationFailed) as failure:
            job_families.expect_each_refused(world, someone(2), table)
        assert failure.value.rules == ("JB-1.8", "TR-24")

    def test_a_table_without_rules_stands_for_those_of_the_scenario(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse_all_with(monkeypatch, 200, {"job_id": "j-1"})
        table = Table(["member", "value"], rows=[["max_duration", "0"]])
        with pytest.raises(ExpectationFailed) as failure:
            job_families.expect_none_accepted(world, someone(2), table)
        assert failure.value.rules == ("JB-1",)

    def test_a_member_of_the_wrong_type_must_be_named(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        body = {"detail": {"json": {"job_name": ["Not a valid string."]}}, "message": "Validation error"}
        refuse_all_with(monkeypatch, 422, body)
        named, other = (Table(["member", "value"], rows=[[name, "5"]]) for name in ("job_name", "process_id"))
        job_families.expect_each_invalid(world, someone(2), named)
        with pytest.raises(ExpectationFailed):
            job_families.expect_each_invalid(world, someone(2), other)


def refused(status: int, error: str) -> Outcome:
    body = json.dumps({"detail": {}, "error": error}).encode()
    return Outcome(
        refusal=CloudRefusal(Exchange(Request(JB_1, "http://cloud.test"), status, {}, body, 0.0, 0.0))
    )


ACCEPTED = Outcome({"status": "running"})


class TestAnswers:
    @pytest.mark.parametrize(
        ("written", "outcome"),
        [
            ("200", ACCEPTED),
            ("200 or 400", ACCEPTED),
            ("200 or 400", refused(400, "Can not cancel job")),
            ("400", refused(400, "whatever")),
            ("400 Invalid data", refused(400, "Invalid data")),
            ("403 or 400", refused(403, "Permission denied")),
            ("403 or 400", refused(400, "Invalid data")),
        ],
    )
    def test_takes_what_is_written(self, written: str, outcome: Outcome) -> None:
        transitions._expect_answer(outcome, written, "J14")

    @pytest.mark.parametrize(
        ("written", "outcome"),
        [
            ("200", refused(400, "Invalid data")),
            ("200 or 400", refused(403, "Permission denied")),
            ("400", ACCEPTED),
            ("400 Invalid data", refused(400, "Can not cancel job")),
            ("400 Invalid data", refused(403, "Invalid data")),
            ("403 or 400", ACCEPTED),
            ("403 or 400", refused(404, "Not found")),
        ],
    )
    def test_finds_everything_else(self, written: str, outcome: Outcome) -> None:
        with pytest.raises(ExpectationFailed, match=r"^J14: "):
            transitions._expect_answer(outcome, written, "J14")


class TestWholeSeconds:
    @pytest.mark.parametrize(("ran", "duration"), [((1.6, 1.7), 1), ((1.9, 2.1), 1), ((1.9, 2.1), 2)])
    def test_takes_a_duration_with_its_fraction_dropped(
        self, world: World, monkeypatch: pytest.MonkeyPatch, ran: tuple[float, float], duration: int
    ) -> None:
        self.judge(world, monkeypatch, ran, duration)

    @pytest.mark.parametrize(("ran", "duration"), [((1.6, 1.7), 2), ((1.6, 1.7), 0), ((1.9, 2.1), 3)])
    def test_finds_one_that_is_rounded_or_wrong(
        self, world: World, monkeypatch: pytest.MonkeyPatch, ran: tuple[float, float], duration: int
    ) -> None:
        with pytest.raises(ExpectationFailed, match=r"^ST-12: "):
            self.judge(world, monkeypatch, ran, duration)

    def judge(
        self, world: World, monkeypatch: pytest.MonkeyPatch, ran: tuple[float, float], duration: int
    ) -> None:
        refuse_all_with(monkeypatch, 200, {"job_id": "j-1", "duration": duration})
        job = world.make.job(someone(2), "sim:test")
        world.noted = ran
        job_times.expect_whole_seconds(world, job, "ST-12")
