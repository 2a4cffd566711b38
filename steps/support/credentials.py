"""Every route with a credential that must not open it: each deviation is found and told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from steps.api.errors import CloudRefusal, PreconditionError
from steps.api.exchange import Request
from steps.api.operations import ALL, PL_1, PL_2, Operation, TokenType
from steps.api.personas import Persona
from steps.api.utils import Api, CloudContext
from steps.support.expectations import ExpectationFailed

JOB_TOKEN_ERROR = "Invalid or expired job token"
ACCOUNT_ERROR = "Authentication and authorization failed: token not found"

# Which routes speak of job tokens in their 401 (table "Classes and the 401 texts"), and all others.
JOB_TOKEN_SURFACE = tuple(op for op in ALL if op.token_type is TokenType.Job)
# The same less the two reads of a platform by its name, which the published document does not have, and which
# take every class of credential.
JOB_TOKEN_ROUTES = tuple(op for op in JOB_TOKEN_SURFACE if op not in (PL_1, PL_2))
ACCOUNT_SURFACE = tuple(op for op in ALL if op.token_type in (TokenType.Login, TokenType.API_Key))
SERVICE = tuple(op for op in ALL if op.rule.startswith("SV-"))

_UNKNOWN_ID = 2**53 - 1


@dataclass(frozen=True)
class Trial:
    """One request and the answers that are right: one of `statuses`, with this `error` (None: any)."""

    what: str
    request: Request
    statuses: Sequence[int]
    error: str | None = None


def harmless_request(api: Api, operation: Operation, persona: Persona) -> Request:
    """A request that addresses nothing and makes nothing, should a faulty cloud let it pass."""
    parts: dict[str, Any] = {}
    if operation.form:
        parts["form"] = {"other": "member"}
    elif operation.method != "GET":
        parts["body"] = {"duration": 0} if operation.creates else {}
    path = {
        "job_id": uuid4(),
        "platform_id": uuid4(),
        "name": "sim:nobody-has-this-name",
        "token_id": _UNKNOWN_ID,
        "user_id": _UNKNOWN_ID,
    }
    return api.request(operation, path=path, headers=persona.headers, **parts)


def trials(
    cloud: CloudContext,
    operations: Iterable[Operation],
    personas: Iterable[Persona],
    statuses: Sequence[int],
    error: str | None,
) -> list[Trial]:
    """Every operation as every persona, all to be answered alike."""
    api = Api(cloud)
    people = list(personas)
    return [
        Trial(f"{operation} as {persona.name}", harmless_request(api, operation, persona), statuses, error)
        for operation in operations
        for persona in people
    ]


def deviations(cloud: CloudContext, tried: Iterable[Trial], *rules: str) -> list[str]:
    """Send every trial, and tell of each that is answered in another way; the others keep `rules`."""
    api = Api(cloud)
    answers = ((trial, _wrong_answer(api, trial, rules)) for trial in tried)
    return [f"{trial.what}: {answer}" for trial, answer in answers if answer is not None]


def expect_no_deviation(fact: str, found: Sequence[str], *rules: str) -> None:
    """State that nothing was found to deviate."""
    if found:
        raise ExpectationFailed(fact, "no deviation", "\n".join(["", *found]), rules)


def expect_all_refused(
    cloud: CloudContext,
    operations: Iterable[Operation],
    personas: Iterable[Persona],
    statuses: Sequence[int],
    error: str | None,
    *rules: str,
) -> None:
    """State that every operation refuses every persona with one of `statuses`, and this `error`."""
    found = deviations(cloud, trials(cloud, operations, personas, statuses, error), *rules)
    wanted = f"{' or '.join(map(str, statuses))} {error or ''}".strip()
    expect_no_deviation(f"every route should answer {wanted}", found, *rules)


def _wrong_answer(api: Api, trial: Trial, rules: Sequence[str]) -> str | None:
    try:
        exchange = api.send(trial.request)
    except PreconditionError:
        raise
    except AssertionError as violation:  # an observer that judges the answer's form
        return str(violation)
    refusal = CloudRefusal(exchange)
    if exchange.status not in trial.statuses or trial.error not in (None, refusal.error):
        return f"{exchange.status} {refusal.error!r}"
    exchange.kept.extend(rules)
    return None
