"""What many do at the same time, or two for one thing."""

from __future__ import annotations

from functools import partial

from behave import given, register_type, then, when
from behave.runner import Context

from steps.support import accounts, crowd, races, rounds
from steps.support.cast import TYPES, text_of_one, the_crowd, the_platform, the_user

register_type(**TYPES, Things=text_of_one(rounds.THINGS), Runners=text_of_one(races.RUNNERS))


@given("{count:d} users with permission on a platform of their own")
def many_users(context: Context, count: int) -> None:
    """A platform that no other scenario knows, and users with two job tokens each."""
    world = context.world
    world.platform = world.make.platform()
    world.crowd = crowd.gather(world, count)


@given("{count:d} workers of the platform")
def many_workers(context: Context, count: int) -> None:
    """Workers that are all registered on the platform."""
    world = context.world
    crowd.hire(world, the_crowd(world), count)


@when("each user submits {count:d} jobs while the workers fetch and complete them")
def all_at_work(context: Context, count: int) -> None:
    """All at once; the users show both tokens in turn, and results hold the mark of their payload."""
    world = context.world
    crowd.work(world, the_crowd(world), count)


@then("every job was fetched, by one worker and once")
def each_fetched_once(context: Context) -> None:
    """What the workers got are the jobs that the users submitted."""
    world = context.world
    crowd.expect_each_fetched_once(the_crowd(world), *world.rules)


@then("each user reads of each job the results of its own payload")
def own_results(context: Context) -> None:
    """No results were mixed up."""
    world = context.world
    crowd.expect_own_results(world, the_crowd(world), *world.rules)


@then("the data of each job show its own payload, and the token that submitted it")
def own_data(context: Context) -> None:
    """No payloads and no tokens were mixed up."""
    world = context.world
    crowd.expect_own_data(world, the_crowd(world), *world.rules)


@then("no user has a job that waits or runs")
def nothing_left(context: Context) -> None:
    """The numbers of the availability are 0 for everyone."""
    world = context.world
    crowd.expect_nothing_left(world, the_crowd(world), *world.rules)


@then("the usage report counts for each token its own jobs and what they cost")
def used_tokens(context: Context) -> None:
    """No job is lost, none is counted twice, none for another token."""
    world = context.world
    crowd.expect_used_tokens(world, the_crowd(world), *world.rules)


@when("two {things:Things} are asked for at once, {count:d} times over")
def pairs(context: Context, things: str, count: int) -> None:
    """Each time under a new name, which both ask for."""
    rounds.make_pairs(context.world, things, count)


@when("both users submit a job with one process id at once, {count:d} times over")
def one_process_id(context: Context, count: int) -> None:
    """Each time with a new process id."""
    rounds.submit_with_one_process_id(context.world, count)


@then("each time one of them is accepted, and the other refused with {status:d} as second")
def one_each_time(context: Context, status: int) -> None:
    """Never none, never both; the refusal has the text for what is taken already."""
    world = context.world
    rounds.expect_one_each(world, status, *world.rules)


@given("{who:User} has room for {places:d} more waiting jobs")
def room_for(context: Context, who: str, places: int) -> None:
    """So many jobs wait that only these may be added."""
    world = context.world
    rounds.leave_room(world, the_user(world, who), places)


@when("{who:User} submits {count:d} jobs at once")
def submit_at_once(context: Context, who: str, count: int) -> None:
    """Jobs with the default payload, on the platform."""
    world = context.world
    rounds.submit_at_once(world, the_user(world, who), count)


@when("{who:User} submits {count:d} jobs of {shots:d} shots at once")
def submit_shots_at_once(context: Context, who: str, count: int, shots: int) -> None:
    """Jobs that need so many credits each."""
    world = context.world
    rounds.submit_at_once(world, the_user(world, who), count, {"payload.max_shots": shots})


@then("{count:d} of them are accepted, and the others refused for the cap on waiting jobs")
def accepted_up_to_cap(context: Context, count: int) -> None:
    """No more than there was room for, and no fewer."""
    world = context.world
    error = rounds.cap_text(world, the_user(world))
    rounds.expect_so_many(world, count, 400, error, *world.rules)


@then('{count:d} of them are accepted, and the others refused with {status:d} "{error}"')
def so_many_accepted(context: Context, count: int, status: int, error: str) -> None:
    """No more than the rule allows, and no fewer."""
    world = context.world
    rounds.expect_so_many(world, count, status, error, *world.rules)


@when("{who:User} reruns the job {count:d} times at once")
def rerun_at_once(context: Context, who: str, count: int) -> None:
    """The user asks for the same job to be run again, several times."""
    world = context.world
    rounds.rerun_at_once(world, the_user(world, who), count)


@then("each of them made a job of its own, which waits and names the one that was rerun")
def own_reruns(context: Context) -> None:
    """As many new jobs as reruns."""
    world = context.world
    rounds.expect_own_reruns(world, *world.rules)


@when("{count:d} workers register one new platform at once")
def register_at_once(context: Context, count: int) -> None:
    """Workers of a platform that are started together."""
    rounds.register_at_once(context.world, count)


@then("all of them are registered on one platform")
def one_platform(context: Context) -> None:
    """One id, which is listed once."""
    world = context.world
    rounds.expect_one_platform(world, *world.rules)


@when("the token is used {count:d} times, {together:d} times at once")
def use_at_once(context: Context, count: int, together: int) -> None:
    """The scenario's token opens what every job token opens."""
    rounds.use_token(context.world, count, together)


@then("the token has been used {count:d} times more")
def used_more(context: Context, count: int) -> None:
    """Its count has grown by exactly so many."""
    world = context.world
    rounds.expect_used(world, count, *world.rules)


@when("{who:User} submits {count:d} jobs while the admin deactivates the user")
def submit_while_deactivated(context: Context, who: str, count: int) -> None:
    """All at the same time."""
    world = context.world
    user = the_user(world, who)
    end = partial(accounts.change, world, user, world.admin, {"is_active": False})
    rounds.submit_while(world, user, count, end)


@when("{who:User} submits {count:d} jobs while the admin deletes the platform")
def submit_while_deleted(context: Context, who: str, count: int) -> None:
    """All at the same time."""
    world = context.world
    end = partial(the_platform(world).delete, world.cloud)
    rounds.submit_while(world, the_user(world, who), count, end)


@then('each of them is refused with {status:d} "{error}", or canceled')
def refused_or_canceled(context: Context, status: int, error: str) -> None:
    """Whatever came first, no job is left to wait."""
    world = context.world
    rounds.expect_refused_or_canceled(world, status, error, *world.rules)


@when("{who:User} has a job, and {runners:Runners} at the same time, {count:d} times over")
def race(context: Context, who: str, runners: str, count: int) -> None:
    """Each time with a new job."""
    world = context.world
    world.races = races.race(world, the_user(world, who), runners, count)


@then("each time it ends in one of these ways")
def ends_in_a_way(context: Context) -> None:
    """What the first and the second were told, and the status of the job, are a row of the table."""
    world = context.world
    races.expect_allowed(world.races, context.table, *world.rules)


@then("a job has results where its completion came first, and none where its failure did")
def results_agree(context: Context) -> None:
    """Results and status of each job agree."""
    world = context.world
    races.expect_results_agree(world, world.races, *world.rules)


@then("{who:User} runs as many jobs as allowed, and the other jobs still wait")
def at_the_cap(context: Context, who: str) -> None:
    """Workers that fetched at once did not get more than may run, and no fewer."""
    world = context.world
    rounds.expect_at_the_cap(world, the_user(world, who), *world.rules)
