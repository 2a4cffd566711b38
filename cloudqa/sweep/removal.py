"""Removing what a run left behind, in the order in which nothing is in the way of the next."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from cloudqa.record.ledger_entries import Kind
from cloudqa.sweep.account import Account
from cloudqa.sweep.found import Thing
from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.errors import CloudRefusal, CloudUnreachable, UnreadableAnswer
from steps.api.operations import AT_7, TK_7, Operation
from steps.api.utils import CloudContext


class Removal:
    """Removes things of one run, goes on after an error, and keeps in `problems` what went wrong.

    `cloud` should be looked on at by the run's ledger: what the removal makes for itself is noted there too.
    """

    def __init__(self, cloud: CloudContext, account: Account) -> None:
        self.problems: list[str] = []
        self._cloud = cloud
        self._account = account

    def as_admin(self, admin: User, things: Sequence[Thing]) -> None:
        """Remove the things: jobs first, then permissions, tokens, keys, platforms, and users last."""
        Platform.ADMIN = admin
        cloud = self._cloud
        self._end_jobs(admin, _of(Kind.JOB, things))
        for thing in _of(Kind.PERMISSION, things):
            platform = Platform(platform_id=thing.platform)
            self._try(thing, platform.remove_user, cloud, User(user_id=thing.owner))
        self._delete_tokens(admin, AT_7, _of(Kind.TOKEN, things))
        for thing in _of(Kind.KEY, things):
            self._try(thing, ApiKey(api_key_id=int(thing.id)).revoke, cloud, admin)
        for thing in _of(Kind.PLATFORM, things):
            self._try(thing, Platform(thing.name, platform_id=thing.id).delete, cloud)
        for thing in _of(Kind.USER, things):
            self._try(thing, User(user_id=int(thing.id), email=thing.name).delete, cloud, admin)

    def with_job_token(self, holder: User, things: Sequence[Thing]) -> None:
        """Remove what the holder of a job token may: their jobs, and their other tokens."""
        for thing in _of(Kind.JOB, things):
            if thing.status != "cancel_requested":
                self._try(thing, Job(job_id=thing.id).cancel, self._cloud, holder)
        self._delete_tokens(holder, TK_7, _of(Kind.TOKEN, things))

    def _end_jobs(self, admin: User, things: Sequence[Thing]) -> None:
        stopping = [thing for thing in things if thing.status == "cancel_requested"]
        going = {thing.id: thing for thing in things if thing.status != "cancel_requested"}
        if going:
            jobs = [Job(job_id=job_id) for job_id in going]
            try:
                answer = Job.cancel_many(self._cloud, jobs, admin)
            except (CloudRefusal, CloudUnreachable, UnreadableAnswer) as error:
                self.problems.append(f"Canceling {len(jobs)} jobs failed: {error}")
                return
            stopping += [going[job_id] for job_id in _told_to_stop(answer) if job_id in going]
        self._acknowledge(admin, stopping)

    def _acknowledge(self, admin: User, things: Sequence[Thing]) -> None:
        """End jobs that wait for a worker of the run, in its place: nobody else will ever do it."""
        held = [(thing, self._account.workers_for(thing.id, thing.platform)) for thing in things]
        held = [(thing, workers) for thing, workers in held if workers]
        if not held:
            return
        label = f"sweep-{self._account.mark}-{secrets.token_hex(3)}"
        if not self._try("API key of the sweep", admin.create_api_key, self._cloud, {"label": label}):
            return
        for thing, workers in held:
            self._try(thing, self._publish_canceled, thing, workers)
        if admin.api_key is not None:
            self._try("API key of the sweep", admin.api_key.revoke, self._cloud, admin)

    def _publish_canceled(self, thing: Thing, workers: Sequence[str]) -> None:
        """As the worker that has fetched the job; any other is refused with 403."""
        job = Job(job_id=thing.id)
        for worker_id in workers:
            try:
                Platform(thing.platform, worker_id=worker_id).acknowledge_cancel(self._cloud, job)
            except CloudRefusal as refusal:
                if refusal.status != 403 or worker_id == workers[-1]:
                    raise
            else:
                return

    def _delete_tokens(self, caller: User, operation: Operation, things: Sequence[Thing]) -> None:
        """All at once, which is all or nothing; one by one where that is refused."""
        ids = [int(thing.id) for thing in things]
        if not ids:
            return
        try:
            JobToken.delete_many(self._cloud, caller, ids, operation=operation)
        except (CloudRefusal, CloudUnreachable):
            for thing in things:
                token = JobToken(token_id=int(thing.id))
                self._try(thing, lambda token=token: token.delete(self._cloud, caller, operation=operation))

    def _try(self, what: object, action: Callable[..., object], *args: object) -> bool:
        try:
            action(*args)
        except (CloudRefusal, CloudUnreachable, UnreadableAnswer) as error:
            self.problems.append(f"Removing {what} failed: {error}")
            return False
        return True


def _of(kind: Kind, things: Sequence[Thing]) -> list[Thing]:
    return [thing for thing in things if thing.kind is kind]


def _told_to_stop(answer: dict[str, object]) -> list[str]:
    jobs = answer.get("jobs")
    entries = jobs if isinstance(jobs, list) else []
    return [str(job.get("job_id")) for job in entries if job.get("status") == "cancel_requested"]
