"""Who sees a raw token, key or password: the owner, and of job tokens an admin."""

from __future__ import annotations

from behave import then, when
from behave.runner import Context

from steps.support import secrecy


@when("the other user looks at all that there is, the user's things included")
def look_as_another(context: Context) -> None:
    """Everything that is open to them, and everything that is not; all answers are noted."""
    context.world.noted = secrecy.look_as_another(context.world)


@when("the admin looks at all that there is of the user, and a worker runs the user's job")
def look_as_admin(context: Context) -> None:
    """Lists, records and refusals of the admin, and the answers to the worker; all answers are noted."""
    context.world.noted = secrecy.look_as_admin_and_worker(context.world)


@then("no answer holds a token, key or password of anybody else")
def nothing_of_others(context: Context) -> None:
    """Neither of the user nor of the admin or a worker."""
    world = context.world
    secrecy.expect_nothing_of_others(world, world.noted, *world.rules)


@then("no answer holds a password, login token or key, and job tokens are only where tokens are shown")
def only_job_tokens(context: Context) -> None:
    """An admin sees job tokens in the lists and records of tokens, and no other secret anywhere."""
    world = context.world
    secrecy.expect_only_job_tokens(world, world.noted, *world.rules)
