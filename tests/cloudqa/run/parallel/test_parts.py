"""The parts of the parallel runner, one by one."""

from __future__ import annotations

import os
import re
import traceback
from itertools import pairwise
from pathlib import Path

import pytest
from behave.parser import parse_feature

from cloudqa.record.secrets import SecretRegistry
from cloudqa.run.parallel.channel import Inbox, Progress, send
from cloudqa.run.parallel.claims import Claims
from cloudqa.run.parallel.order import known_durations, long_ones_early, usual_durations
from cloudqa.run.parallel.stand_ins import describe, stand_in
from cloudqa.run.parallel.wire import Untransferable, Wire


class Unprintable(Exception):  # noqa: N818 - named after what it is
    """Cannot be made from its arguments, and has no text."""

    def __init__(self, *, needed: object) -> None:
        super().__init__()
        self.needed = needed

    def __str__(self) -> str:
        raise RuntimeError("no text")


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except Exception as caught:
        return caught


def test_claims_are_shared_after_a_fork() -> None:
    claims = Claims(range(200))
    receiving, sending = os.pipe()
    for _ in range(4):
        if os.fork() == 0:
            while (number := claims.next()) is not None:
                os.write(sending, bytes([number]))
            os._exit(0)
    os.close(sending)
    for _ in range(4):
        os.wait()
    with os.fdopen(receiving, "rb") as taken:
        assert sorted(taken.read()) == list(range(200))


def test_canceled_claims_are_gone() -> None:
    claims = Claims([3, 1, 2])
    assert claims.next() == 3
    claims.cancel()
    assert claims.next() is None


def test_messages_arrive_whole_whatever_the_pieces() -> None:
    receiving, sending = os.pipe()
    messages = [b"", b"one", b"x" * 300]
    for message in messages:
        send(sending, message)
    os.close(sending)
    with os.fdopen(receiving, "rb") as channel:
        content = channel.read()
    inbox = Inbox()
    assert [one for byte in content for one in inbox.take(bytes([byte]))] == messages


def test_progress_is_seen_by_the_parent() -> None:
    progress = Progress()
    pid = os.fork()
    if pid == 0:
        progress.begin(7)
        progress.step(2)
        os._exit(0)
    os.waitpid(pid, 0)
    assert progress.place() == (7, 2)


@pytest.mark.parametrize(
    "error",
    [
        raised(ValueError("a\nb"), KeyError("k")),
        raised(AssertionError()),
        raised(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "why")),
    ],
    ids=["with-a-cause", "without-a-word", "of-many-arguments"],
)
def test_stand_in_prints_like_the_exception(error: Exception) -> None:
    error.add_note("a note")
    there = Wire([])
    other = there.unpack(there.pack(error))
    assert traceback.format_exception(other) == traceback.format_exception(error)
    assert type(other).__name__ == type(error).__name__
    assert (str(other), bool(other.args)) == (str(error), bool(error.args))
    assert isinstance(other, AssertionError) == isinstance(error, AssertionError)


def test_stand_in_of_what_has_no_text() -> None:
    other = stand_in(describe(raised(Unprintable(needed=1))))
    assert "without a text" in str(other)


def test_chain_that_bites_its_tail_ends() -> None:
    error = raised(ValueError("one"), KeyError("two"))
    assert error.__cause__ is not None
    error.__cause__.__cause__ = error
    assert describe(error).cause is not None


def test_shared_objects_arrive_as_those_of_the_parent() -> None:
    shared = [object(), {}]
    wire = Wire(shared)
    found = wire.unpack(wire.pack([shared[1], "by value", shared[0]]))
    assert found[0] is shared[1]
    assert found[2] is shared[0]


def test_what_cannot_travel_is_told_and_the_rest_arrives() -> None:
    wire = Wire([])
    found = wire.unpack(wire.pack({"kept": [1, (b"two", lambda: 3)]}))
    kept, (two, gone) = found["kept"]
    assert (kept, two) == (1, b"two")
    assert isinstance(gone, Untransferable)
    assert "lambda" in repr(gone)


def test_long_ones_come_first_and_the_rest_stays_in_order() -> None:
    names = list("abcdef")
    known = {"a": 0.01, "b": 0.02, "c": 5.0, "e": 9.0, "f": 0.01}
    assert long_ones_early(range(6), names, known, 2) == [4, 2, 0, 1, 3, 5]


def test_what_waits_is_spread_among_what_works() -> None:
    names = [f"short {n}" if n < 60 else f"long {n}" for n in range(80)]
    known = {name: 0.1 if name.startswith("short") else 0.3 for name in names}
    order = long_ones_early(range(80), names, known, 2)
    assert sorted(order) == list(range(80))
    assert [n for n in order if n < 60] == list(range(60))
    long = [at for at, n in enumerate(order) if n >= 60]
    assert long[-1] > 60, "the long ones are not all begun at once"
    assert max(after - before for before, after in pairwise(long[:20])) <= 5, "nor left for the end"


def test_what_waits_is_begun_no_later_than_where_it_stands() -> None:
    names = [f"long {n}" if n < 4 else f"short {n}" for n in range(50)]
    known = {name: 0.4 if name.startswith("long") else 0.05 for name in names}
    assert long_ones_early(range(50), names, known, 2) == list(range(50))


def test_rows_that_share_an_id_share_its_usual_seconds() -> None:
    feature = parse_feature(
        """
        Feature: Some
          @QC-1
          Scenario Outline: Rows
            Given <what>
            Examples: Few
              | what |
              | one  |
              | two  |
          @QC-2
          Scenario: Alone
          @QC-3
          Scenario: New
        """,
        filename="some.feature",
    )
    usual = usual_durations(list(feature.walk_scenarios()), {"QC-1": 3.0, "QC-2": 1.0, "QC-9": 9.0})
    assert usual == {
        "some.feature: Rows -- @1.1 Few": 1.5,
        "some.feature: Rows -- @1.2 Few": 1.5,
        "some.feature: Alone": 1.0,
    }


def test_nothing_known_leaves_the_order() -> None:
    assert long_ones_early(range(3), list("abc"), {}, 2) == [0, 1, 2]


@pytest.mark.parametrize("text", ["", "no json", "[1]", '{"a": "b"}'])
def test_strange_file_of_durations_counts_as_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "durations.json"
    file.write_text(text)
    assert known_durations(file) == {}
    assert known_durations(tmp_path / "none.json") == {}


def test_registry_takes_over_what_a_worker_learned() -> None:
    parent = SecretRegistry()
    parent.learn("known-before", "token")
    worker = SecretRegistry()
    worker.learn("first-secret", "password")
    worker.news()
    worker.learn("second-secret", "token")
    parent.take_from_child(worker.news())
    shown = parent.redact("known-before second-secret first-secret")
    assert re.fullmatch("<token [0-9a-f]+> <token [0-9a-f]+> first-secret", shown)
    assert worker.news() == []
