"""Job tokens: the ways to do things with them, and what a scenario expects of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from steps.api.cloud_objects import Job, JobToken, User
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.operations import (
    AT_1,
    AT_2,
    AT_2D,
    AT_3,
    AT_3D,
    AT_4,
    AT_5,
    AT_5D,
    AT_6,
    AT_7,
    AT_8D,
    AT_9D,
    PF_5,
    TK_1,
    TK_2,
    TK_3,
    TK_4,
    TK_5,
    TK_6,
    TK_7,
    TK_8,
    Operation,
)
from steps.api.personas import bearer
from steps.api.utils import Api
from steps.api.waiting import wait_until
from steps.support.accounts import IMPOSSIBLE_PAGES, NOBODY
from steps.support.attempt import Outcome, attempt
from steps.support.cast import the_token, the_user
from steps.support.credentials import JOB_TOKEN_ERROR, JOB_TOKEN_ROUTES, expect_all_refused
from steps.support.expectations import (
    expect_equal,
    expect_invalid_field,
    expect_refusal,
    expect_success,
    expect_true,
)
from steps.support.moments import expect_just_now

if TYPE_CHECKING:
    from steps.support.world import World

UNKNOWN_KEY = "_T_nobody.has.this"

# A token may be valid for the rest of the second in which it expires, on a cloud that keeps whole seconds.
_EXPIRY_MARGIN = 0.1

LOGIN, JOB, ACCOUNT, OLD, OTHER_OLD, OLD_WITH_JOB = (
    "with the login token",
    "with a job token",
    "with a job token on the account's routes",
    "at the old address",
    "at the other old address",
    "with a job token at the old address",
)
WAYS: Mapping[str, Mapping[str, Operation]] = {
    "make": {LOGIN: AT_2, JOB: TK_2, ACCOUNT: AT_2, OLD: AT_2D, OLD_WITH_JOB: AT_2D},
    "read": {LOGIN: AT_3, JOB: TK_3, OLD: AT_3D},
    "change": {LOGIN: AT_4, JOB: TK_4},
    "revoke": {LOGIN: AT_5, JOB: TK_5, OLD: AT_5D},
    "reopen": {LOGIN: AT_6, JOB: TK_6},
    "delete by id": {LOGIN: AT_7, JOB: TK_7, ACCOUNT: AT_7},
    "delete by key": {JOB: TK_8, OLD: AT_8D, OTHER_OLD: AT_9D},
    "list": {LOGIN: AT_1, JOB: TK_1, ACCOUNT: AT_1},
}
# Where an account's routes take job tokens as well.
_ACCOUNT_ROUTES_OF_JOB_TOKENS = (AT_1, AT_2, AT_2D, AT_7, PF_5)
_TOKENS = ("the token", "the other token", "an unknown one", "nothing")


def words(choice: Iterable[str]) -> Callable[[str], str]:
    """The converter of a type of behave's step patterns that takes any of these (regular) expressions."""

    def as_it_is(text: str) -> str:
        return text

    # The longest first: a shorter one may begin like it. `parse` looks for this attribute of a converter.
    as_it_is.pattern = "|".join(sorted(choice, key=len, reverse=True))  # type: ignore[attr-defined]
    return as_it_is


def _things() -> Callable[[str], str]:
    one = "|".join(_TOKENS)
    return words([f"(?:{one})(?: and (?:{one}))*"])


# The types of behave's step patterns, beside those of `cast`.
TYPES: Mapping[str, Callable[[str], str]] = {
    "Way": words((LOGIN, JOB, ACCOUNT, OLD, OTHER_OLD, OLD_WITH_JOB)),
    "Handle": words(("id", "key")),
    "Tokens": _things(),
    "Object": words([r"\{.*\}"]),
    "RevokesOrReopens": words(("revokes", "reopens")),
}


def showing(token: JobToken) -> User:
    """Someone who shows this job token and nothing else, also where a login token is the usual credential."""
    user = User(user_id=token.user_id)
    user.job_tokens.append(token)
    user.login_token.token = token.token
    return user


def acting(user: User, verb: str, way: str) -> tuple[User, Operation]:
    """Who acts, showing what, through which operation, when the user does `verb` in this way."""
    operation = WAYS[verb][way]
    return (showing(user.job_tokens[-1]) if way in (ACCOUNT, OLD_WITH_JOB) else user), operation


def make(world: World, user: User, way: str, **attributes: Any) -> None:  # noqa: ANN401 - those of a JobToken
    """Attempt to make a job token of the user; it becomes the scenario's token, or its other one."""
    by, operation = acting(user, "make", way)
    world.attempt(world.make.job_token, by, operation=operation, **attributes)
    _keep(world)


def make_of_body(world: World, user: User, body: Mapping[str, Any] | None, way: str = LOGIN) -> None:
    """Attempt to make a job token of the user from exactly this body, in this way."""
    by, operation = acting(user, "make", way)
    world.attempt(world.make.job_token_of_body, by, body, operation=operation)
    _keep(world)


def make_for(world: World, by: User, owner_id: int, way: str = LOGIN, **members: Any) -> None:  # noqa: ANN401
    """Attempt to make a job token for the user of that id, as `by`."""
    make_of_body(world, by, {"label": world.names.label("token"), "user_id": owner_id, **members}, way)


def _keep(world: World) -> None:
    made: JobToken | None = world.outcome.value if world.outcome is not None else None
    if made is None:
        return
    if world.token is None:
        world.token = made
    else:
        world.other_token = made


def give(world: World, user: User, **attributes: Any) -> JobToken:  # noqa: ANN401 - those of a JobToken
    """Make a job token of the user, for a Given."""
    return world.make.job_token(user, **attributes)


def give_spare(world: World, user: User) -> JobToken:
    """Make a job token of the user with the one that they show, and leave that one the shown one."""
    return world.make.job_token_of_body(user, {"label": world.names.label("token")}, operation=TK_2)


def give_many(world: World, user: User, number: int) -> list[JobToken]:
    """Make as many job tokens of the user."""
    return [give(world, user) for _ in range(number)]


def give_many_half_revoked(world: World, user: User, number: int) -> None:
    """Make as many job tokens of the user, and revoke the first of every two."""
    for token in give_many(world, user, number)[::2]:
        revoke(world, token, user)


def read(world: World, token: JobToken, user: User, way: str = LOGIN) -> dict[str, Any]:
    """What the cloud knows of the token, read by the user in this way. Raises CloudRefusal."""
    by, operation = acting(user, "read", way)
    return token.read(world.cloud, by, operation=operation)


def as_read(
    world: World, token: JobToken, user: User | None = None, way: str = LOGIN, *, rules: Sequence[str]
) -> dict[str, Any]:
    """What the token's owner, or another user, reads of it; that it may be read is stated under `rules`."""
    reader = user or owner_of(world, token)
    answer: dict[str, Any] = expect_success(attempt(read, world, token, reader, way), *rules)
    return answer


def _listed(world: World, user: User, way: str = LOGIN, *, rules: Sequence[str], **query: int) -> list[Any]:
    entries: list[Any] = expect_success(attempt(list_tokens, world, user, way, **query), *rules)
    return entries


def change(world: World, token: JobToken, user: User, way: str, members: Mapping[str, Any]) -> None:
    """Change the token as the user, in this way. Raises CloudRefusal."""
    by, operation = acting(user, "change", way)
    token.update(world.cloud, by, members, operation=operation)


def revoke(world: World, token: JobToken, user: User, way: str = LOGIN) -> None:
    """Revoke the token as the user, in this way. Raises CloudRefusal."""
    by, operation = acting(user, "revoke", way)
    token.revoke(world.cloud, by, operation=operation)


def reopen(world: World, token: JobToken, user: User, way: str = LOGIN) -> None:
    """Reopen the token as the user, in this way. Raises CloudRefusal."""
    by, operation = acting(user, "reopen", way)
    token.reopen(world.cloud, by, operation=operation)


def revoke_and_reopen_in_json(world: World, token: JobToken, user: User) -> None:
    """Revoke the token, then reopen it, both with a JSON body. Raises CloudRefusal."""
    token.revoke(world.cloud, user, as_json=True)
    expect_refused(world, token, 401, JOB_TOKEN_ERROR, *world.rules)
    token.reopen(world.cloud, user, as_json=True)


def revoke_encoded(world: World, token: JobToken, user: User) -> None:
    """Revoke the token with a form in which every character is percent-encoded. Raises CloudRefusal."""
    content = b"token=" + "".join(f"%{octet:02X}" for octet in token.token.encode()).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    Api(world.cloud).call(AT_5, token=token_for(user, AT_5), content=content, headers=headers)


def send_without_token(world: World, user: User, verb: str, way: str) -> None:
    """Revoke or reopen without saying what. Raises CloudRefusal."""
    by, operation = acting(user, verb.removesuffix("s"), way)
    Api(world.cloud).call(operation, token=token_for(by, operation), form={"other": "member"})


def expect_no_token_named(outcome: Outcome | None, *rules: str) -> None:
    """State that validation failed at the form's `token`; the contract guesses the name of the location."""
    expect_refusal(outcome, (422, 400), None, *rules)
    assert outcome is not None and outcome.refusal is not None
    locations = [name for name in ("form", "json") if "token" in _fields(outcome.refusal.detail.get(name))]
    place = locations[0] if locations else "form"
    expect_invalid_field(outcome, place, "token", None, *rules)


def _fields(location: object) -> Mapping[str, Any]:
    return location if isinstance(location, dict) else {}


def unknown_token() -> JobToken:
    """A job token that nobody has, neither by its id nor by its key."""
    return JobToken("nobody", token_id=NOBODY, token=UNKNOWN_KEY)


def named(world: World, things: str) -> list[JobToken]:
    """The tokens that a feature names: `the token and an unknown one`; none for `nothing`."""
    known: Mapping[str, Callable[[], list[JobToken]]] = {
        "the token": lambda: [the_token(world)],
        "the other token": lambda: [the_token(world, "other_token")],
        "an unknown one": lambda: [unknown_token()],
        "nothing": lambda: [],
    }
    return [token for thing in things.split(" and ") for token in known[thing]()]


def delete(world: World, user: User, tokens: Sequence[JobToken], handle: str, way: str) -> None:
    """Delete tokens by `id` or by `key`, as the user, in this way. Raises CloudRefusal."""
    by, operation = acting(user, f"delete by {handle}", way)
    if handle == "id":
        ids = [token.token_id for token in tokens]
        JobToken.delete_many(world.cloud, by, ids, operation=operation)
    else:
        JobToken.delete_by_key(world.cloud, by, [token.token for token in tokens], operation=operation)


def delete_body(world: World, user: User, handle: str, body: Mapping[str, Any]) -> None:
    """Ask for a deletion by id or by key with exactly this body. Raises CloudRefusal."""
    by, operation = acting(user, f"delete by {handle}", JOB)
    Api(world.cloud).call(operation, token=token_for(by, operation), body=body)


def delete_value(world: World, user: User, handle: str, value: object) -> None:
    """Ask for a deletion by id or by key with this value in place of the list. Raises CloudRefusal."""
    delete_body(world, user, handle, {"token_ids" if handle == "id" else "tokens": value})


def list_tokens(world: World, user: User, way: str = LOGIN, **query: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """The user's list of job tokens, or another's by `user_id`, in this way. Raises CloudRefusal."""
    by, operation = acting(user, "list", way)
    return JobToken.list_own(world.cloud, by, operation=operation, **query)


def list_with_query(world: World, user: User, query: str, way: str = LOGIN) -> list[dict[str, Any]]:
    """The user's list with these pairs in the query, also repeated and empty ones. Raises CloudRefusal."""
    by, operation = acting(user, "list", way)
    pairs: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        pairs.setdefault(name, []).append(value)
    return Api(world.cloud).call_for_list(operation, "id", token=token_for(by, operation), query=pairs)


def impossible_pages(world: World, user: User, parameter: str) -> dict[str, Outcome]:
    """Ask the user's list, by job token and by login token, for each impossible value of a parameter."""
    return {
        f"{name}={value} {way}": attempt(list_tokens, world, user, way, **{name: value})
        for name, value in IMPOSSIBLE_PAGES
        if name == parameter and not (name == "offset" and isinstance(value, str))
        for way in (JOB, LOGIN)
    }


def use(world: World, token: JobToken) -> Outcome:
    """Use the token for what every job token opens: ask how many jobs may be created."""
    return attempt(Job.availability, world.cloud, showing(token))


def use_in_vain(world: World, token: JobToken) -> Outcome:
    """Use the token for something that fails: read a job token that does not exist."""
    return attempt(unknown_token().read, world.cloud, showing(token))


def expect_works(world: World, token: JobToken, *rules: str) -> None:
    """State that the token opens what every job token opens."""
    expect_success(use(world, token), *rules)


def expect_refused(world: World, token: JobToken, status: int, error: str, *rules: str) -> None:
    """State that the token is refused with this text where a job token is asked for."""
    expect_refusal(use(world, token), status, error, *rules)


def expect_refused_everywhere(world: World, token: JobToken, *rules: str) -> None:
    """State that every route that takes job tokens refuses this one; on the account's the text is open."""
    persona = bearer(f"{token.label}", token.token)
    expect_all_refused(world.cloud, JOB_TOKEN_ROUTES, [persona], (401,), JOB_TOKEN_ERROR, *rules)
    expect_all_refused(world.cloud, _ACCOUNT_ROUTES_OF_JOB_TOKENS, [persona], (401,), None, *rules)


def wait_for_expiry(duration: int) -> None:
    """Wait until whatever was made before and lives `duration` seconds is over.

    Whether the cloud says so is what scenarios are about, so it is not asked, and clocks are not compared.
    """
    begun = time.monotonic()
    wait_until(
        lambda: time.monotonic() - begun,
        lambda passed: passed > duration + _EXPIRY_MARGIN,
        seconds=duration + 1,
        what=f"{duration} s to pass",
        longest_interval=0.1,
    )


def expect_as_made(world: World, token: JobToken, answer: Mapping[str, Any], *rules: str) -> None:
    """State that an answer describes the token as it was made, for its owner."""
    owner = the_user(world)
    wanted = {
        "id": token.token_id,
        "label": token.label,
        "priority": 0,
        "user_priority": owner.priority,
        "user_id": owner.user_id,
        "email": owner.email,
        "valid": True,
        "is_explorer_token": False,
    }
    shown = {name: answer.get(name) for name in wanted}
    expect_equal("the answer should describe the token as it was made", shown, wanted, *rules)


# What use changes without anyone's asking.
COUNTERS = ("count", "last_used_time", "last_used_duration")


def lasting_members(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that is read of a token, but for the counters."""
    return {name: answer[name] for name in answer if name not in COUNTERS}


def owner_of(world: World, token: JobToken) -> User:
    """Which of the scenario's users the token belongs to."""
    owners = [user for user in (world.user, world.other_user) if user and user.user_id == token.user_id]
    assert owners, f"{token!r} belongs to no user of the scenario."
    return owners[0]


def expect_changed_only(world: World, token: JobToken, names: Sequence[str], *rules: str) -> None:
    """State that the token is as it was noted, but for these members, which are as last asked for."""
    wanted = {**world.noted, **{name: getattr(token, name) for name in names}}
    now = lasting_members(as_read(world, token, rules=rules))
    expect_equal("nothing else of the token should have changed", now, wanted, *rules)


def expect_times(world: World, answer: Mapping[str, Any], seconds: int, *rules: str) -> None:
    """State that a token was created within the last half minute and expires `seconds` later (TM-7)."""
    created = datetime.fromisoformat(answer["created_date"])
    expires = datetime.fromisoformat(answer["expiration_date"])
    span = (expires - created).total_seconds()
    expect_true(
        f"it should expire {seconds} s after its creation", abs(span - seconds) <= 2, f"{span} s", *rules
    )
    expect_just_now("it should have been created now", answer["created_date"], *rules)


def uses(world: World, token: JobToken, *rules: str) -> tuple[int, str | None]:
    """How often the token was used and when last, read with its owner's login token."""
    answer = as_read(world, token, rules=rules)
    return answer["count"] or 0, answer["last_used_time"]


def note_uses(world: World) -> None:
    """Keep the uses of the scenario's two tokens."""
    tokens = (the_token(world), the_token(world, "other_token"))
    world.noted = {token.token_id: uses(world, token) for token in tokens}


def expect_used(world: World, token: JobToken, *rules: str) -> None:
    """State that the token was used more often, and later, than noted."""
    before, before_time = world.noted[token.token_id]
    now, now_time = uses(world, token, *rules)
    expect_true("its count should be larger", now > before, f"{before}, then {now}", *rules)
    later = now_time is not None and (
        before_time is None or datetime.fromisoformat(now_time) > datetime.fromisoformat(before_time)
    )
    expect_true("its last use should be later", later, f"{before_time}, then {now_time}", *rules)
    entries = _entries(_listed(world, owner_of(world, token), rules=rules), token)
    listed = [(entry.get("count"), entry.get("last_used_time")) for entry in entries]
    expect_equal("the list should tell the same uses", listed, [(now, now_time)], *rules)


def expect_not_used(world: World, token: JobToken, *rules: str) -> None:
    """State that the uses of the token are those noted."""
    expect_equal(
        "its uses should be as before", uses(world, token, *rules), world.noted[token.token_id], *rules
    )


def expect_gone(world: World, token: JobToken, *rules: str) -> None:
    """State that a deleted token opens nothing, is in no list, and cannot be read."""
    expect_refused(world, token, 401, JOB_TOKEN_ERROR, *rules)
    owner = owner_of(world, token)
    expect_equal("it should be in no list", _entries(_listed(world, owner, rules=rules), token), [], *rules)
    expect_refusal(attempt(read, world, token, owner), (400, 404), None, *rules)


def expect_in_list(world: World, token: JobToken, member: str, value: object, *rules: str) -> None:
    """State that the token is once in its owner's list, with this member."""
    entries = _entries(_listed(world, owner_of(world, token), rules=rules), token)
    values = [entry.get(member) for entry in entries]
    expect_equal(f"it should be listed once, with {member}", values, [value], *rules)


def _entries(entries: Iterable[Mapping[str, Any]], token: JobToken) -> list[Mapping[str, Any]]:
    return [entry for entry in entries if entry["id"] == token.token_id]


def expect_among(entries: Iterable[Mapping[str, Any]], token: JobToken, *rules: str) -> None:
    """State that a list holds the token once, under its label."""
    labels = [entry["label"] for entry in _entries(entries, token)]
    expect_equal("the token should be listed once", labels, [token.label], *rules)


def expect_exactly(entries: list[dict[str, Any]], tokens: Iterable[JobToken], *rules: str) -> None:
    """State that a list holds these tokens and no other, with their labels, in the order of their ids."""
    wanted = sorted((token.token_id, token.label) for token in tokens)
    shown = sorted((entry["id"], entry["label"]) for entry in entries)
    expect_equal("the list should hold the user's tokens", shown, wanted, *rules)


def expect_no_tokens(world: World, user: User, *rules: str) -> None:
    """State that the user has no job tokens."""
    expect_equal("the user should have no job token", _listed(world, user, rules=rules), [], *rules)


def expect_refused_as_way_has_it(world: World, verb: str, token: JobToken, *rules: str) -> None:
    """State that each way to revoke or reopen the token is refused with that way's text."""
    action = {"revoke": revoke, "reopen": reopen}[verb]
    owner = owner_of(world, token)
    for way in WAYS[verb]:
        text = "Can't not revoke" if verb == "revoke" and way != JOB else "Invalid token"
        expect_refusal(attempt(action, world, token, owner, way), 400, text, *rules)


def give_in_all_states(world: World, user: User) -> dict[str, JobToken]:
    """Job tokens of the user that are active, revoked, expired, and revoked and expired (`both`)."""
    made = {
        "active": give(world, user),
        "revoked": give(world, user),
        "expired": give(world, user, duration=1),
        "both": give(world, user, duration=1),
    }
    for state in ("revoked", "both"):
        revoke(world, made[state], user)
    wait_for_expiry(1)
    user.job_tokens = [made["active"]]
    return made


def expect_pages(world: World, user: User, limit: int, *rules: str) -> None:
    """State that the pages of the user's list, by login and by job token, make up the whole, in order."""
    for way in (LOGIN, JOB):
        whole = [entry["id"] for entry in _listed(world, user, way, rules=rules)]
        pages = [
            _listed(world, user, way, rules=rules, limit=limit, offset=offset)
            for offset in range(0, len(whole) + limit, limit)
        ]
        ids = [entry["id"] for page in pages for entry in page]
        expect_equal("the pages should make up the whole list", ids, whole, *rules)
        expect_equal("the list should go up by id", ids, sorted(ids), *rules)
