"""What a fresh cloud holds: an admin, a demo user with a token, and a platform (SB-1, WR-1)."""

import json
from dataclasses import dataclass

from sandbox.cloud import Cloud
from sandbox.errors import SandboxError
from sandbox.json_text import Json
from sandbox.rules import passwords, platforms, tokens, users
from sandbox.store import platforms_table, tokens_table, users_table
from sandbox.store.records import Platform, User

PLATFORM_NAME = "sim:qa"
DEMO_EMAIL = "demo@sandbox.local"
DEMO_LABEL = "demo"
DEMO_TOKEN_DURATION = 30 * 86_400

# What a local simulation does in well under a second.
CONSTRAINTS = {"min_mode_count": 1, "max_mode_count": 20, "min_photon_count": 0, "max_photon_count": 6}


@dataclass(frozen=True)
class Bootstrap:
    """What a user of the cloud needs to begin with."""

    admin_email: str
    admin_password: str
    job_token: str
    platform: str


def bootstrap(cloud: Cloud) -> Bootstrap:
    """Make what is missing and refresh what is there; the demo token is new at every start (SB-3)."""
    settings = cloud.settings
    password = settings.admin_password or passwords.new_password()
    if not users.email_is_wellformed(settings.admin_email):
        raise SandboxError(f"{settings.admin_email!r} is not an e-mail address: give the admin another one.")
    if users_table.email_key(settings.admin_email) == DEMO_EMAIL:
        raise SandboxError(f"{DEMO_EMAIL} is the demo user's e-mail: give the admin another one.")
    if not passwords.is_strong(password):
        raise SandboxError(
            f"The admin's password is too weak: take {passwords.SHORTEST} to {passwords.LONGEST} characters "
            "with a lower-case and an upper-case letter, a digit and a symbol."
        )
    with cloud.db.transaction():
        _admin(cloud, password)
        platform = _platform(cloud)
        demo = _demo_user(cloud)
        users_table.grant(cloud.db, demo.user_id, platform.platform_id)
        token = _demo_token(cloud, demo)
    return Bootstrap(settings.admin_email, password, token, platform.name)


def _admin(cloud: Cloud, password: str) -> None:
    email = cloud.settings.admin_email
    password_hash = passwords.hashed(password, cloud.settings.effective_password_cost)
    known = users_table.find_by_email(cloud.db, email)
    if known is None:
        _add_user(cloud, email, password_hash, "Sandbox", "Admin", is_admin=True)
    elif known.is_admin:
        users_table.update(cloud.db, known.user_id, {"password_hash": password_hash, "is_active": 1})
    else:
        raise SandboxError(
            f"{email} is a user of this database without admin rights: give the admin another e-mail."
        )


def _demo_user(cloud: Cloud) -> User:
    demo = users_table.find_by_email(cloud.db, DEMO_EMAIL)
    if demo is None:
        # Nobody logs in as the demo user, so its password is forgotten here.
        password_hash = passwords.hashed(passwords.new_password(), cloud.settings.effective_password_cost)
        user_id = _add_user(cloud, DEMO_EMAIL, password_hash, "Demo", "User", is_admin=False)
        demo = users.require(cloud, user_id)
    return demo


def _add_user(
    cloud: Cloud, email: str, password_hash: str, first_name: str, last_name: str, *, is_admin: bool
) -> int:
    members = {"email": email, "first_name": first_name, "last_name": last_name, "is_admin": is_admin}
    return users.create(cloud, members, password_hash)


def _platform(cloud: Cloud) -> Platform:
    specs: dict[str, Json] = {"available_commands": list(cloud.settings.commands), "constraints": CONSTRAINTS}
    known = platforms_table.find_by_name(cloud.db, PLATFORM_NAME)
    if known is None:
        return platforms.make(cloud, PLATFORM_NAME, specs, "Simulator of the sandbox")
    platforms_table.update(cloud.db, known.platform_id, {"specs": json.dumps(specs)})
    return known


def _demo_token(cloud: Cloud, demo: User) -> str:
    taken = {token.label for token in tokens_table.of_user(cloud.db, demo.user_id)}
    number = 1
    while f"{DEMO_LABEL}-{number}" in taken:
        number += 1
    duration = min(DEMO_TOKEN_DURATION, cloud.settings.max_token_duration)
    members = {"label": f"{DEMO_LABEL}-{number}", "duration": duration}
    return tokens.generate_for(cloud, demo, members).token
