"""The Perceval backend: what it computes from the payloads of old and new clients, and what it refuses."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from steps.api import backends
from steps.api.backends import Backend, BackendMissing, JobFailed, Progress
from steps.api.cloud_objects import Job

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("perceval") is None, reason="Perceval is not installed (`make perceval`)"
)

OLD = Job.DEFAULT_PAYLOAD
NEW = {
    "command": "probs",
    "experiment": ":PCVL:zip:eJxVykEPgiAYgOEf5EXn4uDWgYAtiURMwo9bc85MMmqtqF9fp1zv7dnerCR7kbHg"
    "u9tw7qZ7Ro6ANCtMTT2BpvCQFDE0lZPTMwjKItbb98HEqDVsYLVXKrFb6VaPNq1qa4KDVCGF+UYGTODU7ogaQehKR6/1ogwX"
    "ThT+lfcjn4Wv33cWzf9ejfPlBxyBNcE=",
    "max_shots": 10000,
    "job_context": None,
}
FORMS = pytest.mark.parametrize("payload", [OLD, NEW], ids=["0.12", "1.3"])


def never(percent: float) -> bool:
    """A job that nobody stops."""
    return False


@pytest.fixture(scope="module")
def backend() -> Backend:
    return backends.load("perceval")


@pytest.fixture
def run(backend: Backend) -> Callable[..., Any]:
    """Run a payload and decode what a client would get, after a way through JSON."""

    def run(payload: dict[str, Any], progress: Progress = never) -> Any:  # noqa: ANN401 - Perceval's objects
        from perceval.serialization import deserialize

        return deserialize(json.loads(json.dumps(backend.run(payload, progress))))

    return run


def shown(distribution: Any) -> dict[str, float]:  # noqa: ANN401 - Perceval's
    return {str(state): value for state, value in distribution.items()}


def written(experiment: Any, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - Perceval's
    from perceval.serialization import serialize

    return {"command": "probs", "max_shots": 1000, "experiment": serialize(experiment), **members}


@pytest.fixture
def turning(backend: Backend) -> Any:  # noqa: ANN401 - Perceval's
    """Two photons on a beam splitter whose angle is the parameter t."""
    import perceval

    experiment = perceval.Experiment(perceval.Circuit(2) // perceval.BS(theta=perceval.P("t")))
    experiment.with_input(perceval.BasicState([1, 1]))
    experiment.min_detected_photons_filter(2)
    return experiment


@FORMS
def test_two_photons_leave_a_beam_splitter_together(run: Callable[..., Any], payload: dict[str, Any]) -> None:
    answer = run(payload)
    assert shown(answer["results"]) == pytest.approx({"|2,0>": 0.5, "|0,2>": 0.5})
    assert answer["global_perf"] == pytest.approx(1)
    assert set(answer) == {"results", "global_perf"}


@FORMS
@pytest.mark.parametrize(
    ("limits", "count"),
    [
        ({"max_samples": 1000}, 1000),
        ({"max_samples": 7, "max_shots": 5}, 5),
        ({"max_samples": 0, "max_shots": 40}, 40),
        ({"max_samples": 60, "max_shots": None}, 60),
    ],
)
def test_counts_sum_to_what_was_asked_for(
    run: Callable[..., Any], payload: dict[str, Any], limits: dict[str, Any], count: int
) -> None:
    counts = shown(run({**payload, "command": "sample_count", **limits})["results"])
    assert sum(counts.values()) == count
    assert set(counts) <= {"|2,0>", "|0,2>"}


@FORMS
def test_samples_are_as_many_as_asked_for(run: Callable[..., Any], payload: dict[str, Any]) -> None:
    samples = run({**payload, "command": "samples", "max_samples": 25})["results"]
    assert len(samples) == 25
    assert {str(sample) for sample in samples} <= {"|2,0>", "|0,2>"}


def test_counts_follow_the_distribution(run: Callable[..., Any], turning: Any) -> None:  # noqa: ANN401
    turning.get_circuit_parameters()["t"].set_value(0.5)
    probabilities = shown(run(written(turning))["results"])
    assert sum(probabilities.values()) == pytest.approx(1)
    counts = shown(
        run(written(turning, command="sample_count", max_samples=100_000, max_shots=100_000))["results"]
    )
    # Ten standard deviations: fails for a wrong distribution, and by chance never.
    assert {state: count / 100_000 for state, count in counts.items()} == pytest.approx(
        probabilities, abs=0.02
    )


def test_iterations_of_circuit_parameters(run: Callable[..., Any], turning: Any) -> None:  # noqa: ANN401
    import math

    angles = [0.0, math.pi / 2, math.pi]
    steps = [{"circuit_params": {"t": angle}} for angle in angles]
    listed = run(written(turning, iterator=steps))["results_list"]
    assert [entry["iteration"] for entry in listed] == steps
    both = [shown(entry["results"]).get("|1,1>", 0.0) for entry in listed]
    assert both == pytest.approx([math.cos(angle) ** 2 for angle in angles], abs=1e-6)


def test_iterations_of_everything_else(backend: Backend, run: Callable[..., Any]) -> None:
    steps: list[dict[str, Any]] = [
        {"input_state": ":PCVL:BasicState:|2,0>"},
        {"min_detected_photons": 1, "noise": ':PCVL:NoiseModel:{"transmittance": 0.5}'},
        {"max_samples": 3},
        {"max_shots": 2},
        {},
    ]
    payload = {**OLD, "command": "sample_count", "max_samples": 10, "iterator": steps}
    assert [entry["iteration"] for entry in backend.run(payload, never)["results_list"]] == steps
    listed = [shown(entry["results"]) for entry in run(payload)["results_list"]]
    assert [sum(counts.values()) for counts in listed] == [10, 10, 3, 2, 10]
    listed = [shown(entry["results"]) for entry in run({**OLD, "iterator": steps})["results_list"]]
    assert listed[0] == pytest.approx({"|2,0>": 0.25, "|1,1>": 0.5, "|0,2>": 0.25})
    assert {"|1,0>", "|0,1>"} < set(listed[1])


def test_a_converted_command_is_echoed_so_that_the_client_converts_it(run: Callable[..., Any]) -> None:
    from perceval import utils

    context = {
        "result_mapping": ["perceval.utils", "probs_to_sample_count"],
        "mapping_delta_parameters": {"max_samples": 100, "max_shots": 1000},
    }
    answer = run({**OLD, "job_context": context})
    assert answer["job_context"] == context
    convert = getattr(utils, answer["job_context"]["result_mapping"][1])
    counts = convert(answer["results"], **answer["job_context"]["mapping_delta_parameters"])
    assert sum(counts.values()) == 100
    assert run({**OLD, "job_context": context, "iterator": [{}]})["job_context"] == context


def test_old_payloads_may_have_noise_heralds_and_a_postselection(run: Callable[..., Any]) -> None:
    from perceval import BS, BasicState, Circuit, NoiseModel, PostSelect
    from perceval.serialization import serialize

    payload = {
        "command": "probs",
        "circuit": serialize(Circuit(4) // BS() // (2, BS())),
        "input_state": serialize(BasicState([1, 1, 1, 1])),
        "noise": serialize(NoiseModel(transmittance=0.5)),
        "postselect": serialize(PostSelect("[0]==2")),
        "heralds": {"3": 2},
        "parameters": {"min_detected_photons": 2, "compute_physical_logical_perf": True},
        "max_shots": 1000,
    }
    answer = run(payload)
    assert shown(answer["results"]) == pytest.approx({"|2,0,0>": 1})
    assert 0 < answer["physical_perf"] < 1
    assert 0 < answer["logical_perf"] < 1


@pytest.mark.parametrize("command", ["probs", "sample_count", "samples"])
def test_a_filter_that_nothing_passes_gives_nothing(run: Callable[..., Any], command: str) -> None:
    payload = {**OLD, "command": command, "max_samples": 5, "parameters": {"min_detected_photons": 9}}
    answer = run(payload)
    assert len(answer["results"]) == 0
    assert answer["global_perf"] == 0


def test_progress_rises_and_a_stop_keeps_the_iterations_that_are_done(backend: Backend) -> None:
    seen: list[float] = []

    def until_half(percent: float) -> bool:
        seen.append(percent)
        return percent >= 50

    payload = {**OLD, "iterator": [{}] * 4}
    assert len(backend.run(payload, until_half)["results_list"]) == 2
    assert seen == sorted(seen)
    assert backend.run(payload, lambda percent: True) == {}
    assert backend.run(OLD, lambda percent: True) == {}


def test_a_stop_that_was_said_once_is_enough(backend: Backend) -> None:
    said = iter([False, True])
    results = backend.run({**OLD, "iterator": [{}] * 4}, lambda percent: next(said, False))
    assert len(results["results_list"]) == 1


@pytest.mark.parametrize(
    ("members", "code", "words"),
    [
        ({"command": "analyse"}, "unknown_command", "computes probs, sample_count, samples, not 'analyse'"),
        ({"command": None}, "unknown_command", "not None"),
        ({"circuit": "no circuit"}, "invalid_payload", "The payload cannot be computed: "),
        ({"circuit": ":PCVL:zip:AAAA"}, "invalid_payload", "The payload cannot be computed: "),
        ({"circuit": ":PCVL:Nonsense:1"}, "invalid_payload", "No deserializer found for Nonsense"),
        ({"experiment": 5}, "invalid_payload", "neither an experiment nor a circuit"),
        ({"input_state": ":PCVL:BasicState:|1,"}, "invalid_payload", "The payload cannot be computed: "),
        ({"input_state": ":PCVL:BasicState:|1,1,1>"}, "invalid_payload", "The payload cannot be computed: "),
        ({"heralds": {"9": 1}}, "invalid_payload", "The payload cannot be computed: "),
        ({"max_shots": "many"}, "invalid_payload", "The payload cannot be computed: "),
        ({"command": "samples", "max_shots": None}, "invalid_payload", "needs max_samples or max_shots"),
        ({"command": "samples", "max_samples": -1}, "invalid_payload", "a whole number above 0"),
        ({"command": "samples", "max_samples": 10**9, "max_shots": 10**9}, "too_large", "1000000000 samples"),
        ({"iterator": "x"}, "invalid_payload", "must be a list of objects"),
        ({"iterator": [{"unknown": 1}]}, "invalid_payload", "received unknown key unknown"),
        ({"iterator": [{}, {"circuit_params": {"t": 1}}]}, "invalid_payload", "parameter t does not exist"),
        ({"iterator": [{"circuit_params": [1]}]}, "invalid_payload", "expected dict, received list"),
    ],
)
def test_a_payload_that_cannot_be_computed_fails_the_job_with_a_sentence(
    backend: Backend, members: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(JobFailed) as failure:
        backend.run({**OLD, **members}, never)
    assert failure.value.code == code
    assert words in str(failure.value)


def test_without_an_input_state_or_a_circuit_nothing_is_computed(backend: Backend) -> None:
    without_input = {name: value for name, value in OLD.items() if name != "input_state"}
    with pytest.raises(JobFailed, match="has no input state"):
        backend.run(without_input, never)
    with pytest.raises(JobFailed, match="neither an experiment nor a circuit"):
        backend.run({"command": "probs"}, never)


def test_a_parameter_without_a_value_fails_the_job(backend: Backend, turning: Any) -> None:  # noqa: ANN401
    with pytest.raises(JobFailed, match="All parameters must be defined"):
        backend.run(written(turning), never)


def test_what_would_take_gigabytes_is_refused_at_once(backend: Backend) -> None:
    import perceval

    experiment = perceval.Experiment(perceval.Circuit(40) // perceval.BS())
    experiment.with_input(perceval.BasicState([1] * 40))
    with pytest.raises(JobFailed, match="40 photons in 40 modes have") as failure:
        backend.run(written(experiment), never)
    assert failure.value.code == "too_large"


def test_superposed_and_mixed_inputs_are_computed(run: Callable[..., Any], turning: Any) -> None:  # noqa: ANN401
    import perceval

    turning.get_circuit_parameters()["t"].set_value(0.0)
    superposed = perceval.StateVector([1, 0]) + perceval.StateVector([0, 1])
    for state in (superposed, perceval.SVDistribution({superposed: 1.0})):
        turning.with_input(state)
        turning.min_detected_photons_filter(1)
        assert shown(run(written(turning))["results"]) == pytest.approx({"|1,0>": 0.5, "|0,1>": 0.5})


class TestLoading:
    def test_leaves_the_hook_for_uncaught_errors_alone(self, backend: Backend) -> None:
        assert sys.excepthook.__module__ != "perceval.utils.logging"

    def test_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "perceval", None)
        with pytest.raises(BackendMissing, match=r"pip install 'cloudqa\[perceval\]'"):
            backends.load("perceval")

    def test_says_which_version_it_needs(self, backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
        import perceval

        monkeypatch.setattr(perceval, "__version__", "1.1.0")
        monkeypatch.delattr(perceval.runtime, "PayloadUpdater")
        with pytest.raises(BackendMissing, match=r"needs Perceval 1\.3 or later, not 1\.1\.0"):
            backends.load("perceval")
