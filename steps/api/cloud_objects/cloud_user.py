"""Users: made, changed and deleted by an admin; each logs in and makes their own tokens."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from steps.api.cloud_objects.cloud_base import (
    ACloudObject,
    all_pages,
    require,
    require_admin,
    set_attributes,
    token_for,
)
from steps.api.cloud_objects.cloud_token import ApiKey, JobToken, LoginToken
from steps.api.cloud_objects.letters import CHAR_REPLACE_MAP, ascii_words
from steps.api.operations import AT_2, US_0, US_1, US_2, US_3, US_4, US_5, Operation, TokenType
from steps.api.utils import Api, CloudContext

__all__ = ["ALPHABET", "CHAR_REPLACE_MAP", "SYMBOLS", "User"]

SYMBOLS = "*.!@#$%^&(){}[]:;<>,.?/~_+-=|\\"
ALPHABET = string.ascii_letters + string.digits + SYMBOLS

# A run adds its mark to the local part (`+qa-...`), and no mail system takes more than 64 characters of it.
_NAMES_LENGTH = 21
_UNIQUE_BYTES = 6

_PASSWORD_LENGTH = 20
_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, SYMBOLS)


class User(ACloudObject):
    """A user of the cloud, with the credentials that they have so far.

    Args:
        first_name: may be empty.
        last_name: may be empty.
        user_id: their id, -1 before they are created.
        email: what they log in with.
        password: what they log in with.
        platform_ids: the platforms that they may use; None means none.
        is_admin: whether they are an admin. The suite never creates one.
        priority: the highest priority that a token of theirs may have.
        company_id: their company, or None.
        kwargs: further attributes.

    `job_tokens` are in order of creation, the last one is shown; `login_token` is filled by `log`, and
    `api_key` by `create_api_key`.
    """

    EMAIL_KEY = "email"
    PASSWORD_KEY = "password"
    FIRST_NAME_KEY = "first_name"
    LAST_NAME_KEY = "last_name"
    PLATFORM_IDS_KEY = "platform_ids"
    IS_ADMIN_KEY = "is_admin"
    COMPANY_ID_KEY = "company_id"
    PRIORITY_KEY = "priority"
    SHOWN = ("user_id", "email")

    is_active: bool | None

    def __init__(
        self,
        first_name: str = "",
        last_name: str = "",
        user_id: int = -1,
        email: str = "",
        password: str = "",
        platform_ids: Iterable[str] | None = None,
        is_admin: bool = False,
        priority: int = 2,
        company_id: int | None = None,
        **kwargs: Any,  # noqa: ANN401 - additional attributes, as the reference has it
    ) -> None:
        self.first_name = first_name
        self.last_name = last_name
        self.user_id = user_id
        self.email = email
        self.password = password
        self.platform_ids = list(platform_ids or ())
        self.is_admin = is_admin
        self.priority = priority
        self.company_id = company_id
        self.job_tokens: list[JobToken] = []
        self.login_token = LoginToken()
        self.api_key: ApiKey | None = None
        set_attributes(self, kwargs)

    @classmethod
    def get_object_name(cls) -> str:
        """What this kind of object is called."""
        return "user"

    @classmethod
    def get_endpoint(cls) -> str:
        """The path of the users."""
        return US_1.path

    @classmethod
    def get_token_method(cls) -> str:
        """The name of the method that returns a user's credentials."""
        return cls.get_token.__name__

    @classmethod
    def get_api(cls, context: CloudContext) -> Api:
        """The client of the user endpoints."""
        return Api(context)

    def get_token(self, token_type: TokenType) -> str:
        """The user's credential of a kind: the login token, the last job token, or the API key.

        Raises NotImplementedError for an unknown kind, PreconditionError where the user has none.
        """
        credentials: dict[TokenType, LoginToken | JobToken | ApiKey | None] = {
            TokenType.Login: self.login_token,
            TokenType.Job: self.job_tokens[-1] if self.job_tokens else None,
            TokenType.API_Key: self.api_key,
        }
        if token_type not in credentials:
            raise NotImplementedError(f"There is no credential of the kind {token_type!r}.")
        held = credentials[token_type]
        token = held.token if held is not None else None
        require(token, f"{self!r} has no credential of the kind {token_type.name}.")
        return token or ""

    def keys(self) -> list[str]:
        """The members that are sent when the user is created; each is an attribute of the same name."""
        return [
            self.EMAIL_KEY,
            self.PASSWORD_KEY,
            self.FIRST_NAME_KEY,
            self.LAST_NAME_KEY,
            self.PLATFORM_IDS_KEY,
            self.IS_ADMIN_KEY,
            self.COMPANY_ID_KEY,
            self.PRIORITY_KEY,
        ]

    def generate_data(self) -> None:
        """Set an e-mail address made from the names, and a strong password; each is new at every call.

        The address is lower-case ASCII at a domain that is reserved for examples, and its local part leaves
        30 characters for a mark. The password has 20 characters of `ALPHABET`, every kind among them.
        """
        names = ascii_words(f"{self.first_name} {self.last_name}")[:_NAMES_LENGTH].rstrip(".") or "user"
        self.email = f"{names}.{secrets.token_hex(_UNIQUE_BYTES)}@example.com"
        self.password = _strong_password()

    def create(self, context: CloudContext, user: User) -> None:
        """Create this user with the login token of `user`, and take over the id (US-1).

        Raises PreconditionError where this user is an admin or `user` is not logged in, CloudRefusal where
        the cloud refuses.
        """
        require(not self.is_admin, f"{self!r} is an admin, and the suite never creates one.")
        answer = self.get_api(context).call_for_object(
            US_1,
            "user_id",
            token=token_for(user, US_1),
            body={key: getattr(self, key) for key in self.keys()},
        )
        self.user_id = answer["user_id"]

    def read(self, context: CloudContext, user: User | None = None) -> dict[str, Any]:
        """Read what the cloud knows of this user, with the login token of `user` or their own (US-2).

        Raises PreconditionError where this user was not created, CloudRefusal where the cloud refuses.
        """
        return self.get_api(context).call_for_object(US_2, **self._parts(user, US_2))

    def update(self, context: CloudContext, user: User | None, update_dict: Mapping[str, Any]) -> None:
        """Change this user, here too once the cloud has accepted, with the login token of `user` (US-3).

        `user` None means this user. Raises PreconditionError where this user was not created, CloudRefusal
        where the cloud refuses.
        """
        self.get_api(context).call(US_3, **self._parts(user, US_3), body=update_dict)
        # The cloud ignores `user_id` (US-3): copied, it would make this object stand for another user.
        set_attributes(self, deepcopy({key: update_dict[key] for key in update_dict if key != "user_id"}))

    def delete(self, context: CloudContext, user: User) -> None:
        """Delete this user with the login token of `user`; `user_id` stays (US-4).

        Raises PreconditionError where this user was not created or is an admin, CloudRefusal where the cloud
        refuses.
        """
        require(not self.is_admin, f"{self!r} is an admin, and the suite never deletes one.")
        self.get_api(context).call(US_4, **self._parts(user, US_4))

    def log(self, context: CloudContext) -> None:
        """Log in and keep the login token, and the id where it was not known (US-0).

        Raises PreconditionError where this user is no admin and was not created, CloudRefusal where the cloud
        refuses.
        """
        self._require_created_or_admin()
        answer = self.get_api(context).call_for_object(
            US_0, "token", body={self.EMAIL_KEY: self.email, self.PASSWORD_KEY: self.password}
        )
        self.login_token.token = answer["token"]
        if self.user_id == -1:
            self.user_id = answer.get("user_id", -1)

    def create_job_token(
        self, context: CloudContext, token_dict: Mapping[str, Any], *, operation: Operation = AT_2
    ) -> None:
        """Create a job token and append it to `job_tokens` (AT-2; TK-2, AT-2d by `operation`).

        `token_dict` holds the attributes of a JobToken. Raises PreconditionError where this user is no admin
        and was not created, or is not logged in; CloudRefusal where the cloud refuses.
        """
        self._require_created_or_admin()
        token = JobToken(**token_dict)
        token.create(context, self, operation=operation)
        self.job_tokens.append(token)

    def create_api_key(self, context: CloudContext, api_key_dict: Mapping[str, Any]) -> None:
        """Create an API key with this user as the admin, and set `api_key` to it (AK-1).

        `api_key_dict` holds the attributes of an ApiKey. Raises PreconditionError where this user was not
        created, is no admin or is not logged in; CloudRefusal where the cloud refuses.
        """
        self._require_created_or_admin()
        api_key = ApiKey(**api_key_dict)
        api_key.create(context, self)
        self.api_key = api_key

    @classmethod
    def list_all(cls, context: CloudContext, admin: User) -> list[User]:
        """Every user (US-5), page by page, as objects without password or credentials.

        Raises PreconditionError where `admin` is none, CloudRefusal where the cloud refuses.
        """
        entries = all_pages(lambda limit, offset: cls.list_page(context, admin, limit=limit, offset=offset))
        return [cls._from_entry(entry) for entry in entries]

    @classmethod
    def list_page(
        cls, context: CloudContext, admin: User, *, limit: int | None = None, offset: int | None = None
    ) -> list[dict[str, Any]]:
        """One page of the users, as the cloud answers it (US-5).

        Raises PreconditionError where `admin` is none, CloudRefusal where the cloud refuses.
        """
        require_admin(admin, "lists users")
        return cls.get_api(context).call_for_list(
            US_5, "user_id", token=token_for(admin, US_5), query={"limit": limit, "offset": offset}
        )

    def _parts(self, user: User | None, operation: Operation) -> dict[str, Any]:
        require(self.user_id != -1, f"{self!r} has not been created.")
        return {"token": token_for(user or self, operation), "path": {"user_id": self.user_id}}

    def _require_created_or_admin(self) -> None:
        require(self.user_id != -1 or self.is_admin, f"{self!r} has not been created.")

    @classmethod
    def _from_entry(cls, entry: Mapping[str, Any]) -> User:
        known = ("first_name", "last_name", "email", "platform_ids", "is_admin", "company_id", "is_active")
        return cls(
            user_id=entry["user_id"],
            priority=entry.get(cls.PRIORITY_KEY, 0),
            **{name: entry[name] for name in known if name in entry},
        )


def _strong_password() -> str:
    """Draw passwords until one has all four kinds of character; each such password is equally likely."""
    while True:
        password = "".join(secrets.choice(ALPHABET) for _ in range(_PASSWORD_LENGTH))
        if all(any(character in kind for character in password) for kind in _KINDS):
            return password
