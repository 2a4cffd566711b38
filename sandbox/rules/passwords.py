"""Passwords: which are strong enough, and how they are kept (US-1.3, SC-4)."""

import hashlib
import hmac
import secrets
import string

SHORTEST = 12
LONGEST = 1024

_BLOCK_SIZE = 8
_SALT_BYTES = 16
_MEMORY = 1 << 30


def is_strong(password: str) -> bool:
    """US-1.3, US-1.4: long enough, with a letter of either case, a digit and a symbol."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation)
    return SHORTEST <= len(password) <= LONGEST and all(set(password) & set(kind) for kind in kinds)


def new_password() -> str:
    """Return a new password that is strong enough."""
    return "Aa1!" + secrets.token_urlsafe(12)


def hashed(password: str, cost: int) -> str:
    """Return the salted slow hash of a password; takes its time, so call it off the event loop."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"scrypt${cost}${salt.hex()}${_derived(password, salt, cost).hex()}"


def matches(password: str, kept: str) -> bool:
    """Tell whether this is the password that the hash was made of; as slow as `hashed`."""
    _, cost, salt, expected = kept.split("$")
    return hmac.compare_digest(_derived(password, bytes.fromhex(salt), int(cost)), bytes.fromhex(expected))


def _derived(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=1 << cost, r=_BLOCK_SIZE, p=1, maxmem=_MEMORY
    )
