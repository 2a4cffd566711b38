"""PF-1 to PF-5, PL-1, PL-2, PP-1, PP-2."""

from typing import Any

from sandbox.json_text import Json, JsonText
from sandbox.routes.calls import Call
from sandbox.rules import clock, platforms
from sandbox.store import platforms_table
from sandbox.store.records import Platform

OK = {"message": "ok"}


def register(call: Call) -> Json:
    """PF-1."""
    platform = platforms.register(call.cloud, call.body)
    return {
        "platform_id": platform.platform_id,
        "platform_name": platform.name,
        "worker_id": call.body["worker_id"],
        "status": platform.status,
    }


def read(call: Call) -> Json:
    """PF-2."""
    return full(platforms.require(call.cloud, call.path["platform_id"]))


def update(call: Call) -> Json:
    """PF-3."""
    platforms.update(call.cloud, platforms.require(call.cloud, call.path["platform_id"]), call.body)
    return OK


def delete(call: Call) -> Json:
    """PF-4."""
    platforms.delete(call.cloud, platforms.require(call.cloud, call.path["platform_id"]))
    return OK


def list_all(call: Call) -> Json:
    """PF-5, PL-3."""
    return [full(platform) for platform in platforms_table.page(call.cloud.db, **call.query)]


def read_by_name(call: Call) -> Json:
    """PL-1, PL-2."""
    return details(platforms.require_by_name(call.cloud, call.path["name"]))


def details(platform: Platform) -> dict[str, Any]:
    """PL-1, PL-2: what a client needs to know of a platform."""
    return {
        "id": platform.platform_id,
        "name": platform.name,
        "type": platform.type,
        "status": platform.status,
        "specs": JsonText(platform.specs),
        "perfs": JsonText(platform.perfs),
    }


def full(platform: Platform) -> Json:
    """PF-2, PF-5: a platform as its users see it."""
    return {
        **details(platform),
        "description": platform.description,
        "created_date": clock.iso(platform.created),
    }


def grant(call: Call) -> Json:
    """PP-1."""
    platforms.grant(call.cloud, call.body["user_id"], call.body["platform_id"])
    return OK


def withdraw(call: Call) -> Json:
    """PP-2."""
    platforms.withdraw(call.cloud, call.body["user_id"], call.body["platform_id"])
    return OK
