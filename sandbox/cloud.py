"""One cloud: its data and its settings."""

from dataclasses import dataclass

from sandbox.settings import SandboxSettings
from sandbox.store.database import Database


@dataclass(frozen=True)
class Cloud:
    """What every rule works on."""

    db: Database
    settings: SandboxSettings
