"""Faults of explorer tokens: EX-1 to EX-8."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground, with_field
from sandbox.routes import shapes
from sandbox.routes import tokens as token_routes
from sandbox.rules import admission, jobs, rights, tokens
from sandbox.rules.refusals import forbidden, unauthorized
from sandbox.store import tokens_table
from sandbox.store.records import Token


def _close_to_explorers(ground: Ground, *identifiers: str) -> None:
    for identifier in identifiers:
        ground.operation(identifier, right="full_token")


def _open_to_explorers(ground: Ground, *identifiers: str) -> None:
    for identifier in identifiers:
        ground.operation(identifier, right="anyone")


@breaks("EX-1", "An explorer token is refused in other words", also=("JB-1.16", "EX-2", "EX-3"))
def explorer_is_refused_in_other_words(ground: Ground) -> None:
    ground.set(admission, "EXPLORER_REFUSED", "Invalid or expired job token")


@breaks("EX-1", "An explorer token is refused with 403", also=("JB-1.16", "EX-2", "EX-3", "PM-4"))
def explorer_gets_403(ground: Ground) -> None:
    ground.set(admission, "unauthorized", forbidden)


@breaks("EX-2", "An explorer token makes jobs on every platform", also=("JB-1.16", "EX-1"), known_as="D055")
def explorer_makes_jobs(ground: Ground) -> None:
    ground.replace(admission.require_explorer_allowed, lambda token, platform: None)


@breaks("EX-2", "An explorer token makes no jobs, though the platform allows it", also=("EX-1",))
def explorer_makes_no_jobs_anywhere(ground: Ground) -> None:
    def require(original: Original, token: Token, platform: object) -> None:
        if token.is_explorer:
            raise unauthorized(admission.EXPLORER_REFUSED)

    ground.wrap(admission.require_explorer_allowed, require)


@breaks("EX-3", "An explorer token runs jobs again on every platform", also=("PM-9",))
def explorer_reruns_jobs(ground: Ground) -> None:
    ground.wrap(
        jobs.rerun,
        lambda original, cloud, caller, token, job, changes: original(
            cloud, caller, replace(token, is_explorer=False), job, changes
        ),
    )


@breaks("EX-3", "An explorer token runs no job again, though the platform allows it")
def explorer_reruns_nothing_anywhere(ground: Ground) -> None:
    def rerun(original: Original, cloud: object, caller: object, token: Token, *rest: Any) -> str:  # noqa: ANN401
        if token.is_explorer:
            raise unauthorized(admission.EXPLORER_REFUSED)
        return str(original(cloud, caller, token, *rest))

    ground.wrap(jobs.rerun, rerun)


@breaks(
    "EX-4", "A token that is to be an explorer becomes a full one", also=("EX-2", "EX-8"), known_as="D055"
)
def explorer_becomes_a_full_token(ground: Ground) -> None:
    ground.wrap(
        tokens_table.insert, lambda original, db, **members: original(db, **{**members, "is_explorer": False})
    )


@breaks("EX-4", "An explorer token is not shown as one", known_as="D055")
def explorer_is_not_shown(ground: Ground) -> None:
    ground.wrap(token_routes.read, lambda original, call: {**original(call), "is_explorer_token": False})


@breaks("EX-5", "A token is an explorer unless it is said", also=("TK-2.4",))
def token_is_an_explorer_by_default(ground: Ground) -> None:
    ground.wrap(
        tokens.generate,
        lambda original, cloud, caller, given: original(
            cloud, caller, given if "label" in given else {"is_explorer_token": True, **given}
        ),
    )


@breaks("EX-5", "A token whose is_explorer_token is null is an explorer", also=("TK-2.4",))
def null_makes_an_explorer(ground: Ground) -> None:
    ground.wrap(
        shapes.token_generate,
        lambda original, longest: with_field(original(longest), "is_explorer_token", keeps_null=True),
    )
    ground.wrap(
        tokens.generate,
        lambda original, cloud, caller, given: original(
            cloud,
            caller,
            {**given, "is_explorer_token": True} if given.get("is_explorer_token", 0) is None else given,
        ),
    )


@breaks("EX-6", "An explorer token reads no jobs", also=("PM-5", "PM-6", "PM-7"))
def explorer_reads_no_jobs(ground: Ground) -> None:
    _close_to_explorers(ground, "JB-2", "JB-3", "JB-4", "JB-2d", "JB-3d")


@breaks("EX-6", "An explorer token does not see how many jobs there may be", also=("PM-11",))
def explorer_sees_no_availability(ground: Ground) -> None:
    _close_to_explorers(ground, "JB-7")


@breaks("EX-6", "An explorer token reads no tokens", also=("PM-13", "PM-18", "PM-26"))
def explorer_reads_no_tokens(ground: Ground) -> None:
    _close_to_explorers(ground, "TK-1", "TK-3", "AT-1")


@breaks("EX-6", "An explorer token sees no usage", also=("PM-24",))
def explorer_sees_no_usage(ground: Ground) -> None:
    _close_to_explorers(ground, "TK-9")


@breaks("EX-6", "An explorer token sees no platforms", also=("PL-2.5", "PF-2.3", "PM-35", "PM-36", "PM-37"))
def explorer_sees_no_platforms(ground: Ground) -> None:
    _close_to_explorers(ground, "PF-2", "PF-5", "PL-1", "PL-2")


@breaks("EX-7", "An explorer token cancels no jobs", also=("PM-8",))
def explorer_cancels_no_jobs(ground: Ground) -> None:
    _close_to_explorers(ground, "JB-5", "JB-5d")


@breaks("EX-7", "An explorer token cannot revoke itself", also=("PM-20",))
def explorer_cannot_revoke_itself(ground: Ground) -> None:
    _close_to_explorers(ground, "TK-5")


@breaks("EX-8", "An explorer token revokes other tokens", also=("PM-20",))
def explorer_revokes_other_tokens(ground: Ground) -> None:
    ground.replace(tokens.may_revoke, lambda caller, token: True)


@breaks("EX-8", "An explorer token does all that a full token does with tokens", also=("PM-15", "PM-19"))
def explorer_is_a_full_token(ground: Ground) -> None:
    ground.replace(rights.full_token, lambda caller, path: True)


@breaks("EX-8", "An explorer token makes tokens", also=("PM-15", "PM-28"))
def explorer_makes_job_tokens(ground: Ground) -> None:
    _open_to_explorers(ground, "TK-2")


@breaks("EX-8", "An explorer token makes tokens on the routes of the account", also=("PM-28", "AT-2"))
def explorer_makes_tokens_by_account(ground: Ground) -> None:
    _open_to_explorers(ground, "AT-2", "AT-2d")


@breaks("EX-8", "An explorer token changes tokens", also=("PM-19",))
def explorer_changes_job_tokens(ground: Ground) -> None:
    _open_to_explorers(ground, "TK-4")


@breaks("EX-8", "An explorer token reopens tokens", also=("PM-21",))
def explorer_reopens_tokens(ground: Ground) -> None:
    _open_to_explorers(ground, "TK-6")


@breaks("EX-8", "An explorer token deletes tokens by their ids", also=("PM-22", "PM-34"))
def explorer_deletes_tokens_by_id(ground: Ground) -> None:
    _open_to_explorers(ground, "TK-7")


@breaks("EX-8", "An explorer token deletes tokens by their ids on the account's route", also=("PM-34",))
def explorer_deletes_tokens_by_account(ground: Ground) -> None:
    _open_to_explorers(ground, "AT-7")


@breaks("EX-8", "An explorer token deletes tokens by their keys", also=("PM-23",))
def explorer_deletes_tokens_by_key(ground: Ground) -> None:
    _open_to_explorers(ground, "TK-8", "AT-8d", "AT-9d")
