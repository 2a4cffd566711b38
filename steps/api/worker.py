"""The worker of a platform: fetches its jobs one after another, computes them, publishes what came of it."""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from dataclasses import dataclass
from enum import Enum
from typing import Any

from steps.api.backends import Backend, JobFailed
from steps.api.cloud_objects import Job, Platform, User
from steps.api.cloud_objects.cloud_base import require_admin
from steps.api.errors import CloudRefusal, CloudUnreachable, UnreadableAnswer
from steps.api.operations import PL_2
from steps.api.utils import CloudContext

log = logging.getLogger(__name__)

# Statuses that say nothing about the request: the cloud is overloaded, or broken for now.
_PASSING = (408, 429)


@dataclass(frozen=True)
class Pace:
    """How long a worker pauses, in seconds, and how often it tries.

    It asks for a job after `shortest`, and waits twice as long each time there is none, up to `longest_idle`;
    up to `longest_trouble` while the cloud cannot be reached. Progress is published every `between_progress`.
    What became of a job is published at most `tries` times.
    """

    shortest: float = 0.02
    longest_idle: float = 0.5
    longest_trouble: float = 5.0
    between_progress: float = 0.25
    tries: int = 6


class _Order(Enum):
    """Why a job has to stop."""

    CANCEL = "the cloud asks to cancel it"
    FORGET = "the cloud takes no more news of it"
    QUIT = "the worker is told to stop"


class Worker:
    """Serves a platform: one job at a time, until told to stop or sent away.

    `platform` must be registered with this object's `worker_id`, and `Platform.ADMIN` hold an API key, as
    `register_worker` sees to. `dismissed` is "" as long as the cloud takes this worker; otherwise it is the
    sentence why `serve` ended by itself.
    """

    def __init__(
        self, platform: Platform, context: CloudContext, backend: Backend, pace: Pace | None = None
    ) -> None:
        self.platform = platform
        self.context = context
        self.backend = backend
        self.pace = pace or Pace()
        self.dismissed = ""
        self._trouble = ""
        self._at_work = threading.Lock()

    def serve(self, stop: threading.Event) -> None:
        """Fetch and do jobs until `stop` is set. A job that is running then is published as an error.

        Returns early, with the reason in `dismissed`, where no later request could succeed: the key is
        revoked, the platform is gone. Trouble that passes is logged and waited out. A fetch whose answer is
        lost may leave a job that this worker does not know of; the cloud's `max_duration` ends it.
        """
        if not self._at_work.acquire(blocking=False):
            raise RuntimeError(f"The worker of {self.platform.name} is serving already.")
        try:
            log.info("Serving %s with %s.", self.platform.name, ", ".join(self.backend.commands))
            self._serve(stop)
        finally:
            self._at_work.release()

    def _serve(self, stop: threading.Event) -> None:
        pause = self.pace.shortest
        while not stop.is_set() and not self.dismissed:
            job = self._fetch()
            if job is not None:
                self._do(job, stop)
                pause = self.pace.shortest
                continue
            stop.wait(pause)
            longest = self.pace.longest_trouble if self._trouble else self.pace.longest_idle
            pause = min(2 * pause, longest)

    def _fetch(self) -> Job | None:
        """The next job; None where there is none, or where this was not to be learned."""
        try:
            job = self.platform.fetch_job(self.context)
        except CloudRefusal as refusal:
            if _passes(refusal):
                self._note_trouble(str(refusal))
            elif refusal.status == 404 and refusal.error != "Platform not found":
                self._note_trouble("")
            else:
                self._dismiss(refusal)
            return None
        except (CloudUnreachable, UnreadableAnswer) as trouble:
            self._note_trouble(str(trouble))
            return None
        self._note_trouble("")
        return job

    def _do(self, job: Job, stop: threading.Event) -> None:
        """Compute a job and publish what came of it: results, partial results or the reason why none."""
        log.info("Job %s: %s.", job.job_id, job.payload.get("command"))
        task = _Task(self, job, stop)
        try:
            if task.progress(0.0):
                task.end({})
            else:
                task.end(self.backend.run(job.payload, task.progress))
        except JobFailed as failure:
            task.fail(failure.code, str(failure))
        except Exception as error:
            log.exception("Job %s: the backend broke.", job.job_id)
            task.fail("worker_failure", f"The worker failed: {type(error).__name__}: {error}")

    def _dismiss(self, refusal: CloudRefusal) -> None:
        self.dismissed = f"The worker of {self.platform.name} ends, because it is refused: {refusal}"
        log.error(self.dismissed)

    def _note_trouble(self, trouble: str) -> None:
        """Log trouble when it begins, changes and ends, not each time that it is met."""
        if trouble and trouble != self._trouble:
            log.warning("%s Going on.", trouble)
        elif self._trouble and not trouble:
            log.info("The cloud answers again.")
        self._trouble = trouble


class _Task:
    """One job that a worker has fetched: what is told to the cloud about it, and what the cloud orders."""

    def __init__(self, worker: Worker, job: Job, stop: threading.Event) -> None:
        self._worker = worker
        self._job = job
        self._stop = stop
        self._order: _Order | None = None
        self._published = float("-inf")

    def progress(self, percent: float) -> bool:
        """Publish how far the job is, unless that was done just now; True when the job has to stop."""
        if self._order is None and self._stop.is_set():
            self._set_order(_Order.QUIT)
        now = time.monotonic()
        if self._order is None and now - self._published >= self._worker.pace.between_progress:
            self._published = now
            self._publish_progress(min(100.0, max(0.0, percent)))
        return self._order is not None

    def end(self, results: dict[str, Any]) -> None:
        """Publish the results, which are partial ones where the job was ordered to stop."""
        try:
            partial = {"results": json.dumps(results, allow_nan=False)} if results else {}
        except (TypeError, ValueError) as error:
            self.fail("unwritable_results", f"The results cannot be written as JSON: {error}")
            return
        match self._order:
            case None if not results:
                self.fail("worker_failure", "The worker computed nothing.")
            case None:
                self._conclude(status="completed", progress=100.0, **partial)
            case _Order.CANCEL:
                self._conclude(status="canceled", status_message="The job was stopped as asked.", **partial)
            case _Order.QUIT:
                self._conclude(
                    status="error",
                    failure_code="worker_stopped",
                    status_message="The worker was stopped before the job was done.",
                    **partial,
                )
            case _Order.FORGET:
                pass

    def fail(self, code: str, sentence: str) -> None:
        """Publish that the job failed, unless it was ordered to stop: then that is what became of it."""
        if self._order is not None:
            self.end({})
        else:
            self._conclude(status="error", failure_code=code, status_message=sentence)

    def _publish_progress(self, percent: float) -> None:
        try:
            answer = self._worker.platform.publish_progress(self._worker.context, self._job, percent)
        except CloudRefusal as refusal:
            if _passes(refusal):
                log.warning("Job %s: progress was not taken: %s", self._job.job_id, refusal)
            else:
                self._heed(refusal)
            return
        except (CloudUnreachable, UnreadableAnswer) as trouble:
            log.warning("Job %s: progress was not taken: %s", self._job.job_id, trouble)
            return
        if answer["status"] == "cancel_requested":
            self._set_order(_Order.CANCEL)

    def _conclude(self, **members: Any) -> None:  # noqa: ANN401 - members of the body
        """Publish the job's end, and again while the connection breaks: `tries` times, once more at a stop.

        To publish twice is harmless: where the first try arrived the job is final, and the second is refused
        with 400 and changes nothing (J14).
        """
        pause, left = self._worker.pace.shortest, self._worker.pace.tries
        while left:
            trouble = self._conclude_once(members)
            if trouble is None:
                return
            left = min(left - 1, 1) if self._stop.wait(pause) else left - 1
            pause = min(2 * pause, self._worker.pace.longest_trouble)
            log.warning("Job %s: its end was not taken, %d tries left: %s", self._job.job_id, left, trouble)
        log.error("Job %s: its end could not be published and is lost.", self._job.job_id)

    def _conclude_once(self, members: dict[str, Any]) -> Exception | None:
        """Try to publish the end; the trouble that makes another try worth while, or None."""
        try:
            answer = self._worker.platform.publish(self._worker.context, self._job, **members)
        except CloudUnreachable as trouble:
            return trouble
        except UnreadableAnswer as unreadable:
            log.warning("Job %s: %s", self._job.job_id, unreadable)
        except CloudRefusal as refusal:
            if _passes(refusal):
                return refusal
            self._heed(refusal)
            if members["status"] == "completed" and _not_for_being_over(refusal):
                self._conclude(
                    status="error",
                    failure_code="results_refused",
                    status_message=f"The cloud refused the results: {refusal.error}",
                )
        else:
            log.info("Job %s: %s, now %s.", self._job.job_id, members["status"], answer["status"])
        return None

    def _heed(self, refusal: CloudRefusal) -> None:
        """Learn from a refused publication that the job is no longer this worker's."""
        self._set_order(_Order.FORGET)
        log.info("Job %s: %s", self._job.job_id, refusal)
        if refusal.status == 401:
            self._worker._dismiss(refusal)

    def _set_order(self, order: _Order) -> None:
        self._order = order
        log.info("Job %s stops: %s.", self._job.job_id, order.value)


def _passes(refusal: CloudRefusal) -> bool:
    return refusal.status >= 500 or refusal.status in _PASSING


def _not_for_being_over(refusal: CloudRefusal) -> bool:
    """Whether it was the body that the cloud refused, and not the news of a job that is over (WK-2.12)."""
    return refusal.status in (400, 413, 422) and "status" not in refusal.detail


def register_worker(context: CloudContext, admin: User, name: str, backend: Backend) -> Platform:
    """Register a platform of this name with a new worker that offers what `backend` can do.

    Makes an API key where the admin has none: `admin.api_key` holds it afterwards, for the caller to revoke.
    Sets `Platform.ADMIN` where it is None. A platform that exists keeps its id, its type and what else its
    specs hold; registering again adds no platform, but one more worker (PF-1.6). Raises PreconditionError
    where `admin` is none, CloudRefusal where the cloud refuses.
    """
    Platform.ADMIN = require_admin(Platform.ADMIN or admin, "registers a worker")
    if Platform.ADMIN.api_key is None:
        Platform.ADMIN.create_api_key(context, {"label": f"worker-{secrets.token_hex(6)}"})
    known = _known(context, name)
    # A key `commands` would make the client send payloads of another form, and nulls make it crash.
    specs = {key: value for key, value in known["specs"].items() if value is not None and key != "commands"}
    platform = Platform(
        name=name, type=known["type"], specs={**specs, "available_commands": list(backend.commands)}
    )
    platform.register(context)
    return platform


def _known(context: CloudContext, name: str) -> dict[str, Any]:
    """Type and specs of the platform of this name, as far as they can be read; a plain simulator's if not."""
    assert Platform.ADMIN is not None and Platform.ADMIN.api_key is not None
    answer: dict[str, Any] = {}
    try:
        answer = Platform.get_api(context).call_for_object(
            PL_2, token=Platform.ADMIN.api_key.token, path={"name": name}
        )
    except CloudRefusal as refusal:
        if _passes(refusal):
            raise
    specs = answer.get("specs")
    return {"type": answer.get("type") or "simulator", "specs": specs if isinstance(specs, dict) else {}}
