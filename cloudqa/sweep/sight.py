"""Who looks for what runs left behind, and how much of it they can see: an admin, or a job token's holder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from cloudqa.record.ledger_entries import FINAL_STATUSES, Kind, bears
from cloudqa.sweep.account import Account, Making
from cloudqa.sweep.found import Thing, read_lists, things_of
from cloudqa.sweep.removal import Removal
from steps.api.cloud_objects import Job, JobToken, User
from steps.api.errors import CloudRefusal
from steps.api.operations import TK_1
from steps.api.utils import CloudContext
from steps.api.waiting import WaitedInVain, wait_until

# A worker reads that it shall stop in the answer to its next news of the job.
HEED_SECONDS = 10.0

Found = Mapping[str, list[Thing]]


class Sight(Protocol):
    """A look at a cloud with some credential. Raises CloudRefusal, CloudUnreachable or UnreadableAnswer."""

    @property
    def cloud(self) -> CloudContext:
        """The cloud looked at."""

    def find(self, accounts: Sequence[Account]) -> Found:
        """What the cloud shows of each run, by the run's id."""

    def unseen(self, account: Account) -> list[Making]:
        """What may be there by the ledger, and cannot be seen with this credential."""

    def remove(self, removal: Removal, things: Sequence[Thing]) -> None:
        """Remove these things with this credential."""


@dataclass(frozen=True)
class AdminSight:
    """The admin's lists: whatever bears the mark of a run is in them."""

    cloud: CloudContext
    admin: User

    def find(self, accounts: Sequence[Account]) -> Found:
        """What the lists show of each run; a list is read once, and only if a run made things of its kind."""
        kinds = {kind for account in accounts for kind in account.kinds}
        lists = read_lists(_unobserved(self.cloud), self.admin, kinds)
        return {account.run_id: things_of(account, lists) for account in accounts}

    def unseen(self, account: Account) -> list[Making]:
        """Nothing: an admin sees everything."""
        return []

    def remove(self, removal: Removal, things: Sequence[Thing]) -> None:
        """Remove the things as the admin."""
        removal.as_admin(self.admin, things)


@dataclass(frozen=True)
class JobTokenSight:
    """What the holder of a job token sees: their usable tokens, and those of their jobs whose id is known."""

    cloud: CloudContext
    holder: User

    def find(self, accounts: Sequence[Account]) -> Found:
        """What the job token shows of each run."""
        return {account.run_id: [*self._tokens(account), *self._jobs(account)] for account in accounts}

    def unseen(self, account: Account) -> list[Making]:
        """What only an admin can see, and jobs whose id the run did not live to learn."""
        return [
            making
            for making in account.remaining()
            if making.kind not in (Kind.TOKEN, Kind.JOB) or (making.kind is Kind.JOB and not making.id)
        ]

    def remove(self, removal: Removal, things: Sequence[Thing]) -> None:
        """Remove the things with the job token."""
        removal.with_job_token(self.holder, things)

    def _tokens(self, account: Account) -> Iterable[Thing]:
        if Kind.TOKEN not in account.kinds:
            return
        entries = JobToken.list_own(
            _unobserved(self.cloud), self.holder, include_expired=False, include_revoked=False, operation=TK_1
        )
        for entry in entries:
            label = entry.get("label") or ""
            making = account.making_of(Kind.TOKEN, str(entry["id"]), label)
            marked = bears(account.mark, label)
            if making is not None or marked:
                scenario = making.scenario if making else ""
                yield Thing(Kind.TOKEN, str(entry["id"]), label, making is not None, marked, scenario)

    def _jobs(self, account: Account) -> Iterable[Thing]:
        for making in account.remaining():
            if making.kind is not Kind.JOB or not making.id:
                continue
            try:
                data = Job(job_id=making.id).read(_unobserved(self.cloud), self.holder)
            except CloudRefusal as refusal:
                if refusal.status not in (403, 404):
                    raise
                continue
            if data.get("status") not in FINAL_STATUSES:
                shown = ("job_name", "platform_name", "token_label")
                marked = any(bears(account.mark, data.get(member)) for member in shown)
                name, status = data.get("job_name") or "", str(data.get("status"))
                yield Thing(Kind.JOB, making.id, name, True, marked, making.scenario, status)


def settled(find: Callable[[], Found]) -> Found:
    """What `find` finds, once the workers that were told to stop a job have had the time to."""

    def is_settled(found: Found) -> bool:
        things = [thing for of_run in found.values() for thing in of_run]
        return all(thing.status != "cancel_requested" or thing.is_deserted for thing in things)

    try:
        return wait_until(find, is_settled, seconds=HEED_SECONDS)
    except WaitedInVain:
        return find()


def _unobserved(cloud: CloudContext) -> CloudContext:
    """The cloud without observers: lists hold what is none of the run's business, secrets of others too."""
    return replace(cloud, observers=())
