"""The breaker gives a cloud up after calls in a row without answer, in all processes, if it is gone."""

from __future__ import annotations

import os

import pytest

from cloudqa.record.breaker import Breaker
from cloudqa.record.lost_answers import LostAnswers
from steps.api.errors import CloudGivenUp
from steps.api.exchange import Exchange, Request
from steps.api.operations import SV_2

REQUEST = Request(SV_2, "http://cloud.example/health")
ANSWERED = Exchange(REQUEST, 200, {}, b"{}", 0.0, 0.1)
LOST = Exchange(REQUEST, 0, {}, b"", 0.0, 0.1, "the line is dead")
SENT_AGAIN = Exchange(REQUEST, 0, {}, b"", 0.0, 0.1, "the line is dead", repeated=True)


def see(breaker: Breaker, *exchanges: Exchange) -> Breaker:
    for exchange in exchanges:
        breaker.before(exchange.request)
        breaker.after(exchange)
    return breaker


def test_cloud_that_answers_nobody_is_given_up() -> None:
    breaker = see(Breaker(3, lambda: False), LOST, LOST)
    assert not breaker.has_given_up
    see(breaker, LOST)
    assert breaker.has_given_up
    with pytest.raises(CloudGivenUp):
        breaker.before(REQUEST)


def test_answer_between_begins_the_count_anew() -> None:
    breaker = see(Breaker(3, lambda: False), LOST, LOST, ANSWERED, LOST, LOST)
    assert not breaker.has_given_up


def test_cloud_that_is_healthy_is_not_given_up() -> None:
    asked: list[bool] = []

    def answers() -> bool:
        asked.append(True)
        return True

    breaker = see(Breaker(2, answers), LOST, LOST, LOST)
    assert not breaker.has_given_up
    assert len(asked) == 1


def test_processes_count_together() -> None:
    breaker = see(Breaker(3, lambda: False), LOST)
    for _ in range(2):
        child = os.fork()
        if child == 0:
            see(breaker, LOST)
            os._exit(0)
        os.waitpid(child, 0)
    assert breaker.has_given_up


def test_lost_answers_are_counted_and_come_home() -> None:
    parent, child = LostAnswers(), LostAnswers()
    for exchange in (LOST, SENT_AGAIN, SENT_AGAIN, ANSWERED):
        child.after(exchange)
    assert child.in_scenario == 3
    child.begin_scenario()
    assert child.in_scenario == 0
    parent.take_from_child(child.news())
    parent.take_from_child(child.news())
    assert list(parent.notes()) == [
        "2 answers were lost, and asked for again.",
        "1 answer was lost, and could not be asked for again.",
    ]
    assert list(LostAnswers().notes()) == []
