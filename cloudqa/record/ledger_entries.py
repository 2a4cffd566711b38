"""What an exchange says about the things that a run makes, as entries of its ledger. No secret is in them."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from steps.api.exchange import Exchange, Request

Entry = dict[str, Any]

# A longer name is none of ours, and a ledger is no place for it.
LONGEST_NAME = 1000

FINAL_STATUSES = frozenset({"completed", "error", "canceled"})


class Kind(enum.StrEnum):
    """A kind of thing that a run can leave behind."""

    USER = "user"
    TOKEN = "job token"
    KEY = "API key"
    PLATFORM = "platform"
    PERMISSION = "permission"
    JOB = "job"


@dataclass(frozen=True)
class Creation:
    """What an operation makes: `name` is the member of the request that names it, `id` that of the answer."""

    kind: Kind
    name: str = ""
    id: str = ""


_TOKEN = Creation(Kind.TOKEN, "label", "token_id")
_JOB = Creation(Kind.JOB, "job_name", "job_id")

# Every operation that makes something which has to be taken away again, by its rule.
CREATIONS: Mapping[str, Creation] = {
    "US-1": Creation(Kind.USER, "email", "user_id"),
    "AT-2": _TOKEN,
    "AT-2d": _TOKEN,
    "TK-2": _TOKEN,
    "AK-1": Creation(Kind.KEY, "label", "api_key_id"),
    "PF-1": Creation(Kind.PLATFORM, "platform_name", "platform_id"),
    "PP-1": Creation(Kind.PERMISSION),
    "JB-1": _JOB,
    "JB-1d": _JOB,
    "JB-6": _JOB,
    "JB-6d": _JOB,
}

# Ids in a request that a sweep needs besides the name: whose the thing is, and who works for it.
_IDS = ("user_id", "platform_id", "worker_id")
_ID = re.compile("[0-9]{1,20}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def mark_of(run_id: str) -> str:
    """What every name of a run contains."""
    return f"qa-{run_id}"


def bears(mark: str, text: object) -> bool:
    """Whether a name bears the mark, in whatever case a cloud or a scenario writes it."""
    return isinstance(text, str) and mark in text.casefold()


def permission_id(user_id: object, platform_id: object) -> str:
    """The cloud has no id for a permission: it is known by its user and its platform."""
    return f"{user_id} on {platform_id}"


class Credentials:
    """Whose the credentials of a run are, and which tokens they are: kept in memory, never in a ledger."""

    def __init__(self) -> None:
        self._owners: dict[str, int] = {}
        self._token_ids: dict[str, int] = {}

    def owner(self, request: Request) -> int | None:
        """The id of the user who shows the request's credential; None where that was not seen."""
        return self._owners.get(request.headers.get("Authorization", "").removeprefix("Bearer "))

    def token_id(self, secret: object) -> int | None:
        """The id of the job token with this secret; None where it was not seen being made."""
        return self._token_ids.get(secret) if isinstance(secret, str) else None

    def learn(self, exchange: Exchange, owner: object) -> None:
        """Learn the credential that an answer brings; `owner` is the id of the user whose it is."""
        body = exchange.body if isinstance(exchange.body, dict) else {}
        secret = body.get("token") or body.get("api_key")
        if not isinstance(secret, str):
            return
        if isinstance(owner, int):
            self._owners[secret] = owner
        if isinstance(body.get("token_id"), int):
            self._token_ids[secret] = body["token_id"]


def intent(request: Request, credentials: Credentials, mark: str) -> Entry | None:
    """What the request is about to make: kind, name and whose it is; None where it makes nothing.

    Of the texts only names that bear the mark and ids are kept: nothing else can be swept, and a scenario
    may send a secret in the place of a name.
    """
    creation = CREATIONS.get(request.operation.rule)
    if creation is None:
        return None
    body = read_body(request)
    entry: Entry = {"operation": request.operation.rule, "kind": creation.kind.value}
    for member, text in (("name", body.get(creation.name)), ("platform_name", body.get("platform_name"))):
        if isinstance(text, str) and len(text) <= LONGEST_NAME and bears(mark, text):
            entry.setdefault(member, text)
    entry |= {member: body[member] for member in _IDS if _is_id(body.get(member))}
    if creation.kind in (Kind.TOKEN, Kind.KEY, Kind.JOB) and "user_id" not in entry:
        owner = credentials.owner(request)
        entry |= {} if owner is None else {"user_id": owner}
    return entry


def outcome(exchange: Exchange) -> Entry:
    """What came of a creation: the status, 0 where no answer came, and the id of what was made."""
    creation = CREATIONS[exchange.request.operation.rule]
    entry: Entry = {"status": exchange.status}
    if exchange.status == 200 and isinstance(exchange.body, dict):
        made = exchange.body.get(creation.id)
        if _is_id(made):
            entry["id"] = made
    return entry


def endings(exchange: Exchange, credentials: Credentials) -> list[Entry]:
    """What the exchange took away, brought back or brought to an end."""
    reader = _ENDINGS.get(exchange.request.operation.rule)
    return [] if reader is None else reader(exchange, credentials)


def read_body(request: Request) -> dict[str, Any]:
    """The members of a request's body, JSON or form; {} where it has none that can be read."""
    content = request.content or b""
    if request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(content.decode("utf-8", "replace")))
    try:
        body = json.loads(content) if content else {}
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _is_id(value: object) -> bool:
    """Whether this is an id as the cloud or the suite draws it: an integer, also written out, or a UUID."""
    return isinstance(value, int) or (isinstance(value, str) and _ID.fullmatch(value) is not None)


def _gone(kind: Kind, ids: Iterable[object]) -> list[Entry]:
    return [{"gone": kind.value, "id": one} for one in ids if _is_id(one)]


def _addressed(exchange: Exchange) -> str:
    """The last part of the request's path, which is the id of what it is aimed at."""
    return exchange.request.url.partition("?")[0].rpartition("/")[2]


def _deleted(kind: Kind) -> Callable[[Exchange, Credentials], list[Entry]]:
    def read(exchange: Exchange, _: Credentials) -> list[Entry]:
        return _gone(kind, [_addressed(exchange)]) if exchange.status in (200, 404) else []

    return read


def _key_revoked(exchange: Exchange, _: Credentials) -> list[Entry]:
    return _gone(Kind.KEY, [read_body(exchange.request).get("api_key_id")]) if exchange.status == 200 else []


def _permission_taken(exchange: Exchange, _: Credentials) -> list[Entry]:
    body = read_body(exchange.request)
    if exchange.status != 200 or not (_is_id(body.get("user_id")) and _is_id(body.get("platform_id"))):
        return []
    return [{"gone": Kind.PERMISSION.value, "id": permission_id(body["user_id"], body["platform_id"])}]


def _tokens_deleted(exchange: Exchange, credentials: Credentials) -> list[Entry]:
    body = read_body(exchange.request)
    ids, secrets = body.get("token_ids"), body.get("tokens")
    if exchange.status != 200:
        return []
    if isinstance(ids, list):
        return _gone(Kind.TOKEN, ids)
    return _gone(Kind.TOKEN, map(credentials.token_id, secrets)) if isinstance(secrets, list) else []


def _token_revoked(exchange: Exchange, credentials: Credentials) -> list[Entry]:
    token_id = credentials.token_id(read_body(exchange.request).get("token"))
    return _gone(Kind.TOKEN, [token_id]) if exchange.status == 200 else []


def _token_reopened(exchange: Exchange, credentials: Credentials) -> list[Entry]:
    token_id = credentials.token_id(read_body(exchange.request).get("token"))
    if exchange.status != 200 or token_id is None:
        return []
    return [{"back": Kind.TOKEN.value, "id": token_id}]


def _job_fetched(exchange: Exchange, _: Credentials) -> list[Entry]:
    worker_id = read_body(exchange.request).get("worker_id")
    if exchange.status != 200 or not isinstance(exchange.body, dict) or not _is_id(worker_id):
        return []
    return [{"fetched": exchange.body.get("job_id"), "worker_id": worker_id}]


def _job_published(exchange: Exchange, _: Credentials) -> list[Entry]:
    body = exchange.body if isinstance(exchange.body, dict) else {}
    told = body if exchange.status == 200 else body.get("detail")
    status = told.get("status") if isinstance(told, dict) else None
    return _gone(Kind.JOB, [_addressed(exchange)]) if status in FINAL_STATUSES else []


def _jobs_canceled(exchange: Exchange, _: Credentials) -> list[Entry]:
    jobs = exchange.body.get("jobs") if isinstance(exchange.body, dict) else None
    entries = [job for job in jobs if isinstance(job, dict)] if isinstance(jobs, list) else []
    return _gone(Kind.JOB, [job.get("job_id") for job in entries if job.get("status") in FINAL_STATUSES])


def _job_seen(exchange: Exchange, _: Credentials) -> list[Entry]:
    body = exchange.body if isinstance(exchange.body, dict) else {}
    if exchange.status != 200 or body.get("status") not in FINAL_STATUSES:
        return []
    parts = exchange.request.url.partition("?")[0].split("/")
    # The old path ends in the id, the new ones have one more part behind it.
    return _gone(Kind.JOB, [parts[-1] if exchange.request.operation.rule == "JB-2d" else parts[-2]])


_ENDINGS: Mapping[str, Callable[[Exchange, Credentials], list[Entry]]] = {
    "US-4": _deleted(Kind.USER),
    "PF-4": _deleted(Kind.PLATFORM),
    "PP-2": _permission_taken,
    "AK-2": _key_revoked,
    **dict.fromkeys(("AT-7", "TK-7", "TK-8", "AT-8d", "AT-9d"), _tokens_deleted),
    **dict.fromkeys(("AT-5", "AT-5d", "TK-5"), _token_revoked),
    **dict.fromkeys(("AT-6", "TK-6"), _token_reopened),
    **dict.fromkeys(("JB-2", "JB-2d", "JB-4"), _job_seen),
    "JA-2": _jobs_canceled,
    "WK-1": _job_fetched,
    "WK-2": _job_published,
}
