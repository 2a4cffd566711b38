"""What several areas need to plant their faults: refusals inside an expression, and calls made by another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NoReturn, TypeAlias

from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes.calls import Call
from sandbox.rules import jobs
from sandbox.rules.refusals import RefusalError
from sandbox.store import users_table
from sandbox.store.records import Job

Original: TypeAlias = Callable[..., Any]
"""The function of the sandbox that a defect wraps."""


def refuse(refusal: RefusalError) -> NoReturn:
    """Raise the refusal: for a lambda, which can't."""
    raise refusal


def addressed_job(call: Call) -> Job | None:
    """The job that the path of a call names, whoever's it is."""
    return jobs.find(call.cloud, call.path["job_id"])


def as_owner(call: Call) -> Call:
    """The call as if the owner of the addressed job had made it."""
    job = addressed_job(call)
    owner = users_table.find(call.cloud.db, job.user_id) if job else None
    return call if owner is None else replace(call, known_caller=replace(call.caller, user=owner))


def with_body(call: Call, **members: object) -> Call:
    """The call with members of its body set."""
    return replace(call, body={**call.body, **members})


def with_defaults(call: Call, **members: object) -> Call:
    """The call with members of its body set where the body lacks them."""
    return replace(call, body={**members, **call.body})


def minus(answer: Mapping[str, Json], name: str) -> dict[str, Json]:
    """The answer without one of its members."""
    return {member: answer[member] for member in answer if member != name}


def without(call: Call, name: str) -> Call:
    """The call without one member of its body."""
    return replace(call, body=minus(call.body, name))


def by_its_id(call: Call) -> bool:
    """Whether the body names a platform by its id."""
    return call.body.get("platform_id") is not None


def now_in(cloud: Cloud, job_id: str) -> Job:
    """The job as the store has it now."""
    job = jobs.find(cloud, job_id)
    if job is None:
        raise LookupError(f"there is no job {job_id}")
    return job
