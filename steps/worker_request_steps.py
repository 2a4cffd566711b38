"""Fetches and publications, with members of the feature's own choice."""

from __future__ import annotations

from behave import register_type, then, when
from behave.runner import Context

from steps.support import worker_requests, workers
from steps.support.cast import TYPES
from steps.support.members import pairs_of

register_type(**TYPES)


@when("a worker asks for a job with")
def fetch_with(context: Context) -> None:
    """A fetch of the platform's worker, with the members of the table in place of the platform."""
    world = context.world
    world.attempt(workers.fetch_with, world, pairs_of(world, context.table))


@then("a fetch is refused for each of these members")
def fetches_refused(context: Context) -> None:
    """Each row is one fetch, wrong in one member; its rule is in the table."""
    worker_requests.expect_fetches_refused(context.world, context.table)


@then("a publication for the job is refused for each of these members")
def publications_refused(context: Context) -> None:
    """Each row is one publication, wrong in one member; its rule is in the table."""
    worker_requests.expect_publications_refused(context.world, context.table)
