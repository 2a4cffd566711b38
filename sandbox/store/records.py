"""What the store hands out: one frozen record for each kind of row."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class User:
    """An account."""

    user_id: int
    email: str
    password_hash: str
    first_name: str
    last_name: str
    is_admin: bool
    priority: int
    company_id: int | None
    is_active: bool
    created: float
    credits: float | None
    time_left: int | None
    forbidden_commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Login:
    """A login token."""

    user_id: int
    expires: float


@dataclass(frozen=True, slots=True)
class Token:
    """A job token; `priority` is its own, whatever its user's."""

    token_id: int
    key: str
    user_id: int
    label: str
    priority: int
    created: float
    expires: float
    is_explorer: bool
    is_revoked: bool
    use_count: int
    last_used: float | None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A worker's key; its value is known only to who received it."""

    api_key_id: int
    user_id: int
    label: str
    created: float
    expires: float
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform; `specs`, `perfs` and `maintenance` are JSON texts."""

    platform_id: str
    name: str
    type: str
    status: str
    specs: str
    perfs: str
    description: str
    max_duration: int | None
    max_shots: int | None
    allow_explorer: bool
    maintenance: str | None
    created: float


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job that was admitted."""

    job_id: str
    user_id: int
    token_id: int
    token_label: str
    platform_id: str
    job_name: str
    job_group_name: str | None
    command: str | None
    pcvl_version: str | None
    process_id: str | None
    rerun_from: str | None
    max_duration: int | None
    priority: int
    created: float
    reserved: float
    payload: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job without its payload and results, which may be large."""

    sequence: int
    job_id: str
    user_id: int
    token_id: int
    token_label: str
    platform_id: str
    job_name: str
    job_group_name: str | None
    command: str | None
    pcvl_version: str | None
    process_id: str | None
    rerun_from: str | None
    max_duration: int | None
    status: str
    created: float
    started: float | None
    duration: int | None
    progress: float
    progress_message: str | None
    status_message: str | None
    failure_code: str | None
    shots: int | None
    reserved: float
    results_type: str | None
    worker_id: str | None
    last_intermediate: str | None
    platform_name: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What one call of a worker changes in its job; None leaves a value as it is."""

    status: str
    progress: float | None = None
    progress_message: str | None = None
    status_message: str | None = None
    failure_code: str | None = None
    shots: int | None = None
    results: str | None = None
    results_type: str | None = None
    intermediate: str | None = None
    duration: int | None = None
    charged: float | None = None


@dataclass(frozen=True, slots=True)
class UsageUnit:
    """What one token used on one platform."""

    platform_name: str
    jobs: int
    duration: int
    credits: float
