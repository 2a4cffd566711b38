"""Whatever a killed run left behind, the sweep removes it, and nothing else."""

from __future__ import annotations

import math

import pytest

from tests.cloudqa.run.test_leaves_nothing import contents
from tests.cloudqa.sweep.conftest import FOUR_SCENARIOS, STEPS, Project, StandingCloud

MOMENTS = ("before it leaves", "after its answer")


def requests_of(project: Project, settings: dict[str, str], *arguments: str) -> int:
    status, output = project.run(*arguments, **settings)
    assert status == 0, output
    assert project.ledgers == []
    return int((project.folder / "count").read_text())


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_run_is_swept_at_every_tenth_of_its_requests(
    project: Project, standing: StandingCloud, moment: str
) -> None:
    before = contents(standing.cloud, standing.admin)
    number = requests_of(project, standing.settings)
    assert contents(standing.cloud, standing.admin) == before
    for tenth in range(1, 11):
        at = math.ceil(number * tenth / 10)
        project.killed(at, moment, standing.settings)
        status, output = project.sweep(settings=standing.settings)
        assert status == 0, f"killed at {at}: {output}"
        assert contents(standing.cloud, standing.admin) == before, f"killed at {at}: {output}"
        assert project.ledgers == []


def test_killed_run_of_many_processes_is_swept_at_every_tenth_of_its_requests(
    project: Project, standing: StandingCloud
) -> None:
    before = contents(standing.cloud, standing.admin)
    project.write(FOUR_SCENARIOS, STEPS)
    number = requests_of(project, standing.settings, "--jobs", "4")
    for tenth in range(1, 11):
        at = math.ceil(number * tenth / 10)
        project.killed(at, MOMENTS[tenth % 2], standing.settings, "--jobs", "4")
        status, output = project.sweep(settings=standing.settings)
        assert status == 0, f"killed at {at}: {output}"
        assert contents(standing.cloud, standing.admin) == before, f"killed at {at}: {output}"
        assert project.ledgers == []


def test_runs_at_once_against_one_cloud_do_not_touch_each_other(
    project: Project, standing: StandingCloud, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = contents(standing.cloud, standing.admin)
    number = requests_of(project, standing.settings)
    others = [Project(tmp_path_factory.mktemp("other")) for _ in range(3)]
    for other in others:
        other.write(FOUR_SCENARIOS, STEPS)
    running = [other.start("--jobs", "2", **standing.settings) for other in others]
    project.killed(number // 2, MOMENTS[1], standing.settings)
    status, output = project.sweep(settings=standing.settings)
    ends = [(one.communicate(timeout=120)[0], one.returncode) for one in running]
    assert status == 0, output
    assert [code for _, code in ends] == [0, 0, 0], ends
    assert contents(standing.cloud, standing.admin) == before
