"""A ledger, read: what a run made, what it took away, and what by that account remains."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from cloudqa.record.ledger_entries import Entry, Kind, permission_id


@dataclass(frozen=True)
class Making:
    """One creation that a run asked for.

    `id` is "" and `status` None where no outcome was noted; `status` is 0 where no answer came. `name` is ""
    where the request held none with the run's mark. Ids are texts, whatever the cloud makes them.
    """

    kind: Kind
    name: str = ""
    id: str = ""
    status: int | None = None
    at: float = 0.0
    scenario: str = ""
    user_id: str = ""
    platform: str = ""
    worker_id: str = ""

    @property
    def may_exist(self) -> bool:
        """Whether the cloud may have made it: it said so, or said nothing that can be relied on."""
        return self.status is None or self.status in (0, 200) or self.status >= 500

    def __str__(self) -> str:
        return f"{self.kind} {self.name or self.id or 'without a name'}"


@dataclass(frozen=True)
class Account:
    """What a run's ledger says. `fetched` are the workers of the run by the job that each has fetched."""

    run_id: str
    mark: str
    url: str
    began: float
    makings: tuple[Making, ...] = ()
    gone: frozenset[tuple[Kind, str]] = frozenset()
    fetched: Mapping[str, str] = field(default_factory=dict)

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of things that it may have made."""
        return frozenset(making.kind for making in self.makings if making.may_exist)

    def remaining(self) -> list[Making]:
        """What may still be there, as far as the ledger can tell without asking the cloud.

        It errs on the side of asking: a job that a foreign worker has finished is among it, and what was
        asked for when the run was killed. What bears another name than the run's is told by its id alone; a
        platform without the mark is not the run's, which only registered a worker there.
        """
        found: dict[tuple[Kind, str], Making] = {}
        for making in self.makings:
            if making.may_exist and not self._is_gone(making):
                found[making.kind, making.id or making.name] = making
        return list(found.values())

    def making_of(self, kind: Kind, one: str, name: str) -> Making | None:
        """The creation of the thing with this id, else with this name; the latest of several."""
        return self._by_id.get((kind, one)) or self._by_name.get((kind, name.casefold()))

    def workers_for(self, job_id: str, platform: str) -> list[str]:
        """The ids of the run's workers that may hold a job, the one that fetched it first.

        `platform` is the platform's name.
        """
        registered = [
            making.worker_id
            for making in self.makings
            if making.kind is Kind.PLATFORM
            and making.worker_id
            and making.name.casefold() == platform.casefold()
        ]
        fetched = [self.fetched[job_id]] if job_id in self.fetched else []
        return list(dict.fromkeys([*fetched, *registered]))

    @cached_property
    def _by_id(self) -> Mapping[tuple[Kind, str], Making]:
        return {(making.kind, making.id): making for making in self.makings if making.id}

    @cached_property
    def _by_name(self) -> Mapping[tuple[Kind, str], Making]:
        return {(making.kind, making.name.casefold()): making for making in self.makings if making.name}

    def _is_gone(self, making: Making) -> bool:
        if making.kind is Kind.PLATFORM and not making.name:
            return True
        if (making.kind, making.id) in self.gone:
            return True
        platform = self._platform_id(making.platform)
        owner_gone = (Kind.USER, making.user_id) in self.gone
        platform_gone = (Kind.PLATFORM, platform) in self.gone
        match making.kind:
            case Kind.TOKEN | Kind.KEY:
                return owner_gone
            case Kind.PERMISSION:
                return owner_gone or platform_gone
            case Kind.JOB:
                # One that waits ends with its user or its platform; one that runs waits for its worker.
                return platform != "" and making.id not in self.fetched and (owner_gone or platform_gone)
            case _:
                return False

    def _platform_id(self, platform: str) -> str:
        """The id of the run's platform with this name or id; "" where the run made none such."""
        making = self.making_of(Kind.PLATFORM, platform, platform)
        return making.id if making is not None and making.name else ""


def read_account(text: str) -> Account | None:
    """The account in a ledger's text; None where not even its first line is whole.

    Lines that a kill has torn are passed over.
    """
    entries = list(_entries(text.splitlines()))
    header = next((entry for entry in entries if "run" in entry), None)
    if header is None:
        return None
    makings: dict[str, Making] = {}
    gone: set[tuple[Kind, str]] = set()
    fetched: dict[str, str] = {}
    for entry in entries:
        if "intent" in entry:
            makings[entry["intent"]] = _making(entry)
        elif entry.get("outcome") in makings:
            made = makings[entry["outcome"]] = _with_outcome(makings[entry["outcome"]], entry)
            if made.status == 200:
                gone.discard((made.kind, made.id))
        elif "gone" in entry:
            gone.add((Kind(entry["gone"]), str(entry["id"])))
        elif "back" in entry:
            gone.discard((Kind(entry["back"]), str(entry["id"])))
        elif "fetched" in entry:
            fetched[str(entry["fetched"])] = entry["worker_id"]
    return Account(
        header["run"],
        header["mark"],
        header["url"],
        header["began"],
        tuple(makings.values()),
        frozenset(gone),
        fetched,
    )


def _entries(lines: Iterable[str]) -> Iterable[Entry]:
    for line in lines:
        try:
            entry = json.loads(line) if line else None
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry


def _making(entry: Entry) -> Making:
    kind = Kind(entry["kind"])
    pair = permission_id(entry.get("user_id"), entry.get("platform_id")) if kind is Kind.PERMISSION else ""
    return Making(
        kind,
        name=entry.get("name", ""),
        id=pair,
        at=entry["at"],
        scenario=entry.get("scenario", ""),
        user_id=str(entry.get("user_id", "")),
        platform=str(entry.get("platform_id") or entry.get("platform_name") or ""),
        worker_id=str(entry.get("worker_id", "")),
    )


def _with_outcome(making: Making, entry: Entry) -> Making:
    return replace(making, status=entry["status"], id=str(entry.get("id", "")) or making.id)
