"""What the codes of the matrix mean, and how exactly an answer must fit (section 9 of docs/contract.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from steps.api.cloud_objects import TokenType
from steps.api.errors import CloudRefusal
from steps.api.exchange import Exchange
from steps.api.operations import AT_1, AT_2, AT_2D, AT_7, PF_1, PF_2, PF_5, PL_1, PL_2, Operation
from steps.support.credentials import ACCOUNT_ERROR, JOB_TOKEN_ERROR
from steps.support.matrix.table import Cell
from steps.support.matrix.trial import Aim, Trial

USER_ERROR = "Invalid user"
EXPLORER_ERROR = "Authentication failed: explorer tokens are not allowed"

# The answers that deny: of the other 4xx, 405 and 422 say that the request is wrong, whoever sends it.
DENIALS = (400, 401, 403, 404)

_LOGIN, _JOB, _KEY = TokenType.Login, TokenType.Job, TokenType.API_Key

# The class of the valid credential that a column shows, where it is the same for every operation.
_SHOWN: Mapping[str, TokenType] = {
    "own JT": _JOB,
    "other JT": _JOB,
    "explorer": _JOB,
    "own LT": _LOGIN,
    "other LT": _LOGIN,
    "admin LT": _LOGIN,
    "key": _KEY,
}

# The classes that an operation takes beside the one that the suite shows there (A-4, PL-2.5, PF-1, PF-2).
_TAKEN_TOO: Mapping[Operation, tuple[TokenType, ...]] = {
    AT_1: (_JOB,),
    AT_2: (_JOB,),
    AT_2D: (_JOB,),
    AT_7: (_JOB,),
    PL_1: (_LOGIN, _KEY),
    PL_2: (_LOGIN, _KEY),
    PF_2: (_JOB, _KEY),
    PF_5: (_JOB, _KEY),
    PF_1: (_LOGIN,),
}


@dataclass(frozen=True)
class Wanted:
    """The answers that are right: one of `statuses`, and if it is `refusal` with this `error` ("": any)."""

    statuses: tuple[int, ...]
    refusal: int = 0
    error: str = ""

    def allows(self, exchange: Exchange) -> bool:
        """Whether this answer is right."""
        if exchange.status not in self.statuses:
            return False
        return not self.error or exchange.status != self.refusal or told_by(exchange) == self.error

    def __str__(self) -> str:
        return f"{' or '.join(map(str, self.statuses))}{f' {self.error!r}' if self.error else ''}"


_FIRM: Mapping[str, Wanted] = {
    "200": Wanted((200,)),
    "400": Wanted((400,), 400),
    "401": Wanted((401,), 401),
    "404": Wanted((404,), 404),
    "J": Wanted((401,), 401, JOB_TOKEN_ERROR),
    "A": Wanted((401,), 401, ACCOUNT_ERROR),
    "U": Wanted((401,), 401, USER_ERROR),
    "E": Wanted((401,), 401, EXPLORER_ERROR),
    "P": Wanted((403,), 403),
}


def wanted(cell: Cell, trial: Trial, aim: Aim) -> Wanted:
    """The answers that a cell allows.

    Firm refusals have their exact status and, where a source gives one, text. Of assumed ones the wrong class
    is 401 or 403 (A-4.2), any other whatever denies.
    """
    firm = _FIRM[cell.code]
    statuses = (*firm.statuses, *trial.tolerated.get(cell.code, ()))
    if cell.code == "200":
        return Wanted(statuses)
    if cell.assumed:
        return Wanted((401, 403) if is_wrong_class(cell.column, trial.operation) else DENIALS)
    text = cell.error or trial.errors.get(cell.code, firm.error)
    filled = text.format(platform_name=aim.platform.name, job_id=aim.job.job_id)
    return Wanted(statuses, firm.refusal, filled)


def classes_taken(operation: Operation) -> tuple[TokenType, ...]:
    """The classes of credential that an operation takes; none where it is open to everyone."""
    first = () if operation.token_type is None else (operation.token_type,)
    return (*first, *_TAKEN_TOO.get(operation, ()))


def is_wrong_class(column: str, operation: Operation) -> bool:
    """Whether the column shows a valid credential of a class that the operation does not take (A-4)."""
    return column in _SHOWN and _SHOWN[column] not in classes_taken(operation)


def told_by(exchange: Exchange) -> str:
    """The text of a refusal."""
    return CloudRefusal(exchange).error
