"""How a rule says no."""

from sandbox.json_text import Json

PERMISSION_DENIED = "Permission denied"
INVALID_DATA = "Invalid data"
UNKNOWN_USER = "Unknown user"
NOT_FOUND = "Not found"


class RefusalError(Exception):
    """A request that the cloud does not fulfil: an HTTP status, a text, and details (EN-1)."""

    def __init__(self, status: int, error: str, detail: dict[str, Json] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.detail = detail or {}


class SchemaError(Exception):
    """A request whose members have the wrong shape (EN-3)."""

    def __init__(self, location: str, problems: dict[str, list[str]]) -> None:
        super().__init__("Validation error")
        self.location = location
        self.problems = problems


def bad_request(error: str, detail: dict[str, Json] | None = None) -> RefusalError:
    """Return the refusal of a request that breaks a rule."""
    return RefusalError(400, error, detail)


def unauthorized(error: str) -> RefusalError:
    """Return the refusal of a credential, or of one that has run out of means (A-6)."""
    return RefusalError(401, error)


def forbidden(error: str = PERMISSION_DENIED) -> RefusalError:
    """Return the refusal of a caller without the right (A-5)."""
    return RefusalError(403, error)


def not_found(error: str = NOT_FOUND) -> RefusalError:
    """Return the refusal of an object that does not exist (EN-11)."""
    return RefusalError(404, error)
