"""A planted defect is found, or it is told what happened instead; nothing hangs, and nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cloudqa.errors import CannotRun
from cloudqa.selftest.choosing import Chooser, chosen, operation_of
from cloudqa.selftest.clouds import Clouds, serving
from cloudqa.selftest.playing import Patience
from cloudqa.selftest.selftest import Selftest
from cloudqa.selftest.suite import Suite, loaded
from cloudqa.selftest.telling import line_of, summary_of
from cloudqa.selftest.trials import Trials
from cloudqa.selftest.verdicts import Kind, Planted, Result, Verdict
from tests.cloudqa.run.conftest import hear_interrupts

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
COMMAND = (sys.executable, "-m", "tests.cloudqa.selftest.planted_clouds")
PATIENCE = Patience(call=3.0, scenario=2.0, defect=15.0)


@pytest.fixture(scope="module")
def suite() -> Iterator[Suite]:
    with loaded(HERE / "suite") as suite:
        yield suite


@pytest.fixture
def clouds(tmp_path: Path) -> Iterator[Clouds]:
    with serving(tmp_path / "log", COMMAND) as clouds:
        yield clouds


@pytest.fixture
def selftest(suite: Suite, clouds: Clouds, tmp_path: Path) -> Iterator[Selftest]:
    trials = Trials(suite, clouds, 2, PATIENCE, tmp_path / "log")
    yield Selftest(trials, Chooser(suite.scenarios, with_perceval=True), PATIENCE)
    trials.end()


def verdict_on(selftest: Selftest, clouds: Clouds, name: str) -> Verdict:
    (verdict,) = selftest.verdicts(chosen(clouds.defects(), [name]))
    return verdict


def outcomes(verdict: Verdict) -> dict[str, tuple[Kind, tuple[str, ...]]]:
    return {result.scenario: (result.kind, result.rules) for result in verdict.others}


def test_a_failure_that_names_the_rule_finds_the_defect(selftest: Selftest, clouds: Clouds) -> None:
    verdict = verdict_on(selftest, clouds, "odd-health")
    assert verdict.found and verdict.by is not None and verdict.by.scenario == "QC-1"
    assert line_of(verdict).startswith("found   SV-2 odd-health")
    assert "by @QC-1" in line_of(verdict)


def test_a_violation_of_the_contract_finds_the_defect(selftest: Selftest, clouds: Clouds) -> None:
    verdict = verdict_on(selftest, clouds, "talkative-login")
    assert verdict.by is not None and (verdict.by.scenario, verdict.by.rules) == ("QC-8", ("US-0.1",))


def test_a_scenario_of_the_same_operation_finds_it_too(selftest: Selftest, clouds: Clouds) -> None:
    verdict = verdict_on(selftest, clouds, "odd-platforms")
    assert verdict.by is not None and verdict.by.scenario == "QC-7"


def test_a_failure_that_names_another_rule_finds_nothing(selftest: Selftest, clouds: Clouds) -> None:
    verdict = verdict_on(selftest, clouds, "odd-parts")
    assert verdict.missed and outcomes(verdict)["QC-2"] == (Kind.FAILED, ("SV-1",))
    assert "@QC-2 failed, naming SV-1" in line_of(verdict)


def test_a_failure_may_name_another_rule_of_the_defect(selftest: Selftest, clouds: Clouds) -> None:
    assert verdict_on(selftest, clouds, "odd-parts-of-either-rule").found


def test_a_step_that_breaks_finds_nothing(selftest: Selftest, clouds: Clouds) -> None:
    verdict = verdict_on(selftest, clouds, "odd-entry")
    assert verdict.missed and outcomes(verdict)["QC-3"] == (Kind.BROKE, ())
    assert "ZeroDivisionError: the step itself is broken" in line_of(verdict)


def test_a_cloud_that_dies_is_not_found(selftest: Selftest, clouds: Clouds) -> None:
    verdict = verdict_on(selftest, clouds, "deadly-health")
    assert verdict.missed and outcomes(verdict)["QC-1"] == (Kind.BROKE, ())


def test_a_step_that_hangs_is_ended_and_the_others_have_their_turn(
    selftest: Selftest, clouds: Clouds
) -> None:
    verdict = verdict_on(selftest, clouds, "odd-toolbox")
    assert verdict.by is not None and verdict.by.scenario == "QC-5"
    assert outcomes(verdict) == {"QC-4": (Kind.HUNG, ())}
    assert verdict.seconds < 10


def test_an_admin_who_cannot_log_in_is_told(selftest: Selftest, clouds: Clouds) -> None:
    verdict = verdict_on(selftest, clouds, "no-login")
    assert verdict.missed and "its admin cannot work with it" in line_of(verdict)


def test_a_defect_that_plants_nothing_is_told(selftest: Selftest, clouds: Clouds) -> None:
    verdict = verdict_on(selftest, clouds, "empty-fault")
    assert verdict.missed and "empty-fault plants nothing" in line_of(verdict)


def test_a_scenario_that_is_red_on_a_sound_cloud_does_not_count(selftest: Selftest, clouds: Clouds) -> None:
    verdict = verdict_on(selftest, clouds, "odd-document")
    assert verdict.missed and "QC-6" in selftest.red
    assert "@QC-6 did not pass on a sound cloud" in summary_of([verdict], selftest.red, 1.0)


def test_a_failing_clean_up_is_no_failure(selftest: Selftest, clouds: Clouds) -> None:
    verdict = verdict_on(selftest, clouds, "odd-parts")
    assert outcomes(verdict)["QC-9"] == (Kind.PASSED, ())


def test_what_cannot_be_seen_need_not_be_found(selftest: Selftest, clouds: Clouds) -> None:
    verdict = verdict_on(selftest, clouds, "unseen-fault")
    assert not verdict.found and not verdict.missed
    assert line_of(verdict).endswith("No one can see it.")


def test_what_was_found_although_it_cannot_be_seen_is_told() -> None:
    result = Result("QC-1", Kind.FAILED, ("JB-1",), "seen", 0.1)
    verdict = Verdict(Planted("hidden", "JB-1", "", unseen="It is dark."), result)
    assert line_of(verdict).endswith("it can be seen after all: take out its `unseen`")
    assert summary_of([verdict], {}, 1.0).startswith("1 defect: 1 found, 0 missed, 0 cannot be seen.")


def test_a_defect_that_no_scenario_knows_is_missed(selftest: Selftest, clouds: Clouds) -> None:
    verdict = verdict_on(selftest, clouds, "fault-without-scenario")
    assert verdict.missed and "no scenario carries its rule" in line_of(verdict)


def test_all_at_once_say_what_each_says_alone(selftest: Selftest, clouds: Clouds) -> None:
    defects = chosen(clouds.defects(), [])
    verdicts = list(selftest.verdicts(defects))
    found = {verdict.defect.id for verdict in verdicts if verdict.found}
    assert len(verdicts) == len(defects)
    assert found == {
        "odd-health",
        "odd-platforms",
        "odd-parts-of-either-rule",
        "odd-toolbox",
        "talkative-login",
    }
    assert summary_of(verdicts, {}, 1.0).startswith("13 defects: 5 found, 7 missed, 1 cannot be seen.")


def test_the_matrix_names_the_scenarios_that_find_nothing(selftest: Selftest, clouds: Clouds) -> None:
    defects = chosen(clouds.defects(), ["odd-health", "odd-platforms", "odd-toolbox"])
    assert all(verdict.found for verdict in selftest.verdicts(defects, stops=False))
    assert [one.id for one in selftest.fruitless(defects)] == ["QC-2", "QC-3", "QC-4", "QC-9"]


@pytest.mark.parametrize("name", ["odd-health", "D900"])
def test_defects_are_chosen_by_any_of_their_names(clouds: Clouds, name: str) -> None:
    assert [defect.id for defect in chosen(clouds.defects(), [name])] == ["odd-health"]


def test_a_rule_chooses_all_that_break_it(clouds: Clouds) -> None:
    ids = [defect.id for defect in chosen(clouds.defects(), ["SV-2"])]
    assert ids == ["odd-health", "deadly-health", "empty-fault"]


def test_an_unknown_name_is_a_sentence() -> None:
    with pytest.raises(CannotRun, match="There is no planted defect nonsense: give the id of one"):
        chosen([Planted("a", "JB-1", "")], ["nonsense"])


@pytest.mark.parametrize(
    ("rule", "operation"),
    [("JB-1.12", "JB-1"), ("JB-1d", "JB-1"), ("J10.2", "J10"), ("EN-3", "EN"), ("TK-9", "TK-9")],
)
def test_a_rule_belongs_to_an_operation(rule: str, operation: str) -> None:
    assert operation_of(rule) == operation


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cloudqa", "selftest", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_command_finds_a_defect() -> None:
    done = run_command("--only", "any-class-of-credential-is-taken", "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "found   A-4" in done.stdout and " 0 missed" in done.stdout


def test_the_command_refuses_an_unknown_defect_in_a_sentence() -> None:
    done = run_command("--only", "nonsense")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.startswith("There is no planted defect nonsense")


def test_the_command_lists_the_defects() -> None:
    assert "any-class-of-credential-is-taken" in run_command("--list").stdout


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to see what is left")
@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda pid: os.killpg(pid, signal.SIGINT), id="Ctrl-C"),
        pytest.param(lambda pid: os.kill(pid, signal.SIGTERM), id="SIGTERM"),
    ],
)
def test_who_ends_it_leaves_no_process(end: Callable[[int], None]) -> None:
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "cloudqa",
            "selftest",
            "--only",
            "any-class-of-credential-is-taken",
            "--matrix",
        ],
        cwd=ROOT,
        env={**os.environ, "SELFTEST_MARK": mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=hear_interrupts,
    )
    deadline = time.monotonic() + 60
    while len(marked(mark)) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(marked(mark)) >= 4, "no cloud and no trial came up"
    end(process.pid)
    process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    while marked(mark) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert marked(mark) == []


def marked(mark: str) -> list[int]:
    """The processes whose environment bears the mark."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                if mark.encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
    return found
