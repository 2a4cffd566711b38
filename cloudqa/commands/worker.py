"""`cloudqa worker`: serve a platform of a cloud with simulated results."""

from __future__ import annotations

import enum
import importlib.util
import logging
import secrets
import signal
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from cloudqa.commands.parent import end_with_parent
from cloudqa.commands.profile import Profile, asked
from cloudqa.errors import CannotRun

if TYPE_CHECKING:
    from steps.api.cloud_objects import User
    from steps.api.utils import CloudContext


class BackendKind(enum.StrEnum):
    """Who computes the results."""

    CANNED = "canned"
    PERCEVAL = "perceval"


def require_backend(backend: str) -> None:
    """Raise CannotRun where what the backend computes with is not installed."""
    if backend == "perceval" and importlib.util.find_spec("perceval") is None:
        raise CannotRun(
            "The perceval worker needs Perceval, which is not installed: run `make perceval`, or use the "
            "canned worker."
        )


def worker(
    platform: Annotated[str, typer.Option(help="Name of the platform to serve.")],
    backend: Annotated[BackendKind, typer.Option(help="Who computes the results.")] = BackendKind.CANNED,
    profile: Profile = "",
    with_parent: Annotated[bool, typer.Option(help="End when standard input does.", hidden=True)] = False,
) -> None:
    """Serve a platform of the cloud that the settings name, until Ctrl-C. Needs an admin's credentials."""
    from cloudqa.run.given import collect
    from cloudqa.run.settings import Mode, validated
    from cloudqa.run.target import cloud_of, log_admin_in
    from steps.api.errors import CloudUnreachable

    require_backend(backend.value)
    settings = validated(collect(asked(profile)))
    if settings.mode is Mode.READONLY:
        raise CannotRun("CLOUD_MODE=readonly forbids a worker, which changes jobs.")
    if settings.embedded or not settings.has_admin:
        raise CannotRun("A worker needs CLOUD_URL, CLOUD_ADMIN_EMAIL and CLOUD_ADMIN_PASSWORD.")
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if with_parent:
        end_with_parent(stop.set)
    context = cloud_of(settings)
    try:
        admin = log_admin_in(context, settings, f"worker of {platform} {secrets.token_hex(4)}")
    except CloudUnreachable as error:
        raise CannotRun(f"{error} Is CLOUD_URL right, and is the cloud up?") from None
    try:
        _serve(context, admin, platform, backend.value, stop)
    finally:
        _revoke_key(context, admin)


def _serve(context: CloudContext, admin: User, platform: str, backend: str, stop: threading.Event) -> None:
    from steps.api import backends
    from steps.api.errors import CloudRefusal, CloudUnreachable
    from steps.api.worker import Worker, register_worker

    try:
        served = backends.load(backend)
        serving = Worker(register_worker(context, admin, platform, served), context, served)
        serving.serve(stop)
    except (CloudRefusal, CloudUnreachable, backends.BackendMissing) as error:
        raise CannotRun(str(error)) from None
    if serving.dismissed:
        raise CannotRun(serving.dismissed)


def _revoke_key(context: CloudContext, admin: User) -> None:
    from steps.api.errors import CloudRefusal, CloudUnreachable

    try:
        if admin.api_key is not None:
            admin.api_key.revoke(context, admin)
    except (CloudRefusal, CloudUnreachable) as error:
        logging.getLogger(__name__).warning("the worker's API key stays usable until it expires: %s", error)
