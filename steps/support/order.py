"""Requests that break several rules: which of them answers is the order of the checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, JobToken, Platform, TokenType, User
from steps.api.exchange import Exchange, Request
from steps.api.operations import (
    ALL,
    AT_1,
    AT_3,
    AT_4,
    AT_5,
    JB_1,
    JB_2,
    JB_5,
    JB_5D,
    JB_6,
    JB_6D,
    PF_3,
    PF_5,
    PP_1,
    PP_2,
    TK_1,
    TK_4,
    TK_5,
    US_3,
    WK_1,
    WK_2,
    Operation,
)
from steps.api.personas import ANONYMOUS, Persona, bearer, garbled
from steps.api.utils import Api
from steps.support import accounts, permissions, refusals
from steps.support.attempt import Outcome, attempt
from steps.support.cast import the_job, the_platform, the_token, the_user
from steps.support.credentials import (
    ACCOUNT_ERROR,
    JOB_TOKEN_ERROR,
    JOB_TOKEN_ROUTES,
    Trial,
    deviations,
    expect_all_refused,
    expect_no_deviation,
    harmless_request,
    trials,
)
from steps.support.expectations import expect_invalid_field, expect_refusal, expect_success
from steps.support.refusals import DENIED, Flaw, Requests
from steps.support.wording import filled

if TYPE_CHECKING:
    from behave.model import Table

    from steps.support.world import World

NOT_JSON = b'{"open": '
NOT_USER = "Invalid user"
_OF_WRONG_TYPES = b'{"user_id": "x", "platform_id": 5, "job_ids": 5, "api_key_id": "x", "email": 5}'
_JSON = {"Content-Type": "application/json"}


def _broken(request: Request) -> Request:
    """The request with a body that is not JSON."""
    return _with_content(request, NOT_JSON)


def _with_content(request: Request, content: bytes) -> Request:
    return replace(request, content=content, headers={**request.headers, **_JSON})


def expect_credential_first(world: World, *rules: str) -> None:
    """State that who shows nothing is told so, however the body is broken and whatever is not there."""
    asking = [op for op in ALL if op.token_type is not None and op.method != "GET"]
    tried = [
        replace(trial, request=_broken(trial.request))
        for trial in trials(world.cloud, asking, [ANONYMOUS], (401,), None)
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("the credential should be looked at before the body", found, *rules)


def expect_right_first(world: World, *rules: str) -> None:
    """State that who has not the right is told so, however the body is broken."""
    tried = [
        replace(trial, request=_broken(trial.request))
        for trial in refusals.of_no_admins(world)
        if trial.request.operation.method != "GET"
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("the right should be looked at before the body", found, *rules)


def expect_json_first(world: World, *rules: str) -> None:
    """State that a body that is not JSON is told before anything is looked for."""
    user, admin = the_user(world), world.admin
    people: Sequence[tuple[Operation, User]] = (
        *((op, user) for op in (TK_4, AT_4, JB_6, JB_6D)),
        *((op, admin) for op in (US_3, PF_3, PP_1, PP_2, WK_1, WK_2)),
    )
    api = Api(world.cloud)
    tried = [
        Trial(str(op), _broken(harmless_request(api, op, _as(who, op))), (400,), None) for op, who in people
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("the body should be read before anything is looked for", found, *rules)


def _as(user: User, operation: Operation) -> Persona:
    assert operation.token_type is not None
    return bearer("with the right", user.get_token(operation.token_type))


def expect_schema_before_objects(world: World, *rules: str) -> None:
    """State that a violated schema is told before anything is looked for."""
    ask, user, admin = Requests(world), the_user(world), world.admin
    token, job = {"path": {"token_id": accounts.NOBODY}}, {"path": {"job_id": refusals.no_id()}}
    flaws = [
        *(Flaw(ask.by(user, op, **token, body={"label": 7}), "json", "label") for op in (TK_4, AT_4)),
        *(Flaw(ask.by(user, op, **job, body={"job_name": 5}), "json", "job_name") for op in (JB_6, JB_6D)),
        Flaw(
            ask.by(admin, US_3, path={"user_id": accounts.NOBODY}, body={"first_name": 5}),
            "json",
            "first_name",
        ),
        Flaw(
            ask.by(admin, PF_3, path={"platform_id": refusals.no_id()}, body={"max_shots": 0}),
            "json",
            "max_shots",
        ),
        *(
            Flaw(ask.by(admin, op, body={"platform_id": refusals.no_id()}), "json", "user_id")
            for op in (PP_1, PP_2)
        ),
        Flaw(ask.by(admin, WK_1, body={"platform_id": refusals.no_id()}), "json", "worker_id"),
        Flaw(ask.by(admin, WK_2, **job, body={"progress": 5}), "json", "worker_id"),
    ]
    refusals.expect_named(world, flaws, *rules)


def expect_schema_before_owner(world: World, *rules: str) -> None:
    """State that a stranger too is told of a violated schema, and not whose it is."""
    ask, stranger = Requests(world), the_user(world, "other_user")
    token, job = (
        {"path": {"token_id": the_token(world).token_id}},
        {"path": {"job_id": the_job(world).job_id}},
    )
    flaws = [
        *(Flaw(ask.by(stranger, op, **token, body={"label": 7}), "json", "label") for op in (TK_4, AT_4)),
        *(
            Flaw(ask.by(stranger, op, **job, body={"job_name": 5}), "json", "job_name")
            for op in (JB_6, JB_6D)
        ),
    ]
    refusals.expect_named(world, flaws, *rules)


def expect_owner_before_state(world: World, *rules: str) -> None:
    """State that a stranger is refused as such, also where the state would not allow it to the owner.

    The job is canceled; a token is revoked here, and the stranger has one with a label that is taken.
    """
    ask, stranger = Requests(world), the_user(world, "other_user")
    job = {"path": {"job_id": the_job(world).job_id}}
    revoked = world.make.job_token(the_user(world))
    revoked.revoke(world.cloud, the_user(world))
    token, secret = {"path": {"token_id": revoked.token_id}}, {"form": {"token": revoked.token}}
    taken = {"label": the_token(world).label}
    tried = [
        *(ask.told(stranger, op, 403, DENIED, **job) for op in (JB_5, JB_5D)),
        *(ask.told(stranger, op, 403, DENIED, **secret) for op in (TK_5, AT_5)),
        *(ask.told(stranger, op, 403, DENIED, **token, body=taken) for op in (TK_4, AT_4)),
        *(ask.told(stranger, op, 403, DENIED, **token, body={"priority": 99}) for op in (TK_4, AT_4)),
    ]
    found = deviations(world.cloud, tried, *rules)
    expect_no_deviation("the owner should count before the state", found, *rules)


def expect_unknown_and_foreign(world: World, *rules: str) -> None:
    """State that what has an owner is refused with 403 to others, and 404 is for what there is not."""
    foreign = [*refusals.of_strangers_to_jobs(world), *refusals.of_strangers_to_tokens(world)]
    owned = {trial.request.operation for trial in foreign}
    unknown = [trial for trial in refusals.of_nothing(world) if trial.request.operation in owned]
    found = deviations(world.cloud, [*foreign, *unknown], *rules)
    expect_no_deviation("there is nothing: 404; it is another's: 403", found, *rules)


def expect_no_hint_of_existence(world: World, *rules: str) -> None:
    """State that a plain user is refused with the same answer whatever an admin's route is told.

    Told are things that exist, things that do not, bodies that violate the schema, bodies that are no JSON.
    """
    existing = refusals.of_no_admins(world)
    nothing = [_of_nothing(world, trial) for trial in existing]
    wrong = [
        replace(trial, request=_with_content(trial.request, content))
        for trial in existing
        if trial.request.operation.method != "GET"
        for content in (NOT_JSON, b"[]", _OF_WRONG_TYPES)
    ]
    found = deviations(world.cloud, [*existing, *nothing, *wrong], *rules)
    expect_no_deviation("whatever is said, the same should be answered", found, *rules)


def _of_nothing(world: World, trial: Trial) -> Trial:
    """The same as the scenario's user, aimed at nothing that exists."""
    operation = trial.request.operation
    persona = _as(the_user(world), operation)
    return replace(trial, request=harmless_request(Api(world.cloud), operation, persona))


def expect_order_of_401(world: World, *rules: str) -> None:
    """State that only a credential with which nothing else is wrong is told that its user is inactive.

    The user has tokens that are active, revoked and expired, and has been deactivated.
    """
    cloud, user, states = world.cloud, the_user(world), world.tokens
    login, active = user.get_token(TokenType.Login), states["active"].token
    over = [bearer(state, states[state].token) for state in ("revoked", "expired", "both")]
    cases: Sequence[tuple[Sequence[Operation], Sequence[Persona], str]] = (
        (JOB_TOKEN_ROUTES, [*over[:2], bearer("login token", login)], JOB_TOKEN_ERROR),
        ((JB_2, TK_1), [*garbled(active), *over], JOB_TOKEN_ERROR),
        (JOB_TOKEN_ROUTES, [bearer("active", active)], NOT_USER),
        ((AT_1, AT_3, PF_5), [*garbled(login), *over], ACCOUNT_ERROR),
        ((AT_3, AT_4, US_3), [bearer("active", active)], ACCOUNT_ERROR),
        ((AT_1, AT_3, PF_5), [bearer("login token", login)], NOT_USER),
    )
    for operations, people, text in cases:
        expect_all_refused(cloud, operations, people, (401,), text, *rules)


@dataclass
class Hopeless:
    """A job against which everything speaks that can, and the people and things that it is about.

    Each mending takes one reason away; `send` then tells what the cloud says next. `old` is the job that is
    to be run again; without one a new job is made. `cap` is that on waiting jobs.
    """

    world: World
    user: User
    other: User
    platform: Platform
    explorer: JobToken
    plain: JobToken
    cap: int
    process: str = ""
    old: Job | None = None
    content: bytes | None = None
    token: str | None = None
    body: dict[str, Any] = field(default_factory=dict)

    def send(self) -> Outcome:
        """Try to make the job."""
        made = attempt(self._make)
        if made.refusal is None:
            name = str(self.body.get("job_name"))
            self.world.make.take_over(Job(job_name=name, job_id=made.value.body["job_id"]), self.user)
        return made

    def _make(self) -> Exchange:
        path = {} if self.old is None else {"job_id": self.old.job_id}
        what = {"body": self.body} if self.content is None else {"content": self.content, "headers": _JSON}
        return Api(self.world.cloud).call(
            JB_1 if self.old is None else JB_6, token=self.token, path=path, **what
        )


def _hopeless(world: World, **attributes: Any) -> Hopeless:  # noqa: ANN401 - the attributes of the user
    """Someone who has two tokens, and a platform with limits; `world.other_platform` is the other user's."""
    other_platform = world.other_platform = world.make.platform()
    platform = world.platform = world.make.platform({"max_duration": 100, "max_shots": 5})
    user = world.user = permissions.user_with_token(world, **attributes)
    other = permissions.permitted_user(world, other_platform)
    plain = user.job_tokens[-1]
    explorer = world.make.job_token(user, is_explorer_token=True)
    user.job_tokens = [plain]
    cap = Job.availability(world.cloud, other)["max_jobs_in_queue"]
    return Hopeless(world, user, other, platform, explorer, plain, cap)


def hopeless_submission(world: World) -> Hopeless:
    """A new job of someone without anything that a job needs, on a platform that is locked."""
    job = _hopeless(world, credits=0, forbidden_commands=["probs"])
    job.process = world.make.job(job.other, the_platform(world, "other_platform").name).process_id
    job.platform.update(world.cloud, {"status": "locked"})
    job.content = NOT_JSON
    accounts.change(world, job.user, world.admin, {"is_active": False})
    return job


def hopeless_rerun(world: World) -> Hopeless:
    """A job that nobody made is run again, by someone who may not use the locked platform that they name."""
    job = _hopeless(world)
    job.old, job.token = Job(job_id=refusals.no_id()), job.explorer.token
    job.body = {"platform_id": job.platform.platform_id, "payload": {"command": "sing", "max_shots": 0}}
    job.platform.update(world.cloud, {"status": "locked"})
    return job


def _find_foreign_job(job: Hopeless) -> None:
    elsewhere = the_platform(job.world, "other_platform")
    job.old = job.world.make.job(job.other, elsewhere.name)


def _find_own_job(job: Hopeless) -> None:
    elsewhere = the_platform(job.world, "other_platform")
    job.world.make.permission(job.user, elsewhere)
    job.old = job.world.make.job(job.user, elsewhere.name)


def _end_job(job: Hopeless) -> None:
    assert job.old is not None
    job.old.cancel(job.world.cloud, job.user)


def _show_token(job: Hopeless) -> None:
    job.token = job.explorer.token


def _bring_back(job: Hopeless) -> None:
    accounts.change(job.world, job.user, job.world.admin, {"is_active": True})


def _write_json(job: Hopeless) -> None:
    job.content = None
    job.body = {"job_name": 5, "payload": None}


def _name_platform(job: Hopeless) -> None:
    job.body["platform_name"] = "sim:nobody-has-this-name"


def _permit(job: Hopeless) -> None:
    job.world.make.permission(job.user, job.platform)


def _show_plain_token(job: Hopeless) -> None:
    job.token = job.plain.token


def _write_payload(job: Hopeless) -> None:
    job.body["payload"] = {"command": "sing", "max_shots": 0, "iterator": []}
    job.body |= {"max_duration": 0, "process_id": job.process}


def _use_known_command(job: Hopeless) -> None:
    job.body["payload"]["command"] = "probs"


def _allow_command(job: Hopeless) -> None:
    accounts.change(job.world, job.user, job.world.admin, {"forbidden_commands": []})
    _fill_queue(job)


def _fill_queue(job: Hopeless) -> None:
    """The queue can be filled only by someone who may run the command; the jobs need no credits."""
    elsewhere = the_platform(job.world, "other_platform")
    job.world.make.permission(job.user, elsewhere)
    free = Job.availability(job.world.cloud, job.user)
    payload = {"command": "probs"}
    for _ in range(free["max_jobs_in_queue"] - free["num_jobs_in_queue"]):
        job.world.jobs.append(job.world.make.job(job.user, elsewhere.name, {"payload": payload}))


def _make_room(job: Hopeless) -> None:
    job.world.jobs[0].cancel(job.world.cloud, job.user)


# What takes one reason away, by the words of the feature.
MENDINGS: Mapping[str, Callable[[Hopeless], object]] = {
    "nothing": lambda job: None,
    "a token is shown": _show_token,
    "the user is active": _bring_back,
    "the body is JSON": _write_json,
    "the name is a text": lambda job: job.body.update(job_name=job.world.names.label("job")),
    "a platform is named": _name_platform,
    "the platform exists": lambda job: job.body.update(platform_name=job.platform.name),
    "the user is permitted": _permit,
    "the platform is not locked": lambda job: job.platform.update(job.world.cloud, {"status": "retired"}),
    "the platform is open": lambda job: job.platform.update(job.world.cloud, {"status": "available"}),
    "the token is no explorer's": _show_plain_token,
    "the payload is an object": _write_payload,
    "the command is known": _use_known_command,
    "the user may use the command": _allow_command,
    "the duration is right": lambda job: job.body.update(max_duration=100),
    "the shots are right": lambda job: job.body["payload"].update(max_shots=5),
    "the iterator is right": lambda job: job.body["payload"].pop("iterator"),
    "the process id is the user's": lambda job: job.body.update(process_id=job.world.names.label("process")),
    "there is room in the queue": _make_room,
    "the job exists": _find_foreign_job,
    "the job is the user's": _find_own_job,
    "the job is over": _end_job,
    "the user has credits": lambda job: accounts.change(job.world, job.user, job.world.admin, {"credits": 5}),
}


def expect_mended_in_order(job: Hopeless, table: Table, *rules: str) -> None:
    """State what the cloud says after each mending of the table; at the last one it accepts the job."""
    for row in table:
        MENDINGS[row["mended"]](job)
        outcome, status, error = job.send(), row["status"], row["error"].replace("{cap}", str(job.cap))
        if status == "200":
            expect_success(outcome, *rules)
        elif status == "422":
            expect_invalid_field(outcome, "json", error, None, *rules)
        else:
            expect_refusal(outcome, int(status), filled(job.world, error) or None, *rules)
