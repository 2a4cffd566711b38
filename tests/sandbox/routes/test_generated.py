"""Requests generated from the documents, fitting and unfitting ones: none makes the sandbox fail."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from sandbox.routes import document
from sandbox.routes.table import OPERATIONS
from tests.sandbox.support import World

EXAMPLES = 8

Schema: TypeAlias = Any
"""Schemathesis's own classes are not typed."""

PUBLISHED = document.published()
PUBLISHED["paths"] = {path: item for path, item in PUBLISHED["paths"].items() if not path.startswith("/qt/")}
CALLS = sorted((method.upper(), path) for path, item in PUBLISHED["paths"].items() for method in item)
OWN = sorted(
    (operation.method, operation.path)
    for operation in OPERATIONS
    if operation.method.lower() not in PUBLISHED["paths"].get(operation.path, {})
)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """One connection for all requests."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def published() -> Schema:
    """The published operations outside the toolbox."""
    return schemathesis.openapi.from_dict(PUBLISHED)


@pytest.fixture(scope="module")
def served(world: World) -> Schema:
    """The operations that the sandbox describes itself."""
    return schemathesis.openapi.from_dict(world.ok("GET", "/openapi.json"))


def credential(world: World, path: str) -> str:
    """Return a credential that the route takes; login tokens can't be revoked, job tokens are made anew."""
    if path == "/admin/job" or path.startswith("/admin/job/"):
        return world.key
    if path.startswith(("/api/job", "/api/tokens", "/api/auth/token/delete", "/api/auth/tokens/delete")):
        return world.person().token
    return world.admin


def hold(world: World, session: requests.Session, schema: Schema, method: str, path: str) -> None:
    """Send requests of both kinds to one operation, and look at every answer."""
    operation = schema[path][method]
    strategy = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )
    token = credential(world, path)
    statuses = set()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def send(case: Schema) -> None:
        response = case.call(
            base_url=world.announcement.url,
            session=session,
            headers={"Authorization": f"Bearer {token}"},
        )
        statuses.add(response.status_code)
        assert response.status_code < 500, response.content
        assert response.headers["content-type"] == ["application/json"]
        body = response.json()
        if response.status_code != 200:
            assert set(body) == (
                {"detail", "message"} if response.status_code == 422 else {"detail", "error"}
            )
            assert isinstance(body["detail"], dict)

    send()
    assert statuses - {401}


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_published_operations(
    world: World, session: requests.Session, published: Schema, method: str, path: str
) -> None:
    hold(world, session, published, method, path)


@pytest.mark.parametrize(("method", "path"), OWN)
def test_own_operations(
    world: World, session: requests.Session, served: Schema, method: str, path: str
) -> None:
    hold(world, session, served, method, path)
