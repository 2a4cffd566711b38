"""What every object of the cloud has in common: a client bound to a context, and a text without secrets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from steps.api.errors import PreconditionError
from steps.api.operations import Operation, TokenType
from steps.api.utils import Api, CloudContext

if TYPE_CHECKING:
    from steps.api.cloud_objects.cloud_user import User

__all__ = ["ACloudObject", "TokenType"]

# What `list_all` asks for at a time: the default of every list (PG-1), well below its maximum of 10000.
PAGE_LIMIT = 1000


class ACloudObject(ABC):
    """An object of the cloud: data in attributes, one method an operation.

    Its text shows what identifies it and never a password, token or key.
    """

    SHOWN: tuple[str, ...] = ()

    @classmethod
    @abstractmethod
    def get_api(cls, context: CloudContext) -> Api:
        """The client that this kind of object is reached through."""

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.SHOWN)
        return f"{type(self).__name__}({shown})"


def require(condition: object, sentence: str) -> None:
    """Raise PreconditionError with `sentence` unless `condition` is true. Nothing has been sent then."""
    if not condition:
        raise PreconditionError(sentence)


def set_attributes(target: ACloudObject, attributes: Mapping[str, Any]) -> None:
    """Set the reference's `**kwargs`, "additional attributes to set", on the object."""
    for name, value in attributes.items():
        setattr(target, name, value)


def given(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a body or a query
    """The members that are not None: what a caller left out is not sent."""
    return {name: value for name, value in members.items() if value is not None}


def token_for(user: User, operation: Operation) -> str:
    """The credential that the suite shows at an operation, taken from `user`.

    Raises PreconditionError where the user has none of that kind.
    """
    assert operation.token_type is not None, f"{operation} takes no credential."
    return user.get_token(operation.token_type)


def require_admin(user: User | None, action: str) -> User:
    """The user, who must be an admin; raises PreconditionError otherwise.

    `action` completes the sentence "Only an admin ...".
    """
    if user is None or not user.is_admin:
        raise PreconditionError(f"Only an admin {action}, and {user!r} is none.")
    return user


def all_pages(
    read_page: Callable[[int, int], list[dict[str, Any]]], page_limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """Every entry of a list, page after page until one is shorter than its limit.

    `read_page` takes a limit and an offset; `page_limit` None reads the largest pages that there are.
    """
    limit, offset = page_limit or PAGE_LIMIT, 0
    previous: list[dict[str, Any]] = []
    while True:
        page = read_page(limit, offset)
        if page == previous:  # a cloud that ignores `offset` would be read for ever
            return
        yield from page
        if len(page) != limit:
            return
        previous, offset = page, offset + limit
