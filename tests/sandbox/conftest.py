"""Clouds for the tests: one a module, and one of its own for a test that moves the clock."""

import sys
from collections.abc import Iterator

import pytest

from tests.sandbox.support import Machine, Person, World, running_with


@pytest.fixture(scope="session", autouse=True)
def quick_switches() -> Iterator[None]:
    """Let the cloud's thread run soon: the tests that wait for it share its interpreter."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.0001)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A cloud that the tests of a module share."""
    with running_with() as running:
        yield running


@pytest.fixture
def still_world() -> Iterator[World]:
    """A cloud of this test's own, whose clock moves only when the test moves it."""
    with running_with() as running:
        running.clock.freeze()
        yield running


@pytest.fixture
def machine(world: World) -> Machine:
    """A new platform with a worker."""
    return world.machine()


@pytest.fixture
def person(world: World, machine: Machine) -> Person:
    """A new user who may use the new platform."""
    return world.person(machine)
