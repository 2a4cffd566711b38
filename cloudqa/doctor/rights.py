"""Whether the credentials of the settings are accepted, and may do what a run does with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from cloudqa.doctor.findings import Finding, note, ok, problem, told, untried
from cloudqa.doctor.patient import Patient
from cloudqa.record.ledger import Ledger
from cloudqa.run.target import holder_of
from cloudqa.sweep.account import read_account
from cloudqa.sweep.removal import Removal
from cloudqa.sweep.sight import AdminSight
from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.errors import CloudRefusal, CloudUnreachable, UnreadableAnswer
from steps.api.operations import AT_7, TK_1
from steps.api.utils import CloudContext

SOON_SECONDS = 3600
READS_ONLY = "CLOUD_MODE=readonly makes nothing"
_FAILURES = (CloudRefusal, CloudUnreachable, UnreadableAnswer)


def check_login(patient: Patient) -> Finding:
    """Whether the cloud takes the admin's e-mail and password."""
    settings = patient.settings
    admin = User(
        email=settings.admin_email, password=settings.admin_password.get_secret_value(), is_admin=True
    )
    try:
        admin.log(patient.cloud)
    except CloudRefusal as refusal:
        return _no_login(settings.admin_email, refusal)
    except (CloudUnreachable, UnreadableAnswer) as error:
        return problem(f"The login of {settings.admin_email} was not answered as one: {told(error)}.", _TELL)
    patient.admin = Platform.ADMIN = admin
    return ok(f"{settings.admin_email} has logged in.")


def check_admin(patient: Patient) -> Finding:
    """Whether the user who has logged in is an admin."""
    admin = _admin(patient)
    try:
        record = admin.read(patient.cloud, admin)
        is_admin = record.get("is_admin") is True
        User.list_page(patient.cloud, admin, limit=1)
    except CloudRefusal as refusal:
        if refusal.status != 403:
            return problem(f"What an admin may read is not to be had: {told(refusal)}.", _TELL)
        is_admin = False
    except (CloudUnreachable, UnreadableAnswer) as error:
        return problem(f"What an admin may read is not to be had: {told(error)}.", _TELL)
    if not is_admin:
        return problem(
            f"{patient.settings.admin_email} is no admin of this cloud.",
            "Name an admin in CLOUD_ADMIN_EMAIL, or give CLOUD_JOB_TOKEN and CLOUD_PLATFORM instead.",
        )
    return ok(f"{patient.settings.admin_email} is an admin.")


def check_key(patient: Patient) -> Finding:
    """Whether the admin can make an API key, as every run does for its workers; it is revoked at once."""
    if patient.readonly:
        return untried(f"Not tried: {READS_ONLY}.")
    admin = _admin(patient)
    with _made_and_removed(patient, admin) as (cloud, problems):
        try:
            key = ApiKey(label=f"worker-qa-{patient.run_id}", duration=60)
            key.create(cloud, admin)
            key.revoke(cloud, admin)
        except _FAILURES as error:
            problems.append(
                problem(f"The admin cannot make and revoke an API key: {told(error)}.", _MAY_MAKE)
            )
    return problems[0] if problems else ok("The admin can make API keys; the one for trying is revoked.")


def check_token(patient: Patient) -> Finding:
    """Whether the job token of the settings works, and for how long."""
    holder = holder_of(patient.settings.job_token.get_secret_value())
    try:
        Job.availability(patient.cloud, holder)
        token = _listed(patient, holder)
    except CloudRefusal as refusal:
        if refusal.error == "Invalid user":
            return problem(
                "The user of CLOUD_JOB_TOKEN is deactivated.",
                "Let an admin bring the user back, or use another.",
            )
        if refusal.status == 401:
            return problem(
                "CLOUD_JOB_TOKEN has expired, was revoked, or is not of this cloud.",
                "Make a new job token, and put it into CLOUD_JOB_TOKEN.",
            )
        return problem(f"The job token could not be tried: {told(refusal)}.", _TELL)
    except (CloudUnreachable, UnreadableAnswer) as error:
        return problem(f"The job token could not be tried: {told(error)}.", _TELL)
    left = _seconds_left(token)
    if left is None:
        return ok("CLOUD_JOB_TOKEN works; for how long was not to be learned.")
    if left < SOON_SECONDS:
        return note(
            f"CLOUD_JOB_TOKEN ends in {max(0, left) // 60:.0f} minutes.", "Make one that outlasts the run."
        )
    return ok(f"CLOUD_JOB_TOKEN works, for {_spoken(left)} more.")


def availability_of_admin(patient: Patient) -> tuple[dict[str, Any], list[Finding]]:
    """What JB-7 tells the admin, by a job token that is made for it and deleted, and what stayed of it.

    Raises as a call does.
    """
    admin = _admin(patient)
    with _made_and_removed(patient, admin) as (cloud, problems):
        token = JobToken(label=f"qa-{patient.run_id}-doctor", duration=60)
        token.create(cloud, admin)
        holder = holder_of(token.token)
        numbers = Job.availability(cloud, holder)
        JobToken.delete_many(cloud, admin, [token.token_id], operation=AT_7)
    return numbers, problems


@contextmanager
def _made_and_removed(patient: Patient, admin: User) -> Iterator[tuple[CloudContext, list[Finding]]]:
    """A cloud in which something may be made, and a list for what goes wrong: what is left, is removed.

    The ledger is on disk before anything is asked for: if this process is killed, `cloudqa sweep` finds it.
    """
    settings = patient.settings
    ledger = Ledger.begin(patient.run_id, patient.url, embedded=settings.embedded)
    problems: list[Finding] = []
    try:
        try:
            yield patient.cloud_seen_by(ledger), problems
        finally:
            problems += _removed(patient, admin, ledger)
    finally:
        ledger.close()


def _removed(patient: Patient, admin: User, ledger: Ledger) -> list[Finding]:
    """Remove what the ledger says is there still; what could not be removed, as findings."""
    account = read_account(ledger.text())
    try:
        if account is not None and account.remaining():
            cloud = patient.cloud_seen_by(ledger)
            left = AdminSight(cloud, admin).find([account])[account.run_id]
            removal = Removal(cloud, account)
            removal.as_admin(admin, left)
            if removal.problems:
                return [_left_behind(patient, removal.problems[0].rstrip("."))]
    except _FAILURES as error:
        return [_left_behind(patient, told(error))]
    ledger.discard()
    return []


def _left_behind(patient: Patient, why: str) -> Finding:
    return problem(
        f"What was made for trying could not be removed: {why}.",
        f"Call `cloudqa sweep --run {patient.run_id}`.",
    )


def _no_login(email: str, refusal: CloudRefusal) -> Finding:
    if refusal.status == 401 and refusal.error == "Invalid user":
        return problem(
            f"{email} is deactivated.", "Let another admin bring them back, or name another admin."
        )
    if refusal.status == 401:
        return problem(
            f"The cloud does not know {email} with the password of CLOUD_ADMIN_PASSWORD.",
            "Correct one of the two; in a file, a value with # or spaces stands in single quotes.",
        )
    if refusal.status in (404, 405):
        return problem(
            "This cloud has no login at /api/login.",
            "Give CLOUD_JOB_TOKEN and CLOUD_PLATFORM in the place of an admin's credentials.",
        )
    return problem(f"The login was refused in an unknown way: {told(refusal)}.", _TELL)


def _listed(patient: Patient, holder: User) -> dict[str, Any]:
    """The entry of the holder's token in their list; {} where it does not show which it is."""
    secret = holder.job_tokens[-1].token
    page = JobToken.list_own(patient.cloud, holder, include_expired=False, operation=TK_1)
    return next((entry for entry in page if entry.get("key") == secret), {})


def _seconds_left(token: dict[str, Any]) -> float | None:
    try:
        return (datetime.fromisoformat(token["expiration_date"]) - datetime.now(UTC)).total_seconds()
    except (KeyError, TypeError, ValueError):
        return None


def _spoken(seconds: float) -> str:
    hours = int(seconds // 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours" if hours >= 2 else "an hour"


def _admin(patient: Patient) -> User:
    assert patient.admin is not None, "The login comes first."
    return patient.admin


_TELL = "Tell whoever runs the cloud, and show them this."
_MAY_MAKE = "Use an admin who may, or CLOUD_MODE=readonly, which makes none."
