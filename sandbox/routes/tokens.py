"""TK-1 to TK-9, AT-1 to AT-9d, AD-1, AK-1, AK-2."""

from dataclasses import asdict

from sandbox.json_text import Json
from sandbox.routes.calls import Call
from sandbox.rules import api_keys, clock, tokens, usage
from sandbox.rules.refusals import forbidden
from sandbox.store import api_keys_table, users_table
from sandbox.store.records import ApiKey, Token

OK = {"message": "ok"}
INVALID_TOKEN = "Invalid token"
CANNOT_REVOKE = "Can't not revoke"


def list_own(call: Call) -> Json:
    """TK-1, AT-1."""
    user_id = call.query["user_id"]
    if not tokens.may_list_for(call.caller, user_id):
        raise forbidden()
    owner_id = call.caller.user.user_id if user_id is None else user_id
    return [listed(token) for token in tokens.page(call.cloud, **{**call.query, "user_id": owner_id})]


def list_all(call: Call) -> Json:
    """AD-1."""
    return [listed(token) for token in tokens.page(call.cloud, **call.query)]


def listed(token: Token) -> Json:
    """TK-1, AD-1: an entry of a list of tokens; its key is for the owner and admins only (SC-1)."""
    return {
        "id": token.token_id,
        "key": token.key,
        "label": token.label,
        "priority": token.priority,
        "user_id": token.user_id,
        "count": token.use_count,
        "created_date": clock.iso(token.created),
        "expiration_date": clock.iso(token.expires),
        "last_used_time": clock.iso_or_none(token.last_used),
        "is_revoked": token.is_revoked,
    }


def generate(call: Call) -> Json:
    """TK-2, AT-2."""
    return asdict(tokens.generate(call.cloud, call.caller, call.body))


def read(call: Call) -> Json:
    """TK-3, AT-3."""
    token = tokens.require(call.cloud, call.caller, call.path["token_id"])
    owner = users_table.find(call.cloud.db, token.user_id)
    return {
        "id": token.token_id,
        "token": token.key,
        "label": token.label,
        "priority": token.priority,
        "user_priority": owner.priority if owner else None,
        "user_id": token.user_id,
        "email": owner.email if owner else None,
        "company_id": owner.company_id if owner else None,
        "company_name": None,
        "created_date": clock.iso(token.created),
        "expiration_date": clock.iso(token.expires),
        "valid": owner is not None and tokens.is_valid(token, owner),
        "is_apikey": False,
        "is_explorer_token": token.is_explorer,
        "count": token.use_count,
        "last_used_time": clock.iso_or_none(token.last_used),
        "last_used_duration": None,
    }


def update(call: Call) -> Json:
    """TK-4, AT-4."""
    token = tokens.require(call.cloud, call.caller, call.path["token_id"])
    tokens.update(call.cloud, token, call.body)
    return OK


def revoke(call: Call) -> Json:
    """TK-5."""
    tokens.revoke(call.cloud, call.caller, call.body["token"], INVALID_TOKEN)
    return OK


def revoke_by_account(call: Call) -> Json:
    """AT-5, AT-5.1: as TK-5, with a text of its own."""
    tokens.revoke(call.cloud, call.caller, call.body["token"], CANNOT_REVOKE)
    return OK


def reopen(call: Call) -> Json:
    """TK-6, AT-6."""
    tokens.reopen(call.cloud, call.caller, call.body["token"], INVALID_TOKEN)
    return OK


def delete_by_ids(call: Call) -> Json:
    """TK-7, AT-7."""
    tokens.delete_by_ids(call.cloud, call.caller, call.body["token_ids"])
    return OK


def delete_by_keys(call: Call) -> Json:
    """TK-8, AT-8d, AT-9d."""
    tokens.delete_by_keys(call.cloud, call.caller, call.body.get("tokens", []))
    return OK


def usage_report(call: Call) -> Json:
    """TK-9."""
    start, end = call.query["start_time"], call.query["end_time"]
    report = []
    for token in usage.reported_tokens(call.cloud, call.caller, call.query["token_ids"]):
        units = usage.units(call.cloud, token, start, end)
        report.append(
            {
                "token_id": token.token_id,
                "total_jobs": sum(unit.jobs for unit in units),
                "usage": [
                    {
                        "platform_name": unit.platform_name,
                        "nb_jobs": unit.jobs,
                        "duration_seconds": unit.duration,
                        "credits": unit.credits,
                        "free_credits": 0.0,
                    }
                    for unit in units
                ],
            }
        )
    return report


def create_api_key(call: Call) -> Json:
    """AK-1."""
    return asdict(api_keys.create(call.cloud, call.caller, call.body))


def list_api_keys(call: Call) -> Json:
    """AK-2, the list."""
    return [listed_key(key) for key in api_keys_table.page(call.cloud.db, **call.query)]


def listed_key(key: ApiKey) -> Json:
    """AK-2.1: an entry of the list of keys, without the key itself."""
    return {
        "api_key_id": key.api_key_id,
        "label": key.label,
        "user_id": key.user_id,
        "created_date": clock.iso(key.created),
        "expiration_date": clock.iso(key.expires),
        "is_revoked": key.is_revoked,
    }


def revoke_api_key(call: Call) -> Json:
    """AK-2, the revocation."""
    api_keys.revoke(call.cloud, call.body["api_key_id"])
    return OK
