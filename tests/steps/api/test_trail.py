"""A trail has the exchanges of its own thread, those of trails within it too, and no others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from steps.api.exchange import Exchange, Request
from steps.api.operations import SV_2
from steps.api.trail import leave_on_trail, trail


def exchange() -> Exchange:
    return Exchange(Request(SV_2, "http://cloud.test/health"), 200, {}, b"{}", 0.0, 0.0)


def test_trail_has_what_was_left_on_it_in_order() -> None:
    before, first, second, after = (exchange() for _ in range(4))
    leave_on_trail(before)
    with trail() as exchanges:
        leave_on_trail(first)
        leave_on_trail(second)
    leave_on_trail(after)
    assert [id(one) for one in exchanges] == [id(first), id(second)]


def test_outer_trail_has_what_the_inner_one_has() -> None:
    with trail() as outer:
        with trail() as inner:
            leave_on_trail(exchange())
        leave_on_trail(exchange())
    assert (len(inner), len(outer)) == (1, 2)


def test_trail_is_kept_where_the_work_fails() -> None:
    with trail() as outer:
        with pytest.raises(RuntimeError), trail() as inner:
            leave_on_trail(exchange())
            raise RuntimeError("it failed")
        leave_on_trail(exchange())
    assert (len(inner), len(outer)) == (1, 2)


def test_other_threads_are_on_trails_of_their_own() -> None:
    def work() -> int:
        leave_on_trail(exchange())
        with trail() as exchanges:
            leave_on_trail(exchange())
        return len(exchanges)

    with trail() as mine, ThreadPoolExecutor(2) as threads:
        theirs = [threads.submit(work).result() for _ in range(2)]
    assert (mine, theirs) == ([], [1, 1])
