"""The canned backend: fixed answers, which fit the payload and which Perceval can decode."""

from __future__ import annotations

import importlib.util
import json
import zlib
from base64 import b64encode
from typing import Any

import pytest

from steps.api import backends
from steps.api.backends import JobFailed, Progress
from steps.api.backends.canned import CannedBackend
from steps.api.cloud_objects import Job

OLD = Job.DEFAULT_PAYLOAD
NEW = {
    "command": "probs",
    "experiment": ":PCVL:zip:eJxVykEPgiAYgOEf5EXn4uDWgYAtiURMwo9bc85MMmqtqF9fp1zv7dnerCR7kbHg"
    "u9tw7qZ7Ro6ANCtMTT2BpvCQFDE0lZPTMwjKItbb98HEqDVsYLVXKrFb6VaPNq1qa4KDVCGF+UYGTODU7ogaQehKR6/1ogwXThT+lfcjn4Wv33cWzf9ejfPlBxyBNcE=",
    "max_shots": 10000,
    "job_context": None,
}
HOM = {"results": ":PCVL:BSDistribution:{|2,0>=0.5;|0,2>=0.5}", "global_perf": 1.0}


def never(percent: float) -> bool:
    """A job that nobody stops."""
    return False


def stop_from(percent: float) -> Progress:
    """Someone who stops the job at this percentage."""
    return lambda done: done >= percent


def state(text: str) -> str:
    return f":PCVL:BasicState:{text}"


@pytest.mark.parametrize("payload", [OLD, NEW, {"command": "probs"}])
def test_answers_probs_with_hong_ou_mandel(payload: dict[str, Any]) -> None:
    assert backends.load("canned").run(payload, never) == HOM


@pytest.mark.parametrize(
    ("input_state", "expected"),
    [
        ("|1,0,2>", "{|3,0,0>=0.5;|0,0,3>=0.5}"),
        ("|4>", "{|4>=1.0}"),
        ("|0,0>", "{|0,0>=1.0}"),
        ("|{P:H},0>", "{|2,0>=0.5;|0,2>=0.5}"),
    ],
)
def test_the_answer_has_the_photons_and_modes_of_the_input(input_state: str, expected: str) -> None:
    answer = CannedBackend().run({"command": "probs", "input_state": state(input_state)}, never)
    assert answer["results"] == f":PCVL:BSDistribution:{expected}"


def test_a_packed_input_state_is_read_too() -> None:
    packed = ":PCVL:zip:" + b64encode(zlib.compress(state("|3,0>").encode())).decode()
    answer = CannedBackend().run({"command": "probs", "input_state": packed}, never)
    assert answer["results"] == ":PCVL:BSDistribution:{|3,0>=0.5;|0,3>=0.5}"


@pytest.mark.parametrize(
    "broken", [":PCVL:zip:", ":PCVL:zip:AAAA", ":PCVL:zip:é", ":PCVL:Experiment:x", 7, None]
)
def test_what_cannot_be_read_gets_the_default(broken: object) -> None:
    payload = {"command": "probs", "experiment": broken, "input_state": broken}
    assert CannedBackend().run(payload, never) == HOM


def test_an_iterator_is_answered_in_order_with_each_iteration_echoed() -> None:
    steps = [{"circuit_params": {"t": 0.5}}, {"input_state": state("|2,0,1>")}, {"max_shots": 5}]
    listed = CannedBackend().run({**OLD, "iterator": steps}, never)["results_list"]
    assert [entry["iteration"] for entry in listed] == steps
    assert listed[1]["results"] == ":PCVL:BSDistribution:{|3,0,0>=0.5;|0,0,3>=0.5}"


def test_a_stopped_iterator_gives_what_is_done() -> None:
    steps = [{"max_shots": number} for number in range(1, 5)]
    assert len(CannedBackend().run({**OLD, "iterator": steps}, stop_from(50))["results_list"]) == 2
    assert CannedBackend().run({**OLD, "iterator": steps}, stop_from(0)) == {}


def test_a_job_context_is_echoed_and_a_null_one_is_not() -> None:
    context = {"result_mapping": ["perceval.utils", "probs_to_sample_count"]}
    assert CannedBackend().run({**OLD, "job_context": context}, never) == {**HOM, "job_context": context}
    listed = CannedBackend().run({**OLD, "job_context": context, "iterator": [{}]}, never)
    assert listed["job_context"] == context
    assert "job_context" not in CannedBackend().run({**OLD, "job_context": None}, never)


@pytest.mark.parametrize("command", ["sample_count", "Probs", "", None, ["probs"]])
def test_any_other_command_fails_the_job(command: object) -> None:
    with pytest.raises(JobFailed, match="canned answers to probs, none to") as failure:
        CannedBackend().run({"command": command}, never)
    assert failure.value.code == "unknown_command"


@pytest.mark.parametrize("iterator", ["x", {}, [1], [{}, None]])
def test_an_iterator_that_is_no_list_of_objects_fails_the_job(iterator: object) -> None:
    with pytest.raises(JobFailed, match="must be a list of objects"):
        CannedBackend().run({**OLD, "iterator": iterator}, never)


def test_there_is_no_other_backend() -> None:
    with pytest.raises(ValueError, match="one of canned, perceval"):
        backends.load("quantum")


@pytest.mark.skipif(importlib.util.find_spec("perceval") is None, reason="Perceval is not installed")
@pytest.mark.parametrize(
    "payload", [OLD, NEW, {**OLD, "input_state": state("|1,0,2>")}, {**OLD, "iterator": [{}]}]
)
def test_perceval_decodes_the_answers(payload: dict[str, Any]) -> None:
    backends.load("perceval")  # imports Perceval without touching the user's home
    from perceval.serialization import deserialize
    from perceval.utils import BSDistribution

    answer = deserialize(json.loads(json.dumps(CannedBackend().run(payload, never))))
    single = answer["results_list"][0] if "results_list" in answer else answer
    assert isinstance(single["results"], BSDistribution)
    assert sum(single["results"].values()) == 1
