"""Faults of platform permissions: PP-1 and PP-2."""

from __future__ import annotations

from defects.defect import breaks
from defects.handling import refuse, with_defaults
from defects.planting import Ground
from sandbox.routes import platforms as platform_routes
from sandbox.routes import shapes
from sandbox.rules import platforms
from sandbox.rules.refusals import UNKNOWN_USER, bad_request, not_found
from sandbox.store import jobs_table, platforms_table, users_table


@breaks("PP-1", "A permission is taken and forgotten")
def permission_is_forgotten(ground: Ground) -> None:
    ground.replace(users_table.grant, lambda *_: None)


@breaks("PP-1", "The giving of a permission says nothing")
def giving_a_permission_says_nothing(ground: Ground) -> None:
    ground.wrap(platform_routes.grant, lambda original, call: (original(call), {})[1])


@breaks("PP-1.1", "A permission that was given is refused a second time", known_as="D070")
def permission_is_refused_a_second_time(ground: Ground) -> None:
    ground.wrap(
        platforms.grant,
        lambda original, cloud, user_id, platform_id: (
            refuse(bad_request("Invalid data"))
            if users_table.is_granted(cloud.db, user_id, platform_id)
            else original(cloud, user_id, platform_id)
        ),
    )


@breaks("PP-1.1", "A permission that is given a second time is taken away", known_as="D070")
def second_permission_takes_the_first_away(ground: Ground) -> None:
    ground.wrap(
        users_table.grant,
        lambda original, db, user_id, platform_id: (
            users_table.withdraw(db, user_id, platform_id)
            if users_table.is_granted(db, user_id, platform_id)
            else original(db, user_id, platform_id)
        ),
    )


@breaks("PP-1.2", "A permission is given to a user who does not exist")
def unknown_user_gets_a_permission(ground: Ground) -> None:
    ground.wrap(
        platform_routes.grant,
        lambda original, call: (
            original(call) if users_table.find(call.cloud.db, call.body["user_id"]) else platform_routes.OK
        ),
    )


@breaks("PP-1.2", "An unknown user is 404")
def unknown_user_of_a_permission_is_not_found(ground: Ground) -> None:
    ground.wrap(
        platforms.grant,
        lambda original, cloud, user_id, platform_id: (
            original(cloud, user_id, platform_id)
            if users_table.find(cloud.db, user_id)
            else refuse(not_found(UNKNOWN_USER))
        ),
    )


@breaks("PP-1.2", "An unknown platform of a permission is 400")
def unknown_platform_of_a_permission_is_a_bad_request(ground: Ground) -> None:
    ground.wrap(
        platforms.grant,
        lambda original, cloud, user_id, platform_id: (
            original(cloud, user_id, platform_id)
            if platforms.find(cloud, platform_id) or not users_table.find(cloud.db, user_id)
            else refuse(bad_request(f"Invalid platform: {platform_id}"))
        ),
    )


@breaks("PP-1.2", "A permission may name its platform", also=("ID-9", "ID-10"))
def permission_may_name_its_platform(ground: Ground) -> None:
    ground.wrap(
        platforms.grant,
        lambda original, cloud, user_id, platform_id: original(
            cloud,
            user_id,
            getattr(platforms_table.find_by_name(cloud.db, platform_id), "platform_id", platform_id),
        ),
    )


@breaks("PP-1.3", "A permission without a user is given to the caller")
def permission_needs_no_user(ground: Ground) -> None:
    ground.field(shapes.PERMISSION, "user_id", required=False)
    ground.wrap(
        platform_routes.grant,
        lambda original, call: original(with_defaults(call, user_id=call.caller.user.user_id)),
    )


@breaks("PP-1.3", "A permission without a platform is given on the oldest one")
def permission_needs_no_platform(ground: Ground) -> None:
    ground.field(shapes.PERMISSION, "platform_id", required=False)
    ground.wrap(
        platform_routes.grant,
        lambda original, call: original(
            with_defaults(call, platform_id=platforms_table.every(call.cloud.db)[0].platform_id)
        ),
    )


@breaks("PP-1.4", "Every user gives permissions", also=("PM-40",))
def every_user_gives_permissions(ground: Ground) -> None:
    ground.operation("PP-1", right="anyone")


@breaks("PP-1.4", "An API key gives permissions", also=("PM-40",))
def key_gives_permissions(ground: Ground) -> None:
    ground.operation("PP-1", right="registrar")


@breaks("PP-1.5", "A permission opens every platform to the user", known_as="D070")
def permission_opens_every_platform(ground: Ground) -> None:
    ground.replace(
        platforms.user_has_permission,
        lambda cloud, user, platform: bool(users_table.granted_platforms(cloud.db, user.user_id)),
    )


@breaks("PP-1.5", "A permission opens the platform to every user", known_as="D070")
def permission_opens_the_platform_to_all(ground: Ground) -> None:
    ground.replace(
        platforms.user_has_permission,
        lambda cloud, user, platform: bool(
            cloud.db.one("SELECT 1 FROM permissions WHERE platform_id = ?", (platform.platform_id,))
        ),
    )


@breaks("PP-2", "The taking of a permission says nothing")
def taking_a_permission_says_nothing(ground: Ground) -> None:
    ground.wrap(platform_routes.withdraw, lambda original, call: (original(call), {})[1])


@breaks("PP-2", "Every user takes permissions", also=("PM-40", "PP-1.4"))
def every_user_takes_permissions(ground: Ground) -> None:
    ground.operation("PP-2", right="anyone")


@breaks("PP-2", "A permission of an unknown user is taken, with 200", also=("PP-1.2",))
def permission_of_an_unknown_user_is_taken(ground: Ground) -> None:
    ground.wrap(
        platform_routes.withdraw,
        lambda original, call: (
            original(call) if users_table.find(call.cloud.db, call.body["user_id"]) else platform_routes.OK
        ),
    )


@breaks("PP-2", "A permission is taken without naming the platform", also=("PP-1.3",))
def taking_a_permission_needs_no_platform(ground: Ground) -> None:
    ground.operation("PP-2", body=shapes.Shape("PlatformPermission", shapes.PERMISSION.fields[:1]))
    ground.replace(platform_routes.withdraw, lambda call: platform_routes.OK)


@breaks("PP-2.1", "Taking a permission that nobody gave is 400")
def permission_that_nobody_gave_is_refused(ground: Ground) -> None:
    ground.wrap(
        platforms.withdraw,
        lambda original, cloud, user_id, platform_id: (
            original(cloud, user_id, platform_id)
            if users_table.is_granted(cloud.db, user_id, platform_id)
            else refuse(bad_request("Invalid data"))
        ),
    )


@breaks("PP-2.2", "A permission that was taken still opens the platform", also=("PP-2",), known_as="D073")
def permission_is_never_taken(ground: Ground) -> None:
    ground.replace(users_table.withdraw, lambda *_: None)


@breaks("PP-2.2", "Taking one permission takes all of the user", known_as="D073")
def taking_one_permission_takes_all_of_the_user(ground: Ground) -> None:
    ground.text(users_table.withdraw, "user_id = ? AND platform_id = ?", "user_id = ? AND ? != ''")


@breaks("PP-2.2", "Taking one permission takes those of all users on the platform", known_as="D073")
def taking_one_permission_takes_all_on_the_platform(ground: Ground) -> None:
    ground.text(users_table.withdraw, "user_id = ? AND", "? != 0 AND")


@breaks("PP-2.3", "Jobs that wait are canceled when the permission is taken")
def waiting_jobs_go_with_the_permission(ground: Ground) -> None:
    ground.wrap(
        platforms.withdraw,
        lambda original, cloud, user_id, platform_id: (
            original(cloud, user_id, platform_id),
            cloud.db.run(
                "UPDATE jobs SET status = 'canceled', duration = 0, status_message = 'No permission' "
                "WHERE status = 'waiting' AND user_id = ? AND platform_id = ?",
                (user_id, platform_id),
            ),
        ),
    )


@breaks("PP-2.3", "Jobs that wait are not handed out while the permission is missing")
def waiting_jobs_need_the_permission(ground: Ground) -> None:
    ground.sql(
        jobs_table,
        "CLAIM",
        "WHERE status = 'waiting' AND",
        "WHERE status = 'waiting' AND user_id IN "
        "(SELECT user_id FROM permissions WHERE platform_id = :platform_id) AND",
    )
