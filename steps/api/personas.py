"""Who may call, as the header that they show: a credential, none, or something garbled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# The columns of the matrix in docs/contract.md, in its order and words.
COLUMNS = (
    "none",
    "garbled",
    "expired",
    "revoked",
    "own JT",
    "other JT",
    "own LT",
    "other LT",
    "admin LT",
    "key",
    "inactive",
    "no grant",
    "explorer",
)


@dataclass(frozen=True)
class Persona:
    """Someone who calls. `name` is a column of the matrix, with a remark where the column has several."""

    name: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


ANONYMOUS = Persona("none")


def bearer(name: str, token: str) -> Persona:
    """Someone who shows a token, a login token or a key in the way that the contract asks for."""
    return Persona(name, {"Authorization": f"Bearer {token}"})


def garbled(token: str) -> tuple[Persona, ...]:
    """Those who show a header that no cloud may take (A-1.1, A-1.3), most of it made from a valid token."""
    values = {
        "empty": "",
        "no scheme": token,
        "no value": "Bearer",
        "no space": f"Bearer{token}",
        "other scheme": f"Token {token}",
        "basic": "Basic dXNlcjpwYXNzd29yZA==",
        "two values": f"Bearer {token} {token}",
        "twice the scheme": f"Bearer Bearer {token}",
        "cut short": f"Bearer {token[:-1]}",
        "not ASCII": f"Bearer {token}é",
        "unknown": "Bearer this-token-was-never-made",
        "very long": f"Bearer {'x' * 4000}",
    }
    return tuple(Persona(f"garbled: {name}", {"Authorization": value}) for name, value in values.items())
