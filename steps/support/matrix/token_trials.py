"""The rows of the matrix about job tokens (PM-13 to PM-34)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import User
from steps.api.operations import (
    AT_1,
    AT_2,
    AT_2D,
    AT_3,
    AT_3D,
    AT_4,
    AT_5,
    AT_5D,
    AT_6,
    AT_7,
    AT_8D,
    AT_9D,
    TK_1,
    TK_2,
    TK_3,
    TK_4,
    TK_5,
    TK_6,
    TK_7,
    TK_8,
    TK_9,
    Operation,
)
from steps.support.accounts import NOBODY
from steps.support.matrix.job_trials import no_object
from steps.support.matrix.states import new_tokens, the_token, the_token_in_use
from steps.support.matrix.table import ITSELF
from steps.support.matrix.trial import Aim, Caller, Task, Trial

if TYPE_CHECKING:
    from steps.support.matrix.scene import Scene

_CURRENT = "Can't delete the current active token"
_FOREIGN = "You do not have permission to delete this token"


def _token(scene: Scene, user: User) -> Aim:
    return Aim(user, token=scene.token(user))


def _explorer(scene: Scene, user: User) -> Aim:
    return Aim(user, token=scene.token(user, is_explorer_token=True))


def _revoked(scene: Scene, user: User) -> Aim:
    aim = _token(scene, user)
    aim.token.revoke(scene.world.cloud, user)
    return aim


def _new(scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"label": scene.label(aim, "token")}}


def _new_for_other(scene: Scene, aim: Aim, caller: Caller) -> dict[str, Any]:
    other = scene.someone_else(caller.user)
    return {"body": {"label": scene.label(aim, "token"), "user_id": other.user_id}}


def _new_for_nobody(scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"label": scene.label(aim, "token"), "user_id": NOBODY}}


def _list_of_other(scene: Scene, _aim: Aim, caller: Caller) -> dict[str, Any]:
    return {"query": {"user_id": scene.someone_else(caller.user).user_id}}


def _label(scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"label": scene.label(aim, "changed")}}


def _as_form(_scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"form": {"token": aim.token.token}}


def _by_id(_scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"token_ids": [aim.token.token_id]}}


def _by_key(_scene: Scene, aim: Aim, _caller: Caller) -> dict[str, Any]:
    return {"body": {"tokens": [aim.token.token]}}


def _usage_of_own(scene: Scene, _aim: Aim, caller: Caller) -> dict[str, Any]:
    return {"query": {"token_ids": [scene.plain(caller.user).job_tokens[-1].token_id]}}


def _usage_of_other(scene: Scene, _aim: Aim, caller: Caller) -> dict[str, Any]:
    return {"query": {"token_ids": [scene.someone_else(caller.user).job_tokens[-1].token_id]}}


def _only_own(_scene: Scene, caller: Caller, body: object) -> str:
    return _only_of(caller.user, body)


def _only_others(scene: Scene, caller: Caller, body: object) -> str:
    return _only_of(scene.someone_else(caller.user), body)


def _only_of(user: User | None, body: object) -> str:
    """What is wrong with a list that should hold tokens of this user and no one else; "" if nothing."""
    entries = body if isinstance(body, list) else []
    owners = {entry.get("user_id") for entry in entries if isinstance(entry, dict)}
    strangers = owners - {user.user_id if user else None}
    return f"it shows tokens of the users {sorted(map(str, strangers))}" if strangers else ""


_GENERATE = Trial(TK_2, no_object, _new, new_tokens, rules={"explorer": "EX-8"})
_GENERATE_FOR_OTHER = Trial(TK_2, no_object, _new_for_other, new_tokens, rules={"P": "TK-2.5"})
_READ = Trial(TK_3, _token, read=the_token, rules={"P": "TK-3.3"}, owned=True)
_UPDATE = Trial(TK_4, _token, _label, the_token, rules={"P": "TK-4.3", "explorer": "EX-8"}, owned=True)
_REVOKE = Trial(
    TK_5, _token, _as_form, the_token_in_use, rules={"P": "TK-5.2", "explorer": "EX-8"}, owned=True
)
_REOPEN = Trial(
    TK_6, _revoked, _as_form, the_token_in_use, rules={"P": "TK-6.2", "explorer": "EX-8"}, owned=True
)
_DELETE = Trial(TK_7, _token, _by_id, the_token_in_use, rules={"P": "TK-7.3", "explorer": "EX-8"}, owned=True)
_DELETE_BY_KEY = Trial(
    TK_8,
    _token,
    _by_key,
    the_token_in_use,
    errors={"P": _FOREIGN},
    rules={"P": "TK-8.3", "explorer": "EX-8"},
    owned=True,
)


def _on(trial: Trial, operation: Operation, alias: str = "") -> Trial:
    """The same on another route."""
    return replace(trial, operation=operation, alias=alias)


def _of_itself(trial: Trial, **changes: Any) -> Trial:  # noqa: ANN401 - fields of a Trial
    """The same, aimed at the very token that is shown."""
    return replace(trial, situation=ITSELF, **changes)


def _own_deletion(trial: Trial) -> Trial:
    return _of_itself(trial, errors={"400": _CURRENT}, rules={"400": "T8"})


_BY_KEY = (_DELETE_BY_KEY, _on(_DELETE_BY_KEY, AT_8D, "AL-9"), _on(_DELETE_BY_KEY, AT_9D, "AL-10"))

TASKS = (
    Task("PM-13", "list their own tokens", (Trial(TK_1, no_object, check=_only_own),)),
    Task(
        "PM-14",
        "list the tokens of another user",
        (Trial(TK_1, no_object, _list_of_other, check=_only_others, rules={"P": "TK-1.3"}),),
    ),
    Task("PM-15", "make a token", (_GENERATE,)),
    Task("PM-16", "make a token for another user", (_GENERATE_FOR_OTHER,)),
    Task(
        "PM-17",
        "make a token for a user who does not exist",
        (replace(_GENERATE_FOR_OTHER, parts=_new_for_nobody),),
    ),
    Task("PM-18", "read a token", (_READ,)),
    Task("PM-19", "change a token", (_UPDATE,)),
    Task(
        "PM-20", "revoke a token", (_REVOKE, _of_itself(_REVOKE, made=_explorer, rules={"explorer": "EX-7"}))
    ),
    Task("PM-21", "reopen a token", (_REOPEN, _of_itself(_REOPEN))),
    Task("PM-22", "delete a token by its id", (_DELETE, _own_deletion(_DELETE))),
    Task("PM-23", "delete a token by its key", (*_BY_KEY, *map(_own_deletion, _BY_KEY))),
    Task(
        "PM-24",
        "ask what their own tokens were used for",
        (Trial(TK_9, no_object), Trial(TK_9, no_object, _usage_of_own)),
    ),
    Task(
        "PM-25",
        "ask what the token of another user was used for",
        (Trial(TK_9, no_object, _usage_of_other, rules={"P": "UR-9"}),),
    ),
    Task("PM-26", "list their own tokens through the account", (Trial(AT_1, no_object, check=_only_own),)),
    Task(
        "PM-27",
        "list the tokens of another user through the account",
        (Trial(AT_1, no_object, _list_of_other, check=_only_others, rules={"P": "TK-1.3"}),),
    ),
    Task(
        "PM-28",
        "make a token through the account",
        (_on(_GENERATE, AT_2), _on(_GENERATE, AT_2D, "AL-6")),
    ),
    Task(
        "PM-29",
        "make a token for another user through the account",
        (_on(_GENERATE_FOR_OTHER, AT_2), _on(_GENERATE_FOR_OTHER, AT_2D, "AL-6")),
    ),
    Task("PM-30", "read a token through the account", (_on(_READ, AT_3), _on(_READ, AT_3D, "AL-8"))),
    Task("PM-31", "change a token through the account", (_on(_UPDATE, AT_4),)),
    Task("PM-32", "revoke a token through the account", (_on(_REVOKE, AT_5), _on(_REVOKE, AT_5D, "AL-7"))),
    Task("PM-33", "reopen a token through the account", (_on(_REOPEN, AT_6),)),
    Task(
        "PM-34", "delete a token through the account", (_on(_DELETE, AT_7), _own_deletion(_on(_DELETE, AT_7)))
    ),
)
