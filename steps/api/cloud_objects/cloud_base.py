"""What every object of the cloud has in common: a client bound to a context, and a text without secrets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from steps.api.errors import PreconditionError
from steps.api.operations import TokenType
from steps.api.utils import Api, CloudContext

__all__ = ["ACloudObject", "TokenType"]


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


def set_attributes(target: ACloudObject, attributes: dict[str, Any]) -> None:
    """Set the reference's `**kwargs`, "additional attributes to set", on the object."""
    for name, value in attributes.items():
        setattr(target, name, value)
