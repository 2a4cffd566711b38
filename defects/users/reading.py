"""Faults in reading users."""

from __future__ import annotations

from collections.abc import Callable

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import users as users_routes
from sandbox.routes.calls import Call
from sandbox.rules import (
    clock,
    users,
)
from sandbox.rules.refusals import bad_request, forbidden
from sandbox.store import users_table
from sandbox.store.records import User


def _shown_with(ground: Ground, **members: Callable[[User], Json]) -> None:
    """Have records show these members as the functions say."""
    ground.wrap(
        users_routes.shown,
        lambda original, call, user: {
            **original(call, user),
            **{name: value(user) for name, value in members.items()},
        },
    )


@breaks("US-2", "The record of a user lacks their company")
def record_lacks_the_company(ground: Ground) -> None:
    ground.wrap(
        users_routes.shown,
        lambda original, *args: {
            name: value for name, value in original(*args).items() if name != "company_id"
        },
    )


@breaks("US-2", "First and last name change places in the record")
def names_change_places(ground: Ground) -> None:
    _shown_with(ground, first_name=lambda user: user.last_name, last_name=lambda user: user.first_name)


@breaks("US-2", "An admin who reads a user gets their own record")
def admin_reads_their_own_record(ground: Ground) -> None:
    ground.replace(users_routes.read, lambda call: users_routes.shown(call, call.caller.user))


@breaks("US-2", "A user's record shows them without their platforms")
def record_shows_no_platforms(ground: Ground) -> None:
    _shown_with(ground, platform_ids=lambda user: [])


@breaks("US-2", "A user's record shows a priority that is not theirs")
def record_shows_another_priority(ground: Ground) -> None:
    _shown_with(ground, priority=lambda user: user.priority + 1)


@breaks("US-2", "The record of a plain user says that they are an admin")
def record_makes_everyone_an_admin(ground: Ground) -> None:
    _shown_with(ground, is_admin=lambda user: True)


@breaks("US-2.1", "A user's record shows the hash of their password", also=("SC-3",), known_as="D023")
def record_shows_the_password_hash(ground: Ground) -> None:
    _shown_with(ground, password_hash=lambda user: user.password_hash)


@breaks("US-2.2", "A user reads the record of every other one", also=("PM-45", "OC-2"), known_as="D029")
def user_reads_other_users(ground: Ground) -> None:
    ground.operation("US-2", right="anyone")


@breaks("US-2.2", "A user is told which users exist", also=("OC-2",))
def user_learns_who_exists(ground: Ground) -> None:
    def read(original: Original, call: Call) -> Json:
        user = users.require(call.cloud, call.path["user_id"])
        if not call.caller.is_admin and call.caller.user.user_id != user.user_id:
            raise forbidden()
        return original(call)

    ground.operation("US-2", right="anyone")
    ground.wrap(users_routes.read, read)


@breaks("US-2.3", "An admin reads users who were deleted", also=("US-4", "US-4.2", "US-5.1"))
def deleted_user_is_still_read(ground: Ground) -> None:
    def require(original: Original, cloud: Cloud, user_id: int) -> User:
        row = cloud.db.one(f"SELECT {users_table._COLUMNS} FROM users WHERE user_id = ?", (user_id,))
        return users_table._user(row) if row else original(cloud, user_id)

    ground.wrap(users.require, require)


@breaks("US-2.3", "An unknown user is a bad request instead of not found", also=("US-3.11", "US-4.2"))
def unknown_user_is_a_bad_request(ground: Ground) -> None:
    ground.set(users, "not_found", lambda: bad_request("Unknown user"))


@breaks("US-2.3", "An unknown user has an empty record")
def unknown_user_has_an_empty_record(ground: Ground) -> None:
    def read(original: Original, call: Call) -> Json:
        if users_table.find(call.cloud.db, call.path["user_id"]) is None:
            return {**users_routes.shown(call, call.caller.user), "user_id": call.path["user_id"]}
        return original(call)

    ground.wrap(users_routes.read, read)


@breaks("US-2", "The record of a user tells another day of their making")
def record_tells_another_day(ground: Ground) -> None:
    _shown_with(ground, created_date=lambda user: clock.iso(user.created - 86_400))


@breaks("US-2", "Names lose their letters outside ASCII")
def names_lose_foreign_letters(ground: Ground) -> None:
    _shown_with(
        ground,
        first_name=lambda user: user.first_name.encode("ascii", "replace").decode(),
        last_name=lambda user: user.last_name.encode("ascii", "replace").decode(),
    )
