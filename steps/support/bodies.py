"""Bodies of requests as the cloud reads them: sizes, repeated members, forms, and none at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

from steps.api.cloud_objects import Job, JobToken, User
from steps.api.exchange import Exchange
from steps.api.operations import (
    AT_2,
    AT_3,
    AT_5,
    AT_6,
    JB_1,
    JB_5,
    JB_5D,
    JB_6,
    JB_6D,
    JB_7,
    TK_2,
    TK_5,
    TK_6,
    TK_7,
    US_0,
    Operation,
    TokenType,
)
from steps.api.utils import Api
from steps.support import tokens
from steps.support.accounts import login_of
from steps.support.attempt import Outcome, attempt
from steps.support.cast import the_platform
from steps.support.credentials import JOB_TOKEN_ERROR
from steps.support.expectations import (
    ExpectationFailed,
    expect_equal,
    expect_invalid_field,
    expect_refusal,
    expect_success,
    expect_true,
)
from steps.support.service import CONTENT_TYPES, send_raw

if TYPE_CHECKING:
    from steps.support.world import World

LARGEST = 32 * 1024 * 1024
_MISSING = "Missing data for required field."
_JSON_HEADERS = {"Content-Type": "application/json"}

# What cancel ignores.
IGNORED: Mapping[str, bytes] = {
    "nonsense": b"nonsense",
    "an open brace": b"{",
    "a list": b"[1]",
    "null": b"null",
    "an object": b'{"job_id": 5, "status": "completed"}',
    "bytes": b"\xff\xfe\x00",
}


def expect_forms_taken(world: World, user: User, token: JobToken, *rules: str) -> None:
    """State that each way to revoke and reopen takes a form: the token stops working, and works again."""
    for revoking, reopening in (
        (tokens.LOGIN, tokens.LOGIN),
        (tokens.JOB, tokens.JOB),
        (tokens.OLD, tokens.LOGIN),
    ):
        expect_success(attempt(tokens.revoke, world, token, user, revoking), *rules)
        tokens.expect_refused(world, token, 401, JOB_TOKEN_ERROR, *rules)
        expect_success(attempt(tokens.reopen, world, token, user, reopening), *rules)
        tokens.expect_works(world, token, *rules)


def expect_forms_by_any_name(world: World, user: User, token: JobToken, *rules: str) -> None:
    """State that revoking and reopening read a form under every content type but JSON's, and under none."""
    content = urlencode({"token": token.token}).encode()
    for content_type in (None, "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"):
        for operation, kind in (
            (AT_5, TokenType.Login),
            (AT_6, TokenType.Login),
            (TK_5, TokenType.Job),
            (TK_6, TokenType.Job),
        ):
            outcome = send_raw(world, operation, user.get_token(kind), content, content_type)
            expect_success(outcome, *rules)


def expect_utf_8_by_any_name(world: World, user: User, *rules: str) -> None:
    """State that a label in many alphabets arrives under whatever content type it was sent."""
    login = user.get_token(TokenType.Login)
    for content_type in CONTENT_TYPES:
        label = f"{world.names.label()} é→𝄞"
        content = json.dumps({"label": label}, ensure_ascii=False).encode()
        made: Exchange = expect_success(send_raw(world, AT_2, login, content, content_type), *rules)
        path = {"token_id": made.body["token_id"]}
        read = Api(world.cloud).call_for_object(AT_3, token=login, path=path)
        expect_equal(f"{content_type} should not matter", read["label"], label, *rules)


def expect_bodiless(world: World, user: User, *rules: str) -> None:
    """State that cancel and rerun work without body and content type, at the new and the old address."""
    for cancel, rerun in ((JB_5, JB_6), (JB_5D, JB_6D)):
        job = world.make.job(user, the_platform(world).name)
        _expect_plain(expect_success(_on_job(world, user, cancel, job), *rules))
        again: Exchange = expect_success(_on_job(world, user, rerun, job), *rules)
        _expect_plain(again)
        new_id = again.body.get("job_id") if isinstance(again.body, dict) else None
        expect_true("a rerun should name a new job", new_id not in (None, job.job_id), new_id, *rules)
        world.make.take_over(Job(job_name="a rerun", job_id=str(new_id)), user)


def expect_bodies_ignored(world: World, user: User, *rules: str) -> None:
    """State that cancel works whatever body comes along, at the new and the old address."""
    for operation in (JB_5, JB_5D):
        for content in IGNORED.values():
            job = world.make.job(user, the_platform(world).name)
            outcome = _on_job(world, user, operation, job, content=content, headers=_JSON_HEADERS)
            expect_success(outcome, *rules)
            status = job.get_status(world.cloud, user)["status"]
            expect_equal("the job should be canceled", status, "canceled", *rules)


def _on_job(world: World, user: User, operation: Operation, job: Job, **parts: Any) -> Outcome:  # noqa: ANN401
    token = user.get_token(TokenType.Job)
    return attempt(Api(world.cloud).call, operation, token=token, path={"job_id": job.job_id}, **parts)


def _expect_plain(exchange: Exchange) -> None:
    """A fault of the suite, were it otherwise: nothing says what a body would be."""
    assert exchange.request.content is None and "Content-Type" not in exchange.request.headers


def post_twice(world: World, user: User) -> list[str]:
    """Send one and the same creation of a job twice, with one idempotency key; return the ids."""
    name, key = world.names.label("job"), {"Idempotency-Key": str(uuid4())}
    body = {
        "job_name": name,
        "payload": Job.DEFAULT_PAYLOAD,
        "platform_name": the_platform(world).name,
    }
    ids = []
    for _ in range(2):
        answer = Api(world.cloud).call_for_object(
            JB_1, "job_id", token=user.get_token(TokenType.Job), body=body, headers=key
        )
        ids.append(world.make.take_over(Job(job_name=name, job_id=answer["job_id"]), user).job_id)
    return ids


def ask_often(world: World, user: User, times: int, hands: int = 10) -> list[Exchange]:
    """Ask for the user's availability so often, several at a time; every answer counts, also a refusal."""
    api = Api(world.cloud)
    request = api.request(JB_7, token=user.get_token(TokenType.Job))
    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(api.send, [request] * times))


def expect_last_member_counts(world: World, user: User, *rules: str) -> None:
    """State that of a repeated member the last one counts: in a login, and in the label of a new token."""
    login = login_of(user)
    wrong = {**login, "password": "another-Passw0rd!"}
    first, last = _repeated(wrong, login), _repeated(login, wrong)
    expect_success(send_raw(world, US_0, None, first), *rules)
    expect_refusal(send_raw(world, US_0, None, last), 401, None, *rules)
    labels = [{"label": world.names.label()} for _ in range(2)]
    made: Exchange = expect_success(
        send_raw(world, AT_2, user.get_token(TokenType.Login), _repeated(*labels)), *rules
    )
    read = Api(world.cloud).call_for_object(
        AT_3, token=user.get_token(TokenType.Login), path={"token_id": made.body["token_id"]}
    )
    expect_equal("the last label should count", read["label"], labels[1]["label"], *rules)


def _repeated(*objects: Mapping[str, Any]) -> bytes:
    """One JSON object with the members of all of them, in their order, also those of the same name."""
    return "{{{}}}".format(", ".join(json.dumps(dict(one))[1:-1] for one in objects)).encode()


def expect_empty_is_an_object(world: World, user: User, *rules: str) -> None:
    """State that no bytes, and `null`, count as `{}`: what must be there is missing, nothing else."""
    for content in (b"", b"null", b" null\n"):
        for operation, kind in ((AT_2, TokenType.Login), (TK_2, TokenType.Job)):
            expect_success(send_raw(world, operation, user.get_token(kind), content), *rules)
        for operation, token, member in (
            (US_0, None, "email"),
            (TK_7, user.get_token(TokenType.Job), "token_ids"),
        ):
            outcome = send_raw(world, operation, token, content)
            expect_invalid_field(outcome, "json", member, _MISSING, *rules)


def send_sized(world: World, user: User, size: int) -> None:
    """Attempt to make a job token with a body of exactly so many bytes, nearly all of them blanks."""
    text = json.dumps({"label": world.names.label("token")})
    content = text[:-1].encode() + b" " * (size - len(text)) + b"}"
    assert len(content) == size
    world.outcome = send_raw(world, AT_2, user.get_token(TokenType.Login), content)


def large_payload(megabytes: int) -> dict[str, Any]:
    """A payload of that size: texts of many alphabets, numbers of any size, keys in no order, many levels."""
    block = {
        "zeta": "aé→𝄞\u0000\u2028" * 500,
        "alpha": {"ω": [1, 1.0, -0.5e-12, 1e100, 123456789012345678901234567890, -9007199254740993]},
        "Beta": {"empty": {}, "none": [], "null": None, "yes": True, "no": False, "0": "-0.0"},
    }
    size = len(json.dumps(block))
    return {**Job.DEFAULT_PAYLOAD, "blocks": [block] * (megabytes * 1_000_000 // size + 1)}


def submit_large(world: World, user: User, megabytes: int) -> None:
    """Attempt to submit a job with a large payload; `noted` is the payload."""
    world.noted = large_payload(megabytes)
    world.attempt(world.make.job, user, the_platform(world).name, {"payload": world.noted})
    assert world.outcome is not None
    world.job = world.outcome.value


def expect_payload_unharmed(world: World, job: Job, *rules: str) -> None:
    """State that the data and the worker have the payload as it was sent, but for the version."""
    stored = job.read(world.cloud, world.make.owner(job))["payload"]
    fetched = world.make.fetched(the_platform(world)).payload
    for where, payload in (("data", stored), ("fetch", fetched)):
        plain = {name: payload[name] for name in payload if name != "pcvl_version"}
        # As text: so 1 is not 1.0, and the order of keys counts.
        actual, wanted = json.dumps(plain), json.dumps(world.noted)
        if actual != wanted:
            fact = f"the {where} should have the payload as it was sent"
            raise ExpectationFailed(fact, *_around_difference(actual, wanted), rules)


def _around_difference(actual: str, wanted: str) -> tuple[str, str]:
    """What stands in two large texts where they begin to differ, the wanted one first."""
    pairs = enumerate(zip(actual, wanted, strict=False))
    at = next((place for place, (one, other) in pairs if one != other), min(len(actual), len(wanted)))
    around = slice(max(0, at - 40), at + 40)
    return f"{wanted[around]!r} from {around.start} on", f"{actual[around]!r}"


def expect_queries_refused(world: World, user: User, queries: Iterable[tuple[str, str]], *rules: str) -> None:
    """State that the user's list refuses each of these values of a parameter because of it."""
    for parameter, value in queries:
        outcome = attempt(tokens.list_with_query, world, user, f"{parameter}={value}")
        expect_invalid_field(outcome, "query", parameter, None, *rules)


def expect_list_sizes(world: World, user: User, sizes: Iterable[tuple[str, int]], *rules: str) -> None:
    """State how many entries the user's list has under each of these queries."""
    for query, size in sizes:
        entries = expect_success(attempt(tokens.list_with_query, world, user, query), *rules)
        expect_equal(f"?{query} should give so many", len(entries), size, *rules)
