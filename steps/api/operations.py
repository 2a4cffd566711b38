"""Every operation of the cloud, under the id that it has in docs/contract.md: method, path, credential."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class TokenType(enum.Enum):
    """The three kinds of credential that a cloud knows.

    Attributes:
        Login: logged-in user, for the account surface.
        Job: job token, for jobs and the client's reads.
        API_Key: worker key, for fetching and publishing jobs.
    """

    Login = 0
    Job = 1
    API_Key = 2


@dataclass(frozen=True)
class Operation:
    """One operation: its rule id, HTTP method, path template and the credential that the suite shows there.

    `token_type` None means that the operation is anonymous. `form` is true where the published body is a
    form (revoke and reopen). `creates` is true where a success makes something new in the cloud, so that
    sending it twice does harm.
    """

    rule: str
    method: str
    path: str
    token_type: TokenType | None = None
    form: bool = False
    creates: bool = False

    @property
    def is_repeatable(self) -> bool:
        """Whether a second request like it changes nothing more, and is answered as the first one was.

        That is so of what is read, and of a permission that is given twice (PP-1.1). It is not of what
        deletes, cancels, revokes or publishes: the second answer is another.
        """
        return self.method == "GET" or self.rule == "PP-1"

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.rule})"


_LT, _JT, _AK = TokenType.Login, TokenType.Job, TokenType.API_Key

SV_1 = Operation("SV-1", "GET", "/")
SV_2 = Operation("SV-2", "GET", "/health")
SV_3 = Operation("SV-3", "GET", "/openapi.json")
SV_4 = Operation("SV-4", "GET", "/qt-openapi.json")
SV_5 = Operation("SV-5", "GET", "/api/status")
SV_6 = Operation("SV-6", "GET", "/api/platforms/public")

JB_1 = Operation("JB-1", "POST", "/api/jobs", _JT, creates=True)
JB_1D = Operation("JB-1d", "POST", "/api/job", _JT, creates=True)
JB_2 = Operation("JB-2", "GET", "/api/jobs/{job_id}/status", _JT)
JB_2D = Operation("JB-2d", "GET", "/api/job/status/{job_id}", _JT)
JB_3 = Operation("JB-3", "GET", "/api/jobs/{job_id}/result", _JT)
JB_3D = Operation("JB-3d", "GET", "/api/job/result/{job_id}", _JT)
JB_4 = Operation("JB-4", "GET", "/api/jobs/{job_id}/data", _JT)
JB_5 = Operation("JB-5", "POST", "/api/jobs/{job_id}/cancel", _JT)
JB_5D = Operation("JB-5d", "POST", "/api/job/cancel/{job_id}", _JT)
JB_6 = Operation("JB-6", "POST", "/api/jobs/{job_id}/rerun", _JT, creates=True)
JB_6D = Operation("JB-6d", "POST", "/api/job/rerun/{job_id}", _JT, creates=True)
JB_7 = Operation("JB-7", "GET", "/api/jobs/availability", _JT)

TK_1 = Operation("TK-1", "GET", "/api/tokens", _JT)
TK_2 = Operation("TK-2", "POST", "/api/tokens", _JT, creates=True)
TK_3 = Operation("TK-3", "GET", "/api/tokens/{token_id}", _JT)
TK_4 = Operation("TK-4", "PUT", "/api/tokens/{token_id}", _JT)
TK_5 = Operation("TK-5", "POST", "/api/tokens/revoke", _JT, form=True)
TK_6 = Operation("TK-6", "POST", "/api/tokens/reopen", _JT, form=True)
TK_7 = Operation("TK-7", "POST", "/api/tokens/delete-by-ids", _JT)
TK_8 = Operation("TK-8", "POST", "/api/tokens/delete", _JT)
TK_9 = Operation("TK-9", "GET", "/api/tokens/usage/report", _JT)

AT_1 = Operation("AT-1", "GET", "/api/auth/tokens", _LT)
AT_2 = Operation("AT-2", "POST", "/api/auth/tokens", _LT, creates=True)
AT_2D = Operation("AT-2d", "POST", "/api/auth/token/generate", _LT, creates=True)
AT_3 = Operation("AT-3", "GET", "/api/auth/tokens/{token_id}", _LT)
AT_3D = Operation("AT-3d", "GET", "/api/auth/token/{token_id}", _LT)
AT_4 = Operation("AT-4", "PUT", "/api/auth/tokens/{token_id}", _LT)
AT_5 = Operation("AT-5", "POST", "/api/auth/tokens/revoke", _LT, form=True)
AT_5D = Operation("AT-5d", "POST", "/api/auth/token/revoke", _LT, form=True)
AT_6 = Operation("AT-6", "POST", "/api/auth/tokens/reopen", _LT, form=True)
AT_7 = Operation("AT-7", "POST", "/api/auth/tokens/delete-by-ids", _LT)
AT_8D = Operation("AT-8d", "POST", "/api/auth/token/delete", _JT)
AT_9D = Operation("AT-9d", "POST", "/api/auth/tokens/delete", _JT)

PL_1 = Operation("PL-1", "GET", "/api/platforms/{name}/processor", _JT)
PL_2 = Operation("PL-2", "GET", "/api/platform/{name}", _JT)

US_0 = Operation("US-0", "POST", "/api/login", creates=True)
US_1 = Operation("US-1", "POST", "/api/users", _LT, creates=True)
US_2 = Operation("US-2", "GET", "/api/users/{user_id}", _LT)
US_3 = Operation("US-3", "PUT", "/api/users/{user_id}", _LT)
US_4 = Operation("US-4", "DELETE", "/api/users/{user_id}", _LT)
US_5 = Operation("US-5", "GET", "/api/users", _LT)

AK_1 = Operation("AK-1", "POST", "/admin/api-keys", _LT, creates=True)
AK_2_LIST = Operation("AK-2", "GET", "/admin/api-keys", _LT)
AK_2_REVOKE = Operation("AK-2", "POST", "/admin/api-keys/revoke", _LT)
AD_1 = Operation("AD-1", "GET", "/admin/tokens", _LT)

PF_1 = Operation("PF-1", "POST", "/admin/platforms/register", _AK, creates=True)
PF_2 = Operation("PF-2", "GET", "/api/platforms/{platform_id}", _LT)
PF_3 = Operation("PF-3", "PUT", "/api/platforms/{platform_id}", _LT)
PF_4 = Operation("PF-4", "DELETE", "/api/platforms/{platform_id}", _LT)
PF_5 = Operation("PF-5", "GET", "/api/platforms", _LT)
PP_1 = Operation("PP-1", "POST", "/api/platform-permissions", _LT)
PP_2 = Operation("PP-2", "DELETE", "/api/platform-permissions", _LT)

WK_1 = Operation("WK-1", "POST", "/admin/job", _AK)
WK_2 = Operation("WK-2", "PUT", "/admin/job/{job_id}", _AK)
JA_1 = Operation("JA-1", "GET", "/admin/jobs", _LT)
JA_2 = Operation("JA-2", "POST", "/admin/jobs/cancel", _LT)

ALL: tuple[Operation, ...] = tuple(
    value for value in globals().copy().values() if isinstance(value, Operation)
)


def by_rule(rule: str, method: str | None = None) -> Operation:
    """The operation of a rule id such as `JB-1`; `method` tells apart the two operations of `AK-2`.

    Raises KeyError where no operation has that id.
    """
    for operation in ALL:
        if operation.rule == rule and method in (None, operation.method):
            return operation
    raise KeyError(f"There is no operation {rule!r}" + (f" with the method {method}" if method else "") + ".")
