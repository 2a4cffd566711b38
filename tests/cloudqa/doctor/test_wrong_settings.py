"""Each wrong set-up is named in one sentence, with one on what to do, and the exit status is 1."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from cloudqa.doctor.examination import examine
from cloudqa.doctor.findings import Level
from cloudqa.record.secrets import SecretRegistry
from cloudqa.run.given import collect
from cloudqa.run.settings import validated
from steps.api.cloud_objects import JobToken, Platform, User
from steps.api.utils import CloudContext
from steps.api.waiting import wait_until
from tests.cloudqa.doctor.conftest import Doctor
from tests.cloudqa.run.recording_proxy import Alter, Answer, recording_proxy

Settings = dict[str, str]


def without_admin(settings: Settings) -> Settings:
    """The settings of someone with a job token and no more."""
    kept = {name: settings[name] for name in ("CLOUD_URL", "CLOUD_JOB_TOKEN")}
    return {**kept, "CLOUD_PLATFORM": "sim:qa"}


def only_problem(found: tuple[int, list[dict[str, str]]]) -> dict[str, str]:
    """The one problem of an examination, well told."""
    status, findings = found
    problems = [one for one in findings if one["level"] == "problem"]
    assert (status, len(problems)) == (1, 1), findings
    (problem,) = problems
    for text in (problem["what"], problem["remedy"]):
        assert text[:1].isupper() or text[0] in "'\"." or "@" in text.split()[0] or "://" in text, text
        assert len(re.findall(r"[.!?](?:\s|$)", text)) == 1, f"not one sentence: {text}"
        assert "\n" not in text
    others = {one["level"] for one in findings if one is not problem}
    assert others <= {"ok", "note", "untried"}
    return problem


@contextmanager
def answering(status: int, content_type: str, content: bytes, **headers: str) -> Iterator[str]:
    """A server that answers everything with the same."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def silent() -> Iterator[str]:
    """A port that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("url", "check", "sentence"),
    [
        ("https://nowhere.invalid", "Name", "name nowhere.invalid of CLOUD_URL is not known"),
        ("{closed}", "Port", "Nothing listens on port"),
        ("{https}", "Scheme", "speaks http, but CLOUD_URL says https"),
        ("{url}/v2", "API", "The API is not at {url}/v2, but at {url}"),
    ],
)
def test_wrong_address_is_named(
    doctor: Doctor, standing_sandbox: Settings, url: str, check: str, sentence: str
) -> None:
    here = standing_sandbox["CLOUD_URL"]
    names = {"url": here, "https": here.replace("http", "https"), "closed": closed_port()}
    settings = {**standing_sandbox, "CLOUD_URL": url.format(**names), "CLOUD_CALL_SECONDS": "3"}
    problem = only_problem(doctor.findings(settings))
    assert problem["check"] == check
    assert sentence.format(**names) in problem["what"]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((200, "text/html", b"<!doctype html><title>Hello</title>"), "An HTML page answers at"),
        ((404, "text/html", b"<h1>Not found</h1>"), "An HTML page answers at"),
        ((404, "application/json", b'{"no": 1}'), "No API of a quantum cloud answers at"),
        ((401, "text/plain", b"who is it?"), "Something before the API asks for a credential"),
        ((503, "text/html", b"<h1>Sorry</h1>"), "a gateway answered 503"),
        ((500, "application/json", b'{"error": "Sorry", "detail": {}}'), "The cloud is ill"),
    ],
)
def test_something_else_than_the_api_is_named(
    doctor: Doctor, standing_sandbox: Settings, answer: tuple[int, str, bytes], sentence: str
) -> None:
    with answering(*answer) as url:
        problem = only_problem(doctor.findings({**standing_sandbox, "CLOUD_URL": url}))
    assert (problem["check"], sentence in problem["what"]) == ("API", True)


def test_address_that_leads_on_is_named(doctor: Doctor, standing_sandbox: Settings) -> None:
    with answering(302, "text/plain", b"", Location="https://elsewhere.example/health") as url:
        problem = only_problem(doctor.findings({**standing_sandbox, "CLOUD_URL": url}))
    assert "/health leads on to https://elsewhere.example/health" in problem["what"]


def test_cloud_that_never_answers_is_given_up(doctor: Doctor, standing_sandbox: Settings) -> None:
    settings = {**standing_sandbox, "CLOUD_CALL_SECONDS": "1"}
    with silent() as url:
        problem = only_problem(doctor.findings({**settings, "CLOUD_URL": url}))
        assert (problem["check"], "gives no answer" in problem["what"]) == ("API", True)
        secure = url.replace("http", "https")
        problem = only_problem(doctor.findings({**settings, "CLOUD_URL": secure}))
        assert (problem["check"], "it did not answer in time" in problem["what"]) == ("Scheme", True)


@contextmanager
def secured(
    cloud: str, authority: trustme.CA, host: str = "127.0.0.1", days: tuple[int, int] = (-1, 90)
) -> Iterator[str]:
    """A proxy that speaks https in front of the cloud, with a certificate of this authority for this host.

    `days` are its first and its last one, counted from now.
    """
    first, last = (datetime.now(UTC) + timedelta(days=number) for number in days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, not_before=first, not_after=last).configure_cert(context)
    with recording_proxy(cloud, tls=context) as proxy:
        yield proxy.url


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority that nobody knows."""
    return trustme.CA()


def bundle_of(authority: trustme.CA, folder: Path) -> str:
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def test_authority_that_is_not_known_is_named(
    doctor: Doctor, standing_sandbox: Settings, authority: trustme.CA, tmp_path: Path
) -> None:
    with secured(standing_sandbox["CLOUD_URL"], authority) as url:
        settings = {**standing_sandbox, "CLOUD_URL": url}
        problem = only_problem(doctor.findings(settings))
        assert "from an authority that is not known here" in problem["what"]
        assert "CLOUD_CA_BUNDLE" in problem["remedy"]
        other = bundle_of(trustme.CA(), tmp_path)
        problem = only_problem(doctor.findings({**settings, "CLOUD_CA_BUNDLE": other}))
        assert f"from no authority in {other}" in problem["what"]
        status, findings = doctor.findings({**settings, "CLOUD_CA_BUNDLE": bundle_of(authority, tmp_path)})
    assert status == 0, findings
    assert any("is trusted, and good for" in one["what"] for one in findings)


@pytest.mark.parametrize(
    ("host", "days", "level", "sentence"),
    [
        ("other.example", (-1, 90), "problem", "is that of another host"),
        ("127.0.0.1", (-90, -1), "problem", "has expired"),
        ("127.0.0.1", (1, 90), "problem", "is not good yet"),
        ("127.0.0.1", (-1, 5), "note", "ends in 4 days"),
    ],
)
def test_certificate_that_is_not_good_is_named(
    doctor: Doctor,
    standing_sandbox: Settings,
    authority: trustme.CA,
    tmp_path: Path,
    host: str,
    days: tuple[int, int],
    level: str,
    sentence: str,
) -> None:
    with secured(standing_sandbox["CLOUD_URL"], authority, host, days) as url:
        settings = {"CLOUD_URL": url, "CLOUD_CA_BUNDLE": bundle_of(authority, tmp_path)}
        status, findings = doctor.findings({**standing_sandbox, **settings})
    if level == "problem":
        only_problem((status, findings))
    assert [one["level"] for one in findings if sentence in one["what"]] == [level], findings


def test_http_where_https_is_spoken_is_named(
    doctor: Doctor, standing_sandbox: Settings, authority: trustme.CA
) -> None:
    with secured(standing_sandbox["CLOUD_URL"], authority) as url:
        settings = {**standing_sandbox, "CLOUD_URL": url.replace("https", "http")}
        problem = only_problem(doctor.findings(settings))
    assert "speaks https, but CLOUD_URL says http" in problem["what"]
    assert f"CLOUD_URL={url}" in problem["remedy"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"CLOUD_ADMIN_PASSWORD": ""}, "CLOUD_ADMIN_PASSWORD is missing"),
        ({"CLOUD_URL": ""}, "CLOUD_ADMIN_EMAIL is set, but CLOUD_URL is not"),
        ({"CLOUD_URL": "staging.example"}, "which has no scheme or no host"),
        ({"CLOUD_CA_BUNDLE": "/nowhere/ca.pem"}, "CLOUD_CA_BUNDLE is '/nowhere/ca.pem', which is no file"),
        ({"CLOUD_MODE": "readonyl"}, "The setting CLOUD_MODE is wrong"),
        ({"CLOUD_PROFILE": "stagin"}, "There is no profile 'stagin'"),
    ],
)
def test_settings_in_part_or_misspelled_are_named(
    doctor: Doctor, standing_sandbox: Settings, changed: Settings, sentence: str
) -> None:
    problem = only_problem(doctor.findings({**standing_sandbox, **changed}))
    assert (problem["check"], sentence in problem["what"]) == ("Settings", True), problem


def test_file_that_is_none_is_named(doctor: Doctor) -> None:
    (doctor.folder / ".env.staging").write_text("CLOUD_URL=https://x.example\n'unfinished\n")
    problem = only_problem(doctor.findings({}, "--profile", "staging"))
    assert "Line 2 of .env.staging is not a setting" in problem["what"]


def test_wrong_password_is_named(doctor: Doctor, standing_sandbox: Settings) -> None:
    settings = {**standing_sandbox, "CLOUD_ADMIN_PASSWORD": "Not-the-right-1"}
    problem = only_problem(doctor.findings(settings))
    assert (problem["check"], "CLOUD_ADMIN_PASSWORD" in problem["what"]) == ("Login", True)


@contextmanager
def a_user(cloud: CloudContext, admin: User) -> Iterator[User]:
    """A plain user of the sandbox, who is gone afterwards."""
    user = User("Ada", "Lovelace")
    user.generate_data()
    user.create(cloud, admin)
    try:
        yield user
    finally:
        user.delete(cloud, admin)


def test_user_who_is_no_admin_is_named(doctor: Doctor, standing_sandbox: Settings, admin: User) -> None:
    cloud = CloudContext(standing_sandbox["CLOUD_URL"])
    with a_user(cloud, admin) as user:
        settings = {"CLOUD_ADMIN_EMAIL": user.email, "CLOUD_ADMIN_PASSWORD": user.password}
        problem = only_problem(doctor.findings({**standing_sandbox, **settings}))
        assert (problem["check"], "is no admin of this cloud" in problem["what"]) == ("Admin", True)
        user.update(cloud, admin, {"is_active": False})
        problem = only_problem(doctor.findings({**standing_sandbox, **settings}))
        assert (problem["check"], "is deactivated" in problem["what"]) == ("Login", True)


def test_job_token_that_opens_nothing_is_named(
    doctor: Doctor, standing_sandbox: Settings, admin: User
) -> None:
    cloud = CloudContext(standing_sandbox["CLOUD_URL"])
    settings = without_admin(standing_sandbox)
    with a_user(cloud, admin) as user:
        user.log(cloud)
        short = JobToken(label="short", duration=1)
        short.create(cloud, user)
        expired = short.token
        wait_until(
            lambda: JobToken.list_own(cloud, user, include_expired=False), lambda left: not left, seconds=15
        )
        problem = only_problem(doctor.findings({**settings, "CLOUD_JOB_TOKEN": expired}))
        assert (problem["check"], "has expired, was revoked" in problem["what"]) == ("Job token", True)
        user.create_job_token(cloud, {"label": "fresh"})
        fresh = user.job_tokens[-1].token
        problem = only_problem(doctor.findings({**settings, "CLOUD_JOB_TOKEN": fresh}))
        assert (problem["check"], "may not use sim:qa" in problem["what"]) == ("Platform", True)
        user.update(cloud, admin, {"is_active": False})
        problem = only_problem(doctor.findings({**settings, "CLOUD_JOB_TOKEN": fresh}))
        assert (problem["check"], "is deactivated" in problem["what"]) == ("Job token", True)


@pytest.mark.parametrize("job_token_alone", [False, True])
def test_platform_that_is_missing_or_retired_is_named(
    doctor: Doctor, standing_sandbox: Settings, admin: User, job_token_alone: bool
) -> None:
    cloud = CloudContext(standing_sandbox["CLOUD_URL"])
    settings = without_admin(standing_sandbox) if job_token_alone else standing_sandbox
    problem = only_problem(doctor.findings({**settings, "CLOUD_PLATFORM": "sim:nowhere"}))
    assert (problem["check"], problem["what"]) == ("Platform", "The cloud has no platform sim:nowhere.")
    assert job_token_alone or "sim:qa" in problem["remedy"]
    Platform.ADMIN = admin
    platform = Platform("sim:doctor-test")
    platform.register(cloud)
    try:
        platform.update(cloud, {"status": "retired"})
        problem = only_problem(doctor.findings({**settings, "CLOUD_PLATFORM": platform.name}))
        assert "sim:doctor-test is retired, and takes no jobs" in problem["what"]
    finally:
        platform.delete(cloud)


def off_by(seconds: float) -> Alter:
    def alter(answer: Answer) -> None:
        moment = datetime.now(UTC) + timedelta(seconds=seconds)
        answer.headers["date"] = format_datetime(moment, usegmt=True)

    return alter


def without_date(answer: Answer) -> None:
    answer.headers.pop("date", None)


def without_operation(path: str) -> Alter:
    def alter(answer: Answer) -> None:
        if answer.path == "/openapi.json":
            document = json.loads(answer.content)
            del document["paths"][path]
            answer.content = json.dumps(document).encode()
        elif answer.path == path:
            answer.status = 404

    return alter


def answered_at(path: str, status: int, body: object, method: str = "GET") -> Alter:
    def alter(answer: Answer) -> None:
        if (answer.method, answer.path.partition("?")[0]) == (method, path):
            answer.status, answer.content = status, json.dumps(body).encode()

    return alter


NUMBERS = {
    "max_concurrent_jobs": 5,
    "num_concurrent_jobs": 0,
    "max_jobs_in_queue": 10,
    "num_jobs_in_queue": 0,
    "max_running_qt_jobs": 5,
    "num_running_qt_jobs": 0,
}
NO = {"error": "Permission denied", "detail": {}}


@pytest.mark.parametrize(
    ("alter", "check", "level", "sentence"),
    [
        (off_by(300), "Clock", "problem", "300 s ahead of ours"),
        (off_by(-300), "Clock", "problem", "s behind ours"),
        (off_by(20), "Clock", "note", "ahead of ours"),
        (without_date, "Clock", "note", "does not tell its time"),
        (without_operation("/api/jobs"), "Description", "problem", "lacks POST /api/jobs (JB-1)"),
        (without_operation("/api/job"), "Operations", "note", "The cloud lacks POST /api/job (JB-1d)"),
        (without_operation("/api/users"), "Operations", "problem", "lacks POST /api/users (US-1)"),
        (answered_at("/openapi.json", 404, NO), "Description", "note", "serves no description"),
        (answered_at("/openapi.json", 200, {"paths": {}}), "Description", "problem", "lacks GET / (SV-1)"),
        (answered_at("/admin/api-keys", 403, NO, "POST"), "API key", "problem", "cannot make and revoke"),
        (
            answered_at("/api/jobs/availability", 200, {**NUMBERS, "max_concurrent_jobs": 0}),
            "Limits",
            "problem",
            "10 jobs waiting and 0 running, so that no job ever ends",
        ),
        (
            answered_at("/api/jobs/availability", 200, {**NUMBERS, "max_running_qt_jobs": 9}),
            "Limits",
            "note",
            "9 toolbox jobs, but 5 jobs at all",
        ),
        (answered_at("/api/jobs/availability", 200, [None]), "Limits", "problem", "cannot be read"),
        (
            answered_at("/api/platforms", 200, [{"id": 1, "name": "sim:qa", "specs": 5}]),
            "Platform",
            "problem",
            "",
        ),
    ],
)
def test_what_is_wrong_with_the_cloud_itself_is_named(
    doctor: Doctor, standing_sandbox: Settings, alter: Alter, check: str, level: str, sentence: str
) -> None:
    with recording_proxy(standing_sandbox["CLOUD_URL"], alter) as proxy:
        status, findings = doctor.findings({**standing_sandbox, "CLOUD_URL": proxy.url})
    assert [one["level"] for one in findings if one["check"] == check] == [level], findings
    assert any(sentence in one["what"] for one in findings if one["check"] == check), findings
    if level == "problem":
        only_problem((status, findings))
    else:
        assert status == 0, findings


@pytest.mark.parametrize(("tag", "level"), [("jobs", Level.NOTE), ("login", Level.OK)])
def test_limits_are_held_against_what_is_to_be_run(
    standing_sandbox: Settings, tag: str, level: Level
) -> None:
    few = answered_at("/api/jobs/availability", 200, {**NUMBERS, "max_jobs_in_queue": 4})
    with recording_proxy(standing_sandbox["CLOUD_URL"], few) as proxy:
        given = without_admin({**standing_sandbox, "CLOUD_URL": proxy.url})
        settings = validated(collect({}, given, Path("/nowhere")))
        findings = {one.check: one for one in examine(settings, SecretRegistry(), lambda: [[tag, "QC-1"]])}
    assert findings["Limits"].level is level, findings
    assert level is Level.OK or "4 jobs waiting and 5 running; some scenarios need 5 and 2" in (
        findings["Limits"].what
    )


@pytest.mark.parametrize(
    ("proxy", "check", "sentence"),
    [("http://nowhere.invalid:3128", "Name", "of the proxy"), ("{closed}", "Port", "Nothing listens")],
)
def test_proxy_that_is_not_there_is_named(
    doctor: Doctor, standing_sandbox: Settings, proxy: str, check: str, sentence: str
) -> None:
    settings = {"CLOUD_URL": "https://api.staging.example", "CLOUD_PROXY": proxy.format(closed=closed_port())}
    problem = only_problem(doctor.findings({**standing_sandbox, **settings}))
    assert (problem["check"], sentence in problem["what"], "the proxy" in problem["remedy"]) == (
        check,
        True,
        True,
    )
