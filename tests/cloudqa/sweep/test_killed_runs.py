"""Whatever a killed run left behind, the sweep removes it, and nothing else."""

from __future__ import annotations

import math

import pytest

from tests.cloudqa.run.test_leaves_nothing import contents
from tests.cloudqa.sweep.conftest import Project, StandingCloud

MOMENTS = ("before it leaves", "after its answer")


def requests_of(project: Project, settings: dict[str, str]) -> int:
    status, output = project.run(**settings)
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
