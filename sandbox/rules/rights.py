"""Which callers a route is for, once their credential counts (A-5, OC-2).

Each function tells whether the caller may go on; the path's values are there for routes
about the caller itself.
"""

from collections.abc import Mapping

from sandbox.rules.credentials import Caller, Kind


def anyone(caller: Caller, path: Mapping[str, str | int]) -> bool:
    """Every credential that the route takes is enough."""
    return True


def admin(caller: Caller, path: Mapping[str, str | int]) -> bool:
    """A-7.2: an admin, by login token."""
    return caller.is_admin


def self_or_admin(caller: Caller, path: Mapping[str, str | int]) -> bool:
    """US-2.2, US-3.11: the user that the path names, or an admin."""
    return caller.is_admin or caller.user.user_id == path["user_id"]


def registrar(caller: Caller, path: Mapping[str, str | int]) -> bool:
    """PF-1, AK-1.6: a worker's API key, or an admin."""
    return caller.kind is Kind.API_KEY or caller.is_admin


def worker(caller: Caller, path: Mapping[str, str | int]) -> bool:
    """WK-1.9, WK-2.15: a worker's API key."""
    return caller.kind is Kind.API_KEY


def full_token(caller: Caller, path: Mapping[str, str | int]) -> bool:
    """EX-8: explorer tokens change no tokens."""
    return caller.token is None or not caller.token.is_explorer
