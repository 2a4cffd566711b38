"""Ids and the values of credentials: how they are made and recognised (ID-1 to ID-7)."""

import hashlib
import re
import secrets
import uuid

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def new_uuid() -> str:
    """Return a new random id in canonical form."""
    return str(uuid.uuid4())


def is_uuid(text: str) -> bool:
    """Tell whether a text has the form of a UUID, of any version and case (ID-7)."""
    return _UUID.fullmatch(text) is not None


def new_token_value() -> str:
    """Return a new credential: `_T_` and three parts (A-1.7)."""
    return "_T_" + ".".join(secrets.token_urlsafe(size) for size in (15, 9, 32))


def key_hash(value: str) -> str:
    """Return what is kept of a credential that is shown once; it is random enough for a plain hash."""
    return hashlib.sha256(value.encode()).hexdigest()
