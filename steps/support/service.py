"""What every route has in common: what is open to all, what no route takes, and what each refuses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from steps.api import service
from steps.api.cloud_objects import JobToken, Platform, TokenType, User
from steps.api.cloud_objects.cloud_base import token_for
from steps.api.exchange import Exchange, Request
from steps.api.operations import ALL as ALL_OPERATIONS
from steps.api.operations import (
    AT_1,
    AT_2,
    AT_3,
    AT_4,
    JB_7,
    PF_2,
    PF_5,
    PL_1,
    PL_2,
    SV_1,
    SV_6,
    TK_2,
    TK_3,
    TK_4,
    US_0,
    US_2,
    Operation,
)
from steps.api.personas import ANONYMOUS, Persona, bearer, garbled
from steps.api.utils import Api, CloudContext
from steps.support import tokens
from steps.support.accounts import login_of
from steps.support.attempt import Outcome, attempt
from steps.support.credentials import (
    ACCOUNT_SURFACE,
    JOB_TOKEN_ROUTES,
    JOB_TOKEN_SURFACE,
    SERVICE,
    Trial,
    deviations,
    expect_all_refused,
    expect_no_deviation,
    harmless_request,
    trials,
)
from steps.support.expectations import (
    expect_equal,
    expect_invalid_field,
    expect_refusal,
    expect_success,
    expect_true,
)
from steps.support.platforms import PUBLIC_MEMBERS

if TYPE_CHECKING:
    from steps.support.world import World

# What each set of routes is called in a feature.
ROUTES: Mapping[str, tuple[Operation, ...]] = {
    "every route for job tokens": JOB_TOKEN_ROUTES,
    "every route of the account": ACCOUNT_SURFACE,
    "the list of platforms": (PF_5,),
    "every route for logins": tuple(
        op
        for op in ACCOUNT_SURFACE
        if op.rule.startswith(("AT-", "US-", "AK-", "AD-", "JA-")) and op.rule not in ("AT-1", "AT-2", "AT-7")
        if op.rule != "AT-2d"
    ),
    "every route for admins": tuple(
        op
        for op in ACCOUNT_SURFACE
        if op.rule.startswith(("US-", "AK-", "AD-", "JA-", "PF-", "PP-", "WK-")) and op not in (PF_2, PF_5)
    ),
}

# The type of behave's step patterns.
TYPES = {"Routes": tokens.words(ROUTES)}


def _openapi_at_base_with_slash(cloud: CloudContext) -> Exchange:
    return service.openapi(replace(cloud, url=f"{cloud.url}/"))


QUESTIONS = {
    "whether the cloud is up": service.health,
    "for the state of the cloud's parts": service.status,
    "for the root": service.root,
    "for the description of the routes": service.openapi,
    "for the description of the routes at a base address that ends in a slash": _openapi_at_base_with_slash,
    "for the description of the toolbox": service.qt_openapi,
    "for the platforms": Platform.list_public,
}

TOOLBOX_ROUTES = (
    ("GET", "/qt"),
    ("GET", "/qt/jobs"),
    ("POST", "/qt/jobs"),
    ("GET", "/qt/api/jobs"),
    ("DELETE", "/qt/jobs/1"),
)
UNKNOWN_ROUTES = (
    ("GET", "/api/nope"),
    ("POST", "/api/nope"),
    ("PUT", "/api/jobs/one/two/three"),
    ("DELETE", "/nope"),
    ("GET", "/api/nope/nope"),
    ("GET", "/admin/nope"),
    ("GET", "/api/tokens/1/usage"),
    ("GET", "/api/auth"),
)
ABOUT_EIGHT_DAYS = 10
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_NO_INTEGERS = ("abc", "1.5", "-1", "+1", "0x1", "1e3", "٣", " 1")
BEYOND_ALL_IDS = 2**63

NOT_JSON: Mapping[str, bytes] = {
    "a word": b"nonsense",
    "an open brace": b"{",
    "a brace too many": b"{}}",
    "single quotes": b"{'label': null}",
    "a form": b"label=one",
    "NaN": b'{"priority": NaN}',
    "Infinity": b'{"priority": Infinity}',
    "a byte-order mark": b"\xef\xbb\xbf{}",
    "Latin-1": '{"label": "é"}'.encode("latin-1"),
    "half a surrogate pair": b'{"label": "\\ud800"}',
    "nesting without end": b'{"label": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}
NO_OBJECT: Mapping[str, bytes] = {
    "a list": b"[]",
    "a text": b'"text"',
    "a number": b"5",
    "true": b"true",
}
CONTENT_TYPES: tuple[str | None, ...] = (
    None,
    "application/json",
    "application/json; charset=latin-1",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
)


def ask(world: World, question: str) -> None:
    """Attempt to ask what anyone may ask."""
    world.attempt(QUESTIONS[question], world.cloud)


def expect_body(outcome: Outcome | None, body: str, *rules: str) -> None:
    """State that the answer is exactly this JSON value."""
    exchange: Exchange = expect_success(outcome, *rules)
    expect_equal("the answer should be this", exchange.body, json.loads(body), *rules)


def expect_json_or_way_to(outcome: Outcome | None, path: str, *rules: str) -> None:
    """State that the answer is 200 with JSON, or a redirect to `path`."""
    exchange: Exchange = expect_success(outcome, *rules)
    location = {name.lower(): value for name, value in exchange.headers.items()}.get("location", "")
    right = (exchange.status == 200 and exchange.is_json) or (
        exchange.status == 302 and location.endswith(path)
    )
    expect_true(f"it should be JSON or lead to {path}", right, f"{exchange.status} {location}", *rules)


def expect_openapi(outcome: Outcome | None, *rules: str) -> dict[str, Any]:
    """State that the answer is an OpenAPI 3.0 document, and return it."""
    exchange: Exchange = expect_success(outcome, *rules)
    document = exchange.body if isinstance(exchange.body, dict) else {}
    version = str(document.get("openapi"))
    expect_true("it should be an OpenAPI 3.0 document", version.startswith("3.0."), version, *rules)
    kinds = {name: type(document.get(name)) for name in ("info", "paths")}
    expect_equal("it should have info and paths", kinds, {"info": dict, "paths": dict}, *rules)
    return document


def expect_platform_members(outcome: Outcome | None, members: Iterable[str], *rules: str) -> None:
    """State that every public entry has exactly these members."""
    entries: list[dict[str, Any]] = expect_success(outcome, *rules)
    wanted = set(members)
    wrong = {entry.get("name"): sorted(set(entry) ^ wanted) for entry in entries if set(entry) != wanted}
    expect_equal("no entry should have more or less", wrong, {}, *rules)


def expect_observed_form(outcome: Outcome | None, *rules: str) -> None:
    """State that each public entry's maintenance and availability look as they were seen to."""
    entries: list[dict[str, Any]] = expect_success(outcome, *rules)
    wrong = [entry for entry in entries if not (_is_maintenance(entry) and _is_statistic(entry))]
    expect_equal("every entry should have the observed form", wrong, [], *rules)


def expect_no_maintenance(world: World, platform: Platform, *rules: str) -> None:
    """State that anyone sees null for the platform's maintenance."""
    entry = public_entry(world, platform, *rules)
    expect_equal("there should be no maintenance", entry.get("maintenance", "absent"), None, *rules)


def expect_statistic(world: World, platform: Platform, *rules: str) -> None:
    """State that anyone sees a statistic of the platform, by day, which may be empty."""
    entry = public_entry(world, platform, *rules)
    expect_true("it should have a statistic by day", _is_statistic(entry), entry.get("statistic"), *rules)


def public_entry(world: World, platform: Platform, *rules: str) -> dict[str, Any]:
    """What anyone sees of the platform, which must be in the public list once."""
    entries = [
        entry for entry in Platform.list_public(world.cloud) if entry.get("id") == platform.platform_id
    ]
    expect_equal("anyone should see the platform once", len(entries), 1, *rules)
    return entries[0]


def expect_public_is_no_id(world: World, *rules: str) -> None:
    """State that `public` in the place of an id is the public list for whoever asks, and no platform."""
    api = Api(world.cloud)
    for operation, token in ((SV_6, None), (PF_2, world.admin.get_token(TokenType.Login))):
        request = api.request(operation, token=token, path={"platform_id": "public"})
        outcome = attempt(api.send, replace(request, operation=SV_6))
        entries = expect_success(outcome, *rules).body
        shown = [set(entry) for entry in entries] if isinstance(entries, list) else entries
        expect_true("the public list should answer", shown and set(PUBLIC_MEMBERS) in shown, shown, *rules)
    tried = [
        Trial(f"{method} public", _of_public(api, method, world.admin.get_token(TokenType.Login)), (405,))
        for method in ("PUT", "DELETE")
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("no platform should be looked for", found, *rules)


def _of_public(api: Api, method: str, token: str) -> Request:
    return api.request(Operation("SV-6", method, SV_6.path), token=token, body={"description": "public"})


def _is_maintenance(entry: Mapping[str, Any]) -> bool:
    times = entry.get("maintenance")
    # That there may be none is assumed, and judged elsewhere.
    return times is None or all(str(times.get(name)).endswith("Z") for name in ("start_time", "end_time"))


def _is_statistic(entry: Mapping[str, Any]) -> bool:
    """Percentages by day, over about the last eight days."""
    days = entry.get("statistic")
    return isinstance(days, dict) and all(
        _is_recent_day(day) and 0 <= figures["availability"] <= 100 for day, figures in days.items()
    )


def _is_recent_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    # The cloud's day may differ from this machine's by one.
    return timedelta(days=-1) <= datetime.now(UTC).date() - day <= timedelta(days=ABOUT_EIGHT_DAYS)


def expect_open_to_all(world: World, *rules: str) -> None:
    """State that the service routes answer whatever credential is shown."""
    people = (ANONYMOUS, bearer("unknown", tokens.UNKNOWN_KEY), *garbled(tokens.UNKNOWN_KEY))
    tried = [
        replace(trial, statuses=(200, 302)) if SV_1.rule in trial.what.split()[2] else trial
        for trial in trials(world.cloud, SERVICE, people, (200,), None)
    ]
    expect_no_deviation(
        "what is open to everyone should stay open", deviations(world.cloud, tried, *rules), *rules
    )


def expect_unknown_routes(world: World, status: int, error: str, *rules: str) -> None:
    """State that each unknown route is answered so."""
    _expect_routes_unknown(world, UNKNOWN_ROUTES, status, error, *rules)


def expect_no_toolbox(world: World, status: int, error: str, *rules: str) -> None:
    """State that each route of the toolbox is answered so."""
    _expect_routes_unknown(world, TOOLBOX_ROUTES, status, error, *rules)


def _expect_routes_unknown(
    world: World, paths: Iterable[tuple[str, str]], status: int, error: str, *rules: str
) -> None:
    routes = [Operation("EN-8", method, path) for method, path in paths]
    expect_all_refused(world.cloud, routes, [ANONYMOUS], (status,), error, *rules)


def wrong_method_trials(cloud: CloudContext, status: int = 405, error: str | None = None) -> list[Trial]:
    """Each route under each method that it does not have, to be answered so."""
    listed: dict[str, set[str]] = {}
    for operation in ALL_OPERATIONS:
        listed.setdefault(operation.path, set()).add(operation.method)
    # What another route might take as its own is left out.
    listed[SV_6.path] |= {"PUT", "DELETE"}
    routes = [
        Operation("TR-13", method, path)
        for path, known in listed.items()
        for method in _METHODS
        if method not in known
    ]
    return trials(cloud, routes, [ANONYMOUS], (status,), error)


def one_wrong_method_trials(cloud: CloudContext) -> list[Trial]:
    """Each route under the first method that it does not have, of those that come with a body."""
    by_path: dict[str, Trial] = {}
    for trial in wrong_method_trials(cloud):
        by_path.setdefault(trial.request.operation.path, trial)
    return list(by_path.values())


def expect_wrong_methods(world: World, status: int, error: str, *rules: str) -> None:
    """State that each route is answered so under each method that it does not have; HEAD gets no body."""
    one_a_route = {operation.path: operation for operation in ALL_OPERATIONS}.values()
    heads = [
        replace(trial, request=_as_head(trial.request))
        for trial in trials(world.cloud, one_a_route, [ANONYMOUS], (status,), None)
    ]
    tried = [*wrong_method_trials(world.cloud, status, error), *heads]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation(f"every route should answer {status} {error}", found, *rules)


def _as_head(request: Request) -> Request:
    return replace(request, operation=Operation("TR-13", "HEAD", request.operation.path), content=None)


def expect_no_slash_too_many(world: World, status: int, error: str, *rules: str) -> None:
    """State that each route is answered so with a slash behind it, a doubled one, or an encoded one."""
    routes = [
        replace(operation, rule="TR-12", path=path)
        for operation in ALL_OPERATIONS
        if operation != SV_1
        for path in (operation.path + "/", "//".join(operation.path.rsplit("/", 1)), "/" + operation.path)
    ]
    tried = [
        *trials(world.cloud, routes, [ANONYMOUS], (status,), error),
        *(
            replace(trial, request=replace(trial.request, url=_with_encoded_slash(trial.request.url)))
            for trial in trials(world.cloud, (PL_1, PL_2, SV_6, JB_7), [ANONYMOUS], (status,), error)
        ),
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation(f"every slash too many should be answered with {status} {error}", found, *rules)


def _with_encoded_slash(url: str) -> str:
    """The last name of a platform in two parts, else the last slash of the path, encoded."""
    name = quote("sim:nobody-has-this-name", safe="")
    return url.replace(name, f"{name}%2Fx") if name in url else "%2F".join(url.rsplit("/", 1))


def expect_only_integers(world: World, status: int, *rules: str) -> None:
    """State that a route with an integer in its path is an unknown one to whatever is no integer."""
    api = Api(world.cloud)
    tried = [
        Trial(
            f"{operation} with {value!r}",
            api.request(
                operation,
                path={"token_id": value, "user_id": value},
                body=None if operation.method == "GET" else {},
            ),
            (status,),
        )
        for operation in ALL_OPERATIONS
        if operation.path.endswith(("{token_id}", "{user_id}"))
        for value in _NO_INTEGERS
    ]
    expect_no_deviation("what is no integer is no id", deviations(world.cloud, tried, *rules), *rules)


def expect_huge_ids_unknown(world: World, user: User, *rules: str) -> None:
    """State that an integer beyond 64 bits is the id of nothing."""
    api = Api(world.cloud)
    path = {"token_id": BEYOND_ALL_IDS, "user_id": BEYOND_ALL_IDS}
    tried = [
        Trial(
            str(operation),
            api.request(
                operation,
                token=token_for(by, operation),
                path=path,
                body=None if operation.method == "GET" else {"label": world.names.label()},
            ),
            statuses,
        )
        for operation, by, statuses in (
            (TK_3, user, (400, 404)),
            (AT_3, user, (400, 404)),
            (TK_4, user, (404,)),
            (AT_4, user, (404,)),
            (US_2, world.admin, (404,)),
        )
    ]
    expect_no_deviation("such an id should be unknown", deviations(world.cloud, tried, *rules), *rules)


def _bodies(world: World, user: User, bodies: Mapping[str, bytes]) -> Iterator[tuple[str, Outcome]]:
    """What comes of sending each body to three operations that take JSON."""
    for operation, token in (
        (AT_2, user.get_token(TokenType.Login)),
        (TK_2, user.get_token(TokenType.Job)),
        (US_0, None),
    ):
        for name, content in bodies.items():
            yield f"{name} to {operation}", send_raw(world, operation, token, content)


def send_raw(
    world: World,
    operation: Operation,
    token: str | None,
    content: bytes,
    content_type: str | None = "application/json",
) -> Outcome:
    """Try an operation with these bytes as its body, under this content type or none."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    return attempt(Api(world.cloud).call, operation, token=token, content=content, headers=headers)


def expect_not_json_refused(world: World, user: User, status: int, *rules: str) -> None:
    """State that each body that is not JSON is refused so."""
    for _, outcome in _bodies(world, user, NOT_JSON):
        expect_refusal(outcome, status, None, *rules)


def expect_no_object_refused(world: World, user: User, member: str, *rules: str) -> None:
    """State that each body that is JSON and no object is refused because of `member`."""
    for _, outcome in _bodies(world, user, NO_OBJECT):
        expect_invalid_field(outcome, "json", member, None, *rules)


def make_token_with_body(world: World, user: User, text: str) -> None:
    """Attempt to make a job token with exactly this text as the body."""
    world.outcome = send_raw(world, AT_2, user.get_token(TokenType.Login), text.encode())


def expect_any_content_type(world: World, user: User, *rules: str) -> None:
    """State that a right body logs in under whatever content type."""
    content = json.dumps(login_of(user)).encode()
    for content_type in CONTENT_TYPES:
        expect_success(send_raw(world, US_0, None, content, content_type), *rules)


def expect_nothing_refused(world: World, routes: str, status: int, error: str, *rules: str) -> None:
    """State that these routes refuse who shows nothing."""
    expect_all_refused(world.cloud, ROUTES[routes], [ANONYMOUS], (status,), error, *rules)


def expect_garbled_refused(
    world: World, routes: str, user: User, status: int, error: str, *rules: str
) -> None:
    """State that these routes refuse each garbled header made from a credential that they would take."""
    of_jobs = routes == "every route for job tokens"
    token = user.get_token(TokenType.Job if of_jobs else TokenType.Login)
    # The two routes of the client by a platform's name have the words of those for job tokens.
    operations = JOB_TOKEN_SURFACE if of_jobs else ROUTES[routes]
    expect_all_refused(world.cloud, operations, garbled(token), (status,), error, *rules)


def expect_others_refused(world: World, routes: str, people: Iterable[Persona], *rules: str) -> None:
    """State that these routes refuse valid credentials of another class; 401 and 403 are both right."""
    expect_all_refused(world.cloud, ROUTES[routes], people, (401, 403), None, *rules)


def others(world: World, user: User, *kinds: str) -> list[Persona]:
    """People with a valid `login token`, `job token` or `key`; of login tokens the admin's as well."""
    found = {
        "login token": [
            bearer("own login token", user.get_token(TokenType.Login)),
            bearer("admin's login token", world.admin.get_token(TokenType.Login)),
        ],
        "job token": [bearer("own job token", user.get_token(TokenType.Job))],
        "key": [bearer("a key", world.admin.get_token(TokenType.API_Key))],
    }
    return [persona for kind in kinds for persona in found[kind]]


def expect_token_refused(world: World, routes: str, token: str, status: int, error: str, *rules: str) -> None:
    """State that these routes refuse a credential with this text."""
    expect_all_refused(world.cloud, ROUTES[routes], [bearer("it", token)], (status,), error, *rules)


def expect_schemes(world: World, user: User, schemes: Iterable[str], *rules: str) -> None:
    """State that the user's job token and login token work under each spelling of the scheme."""
    api = Api(world.cloud)
    tried = [
        Trial(
            f"{operation} under {scheme}",
            harmless_request(api, operation, Persona(scheme, {"Authorization": f"{scheme} {token}"})),
            (200,),
        )
        for scheme in schemes
        for operation, token in (
            (JB_7, user.get_token(TokenType.Job)),
            (AT_1, user.get_token(TokenType.Login)),
        )
    ]
    expect_no_deviation("the scheme's case should not matter", deviations(world.cloud, tried, *rules), *rules)


def expect_job_token_no_login(world: World, token: JobToken, by: JobToken, *rules: str) -> None:
    """State that a job token neither reads nor changes, revokes or reopens where a login is asked for."""
    caller = tokens.showing(by)
    way = tokens.LOGIN
    for outcome in (
        attempt(tokens.read, world, token, caller, way),
        attempt(tokens.change, world, token, caller, way, {"priority": 1}),
        attempt(tokens.revoke, world, token, caller, way),
        attempt(tokens.reopen, world, token, caller, way),
    ):
        expect_refusal(outcome, (401, 403), None, *rules)
