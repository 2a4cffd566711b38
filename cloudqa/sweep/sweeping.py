"""A sweep: look, remove what is a run's beyond doubt, look again, and tell what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from cloudqa.record.ledger import Ledger
from cloudqa.sweep.account import Account, Making, read_account
from cloudqa.sweep.found import Thing
from cloudqa.sweep.ledgers import kept_from_others, text_of
from cloudqa.sweep.removal import Removal
from cloudqa.sweep.sight import Sight, settled


@dataclass(frozen=True)
class Swept:
    """What a sweep did about one run.

    `removed` is what it removed, or would remove; `left` what is there still, `unseen` what its credential
    cannot see. `busy` means that the run goes on, or that another sweep is at it: nothing was done.
    """

    account: Account
    removed: Sequence[Thing] = ()
    left: Sequence[Thing] = ()
    unseen: Sequence[Making] = ()
    problems: Sequence[str] = ()
    busy: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether nothing of the run is left."""
        return not (self.left or self.unseen or self.busy)


def sweep(ledgers: Mapping[Path, Account], sight: Sight, *, dry_run: bool = False) -> list[Swept]:
    """Sweep the runs of these ledgers, and remove the ledger of each of which nothing is left.

    With `dry_run` nothing is removed. Raises CloudRefusal, CloudUnreachable or UnreadableAnswer where the
    cloud does not let itself be looked at.
    """
    with ExitStack() as stack:
        free, busy = {}, []
        for path, account in ledgers.items():
            try:
                is_free = stack.enter_context(kept_from_others(path))
            except FileNotFoundError:  # its run has ended well in the meantime
                continue
            if is_free:
                free[path] = read_account(text_of(path)) or account
            else:
                busy.append(Swept(account, busy=True))
        before = sight.find(list(free.values()))
        if dry_run:
            return busy + [_foreseen(account, before[account.run_id], sight) for account in free.values()]
        return busy + _swept(free, before, sight)


def why_left(thing: Thing) -> str:
    """Why a sweep leaves a thing alone, as the end of a sentence; "" where it tried to remove it."""
    if thing.is_admin:
        return "it is an admin, whom no sweep touches"
    if not thing.known:
        return "it bears the run's mark, but the run's ledger does not hold it"
    if not thing.marked:
        return "the run has made it, but it does not bear the run's mark"
    return "its worker has not stopped it yet" if thing.status == "cancel_requested" else ""


def _foreseen(account: Account, things: Sequence[Thing], sight: Sight) -> Swept:
    removable = [thing for thing in things if thing.removable]
    return Swept(account, removable, things, sight.unseen(account))


def _swept(ledgers: Mapping[Path, Account], before: Mapping[str, list[Thing]], sight: Sight) -> list[Swept]:
    problems = {
        account.run_id: _remove(path, account, before[account.run_id], sight)
        for path, account in ledgers.items()
    }
    # The sweep may have noted something of its own in the meantime.
    accounts = [read_account(text_of(path)) or account for path, account in ledgers.items()]
    after = settled(lambda: sight.find(accounts))
    swept = []
    for path, account in zip(ledgers, accounts, strict=True):
        left = after[account.run_id]
        still = {(thing.kind, thing.id) for thing in left}
        removed = [thing for thing in before[account.run_id] if (thing.kind, thing.id) not in still]
        one = Swept(account, removed, left, sight.unseen(account), problems[account.run_id])
        if one.is_clean:
            path.unlink(missing_ok=True)
        swept.append(one)
    return swept


def _remove(path: Path, account: Account, things: Sequence[Thing], sight: Sight) -> list[str]:
    removable = [thing for thing in things if thing.removable]
    if not removable:
        return []
    ledger = Ledger(path, account.run_id)
    try:
        removal = Removal(replace(sight.cloud, observers=(*sight.cloud.observers, ledger)), account)
        sight.remove(removal, removable)
        return removal.problems
    finally:
        ledger.close()
