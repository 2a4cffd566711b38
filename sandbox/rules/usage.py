"""The usage report: TK-9, UR-1 to UR-17."""

from collections.abc import Sequence

from sandbox.cloud import Cloud
from sandbox.rules import expiry, tokens
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import bad_request, forbidden
from sandbox.store import jobs_table, tokens_table
from sandbox.store.records import Token, UsageUnit


def reported_tokens(cloud: Cloud, caller: Caller, token_ids: Sequence[int]) -> list[Token]:
    """UR-8 to UR-14: the tokens asked for, by id and each once; all of the caller's when none is named."""
    if not token_ids:
        return tokens_table.of_user(cloud.db, caller.user.user_id)
    found = [tokens_table.find(cloud.db, token_id) for token_id in sorted(set(token_ids))]
    known = [token for token in found if token is not None]
    if len(known) < len(found):
        raise bad_request("Token not found or invalid")
    if not all(tokens.may_touch(caller, token) for token in known):
        raise forbidden()
    return known


def units(cloud: Cloud, token: Token, start: float | None, end: float | None) -> list[UsageUnit]:
    """UR-1, UR-4, UR-5: what a token's jobs used, one unit a platform; only jobs that ran, by their start."""
    expiry.enforce_time_limits(cloud)
    return jobs_table.usage(cloud.db, token.token_id, start, end)
