"""Each scenario is in exactly one shard, the same on every machine, and the shards take alike long."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from cloudqa.errors import CannotRun
from cloudqa.run.durations import read_durations
from cloudqa.run.shards import Shard, asked_shard
from tests.cloudqa.run.conftest import SmallSuite

NAMES = [f"QC-{number}" for number in range(100)]
SECONDS = {name: 0.1 + index % 7 for index, name in enumerate(NAMES)}

FIRST = """
Feature: First
  @QC-1
  Scenario: One
    Given the cloud answers

  @QC-<id>
  Scenario Outline: Many: <id>
    Given the cloud answers

    Examples:
      | id |
      | 2  |
      | 3  |
      | 4  |

  Rule: Within
    @QC-5
    Scenario: Five
      Given the cloud answers

  Scenario: Without an id
    Given the cloud answers

  @QC-6
  Scenario Outline: Rows of one id: <row>
    Given the cloud answers

    Examples:
      | row |
      | a   |
      | b   |
"""
SECOND = """
Feature: Second
  @QC-7
  Scenario: Seven
    Given the cloud answers
"""
EVERY = {"One", "Many: 2", "Many: 3", "Many: 4", "Five", "Without an id", "a", "b", "Seven"}


def parts(names: list[str], of: int, known: dict[str, float]) -> list[frozenset[str]]:
    return [Shard(number, of).holds(names, known) for number in range(1, of + 1)]


@pytest.mark.parametrize("of", [1, 2, 5, 99, 100])
def test_each_name_is_in_exactly_one_shard(of: int) -> None:
    shards = parts(NAMES, of, SECONDS)
    assert sorted(name for shard in shards for name in shard) == sorted(NAMES)
    assert all(shards)


def test_shards_do_not_depend_on_the_order_of_the_files() -> None:
    mixed = list(NAMES)
    random.Random(7).shuffle(mixed)
    assert mixed != NAMES
    assert parts(mixed, 5, SECONDS) == parts(NAMES, 5, dict(reversed(SECONDS.items())))


def test_shards_take_alike_long() -> None:
    loads = [sum(SECONDS[name] for name in shard) for shard in parts(NAMES, 5, SECONDS)]
    assert max(loads) < 1.02 * min(loads)


def test_what_is_not_known_counts_as_the_median() -> None:
    known = {"a": 1.0, "b": 10.0, "c": 100.0}
    assert parts(["a", "b", "c", "new"], 2, known) == [frozenset({"c"}), frozenset({"a", "b", "new"})]
    assert parts(["b", "new"], 2, known) == [frozenset({"b"}), frozenset({"new"})]


def test_without_durations_each_counts_alike() -> None:
    assert sorted(map(len, parts(NAMES, 3, {}))) == [33, 33, 34]


@pytest.mark.parametrize("text", ["0/5", "6/5", "x", "", "1/0", "-1/5", "1/5/5", "2 of 5", "²/5"])
def test_no_shard(text: str) -> None:
    with pytest.raises(CannotRun, match=rf"There is no shard '?{re.escape(text)}'?: "):
        asked_shard({"shard": text})


def test_shard_that_is_asked_for() -> None:
    assert asked_shard({"shard": "2/5"}) == Shard(2, 5)
    assert asked_shard({}) is None


@pytest.mark.parametrize("content", ["{", "[]", '{"QC-1": "long"}', '{"QC-1": -1}', '{"QC-1": true}'])
def test_strange_file_of_durations_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "durations.json"
    file.write_text(content)
    with pytest.raises(CannotRun, match=r"`cloudqa durations` writes it anew\."):
        read_durations(file)


def names_run(output: str) -> list[str]:
    """The scenarios that the plain formatter shows, without the marks of an outline's rows."""
    names = re.findall(r"^ +Scenario(?: Outline)?: (.*?)(?: -- @.*)?$", output, re.MULTILINE)
    return [name.removeprefix("Rows of one id: ") for name in names]


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_shards_run_each_scenario_once(small_suite: SmallSuite, jobs: str) -> None:
    small_suite.write(FIRST)
    (small_suite.folder / "features" / "another.feature").write_text(SECOND)
    (small_suite.folder / "durations.json").write_text(json.dumps({"QC-7": 4.0, "QC-1": 1.0, "gone": 99.0}))
    every: list[str] = []
    for number in (1, 2, 3):
        status, output = small_suite.run("-D", f"shard={number}/3", "-f", "plain", "--jobs", jobs)
        mine = names_run(output)
        assert status == 0, output
        assert f"Note: This was shard {number}/3, with {len(mine)} of 9 scenarios." in output
        assert "Skipped:" not in output
        # A feature of which nothing is run does not appear.
        assert ("Feature: Second" in output) is ("Seven" in mine)
        assert ("Rule: Within" in output) is bool({"Five", "Without an id", "a"} & set(mine))
        assert ("a" in mine) is ("b" in mine)
        coverage = json.loads((small_suite.folder / ".cloudqa" / "coverage-partial.json").read_text())
        assert coverage["partial"] == f"it ran shard {number}/3 alone"
        every += mine
    assert sorted(every) == sorted(EVERY)


def test_empty_shard_fails(small_suite: SmallSuite) -> None:
    status, output = small_suite.run("-D", "shard=2/2")
    assert status == 1
    assert "FAILED: Shard 2/2 is empty: 1 scenario selected in all. Cut fewer shards." in output


def test_tags_select_before_the_shards_are_cut(small_suite: SmallSuite) -> None:
    small_suite.write(FIRST)
    runs = [small_suite.run("-D", f"shard={n}/2", "--tags=@QC-1 or @QC-5", "-f", "plain")[1] for n in (1, 2)]
    assert sorted(map(names_run, runs)) == [["Five"], ["One"]]


def test_run_with_no_shard_ends_before_its_first_scenario(small_suite: SmallSuite) -> None:
    status, output = small_suite.run("-D", "shard=6/5")
    assert status == 2
    assert "There is no shard 6/5: of 5 they are 1/5 to 5/5." in output
    assert "Traceback" not in output
    assert "Scenario:" not in output


def test_dry_run_lists_a_shard(small_suite: SmallSuite) -> None:
    small_suite.write(FIRST)
    outputs = [small_suite.run("--dry-run", "-f", "plain", "-D", f"shard={n}/2")[1] for n in (1, 2)]
    assert sorted(name for output in outputs for name in names_run(output)) == sorted(EVERY - {"Seven"})
