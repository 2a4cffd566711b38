"""A scenario's Perceval: opened for its user, and what the results of its experiment should be."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job
from steps.api.perceval_client import PercevalClient, PercevalFailed
from steps.support.cast import the_platform, the_user
from steps.support.expectations import ExpectationFailed, expect_equal, expect_true

if TYPE_CHECKING:
    from steps.support.world import World

TOGETHER = ("|0,2>", "|2,0>")
APART = "|1,1>"


def opened(world: World) -> PercevalClient:
    """A new Perceval of the scenario's user, connected to the scenario's platform."""
    token = the_user(world).job_tokens[-1].token
    client = PercevalClient(world.cloud, token, the_platform(world).name)
    world.undo.push("Perceval", client.stop)
    client.open()
    return client


def the_client(world: World) -> PercevalClient:
    """The scenario's Perceval; an earlier step must have opened it."""
    assert world.client is not None, "The scenario speaks of Perceval, but no step has opened it."
    return world.client


def submitted(world: World, action: str, **arguments: Any) -> Job:  # noqa: ANN401 - of the action
    """The job that an action of Perceval makes."""
    job_id = the_client(world).call(action, **arguments)
    return world.make.take_over(Job(the_platform(world).name, job_id=job_id), the_user(world))


def failure_of(client: PercevalClient, action: str, **arguments: Any) -> str:  # noqa: ANN401 - of the action
    """What Perceval says when it cannot do something, "" where it can."""
    try:
        client.call(action, **arguments)
    except PercevalFailed as failure:
        return failure.words
    return ""


def expect_together(probabilities: Mapping[str, float], *rules: str) -> None:
    """State that the photons leave together, half of the time on each side, and never apart."""
    expect_equal("the photons should never leave apart", float(probabilities.get(APART, 0.0)), 0.0, *rules)
    halves = [probabilities.get(state, 0.0) for state in TOGETHER]
    close = all(math.isclose(half, 0.5, abs_tol=1e-6) for half in halves)
    expect_true("the photons should leave by either side half of the time", close, probabilities, *rules)


def expect_counted(counts: Mapping[str, int], total: int, *rules: str) -> None:
    """State that the counts sum to `total`, and that the photons were never counted apart."""
    expect_equal("the counts should sum to what was asked for", sum(counts.values()), total, *rules)
    expect_equal("the photons should never be counted apart", counts.get(APART, 0), 0, *rules)


def expect_sampled(samples: Sequence[str], total: int, *rules: str) -> None:
    """State that there are `total` samples, in each of which the photons are together."""
    expect_equal("there should be as many samples as were asked for", len(samples), total, *rules)
    strange = sorted(set(samples) - set(TOGETHER))
    expect_equal("no sample should hold anything but the photons together", strange, [], *rules)


def expect_all_together(found: Sequence[Mapping[str, float]], size: int, *rules: str) -> None:
    """State that there are results of `size` jobs, and that the photons leave together in each."""
    expect_equal("there should be results of every job", len(found), size, *rules)
    for probabilities in found:
        expect_together(probabilities, *rules)


def expect_scanned(found: Sequence[Mapping[str, float]], apart: Sequence[float], *rules: str) -> None:
    """State how probably the photons leave apart in each iteration, in the order of submission."""
    actual = [distribution.get(APART, 0.0) for distribution in found]
    expect_equal("there should be one result an iteration", len(actual), len(apart), *rules)
    # The angles of a feature have four digits.
    if not all(math.isclose(one, other, abs_tol=1e-3) for one, other in zip(actual, apart, strict=True)):
        raise ExpectationFailed(
            "the photons should leave apart with these probabilities", apart, actual, rules
        )
