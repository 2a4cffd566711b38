"""What a worker computes with: a backend runs the payload of a job and gives back its results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

# Publishes how much of the job is done, 0 to 100, and returns True when the job has to stop.
Progress = Callable[[float], bool]

NAMES = ("canned", "perceval")


class JobFailed(Exception):  # noqa: N818 - named after what happened
    """A job that cannot be done: `code` is published as `failure_code`, the text as `status_message`."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


class BackendMissing(RuntimeError):  # noqa: N818 - named after the state of the installation
    """A backend that cannot be loaded here; the text says what to install."""


class Backend(Protocol):
    """Someone who computes jobs: canned answers, or Perceval."""

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands on offer: the `available_commands` of a platform that this backend serves."""

    def run(self, payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        """Compute a job's payload and return the object that becomes its `results` text.

        Calls `progress` wherever it can stop. When that returns True it returns what is complete so far, as a
        result of its own, or {} where nothing is. Raises JobFailed for a payload that it cannot compute.
        """


def load(name: str) -> Backend:
    """The backend of this name, one of NAMES, with whatever it needs imported.

    Raises BackendMissing where it is not installed, ValueError for a name that none has.
    """
    if name == "canned":
        from steps.api.backends.canned import CannedBackend

        return CannedBackend()
    if name == "perceval":
        from steps.api.backends.perceval import PercevalBackend

        return PercevalBackend()
    raise ValueError(f"There is no backend {name!r}: it is one of {', '.join(NAMES)}.")


def with_job_context(results: dict[str, Any], payload: dict[str, Any]) -> dict[str, Any]:
    """The results with the payload's `job_context` in them, by which a client converts them (WR-2, C-7.1).

    A null one is left out: no version of the client can read it.
    """
    context = payload.get("job_context")
    return {**results, "job_context": context} if results and context is not None else results


def iterations(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """The iterations of a payload as they were sent, [] where it has none.

    Raises JobFailed where they are no list of objects: the cloud does not look into them (IT-2).
    """
    listed = payload.get("iterator")
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise JobFailed("invalid_payload", "The iterator of the payload must be a list of objects.")
    return listed
