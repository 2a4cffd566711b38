"""People, objects and answers that the tests of the client layer share."""

# ruff: noqa: ANN401 - attributes are of any type

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.utils import CloudContext

BASE = "https://cloud.test/base"
JOB_ID = "0c6dbb5d-8a3c-4b9e-9a51-5d9a3c2f7e10"
NEW_ID = "5a881293-f071-4570-ac37-40e7f1e61a55"
OK = {"message": "ok"}
TOKEN_ANSWER = {"token": "raw", "token_id": 9, "duration": 99999}
KEY_ANSWER = {"api_key": "raw", "api_key_id": 9, "duration": 5}
REGISTERED = {"platform_id": "p-9", "platform_name": "sim:x", "worker_id": "w", "status": "available"}
FETCHED = {
    "job_id": JOB_ID,
    "job_name": "n",
    "platform_id": "p-1",
    "platform_name": "sim:x",
    "payload": {"command": "probs"},
    "pcvl_version": None,
    "max_duration": 9,
    "process_id": None,
}
NEW_USER = {"email": "new@example.com", "password": "x", "first_name": "Ada", "last_name": "Lovelace"}


@dataclass
class People:
    """Who a test works with: a plain user and the admin of all platforms, both with every credential."""

    cloud: CloudContext
    user: User
    admin: User


def a_user(**attributes: Any) -> User:
    """A user whose credentials are named after their kind and their owner: LT-7, JT-7, AK-7."""
    user = User(**{"user_id": 7, "email": "ada@example.com", "password": "of-no-use", **attributes})
    user.login_token.token = f"LT-{user.user_id}"
    user.job_tokens = [
        JobToken(token=f"old-JT-{user.user_id}", token_id=40),
        JobToken(token=f"JT-{user.user_id}", token_id=41),
    ]
    user.api_key = ApiKey(api_key=f"AK-{user.user_id}", api_key_id=50)
    return user


def an_admin(**attributes: Any) -> User:
    return a_user(**{"user_id": 1, "is_admin": True, **attributes})


def new_user(**attributes: Any) -> User:
    return User(**{**NEW_USER, **attributes})


def token(**attributes: Any) -> JobToken:
    return JobToken(**{"label": "l", "token_id": 41, "token": "s+e=c%r", **attributes})


def job(**attributes: Any) -> Job:
    return Job(**{"job_id": JOB_ID, **attributes})


def platform(**attributes: Any) -> Platform:
    return Platform(**{"name": "sim:x", "platform_id": "p-1", "worker_id": "w", **attributes})
