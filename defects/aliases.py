"""Faults of the deprecated addresses, AL-1 to AL-12: they are to behave as their successors."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground, operation
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import app, document
from sandbox.routes.calls import Call, Operation
from sandbox.rules import admission, jobs, lifecycle
from sandbox.rules.credentials import Kind, Surface
from sandbox.rules.refusals import RefusalError, bad_request, not_found
from sandbox.store import jobs_table, tokens_table


def _gone(ground: Ground, identifier: str) -> None:
    """Take an address away."""
    ground.operation(identifier, path=f"/gone{operation(identifier).path}")


def _handle(ground: Ground, identifier: str, around: Callable[[Original, Call], Json]) -> None:
    """Answer at one address in another way."""
    original = operation(identifier).handler
    ground.operation(identifier, handler=lambda call: around(original, call))


@breaks("AL-1", "The old address to create a job is gone", also=("JB-1d", "AL-12"))
def no_creation_at_the_old_address(ground: Ground) -> None:
    _gone(ground, "JB-1d")


@breaks("AL-1", "The old address creates jobs without a look at the permission", also=("JB-1d", "JB-1.22"))
def old_address_needs_no_permission(ground: Ground) -> None:
    def create(original: Original, call: Call) -> Json:
        try:
            return original(call)
        except RefusalError as refusal:
            if not refusal.error.startswith("No permission to use platform"):
                raise
            wish = admission.Wish(**call.body)
            platform = admission.wanted_platform(call.cloud, wish)
            return {"job_id": admission.enqueue(call.cloud, call.caller.user, call.token, platform, wish)}

    _handle(ground, "JB-1d", create)


@breaks("AL-1", "The old address refuses in other words", also=("JB-1d", "JB-1.1", "JB-1.2", "JB-1.11"))
def old_address_to_create_refuses_otherwise(ground: Ground) -> None:
    def create(original: Original, call: Call) -> Json:
        try:
            return original(call)
        except RefusalError as refusal:
            raise RefusalError(refusal.status, "Invalid job") from None

    _handle(ground, "JB-1d", create)


@breaks("AL-2", "The old address to cancel is gone", also=("JB-5d", "AL-12"))
def no_cancel_at_the_old_address(ground: Ground) -> None:
    _gone(ground, "JB-5d")


@breaks("AL-2", "The old address cancels a running job at once", also=("JB-5d", "J7", "CN-2"))
def old_address_cancels_at_once(ground: Ground) -> None:
    def cancel(original: Original, call: Call) -> Json:
        answer = original(call)
        job = jobs.find(call.cloud, call.path["job_id"])
        if job is not None and job.status == lifecycle.CANCEL_REQUESTED:
            jobs_table.cancel(
                call.cloud.db, job.sequence, duration=0, status_message="Canceled", failure_code=None
            )
        return answer

    _handle(ground, "JB-5d", cancel)


@breaks("AL-2", "The old address says ok to whatever is canceled", also=("JB-5d", "JB-5.1", "CN-3"))
def old_address_cancels_anything(ground: Ground) -> None:
    def cancel(original: Original, call: Call) -> Json:
        try:
            return original(call)
        except RefusalError as refusal:
            if refusal.error != jobs.CANNOT_CANCEL:
                raise
            return {"message": "ok"}

    _handle(ground, "JB-5d", cancel)


@breaks("AL-3", "The old address to run a job again is gone", also=("JB-6d", "AL-12"))
def no_rerun_at_the_old_address(ground: Ground) -> None:
    _gone(ground, "JB-6d")


@breaks("AL-3", "The old address runs a job again without what is to be changed", also=("JB-6d", "RR-4"))
def old_address_overrides_nothing(ground: Ground) -> None:
    _handle(ground, "JB-6d", lambda original, call: original(replace(call, body={})))


@breaks("AL-3", "The old address runs whatever job again", also=("JB-6d", "JB-6.1", "RR-1"), known_as="D106")
def old_address_reruns_anything(ground: Ground) -> None:
    def rerun(original: Original, call: Call) -> Json:
        job = jobs.require_for_action(call.cloud, call.caller, call.path["job_id"])
        wish = admission.rerun_wish(call.cloud, job, dict(call.body))
        return {"job_id": admission.admit(call.cloud, call.caller, call.token, wish)}

    _handle(ground, "JB-6d", rerun)


@breaks("AL-4", "The old address for results is gone", also=("JB-3d", "AL-12"))
def no_results_at_the_old_address(ground: Ground) -> None:
    _gone(ground, "JB-3d")


@breaks("AL-4", "The old address gives results as an object", also=("JB-3d", "C-6", "RS-2"))
def old_address_gives_an_object(ground: Ground) -> None:
    def result(original: Original, call: Call) -> Json:
        told = original(call)
        return {**told, "results": told["results"] and json.loads(told["results"])}

    _handle(ground, "JB-3d", result)


@breaks("AL-4", "The old address refuses results that are not there yet", also=("JB-3d", "RS-1"))
def old_address_has_no_early_results(ground: Ground) -> None:
    def result(original: Original, call: Call) -> Json:
        told = original(call)
        if told["results"] is None:
            raise not_found("No results")
        return told

    _handle(ground, "JB-3d", result)


@breaks("AL-4", "The old address shows results to everyone", also=("JB-3d", "JB-3.3", "PM-12"))
def old_address_shows_results_to_everyone(ground: Ground) -> None:
    _handle(ground, "JB-3d", _as_creator)


@breaks("AL-5", "The old address for a status is gone", also=("JB-2d", "AL-12"))
def no_status_at_the_old_address(ground: Ground) -> None:
    _gone(ground, "JB-2d")


@breaks("AL-5", "The old address tells old names of statuses", also=("JB-2d", "ST-1"), known_as="D098")
def old_address_has_old_statuses(ground: Ground) -> None:
    names = {"completed": "success", "canceled": "cancelled"}

    def status(original: Original, call: Call) -> Json:
        told = original(call)
        return {**told, "status": names.get(told["status"], told["status"])}

    _handle(ground, "JB-2d", status)


@breaks("AL-5", "The old address tells less of a status", also=("JB-2d", "JB-2.4"))
def old_address_tells_less(ground: Ground) -> None:
    def status(original: Original, call: Call) -> Json:
        return {name: value for name, value in original(call).items() if name != "last_intermediate_results"}

    _handle(ground, "JB-2d", status)


@breaks("AL-5", "The old address shows a status to everyone", also=("JB-2d", "JB-2.3", "PM-12"))
def old_address_shows_a_status_to_everyone(ground: Ground) -> None:
    _handle(ground, "JB-2d", _as_creator)


def _as_creator(original: Original, call: Call) -> Json:
    """Answer as if the job's creator had asked."""
    job = jobs.find(call.cloud, call.path["job_id"])
    token = tokens_table.find(call.cloud.db, job.token_id) if job is not None else None
    if job is None or token is None:
        return original(call)
    user = replace(call.caller.user, user_id=job.user_id)
    return original(replace(call, known_caller=replace(call.caller, user=user)))


@breaks("AL-6", "The old address to make a token is gone", also=("AT-2d",))
def no_generation_at_the_old_address(ground: Ground) -> None:
    _gone(ground, "AT-2d")


@breaks("AL-6", "The old address makes tokens of one hour", also=("AT-2d", "TK-2.4", "TM-7"))
def old_address_makes_short_tokens(ground: Ground) -> None:
    _handle(
        ground,
        "AT-2d",
        lambda original, call: original(replace(call, body={**call.body, "duration": 3600})),
    )


@breaks("AL-6", "The old address refuses in the words of routes for job tokens", also=("PM-28", "A-1.4"))
def old_address_has_the_other_text(ground: Ground) -> None:
    ground.operation("AT-2d", surface=Surface.JOB)


@breaks("AL-7", "The old address to revoke is gone", also=("AT-5d",))
def no_revoking_at_the_old_address(ground: Ground) -> None:
    _gone(ground, "AT-5d")


@breaks(
    "AL-7", "The old address has the other words for what cannot be revoked", also=("AT-5d", "AT-5.1", "T4")
)
def old_address_says_invalid_token(ground: Ground) -> None:
    ground.operation("AT-5d", handler=operation("TK-5").handler)


@breaks("AL-7", "The old address takes job tokens", also=("AT-5d", "A-4", "PM-32"))
def old_address_revokes_by_job_token(ground: Ground) -> None:
    ground.operation("AT-5d", accepts=frozenset({Kind.LOGIN, Kind.JOB}))


@breaks("AL-8", "The old address to read a token is gone", also=("AT-3d",))
def no_reading_at_the_old_address(ground: Ground) -> None:
    _gone(ground, "AT-3d")


@breaks("AL-8", "The old address shows a token in part", also=("AT-3d", "TK-3", "SC-1"))
def old_address_shows_a_token_in_part(ground: Ground) -> None:
    _handle(
        ground,
        "AT-3d",
        lambda original, call: (lambda told: {**told, "token": told["token"][:8]})(original(call)),
    )


@breaks("AL-9", "The old address to delete a token is gone", also=("AT-8d",))
def no_deleting_at_the_old_address(ground: Ground) -> None:
    _gone(ground, "AT-8d")


@breaks("AL-9", "The old address deletes a token by the name `token`", also=("AT-8d", "TK-8", "T7"))
def old_address_takes_one_token(ground: Ground) -> None:
    def delete(original: Original, call: Call) -> Json:
        if len(call.body.get("tokens", [])) != 1:
            raise bad_request("Tokens not found")
        tokens_table.find_by_key(call.cloud.db, call.body["tokens"][0])
        return {"message": "ok"}

    _handle(ground, "AT-8d", delete)


@breaks("AL-9", "The old address refuses in the words of the account", also=("AT-8d", "A-1.5", "PM-23"))
def old_address_to_delete_has_the_other_text(ground: Ground) -> None:
    ground.operation("AT-8d", surface=Surface.ACCOUNT)


@breaks("AL-10", "The other old address to delete tokens is gone", also=("AT-9d",))
def no_deleting_at_the_other_old_address(ground: Ground) -> None:
    _gone(ground, "AT-9d")


@breaks("AL-10", "The other old address takes ids", also=("AT-9d", "TK-8", "T7"))
def other_old_address_deletes_by_id(ground: Ground) -> None:
    ground.operation("AT-9d", body=operation("TK-7").body, handler=operation("TK-7").handler)


@breaks("AL-10", "The other old address takes a login", also=("AT-9d", "A-4", "PM-23"))
def other_old_address_takes_a_login(ground: Ground) -> None:
    ground.operation("AT-9d", accepts=frozenset({Kind.LOGIN, Kind.JOB}))


def _describe(ground: Ground, path: str, *, deprecated: bool) -> None:
    def served(original: Original, *given: Any) -> dict[str, Any]:  # noqa: ANN401 - as the function
        described: dict[str, Any] = original(*given)
        described["paths"][path]["post"]["deprecated"] = deprecated
        return described

    ground.wrap(document.served, served)


@breaks("AL-11", "Deleting tokens by key with a job token is described as deprecated", also=("SV-3.1",))
def deleting_by_key_is_deprecated(ground: Ground) -> None:
    _describe(ground, "/api/tokens/delete", deprecated=True)


@breaks("AL-11", "The old address to delete a token is not described as deprecated", also=("SV-3.1",))
def old_address_is_not_deprecated(ground: Ground) -> None:
    _describe(ground, "/api/auth/token/delete", deprecated=False)


@breaks("AL-11", "Deleting tokens by key with a job token is gone", also=("TK-8", "T7"))
def deleting_by_key_is_gone(ground: Ground) -> None:
    _gone(ground, "TK-8")


@breaks("AL-12", "The old addresses of jobs lead to the new ones", also=("AL-1", "AL-5", "C-1", "TR-12"))
def old_addresses_redirect(ground: Ground) -> None:
    async def answer(original: Original, cloud: Cloud, row: Operation, request: Request) -> Json:
        if row.id in ("JB-1d", "JB-2d", "JB-3d", "JB-5d", "JB-6d"):
            raise RefusalError(308, "Permanent Redirect")
        return await original(cloud, row, request)

    ground.wrap(app._answer, answer)


@breaks("AL-12", "The room for jobs is told at the old address only", also=("JB-7", "JB-7.2", "C-9"))
def availability_is_at_an_old_address(ground: Ground) -> None:
    ground.operation("JB-7", path="/api/job/availability")
