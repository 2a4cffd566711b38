"""A backend that computes jobs with Perceval itself, exactly, on this machine."""

from __future__ import annotations

import importlib
import math
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from steps.api.backends import BackendMissing, JobFailed, Progress, iterations, with_job_context

_REMEDY = "run `make perceval`, or `pip install 'cloudqa[perceval]'`"

# Beyond these a job of this simulator takes minutes and gigabytes; a quantum computer is for that.
MOST_STATES = 1_000_000
MOST_SAMPLES = 1_000_000

# What the client assumes of a local simulation: as precise as a millionth, or as the number of shots tells.
_PRECISION = 1e-6


class PercevalBackend:
    """Computes `probs`, `sample_count` and `samples`, singly or as an iterator, from payloads of any version.

    Samples and counts are drawn from the exact probabilities. A computation stops between iterations, and
    within one where Perceval asks. Raises BackendMissing where Perceval 1.3 or later is not installed.
    """

    commands: tuple[str, ...] = ("probs", "sample_count", "samples")

    def __init__(self) -> None:
        self._perceval = _load_perceval()

    def run(self, payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        """Compute the payload; raises JobFailed with Perceval's words where it cannot be computed."""
        steps = iterations(payload)
        with _explained():
            computation = _Computation(self._perceval, self._read(payload), progress)
            results = computation.results()
        if not steps:
            return with_job_context(results[0] if results else {}, payload)
        # The iteration is echoed as it was sent: the client decodes it again.
        listed = [{**result, "iteration": step} for result, step in zip(results, steps, strict=False)]
        return with_job_context({"results_list": listed} if listed else {}, payload)

    def _read(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The payload with Perceval's objects in place of their texts, in the form that holds an experiment.

        The updater folds `circuit`, `input_state`, `noise` and the others of older versions into it.
        """
        if (command := payload.get("command")) not in self.commands:
            raise JobFailed(
                "unknown_command", f"This worker computes {', '.join(self.commands)}, not {command!r}."
            )
        given = self._perceval.serialization.deserialize(payload)
        updated: dict[str, Any] = self._perceval.runtime.PayloadUpdater.update_payload(given, None, 1)
        if not isinstance(updated.get("experiment"), self._perceval.Experiment):
            raise JobFailed("invalid_payload", "The payload holds neither an experiment nor a circuit.")
        return updated


class _Computation:
    """One payload that is being computed, with Perceval's objects in it."""

    def __init__(self, perceval: Any, given: dict[str, Any], progress: Progress) -> None:  # noqa: ANN401
        self._perceval = perceval
        self._given = given
        self._progress = progress
        self._stopped = False

    def results(self) -> list[dict[str, Any]]:
        """The result of every iteration, or the only result; fewer where it was stopped.

        All iterations are checked before the first is computed.
        """
        given = self._given
        iterator = self._perceval.runtime.legacy.parameter_iterator.ParameterIterator(
            given["experiment"], given.get("max_shots"), given.get("max_samples")
        )
        for iteration in iterations(given):
            iterator.add_iteration(**iteration)
        share = 1 / max(1, len(iterator))
        done: list[dict[str, Any]] = []
        for number, asked in enumerate(iterator):
            result = self._result(asked, number * share, share)
            if result is None:
                break
            done.append(self._perceval.serialization.serialize(result))
        return done

    def _result(self, asked: Any, begin: float, share: float) -> dict[str, Any] | None:  # noqa: ANN401
        """The result of one computation, which begins at `begin` of the whole; None where it was stopped."""
        if self._asked_to_stop(begin):
            return None
        count = self._count(asked) if self._given["command"] != "probs" else 0
        _require_feasible(asked.experiment)
        processor = self._perceval.Processor("SLOS", asked.experiment)
        processor.compute_physical_logical_perf(bool(self._parameter("compute_physical_logical_perf")))
        precision = min(_PRECISION, 1 / asked.max_shots) if asked.max_shots else _PRECISION

        def report(progress: float, _: str | None = None) -> dict[str, bool]:
            return {"cancel_requested": self._asked_to_stop(begin + share * progress)}

        try:
            result: dict[str, Any] = processor.probs(precision, report)
        except RuntimeError:  # this is how Perceval ends what its callback stops
            if self._stopped:
                return None
            raise
        if self._stopped:  # and this is how it ends elsewhere: with a part of the distribution
            return None
        result["results"] = self._drawn(result["results"], count)
        return {name: value for name, value in result.items() if not _is_nan(value)}

    def _drawn(self, probabilities: Any, count: int) -> Any:  # noqa: ANN401 - Perceval's distributions
        command, utils = self._given["command"], self._perceval.utils
        if command == "probs":
            return probabilities
        if not len(probabilities):  # nothing passes the filters, and Perceval does not draw from nothing
            return utils.BSCount() if command == "sample_count" else utils.BSSamples()
        draw = utils.probs_to_sample_count if command == "sample_count" else utils.probs_to_samples
        return draw(probabilities, count=count)

    def _count(self, asked: Any) -> int:  # noqa: ANN401 - Perceval's
        """How many samples are asked for: `max_samples`, as far as `max_shots` allows; 0 means not given."""
        command = self._given["command"]
        limits = [limit for limit in (asked.max_samples, asked.max_shots) if limit]
        if not limits or not all(type(limit) is int and limit > 0 for limit in limits):
            raise JobFailed(
                "invalid_payload", f"{command} needs max_samples or max_shots, a whole number above 0."
            )
        if command == "samples" and min(limits) > MOST_SAMPLES:
            raise JobFailed(
                "too_large", f"{min(limits)} samples are more than the {MOST_SAMPLES} of this worker."
            )
        return int(min(limits))

    def _parameter(self, name: str) -> object:
        parameters = self._given.get("parameters")
        return parameters.get(name) if isinstance(parameters, dict) else None

    def _asked_to_stop(self, done: float) -> bool:
        self._stopped = self._stopped or self._progress(100 * done)
        return self._stopped


def _require_feasible(experiment: Any) -> None:  # noqa: ANN401 - Perceval's
    state = experiment.input_state
    if state is None:
        raise JobFailed("invalid_payload", "The payload has no input state.")
    photons = state.n_max if hasattr(state, "n_max") else state.n
    most = photons if isinstance(photons, int) else max(photons)
    modes = experiment.circuit_size
    states = math.comb(most + modes - 1, most)
    if states > MOST_STATES:
        raise JobFailed(
            "too_large",
            f"{most} photons in {modes} modes have {states} states, above the {MOST_STATES} of this worker.",
        )


@contextmanager
def _explained() -> Iterator[None]:
    """Make whatever Perceval raises about a payload a JobFailed with its words.

    Perceval has no error of its own: a bad payload may end in any exception, an assertion among them.
    """
    try:
        yield
    except JobFailed:
        raise
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise JobFailed("invalid_payload", f"The payload cannot be computed: {reason}") from error


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _load_perceval() -> Any:  # noqa: ANN401 - it has no types
    """Perceval, imported so that it takes none of its settings from this user's home and leaves none there.

    When it is imported it makes folders, reads a configuration, and takes over `sys.excepthook`.
    """
    hook = sys.excepthook
    try:
        with _temporary_home():
            perceval = importlib.import_module("perceval")
    except ImportError as error:
        raise BackendMissing(
            f"The perceval backend needs Perceval, which cannot be imported ({error}): {_REMEDY}."
        ) from error
    finally:
        sys.excepthook = hook
    if not hasattr(perceval.runtime, "PayloadUpdater"):
        version = perceval.__version__
        raise BackendMissing(f"The perceval backend needs Perceval 1.3 or later, not {version}: {_REMEDY}.")
    return perceval


@contextmanager
def _temporary_home() -> Iterator[None]:
    name = "PCVL_PERSISTENT_PATH"
    before = os.environ.get(name)
    with tempfile.TemporaryDirectory(prefix="perceval-", ignore_cleanup_errors=True) as home:
        os.environ[name] = before or home
        try:
            yield
        finally:
            if before is None:
                del os.environ[name]
