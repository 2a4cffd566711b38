"""What the cloud refuses, one rule broken at a time: who may not, what there is not, and what is ill-formed.

Each function writes requests for the people and things of a scenario: a user with a job token, a platform and
a canceled job, and another user, all logged in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from steps.api.cloud_objects import Job, User
from steps.api.errors import CloudRefusal
from steps.api.exchange import Exchange, Request
from steps.api.operations import (
    AD_1,
    AK_1,
    AK_2_LIST,
    AK_2_REVOKE,
    ALL,
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
    JA_1,
    JA_2,
    JB_1,
    JB_1D,
    JB_2,
    JB_2D,
    JB_3,
    JB_3D,
    JB_4,
    JB_5,
    JB_5D,
    JB_6,
    JB_6D,
    PF_1,
    PF_2,
    PF_3,
    PF_4,
    PF_5,
    PL_1,
    PL_2,
    PP_1,
    PP_2,
    TK_1,
    TK_2,
    TK_3,
    TK_4,
    TK_5,
    TK_6,
    TK_7,
    TK_8,
    TK_9,
    US_0,
    US_1,
    US_2,
    US_3,
    US_4,
    US_5,
    WK_1,
    WK_2,
    Operation,
)
from steps.api.personas import ANONYMOUS
from steps.api.utils import Api
from steps.support.accounts import NOBODY, body_of
from steps.support.attempt import Outcome, attempt
from steps.support.cast import the_job, the_platform, the_token, the_user
from steps.support.credentials import Trial, deviations, expect_no_deviation, trials
from steps.support.expectations import ExpectationFailed, expect_invalid_field
from steps.support.tokens import UNKNOWN_KEY

if TYPE_CHECKING:
    from steps.support.world import World

DENIED = "Permission denied"
NOT_FOUND = "Not found"
NO_PLATFORM = "Platform not found"
MISSING = "Missing data for required field."

_JOB_ROUTES = (JB_2, JB_2D, JB_3, JB_3D, JB_4, JB_5, JB_5D, JB_6, JB_6D)


def no_id() -> str:
    """An id that no job and no platform has."""
    return str(uuid4())


class Requests:
    """Writes requests of one scenario's people about its things."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._api = Api(world.cloud)

    def by(self, user: User, operation: Operation, **parts: Any) -> Request:  # noqa: ANN401 - of `Api.request`
        """The request for an operation with the user's own credential of the class that it asks for."""
        kind = operation.token_type
        return self._api.request(operation, token=user.get_token(kind) if kind else None, **parts)

    def told(
        self,
        user: User,
        operation: Operation,
        statuses: int | Sequence[int],
        error: str | None,
        **parts: Any,  # noqa: ANN401 - those of `Api.request`
    ) -> Trial:
        """The request, with the refusal that is right."""
        allowed = (statuses,) if isinstance(statuses, int) else tuple(statuses)
        return Trial(str(operation), self.by(user, operation, **parts), allowed, error)


def of_nobody(world: World) -> list[Trial]:
    """Every operation that asks for a credential, without one."""
    asking = [operation for operation in ALL if operation.token_type is not None]
    return trials(world.cloud, asking, [ANONYMOUS], (401,), None)


def of_strangers(world: World) -> list[Trial]:
    """What a user may not do with another user's jobs, tokens and record."""
    return [*of_strangers_to_jobs(world), *of_strangers_to_tokens(world), *of_strangers_to_users(world)]


def of_strangers_to_jobs(world: World) -> list[Trial]:
    """What a user may not do with another user's job."""
    ask, stranger = Requests(world), the_user(world, "other_user")
    path = {"job_id": the_job(world).job_id}
    return [ask.told(stranger, operation, 403, DENIED, path=path) for operation in _JOB_ROUTES]


def of_strangers_to_tokens(world: World) -> list[Trial]:
    """What a user may not do with another user's job token."""
    ask, stranger = Requests(world), the_user(world, "other_user")
    token, owner = the_token(world), the_user(world)
    path = {"path": {"token_id": token.token_id}}
    asked: Sequence[tuple[Sequence[Operation], dict[str, Any]]] = (
        ((TK_1, AT_1), {"query": {"user_id": owner.user_id}}),
        ((TK_2, AT_2, AT_2D), {"body": {"user_id": owner.user_id, "label": world.names.label()}}),
        ((TK_3, AT_3, AT_3D), path),
        ((TK_4, AT_4), {**path, "body": {"priority": 0}}),
        ((TK_5, TK_6, AT_5, AT_5D, AT_6), {"form": {"token": token.token}}),
        ((TK_7, AT_7), {"body": {"token_ids": [token.token_id]}}),
    )
    by_key = {"body": {"tokens": [token.token]}}
    own_words = "You do not have permission to delete this token"
    return [
        *(ask.told(stranger, op, 403, DENIED, **parts) for operations, parts in asked for op in operations),
        *(ask.told(stranger, operation, 403, own_words, **by_key) for operation in (TK_8, AT_8D, AT_9D)),
    ]


def of_strangers_to_users(world: World) -> list[Trial]:
    """What a user may not do with another user's record."""
    ask, stranger = Requests(world), the_user(world, "other_user")
    path = {"path": {"user_id": the_user(world).user_id}}
    return [
        ask.told(stranger, US_2, 403, DENIED, **path),
        ask.told(stranger, US_3, 403, DENIED, **path, body={"first_name": "Mallory"}),
        ask.told(stranger, US_4, 403, DENIED, **path),
    ]


def of_no_admins(world: World) -> list[Trial]:
    """What only an admin may do, by a plain user's login token."""
    ask, user = Requests(world), the_user(world)
    platform = the_platform(world)
    path = {"path": {"platform_id": platform.platform_id}}
    permission = {"body": {"user_id": user.user_id, "platform_id": platform.platform_id}}
    return [
        ask.told(user, US_1, 403, DENIED, body=body_of(world.make.draft())),
        ask.told(user, US_5, 403, DENIED),
        ask.told(user, AK_1, 403, DENIED, body={"label": world.names.label("key")}),
        ask.told(user, AK_2_LIST, 403, DENIED),
        ask.told(user, AK_2_REVOKE, 403, DENIED, body={"api_key_id": NOBODY}),
        ask.told(user, AD_1, 403, DENIED),
        ask.told(user, JA_1, 403, DENIED),
        ask.told(user, JA_2, 403, DENIED, body={"job_ids": [the_job(world).job_id]}),
        ask.told(user, PF_3, 403, DENIED, **path, body={"description": "stolen"}),
        ask.told(user, PF_4, 403, DENIED, **path),
        ask.told(user, PP_1, 403, DENIED, **permission),
        ask.told(user, PP_2, 403, DENIED, **permission),
    ]


def of_nothing(world: World) -> list[Trial]:
    """What there is not: jobs, tokens, users and platforms that nobody has made."""
    ask, user, admin = Requests(world), the_user(world), world.admin
    job_id, platform_id = str(uuid4()), str(uuid4())
    job, platform = {"path": {"job_id": job_id}}, {"path": {"platform_id": platform_id}}
    token, somebody = {"path": {"token_id": NOBODY}}, {"path": {"user_id": NOBODY}}
    name = {"path": {"name": "sim:nobody-has-this-name"}}
    worker = {"worker_id": the_platform(world).worker_id}
    no_job = f"invalid job_id: {job_id}"
    return [
        *(ask.told(user, op, (400, 404), None, **job) for op in (JB_2, JB_2D, JB_3, JB_3D)),
        ask.told(user, JB_4, 404, f"Not found job: {job_id}", **job),
        *(ask.told(user, op, 404, no_job, **job) for op in (JB_5, JB_5D, JB_6, JB_6D)),
        ask.told(admin, WK_2, 404, no_job, **job, body=worker),
        *(ask.told(user, op, 404, NOT_FOUND, **token, body={"priority": 0}) for op in (TK_4, AT_4)),
        ask.told(admin, US_2, 404, NOT_FOUND, **somebody),
        ask.told(admin, US_3, 404, NOT_FOUND, **somebody, body={"first_name": "Ada"}),
        ask.told(admin, US_4, 404, NOT_FOUND, **somebody),
        *(ask.told(user, op, 404, NO_PLATFORM, **name) for op in (PL_1, PL_2)),
        *(ask.told(admin, op, 404, NO_PLATFORM, **platform) for op in (PF_2, PF_4)),
        ask.told(admin, PF_3, 404, NO_PLATFORM, **platform, body={"description": "none"}),
        ask.told(admin, WK_1, 404, NO_PLATFORM, body={"platform_id": platform_id, **worker}),
    ]


def of_rules(world: World) -> list[Trial]:
    """What is well-formed and breaks a rule: 400, in the words of the route."""
    return [*_rules_of_tokens(world), *_rules_of_jobs(world), *_rules_of_admins(world)]


def _rules_of_tokens(world: World) -> list[Trial]:
    ask, user, token = Requests(world), the_user(world), the_token(world)
    taken = {"body": {"label": token.label}}
    label_taken = f"Label already exists: {token.label}"
    above = {"body": {"label": world.names.label(), "priority": user.priority + 1}}
    too_high = "Can't assign priority higher than user priority"
    unknown = {"form": {"token": UNKNOWN_KEY}}
    itself = "Can't delete the current active token"
    none_such = "Tokens not found"
    return [
        *(ask.told(user, op, 400, label_taken, **taken) for op in (TK_2, AT_2, AT_2D)),
        *(ask.told(user, op, 400, too_high, **above) for op in (TK_2, AT_2, AT_2D)),
        *(ask.told(user, op, 400, "Invalid token", **unknown) for op in (TK_5, TK_6, AT_6)),
        *(ask.told(user, op, 400, "Can't not revoke", **unknown) for op in (AT_5, AT_5D)),
        *(ask.told(user, op, 400, none_such, body={"token_ids": [NOBODY]}) for op in (TK_7, AT_7)),
        *(ask.told(user, op, 400, none_such, body={"tokens": [UNKNOWN_KEY]}) for op in (TK_8, AT_8D, AT_9D)),
        ask.told(user, TK_7, 400, itself, body={"token_ids": [token.token_id]}),
        *(ask.told(user, op, 400, itself, body={"tokens": [token.token]}) for op in (TK_8, AT_8D, AT_9D)),
        ask.told(user, TK_9, 400, "Token not found or invalid", query={"token_ids": NOBODY}),
    ]


def _rules_of_jobs(world: World) -> list[Trial]:
    ask, user, platform = Requests(world), the_user(world), the_platform(world)
    right = {
        "job_name": world.names.label("job"),
        "payload": Job.DEFAULT_PAYLOAD,
        "platform_name": platform.name,
    }
    unknown = str(uuid4())
    wrong: list[tuple[Mapping[str, Any], str]] = [
        ({"payload": None}, "Invalid payload, expected a json object"),
        ({"platform_name": None}, "Require platform_id or platform_name"),
        ({"platform_id": unknown}, f"Invalid platform: {unknown}"),
        ({"max_duration": 0}, "Max duration must not be zero"),
        ({"max_duration": 864001}, "Max duration too large, exceeding 864000"),
    ]
    canceled = {"path": {"job_id": the_job(world).job_id}}
    return [
        *(
            ask.told(user, op, 400, text, body={**right, **members})
            for members, text in wrong
            for op in (JB_1, JB_1D)
        ),
        *(ask.told(user, op, 400, "Can not cancel job", **canceled) for op in (JB_5, JB_5D)),
    ]


def _rules_of_admins(world: World) -> list[Trial]:
    ask, admin, platform = Requests(world), world.admin, the_platform(world)
    path = {"path": {"platform_id": platform.platform_id}}
    worker = {"worker_id": platform.worker_id}
    weak, taken = world.make.draft(password="weak"), world.make.draft(email=the_user(world).email)
    stranger = {"platform_id": platform.platform_id, "worker_id": str(uuid4())}
    nameless = world.names.label("nokind")
    named = {"specs": {}, **worker, "platform_name": nameless}
    return [
        ask.told(admin, US_1, 400, "Invalid password", body=body_of(weak)),
        ask.told(admin, US_1, 400, f"Email already exists: {taken.email}", body=body_of(taken)),
        ask.told(admin, AK_1, 400, "Unknown user", body={"user_id": NOBODY, "label": world.names.label()}),
        ask.told(admin, AK_2_REVOKE, 400, "Invalid token", body={"api_key_id": NOBODY}),
        ask.told(admin, JA_2, 400, "Can not cancel job", body={"job_ids": []}),
        ask.told(admin, PF_1, 400, f"Invalid platform: {nameless}", body=named),
        ask.told(admin, PF_3, 400, "Invalid data", **path, body={"status": "asleep"}),
        ask.told(admin, PP_1, 400, "Unknown user", body={"user_id": NOBODY, **path["path"]}),
        ask.told(admin, PP_2, 400, "Unknown user", body={"user_id": NOBODY, **path["path"]}),
        ask.told(admin, WK_1, 400, "Require platform_id or platform_name", body=worker),
        ask.told(admin, WK_1, 400, f"Invalid worker: {stranger['worker_id']}", body=stranger),
    ]


@dataclass(frozen=True)
class Flaw:
    """A request that violates a schema at one place: `name` in the query, the JSON or the form."""

    request: Request
    place: str
    name: str
    message: str | None = None


@dataclass(frozen=True)
class Flaws:
    """Flawed requests: `published` of operations of the published document, `others` of all others."""

    published: list[Flaw] = field(default_factory=list)
    others: list[Flaw] = field(default_factory=list)


def of_schemas(world: World) -> Flaws:
    """What violates a schema: members of the wrong type, values out of range, in query, JSON and form."""
    ask, user, admin = Requests(world), the_user(world), world.admin
    platform = {"path": {"platform_id": the_platform(world).platform_id}}
    somebody = {"path": {"user_id": user.user_id}}
    token = {"path": {"token_id": the_token(world).token_id}}
    job = {"path": {"job_id": the_job(world).job_id}}
    right = {"job_name": world.names.label("job"), "payload": Job.DEFAULT_PAYLOAD}
    published = [
        *(Flaw(ask.by(user, op, query={"limit": 0}), "query", "limit") for op in (TK_1, AT_1)),
        *(Flaw(ask.by(user, op, query={"limit": "many"}), "query", "limit") for op in (TK_1, AT_1)),
        *(Flaw(ask.by(user, op, body={"label": 7}), "json", "label") for op in (TK_2, AT_2, AT_2D)),
        *(
            Flaw(ask.by(user, op, **token, body={"priority": "high"}), "json", "priority")
            for op in (TK_4, AT_4)
        ),
        *(Flaw(ask.by(user, op, body={"token_ids": "all"}), "json", "token_ids") for op in (TK_7, AT_7)),
        *(Flaw(ask.by(user, op, body={"tokens": "all"}), "json", "tokens") for op in (TK_8, AT_8D, AT_9D)),
        *(
            Flaw(ask.by(user, op, body={**right, "platform_id": 17}), "json", "platform_id")
            for op in (JB_1, JB_1D)
        ),
        *(Flaw(ask.by(user, op, **job, body={"job_name": 5}), "json", "job_name") for op in (JB_6, JB_6D)),
    ]
    others = [
        Flaw(ask.by(user, TK_9, query={"start_time": "today"}), "query", "start_time"),
        *(Flaw(ask.by(admin, op, query={"limit": 0}), "query", "limit") for op in (US_5, AD_1, PF_5)),
        *(Flaw(ask.by(admin, op, query={"limit": 0}), "query", "limit") for op in (JA_1, AK_2_LIST)),
        Flaw(ask.by(admin, US_0, body={"email": 5, "password": "x"}), "json", "email"),
        Flaw(ask.by(admin, US_3, **somebody, body={"first_name": 5}), "json", "first_name"),
        Flaw(ask.by(admin, AK_1, body={"duration": 0}), "json", "duration"),
        Flaw(ask.by(admin, AK_2_REVOKE, body={"api_key_id": "first"}), "json", "api_key_id"),
        Flaw(ask.by(admin, PF_3, **platform, body={"max_shots": 0}), "json", "max_shots"),
        Flaw(ask.by(admin, JA_2, body={"job_ids": "all"}), "json", "job_ids"),
    ]
    return Flaws(published, others)


def of_absence(world: World) -> Flaws:
    """What lacks a member that must be there."""
    ask, user, admin = Requests(world), the_user(world), world.admin
    platform = the_platform(world)
    job = {"job_name": "incomplete", "payload": {}, "platform_name": platform.name}
    registration = {"platform_name": world.names.platform(), "worker_id": platform.worker_id, "specs": {}}
    permission = {"user_id": user.user_id, "platform_id": platform.platform_id}
    canceled = {"path": {"job_id": the_job(world).job_id}}
    forms = (TK_5, TK_6, AT_5, AT_5D, AT_6)
    published = [
        *(flaw for op in (JB_1, JB_1D) for flaw in _lacking(ask, user, op, job, ("job_name", "payload"))),
        *(flaw for op in (TK_7, AT_7) for flaw in _lacking(ask, user, op, {"token_ids": []})),
        *(Flaw(ask.by(user, op, form={"other": "member"}), "form", "token", MISSING) for op in forms),
    ]
    others = [
        *_lacking(ask, admin, US_0, {"email": "nobody@example.com", "password": "none"}),
        *_lacking(ask, admin, AK_2_REVOKE, {"api_key_id": NOBODY}),
        *_lacking(ask, admin, PF_1, registration),
        *(flaw for op in (PP_1, PP_2) for flaw in _lacking(ask, admin, op, permission)),
        *_lacking(ask, admin, WK_1, {"worker_id": platform.worker_id}),
        *_lacking(ask, admin, JA_2, {"job_ids": []}),
        Flaw(ask.by(admin, WK_2, **canceled, body={"progress": 1}), "json", "worker_id", MISSING),
    ]
    return Flaws(published, others)


def _lacking(
    ask: Requests, user: User, operation: Operation, body: Mapping[str, Any], names: Sequence[str] = ()
) -> list[Flaw]:
    """The body without each of its members (or these) in turn."""
    return [
        Flaw(
            ask.by(user, operation, body={other: body[other] for other in body if other != name}),
            "json",
            name,
            MISSING,
        )
        for name in names or tuple(body)
    ]


def all_flaws(world: World) -> list[Flaw]:
    """Every flawed request of every operation."""
    schemas, absence = of_schemas(world), of_absence(world)
    return [*schemas.published, *schemas.others, *absence.published, *absence.others]


def requests_of_all(world: World) -> list[Request]:
    """Every request that is refused in the form of an HTTPError."""
    kinds = (of_nobody, of_strangers, of_no_admins, of_nothing, of_rules)
    return [trial.request for kind in kinds for trial in kind(world)]


def expect_denied(world: World, *rules: str) -> None:
    """State that strangers, and users who are no admins, are refused in the words of the contract."""
    tried = [*of_strangers(world), *of_no_admins(world)]
    expect_no_deviation("whoever may not should be told so", deviations(world.cloud, tried, *rules), *rules)


def expect_not_found(world: World, *rules: str) -> None:
    """State that what nobody has made is refused in the words of the contract."""
    found = deviations(world.cloud, of_nothing(world), *rules)
    expect_no_deviation("what is not there should be told so", found, *rules)


def sent(world: World, requests: Iterable[Request]) -> list[Exchange]:
    """Send each request, and return the exchanges; each must be refused."""
    api = Api(world.cloud)
    exchanges = [api.send(request) for request in requests]
    accepted = [str(exchange.request.operation) for exchange in exchanges if exchange.status == 200]
    if accepted:
        raise ExpectationFailed("all of these should be refused", "refused", ", ".join(accepted), world.rules)
    return exchanges


def expect_named(world: World, flaws: Iterable[Flaw], *rules: str, exact_place: bool = False) -> None:
    """State that each flawed request is refused because of its member, in its place.

    Without `exact_place` a form's member may be told under `json` too: the name of the place is assumed.
    """
    for flaw in flaws:
        outcome = _outcome(world, flaw.request)
        place = flaw.place if exact_place else _place_in(outcome, flaw)
        expect_invalid_field(outcome, place, flaw.name, flaw.message, *rules)
        if exact_place:
            _expect_only(outcome, place, *rules)


def _outcome(world: World, request: Request) -> Outcome:
    return attempt(_call, Api(world.cloud), request)


def _call(api: Api, request: Request) -> Exchange:
    exchange = api.send(request)
    if exchange.status != 200:
        raise CloudRefusal(exchange)
    return exchange


def _place_in(outcome: Outcome, flaw: Flaw) -> str:
    places = ("form", "json") if flaw.place == "form" else (flaw.place,)
    detail = outcome.refusal.detail if outcome.refusal else {}
    return next((place for place in places if flaw.name in (detail.get(place) or {})), flaw.place)


def _expect_only(outcome: Outcome, place: str, *rules: str) -> None:
    detail = outcome.refusal.detail if outcome.refusal else {}
    if set(detail) != {place}:
        raise ExpectationFailed("no other place should be named", place, sorted(detail), rules)
