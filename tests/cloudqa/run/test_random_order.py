"""Scenarios in random order, which a seed repeats."""

from __future__ import annotations

import re

import pytest

from cloudqa.run.random_order import RandomOrder
from tests.cloudqa.run.conftest import STEPS, SmallSuite

NUMBERS = [str(number) for number in range(12)]
MANY = "Feature: Many\n" + "".join(
    f"  @QC-{number}\n  Scenario: {number}\n    Given number {number} runs\n" for number in NUMBERS
)
NOTING = (
    STEPS
    + """
@given("number {number} runs")
def noted(context, number):
    with open("order", "a") as order:
        print(number, file=order)
"""
)


def order_of(suite: SmallSuite, *arguments: str) -> tuple[list[str], str]:
    """The order in which the scenarios ran, and the output."""
    suite.write(MANY, NOTING)
    noted = suite.folder / "order"
    noted.unlink(missing_ok=True)
    status, output = suite.run("-f", "plain", *arguments)
    assert status == 0, output
    return noted.read_text().split(), output


def shown(output: str) -> list[str]:
    return re.findall(r"Scenario: (\d+)", output)


def test_order_is_drawn_and_its_seed_repeats_it(small_suite: SmallSuite) -> None:
    drawn, output = order_of(small_suite, "-D", "order=random")
    seed = re.search(r"-D (seed=\d+) repeats it", output)
    assert seed is not None
    assert drawn != NUMBERS
    assert sorted(drawn, key=int) == NUMBERS
    again, _ = order_of(small_suite, "-D", seed[1])
    assert again == drawn


def test_output_stays_in_the_order_of_the_files(small_suite: SmallSuite) -> None:
    _, output = order_of(small_suite, "-D", "seed=4", "--jobs", "3")
    assert shown(output) == NUMBERS
    assert "12 scenarios passed, 0 failed" in output


def test_without_it_scenarios_run_as_they_stand_in_the_files(small_suite: SmallSuite) -> None:
    ran, output = order_of(small_suite)
    assert ran == NUMBERS
    assert "random" not in output


def test_seeds_give_different_orders() -> None:
    orders = {tuple(RandomOrder(seed).shuffled(range(10))) for seed in range(20)}
    assert len(orders) == 20


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-D", "order=reverse"], "There is no order 'reverse': leave it out, or use -D order=random."),
        (["-D", "seed=-1"], "The seed '-1' is no number from 0 to 4294967295"),
        (["-D", "seed=four"], "The seed 'four' is no number"),
        (["-D", "order=random", "--stop"], "--stop means the order of the files"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    small_suite: SmallSuite, arguments: list[str], sentence: str
) -> None:
    status, output = small_suite.run(*arguments)
    assert status == 2
    assert sentence in output
    assert "Traceback" not in output
