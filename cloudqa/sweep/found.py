"""What of a run is in a cloud now, as the cloud's own lists show it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from cloudqa.record.ledger_entries import Kind, bears, permission_id
from cloudqa.sweep.account import Account
from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.cloud_objects.cloud_base import all_pages
from steps.api.utils import CloudContext

UNFINISHED = ("waiting", "running", "cancel_requested", "suspended")

# The most that a list gives at a time (PG-1): fewer requests against a cloud that holds much.
PAGE = 10000

# How far the clocks of a cloud and of the machine that ran the suite may be apart.
CLOCKS_APART = 600.0

Entries = list[dict[str, Any]]


@dataclass(frozen=True)
class Thing:
    """One thing that a run left in a cloud.

    `known` says that the run's ledger holds it, or that which it belongs to; `marked` that the cloud shows
    the run's mark at it. `scenario` is where it was made, "" where that is not known. `owner` is the user of
    a token, a key or a permission; `platform` a job's platform by name, a permission's by id. `is_deserted`
    says that a job was asked to stop, and that only a worker of the run could stop it.
    """

    kind: Kind
    id: str
    name: str
    known: bool
    marked: bool
    scenario: str = ""
    status: str = ""
    owner: int = -1
    platform: str = ""
    is_admin: bool = False
    is_deserted: bool = False

    @property
    def removable(self) -> bool:
        """Whether a sweep may touch it: it is the run's beyond doubt, and no admin."""
        return self.known and self.marked and not self.is_admin

    def __str__(self) -> str:
        status = f" ({self.status})" if self.status else ""
        return f"{self.kind} {self.name or self.id}{status}"


@dataclass(frozen=True)
class Lists:
    """The lists of a cloud, as far as they were read. No secret is in them."""

    users: Entries = field(default_factory=list)
    tokens: Entries = field(default_factory=list)
    keys: Entries = field(default_factory=list)
    platforms: Entries = field(default_factory=list)
    jobs: Entries = field(default_factory=list)


def read_lists(cloud: CloudContext, admin: User, kinds: Collection[Kind]) -> Lists:
    """Read the admin's lists that things of these kinds are in: only what is usable, and jobs not over.

    Raises CloudRefusal, CloudUnreachable or UnreadableAnswer.
    """
    kinds = set(kinds)
    # A permission is shown with its user, and is known by its platform too.
    with_users, with_platforms = {Kind.USER, Kind.PLATFORM, Kind.PERMISSION}, {Kind.PLATFORM, Kind.PERMISSION}
    return Lists(
        users=_all(partial(User.list_page, cloud, admin)) if kinds & with_users else [],
        tokens=_usable_tokens(cloud, admin) if Kind.TOKEN in kinds else [],
        keys=_usable_keys(cloud, admin) if Kind.KEY in kinds else [],
        platforms=_all(partial(Platform.list_page, cloud, admin)) if kinds & with_platforms else [],
        jobs=_unfinished_jobs(cloud, admin) if Kind.JOB in kinds else [],
    )


def things_of(account: Account, lists: Lists) -> list[Thing]:
    """What of the lists is the run's: by its mark, or by an id that the ledger holds."""
    users = list(_users(account, lists.users))
    platforms = list(_platforms(account, lists.platforms))
    whose = _Whose(account, users, platforms)
    return [
        *users,
        *platforms,
        *whose.permissions(lists.users),
        *whose.credentials(Kind.TOKEN, lists.tokens, "id"),
        *whose.credentials(Kind.KEY, lists.keys, "api_key_id"),
        *whose.jobs(lists.jobs),
    ]


class _Whose:
    """Tells which things are the run's, because of what they belong to."""

    def __init__(self, account: Account, users: list[Thing], platforms: list[Thing]) -> None:
        self._account = account
        self._users = {user.id: user for user in users if user.marked}
        self._platforms = {platform.id: platform for platform in platforms if platform.marked}
        self._platform_names = {platform.name: platform for platform in platforms if platform.marked}

    def permissions(self, users: Entries) -> Iterator[Thing]:
        for entry in users:
            user_id = str(entry.get("user_id"))
            for platform_id in entry.get("platform_ids") or ():
                holders = [self._users.get(user_id), self._platforms.get(str(platform_id))]
                if any(holders):
                    yield self._thing(
                        Kind.PERMISSION,
                        permission_id(user_id, platform_id),
                        "",
                        holders,
                        marked=True,
                        owner=int(user_id),
                        platform=str(platform_id),
                    )

    def credentials(self, kind: Kind, entries: Entries, id_member: str) -> Iterator[Thing]:
        for entry in entries:
            one, label = str(entry.get(id_member)), entry.get("label") or ""
            holder = self._users.get(str(entry.get("user_id")))
            marked = bears(self._account.mark, label) or holder is not None
            if marked or _is_made_by(self._account, kind, one, entry):
                yield self._thing(kind, one, label, [holder], marked=marked, owner=_number(entry, "user_id"))

    def jobs(self, entries: Entries) -> Iterator[Thing]:
        mark = self._account.mark
        for entry in entries:
            one, name = str(entry.get("job_id")), entry.get("job_name") or ""
            platform = entry.get("platform_name") or ""
            holders = [self._users.get(str(entry.get("user_id"))), self._platform_names.get(platform)]
            own = any(bears(mark, text) for text in (name, platform, entry.get("token_label")))
            marked = own or any(holders)
            if marked or _is_made_by(self._account, Kind.JOB, one, entry):
                yield self._thing(
                    Kind.JOB,
                    one,
                    name,
                    holders,
                    marked=marked,
                    status=str(entry.get("status")),
                    platform=platform,
                    is_deserted=entry.get("status") == "cancel_requested"
                    and bool(self._account.workers_for(one, platform)),
                )

    def _thing(
        self,
        kind: Kind,
        one: str,
        name: str,
        holders: list[Thing | None],
        *,
        marked: bool,
        **more: Any,  # noqa: ANN401 - further attributes of a Thing
    ) -> Thing:
        making = self._account.making_of(kind, one, name)
        known = making is not None or any(holder.known for holder in holders if holder is not None)
        return Thing(kind, one, name, known, marked, making.scenario if making else "", **more)


def _users(account: Account, entries: Entries) -> Iterator[Thing]:
    for entry in entries:
        one, email = str(entry.get("user_id")), entry.get("email") or ""
        marked = bears(account.mark, email)
        if marked or _is_made_by(account, Kind.USER, one, entry):
            making = account.making_of(Kind.USER, one, email)
            scenario = making.scenario if making else ""
            admin = entry.get("is_admin") is not False
            yield Thing(Kind.USER, one, email, making is not None, marked, scenario, is_admin=admin)


def _platforms(account: Account, entries: Entries) -> Iterator[Thing]:
    for entry in entries:
        one, name = str(entry.get("id")), entry.get("name") or ""
        making = account.making_of(Kind.PLATFORM, one, name)
        marked = bears(account.mark, name)
        # The run may have registered a worker on a platform that was there before it.
        renamed = making is not None and making.name and _is_made_by(account, Kind.PLATFORM, one, entry)
        if marked or renamed:
            yield Thing(
                Kind.PLATFORM, one, name, making is not None, marked, making.scenario if making else ""
            )


def _is_made_by(account: Account, kind: Kind, one: str, entry: Mapping[str, Any]) -> bool:
    """Whether this id of the ledger means the thing that a list shows without the run's mark.

    A cloud that was set up anew at the same address gives the same ids to other things, at another time.
    """
    making = account.making_of(kind, one, "")
    if making is None:
        return False
    try:
        created = datetime.fromisoformat(str(entry.get("created_date"))).timestamp()
    except ValueError:
        return False
    return abs(created - making.at) < CLOCKS_APART


def _unfinished_jobs(cloud: CloudContext, admin: User) -> Entries:
    pages = (partial(Job.list_page, cloud, admin, status=status) for status in UNFINISHED)
    return [job for read in pages for job in _all(read)]


def _usable_tokens(cloud: CloudContext, admin: User) -> Entries:
    def read(**page: int) -> Entries:
        entries = JobToken.list_page(cloud, admin, include_expired=False, include_revoked=False, **page)
        return [{name: value for name, value in entry.items() if name != "key"} for entry in entries]

    return _all(read)


def _usable_keys(cloud: CloudContext, admin: User) -> Entries:
    return [key for key in _all(partial(ApiKey.list_page, cloud, admin)) if _opens(key)]


def _opens(key: Mapping[str, Any]) -> bool:
    """Whether a key opens anything: it is neither revoked nor expired."""
    if key.get("is_revoked") is True:
        return False
    try:
        return datetime.fromisoformat(str(key.get("expiration_date"))) > datetime.now(UTC)
    except (ValueError, TypeError):
        return True


def _number(entry: Mapping[str, Any], member: str) -> int:
    value = entry.get(member)
    return value if isinstance(value, int) else -1


def _all(read: Callable[..., Entries]) -> Entries:
    return list(all_pages(lambda limit, offset: read(limit=limit, offset=offset), PAGE))
