"""A cloud at an address where nothing is, and a wire on which a test lays its answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from steps.api.cloud_objects import Platform, User
from steps.api.utils import CloudContext
from tests.steps.api.scene import BASE, People, a_user, an_admin


@pytest.fixture
def cloud() -> CloudContext:
    return CloudContext(BASE)


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def admin(monkeypatch: pytest.MonkeyPatch) -> User:
    admin = an_admin()
    monkeypatch.setattr(Platform, "ADMIN", admin)
    return admin


@pytest.fixture
def people(cloud: CloudContext, admin: User) -> People:
    return People(cloud, a_user(), admin)
