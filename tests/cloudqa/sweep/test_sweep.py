"""A sweep touches what is in a ledger and bears its run's mark, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from cloudqa.commands.sweep import told
from cloudqa.record.ledger import Ledger
from cloudqa.sweep.account import Account
from cloudqa.sweep.ledgers import ledgers_of
from cloudqa.sweep.sight import AdminSight, Found, JobTokenSight, Sight
from cloudqa.sweep.sweeping import Swept, sweep
from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.exchange import Exchange, Request
from steps.api.operations import TK_2
from steps.api.utils import Api
from steps.support.names import Names
from tests.cloudqa.run.test_leaves_nothing import contents
from tests.cloudqa.sweep.conftest import StandingCloud


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


class KilledRun:
    """A run that made things in a cloud and was killed: its ledger is there, and nobody has it open."""

    def __init__(self, standing: StandingCloud, folder: Path, run_id: str) -> None:
        self.names = Names(run_id)
        self.ledger = Ledger.begin(run_id, standing.cloud.url, folder=folder)
        self.cloud = replace(standing.cloud, observers=(self.ledger,))
        self.admin = standing.admin
        Platform.ADMIN = standing.admin

    def user(self, email: str | None = None) -> User:
        user = User("Ada", "Love")
        user.generate_data()
        user.email = email or self.names.email(user.email)
        user.create(self.cloud, self.admin)
        return user

    def die(self) -> None:
        self.ledger.close()


def swept(standing: StandingCloud, folder: Path, *, dry_run: bool = False) -> dict[str, Swept]:
    sight = AdminSight(standing.cloud, standing.admin)
    return by_run(sweep(ledgers_of(standing.cloud.url, folder), sight, dry_run=dry_run))


def by_run(results: list[Swept]) -> dict[str, Swept]:
    return {one.account.run_id: one for one in results}


def test_four_runs_at_once_do_not_touch_each_other(standing: StandingCloud, folder: Path) -> None:
    before = contents(standing.cloud, standing.admin)
    ids = ["aaaaaaa1", "aaaaaaa2", "aaaaaaa3", "aaaaaaa4"]
    runs = {run_id: KilledRun(standing, folder, run_id) for run_id in ids}
    emails = {run_id: run.user().email for run_id, run in runs.items()}
    runs[ids[0]].die()
    runs[ids[1]].die()
    paths = {path.stem: path for path in ledgers_of(standing.cloud.url, folder)}
    sight = AdminSight(standing.cloud, standing.admin)
    first = {paths[ids[0]]: ledgers_of(standing.cloud.url, folder)[paths[ids[0]]]}
    assert [one.is_clean for one in sweep(first, sight)] == [True]
    there = contents(standing.cloud, standing.admin).users - before.users
    assert there == {emails[run_id] for run_id in ids[1:]}
    # Those that go on are left alone also where everything is to be swept.
    everything = swept(standing, folder)
    assert {run_id: one.busy for run_id, one in everything.items()} == {
        ids[1]: False,
        ids[2]: True,
        ids[3]: True,
    }
    assert contents(standing.cloud, standing.admin).users - before.users == {emails[ids[2]], emails[ids[3]]}
    for run_id in ids[2:]:
        runs[run_id].die()
    assert all(one.is_clean for one in swept(standing, folder).values())
    assert contents(standing.cloud, standing.admin) == before
    assert list(folder.iterdir()) == []


def test_user_without_the_mark_is_left_and_told(standing: StandingCloud, folder: Path) -> None:
    run = KilledRun(standing, folder, "bbbbbbb1")
    renamed, whole = run.user(), run.user()
    email = f"no.mark.{renamed.user_id}@example.com"
    renamed.update(standing.cloud, standing.admin, {"email": email})
    run.die()
    result = swept(standing, folder)["bbbbbbb1"]
    assert [thing.name for thing in result.removed] == [whole.email]
    assert [thing.name for thing in result.left] == [email]
    assert told(result)[0].endswith("something is left.")
    assert f"left: user {email}, because the run has made it" in "\n".join(told(result))
    renamed.delete(standing.cloud, standing.admin)
    assert swept(standing, folder)["bbbbbbb1"].is_clean


def test_marked_thing_of_no_ledger_is_left_and_told(standing: StandingCloud, folder: Path) -> None:
    run = KilledRun(standing, folder, "bbbbbbb2")
    run.user()
    stranger = User("Eve", "Nobody")
    stranger.generate_data()
    stranger.email = run.names.email(stranger.email)
    stranger.create(standing.cloud, standing.admin)
    run.die()
    result = swept(standing, folder)["bbbbbbb2"]
    assert [thing.name for thing in result.left] == [stranger.email]
    assert "the run's ledger does not hold it" in "\n".join(told(result))
    stranger.delete(standing.cloud, standing.admin)
    assert swept(standing, folder)["bbbbbbb2"].is_clean


def test_admin_is_never_touched(standing: StandingCloud, folder: Path) -> None:
    run = KilledRun(standing, folder, "bbbbbbb3")
    promoted = run.user()
    promoted.update(standing.cloud, standing.admin, {"is_admin": True})
    run.die()
    result = swept(standing, folder)["bbbbbbb3"]
    assert [thing.name for thing in result.left] == [promoted.email]
    assert "it is an admin" in "\n".join(told(result))
    promoted.update(standing.cloud, standing.admin, {"is_admin": False})
    assert swept(standing, folder)["bbbbbbb3"].is_clean


def test_id_that_a_new_cloud_gave_to_another_is_none_of_the_run(
    standing: StandingCloud, folder: Path
) -> None:
    """The ledger of a cloud that was set up anew at the same address: its ids mean others now."""
    run = KilledRun(standing, folder, "bbbbbbb4")
    other = run.user("someone.else@example.com")
    run.die()
    path = folder / "bbbbbbb4.jsonl"
    entries = [json.loads(line) for line in path.read_text().splitlines() if line]
    for entry in entries:
        entry |= {name: entry[name] - 86400 for name in ("at", "began") if name in entry}
    path.write_text("\n".join(map(json.dumps, entries)))
    assert swept(standing, folder)["bbbbbbb4"].is_clean
    other.delete(standing.cloud, standing.admin)


def test_only_lists_of_what_was_made_are_read(
    standing: StandingCloud, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = KilledRun(standing, folder, "bbbbbbb5")
    ApiKey(run.names.label("key")).create(run.cloud, run.admin)
    run.die()
    asked: list[str] = []
    exchange = Api._exchange

    def counted(self: Api, request: Request, deadline: float) -> tuple[Exchange, bool]:
        asked.append(str(request.operation))
        return exchange(self, request, deadline)

    monkeypatch.setattr(Api, "_exchange", counted)
    assert swept(standing, folder)["bbbbbbb5"].is_clean
    look = "GET /admin/api-keys (AK-2)"
    assert asked == [look, "POST /admin/api-keys/revoke (AK-2)", look]


def test_dry_run_tells_and_removes_nothing(standing: StandingCloud, folder: Path) -> None:
    run = KilledRun(standing, folder, "ccccccc1")
    user = run.user()
    run.die()
    before = contents(standing.cloud, standing.admin)
    result = swept(standing, folder, dry_run=True)["ccccccc1"]
    assert not result.is_clean
    assert f"  would remove user {user.email}" in told(result, dry_run=True)
    assert contents(standing.cloud, standing.admin) == before
    assert swept(standing, folder)["ccccccc1"].is_clean


def test_error_is_told_and_the_rest_goes_on(standing: StandingCloud, folder: Path) -> None:
    """The cloud is asked to delete a user who is gone already: the others go all the same."""
    run = KilledRun(standing, folder, "ccccccc2")
    first, second = run.user(), run.user()
    run.die()

    class LateSight(AdminSight):
        """Someone else deletes the first user between the look and the removal."""

        def find(self, accounts: Sequence[Account]) -> Found:
            found = super().find(accounts)
            if any(thing.name == first.email for thing in found["ccccccc2"]):
                first.delete(standing.cloud, standing.admin)
            return found

    (result,) = sweep(ledgers_of(standing.cloud.url, folder), LateSight(standing.cloud, standing.admin))
    assert result.is_clean
    assert [f"Removing user {first.email} failed" in problem for problem in result.problems] == [True]
    assert second.email not in contents(standing.cloud, standing.admin).users


def test_sweep_with_a_job_token_removes_what_it_may(standing: StandingCloud, folder: Path) -> None:
    holder = User()
    holder.job_tokens.append(JobToken(token=standing.settings["CLOUD_JOB_TOKEN"]))
    before = contents(standing.cloud, standing.admin)
    run = KilledRun(standing, folder, "ddddddd1")
    platform = Platform(run.names.platform())
    JobToken(run.names.label("token")).create(run.cloud, holder, operation=TK_2)
    platform.register(run.cloud)
    demo = next(user for user in User.list_all(standing.cloud, standing.admin) if not user.is_admin)
    platform.assign_user(standing.cloud, demo)
    job = Job(platform.name, run.names.label("job"))
    job.create(run.cloud, holder)
    run.die()
    sight: Sight = JobTokenSight(standing.cloud, holder)
    (result,) = sweep(ledgers_of(standing.cloud.url, folder), sight)
    assert sorted(thing.kind for thing in result.removed) == ["job", "job token"]
    assert [making.kind for making in result.unseen] == ["platform"]
    assert f"  not seen with a job token: platform {platform.name}" in told(result)
    assert not result.is_clean
    assert swept(standing, folder)["ddddddd1"].is_clean
    assert contents(standing.cloud, standing.admin) == before


def test_ledgers_of_other_clouds_are_left_alone(standing: StandingCloud, folder: Path) -> None:
    other = Ledger.begin("eeeeeee1", "https://other.example", folder=folder)
    other.close()
    assert swept(standing, folder) == {}
    assert other.path.exists()


def test_ledger_without_a_whole_first_line_is_removed(standing: StandingCloud, folder: Path) -> None:
    folder.mkdir()
    torn = folder / "eeeeeee2.jsonl"
    torn.write_text('\n{"run":"eeee')
    assert ledgers_of(standing.cloud.url, folder) == {}
    assert not torn.exists()
