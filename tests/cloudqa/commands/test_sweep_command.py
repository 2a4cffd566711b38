"""`cloudqa sweep` as a person calls it: what it chooses, what it says, and its exit status."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cloudqa.commands.sweep import age_in_seconds, chosen
from cloudqa.errors import CannotRun
from cloudqa.record.ledger import Ledger
from cloudqa.sweep.account import Account
from tests.cloudqa.run.test_leaves_nothing import contents
from tests.cloudqa.sweep.conftest import Project, StandingCloud, project, standing, standing_sandbox

__all__ = ["project", "standing", "standing_sandbox"]

ADMIN = {"CLOUD_ADMIN_EMAIL": "a@b.example", "CLOUD_ADMIN_PASSWORD": "Not-the-right-1"}
NOWHERE = "http://127.0.0.1:9"


def test_command_sweeps_one_run_by_its_id(project: Project, standing: StandingCloud) -> None:
    before = contents(standing.cloud, standing.admin)
    project.killed(12, "after its answer", standing.settings)
    project.killed(12, "after its answer", standing.settings)
    first, second = (path.stem for path in project.ledgers)
    status, output = project.sweep("--run", "nobody", settings=standing.settings)
    assert status == 1
    assert "There is no ledger of run nobody" in output
    assert first in output
    assert second in output
    status, output = project.sweep("--run", first, settings=standing.settings)
    assert status == 0, output
    assert re.search(rf"Run {first} of \d{{4}}-\d\d-\d\d \d\d:\d\d UTC: nothing is left", output)
    assert second not in output
    assert [path.stem for path in project.ledgers] == [second]
    status, output = project.sweep("--older-than", "24h", settings=standing.settings)
    assert (status, len(project.ledgers)) == (0, 1)
    status, output = project.sweep("--dry-run", settings=standing.settings)
    assert status == 1
    assert "would remove user" in output
    status, output = project.sweep(settings=standing.settings)
    assert status == 0, output
    status, output = project.sweep(settings=standing.settings)
    assert (status, "nothing to sweep" in output) == (0, True)
    assert contents(standing.cloud, standing.admin) == before


def test_command_without_a_cloud_is_told(project: Project) -> None:
    status, output = project.sweep(settings={})
    assert status == 1
    assert "A sweep needs CLOUD_URL" in output
    assert "Traceback" not in output


def test_profile_and_mode_are_heeded(project: Project) -> None:
    status, output = project.sweep("--profile", "stagin", settings={})
    assert (status, "There is no profile 'stagin'" in output) == (1, True)
    (project.folder / ".env.staging").write_text(
        "\n".join(
            [
                "CLOUD_MODE=readonly",
                f"CLOUD_URL={NOWHERE}",
                *(f"{name}={text}" for name, text in ADMIN.items()),
            ]
        )
    )
    status, output = project.sweep("--profile", "staging", settings={})
    assert (status, "nothing to sweep" in output) == (0, True)
    Ledger.begin("fffffff2", NOWHERE, folder=project.folder / ".cloudqa" / "ledger").close()
    for option, forgiven in (("--run=fffffff2", 1), ("--if-any", 0)):
        status, output = project.sweep("--profile", "staging", option, settings={})
        assert (status, "CLOUD_MODE=readonly forbids a sweep" in output) == (forgiven, True)
    assert [path.stem for path in project.ledgers] == ["fffffff2"]


def test_cloud_that_is_gone_is_told(project: Project) -> None:
    ledger = Ledger.begin("fffffff1", NOWHERE, folder=project.folder / ".cloudqa" / "ledger")
    ledger.close()
    status, output = project.sweep(settings={"CLOUD_URL": NOWHERE, **ADMIN})
    assert status == 1
    assert "connection refused" in output
    assert "Traceback" not in output
    assert project.ledgers == [ledger.path]


def test_wrong_credentials_are_told(project: Project, standing: StandingCloud) -> None:
    ledger = Ledger.begin("fffffff2", standing.cloud.url, folder=project.folder / ".cloudqa" / "ledger")
    ledger.close()
    status, output = project.sweep(settings={"CLOUD_URL": standing.cloud.url, **ADMIN})
    assert status == 1
    assert "does not accept CLOUD_ADMIN_EMAIL" in output
    assert "Not-the-right-1" not in output


@pytest.mark.parametrize(("age", "seconds"), [("30s", 30), ("90m", 5400), ("24h", 86400), ("7d", 604800)])
def test_ages_are_understood(age: str, seconds: int) -> None:
    assert age_in_seconds(age) == seconds


@pytest.mark.parametrize("age", ["24", "h", "-1h", "1 day", ""])
def test_wrong_age_is_told(age: str) -> None:
    with pytest.raises(CannotRun, match="is no age"):
        age_in_seconds(age)


def test_only_runs_that_are_old_enough_are_chosen() -> None:
    old = Account("11111111", "qa-11111111", "https://cloud.example", began=0.0)
    new = Account("22222222", "qa-22222222", "https://cloud.example", began=9e9)
    ledgers = {Path("old"): old, Path("new"): new}
    assert list(chosen(ledgers, None, "1h")) == [Path("old")]
    assert list(chosen(ledgers, "22222222", None)) == [Path("new")]
    assert list(chosen(ledgers, None, None)) == [Path("old"), Path("new")]


def test_age_that_is_empty_does_not_choose_everything() -> None:
    """As a command line has it where a variable is not set."""
    with pytest.raises(CannotRun, match="is no age"):
        chosen({}, None, "")


def test_command_without_a_cloud_may_be_content(project: Project) -> None:
    status, output = project.sweep("--if-any", settings={})
    assert (status, "Nothing to sweep" in output) == (0, True)
