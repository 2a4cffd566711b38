"""Who may call what: every operation tried by everyone (PM-1 to PM-50)."""

from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.routes.table import OPERATIONS
from tests.sandbox.support import (
    ACCOUNT_401,
    JOB_401,
    Json,
    Machine,
    Person,
    World,
    fetch_body,
    job_body,
    unique,
)

EXPLORER = "Authentication failed: explorer tokens are not allowed"
TEXTS = {
    "J": (401, JOB_401),
    "A": (401, ACCOUNT_401),
    "U": (401, "Invalid user"),
    "E": (401, EXPLORER),
    "P": (403, "Permission denied"),
}
PERSONAS = ("AN", "MF", "XJ", "RJ", "JO", "JX", "LO", "LX", "LA", "AK", "DJ", "DL", "EX")

JOB_ROW = "J J J J 200 P J J J J U J 200"
JOB_OWN_ROW = "J J J J 200 200 J J J J U J 200"
NEW_JOB_ROW = "J J J J 200 200 J J J J U J E"
TOKEN_ROW = "J J J J 200 P J J J J U J P"
ACCOUNT_OWN_ROW = "A A A A 200 200 200 200 200 A U U 200"
LOGIN_ROW = "A A A A A A 200 P 200 A A U A"
ADMIN_ROW = "A A A A A A P P 200 A A U A"
READ_ROW = "{0} {0} {0} {0} 200 200 200 200 200 200 U U 200"
PLATFORM_ADMIN_ROW = "A A A A P P P P 200 P U U P"

# AN no header, MF unknown, XJ expired, RJ revoked, JO owner's token, JX another user's, LO owner's login,
# LX another user's, LA the admin's login, AK a worker's key, DJ and DL of a deactivated user, EX the owner's
# explorer token.
MATRIX: dict[str, str] = {
    "JB-1": NEW_JOB_ROW,
    "JB-1d": NEW_JOB_ROW,
    "JB-2": JOB_ROW,
    "JB-2d": JOB_ROW,
    "JB-3": JOB_ROW,
    "JB-3d": JOB_ROW,
    "JB-4": JOB_ROW,
    "JB-5": JOB_ROW,
    "JB-5d": JOB_ROW,
    "JB-6": "J J J J 200 P J J J J U J E",
    "JB-6d": "J J J J 200 P J J J J U J E",
    "JB-7": JOB_OWN_ROW,
    "TK-1": JOB_OWN_ROW,
    "TK-2": "J J J J 200 200 J J J J U J P",
    "TK-3": JOB_ROW,
    "TK-4": TOKEN_ROW,
    "TK-5": TOKEN_ROW,
    "TK-6": TOKEN_ROW,
    "TK-7": TOKEN_ROW,
    "TK-8": "J J J J 200 F J J J J U J P",
    "AT-8d": "J J J J 200 F J J J J U J P",
    "AT-9d": "J J J J 200 F J J J J U J P",
    "TK-9": JOB_OWN_ROW,
    "AT-1": ACCOUNT_OWN_ROW,
    "AT-2": "A A A A 200 200 200 200 200 A U U P",
    "AT-2d": "A A A A 200 200 200 200 200 A U U P",
    "AT-3": LOGIN_ROW,
    "AT-3d": LOGIN_ROW,
    "AT-4": LOGIN_ROW,
    "AT-5": LOGIN_ROW,
    "AT-5d": LOGIN_ROW,
    "AT-6": LOGIN_ROW,
    "AT-7": "A A A A 200 P 200 P 200 A U U P",
    "PL-1": READ_ROW.format("J"),
    "PL-2": READ_ROW.format("J"),
    "PF-2": READ_ROW.format("A"),
    "PF-5": READ_ROW.format("A"),
    "PF-1": "A A A A P P P P 200 200 U U P",
    "PF-3": PLATFORM_ADMIN_ROW,
    "PF-4": PLATFORM_ADMIN_ROW,
    "PP-1": PLATFORM_ADMIN_ROW,
    "PP-2": PLATFORM_ADMIN_ROW,
    "WK-1": "A A A A P P P P P 200 U U P",
    "WK-2": "A A A A P P P P P 200 U U P",
    "US-0": "200 200 200 200 200 200 200 200 200 200 200 200 200",
    "US-1": ADMIN_ROW,
    "US-2": LOGIN_ROW,
    "US-3": LOGIN_ROW,
    "US-4": ADMIN_ROW,
    "US-5": ADMIN_ROW,
    "AK-1": ADMIN_ROW,
    "AK-2": ADMIN_ROW,
    "AD-1": ADMIN_ROW,
    "JA-1": ADMIN_ROW,
    "JA-2": ADMIN_ROW,
    **{f"SV-{number}": "200 200 200 200 200 200 200 200 200 200 200 200 200" for number in range(1, 7)},
}
CALLS = sorted({(operation.id, operation.method, operation.path) for operation in OPERATIONS})


@dataclass
class Cast:
    """Everyone who calls."""

    owner: Person
    machine: Machine
    credentials: dict[str, str | None]


@pytest.fixture(scope="module")
def cast(world: World) -> Cast:
    """One credential for each persona."""
    machine = world.machine()
    owner, other, gone = world.person(machine), world.person(machine), world.person(machine)
    expired, revoked = world.token(owner, duration=1)[0], world.token(owner)[0]
    world.ok("POST", "/api/tokens/revoke", revoked, data={"token": revoked})
    world.ok("PUT", f"/api/users/{gone.user_id}", world.admin, json={"is_active": False})
    world.clock.advance(1)
    explorer = world.token(owner, is_explorer_token=True)[0]
    credentials = {
        "AN": None,
        "MF": "_T_not.a.token",
        "XJ": expired,
        "RJ": revoked,
        "JO": owner.token,
        "JX": other.token,
        "LO": owner.login,
        "LX": other.login,
        "LA": world.admin,
        "AK": world.key,
        "DJ": gone.token,
        "DL": gone.login,
        "EX": explorer,
    }
    return Cast(owner, machine, credentials)


def request_for(world: World, cast: Cast, identifier: str, path: str) -> tuple[str, dict[str, Any]]:
    """Return the path and body of a call that succeeds for who has the right, on objects made for it."""
    owner, machine = cast.owner, cast.machine
    if identifier.startswith("JB-1"):
        return path, {"json": job_body(machine)}
    if "{job_id}" in path or identifier in ("WK-1", "JA-2"):
        job_id = world.job(owner.token, machine)
        if identifier.startswith("JB-6"):
            world.ok("POST", f"/api/jobs/{job_id}/cancel", owner.token)
        if identifier == "WK-2":
            while world.fetch(machine)["job_id"] != job_id:
                pass
        bodies = {
            "WK-1": fetch_body(machine),
            "WK-2": {"worker_id": machine.worker_id, "status": "completed", "results": "r"},
            "JA-2": {"job_ids": [job_id]},
        }
        return path.replace("{job_id}", job_id), {"json": bodies.get(identifier, {})}
    if identifier[:2] in ("TK", "AT"):
        key, token_id = world.token(owner)
        if identifier in ("TK-6", "AT-6"):
            world.ok("POST", "/api/tokens/revoke", owner.token, data={"token": key})
        if identifier in ("TK-5", "TK-6", "AT-5", "AT-5d", "AT-6"):
            return path, {"data": {"token": key}}
        bodies = {
            "TK-2": {"label": unique("l")},
            "AT-2": {"label": unique("l")},
            "AT-2d": {"label": unique("l")},
            "TK-4": {"label": unique("l")},
            "AT-4": {"label": unique("l")},
            "TK-7": {"token_ids": [token_id]},
            "AT-7": {"token_ids": [token_id]},
        }
        return path.replace("{token_id}", str(token_id)), {"json": bodies.get(identifier, {"tokens": [key]})}
    user_id = owner.user_id if identifier != "US-4" else world.person().user_id
    platform_id = machine.platform_id if identifier != "PF-4" else world.machine().platform_id
    permission = {"user_id": owner.user_id, "platform_id": world.machine().platform_id}
    key_id = world.ok("POST", "/admin/api-keys", world.admin, json={})["api_key_id"]
    email = unique("made") + "@example.org"
    others: dict[str, Json] = {
        "PF-1": {
            "platform_name": machine.name,
            "worker_id": machine.worker_id,
            "specs": {"available_commands": ["probs"]},
        },
        "PP-1": permission,
        "PP-2": permission,
        "US-0": {"email": owner.email, "password": "Correct-Horse-7"},
        "US-1": {"email": email, "password": "Correct-Horse-7", "first_name": "", "last_name": ""},
        "US-3": {"first_name": "New"},
        "AK-2": {"api_key_id": key_id},
    }
    path = path.replace("{user_id}", str(user_id)).replace("{platform_id}", platform_id)
    return path.replace("{name}", machine.name.replace(":", "%3A")), {"json": others.get(identifier, {})}


def settle(world: World, cast: Cast) -> None:
    """Leave no waiting job behind, so that no call meets a limit."""
    listed = world.ok("GET", "/admin/jobs", world.admin, params={"limit": 10_000})
    for wave in ("waiting", "running"):
        ids = [job["job_id"] for job in listed if job["status"] == wave]
        if ids:
            world.ok("POST", "/admin/jobs/cancel", world.admin, json={"job_ids": ids})
    for job in world.ok("GET", "/admin/jobs", world.admin, params={"status": "cancel_requested"}):
        world.publish(cast.machine, job["job_id"], status="canceled")


@pytest.mark.parametrize(("identifier", "method", "path"), CALLS)
def test_matrix(world: World, cast: Cast, identifier: str, method: str, path: str) -> None:
    deviations = []
    row = MATRIX[identifier].split()
    assert len(row) == len(PERSONAS)
    for persona, expected in zip(PERSONAS, row, strict=True):
        target, rest = request_for(world, cast, identifier, path)
        if identifier == "TK-5" and persona == "EX":
            expected = "P"
        response = world.call(method, target, cast.credentials[persona], **rest)
        settle(world, cast)
        foreign = (403, "You do not have permission to delete this token")
        wanted = {"200": (200, None), "F": foreign, **TEXTS}[expected]
        body = response.json()
        got = (response.status_code, body.get("error") if isinstance(body, dict) else None)
        if got != wanted:
            deviations.append(f"{persona}: {got} instead of {wanted}")
    assert deviations == []


def test_matrix_has_every_operation() -> None:
    assert {identifier for identifier, _, _ in CALLS} == set(MATRIX)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Token {0}",
        "{0}",
        "Bearer {0} {0}",
        "Bearer {0},",
        "Basic {0}",
        "Bearer\t{0}",
        "Bearer \xe9",
        "Bearer{0}",
    ],
)
def test_malformed_headers_are_401(world: World, cast: Cast, header: str) -> None:
    value = header.format(cast.owner.token).encode("latin-1")
    for path, error in (("/api/jobs/availability", JOB_401), ("/api/platforms", ACCOUNT_401)):
        world.refused(401, error, "GET", path, headers={"Authorization": value})


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR"])
def test_scheme_has_no_case(world: World, cast: Cast, scheme: str) -> None:
    world.ok("GET", "/api/jobs/availability", headers={"Authorization": f"{scheme} {cast.owner.token}"})


def test_repeated_header_is_401(world: World, cast: Cast) -> None:
    import http.client

    connection = http.client.HTTPConnection(world.announcement.url.removeprefix("http://"))
    connection.putrequest("GET", "/api/jobs/availability")
    for _ in range(2):
        connection.putheader("Authorization", f"Bearer {cast.owner.token}")
    connection.endheaders()
    assert connection.getresponse().status == 401
    connection.close()


def test_rights_come_before_bodies_and_objects(world: World, cast: Cast) -> None:
    for method, path in (
        ("POST", "/api/users"),
        ("PUT", "/api/users/999999"),
        ("DELETE", "/api/users/999999"),
    ):
        world.refused(403, "Permission denied", method, path, cast.owner.login, data="{not json")
    for path in ("/api/platforms/nothing", "/api/platform-permissions"):
        world.refused(403, "Permission denied", "DELETE", path, cast.owner.token, data="{not json")
    world.refused(401, JOB_401, "POST", "/api/jobs", None, data="{not json")
    world.refused(400, None, "POST", "/api/jobs", cast.owner.token, data="{not json")
