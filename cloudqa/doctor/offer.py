"""What a cloud offers: its description of itself, its operations, its platform, and its limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from cloudqa.doctor.findings import Finding, note, ok, problem, told, untried
from cloudqa.doctor.patient import Patient
from cloudqa.doctor.rights import READS_ONLY, availability_of_admin
from cloudqa.run.target import holder_of
from steps.api.cloud_objects import Job, Platform, User
from steps.api.cloud_objects.cloud_base import all_pages
from steps.api.errors import CloudRefusal, CloudUnreachable, UnreadableAnswer
from steps.api.operations import ALL, AT_2, JB_1, PL_2, SV_3, US_0, US_1, Operation
from steps.api.utils import Api

# Scenarios hold the times of jobs to within a minute of this machine's, and those of tokens to within five.
# What expires is waited for by this machine's clock alone, which may go as wrong as it likes.
CLOCKS_MAY_DIFFER = 60.0
NOTICED = 2.0
# So many jobs of one user wait in the longest queue that a scenario needs, and run at once in another.
JOBS_IN_QUEUE = 5
JOBS_AT_ONCE = 2
_WITH_JOBS = {"jobs", "admin", "concurrency", "platforms", "workers", "usage"}

_PUBLISHED = ("JB-", "TK-", "AT-", "SV-1", "SV-2", "SV-3", "SV-4")
# Without these no scenario of an admin can make what it needs.
_NEEDED = (US_0, US_1, AT_2)
_FAILURES = (CloudRefusal, CloudUnreachable, UnreadableAnswer)
_TOLD = 3


def check_clock(patient: Patient) -> Finding:
    """Whether the clocks of cloud and machine are as close as scenarios count on."""
    if not patient.clock.dates:
        return note(
            "The cloud does not tell its time, as its answers have no Date.",
            f"See that its clock is right: scenarios bear a difference of {CLOCKS_MAY_DIFFER:.0f} s.",
        )
    least, most = patient.clock.ahead
    apart, middle = patient.clock.surely_apart, (least + most) / 2
    how = f"{abs(middle):.0f} s {'ahead of' if middle > 0 else 'behind'}"
    if max(abs(least), abs(most)) >= CLOCKS_MAY_DIFFER and apart > NOTICED:
        return problem(
            f"The cloud's clock is {how} ours, and scenarios bear less than {CLOCKS_MAY_DIFFER:.0f} s.",
            "Set the clock of this machine by NTP; if it is right, tell whoever runs the cloud.",
        )
    if apart > NOTICED:
        return note(
            f"The cloud's clock is {how} ours, and scenarios bear up to {CLOCKS_MAY_DIFFER:.0f} s.",
            "Set the clock of this machine by NTP.",
        )
    return ok(f"The cloud's clock is within {max(abs(least), abs(most)):.1f} s of ours.")


def check_document(patient: Patient) -> Finding:
    """Which version the cloud's description is of, and what of ours it lacks."""
    api = Api(patient.cloud)
    patient.lacking = ALL
    try:
        answer = api.send(api.request(SV_3))
    except CloudUnreachable as error:
        return problem(f"{SV_3.path} gives no answer: {error.reason}.", "See that the cloud is up.")
    document = answer.body if isinstance(answer.body, dict) else {}
    if answer.status != 200 or not isinstance(document.get("paths"), dict):
        return note(
            f"The cloud serves no description of its routes: {SV_3.path} is {answer.status}.",
            "Nothing has to be done: each route is asked for instead.",
        )
    patient.document = document
    patient.lacking = tuple(operation for operation in ALL if not _describes(document, operation))
    info = document.get("info")
    version = info.get("version", "unnamed") if isinstance(info, dict) else "unnamed"
    published = [one for one in patient.lacking if _is_published(one) and not one.rule.endswith("d")]
    if published:
        return problem(
            f"The cloud's description, version {version}, lacks {_named(published)}.",
            f"Ask which version is served here; to run without: {_without(published)}.",
        )
    return ok(f"The cloud serves version {version}, with every published operation in force.")


def check_operations(patient: Patient) -> Finding:
    """Which operations this cloud does not have at all; those that are described are not asked for."""
    try:
        missing = [one for one in patient.lacking if not _exists(patient, one)]
    except CloudUnreachable as error:
        return problem(f"The routes could not be asked for: {told(error)}.", "See that the cloud stays up.")
    asked = len(patient.lacking)
    if not missing:
        beyond = f", {asked} of them beyond its description" if asked else ""
        return ok(f"The cloud has all {len(ALL)} operations{beyond}.")
    about = _scenarios_about(patient, missing)
    sentence = f"The cloud lacks {_named(missing)}: {about} about {'it' if len(missing) == 1 else 'them'}."
    if patient.settings.has_admin and set(missing) & set(_NEEDED):
        return problem(sentence, "Use a job token alone: no scenario of an admin can make what it needs.")
    return note(sentence, f"Leave those out: {_without(missing)}.")


def check_platform(patient: Patient) -> Finding:
    """Whether the platform of the run exists, and takes jobs."""
    name = patient.platform
    try:
        entry = _platform(patient, name)
        if entry is None:
            return problem(f"The cloud has no platform {name}.", _other_platforms(patient))
        return _judged(patient, name, entry)
    except _FAILURES as error:
        return problem(f"The platform {name} cannot be read: {told(error)}.", "Tell whoever runs the cloud.")


def check_limits(patient: Patient) -> Finding:
    """Whether a user may have as many jobs as scenarios need."""
    leftovers: Sequence[Finding] = ()
    try:
        if secret := patient.settings.job_token.get_secret_value():
            numbers = Job.availability(patient.cloud, holder_of(secret))
        elif patient.readonly:
            return untried(f"Not tried: {READS_ONLY}, and a job token is needed.")
        else:
            numbers, leftovers = availability_of_admin(patient)
    except _FAILURES as error:
        return problem(f"The limits on jobs cannot be read: {told(error)}.", "Tell whoever runs the cloud.")
    return leftovers[0] if leftovers else _judged_limits(patient, numbers)


def _judged_limits(patient: Patient, numbers: Mapping[str, Any]) -> Finding:
    queue, running = numbers.get("max_jobs_in_queue"), numbers.get("max_concurrent_jobs")
    if not isinstance(queue, int) or not isinstance(running, int):
        return note(
            f"The limits on jobs are not told as numbers: {dict(numbers)}.",
            "Expect scenarios of limits to fail: --tags 'not @rule.JB-7' leaves out those about them.",
        )
    if queue < 1 or running < 1:
        return problem(
            f"A user may have {queue} jobs waiting and {running} running, so that no job ever ends.",
            "Have the limits raised for users that the run makes.",
        )
    if (queue < JOBS_IN_QUEUE or running < JOBS_AT_ONCE) and _has_jobs(patient):
        return note(
            f"A user may have {queue} jobs waiting and {running} running; some scenarios need "
            f"{JOBS_IN_QUEUE} and {JOBS_AT_ONCE}.",
            "Have the limits raised for users that the run makes, or expect those scenarios to fail.",
        )
    tools = numbers.get("max_running_qt_jobs")
    if isinstance(tools, int) and tools > running:
        return note(
            f"A user may run {tools} toolbox jobs, but {running} jobs at all: the former is never reached.",
            "Expect the scenarios of that limit to fail: --tags 'not @rule.JB-1.45' leaves them out.",
        )
    return ok(f"A user may have {queue} jobs waiting and {running} running, which is enough.")


def _has_jobs(patient: Patient) -> bool:
    """Whether a scenario that is to be run has several jobs at once."""
    return any(_WITH_JOBS.intersection(tags) for tags in patient.scenarios())


def _judged(patient: Patient, name: str, entry: Mapping[str, Any]) -> Finding:
    status = entry.get("status") or "available"
    if status in ("locked", "decommissioned", "retired"):
        return problem(f"The platform {name} is {status}, and takes no jobs.", _other_platforms(patient))
    if patient.admin is None and not patient.readonly and (refusal := _permission_refused(patient, name)):
        return refusal
    if status != "available":
        return note(
            f"The platform {name} is in status {status}: jobs wait there for longer than scenarios do.",
            "Wait until it is available, or name another in CLOUD_PLATFORM.",
        )
    offers = ", ".join((entry.get("specs") or {}).get("available_commands") or ["any command"])
    if patient.admin is None:
        return ok(f"{name} is available and offers {offers}; whether a worker takes its jobs cannot be told.")
    waiting = _waiting(patient, name)
    if waiting and (oldest := _age(waiting)) > patient.settings.queue_seconds:
        return note(
            f"{len(waiting)} jobs wait for {name}, the oldest for {oldest / 60:.0f} minutes.",
            "See that the platform has a worker, and raise CLOUD_QUEUE_SECONDS if it is merely slow.",
        )
    return ok(f"{name} is available and offers {offers}; no job waits there for long.")


def _permission_refused(patient: Patient, name: str) -> Finding | None:
    """What keeps the job token from the platform; None where nothing does.

    A job without a payload is refused by every cloud, but only after it was seen whether one is permitted. A
    cloud that takes it nevertheless, is told to cancel it.
    """
    holder = holder_of(patient.settings.job_token.get_secret_value())
    job = Job(name, job_name=f"qa-{patient.run_id}-doctor")
    try:
        job.create(patient.cloud, holder, {Job.PAYLOAD_KEY: None}, operation=JB_1)
    except CloudRefusal as refusal:
        if refusal.status == 403:
            return problem(
                f"The user of CLOUD_JOB_TOKEN may not use {name}: {refusal.error}.",
                "Have an admin permit it, or name another platform in CLOUD_PLATFORM.",
            )
        return None
    job.cancel(patient.cloud, holder)
    return None


def _platform(patient: Patient, name: str) -> Mapping[str, Any] | None:
    if patient.admin is not None:
        return next((entry for entry in _platforms(patient) if entry.get("name") == name), None)
    token = patient.settings.job_token.get_secret_value()
    try:
        return Api(patient.cloud).call_for_object(PL_2, token=token, path={"name": name})
    except CloudRefusal as refusal:
        if refusal.status == 404:
            return None
        raise


def _platforms(patient: Patient) -> list[dict[str, Any]]:
    admin = _admin(patient)
    return list(
        all_pages(lambda limit, offset: Platform.list_page(patient.cloud, admin, limit=limit, offset=offset))
    )


def _other_platforms(patient: Patient) -> str:
    if patient.admin is None:
        return "Name another platform in CLOUD_PLATFORM."
    others = [str(one["name"]) for one in _platforms(patient) if one.get("status") in (None, "available")]
    shown = ", ".join(sorted(name for name in others if name != patient.platform)[:5])
    if not shown:
        return "Register one: `cloudqa worker --platform sim:qa` serves it with simulated results."
    return f"Name another in CLOUD_PLATFORM, such as {shown}."


def _waiting(patient: Patient, name: str) -> list[dict[str, Any]]:
    return Job.list_page(patient.cloud, _admin(patient), status="waiting", platform_name=name)


def _age(jobs: Iterable[Mapping[str, Any]]) -> float:
    """How long the oldest of these jobs has waited, in seconds; 0 where none tells it."""
    now, ages = datetime.now(UTC), [0.0]
    for job in jobs:
        try:
            ages.append((now - datetime.fromisoformat(job["created_date"])).total_seconds())
        except (KeyError, TypeError, ValueError):
            continue
    return max(ages)


def _describes(document: Mapping[str, Any], operation: Operation) -> bool:
    wanted = _without_names(operation.path)
    return any(
        _without_names(path) == wanted and isinstance(methods, dict) and operation.method.lower() in methods
        for path, methods in document["paths"].items()
    )


def _exists(patient: Patient, operation: Operation) -> bool:
    """Whether the cloud has the route: only an unknown one is not found by someone without a credential.

    It is always a GET, which a route that takes another method refuses in its own way.
    """
    ids: Mapping[str, Callable[[], object]] = {"token_id": lambda: 1, "user_id": lambda: 1}
    names = re.findall(r"{(\w+)}", operation.path)
    path = {name: ids.get(name, uuid4)() for name in names}
    api = Api(patient.cloud)
    asked = Operation(operation.rule, "GET", operation.path)
    return api.send(api.request(asked, path=path)).status != 404


def _scenarios_about(patient: Patient, missing: Iterable[Operation]) -> str:
    """How many scenarios are about the operations, by the rules in their tags."""
    rules = {operation.rule for operation in missing}
    tagged = [tags for tags in patient.scenarios() if rules & {_operation_of(tag) for tag in tags}]
    number = len(tagged)
    return f"{number} {'scenario is' if number == 1 else 'scenarios are'}"


def _operation_of(tag: str) -> str:
    """The operation of a scenario's tag such as `rule.JB-1.12`; "" for another tag."""
    return tag.removeprefix("rule.").partition(".")[0] if tag.startswith("rule.") else ""


def _without(operations: Iterable[Operation]) -> str:
    rules = list(dict.fromkeys(operation.rule for operation in operations))
    tags = " or ".join(f"@rule.{rule} or @rule.{rule}.*" for rule in rules[:_TOLD])
    more = " and so on" if len(rules) > _TOLD else ""
    return f"--tags 'not ({tags})'{more}"


def _named(operations: Sequence[Operation]) -> str:
    named = ", ".join(str(operation) for operation in operations[:_TOLD])
    return f"{named} and {len(operations) - _TOLD} more" if len(operations) > _TOLD else named


def _is_published(operation: Operation) -> bool:
    return operation.rule.startswith(_PUBLISHED)


def _without_names(path: str) -> str:
    return re.sub(r"{[^}]*}", "{}", path)


def _admin(patient: Patient) -> User:
    assert patient.admin is not None, "The login comes first."
    return patient.admin
