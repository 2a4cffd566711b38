"""The cloud under test of one run: reached, logged in to, and left as it was found."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from pydantic import SecretStr

from cloudqa.errors import CannotRun
from cloudqa.record.admin_guard import AdminGuard
from cloudqa.record.contract_check import ContractCheck
from cloudqa.record.exchanges import ExchangeRecord
from cloudqa.record.secrets import SecretRegistry
from cloudqa.run.embedded import EMBEDDED, EmbeddedSandbox
from cloudqa.run.settings import Settings
from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.errors import CloudRefusal, CloudUnreachable, UnreadableAnswer
from steps.api.exchange import Observer
from steps.api.utils import CloudContext

DEFAULT_PLATFORM = "sim:qa"


@dataclass(frozen=True)
class Run:
    """What hooks and scenarios know of the run that they are a part of.

    `admin` is logged in and has an API key; it is None where the target gives only a job token. `job_token`
    is "" where an admin makes users instead. `queue_seconds` is how long a job may wait for a worker.
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
    run: Run | None = None
    _url: str = ""

    @property
    def name(self) -> str:
        """What a person calls it."""
        where = self._url or self.settings.url.rstrip("/")
        return f"{EMBEDDED} {where}".strip() if self.settings.embedded else where

    def begin_run(self) -> Run:
        """Reach the cloud with the credentials given, and return the run.

        Raises CannotRun where it is unreachable, is no such cloud, or does not accept the credentials.
        """
        settings = self._announced() if self.sandbox else self.settings
        self._url = settings.url.rstrip("/")
        exchanges, guard = ExchangeRecord(self.secrets), AdminGuard()
        contract: tuple[Observer, ...] = (self.secrets, exchanges, ContractCheck(), *self.observers)
        cloud = cloud_of(settings, contract if settings.embedded else (guard, *contract))
        run_id = secrets.token_hex(4)
        try:
            admin = log_admin_in(cloud, settings, f"worker-qa-{run_id}") if settings.has_admin else None
            if admin is None:
                _check_job_token(cloud, settings)
        except CloudUnreachable as error:
            raise CannotRun(f"{error} Is CLOUD_URL right, and is the cloud up?") from None
        except UnreadableAnswer as error:
            raise CannotRun(f"{error} Does CLOUD_URL lead to the cloud's API?") from None
        if admin is not None:
            guard.protect(admin.user_id)
        self.run = Run(
            cloud,
            admin,
            run_id,
            settings.embedded,
            "" if admin else settings.job_token.get_secret_value(),
            settings.platform or DEFAULT_PLATFORM,
            settings.queue_seconds,
            self.secrets,
            exchanges,
        )
        return self.run

    def death(self) -> str:
        """A sentence on how the embedded sandbox died; "" while it lives, and for any other cloud."""
        return self.sandbox.death() if self.sandbox else ""

    def end(self) -> None:
        """Revoke the run's API key and stop the embedded sandbox. Raises CannotRun if the key stays."""
        try:
            if self.run is not None and self.run.admin is not None and not self.death():
                _revoke_key(self.run)
        finally:
            if self.sandbox is not None:
                self.sandbox.stop()

    def _announced(self) -> Settings:
        assert self.sandbox is not None
        lines = self.sandbox.wait()
        return Settings(
            target="embedded",
            url=lines["CLOUD_URL"],
            admin_email=lines["CLOUD_ADMIN_EMAIL"],
            admin_password=SecretStr(lines["CLOUD_ADMIN_PASSWORD"]),
            job_token=SecretStr(lines["CLOUD_JOB_TOKEN"]),
        )


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


def log_admin_in(cloud: CloudContext, settings: Settings, key_label: str) -> User:
    """The admin of the settings, logged in, with an API key of that label; also set as Platform.ADMIN.

    Raises CannotRun where the credentials are not accepted, or are not an admin's.
    """
    admin = User(
        email=settings.admin_email, password=settings.admin_password.get_secret_value(), is_admin=True
    )
    try:
        admin.log(cloud)
    except CloudRefusal as refusal:
        if refusal.status == 401:
            raise CannotRun(
                f"{cloud.url} does not accept CLOUD_ADMIN_EMAIL with CLOUD_ADMIN_PASSWORD: {refusal.error}."
            ) from None
        raise CannotRun(f"{refusal} Does CLOUD_URL lead to the cloud's API?") from None
    try:
        admin.create_api_key(cloud, {ApiKey.LABEL_KEY: key_label})
    except CloudRefusal as refusal:
        raise CannotRun(
            f"The user of CLOUD_ADMIN_EMAIL could not make an API key at {cloud.url}: {refusal.error}. "
            "It must be an admin."
        ) from None
    Platform.ADMIN = admin
    return admin


def _check_job_token(cloud: CloudContext, settings: Settings) -> None:
    user = User()
    user.job_tokens.append(JobToken(token=settings.job_token.get_secret_value()))
    try:
        Job.availability(cloud, user)
    except CloudRefusal as refusal:
        if refusal.status == 401:
            raise CannotRun(f"{cloud.url} does not accept CLOUD_JOB_TOKEN: {refusal.error}.") from None
        raise CannotRun(f"{refusal} Does CLOUD_URL lead to the cloud's API?") from None


def _revoke_key(run: Run) -> None:
    assert run.admin is not None
    key = run.admin.api_key
    if key is None:
        return
    try:
        key.revoke(run.cloud, run.admin)
    except (CloudRefusal, CloudUnreachable) as error:
        raise CannotRun(f"The run's API key {key.label} is still usable: {error}") from None
