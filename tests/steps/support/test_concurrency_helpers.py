"""What many do at once is judged rightly: a cloud that loses, doubles or mixes something up is found out."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from behave.model import Table

from steps.api.cloud_objects import Job, JobToken, Platform
from steps.api.errors import CloudRefusal
from steps.api.exchange import Exchange, Request
from steps.api.operations import JB_1
from steps.api.utils import Api
from steps.support import crowd, races, rounds
from steps.support.at_once import at_once
from steps.support.attempt import Outcome
from steps.support.expectations import ExpectationFailed
from steps.support.races import Race
from steps.support.rounds import Round
from steps.support.world import World
from tests.steps.support.stage import Answer, a_world, refusal, someone


class Cloud:
    """A cloud in a few lines: jobs are queued, fetched once and completed. A test may break it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tokens: dict[str, int] = {}
        self.jobs: dict[str, dict[str, Any]] = {}
        self.waiting: list[str] = []
        self.hands_out = 1
        self.answer_with_results_of_first = False
        self.counts_for_first_token = False
        self.running_in_the_end = 0

    def send(self, request: Request) -> Exchange:
        """Take the place of `Api.send`."""
        with self.lock:
            status, body = self._answer(request)
        return Exchange(request, status, {}, json.dumps(body).encode(), 0.0, 0.0)

    def _answer(self, request: Request) -> Answer:
        body = json.loads(request.content or b"{}")
        token = self.tokens.get(request.headers["Authorization"].removeprefix("Bearer "), 0)
        job_id = next((name for name in self.jobs if name in request.url), "")
        match request.operation.rule:
            case "JB-1":
                job_id = str(uuid4())
                self.jobs[job_id] = {"job_id": job_id, "token_id": token, "token_label": "first", **body}
                self.waiting += [job_id] * self.hands_out
                return 200, {"job_id": job_id}
            case "WK-1":
                if not self.waiting:
                    return refusal(404, "No waiting job")
                return 200, self.jobs[self.waiting.pop(0)]
            case "WK-2":
                self.jobs[job_id]["results"] = body["results"]
                return 200, {"message": "ok", "status": "completed"}
            case "JB-3":
                shown = next(iter(self.jobs)) if self.answer_with_results_of_first else job_id
                return 200, {"job_id": job_id, "results": self.jobs[shown]["results"]}
            case "JB-4":
                return 200, self.jobs[job_id]
            case "JB-7":
                return 200, {"num_jobs_in_queue": 0, "num_concurrent_jobs": self.running_in_the_end}
            case "TK-9":
                return 200, self._usage()
        raise AssertionError(f"Nobody asks for {request.operation}.")

    def _usage(self) -> list[dict[str, Any]]:
        first = min(self.tokens.values())
        used = Counter(
            first if self.counts_for_first_token else job["token_id"] for job in self.jobs.values()
        )
        return [
            {
                "token_id": token,
                "total_jobs": jobs,
                "usage": [{"platform_name": "sim:test", "nb_jobs": jobs, "credits": jobs * crowd.SHOTS}],
            }
            for token, jobs in used.items()
        ]


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    cloud = Cloud()
    monkeypatch.setattr(Api, "send", lambda api, request: cloud.send(request))
    return cloud


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    world = a_world(("Q-3",))
    monkeypatch.setattr(Platform, "ADMIN", world.admin)
    world.platform = Platform("sim:test", platform_id="p-1", worker_id="w-1")
    yield world


@pytest.fixture
def people(world: World, cloud: Cloud) -> crowd.Crowd:
    """Two users with two tokens each, and two workers."""
    ids = count(1)
    users = [someone(user_id) for user_id in (2, 3)]
    for user in users:
        user.job_tokens = [
            JobToken("first", token_id=next(ids), user_id=user.user_id, token=f"JT-{user.user_id}-{number}")
            for number in range(crowd.TOKENS_EACH)
        ]
        cloud.tokens |= {token.token: token.token_id for token in user.job_tokens}
    workers = [Platform("sim:test", platform_id="p-1", worker_id=f"w-{number}") for number in range(2)]
    return crowd.Crowd(users, workers)


class TestCrowd:
    def test_finds_nothing_wrong_where_nothing_is(self, world: World, people: crowd.Crowd) -> None:
        crowd.work(world, people, 4)
        crowd.expect_each_fetched_once(people, "Q-3")
        crowd.expect_own_results(world, people, "RS-7")
        crowd.expect_own_data(world, people, "JB-1.52")
        crowd.expect_nothing_left(world, people, "Q-7")
        crowd.expect_used_tokens(world, people, "UR-2")
        assert len(people.submissions) == 8
        assert len({each.mark for each in people.submissions}) == 8

    def test_finds_a_job_that_is_fetched_twice(self, world: World, cloud: Cloud, people: crowd.Crowd) -> None:
        cloud.hands_out = 2
        crowd.work(world, people, 2)
        with pytest.raises(ExpectationFailed, match=r"^Q-3: "):
            crowd.expect_each_fetched_once(people, "Q-3")

    def test_finds_a_job_that_is_never_fetched(
        self, world: World, cloud: Cloud, people: crowd.Crowd, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(crowd, "_PATIENCE", 0.2)
        cloud.hands_out = 0
        crowd.work(world, people, 1)
        with pytest.raises(ExpectationFailed, match=r"^Q-3: "):
            crowd.expect_each_fetched_once(people, "Q-3")

    @pytest.mark.parametrize(
        ("fault", "expectation"),
        [
            ("answer_with_results_of_first", crowd.expect_own_results),
            ("counts_for_first_token", crowd.expect_used_tokens),
            ("running_in_the_end", crowd.expect_nothing_left),
        ],
    )
    def test_finds_what_is_mixed_up_or_left(
        self,
        world: World,
        cloud: Cloud,
        people: crowd.Crowd,
        fault: str,
        expectation: Callable[..., None],
    ) -> None:
        crowd.work(world, people, 2)
        setattr(cloud, fault, True)
        with pytest.raises(ExpectationFailed, match=r"^RS-7: "):
            expectation(world, people, "RS-7")

    def test_names_the_rules_where_a_user_is_refused(
        self, world: World, cloud: Cloud, people: crowd.Crowd, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(crowd, "_PATIENCE", 0.2)
        monkeypatch.setattr(cloud, "_answer", lambda request: refusal(404, "No waiting job"))
        with pytest.raises(ExpectationFailed, match=r"^Q-3: "):
            crowd.work(world, people, 1)


def refused(status: int, error: str) -> Outcome:
    body = json.dumps({"detail": {}, "error": error}).encode()
    exchange = Exchange(Request(JB_1, "http://cloud.test/api/jobs"), status, {}, body, 0.0, 0.0)
    return Outcome(refusal=CloudRefusal(exchange))


TAKEN = refused(400, "Label already exists: a")


class TestRounds:
    def test_takes_one_and_a_second_who_is_told_so(self, world: World) -> None:
        world.rounds = [Round([Outcome("a token"), TAKEN], "Label already exists: a")]
        rounds.expect_one_each(world, 400, "LB-2")

    @pytest.mark.parametrize(
        "outcomes",
        [
            [Outcome("a token"), Outcome("a token")],
            [TAKEN, TAKEN],
            [Outcome("a token"), refused(400, "Label already exists: b")],
            [Outcome("a token"), refused(500, "Label already exists: a")],
        ],
    )
    def test_finds_both_none_and_another_refusal(self, world: World, outcomes: list[Outcome]) -> None:
        world.rounds = [
            Round([Outcome("a token"), TAKEN], "Label already exists: a"),
            Round(outcomes, "Label already exists: a"),
        ]
        with pytest.raises(ExpectationFailed, match=r"^LB-2: "):
            rounds.expect_one_each(world, 400, "LB-2")

    @pytest.mark.parametrize("accepted", [1, 3])
    def test_finds_more_and_fewer_than_there_was_room_for(self, world: World, accepted: int) -> None:
        world.rounds = [Round([*([Outcome("a job")] * accepted), refused(400, "No room")])]
        with pytest.raises(ExpectationFailed, match=r"^JB-1\.4: "):
            rounds.expect_so_many(world, 2, 400, "No room", "JB-1.4")


class TestRaces:
    WAYS = Table(
        ["the one", "the other", "status"],
        rows=[
            ["accepted", "told canceled", "canceled"],
            ["400 Can not cancel job", "told completed", "completed"],
        ],
    )

    @pytest.mark.parametrize(
        ("told", "status"),
        [
            (("accepted", "told canceled"), "canceled"),
            (("400 Can not cancel job", "told completed"), "completed"),
        ],
    )
    def test_takes_the_ways_that_there_are(self, told: tuple[str, str], status: str) -> None:
        races.expect_allowed([Race(Job(), told, status)], self.WAYS, "J9")

    @pytest.mark.parametrize(
        ("told", "status"),
        [
            (("accepted", "told completed"), "completed"),
            (("accepted", "told canceled"), "completed"),
            (("400 Can not cancel job", "400 Invalid data"), "running"),
        ],
    )
    def test_finds_any_other(self, told: tuple[str, str], status: str) -> None:
        with pytest.raises(ExpectationFailed, match=r"^J9: "):
            races.expect_allowed([Race(Job(), told, status)], self.WAYS, "J9")


class TestAtOnce:
    def test_begins_all_before_one_has_ended(self) -> None:
        together = threading.Barrier(3, timeout=30)
        assert [outcome.refusal for outcome in at_once([together.wait] * 3)] == [None] * 3

    def test_tells_refusals_and_raises_what_is_none(self) -> None:
        def refuse() -> None:
            assert TAKEN.refusal is not None
            raise TAKEN.refusal

        def fail() -> None:
            raise ValueError("broken")

        done = at_once([refuse, lambda: 17])
        assert done[0].refusal is TAKEN.refusal
        assert done[1].value == 17
        with pytest.raises(ValueError, match="broken"):
            at_once([fail, lambda: 17])
