"""The suite over a faulty network is judged: a false accusation, a double, a leak each fail it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from cloudqa.report.run_record import Outcome, RunRecord, ScenarioRecord
from cloudqa.report.verdicts import Kind
from cloudqa.run.settings import Settings
from cloudqa.run.target import cloud_of, logged_in_admin
from cloudqa.selftest.network import FAULTS, Conditions, Judgement, judged, look_into, wrongly_accused
from defects.network.faults import Fault
from steps.api.cloud_objects import Job, Platform, User
from tests.cloudqa.run.conftest import standing_sandbox

__all__ = ["standing_sandbox"]

SMOKE = ("--tags", "@QC-101 or @QC-102 or @QC-104 or @QC-410")


def scenario(name: str, kind: Kind | None) -> ScenarioRecord:
    outcome = Outcome.FAILED if kind else Outcome.PASSED
    return ScenarioRecord(
        id=name, name=name, place="x.feature:1", outcome=outcome, seconds=0.1, kind=kind, failure="J6: no"
    )


def test_every_fault_can_be_asked_for() -> None:
    assert set(FAULTS) == {str(fault) for fault in Fault}


def test_only_a_broken_rule_is_an_accusation() -> None:
    scenarios = [scenario("@QC-1", None), *(scenario(f"@QC-{kind}", kind) for kind in Kind)]
    record = RunRecord(
        run_id="1", target="t", embedded=False, commit="", began=datetime.now(UTC), scenarios=tuple(scenarios)
    )
    assert wrongly_accused(record) == ["@QC-rule x.feature:1 reports a broken rule: J6: no"]


def test_what_is_left_and_what_is_made_twice_is_found(
    standing_sandbox: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(
        url=standing_sandbox["CLOUD_URL"],
        admin_email=standing_sandbox["CLOUD_ADMIN_EMAIL"],
        admin_password=SecretStr(standing_sandbox["CLOUD_ADMIN_PASSWORD"]),
    )
    cloud = cloud_of(settings)
    monkeypatch.setattr(Platform, "ADMIN", logged_in_admin(cloud, settings))
    admin = Platform.ADMIN
    assert admin is not None
    user, platform = User("Ada", "Fox"), Platform(name="sim:qa-doubles")
    user.generate_data()
    user.email = f"qa-doubles-{user.email}"
    user.create(cloud, admin)
    platform.register(cloud)
    platform.assign_user(cloud, user)
    user.log(cloud)
    user.create_job_token(cloud, {"label": "qa-doubles"})
    job = Job(platform.name, job_name="job-qa-doubles", process_id="doubles")
    for _ in range(2):
        job.create(cloud, user)
    try:
        judgement = Judgement("reset-after")
        look_into(judgement, standing_sandbox)
        assert "Made 2 times: job job-qa-doubles of process doubles" in judgement.problems
        for thing in (
            f"user {user.email}",
            "platform sim:qa-doubles",
            "job token qa-doubles",
            "job job-qa-doubles (waiting)",
        ):
            assert f"Left behind: {thing}" in judgement.problems
    finally:
        platform.delete(cloud)
        user.delete(cloud, admin)


@pytest.mark.parametrize("fault", ["reset-after"])
def test_suite_is_played_over_the_faulty_network(fault: str, tmp_path: Path) -> None:
    judgement = judged(fault, Conditions(rate=0.1, seed=7, jobs=2, seconds=120, arguments=SMOKE), tmp_path)
    assert judgement.problems == []
    assert judgement.planted > 0
    assert sum(judgement.verdicts.values()) >= 4
    assert set(judgement.verdicts) <= {"passed", "unreachable", "unknown"}
