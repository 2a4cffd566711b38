"""What the suite may not ask for: it is told so before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import responses

from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.errors import PreconditionError
from steps.api.utils import CloudContext
from tests.steps.api.scene import People, a_user, an_admin, job, new_user, platform

Call = Callable[[People], object]


def never(condition: str, call: Call) -> Any:  # noqa: ANN401 - what pytest makes of it
    return pytest.param(call, id=condition)


@pytest.mark.parametrize(
    "call",
    [
        never("an admin is created", lambda p: an_admin().create(p.cloud, p.admin)),
        never("an admin is deleted", lambda p: an_admin().delete(p.cloud, p.admin)),
        never("a user who was not created is read", lambda p: new_user().read(p.cloud, p.admin)),
        never("… is updated", lambda p: new_user().update(p.cloud, p.admin, {})),
        never("… is deleted", lambda p: new_user().delete(p.cloud, p.admin)),
        never("… logs in", lambda p: new_user().log(p.cloud)),
        never("… makes a token", lambda p: a_user(user_id=-1).create_job_token(p.cloud, {})),
        never("… makes a key", lambda p: a_user(user_id=-1).create_api_key(p.cloud, {})),
        never("a plain user makes a key", lambda p: p.user.create_api_key(p.cloud, {})),
        never("… creates a key", lambda p: ApiKey().create(p.cloud, p.user)),
        never("… revokes a key", lambda p: ApiKey(api_key_id=1).revoke(p.cloud, p.user)),
        never("… lists users", lambda p: User.list_all(p.cloud, p.user)),
        never("… lists tokens", lambda p: JobToken.list_all(p.cloud, p.user)),
        never("… lists keys", lambda p: ApiKey.list_all(p.cloud, p.user)),
        never("… lists jobs", lambda p: Job.list_all(p.cloud, p.user)),
        never("… cancels many", lambda p: Job.cancel_many(p.cloud, [job()], p.user)),
        never("no one creates a key", lambda p: ApiKey().create(p.cloud)),
        never("a key that was not created is revoked", lambda p: ApiKey().revoke(p.cloud, p.admin)),
        never("a token that was not created is read", lambda p: JobToken().read(p.cloud, p.user)),
        never("… is updated", lambda p: JobToken().update(p.cloud, p.user, {})),
        never("… is deleted", lambda p: JobToken().delete(p.cloud, p.user)),
        never("… is revoked", lambda p: JobToken().revoke(p.cloud, p.user)),
        never("… is reopened", lambda p: JobToken().reopen(p.cloud, p.user)),
        never("a platform without an id is read", lambda p: platform(platform_id=None).read(p.cloud)),
        never("… is updated", lambda p: platform(platform_id=None).update(p.cloud, {})),
        never("… is deleted", lambda p: platform(platform_id=None).delete(p.cloud)),
        never("… is assigned", lambda p: platform(platform_id=None).assign_user(p.cloud, p.user)),
        never("… is taken away", lambda p: platform(platform_id=None).remove_user(p.cloud, p.user)),
        never("nobody is assigned", lambda p: platform().assign_user(p.cloud, new_user())),
        never("a job that was not created is read", lambda p: Job().read(p.cloud, p.user)),
        never("… is canceled", lambda p: Job().cancel(p.cloud, p.user)),
        never("… is canceled with others", lambda p: Job.cancel_many(p.cloud, [job(), Job()], p.admin)),
        never("… is asked for its status", lambda p: Job().get_status(p.cloud, p.user)),
        never("… is asked for its results", lambda p: Job().get_results(p.cloud, p.user)),
        never("… is run again", lambda p: Job().rerun(p.cloud, p.user)),
        never("… is published", lambda p: platform().publish(p.cloud, Job())),
    ],
)
def test_nothing_is_sent_when(call: Call, people: People, wire: responses.RequestsMock) -> None:
    with pytest.raises(PreconditionError) as broken:
        call(people)
    assert isinstance(broken.value, AssertionError)
    assert not wire.calls


@pytest.mark.parametrize("nobody", [None, User()], ids=["None", "a plain user"])
def test_a_platform_needs_an_admin(
    nobody: User | None, monkeypatch: pytest.MonkeyPatch, cloud: CloudContext
) -> None:
    monkeypatch.setattr(Platform, "ADMIN", nobody)
    with pytest.raises(PreconditionError):
        Platform()
    with pytest.raises(PreconditionError):
        Platform.list_all(cloud)
