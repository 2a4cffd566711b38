"""The thirteen callers, what is made for them, and what they share."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from requests import PreparedRequest

from steps.api.cloud_objects import Platform, TokenType, User
from steps.api.operations import AT_1, JB_2, PF_1, PF_3, PL_1, SV_1, WK_1, Operation
from steps.api.personas import COLUMNS
from steps.support.matrix import people, states
from steps.support.matrix.people import People
from steps.support.matrix.scene import Scene
from steps.support.matrix.table import ITSELF, Cell
from steps.support.matrix.trial import Aim, Caller, Task, Trial
from steps.support.matrix.trials import task
from steps.support.shared import Shared
from steps.support.world import World
from tests.steps.support.stage import Answer, a_world, answering, someone


@dataclass
class TinyCloud:
    """Gives ids, and credentials that say what they are: `JT-102`, `LT-101`, `key-104`."""

    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(101))
    sent: list[tuple[str, str, Any]] = field(default_factory=list)
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def answer(self, request: PreparedRequest) -> Answer:
        path, query = urlsplit(str(request.url)).path, parse_qs(urlsplit(str(request.url)).query)
        body = self._body(request)
        self.sent.append((str(request.method), path, body))
        if request.method == "GET" and path in self.lists:
            wanted = query.get("user_id")
            return 200, [one for one in self.lists[path] if wanted in (None, [str(one.get("user_id"))])]
        number = next(self.numbers)
        kind = (
            "explorer"
            if body.get("is_explorer_token")
            else "short"
            if body.get("duration") == people._LIFE
            else "JT"
        )
        secret = f"LT-{number}" if path == "/api/login" else f"{kind}-{number}"
        return 200, {
            "user_id": number,
            "token": secret,
            "token_id": number,
            "api_key": f"key-{number}",
            "api_key_id": number,
            "platform_id": f"platform-{number}",
            "job_id": f"job-{number}",
            "duration": 60,
            "message": "ok",
        }

    def _body(self, request: PreparedRequest) -> dict[str, Any]:
        try:
            body = json.loads(request.body or b"{}")
        except ValueError:
            body = {"form": request.body}
        return body if isinstance(body, dict) else {}

    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.sent]


@pytest.fixture
def cloud(wire: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch) -> TinyCloud:
    tiny = TinyCloud()
    answering(wire, tiny.answer)
    monkeypatch.setattr(Platform, "ADMIN", someone(1, is_admin=True))
    monkeypatch.setattr(people, "_LIFE", 0)
    monkeypatch.setattr(people, "_MARGIN", 0)
    return tiny


@pytest.fixture
def world() -> World:
    return a_world(("PM-8",))


@pytest.fixture
def shared(world: World) -> Shared:
    return Shared(world.run)


@pytest.fixture
def scene(world: World, shared: Shared, cloud: TinyCloud) -> Scene:
    return Scene(world, shared.the(People))


def trial_of(operation: Operation, situation: str = "") -> Trial:
    return Trial(operation, lambda _, user: Aim(user), situation=situation)


def callers(
    scene: Scene, column: str, operation: Operation, row: str = "PM-8", situation: str = ""
) -> tuple[Caller, ...]:
    trial = trial_of(operation, situation)
    aim = scene.aim(trial, column)
    cell = Cell(column, "200", assumed=False, situation=situation)
    return scene.people.callers(cell, Task(row, "try", (trial,)), trial, aim)


def shown(found: tuple[Caller, ...]) -> list[str]:
    return [one.persona.headers.get("Authorization", "").partition("-")[0] for one in found]


@pytest.mark.parametrize(
    ("column", "operation", "credentials"),
    [
        ("none", JB_2, [""]),
        ("expired", JB_2, ["Bearer short"]),
        ("revoked", JB_2, ["Bearer JT"]),
        ("explorer", JB_2, ["Bearer explorer"]),
        ("own JT", AT_1, ["Bearer JT"]),
        ("other JT", AT_1, ["Bearer JT"]),
        ("own LT", AT_1, ["Bearer LT"]),
        ("other LT", AT_1, ["Bearer LT"]),
        ("admin LT", AT_1, ["Bearer LT"]),
        ("key", AT_1, ["Bearer AK", "Bearer key"]),
        ("inactive", JB_2, ["Bearer JT"]),
        ("inactive", SV_1, ["Bearer LT"]),
        ("inactive", AT_1, ["Bearer LT", "Bearer JT"]),
        ("inactive", WK_1, ["Bearer key"]),
        ("inactive", PL_1, ["Bearer JT", "Bearer LT", "Bearer key"]),
        ("no grant", JB_2, ["Bearer JT"]),
        ("no grant", WK_1, ["Bearer LT"]),
        ("no grant", PF_1, ["Bearer LT"]),
        ("no grant", PL_1, ["Bearer JT", "Bearer LT"]),
    ],
)
def test_column_shows(scene: Scene, column: str, operation: Operation, credentials: list[str]) -> None:
    assert shown(callers(scene, column, operation)) == credentials


def test_every_column_has_callers_and_each_is_someone_else(scene: Scene) -> None:
    found = {column: callers(scene, column, JB_2) for column in COLUMNS}
    headers = [one.persona.headers.get("Authorization") for group in found.values() for one in group]
    assert len(set(headers)) == len(headers) == 25
    assert all(one.column == column for column, group in found.items() for one in group)
    assert all(one.persona.name.startswith(column) for column, group in found.items() for one in group)


@pytest.mark.parametrize(
    ("operation", "row", "kind"),
    [(JB_2, "PM-5", "JT"), (AT_1, "PM-30", "LT"), (PF_3, "PM-39", "LT"), (WK_1, "PM-41", "AK")],
)
def test_what_is_garbled_is_the_credential_that_opens_the_row(
    scene: Scene, operation: Operation, row: str, kind: str
) -> None:
    whole = f"{kind}-1" if row in ("PM-39", "PM-41") else callers(scene, f"own {kind}", operation)[0]
    token = whole if isinstance(whole, str) else whole.persona.headers["Authorization"].split()[1]
    garbled_headers = [
        one.persona.headers["Authorization"] for one in callers(scene, "garbled", operation, row)
    ]
    assert f"Bearer Bearer {token}" in garbled_headers
    assert len(garbled_headers) == 12


def test_calling_token_itself(scene: Scene) -> None:
    trial = task("PM-22", "delete a token by its id").trials[1]
    assert trial.situation == ITSELF
    aim = scene.aim(trial, "own JT")
    cell = Cell("own JT", "400", assumed=False, situation=ITSELF)
    (caller,) = scene.people.callers(cell, Task("PM-22", "", (trial,)), trial, aim)
    assert caller.persona.headers["Authorization"] == f"Bearer {aim.token.token}"
    assert trial.parts(scene, aim, caller)["body"] == {"token_ids": [aim.token.token_id]}


def test_people_are_made_once_for_all_scenarios_of_a_feature(shared: Shared, cloud: TinyCloud) -> None:
    first = shared.the(People)
    assert first.owner is shared.the(People).owner
    assert cloud.paths().count("POST /api/users") == 1
    assert first.made() == [first.owner]
    shared.forget(People)
    assert shared.the(People) is not first


def test_what_is_shared_is_undone_at_the_end(shared: Shared, cloud: TinyCloud) -> None:
    owner = shared.the(People).owner
    shared.undo.unwind()
    assert f"DELETE /api/users/{owner.user_id}" in cloud.paths()


def test_expired_token_is_waited_for_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(people, "wait_until", lambda *_, **wait: waited.append(wait["seconds"]))
    assert scene.people.expired is scene.people.expired
    assert len(waited) == 2
    assert scene.people.expired.duration == 60


def test_inactive_owner_is_deactivated_after_what_they_own_was_made(scene: Scene, cloud: TinyCloud) -> None:
    trial = task("PM-19", "change a token").trials[0]
    cloud.sent.clear()
    aim = scene.aim(trial, "inactive")
    assert cloud.paths()[-2:] == ["POST /api/auth/tokens", f"PUT /api/users/{aim.owner.user_id}"]
    assert cloud.sent[-1][2] == {"is_active": False}
    assert aim.token.user_id == aim.owner.user_id


@pytest.mark.parametrize(("who", "keeps"), [("owner", True), ("without_grant", False)])
def test_who_has_no_grant_has_none_when_the_job_is_there(
    scene: Scene, cloud: TinyCloud, who: str, keeps: bool
) -> None:
    scene.job(getattr(scene.people, who), "waiting")
    paths = cloud.paths()
    given, made = paths.index("POST /api/platform-permissions"), paths.index("POST /api/jobs")
    assert given < made
    assert ("DELETE /api/platform-permissions" not in paths[made:]) is keeps


def test_what_calls_have_made_is_taken_away(scene: Scene, cloud: TinyCloud) -> None:
    for kind, what in (("user", 7), ("platform", "p"), ("API key", 8), ("job token", 9), ("job", "j")):
        scene.take_away(kind, what)
    scene.take_away("record of", "someone")
    cloud.sent.clear()
    scene.world.undo.unwind()
    assert cloud.paths() == [
        "POST /admin/jobs/cancel",
        "POST /api/auth/tokens/delete-by-ids",
        "POST /admin/api-keys/revoke",
        "DELETE /api/platforms/p",
        "DELETE /api/users/7",
    ]


def test_names_tell_what_calls_would_have_made(scene: Scene, cloud: TinyCloud) -> None:
    aim = Aim(scene.people.owner)
    trial = task("PM-15", "make a token").trials[0]
    label = trial.parts(scene, aim, Caller("none", persona=callers(scene, "none", JB_2)[0].persona))["body"][
        "label"
    ]
    entry = {"id": 5, "label": label, "user_id": aim.owner.user_id, "key": "secret", "count": 3}
    stranger = {**entry, "id": 6, "label": "another"}
    cloud.lists["/admin/tokens"] = [entry, stranger]
    assert states.new_tokens(scene, aim) == {
        ("job token", 5): {"id": 5, "label": label, "user_id": aim.owner.user_id}
    }


def test_foreign_callers_ask_for_what_is_not_theirs(scene: Scene) -> None:
    owner, other = scene.people.owner, scene.people.other
    assert scene.someone_else(owner) is other
    assert scene.someone_else(None) is other
    assert scene.someone_else(other) is owner
    assert scene.someone_else(scene.people.without_grant) is owner
    assert scene.plain(scene.people.admin) is owner
    assert isinstance(scene.plain(other), User)
    assert other.get_token(TokenType.Job) != owner.get_token(TokenType.Job)
