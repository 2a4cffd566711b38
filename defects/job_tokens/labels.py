"""Faults of labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.rules import tokens
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import RefusalError, bad_request, forbidden
from sandbox.store import tokens_table


@breaks("LB-1", "A label clash is told as a missing permission", also=("TK-2.3", "LB-2", "TK-4.1"))
def label_clash_is_forbidden(ground: Ground) -> None:
    def require(original: Original, *args: Any, **given: Any) -> None:  # noqa: ANN401 - those of the function
        try:
            original(*args, **given)
        except RefusalError as refusal:
            raise (forbidden(refusal.error) if "Label" in refusal.error else refusal) from None

    ground.wrap(tokens.require_acceptable, require)


@breaks("LB-2", "Revoking a token frees its label", known_as="D035")
def revoked_token_frees_its_label(ground: Ground) -> None:
    ground.text(tokens_table.label_is_taken, "deleted = 0", "deleted = 0 AND is_revoked = 0")


@breaks("LB-2", "A token that expires frees its label", known_as="D035")
def expired_token_frees_its_label(ground: Ground) -> None:
    ground.text(
        tokens_table.label_is_taken,
        "deleted = 0",
        "deleted = 0 AND expires > (julianday('now') - 2440587.5) * 86400",
    )


@breaks("LB-3", "A deleted token keeps its label", known_as="D035")
def deleted_token_keeps_its_label(ground: Ground) -> None:
    ground.text(tokens_table.label_is_taken, "AND deleted = 0 ", "")


@breaks("LB-4", "Labels are unique among all users")
def labels_of_users_clash(ground: Ground) -> None:
    ground.text(tokens_table.label_is_taken, "user_id = ? AND", "0 <> ? AND")


@breaks("LB-5", "Labels that differ in case only clash")
def labels_clash_without_case(ground: Ground) -> None:
    ground.text(tokens_table.label_is_taken, "label = ?", "label = ? COLLATE NOCASE")


@breaks("LB-5", "Labels that differ in the white space around them clash")
def labels_clash_without_white_space(ground: Ground) -> None:
    ground.text(tokens_table.label_is_taken, "label = ?", "trim(label) = trim(?)")


@breaks("LB-6", "The default label is given once", also=("TK-2.4",))
def default_label_is_given_once(ground: Ground) -> None:
    ground.replace(
        tokens.label_is_free,
        lambda cloud, user_id, label, token_id: (
            not tokens_table.label_is_taken(cloud.db, user_id, label, token_id)
        ),
    )


@breaks("LB-6", "The default label is given once when it is named")
def default_label_is_given_once_when_named(ground: Ground) -> None:
    def generate(original: Original, cloud: Cloud, caller: Caller, members: Mapping[str, Json]) -> Any:  # noqa: ANN401
        label = members.get("label")
        if label and tokens_table.label_is_taken(cloud.db, caller.user.user_id, label, None):
            raise bad_request(f"Label already exists: {label}")
        return original(cloud, caller, members)

    ground.wrap(tokens.generate, generate)
