"""`cloudqa sweep`: remove what killed runs left behind."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cloudqa.commands.profile import Profile, asked
from cloudqa.errors import CannotRun

if TYPE_CHECKING:
    from pathlib import Path

    from cloudqa.record.secrets import SecretRegistry
    from cloudqa.run.settings import Settings
    from cloudqa.sweep.account import Account
    from cloudqa.sweep.sight import Sight
    from cloudqa.sweep.sweeping import Swept

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def sweep(
    run: Annotated[str | None, typer.Option(help="Id of the only run to sweep.")] = None,
    older_than: Annotated[
        str | None, typer.Option(help="Sweep only runs that began this long ago: 90m, 24h, 7d.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Say what would be removed, and remove nothing.")] = False,
    if_any: Annotated[
        bool, typer.Option("--if-any", help="Be content where no cloud is named, or none may be swept.")
    ] = False,
    profile: Profile = "",
) -> None:
    """Remove what killed runs left behind in the cloud that the settings name."""
    from cloudqa.record.secrets import SecretRegistry
    from cloudqa.run.given import collect
    from cloudqa.run.settings import Mode, validated
    from cloudqa.sweep import sweeping
    from cloudqa.sweep.ledgers import ledgers_of
    from steps.api.errors import CloudRefusal, CloudUnreachable, UnreadableAnswer

    settings = validated(collect(asked(profile)))
    if settings.embedded and if_any:
        print("Nothing to sweep: the embedded sandbox goes with its run.")
        return
    if settings.embedded:
        raise CannotRun(
            "A sweep needs CLOUD_URL: the embedded sandbox goes with its run, and leaves nothing."
        )
    ledgers = chosen(ledgers_of(settings.url), run, older_than)
    if not ledgers:
        print(f"There is no ledger of a run against {settings.url}: nothing to sweep.")
        return
    if settings.mode is Mode.READONLY and not dry_run:
        sentence = "CLOUD_MODE=readonly forbids a sweep, which removes things: see them with --dry-run."
        if not if_any:
            raise CannotRun(sentence)
        print(sentence)
        return
    registry = SecretRegistry()
    try:
        swept = sweeping.sweep(ledgers, _sight(settings, registry), dry_run=dry_run)
    except (CloudRefusal, CloudUnreachable, UnreadableAnswer) as error:
        raise CannotRun(registry.redact(str(error))) from None
    print(registry.redact("\n".join(line for one in swept for line in told(one, dry_run=dry_run))))
    raise typer.Exit(0 if all(one.is_clean for one in swept) else 1)


def chosen(ledgers: dict[Path, Account], run: str | None, older_than: str | None) -> dict[Path, Account]:
    """The ledgers that the options ask for. Raises CannotRun for a run that has none, or a wrong age."""
    if run is not None and not any(account.run_id == run for account in ledgers.values()):
        known = ", ".join(account.run_id for account in ledgers.values()) or "none"
        raise CannotRun(f"There is no ledger of run {run} against this cloud. Ledgers there are: {known}.")
    latest = float("inf") if older_than is None else time.time() - age_in_seconds(older_than)
    return {
        path: account
        for path, account in ledgers.items()
        if run in (None, account.run_id) and account.began <= latest
    }


def age_in_seconds(age: str) -> int:
    """The seconds of an age such as `24h`. Raises CannotRun for anything else."""
    parts = re.fullmatch("([0-9]+)([smhd])", age)
    if parts is None:
        raise CannotRun(f"{age!r} is no age: write a number and s, m, h or d, such as 24h.")
    return int(parts[1]) * SECONDS[parts[2]]


def told(swept: Swept, *, dry_run: bool = False) -> list[str]:
    """What became of a run, as lines for people."""
    from cloudqa.sweep.sweeping import why_left

    account = swept.account
    began = datetime.fromtimestamp(account.began, UTC).strftime("%Y-%m-%d %H:%M UTC")
    name = f"Run {account.run_id} of {began}"
    if swept.busy:
        return [f"{name}: it goes on, or another sweep is at it, and was left alone."]
    lines = [f"  {'would remove' if dry_run else 'removed'} {thing}" for thing in swept.removed]
    for thing in [] if dry_run else swept.left:
        reason = why_left(thing)
        lines.append(f"  left: {thing}{', because ' + reason if reason else ''}")
    if dry_run:
        unremovable = [thing for thing in swept.left if not thing.removable]
        lines += [f"  would leave {thing}, because {why_left(thing)}" for thing in unremovable]
    lines += [f"  not seen with a job token: {making}" for making in swept.unseen]
    lines += [f"  {problem}" for problem in swept.problems]
    return [f"{name}: {'nothing is left.' if swept.is_clean else 'something is left.'}", *lines]


def _sight(settings: Settings, registry: SecretRegistry) -> Sight:
    from cloudqa.run.target import cloud_of, holder_of, logged_in_admin
    from cloudqa.sweep.sight import AdminSight, JobTokenSight

    cloud = cloud_of(settings, (registry,))
    if settings.has_admin:
        return AdminSight(cloud, logged_in_admin(cloud, settings))
    return JobTokenSight(cloud, holder_of(settings.job_token.get_secret_value()))
