"""The worker against a scripted cloud: every turn of its loop, without waiting."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import responses

from steps.api.backends import JobFailed, Progress
from steps.api.cloud_objects import ApiKey, Platform, User
from steps.api.errors import PreconditionError
from steps.api.utils import CloudContext
from steps.api.worker import Pace, Worker, register_worker

URL = "http://cloud.test"
JOB_ID = "0c6dbb5d-8a3c-4b9e-9a51-5d9a3c2f7e10"
AT_ONCE = Pace(shortest=0, longest_idle=0, longest_trouble=0, between_progress=0, tries=4)

Answer = tuple[int, dict[str, Any]] | requests.RequestException
NOTHING: Answer = (404, {"detail": {}, "error": "No waiting job"})
BROKEN: Answer = requests.ConnectionError("reset")
RUNNING: Answer = (200, {"message": "ok", "status": "running"})
CANCEL: Answer = (200, {"message": "ok", "status": "cancel_requested"})
OVER: Answer = (400, {"detail": {"status": "canceled"}, "error": "Invalid data"})
REVOKED: Answer = (401, {"detail": {}, "error": "Authentication and authorization failed: token not found"})


def waiting(payload: dict[str, Any] | None = None) -> Answer:
    job = {"job_id": JOB_ID, "job_name": "qa_job", "payload": payload or {"command": "probs"}}
    return 200, {**job, "platform_id": "p", "platform_name": "sim:test", "pcvl_version": None}


@dataclass
class ScriptedCloud:
    """Answers fetches and publications from two lists; when no fetch is left it tells the worker to stop.

    A publication that the list does not answer gets the status that it published, or `running`.
    """

    fetches: list[Answer] = field(default_factory=list)
    publications: list[Answer] = field(default_factory=list)
    published: list[dict[str, Any]] = field(default_factory=list)
    fetched: list[dict[str, Any]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def fetch(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        self.fetched.append(json.loads(request.body or "{}"))
        if not self.fetches:
            self.stop.set()
            return _sent(NOTHING)
        return _sent(self.fetches.pop(0))

    def publish(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        body = json.loads(request.body or "{}")
        self.published.append({name: value for name, value in body.items() if name != "worker_id"})
        if self.publications:
            return _sent(self.publications.pop(0))
        return _sent((200, {"message": "ok", "status": body.get("status", "running")}))

    @property
    def ends(self) -> list[dict[str, Any]]:
        """What was published with a status, that is all but progress."""
        return [body for body in self.published if "status" in body]


def _sent(answer: Answer) -> tuple[int, dict[str, str], str]:
    if isinstance(answer, requests.RequestException):
        raise answer
    return answer[0], {}, json.dumps(answer[1])


@dataclass
class Scripted:
    """A backend that does what a function says."""

    action: Callable[[dict[str, Any], Progress], dict[str, Any]]
    commands: tuple[str, ...] = ("probs",)

    def run(self, payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        return self.action(payload, progress)


RESULTS = {"results": ":PCVL:BSDistribution:{|2,0>=0.5;|0,2>=0.5}"}
WORKING = Scripted(lambda payload, progress: RESULTS)


@pytest.fixture
def admin(monkeypatch: pytest.MonkeyPatch) -> User:
    admin = User(is_admin=True)
    admin.login_token.token = "login-secret"
    admin.api_key = ApiKey(api_key="key-secret", api_key_id=7)
    monkeypatch.setattr(Platform, "ADMIN", admin)
    return admin


@pytest.fixture
def network() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as network:
        yield network


@pytest.fixture
def cloud(network: responses.RequestsMock) -> ScriptedCloud:
    cloud = ScriptedCloud()
    network.add_callback(responses.POST, f"{URL}/admin/job", cloud.fetch)
    network.add_callback(responses.PUT, f"{URL}/admin/job/{JOB_ID}", cloud.publish)
    return cloud


@pytest.fixture
def worker(cloud: ScriptedCloud, admin: User) -> Worker:
    platform = Platform(name="sim:test", platform_id="p", worker_id="w")
    return Worker(platform, CloudContext(URL), WORKING, AT_ONCE)


def test_completes_a_job_with_its_results_as_text(cloud: ScriptedCloud, worker: Worker) -> None:
    cloud.fetches = [waiting()]
    worker.serve(cloud.stop)
    assert cloud.published[0] == {"progress": 0.0, "progress_message": ""}
    assert cloud.ends == [{"status": "completed", "progress": 100.0, "results": json.dumps(RESULTS)}]


def test_fetches_as_the_registered_worker_until_stopped(cloud: ScriptedCloud, worker: Worker) -> None:
    cloud.fetches = [NOTHING, NOTHING]
    worker.serve(cloud.stop)
    assert cloud.fetched == [{"platform_id": "p", "worker_id": "w"}] * 3


def test_a_stop_before_the_start_fetches_nothing(cloud: ScriptedCloud, worker: Worker) -> None:
    cloud.stop.set()
    worker.serve(cloud.stop)
    assert not cloud.fetched


def test_does_one_job_after_another(cloud: ScriptedCloud, worker: Worker) -> None:
    cloud.fetches = [waiting(), waiting(), NOTHING, waiting()]
    worker.serve(cloud.stop)
    assert len(cloud.ends) == 3


def test_serves_once_at_a_time(cloud: ScriptedCloud, worker: Worker) -> None:
    def serve_again(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        with pytest.raises(RuntimeError, match="serving already"):
            worker.serve(cloud.stop)
        return RESULTS

    cloud.fetches = [waiting()]
    worker.backend = Scripted(serve_again)
    worker.serve(cloud.stop)
    assert cloud.ends[0]["status"] == "completed"


def test_pauses_longer_and_longer_while_there_is_nothing_to_do(cloud: ScriptedCloud, worker: Worker) -> None:
    pauses: list[float | None] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout)
            return self.is_set()

    cloud.stop = Stop()
    cloud.fetches = [*[NOTHING] * 6, waiting(), NOTHING]
    worker.pace = Pace(shortest=0.02, longest_idle=0.25)
    worker.serve(cloud.stop)
    assert pauses == [0.02, 0.04, 0.08, 0.16, 0.25, 0.25, 0.02, 0.04]


def test_publishes_progress_within_0_and_100(cloud: ScriptedCloud, worker: Worker) -> None:
    def report(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        assert [progress(percent) for percent in (-1, 40, 100.1)] == [False] * 3
        return RESULTS

    cloud.fetches = [waiting()]
    worker.backend = Scripted(report)
    worker.serve(cloud.stop)
    assert [body["progress"] for body in cloud.published] == [0.0, 0.0, 40.0, 100.0, 100.0]


def test_publishes_progress_no_more_often_than_its_pace(cloud: ScriptedCloud, worker: Worker) -> None:
    def report(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        progress(20)
        progress(40)
        return RESULTS

    cloud.fetches = [waiting()]
    worker.pace = Pace(shortest=0, between_progress=3600)
    worker.backend = Scripted(report)
    worker.serve(cloud.stop)
    assert [body["progress"] for body in cloud.published] == [0.0, 100.0]


def test_acknowledges_a_cancel_before_it_begins(cloud: ScriptedCloud, worker: Worker) -> None:
    cloud.fetches, cloud.publications = [waiting()], [CANCEL]
    worker.backend = Scripted(lambda payload, progress: pytest.fail("must not be computed"))
    worker.serve(cloud.stop)
    assert [end["status"] for end in cloud.ends] == ["canceled"]
    assert "results" not in cloud.ends[0]


def test_acknowledges_a_cancel_with_the_partial_results(cloud: ScriptedCloud, worker: Worker) -> None:
    def half(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        assert progress(50)
        assert progress(60)
        return {"results_list": [RESULTS]}

    cloud.fetches, cloud.publications = [waiting()], [RUNNING, CANCEL]
    worker.backend = Scripted(half)
    worker.serve(cloud.stop)
    assert len(cloud.published) == 3
    assert cloud.ends[0]["status"] == "canceled"
    assert json.loads(cloud.ends[0]["results"]) == {"results_list": [RESULTS]}


def test_a_cancel_comes_before_a_failure(cloud: ScriptedCloud, worker: Worker) -> None:
    def fail(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        progress(50)
        raise JobFailed("invalid_payload", "Stopped half-way.")

    cloud.fetches, cloud.publications = [waiting()], [RUNNING, CANCEL]
    worker.backend = Scripted(fail)
    worker.serve(cloud.stop)
    assert [end["status"] for end in cloud.ends] == ["canceled"]


def test_forgets_a_job_that_is_over(cloud: ScriptedCloud, worker: Worker) -> None:
    def stopped(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        assert progress(50)
        return RESULTS

    cloud.fetches, cloud.publications = [waiting(), waiting()], [RUNNING, OVER]
    worker.backend = Scripted(stopped)
    cloud.publications += [RUNNING, CANCEL]
    worker.serve(cloud.stop)
    assert [end["status"] for end in cloud.ends] == ["canceled"]


@pytest.mark.parametrize("status", [403, 404, 422])
def test_forgets_a_job_that_is_not_its_own(cloud: ScriptedCloud, worker: Worker, status: int) -> None:
    cloud.fetches = [waiting()]
    cloud.publications = [(status, {"detail": {}, "error": "Permission denied"})]
    worker.serve(cloud.stop)
    assert cloud.ends == []
    assert worker.dismissed == ""


def test_a_late_end_is_not_sent_twice(cloud: ScriptedCloud, worker: Worker) -> None:
    cloud.fetches, cloud.publications = [waiting()], [RUNNING, OVER]
    worker.serve(cloud.stop)
    assert [end["status"] for end in cloud.ends] == ["completed"]


def test_refused_results_become_an_error(cloud: ScriptedCloud, worker: Worker) -> None:
    cloud.fetches = [waiting()]
    cloud.publications = [RUNNING, (400, {"detail": {}, "error": "Request body too large"})]
    worker.serve(cloud.stop)
    assert [end["status"] for end in cloud.ends] == ["completed", "error"]
    assert cloud.ends[1]["failure_code"] == "results_refused"
    assert cloud.ends[1]["status_message"] == "The cloud refused the results: Request body too large"


def test_a_payload_that_cannot_be_computed_is_an_error(cloud: ScriptedCloud, worker: Worker) -> None:
    def fail(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        raise JobFailed("invalid_payload", "The payload has no input state.")

    cloud.fetches = [waiting(), waiting()]
    worker.backend = Scripted(fail)
    worker.serve(cloud.stop)
    assert cloud.ends == 2 * [
        {
            "status": "error",
            "failure_code": "invalid_payload",
            "status_message": "The payload has no input state.",
        }
    ]


def test_a_backend_that_breaks_fails_the_job_and_not_the_worker(cloud: ScriptedCloud, worker: Worker) -> None:
    def break_down(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        raise KeyError("gone")

    cloud.fetches = [waiting(), waiting()]
    worker.backend = Scripted(break_down)
    worker.serve(cloud.stop)
    assert [end["failure_code"] for end in cloud.ends] == ["worker_failure"] * 2
    assert cloud.ends[0]["status_message"] == "The worker failed: KeyError: 'gone'"


@pytest.mark.parametrize("results", [{"perf": float("nan")}, {"results": object()}])
def test_results_that_are_no_json_are_an_error(
    cloud: ScriptedCloud, worker: Worker, results: dict[str, Any]
) -> None:
    cloud.fetches = [waiting()]
    worker.backend = Scripted(lambda payload, progress: results)
    worker.serve(cloud.stop)
    assert [end["failure_code"] for end in cloud.ends] == ["unwritable_results"]


def test_results_that_are_empty_are_an_error(cloud: ScriptedCloud, worker: Worker) -> None:
    cloud.fetches = [waiting()]
    worker.backend = Scripted(lambda payload, progress: {})
    worker.serve(cloud.stop)
    assert [end["status"] for end in cloud.ends] == ["error"]


def test_a_stop_leaves_no_job_running(cloud: ScriptedCloud, worker: Worker) -> None:
    def stopped(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        cloud.stop.set()
        assert progress(50)
        return {"results_list": [RESULTS]}

    cloud.fetches = [waiting(), waiting()]
    worker.backend = Scripted(stopped)
    worker.serve(cloud.stop)
    assert len(cloud.fetches) == 1
    assert len(cloud.ends) == 1
    assert cloud.ends[0]["status"] == "error"
    assert cloud.ends[0]["failure_code"] == "worker_stopped"
    assert json.loads(cloud.ends[0]["results"]) == {"results_list": [RESULTS]}


@pytest.mark.parametrize("trouble", [BROKEN, (502, {}), (503, {}), (429, {}), (200, {"no": "job"})])
def test_goes_on_after_trouble_with_a_fetch(
    cloud: ScriptedCloud, worker: Worker, trouble: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.fetches = [trouble, trouble, waiting()]
    with caplog.at_level("INFO", "steps.api.worker"):
        worker.serve(cloud.stop)
    assert cloud.ends[0]["status"] == "completed"
    assert [record.levelname for record in caplog.records].count("WARNING") == 1
    assert "The cloud answers again." in caplog.messages
    assert "secret" not in caplog.text


@pytest.mark.parametrize("trouble", [BROKEN, (502, {}), (200, {"no": "status"})])
def test_goes_on_after_trouble_with_progress(cloud: ScriptedCloud, worker: Worker, trouble: Answer) -> None:
    cloud.fetches, cloud.publications = [waiting()], [trouble]
    worker.serve(cloud.stop)
    assert [end["status"] for end in cloud.ends] == ["completed"]


@pytest.mark.parametrize("trouble", [BROKEN, (503, {})])
def test_publishes_an_end_again_where_the_connection_broke(
    cloud: ScriptedCloud, worker: Worker, trouble: Answer
) -> None:
    cloud.fetches, cloud.publications = [waiting()], [RUNNING, trouble, trouble]
    worker.serve(cloud.stop)
    assert [end["status"] for end in cloud.ends] == ["completed"] * 3


def test_an_end_that_did_arrive_is_taken_as_done(cloud: ScriptedCloud, worker: Worker) -> None:
    arrived: Answer = (400, {"detail": {"status": "completed"}, "error": "Invalid data"})
    cloud.fetches, cloud.publications = [waiting()], [RUNNING, BROKEN, arrived]
    worker.serve(cloud.stop)
    assert [end["status"] for end in cloud.ends] == ["completed"] * 2


def test_gives_an_end_up_after_its_tries(
    cloud: ScriptedCloud, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.fetches, cloud.publications = [waiting(), waiting()], [RUNNING, *[BROKEN] * AT_ONCE.tries]
    worker.serve(cloud.stop)
    assert len(cloud.ends) == AT_ONCE.tries + 1
    assert f"Job {JOB_ID}: its end could not be published and is lost." in caplog.messages


def test_a_stop_allows_one_more_try(cloud: ScriptedCloud, worker: Worker) -> None:
    def stopped(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        cloud.stop.set()
        return RESULTS

    cloud.fetches, cloud.publications = [waiting()], [RUNNING, *[BROKEN] * 4]
    worker.backend = Scripted(stopped)
    worker.serve(cloud.stop)
    assert len(cloud.ends) == 2


@pytest.mark.parametrize(
    "refusal",
    [
        REVOKED,
        (403, {"detail": {}, "error": "Permission denied"}),
        (404, {"detail": {}, "error": "Platform not found"}),
        (400, {"detail": {}, "error": "Invalid worker: w"}),
    ],
)
def test_ends_with_a_sentence_where_it_is_sent_away(
    cloud: ScriptedCloud, worker: Worker, refusal: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.fetches = [refusal, waiting()]
    worker.serve(cloud.stop)
    assert len(cloud.fetched) == 1
    assert worker.dismissed.startswith("The worker of sim:test ends, because it is refused")
    assert worker.dismissed in caplog.messages
    assert "secret" not in caplog.text


@pytest.mark.parametrize("publications", [[REVOKED], [RUNNING, REVOKED]])
def test_ends_where_the_key_is_revoked_during_a_job(
    cloud: ScriptedCloud, worker: Worker, publications: list[Answer]
) -> None:
    cloud.fetches, cloud.publications = [waiting(), waiting()], publications
    worker.serve(cloud.stop)
    assert worker.dismissed
    assert len(cloud.fetched) == 1


def test_without_a_key_nothing_is_sent(cloud: ScriptedCloud, worker: Worker, admin: User) -> None:
    admin.api_key = None
    with pytest.raises(PreconditionError):
        worker.serve(cloud.stop)
    assert not cloud.fetched


class TestRegistering:
    @pytest.fixture
    def registered(self, network: responses.RequestsMock) -> list[dict[str, Any]]:
        bodies: list[dict[str, Any]] = []

        def register(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
            bodies.append(json.loads(request.body or "{}"))
            return 200, {}, json.dumps({"platform_id": "p", "status": "available"})

        network.add_callback(responses.POST, f"{URL}/admin/platforms/register", register)
        return bodies

    def test_a_new_platform_offers_what_the_backend_can_do(
        self, network: responses.RequestsMock, registered: list[dict[str, Any]], admin: User
    ) -> None:
        network.get(f"{URL}/api/platform/sim%3Anew", status=404, json={"error": "Platform not found"})
        platform = register_worker(CloudContext(URL), admin, "sim:new", Scripted(WORKING.action, ("a", "b")))
        assert platform.platform_id == "p"
        assert registered[0]["platform_name"] == "sim:new"
        assert registered[0]["type"] == "simulator"
        assert registered[0]["specs"] == {"available_commands": ["a", "b"]}
        assert registered[0]["worker_id"] == platform.worker_id

    def test_a_known_platform_keeps_its_type_and_its_other_specs(
        self, network: responses.RequestsMock, registered: list[dict[str, Any]], admin: User
    ) -> None:
        specs = {"available_commands": ["old"], "constraints": {"max_mode_count": 8}}
        before = {"type": "qpu", "specs": {**specs, "commands": [], "detector": None}}
        network.get(f"{URL}/api/platform/qpu%3Aold", json=before)
        register_worker(CloudContext(URL), admin, "qpu:old", WORKING)
        assert registered[0]["type"] == "qpu"
        assert registered[0]["specs"] == {
            "available_commands": ["probs"],
            "constraints": {"max_mode_count": 8},
        }

    def test_makes_a_key_where_the_admin_has_none(
        self,
        network: responses.RequestsMock,
        registered: list[dict[str, Any]],
        admin: User,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        admin.api_key = None
        monkeypatch.setattr(Platform, "ADMIN", None)
        made = network.post(f"{URL}/admin/api-keys", json={"api_key": "new", "api_key_id": 8, "duration": 1})
        network.get(f"{URL}/api/platform/sim%3Anew", status=404, json={"error": "Platform not found"})
        register_worker(CloudContext(URL), admin, "sim:new", WORKING)
        assert Platform.ADMIN is admin
        assert admin.api_key is not None
        assert admin.api_key.token == "new"
        assert json.loads(made.calls[0].request.body)["label"].startswith("worker-")

    def test_needs_an_admin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Platform, "ADMIN", None)
        with pytest.raises(PreconditionError):
            register_worker(CloudContext(URL), User(), "sim:new", WORKING)
        assert Platform.ADMIN is None
