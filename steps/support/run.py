"""The run that a scenario is a part of, as far as a scenario may know it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from steps.api.cloud_objects import User
    from steps.api.utils import CloudContext


class Run(Protocol):
    """What a scenario must know of the run that it is a part of."""

    @property
    def cloud(self) -> CloudContext:
        """The cloud under test."""

    @property
    def admin(self) -> User | None:
        """The admin, logged in and with an API key; None where the target gives only a job token."""

    @property
    def run_id(self) -> str:
        """The run's mark in every name."""

    @property
    def embedded(self) -> bool:
        """Whether the target is the sandbox that this run started."""

    @property
    def job_token(self) -> str:
        """The job token that the target's settings give, or "" where an admin makes users instead.

        A run that may only read has both, an admin and a job token, where the settings give both.
        """

    @property
    def platform(self) -> str:
        """The name of the platform that has a worker of its own: `sim:qa`, or the setting CLOUD_PLATFORM."""

    @property
    def queue_seconds(self) -> float:
        """How long a job may wait for that worker."""

    def note_cell(self, row: str, operation: str, column: str) -> None:
        """Hear that a cell of the permission matrix was asserted, for the coverage of the contract.

        `row` is the row's id (`PM-4`), `operation` the rule id of the operation that was tried (`JB-1`, for
        the two of AK-2 `AK-2 GET` and `AK-2 POST`), `column` one of `steps.api.personas.COLUMNS`.
        """
