"""What a run made is compared with what is left of it: something left behind fails the run."""

from __future__ import annotations

from collections.abc import Sequence

from cloudqa.errors import CannotReach
from cloudqa.sweep.account import Account, Making
from cloudqa.sweep.found import Thing
from cloudqa.sweep.sight import Sight, settled
from steps.api.errors import CloudRefusal, CloudUnreachable, UnreadableAnswer

# A run that never undoes anything would fill pages.
TOLD = 20


def leaks_of(account: Account, sight: Sight) -> list[str]:
    """What the run has left behind and the scenarios that did, in a sentence; none where nothing is left.

    One look at the cloud, at no more kinds of things than the ledger says were made. Raises CannotReach
    where the cloud does not answer.
    """
    try:
        left = settled(lambda: sight.find([account]))[account.run_id]
    except (CloudRefusal, CloudUnreachable, UnreadableAnswer) as error:
        remaining = _listed(account.remaining()) or "nothing"
        sentence = (
            f"Whether the run has left something behind was not to be learned: {error} "
            f"By its ledger there may be: {remaining}."
        )
        if isinstance(error, CloudUnreachable):
            raise CannotReach(sentence) from None
        return [sentence]
    unseen = sight.unseen(account)
    return [
        *([f"The run has left behind: {_listed(left)}."] if left else []),
        *([f"What a job token cannot see, and may be left: {_listed(unseen)}."] if unseen else []),
    ]


def _listed(things: Sequence[Thing | Making]) -> str:
    told = [f"{thing}, made in {thing.scenario or 'no known scenario'}" for thing in things[:TOLD]]
    more = [f"and {len(things) - TOLD} more"] if len(things) > TOLD else []
    return "; ".join(told + more)
