"""Faults of the permission matrix: on one route someone may what they may not, or may not what they may."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace

from starlette.requests import Request

from defects.defect import breaks
from defects.handling import Original, addressed_job, as_owner, now_in, refuse
from defects.planting import Ground, operation
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import app
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call, Operation
from sandbox.routes.table import ALL, JT, LT, LT_JT
from sandbox.rules import clock, credentials, jobs, platforms, publication, rights, tokens, users
from sandbox.rules.credentials import Credential, Kind
from sandbox.rules.refusals import forbidden, unauthorized
from sandbox.store import tokens_table, users_table

_ROUTE: ContextVar[str] = ContextVar("route", default="")
"""The id of the operation that the request under way is for."""


def _only_on(ground: Ground, identifier: str, function: Original, new: Original) -> None:
    """Have a rule say something else while a request for this operation is worked on, and only then."""

    async def answer(original: Original, cloud: Cloud, row: Operation, request: Request) -> Json:
        _ROUTE.set(row.id)
        return await original(cloud, row, request)

    ground.wrap(app._answer, answer)
    ground.wrap(
        function,
        lambda original, *args: new(*args) if _ROUTE.get() == identifier else original(*args),
    )


def _yes(*_: object) -> bool:
    return True


def _first(ground: Ground, identifier: str, check: Callable[[Cloud, Request], None]) -> None:
    """Have a check come before everything else on one route."""

    async def answer(original: Original, cloud: Cloud, row: Operation, request: Request) -> Json:
        if row.id == identifier:
            check(cloud, request)
        return await original(cloud, row, request)

    ground.wrap(app._answer, answer)


def _shown(cloud: Cloud, request: Request) -> Credential | None:
    """What the request's Authorization header shows, if the cloud knows it."""
    value = credentials.bearer_value(app._authorization(request))
    return None if value is None else credentials.find(cloud, value)


def _done_though_refused(ground: Ground, identifier: str, is_refused: Callable[[Call], bool]) -> None:
    """Have a route refuse some calls with 403, and do what they ask for all the same."""
    row = operation(identifier)

    async def prepare(call: Call) -> Json:
        prepared = None if row_prepare is None else await row_prepare(call)
        if is_refused(call):
            with call.cloud.db.transaction():
                row_handler(replace(call, prepared=prepared))
            raise forbidden()
        return prepared

    row_prepare, row_handler = row.prepare, row.handler
    ground.operation(identifier, prepare=prepare)
    if row.right != "anyone":
        ground.operation(identifier, right="anyone")


def _is_no_admin(call: Call) -> bool:
    return not call.caller.is_admin


def _is_no_worker(call: Call) -> bool:
    return call.caller.kind is not Kind.API_KEY


def _needs_grant(ground: Ground, identifier: str) -> None:
    """Have a route ask for permission on the platform of the job that its path names."""
    row = operation(identifier)

    def handle(call: Call) -> Json:
        job = addressed_job(call)
        granted = users_table.granted_platforms(call.cloud.db, call.caller.user.user_id)
        if job is not None and job.platform_id not in granted:
            raise forbidden()
        return handler(call)

    handler = row.handler
    ground.operation(identifier, handler=handle)


@breaks("PM-1", "The state of the parts is not shown to who shows a dead token", also=("SV-7",))
def dead_token_closes_what_is_open(ground: Ground) -> None:
    def check(cloud: Cloud, request: Request) -> None:
        found = _shown(cloud, request)
        if found is not None and not credentials.is_alive(found.record, clock.now()):
            raise unauthorized(credentials.Surface.ACCOUNT.value)

    _first(ground, "SV-5", check)


@breaks("PM-2", "Who shows a worker's key can't log in")
def key_keeps_from_logging_in(ground: Ground) -> None:
    def check(cloud: Cloud, request: Request) -> None:
        found = _shown(cloud, request)
        if found is not None and found.kind is Kind.API_KEY:
            raise forbidden()

    _first(ground, "US-0", check)


@breaks("PM-3", "Who shows a login token logs in with any password")
def login_token_stands_for_a_password(ground: Ground) -> None:
    shown: ContextVar[bool] = ContextVar("shown", default=False)

    def check(cloud: Cloud, request: Request) -> None:
        found = _shown(cloud, request)
        shown.set(found is not None and found.kind is Kind.LOGIN)

    _first(ground, "US-0", check)
    ground.wrap(
        users.log_in,
        lambda original, cloud, user, matches: original(cloud, user, matches or shown.get()),
    )


@breaks("PM-4", "A revoked or expired token creates jobs", also=("A-2", "JB-1.15"))
def dead_token_creates_jobs(ground: Ground) -> None:
    _only_on(ground, "JB-1", credentials.is_alive, _yes)


@breaks("PM-4", "A deactivated user creates jobs", also=("A-3", "JB-1.17"))
def inactive_user_creates_jobs(ground: Ground) -> None:
    _only_on(ground, "JB-1", credentials.user_is_active, _yes)


@breaks("PM-5", "The status of a job is shown to other users", also=("JB-2.3",))
def status_is_shown_to_others(ground: Ground) -> None:
    _only_on(ground, "JB-2", jobs.is_creator, _yes)


@breaks("PM-6", "The result of a job is shown to its user after the deactivation", also=("A-3",))
def result_is_shown_to_the_deactivated(ground: Ground) -> None:
    _only_on(ground, "JB-3", credentials.user_is_active, _yes)


@breaks("PM-7", "The data of a job are shown with a grant only", also=("PM-51",))
def data_need_a_grant(ground: Ground) -> None:
    _needs_grant(ground, "JB-4")


@breaks("PM-8", "An explorer token cancels nothing", also=("EX-7",))
def explorer_cancels_nothing(ground: Ground) -> None:
    ground.operation("JB-5", right="full_token")


@breaks("PM-8", "Another user is refused, and the job is canceled", also=("JB-5.2",))
def job_is_canceled_though_refused(ground: Ground) -> None:
    def is_foreign(call: Call) -> bool:
        job = addressed_job(call)
        return job is not None and job.user_id != call.caller.user.user_id

    row_handler = operation("JB-5").handler
    ground.operation("JB-5", handler=lambda call: row_handler(as_owner(call)))
    _done_though_refused(ground, "JB-5", is_foreign)


@breaks("PM-9", "A job is run again by other users", also=("JB-6.3",))
def job_is_run_again_by_others(ground: Ground) -> None:
    _only_on(ground, "JB-6", jobs.is_creator, _yes)


@breaks("PM-10", "Whether a job exists is told before the credential is looked at", also=("OC-1",))
def unknown_job_is_told_to_anyone(ground: Ground) -> None:
    def check(cloud: Cloud, request: Request) -> None:
        job_id = request.path_params["job_id"]
        with cloud.db.transaction():
            if jobs.find(cloud, job_id) is None:
                raise jobs.unknown_data_id(job_id)

    _first(ground, "JB-4", check)


@breaks("PM-11", "A login token reads how many jobs its user may have", also=("A-4",))
def login_token_reads_availability(ground: Ground) -> None:
    ground.operation("JB-7", accepts=LT_JT)


@breaks("PM-12", "The deprecated route of the status takes dead tokens", also=("A-2", "AL-5"))
def dead_token_reads_status_on_the_old_route(ground: Ground) -> None:
    _only_on(ground, "JB-2d", credentials.is_alive, _yes)


@breaks("PM-12", "The deprecated route cancels jobs for other users", also=("AL-2", "JB-5.2"))
def others_cancel_on_the_old_route(ground: Ground) -> None:
    _only_on(ground, "JB-5d", jobs.is_creator, _yes)


@breaks("PM-12", "The deprecated route creates jobs without a grant", also=("AL-1", "JB-1.22"))
def old_route_needs_no_grant(ground: Ground) -> None:
    _only_on(ground, "JB-1d", platforms.user_has_permission, _yes)


@breaks("PM-13", "A user's own list holds the tokens of all", also=("TK-1",))
def own_list_holds_all_tokens(ground: Ground) -> None:
    ground.operation("TK-1", handler=token_routes.list_all)


@breaks("PM-14", "An explorer token lists the tokens of others", also=("TK-1.3",))
def explorer_lists_tokens_of_others(ground: Ground) -> None:
    ground.wrap(
        tokens.may_list_for,
        lambda original, caller, user_id: (
            original(caller, user_id) or (caller.token is not None and caller.token.is_explorer)
        ),
    )


@breaks("PM-15", "An explorer token makes full tokens", also=("EX-8",))
def explorer_makes_tokens(ground: Ground) -> None:
    ground.operation("TK-2", right="anyone")


@breaks("PM-16", "A job token makes tokens for other users", also=("TK-2.5",))
def job_token_makes_tokens_for_others(ground: Ground) -> None:
    _only_on(
        ground,
        "TK-2",
        tokens.owner_of_new,
        lambda cloud, caller, user_id: users_table.find(cloud.db, user_id or 0) or caller.user,
    )


@breaks("PM-17", "Who asks for a token of a user who does not exist gets one of their own", also=("TK-2.5",))
def token_for_nobody_is_the_callers(ground: Ground) -> None:
    ground.wrap(
        tokens.owner_of_new,
        lambda original, cloud, caller, user_id: original(
            cloud, caller, user_id if users_table.find(cloud.db, user_id or 0) else None
        ),
    )


@breaks("PM-18", "A token is shown to other users", also=("TK-3.3",))
def token_is_shown_to_others(ground: Ground) -> None:
    _only_on(ground, "TK-3", tokens.may_touch, _yes)


@breaks("PM-19", "An explorer token changes tokens", also=("EX-8",))
def explorer_changes_tokens(ground: Ground) -> None:
    ground.operation("TK-4", right="anyone")


@breaks("PM-20", "Other users revoke a token", also=("TK-5.2",))
def others_revoke_tokens(ground: Ground) -> None:
    _only_on(ground, "TK-5", tokens.may_touch, _yes)


@breaks("PM-20", "Another user is refused, and the token is revoked", also=("TK-5.2",))
def token_is_revoked_though_refused(ground: Ground) -> None:
    def is_foreign(call: Call) -> bool:
        token = tokens_table.find_by_key(call.cloud.db, call.body["token"])
        return token is not None and token.user_id != call.caller.user.user_id

    async def prepare(call: Call) -> Json:
        if is_foreign(call):
            with call.cloud.db.transaction():
                token = tokens_table.find_by_key(call.cloud.db, call.body["token"])
                tokens_table.update(call.cloud.db, token.token_id if token else 0, {"is_revoked": 1})
            raise forbidden()
        return None

    ground.operation("TK-5", prepare=prepare)


@breaks("PM-21", "A revoked token reopens itself", also=("A-2", "TK-6.2"))
def revoked_token_reopens_itself(ground: Ground) -> None:
    _only_on(ground, "TK-6", credentials.is_alive, _yes)


@breaks("PM-22", "A token deletes itself by its id", also=("T8", "TK-7.2"))
def token_deletes_itself_by_id(ground: Ground) -> None:
    _only_on(ground, "TK-7", tokens.is_current, lambda *_: False)


@breaks("PM-23", "One of the old routes deletes the tokens of others by key", also=("T10", "AL-10", "TK-8.3"))
def others_delete_by_key_on_an_old_route(ground: Ground) -> None:
    _only_on(ground, "AT-9d", tokens.may_touch, _yes)


@breaks("PM-24", "An explorer token gets no usage report", also=("EX-6",))
def explorer_gets_no_report(ground: Ground) -> None:
    ground.operation("TK-9", right="full_token")


@breaks("PM-25", "The usage of a token is reported to other users", also=("UR-9",))
def usage_is_reported_to_others(ground: Ground) -> None:
    _only_on(ground, "TK-9", tokens.may_touch, _yes)


@breaks("PM-26", "A worker's key lists its owner's job tokens", also=("PM-52", "A-4"))
def key_lists_tokens(ground: Ground) -> None:
    ground.operation("AT-1", accepts=ALL)


@breaks("PM-27", "An explorer token lists the tokens of others on the account's route", also=("TK-1.3",))
def explorer_lists_tokens_of_others_on_the_account(ground: Ground) -> None:
    _only_on(
        ground,
        "AT-1",
        tokens.may_list_for,
        lambda caller, user_id: (
            user_id in (None, caller.user.user_id)
            or caller.is_admin
            or (caller.token is not None and caller.token.is_explorer)
        ),
    )


@breaks("PM-28", "An explorer token makes full tokens on the account's route", also=("EX-8",))
def explorer_makes_tokens_on_the_account(ground: Ground) -> None:
    ground.operation("AT-2", right="anyone")


@breaks("PM-29", "A job token makes tokens for others on the account's route", also=("TK-2.5",))
def job_token_makes_tokens_for_others_on_the_account(ground: Ground) -> None:
    _only_on(
        ground,
        "AT-2",
        tokens.owner_of_new,
        lambda cloud, caller, user_id: users_table.find(cloud.db, user_id or 0) or caller.user,
    )


@breaks("PM-30", "A worker's key reads its owner's tokens on the account's route", also=("PM-52", "A-4"))
def key_reads_tokens(ground: Ground) -> None:
    ground.operation("AT-3", accepts=LT | {Kind.API_KEY})
    ground.wrap(
        tokens.may_touch,
        lambda original, caller, token: original(caller, token) or caller.kind is Kind.API_KEY,
    )


@breaks("PM-31", "The admin does not change a user's token", also=("A-7.1",))
def admin_changes_no_token(ground: Ground) -> None:
    _only_on(ground, "AT-4", tokens.may_touch, lambda caller, token: token.user_id == caller.user.user_id)


@breaks("PM-32", "A job token revokes tokens on the account's route", also=("A-4",))
def job_token_revokes_on_the_account(ground: Ground) -> None:
    ground.operation("AT-5", accepts=LT_JT)


@breaks("PM-33", "An explorer token reopens tokens on the account's route", also=("A-4",))
def explorer_reopens_on_the_account(ground: Ground) -> None:
    ground.operation("AT-6", accepts=LT_JT, right="anyone")


@breaks("PM-34", "An explorer token deletes tokens on the account's route", also=("EX-8",))
def explorer_deletes_on_the_account(ground: Ground) -> None:
    ground.operation("AT-7", right="anyone")


@breaks("PM-35", "A platform is not read by its name with a login token", also=("PL-2.5",))
def login_token_reads_no_platform_by_name(ground: Ground) -> None:
    ground.operation("PL-1", accepts=JT | {Kind.API_KEY})


@breaks("PM-36", "The platforms are listed with dead tokens", also=("A-2.1",))
def dead_token_lists_platforms(ground: Ground) -> None:
    _only_on(ground, "PF-5", credentials.is_alive, _yes)


@breaks("PM-37", "A deactivated user reads platforms", also=("A-3",))
def inactive_user_reads_platforms(ground: Ground) -> None:
    _only_on(ground, "PF-2", credentials.user_is_active, _yes)


@breaks("PM-38", "Whoever is logged in registers platforms", also=("PF-1.11",))
def login_token_registers_platforms(ground: Ground) -> None:
    ground.wrap(
        rights.registrar, lambda original, caller, path: original(caller, path) or caller.kind is Kind.LOGIN
    )


@breaks("PM-39", "A worker's key deletes platforms", also=("PF-4.4",))
def key_is_enough_to_delete_platforms(ground: Ground) -> None:
    ground.operation("PF-4", right="registrar")


@breaks("PM-39", "Who is no admin is refused, and the platform is changed", also=("PF-3.6",))
def platform_is_changed_though_refused(ground: Ground) -> None:
    _done_though_refused(ground, "PF-3", _is_no_admin)


@breaks("PM-40", "Users give themselves permissions", also=("PP-1.4",))
def users_give_themselves_permissions(ground: Ground) -> None:
    row_handler = operation("PP-1").handler

    def handle(call: Call) -> Json:
        if not call.caller.is_admin and call.body["user_id"] != call.caller.user.user_id:
            raise forbidden()
        return row_handler(call)

    ground.operation("PP-1", right="anyone", handler=handle)


@breaks("PM-40", "Who is no admin is refused, and the permission is taken")
def permission_is_taken_though_refused(ground: Ground) -> None:
    _done_though_refused(ground, "PP-2", _is_no_admin)


@breaks("PM-41", "An admin fetches jobs by login token", also=("WK-1.9",))
def admin_fetches_jobs(ground: Ground) -> None:
    ground.operation("WK-1", right="registrar")


@breaks("PM-42", "An admin publishes by login token", also=("WK-2.15",))
def admin_may_publish(ground: Ground) -> None:
    ground.operation("WK-2", right="registrar")


@breaks("PM-42", "Who is no worker is refused, and the results are taken", also=("WK-2.15",))
def results_are_taken_though_refused(ground: Ground) -> None:
    _done_though_refused(ground, "WK-2", _is_no_worker)


@breaks("PM-43", "Another worker is refused, and the results are taken", also=("WK-2.1",))
def results_of_another_worker_are_taken_though_refused(ground: Ground) -> None:
    def is_other_worker(call: Call) -> bool:
        return bool(now_in(call.cloud, call.path["job_id"]).worker_id != call.body["worker_id"])

    _only_on(ground, "WK-2", publication.is_fetching_worker, _yes)
    _done_though_refused(ground, "WK-2", is_other_worker)


@breaks("PM-44", "Whoever is logged in makes users", also=("US-1.8",))
def users_make_users(ground: Ground) -> None:
    ground.operation("US-1", right="anyone")


@breaks("PM-44", "Who is no admin is refused, and the user is made", also=("US-1.8",))
def user_is_made_though_refused(ground: Ground) -> None:
    _done_though_refused(ground, "US-1", _is_no_admin)


@breaks("PM-45", "A worker's key reads users", also=("A-4", "PM-52"))
def key_reads_users(ground: Ground) -> None:
    ground.operation("US-2", accepts=LT | {Kind.API_KEY})
    ground.wrap(
        rights.self_or_admin,
        lambda original, caller, path: original(caller, path) or caller.kind is Kind.API_KEY,
    )


@breaks("PM-46", "Users change the names of others", also=("US-3.11",))
def users_change_names_of_others(ground: Ground) -> None:
    ground.operation("US-3", right="anyone")


@breaks("PM-47", "Users raise their own priority", also=("US-3.2",))
def users_raise_their_priority(ground: Ground) -> None:
    ground.wrap(users.may_set, lambda original, caller, names: original(caller, set(names) - {"priority"}))


@breaks("PM-47", "Users make themselves admins", also=("US-3.2",))
def users_make_themselves_admins(ground: Ground) -> None:
    ground.wrap(users.may_set, lambda original, caller, names: original(caller, set(names) - {"is_admin"}))


@breaks("PM-48", "Users delete themselves", also=("US-4.4",))
def users_delete_themselves(ground: Ground) -> None:
    ground.operation("US-4", right="self_or_admin")


@breaks("PM-48", "Who is no admin is refused, and the user is deleted", also=("US-4.4",))
def user_is_deleted_though_refused(ground: Ground) -> None:
    _done_though_refused(ground, "US-4", _is_no_admin)


@breaks("PM-48", "An admin is deleted like anyone else", also=("US-4.1",))
def admin_is_deleted(ground: Ground) -> None:
    ground.wrap(users.delete, lambda original, cloud, user: original(cloud, replace(user, is_admin=False)))


@breaks("PM-49", "A worker's key makes further keys", also=("A-4", "PM-52"))
def key_makes_keys(ground: Ground) -> None:
    ground.operation("AK-1", accepts=LT | {Kind.API_KEY}, right="registrar")


@breaks("PM-50", "A worker's key lists the jobs of all", also=("A-4", "PM-52", "JA-1.4"))
def key_lists_all_jobs(ground: Ground) -> None:
    ground.operation("JA-1", accepts=LT | {Kind.API_KEY}, right="registrar")


@breaks("PM-51", "The status of a job is shown with a grant only", also=("PM-5",))
def status_needs_a_grant(ground: Ground) -> None:
    _needs_grant(ground, "JB-2")


@breaks("PM-51", "A token is read by who may use some platform only", also=("PM-18",))
def token_needs_some_grant(ground: Ground) -> None:
    ground.wrap(
        token_routes.read,
        lambda original, call: (
            original(call)
            if users_table.granted_platforms(call.cloud.db, call.caller.user.user_id)
            else refuse(forbidden())
        ),
    )


@breaks("PM-52", "A worker's key lists job tokens", also=("A-4", "PM-13"))
def key_lists_tokens_as_a_job_token(ground: Ground) -> None:
    ground.operation("TK-1", accepts=JT | {Kind.API_KEY})
