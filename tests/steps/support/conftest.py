"""A wire on which a test lays the cloud's answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock
