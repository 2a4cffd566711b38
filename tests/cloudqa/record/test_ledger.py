"""What a run makes is on disk before it is asked for, whole and without secrets."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

from cloudqa.errors import CannotRun
from cloudqa.record.ledger import Ledger
from cloudqa.record.ledger_entries import CREATIONS, mark_of
from cloudqa.sweep.account import Account, read_account
from steps.api import operations
from steps.api.exchange import Exchange, Request
from steps.api.operations import Operation
from steps.support.names import Names

RUN = "3f9c21ab"
URL = "https://cloud.example"
PLATFORM = "5b0f4b3e-6d0a-4c53-9a51-0d6b8d4f5f10"
JOB = "0c7a4a3c-0f3b-4d3c-8d67-5d6f9f2f4c11"
WORKER = "9d5bdb6f-9d0f-4b7e-8f6c-1f2f3a4b5c6d"
NAMES = Names(RUN)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.begin(RUN, URL, folder=tmp_path)


def request(
    operation: Operation, body: object = None, *, credential: str = "", content: bytes = b"", **path: object
) -> Request:
    headers = {"Authorization": f"Bearer {credential}"} if credential else {}
    if content:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return Request(
        operation, URL + operation.path.format(**path), headers, content or json.dumps(body).encode()
    )


def exchange(ledger: Ledger, sent: Request, answer: object = None, status: int = 200) -> None:
    ledger.before(sent)
    ledger.after(Exchange(sent, status, {}, json.dumps(answer).encode(), 0.0, 0.0))


def account_of(ledger: Ledger) -> Account:
    account = read_account(ledger.text())
    assert account is not None
    return account


def remaining(ledger: Ledger) -> list[tuple[str, str, str]]:
    return [(one.kind.value, one.id, one.name) for one in account_of(ledger).remaining()]


def test_everything_that_creates_is_noted() -> None:
    creating = {operation.rule for operation in operations.ALL if operation.creates} - {"US-0"}
    assert set(CREATIONS) == creating | {"PP-1"}


def test_mark_is_the_one_that_names_bear() -> None:
    assert mark_of(RUN) == NAMES.mark


def test_intent_is_on_disk_before_the_request_leaves(ledger: Ledger) -> None:
    email = NAMES.email("ada@example.com")
    ledger.scenario = "@QC-7 features/a.feature:3"
    ledger.before(request(operations.US_1, {"email": email}))
    account = read_account(ledger.path.read_text())
    assert account is not None
    assert (account.run_id, account.url, account.mark) == (RUN, URL, NAMES.mark)
    (making,) = account.remaining()
    assert (making.kind, making.name, making.status) == ("user", email, None)
    assert making.scenario == "@QC-7 features/a.feature:3"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_was_refused_does_not_remain(ledger: Ledger, status: int) -> None:
    exchange(ledger, request(operations.AK_1, {"label": NAMES.label()}), {}, status)
    assert remaining(ledger) == []


@pytest.mark.parametrize("status", [0, 500, 502])
def test_what_was_lost_may_remain(ledger: Ledger, status: int) -> None:
    label = NAMES.label()
    exchange(ledger, request(operations.AK_1, {"label": label}), {}, status)
    assert remaining(ledger) == [("API key", "", label)]


def test_what_was_taken_away_does_not_remain(ledger: Ledger) -> None:
    token = {"token": "_T_secret", "token_id": 9, "duration": 60}
    made = [
        (request(operations.US_1, {"email": NAMES.email("a@b.example")}), {"user_id": 7}),
        (request(operations.AT_2, {"label": NAMES.label(), "user_id": 1}), token),
        (request(operations.AK_1, {"label": NAMES.label()}), {"api_key": "_K_secret", "api_key_id": 3}),
        (
            request(operations.PF_1, {"platform_name": NAMES.platform(), "worker_id": WORKER}),
            {"platform_id": PLATFORM},
        ),
        (request(operations.PP_1, {"user_id": 1, "platform_id": PLATFORM}), {"message": "ok"}),
        (request(operations.JB_1, {"job_name": NAMES.label("job")}), {"job_id": JOB}),
    ]
    taken = [
        (request(operations.JA_2, {"job_ids": [JOB]}), {"jobs": [{"job_id": JOB, "status": "canceled"}]}),
        (request(operations.PP_2, {"user_id": 1, "platform_id": PLATFORM}), {"message": "ok"}),
        (request(operations.AT_5, content=b"token=_T_secret"), {"message": "ok"}),
        (request(operations.AK_2_REVOKE, {"api_key_id": 3}), {"message": "ok"}),
        (request(operations.PF_4, platform_id=PLATFORM), {"message": "ok"}),
        (request(operations.US_4, user_id=7), {"message": "ok"}),
    ]
    for sent, answer in made:
        exchange(ledger, sent, answer)
    assert len(remaining(ledger)) == len(made)
    for number, (sent, answer) in enumerate(taken, 1):
        exchange(ledger, sent, answer)
        assert len(remaining(ledger)) == len(made) - number, sent.operation


def test_reopened_token_remains(ledger: Ledger) -> None:
    exchange(
        ledger,
        request(operations.AT_2, {"label": NAMES.label(), "user_id": 1}),
        {"token": "_T_secret", "token_id": 9},
    )
    exchange(ledger, request(operations.TK_5, content=b"token=_T_secret"), {"message": "ok"})
    assert remaining(ledger) == []
    exchange(ledger, request(operations.TK_6, content=b"token=_T_secret"), {"message": "ok"})
    assert [kind for kind, _, _ in remaining(ledger)] == ["job token"]
    exchange(ledger, request(operations.TK_8, {"tokens": ["_T_secret"]}), {"message": "ok"})
    assert remaining(ledger) == []


def test_what_belongs_to_a_user_goes_with_the_user(ledger: Ledger) -> None:
    exchange(ledger, request(operations.US_1, {"email": NAMES.email("a@b.example")}), {"user_id": 7})
    exchange(ledger, request(operations.US_0, {}), {"token": "_L_secret", "user_id": 7})
    sent = request(operations.AT_2, {"label": NAMES.label()}, credential="_L_secret")
    exchange(ledger, sent, {"token": "_T_secret", "token_id": 9})
    again = request(operations.TK_2, {"label": NAMES.label()}, credential="_T_secret")
    exchange(ledger, again, {"token": "_T_other", "token_id": 10})
    assert len(remaining(ledger)) == 3
    exchange(ledger, request(operations.US_4, user_id=7), {"message": "ok"})
    assert remaining(ledger) == []


@pytest.mark.parametrize("fetched", [False, True])
def test_job_goes_with_its_platform_unless_a_worker_has_it(ledger: Ledger, fetched: bool) -> None:
    platform = {"platform_name": NAMES.platform()}
    exchange(ledger, request(operations.PF_1, platform | {"worker_id": WORKER}), {"platform_id": PLATFORM})
    job = {"job_name": NAMES.label("job")}
    exchange(ledger, request(operations.JB_1, platform | job), {"job_id": JOB})
    if fetched:
        exchange(ledger, request(operations.WK_1, {"worker_id": WORKER}), {"job_id": JOB})
    exchange(ledger, request(operations.PF_4, platform_id=PLATFORM), {"message": "ok"})
    assert [kind for kind, _, _ in remaining(ledger)] == (["job"] if fetched else [])
    assert account_of(ledger).workers_for(JOB, platform["platform_name"]) == [WORKER]
    if fetched:
        exchange(ledger, request(operations.WK_2, {}, job_id=JOB), {"status": "canceled"})
        assert remaining(ledger) == []


@pytest.mark.parametrize(
    ("sent", "answer", "status"),
    [
        (request(operations.JB_2, job_id=JOB), {"status": "completed"}, 200),
        (request(operations.JB_2D, job_id=JOB), {"status": "error"}, 200),
        (request(operations.JB_4, job_id=JOB), {"status": "canceled"}, 200),
        (request(operations.WK_2, {}, job_id=JOB), {"detail": {"status": "completed"}}, 400),
    ],
)
def test_job_that_was_seen_at_its_end_does_not_remain(
    ledger: Ledger, sent: Request, answer: object, status: int
) -> None:
    exchange(ledger, request(operations.JB_1, {"job_name": NAMES.label("job")}), {"job_id": JOB})
    for _ in range(3):
        exchange(ledger, sent, answer, status)
    assert remaining(ledger) == []
    assert ledger.text().count('"gone"') == 1


def test_no_secret_is_noted_in_any_form(ledger: Ledger) -> None:
    secret = "S3cret/+=of the user"
    bodies = [
        {"email": NAMES.email("a@b.example"), "password": secret},
        {"label": secret, "job_name": secret, "platform_name": secret, "worker_id": secret},
        {"label": secret, "user_id": secret, "platform_id": secret},
    ]
    for operation in operations.ALL:
        for body in bodies:
            sent = request(
                operation,
                body,
                credential=secret,
                job_id=quote(secret),
                token_id=quote(secret),
                user_id=quote(secret),
                platform_id=quote(secret),
                name=quote(secret),
            )
            answer = {
                "token": secret,
                "api_key": secret,
                "token_id": secret,
                "job_id": secret,
                "status": "ok",
            }
            for status in (200, 404, 0):
                exchange(ledger, sent, answer, status)
    text = ledger.text()
    for form in (secret, quote(secret), b64encode(secret.encode()).decode(), json.dumps(secret)[1:-1]):
        assert form not in text


def test_processes_that_write_at_once_lose_no_line(ledger: Ledger) -> None:
    children = []
    for child in range(2):
        process = os.fork()
        if process == 0:
            for number in range(1000):
                ledger.before(request(operations.AK_1, {"label": NAMES.label(f"{child}-{number}")}))
            os._exit(0)
        children.append(process)
    assert [os.waitpid(process, 0)[1] for process in children] == [0, 0]
    names = [making.name.split("-qa-")[0] for making in account_of(ledger).makings]
    assert sorted(names) == sorted(f"{child}-{number}" for child in range(2) for number in range(1000))


@pytest.mark.parametrize("kept", range(1, 60, 7))
def test_line_that_was_torn_spoils_no_other(ledger: Ledger, kept: int) -> None:
    first, second, third = (NAMES.label(word) for word in ("first", "second", "third"))
    ledger.before(request(operations.AK_1, {"label": first}))
    whole = len(ledger.text().encode())
    ledger.before(request(operations.AK_1, {"label": second}))
    os.truncate(ledger.path, whole + kept)
    assert [name for _, _, name in remaining(ledger)] == [first]
    ledger.before(request(operations.AK_1, {"label": third}))
    assert [name for _, _, name in remaining(ledger)] == [first, third]


def test_ledger_of_the_embedded_sandbox_goes_with_its_process(tmp_path: Path) -> None:
    ledger = Ledger.begin(RUN, URL, folder=tmp_path, embedded=True)
    ledger.before(request(operations.AK_1, {"label": NAMES.label()}))
    assert list(tmp_path.iterdir()) == []
    assert len(remaining(ledger)) == 1


def test_ledger_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text("a file in the place of the folder")
    with pytest.raises(CannotRun, match=r"ledger .* cannot be written"):
        Ledger.begin(RUN, URL, folder=tmp_path / "ledger")
