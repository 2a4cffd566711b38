"""Faults of the lists of job tokens."""

from __future__ import annotations

from dataclasses import replace

from defects.defect import breaks
from defects.handling import Original
from defects.job_tokens.common import list_with
from defects.planting import Ground
from sandbox.json_text import Json
from sandbox.routes import shapes
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import QueryInteger
from sandbox.rules import clock, tokens
from sandbox.store import tokens_table


@breaks("TK-1", "A list of one's tokens holds those of every user", also=("AT-1", "SC-1"))
def list_holds_tokens_of_everyone(ground: Ground) -> None:
    ground.wrap(
        token_routes.list_own,
        lambda original, call: (
            token_routes.list_all(call) if call.query["user_id"] is None else original(call)
        ),
    )


@breaks("TK-1", "A list of one's tokens lacks the one that is shown")
def list_lacks_the_calling_token(ground: Ground) -> None:
    ground.wrap(
        token_routes.list_own,
        lambda original, call: [
            entry
            for entry in original(call)
            if call.caller.token is None or entry["id"] != call.caller.token.token_id
        ],
    )


@breaks("TK-1", "A list of tokens lacks their priorities", also=("AT-1", "AD-1"))
def list_lacks_priorities(ground: Ground) -> None:
    ground.wrap(
        token_routes.listed,
        lambda original, token: {
            name: value for name, value in original(token).items() if name != "priority"
        },
    )


@breaks("TK-1", "A list of tokens shows the default label for all")
def list_shows_one_label(ground: Ground) -> None:
    list_with(ground, label=lambda token: "unknown")


@breaks("TK-1", "A list of tokens shows another priority than they have")
def list_shows_another_priority(ground: Ground) -> None:
    list_with(ground, priority=lambda token: token.priority + 1)


@breaks("TK-1", "A list of tokens shows another owner than they have", also=("AD-1",))
def list_shows_another_owner(ground: Ground) -> None:
    list_with(ground, user_id=lambda token: token.user_id + 1)


@breaks("TK-1", "A list of tokens shows the end of their life for its beginning")
def list_shows_the_end_for_the_beginning(ground: Ground) -> None:
    list_with(ground, created_date=lambda token: clock.iso(token.expires))


@breaks("TK-1", "A list of tokens shows the beginning of their life for its end")
def list_shows_the_beginning_for_the_end(ground: Ground) -> None:
    list_with(ground, expiration_date=lambda token: clock.iso(token.created))


@breaks("TK-1.1", "A list of tokens takes a limit of 0", also=("PG-4", "AD-1.3"), known_as="D058")
def list_of_tokens_takes_limit_0(ground: Ground) -> None:
    ground.field(shapes.TOKEN_LIST, "limit", kind=QueryInteger(0, 10_000))


@breaks("TK-1.1", "A list of tokens takes a limit of 10001", also=("PG-4",), known_as="D058")
def list_of_tokens_takes_a_large_limit(ground: Ground) -> None:
    ground.field(shapes.TOKEN_LIST, "limit", kind=QueryInteger(1, 10_001))


@breaks("TK-1.1", "A list of tokens takes a negative limit", also=("PG-4",), known_as="D058")
def list_of_tokens_takes_a_negative_limit(ground: Ground) -> None:
    ground.field(shapes.TOKEN_LIST, "limit", kind=QueryInteger(most=10_000))


@breaks("TK-1.1", "A list of tokens takes a word for its limit", also=("PG-4",), known_as="D058")
def list_of_tokens_takes_a_word(ground: Ground) -> None:
    def take(original: Original, kind: QueryInteger, value: str) -> int:
        return int(original(kind, value if value.lstrip("-").isdigit() else "1"))

    ground.wrap(QueryInteger.take, take)


@breaks("TK-1.1", "The offset of a list of tokens is ignored", also=("PG-2", "PG-6", "PG-8"))
def offset_of_tokens_is_ignored(ground: Ground) -> None:
    ground.text(tokens_table.page, "OFFSET :offset", "OFFSET 0 * :offset")


@breaks("TK-1.1", "The limit of a list of tokens is ignored", also=("PG-1", "PG-8", "PG-9"))
def limit_of_tokens_is_ignored(ground: Ground) -> None:
    ground.text(tokens_table.page, "LIMIT :limit", "LIMIT 0 * :limit - 1")


@breaks("TK-1.2", "A user who names themselves gets no list")
def naming_oneself_gives_no_list(ground: Ground) -> None:
    ground.replace(tokens.may_list_for, lambda caller, user_id: user_id is None or caller.is_admin)


@breaks("TK-1.2", "A user who names themselves gets an empty list")
def naming_oneself_gives_an_empty_list(ground: Ground) -> None:
    ground.wrap(
        token_routes.list_own,
        lambda original, call: (
            original(call) if call.query["user_id"] is None or call.caller.is_admin else []
        ),
    )


@breaks("TK-1.3", "A user lists the tokens of others", also=("PM-14", "PM-27", "SC-1"), known_as="D052")
def user_lists_tokens_of_others(ground: Ground) -> None:
    ground.replace(tokens.may_list_for, lambda *_: True)


@breaks("TK-1.3", "A user who asks for the tokens of another gets their own", also=("PM-14", "PM-27"))
def tokens_of_another_are_ones_own(ground: Ground) -> None:
    def list_own(original: Original, call: Call) -> Json:
        allowed = tokens.may_list_for(call.caller, call.query["user_id"])
        return original(call if allowed else replace(call, query={**call.query, "user_id": None}))

    ground.wrap(token_routes.list_own, list_own)


@breaks("TK-1.3", "The tokens of another are an empty list instead of forbidden", also=("PM-14", "PM-27"))
def tokens_of_another_are_an_empty_list(ground: Ground) -> None:
    ground.wrap(
        token_routes.list_own,
        lambda original, call: (
            original(call) if tokens.may_list_for(call.caller, call.query["user_id"]) else []
        ),
    )


@breaks("TK-1.4", "Expired tokens are left out by default", also=("TS-2", "AD-1.1"))
def expired_tokens_are_left_out_by_default(ground: Ground) -> None:
    ground.field(shapes.TOKEN_LIST, "include_expired", default=False)


@breaks("TK-1.4", "Revoked tokens are left out by default", also=("TS-3", "AD-1.1"))
def revoked_tokens_are_left_out_by_default(ground: Ground) -> None:
    ground.field(shapes.TOKEN_LIST, "include_revoked", default=False)


@breaks("TK-1.5", "Expired tokens are listed though they were to be left out", also=("AD-1.1", "TK-1.4"))
def expired_tokens_are_not_left_out(ground: Ground) -> None:
    ground.text(tokens_table.page, "expires > :alive_at", "expires > 0 * :alive_at")


@breaks("TK-1.5", "Of the expired tokens those that were revoked too are listed", also=("TS-4", "TK-1.4"))
def expired_and_revoked_tokens_are_not_left_out(ground: Ground) -> None:
    ground.text(
        tokens_table.page, "expires > :alive_at)", "expires > :alive_at OR (is_revoked AND :include_revoked))"
    )


@breaks("TK-1.5", "Who leaves out expired tokens gets those alone", also=("TK-1.4", "TS-4"))
def filter_of_expired_tokens_is_inverted(ground: Ground) -> None:
    ground.text(tokens_table.page, "expires > :alive_at", "expires <= :alive_at")


@breaks("TK-1.6", "Revoked tokens are listed though they were to be left out", also=("AD-1.1", "TK-1.4"))
def revoked_tokens_are_not_left_out(ground: Ground) -> None:
    ground.text(tokens_table.page, "is_revoked = 0", "is_revoked >= 0")


@breaks("TK-1.6", "Of the revoked tokens those that have expired are listed", also=("TS-4", "TK-1.4"))
def revoked_and_expired_tokens_are_not_left_out(ground: Ground) -> None:
    ground.text(
        tokens_table.page,
        "is_revoked = 0)",
        "is_revoked = 0 OR (:alive_at IS NULL AND expires <= (julianday('now') - 2440587.5) * 86400))",
    )


@breaks("TK-1.6", "Who leaves out revoked tokens gets those alone", also=("TK-1.4", "TS-4", "AD-1.1"))
def filter_of_revoked_tokens_is_inverted(ground: Ground) -> None:
    ground.text(tokens_table.page, "is_revoked = 0", "is_revoked = 1")
