"""What features of jobs and platforms lean on: cells, placeholders, tables, pages, making and undoing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import pytest

from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.errors import CloudRefusal
from steps.api.exchange import Exchange, Request
from steps.api.operations import JB_1
from steps.api.utils import Api, CloudContext
from steps.support import cast as speech
from steps.support import (
    job_reads,
    job_states,
    jobs,
    listing,
    members,
    paging,
    usage,
    wording,
    workers,
)
from steps.support.attempt import Outcome
from steps.support.expectations import ExpectationFailed
from steps.support.making import unless_refused_with
from steps.support.undo import UndoFailed
from steps.support.world import World


class Target:
    """A run without a cloud."""

    cloud = CloudContext("http://cloud.test")
    admin = User(is_admin=True, user_id=1)
    run_id = "test"
    embedded = True
    job_token = ""
    platform = "sim:qa"
    queue_seconds = 60.0

    def note_cell(self, row: str, operation: str, column: str) -> None:
        """Nobody counts here."""


class FakeCloud:
    """Answers what a test queued, in order, and keeps the requests; the last answer is given for ever."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = []
        self.requests: list[Request] = []

    def send(self, api: Api, request: Request) -> Exchange:
        """Take the place of `Api.send`."""
        self.requests.append(request)
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Exchange(request, status, {}, json.dumps(body).encode(), 0.0, 0.0)

    @property
    def sent(self) -> list[str]:
        """Method and path of each request."""
        return [
            f"{each.operation.method} {each.url.removeprefix('http://cloud.test')}" for each in self.requests
        ]


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    fake = FakeCloud()
    monkeypatch.setattr(Api, "send", lambda api, request: fake.send(api, request))
    return fake


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    Target.admin.login_token.token = "LT"
    Target.admin.api_key = ApiKey(api_key="AK", api_key_id=1)
    monkeypatch.setattr(Platform, "ADMIN", Target.admin)
    world = World(Target(), ["JB-1"])
    world.platform = Platform("sim:test", platform_id="p-1", worker_id="w-1")
    world.user = User(user_id=7, email="ada@example.com")
    world.user.job_tokens = [JobToken("first", token_id=3, token="JT3")]
    world.token = world.user.job_tokens[0]
    world.job = Job("sim:test", "my job", job_id="j-1")
    yield world


def refused(status: int, error: str = "No") -> CloudRefusal:
    body = json.dumps({"detail": {}, "error": error}).encode()
    return CloudRefusal(Exchange(Request(JB_1, "http://cloud.test/api/jobs"), status, {}, body, 0.0, 0.0))


class TestWording:
    def test_fills_what_the_scenario_has(self, world: World) -> None:
        text = "{platform_name} {platform_id} {worker_id} {job_id} {job_name}"
        assert wording.filled(world, text) == "sim:test p-1 w-1 j-1 my job"
        assert wording.filled(world, "{label} {token_id} {email} {user_id}") == "first 3 ada@example.com 7"

    def test_fills_the_second_of_a_kind(self, world: World) -> None:
        world.other_platform = Platform("sim:other", platform_id="p-2")
        world.other_worker = Platform("sim:test", worker_id="w-2")
        world.new_job = Job(job_id="j-2")
        text = "{other_platform_name} {other_worker_id} {new_job_id}"
        assert wording.filled(world, text) == "sim:other w-2 j-2"

    def test_leaves_what_names_nothing(self, world: World) -> None:
        assert wording.filled(world, "{limit} {other_job_id} {}") == "{limit} {other_job_id} {}"

    def test_knows_the_mark_of_the_run(self, world: World) -> None:
        assert wording.filled(world, "{mark}-x") == "qa-test-x"


class TestMembers:
    @pytest.mark.parametrize(
        ("text", "value"), [("17", 17), ('"17"', "17"), ("null", None), ("waiting", "waiting"), ("[1]", [1])]
    )
    def test_a_cell_is_json_or_itself(self, world: World, text: str, value: object) -> None:
        assert members.value_of(world, text) == value

    @pytest.mark.parametrize(
        ("wanted", "value", "fitting"),
        [
            ("40", 40.0, True),
            ("1", True, False),
            ("true", 1, False),
            ("true", True, True),
            ("a number", True, False),
            ("a number", 0.5, True),
            ("an integer", 1.0, False),
            ("a text", "", True),
            ("a non-empty text", "", False),
            ("0 or null", None, True),
            ("0 or null", 0, True),
            ("0 or null", "", False),
            ("not null", None, False),
            ("waiting", "waiting", True),
            ('""', "", True),
        ],
    )
    def test_a_cell_fits(self, wanted: str, value: object, fitting: bool) -> None:
        assert members.fits(wanted, value) is fitting

    def test_dotted_members_are_set_in_a_copy(self) -> None:
        base = {"payload": {"command": "probs"}}
        assert members.overlaid(base, {"payload.max_shots": 1, "x": 2}) == {
            "payload": {"command": "probs", "max_shots": 1},
            "x": 2,
        }
        assert base == {"payload": {"command": "probs"}}

    def test_dotted_members_are_left_out_of_a_copy(self) -> None:
        base = {"payload": {"command": "probs"}, "job_name": "a"}
        assert members.without(base, ["payload.command", "job_name"]) == {"payload": {}}
        assert base == {"payload": {"command": "probs"}, "job_name": "a"}

    def test_every_misfit_is_reported(self) -> None:
        with pytest.raises(ExpectationFailed) as failure:
            members.expect_members("it should", {"a": 1, "b": 2}, {"a": "1", "b": "3", "c": "null"}, "JB-1")
        assert "'b': 2" in str(failure.value)
        assert "'c': '(absent)'" in str(failure.value)
        assert "'a'" not in str(failure.value)


class TestCast:
    def test_speaks_of_what_was_made(self, world: World) -> None:
        assert speech.the_job(world) is world.job
        with pytest.raises(AssertionError, match="other_job"):
            speech.the_job(world, "other_job")

    def test_the_longer_phrase_wins(self) -> None:
        pattern = cast("Any", speech.TYPES["Worker"]).pattern
        assert pattern.index("the worker of the other platform") < pattern.index("|the worker")

    def test_jobs_know_every_action(self) -> None:
        assert set(jobs._ACTIONS) == set(speech.JOB_ACTIONS)


class TestStatusTable:
    WAITING = dict.fromkeys(job_states._MEMBERS) | {
        "status": "waiting",
        "progress": 0,
        "creation_datetime": 1.5,
    }

    def test_accepts_what_the_table_has(self) -> None:
        job_states.expect_members_of("waiting", self.WAITING, "ST-2")

    @pytest.mark.parametrize(
        "change", [{"start_time": 2.0}, {"status": "queued"}, {"progress": 5}, {"creation_datetime": "now"}]
    )
    def test_refuses_what_it_has_not(self, change: dict[str, Any]) -> None:
        with pytest.raises(ExpectationFailed, match=next(iter(change))):
            job_states.expect_members_of("waiting", {**self.WAITING, **change}, "ST-2")

    def test_asks_for_every_member(self) -> None:
        lacking = {name: value for name, value in self.WAITING.items() if name != "msg"}
        with pytest.raises(ExpectationFailed, match="msg"):
            job_states.expect_members_of("waiting", lacking, "JB-2.4")

    def test_knows_every_status(self) -> None:
        assert set(speech.STATUSES) < set(job_states._FIELDS)
        assert set(job_states._FIELDS) == set(job_states._WAYS)


class TestPaging:
    def test_puts_pages_beside_the_whole(self) -> None:
        entries = [{"id": number} for number in range(5)]
        whole, pages = paging.whole_and_pages(lambda limit, offset: entries[offset : offset + limit], 2)
        assert whole == entries
        assert [len(page) for page in pages] == [2, 2, 1, 0]

    def test_reads_again_while_the_list_changes(self) -> None:
        entries: list[dict[str, Any]] = [{"id": 0}]

        def read(limit: int, offset: int) -> list[dict[str, Any]]:
            if len(entries) < 4:
                entries.append({"id": len(entries)})
            return entries[offset : offset + limit]

        whole, pages = paging.whole_and_pages(read, 2)
        assert [entry for page in pages for entry in page] == whole
        assert len(whole) == 4


class TestMaking:
    def test_a_job_is_ended_by_the_admin(self, world: World, cloud: FakeCloud) -> None:
        cloud.answers = [(200, {"job_id": "j-9"}), (200, {"message": "ok", "jobs": []})]
        job = world.make.job(speech.the_user(world), "sim:test")
        assert world.make.owner(job) is world.user
        world.undo.unwind()
        assert cloud.sent == ["POST /api/jobs", "POST /admin/jobs/cancel"]

    def test_a_job_that_is_over_needs_no_ending(self, world: World, cloud: FakeCloud) -> None:
        cloud.answers = [(200, {"job_id": "j-9"}), (400, {"detail": {}, "error": "Can not cancel job"})]
        world.make.job(speech.the_user(world), "sim:test")
        world.undo.unwind()

    def test_a_job_that_cannot_be_ended_is_told(self, world: World, cloud: FakeCloud) -> None:
        cloud.answers = [(200, {"job_id": "j-9"}), (403, {"detail": {}, "error": "Permission denied"})]
        world.make.job(speech.the_user(world), "sim:test")
        with pytest.raises(UndoFailed, match="Permission denied"):
            world.undo.unwind()

    def test_a_refused_job_leaves_nothing_to_undo(self, world: World, cloud: FakeCloud) -> None:
        cloud.answers = [(400, {"detail": {}, "error": "Max duration must not be zero"})]
        jobs.submit(world, speech.the_user(world), {"max_duration": 0})
        assert world.outcome is not None
        assert world.outcome.refusal is not None
        assert world.job is None
        world.undo.unwind()
        assert len(cloud.sent) == 1

    def test_a_fetched_job_fails_before_it_is_canceled(self, world: World, cloud: FakeCloud) -> None:
        fetched = {"job_id": "j-9", "payload": {}}
        cloud.answers = [
            (200, {"job_id": "j-9"}),
            (200, fetched),
            (200, {"message": "ok", "status": "error"}),
        ]
        world.make.job(speech.the_user(world), "sim:test")
        world.make.fetched(speech.the_platform(world))
        world.undo.unwind()
        assert cloud.sent[2:] == ["PUT /admin/job/j-9", "POST /admin/jobs/cancel"]

    def test_a_permission_goes_before_its_platform(self, world: World, cloud: FakeCloud) -> None:
        cloud.answers = [(200, {"platform_id": "p-9", "status": "available"}), (200, {"message": "ok"})]
        platform = world.make.platform()
        world.make.permission(speech.the_user(world), platform)
        world.undo.unwind()
        assert cloud.sent[2:] == ["DELETE /api/platform-permissions", "DELETE /api/platforms/p-9"]

    def test_other_refusals_pass_through(self) -> None:
        def refuse() -> None:
            raise refused(403)

        unless_refused_with((403,), refuse)
        with pytest.raises(CloudRefusal):
            unless_refused_with((404,), refuse)


class TestJobs:
    def test_dotted_members_change_the_default_payload(self) -> None:
        members = jobs.request_members({"payload.max_shots": 1, "max_duration": 2})
        assert members == {"payload": {**Job.DEFAULT_PAYLOAD, "max_shots": 1}, "max_duration": 2}
        assert jobs.request_members({"payload": None}) == {"payload": None}

    def test_a_payload_is_compared_to_the_letter(self, world: World) -> None:
        world.noted = {"a": 1.0, "b": 10**30}
        job = speech.the_job(world)
        job_reads.expect_payload(world, job, {"a": 1.0, "b": 10**30, "pcvl_version": "1"}, "JB-4.4")
        for changed in ({"a": 1, "b": 10**30}, {"b": 10**30, "a": 1.0}, {"a": 1.0, "b": 1e30}):
            with pytest.raises(ExpectationFailed):
                job_reads.expect_payload(world, job, changed, "JB-4.4")

    def test_availability_must_be_whole(self) -> None:
        whole = dict.fromkeys(jobs._COUNTERS, 0)
        jobs.expect_availability(whole, "JB-7.1")
        for value in (None, 1.0, True, "1"):
            with pytest.raises(ExpectationFailed, match="num_jobs_in_queue"):
                jobs.expect_availability({**whole, "num_jobs_in_queue": value}, "JB-7.1")

    def test_results_before_the_end_are_null_or_refused(self, world: World, cloud: FakeCloud) -> None:
        job, user = speech.the_job(world), speech.the_user(world)
        world.make.take_over(job, user)
        refusal: dict[str, Any] = {"detail": {}, "error": "x"}
        right: list[tuple[int, dict[str, Any]]] = [(200, {"results": None}), (404, refusal)]
        wrong: list[tuple[int, dict[str, Any]]] = [(200, {"results": ""}), (200, {}), (403, refusal)]
        for answer in right:
            cloud.answers = [answer]
            job_reads.expect_no_results(world, job, "RS-1")
        for answer in wrong:
            cloud.answers = [answer]
            with pytest.raises(ExpectationFailed):
                job_reads.expect_no_results(world, job, "RS-1")


class TestWorkers:
    def test_each_job_once(self) -> None:
        first, second = Job(job_id="1"), Job(job_id="2")
        workers.expect_each_once([second, first], [first, second], "Q-3")
        for wrong in ([first], [first, first], [first, second, second]):
            with pytest.raises(ExpectationFailed):
                workers.expect_each_once(wrong, [first, second], "Q-3")

    def test_results_tell_their_job(self) -> None:
        assert workers.results_of(Job(job_id="1")) != workers.results_of(Job(job_id="2"))


class TestListing:
    def test_the_list_holds_these_jobs(self, world: World) -> None:
        world.outcome = Outcome(value=[{"job_id": "1"}, {"job_id": "2"}])
        listing.expect_jobs(world, [Job(job_id="1"), Job(job_id="2")], "JA-1")
        with pytest.raises(ExpectationFailed):
            listing.expect_jobs(world, [Job(job_id="2"), Job(job_id="1")], "JA-1")

    def test_an_entry_may_have_to_lack_a_member(self, world: World) -> None:
        world.outcome = Outcome(value=[{"job_id": "1", "user_id": 7}])
        listing.expect_entry(world, Job(job_id="1"), {"user_id": "7", "payload": "(absent)"}, "JA-1")
        with pytest.raises(ExpectationFailed, match="user_id"):
            listing.expect_entry(world, Job(job_id="1"), {"user_id": "(absent)"}, "JA-1")

    def test_each_job_is_told_once(self, world: World) -> None:
        told = {"job_id": "1", "status": "canceled"}
        world.outcome = Outcome(value={"jobs": [told]})
        listing.expect_told(world, [(Job(job_id="1"), "canceled")], "JA-2.5")
        world.outcome = Outcome(value={"jobs": [told, told]})
        with pytest.raises(ExpectationFailed):
            listing.expect_told(world, [(Job(job_id="1"), "canceled")], "JA-2.4")


class TestUsage:
    ENTRY: ClassVar[dict[str, Any]] = {
        "token_id": 3,
        "total_jobs": 3,
        "usage": [{"platform_name": "sim:test", "nb_jobs": 2}, {"platform_name": "sim:b", "nb_jobs": 1}],
    }

    def table(self, *rows: dict[str, str]) -> Any:  # noqa: ANN401 - stands for behave's Table
        class Rows(list[dict[str, str]]):
            @property
            def headings(self) -> list[str]:
                return list(self[0])

        return Rows(rows)

    def test_units_are_compared_with_the_table(self, world: World) -> None:
        world.outcome = Outcome(value=[self.ENTRY])
        first = {"platform_name": "{platform_name}", "nb_jobs": "2"}
        token = speech.the_token(world)
        usage.expect_units(
            world, token, 3, self.table(first, {"platform_name": "sim:b", "nb_jobs": "1"}), "UR-1"
        )
        with pytest.raises(ExpectationFailed):
            usage.expect_units(world, token, 3, self.table(first), "UR-1")

    def test_the_total_is_the_sum(self, world: World) -> None:
        world.outcome = Outcome(value=[{**self.ENTRY, "total_jobs": 4}])
        with pytest.raises(ExpectationFailed, match="add up"):
            usage.expect_total(world, speech.the_token(world), 4, "UR-2")

    def test_a_token_must_be_in_the_report(self, world: World) -> None:
        world.outcome = Outcome(value=[])
        with pytest.raises(ExpectationFailed, match="entry of the token"):
            usage.expect_total(world, speech.the_token(world), 0, "UR-1")

    def test_moments_have_a_zone(self) -> None:
        assert usage.moment("-1 h").endswith("+02:00")
        assert usage.moment("-1 h") < usage.moment("+1 h")
        with pytest.raises(AssertionError):
            usage.moment("yesterday")


def test_parameters_are_filled() -> None:
    world = cast("World", SimpleNamespace(names=SimpleNamespace(mark="qa-x")))
    rows = cast("Any", [{"parameter": "user_id", "value": "{mark}"}])
    assert listing.parameters_of(world, rows) == {"user_id": "qa-x"}
