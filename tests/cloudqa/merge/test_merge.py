"""Shards that are merged are the whole run, each scenario once, or the merge fails and says what lacks."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cloudqa.errors import CannotRun
from cloudqa.merge.comparing import compared
from cloudqa.merge.joining import Shards, joined, read_shards
from cloudqa.merge.junit import join_junit
from cloudqa.merge.page import page_of
from cloudqa.merge.view import View
from cloudqa.report.exit_status import ExitStatus
from cloudqa.report.run_record import (
    KnownRecord,
    Outcome,
    Place,
    RunRecord,
    ScenarioRecord,
    read_record,
    write_record,
)
from cloudqa.report.verdicts import Kind
from tests.cloudqa.run.conftest import ROOT, SmallSuite
from tests.cloudqa.run.test_shards import FIRST, SECOND

BEGAN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def scenario(number: int, outcome: str = "passed", seconds: float = 1.0, **more: object) -> ScenarioRecord:
    kind = Kind.RULE if outcome in ("failed", "known") else None
    facts = {"id": f"@QC-{number}", "name": f"Scenario {number}", "place": f"features/a.feature:{number}"}
    return ScenarioRecord.model_validate(
        {**facts, "outcome": Outcome(outcome), "seconds": seconds, "kind": kind, **more}
    )


def places(*numbers: int) -> tuple[Place, ...]:
    return tuple(scenario(number).where for number in numbers)


def shard(name: str, *scenarios: ScenarioRecord, **more: object) -> RunRecord:
    facts: dict[str, object] = {
        "run_id": f"run{name.partition('/')[0]}",
        "target": "https://cloud.example",
        "embedded": False,
        "commit": "c0ffee",
        "began": BEGAN,
        "ended": BEGAN + timedelta(minutes=3),
        "state": "ended",
        "exit_status": int(any(one.outcome is Outcome.FAILED for one in scenarios)),
        "shard": name,
        "chosen": "features",
        "selection": places(1, 2, 3, 4),
        "scenarios": scenarios,
    }
    return RunRecord.model_validate({**facts, **more})


def merged(*records: RunRecord) -> RunRecord:
    return joined(Shards(records))


FIRST_HALF = shard("1/2", scenario(1), scenario(3))
SECOND_HALF = shard("2/2", scenario(2), scenario(4))


def test_shards_are_one_run_in_the_order_of_the_selection() -> None:
    run = merged(SECOND_HALF, FIRST_HALF)
    assert [one.id for one in run.scenarios] == ["@QC-1", "@QC-2", "@QC-3", "@QC-4"]
    assert (run.failed, run.problems, run.state) == (False, (), "ended")
    assert (run.shard, run.run_id) == ("", "run1, run2")


@pytest.mark.parametrize(("statuses", "whole"), [((0, 3), 3), ((3, 1), 1), ((4, 5), 5), ((2, 0), 2)])
def test_gravest_exit_status_of_the_shards_is_that_of_the_whole(
    statuses: tuple[int, int], whole: int
) -> None:
    records = zip((FIRST_HALF, SECOND_HALF), map(ExitStatus, statuses), strict=True)
    run = merged(*(one.model_copy(update={"exit_status": status}) for one, status in records))
    assert run.exit_status == whole


@pytest.mark.parametrize(
    ("records", "sentences"),
    [
        (
            [FIRST_HALF],
            [
                "Shard 2/2 is missing: give its folder, or run it with -D shard=2/2.",
                "2 of 4 scenarios are in none of the shards: @QC-2 (features/a.feature:2), @QC-4 ",
            ],
        ),
        (
            [FIRST_HALF, shard("2/2", scenario(2), scenario(4), scenario(1))],
            ["1 of 4 scenarios are in more than one shard: @QC-1 (features/a.feature:1)."],
        ),
        (
            [FIRST_HALF, SECOND_HALF, SECOND_HALF],
            ["2 of 4 scenarios are in more than one shard: @QC-2 "],
        ),
        (
            [FIRST_HALF, shard("2/2", scenario(2), scenario(4), scenario(5))],
            ["1 of 4 scenarios are in a shard, and were not selected: @QC-5 "],
        ),
        (
            [FIRST_HALF, shard("2/2", state="begun", ended=None, selection=(), exit_status=130)],
            ["Shard 2/2 (run run2) did not end: it was killed, or", "2 of 4 scenarios are in none"],
        ),
        (
            [FIRST_HALF, shard("2/2", scenario(2), scenario(4, "not run"), state="aborted", exit_status=130)],
            ["Shard 2/2 (run run2) was ended before it was over."],
        ),
        (
            [FIRST_HALF, shard("2/2", scenario(2), scenario(4), exit_status=1, problems=("A user stays.",))],
            ["Shard 2/2 (run run2): A user stays."],
        ),
        (
            [shard("1/1", *(scenario(number, "skipped") for number in (1, 2, 3, 4)))],
            ["Nothing was run: no shard has executed a scenario."],
        ),
    ],
)  # fmt: skip
def test_what_is_no_whole_run_fails(records: list[RunRecord], sentences: list[str]) -> None:
    run = merged(*records)
    assert run.failed
    assert len(run.problems) == len(sentences)
    assert all(problem.startswith(start) for problem, start in zip(run.problems, sentences, strict=True))


@pytest.mark.parametrize(
    ("other", "fact"),
    [
        ({"commit": "bad"}, "commit: c0ffee and bad"),
        ({"target": "https://other.example"}, "target: https://cloud.example and https://other.example"),
        ({"embedded": True}, "target: https://cloud.example and the embedded sandbox"),
        ({"chosen": "features --tags smoke"}, "command line: features and features --tags smoke"),
        ({"shard": "2/3"}, "number of shards: 2 and 3"),
        ({"selection": places(1, 2, 3)}, "selection. Merge"),
    ],
)
def test_shards_of_different_runs_are_refused(other: dict[str, object], fact: str) -> None:
    stranger = SECOND_HALF.model_copy(update=other)
    with pytest.raises(CannotRun) as refusal:
        merged(FIRST_HALF, stranger)
    assert f" differ in their {fact}" in str(refusal.value)


def test_embedded_sandboxes_are_one_target_at_any_address() -> None:
    records = [
        one.model_copy(update={"embedded": True, "target": f"embedded sandbox http://127.0.0.1:{port}"})
        for port, one in ((1, FIRST_HALF), (2, SECOND_HALF))
    ]
    assert not merged(*records).failed


def test_folders_without_a_record(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"No record of a run is in .*nothing"):
        read_shards([tmp_path / "nothing"])
    write_record(shard("1/1", *FIRST_HALF.scenarios, *SECOND_HALF.scenarios), tmp_path / "one" / "run.json")
    run = joined(read_shards([tmp_path / "one", tmp_path / "nothing"]))
    assert run.problems == (f"There is no record of a run in {tmp_path / 'nothing'}: its run did not begin.",)
    assert run.failed


def test_folder_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    write_record(shard("1/1", *FIRST_HALF.scenarios, *SECOND_HALF.scenarios), tmp_path / "run.json")
    assert not joined(read_shards([tmp_path, tmp_path / "." / "..", tmp_path][::2])).failed


BEFORE = shard(
    "",
    scenario(1),
    scenario(2, "failed"),
    scenario(3, "failed"),
    scenario(4, "known"),
    scenario(5, "known"),
    scenario(6, seconds=1.0),
    scenario(7, seconds=0.1),
    scenario(8, seconds=2.0),
    scenario(9),
    *(scenario(number) for number in range(20, 25)),
)
NOW = shard(
    "",
    scenario(1, "failed"),
    scenario(2, "failed"),
    scenario(3),
    scenario(4),
    scenario(5, "failed"),
    scenario(6, seconds=1.5),
    scenario(7, seconds=0.4),
    scenario(8, seconds=2.9),
    scenario(10, "failed"),
    *(scenario(number) for number in range(20, 25)),
)


def test_what_is_new_against_the_run_before() -> None:
    comparison = compared(NOW, BEFORE)
    numbers = {
        name: [int(one.id.removeprefix("@QC-")) for one in getattr(comparison, name)]
        for name in ("newly_failing", "still_failing", "fixed", "slower", "new", "gone")
    }
    assert numbers == {
        "newly_failing": [1, 5, 10],
        "still_failing": [2],
        "fixed": [3, 4],
        "slower": [6],
        "new": [10],
        "gone": [9],
    }


def test_run_that_is_slow_as_a_whole_is_not_told_scenario_by_scenario() -> None:
    before = shard("", *(scenario(number, seconds=1.0) for number in range(9)))
    now = shard("", *(scenario(number, seconds=2.0) for number in range(8)), scenario(8, seconds=3.1))
    comparison = compared(now, before)
    assert comparison.pace == 2.0
    assert [one.id for one in comparison.slower] == ["@QC-8"]
    assert "Scenarios took 2.0 times as long as then" in page_of(View(now, comparison))
    assert "times as long" not in page_of(View(before, compared(before, now)))


def test_verdict_by_kind() -> None:
    lost = scenario(2, "failed", kind=Kind.UNREACHABLE)
    view = View(shard("", scenario(1, "failed"), lost, scenario(3), scenario(4, "known")))
    assert view.headline == "The cloud broke a rule: 1, the cloud was not reached: 1"
    assert [verdict.number for verdict in view.verdicts] == [1, 0, 0, 1, 0, 0]
    assert View(merged(FIRST_HALF, SECOND_HALF)).headline == "Passed"
    assert View(merged(FIRST_HALF)).headline == "The run has a problem"


def test_failures_that_are_new_come_first() -> None:
    view = View(NOW, compared(NOW, BEFORE))
    assert [one.id for one in view.failures] == ["@QC-1", "@QC-5", "@QC-10", "@QC-2"]


def test_page_shows_everything_and_nothing_of_it_as_html() -> None:
    evil = "<script>alert(1)</script>"
    known = KnownRecord(link="https://bugs.example/7", until=date(2026, 12, 24), why=evil)
    run = shard(
        "",
        scenario(1, "failed", name=evil, failure=f"J6: {evil}", rules=("J6",), explanation=f"curl {evil}"),
        scenario(2, "known", known=known),
        scenario(3, "known", known=known.model_copy(update={"link": "javascript:alert(1)"})),
        scenario(4, "skipped", skipped=evil),
        problems=(evil,),
        chosen=evil,
        target=evil,
    )
    page = page_of(View(run, compared(run, BEFORE)))
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert '<a href="https://bugs.example/7">' in page
    assert "until 2026-12-24" in page
    assert page.count("alert(1)") >= 8
    assert "src=" not in page
    assert "@import" not in page
    assert all(f"@QC-{number}" in page for number in (1, 2, 3, 4))


def test_junit_of_a_feature_in_two_shards_is_one_file(tmp_path: Path) -> None:
    for name, cases in (("one", 2), ("two", 1)):
        folder = tmp_path / name / "junit"
        folder.mkdir(parents=True)
        inside = "".join(f'<testcase name="{name} {index}"/>' for index in range(cases))
        (folder / "TESTS-a.xml").write_text(
            f'<testsuite tests="{cases}" errors="0" failures="1" skipped="0" time="1.5">{inside}</testsuite>'
        )
    (tmp_path / "two" / "junit" / "TESTS-b.xml").write_text("<testsuite tests=")
    (tmp_path / "into").mkdir()
    (tmp_path / "into" / "TESTS-old.xml").write_text("<testsuite/>")
    problems = join_junit([tmp_path / "one", tmp_path / "two"], tmp_path / "into")
    assert [file.name for file in (tmp_path / "into").iterdir()] == ["TESTS-a.xml"]
    suite = ElementTree.parse(tmp_path / "into" / "TESTS-a.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("time")) == ("3", "2", "3.0")
    assert len(suite.findall("testcase")) == 3
    assert len(problems) == 1
    assert "TESTS-b.xml cannot be read as JUnit, and is left out" in problems[0]


def cloudqa(*arguments: object, folder: Path) -> tuple[int, str]:
    run = subprocess.run(
        [sys.executable, "-m", "cloudqa", *map(str, arguments)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


def test_merged_shards_list_what_one_whole_run_lists(small_suite: SmallSuite) -> None:
    small_suite.write(FIRST)
    (small_suite.folder / "features" / "another.feature").write_text(SECOND)
    small_suite.run("-D", "reports=whole")
    shards = [f"shards/{number}" for number in range(1, 6)]
    for number, folder in enumerate(shards, 1):
        status, output = small_suite.run("-D", f"reports={folder}", "-D", f"shard={number}/5", "--jobs", "2")
        assert status == 0, output
    status, output = cloudqa(
        "merge", *shards, "--before", "whole", "--into", "all", folder=small_suite.folder
    )
    assert status == 0, output
    assert output.splitlines()[0].endswith(": 9 passed")
    whole, run = read_record(small_suite.folder / "whole"), read_record(small_suite.folder / "all")
    assert [one.where for one in run.scenarios] == [one.where for one in whole.scenarios]
    assert len(run.scenarios) == len(set(run.scenarios)) == 9
    cases = {
        folder: sorted(
            case.attrib["name"]
            for file in (small_suite.folder / folder / "junit").iterdir()
            for case in ElementTree.parse(file).getroot().iter("testcase")
        )
        for folder in ("whole", "all")
    }
    assert len(cases["whole"]) == 9
    assert cases["all"] == cases["whole"]
    assert (small_suite.folder / "all" / "merged.html").read_text().startswith("<!DOCTYPE html>")

    status, output = cloudqa("merge", *shards[1:], folder=small_suite.folder)
    assert status == 1
    assert "FAILED: Shard 1/5 is missing" in output

    status, output = cloudqa("merge", *shards, "--into", shards[0], folder=small_suite.folder)
    assert (status, output.count("\n")) == (1, 1)
    assert "shards/1 is to be merged itself" in output


def test_durations_are_written_from_records(small_suite: SmallSuite) -> None:
    small_suite.write(FIRST)
    small_suite.run("-D", "reports=reports")
    file = small_suite.folder / "durations.json"
    file.write_text('{"QC-999": 3.0}')
    status, output = cloudqa("durations", folder=small_suite.folder)
    assert status == 0, output
    names = set(json.loads(file.read_text()))
    assert names == {
        "QC-1", "QC-2", "QC-3", "QC-4", "QC-5", "QC-6", "features/small.feature: Without an id"
    }  # fmt: skip
    status, output = cloudqa("durations", "nowhere", folder=small_suite.folder)
    assert (status, output.count("\n")) == (1, 1)
