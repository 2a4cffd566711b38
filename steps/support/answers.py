"""Answers in a row, held against what every answer has to keep: media type, headers, times, ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from steps.api.exchange import Exchange
from steps.api.operations import (
    AD_1,
    AK_2_LIST,
    AT_1,
    AT_3,
    AT_3D,
    JA_1,
    PF_2,
    PF_5,
    PL_1,
    PL_2,
    SV_1,
    SV_3,
    SV_4,
    SV_6,
    TK_1,
    TK_3,
    TK_9,
    US_5,
)
from steps.support.expectations import ExpectationFailed, expect_true

LISTS = (TK_1, AT_1, AD_1, TK_9, US_5, AK_2_LIST, PF_5, JA_1, SV_6)
_TOKENS = (TK_1, TK_3, AT_1, AT_3, AT_3D, AD_1)
_PLATFORMS = (PF_2, PF_5, PL_1, PL_2, SV_6)
# What a description of the routes holds are examples, and what a payload holds is the user's.
_DESCRIPTIONS = (SV_3, SV_4)
_OPAQUE = ("payload", "results", "specs", "perfs", "intermediate_results", "last_intermediate_results")

# Perceval gives up after 10 s: half of that is well below, also on a cloud that is far away.
WELL_BELOW_SECONDS = 5.0

_TRACING = re.compile(r"retry-after|.*rate-?limit.*|.*(request|correlation|trace)-?id|.*idempotency.*")
_DEPRECATING = re.compile(r"(x-)?(api-)?(deprecat.*|sunset)")
_TRACE = re.compile(rb"Traceback|File \\?\"|\.py\b|line \d+, in |Exception\b|sqlite3?\b", re.IGNORECASE)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UUID_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_PLATFORM_NAME = re.compile(r"[^:\s]+(:[^:\s]+)+")
_CREDENTIAL = re.compile(r"[!-~]+")

_Fault = Callable[[Exchange], "str | None"]
_Member = tuple[str, Any]


def expect_each(exchanges: Sequence[Exchange], fact: str, fault_of: _Fault, *rules: str) -> None:
    """State that no answer has a fault; every one that has is told. There must be an answer.

    What the network lost and was asked again counts by the answer that came then.
    """
    assert exchanges, "No step of this scenario has kept any answers."
    exchanges = [exchange for exchange in exchanges if not exchange.repeated]
    found = [(exchange, fault) for exchange in exchanges if (fault := fault_of(exchange)) is not None]
    if found:
        told = [f"{exchange.request.operation} {exchange.status}: {fault}" for exchange, fault in found]
        raise ExpectationFailed(fact, "no deviation", "\n".join(["", *dict.fromkeys(told)]), rules)
    for exchange in exchanges:
        exchange.kept.extend(rules)


def expect_json(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that every answer is JSON and has its media type."""

    def fault(exchange: Exchange) -> str | None:
        media_type = exchange.headers.get("content-type", "").partition(";")[0].strip().lower()
        if (
            exchange.failure
            or _is_way_on(exchange)
            or (media_type == "application/json" and exchange.is_json)
        ):
            return None
        return f"{media_type or 'no media type'}, {exchange.content[:60]!r}"

    expect_each(exchanges, "every answer should be JSON", fault, *rules)


def expect_status_200(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that every success has status 200 and a body."""

    def fault(exchange: Exchange) -> str | None:
        if exchange.failure or _is_way_on(exchange) or (exchange.status == 200 and exchange.is_json):
            return None
        return f"{exchange.status} {exchange.content[:60]!r}"

    expect_each(exchanges, "every success should be 200 with JSON", fault, *rules)


def expect_statuses(exchanges: Sequence[Exchange], allowed: Iterable[int], *rules: str) -> None:
    """State that no answer has another status than these; the root alone may lead on."""
    known = set(allowed)

    def fault(exchange: Exchange) -> str | None:
        return None if exchange.status in known or _is_way_on(exchange) else "a status that is not in use"

    expect_each(exchanges, "every status should be one that is in use", fault, *rules)


def expect_http_errors(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that every refusal is an object of details with a text, and nothing else."""

    def fault(exchange: Exchange) -> str | None:
        body = exchange.body if isinstance(exchange.body, dict) else {}
        right = set(body) == {"detail", "error"} and isinstance(body["detail"], dict)
        return None if right and _is_text(body["error"]) else f"{exchange.body!r}"

    expect_each(exchanges, "every refusal should be an HTTPError", fault, *rules)


def expect_no_details(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that no refusal has anything in its details."""

    def fault(exchange: Exchange) -> str | None:
        detail = exchange.body.get("detail") if isinstance(exchange.body, dict) else None
        return None if detail == {} else f"detail {detail!r}"

    expect_each(exchanges, "no refusal should have details", fault, *rules)


def expect_validation_errors(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that every 422 tells a message, and of each place the members with what is wrong with them."""

    def fault(exchange: Exchange) -> str | None:
        body = exchange.body if isinstance(exchange.body, dict) else {}
        right = exchange.status != 422 or (set(body) == {"detail", "message"} and _is_text(body["message"]))
        return None if right and _names_members(body.get("detail")) else f"{exchange.body!r}"

    expect_each(exchanges, "every 422 should be a ValidationError", fault, *rules)


def expect_message(exchanges: Sequence[Exchange], message: str, *rules: str) -> None:
    """State that every violated schema is answered with 422 and this message."""

    def fault(exchange: Exchange) -> str | None:
        body = exchange.body if isinstance(exchange.body, dict) else {}
        right = exchange.status == 422 and body.get("message") == message
        return None if right else f"{body.get('message', body.get('error'))!r}"

    expect_each(exchanges, f"every violated schema should be told as {message!r}", fault, *rules)


def expect_no_failure(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that no answer is HTML, and none says that the cloud has failed."""

    def fault(exchange: Exchange) -> str | None:
        html = "html" in exchange.headers.get("content-type", "") or exchange.content.lstrip()[:1] == b"<"
        failed = exchange.failure or exchange.status >= 500
        return f"{exchange.failure}{exchange.content[:60]!r}" if html or failed else None

    expect_each(exchanges, "no answer should be HTML or a failure", fault, *rules)


def expect_no_trace_of_failure(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that no answer is a failure, and none shows where in the cloud's code something went wrong."""

    def fault(exchange: Exchange) -> str | None:
        trace = _TRACE.search(exchange.content)
        if exchange.failure or exchange.status >= 500 or trace:
            return f"{exchange.failure}{exchange.content[:200]!r}"
        return None

    expect_each(exchanges, "the cloud should not fail", fault, *rules)


def expect_no_tracing(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that no header limits requests, gives them ids, or speaks of repeating them."""
    expect_each(exchanges, "no header should limit or trace requests", _naming(_TRACING), *rules)


def expect_no_deprecation(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that no header announces a deprecation or a sunset."""

    def fault(exchange: Exchange) -> str | None:
        link = exchange.headers.get("link", "")
        return f"Link: {link}" if _DEPRECATING.search(link.lower()) else _naming(_DEPRECATING)(exchange)

    expect_each(exchanges, "no header should announce an end", fault, *rules)


def expect_in_time(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that every answer came well before the client gives up."""

    def fault(exchange: Exchange) -> str | None:
        if exchange.failure:
            return exchange.failure
        return None if exchange.seconds < WELL_BELOW_SECONDS else f"after {exchange.seconds:.1f} s"

    expect_each(exchanges, f"every answer should take less than {WELL_BELOW_SECONDS:g} s", fault, *rules)


def expect_bare_arrays(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that every list is an array by itself, and no header counts it or leads to more."""
    counting = re.compile(r"link|content-range|x-(total|page|next|pagination).*")

    def fault(exchange: Exchange) -> str | None:
        return _naming(counting)(exchange) if isinstance(exchange.body, list) else "no array"

    lists = [exchange for exchange in exchanges if exchange.request.operation in LISTS]
    expect_each(lists, "every list should be a bare array", fault, *rules)


def expect_whole_durations(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that every duration is a whole number of seconds, and that there are some."""
    names = ("duration", "duration_seconds", "last_used_duration")
    _expect_members(
        exchanges, names, "a whole number", lambda value: type(value) is int and value >= 0, *rules
    )


def expect_token_times(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that creation, expiry and last use of every job token are date-times."""
    tokens = [exchange for exchange in exchanges if exchange.request.operation in _TOKENS]
    for name in ("created_date", "expiration_date", "last_used_time"):
        _expect_members(
            tokens, (name,), "an ISO-8601 date-time", lambda value: _moment(value) is not None, *rules
        )


def expect_utc(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that every date-time, under whatever name, is in UTC and says so."""

    def fault(exchange: Exchange) -> str | None:
        wrong = [
            f"{name} {value}"
            for name, value in _members(exchange)
            if isinstance(value, str) and _DATE_TIME.match(value) and not _is_utc(value)
        ]
        return ", ".join(wrong) or None

    expect_each(_described(exchanges), "every date-time should be in UTC", fault, *rules)


def expect_job_ids(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that every job id is a UUID of version 4 in its canonical form."""
    _expect_members(exchanges, ("job_id", "rerun_from"), "a UUID of version 4", _matches(_UUID_4), *rules)


def expect_platform_ids(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that every platform's id is a UUID."""
    own = [exchange for exchange in exchanges if exchange.request.operation in _PLATFORMS]
    _expect_members(own, ("id",), "a UUID", _matches(_UUID), *rules)
    _expect_members(exchanges, ("platform_id", "platform_ids"), "a UUID", _matches(_UUID), *rules)


def expect_platform_names(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that every platform's name is a kind and at least one further part."""
    own = [exchange for exchange in exchanges if exchange.request.operation in _PLATFORMS]
    _expect_members(own, ("name",), "<kind>:<name>", _matches(_PLATFORM_NAME), *rules)
    _expect_members(exchanges, ("platform_name",), "<kind>:<name>", _matches(_PLATFORM_NAME), *rules)


def expect_integer_ids(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that ids of tokens, users, companies and keys are integers, and that each is somewhere."""
    own = [exchange for exchange in exchanges if exchange.request.operation in _TOKENS]
    _expect_members(own, ("id",), "an integer", lambda value: type(value) is int, *rules)
    for name in ("token_id", "user_id", "company_id", "api_key_id"):
        _expect_members(exchanges, (name,), "an integer", lambda value: type(value) is int, *rules)


def expect_credentials(exchanges: Sequence[Exchange], *rules: str) -> None:
    """State that every token and key is a text that fits into a header."""
    for name in ("token", "key", "api_key"):
        _expect_members(exchanges, (name,), "a text without spaces", _matches(_CREDENTIAL), *rules)


def _expect_members(
    exchanges: Sequence[Exchange], names: Sequence[str], what: str, right: Callable[[Any], bool], *rules: str
) -> None:
    """State that the members of these names are right or null, and at least one of them is not null."""
    seen: list[object] = []

    def fault(exchange: Exchange) -> str | None:
        values = [(name, value) for name, value in _members(exchange) if name in names and value is not None]
        seen.extend(values)
        return ", ".join(f"{name} {value!r}" for name, value in values if not right(value)) or None

    fact = f"{' and '.join(names)} should be {what}"
    expect_each(_described(exchanges), fact, fault, *rules)
    expect_true(f"{fact}, and not always null", seen, "always null or absent", *rules)


def _described(exchanges: Iterable[Exchange]) -> list[Exchange]:
    return [exchange for exchange in exchanges if exchange.request.operation not in _DESCRIPTIONS]


def _members(exchange: Exchange) -> Iterator[_Member]:
    return _members_of(exchange.body)


def _members_of(value: object, name: str = "") -> Iterator[_Member]:
    """Every member with its name, however deep; the elements of a list have the list's name."""
    if isinstance(value, dict):
        for inner, content in value.items():
            if inner not in _OPAQUE:
                yield from _members_of(content, inner)
    elif isinstance(value, list):
        for content in value:
            yield from _members_of(content, name)
    else:
        yield name, value


def _names_members(detail: object) -> bool:
    """Whether details hold, by place and member, lists of texts."""
    places = list(detail.values()) if isinstance(detail, dict) else []
    return bool(places) and all(
        isinstance(place, dict) and place and all(_are_texts(texts) for texts in place.values())
        for place in places
    )


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) for text in value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _naming(pattern: re.Pattern[str]) -> _Fault:
    def fault(exchange: Exchange) -> str | None:
        named = [f"{name}: {value}" for name, value in exchange.headers.items() if pattern.fullmatch(name)]
        return ", ".join(named) or None

    return fault


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or not _DATE_TIME.match(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _is_utc(value: str) -> bool:
    moment = _moment(value)
    return moment is not None and moment.utcoffset() == timedelta(0)


def _is_way_on(exchange: Exchange) -> bool:
    """The root may lead to the documentation (SV-1)."""
    return exchange.request.operation == SV_1 and exchange.status == 302
