"""The process in which a scenario's Perceval runs: what it is given, how it answers, how it ends."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from steps.api import perceval_client, perceval_program
from steps.api.perceval_client import PercevalClient, PercevalFailed
from steps.api.utils import CloudContext

URL = "http://127.0.0.1:9"
TOKEN = "token-51f3"


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., PercevalClient]]:
    """Start a client with another program, which sees `requests` and calls `answer`."""
    clients: list[PercevalClient] = []

    def start(body: str, context: CloudContext | None = None, seconds: float = 30.0) -> PercevalClient:
        program = tmp_path / "program.py"
        program.write_text(
            "import json, os, sys, time\n"
            "requests = map(json.loads, sys.stdin)\n"
            "answer = lambda **members: print(json.dumps(members), flush=True)\n" + textwrap.dedent(body)
        )
        monkeypatch.setattr(perceval_client, "PROGRAM", program)
        clients.append(PercevalClient(context or CloudContext(URL), TOKEN, "sim:test", seconds))
        return clients[-1]

    yield start
    for client in clients:
        client.stop()


ECHO = "for request in requests: answer(value=request)"


def test_hands_over_the_action_and_its_arguments(start: Callable[..., PercevalClient]) -> None:
    client = start(ECHO)
    asked = client.call("run", command="samples", counts=[5])
    assert asked == {"action": "run", "command": "samples", "counts": [5]}
    assert client.call("cancel") == {"action": "cancel"}


def test_connects_with_the_users_token(start: Callable[..., PercevalClient]) -> None:
    client = start("for request in requests: answer(**{'failed': json.dumps(request)})")
    with pytest.raises(PercevalFailed) as failure:
        client.open()
    assert json.loads(failure.value.words) == {
        "action": "open",
        "url": URL,
        "token": TOKEN,
        "platform": "sim:test",
        "proxy": "",
    }


def test_no_secret_is_in_its_environment_or_arguments(
    start: Callable[..., PercevalClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUD_ADMIN_PASSWORD", "password-8a2c")
    client = start("for request in requests: answer(value=[dict(os.environ), sys.argv, sys.path])")
    environment, arguments, path = client.call("look")
    assert not [value for value in environment.values() if TOKEN in value or "password-8a2c" in value]
    assert not [name for name in environment if name.startswith("CLOUD_")]
    assert TOKEN not in str(arguments)
    assert str(Path(arguments[0]).parent) not in path


def test_perceval_gets_a_folder_that_goes_with_the_client(start: Callable[..., PercevalClient]) -> None:
    client = start("for request in requests: answer(value=os.environ['PCVL_PERSISTENT_PATH'])")
    folder = Path(client.call("look"))
    assert folder.is_dir()
    assert folder != Path(os.environ.get("PCVL_PERSISTENT_PATH", ""))
    client.stop()
    assert not folder.exists()


def test_perceval_reaches_the_cloud_as_the_suite_does(
    start: Callable[..., PercevalClient], tmp_path: Path
) -> None:
    bundle = tmp_path / "own-ca.pem"
    bundle.touch()
    body = "for request in requests: answer(value=[os.environ.get(name) for name in request['names']])"
    names = ["REQUESTS_CA_BUNDLE", "NO_PROXY"]
    context = CloudContext(URL, verify=str(bundle), proxy="http://proxy:1")
    client = start(body, context)
    assert client.call("look", names=names) == [str(bundle), "*"]
    proxied = start("for request in requests: answer(failed=request['proxy'])", context)
    with pytest.raises(PercevalFailed, match="http://proxy:1"):
        proxied.open()
    trusting = start(body, CloudContext(URL, trust_environment=True))
    assert trusting.call("look", names=names) == [os.environ.get(name) for name in names]


def test_a_failure_is_a_failure_of_the_cloud_in_percevals_words(start: Callable[..., PercevalClient]) -> None:
    client = start("for request in requests: answer(failed='HTTPError: 500')")
    with pytest.raises(AssertionError, match="Perceval failed at 'run': HTTPError: 500"):
        client.call("run")
    with pytest.raises(PercevalFailed):
        client.call("again")


def test_what_waits_for_ever_is_ended(start: Callable[..., PercevalClient]) -> None:
    client = start("next(requests); sys.stdin.read()", seconds=0.3)
    with pytest.raises(PercevalFailed, match=r"still waiting after 0\.3 s"):
        client.call("run")
    with pytest.raises(PercevalFailed, match="its process ended"):
        client.call("run")


def test_a_process_that_dies_is_noticed(start: Callable[..., PercevalClient]) -> None:
    client = start("next(requests); print('no more', file=sys.stderr, flush=True); os._exit(3)")
    with pytest.raises(PercevalFailed, match=r"its process ended\. no more"):
        client.call("run")
    with pytest.raises(PercevalFailed):
        client.call("run")


def test_stopping_twice_is_harmless(start: Callable[..., PercevalClient]) -> None:
    client = start(ECHO)
    client.stop()
    client.stop()


def test_results_become_plain_json() -> None:
    single: dict[str, Any] = {"results": {7: 0.5}, "global_perf": 1.0}
    assert perceval_program._plain(single) == {"7": 0.5}
    assert perceval_program._plain({"results": [1, 2]}) == ["1", "2"]
    assert perceval_program._plain({"results_list": [single, single]}) == [{"7": 0.5}] * 2


@pytest.mark.skipif(importlib.util.find_spec("perceval") is None, reason="Perceval is not installed")
def test_perceval_itself_says_that_nobody_answers() -> None:
    client = PercevalClient(CloudContext(URL), TOKEN, "sim:test")
    try:
        with pytest.raises(PercevalFailed, match="'open': ConnectionError: "):
            client.open()
        with pytest.raises(PercevalFailed, match="'finish': AttributeError: "):
            client.call("finish")
    finally:
        client.stop()


def test_the_program_answers_every_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Calculator:
        def half(self, of: int) -> float:
            return 1 / of

    monkeypatch.setattr(perceval_program, "Session", Calculator)
    answers = io.StringIO()
    lines = ['{"action": "half", "of": 2}', '{"action": "half", "of": 0}', '{"action": "double"}']
    perceval_program.main(io.StringIO("\n".join(lines)), answers)
    assert [json.loads(line) for line in answers.getvalue().splitlines()] == [
        {"value": 0.5},
        {"failed": "ZeroDivisionError: division by zero"},
        {"failed": "AttributeError: 'Calculator' object has no attribute 'double'"},
    ]
