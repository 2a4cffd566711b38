"""The platform of the run: what it offers, and that its worker keeps what it offers."""

from __future__ import annotations

from behave import register_type, then, when
from behave.runner import Context

from steps.support import run_platform
from steps.support.cast import TYPES, the_user

register_type(**TYPES)


@when("{who:User} submits a job for each command that the platform of the run offers")
def submit_every_command(context: Context, who: str) -> None:
    """A job with the default payload but for its command."""
    world = context.world
    world.jobs = run_platform.submit_every_command(world, the_user(world, who), *world.rules)


@then("each of the jobs comes to status {status:Status} while the run may wait")
def all_come(context: Context, status: str) -> None:
    """The worker takes each and ends it before the run's patience is over."""
    world = context.world
    run_platform.expect_all_to_come(world, world.jobs, status, *world.rules)


@then('the specs of the platform of the run have no member "{name}"')
def no_specs_of(context: Context, name: str) -> None:
    """A member that would change what Perceval sends."""
    world = context.world
    run_platform.expect_no_specs_of(world, the_user(world), name, *world.rules)
