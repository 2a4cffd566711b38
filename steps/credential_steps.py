"""Credentials and rights: what each opens, and in whose words it is refused."""

from __future__ import annotations

from behave import given, register_type, then
from behave.runner import Context

from steps.api.cloud_objects import TokenType
from steps.support import keys, rights
from steps.support.cast import TYPES, the_job, the_platform, the_token, the_user
from steps.support.credentials import ACCOUNT_SURFACE, JOB_TOKEN_SURFACE

register_type(**TYPES)


@given("an API key that has been revoked")
def revoked_key(context: Context) -> None:
    """A key that counts no more."""
    world = context.world
    world.key = world.make.api_key()
    keys.revoke(world, world.key.api_key_id, world.admin)


@then("every route for job tokens refuses two credentials at once")
def two_job_tokens_refused(context: Context) -> None:
    """The same twice, and one beside another."""
    world = context.world
    token = the_user(world).get_token(TokenType.Job)
    rights.expect_two_refused(world, JOB_TOKEN_SURFACE, token, *world.rules)


@then("every route of the account refuses two credentials at once")
def two_login_tokens_refused(context: Context) -> None:
    """The same twice, and one beside another."""
    world = context.world
    token = the_user(world).get_token(TokenType.Login)
    rights.expect_two_refused(world, ACCOUNT_SURFACE, token, *world.rules)


@then("whoever is not let in is told so in the words of the route")
def words_of_route(context: Context) -> None:
    """Whatever credential is shown: valid elsewhere, or expired."""
    world = context.world
    people = rights.wrong_or_dead(world, the_user(world))
    rights.expect_words_of_route(world, people, *world.rules)


@then("every route of the account refuses what was revoked or has expired in its own words")
def dead_refused(context: Context) -> None:
    """Job tokens, and the API key."""
    world = context.world
    people = [*rights.dead_job_tokens(world), *keys.shown(world)]
    rights.expect_dead_refused(world, people, *world.rules)


@then("routes of platforms and workers know every class, and deny those who may not")
def known_and_denied(context: Context) -> None:
    """With 403 in the words of a missing right, or 401 in those of the route."""
    world = context.world
    rights.expect_known_and_denied(world, the_user(world), the_platform(world), *world.rules)


@then("the user views, edits and deletes job tokens of theirs, and runs the job again")
def own_rights(context: Context) -> None:
    """The four rights, on what is one's own."""
    world = context.world
    rights.expect_own_rights(world, the_user(world), the_job(world), *world.rules)


@then("the admin views, edits and deletes {which:Token} of the user")
def rights_of_admin(context: Context, which: str) -> None:
    """The rights on what is another's, by login."""
    world = context.world
    rights.expect_rights_of_admin(world, the_user(world), the_token(world, which), *world.rules)


@then("the admin's job token neither shows nor does anything of the user's")
def admin_is_plain(context: Context) -> None:
    """With a job token an admin is a plain user, who needs permissions too."""
    world = context.world
    admins = the_token(world, "other_token")
    rights.expect_plain(world, admins, the_user(world), the_job(world), the_platform(world), *world.rules)


@then("the user gets no job token by login where job tokens are asked for")
def no_first_token(context: Context) -> None:
    """The first one comes from the account's routes."""
    rights.expect_no_first_token(context.world, the_user(context.world), *context.world.rules)


@then("the explorer token reads job tokens, usage and platforms")
def explorer_reads(context: Context) -> None:
    """The token that the user shows looks on."""
    world = context.world
    explorer = the_user(world).job_tokens[-1]
    rights.expect_explorer_reads(world, explorer, the_platform(world), *world.rules)


@then("the explorer token makes, changes, reopens and deletes no job token, and revokes no other")
def explorer_denied(context: Context) -> None:
    """The token that the user shows, on every route; the other token has been revoked."""
    world = context.world
    explorer, revoked = the_user(world).job_tokens[-1], the_token(world, "other_token")
    rights.expect_explorer_denied(world, explorer, the_token(world), revoked, *world.rules)
