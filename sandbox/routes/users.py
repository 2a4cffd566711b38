"""US-0 to US-5."""

import asyncio
from dataclasses import asdict

from sandbox.json_text import Json
from sandbox.routes.calls import Call
from sandbox.rules import clock, passwords, users
from sandbox.store import users_table
from sandbox.store.records import User

OK = {"message": "ok"}


async def check_password(call: Call) -> Json:
    """Compare the password with the user's, off the event loop; an unknown e-mail takes as long (US-0.2)."""
    user = users_table.find_by_email(call.cloud.db, call.body["email"])
    cost = call.cloud.settings.effective_password_cost
    if user is None:
        await asyncio.to_thread(passwords.hashed, call.body["password"], cost)
        return None
    matches = await asyncio.to_thread(passwords.matches, call.body["password"], user.password_hash)
    return user.password_hash if matches else None


async def hash_password(call: Call) -> Json:
    """Return the hash of the password that was given, off the event loop; None for a weak one."""
    if "password" not in call.body:
        return None
    cost = call.cloud.settings.effective_password_cost
    return await asyncio.to_thread(users.hash_of_strong, call.body["password"], cost)


def log_in(call: Call) -> Json:
    """US-0."""
    user = users_table.find_by_email(call.cloud.db, call.body["email"])
    password_matches = user is not None and user.password_hash == call.prepared
    return asdict(users.log_in(call.cloud, user, password_matches))


def create(call: Call) -> Json:
    """US-1."""
    return {"user_id": users.create(call.cloud, call.body, call.prepared)}


def read(call: Call) -> Json:
    """US-2."""
    return shown(call, users.require(call.cloud, call.path["user_id"]))


def update(call: Call) -> Json:
    """US-3."""
    user = users.require(call.cloud, call.path["user_id"])
    users.update(call.cloud, call.caller, user, call.body, call.prepared)
    return OK


def delete(call: Call) -> Json:
    """US-4."""
    users.delete(call.cloud, users.require(call.cloud, call.path["user_id"]))
    return OK


def list_all(call: Call) -> Json:
    """US-5."""
    return [shown(call, user) for user in users_table.page(call.cloud.db, **call.query)]


def shown(call: Call, user: User) -> Json:
    """US-2, US-2.1: a user without anything secret."""
    return {
        "user_id": user.user_id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "platform_ids": users_table.granted_platforms(call.cloud.db, user.user_id),
        "is_admin": user.is_admin,
        "priority": user.priority,
        "company_id": user.company_id,
        "is_active": user.is_active,
        "created_date": clock.iso(user.created),
        "credits": user.credits,
        "time_left": user.time_left,
        "forbidden_commands": list(user.forbidden_commands),
    }
