"""The cloud under test of one run: reached, logged in to, and left as it was found."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pydantic import SecretStr

from cloudqa.errors import CannotReach, CannotRun
from cloudqa.record.admin_guard import AdminGuard
from cloudqa.record.breaker import Breaker
from cloudqa.record.budget import Budget
from cloudqa.record.contract_check import ContractCheck
from cloudqa.record.coverage import Coverage
from cloudqa.record.exchanges import ExchangeRecord
from cloudqa.record.ledger import Ledger
from cloudqa.record.lost_answers import LostAnswers
from cloudqa.record.safe_mode import SafeMode
from cloudqa.record.secrets import SecretRegistry
from cloudqa.run.embedded import EMBEDDED, EmbeddedSandbox
from cloudqa.run.settings import Mode, Settings
from steps.api import service
from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.errors import CloudRefusal, CloudUnreachable, UnreadableAnswer
from steps.api.exchange import Observer
from steps.api.lost import keys_of, until_answered
from steps.api.utils import CloudContext

if TYPE_CHECKING:
    from cloudqa.sweep.sight import Sight

DEFAULT_PLATFORM = "sim:qa"


@dataclass(frozen=True)
class Run:
    """What hooks and scenarios know of the run that they are a part of.

    `admin` is logged in, and has an API key unless the run may only read; it is None where the target gives
    only a job token. `job_token` is "" where an admin makes users instead, or would have to. `queue_seconds`
    is how long a job may wait for a worker, `mode` what the run may do to the cloud, and `has_budget` whether
    its jobs are counted.
    """

    cloud: CloudContext
    admin: User | None
    run_id: str
    embedded: bool
    job_token: str
    platform: str
    queue_seconds: float
    secrets: SecretRegistry
    exchanges: ExchangeRecord
    ledger: Ledger
    coverage: Coverage
    mode: Mode
    has_budget: bool
    lost: LostAnswers

    def note_cell(self, row: str, operation: str, column: str) -> None:
        """Count a cell of the permission matrix as asserted."""
        self.coverage.note_cell(row, operation, column)


@dataclass
class Target:
    """One cloud under test: `begin_run` makes sure that it works, `end` leaves it.

    `sandbox` is the process of the embedded one, already started, where that is the target. `observers` look
    on after those that every run has.
    """

    settings: Settings
    sandbox: EmbeddedSandbox | None = None
    secrets: SecretRegistry = field(default_factory=SecretRegistry)
    observers: tuple[Observer, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    lost: LostAnswers = field(default_factory=LostAnswers)
    run: Run | None = None
    budget: Budget | None = None
    _reached: Settings | None = None
    _ledger: Ledger | None = None
    _breaker: Breaker | None = None
    _url: str = ""

    @property
    def name(self) -> str:
        """What a person calls it."""
        where = self._url or self.settings.url.rstrip("/")
        return f"{EMBEDDED} {where}".strip() if self.settings.embedded else where

    @property
    def reached(self) -> Settings:
        """The settings that reach the cloud; those of the embedded sandbox are known once it is up.

        Raises CannotRun where it does not come up.
        """
        if self._reached is None:
            self._reached = announced(self.sandbox, self.settings) if self.sandbox else self.settings
        return self._reached

    def begin_run(self) -> Run:
        """Reach the cloud with the credentials given, and return the run.

        Raises CannotRun where it is unreachable, is no such cloud, or does not accept the credentials.
        """
        settings = self.reached
        self.secrets.learn(settings.admin_password.get_secret_value(), "password")
        self.secrets.learn(settings.job_token.get_secret_value(), "token")
        self._url = settings.url.rstrip("/")
        exchanges, guard = ExchangeRecord(self.secrets), AdminGuard()
        run_id = secrets.token_hex(4)
        self._ledger = ledger = Ledger.begin(run_id, self._url, embedded=settings.embedded)
        # The ledger comes before whatever may fail a call: what the call has made is noted all the same.
        look_on: tuple[Observer, ...] = (ledger, self.secrets, exchanges, self.coverage, self.lost)
        self._breaker = Breaker(settings.give_up_after, lambda: is_there(cloud))
        look_on = (self._breaker, *look_on)
        all_runs = (*look_on, ContractCheck(), *self.observers)
        if settings.has_budget:
            self.budget = Budget(settings.budget_jobs, settings.budget_shots)
        cloud = cloud_of(settings, (*_guards(settings, guard, self.budget), *all_runs))
        try:
            admin = _log_in(cloud, settings, run_id) if settings.has_admin else None
            if job_token := _job_token_of(settings):
                _check_job_token(cloud, settings)
        except CloudUnreachable as error:
            raise CannotReach(f"{error} Is CLOUD_URL right, and is the cloud up?") from None
        except UnreadableAnswer as error:
            raise CannotRun(f"{error} Does CLOUD_URL lead to the cloud's API?") from None
        if admin is not None:
            guard.protect(admin.user_id)
            self.coverage.callers.know_admin(admin.user_id)
        self.coverage.callers.know_job_token(settings.job_token.get_secret_value())
        self.run = Run(
            cloud,
            admin,
            run_id,
            settings.embedded,
            job_token,
            settings.platform or DEFAULT_PLATFORM,
            settings.queue_seconds,
            self.secrets,
            exchanges,
            ledger,
            self.coverage,
            settings.allowed,
            settings.has_budget,
            self.lost,
        )
        return self.run

    def death(self) -> str:
        """How the sandbox died, or that the cloud was given up, in a sentence; "" while it is there."""
        if self.sandbox and (death := self.sandbox.death()):
            return death
        if self._breaker is None or not self._breaker.has_given_up:
            return ""
        left = "" if self.settings.embedded else f" {self._ledger_kept()}"
        return f"{self.name} answers no more, so the run has ended early.{left}"

    def _ledger_kept(self) -> str:
        assert self._ledger is not None
        return (
            "What it had made there is in its ledger: once the cloud is back, "
            f"`cloudqa sweep --run {self._ledger.run_id}` removes it."
        )

    def end(self) -> None:
        """Revoke the run's API key, look for what the run left behind, and stop the embedded sandbox.

        Raises CannotRun where the key or anything else stays, CannotReach where answers were lost before;
        the ledger stays too then.
        """
        try:
            problems = [] if self._ledger is None or self.death() else self._left_behind(self._ledger)
        finally:
            if self._ledger is not None:
                self._ledger.close()
            if self.sandbox is not None:
                self.sandbox.stop()
        if problems:
            # Where answers were lost, that is why something is left.
            error = CannotReach if self.lost.lost else CannotRun
            raise error(self.secrets.redact(" ".join(problems)))

    def _left_behind(self, ledger: Ledger) -> list[str]:
        """What of the run stays in the cloud, in sentences; without any, the ledger is removed."""
        from cloudqa.run.leaks import leaks_of
        from cloudqa.sweep.account import read_account

        account = read_account(ledger.text())
        problems = [] if self.run is None else _revoke_key(self.run)
        if account is not None and self.run is not None:
            try:
                problems += leaks_of(account, _sight_of(self.run))
            except CannotReach as error:
                self.lost.lost += 1  # nobody looks on at this look
                problems.append(str(error))
        elif account is not None and (remaining := account.remaining()):
            problems.append(f"The run did not begin, and may have made: {'; '.join(map(str, remaining))}.")
        if not problems:
            ledger.discard()
        elif account is not None and not self.settings.embedded:
            problems.append(f"`cloudqa sweep --run {account.run_id}` removes what is left.")
        return problems


def announced(sandbox: EmbeddedSandbox, settings: Settings) -> Settings:
    """The settings that reach the embedded sandbox, once it is up, with what `settings` say of how to run.

    Raises CannotRun where it does not come up.
    """
    lines = sandbox.wait()
    found = {
        "target": "embedded",
        "url": lines["CLOUD_URL"],
        "admin_email": lines["CLOUD_ADMIN_EMAIL"],
        "admin_password": SecretStr(lines["CLOUD_ADMIN_PASSWORD"]),
        "job_token": SecretStr(lines["CLOUD_JOB_TOKEN"]),
        "mode": settings.mode,
        "budget_jobs": settings.budget_jobs,
        "budget_shots": settings.budget_shots,
        "give_up_after": settings.give_up_after,
    }
    return Settings.model_validate(found)


def is_there(cloud: CloudContext) -> bool:
    """Whether the cloud answers at all, whatever it says."""
    try:
        service.health(replace(cloud, observers=()))
    except CloudUnreachable:
        return False
    except (CloudRefusal, UnreadableAnswer):
        return True
    return True


def cloud_of(settings: Settings, observers: tuple[Observer, ...] = ()) -> CloudContext:
    """The cloud of the settings, looked on at by `observers`."""
    return CloudContext(
        settings.url,
        observers=observers,
        call_seconds=settings.call_seconds,
        verify=settings.ca_bundle or True,
        proxy=settings.proxy,
        trust_environment=settings.trust_environment,
        headers=settings.extra_headers,
    )


def _guards(settings: Settings, admins: AdminGuard, budget: Budget | None) -> Iterator[Observer]:
    """Who keeps requests from leaving: they come before all that note what is sent."""
    if settings.allowed is Mode.READONLY:
        yield SafeMode(settings.url)
    if not settings.embedded:
        yield admins
    if budget is not None:
        yield budget


def _job_token_of(settings: Settings) -> str:
    """The job token that scenarios show; "" where an admin makes users who have their own."""
    if settings.has_admin and settings.allowed is not Mode.READONLY:
        return ""
    return settings.job_token.get_secret_value()


def _log_in(cloud: CloudContext, settings: Settings, run_id: str) -> User:
    """The admin of the settings, logged in; with an API key for workers, where the run may make one."""
    if settings.allowed is not Mode.READONLY:
        return log_admin_in(cloud, settings, f"worker-qa-{run_id}")
    Platform.ADMIN = admin = logged_in_admin(cloud, settings)
    return admin


def log_admin_in(cloud: CloudContext, settings: Settings, key_label: str) -> User:
    """The admin of the settings, logged in, with an API key of that label; also set as Platform.ADMIN.

    Raises CannotRun where the credentials are not accepted, or are not an admin's.
    """
    admin = logged_in_admin(cloud, settings)

    def make_key() -> None:
        # What a try has made whose answer was lost is taken away; a label stays taken, though (AK-1.1).
        for label in tries:
            for key in keys_of(cloud, admin, label):
                key.revoke(cloud, admin)
        tries.append(f"{key_label}-{len(tries)}" if tries else key_label)
        admin.create_api_key(cloud, {ApiKey.LABEL_KEY: tries[-1]})

    tries: list[str] = []
    try:
        until_answered(make_key)
    except CloudRefusal as refusal:
        raise CannotRun(
            f"The user of CLOUD_ADMIN_EMAIL could not make an API key at {cloud.url}: {refusal.error}. "
            "It must be an admin."
        ) from None
    Platform.ADMIN = admin
    return admin


def logged_in_admin(cloud: CloudContext, settings: Settings) -> User:
    """The admin of the settings, logged in. Raises CannotRun where the credentials are not accepted."""
    admin = User(
        email=settings.admin_email, password=settings.admin_password.get_secret_value(), is_admin=True
    )
    try:
        # One login token more does no harm (US-0.4).
        until_answered(admin.log, cloud)
    except CloudRefusal as refusal:
        if refusal.status == 401:
            raise CannotRun(
                f"{cloud.url} does not accept CLOUD_ADMIN_EMAIL with CLOUD_ADMIN_PASSWORD: {refusal.error}."
            ) from None
        raise CannotRun(f"{refusal} Does CLOUD_URL lead to the cloud's API?") from None
    return admin


def holder_of(job_token: str) -> User:
    """Someone of whom nothing is known but a job token."""
    holder = User()
    holder.job_tokens.append(JobToken(token=job_token))
    return holder


def _check_job_token(cloud: CloudContext, settings: Settings) -> None:
    try:
        Job.availability(cloud, holder_of(settings.job_token.get_secret_value()))
    except CloudRefusal as refusal:
        if refusal.status == 401:
            raise CannotRun(f"{cloud.url} does not accept CLOUD_JOB_TOKEN: {refusal.error}.") from None
        raise CannotRun(f"{refusal} Does CLOUD_URL lead to the cloud's API?") from None


def _sight_of(run: Run) -> Sight:
    from cloudqa.sweep.sight import AdminSight, JobTokenSight

    if run.admin is not None:
        return AdminSight(run.cloud, run.admin)
    return JobTokenSight(run.cloud, holder_of(run.job_token))


def _revoke_key(run: Run) -> list[str]:
    """Revoke the run's API key; a sentence if that failed."""
    key = run.admin.api_key if run.admin is not None else None
    if run.admin is None or key is None:
        return []
    try:
        until_answered(key.revoke, run.cloud, run.admin)
    except (CloudRefusal, CloudUnreachable) as error:
        # It was revoked by a try whose answer was lost (AK-2.2).
        if isinstance(error, CloudRefusal) and error.status == 400 and run.lost.lost:
            return []
        return [f"The run's API key {key.label} is still usable: {error}"]
    return []
