"""The same done twice at the same time, again and again: of what can be had once, exactly one may get it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, Platform, User
from steps.support import tokens
from steps.support.at_once import at_once
from steps.support.attempt import Outcome
from steps.support.cast import the_job, the_platform, the_token, the_user
from steps.support.expectations import (
    ExpectationFailed,
    expect_equal,
    expect_every,
    expect_refusal,
    expect_success,
)
from steps.support.job_reads import availability_of, data_of, status_in_list
from steps.support.jobs import request_members, room, submitted

if TYPE_CHECKING:
    from steps.support.world import World


@dataclass(frozen=True)
class Round:
    """What came of several attempts at once, and the text with which all but one should be refused."""

    outcomes: Sequence[Outcome]
    error: str = ""


_Maker = Callable[["World", str], Any]


def _token(world: World, label: str) -> object:
    return world.make.job_token(the_user(world), label=label)


def _key(world: World, label: str) -> object:
    return world.make.api_key(label=label)


def _user(world: World, email: str) -> object:
    return world.make.user(email=email)


# What two may ask for at once, the name of it, and the refusal of who comes second.
THINGS: Mapping[str, tuple[_Maker, Callable[[World], str], str]] = {
    "job tokens with one label": (_token, lambda world: world.names.label(), "Label already exists: {}"),
    "API keys with one label": (_key, lambda world: world.names.label(), "Label already exists: {}"),
    "users with one e-mail": (_user, lambda world: world.make.draft().email, "Email already exists: {}"),
}


def make_pairs(world: World, things: str, rounds: int) -> None:
    """Ask for two things of one name at once, so many times."""
    make, name_of, error = THINGS[things]
    for _ in range(rounds):
        name = name_of(world)
        outcomes = at_once([partial(make, world, name)] * 2)
        world.rounds.append(Round(outcomes, error.format(name)))


def submit_with_one_process_id(world: World, rounds: int) -> None:
    """Let both users submit a job with the same new process id at once, so many times."""
    platform = the_platform(world).name
    for _ in range(rounds):
        members = {"process_id": world.names.label("process")}
        submit = [
            partial(world.make.job, the_user(world, who), platform, members) for who in ("user", "other_user")
        ]
        error = "process_id is existed and assigned to another user job"
        world.rounds.append(Round(at_once(submit), error))


def expect_one_each(world: World, status: int, *rules: str) -> None:
    """State of each round that one attempt was accepted and all others refused, with the round's text."""
    expect_every(partial(_expect_one, done, status, rules) for done in world.rounds)


def _expect_one(done: Round, status: int, rules: tuple[str, ...]) -> None:
    accepted = [outcome for outcome in done.outcomes if outcome.refusal is None]
    expect_equal("exactly one of those that came at once should be accepted", len(accepted), 1, *rules)
    for outcome in done.outcomes:
        if outcome.refusal is not None:
            expect_refusal(outcome, status, done.error, *rules)


def submit_at_once(world: World, user: User, count: int, members: Mapping[str, Any] | None = None) -> None:
    """Attempt to submit so many jobs at once."""
    submit = partial(world.make.job, user, the_platform(world).name, request_members(members or {}))
    world.rounds.append(Round(at_once([submit] * count)))


def leave_room(world: World, user: User, places: int) -> None:
    """Let so many jobs of the user wait that only this many more may."""
    world.jobs += submitted(world, user, room(world, user) - places)


def expect_so_many(world: World, count: int, status: int, error: str, *rules: str) -> None:
    """State that of those that came at once so many were accepted, and the others refused so."""
    outcomes = world.rounds[-1].outcomes
    accepted = [outcome for outcome in outcomes if outcome.refusal is None]
    expect_equal("so many of those that came at once should be accepted", len(accepted), count, *rules)
    for outcome in outcomes:
        if outcome.refusal is not None:
            expect_refusal(outcome, status, error, *rules)


def cap_text(world: World, user: User) -> str:
    """The refusal at the cap of waiting jobs."""
    return f"Cannot create more than {availability_of(world, user)['max_jobs_in_queue']} jobs"


def expect_at_the_cap(world: World, user: User, *rules: str) -> None:
    """State that as many jobs of the user run as may, that workers fetched these, and that the rest wait."""
    numbers = availability_of(world, user)
    running = min(numbers["max_concurrent_jobs"], len(world.jobs))
    shown = (len(world.jobs_fetched), numbers["num_concurrent_jobs"], numbers["num_jobs_in_queue"])
    wanted = (running, running, len(world.jobs) - running)
    expect_equal("so many jobs should be fetched, run and wait", shown, wanted, *rules)


def rerun_at_once(world: World, user: User, count: int) -> None:
    """Attempt to run the job again so many times at once."""
    world.rounds.append(Round(at_once([partial(world.make.rerun, the_job(world), user)] * count)))


def expect_own_reruns(world: World, *rules: str) -> None:
    """State that each rerun made a job of its own, which waits and names the job that it was made from."""
    jobs: list[Job] = [expect_success(outcome, *rules) for outcome in world.rounds[-1].outcomes]
    ids = {job.job_id for job in jobs}
    expect_equal("each rerun should make a job of its own", len(ids), len(jobs), *rules)
    shown = [(data.get("rerun_from"), data.get("status")) for data in (data_of(world, job) for job in jobs)]
    wanted = [(the_job(world).job_id, "waiting")] * len(jobs)
    expect_equal("each rerun should wait, and name the job", shown, wanted, *rules)


def register_at_once(world: World, count: int) -> None:
    """Let so many workers register a platform of one new name at once."""
    name = world.names.platform()
    registered = [partial(world.make.registered, Platform(name)) for _ in range(count)]
    world.rounds.append(Round(at_once(registered)))


def expect_one_platform(world: World, *rules: str) -> None:
    """State that all registrations were accepted and made one platform, which is listed once."""
    made: list[Platform] = [expect_success(outcome, *rules) for outcome in world.rounds[-1].outcomes]
    ids = Counter(platform.platform_id for platform in made)
    expect_equal("one name should be one platform", len(ids), 1, *rules)
    named = [each for each in Platform.list_all(world.cloud) if each.name == made[0].name]
    expect_equal("the platform should be listed once", len(named), 1, *rules)


def use_token(world: World, count: int, together: int) -> None:
    """Use the scenario's token so often, several times at once; what it was used before is noted."""
    token = the_token(world)
    world.noted = tokens.uses(world, token)[0]

    def use_again_and_again() -> list[Outcome]:
        return [tokens.use(world, token) for _ in range(count // together)]

    done = [outcome for each in at_once([use_again_and_again] * together) for outcome in each.value]
    world.rounds.append(Round(done))


def expect_used(world: World, count: int, *rules: str) -> None:
    """State that the token was used so many times more than noted, none of them in vain."""
    for outcome in world.rounds[-1].outcomes:
        expect_success(outcome, *rules)
    more = tokens.uses(world, the_token(world))[0] - world.noted
    expect_equal("no use of the token should be lost", more, count, *rules)


def submit_while(world: World, user: User, count: int, end: Callable[[], object]) -> None:
    """Attempt to submit so many jobs at once, while `end` takes the user or the platform away."""
    submit = partial(world.make.job, user, the_platform(world).name)
    *outcomes, ended = at_once([*([submit] * count), end])
    expect_success(ended, *world.rules)
    world.rounds.append(Round(outcomes))


def expect_refused_or_canceled(world: World, status: int, error: str, *rules: str) -> None:
    """State of each job of the last round that it was refused so, or is canceled: none is left to wait."""
    for outcome in world.rounds[-1].outcomes:
        if outcome.refusal is not None:
            expect_refusal(outcome, status, error, *rules)
            continue
        shown = status_in_list(world, outcome.value)
        if shown != "canceled":
            fact = "a job that came at the last moment should be canceled"
            raise ExpectationFailed(fact, "canceled", shown, rules)
