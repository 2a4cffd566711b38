"""The usage report: TK-9, §4.8."""

from collections.abc import Sequence

from sandbox.cloud import Cloud
from sandbox.rules import expiry, tokens
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import bad_request, forbidden
from sandbox.store import jobs_table, tokens_table
from sandbox.store.records import Token, UsageUnit


def reported_tokens(cloud: Cloud, caller: Caller, token_ids: Sequence[int]) -> list[Token]:
    """TK-9, §9 no. 29: the tokens asked for, by id and each once; all of the caller's when none is named."""
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
    """§4.8: what the jobs of a token used, one unit a platform; only jobs that ran, by when they began."""
    expiry.enforce_time_limits(cloud)
    return jobs_table.usage(cloud.db, token.token_id, start, end)
