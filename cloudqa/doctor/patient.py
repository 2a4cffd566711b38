"""The cloud that is examined, and what the checks have learned of it so far."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from cloudqa.doctor.clock import ClockWatch
from cloudqa.record.safe_mode import SafeMode
from cloudqa.record.secrets import SecretRegistry
from cloudqa.run.settings import Mode, Settings
from cloudqa.run.target import DEFAULT_PLATFORM, cloud_of

if TYPE_CHECKING:
    from steps.api.cloud_objects import User
    from steps.api.exchange import Observer
    from steps.api.operations import Operation
    from steps.api.utils import CloudContext

# A call that takes longer than any of the cloud's may is no use to wait for.
LONGEST_CALL = 10.0
_PORTS = {"http": 80, "https": 443}

# The tags of each scenario that is to be run; asked for only where something is missing.
Scenarios = Callable[[], list[list[str]]]


def no_scenarios() -> list[list[str]]:
    """Nothing is to be run."""
    return []


@dataclass
class Patient:
    """One cloud, by its settings. `scenarios` are those that are to be run against it.

    `admin` is logged in once a check has done it. `document` is what the cloud serves as its description,
    `lacking` the operations that this does not have, or all where it serves none.
    """

    settings: Settings
    registry: SecretRegistry = field(default_factory=SecretRegistry)
    scenarios: Scenarios = no_scenarios
    admin: User | None = None
    document: Mapping[str, Any] | None = None
    lacking: tuple[Operation, ...] = ()
    run_id: str = field(default_factory=lambda: secrets.token_hex(4))
    clock: ClockWatch = field(default_factory=ClockWatch)

    @property
    def call_seconds(self) -> float:
        """How long a single call of the examination may take."""
        return min(self.settings.call_seconds, LONGEST_CALL)

    @property
    def readonly(self) -> bool:
        """Whether nothing may be made in the cloud."""
        return self.settings.allowed is Mode.READONLY

    @property
    def platform(self) -> str:
        """The name of the platform that a run counts on."""
        return self.settings.platform or DEFAULT_PLATFORM

    @property
    def url(self) -> str:
        """The address of the cloud, as it is shown."""
        return self.settings.url.rstrip("/")

    @cached_property
    def cloud(self) -> CloudContext:
        """The cloud, over HTTP."""
        return self.cloud_seen_by()

    def cloud_seen_by(self, *more: Observer) -> CloudContext:
        """The cloud, over HTTP, with more who look on."""
        settings = self.settings.model_copy(update={"call_seconds": self.call_seconds})
        guards = (SafeMode(settings.url),) if self.readonly else ()
        return cloud_of(settings, (*guards, *more, self.registry, self.clock))

    @cached_property
    def address(self) -> SplitResult:
        """The address of the cloud, in its parts."""
        return urlsplit(self.url)

    @cached_property
    def proxy(self) -> str:
        """The proxy that calls go through; "" without one."""
        settings, host = self.settings, self.address.hostname or ""
        if settings.proxy or not settings.trust_environment or proxy_bypass(host):
            return settings.proxy
        return getproxies().get(self.address.scheme, "")

    @cached_property
    def first_hop(self) -> tuple[str, int]:
        """The host and port that this machine connects to: those of the cloud, or of the proxy."""
        parts = urlsplit(self.proxy) if self.proxy else self.address
        return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 80)
