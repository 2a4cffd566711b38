"""Faults of authentication: A-1 to A-8."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import app
from sandbox.routes import jobs as job_routes
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.routes.table import OPERATIONS
from sandbox.rules import admission, closing, credentials, jobs, platforms, rights, tokens
from sandbox.rules.credentials import Caller, Credential, Kind, Surface
from sandbox.rules.refusals import RefusalError, forbidden, not_found, unauthorized
from sandbox.store import tokens_table, users_table
from sandbox.store.database import Database
from sandbox.store.records import ApiKey, Job, Token

Headers = Sequence[bytes]

LT = frozenset({Kind.LOGIN})
JT = frozenset({Kind.JOB})


def _authenticate(
    ground: Ground,
    first: Callable[[Cloud, Headers, Collection[Kind], Surface], Caller | None],
) -> None:
    """Look at a request's credential in another way first; what that does not settle goes its usual way."""

    def authenticate(
        original: Original, cloud: Cloud, headers: Headers, accepts: Collection[Kind], surface: Surface
    ) -> Caller:
        caller: Caller = first(cloud, headers, accepts, surface) or original(cloud, headers, accepts, surface)
        return caller

    ground.wrap(credentials.authenticate, authenticate)


def _refuse_otherwise(
    ground: Ground, otherwise: Callable[[Credential | None, Surface, RefusalError], RefusalError]
) -> None:
    """Refuse a credential that is refused in another way, by what the cloud knows of it."""

    def authenticate(
        original: Original, cloud: Cloud, headers: Headers, accepts: Collection[Kind], surface: Surface
    ) -> Caller:
        try:
            caller: Caller = original(cloud, headers, accepts, surface)
        except RefusalError as refusal:
            value = credentials.bearer_value(headers)
            found = credentials.find(cloud, value) if value is not None else None
            raise otherwise(found, surface, refusal) from None
        return caller

    ground.wrap(credentials.authenticate, authenticate)


def _accept(ground: Ground, more: frozenset[Kind], *identifiers: str) -> None:
    """Have operations take more classes of credentials."""
    for row in OPERATIONS:
        if row.id in identifiers:
            ground.set(row, "accepts", row.accepts | more)


def _anyone(cloud: Cloud) -> Caller | None:
    """Some user, with a job token."""
    token = tokens_table.find(cloud.db, 1)
    user = users_table.find(cloud.db, token.user_id) if token is not None else None
    return Caller(Kind.JOB, user, token) if user is not None else None


def _raise(error: Exception) -> Any:  # noqa: ANN401 - it never returns
    raise error


def _has_job_token(found: Credential | None) -> bool:
    return found is not None and found.kind is Kind.JOB


@breaks(
    "A-1",
    "A job token is asked for, but who shows no header is let in",
    also=("A-1.5", "JB-1.15"),
    known_as="D001",
)
def missing_header_opens_job_routes(ground: Ground) -> None:
    _authenticate(
        ground,
        lambda cloud, headers, _, surface: _anyone(cloud) if surface is Surface.JOB and not headers else None,
    )


@breaks("A-1", "Who shows no header is let in on the account's routes", also=("A-1.4", "A-1.6", "PF-5.1"))
def missing_header_opens_account_routes(ground: Ground) -> None:
    _authenticate(
        ground,
        lambda cloud, headers, _, surface: (
            _anyone(cloud) if surface is Surface.ACCOUNT and not headers else None
        ),
    )


@breaks("A-1", "The cloud fails where there is no header", also=("A-1.5", "EN-10"), known_as="D001")
def missing_header_is_a_failure(ground: Ground) -> None:
    ground.wrap(
        credentials.bearer_value, lambda original, headers: original(headers) if headers else headers[0]
    )


@breaks("A-1", "Who shows no header is told 403", also=("A-1.5", "A-1.4", "A-1.6"), known_as="D011")
def missing_header_is_forbidden(ground: Ground) -> None:
    _authenticate(
        ground, lambda cloud, headers, *_: None if headers else _raise(forbidden(Surface.JOB.value))
    )


@breaks("A-1.1", "The cloud fails at a malformed header", also=("A-1.3", "EN-10"), known_as="D002")
def malformed_header_is_a_failure(ground: Ground) -> None:
    def value(original: Original, headers: Headers) -> str | None:
        return original(headers) or (headers[0].split(b" ", 1)[1].decode("ascii") if headers else None)

    ground.wrap(credentials.bearer_value, value)


@breaks("A-1.1", "A token is taken under any scheme", known_as="D002")
def any_scheme_is_taken(ground: Ground) -> None:
    ground.set(credentials, "_BEARER", re.compile(r"\w+ +([^\s]+)", re.IGNORECASE | re.ASCII))


@breaks("A-1.1", "A token is taken without a scheme")
def bare_token_is_taken(ground: Ground) -> None:
    ground.set(credentials, "_BEARER", re.compile(r"(?:bearer +)?([^\s]+)", re.IGNORECASE | re.ASCII))


@breaks("A-1.1", "An unknown token is answered in another way than none")
def unknown_token_gets_another_text(ground: Ground) -> None:
    _refuse_otherwise(
        ground,
        lambda found, surface, refusal: unauthorized("Unknown token") if found is None else refusal,
    )


@breaks("A-1.2", "The scheme is compared with case")
def scheme_is_compared_with_case(ground: Ground) -> None:
    ground.set(credentials, "_BEARER", re.compile(r"Bearer +([^\s]+)", re.ASCII))


@breaks("A-1.3", "Of several headers the first is taken")
def first_of_several_headers_is_taken(ground: Ground) -> None:
    ground.wrap(credentials.bearer_value, lambda original, headers: original(headers[:1]))


@breaks("A-1.3", "What follows the token is not looked at", also=("A-1.1",), known_as="D002")
def words_after_the_token_are_ignored(ground: Ground) -> None:
    ground.set(credentials, "_BEARER", re.compile(r"bearer +([^\s]+).*", re.IGNORECASE | re.ASCII))


@breaks("A-1.3", "The cloud fails at a header that is not ASCII", also=("A-1.1", "EN-10"), known_as="D002")
def header_beyond_ascii_is_a_failure(ground: Ground) -> None:
    ground.wrap(
        credentials.bearer_value,
        lambda original, headers: original([header.decode("ascii").encode() for header in headers]),
    )


@breaks(
    "A-1.4",
    "A job token that counts no more gets the text of the routes for job tokens wherever it is shown",
    also=("A-2.1",),
    known_as="D011",
)
def text_belongs_to_the_credential(ground: Ground) -> None:
    _refuse_otherwise(
        ground,
        lambda found, surface, refusal: (
            unauthorized(Surface.JOB.value)
            if _has_job_token(found) and refusal.error == surface.value
            else refusal
        ),
    )


@breaks(
    "A-1.4",
    "The routes of the account that take job tokens refuse in the words of those for job tokens",
    also=("AT-1", "AT-2", "AT-7", "PM-26", "PM-28"),
    known_as="D011",
)
def shared_routes_have_the_other_text(ground: Ground) -> None:
    for identifier in ("AT-1", "AT-2", "AT-7"):
        ground.operation(identifier, surface=Surface.JOB)


@breaks(
    "A-1.5",
    "Routes for job tokens refuse in other words",
    also=("A-1", "A-1.1", "A-2", "JB-1.15"),
    known_as="D011",
)
def job_routes_refuse_in_other_words(ground: Ground) -> None:
    ground.set(Surface.JOB, "_value_", "Invalid or expired token")


@breaks(
    "A-1.6",
    "The list of platforms refuses in the words of routes for job tokens",
    also=("PF-5.1", "PL-3"),
    known_as="D011",
)
def list_of_platforms_has_the_other_text(ground: Ground) -> None:
    ground.operation("PF-5", surface=Surface.JOB)


@breaks(
    "A-1.6",
    "Routes of the account refuse in other words",
    also=("A-1.4", "A-1.1", "A-2.1", "PF-5.1"),
    known_as="D011",
)
def account_routes_refuse_in_other_words(ground: Ground) -> None:
    ground.set(Surface.ACCOUNT, "_value_", "Authentication failed: token not found")


@breaks("A-1.7", "A token holds what no header can carry", also=("TK-2", "SC-1", "AT-2"))
def token_cannot_be_carried(ground: Ground) -> None:
    ground.wrap(
        tokens.generate,
        lambda original, *given: (lambda made: replace(made, token=f"{made.token}\n"))(original(*given)),
    )


@breaks(
    "A-2",
    "A job token works on after it has expired",
    also=("T2", "TS-2", "JB-1.15"),
    known_as="D004",
)
def expired_job_token_works(ground: Ground) -> None:
    ground.wrap(
        credentials.is_alive,
        lambda original, record, now: (
            not record.is_revoked if isinstance(record, Token) else original(record, now)
        ),
    )


@breaks("A-2", "A job token dies an hour early", also=("T2", "T1", "TK-2", "TM-7", "TS-1"), known_as="D004")
def job_token_dies_an_hour_early(ground: Ground) -> None:
    ground.wrap(credentials.is_expired, lambda original, expires, now: original(expires, now + 3600))


@breaks(
    "A-2",
    "A job token works on after it was revoked",
    also=("T3", "TS-3", "T11", "JB-1.15"),
    known_as="D005",
)
def revoked_job_token_works(ground: Ground) -> None:
    ground.wrap(
        credentials.is_alive,
        lambda original, record, now: original(
            replace(record, is_revoked=False) if isinstance(record, Token) else record, now
        ),
    )


@breaks(
    "A-2",
    "A revoked job token still reads jobs, as the route remembers it",
    also=("T3", "TS-3"),
    known_as="D005",
)
def revoked_job_token_still_reads_jobs(ground: Ground) -> None:
    remembering = (Kind.JOB,)  # by its being another collection than those of other routes they are known
    for identifier in ("JB-2", "JB-3", "JB-4", "JB-2d", "JB-3d"):
        ground.operation(identifier, accepts=remembering)

    def remembered(
        cloud: Cloud, headers: Headers, accepts: Collection[Kind], surface: Surface
    ) -> Caller | None:
        value = credentials.bearer_value(headers) if accepts is remembering else None
        token = tokens_table.find_by_key(cloud.db, value) if value is not None else None
        user = users_table.find(cloud.db, token.user_id) if token is not None and token.is_revoked else None
        return Caller(Kind.JOB, user, token) if user is not None else None

    _authenticate(ground, remembered)


@breaks(
    "A-2",
    "A job token works on after it was deleted",
    also=("T7.1", "T7", "TS-5", "JB-1.15"),
)
def deleted_job_token_works(ground: Ground) -> None:
    ground.text(tokens_table.find_by_key, " AND deleted = 0", "")


@breaks("A-2.1", "Routes of the account take a job token that was revoked", also=("T3",))
def account_takes_revoked_job_tokens(ground: Ground) -> None:
    def alive(cloud: Cloud, headers: Headers, accepts: Collection[Kind], surface: Surface) -> Caller | None:
        value = credentials.bearer_value(headers) if surface is Surface.ACCOUNT else None
        token = tokens_table.find_by_key(cloud.db, value) if value is not None else None
        user = users_table.find(cloud.db, token.user_id) if token is not None else None
        if user is None or token is None or not token.is_revoked or Kind.JOB not in accepts:
            return None
        return Caller(Kind.JOB, user, token)

    _authenticate(ground, alive)


@breaks("A-2.1", "Routes of the account say of a revoked job token that it was revoked", also=("A-1.4",))
def account_tells_of_a_revocation(ground: Ground) -> None:
    _refuse_otherwise(
        ground,
        lambda found, surface, refusal: (
            unauthorized("Token revoked")
            if surface is Surface.ACCOUNT
            and found is not None
            and isinstance(found.record, Token)
            and found.record.is_revoked
            else refusal
        ),
    )


def _keys_are_alive(ground: Ground, is_alive: Callable[[ApiKey, float], bool]) -> None:
    ground.wrap(
        credentials.is_alive,
        lambda original, record, now: (
            is_alive(record, now) if isinstance(record, ApiKey) else original(record, now)
        ),
    )


@breaks("A-2.2", "A revoked API key still fetches jobs", also=("AK-2.3", "AK-2.2"), known_as="D062")
def revoked_key_fetches_jobs(ground: Ground) -> None:
    _keys_are_alive(ground, lambda key, now: not credentials.is_expired(key.expires, now))


@breaks("A-2.2", "An expired API key still fetches jobs", also=("AK-2.2", "AK-1"), known_as="D062")
def expired_key_fetches_jobs(ground: Ground) -> None:
    _keys_are_alive(ground, lambda key, now: not key.is_revoked)


@breaks("A-2.2", "A worker's key that counts no more is answered 403", also=("AK-2.3",))
def dead_key_is_forbidden(ground: Ground) -> None:
    _refuse_otherwise(
        ground,
        lambda found, surface, refusal: (
            forbidden() if found is not None and found.kind is Kind.API_KEY else refusal
        ),
    )


@breaks(
    "A-3",
    "The credentials of a deactivated user go on working",
    also=("JB-1.17", "A-3.2", "TS-6", "AK-1.7"),
    known_as="D010",
)
def deactivated_user_goes_on(ground: Ground) -> None:
    ground.replace(credentials.user_is_active, lambda user: True)


@breaks("A-3", "The job tokens of a deactivated user go on working", also=("JB-1.17", "TS-6", "A-3.2"))
def job_tokens_of_a_deactivated_user_go_on(ground: Ground) -> None:
    def alive(cloud: Cloud, headers: Headers, accepts: Collection[Kind], surface: Surface) -> Caller | None:
        value = credentials.bearer_value(headers) if Kind.JOB in accepts else None
        token = tokens_table.find_by_key(cloud.db, value) if value is not None else None
        user = users_table.find(cloud.db, token.user_id) if token is not None else None
        return Caller(Kind.JOB, user, token) if user is not None and not user.is_active else None

    _authenticate(ground, alive)


@breaks(
    "A-3",
    "A deactivated user is refused in the words for a bad token",
    also=("JB-1.17", "TS-6", "AK-1.7", "US-0.3"),
    known_as="D010",
)
def deactivated_user_gets_another_text(ground: Ground) -> None:
    ground.wrap(
        credentials.authenticate,
        lambda original, cloud, headers, accepts, surface: _with_text_of(
            surface, lambda: original(cloud, headers, accepts, surface)
        ),
    )


def _with_text_of(surface: Surface, authenticate: Callable[[], Caller]) -> Caller:
    try:
        return authenticate()
    except RefusalError:
        raise unauthorized(surface.value) from None


@breaks("A-3.1", "A deactivated user is told so before anything else of the credential is looked at")
def deactivation_comes_first(ground: Ground) -> None:
    def inactive(
        cloud: Cloud, headers: Headers, accepts: Collection[Kind], surface: Surface
    ) -> Caller | None:
        value = credentials.bearer_value(headers)
        found = credentials.find(cloud, value) if value is not None else None
        user = users_table.find(cloud.db, found.record.user_id) if found is not None else None
        if user is not None and not user.is_active:
            raise unauthorized(credentials.INVALID_USER)
        return None

    _authenticate(ground, inactive)


@breaks("A-3.2", "A user who comes back has lost the job tokens")
def deactivation_costs_the_tokens(ground: Ground) -> None:
    def close(original: Original, cloud: Cloud, column: str, value: int, reason: closing.Reason) -> None:
        original(cloud, column, value, reason)
        if reason is closing.USER_DEACTIVATED:
            tokens_table.mark_all_deleted(cloud.db, value)

    ground.wrap(closing.close_jobs, close)


@breaks("A-3.2", "A user whom an admin brings back stays away", also=("US-3.1", "J13.2"))
def user_never_comes_back(ground: Ground) -> None:
    def update(original: Original, db: Database, user_id: int, changes: Mapping[str, Json]) -> None:
        kept = {name: value for name, value in changes.items() if (name, value) != ("is_active", True)}
        original(db, user_id, kept)

    ground.wrap(users_table.update, update)


@breaks(
    "A-3.3",
    "The tokens and keys of a deleted user are refused as those of a deactivated one",
    also=("US-4.3", "A-2"),
)
def deleted_user_is_only_invalid(ground: Ground) -> None:
    ground.text(tokens_table.mark_all_deleted, "deleted = 1", "deleted = 0")
    ground.wrap(
        credentials.owner,
        lambda original, cloud, user_id: (
            original(cloud, user_id) or _raise(unauthorized(credentials.INVALID_USER))
        ),
    )


@breaks("A-4", "Login tokens open routes that are for job tokens", also=("A-4.1", "PM-52"), known_as="D007")
def any_class_of_credential_is_taken(ground: Ground) -> None:
    ground.replace(credentials.class_is_accepted, lambda *_: True)


@breaks("A-4", "A login token makes jobs", also=("PM-4", "JB-1.15"), known_as="D007")
def login_token_makes_jobs(ground: Ground) -> None:
    _accept(ground, LT, "JB-1")

    def with_token(original: Original, call: Call) -> Json:
        token = tokens_table.find(call.cloud.db, 1)
        caller = call.caller if call.caller.token is not None else replace(call.caller, token=token)
        return original(replace(call, known_caller=caller))

    ground.wrap(job_routes.create, with_token)


@breaks("A-4", "Login tokens read jobs", also=("PM-5", "PM-6", "PM-7"), known_as="D007")
def login_token_reads_jobs(ground: Ground) -> None:
    _accept(ground, LT, "JB-2", "JB-3", "JB-4", "JB-2d", "JB-3d")


@breaks("A-4", "Login tokens cancel jobs on the routes for job tokens", also=("PM-8",), known_as="D007")
def login_token_cancels_jobs(ground: Ground) -> None:
    _accept(ground, LT, "JB-5", "JB-5d")


@breaks("A-4", "Login tokens look after job tokens on the routes for job tokens", also=("A-8", "PM-18"))
def login_token_opens_the_routes_of_job_tokens(ground: Ground) -> None:
    _accept(ground, LT, "TK-1", "TK-2", "TK-3", "TK-4", "TK-5", "TK-6", "TK-7", "TK-8", "TK-9")


@breaks(
    "A-4",
    "Job tokens look after job tokens where a login is asked for",
    also=("PM-30", "PM-31", "PM-32", "PM-33", "AT-3", "AT-4", "AT-5", "AT-6"),
    known_as="D008",
)
def job_token_is_taken_for_a_login(ground: Ground) -> None:
    _accept(ground, JT, "AT-3", "AT-4", "AT-5", "AT-6", "AT-3d", "AT-5d")


@breaks("A-4", "A job token reads and changes its user's record", also=("PM-45", "PM-46", "PM-52"))
def job_token_opens_the_user(ground: Ground) -> None:
    _accept(ground, JT, "US-2", "US-3")


@breaks("A-4", "An API key reads and changes its owner's record", also=("PM-45", "PM-46", "PM-52"))
def key_opens_the_user(ground: Ground) -> None:
    _accept(ground, frozenset({Kind.API_KEY}), "US-2", "US-3")


@breaks(
    "A-4",
    "An API key lists and makes job tokens of its owner",
    also=("PM-52", "PM-26", "PM-28", "AT-1", "AT-2"),
)
def key_makes_job_tokens(ground: Ground) -> None:
    _accept(ground, frozenset({Kind.API_KEY}), "AT-1", "AT-2", "AT-7")


@breaks(
    "A-4.1",
    "A valid credential that may not is answered 404 on routes that know all classes",
    also=("A-5", "PM-38", "PM-39", "PM-40", "PM-41"),
)
def wrong_class_is_not_found(ground: Ground) -> None:
    for name in ("worker", "registrar"):
        ground.wrap(
            getattr(rights, name),
            lambda original, caller, path: original(caller, path) or _raise(not_found()),
        )


@breaks("A-4.1", "Every valid credential registers platforms", also=("PF-1.11", "PM-38"), known_as="D064")
def anyone_registers_platforms(ground: Ground) -> None:
    ground.replace(rights.registrar, lambda *_: True)


@breaks("A-4.1", "Every valid credential fetches jobs", also=("WK-1.9", "PM-41", "WK-2.15"), known_as="D095")
def anyone_works(ground: Ground) -> None:
    ground.replace(rights.worker, lambda *_: True)


@breaks("A-5", "Who lacks the right is told 401", also=("OC-2", "EN-11"), known_as="D011")
def missing_right_is_unauthorized(ground: Ground) -> None:
    ground.set(app, "forbidden", lambda: unauthorized("Permission denied"))


@breaks("A-5", "Who lacks the right is told that there is nothing", also=("OC-2", "EN-11"), known_as="D011")
def missing_right_is_not_found(ground: Ground) -> None:
    ground.set(app, "forbidden", not_found)


@breaks("A-5", "Who lacks the right is told so in other words", also=("OC-2", "EN-11"))
def missing_right_gets_another_text(ground: Ground) -> None:
    ground.set(app, "forbidden", lambda: forbidden("Forbidden"))


@breaks(
    "A-6",
    "A user without credits or time is told 403",
    also=("JB-1.18", "JB-1.19", "JB-1.20", "CR-2", "CR-3", "CR-7"),
)
def spent_means_are_forbidden(ground: Ground) -> None:
    def require(original: Original, *given: Any) -> None:  # noqa: ANN401 - as the rule
        try:
            original(*given)
        except RefusalError as refusal:
            raise forbidden(refusal.error) from None

    ground.wrap(admission.require_means, require)


@breaks("A-6", "A user without credits is told that the token is no good", also=("JB-1.18", "CR-2"))
def spent_credits_look_like_a_bad_token(ground: Ground) -> None:
    ground.text(admission.require_means, "Not enough credits", Surface.JOB.value)


@breaks(
    "A-7.1",
    "An admin has no right on the job tokens of others",
    also=("AT-1.1", "PM-27", "PM-30"),
)
def admin_has_no_right_on_tokens_of_others(ground: Ground) -> None:
    ground.replace(tokens.may_touch, lambda caller, token: token.user_id == caller.user.user_id)


@breaks("A-7.1", "A user has no right to change job tokens", also=("TK-4", "AT-4", "T12", "PM-19", "PM-31"))
def user_may_not_edit_own_tokens(ground: Ground) -> None:
    for identifier in ("TK-4", "AT-4"):
        ground.operation(identifier, right="admin")


@breaks("A-7.1", "A user has no right to run jobs again", also=("JB-6", "RR-2", "PM-9", "JB-6d"))
def user_may_not_rerun(ground: Ground) -> None:
    for identifier in ("JB-6", "JB-6d"):
        ground.operation(identifier, right="admin")


@breaks("A-7.2", "A job token of an admin carries the admin's rights", also=("TK-2.5",))
def job_token_of_an_admin_is_an_admin(ground: Ground) -> None:
    ground.replace(Caller.is_admin, property(lambda caller: caller.user.is_admin))


@breaks("A-7.2", "An admin needs no permission to make jobs", also=("JB-1.22", "PM-4"))
def admin_needs_no_permission(ground: Ground) -> None:
    ground.wrap(
        platforms.user_has_permission,
        lambda original, cloud, user, platform: user.is_admin or original(cloud, user, platform),
    )


@breaks("A-7.3", "A list of the jobs of an unknown user is refused")
def jobs_of_an_unknown_user_are_not_found(ground: Ground) -> None:
    ground.wrap(jobs.page, _require_known_user)


@breaks("A-7.3", "A list of the tokens of an unknown user is refused")
def tokens_of_an_unknown_user_are_not_found(ground: Ground) -> None:
    ground.wrap(tokens.page, _require_known_user)


@breaks("A-7.3", "A list of the tokens of an unknown user has those of all users")
def tokens_of_an_unknown_user_are_those_of_all(ground: Ground) -> None:
    def page(original: Original, cloud: Cloud, *, user_id: int | None, **query: Json) -> Json:
        known = user_id is None or users_table.find(cloud.db, user_id) is not None
        return original(cloud, user_id=user_id if known else None, **query)

    ground.wrap(tokens.page, page)


def _require_known_user(original: Original, cloud: Cloud, *, user_id: int | None, **query: Json) -> Json:
    if user_id is not None and users_table.find(cloud.db, user_id) is None:
        raise not_found()
    return original(cloud, user_id=user_id, **query)


@breaks("A-8", "A user without a job token gets none with a login", also=("AT-2", "T1", "PM-28"))
def login_makes_no_first_token(ground: Ground) -> None:
    ground.wrap(
        token_routes.generate,
        lambda original, call: (
            original(call)
            if call.caller.token is not None or tokens_table.of_user(call.cloud.db, call.caller.user.user_id)
            else _raise(forbidden())
        ),
    )


@breaks("A-8", "The routes for job tokens give a first one to a login", also=("A-4", "PM-15", "TK-2"))
def login_gets_tokens_on_the_routes_of_job_tokens(ground: Ground) -> None:
    _accept(ground, LT, "TK-2")


@breaks("A-8.1", "Only the token that made a job works on it", also=("JB-2", "TS-7"), known_as="D086")
def job_belongs_to_its_token(ground: Ground) -> None:
    def is_creator(original: Original, caller: Caller, job: Job) -> bool:
        return original(caller, job) and (caller.token is None or caller.token.token_id == job.token_id)

    ground.wrap(jobs.is_creator, is_creator)
