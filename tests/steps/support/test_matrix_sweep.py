"""A row is tried by everyone: each deviation is found and told with who it was, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import responses
from requests import PreparedRequest

from steps.api.cloud_objects import Platform, User
from steps.api.exchange import Exchange, Request
from steps.api.operations import JB_2, JB_5, Operation
from steps.api.personas import ANONYMOUS, bearer, garbled
from steps.api.utils import CloudContext
from steps.support.expectations import ExpectationFailed
from steps.support.matrix import sweep
from steps.support.matrix.scene import Scene
from steps.support.matrix.sweep import Tried, expect_row_holds, try_row
from steps.support.matrix.table import Cell
from steps.support.matrix.trial import Aim, Caller, State, Task, Trial
from steps.support.shared import Shared
from steps.support.world import World
from tests.steps.support.stage import BASE, Answer, a_world, answering, refusal, someone

OK = 200, {"message": "ok"}
NO_TOKEN = refusal(401, "Invalid or expired job token")
FOREIGN = refusal(403, "Permission denied")
# What a cloud answers that keeps PM-8.
RIGHT: Mapping[str, Answer] = {
    "own JT": OK,
    "explorer": OK,
    "no grant": OK,
    "other JT": FOREIGN,
    "own LT": refusal(403, "Permission denied"),
    "inactive": refusal(401, "Invalid user"),
}


class Crowd:
    """Callers whose credential is the name of their column."""

    def __init__(self, _shared: Shared) -> None:
        self.admin = someone(1, is_admin=True)
        self.owner, self.other = someone(2), someone(3)
        self.without_grant, self.inactive = someone(4), someone(5)

    def made(self) -> list[User]:
        return [self.owner]

    def callers(self, cell: Cell, _task: Task, _trial: Trial, _aim: Aim) -> tuple[Caller, ...]:
        if cell.column == "none":
            return (Caller("none", ANONYMOUS),)
        if cell.column == "garbled":
            return tuple(Caller("garbled", persona) for persona in garbled("garbled-token"))
        return (Caller(cell.column, bearer(cell.column, cell.column)),)


@dataclass
class Stage:
    """A world in which everyone tries to cancel a job; `answers` is what each credential gets."""

    world: World
    answers: dict[str, Answer] = field(default_factory=lambda: dict(RIGHT))
    secretly: set[str] = field(default_factory=set)
    jobs: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def made(self, _scene: Scene, user: User) -> Aim:
        aim = Aim(user)
        aim.job.job_id = f"job-{len(self.jobs)}"
        self.jobs[aim.job.job_id] = "waiting"
        return aim

    def read(self, _scene: Scene, aim: Aim) -> State:
        return {("job", aim.job.job_id): self.jobs[aim.job.job_id]}

    def answer(self, request: PreparedRequest) -> Answer:
        shown = request.headers.get("Authorization", b"none")
        text = shown.decode() if isinstance(shown, bytes) else shown
        credential = text.removeprefix("Bearer ")
        self.sent.append(credential)
        answer = self.answers.get(credential, NO_TOKEN)
        if answer[0] == 200 or credential in self.secretly:
            self.jobs[str(request.url).split("/")[-2]] = f"canceled by {credential[:20]}"
        return answer

    def run(self, *, assumed: bool = False, operation: Operation = JB_5) -> Tried:
        self.trial = Trial(operation, self.made, read=self.read, rules={"P": "JB-5.2"})
        return try_row(self.world, self.shared, "PM-8", "cancel a job", assumed=assumed)

    def __post_init__(self) -> None:
        self.shared = Shared(self.world.run)
        self.trial = Trial(JB_5, self.made)

    def task(self, row: str, what: str) -> Task:
        return Task(row, what, (self.trial,))


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, wire: responses.RequestsMock) -> Stage:
    made = Stage(a_world(("PM-8",)))
    monkeypatch.setattr(sweep, "People", Crowd)
    monkeypatch.setattr(sweep, "task_of", made.task)
    monkeypatch.setattr(Platform, "ADMIN", someone(1, is_admin=True))
    answering(wire, made.answer)
    return made


def failure(stage: Stage, *, assumed: bool = False) -> ExpectationFailed:
    with pytest.raises(ExpectationFailed) as failed:
        expect_row_holds(stage.world, stage.run(assumed=assumed))
    return failed.value


@pytest.mark.parametrize("assumed", [False, True])
def test_cloud_that_keeps_the_row_passes(stage: Stage, assumed: bool) -> None:
    expect_row_holds(stage.world, stage.run(assumed=assumed))
    firm = {"none", "garbled", "expired", "revoked", "own JT", "other JT"}
    others = {"own LT", "other LT", "admin LT", "key", "inactive", "no grant", "explorer"}
    assert {column for _, _, column in cells_noted(stage)} == (others if assumed else firm)
    assert {(row, name) for row, name, _ in cells_noted(stage)} == {("PM-8", "JB-5")}


def cells_noted(stage: Stage) -> list[tuple[str, str, str]]:
    run = stage.world.run
    return run.cells  # type: ignore[attr-defined,no-any-return]


def test_everyone_is_tried_once(stage: Stage) -> None:
    stage.run()
    garbled_headers = [
        one.headers["Authorization"].removeprefix("Bearer ") for one in garbled("garbled-token")
    ]
    assert stage.sent == ["none", *garbled_headers, "expired", "revoked", "other JT", "own JT"]


def test_every_deviation_is_told_with_who_and_what(stage: Stage) -> None:
    stage.answers |= {"expired": FOREIGN, "revoked": FOREIGN, "own JT": refusal(400, "Can not cancel job")}
    failed = failure(stage)
    told = str(failed)
    assert "PM-8" in failed.rules
    assert (
        "POST /api/jobs/{job_id}/cancel (JB-5): got 403 'Permission denied', "
        "should get 401 'Invalid or expired job token', as expired, revoked" in told
    )
    assert "got 400 'Can not cancel job', should get 200, as own JT" in told
    assert "3 of 17 answers deviate" in told
    assert {"A-2", "JB-5"} <= set(failed.rules)


def test_one_garbled_header_that_is_taken_is_found_among_the_twelve(stage: Stage) -> None:
    stage.answers["Bearer garbled-token"] = OK
    told = str(failure(stage))
    assert "got 200, should get 401 'Invalid or expired job token', as garbled: twice the scheme\n" in told
    assert "1 of 17 answers deviate" in told


def test_what_someone_used_up_is_made_anew_for_the_others(stage: Stage) -> None:
    stage.answers["expired"] = OK
    stage.run()
    assert list(stage.jobs.values())[:2] == ["canceled by expired", "waiting"]


def test_firm_refusal_has_its_text(stage: Stage) -> None:
    stage.answers["none"] = refusal(401, "Nobody knows you")
    assert "as none" in str(failure(stage))


def test_assumed_refusal_may_be_another(stage: Stage) -> None:
    stage.answers["inactive"] = refusal(404, "Not found")
    expect_row_holds(stage.world, stage.run(assumed=True))
    stage.answers["inactive"] = 422, {"detail": {"json": {"a": ["b"]}}, "message": "Validation error"}
    assert "as inactive" in str(failure(stage, assumed=True))


def test_wrong_class_is_401_or_403_and_names_the_rule_of_keys(stage: Stage) -> None:
    stage.answers["key"] = refusal(404, "Not found")
    failed = failure(stage, assumed=True)
    assert "got 404 'Not found', should get 401 or 403, as key" in str(failed)
    assert {"A-4", "PM-52"} <= set(failed.rules)


def test_missing_grant_names_the_rule_of_grants(stage: Stage) -> None:
    stage.answers["no grant"] = FOREIGN
    assert "PM-51" in failure(stage, assumed=True).rules


@pytest.mark.parametrize(
    ("who", "rule"), [("revoked", "A-2"), ("other JT", "JB-5.2"), ("Bearer garbled-token", "A-1.1")]
)
def test_who_is_refused_and_yet_changes_something_is_found(stage: Stage, who: str, rule: str) -> None:
    stage.secretly.add(who)
    failed = failure(stage)
    (line,) = [line for line in str(failed).splitlines() if "refused, and yet" in line]
    name = "garbled: twice the scheme" if who.startswith("Bearer") else who
    assert line.endswith(f"waiting became canceled by {who[:20]}, as {name}")
    assert failed.rules == ("PM-8", rule)
    assert who not in {column for _, _, column in cells_noted(stage)}


def test_two_who_change_something_are_both_found(stage: Stage) -> None:
    stage.secretly |= {"expired", "other JT"}
    lines = [line for line in str(failure(stage)).splitlines() if "refused, and yet" in line]
    assert [line.rpartition(" as ")[2] for line in lines] == ["expired", "other JT"]


def test_change_that_happens_once_only_is_told_of_all_who_were_refused(stage: Stage) -> None:
    class Once(set[str]):
        def __contains__(self, who: object) -> bool:
            is_in = super().__contains__(who)
            self.discard(str(who))
            return is_in

    stage.secretly = Once({"revoked"})
    (line,) = [line for line in str(failure(stage)).splitlines() if "refused, and yet" in line]
    assert "expired or revoked" in line


def test_who_is_made_for_the_row_is_no_change(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    crowd = Crowd.callers

    def callers(self: Crowd, cell: Cell, *others: Any) -> tuple[Caller, ...]:  # noqa: ANN401 - as above
        seen.add(cell.column)
        return crowd(self, cell, *others)

    monkeypatch.setattr(Crowd, "callers", callers)
    monkeypatch.setattr(stage, "read", lambda *_: {("everyone", ""): len(seen & {"none", "other JT"})})
    assert stage.run().changes == []


def test_people_whom_a_faulty_cloud_may_have_spoilt_are_not_used_again(stage: Stage) -> None:
    before = stage.shared.the(Crowd)
    stage.run()
    assert stage.shared.the(Crowd) is before
    stage.answers["expired"] = OK
    stage.run()
    assert stage.shared.the(Crowd) is not before


def test_who_only_reads_needs_one_object(stage: Stage) -> None:
    stage.run(operation=JB_2)
    assert list(stage.jobs) == ["job-0"]


class WrongFormError(AssertionError):
    rules = ("EN-1",)


class Judge:
    """An observer that finds the form of one answer wrong."""

    def before(self, request: Request) -> None:
        pass

    def after(self, exchange: Exchange) -> None:
        if exchange.status == 403:
            raise WrongFormError("EN-1: the answer breaks the contract")


def test_answer_of_the_wrong_form_is_a_deviation_too(stage: Stage) -> None:
    cloud = CloudContext(BASE, observers=(Judge(),))
    stage.world = a_world(("PM-8",), cloud=cloud)
    failed = failure(stage)
    assert "EN-1" in failed.rules
    assert "the answer breaks the contract, as other JT" in str(failed)


def test_answer_with_200_may_be_wrong(stage: Stage) -> None:
    check: Callable[..., str] = lambda scene, caller, body: "it shows too much"  # noqa: E731
    stage.task = lambda row, what: Task(row, what, (replace(stage.trial, check=check),))  # type: ignore[method-assign]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep, "task_of", stage.task)
        assert "it shows too much, as own JT" in str(failure(stage))


def test_row_without_such_cells_is_a_fault_of_the_feature(stage: Stage) -> None:
    with pytest.raises(AssertionError, match="no such cell"):
        try_row(stage.world, stage.shared, "PM-44", "create or list users", assumed=False)
