"""The three credentials: a user's job tokens, their login token, and a worker's API key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects.cloud_base import (
    ACloudObject,
    all_pages,
    given,
    require,
    require_admin,
    set_attributes,
    token_for,
)
from steps.api.operations import (
    AD_1,
    AK_1,
    AK_2_LIST,
    AK_2_REVOKE,
    AT_1,
    AT_2,
    AT_4,
    AT_5,
    AT_6,
    AT_7,
    TK_3,
    TK_8,
    TK_9,
    US_0,
    Operation,
)
from steps.api.utils import Api, CloudContext

if TYPE_CHECKING:
    from steps.api.cloud_objects.cloud_user import User

# The reference's default, for tokens and keys; the cloud's own is 86400 s.
DEFAULT_DURATION = 99999


class JobToken(ACloudObject):
    """A job token: what a user shows to create jobs and to look after them.

    Args:
        label: its label, unique among the user's tokens; None leaves the choice to the cloud.
        duration: how long it is valid, in seconds.
        token_id: its id, -1 before it is created.
        user_id: whose it is; -1 means the user who creates it.
        token: the secret itself.
        kwargs: further attributes; `priority` and `is_explorer_token` are sent when it is created.
    """

    DURATION_KEY = "duration"
    LABEL_KEY = "label"
    SHOWN = ("token_id", "label", "user_id")

    priority: int | None
    is_explorer_token: bool | None
    is_revoked: bool | None

    def __init__(
        self,
        label: str | None = None,
        duration: int = DEFAULT_DURATION,
        token_id: int = -1,
        user_id: int = -1,
        token: str = "",
        **kwargs: Any,  # noqa: ANN401 - additional attributes, as the reference has it
    ) -> None:
        self.label = label
        self.duration = duration
        self.token_id = token_id
        self.user_id = user_id
        self.token = token
        set_attributes(self, kwargs)

    @classmethod
    def get_api(cls, context: CloudContext) -> Api:
        """The client of the token endpoints."""
        return Api(context)

    def create(self, context: CloudContext, user: User, *, operation: Operation = AT_2) -> None:
        """Create the token and take over its id and secret (AT-2; TK-2, AT-2d by `operation`).

        Raises PreconditionError where the user has no credential for the operation, CloudRefusal where the
        cloud refuses.
        """
        body: dict[str, Any] = {self.LABEL_KEY: self.label, self.DURATION_KEY: self.duration}
        optional = ("priority", "is_explorer_token")
        body.update({name: getattr(self, name) for name in optional if hasattr(self, name)})
        if self.user_id != -1:
            body["user_id"] = self.user_id
        answer = self.get_api(context).call_for_object(
            operation, "token", "token_id", token=token_for(user, operation), body=body
        )
        self.token = answer["token"]
        self.token_id = answer["token_id"]
        if self.user_id == -1:
            self.user_id = user.user_id

    def read(self, context: CloudContext, user: User, *, operation: Operation = TK_3) -> dict[str, Any]:
        """Read what the cloud knows of the token (TK-3; AT-3, AT-3d by `operation`).

        Raises PreconditionError where the user has no credential for the operation or the token was not
        created, CloudRefusal where the cloud refuses.
        """
        self._require_created()
        return self.get_api(context).call_for_object(
            operation, token=token_for(user, operation), path={"token_id": self.token_id}
        )

    def update(
        self,
        context: CloudContext,
        user: User,
        update_dict: Mapping[str, Any],
        *,
        operation: Operation = AT_4,
    ) -> None:
        """Change `label` and `priority`, here too once the cloud has accepted (AT-4; TK-4 by `operation`).

        Raises PreconditionError where the token was not created, CloudRefusal where the cloud refuses.
        """
        self._require_created()
        self.get_api(context).call(
            operation, token=token_for(user, operation), path={"token_id": self.token_id}, body=update_dict
        )
        kept = {name: update_dict.get(name) for name in (self.LABEL_KEY, "priority")}
        set_attributes(self, given(**kept))  # null keeps the old value in the cloud (T12)

    def revoke(
        self, context: CloudContext, user: User, *, as_json: bool = False, operation: Operation = AT_5
    ) -> None:
        """Revoke the token from the next request on (AT-5; AT-5d, TK-5 by `operation`).

        Sends a form, or JSON where `as_json` is true. Raises PreconditionError where the token has no
        secret, CloudRefusal where the cloud refuses.
        """
        self._send_own_secret(context, user, operation, as_json)

    def reopen(
        self, context: CloudContext, user: User, *, as_json: bool = False, operation: Operation = AT_6
    ) -> None:
        """Make the revoked token valid again (AT-6; TK-6 by `operation`).

        Sends a form, or JSON where `as_json` is true. Raises PreconditionError where the token has no
        secret, CloudRefusal where the cloud refuses.
        """
        self._send_own_secret(context, user, operation, as_json)

    def delete(self, context: CloudContext, user: User, *, operation: Operation = AT_7) -> None:
        """Delete the token and take it out of `user.job_tokens` (AT-7; TK-7 by `operation`).

        `token_id` and `token` stay, so that a scenario can show that they are gone. Raises
        PreconditionError where the token was not created, CloudRefusal where the cloud refuses.
        """
        self._require_created()
        self.delete_many(context, user, [self.token_id], operation=operation)
        user.job_tokens = [token for token in user.job_tokens if token.token_id != self.token_id]

    @classmethod
    def delete_many(
        cls,
        context: CloudContext,
        user: User,
        token_ids: Iterable[int],
        *,
        operation: Operation = AT_7,
    ) -> None:
        """Delete tokens by their ids, all or none (AT-7; TK-7 by `operation`).

        Raises PreconditionError where the user has no credential for the operation, CloudRefusal where the
        cloud refuses.
        """
        cls.get_api(context).call(
            operation, token=token_for(user, operation), body={"token_ids": list(token_ids)}
        )

    @classmethod
    def delete_by_key(
        cls, context: CloudContext, user: User, keys: Iterable[str], *, operation: Operation = TK_8
    ) -> None:
        """Delete tokens by their secrets, all or none (TK-8; AT-8d, AT-9d by `operation`).

        Raises PreconditionError where the user has no job token, CloudRefusal where the cloud refuses.
        """
        cls.get_api(context).call(operation, token=token_for(user, operation), body={"tokens": list(keys)})

    @classmethod
    def list_all(cls, context: CloudContext, admin: User) -> list[JobToken]:
        """Every job token of every user (AD-1), page by page, as objects.

        `duration` is the span from creation to expiration. Raises PreconditionError where `admin` is none,
        CloudRefusal where the cloud refuses.
        """
        entries = all_pages(lambda limit, offset: cls.list_page(context, admin, limit=limit, offset=offset))
        return [cls._from_entry(entry) for entry in entries]

    @classmethod
    def list_page(
        cls,
        context: CloudContext,
        admin: User,
        *,
        limit: int | None = None,
        offset: int | None = None,
        user_id: int | None = None,
        include_expired: bool | None = None,
        include_revoked: bool | None = None,
    ) -> list[dict[str, Any]]:
        """One page of every user's job tokens, as the cloud answers it (AD-1).

        Raises PreconditionError where `admin` is none, CloudRefusal where the cloud refuses.
        """
        require_admin(admin, "lists the tokens of all users")
        return cls.list_own(
            context,
            admin,
            limit=limit,
            offset=offset,
            user_id=user_id,
            include_expired=include_expired,
            include_revoked=include_revoked,
            operation=AD_1,
        )

    @classmethod
    def list_own(
        cls,
        context: CloudContext,
        user: User,
        *,
        limit: int | None = None,
        offset: int | None = None,
        user_id: int | None = None,
        include_expired: bool | None = None,
        include_revoked: bool | None = None,
        operation: Operation = AT_1,
    ) -> list[dict[str, Any]]:
        """One page of the user's own job tokens, as the cloud answers it (AT-1; TK-1 by `operation`).

        What is None is not sent. Raises PreconditionError where the user has no credential for the
        operation, CloudRefusal where the cloud refuses.
        """
        query = {
            "limit": limit,
            "offset": offset,
            "user_id": user_id,
            "include_expired": include_expired,
            "include_revoked": include_revoked,
        }
        return cls.get_api(context).call_for_list(
            operation, "id", token=token_for(user, operation), query=query
        )

    @classmethod
    def usage(
        cls,
        context: CloudContext,
        user: User,
        token_ids: Iterable[int] | str | None = None,
        *,
        start_time: str | None = None,
        end_time: str | None = None,
    ) -> list[dict[str, Any]]:
        """What tokens were used for, one entry a token (TK-9).

        `token_ids` as a list is sent as a repeated parameter, a string as it is, None means all the user's
        tokens. The times are ISO-8601 with their offset. Raises PreconditionError where the user has no job
        token, CloudRefusal where the cloud refuses.
        """
        ids = token_ids if token_ids is None or isinstance(token_ids, str) else list(token_ids)
        query = {"token_ids": ids, "start_time": start_time, "end_time": end_time}
        return cls.get_api(context).call_for_list(TK_9, token=token_for(user, TK_9), query=query)

    def _require_created(self) -> None:
        require(self.token_id != -1, f"{self!r} has not been created.")

    def _send_own_secret(
        self, context: CloudContext, user: User, operation: Operation, as_json: bool
    ) -> None:
        require(self.token, f"{self!r} has no secret that could be sent.")
        secret = {"token": self.token}
        self.get_api(context).call(
            operation, token=token_for(user, operation), **{"body" if as_json else "form": secret}
        )

    @classmethod
    def _from_entry(cls, entry: Mapping[str, Any]) -> JobToken:
        return cls(
            label=entry.get("label"),
            duration=_seconds_between(entry.get("created_date"), entry.get("expiration_date")),
            token_id=entry["id"],
            user_id=_id(entry.get("user_id")),
            token=entry.get("key") or "",
            priority=entry.get("priority"),
            is_revoked=entry.get("is_revoked"),
        )


class LoginToken:
    """A user's login token: what they show on the account surface. `token` is None until they log in."""

    ENDPOINT = US_0.path

    token: str | None = None


class ApiKey(ACloudObject):
    """An API key: what a worker shows to fetch jobs and to publish their results.

    Args:
        label: its label; None leaves the choice to the cloud.
        duration: how long it is valid, in seconds.
        api_key: the secret itself.
        api_key_id: its id, -1 before it is created.
        _: further attributes; `user_id`, the owner, is sent when it is created.
    """

    DURATION_KEY = "duration"
    LABEL_KEY = "label"
    SHOWN = ("api_key_id", "label")

    user_id: int
    is_revoked: bool | None

    def __init__(
        self,
        label: str | None = None,
        duration: int = DEFAULT_DURATION,
        api_key: str = "",
        api_key_id: int = -1,
        **_: Any,  # noqa: ANN401 - additional attributes, as the reference has it
    ) -> None:
        self.label = label
        self.duration = duration
        self.api_key = api_key
        self.api_key_id = api_key_id
        set_attributes(self, _)

    @classmethod
    def get_api(cls, context: CloudContext) -> Api:
        """The client of the API key endpoints."""
        return Api(context)

    @property
    def token(self) -> str:
        """The secret itself, under the name that every credential has."""
        return self.api_key

    def create(self, context: CloudContext, admin: User | None = None) -> None:
        """Create the key and take over its id and secret (AK-1).

        Raises PreconditionError where `admin` is none or not logged in, CloudRefusal where the cloud refuses.
        """
        admin = require_admin(admin, "creates API keys")
        body: dict[str, Any] = {self.LABEL_KEY: self.label, self.DURATION_KEY: self.duration}
        if hasattr(self, "user_id"):
            body["user_id"] = self.user_id
        answer = self.get_api(context).call_for_object(
            AK_1, "api_key", "api_key_id", token=token_for(admin, AK_1), body=body
        )
        self.api_key = answer["api_key"]
        self.api_key_id = answer["api_key_id"]

    def revoke(self, context: CloudContext, admin: User) -> None:
        """Revoke the key for good (AK-2).

        Raises PreconditionError where `admin` is none or the key was not created, CloudRefusal where the
        cloud refuses.
        """
        require_admin(admin, "revokes API keys")
        require(self.api_key_id != -1, f"{self!r} has not been created.")
        self.get_api(context).call(
            AK_2_REVOKE, token=token_for(admin, AK_2_REVOKE), body={"api_key_id": self.api_key_id}
        )

    @classmethod
    def list_all(cls, context: CloudContext, admin: User) -> list[ApiKey]:
        """Every API key (AK-2), page by page, as objects without their secret.

        `duration` is the span from creation to expiration. Raises PreconditionError where `admin` is none,
        CloudRefusal where the cloud refuses.
        """
        entries = all_pages(lambda limit, offset: cls.list_page(context, admin, limit=limit, offset=offset))
        return [cls._from_entry(entry) for entry in entries]

    @classmethod
    def list_page(
        cls, context: CloudContext, admin: User, *, limit: int | None = None, offset: int | None = None
    ) -> list[dict[str, Any]]:
        """One page of the API keys, as the cloud answers it (AK-2).

        Raises PreconditionError where `admin` is none, CloudRefusal where the cloud refuses.
        """
        require_admin(admin, "lists API keys")
        return cls.get_api(context).call_for_list(
            AK_2_LIST,
            "api_key_id",
            token=token_for(admin, AK_2_LIST),
            query={"limit": limit, "offset": offset},
        )

    @classmethod
    def _from_entry(cls, entry: Mapping[str, Any]) -> ApiKey:
        return cls(
            label=entry.get("label"),
            duration=_seconds_between(entry.get("created_date"), entry.get("expiration_date")),
            api_key_id=entry["api_key_id"],
            user_id=_id(entry.get("user_id")),
            is_revoked=entry.get("is_revoked"),
        )


def _seconds_between(created: str | None, expires: str | None) -> int:
    """The whole seconds from one ISO-8601 time to another; the default duration where one is absent."""
    if created is None or expires is None:
        return DEFAULT_DURATION
    return round((datetime.fromisoformat(expires) - datetime.fromisoformat(created)).total_seconds())


def _id(value: int | None) -> int:
    return -1 if value is None else value
