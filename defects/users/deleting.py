"""Faults in deleting and listing users."""

from __future__ import annotations

from dataclasses import replace

from defects.defect import breaks
from defects.handling import Original
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import shapes
from sandbox.routes import users as users_routes
from sandbox.routes.calls import Call
from sandbox.routes.kinds import QueryInteger
from sandbox.rules import (
    closing,
    credentials,
    users,
)
from sandbox.store import api_keys_table, tokens_table, users_table
from sandbox.store.records import User


@breaks("US-4", "A user is deleted in words only", also=("US-4.2", "US-4.3", "A-3.3", "US-1.10"))
def deletion_of_a_user_does_nothing(ground: Ground) -> None:
    ground.replace(users.delete, lambda *_: None)


@breaks("US-4", "A deleted user is only deactivated", also=("US-4.2", "US-4.3", "US-2.3", "US-1.10"))
def deleted_user_is_deactivated(ground: Ground) -> None:
    ground.replace(
        users.delete,
        lambda cloud, user: users_table.update(cloud.db, user.user_id, {"is_active": 0}),
    )


@breaks("US-4", "Deleting a user deletes the one made next as well")
def deletion_reaches_the_next_user(ground: Ground) -> None:
    ground.text(
        users_table.mark_deleted,
        "deleted = 1 WHERE user_id = ?",
        "deleted = 1 WHERE user_id BETWEEN ? AND ?1 + 1",
    )


@breaks("US-4", "The deletion of a user is answered without a message")
def deletion_of_a_user_has_no_message(ground: Ground) -> None:
    ground.wrap(users_routes.delete, lambda original, call: original(call) and {})


@breaks("US-4.1", "An admin is deleted")
def admin_can_be_deleted(ground: Ground) -> None:
    ground.wrap(users.delete, lambda original, cloud, user: original(cloud, replace(user, is_admin=False)))


@breaks("US-4.1", "The deletion of an admin is refused in words of its own")
def deletion_of_an_admin_gets_another_text(ground: Ground) -> None:
    ground.text(users.delete, "Can't delete an admin user", "Invalid data")


@breaks("US-4.2", "Deleting a user who does not exist is accepted")
def deleting_nobody_is_accepted(ground: Ground) -> None:
    def delete(original: Original, call: Call) -> Json:
        known = users_table.find(call.cloud.db, call.path["user_id"]) is not None
        return original(call) if known else users_routes.OK

    ground.wrap(users_routes.delete, delete)


@breaks("US-4.2", "A second deletion of a user is accepted")
def user_is_deleted_twice(ground: Ground) -> None:
    gone: set[int] = set()

    def delete(original: Original, call: Call) -> Json:
        user_id = call.path["user_id"]
        if user_id not in gone:
            original(call)
            gone.add(user_id)
        return users_routes.OK

    ground.wrap(users_routes.delete, delete)


@breaks("US-4.3", "The job tokens of a deleted user go on working", also=("A-3.3",), known_as="D025")
def job_tokens_outlive_their_user(ground: Ground) -> None:
    _keep_credentials_of_deleted(ground)
    ground.replace(tokens_table.mark_all_deleted, lambda *_: None)


@breaks("US-4.3", "The login tokens of a deleted user go on working", also=("A-3.3",))
def login_tokens_outlive_their_user(ground: Ground) -> None:
    _keep_credentials_of_deleted(ground)
    ground.text(
        users_table.mark_deleted, "DELETE FROM logins WHERE user_id", "DELETE FROM logins WHERE -user_id"
    )


@breaks("US-4.3", "The API keys of a deleted user go on working", also=("A-3.3",))
def api_keys_outlive_their_user(ground: Ground) -> None:
    _keep_credentials_of_deleted(ground)
    ground.replace(api_keys_table.mark_all_deleted, lambda *_: None)


def _keep_credentials_of_deleted(ground: Ground) -> None:
    """Let the credentials of deleted users open what they opened, as far as they are still known."""

    def owner(original: Original, cloud: Cloud, user_id: int) -> User | None:
        row = cloud.db.one(f"SELECT {users_table._COLUMNS} FROM users WHERE user_id = ?", (user_id,))
        return users_table._user(row) if row else None

    ground.wrap(credentials.owner, owner)


@breaks("US-4.3", "The job tokens of a deleted user stay in the admin's list", also=("A-3.3",))
def tokens_of_a_deleted_user_are_listed(ground: Ground) -> None:
    ground.replace(tokens_table.mark_all_deleted, lambda *_: None)


@breaks("US-4.3", "The API keys of a deleted user stay in the admin's list", also=("A-3.3",))
def keys_of_a_deleted_user_are_listed(ground: Ground) -> None:
    ground.replace(api_keys_table.mark_all_deleted, lambda *_: None)


@breaks("US-4.3", "The jobs of a deleted user go on waiting", also=("J13",))
def jobs_outlive_their_user(ground: Ground) -> None:
    ground.wrap(
        closing.close_jobs,
        lambda original, cloud, column, value, reason: (
            None if reason is closing.USER_DELETED else original(cloud, column, value, reason)
        ),
    )


@breaks("US-4.4", "A user deletes other users", also=("PM-48",))
def user_deletes_users(ground: Ground) -> None:
    ground.operation("US-4", right="anyone")


@breaks("US-4.4", "A user deletes their own account", also=("PM-48",))
def user_deletes_themselves(ground: Ground) -> None:
    ground.operation("US-4", right="self_or_admin")


@breaks("US-5", "The list of users shows less than the record")
def list_of_users_shows_less(ground: Ground) -> None:
    ground.replace(
        users_routes.list_all,
        lambda call: [
            {"user_id": user.user_id, "email": user.email}
            for user in users_table.page(call.cloud.db, **call.query)
        ],
    )


@breaks("US-5", "The list of users shows nobody their platforms")
def list_of_users_shows_no_platforms(ground: Ground) -> None:
    ground.wrap(
        users_routes.list_all,
        lambda original, call: [{**record, "platform_ids": []} for record in original(call)],
    )


@breaks("US-5", "The list of users leaves plain users out")
def list_of_users_lacks_plain_users(ground: Ground) -> None:
    ground.text(users_table.page, "deleted = 0", "deleted = 0 AND is_admin = 1")


@breaks(
    "US-5", "The list of users starts at the first user, whatever the offset", also=("PG-2", "PG-8", "PG-10")
)
def offset_of_users_is_ignored(ground: Ground) -> None:
    ground.wrap(users_table.page, lambda original, db, limit, offset: original(db, limit, 0))


@breaks("US-5.1", "Deactivated users are not listed")
def deactivated_user_is_not_listed(ground: Ground) -> None:
    ground.text(users_table.page, "deleted = 0", "deleted = 0 AND is_active = 1")


@breaks("US-5.1", "Deleted users stay in the list", also=("US-4",))
def deleted_user_is_listed(ground: Ground) -> None:
    ground.text(users_table.page, "WHERE deleted = 0 ", "")


@breaks("US-5.2", "A plain user lists all users", also=("PM-44",))
def user_lists_users(ground: Ground) -> None:
    ground.operation("US-5", right="anyone")


@breaks("US-5.2", "A plain user gets a list of users with only themselves in it", also=("PM-44",))
def user_lists_themselves(ground: Ground) -> None:
    ground.operation("US-5", right="anyone")
    ground.wrap(
        users_routes.list_all,
        lambda original, call: (
            original(call) if call.caller.is_admin else [users_routes.shown(call, call.caller.user)]
        ),
    )


@breaks("US-5.2", "The list of users takes pages that cannot be", also=("PG-4", "PG-5", "PG-10"))
def impossible_page_of_users_is_given(ground: Ground) -> None:
    ground.operation(
        "US-5",
        query=shapes.Shape(
            "Page",
            (
                shapes.Field("limit", QueryInteger(), nullable=True, default=1000),
                shapes.Field("offset", QueryInteger(), nullable=True, default=0),
            ),
        ),
    )
